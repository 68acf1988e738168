// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_COMBINATORIAL_AUCTION_HPP
#define SCHED_SOLVE_COMBINATORIAL_AUCTION_HPP

/// \file
/// Sales of bundles: who wins, and what winners pay (VCG, nearest points of the core, greedy with critical values).

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/solve/detail/nearest_point.hpp>

namespace sched {
inline namespace v0 {

/// A bid for all of some items.
struct bundle_bid {
  std::vector<std::size_t> items{};  ///< from 0
  double value = 0;
};

/// Bids by bidder; a bidder wins at most one of its own (XOR).
using bundle_bids = std::vector<std::vector<bundle_bid>>;

enum class combinatorial_pricing : std::uint8_t {
  pay_as_bid,
  vcg,               ///< the others' best without you minus their value with you
  core_nearest_vcg,  ///< the payments of least revenue that no coalition outbids, nearest to VCG
  core_nearest_bid,  ///< … nearest to the winning bids
  core_nearest_zero  ///< … nearest to nothing
};

struct combinatorial_options {
  std::uint64_t nodes = 20'000'000;  ///< of one search; the payments run one search per winner or core constraint
};

struct combinatorial_result {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  clearing_status status = clearing_status::empty;  ///< `budget_exhausted`: best found so far, payments follow it
  std::vector<std::size_t> won{};                   ///< per bidder: which of its bids, or `none`
  std::vector<double> payments{};
  double welfare = 0;
  double revenue = 0;
};

namespace detail {

/// Winner determination: depth first over bidders, in their order, bids from the first; a branch ends when neither the
/// best bids of the bidders that remain nor the best value per item of the items that remain can improve.
class bundle_search {
public:
  bundle_search(std::size_t items, const bundle_bids& bids, std::uint64_t budget)
      : items_(items), bids_(bids), left_(budget), words_((items + 63) / 64), used_(words_, 0) {
    masks_.resize(bids.size());
    for (std::size_t b = 0; b < bids.size(); ++b)
      for (const bundle_bid& x : bids[b]) {
        std::vector<std::uint64_t> m(words_, 0);
        for (const std::size_t i : x.items) m[i / 64] |= std::uint64_t{1} << (i % 64);
        masks_[b].push_back(std::move(m));
      }
  }

  /// Values may differ from the bids' (core constraints lower them); an entry below 0 is no bid. One bidder may stay
  /// out.
  double run(const std::vector<std::vector<double>>& values, std::size_t without, std::vector<std::size_t>& won) {
    values_ = &values;
    without_ = without;
    std::fill(used_.begin(), used_.end(), 0);
    best_ = 0;
    current_.assign(bids_.size(), combinatorial_result::none);
    best_choice_ = current_;
    descend(0, 0);
    won = best_choice_;
    return best_;
  }
  [[nodiscard]] bool exhausted() const noexcept { return left_ == 0; }

private:
  [[nodiscard]] bool free(const std::vector<std::uint64_t>& m) const noexcept {
    for (std::size_t w = 0; w < words_; ++w)
      if ((used_[w] & m[w]) != 0) return false;
    return true;
  }
  void mark(const std::vector<std::uint64_t>& m) noexcept {
    for (std::size_t w = 0; w < words_; ++w) used_[w] ^= m[w];
  }

  [[nodiscard]] double bound(std::size_t from) {
    double by_bidder = 0;
    per_item_.assign(items_, 0);
    for (std::size_t b = from; b < bids_.size(); ++b) {
      if (b == without_) continue;
      double most = 0;
      for (std::size_t k = 0; k < bids_[b].size(); ++k) {
        const double v = (*values_)[b][k];
        if (!(v > 0) || !free(masks_[b][k])) continue;
        most = std::max(most, v);
        const double each = v / static_cast<double>(bids_[b][k].items.size());
        for (const std::size_t i : bids_[b][k].items) per_item_[i] = std::max(per_item_[i], each);
      }
      by_bidder += most;
    }
    double by_item = 0;
    for (const double x : per_item_) by_item += x;
    return std::min(by_bidder, by_item);
  }

  void descend(std::size_t b, double value) {
    if (value > best_ + 1e-12 * std::abs(best_)) {
      best_ = value;
      best_choice_ = current_;
    }
    if (b == bids_.size() || left_ == 0) return;
    --left_;
    if (value + bound(b) <= best_ + 1e-12 * std::abs(best_)) return;
    if (b != without_)
      for (std::size_t k = 0; k < bids_[b].size(); ++k) {
        const double v = (*values_)[b][k];
        if (!(v > 0) || !free(masks_[b][k])) continue;
        mark(masks_[b][k]);
        current_[b] = k;
        descend(b + 1, value + v);
        current_[b] = combinatorial_result::none;
        mark(masks_[b][k]);
      }
    descend(b + 1, value);
  }

  std::size_t items_;
  const bundle_bids& bids_;
  std::uint64_t left_;
  std::size_t words_;
  std::vector<std::uint64_t> used_;
  std::vector<std::vector<std::vector<std::uint64_t>>> masks_;
  const std::vector<std::vector<double>>* values_ = nullptr;
  std::size_t without_ = combinatorial_result::none;
  double best_ = 0;
  std::vector<std::size_t> current_, best_choice_;
  std::vector<double> per_item_;
};

inline void check_bundles(std::size_t items, const bundle_bids& bids) {
  for (std::size_t b = 0; b < bids.size(); ++b)
    for (const bundle_bid& x : bids[b]) {
      if (!finite_number(x.value)) throw market_error({market_fault::not_finite, b});
      if (x.value < 0) throw market_error({market_fault::negative_volume, b}, "a value");
      if (x.items.empty()) throw market_error({market_fault::unknown_order, b}, "an empty bundle");
      for (std::size_t i = 0; i < x.items.size(); ++i)
        if (x.items[i] >= items || std::find(x.items.begin(), x.items.begin() + static_cast<std::ptrdiff_t>(i),
                                             x.items[i]) != x.items.begin() + static_cast<std::ptrdiff_t>(i))
          throw market_error({market_fault::unknown_order, b}, "an item that does not exist or stands there twice");
    }
}

}  // namespace detail

/// Sells single items in bundles. Winner determination by branch and bound, exact within the budget (about 25 bidders);
/// among equal welfare earlier bidders and earlier bids win. VCG: one more search per winner. Core payments: least
/// squares over the constraints of blocking coalitions, found one by one by a search with lowered values; among all
/// core payments of least revenue the nearest to the reference. Individually rational; VCG is truthful, core payments
/// leave no coalition that would pay more. Throws `market_error` (index: the bidder). References: Clarke 1971; Day &
/// Raghavan 2007; Day & Cramton 2012.
[[nodiscard]] inline combinatorial_result combinatorial_auction(std::size_t items, const bundle_bids& bids,
                                                                combinatorial_pricing rule,
                                                                const combinatorial_options& options = {}) {
  detail::check_bundles(items, bids);
  combinatorial_result r;
  const std::size_t n = bids.size();
  r.payments.assign(n, 0);
  r.won.assign(n, combinatorial_result::none);
  if (n == 0) return r;
  std::vector<std::vector<double>> values(n);
  for (std::size_t b = 0; b < n; ++b)
    for (const bundle_bid& x : bids[b]) values[b].push_back(x.value);
  bool exhausted = false;
  const auto search = [&](const std::vector<std::vector<double>>& v, std::size_t without,
                          std::vector<std::size_t>& won) {
    detail::bundle_search s(items, bids, options.nodes);
    const double best = s.run(v, without, won);
    exhausted = exhausted || s.exhausted();
    return best;
  };
  r.welfare = search(values, combinatorial_result::none, r.won);
  std::vector<std::size_t> winners, ignored;
  for (std::size_t b = 0; b < n; ++b)
    if (r.won[b] != combinatorial_result::none) winners.push_back(b);
  const auto value_of = [&](std::size_t b) { return values[b][r.won[b]]; };
  std::vector<double> own, vcg;
  for (const std::size_t b : winners) {
    own.push_back(value_of(b));
    if (rule == combinatorial_pricing::pay_as_bid) continue;
    const double others = search(values, b, ignored);
    vcg.push_back(std::clamp(others - (r.welfare - value_of(b)), 0.0, value_of(b)));
  }
  std::vector<double> paid = rule == combinatorial_pricing::pay_as_bid ? own : vcg;
  if (rule != combinatorial_pricing::pay_as_bid && rule != combinatorial_pricing::vcg && !winners.empty()) {
    const std::vector<double> zero(winners.size(), 0);
    const auto& reference = rule == combinatorial_pricing::core_nearest_vcg   ? vcg
                            : rule == combinatorial_pricing::core_nearest_bid ? own
                                                                              : zero;
    detail::nearest_point core(vcg, own);
    for (std::size_t round = 0; round < 1000; ++round) {
      // Who would offer more than the winners pay, if winners gave up what they gain now?
      std::vector<std::vector<double>> lowered = values;
      double revenue = 0;
      for (std::size_t k = 0; k < winners.size(); ++k) {
        revenue += paid[k];
        for (double& v : lowered[winners[k]]) v -= own[k] - paid[k];
      }
      std::vector<std::size_t> coalition;
      const double offered = search(lowered, combinatorial_result::none, coalition);
      if (offered <= revenue + 1e-9 * std::max(1.0, r.welfare)) break;
      std::vector<double> row(winners.size(), 0);
      double least = offered;
      for (std::size_t k = 0; k < winners.size(); ++k) {
        if (coalition[winners[k]] == combinatorial_result::none) row[k] = 1;
        else least -= paid[k];
      }
      core.require(row, least);
      paid = core.least_sum_nearest(reference);
    }
  }
  for (std::size_t k = 0; k < winners.size(); ++k) {
    r.payments[winners[k]] = paid[k];
    r.revenue += paid[k];
  }
  r.status = exhausted         ? clearing_status::budget_exhausted
             : winners.empty() ? clearing_status::no_trade
                               : clearing_status::cleared;
  return r;
}

/// How the greedy auction ranks bundles of a resource: value by amount, or by its square root.
enum class density_rule : std::uint8_t { per_amount, per_root };

/// A bid for an amount of each resource.
struct resource_bid {
  std::vector<double> amounts{};
  double value = 0;
};

struct greedy_auction_result {
  std::vector<std::uint8_t> won{};
  std::vector<double> payments{};
  double welfare = 0;
  double revenue = 0;
};

/// Serves single-minded bids by value per amount (the sum of the shares of capacity they need, or its root) while they
/// fit, ties by index. Winners pay their bid, or (`critical`) the least value with which they would still have won,
/// which makes truth pay. O(n² log n) with critical values, else O(n log n). Throws `market_error` (`not_finite`,
/// `negative_volume`, `length_mismatch`). Reference: Lehmann, O'Callaghan & Shoham 2002.
[[nodiscard]] inline greedy_auction_result greedy_auction(std::span<const double> capacity,
                                                          std::span<const resource_bid> bids,
                                                          density_rule rule = density_rule::per_root,
                                                          bool critical = true) {
  std::vector<double> size(bids.size(), 0);
  for (std::size_t b = 0; b < bids.size(); ++b) {
    if (bids[b].amounts.size() != capacity.size()) throw market_error({market_fault::length_mismatch, b});
    if (!detail::finite_number(bids[b].value)) throw market_error({market_fault::not_finite, b});
    if (bids[b].value < 0) throw market_error({market_fault::negative_volume, b}, "a value");
    for (std::size_t r = 0; r < capacity.size(); ++r) {
      if (!detail::finite_number(bids[b].amounts[r])) throw market_error({market_fault::not_finite, b});
      if (bids[b].amounts[r] < 0) throw market_error({market_fault::negative_volume, b}, "an amount");
      if (bids[b].amounts[r] > 0) size[b] += bids[b].amounts[r] / capacity[r];
    }
    if (rule == density_rule::per_root) size[b] = std::sqrt(size[b]);
  }
  const auto density = [&](std::size_t b) {
    return size[b] > 0 ? bids[b].value / size[b] : std::numeric_limits<double>::infinity();
  };
  std::vector<std::size_t> order(bids.size());
  for (std::size_t b = 0; b < order.size(); ++b) order[b] = b;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return density(a) > density(b); });
  const auto fits = [&](const std::vector<double>& used, std::size_t b) {
    for (std::size_t r = 0; r < capacity.size(); ++r)
      if (used[r] + bids[b].amounts[r] > capacity[r]) return false;
    return true;
  };
  const auto take = [&](std::vector<double>& used, std::size_t b) {
    for (std::size_t r = 0; r < capacity.size(); ++r) used[r] += bids[b].amounts[r];
  };
  greedy_auction_result out;
  out.won.assign(bids.size(), 0);
  out.payments.assign(bids.size(), 0);
  std::vector<double> used(capacity.size(), 0);
  for (const std::size_t b : order)
    if (bids[b].value > 0 && fits(used, b)) {
      take(used, b);
      out.won[b] = 1;
      out.welfare += bids[b].value;
    }
  for (std::size_t b = 0; b < bids.size(); ++b) {
    if (out.won[b] == 0) continue;
    out.payments[b] = bids[b].value;
    if (critical) {
      out.payments[b] = 0;  // the density of the first bid that is served without b and leaves no room for it
      std::vector<double> others(capacity.size(), 0);
      for (const std::size_t k : order) {
        if (k == b || !(bids[k].value > 0) || !fits(others, k)) continue;
        take(others, k);
        if (fits(others, b)) continue;
        out.payments[b] = std::min(bids[b].value, density(k) * size[b]);
        break;
      }
    }
    out.revenue += out.payments[b];
  }
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
