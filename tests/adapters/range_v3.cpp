// SPDX-License-Identifier: BSL-1.0
#include <sched/adapters/range_v3.hpp>

#include <sched/model/project_builder.hpp>

#include <range/v3/algorithm/is_sorted.hpp>
#include <range/v3/numeric/accumulate.hpp>
#include <range/v3/range/concepts.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/chunk.hpp>
#include <range/v3/view/take.hpp>
#include <range/v3/view/transform.hpp>
#include <range/v3/view/zip.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

struct fixture {
  project p;
  schedule s{{4, 0, 4, 9}, {6, 4, 9, 9}, {0, 1, 0, 0}};
  fixture() {
    project_builder b;
    const auto crew = b.add_renewable(4);
    b.add_task(2, {{crew, 1}});
    b.add_task({.modes = {{.work = 2, .needs = {{crew, 4}}}, {.work = 4, .needs = {{crew, 3}}}}});
    b.add_task(5, {{crew, 2}});
    b.add_task(0);
    p = b.build();
  }
};

std::vector<std::size_t> tasks(auto&& view) {
  return view | ::ranges::views::transform([](const views::placement& x) { return x.task.index(); }) |
         ::ranges::to<std::vector>;
}

}  // namespace

TEST_CASE("placements zip the columns by task number") {
  const fixture f;
  const auto all = views::placements(f.s);
  static_assert(::ranges::random_access_range<decltype(all)> && ::ranges::sized_range<decltype(all)>);
  REQUIRE(::ranges::size(all) == 4);
  CHECK(all[1] == views::placement{task_id(1), {0, 4}, 1});
  CHECK(tasks(views::placements(f.s)) == std::vector<std::size_t>{0, 1, 2, 3});
}

TEST_CASE("by_start sorts by start, then number, and composes") {
  const fixture f;
  CHECK(tasks(views::by_start(f.s)) == std::vector<std::size_t>{1, 0, 2, 3});
  CHECK(tasks(views::by_start(f.s) | ::ranges::views::take(2)) == std::vector<std::size_t>{1, 0});
  const auto copy = views::by_start(f.s);
  const auto other = copy;
  for (auto&& [a, b] : ::ranges::views::zip(copy, other)) CHECK(a == b);
  std::size_t chunks = 0;
  for (auto&& chunk : views::by_start(f.s) | ::ranges::views::chunk(3)) {
    static_cast<void>(chunk);
    ++chunks;
  }
  CHECK(chunks == 2);
  CHECK(::ranges::is_sorted(copy, {}, [](const views::placement& x) { return x.when.start; }));
}

TEST_CASE("by_resource gives the users of a resource with their units in the chosen mode") {
  const fixture f;
  const auto users = views::by_resource(f.p, f.s, resource_id(0)) | ::ranges::to<std::vector>;
  REQUIRE(users.size() == 3);
  CHECK(users[0] == views::use{{task_id(1), {0, 4}, 1}, 3});
  CHECK(users[1].units == 1);
  CHECK(users[2].units == 2);
  const std::int64_t volume = ::ranges::accumulate(
      views::by_resource(f.p, f.s, resource_id(0)) |
          ::ranges::views::transform([](const views::use& u) { return u.units * u.what.when.length().count(); }),
      std::int64_t{0});
  CHECK(volume == 12 + 2 + 10);
}

TEST_CASE("an empty schedule has empty views") {
  const schedule none;
  CHECK(::ranges::empty(views::placements(none)));
  CHECK(::ranges::empty(views::by_start(none)));
}
