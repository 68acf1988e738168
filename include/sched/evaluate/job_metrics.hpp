// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_JOB_METRICS_HPP
#define SCHED_EVALUATE_JOB_METRICS_HPP

/// \file
/// How good a run of batch jobs is: waits, slowdowns, utilisation, queue length, fairness.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {

/// The instant from which a job without dependencies waits: the later of its submission and the start that its user
/// wishes.
[[nodiscard]] inline instant eligible(const job& j) noexcept { return std::max(j.submit, j.not_before); }
/// From then to its start; +∞ for a job that never started.
[[nodiscard]] inline duration wait_of(const job& j, const job_record& r) noexcept { return r.start - eligible(j); }

/// The instant from which each job of a run waits: the latest of its submission, the start that its user wishes, and
/// what it depends on (start or end of another job, plus the delay); +∞ when that never came. Dependencies on unknown
/// jobs say nothing here. O(n), with dependencies expected O(n + dependencies); allocates. Precondition: one record per
/// job, numbers used once.
[[nodiscard]] inline std::vector<instant> eligible_times(std::span<const job> jobs, std::span<const job_record> run) {
  SCHED_ASSERT(jobs.size() == run.size());
  std::vector<instant> since(jobs.size());
  bool linked = false;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    since[i] = eligible(jobs[i]);
    linked = linked || !jobs[i].after.empty();
  }
  if (!linked) return since;
  std::unordered_map<job_number, std::size_t> place;
  for (std::size_t i = 0; i < jobs.size(); ++i) place.emplace(jobs[i].id, i);
  std::unordered_map<std::uint64_t, instant> ended;  // the last end of the earlier jobs of a user with a name
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const std::uint64_t kin = std::uint64_t{jobs[i].user} << 32 | jobs[i].name;
    for (const job_dependency& d : jobs[i].after) {
      if (d.on == job_dependency::kind::singleton) {
        if (const auto last = ended.find(kin); last != ended.end()) since[i] = std::max(since[i], last->second);
      } else if (const auto at = place.find(d.job); at != place.end()) {
        const job_record& first = run[at->second];
        since[i] = std::max(since[i], (d.on == job_dependency::kind::start ? first.start : first.end) + d.delay);
      }
    }
    const auto [last, fresh] = ended.try_emplace(kin, run[i].end);
    if (!fresh) last->second = std::max(last->second, run[i].end);
  }
  return since;
}

/// max(1, (wait + run time) / max(run time, τ)): how much longer a job took than it needed, where jobs below τ ticks
/// count as τ long. Reference: Feitelson & Rudolph, "Metrics and benchmarking for parallel job scheduling" (1998).
[[nodiscard]] inline double bounded_slowdown(duration wait, duration runtime, duration tau = 10) noexcept {
  const auto longest = static_cast<double>(std::max(runtime, tau).count());
  return std::max(1.0, static_cast<double>((wait + runtime).count()) / longest);
}

/// The ⌈share · n⌉-th smallest of n values (nearest rank), 0 for none. Precondition: ascending, 0 < share ≤ 1. O(1).
template <class T>
[[nodiscard]] T nearest_rank(std::span<const T> ascending, double share) {
  SCHED_ASSERT(share > 0 && share <= 1);
  if (ascending.empty()) return T{};
  // A share such as 0.07 of 100 must not become rank 8 by its last bit.
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(ascending.size()) - 1e-9));
  return ascending[std::clamp<std::size_t>(rank, 1, ascending.size()) - 1];
}

/// A sum of reals that does not lose small terms. Reference: Neumaier 1974.
class compensated_sum {
public:
  void add(double x) noexcept {
    const double next = sum_ + x;
    lost_ += std::abs(sum_) >= std::abs(x) ? (sum_ - next) + x : (x - next) + sum_;
    sum_ = next;
  }
  [[nodiscard]] double value() const noexcept { return sum_ + lost_; }

private:
  double sum_ = 0, lost_ = 0;
};

