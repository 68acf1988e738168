// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_BLOCKS_HPP
#define SCHED_EVALUATE_VALIDATE_BLOCKS_HPP

/// \file
/// The proof for clearings with blocks: ratios, families, and that nobody accepted loses at the prices. Shares nothing
/// with the solver.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <sched/evaluate/validate_market.hpp>
#include <sched/model/block_orders.hpp>
#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>

namespace sched {
inline namespace v0 {

struct block_tolerance {
  double money = 1e-6;  ///< relative to what an order is worth
  double ratio = 1e-7;
  double volume = 1e-6;   ///< relative to the largest volume
  double welfare = 1e-6;  ///< relative
  double tick = 0;        ///< prices must be multiples of it, and a unit may lose one; 0: neither
};

namespace detail {

class block_proof {
public:
  block_proof(const block_book& b, const block_result& r, std::size_t periods, std::size_t zones,
              const block_tolerance& t)
      : b_(b), r_(r), periods_(periods), zones_(zones), t_(t) {}

  std::vector<market_violation> run() {
    if (!well_formed()) return std::move(out_);
    for (std::size_t i = 0; i < r_.price.size() && t_.tick > 0; ++i) {
      const double grid = std::floor(r_.price[i] / t_.tick + 0.5) * t_.tick;
      if (std::abs(r_.price[i] - grid) > 1e-9 * std::max(1.0, std::abs(grid)))
        report(market_violation_kind::wrong_price, market_item::zone, i % zones_, r_.price[i], grid, i / zones_);
    }
    put_in_.assign(periods_ * zones_, 0.0);
    for (std::size_t k = 0; k < b_.blocks.size(); ++k) ask_block(k);
    ask_families();
    for (std::size_t k = 0; k < b_.flexible.size(); ++k) ask_flexible(k);
    for (std::size_t k = 0; k < b_.complex.size(); ++k) ask_complex(k);
    double largest = 1;
    for (const double x : put_in_) largest = std::max(largest, std::abs(x));
    for (std::size_t i = 0; i < put_in_.size(); ++i)
      if (std::abs(put_in_[i] - r_.injection[i]) > t_.volume * largest)
        report(market_violation_kind::unbalanced, market_item::zone, i % zones_, r_.injection[i], put_in_[i],
               i / zones_);
    if (r_.bound < r_.welfare - t_.welfare * std::max(1.0, std::abs(r_.welfare)))
      report(market_violation_kind::wrong_sum, market_item::book, 0, r_.bound, r_.welfare);
    return std::move(out_);
  }

  /// What all orders of the book are worth to their owners at their own prices; the rest of the welfare is the
  /// market's.
  [[nodiscard]] double value() const { return value_; }

private:
  void report(market_violation_kind k, market_item i, std::size_t at, double found, double limit,
              std::size_t period = 0) {
    out_.push_back({k, i, at, found, limit, period});
  }
  bool well_formed() {
    bool fine = r_.price.size() == periods_ * zones_ && r_.injection.size() == r_.price.size() &&
                r_.ratio.size() == b_.blocks.size() && r_.period.size() == b_.flexible.size() &&
                (r_.periods.empty() || r_.periods.size() == b_.flexible.size()) &&
                r_.complex_on.size() == b_.complex.size() && r_.complex_accepted.size() == b_.complex.size();
    for (std::size_t k = 0; fine && k < b_.complex.size(); ++k)
      fine = r_.complex_accepted[k].size() == b_.complex[k].steps.size();
    for (const double p : r_.price) fine = fine && std::isfinite(p);
    if (!fine) report(market_violation_kind::malformed, market_item::book, 0, 0, 0);
    return fine;
  }
  [[nodiscard]] double price(std::size_t period, std::size_t zone) const { return r_.price[period * zones_ + zone]; }

  struct judged {
    double surplus = 0, size = 1, units = 0;
  };
  /// Money that counts as nothing.
  [[nodiscard]] double slack(const judged& j) const { return t_.money * j.size + t_.tick * j.units; }
  /// Money that a block earns at ratio 1.
  [[nodiscard]] judged worth(const block_order& o) const {
    judged j;
    for (std::size_t t = 0; t < periods_; ++t) {
      const double earned = o.volume[t] * (price(t, o.zone) - o.price);
      j.surplus += o.side == market_side::sell ? earned : -earned;
      j.size += std::abs(o.volume[t] * o.price);
      j.units += o.volume[t];
    }
    return j;
  }

  void ask_block(std::size_t k) {
    const block_order& o = b_.blocks[k];
    const double u = r_.ratio[k];
    if (!(u >= 0 && u <= 1 + t_.ratio) || (u > t_.ratio && u < o.min_ratio - t_.ratio))
      report(market_violation_kind::outside_ratio, market_item::block, k, u, o.min_ratio);
    const double sign = o.side == market_side::sell ? u : -u;
    for (std::size_t t = 0; t < periods_; ++t) {
      put_in_[t * zones_ + o.zone] += sign * o.volume[t];
      value_ -= sign * o.volume[t] * o.price;
    }
  }

  void ask_families() {
    const std::size_t n = b_.blocks.size();
    std::map<std::size_t, double> group;
    std::map<std::size_t, std::vector<std::size_t>> loop;
    std::vector<judged> own(n), tree(n);
    std::vector<std::size_t> order(n), depth(n, 0);
    for (std::size_t k = 0; k < n; ++k) {
      const block_order& o = b_.blocks[k];
      own[k] = tree[k] = worth(o);
      tree[k].surplus *= r_.ratio[k];
      tree[k].units *= r_.ratio[k];
      if (o.group != no_block) group[o.group] += r_.ratio[k];
      if (o.loop != no_block) loop[o.loop].push_back(k);
      for (std::size_t j = o.parent; j != no_block && depth[k] <= n; j = b_.blocks[j].parent) ++depth[k];
      order[k] = k;
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return depth[a] != depth[b] ? depth[a] > depth[b] : a < b; });
    std::vector<std::uint8_t> carried(n, 0);  // something accepted hangs on it
    for (const std::size_t k : order) {       // leaves first
      const std::size_t p = b_.blocks[k].parent;
      if (p == no_block) continue;
      if (r_.ratio[k] > r_.ratio[p] + t_.ratio)
        report(market_violation_kind::above_parent, market_item::block, k, r_.ratio[k], r_.ratio[p]);
      tree[p].surplus += tree[k].surplus;
      tree[p].size += tree[k].size;
      tree[p].units += tree[k].units;
      carried[p] = carried[p] != 0 || r_.ratio[k] > t_.ratio ? 1 : 0;
    }
    for (std::size_t k = 0; k < n; ++k) {
      const block_order& o = b_.blocks[k];
      const double u = r_.ratio[k];
      if (o.loop != no_block) continue;
      if (u > t_.ratio && tree[k].surplus < -slack(tree[k]))
        report(market_violation_kind::paradoxical, market_item::block, k, tree[k].surplus, 0);
      const bool full = o.group != no_block && group[o.group] >= 1 - t_.ratio;
      if (u > t_.ratio && u < 1 - t_.ratio && o.parent == no_block && carried[k] == 0 && !full &&
          own[k].surplus > slack(own[k]))
        report(market_violation_kind::partial_not_at_the_money, market_item::block, k, own[k].surplus, 0);
    }
    for (const auto& [id, sum] : group)
      if (sum > 1 + t_.ratio)
        for (std::size_t k = 0; k < n; ++k)
          if (b_.blocks[k].group == id && r_.ratio[k] > 0) {
            report(market_violation_kind::group_overfull, market_item::block, k, sum, 1);
            break;
          }
    std::vector<double> joint(n, 0.0);
    for (const auto& [id, all] : loop) {
      judged sum;
      for (const std::size_t k : all) {
        if (std::abs(r_.ratio[k] - r_.ratio[all.front()]) > t_.ratio)
          report(market_violation_kind::loop_apart, market_item::block, k, r_.ratio[k], r_.ratio[all.front()]);
        sum.surplus += own[k].surplus;
        sum.size += own[k].size;
        sum.units += own[k].units;
      }
      for (const std::size_t k : all) joint[k] = sum.surplus;
      if (r_.ratio[all.front()] > t_.ratio && sum.surplus < -slack(sum))
        report(market_violation_kind::paradoxical, market_item::block, all.front(), sum.surplus, 0);
    }
    // Paradoxically rejected: off although it would earn, and neither its group nor its parent says why.
    for (std::size_t k = 0; k < n; ++k) {
      const block_order& o = b_.blocks[k];
      const double s = o.loop != no_block ? joint[k] : own[k].surplus;
      const bool excused = (o.group != no_block && group[o.group] >= 1 - t_.ratio) ||
                           (o.parent != no_block && r_.ratio[o.parent] <= t_.ratio);
      const bool listed = std::find(r_.paradoxically_rejected.begin(), r_.paradoxically_rejected.end(), k) !=
                          r_.paradoxically_rejected.end();
      const bool rejected = r_.ratio[k] <= t_.ratio && !excused;
      if ((listed && (!rejected || s < -2 * t_.money * own[k].size)) ||
          (!listed && rejected && s > 2 * t_.money * own[k].size))
        report(market_violation_kind::wrong_list, market_item::block, k, s, 0);
    }
  }

  void ask_flexible(std::size_t k) {
    const flexible_order& o = b_.flexible[k];
    std::vector<std::size_t> taken;
    if (!r_.periods.empty()) taken = r_.periods[k];
    else if (r_.period[k] != no_block) taken.push_back(r_.period[k]);
    if (r_.period[k] != (taken.empty() ? no_block : taken.front()))
      report(market_violation_kind::malformed, market_item::order, k, static_cast<double>(r_.period[k]), 0);
    const double sign = o.side == market_side::sell ? 1 : -1;
    const judged none{0, 1 + std::abs(o.volume * o.price), o.volume};
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const std::size_t t = taken[i];
      if (t >= periods_ || t < o.first || t > o.last || (i > 0 && t <= taken[i - 1]) || i >= o.most) {
        report(market_violation_kind::outside_ratio, market_item::order, k, static_cast<double>(t),
               static_cast<double>(o.last));
        return;
      }
      put_in_[t * zones_ + o.zone] += sign * o.volume;
      value_ -= sign * o.volume * o.price;
      const double s = sign * o.volume * (price(t, o.zone) - o.price);
      if (s < -slack(none)) report(market_violation_kind::paradoxical, market_item::order, k, s, 0, t);
    }
    // Paradoxically rejected: it could take one more period and earn there.
    double best = -std::numeric_limits<double>::infinity();
    for (std::size_t t = o.first; t < periods_ && t <= o.last && taken.size() < o.most; ++t)
      if (!std::binary_search(taken.begin(), taken.end(), t))
        best = std::max(best, sign * o.volume * (price(t, o.zone) - o.price));
    const bool listed = std::find(r_.paradoxically_rejected_flexible.begin(), r_.paradoxically_rejected_flexible.end(),
                                  k) != r_.paradoxically_rejected_flexible.end();
    if ((listed && best < -2 * t_.money * none.size) || (!listed && best > 2 * t_.money * none.size))
      report(market_violation_kind::wrong_list, market_item::order, k, best, 0);
  }

  void ask_complex(std::size_t k) {
    const complex_order& o = b_.complex[k];
    const std::vector<double>& a = r_.complex_accepted[k];
    const double sign = o.side == market_side::sell ? 1 : -1;
    const bool on = r_.complex_on[k] != 0;
    std::vector<double> power(periods_, 0.0);
    double income = 0, volume = 0, own = 0, size = 1 + std::abs(o.fixed_term), largest = 1;
    const bool free = o.min_power.empty() && !std::isfinite(o.ramp_up) && !std::isfinite(o.ramp_down);
    for (std::size_t s = 0; s < o.steps.size(); ++s) {
      const complex_step& step = o.steps[s];
      largest = std::max(largest, step.volume);
      const double v = t_.volume * std::max(1.0, step.volume);
      if (!(a[s] >= -v && a[s] <= step.volume + v) || (!on && !step.survives && a[s] > v))
        report(market_violation_kind::outside_volume, market_item::complex, k, a[s],
               on || step.survives ? step.volume : 0, step.period);
      const double p = price(step.period, o.zone);
      power[step.period] += a[s];
      put_in_[step.period * zones_ + o.zone] += sign * a[s];
      income += p * a[s];
      volume += a[s];
      own += step.price * a[s];
      size += std::abs(step.price * step.volume);
      const double earned = sign * (p - step.price),
                   slack = t_.tick + t_.money * std::max(1.0, std::abs(step.price)) * 10;
      if ((!on && !step.survives) || !free) continue;
      if (a[s] > v && earned < -slack)
        report(market_violation_kind::out_of_the_money, market_item::complex, k, p, step.price, step.period);
      if (a[s] < step.volume - v && earned > slack)
        report(market_violation_kind::in_the_money, market_item::complex, k, p, step.price, step.period);
    }
    value_ -= sign * own;
    if (!on) return;
    const bool scalable = o.kind == complex_kind::scalable;
    if (scalable) value_ -= sign * o.fixed_term;
    const double asked = o.fixed_term + (scalable ? own : o.variable_term * volume);
    if (sign * (income - asked) < -t_.money * size - t_.tick * volume)
      report(market_violation_kind::income_missing, market_item::complex, k, income, asked);
    const double v = t_.volume * largest;
    for (std::size_t t = 0; t < periods_; ++t) {
      if (t < o.min_power.size() && power[t] < o.min_power[t] - v)
        report(market_violation_kind::below_minimum, market_item::complex, k, power[t], o.min_power[t], t);
      if (t > 0 && (power[t] - power[t - 1] > o.ramp_up + v || power[t - 1] - power[t] > o.ramp_down + v))
        report(market_violation_kind::beyond_gradient, market_item::complex, k, power[t] - power[t - 1], o.ramp_up, t);
    }
  }

  const block_book& b_;
  const block_result& r_;
  std::size_t periods_, zones_;
  block_tolerance t_;
  std::vector<double> put_in_;
  double value_ = 0;
  std::vector<market_violation> out_;
};

}  // namespace detail

