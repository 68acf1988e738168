// SPDX-License-Identifier: BSL-1.0
#include <sched/model/occupancy.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {
std::vector<allocation> on(std::size_t node) { return {{.node = node_id(node), .share = 1000, .devices = {0}}}; }
}  // namespace

TEST_CASE("a log has an occupancy for every attempt, each with its own place") {
  occupancy_log log;
  job_history h(0);
  log.update(7, h, {});
  CHECK(log.stays().empty());
  h.move(job_state::scheduled, 5);
  h.move(job_state::running, 6);
  log.update(7, h, on(1), 3, "train");
  REQUIRE(log.stays().size() == 1);
  CHECK(log.stays()[0].job == "train");
  CHECK(log.stays()[0].kind == 3);
  CHECK(log.stays()[0].start == 5);
  CHECK(log.stays()[0].end == instant::infinity());
  log.update(7, h, on(2));  // nothing is new
  REQUIRE(log.stays().size() == 1);
  CHECK(log.stays()[0].place == on(1));
  h.move(job_state::preempted, 9, end_reason::preempted);
  h.move(job_state::queued, 9);
  h.move(job_state::scheduled, 12);
  log.update(7, h, on(2));  // ends the first and begins the second at once
  REQUIRE(log.stays().size() == 2);
  CHECK(log.stays()[0].end == 9);
  CHECK(log.stays()[0].reason == end_reason::preempted);
  CHECK(log.stays()[1].start == 12);
  CHECK(log.stays()[1].attempt == 2);
  CHECK(log.stays()[1].place == on(2));
  CHECK(log.stays()[1].job == "7");
  h.move(job_state::running, 12);
  h.move(job_state::completed, 20, end_reason::done);
  log.update(7, h, {});
  log.update(7, h, {});
  REQUIRE(log.stays().size() == 2);
  CHECK(log.stays()[1].end == 20);
  CHECK(log.stays()[1].reason == end_reason::done);
}

TEST_CASE("a log keeps jobs apart, and outages until the node is up or changes again") {
  occupancy_log log;
  job_history a(0), b(0);
  a.move(job_state::scheduled, 1);
  b.move(job_state::scheduled, 2);
  log.update(1, a, on(0));
  log.update(2, b, on(1));
  a.move(job_state::failed, 4, end_reason::node_lost);
  log.update(1, a, {});
  CHECK(log.stays()[0].end == 4);
  CHECK(log.stays()[1].end == instant::infinity());

  log.set_status(node_id(0), node_status::draining, 3);
  log.set_status(node_id(0), node_status::down, 5);
  log.set_status(node_id(1), node_status::down, 6);
  log.set_status(node_id(1), node_status::up, 6);  // nothing of it is left
  log.set_status(node_id(0), node_status::up, 8);
  log.set_status(node_id(2), node_status::draining, 9);
  REQUIRE(log.outages().size() == 3);
  CHECK((log.outages()[0].from == 3 && log.outages()[0].to == 5));
  CHECK(log.outages()[0].status == node_status::draining);
  CHECK((log.outages()[1].from == 5 && log.outages()[1].to == 8));
  CHECK(log.outages()[1].status == node_status::down);
  CHECK((log.outages()[2].node == node_id(2) && log.outages()[2].to == instant::infinity()));
}
