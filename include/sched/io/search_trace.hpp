// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SEARCH_TRACE_HPP
#define SCHED_IO_SEARCH_TRACE_HPP

/// \file
/// How a search went: its best value and its bound over time, as a chart.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include <sched/core/ticks.hpp>
#include <sched/io/chart.hpp>

namespace sched {
inline namespace v0 {

/// What a search knew at a moment. Values that are not known yet are not numbers.
struct trace_point {
  duration elapsed{};           ///< since the search began, in the ticks of the chart's axis
  std::uint64_t schedules = 0;  ///< spent until then
  double best = std::numeric_limits<double>::quiet_NaN();
  double bound = std::numeric_limits<double>::quiet_NaN();
};

struct search_trace_options {
  std::string title = "Search";
  std::string value_name = "Makespan";  ///< what `best` is
  std::string unit = "ms";              ///< of the elapsed time
};

/// The anytime picture of a search: how long every best value stood (a bar each), best value and bound, the gap between
/// them where both are above 0, and the schedules spent, as step functions over elapsed time. Points in the order of
/// time, the last one the end of the search. Facts: what was reached, the bound, the gap, schedules, improvements, and
/// when the best was found. Draw it by `chart_html` or `chart_svg`. O(points).
[[nodiscard]] inline chart search_trace(std::span<const trace_point> points, const search_trace_options& o = {}) {
  chart c;
  c.title = o.title;
  c.axis.unit = o.unit;
  c.axis.name = "elapsed time";
  c.panels_noun = "Curves";
  chart_curve best{"best", chart_curve::style::line, {}}, bound{"lower bound", chart_curve::style::line, {}};
  chart_curve gap{"gap", chart_curve::style::area, {}}, spent{"schedules", chart_curve::style::area, {}};
  const auto plain = [](double x) {
    std::string text = std::to_string(std::round(x * 100) / 100);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
  };
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  chart_column after{"schedules spent", chart_column::style::number, {}, {}};
  std::uint64_t improvements = 0;
  double last = std::numeric_limits<double>::quiet_NaN();
  duration found{};
  for (const trace_point& p : points) {
    const instant t = instant(p.elapsed.count());
    best.points.push_back({t, p.best});
    bound.points.push_back({t, p.bound});
    const bool both = std::isfinite(p.best) && std::isfinite(p.bound) && p.best > 0 && p.bound >= 0;
    gap.points.push_back({t, both ? 100 * (p.best - p.bound) / p.best : std::numeric_limits<double>::quiet_NaN()});
    spent.points.push_back({t, static_cast<double>(p.schedules)});
    if (std::isfinite(p.best) && !(p.best >= last)) {
      if (!c.bars.empty()) c.bars.back().finish = t;
      c.bars.push_back(
          {.row = static_cast<std::uint32_t>(improvements), .start = t, .finish = t, .label = plain(p.best)});
      after.numbers.push_back(static_cast<std::int64_t>(std::min<std::uint64_t>(p.schedules, most)));
      ++improvements;
      last = p.best;
      found = p.elapsed;
    }
  }
  if (improvements > 0) {
    c.facts.push_back({o.value_name, plain(last), "the best that was found"});
    if (std::isfinite(bound.points.back().value))
      c.facts.push_back({"Lower bound", plain(bound.points.back().value), "no schedule is better"});
    if (std::isfinite(gap.points.back().value))
      c.facts.push_back({"Gap", plain(gap.points.back().value) + " %", "(best - bound) / best"});
    c.facts.push_back({"Found after", std::to_string(found.count()) + (o.unit.empty() ? "" : " " + o.unit), ""});
    c.markers.push_back({instant(found.count()), "best found"});
  }
  if (!c.bars.empty()) {
    c.bars.back().finish = std::max(c.bars.back().start, instant(points.back().elapsed.count()));
    c.bar_noun = "improvement";
    c.classes.push_back({"best so far"});
    c.lanes.push_back(
        {.title = o.value_name, .rows = static_cast<std::uint32_t>(c.bars.size()), .named_by_bars = true});
    c.columns.push_back(std::move(after));
  }
  if (!points.empty()) c.facts.push_back({"Schedules", std::to_string(points.back().schedules), "spent in all"});
  c.facts.push_back({"Improvements", std::to_string(improvements), "the first schedule is one"});
  c.panels.push_back({o.value_name, "", {std::move(best), std::move(bound)}, {}});
  c.panels.push_back({"Gap", "%", {std::move(gap)}, {}});
  c.panels.push_back({"Schedules spent", "", {std::move(spent)}, {}});
  return c;
}

}  // namespace v0
}  // namespace sched

#endif
