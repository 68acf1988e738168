// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_CHART_SVG_HPP
#define SCHED_IO_CHART_SVG_HPP

/// \file
/// A chart as a standalone SVG figure.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/chart.hpp>
#include <sched/io/detail/chart_dates.hpp>
#include <sched/io/detail/chart_text.hpp>

namespace sched {
inline namespace v0 {

/// How a figure is laid out.
struct svg_options {
  double width = 1200;                ///< in CSS pixels, at least 320
  double row_height = 15;             ///< at most; smaller when rows would exceed `height_limit`
  double height_limit = 2400;         ///< of all rows together
  std::size_t pack_above = 300;       ///< lanes with a row per bar are packed when they have more rows than this
  std::size_t tooltips_up_to = 2000;  ///< bars have a `<title>` in charts of up to so many bars
};

namespace detail {

inline constexpr const char* svg_style = R"css(
text {
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; font-size: 11px;
  fill: #18202c;
}
.bg { fill: #ffffff; } .h1 { font-size: 17px; font-weight: 600; } .b { font-weight: 600; } .m { fill: #5a6575; }
.in { fill: #ffffff; } .zebra { fill: #18202c; fill-opacity: .03; }
.grid { stroke: #e6eaef; } .rule { stroke: #c5cdd7; }
.shade { fill: #60708a; fill-opacity: .15; } .area { fill: #8fb3dd; } .over { fill: #d8365c; }
.limit { fill: none; stroke: #2b3644; stroke-width: 1.3; stroke-dasharray: 5 3; }
.curve { fill: none; stroke: #9a5b00; stroke-width: 1.2; }
.mark { stroke: #18202c; stroke-dasharray: 4 3; stroke-opacity: .65; }
.k0 { fill: #3b73b9; } .k1 { fill: #0f8267; } .k2 { fill: #9a5b00; } .k3 { fill: #a8467f; }
.k4 { fill: #1c7a9e; } .k5 { fill: #6c6800; } .k6 { fill: #5b5fc7; } .k7 { fill: #687180; }
.crit { fill: #c44d17; } .edge { fill: #280a00; fill-opacity: .62; } .pause { fill: #ffffff; fill-opacity: .6; }
.chain { fill: none; stroke: #c44d17; stroke-width: 1.6; } .late { fill: #b3123a; }
.due { stroke: #5a6575; stroke-width: 1.5; stroke-dasharray: 2 2; } .dead { stroke: #b3123a; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
text { fill: #e6ebf2; } .bg { fill: #11161d; } .m { fill: #98a4b5; } .in { fill: #0c1118; } .zebra { fill: #ffffff; }
.grid { stroke: #242d39; } .rule { stroke: #3a4656; } .shade { fill: #96a5be; } .area { fill: #355d8f; }
.over { fill: #ff5c7f; } .limit { stroke: #d5deea; } .curve { stroke: #e8a54b; } .mark { stroke: #e6ebf2; }
.k0 { fill: #6ea8f0; } .k1 { fill: #4cc3a2; } .k2 { fill: #e8a54b; } .k3 { fill: #e38fc0; }
.k4 { fill: #6cc7e8; } .k5 { fill: #cfc65a; } .k6 { fill: #a3a6f5; } .k7 { fill: #a8b0bd; }
.crit { fill: #ff9359; } .edge { fill: #ffffff; fill-opacity: .8; } .pause { fill: #11161d; }
.chain { stroke: #ff9359; } .late { fill: #ff5c7f; } .due { stroke: #98a4b5; } .dead { stroke: #ff5c7f; }
}
)css";

/// Lays a chart out and writes it. All numbers come from additions, multiplications and divisions of finite values and
/// are rounded to tenths of a pixel: the same bytes on every platform.
class svg_writer {
public:
  svg_writer(const chart& c, const svg_options& o) : chart_(c), scale_(c.axis), extent_(c.extent()) {
    width_ = std::max(320.0, std::isfinite(o.width) ? o.width : 1200.0);
    tooltips_ = c.bars.size() <= o.tooltips_up_to;
    arrange(o);
  }

  [[nodiscard]] std::string write() {
    const double facts_at = 46;
    std::vector<std::string> lines = fact_lines();
    axis_at_ = facts_at + 16 * static_cast<double>(lines.size()) + 6;
    axis_at_ += scale_.dates() ? 38 : 22;
    rows_at_ = axis_at_ + (chart_.markers.empty() ? 0 : 16);
    const double rows_end = rows_at_ + std::max(row_height_ * static_cast<double>(rows_), 20.0);
    const double panels_end = rows_end + panel_step * static_cast<double>(chart_.panels.size());
    const double notes_at = panels_end + 44;
    height_ = notes_at + 16 * static_cast<double>(chart_.notes.size());
    out_ += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"";
    put(width_), out_ += "\" height=\"", put(height_), out_ += "\" viewBox=\"0 0 ", put(width_), out_ += ' ',
        put(height_);
    out_ += "\" role=\"img\">\n<title>", append_xml(out_, chart_.title), out_ += "</title>\n<style>";
    out_ += svg_style;
    out_ += "</style>\n";
    rectangle("bg", 0, 0, width_, height_);
    label("h1", 16, 28, fitted(chart_.title, width_ - 32, 9.6));
    for (std::size_t i = 0; i < lines.size(); ++i) label("m", 16, facts_at + 16 * static_cast<double>(i), lines[i]);
    const auto ticks = scale_.ticks_in(extent_, plot_width() / (scale_.dates() ? 46 : 60));
    background(rows_end);
    for (const auto& t : ticks) segment("grid", x_of(t.at), axis_at_, x_of(t.at), panels_end);
    axis(ticks);
    bars();
    for (std::size_t i = 0; i < chart_.panels.size(); ++i)
      panel(chart_.panels[i], rows_end + panel_step * static_cast<double>(i) + 8);
    markers(panels_end);
    legend(panels_end + 22);
    for (std::size_t i = 0; i < chart_.notes.size(); ++i) {
      std::string text = chart_.notes[i].title + ": ";
      for (std::size_t k = 0; k < chart_.notes[i].items.size() && text.size() < 4 * static_cast<std::size_t>(width_);
           ++k)
        text += (k == 0 ? "" : ", ") + chart_.notes[i].items[k];
      label("", 16, notes_at + 16 * static_cast<double>(i) - 4, fitted(text, width_ - 32, 6.1));
    }
    out_ += "</svg>\n";
    return std::move(out_);
  }

private:
  static constexpr double panel_step = 56;
  static constexpr double right = 18;

  // ---- layout ----
  void arrange(const svg_options& o) {
    std::size_t longest = 6;
    top_.assign(chart_.bars.size(), 0);
    for (std::size_t l = 0; l < chart_.lanes.size(); ++l) {
      const chart_lane& lane = chart_.lanes[l];
      const bool titled = chart_.lanes.size() > 1 && (lane.named_by_bars || !lane.row_labels.empty());
      const bool packed = lane.named_by_bars && lane.rows > o.pack_above;
      lane_top_.push_back(rows_ + (titled ? 1 : 0));
      lane_packed_.push_back(packed ? 1 : 0);
      std::uint32_t used = lane.rows;
      if (packed) used = pack(static_cast<std::uint32_t>(l));
      lane_rows_.push_back(used);
      rows_ += used + (titled ? 1 : 0);
      if (chart_.lanes.size() > 1) longest = std::max(longest, text_length(lane.title));
      for (const std::string& s : lane.row_labels) longest = std::max(longest, text_length(s));
      if (lane.named_by_bars && !packed)
        for (const chart_bar& b : chart_.bars)
          if (b.lane == l) longest = std::max(longest, text_length(b.label));
    }
    for (std::size_t i = 0; i < chart_.bars.size(); ++i) {
      const chart_bar& b = chart_.bars[i];
      if (!lane_packed_[b.lane]) top_[i] = b.row == chart_bar::automatic ? 0 : b.row;
      top_[i] += lane_top_[b.lane];
    }
    for (const chart_panel& p : chart_.panels) longest = std::max({longest, text_length(p.title), std::size_t{13}});
    gutter_ = std::min(static_cast<double>(longest) * 6.3 + 30, std::min(240.0, width_ * 0.3));
    row_height_ = std::max(0.5, std::isfinite(o.row_height) ? o.row_height : 15);
    if (rows_ != 0) row_height_ = std::min(row_height_, std::max(0.1, o.height_limit / static_cast<double>(rows_)));
  }

  std::uint32_t pack(std::uint32_t l) {
    chart alone;
    alone.lanes.resize(1);
    std::vector<std::size_t> who;
    for (std::size_t i = 0; i < chart_.bars.size(); ++i) {
      if (chart_.bars[i].lane != l) continue;
      alone.bars.push_back({.start = chart_.bars[i].start, .finish = chart_.bars[i].finish});
      who.push_back(i);
    }
    pack_rows(alone);
    for (std::size_t k = 0; k < who.size(); ++k) top_[who[k]] = alone.bars[k].row;
    return alone.lanes[0].rows;
  }

  [[nodiscard]] double plot_width() const { return width_ - gutter_ - right; }
  [[nodiscard]] double x_of(double offset) const {
    return gutter_ + offset / static_cast<double>(extent_.length().count()) * plot_width();
  }
  [[nodiscard]] double x_of(instant t) const {
    const instant inside = std::min(std::max(t, extent_.start), extent_.finish);
    return x_of(static_cast<double>((inside - extent_.start).count()));
  }
  [[nodiscard]] double y_of(std::uint32_t row) const { return rows_at_ + row_height_ * static_cast<double>(row); }

  [[nodiscard]] std::vector<std::string> fact_lines() const {
    std::vector<std::string> lines;
    const auto room = static_cast<std::size_t>((width_ - 32) / 6.2);
    for (const chart_fact& f : chart_.facts) {
      const std::string text = f.name + ' ' + f.value;
      if (lines.empty() || text_length(lines.back()) + text_length(text) + 5 > room) lines.push_back(text);
      else lines.back() += "  \u00b7  " + text;
    }
    for (std::string& l : lines) l = fitted(l, width_ - 32, 6.2);
    return lines;
  }

  /// Cut to about `room` pixels at `advance` pixels per character.
  [[nodiscard]] static std::string fitted(std::string_view text, double room, double advance) {
    const auto most = static_cast<std::size_t>(std::max(0.0, room / advance));
    if (text_length(text) <= most) return std::string(text);
    std::size_t at = 0;
    for (std::size_t k = 0; k + 1 < most && at < text.size(); ++k) (void)next_code_point(text, at);
    return at == 0 ? std::string() : std::string(text.substr(0, at)) + "\u2026";
  }

  // ---- elements ----
  void put(double v) { append_coordinate(out_, v); }
  void attribute(const char* name, double v) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    put(v);
    out_ += '"';
  }
  void rectangle(std::string_view cls, double x, double y, double w, double h, double radius = 0,
                 std::string_view tip = {}) {
    out_ += "<rect class=\"";
    out_ += cls;
    out_ += '"';
    attribute("x", x), attribute("y", y), attribute("width", std::max(w, 0.0)), attribute("height", std::max(h, 0.0));
    if (radius > 0) attribute("rx", radius);
    close("rect", tip);
  }
  void close(std::string_view tag, std::string_view tip) {
    if (tip.empty()) {
      out_ += "/>\n";
      return;
    }
    out_ += "><title>";
    append_xml(out_, tip);
    out_ += "</title></";
    out_ += tag;
    out_ += ">\n";
  }
  void segment(std::string_view cls, double x1, double y1, double x2, double y2) {
    out_ += "<line class=\"";
    out_ += cls;
    out_ += '"';
    attribute("x1", x1), attribute("y1", y1), attribute("x2", x2), attribute("y2", y2);
    out_ += "/>\n";
  }
  void polygon(std::string_view cls, std::initializer_list<std::pair<double, double>> points,
               std::string_view tip = {}) {
    out_ += "<polygon class=\"";
    out_ += cls;
    out_ += "\" points=\"";
    for (const auto& [x, y] : points) {
      if (out_.back() != '"') out_ += ' ';
      put(x), out_ += ',', put(y);
    }
    out_ += '"';
    close("polygon", tip);
  }
  void label(std::string_view cls, double x, double y, std::string_view text, std::string_view anchor = {},
             double size = 0) {
    if (text.empty()) return;
    out_ += "<text";
    if (!cls.empty()) out_ += " class=\"", out_ += cls, out_ += '"';
    attribute("x", x), attribute("y", y);
    if (!anchor.empty()) out_ += " text-anchor=\"", out_ += anchor, out_ += '"';
    if (size > 0) out_ += " style=\"font-size:", put(size), out_ += "px\"";
    out_ += '>';
    append_xml(out_, text);
    out_ += "</text>\n";
  }

  // ---- parts ----
  void background(double rows_end) {
    for (std::size_t l = 0; l < chart_.lanes.size(); ++l) {
      const double y = y_of(lane_top_[l]);
      const double h = row_height_ * static_cast<double>(lane_rows_[l]);
      for (std::uint32_t r = 0; r < lane_rows_[l] && row_height_ >= 6; r += 2)
        rectangle("zebra", 0, y_of(lane_top_[l] + r), width_, row_height_);
      shaded(chart_.lanes[l].shaded, y, h);
      names(l, y, h);
      if (chart_.lanes.size() > 1) segment("rule", 0, y + h, width_, y + h);
    }
    segment("rule", gutter_, axis_at_, gutter_, rows_end);
    segment("rule", 0, rows_end, width_, rows_end);
  }
  void shaded(const std::vector<interval>& all, double y, double h) {
    for (const interval& i : all) {
      const interval in = i.intersect(extent_);
      if (!in.empty()) rectangle("shade", x_of(in.start), y, x_of(in.finish) - x_of(in.start), h);
    }
  }
  void names(std::size_t l, double y, double h) {
    const chart_lane& lane = chart_.lanes[l];
    const double size = std::min(11.0, row_height_ - 2);
    const bool titled = chart_.lanes.size() > 1 || lane_packed_[l] || (!lane.named_by_bars && lane.row_labels.empty());
    const bool own_row = lane_top_[l] != (l == 0 ? 0 : lane_top_[l - 1] + lane_rows_[l - 1]);
    if (titled && h >= 9)
      label(lane.inner ? "" : "b", lane.inner ? 18 : 10,
            own_row ? y - row_height_ / 2 + 4 : y + std::min(h, 16.0) / 2 + 4, fitted(lane.title, gutter_ - 16, 6.6));
    if (size < 6) return;
    for (std::size_t r = 0; r < lane.row_labels.size() && r < lane_rows_[l]; ++r)
      label("", 18, y + row_height_ * (static_cast<double>(r) + 0.5) + size * 0.36,
            fitted(lane.row_labels[r], gutter_ - 24, size * 0.57), {}, size);
    if (!lane.named_by_bars || lane_packed_[l]) return;
    for (std::size_t i = 0; i < chart_.bars.size(); ++i)
      if (chart_.bars[i].lane == l)
        label(chart_.bars[i].critical ? "b" : "", 10, y_of(top_[i]) + row_height_ / 2 + size * 0.36,
              fitted(chart_.bars[i].label, gutter_ - 18, size * 0.57), {}, size);
  }
  void axis(const std::vector<time_scale::tick>& ticks) {
    const double y = axis_at_ - 8;
    segment("rule", 0, axis_at_, width_, axis_at_);
    const std::string named = chart_.axis.name.empty() ? "time" : chart_.axis.name;
    label("m b", 10, y,
          scale_.dates()             ? (scale_.whole_days() ? "date" : "UTC")
          : chart_.axis.unit.empty() ? named
                                     : named + ", " + chart_.axis.unit);
    std::string above;
    double free = 0;
    for (const auto& t : ticks) {
      const double x = x_of(t.at);
      segment("rule", x, axis_at_ - 4, x, axis_at_);
      label("", scale_.dates() ? x + 2 : x, y, t.label, scale_.dates() ? "" : "middle");
      if (t.above.empty() || t.above == above) continue;
      above = t.above;
      if (x < free) continue;
      label("b", x + 2, y - 15, above);
      free = x + static_cast<double>(text_length(above)) * 7 + 10;
    }
  }

  [[nodiscard]] std::string tip(const chart_bar& b, std::size_t i) const {
    std::string text =
        b.label + "\nStart " + scale_.instant_text(b.start) + "\nFinish " + scale_.finish_text(b.start, b.finish);
    for (const chart_column& c : chart_.columns) {
      std::string value;
      if (c.shown_as == chart_column::style::text) value = c.texts[i];
      else if (c.numbers[i] != chart_column::none)
        value = c.shown_as == chart_column::style::when   ? scale_.instant_text(c.numbers[i])
                : c.shown_as == chart_column::style::span ? scale_.duration_text(c.numbers[i])
                                                          : std::to_string(c.numbers[i]);
      if (!value.empty()) text += '\n' + c.name + ' ' + value;
    }
    if (b.due.is_finite()) text += "\nDue " + scale_.finish_text(b.due - 1, b.due);
    if (b.deadline.is_finite()) text += "\nDeadline " + scale_.finish_text(b.deadline - 1, b.deadline);
    return text;
  }
  void bars() {
    const bool many_kinds = chart_.classes.size() > 1;
    const double inset = row_height_ >= 6 ? std::min(3.0, row_height_ * 0.14) : row_height_ >= 3 ? 0.4 : 0.0;
    for (std::size_t i = 0; i < chart_.bars.size(); ++i) {
      const chart_bar& b = chart_.bars[i];
      const std::string about = tooltips_ ? tip(b, i) : std::string();
      std::string cls = "bar ";
      if (b.critical && !many_kinds) cls += "crit";
      else cls += "k" + std::to_string(b.kind % 8);
      block(b, cls, {top_[i], b.rows, b.from, b.share}, inset, about);
      for (const chart_rows& more : b.also)
        block(b, "more " + cls.substr(4), {lane_top_[b.lane] + more.row, more.rows, more.from, more.share}, inset,
              about);
      if (b.critical && !many_kinds && row_height_ >= 6 && b.start < b.finish)  // not by colour alone
        rectangle("edge", x_of(b.start), y_of(top_[i] + b.rows) - inset - 2, x_of(b.finish) - x_of(b.start), 2);
      if (b.critical && many_kinds) {
        const double full = row_height_ * b.rows - 2 * inset;
        rectangle("chain", x_of(b.start), y_of(top_[i]) + inset + full * b.from / 1000, x_of(b.finish) - x_of(b.start),
                  full * b.share / 1000);
      }
      if (row_height_ >= 5) dates(b, y_of(top_[i]) + inset, row_height_ * b.rows - 2 * inset);
    }
  }
  void block(const chart_bar& b, const std::string& cls, const chart_rows& at, double inset, const std::string& about) {
    const double full = row_height_ * static_cast<double>(at.rows) - 2 * inset;
    const double x = x_of(b.start), y = y_of(at.row) + inset + full * at.from / 1000, h = full * at.share / 1000;
    if (b.start == b.finish) {
      const double r = std::min(6.0, h / 2), m = y + h / 2;
      polygon("milestone " + cls, {{x, m - r}, {x + r, m}, {x, m + r}, {x - r, m}}, about);
      return;
    }
    const double w = std::max(x_of(b.finish) - x, 0.6);
    rectangle(cls, x, y, w, h, h >= 8 && w >= 5 ? 2 : 0, about);
    for (const interval& p : b.pauses) rectangle("pause", x_of(p.start), y, x_of(p.finish) - x_of(p.start), h);
    const bool named = !chart_.lanes[b.lane].named_by_bars || lane_packed_[b.lane];
    if (named && h >= 8 && w >= 14)
      label("in", x + 3, y + h / 2 + 3.6, fitted(b.label, w - 6, 6), {}, std::min(10.0, h));
  }
  void dates(const chart_bar& b, double y, double h) {
    const bool own_row = chart_.lanes[b.lane].named_by_bars && !lane_packed_[b.lane];
    const instant limit = std::min(b.due, b.deadline);
    const double end = x_of(b.finish);
    if (b.late && limit.is_finite()) {
      const double from = std::max(x_of(limit), x_of(b.start));
      rectangle("late", from, y + h * 0.75, end - from, h * 0.25);
      if (own_row) polygon("late", {{end + 3, y + h}, {end + 3 + h, y + h}, {end + 3 + h / 2, y}});
    }
    if (!own_row) return;
    if (b.due.is_finite() && extent_.start <= b.due && b.due <= extent_.finish)
      segment("due", x_of(b.due), y, x_of(b.due), y + h);
    if (b.deadline.is_finite() && extent_.start <= b.deadline && b.deadline <= extent_.finish)
      segment("dead", x_of(b.deadline), y, x_of(b.deadline), y + h);
  }

  void panel(const chart_panel& p, double y) {
    const double h = panel_step - 14, floor = y + h;
    double most = 0;
    for (const chart_curve& c : p.curves)
      for (const chart_point& q : c.points)
        if (std::isfinite(q.value)) most = std::max(most, q.value);
    const double top = most > 0 ? most : 1;
    const auto level = [&](double v) { return floor - std::max(v, 0.0) / (top * 1.06) * h; };
    shaded(p.shaded, y, h);
    const chart_curve* limit = nullptr;
    for (const chart_curve& c : p.curves)
      if (c.drawn_as == chart_curve::style::limit) limit = &c;
    for (const chart_curve& c : p.curves) {
      if (c.drawn_as == chart_curve::style::area) {
        path("area", c, level, floor);
        if (limit != nullptr) overload(c, *limit, level);
      } else {
        path(c.drawn_as == chart_curve::style::limit ? "limit" : "curve", c, level, -1);
      }
    }
    segment("rule", gutter_, floor, width_ - right, floor);
    label("b", 10, y + 12, fitted(p.title, gutter_ - 50, 6.6));
    if (!p.unit.empty()) label("m", 10, y + 27, fitted(p.unit, gutter_ - 50, 6.2));
    std::string scale;
    append_coordinate(scale, top);
    if (top < 1e12) label("m", gutter_ - 6, level(top) + 6, scale, "end");
    label("m", gutter_ - 6, floor, "0", "end");
  }
  /// A step path; with `floor >= 0` closed down to it. Steps within a tenth of a pixel are drawn as their highest.
  template <class Level>
  void path(std::string_view cls, const chart_curve& c, Level level, double floor) {
    if (c.points.empty()) return;
    const double end = x_of(extent_.finish);
    out_ += "<path class=\"";
    out_ += cls;
    out_ += "\" d=\"";
    bool pen = false;
    for (std::size_t k = 0; k < c.points.size(); ++k) {
      double value = c.points[k].value;
      const double x = x_of(c.points[k].time);
      std::size_t next = k + 1;
      while (next < c.points.size() && x_of(c.points[next].time) < x + 0.3) {
        k = next;
        if (next + 1 < c.points.size() && x_of(c.points[next + 1].time) < x + 0.3)
          value = std::max(value, c.points[next].value);
        else value = c.points[next].value;
        ++next;
      }
      const double x2 = next < c.points.size() ? x_of(c.points[next].time) : end;
      if (!std::isfinite(value)) {
        if (pen && floor >= 0) out_ += 'V', put(floor), out_ += 'Z';
        pen = false;
        continue;
      }
      if (!pen) {
        out_ += 'M', put(x);
        out_ += ' ';
        put(floor >= 0 ? floor : level(value));
        pen = true;
      }
      out_ += 'V', put(level(value)), out_ += 'H', put(x2);
    }
    if (pen && floor >= 0) out_ += 'V', put(floor), out_ += 'Z';
    out_ += "\"/>\n";
  }
  /// What an area has above the limit.
  template <class Level>
  void overload(const chart_curve& used, const chart_curve& limit, Level level) {
    std::size_t k = 0;
    for (std::size_t i = 0; i < used.points.size(); ++i) {
      const instant until = i + 1 < used.points.size() ? used.points[i + 1].time : extent_.finish;
      for (instant from = used.points[i].time; from < until;) {
        while (k + 1 < limit.points.size() && limit.points[k + 1].time <= from) ++k;
        const bool known = k < limit.points.size() && limit.points[k].time <= from;
        const instant next = k + 1 < limit.points.size() ? std::max(limit.points[k + 1].time, from + 1) : until;
        const instant to = std::min(until, next);
        if (known && used.points[i].value > limit.points[k].value) {
          const double y = level(used.points[i].value);
          rectangle("over", x_of(from), y, std::max(x_of(to) - x_of(from), 0.5), level(limit.points[k].value) - y);
        }
        from = to;
      }
    }
  }
  void markers(double end) {
    for (const chart_marker& m : chart_.markers) {
      if (!m.time.is_finite()) continue;
      const double x = x_of(m.time);
      const bool left = x > width_ - right - static_cast<double>(text_length(m.label)) * 6.5 - 8;
      segment("mark", x, axis_at_, x, end);
      label("b", left ? x - 4 : x + 4, axis_at_ + 12, m.label, left ? "end" : "");
    }
  }
  void legend(double y) {
    double x = 16;
    const auto entry = [&](const char* cls, std::string_view text, bool line) {
      if (line) segment(cls, x, y - 4, x + 22, y - 4);
      else rectangle(cls, x, y - 9, 22, 10, 2);
      label("m", x + 28, y, text);
      x += 28 + static_cast<double>(text_length(text)) * 6.6 + 18;
    };
    static constexpr const char* kinds[] = {"k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"};
    for (std::size_t i = 0; i < chart_.classes.size() && i < 16 && x < width_ - 120; ++i)
      entry(kinds[i % 8], chart_.classes[i].name, false);
    const auto any = [&](auto&& test) { return std::any_of(chart_.bars.begin(), chart_.bars.end(), test); };
    if (any([](const chart_bar& b) { return b.critical; }))
      entry(chart_.classes.size() > 1 ? "chain" : "crit", chart_.critical_name, false);
    if (any([](const chart_bar& b) { return b.late; })) entry("late", "late", false);
    if (any([](const chart_bar& b) { return b.due.is_finite(); })) entry("due", "due date", true);
    if (any([](const chart_bar& b) { return b.deadline.is_finite(); })) entry("dead", "deadline", true);
    if (std::any_of(chart_.panels.begin(), chart_.panels.end(),
                    [](const chart_panel& p) { return !p.shaded.empty(); }) ||
        std::any_of(chart_.lanes.begin(), chart_.lanes.end(), [](const chart_lane& l) { return !l.shaded.empty(); }))
      entry("shade", chart_.shaded_name, false);
    if (std::any_of(chart_.panels.begin(), chart_.panels.end(), [](const chart_panel& p) {
          return std::any_of(p.curves.begin(), p.curves.end(),
                             [](const chart_curve& c) { return c.drawn_as == chart_curve::style::limit; });
        }))
      entry("limit", "capacity", true);
  }

  const chart& chart_;
  time_scale scale_;
  interval extent_;
  std::string out_{};
  double width_ = 0, height_ = 0, gutter_ = 0, row_height_ = 0, axis_at_ = 0, rows_at_ = 0;
  bool tooltips_ = true;
  std::uint32_t rows_ = 0;
  std::vector<std::uint32_t> top_{}, lane_top_{}, lane_rows_{};
  std::vector<char> lane_packed_{};
};

}  // namespace detail

/// The chart as a standalone figure for documents and reports: fixed size, nothing interactive but `<title>` tooltips,
/// follows the reader's dark or light preference. Bars are `<rect class="bar …">`, milestones
/// `<polygon class="milestone bar …">`, one per bar. Same chart and options, same bytes.
/// Throws `sched::error` for a malformed axis. O(size of the chart), allocates the text.
[[nodiscard]] inline std::string chart_svg(const chart& c, const svg_options& o = {}) {
  return detail::svg_writer(c, o).write();
}

}  // namespace v0
}  // namespace sched

#endif
