// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/estimate.hpp>

#include <cstdint>

#include "support/catch.hpp"

using namespace sched;

namespace {

job job_of(std::uint32_t user, std::int64_t said, std::int64_t real) {
  job j = rigid_job(1, 0, 2, said, real);
  j.user = user;
  return j;
}
template <estimate_policy E>
duration planned(const E& e, const job& j) {
  return e.predict(j, j.shapes[0]);
}
struct deaf {
  static constexpr bool changes = false;
  [[nodiscard]] static duration predict(const job&, const job_shape&) { return 1; }
};

}  // namespace

TEST_CASE("what the user said, the truth, and a multiple") {
  const job j = job_of(0, 30, 12);
  CHECK(planned(estimate::user{}, j) == 30);
  CHECK(planned(estimate::perfect{}, j) == 12);
  CHECK(planned(estimate::scaled{}, j) == 60);
  CHECK(planned(estimate::scaled{1.1}, j) == 33);
  CHECK(planned(estimate::scaled{0.01}, j) == 1);  // ⌈0.3⌉
}

TEST_CASE("a plan is never shorter than a tick and never overflows") {
  CHECK(planned(estimate::perfect{}, job_of(0, 5, 0)) == 1);
  const job long_one = job_of(0, std::int64_t{1} << 62, 1);
  CHECK(planned(estimate::scaled{1.0}, long_one) == std::int64_t{1} << 62);
  CHECK(planned(estimate::scaled{1000.0}, long_one) == duration::max());
}

TEST_CASE("the last two of a user predict the next, at most what the user says") {
  estimate::last_two e;
  CHECK(estimate::last_two::changes);
  CHECK(planned(e, job_of(3, 100, 1)) == 100);  // nothing known
  e.observe(job_of(3, 100, 0), 10);
  CHECK(planned(e, job_of(3, 100, 1)) == 100);  // one is not enough
  e.observe(job_of(3, 100, 0), 15);
  CHECK(planned(e, job_of(3, 100, 1)) == 12);  // ⌊25 / 2⌋
  CHECK(planned(e, job_of(3, 7, 1)) == 7);
  CHECK(planned(e, job_of(2, 100, 1)) == 100);  // another user
  CHECK(planned(e, job_of(9, 100, 1)) == 100);
  e.observe(job_of(3, 100, 0), 20);
  CHECK(planned(e, job_of(3, 100, 1)) == 17);  // the first is forgotten
  e.observe(job_of(3, 100, 0), 0);
  e.observe(job_of(3, 100, 0), 0);
  CHECK(planned(e, job_of(3, 100, 1)) == 1);
}

TEST_CASE("copies of a predictor learn on their own") {
  estimate::last_two a;
  a.observe(job_of(0, 9, 9), 4);
  estimate::last_two b = a;
  b.observe(job_of(0, 9, 9), 4);
  CHECK(planned(a, job_of(0, 9, 9)) == 9);
  CHECK(planned(b, job_of(0, 9, 9)) == 4);
}

TEST_CASE("a predictor that cannot be told of ends is none") {
  static_assert(!estimate_policy<deaf> && !estimate_policy<int>);
  CHECK(estimate_policy<estimate::user>);
}
