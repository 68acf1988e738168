// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/compare_jobs.hpp>

#include <algorithm>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;

namespace {

std::vector<job_policy> some_policies() {
  return {backfill_policy("none", order::fcfs{}, reserve::none{}), backfill_policy("easy", order::fcfs{}),
          backfill_policy("sjbf", order::fcfs{}, reserve::easy(), estimate::user{}, order::sjf{}),
          backfill_policy("wfp3", order::wfp3{}, reserve::easy())};
}
struct two_traces {
  two_traces() {
    random_generator random(3);
    first = sched_test::random_trace({.jobs = 400}, random);
    second = sched_test::random_trace({.jobs = 300, .processors = 8}, random);
    traces = {{"first", first, 16}, {"second", second, 8}};
  }
  std::vector<job> first, second;
  std::vector<job_trace> traces;
};
bool same(const job_comparison& a, const job_comparison& b) {
  if (a.observations != b.observations || a.summary != b.summary || a.trace_summary != b.trace_summary) return false;
  if (a.metrics.size() != b.metrics.size() || a.runs.size() != b.runs.size()) return false;
  for (std::size_t k = 0; k < a.metrics.size(); ++k)
    for (const job_measure& m : job_measures())
      if (m(a.metrics[k]) != m(b.metrics[k])) return false;
  for (std::size_t k = 0; k < a.runs.size(); ++k)
    if (a.runs[k].jobs != b.runs[k].jobs || a.runs[k].decisions != b.runs[k].decisions) return false;
  return true;
}

}  // namespace

TEST_CASE("whole traces: the metrics are those of single runs") {
  const two_traces t;
  const job_comparison c = compare_jobs(t.traces, some_policies(), {.keep_runs = true});
  CHECK(c.policies == std::vector<std::string>{"none", "easy", "sjbf", "wfp3"});
  CHECK(c.traces == std::vector<std::string>{"first", "second"});
  REQUIRE(c.observations.size() == 2);
  CHECK(c.observations[1] == job_observation{1, 0, 300});
  CHECK(c.complete == 2);
  const job_run run = simulate_jobs(t.second, backfill(8));
  CHECK(c.runs[4 + 1].jobs == run.jobs);
  CHECK(c.metrics_of(1, 1).wait_sum == measure_jobs(t.second, run.jobs, 8).wait_sum);
  const std::size_t wait = c.place_of("avg_wait");
  CHECK(c.of(wait, 1).mean == Approx((c.metrics_of(0, 1).avg_wait + c.metrics_of(1, 1).avg_wait) / 2));
  CHECK(c.of(wait, 1).difference < 0);  // backfilling helps
  CHECK(c.trace_summary[1][wait * 4 + 1].mean == c.metrics_of(1, 1).avg_wait);
  CHECK(c.of(c.place_of("utilization"), 0).rank > c.of(c.place_of("utilization"), 1).rank);
  CHECK(c.place_of("nothing") == c.measures.size());
}

TEST_CASE("the number of threads changes no bit") {
  const two_traces t;
  for (const auto method : {interval_method::student_t, interval_method::bootstrap}) {
    job_comparison_options o{.windows = 12,
                             .window_jobs = 50,
                             .seed = 9,
                             .interval = {.method = method, .resamples = 500},
                             .keep_runs = true};
    const job_comparison one = compare_jobs(t.traces, some_policies(), o);
    for (const unsigned threads : {2U, 5U, 400U}) {
      o.threads = threads;
      CHECK(same(compare_jobs(t.traces, some_policies(), o), one));
    }
    o.seed = 10;
    CHECK_FALSE(same(compare_jobs(t.traces, some_policies(), o), one));
  }
}

TEST_CASE("windows are the same for every policy and cover the trace") {
  const two_traces t;
  const job_comparison c =
      compare_jobs(t.traces, some_policies(), {.windows = 200, .window_jobs = 100, .measures = {job_measures()[0]}});
  REQUIRE(c.observations.size() == 400);
  CHECK(c.measures.size() == 1);
  CHECK(c.summary.size() == 4);
  std::size_t least = 1000, most = 0;
  for (const job_observation& w : c.observations) {
    CHECK(w.first + w.count <= t.traces[w.trace].jobs.size());
    CHECK(w.count == 100);
    if (w.trace != 0) continue;
    least = std::min(least, w.first);
    most = std::max(most, w.first);
  }
  CHECK(least < 20);
  CHECK(most > 280);
  CHECK(c.of(0, 1).interval.contains(c.of(0, 1).mean));
  CHECK(c.of(0, 1).cases == 400);
  // A window on its own: a run of those jobs.
  const job_observation w = c.observations[7];
  const std::span<const job> part = std::span(t.first).subspan(w.first, w.count);
  CHECK(c.metrics_of(7, 1).wait_sum == measure_jobs(part, simulate_jobs(part, backfill(16)).jobs, 16).wait_sum);
}

