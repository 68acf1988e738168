// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_JOBS_HPP
#define SCHED_EVALUATE_VALIDATE_JOBS_HPP

/// \file
/// The proof for batch jobs: checks a run against every rule of the machine and returns all violations.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {

/// Which rule is broken; in brackets what `job_violation::measured` and `job_violation::allowed` hold.
enum class job_violation_kind : std::uint8_t {
  wrong_size,     ///< not one record per job [records, jobs]
  repeated,       ///< a job number for the second time [position, position of the first]
  unstarted,      ///< the job has no start or no end [start, end]
  unknown_shape,  ///< no such shape [index of the shape, number of shapes]
  early_start,    ///< starts before it is eligible [start, eligible]
  wrong_end,      ///< does not end at start + run time of its shape [end, start + run time]
  excess_demand,  ///< needs more than the machine has [demand, processors]
  capacity,       ///< the machine is overloaded [processors in use, processors; both at `at`]
  dependency,     ///< starts before another job has started or ended, or without it [start, earliest allowed]
  overtaken       ///< starts after a job that came later, though the order is strict [start, start of the later one]
};

[[nodiscard]] constexpr std::string_view to_string(job_violation_kind k) noexcept {
  constexpr std::string_view names[] = {"wrong_size", "repeated",      "unstarted", "unknown_shape", "early_start",
                                        "wrong_end",  "excess_demand", "capacity",  "dependency",    "overtaken"};
  return names[static_cast<std::size_t>(k)];
}

/// One broken rule.
struct job_violation {
  job_violation_kind kind{};
  /// The job; for an overload the jobs that run in it, by start then position, the first
  /// `job_validate_options::listed_jobs` of them; for an overtaken job or a dependency itself, then the other one.
  std::vector<job_number> jobs{};
  std::size_t job_count = 0;  ///< how many there are, listed or not
  interval when{};            ///< overload: the longest time without a break in it; else the job's start and end
  instant at{};               ///< overload: the first instant of greatest use; else the start
  std::int64_t measured = 0;  ///< times as `ticks::count()`; sums beyond 64 bits are cut to the largest number
  std::int64_t allowed = 0;
  bool operator==(const job_violation&) const = default;

  /// One line for people.
  [[nodiscard]] std::string text() const {
    const auto time = [](std::int64_t x) {
      if (x == std::numeric_limits<std::int64_t>::max()) return std::string("inf");
      return x == std::numeric_limits<std::int64_t>::min() ? std::string("-inf") : std::to_string(x);
    };
    const std::string who = jobs.empty() ? std::string() : "job " + std::to_string(jobs.front());
    const std::string m = time(measured), a = time(allowed);
    switch (kind) {
      case job_violation_kind::wrong_size: return "run with " + m + " records for " + a + " jobs";
      case job_violation_kind::repeated: return who + " stands at places " + a + " and " + m;
      case job_violation_kind::unstarted: return who + " does not run: start " + m + ", end " + a;
      case job_violation_kind::unknown_shape: return who + " has shape index " + m + ", but only " + a + " shapes";
      case job_violation_kind::early_start: return who + " starts at " + m + ", before it is eligible at " + a;
      case job_violation_kind::wrong_end: return who + " ends at " + m + ", but its run time ends at " + a;
      case job_violation_kind::excess_demand: return who + " needs " + m + " processors of " + a;
      case job_violation_kind::dependency:
        return who + " starts at " + m + ", but job " + std::to_string(jobs.back()) + " allows it from " + a + " on";
      case job_violation_kind::overtaken:
        return who + " starts at " + m + ", after job " + std::to_string(jobs.back()) + " at " + a +
               ", which came later";
      case job_violation_kind::capacity: break;
    }
    std::string list;
    for (const job_number id : jobs) list += (list.empty() ? "" : ", ") + std::to_string(id);
    if (job_count > jobs.size()) list += " and " + std::to_string(job_count - jobs.size()) + " more";
    return "in [" + time(when.start.count()) + ", " + time(when.finish.count()) + ") up to " + m + " processors of " +
           a + " are in use, first at " + time(at.count()) + ", by " + list;
  }
};

struct job_validate_options {
  bool in_order = false;  ///< jobs must start in the order of (eligible time, position), as without backfilling
  bool allow_unstarted = false;
  std::size_t listed_jobs = 64;             ///< named per overload; `job_count` counts them all
  std::size_t most_violations = 1'000'000;  ///< stop there; the report is then not `complete`
};

/// Everything that is wrong with a run.
struct job_validation_report {
  std::vector<job_violation> violations{};  ///< by job, then overloads by time, then overtaken jobs
  bool complete = true;                     ///< false when `most_violations` ended the search

  [[nodiscard]] bool ok() const noexcept { return violations.empty() && complete; }
  [[nodiscard]] std::size_t count(job_violation_kind k) const noexcept {
    return static_cast<std::size_t>(std::ranges::count(violations, k, &job_violation::kind));
  }
  /// One line per violation; empty when there is none.
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const job_violation& v : violations) all += v.text() + '\n';
    if (!complete) all += "there may be more: the search ended at a limit\n";
    return all;
  }
};

