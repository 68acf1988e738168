// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_JOB_TRACES_HPP
#define SCHED_TESTS_SUPPORT_JOB_TRACES_HPP

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>

/// Small traces of rigid jobs, written by hand or drawn, and the starts that a scheduler gives them.
namespace sched_test {

struct trace_row {
  std::int64_t submit, demand, estimate, runtime;
};

inline std::vector<sched::job> trace_of(const std::vector<trace_row>& rows) {
  std::vector<sched::job> jobs;
  for (const trace_row& r : rows)
    jobs.push_back(
        sched::rigid_job(static_cast<sched::job_number>(jobs.size()) + 1, r.submit, r.demand, r.estimate, r.runtime));
  return jobs;
}

/// Start times in the order of the trace.
template <class Scheduler>
std::vector<std::int64_t> starts_of(const std::vector<sched::job>& jobs, Scheduler s,
                                    sched::event_convention events = sched::event_convention::sequential) {
  const sched::job_run run = sched::simulate_jobs(jobs, std::move(s), {.events = events});
  std::vector<std::int64_t> starts;
  for (const sched::job_record& r : run.jobs) starts.push_back(r.start.count());
  return starts;
}

struct random_trace_options {
  std::size_t jobs = 30;
  sched::amount processors = 16;
  std::int64_t longest = 40;    ///< of an estimate
  std::int64_t widest_gap = 6;  ///< between two submissions; 0: all at once
  double exact = 0.3;           ///< share of jobs that run as long as they said
  std::uint64_t users = 3;
};

/// Jobs sorted by submission, times small so that many fall together. Some take the whole machine, some no time.
inline std::vector<sched::job> random_trace(const random_trace_options& o, sched::random_generator& rng) {
  std::vector<sched::job> jobs;
  std::int64_t now = rng.between(0, 5);
  for (std::size_t k = 0; k < o.jobs; ++k) {
    const std::int64_t gap = rng.between(0, o.widest_gap);
    if (rng.chance(0.7)) now += gap;
    sched::amount demand = rng.between(1, o.processors);
    if (rng.chance(0.5)) demand = rng.between(1, 1 + demand / 3);
    const std::int64_t estimate = rng.between(1, o.longest);
    const std::int64_t runtime = rng.chance(o.exact) ? estimate : rng.between(0, estimate);
    jobs.push_back(sched::rigid_job(static_cast<sched::job_number>(k), now, demand, estimate, runtime));
    jobs.back().user = static_cast<std::uint32_t>(rng.below(o.users));
    jobs.back().priority = rng.between(0, 3);
  }
  return jobs;
}

}  // namespace sched_test

#endif
