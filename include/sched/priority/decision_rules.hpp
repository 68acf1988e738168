// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_DECISION_RULES_HPP
#define SCHED_PRIORITY_DECISION_RULES_HPP

/// \file
/// Dynamic rules: keys computed anew at every decision.

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

#include <sched/core/math.hpp>
#include <sched/priority/rule.hpp>

namespace sched {
inline namespace v0 {
namespace priority {

/// MSLK, dynamic: latest start − earliest start by scheduled predecessors. In the parallel scheme the order is that of
/// `latest_start`. O(|D|) per decision.
struct dynamic_slack {
  void keys(const decision& d, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const task_id t = d.candidates[i];
      const instant e = std::max(d.now, d.state.earliest_by_precedence(t));
      out[i] = static_cast<double>((d.view.windows.latest_start[t.index()] - e).count());
    }
  }
};

/// MSLK, dynamic, with capacities: latest start − earliest start that the resources allow. |D| fits per decision.
struct dynamic_resource_slack {
  void keys(const decision& d, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const task_id t = d.candidates[i];
      out[i] = static_cast<double>((d.view.windows.latest_start[t.index()] - d.state.earliest_start(t)).count());
    }
  }
};

/// WCS, worst-case slack: latest start − the latest time another candidate could push the task to (Kolisch, J. Oper.
/// Mgmt 14, 1996). |D|² fits per decision.
struct worst_case_slack {
  static constexpr bool parallel_only = true;
  void keys(const decision& d, std::span<double> out) const {
    if (out.size() == 1) {
      out[0] = 0;
      return;
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
      instant worst = instant::minus_infinity();
      for (std::size_t j = 0; j < out.size(); ++j)
        if (j != i) worst = std::max(worst, d.state.earliest_start_after(d.candidates[i], d.candidates[j]));
      out[i] = static_cast<double>((d.view.windows.latest_start[d.candidates[i].index()] - worst).count());
    }
  }
};

/// ACS, average-case slack: as worst-case slack with the mean over the other candidates (same source).
struct average_case_slack {
  static constexpr bool parallel_only = true;
  void keys(const decision& d, std::span<double> out) const {
    const std::size_t others = out.size() - 1;
    if (others == 0) {
      out[0] = 0;
      return;
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
      duration sum{};
      for (std::size_t j = 0; j < out.size(); ++j)
        if (j != i) sum += d.state.earliest_start_after(d.candidates[i], d.candidates[j]) - d.now;
      // multiplied by the number of others: exact integers instead of means
      const duration slack = d.view.windows.latest_start[d.candidates[i].index()] - d.now;
      out[i] = static_cast<double>((slack * static_cast<ticks::rep>(others) - sum).count());
    }
  }
};

/// IRSM, improved resource scheduling method: least delay that the task's choice forces on another candidate beyond its
/// latest start (Kolisch 1996). |D|² fits per decision.
struct improved_resource_scheduling {
  static constexpr bool parallel_only = true;
  void keys(const decision& d, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) {
      duration worst = 0;
      for (std::size_t j = 0; j < out.size(); ++j)
        if (j != i) {
          const instant pushed = d.state.earliest_start_after(d.candidates[j], d.candidates[i]);
          worst = std::max(worst, pushed - d.view.windows.latest_start[d.candidates[j].index()]);
        }
      out[i] = static_cast<double>(worst.count());
    }
  }
};

/// RSM, resource scheduling method (Brand, Meyer & Shaffer 1964): as above, as if no two candidates fitted together.
struct resource_scheduling_method {
  static constexpr bool parallel_only = true;
  void keys(const decision& d, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) {
      duration worst = 0;
      const instant finish = d.now + d.view.work(d.candidates[i]);
      for (std::size_t j = 0; j < out.size(); ++j)
        if (j != i) worst = std::max(worst, finish - d.view.windows.latest_start[d.candidates[j].index()]);
      out[i] = static_cast<double>(worst.count());
    }
  }
};

/// ATC, apparent tardiness cost (Vepsalainen & Morton 1987): greatest (w/d)·exp(−max(0, due − d − now)/(κ·d̄)), d̄ the
/// mean duration over the candidates. Missing due dates are the latest finish. Tasks without duration go first.
struct apparent_tardiness_cost {
  double kappa = 2.0;  ///< look-ahead, in mean durations

  void keys(const decision& d, std::span<double> out) const {
    double mean = 0;
    for (task_id t : d.candidates) mean += static_cast<double>(d.view.work(t).count());
    mean /= static_cast<double>(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      const task_id t = d.candidates[i];
      const duration work = d.view.work(t);
      if (work == 0) {
        out[i] = -std::numeric_limits<double>::infinity();
        continue;
      }
      const auto slack = static_cast<double>(std::max<duration>(0, d.view.due(t) - work - d.now).count());
      out[i] = -d.view.problem.weight(t) / static_cast<double>(work.count()) * stable::exp(-slack / (kappa * mean));
    }
  }
};

/// CR, critical ratio: least (due − now) ÷ (duration + tail); missing due dates are the latest finish.
struct critical_ratio {
  void keys(const decision& d, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const task_id t = d.candidates[i];
      const duration remaining = std::max<duration>(1, d.view.work(t) + d.view.windows.tail(t));
      out[i] = static_cast<double>((d.view.due(t) - d.now).count()) / static_cast<double>(remaining.count());
    }
  }
};

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