namespace detail {

class job_checker {
public:
  job_checker(std::span<const job> jobs, std::span<const job_record> run, amount processors,
              const job_validate_options& o)
      : jobs_(jobs), run_(run), processors_(processors), o_(o) {}

  job_validation_report check() {
    if (run_.size() != jobs_.size()) {
      add({.kind = job_violation_kind::wrong_size, .measured = count(run_.size()), .allowed = count(jobs_.size())});
      return std::move(report_);
    }
    check_numbers();
    for (std::size_t i = 0; i < jobs_.size(); ++i) check_job(i);
    check_dependencies();
    sweep();
    if (o_.in_order) check_order();
    return std::move(report_);
  }

private:
  static std::int64_t count(std::size_t n) { return static_cast<std::int64_t>(n); }
  /// Written out here: the proof shares nothing with what it proves.
  static instant eligible_at(const job& j) { return j.submit < j.not_before ? j.not_before : j.submit; }
  [[nodiscard]] bool runs(std::size_t i) const {
    return run_[i].start.is_finite() && run_[i].end.is_finite() && run_[i].shape < jobs_[i].shapes.size();
  }

  void add(job_violation v) {
    if (report_.violations.size() >= o_.most_violations) {
      report_.complete = false;
      return;
    }
    if (v.job_count == 0) v.job_count = v.jobs.size();
    report_.violations.push_back(std::move(v));
  }
  void add(job_violation_kind kind, std::size_t i, std::int64_t measured, std::int64_t allowed) {
    add({.kind = kind,
         .jobs = {jobs_[i].id},
         .when = {run_[i].start, run_[i].end},
         .at = run_[i].start,
         .measured = measured,
         .allowed = allowed});
  }

  void check_numbers() {
    std::vector<std::size_t> order(jobs_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return jobs_[i].id; });
    for (std::size_t k = 1, first = 0; k < order.size(); ++k) {
      if (jobs_[order[k]].id != jobs_[order[first]].id) first = k;
      else add(job_violation_kind::repeated, order[k], count(order[k]), count(order[first]));
    }
  }

  void check_job(std::size_t i) {
    const job& j = jobs_[i];
    const job_record& r = run_[i];
    if (r.shape >= j.shapes.size())
      add(job_violation_kind::unknown_shape, i, std::int64_t{r.shape}, count(j.shapes.size()));
    if (!r.start.is_finite() || !r.end.is_finite()) {
      const bool never = r.start == instant::infinity() && r.end == instant::infinity();
      if (!never || !o_.allow_unstarted) add(job_violation_kind::unstarted, i, r.start.count(), r.end.count());
      return;
    }
    if (r.start < eligible_at(j)) add(job_violation_kind::early_start, i, r.start.count(), eligible_at(j).count());
    if (r.shape >= j.shapes.size()) return;
    const job_shape& s = j.shapes[r.shape];
    if (r.end != r.start + s.runtime)
      add(job_violation_kind::wrong_end, i, r.end.count(), (r.start + s.runtime).count());
    if (s.demand > processors_) add(job_violation_kind::excess_demand, i, s.demand, processors_);
  }

