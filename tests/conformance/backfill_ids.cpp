// SPDX-License-Identifier: BSL-1.0
// Machines whose plan holds the names of processors: mean wait and mean bounded slowdown as published for batsched,
// which takes the lowest ids and handles all events of an instant at once. needs: zlib
#include <sched/backfill.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <sched/evaluate/job_metrics.hpp>
#include <sched/evaluate/validate_job_places.hpp>
#include <sched/evaluate/validate_jobs.hpp>

#include "support/catch.hpp"
#include "support/traces.hpp"

using namespace sched;

namespace {

/// The fast variant of batsched: the head's start is computed once and never again, and nobody may use what it leaves
/// over. A reservation policy of one's own.
struct stale_shadow {
  struct memory {
    job_handle head = 0xffffffffU;
    instant at{};
  };
  template <class Desk>
  void pass(Desk& desk, memory& m) const {
    const job_handle head = desk.start_heads();
    if (head == 0xffffffffU) {
      m = {};
      return;
    }
    if (head != m.head) m = {head, desk.shadow_of_head(head).at};
    desk.each_in_walk([&](job_handle h) {
      if (h != head && desk.fits(h) && desk.now() + desk.planned_of(h) <= m.at) desk.start(h);
      return desk.available() > 0;
    });
  }
};
static_assert(reservation_policy<stale_shadow>);

struct means {
  double wait = 0, slowdown = 0;
};
template <class B>
means run(const std::vector<job>& jobs, amount processors, B b) {
  const job_run r = simulate_jobs(jobs, std::move(b), {.events = event_convention::batch});
  REQUIRE(validate(jobs, r.jobs, processors).ok());
  if (!r.ids.empty()) REQUIRE(validate_ids(jobs, r.jobs, r.ids, processors).empty());
  compensated_sum wait, slowdown;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const duration w = r.jobs[i].start - jobs[i].submit;
    wait.add(static_cast<double>(w.count()));
    slowdown.add(bounded_slowdown(w, jobs[i].shapes[0].runtime));
  }
  const auto n = static_cast<double>(jobs.size());
  return {wait.value() / n, slowdown.value() / n};
}
void is(means got, double wait, double slowdown) {
  CHECK(std::abs(got.wait - wait) < 0.00005001);
  CHECK(std::abs(got.slowdown - slowdown) < 0.00005001);
}

}  // namespace

TEST_CASE("machines with names: the means published for batsched") {
  struct row {
    const char* trace;
    amount processors;
    means easy, conservative, fast, filler;
  };
  const row rows[] = {
      {"KTH-SP2-5k", 100, {8377.3140, 113.8345}, {8671.3892, 106.7355}, {9385.2684, 117.5260}, {8429.7474, 115.6616}},
      {"SDSC-SP2-5k", 128, {3355.6870, 16.2774}, {4949.4306, 19.2263}, {4272.3949, 25.4648}, {3128.5920, 16.8625}}};
  const order::fcfs o;
  const estimate::user u;
  for (const row& r : rows) {
    const auto text = data_text(std::string("backfill/") + r.trace + "_fcfs.csv.gz");
    if (!text) {
      WARN("skipped: no " << r.trace << " below " SCHED_DATA_DIR);
      continue;
    }
    std::vector<job> jobs;
    for (const oracle_row& x : whole_rows(*text)) jobs.push_back(rigid_job(x[0], x[1], x[2], x[3], x[4]));
    const amount p = r.processors;
    is(run(jobs, p, backfill(p, o, reserve::easy(), u, o, ids::in_plan{})), r.easy.wait, r.easy.slowdown);
    is(run(jobs, p, backfill(p, o, reserve::conservative{}, u, o, ids::in_plan{})), r.conservative.wait,
       r.conservative.slowdown);
    is(run(jobs, p, backfill(p, o, stale_shadow{}, u, o, ids::in_plan{})), r.fast.wait, r.fast.slowdown);
    is(run(jobs, p, backfill(p, o, reserve::depth{0}, u, o, ids::in_plan{})), r.filler.wait, r.filler.slowdown);
  }
}
