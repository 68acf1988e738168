// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_CHART_HTML_HPP
#define SCHED_IO_CHART_HTML_HPP

/// \file
/// A chart as one self-contained HTML page: no network, no other files.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/io/chart.hpp>
#include <sched/io/detail/chart_controls.hpp>
#include <sched/io/detail/chart_curves.hpp>
#include <sched/io/detail/chart_dates.hpp>
#include <sched/io/detail/chart_drawing.hpp>
#include <sched/io/detail/chart_figures.hpp>
#include <sched/io/detail/chart_page.hpp>
#include <sched/io/detail/chart_text.hpp>
#include <sched/io/detail/chart_view.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The chart's data as one JSON object of flat arrays. Times are offsets from `t0`; a column whose entries are all
/// equal is one value; texts that repeat are numbers into a dictionary.
class chart_data_writer {
public:
  explicit chart_data_writer(const chart& c) : chart_(c), scale_(c.axis), extent_(c.extent()) {}

  [[nodiscard]] std::string write() {
    out_ += '{';
    key("title"), text(chart_.title);
    key("noun"), text(chart_.bar_noun);
    key("curves"), text(chart_.panels_noun);
    key("figureNoun"), text(chart_.figures_noun);
    key("figures"), list(chart_.figures.size(), [&](std::size_t i) { figure(chart_.figures[i]); });
    key("critical"), list(2, [&](std::size_t i) { text(i == 0 ? chart_.critical_name : chart_.critical_hint); });
    key("shaded"), text(chart_.shaded_name);
    key("t0"), text(std::to_string(extent_.start.count()));
    key("t1"), time(extent_.finish);
    key("axis");
    out_ += '{';
    key("unit"), text(chart_.axis.unit);
    key("epoch"), append_number(out_, scale_.epoch());
    key("spt"), append_number(out_, chart_.axis.seconds_per_tick);
    key("incl"), append_number(out_, chart_.axis.inclusive_finish ? 1 : 0);
    key("name"), text(chart_.axis.name.empty() ? "time" : chart_.axis.name);
    out_ += '}';
    key("facts"), list(chart_.facts.size(), [&](std::size_t i) {
      const chart_fact& f = chart_.facts[i];
      texts({f.name, f.value, f.hint});
    });
    key("classes"), list(chart_.classes.size(), [&](std::size_t i) { text(chart_.classes[i].name); });
    key("lanes"), list(chart_.lanes.size(), [&](std::size_t i) { lane(chart_.lanes[i]); });
    bars();
    links();
    key("cols"), list(chart_.columns.size(), [&](std::size_t i) { column(chart_.columns[i]); });
    key("panels"), list(chart_.panels.size(), [&](std::size_t i) { panel(chart_.panels[i]); });
    key("marks"), list(chart_.markers.size(), [&](std::size_t i) {
      out_ += '[';
      time(chart_.markers[i].time);
      out_ += ',';
      text(chart_.markers[i].label);
      out_ += ']';
    });
    key("notes"), list(chart_.notes.size(), [&](std::size_t i) {
      out_ += '[';
      text(chart_.notes[i].title);
      out_ += ',';
      list(chart_.notes[i].items.size(), [&](std::size_t k) { text(chart_.notes[i].items[k]); });
      out_ += ']';
    });
    out_ += '}';
    return std::move(out_);
  }

private:
  void key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    text(name);
    out_ += ':';
  }
  void text(std::string_view t) { append_json(out_, t); }
  void texts(std::initializer_list<std::string_view> all) {
    list(all.size(), [&](std::size_t i) { text(all.begin()[i]); });
  }
  void time(instant t) { append_number(out_, (t - extent_.start).count()); }
  void value(double v) {
    if (std::isfinite(v)) append_number(out_, v);
    else out_ += "null";
  }
  template <class F>
  void list(std::size_t n, F each) {
    out_ += '[';
    for (std::size_t i = 0; i < n; ++i) {
      if (i != 0) out_ += ',';
      each(i);
    }
    out_ += ']';
  }
  void numbers(const std::vector<std::int64_t>& v) {
    list(v.size(), [&](std::size_t i) { append_number(out_, v[i]); });
  }
  /// One number when all are equal.
  void packed(const std::vector<std::int64_t>& v) {
    if (!v.empty() && std::all_of(v.begin(), v.end(), [&](std::int64_t x) { return x == v.front(); }))
      append_number(out_, v.front());
    else numbers(v);
  }
  void intervals(const std::vector<interval>& v) {
    std::vector<std::int64_t> flat;
    for (const interval& i : v) {
      const interval in = i.intersect(extent_);
      if (in.empty()) continue;
      flat.push_back((in.start - extent_.start).count());
      flat.push_back((in.finish - extent_.start).count());
    }
    numbers(flat);
  }
  /// Texts as they are, or `{"d": dictionary, "i": numbers}` when they repeat.
  void dictionary(const std::vector<std::string>& v) {
    std::unordered_map<std::string_view, std::int64_t> known;
    std::vector<std::string_view> words;
    std::vector<std::int64_t> index;
    for (const std::string& s : v) {
      const auto [at, fresh] = known.try_emplace(s, static_cast<std::int64_t>(words.size()));
      if (fresh) words.push_back(s);
      index.push_back(at->second);
    }
    if (words.size() * 2 > v.size()) {
      list(v.size(), [&](std::size_t i) { text(v[i]); });
      return;
    }
    out_ += '{';
    key("d"), list(words.size(), [&](std::size_t i) { text(words[i]); });
    key("i"), packed(index);
    out_ += '}';
  }

  void lane(const chart_lane& l) {
    out_ += '{';
    key("t"), text(l.title);
    key("n"), append_number(out_, l.rows);
    key("own"), append_number(out_, l.named_by_bars ? 1 : 0);
    key("in"), append_number(out_, l.inner ? 1 : 0);
    key("l"), list(l.row_labels.size(), [&](std::size_t i) { text(l.row_labels[i]); });
    key("z"), intervals(l.shaded);
    out_ += '}';
  }

  template <class F>
  void bar_column(std::string_view name, F of) {
    std::vector<std::int64_t> v;
    v.reserve(chart_.bars.size());
    for (const chart_bar& b : chart_.bars) v.push_back(of(b));
    key(name), packed(v);
  }
  /// Flat list of (bar, …) for the few bars that have something.
  template <class F>
  void sparse(std::string_view name, F put) {
    std::vector<std::int64_t> v;
    for (std::size_t i = 0; i < chart_.bars.size(); ++i) put(v, static_cast<std::int64_t>(i), chart_.bars[i]);
    key(name), numbers(v);
  }

  void bars() {
    const auto offset = [&](instant t) { return (t - extent_.start).count(); };
    key("n"), append_number(out_, chart_.bars.size());
    bar_column("s", [&](const chart_bar& b) { return offset(b.start); });
    bar_column("w", [&](const chart_bar& b) { return (b.finish - b.start).count(); });
    bar_column("lane", [](const chart_bar& b) { return std::int64_t{b.lane}; });
    bar_column("row", [](const chart_bar& b) { return b.row == chart_bar::automatic ? 0 : std::int64_t{b.row}; });
    bar_column("h", [](const chart_bar& b) { return std::int64_t{b.rows}; });
    bar_column("from", [](const chart_bar& b) { return std::int64_t{b.from}; });
    bar_column("share", [](const chart_bar& b) { return std::int64_t{b.share}; });
    bar_column("k", [](const chart_bar& b) { return std::int64_t{b.kind}; });
    bar_column("flag", [](const chart_bar& b) { return std::int64_t{(b.critical ? 1 : 0) + (b.late ? 2 : 0)}; });
    std::vector<std::string> labels;
    labels.reserve(chart_.bars.size());
    for (const chart_bar& b : chart_.bars) labels.push_back(b.label);
    key("label"), dictionary(labels);
    const auto date = [&](std::string_view name, instant chart_bar::*which) {
      sparse(name, [&](auto& v, std::int64_t i, const chart_bar& b) {
        if ((b.*which).is_finite()) v.insert(v.end(), {i, offset(b.*which)});
      });
    };
    date("due", &chart_bar::due);
    date("dead", &chart_bar::deadline);
    sparse("pause", [&](auto& v, std::int64_t i, const chart_bar& b) {
      for (const interval& x : b.pauses) v.insert(v.end(), {i, offset(x.start), offset(x.finish)});
    });
    sparse("also", [&](auto& v, std::int64_t i, const chart_bar& b) {
      for (const chart_rows& x : b.also) v.insert(v.end(), {i, std::int64_t{x.row}, std::int64_t{x.rows}});
    });
    // From and share of those blocks that are parts of a row, by their number.
    std::int64_t block = 0;
    sparse("alsoPart", [&](auto& v, std::int64_t, const chart_bar& b) {
      for (const chart_rows& x : b.also) {
        if (x.share < 1000) v.insert(v.end(), {block, std::int64_t{x.from}, std::int64_t{x.share}});
        ++block;
      }
    });
  }

  void links() {
    std::vector<std::int64_t> from, to, ends;
    std::vector<std::string> names;
    for (const chart_link& l : chart_.links) {
      from.push_back(l.from);
      to.push_back(l.to);
      names.push_back(l.label);
      ends.push_back((l.from_start ? 1 : 0) + (l.to_finish ? 2 : 0));
    }
    key("lf"), numbers(from);
    key("lt"), numbers(to);
    key("ln"), dictionary(names);
    key("le"), packed(ends);
  }

  void column(const chart_column& c) {
    static constexpr std::string_view styles[] = {"text", "number", "instant", "duration"};
    out_ += '{';
    key("n"), text(c.name);
    key("k"), text(styles[static_cast<std::size_t>(c.shown_as)]);
    if (c.shown_as == chart_column::style::text) {
      key("v"), dictionary(c.texts);
    } else {
      key("v"), list(c.numbers.size(), [&](std::size_t i) {
        if (c.numbers[i] == chart_column::none) out_ += "null";
        else
          append_number(out_, c.shown_as == chart_column::style::when ? (ticks(c.numbers[i]) - extent_.start).count()
                                                                      : c.numbers[i]);
      });
    }
    out_ += '}';
  }

  void panel(const chart_panel& p) {
    static constexpr std::string_view styles[] = {"area", "line", "limit"};
    out_ += '{';
    key("t"), text(p.title);
    key("u"), text(p.unit);
    key("z"), intervals(p.shaded);
    key("c"), list(p.curves.size(), [&](std::size_t i) {
      const chart_curve& c = p.curves[i];
      out_ += '{';
      key("n"), text(c.name);
      key("k"), text(styles[static_cast<std::size_t>(c.drawn_as)]);
      instant last = extent_.start;
      key("x"), list(c.points.size(), [&](std::size_t k) {  // differences
        append_number(out_, (c.points[k].time - last).count());
        last = c.points[k].time;
      });
      key("y"), list(c.points.size(), [&](std::size_t k) { value(c.points[k].value); });
      out_ += '}';
    });
    out_ += '}';
  }

  void reals(const std::vector<double>& v) {
    list(v.size(), [&](std::size_t i) { value(v[i]); });
  }
  void figure(const chart_figure& f) {
    static constexpr std::string_view styles[] = {"number", "span", "percent"};
    out_ += '{';
    key("t"), text(f.title);
    key("note"), text(f.note);
    key("noun"), text(f.row_noun);
    key("picture"), text(f.picture);
    key("drawn"), append_number(out_, f.drawn);
    key("rows"), list(f.rows.size(), [&](std::size_t i) { text(f.rows[i]); });
    key("kinds"), list(f.kinds.size(), [&](std::size_t i) { append_number(out_, f.kinds[i]); });
    key("cols"), list(f.columns.size(), [&](std::size_t i) {
      const chart_figure_column& c = f.columns[i];
      out_ += '{';
      key("n"), text(c.name);
      key("hint"), text(c.hint);
      key("k"), text(styles[static_cast<std::size_t>(c.shown_as)]);
      key("dir"), append_number(out_, c.direction == chart_figure_column::better::less   ? -1
                                      : c.direction == chart_figure_column::better::more ? 1
                                                                                         : 0);
      key("v"), reals(c.values);
      key("lo"), reals(c.low);
      key("hi"), reals(c.high);
      out_ += '}';
    });
    key("boxes"), list(f.boxes.size(), [&](std::size_t i) {
      const chart_box& b = f.boxes[i];
      reals({b.low, b.quarter, b.median, b.three_quarters, b.high});
    });
    out_ += '}';
  }

  const chart& chart_;
  time_scale scale_;
  interval extent_;
  std::string out_{};
};

}  // namespace detail