/// Everything that is wrong with the decisions on block orders at the prices of the result: ratios outside their range,
/// torn families, orders accepted at a loss, income that is missing, lists that do not fit, prices off their tick.
/// Whether the divisible orders want what the injections leave them is asked of the market (`validate_market` with
/// `injection`, or `validate_block_books`). Precondition: no fault (`check_block_book`). O(size · depth of families);
/// allocates.
[[nodiscard]] inline std::vector<market_violation> validate_blocks(const block_book& book, const block_result& r,
                                                                   std::size_t periods, std::size_t zones,
                                                                   const block_tolerance& t = {}) {
  return detail::block_proof(book, r, periods, zones, t).run();
}

/// The same, and the whole of it for one zone: every divisible order at the result's price, balance in every period,
/// and the welfare. `books` and `accepted` are per period.
[[nodiscard]] inline std::vector<market_violation> validate_block_books(
    std::span<const std::vector<curve_segment>> books, std::span<const std::vector<double>> accepted,
    const block_book& book, const block_result& r, const price_bounds<>& bounds = {}, const block_tolerance& t = {}) {
  detail::block_proof proof(book, r, books.size(), 1, t);
  std::vector<market_violation> out = proof.run();
  if (!out.empty() && out.front().kind == market_violation_kind::malformed) return out;
  double welfare = proof.value(), size = 1;
  for (std::size_t period = 0; period < books.size(); ++period) {
    market_tolerance single;
    single.volume = t.volume;
    single.price = t.money * 10;
    single.tick = t.tick;
    auto found = validate_book(std::span<const curve_segment>(books[period]), std::span<const double>(accepted[period]),
                               r.price[period], -r.injection[period], bounds, single);
    for (market_violation& v : found) v.period = period;
    out.insert(out.end(), found.begin(), found.end());
    detail::order_proof asked(bounds, single);
    for (std::size_t k = 0; k < books[period].size() && k < accepted[period].size(); ++k) {
      welfare += asked.value(books[period][k], accepted[period][k]);
      size += std::abs(asked.value(books[period][k], accepted[period][k]));
    }
  }
  if (std::abs(welfare - r.welfare) > t.welfare * size)
    out.push_back({market_violation_kind::wrong_sum, market_item::book, 0, r.welfare, welfare, 0});
  return out;
}