/// Which jobs count. Nothing is left out unless asked for.
struct job_filter {
  double warmup = 0;               ///< leaves out the first ⌊share · n⌋ jobs by submission
  bool until_last_submit = false;  ///< leaves out jobs that end after the last submission
  bool no_dummies = false;         ///< leaves out jobs with one processor and an estimate of one tick
};

struct job_metric_options {
  duration tau = 10;  ///< of the bounded slowdown
  job_filter filter{};
};

/// What some of the jobs of a run went through. Times in ticks.
struct job_group_metrics {
  std::uint64_t key = 0;
  std::size_t jobs = 0;
  std::int64_t wait_sum = 0;  ///< exact, saturating
  duration max_wait{};
  double avg_wait = 0;
  double avg_bounded_slowdown = 0;
  duration wait_p50{}, wait_p90{}, wait_p99{};
  double bounded_slowdown_p50 = 0, bounded_slowdown_p90 = 0, bounded_slowdown_p99 = 0;
};

/// A whole run. Averages over no job are 0.
struct job_metrics : job_group_metrics {
  std::size_t unstarted = 0;              ///< jobs without a start: in no average, but in the queue to the end
  double avg_response = 0;                ///< wait + run time
  double avg_slowdown = 0;                ///< (wait + run time) / run time, over jobs with run time
  double avg_per_processor_slowdown = 0;  ///< max(1, (wait + run time) / (processors · max(run time, τ)))
  double max_bounded_slowdown = 0;
  duration makespan{};          ///< last end − first submission
  double utilisation = 0;       ///< work done / (processors · makespan)
  double loss_of_capacity = 0;  ///< share of processor time that lay idle while a waiting job would have fitted
  double mean_queue = 0;        ///< waiting jobs, averaged over the makespan
  std::size_t max_queue = 0;    ///< at any instant, after all that happens at it
  double fairness = 0;          ///< Jain's index of the users' mean bounded slowdowns: 1 is equal, 1/users the worst
};

/// Powers of two: class k holds demands from 2^k to 2^(k+1) − 1.
[[nodiscard]] constexpr std::uint64_t size_class(amount demand) noexcept {
  return demand <= 1 ? 0 : static_cast<std::uint64_t>(std::bit_width(static_cast<std::uint64_t>(demand)) - 1);
}

/// Positions of the jobs that a filter lets through, ascending. O(n log n).
[[nodiscard]] inline std::vector<std::size_t> select_jobs(std::span<const job> jobs, std::span<const job_record> run,
                                                          const job_filter& f) {
  SCHED_ASSERT(jobs.size() == run.size());
  std::vector<char> out(jobs.size(), 0);
  if (f.warmup > 0) {
    std::vector<std::size_t> order(jobs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return jobs[i].submit; });
    const double share = std::floor(std::min(f.warmup, 1.0) * static_cast<double>(jobs.size()) + 1e-9);
    for (std::size_t k = 0; k < static_cast<std::size_t>(share); ++k) out[order[k]] = 1;
  }
  instant last = instant::minus_infinity();
  for (const job& j : jobs) last = std::max(last, j.submit);
  std::vector<std::size_t> selected;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const job_shape& s = jobs[i].shapes[run[i].shape];
    if (out[i] != 0 || (f.until_last_submit && run[i].end > last) || (f.no_dummies && s.demand == 1 && s.estimate == 1))
      continue;
    selected.push_back(i);
  }
  return selected;
}

