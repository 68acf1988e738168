// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/mode_choice.hpp>

#include <cstdint>
#include <vector>

#include <sched/model/project_builder.hpp>
#include <sched/sgs.hpp>

#include "support/catch.hpp"

namespace {

/// One task: slow and light, fast and heavy, or in between and lightest of all.
sched::project three_modes() {
  sched::project_builder b;
  const auto r = b.add_renewable(4);
  b.add_task({.modes = {{6, {{r, 1}}}, {2, {{r, 4}}}, {3, {{r, 1}}}}});
  return b.build();
}

}  // namespace

static_assert(sched::mode_policy<sched::mode::earliest_finish>);
static_assert(!sched::mode_policy<int>);

TEST_CASE("earliest finish: ties go to the later start, then to the lowest mode") {
  const sched::project p = three_modes();
  const std::vector<sched::mode_option> options{{0, {0, 6}}, {1, {4, 6}}, {2, {4, 7}}};
  CHECK(sched::mode::earliest_finish{}.choose(p, sched::task_id(0), options) == 1);
  const std::vector<sched::mode_option> equal{{0, {1, 6}}, {2, {1, 6}}};
  CHECK(sched::mode::earliest_finish{}.choose(p, sched::task_id(0), equal) == 0);
}

TEST_CASE("shortest and least work look at the mode alone") {
  const sched::project p = three_modes();
  const std::vector<sched::mode_option> options{{0, {0, 6}}, {1, {9, 11}}, {2, {0, 3}}};
  CHECK(sched::mode::shortest{}.choose(p, sched::task_id(0), options) == 1);
  CHECK(sched::mode::least_work{}.choose(p, sched::task_id(0), options) == 2);
}

TEST_CASE("given modes decline what was not given") {
  const sched::project p = three_modes();
  const std::vector<std::uint32_t> modes{2};
  const sched::mode::given given(modes);
  const std::vector<sched::mode_option> without{{0, {0, 6}}, {1, {0, 2}}};
  const std::vector<sched::mode_option> with{{0, {0, 6}}, {2, {0, 3}}};
  CHECK(given.choose(p, sched::task_id(0), without) == without.size());
  CHECK(given.choose(p, sched::task_id(0), with) == 1);
}

TEST_CASE("a solver runs tasks in the modes that the policy chooses") {
  const sched::project p = three_modes();
  const auto finish = [&](auto modes) {
    return sched::parallel_sgs(p, sched::priority::latest_finish{}, {}, modes).makespan();
  };
  const std::vector<std::uint32_t> slow{0};
  CHECK(finish(sched::mode::earliest_finish{}) == 2);
  CHECK(finish(sched::mode::shortest{}) == 2);
  CHECK(finish(sched::mode::least_work{}) == 3);
  CHECK(finish(sched::mode::given(slow)) == 6);
}