/// The same for coupled zones: `markets` are the periods without blocks, `cleared` what their orders, links and
/// boundaries get. Every period is proved by `validate_market` with the blocks' injection, at the result's prices.
[[nodiscard]] inline std::vector<market_violation> validate_block_zones(std::span<const zonal_market> markets,
                                                                        std::span<const zonal_result> cleared,
                                                                        const block_book& book, const block_result& r,
                                                                        const block_tolerance& t = {}) {
  const std::size_t periods = markets.size(), zones = markets.empty() ? 0 : markets.front().zones;
  detail::block_proof proof(book, r, periods, zones, t);
  std::vector<market_violation> out = proof.run();
  if (!out.empty() && out.front().kind == market_violation_kind::malformed) return out;
  if (cleared.size() != periods) {
    out.push_back({market_violation_kind::malformed, market_item::book, 0, static_cast<double>(cleared.size()),
                   static_cast<double>(periods), 0});
    return out;
  }
  double welfare = proof.value(), size = 1;
  market_tolerance single;
  single.price = t.money * 10;
  single.volume = t.volume;
  single.tick = t.tick;
  for (std::size_t period = 0; period < periods; ++period) {
    zonal_market m = markets[period];
    m.injection.resize(zones, 0.0);
    for (std::size_t z = 0; z < zones; ++z) m.injection[z] += r.injection[period * zones + z];
    auto found = validate_market(m, cleared[period], single);
    for (market_violation& v : found) v.period = period;
    out.insert(out.end(), found.begin(), found.end());
    for (std::size_t z = 0; z < zones && z < cleared[period].price.size(); ++z)
      if (!(std::abs(cleared[period].price[z] - r.price[period * zones + z]) <=
            single.price * std::max(1.0, std::abs(r.price[period * zones + z]))))
        out.push_back({market_violation_kind::wrong_price, market_item::zone, z, cleared[period].price[z],
                       r.price[period * zones + z], period});
    welfare += cleared[period].welfare;
    size += std::abs(cleared[period].welfare);
  }
  if (std::abs(welfare - r.welfare) > t.welfare * size)
    out.push_back({market_violation_kind::wrong_sum, market_item::book, 0, r.welfare, welfare, 0});
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