namespace detail {

/// Fills the common part from the started jobs at `selected`, in that order.
inline void measure_group(std::span<const job_record> run, std::span<const instant> since,
                          std::span<const std::size_t> selected, duration tau, job_group_metrics& m) {
  std::vector<duration> waits;
  std::vector<double> slowdowns;
  waits.reserve(selected.size());
  slowdowns.reserve(selected.size());
  compensated_sum slowdown;
  for (const std::size_t i : selected) {
    if (!run[i].start.is_finite()) continue;
    waits.push_back(run[i].start - since[i]);
    slowdowns.push_back(bounded_slowdown(waits.back(), run[i].end - run[i].start, tau));
    m.wait_sum = saturating_add(m.wait_sum, waits.back().count());
    slowdown.add(slowdowns.back());
  }
  m.jobs = waits.size();
  if (waits.empty()) return;
  const auto n = static_cast<double>(m.jobs);
  m.avg_wait = static_cast<double>(m.wait_sum) / n;
  m.avg_bounded_slowdown = slowdown.value() / n;
  std::ranges::sort(waits);
  std::ranges::sort(slowdowns);
  m.max_wait = waits.back();
  const std::span<const duration> w(waits);
  const std::span<const double> s(slowdowns);
  m.wait_p50 = nearest_rank(w, 0.5);
  m.wait_p90 = nearest_rank(w, 0.9);
  m.wait_p99 = nearest_rank(w, 0.99);
  m.bounded_slowdown_p50 = nearest_rank(s, 0.5);
  m.bounded_slowdown_p90 = nearest_rank(s, 0.9);
  m.bounded_slowdown_p99 = nearest_rank(s, 0.99);
}

/// Walks over all instants at which a job becomes eligible, starts or ends.
inline void measure_queue(std::span<const job> jobs, std::span<const job_record> run, std::span<const instant> since,
                          std::span<const std::size_t> selected, amount processors, instant first, instant last,
                          job_metrics& m) {
  struct event {
    instant at{};
    std::size_t job = 0;
    std::uint8_t kind = 0;  // eligible, started, ended
  };
  std::vector<event> events;
  events.reserve(3 * selected.size());
  for (const std::size_t i : selected) {
    if (since[i] == instant::infinity()) continue;  // what it depends on never came
    events.push_back({since[i], i, 0});
    if (!run[i].start.is_finite()) continue;
    events.push_back({run[i].start, i, 1});
    events.push_back({run[i].end, i, 2});
  }
  std::ranges::sort(events, {}, [](const event& e) { return std::pair(e.at, e.kind); });
  std::vector<std::pair<amount, std::size_t>> smallest;  // a heap; started ones leave late
  std::vector<char> waits(jobs.size(), 0);
  std::size_t queue = 0;
  amount busy = 0;
  compensated_sum queue_time, idle_time;
  for (std::size_t k = 0; k < events.size();) {
    const instant now = events[k].at;
    for (; k < events.size() && events[k].at == now; ++k) {
      const std::size_t i = events[k].job;
      const amount demand = jobs[i].shapes[run[i].shape].demand;
      if (events[k].kind == 0) {
        ++queue;
        waits[i] = 1;
        smallest.emplace_back(demand, i);
        std::ranges::push_heap(smallest, std::greater<>());
      } else if (events[k].kind == 1) {
        queue -= waits[i] != 0 ? 1U : 0U;  // a start before its time is the validator's business
        waits[i] = 0;
        busy = saturating_add(busy, demand);
      } else {
        busy = saturating_add(busy, -demand);
      }
    }
    m.max_queue = std::max(m.max_queue, queue);
    const instant until = std::min(k < events.size() ? events[k].at : last, last);
    if (until <= now || now < first) continue;
    const auto length = static_cast<double>((until - now).count());
    queue_time.add(static_cast<double>(queue) * length);
    while (!smallest.empty() && waits[smallest.front().second] == 0) {
      std::ranges::pop_heap(smallest, std::greater<>());
      smallest.pop_back();
    }
    const amount idle = processors - busy;
    if (!smallest.empty() && smallest.front().first <= idle) idle_time.add(static_cast<double>(idle) * length);
  }
  const auto makespan = static_cast<double>(m.makespan.count());
  if (makespan <= 0) return;
  m.mean_queue = queue_time.value() / makespan;
  m.loss_of_capacity = idle_time.value() / (static_cast<double>(processors) * makespan);
}

}  // namespace detail