  /// When dependency d of job i allows it to start; i itself: no such job.
  struct permission {
    instant from{};
    std::size_t by = 0;
  };
  [[nodiscard]] permission allowed(std::size_t i, const job_dependency& d,
                                   std::span<const std::size_t> by_number) const {
    if (d.on == job_dependency::kind::singleton) {
      permission last{instant::minus_infinity(), i};
      for (std::size_t k = 0; k < i; ++k)
        if (jobs_[k].user == jobs_[i].user && jobs_[k].name == jobs_[i].name && run_[k].end > last.from)
          last = {run_[k].end, k};
      return last;
    }
    const auto at = std::ranges::lower_bound(by_number, d.job, {}, [&](std::size_t k) { return jobs_[k].id; });
    if (at == by_number.end() || jobs_[*at].id != d.job) return {instant::infinity(), i};
    return {(d.on == job_dependency::kind::start ? run_[*at].start : run_[*at].end) + d.delay, *at};
  }
  void check_dependencies() {
    std::vector<std::size_t> by_number;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (jobs_[i].after.empty() || !run_[i].start.is_finite()) continue;
      if (by_number.empty()) {
        by_number.resize(jobs_.size());
        std::iota(by_number.begin(), by_number.end(), std::size_t{0});
        std::ranges::stable_sort(by_number, {}, [&](std::size_t k) { return jobs_[k].id; });
      }
      for (const job_dependency& d : jobs_[i].after) {
        const permission p = allowed(i, d, by_number);
        if (run_[i].start >= p.from) continue;
        const job_number other = p.by == i ? d.job : jobs_[p.by].id;
        add({.kind = job_violation_kind::dependency,
             .jobs = {jobs_[i].id, other},
             .when = {run_[i].start, run_[i].end},
             .at = run_[i].start,
             .measured = run_[i].start.count(),
             .allowed = p.from.count()});
      }
    }
  }

  /// Passes over starts and ends in order of time; overloads that touch are one.
  void sweep() {
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < jobs_.size(); ++i)
      if (runs(i) && run_[i].start < run_[i].end) starts.push_back(i);
    std::vector<std::size_t> ends = starts;
    std::ranges::stable_sort(starts, {}, [&](std::size_t i) { return run_[i].start; });
    std::ranges::stable_sort(ends, {}, [&](std::size_t i) { return run_[i].end; });
    int128 used = 0, worst = 0;
    bool over = false;
    job_violation v;
    std::size_t started = 0, ended = 0;
    while (ended < ends.size()) {
      instant now = run_[ends[ended]].end;
      if (started < starts.size()) now = std::min(now, run_[starts[started]].start);
      for (; ended < ends.size() && run_[ends[ended]].end == now; ++ended) used -= demand(ends[ended]);
      for (; started < starts.size() && run_[starts[started]].start == now; ++started) used += demand(starts[started]);
      if (used > processors_ && !over) {
        over = true;
        worst = 0;
        v = {.kind = job_violation_kind::capacity, .when = {now, now}, .allowed = processors_};
      }
      if (over && used > worst && used > processors_) {
        worst = used;
        v.at = now;
      }
      if (over && used <= processors_) {
        v.when.finish = now;
        over = false;
        report_overload(v, worst, starts, started);
      }
    }
  }
  [[nodiscard]] amount demand(std::size_t i) const { return jobs_[i].shapes[run_[i].shape].demand; }

  /// Names the jobs that run in the overload: all that started before its end and end after its start.
  void report_overload(job_violation v, int128 worst, std::span<const std::size_t> starts, std::size_t started) {
    if (report_.violations.size() >= o_.most_violations) {
      report_.complete = false;
      return;
    }
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    v.measured = static_cast<std::int64_t>(std::min<int128>(worst, most));
    // What ended before this overload is dropped from the list once, so that many overloads cost no more than the jobs
    // that run in them.
    live_.insert(live_.end(), starts.begin() + static_cast<std::ptrdiff_t>(seen_),
                 starts.begin() + static_cast<std::ptrdiff_t>(started));
    seen_ = started;
    std::erase_if(live_, [&](std::size_t i) { return run_[i].end <= v.when.start; });
    for (const std::size_t i : live_) {
      if (run_[i].start >= v.when.finish) continue;
      ++v.job_count;
      if (v.jobs.size() < o_.listed_jobs) v.jobs.push_back(jobs_[i].id);
    }
    add(std::move(v));
  }

  void check_order() {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < jobs_.size(); ++i)
      if (run_[i].start.is_finite()) order.push_back(i);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return eligible_at(jobs_[i]); });
    for (std::size_t k = order.size(), least = 0; k-- > 0;) {  // least: the earliest start of those that came later
      const std::size_t i = order[k];
      if (k + 1 < order.size() && run_[i].start > run_[least].start)
        add({.kind = job_violation_kind::overtaken,
             .jobs = {jobs_[i].id, jobs_[least].id},
             .when = {run_[i].start, run_[i].end},
             .at = run_[i].start,
             .measured = run_[i].start.count(),
             .allowed = run_[least].start.count()});
      if (k + 1 == order.size() || run_[i].start < run_[least].start) least = i;
    }
  }

  std::span<const job> jobs_;
  std::span<const job_record> run_;
  amount processors_;
  const job_validate_options& o_;
  job_validation_report report_;
  std::vector<std::size_t> live_;  // started jobs that may run in the next overload
  std::size_t seen_ = 0;           // how many of the starts were put there
};

}  // namespace detail

/// Checks what became of some jobs, `run[i]` of `jobs[i]`, against every rule and returns all violations; shares no
/// code with schedulers.
///
/// The rules: every job has its own number and runs exactly once, in one of its shapes, not before the later of its
/// submission and the start that its user wishes, and ends at its start plus the run time of the shape. It holds the
/// shape's processors over all of [start, end); at no instant may the sum exceed those of the machine. A job of length
/// zero holds nothing. A job starts when the jobs that it depends on have started or ended, and the delay has passed; a
/// dependency on a job that is not there is never met (whether an end was a good one is not known here). Optionally
/// jobs start in the order in which they became eligible (position breaks ties).
///
/// O(n log n), jobs with singleton dependencies times n, plus the jobs that run in overloads; independent of the time
/// scale. Allocates the report and O(n).
[[nodiscard]] inline job_validation_report validate(std::span<const job> jobs, std::span<const job_record> run,
                                                    amount processors, const job_validate_options& o = {}) {
  return detail::job_checker(jobs, run, processors, o).check();
}

}  // namespace v0
}  // namespace sched

#endif