TEST_CASE("a window takes dependencies on jobs before it as met") {
  std::vector<job> jobs;
  for (int k = 0; k < 40; ++k) {
    jobs.push_back(rigid_job(k, k, 1, 5, 5));
    if (k > 0) jobs.back().after.push_back({job_dependency::kind::any, k - 1, 2});
  }
  const std::vector<job_trace> traces{{"chain", jobs, 4}};
  const job_comparison whole = compare_jobs(traces, some_policies(), {.keep_runs = true});
  CHECK(whole.runs[1].jobs[39].start == 39 * 7);
  CHECK(whole.metrics_of(0, 1).wait_sum == 0);  // nobody waits for processors
  const job_comparison parts =
      compare_jobs(traces, some_policies(), {.windows = 3, .window_jobs = 10, .keep_runs = true});
  for (std::size_t w = 0; w < 3; ++w) {
    CHECK(parts.metrics_of(w, 1).unstarted == 0);
    const auto first = static_cast<std::int64_t>(parts.observations[w].first);
    CHECK(parts.runs[w * 4 + 1].jobs[0].start == first);
    CHECK(parts.runs[w * 4 + 1].jobs[9].start == first + 63);
  }
  CHECK(jobs[5].after.size() == 1);
}

TEST_CASE("what cannot be compared is refused") {
  const two_traces t;
  CHECK_THROWS_AS(compare_jobs(t.traces, some_policies(), {.windows = 5, .window_jobs = 300}), error);
  CHECK_THROWS_AS(compare_jobs(t.traces, some_policies(), {.windows = 5, .window_jobs = 0}), error);
  const std::vector<job_trace> none{{"no machine", t.first, 0}};
  CHECK_THROWS_AS(compare_jobs(none, some_policies()), error);
}

TEST_CASE("no traces, no policies, no jobs are no trouble") {
  const two_traces t;
  CHECK(compare_jobs({}, some_policies()).summary.size() == 4 * job_measures().size());
  const job_comparison c = compare_jobs(t.traces, {});
  CHECK(c.summary.empty());
  CHECK(c.observations.size() == 2);
  const std::vector<job_trace> empty{{"empty", {}, 4}};
  CHECK(compare_jobs(empty, some_policies()).complete == 1);
}

TEST_CASE("the exception of the first run that fails comes out, with any number of threads") {
  const two_traces t;
  std::vector<job_policy> policies = some_policies();
  for (const char* name : {"bad", "worse"})
    policies.push_back({name, [name](std::span<const job> jobs, amount, const simulation_options&) -> job_run {
                          if (jobs.size() == 400) throw std::runtime_error(name);
                          return job_run{.jobs = std::vector<job_record>(jobs.size())};
                        }});
  for (const unsigned threads : {1U, 4U})
    CHECK_THROWS_WITH(compare_jobs(t.traces, policies, {.threads = threads}), "bad");
}

TEST_CASE("a stop request leaves unfinished observations out") {
  const two_traces t;
  std::stop_source stop;
  job_comparison_options o{.windows = 20, .window_jobs = 100};
  o.watch.stop = stop.get_token();
  std::uint64_t last = 0, total = 0;
  o.watch.observer = [&](const progress& p) {
    CHECK(p.done >= last);
    last = p.done;
    total = p.total;
    if (p.done > 2000) stop.request_stop();
  };
  const job_comparison c = compare_jobs(t.traces, some_policies(), o);
  CHECK(c.cancelled);
  CHECK(c.complete == 5);
  CHECK(c.of(0, 0).cases == 5);
  CHECK(total == 40 * 100 * 4);
  CHECK(last < total);
}

TEST_CASE("progress reaches its end") {
  const two_traces t;
  for (const unsigned threads : {1U, 3U}) {
    job_comparison_options o{.threads = threads};
    progress last;
    o.watch.observer = [&](const progress& p) { last = p; };
    static_cast<void>(compare_jobs(t.traces, some_policies(), o));
    CHECK(last.done == last.total);
    CHECK(last.total == 700 * 4);
  }
}