/// The metrics of each group of jobs that `key(job)` (an unsigned integer: user, queue, `size_class` …) puts together,
/// by ascending key. O(n log n), allocates. Precondition: one record per job.
template <class Key>
[[nodiscard]] std::vector<job_group_metrics> measure_groups(std::span<const job> jobs, std::span<const job_record> run,
                                                            Key key, const job_metric_options& o = {}) {
  std::vector<std::size_t> order = select_jobs(jobs, run, o.filter);
  const auto key_of = [&](std::size_t i) { return static_cast<std::uint64_t>(key(jobs[i])); };
  std::ranges::stable_sort(order, {}, key_of);
  const std::vector<instant> since = eligible_times(jobs, run);
  std::vector<job_group_metrics> groups;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && key_of(order[end]) == key_of(order[begin])) ++end;
    groups.emplace_back().key = key_of(order[begin]);
    detail::measure_group(run, since, std::span(order).subspan(begin, end - begin), o.tau, groups.back());
    begin = end;
  }
  return groups;
}

/// All metrics of a run: `run[i]` is what became of `jobs[i]`. Waits begin at `eligible_times`. Run times are end −
/// start, demands those of the shapes that ran. Waits are summed as integers, reals in job order with compensation.
/// Filters apply to every metric. O(n log n), allocates O(n). Precondition: one record per job, known shapes, positive
/// processors. References: Feitelson & Rudolph 1998 (slowdowns); Zhang et al. 2003 (loss of capacity); Jain, Chiu &
/// Hawe 1984.
[[nodiscard]] inline job_metrics measure_jobs(std::span<const job> jobs, std::span<const job_record> run,
                                              amount processors, const job_metric_options& o = {}) {
  SCHED_ASSERT(jobs.size() == run.size() && processors > 0);
  const std::vector<std::size_t> selected = select_jobs(jobs, run, o.filter);
  const std::vector<instant> since = eligible_times(jobs, run);
  job_metrics m;
  detail::measure_group(run, since, selected, o.tau, m);
  m.unstarted = selected.size() - m.jobs;
  instant first = instant::infinity();
  instant last = instant::minus_infinity();
  int128 area = 0;
  compensated_sum response, slowdown, per_processor;
  std::size_t with_runtime = 0;
  for (const std::size_t i : selected) {
    first = std::min(first, jobs[i].submit);
    if (!run[i].start.is_finite()) continue;
    last = std::max(last, run[i].end);
    const duration runtime = run[i].end - run[i].start;
    const auto taken = static_cast<double>((run[i].end - since[i]).count());
    const amount demand = jobs[i].shapes[run[i].shape].demand;
    area += int128{demand} * runtime.count();
    response.add(taken);
    if (runtime > 0) {
      slowdown.add(taken / static_cast<double>(runtime.count()));
      ++with_runtime;
    }
    const auto longest = static_cast<double>(std::max(runtime, o.tau).count());
    per_processor.add(std::max(1.0, taken / (static_cast<double>(demand) * longest)));
    m.max_bounded_slowdown = std::max(m.max_bounded_slowdown, std::max(1.0, taken / longest));
  }
  if (m.jobs == 0) return m;
  const auto n = static_cast<double>(m.jobs);
  m.avg_response = response.value() / n;
  m.avg_slowdown = with_runtime == 0 ? 0 : slowdown.value() / static_cast<double>(with_runtime);
  m.avg_per_processor_slowdown = per_processor.value() / n;
  m.makespan = last - first;
  if (m.makespan > 0)
    m.utilisation =
        static_cast<double>(area) / (static_cast<double>(processors) * static_cast<double>(m.makespan.count()));
  detail::measure_queue(jobs, run, since, selected, processors, first, last, m);
  double sum = 0, squares = 0, users = 0;
  for (const job_group_metrics& g : measure_groups(
           jobs, run, [](const job& j) { return j.user; }, o)) {
    if (g.jobs == 0) continue;
    sum += g.avg_bounded_slowdown;
    squares += g.avg_bounded_slowdown * g.avg_bounded_slowdown;
    ++users;
  }
  m.fairness = sum * sum / (users * squares);
  return m;
}

}  // namespace v0
}  // namespace sched

#endif
