// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_COMPARE_JOBS_HPP
#define SCHED_SOLVE_COMPARE_JOBS_HPP

/// \file
/// Many batch schedulers over many traces in one call: metrics of every run, means with confidence intervals, paired
/// differences.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/progress.hpp>
#include <sched/core/random.hpp>
#include <sched/core/ticks.hpp>
#include <sched/evaluate/compare_paired.hpp>
#include <sched/evaluate/confidence.hpp>
#include <sched/evaluate/job_measure.hpp>
#include <sched/evaluate/job_metrics.hpp>
#include <sched/model/job.hpp>
#include <sched/solve/backfill.hpp>
#include <sched/solve/simulate_jobs.hpp>

namespace sched {
inline namespace v0 {

/// A workload and its machine. The jobs are the caller's and stay as they are during the call.
struct job_trace {
  std::string name{};
  std::span<const job> jobs{};  ///< ascending in submission
  amount processors = 0;
};

/// A scheduler under a name: anything that runs jobs on a machine. Called from several threads at once; the run may
/// depend on nothing but its arguments.
struct job_policy {
  using function = job_run(std::span<const job>, amount, const simulation_options&);

  std::string name{};
  std::function<function> run{};
};

/// A `backfill` scheduler as a policy; a fresh copy of the components for every run.
template <job_order Order, reservation_policy Reserve = reserve::depth, estimate_policy Estimate = estimate::user,
          job_order Walk = Order>
[[nodiscard]] job_policy backfill_policy(std::string name, Order order, Reserve reserve, Estimate predictor, Walk walk,
                                         const backfill_options& options = {}) {
  return {std::move(name), [=](std::span<const job> jobs, amount processors, const simulation_options& o) {
            backfill<Order, Reserve, Estimate, Walk> scheduler(processors, order, reserve, predictor, walk, options);
            if (std::ranges::any_of(jobs, [](const job& j) { return !j.after.empty(); }))
              scheduler.expect_dependencies();
            return simulate_jobs(jobs, std::move(scheduler), o);
          }};
}
template <job_order Order, reservation_policy Reserve = reserve::depth, estimate_policy Estimate = estimate::user>
[[nodiscard]] job_policy backfill_policy(std::string name, Order order, Reserve reserve = {}, Estimate predictor = {}) {
  return backfill_policy(std::move(name), order, std::move(reserve), std::move(predictor), order);
}

struct job_comparison_options {
  unsigned threads = 1;  ///< runs side by side; the result is the same for any number
  /// Of each trace, so many windows of `window_jobs` consecutive jobs are observed, begun at random places (each
  /// equally likely, independent draws, the same for every policy). 0: every trace is one observation.
  std::size_t windows = 0;
  std::size_t window_jobs = 1000;
  std::uint64_t seed = 1;  ///< of the windows
  interval_options interval{};
  event_convention events = event_convention::sequential;
  job_metric_options metrics{};         ///< filters; a window starts on an empty machine, which `warmup` leaves out
  std::vector<job_measure> measures{};  ///< empty: all of `job_measures()`
  bool keep_runs = false;               ///< also return what became of every job
  control watch{};                      ///< done and total in jobs; the observer is called by one thread at a time
};

/// Jobs that were run under every policy: `[first, first + count)` of a trace.
struct job_observation {
  std::size_t trace = 0, first = 0, count = 0;
  bool operator==(const job_observation&) const noexcept = default;
};

/// What came of it. Matrices are by observation, then policy; summaries by measure, then policy.
struct job_comparison {
  std::vector<std::string> traces{}, policies{};
  std::vector<job_measure> measures{};
  std::vector<job_observation> observations{};  ///< by trace
  std::vector<job_metrics> metrics{};
  std::vector<job_run> runs{};                               ///< empty unless kept
  std::vector<paired_summary> summary{};                     ///< over all observations
  std::vector<std::vector<paired_summary>> trace_summary{};  ///< over the observations of each trace
  std::size_t complete = 0;  ///< observations in the summaries: those in which every policy came to its end
  bool cancelled = false;

  [[nodiscard]] const job_metrics& metrics_of(std::size_t observation, std::size_t policy) const {
    return metrics[observation * policies.size() + policy];
  }
  /// By place of the measure and of the policy.
  [[nodiscard]] const paired_summary& of(std::size_t measure, std::size_t policy) const {
    return summary[measure * policies.size() + policy];
  }
  /// Place of a measure by name; `measures.size()` when it is not there.
  [[nodiscard]] std::size_t place_of(std::string_view measure) const {
    return static_cast<std::size_t>(std::ranges::find(measures, measure, &job_measure::name) - measures.begin());
  }
};

namespace detail {

/// Jobs of a window without dependencies on jobs outside.
[[nodiscard]] inline std::vector<job> cut_loose(std::span<const job> jobs) {
  std::vector<job> out(jobs.begin(), jobs.end());
  std::vector<job_number> known;
  for (const job& j : jobs) known.push_back(j.id);
  std::ranges::sort(known);
  for (job& j : out)
    j.after.erase(std::remove_if(j.after.begin(), j.after.end(),
                                 [&](const job_dependency& d) {
                                   return d.on != job_dependency::kind::singleton &&
                                          !std::ranges::binary_search(known, d.job);
                                 }),
                  j.after.end());
  return out;
}

class job_comparer {
public:
  job_comparer(std::span<const job_trace> traces, std::span<const job_policy> policies, const job_comparison_options& o)
      : traces_(traces), policies_(policies), o_(o) {}

  job_comparison run() {
    observe();
    const std::size_t n = out_.observations.size() * policies_.size();
    out_.metrics.resize(n);
    if (o_.keep_runs) out_.runs.resize(n);
    ended_.assign(n, 0);
    reported_.assign(n, 0);
    for (const job_observation& w : out_.observations) total_ += w.count * policies_.size();
    std::vector<std::thread> threads;
    for (unsigned t = 1; t < o_.threads && t < n; ++t) threads.emplace_back([this, n] { work(n); });
    work(n);
    for (std::thread& t : threads) t.join();
    if (failure_) std::rethrow_exception(failure_);
    summarise();
    return std::move(out_);
  }

private:
  void observe() {
    for (const job_policy& p : policies_) out_.policies.push_back(p.name);
    out_.measures = o_.measures;
    if (out_.measures.empty()) out_.measures.assign(job_measures().begin(), job_measures().end());
    random_generator random(o_.seed);
    for (std::size_t t = 0; t < traces_.size(); ++t) {
      const job_trace& trace = traces_[t];
      out_.traces.push_back(trace.name);
      if (trace.processors <= 0)
        throw error("trace " + trace.name + ": a machine of " + std::to_string(trace.processors) + " processors");
      linked_.push_back(std::ranges::any_of(trace.jobs, [](const job& j) { return !j.after.empty(); }) ? 1 : 0);
      if (o_.windows == 0) {
        out_.observations.push_back({t, 0, trace.jobs.size()});
        continue;
      }
      if (o_.window_jobs == 0 || trace.jobs.size() <= o_.window_jobs)
        throw error("trace " + trace.name + " of " + std::to_string(trace.jobs.size()) +
                    " jobs: no choice of windows of " + std::to_string(o_.window_jobs) + " jobs");
      for (std::size_t k = 0; k < o_.windows; ++k)
        out_.observations.push_back(
            {t, static_cast<std::size_t>(random.below(trace.jobs.size() - o_.window_jobs + 1)), o_.window_jobs});
    }
  }

  void work(std::size_t n) {
    while (!over_ && !o_.watch.stopped()) {
      const std::size_t k = next_++;  // begun in order, so the least that fails is always among those that were begun
      if (k >= n) return;
      try {
        one(k);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!failure_ || k < failed_) {
          failure_ = std::current_exception();
          failed_ = k;
        }
        over_ = true;
      }
    }
  }
  void one(std::size_t k) {
    const job_observation& w = out_.observations[k / policies_.size()];
    const job_trace& trace = traces_[w.trace];
    std::span<const job> jobs = trace.jobs.subspan(w.first, w.count);
    std::vector<job> own;
    if (linked_[w.trace] != 0 && w.count < trace.jobs.size()) {
      own = cut_loose(jobs);
      jobs = own;
    }
    simulation_options options{.events = o_.events, .watch = {.stop = o_.watch.stop, .observer = {}}};
    if (o_.watch.observer)
      options.watch.observer = [&](const progress& p) { report(k, std::min<std::uint64_t>(p.done, w.count)); };
    job_run run = policies_[k % policies_.size()].run(jobs, trace.processors, options);
    out_.metrics[k] = measure_jobs(jobs, run.jobs, trace.processors, o_.metrics);
    ended_[k] = run.cancelled ? 0 : 1;
    if (o_.keep_runs) out_.runs[k] = std::move(run);
    report(k, w.count);
  }
  void report(std::size_t k, std::uint64_t done) {
    if (!o_.watch.observer) return;
    const std::lock_guard lock(mutex_);
    done_ += done - std::min(done, reported_[k]);
    reported_[k] = std::max(done, reported_[k]);
    o_.watch.report({.done = done_, .total = total_});
  }

  void summarise() {
    out_.cancelled = std::ranges::find(ended_, char{0}) != ended_.end();
    std::vector<std::size_t> all;
    std::vector<std::vector<std::size_t>> of_trace(traces_.size());
    const std::size_t p = policies_.size();
    for (std::size_t c = 0; c < out_.observations.size(); ++c) {
      if (!std::all_of(ended_.begin() + static_cast<std::ptrdiff_t>(c * p),
                       ended_.begin() + static_cast<std::ptrdiff_t>((c + 1) * p), [](char e) { return e != 0; }))
        continue;
      all.push_back(c);
      of_trace[out_.observations[c].trace].push_back(c);
    }
    out_.complete = all.size();
    out_.summary = summary_of(all);
    for (const auto& cases : of_trace) out_.trace_summary.push_back(summary_of(cases));
  }
  [[nodiscard]] std::vector<paired_summary> summary_of(std::span<const std::size_t> cases) const {
    std::vector<paired_summary> all;
    std::vector<double> values;
    if (policies_.empty()) return all;
    for (const job_measure& m : out_.measures) {
      values.clear();
      for (const std::size_t c : cases)
        for (std::size_t a = 0; a < policies_.size(); ++a) values.push_back(m(out_.metrics_of(c, a)));
      const auto part = compare_paired(values, policies_.size(), m.more_is_better, o_.interval);
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }

  std::span<const job_trace> traces_;
  std::span<const job_policy> policies_;
  const job_comparison_options& o_;
  job_comparison out_;
  std::vector<char> linked_;  // of each trace: jobs depend on jobs
  std::vector<char> ended_;   // of each run; a thread writes to its own
  std::vector<std::uint64_t> reported_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::exception_ptr failure_{};
  std::size_t failed_ = 0;
  std::uint64_t done_ = 0, total_ = 0;
};

struct compare_jobs_function {
  job_comparison operator()(std::span<const job_trace> traces, std::span<const job_policy> policies,
                            const job_comparison_options& o = {}) const {
    return job_comparer(traces, policies, o).run();
  }
};

}  // namespace detail

/// `compare_jobs(traces, policies, options)`: runs every policy on every trace, or on random windows of every trace,
/// and sums up each measure: mean, rank among the policies, and the difference to the first policy on the same
/// observations, with confidence intervals. With windows an interval speaks of the mean over all windows of the traces,
/// every trace weighing the same; without, of traces like these. Windows keep their times; dependencies on jobs outside
/// are taken as met.
///
/// Same input, options and seed, same bits, whatever the number of threads. A stop request ends running simulations;
/// observations that not all policies finished are in no summary. Throws `sched::error` for a machine without
/// processors and for a trace that is not longer than a window, and what policies throw (of the first run that does).
/// Cost: that of the runs; allocates the result.
inline constexpr detail::compare_jobs_function compare_jobs{};

}  // namespace v0
}  // namespace sched

#endif
