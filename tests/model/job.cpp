// SPDX-License-Identifier: BSL-1.0
#include <sched/model/job.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("a rigid job has one shape and no wishes") {
  const job j = rigid_job(0, 7, 3, 20, 11);
  CHECK(j.id == 0);
  CHECK(j.submit == 7);
  CHECK(j.rigid());
  CHECK(j.shapes[0] == job_shape{3, 20, 11});
  CHECK(j.not_before == instant::minus_infinity());
  CHECK((j.priority == 0 && j.user == 0 && j.group == 0 && j.queue == 0));
}

TEST_CASE("a job with several shapes is moldable, and jobs compare by value") {
  job j = rigid_job(1, 0, 1, 10, 10);
  job same = j;
  CHECK(j == same);
  same.shapes.push_back({2, 6, 6});
  CHECK_FALSE(same.rigid());
  CHECK_FALSE(j == same);
  job nothing;
  CHECK_FALSE(nothing.rigid());
  j.user = 4;
  CHECK_FALSE(j == rigid_job(1, 0, 1, 10, 10));
}

TEST_CASE("a record of a job that never started says so") {
  const job_record r;
  CHECK(r.start == instant::infinity());
  CHECK(r.end == instant::infinity());
  CHECK(r == job_record{});
}