/// The chart as a page: zoom (wheel, buttons, + and −, pinch), drag to pan, fit; hover for the fields of a bar; click
/// or arrow keys select one and show what is linked with it; search and filter; rows or a packed overview; dark and
/// light; figures as tables with pictures, sorted by the column that is clicked; prints on paper. Bars are drawn on a
/// canvas, only those in view, so 28,000 of them stay fluent. All texts reach the page as data and are written as text:
/// nothing in them can become markup or script, and the page's security policy forbids every request. Same chart, same
/// bytes. Times are exact up to a span of 2^53 ticks. Throws `sched::error` for a malformed axis. O(size of the chart),
/// allocates the page.
[[nodiscard]] inline std::string chart_html(const chart& c) {
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>";
  detail::append_xml(page, c.title);
  page += "</title>\n";
  page += detail::page_head;
  page += "<style>";
  page += detail::page_style;
  page += "</style>\n</head>\n<body>\n";
  page += detail::page_body;
  page += "<script type=\"application/json\" id=\"chart-data\">";
  page += detail::chart_data_writer(c).write();
  page += "</script>\n<script>";
  page += detail::page_script_view;
  page += detail::page_script_drawing;
  page += detail::page_script_curves;
  page += detail::page_script_figures;
  page += detail::page_script_controls;
  page += "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace v0
}  // namespace sched

#endif
