// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JOB_FIGURES_HPP
#define SCHED_IO_JOB_FIGURES_HPP

/// \file
/// Figures of runs of batch jobs: how long which jobs waited, and what one scheduler is worth against another.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/evaluate/job_measure.hpp>
#include <sched/evaluate/job_metrics.hpp>
#include <sched/io/chart.hpp>
#include <sched/model/job.hpp>
#include <sched/solve/compare_jobs.hpp>

namespace sched {
inline namespace v0 {

/// Sizes of jobs on a machine in at most eight classes with a colour each: powers of two, adjacent ones share a class
/// on large machines.
class job_size_classes {
public:
  explicit job_size_classes(amount processors)
      : processors_(processors), step_(static_cast<std::uint32_t>(size_class(processors)) / 8 + 1) {}

  [[nodiscard]] std::uint32_t of(amount demand) const noexcept {
    return static_cast<std::uint32_t>(std::min(size_class(demand), size_class(processors_))) / step_;
  }
  [[nodiscard]] std::uint32_t count() const noexcept { return of(processors_) + 1; }
  [[nodiscard]] std::string name(std::uint32_t k) const {
    const amount least = amount{1} << (k * step_);
    const amount most = std::min(processors_, (amount{1} << ((k + 1) * step_)) - 1);
    if (least == most) return std::to_string(least) + (least == 1 ? " processor" : " processors");
    return std::to_string(least) + " to " + std::to_string(most) + " processors";
  }

private:
  amount processors_;
  std::uint32_t step_;
};

/// Waits of the started jobs by size class, and of all: a box each, mean, 90 %, 99 %, longest. Classes without jobs
/// have no row. O(n log n), allocates. Precondition: one record per job, positive processors.
[[nodiscard]] inline chart_figure wait_figure(std::span<const job> jobs, std::span<const job_record> run,
                                              amount processors) {
  SCHED_ASSERT(jobs.size() == run.size() && processors > 0);
  const job_size_classes classes(processors);
  const std::vector<instant> since = eligible_times(jobs, run);
  std::vector<std::vector<double>> waits(classes.count() + 1);
  std::vector<std::vector<double>> slowdowns(classes.count() + 1);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!run[i].start.is_finite()) continue;
    const duration wait = run[i].start - since[i];
    for (const std::size_t k : {std::size_t{classes.of(jobs[i].shapes[run[i].shape].demand)}, waits.size() - 1}) {
      waits[k].push_back(static_cast<double>(wait.count()));
      slowdowns[k].push_back(bounded_slowdown(wait, run[i].end - run[i].start));
    }
  }
  chart_figure f{.title = "Waits by size of the job",
                 .note =
                     "From the time on at which a job could start. Box: the middle half, with the median; whiskers: "
                     "10 % and 90 %.",
                 .row_noun = "Size",
                 .picture = "Wait"};
  using style = chart_figure_column::style;
  f.columns = {{.name = "Jobs"},
               {.name = "Median", .shown_as = style::span},
               {.name = "Mean", .shown_as = style::span},
               {.name = "90 %", .hint = "nine of ten waited no longer", .shown_as = style::span},
               {.name = "99 %", .hint = "99 of 100 waited no longer", .shown_as = style::span},
               {.name = "Longest", .shown_as = style::span},
               {.name = "Bounded slowdown", .hint = "mean; jobs below 10 ticks count as 10 long"}};
  for (std::size_t k = 0; k < waits.size(); ++k) {
    if (waits[k].empty()) continue;
    const bool all = k + 1 == waits.size();
    f.rows.push_back(all ? "all jobs" : classes.name(static_cast<std::uint32_t>(k)));
    f.kinds.push_back(all ? 7 : static_cast<std::uint32_t>(k));
    const double mean = mean_of(waits[k]);
    std::ranges::sort(waits[k]);
    const std::span<const double> w(waits[k]);
    const auto at = [&](double share) { return nearest_rank(w, share); };
    f.boxes.push_back({at(0.1), at(0.25), at(0.5), at(0.75), at(0.9)});
    const double values[] = {static_cast<double>(w.size()), at(0.5), mean, at(0.9), at(0.99), w.back(),
                             mean_of(slowdowns[k])};
    for (std::size_t c = 0; c < f.columns.size(); ++c) f.columns[c].values.push_back(values[c]);
  }
  return f;
}

/// Policies beside each other: the main measures of whole runs, and, where windows were observed, the means over them
/// and the differences to the first policy, with intervals. `windows` may be null; else it has the same policies.
/// O(size of the result).
[[nodiscard]] inline chart_figure comparison_figure(const job_comparison& whole, const job_comparison* windows,
                                                    double confidence = 0.95) {
  using style = chart_figure_column::style;
  using better = chart_figure_column::better;
  chart_figure f{.title = "Policies", .note = "Click a column to sort by it and to draw it.", .row_noun = "Policy"};
  f.rows = whole.policies;
  f.kinds.assign(f.rows.size(), 0);
  const std::size_t policies = whole.policies.size();
  const auto shown_as = [](const job_measure& m) {
    if (m.name == "utilization" || m.name == "loss_of_capacity") return style::percent;
    return m.is_time ? style::span : style::number;
  };
  for (const std::string_view name : {"avg_wait", "avg_bounded_slowdown", "wait_p90", "max_wait", "utilization",
                                      "loss_of_capacity", "mean_queue", "makespan", "fairness"}) {
    const job_measure& m = *find_job_measure(name);
    chart_figure_column c{.name = std::string(m.title),
                          .hint = "of the whole trace",
                          .shown_as = shown_as(m),
                          .direction = m.more_is_better ? better::more : better::less};
    for (std::size_t p = 0; p < policies; ++p) {
      double sum = 0;
      for (std::size_t o = 0; o < whole.observations.size(); ++o) sum += m(whole.metrics_of(o, p));
      c.values.push_back(whole.observations.empty() ? 0 : sum / static_cast<double>(whole.observations.size()));
    }
    f.columns.push_back(std::move(c));
  }
  if (windows == nullptr || windows->complete == 0) return f;
  SCHED_ASSERT(windows->policies.size() == policies);
  char percent[32];
  std::snprintf(percent, sizeof percent, "%g %%", 100 * confidence);
  f.note += " Intervals (" + std::string(percent) + ") are for the mean over all windows of " +
            std::to_string(windows->observations.front().count) + " jobs, from " + std::to_string(windows->complete) +
            " random ones.";
  for (const std::string_view name : {"avg_wait", "avg_bounded_slowdown"}) {
    const std::size_t place = windows->place_of(name);
    if (place == windows->measures.size()) continue;
    const job_measure& m = windows->measures[place];
    chart_figure_column mean{.name = std::string(m.title) + ", windows",
                             .hint = "mean over the random windows",
                             .shown_as = shown_as(m),
                             .direction = better::less};
    chart_figure_column apart{.name = "against the first",
                              .hint = "mean difference in the same windows; the interval leaves out 0: not by chance",
                              .shown_as = shown_as(m)};
    for (std::size_t p = 0; p < policies; ++p) {
      const paired_summary& s = windows->of(place, p);
      mean.values.push_back(s.mean);
      mean.low.push_back(s.interval.low);
      mean.high.push_back(s.interval.high);
      apart.values.push_back(s.difference);
      apart.low.push_back(s.apart.low);
      apart.high.push_back(s.apart.high);
    }
    if (name == "avg_wait") f.drawn = f.columns.size();
    f.columns.push_back(std::move(mean));
    f.columns.push_back(std::move(apart));
  }
  return f;
}

}  // namespace v0
}  // namespace sched

#endif
