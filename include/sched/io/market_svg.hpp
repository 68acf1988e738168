// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_MARKET_SVG_HPP
#define SCHED_IO_MARKET_SVG_HPP

/// \file
/// Supply and demand curves with the clearing point, as SVG and as a page.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/model/merit_curve.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {

/// One market to draw: its orders, what was decided, and facts in words for the heading.
struct market_picture {
  std::string title{};
  std::vector<curve_segment> orders{};
  std::vector<double> accepted{};  ///< per order, or empty
  price_bounds<> bounds{};
  double price = 0;
  bool priced = false;
  double lo = 0, hi = 0;  ///< admissible prices; not finite: unbounded
  double sold = 0, bought = 0;
  double net_export = 0;  ///< shifts the demand curve, an import the supply curve
  std::vector<std::pair<std::string, std::string>> facts{};
};

struct market_svg_options {
  double width = 960;   ///< CSS pixels, at least 320
  double height = 540;  ///< of one picture, at least 240
};

namespace detail {

inline constexpr const char* market_style = R"css(
.mk text{font:13px system-ui,sans-serif;fill:#1b2430}.mk .soft{fill:#5b6675}.mk .head{font-size:17px;font-weight:600}
.mk .paper{fill:#fff}.mk .grid{stroke:#e3e8ee}.mk .axis{stroke:#5b6675}.mk .s{stroke:#0b62a8;fill:none;stroke-width:2}
.mk .d{stroke:#b3441e;fill:none;stroke-width:2}.mk .gain{fill:#0b62a8;opacity:.08}.mk .band{fill:#6c5ce7;opacity:.16}
.mk .mark{stroke:#6c5ce7;stroke-dasharray:5 4;stroke-width:1.5}.mk .dot{fill:#6c5ce7;stroke:#fff;stroke-width:2}
.mk .st{fill:#0b62a8}.mk .dt{fill:#b3441e}.mk .pt{fill:#5546c9;font-weight:600;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}
@media (prefers-color-scheme:dark){.mk text{fill:#e6ebf1}.mk .soft{fill:#9aa6b4}.mk .paper{fill:#12171e}
.mk .grid{stroke:#243040}.mk .axis{stroke:#9aa6b4}.mk .s{stroke:#6cb6f5}.mk .d{stroke:#ff9d75}.mk .gain{fill:#6cb6f5}
.mk .st{fill:#6cb6f5}.mk .dt{fill:#ff9d75}.mk .mark{stroke:#a89bff}.mk .band{fill:#a89bff}.mk .dot{fill:#a89bff;stroke:#12171e}
.mk .pt{fill:#b9aeff;stroke:#12171e}}
)css";

/// A number to a tenth of a pixel, or to what a reader wants of prices and volumes.
inline std::string short_number(double x, int decimals = 2) {
  if (!std::isfinite(x)) return x > 0 ? "∞" : x < 0 ? "−∞" : "–";
  std::array<char, 64> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, std::chars_format::fixed, decimals).ptr;
  std::string text(buffer.data(), end);
  if (text.find('.') != std::string::npos) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

/// A round step that cuts a range into at most `most` parts.
inline double round_step(double range, double most) {
  double step = 1;
  const double wanted = range / most;
  while (step < wanted) step *= 10;
  while (step > wanted * 10) step /= 10;
  for (const double f : {0.1, 0.2, 0.5})
    if (step * f >= wanted) return step * f;
  return step;
}

/// Curves as points (volume, price).
using market_points = std::vector<std::pair<double, double>>;

inline market_points curve_points(const merit_curve& c, market_side s, double low, double high, double shift) {
  market_points out;
  if (shift > 0) out.emplace_back(0, s == market_side::sell ? low : high);
  const auto levels = c.levels();
  if (s == market_side::sell) {
    out.emplace_back(shift, low);
    for (const auto& l : levels) {
      out.emplace_back(shift + l.sell_below, l.price);
      out.emplace_back(shift + l.sell, l.price);
    }
    out.emplace_back(shift + c.total_sell(), high);
  } else {
    out.emplace_back(shift, high);
    for (std::size_t k = levels.size(); k-- > 0;) {
      out.emplace_back(shift + levels[k].buy_above, levels[k].price);
      out.emplace_back(shift + levels[k].buy, levels[k].price);
    }
    out.emplace_back(shift + c.total_buy(), low);
  }
  return out;
}

/// Draws one picture with its upper left corner at (0, top).
class market_drawing {
public:
  market_drawing(const market_picture& p, const market_svg_options& o, double top, std::size_t number)
      : p_(p),
        curve_(p.orders, p.bounds),
        width_(std::max(o.width, 320.0)),
        height_(std::max(o.height, 240.0)),
        top_(top),
        number_(number) {
    range();
  }

  void draw(std::string& out) const {
    out += "<g class=\"mk\"><rect class=\"paper\" x=\"0\" y=\"" + px(top_) + "\" width=\"" + px(width_) +
           "\" height=\"" + px(height_) + "\"/>\n";
    text(out, 16, 26, "head", p_.title);
    std::string line;
    for (const auto& [name, value] : p_.facts)
      line.append(line.empty() ? "" : " · ").append(name).append(" ").append(value);
    text(out, 16, 46, "soft", line);
    axes(out);
    const std::string clip = "c" + std::to_string(number_);
    out += "<clipPath id=\"" + clip + "\"><rect x=\"" + px(left_) + "\" y=\"" + px(top_ + upper_) + "\" width=\"" +
           px(width_ - left_ - right_) + "\" height=\"" + px(height_ - upper_ - lower_) + "\"/></clipPath>\n";
    out += "<g clip-path=\"url(#" + clip + ")\">\n";
    if (p_.priced && p_.hi > p_.lo) {
      const double a = y(std::min(p_.hi, high_)), b = y(std::max(p_.lo, low_));
      out += "<rect class=\"band\" x=\"" + px(left_) + "\" y=\"" + px(a) + "\" width=\"" + px(width_ - left_ - right_) +
             "\" height=\"" + px(std::max(0.0, b - a)) + "\"><title>admissible prices " + short_number(p_.lo) + " to " +
             short_number(p_.hi) + "</title></rect>\n";
    }
    path(out, "s", market_side::sell);
    path(out, "d", market_side::buy);
    if (p_.priced) {
      out += "<path class=\"mark\" fill=\"none\" d=\"M" + px(left_) + " " + px(y(p_.price)) + "H" + px(x(volume())) +
             "V" + px(y(low_)) + "\"/>\n";
    }
    out += "</g>\n";
    if (p_.priced) {
      out += "<circle class=\"dot\" cx=\"" + px(x(volume())) + "\" cy=\"" + px(y(p_.price)) +
             "\" r=\"6\"><title>price " + short_number(p_.price) + ", volume " + short_number(volume()) +
             "</title></circle>\n";
      const bool flip = x(volume()) > width_ * 0.7;
      text(out, x(volume()) + (flip ? -12 : 12), y(p_.price) - top_ - 10, "pt",
           short_number(p_.price) + " × " + short_number(volume()), flip ? "end" : "start");
    }
    legend(out);
    out += "</g>\n";
  }

private:
  [[nodiscard]] double volume() const { return std::max(p_.sold, p_.bought); }
  [[nodiscard]] double shift(market_side s) const {
    return std::max(0.0, s == market_side::buy ? p_.net_export : -p_.net_export);
  }
  static std::string px(double v) { return short_number(v, 1); }
  [[nodiscard]] double x(double v) const { return left_ + (width_ - left_ - right_) * (v / most_); }
  [[nodiscard]] double y(double p) const {
    return top_ + upper_ + (height_ - upper_ - lower_) * ((high_ - p) / (high_ - low_));
  }

  /// What is shown: volumes to half as much again as is traded, prices that occur there on either side of the price.
  void range() {
    const double all = std::max(curve_.total_sell(), curve_.total_buy());
    most_ = volume() > 0 ? std::min(all, volume() * 1.6) : all;
    if (!(most_ > 0)) most_ = 1;
    bool any = false;
    const auto take = [&](double p) {
      if (!std::isfinite(p)) return;
      low_ = any ? std::min(low_, p) : p;
      high_ = any ? std::max(high_, p) : p;
      any = true;
    };
    const auto near = [&](double v, double from, double to) { return v >= from * most_ && v <= to * most_; };
    for (const auto& l : curve_.levels()) {
      if (l.sell > l.sell_below && near(l.sell_below, 0, 1)) take(l.price);
      if (l.buy > l.buy_above && near(l.buy, volume() > 0 ? 0.55 : 0, 1)) take(l.price);
    }
    if (p_.priced) take(p_.price);
    if (!any) low_ = 0, high_ = 1;
    if (p_.priced) {  // a few far limits must not flatten the rest
      const double reach = 4 * std::max({std::abs(p_.price), 1.0, (high_ - low_) / 40});
      low_ = std::max(low_, p_.price - reach);
      high_ = std::min(high_, p_.price + reach);
    }
    const double pad = std::max((high_ - low_) * 0.08, 1e-9 + std::abs(high_) * 0.02 + 0.01);
    low_ -= pad;
    high_ += pad;
  }

  void text(std::string& out, double at, double down, const char* style, const std::string& words,
            const char* anchor = "start") const {
    out += "<text class=\"" + std::string(style) + "\" x=\"" + px(at) + "\" y=\"" + px(top_ + down) +
           "\" text-anchor=\"" + anchor + "\">";
    append_escaped(out, words);
    out += "</text>\n";
  }

  void axes(std::string& out) const {
    const double dp = round_step(high_ - low_, 8), dv = round_step(most_, 8);
    for (double k = std::ceil(low_ / dp); k * dp <= high_; k += 1) {
      out += "<path class=\"grid\" d=\"M" + px(left_) + " " + px(y(k * dp)) + "H" + px(width_ - right_) + "\"/>\n";
      text(out, left_ - 8, y(k * dp) - top_ + 4, "soft", short_number(k * dp, 6), "end");
    }
    for (double k = 0; k * dv <= most_ * 1.0001; k += 1) {
      out += "<path class=\"grid\" d=\"M" + px(x(k * dv)) + " " + px(y(high_)) + "V" + px(y(low_)) + "\"/>\n";
      text(out, x(k * dv), height_ - lower_ + 20, "soft", short_number(k * dv, 6), "middle");
    }
    out += "<path class=\"axis\" fill=\"none\" d=\"M" + px(left_) + " " + px(y(high_)) + "V" + px(y(low_)) + "H" +
           px(width_ - right_) + "\"/>\n";
    text(out, width_ - right_, height_ - 8, "soft", "volume", "end");
    text(out, 16, upper_ - 8, "soft", "price");
  }

  void path(std::string& out, const char* style, market_side s) const {
    out += "<path class=\"" + std::string(style) + "\" d=\"";
    bool first = true;
    const double low = low_ - (high_ - low_), high = high_ + (high_ - low_);
    for (const auto& [v, p] : curve_points(curve_, s, low, high, shift(s))) {
      out += (first ? "M" : "L") + px(x(std::min(v, most_ * 2))) + " " + px(y(std::clamp(p, low, high)));
      first = false;
    }
    out += "\"/>\n";
  }

  void legend(std::string& out) const {
    const double at = width_ - right_ - (p_.net_export > 0 ? 260 : 210);
    text(out, at, upper_ - 8, "st", "— supply");
    text(out, at + 80, upper_ - 8, "dt", p_.net_export > 0 ? "— demand, export" : "— demand");
    if (p_.priced) text(out, at + (p_.net_export > 0 ? 220 : 170), upper_ - 8, "pt", "• price");
  }

  static void append_escaped(std::string& out, std::string_view words) {
    for (const char c : words) {
      if (c == '&') out += "&amp;";
      else if (c == '<') out += "&lt;";
      else if (c == '>') out += "&gt;";
      else if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
  }

  const market_picture& p_;
  merit_curve curve_;
  double width_, height_, top_;
  std::size_t number_;
  double left_ = 70, right_ = 20, upper_ = 80, lower_ = 50;
  double most_ = 1, low_ = 0, high_ = 1;
};

}  // namespace detail

/// Pictures under one another. Orders must be sound (see `check_orders`; throws `market_error`). The same bytes
/// everywhere for the same input. O(n log n) for n orders.
[[nodiscard]] inline std::string market_svg(std::span<const market_picture> pictures,
                                            const market_svg_options& o = {}) {
  const double width = std::max(o.width, 320.0), height = std::max(o.height, 240.0);
  const double all = height * static_cast<double>(std::max<std::size_t>(1, pictures.size()));
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + detail::short_number(width, 1) +
                    "\" height=\"" + detail::short_number(all, 1) + "\" viewBox=\"0 0 " +
                    detail::short_number(width, 1) + " " + detail::short_number(all, 1) + "\">\n<style>" +
                    detail::market_style + "</style>\n";
  for (std::size_t k = 0; k < pictures.size(); ++k)
    detail::market_drawing(pictures[k], o, static_cast<double>(k) * height, k).draw(out);
  return out + "</svg>\n";
}

/// A page: every market with its picture and the orders that trade, for up to `rows` orders each.
[[nodiscard]] inline std::string market_html(std::span<const market_picture> pictures, std::string_view title,
                                             std::size_t rows = 200, const market_svg_options& o = {}) {
  const auto escaped = [](std::string_view words) {
    std::string out;
    for (const char c : words) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
    return out;
  };
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
      escaped(title) +
      "</title>\n<style>\n:root{color-scheme:light dark;--ink:#1b2430;--soft:#5b6675;--line:#d9dee5;--paper:#fff}\n"
      "@media (prefers-color-scheme:dark){:root{--ink:#e6ebf1;--soft:#9aa6b4;--line:#2e3947;--paper:#12171e}}\n"
      "body{margin:0 auto;max-width:62rem;padding:2rem 1.2rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);"
      "background:var(--paper)}h1{font-size:1.5rem}svg{width:100%;height:auto}section{margin:0 0 2.5rem}\n"
      "table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}"
      "th,td{padding:.25rem .9rem;border-bottom:1px solid var(--line);text-align:right}th{color:var(--soft)}"
      "th:first-child,td:first-child,th:nth-child(2),td:nth-child(2){text-align:left}summary{color:var(--soft);cursor:"
      "pointer}"
      "nav{columns:6 8rem;font-size:.9rem}a{color:inherit}\n" +
      std::string(detail::market_style) + "</style></head><body>\n<h1>" + escaped(title) + "</h1>\n";
  if (pictures.size() > 1) {
    out += "<nav>";
    for (std::size_t k = 0; k < pictures.size(); ++k)
      out += "<a href=\"#m" + std::to_string(k) + "\">" + escaped(pictures[k].title) + "</a><br>";
    out += "</nav>\n";
  }
  const double width = std::max(o.width, 320.0), height = std::max(o.height, 240.0);
  for (std::size_t k = 0; k < pictures.size(); ++k) {
    const market_picture& p = pictures[k];
    out += "<section id=\"m" + std::to_string(k) +
           "\">\n<svg role=\"img\" aria-label=\"supply and demand\" viewBox=\"0 0 " + detail::short_number(width, 1) +
           " " + detail::short_number(height, 1) + "\">\n";
    detail::market_drawing(p, o, 0, k).draw(out);
    out += "</svg>\n<details><summary>Orders (" + std::to_string(p.orders.size()) +
           ")</summary><table><thead><tr><th>#</th><th>Side</th><th>Price</th><th>Volume</th><th>Accepted</th></tr></"
           "thead>"
           "<tbody>\n";
    for (std::size_t i = 0; i < p.orders.size() && i < rows; ++i) {
      const curve_segment& s = p.orders[i];
      std::string price = s.price_taking ? "any" : detail::short_number(s.price, 6);
      if (!s.price_taking && s.price_end != s.price) price += " → " + detail::short_number(s.price_end, 6);
      out += "<tr><td>" + std::to_string(i) + "</td><td>" + std::string(to_string(s.side)) + "</td><td>" + price +
             "</td><td>" + detail::short_number(s.volume, 6) + "</td><td>" +
             (i < p.accepted.size() ? detail::short_number(p.accepted[i], 6) : std::string("–")) + "</td></tr>\n";
    }
    out += "</tbody></table>";
    if (p.orders.size() > rows) out += "<p>" + std::to_string(p.orders.size() - rows) + " more</p>";
    out += "</details>\n</section>\n";
  }
  return out + "</body></html>\n";
}

}  // namespace v0
}  // namespace sched

#endif
