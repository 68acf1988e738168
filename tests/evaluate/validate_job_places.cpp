// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/validate_job_places.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace sched;
using enum place_violation_kind;

namespace {

const std::vector<job> jobs{rigid_job(7, 0, 2, 10, 10), rigid_job(8, 0, 2, 10, 10), rigid_job(9, 0, 1, 5, 5)};
const std::vector<job_record> run{{0, 10, 0}, {0, 10, 0}, {10, 15, 0}};

}  // namespace

TEST_CASE("processors that nobody else has at the same time are fine, also right after another job") {
  CHECK(validate_ids(jobs, run, std::vector<interval_set>{{{0, 2}}, {{2, 4}}, {{0, 1}}}, 4).empty());
}

TEST_CASE("too few, unknown and shared processors are named") {
  const auto few = validate_ids(jobs, run, std::vector<interval_set>{{{0, 1}}, {{2, 4}}, {{0, 1}}}, 4);
  CHECK(few == std::vector<place_violation>{{wrong_count, 7, 7, 0}});
  const auto unknown = validate_ids(jobs, run, std::vector<interval_set>{{{0, 2}}, {{3, 5}}, {{0, 1}}}, 4);
  CHECK(unknown == std::vector<place_violation>{{unknown_ids, 8, 8, 0}});
  const auto shared = validate_ids(jobs, run, std::vector<interval_set>{{{0, 2}}, {{1, 3}}, {{0, 1}}}, 4);
  CHECK(shared == std::vector<place_violation>{{shared_ids, 8, 7, 0}});
}

TEST_CASE("who may not use a reservation leaves it its processors") {
  const std::vector<advance_reservation> kept{{.id = 3, .when = {5, 12}, .demand = 2}};
  CHECK(validate_reservations(jobs, run, kept, 6).empty());
  CHECK(validate_reservations(jobs, run, kept, 5) == std::vector<place_violation>{{intrusion, 3, 3, 5}});
  std::vector<job> members = jobs;
  members[0].allow.push_back(3);
  CHECK(validate_reservations(members, run, kept, 5).empty());
}
