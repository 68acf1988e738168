// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_CHART_HPP
#define SCHED_IO_CHART_HPP

/// \file
/// The description of a time chart: lanes of bars, panels of curves, markers and facts. It knows nothing of projects;
/// `gantt_of` fills one from a schedule, `chart_html` and `chart_svg` draw any.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// How instants are written. Without a scale they are integers, with `unit` behind lengths of time. With
/// `seconds_per_tick > 0` tick 0 is `epoch` and the axis shows UTC dates and times of day at round places.
struct chart_axis {
  std::string unit{};                 ///< "days", "h" …; may be empty
  std::string epoch{};                ///< ISO 8601: "2026-01-05", "2026-01-05T08:00" or with seconds; empty: 1970-01-01
  std::int64_t seconds_per_tick = 0;  ///< 0: plain integers
  bool inclusive_finish = false;      ///< write finish − 1 tick (the last day of work), for ticks that are days
  std::string name{};                 ///< what integers count ("arrival"); empty: "time"
};

/// A category of bars: its name stands in the legend, its place in the list chooses the colour (8 colour-blind-safe
/// ones, then again from the first).
struct chart_class {
  std::string name{};
};

/// One horizontal group of rows: all tasks, one person, one machine, one partition.
struct chart_lane {
  std::string title{};
  std::uint32_t rows = 0;
  std::vector<std::string> row_labels{};  ///< one per row, or empty
  bool named_by_bars = false;             ///< every row holds one bar and is called like it
  std::vector<interval> shaded{};         ///< closed times, drawn behind the bars
  bool inner = false;                     ///< belongs to the lane above it: its title is set in, and not bold
};

/// A block of rows in a lane, or a part of one row: `share` thousandths of its height, `from` thousandths below its
/// top.
struct chart_rows {
  std::uint32_t row = 0;
  std::uint32_t rows = 1;
  std::uint16_t from = 0;
  std::uint16_t share = 1000;
};

/// A bar: something that takes `[start, finish)` in `rows` rows of a lane. With start == finish it is a milestone,
/// drawn as a diamond. Precondition: both finite, start ≤ finish.
struct chart_bar {
  static constexpr std::uint32_t automatic = 0xffffffffU;  ///< a row that `pack_rows` chooses

  std::uint32_t lane = 0;
  std::uint32_t row = automatic;
  std::uint32_t rows = 1;
  std::uint32_t kind = 0;  ///< index into `chart::classes`
  instant start{};
  instant finish{};
  std::string label{};
  bool critical = false;
  bool late = false;                       ///< drawn with a warning sign
  instant due = instant::infinity();       ///< a mark on the row, if finite
  instant deadline = instant::infinity();  ///< likewise
  std::vector<interval> pauses{};          ///< parts without work, drawn lighter; sorted, disjoint
  std::vector<chart_rows> also{};          ///< further blocks of rows of the same bar (scattered processors)
  std::uint16_t from = 0, share = 1000;    ///< of the height of its row, in thousandths, as in `chart_rows`
};

/// An arrow between two bars, by their positions in `chart::bars`. The label says what is special ("SS+2").
struct chart_link {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::string label{};
  bool from_start = false;  ///< the arrow leaves the first bar's start, not its finish
  bool to_finish = false;   ///< the arrow meets the second bar's finish, not its start
};

/// One field of every bar for the tooltip: either texts or numbers, one per bar. Empty texts are not shown; newlines in
/// texts are kept. Numbers are shown as they are, as instants (`when`) or as lengths of time (`span`).
struct chart_column {
  enum class style : std::uint8_t { text, number, when, span };
  static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::min();  ///< a number that is not shown

  std::string name{};
  style shown_as = style::text;
  std::vector<std::string> texts{};
  std::vector<std::int64_t> numbers{};
};

/// A step function: `value` from `time` on, up to the next point. A value that is not finite leaves a gap.
struct chart_point {
  instant time{};
  double value = 0;
};

struct chart_curve {
  enum class style : std::uint8_t {
    area,  ///< filled down to 0
    line,  ///< a step line
    limit  ///< a heavier step line: areas above it are drawn as overload
  };
  std::string name{};
  style drawn_as = style::area;
  std::vector<chart_point> points{};
};

/// A plot under the bars on the same time axis.
struct chart_panel {
  std::string title{};
  std::string unit{};
  std::vector<chart_curve> curves{};
  std::vector<interval> shaded{};
};

/// A vertical line through the whole chart.
struct chart_marker {
  instant time{};
  std::string label{};
};

/// "Makespan 73": a fact of the header line. `hint` explains it on hover.
struct chart_fact {
  std::string name{};
  std::string value{};
  std::string hint{};
};

