// SPDX-License-Identifier: BSL-1.0
#include <sched/model/schedule.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("an unplaced schedule has infinite times and first modes") {
  const schedule s = schedule::unplaced(3);
  REQUIRE(s.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(s.start[i] == instant::infinity());
    CHECK(s.finish[i] == instant::infinity());
    CHECK(s.mode[i] == 0);
  }
  CHECK(s.makespan() == instant::infinity());
}

TEST_CASE("the makespan is the latest finish, and 0 without tasks") {
  CHECK(schedule{}.makespan() == 0);
  const schedule s{{0, 4, -3}, {3, 9, 1}, {0, 0, 0}};
  CHECK(s.makespan() == 9);
  CHECK(s.when(task_id(1)) == interval{4, 9});
  CHECK((schedule{{-5}, {-2}, {0}}).makespan() == 0);
}

TEST_CASE("schedules are equal when every column is") {
  const schedule s{{0}, {3}, {0}};
  CHECK(s == schedule{{0}, {3}, {0}});
  CHECK_FALSE(s == schedule{{0}, {3}, {1}});
  CHECK_FALSE(s == schedule{{0}, {4}, {0}});
}

TEST_CASE("a result without a schedule is unsolved") {
  const schedule_result none;
  CHECK(none.status == status::unsolved);
  CHECK_FALSE(none.solved());
  CHECK(none.makespan() == 0);
  schedule_result r{.status = status::feasible, .schedule = {{0}, {3}, {0}}};
  CHECK(r.solved());
  CHECK(r.makespan() == 3);
  r.status = status::deadline_missed;
  CHECK_FALSE(r.solved());
}
