// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRICING_ORDER_PRICES_HPP
#define SCHED_PRICING_ORDER_PRICES_HPP

/// \file
/// Pricing rules that give every order its own price: pay-as-bid and Vickrey.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/pricing/pricing.hpp>

namespace sched {
inline namespace v0 {
namespace pricing {

/// Every order at its own limit. O(n).
struct pay_as_bid {
  static constexpr unsigned needs = 0;
  template <class P, class V>
  void operator()(const margin_record<P, V>&, const priced_book<P, V>& b, std::span<P> prices) const {
    for (std::size_t i = 0; i < b.orders.size(); ++i) prices[i] = first_price(b.orders[i], b.bounds);
  }
};

/// Every owner is paid what it saves the others: a seller of a units gets the price of the next a units that other
/// owners offered in vain, a buyer of a units pays what others bid in vain for the next a; units that nobody else
/// wanted to trade count at the price cap (buyers: the floor). The price of an order is its owner's money by its
/// owner's volume; orders of owners without volume have no price: NaN, for ticks `margin_record::least`. O(n log² n);
/// allocates. Reference: Vickrey 1961, Clarke 1971.
struct vickrey {
  static constexpr unsigned needs = 0;
  template <class P, class V>
  void operator()(const margin_record<P, V>&, const priced_book<P, V>& b, std::span<P> prices) const {
    constexpr P none =
        std::numeric_limits<P>::has_quiet_NaN ? std::numeric_limits<P>::quiet_NaN() : margin_record<P, V>::least;
    std::fill(prices.begin(), prices.end(), none);
    for (const market_side s : {market_side::sell, market_side::buy}) price_side(s, b, prices);
  }

private:
  /// What orders offered in vain, in merit order, as running sums of volume and money.
  struct left_over {
    std::vector<double> volume{0}, money{0}, price{};

    void add(double p, double q) {
      volume.push_back(volume.back() + q);
      money.push_back(money.back() + p * q);
      price.push_back(p);
    }
  };
  struct owner {
    double accepted = 0;
    left_over own;
    std::vector<std::size_t> at;  // positions of `own` in the whole list
    double price = 0;
  };

  template <class P, class V>
  static void price_side(market_side s, const priced_book<P, V>& b, std::span<P> prices) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < b.orders.size(); ++i)
      if (b.orders[i].side == s) order.push_back(i);
    const auto limit = [&](std::size_t i) { return first_price(b.orders[i], b.bounds); };
    std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
      if (limit(x) != limit(y)) return (limit(x) < limit(y)) == (s == market_side::sell);
      return x < y;
    });
    // An order without a user is an owner of its own.
    const auto key = [&](std::size_t i) {
      return b.orders[i].user == no_user ? std::pair<std::uint64_t, std::uint64_t>{1, i}
                                         : std::pair<std::uint64_t, std::uint64_t>{0, b.orders[i].user};
    };
    std::map<std::pair<std::uint64_t, std::uint64_t>, owner> owners;
    left_over all;
    for (const std::size_t i : order) {
      owner& o = owners[key(i)];
      const auto taken = static_cast<double>(b.accepted[i]), left = static_cast<double>(b.orders[i].volume) - taken;
      o.accepted += taken;
      if (!(left > 0)) continue;
      o.at.push_back(all.price.size());
      o.own.add(static_cast<double>(limit(i)), left);
      all.add(static_cast<double>(limit(i)), left);
    }
    const auto beyond = static_cast<double>(s == market_side::sell ? b.bounds.cap : b.bounds.floor);
    for (auto& [k, o] : owners)
      if (o.accepted > 0) o.price = money_of(all, o, beyond) / o.accepted;
    for (const std::size_t i : order)
      if (const owner& o = owners[key(i)]; o.accepted > 0) prices[i] = static_cast<P>(o.price);
  }

  /// The first `o.accepted` units of the list without the owner's own.
  static double money_of(const left_over& all, const owner& o, double beyond) {
    const auto others_before = [&](std::size_t k) {  // in the first k entries
      const auto own = static_cast<std::size_t>(std::lower_bound(o.at.begin(), o.at.end(), k) - o.at.begin());
      return std::pair{all.volume[k] - o.own.volume[own], all.money[k] - o.own.money[own]};
    };
    std::size_t lo = 0, hi = all.price.size();  // the most entries that hold no more than what is needed
    while (lo < hi) {
      const std::size_t mid = lo + (hi - lo + 1) / 2;
      if (others_before(mid).first <= o.accepted) lo = mid;
      else hi = mid - 1;
    }
    const auto [volume, money] = others_before(lo);
    const double rest = o.accepted - volume;
    if (!(rest > 16 * std::numeric_limits<double>::epsilon() * all.volume.back())) return money;
    return money + rest * (lo < all.price.size() ? all.price[lo] : beyond);
  }
};

}  // namespace pricing
}  // namespace v0
}  // namespace sched

#endif
