// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_PREPARED_CURVE_HPP
#define SCHED_SOLVE_DETAIL_PREPARED_CURVE_HPP

/// \file
/// A book of which only the welfare and the margin at a net export are asked, many times.

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/merit_curve.hpp>
#include <sched/model/orders.hpp>
#include <sched/pricing/margin.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// A merit curve with its welfare at every break point. Welfare falls by the price with every unit exported; at the
/// least export all bids are served and no offer is used.
class prepared_curve {
public:
  prepared_curve(std::span<const curve_segment> book, const price_bounds<>& bounds) : curve_(book, bounds) {
    const auto levels = curve_.levels();
    careful_sum<double> w;
    for (std::size_t k = levels.size(); k-- > 0;) {  // the value of all bids
      w.add(levels[k].price * (levels[k].buy - levels[k].buy_above));
      if (k > 0) w.add((levels[k].price + levels[k - 1].price) / 2 * (levels[k - 1].buy_above - levels[k].buy));
    }
    for (std::size_t k = 0; k < levels.size(); ++k) {
      if (k > 0)
        w.add(-(levels[k].price + levels[k - 1].price) / 2 * (levels[k].least_export() - levels[k - 1].most_export()));
      before_.push_back(w.value());
      w.add(-levels[k].price * (levels[k].most_export() - levels[k].least_export()));
      after_.push_back(w.value());
    }
  }

  [[nodiscard]] const merit_curve& curve() const noexcept { return curve_; }
  [[nodiscard]] double total_sell() const noexcept { return curve_.total_sell(); }
  [[nodiscard]] double total_buy() const noexcept { return curve_.total_buy(); }
  /// What is taken as no volume.
  [[nodiscard]] double tolerance(double x) const noexcept {
    return curve_.rounding(x) + 1e-9 * (1 + total_buy() + total_sell());
  }

  /// Welfare with x leaving the book, which it must be able to. O(log n).
  [[nodiscard]] double welfare_at(double x) const {
    const auto levels = curve_.levels();
    if (levels.empty()) return 0;
    const auto it = std::partition_point(levels.begin(), levels.end(),
                                         [x](const curve_level<double>& l) { return l.most_export() < x; });
    if (it == levels.end()) return after_.back();
    const auto k = static_cast<std::size_t>(it - levels.begin());
    if (x >= it->least_export() || k == 0) return before_[k] - it->price * (x - it->least_export());
    // Inside a linear piece.
    const curve_level<double>& a = levels[k - 1];
    const double width = it->least_export() - a.most_export(), part = x - a.most_export();
    if (!(width > 0)) return before_[k];
    const double p = a.price + (it->price - a.price) * (part / width);
    return after_[k - 1] - part * (a.price + p) / 2;
  }

  /// The largest volume bought with x leaving the book, which it must be able to. O(log n).
  [[nodiscard]] double bought_at(double x) const {
    const auto levels = curve_.levels();
    if (levels.empty()) return 0;
    const auto it = std::partition_point(levels.begin(), levels.end(),
                                         [x](const curve_level<double>& l) { return l.most_export() < x; });
    if (it == levels.end()) return levels.back().buy_above;
    if (x >= it->least_export() || it == levels.begin()) return std::min(it->sell, it->buy + x) - x;
    const curve_level<double>& a = *std::prev(it);
    const double width = it->least_export() - a.most_export();
    return a.buy_above + (it->buy - a.buy_above) * (width > 0 ? (x - a.most_export()) / width : 1);
  }

  /// The neighbours of the price, as far as the rule asks for them.
  template <class Pricing>
  [[nodiscard]] margin_record<double> margin(const admissible_prices<double>& p, double x, double tolerance) const {
    margin_record<double> m;
    m.lo = p.lo;
    m.hi = p.hi;
    constexpr unsigned plain = margin_part::interval;
    if constexpr ((margin_needs<Pricing>() & ~plain) == 0) return m;
    const auto levels = curve_.levels();
    const auto at = std::partition_point(levels.begin(), levels.end(),
                                         [&](const curve_level<double>& l) { return l.price < p.lo; });
    // The offers and bids at the cut level: bids are served as far as offers and the export allow.
    for (auto l = at; l != levels.end(); ++l) {
      const double offered = l->sell - l->sell_below, asked = l->buy - l->buy_above;
      if (l->price > p.lo || l->price > p.hi) {
        if (offered > tolerance) m.first_rejected_offer = std::min(m.first_rejected_offer, l->price);
        if (asked > tolerance) m.last_accepted_bid = std::min(m.last_accepted_bid, l->price);
        if (exists(m.first_rejected_offer) && exists(m.last_accepted_bid)) break;
        continue;
      }
      const double sold = std::min(l->sell, l->buy + x) - l->sell_below;
      const double bought = std::max(0.0, l->sell_below + sold - x - l->buy_above);
      if (offered > tolerance && sold > tolerance) m.last_accepted_offer = l->price;
      else if (offered > tolerance) m.first_rejected_offer = l->price;
      if (asked > tolerance && bought > tolerance) m.last_accepted_bid = l->price;
      else if (asked > tolerance) m.first_rejected_bid = l->price;
      if (offered > tolerance && sold > tolerance && sold < offered - tolerance) {
        m.cut = cut_side::offer;
        m.cut_price = l->price;
      } else if (asked > tolerance && bought > tolerance && bought < asked - tolerance) {
        m.cut = cut_side::bid;
        m.cut_price = l->price;
      }
    }
    for (auto l = at; l != levels.begin() && (!exists(m.last_accepted_offer) || !exists(m.first_rejected_bid));) {
      --l;
      if (!exists(m.last_accepted_offer) && l->sell - l->sell_below > tolerance) m.last_accepted_offer = l->price;
      if (!exists(m.first_rejected_bid) && l->buy - l->buy_above > tolerance) m.first_rejected_bid = l->price;
    }
    return m;
  }

private:
  merit_curve curve_;
  std::vector<double> before_, after_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