/// A list that belongs to the chart but has no place on its axis, such as the tasks that are not placed.
struct chart_note {
  std::string title{};
  std::vector<std::string> items{};
};

/// A column of numbers in a figure.
struct chart_figure_column {
  enum class style : std::uint8_t { number, span, percent };  ///< spans are ticks; percents are shares of 1
  enum class better : std::uint8_t { neither, less, more };   ///< the best of the column is set off

  std::string name{};
  std::string hint{};
  style shown_as = style::number;
  better direction = better::neither;
  std::vector<double> values{};       ///< one per row
  std::vector<double> low{}, high{};  ///< confidence intervals, one per row, or empty; not finite: none
};

/// Five numbers of a distribution: whiskers, quartiles and median.
struct chart_box {
  double low = 0, quarter = 0, median = 0, three_quarters = 0, high = 0;
};

/// A table off the time axis, with a picture beside its rows: boxes of distributions, or bars of one of the columns
/// with its intervals. Pages only.
struct chart_figure {
  std::string title{};
  std::string note{};
  std::string row_noun{};
  std::vector<std::string> rows{};
  std::vector<std::uint32_t> kinds{};  ///< a colour per row as `chart_bar::kind`, or empty
  std::vector<chart_figure_column> columns{};
  std::vector<chart_box> boxes{};  ///< one per row, or empty: bars
  std::string picture{};           ///< what the boxes show
  std::size_t drawn = 0;           ///< the column that bars show first
};

/// Everything that a page shows. Texts are plain UTF-8; writers escape them and replace what is not UTF-8.
struct chart {
  std::string title{};
  std::vector<chart_fact> facts{};
  chart_axis axis{};
  std::vector<chart_lane> lanes{};
  std::vector<chart_class> classes{};
  std::vector<chart_bar> bars{};
  std::vector<chart_link> links{};
  std::vector<chart_column> columns{};
  std::vector<chart_panel> panels{};
  std::vector<chart_marker> markers{};
  std::vector<chart_note> notes{};
  std::vector<chart_figure> figures{};
  std::string figures_noun = "Figures";    ///< for the button that shows them
  std::string bar_noun = "task";           ///< what a bar is called
  std::string panels_noun = "Curves";      ///< what the panels show, for the button that hides them
  std::string critical_name = "critical";  ///< legend of `chart_bar::critical`
  std::string critical_hint{};
  std::string shaded_name = "closed";  ///< legend of what is shaded

  /// The hull of all bars, curves and finite markers; `[0, 1)` when there is nothing. O(size of the chart).
  [[nodiscard]] interval extent() const {
    instant first = instant::infinity();
    instant last = instant::minus_infinity();
    const auto take = [&](instant t) {
      if (!t.is_finite()) return;
      first = std::min(first, t);
      last = std::max(last, t);
    };
    for (const chart_bar& b : bars) {
      take(b.start);
      take(b.finish);
    }
    for (const chart_panel& p : panels)
      for (const chart_curve& c : p.curves)
        for (const chart_point& q : c.points) take(q.time);
    for (const chart_marker& m : markers) take(m.time);
    if (last < first) return {0, 1};
    return {first, std::max(last, first + 1)};
  }
};

/// Gives every bar whose row is `automatic` the lowest row of its lane that is free at its start (first fit in the
/// order of start, then position; one row each) and raises `chart_lane::rows` to what is needed. Bars with given rows
/// keep them and are not looked at, so a lane should be all given or all automatic. O(n log n), allocates. Reference:
/// interval partitioning, uses as many rows as bars overlap at most.
inline void pack_rows(chart& c) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < c.bars.size(); ++i)
    if (c.bars[i].row == chart_bar::automatic) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(c.bars[a].lane, c.bars[a].start) < std::pair(c.bars[b].lane, c.bars[b].start);
  });
  using busy_row = std::pair<instant, std::uint32_t>;
  std::priority_queue<busy_row, std::vector<busy_row>, std::greater<>> busy;            // by finish
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free;  // by row
  std::uint32_t lane = 0;
  std::uint32_t used = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    chart_bar& b = c.bars[order[k]];
    if (k == 0 || b.lane != lane) {
      busy = {};
      free = {};
      used = 0;
      lane = b.lane;
    }
    while (!busy.empty() && busy.top().first <= b.start) {
      free.push(busy.top().second);
      busy.pop();
    }
    if (free.empty()) {
      b.row = used++;
    } else {
      b.row = free.top();
      free.pop();
    }
    busy.push({std::max(b.finish, b.start + 1), b.row});
    c.lanes[lane].rows = std::max(c.lanes[lane].rows, used);
  }
}

}  // namespace v0
}  // namespace sched

#endif
