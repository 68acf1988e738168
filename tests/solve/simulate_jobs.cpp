// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/simulate_jobs.hpp>

#include <cstdint>
#include <stop_token>
#include <vector>

#include <sched/core/error.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;
using sched_test::starts_of;
using sched_test::trace_of;

namespace {
using list = std::vector<std::int64_t>;
constexpr auto sequential = event_convention::sequential;
constexpr auto batch = event_convention::batch;
}  // namespace

TEST_CASE("an empty trace runs") {
  const job_run r = simulate_jobs({}, backfill(4));
  CHECK(r.jobs.empty());
  CHECK(r.decisions == 0);
  CHECK_FALSE(r.cancelled);
}

TEST_CASE("records say when each job ran, in the order of the trace") {
  const auto jobs = trace_of({{0, 4, 10, 7}, {1, 4, 5, 5}});
  const job_run r = simulate_jobs(jobs, backfill(4));
  REQUIRE(r.jobs.size() == 2);
  CHECK(r.jobs[0] == job_record{0, 7, 0});
  CHECK(r.jobs[1] == job_record{7, 12, 0});
}

TEST_CASE("a job that arrives as another ends exactly on time takes its place") {
  const auto jobs = trace_of({{0, 2, 10, 10}, {10, 2, 5, 5}});
  CHECK(starts_of(jobs, backfill(2), sequential) == list{0, 10});
  CHECK(starts_of(jobs, backfill(2), batch) == list{0, 10});
}

TEST_CASE("sequential: the arrival is decided before the early end is known, batch: after") {
  // At 5 the first job ends early and a third arrives. Alone it may run on the free processor, at the cost of nobody;
  // one after another, the first decision is made without the processors of the first job.
  const auto jobs = trace_of({{0, 3, 20, 5}, {1, 4, 5, 5}, {5, 1, 15, 15}});
  CHECK(starts_of(jobs, backfill(4), sequential) == list{0, 20, 5});
  CHECK(starts_of(jobs, backfill(4), batch) == list{0, 5, 10});
}

TEST_CASE("a decision per event, or one per instant") {
  const auto jobs = trace_of({{0, 1, 5, 5}, {0, 1, 5, 5}, {0, 1, 5, 5}});
  CHECK(simulate_jobs(jobs, backfill(4), {.events = sequential}).decisions == 6);
  CHECK(simulate_jobs(jobs, backfill(4), {.events = batch}).decisions == 2);
}

TEST_CASE("a job of no length starts and ends at one instant, and makes room there") {
  const auto jobs = trace_of({{0, 4, 5, 0}, {0, 4, 5, 0}, {0, 4, 5, 3}});
  for (const auto events : {sequential, batch}) {
    CHECK(starts_of(jobs, backfill(4), events) == list{0, 0, 0});
    CHECK(starts_of(jobs, backfill(4, order::fcfs{}, reserve::conservative{}), events) == list{0, 0, 0});
  }
}

TEST_CASE("a plan that passes while the job runs on is extended to what the user said") {
  // The first says 20 and is planned 10; at 10 the plan is extended to 20, so the short third job passes the second.
  const auto jobs = trace_of({{0, 3, 20, 18}, {1, 4, 4, 4}, {11, 1, 10, 5}});
  CHECK(starts_of(jobs, backfill(4, order::fcfs{}, reserve::easy(), estimate::scaled{0.5})) == list{0, 18, 11});
}

TEST_CASE("jobs of one instant end in the order in which they were started") {
  const auto jobs = trace_of({{0, 2, 5, 5}, {0, 2, 5, 5}, {1, 3, 2, 2}, {1, 1, 2, 2}, {1, 2, 9, 9}});
  const auto r = starts_of(jobs, backfill(4));
  CHECK(r == list{0, 0, 5, 5, 7});
}

TEST_CASE("a wish for a later start is honoured") {
  auto jobs = trace_of({{0, 1, 5, 5}, {0, 1, 5, 5}, {100, 1, 1, 1}});
  jobs[1].not_before = 30;
  // Somebody must ask again at 30: the trace goes on.
  const auto batch_starts = starts_of(jobs, backfill(4), batch);
  CHECK((batch_starts[0] == 0 && batch_starts[1] >= 30 && batch_starts[2] == 100));
}

TEST_CASE("a stop before the first event starts nothing") {
  std::stop_source stop;
  stop.request_stop();
  const auto jobs = trace_of({{0, 1, 5, 5}});
  const job_run r = simulate_jobs(jobs, backfill(4), {.watch = {.stop = stop.get_token()}});
  CHECK(r.cancelled);
  CHECK(r.jobs[0] == job_record{});
}

TEST_CASE("an observer sees progress and may stop the run") {
  std::vector<sched_test::trace_row> rows;
  for (std::int64_t k = 0; k < 6000; ++k) rows.push_back({k, 1, 2, 1});
  const auto jobs = trace_of(rows);
  std::stop_source stop;
  std::uint64_t seen = 0;
  int calls = 0;
  simulation_options o;
  o.watch.observer = [&](const progress& p) {
    CHECK(p.total == 6000);
    CHECK(p.done >= seen);
    seen = p.done;
    ++calls;
  };
  CHECK_FALSE(simulate_jobs(jobs, backfill(4), o).cancelled);
  CHECK(calls >= 10);
  CHECK(seen > 5000);

  o.watch.stop = stop.get_token();
  o.watch.observer = [&](const progress& p) {
    if (p.done >= 1000) stop.request_stop();
  };
  const job_run r = simulate_jobs(jobs, backfill(4), o);
  CHECK(r.cancelled);
  CHECK(r.jobs.front().start == 0);
  CHECK(r.jobs.back() == job_record{});
}

TEST_CASE("a job that the machine can never run is refused by name") {
  const auto jobs = trace_of({{0, 1, 5, 5}, {1, 9, 5, 5}});
  CHECK_THROWS_AS(simulate_jobs(jobs, backfill(4)), error);
}

TEST_CASE("estimates of 2^62 ticks do no harm") {
  const std::int64_t ages = std::int64_t{1} << 62;
  const auto jobs = trace_of({{0, 3, ages, 10}, {1, 2, ages, 5}, {2, 1, ages, 5}, {3, 4, 7, 7}});
  CHECK(starts_of(jobs, backfill(4)) == list{0, 10, 2, 15});
}
