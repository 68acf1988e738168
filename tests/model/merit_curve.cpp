// SPDX-License-Identifier: BSL-1.0
#include <sched/model/merit_curve.hpp>

#include <limits>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto sell = market_side::sell;
constexpr auto buy = market_side::buy;

/// Volumes by their definitions.
template <class O>
auto by_definition(const std::vector<O>& orders, typename O::price_type p) {
  using V = typename O::volume_type;
  curve_level<typename O::price_type, V> l;
  l.price = p;
  for (const O& o : orders) {
    const auto first = first_price(o, {}), last = last_price(o, {});
    if (o.side == sell) {
      if (last < p) l.sell_below += o.volume;
      if (last <= p) l.sell += o.volume;
    } else {
      if (last >= p) l.buy += o.volume;
      if (last > p) l.buy_above += o.volume;
    }
    if constexpr (std::is_same_v<O, curve_segment>) {
      const bool inside =
          o.side == sell ? first < p && p <= last && first != last : first > p && p >= last && first != last;
      if (!inside) continue;
      const double part = o.volume * (p - first) / (last - first);
      if (o.side == sell) {
        l.sell_below += part;
        if (p < last) l.sell += part;
      } else {
        l.buy_above += part;
        if (p > last) l.buy += part;
      }
    }
  }
  return l;
}

std::vector<lot_order> random_lots(random_generator& g, std::size_t n) {
  std::vector<lot_order> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back({g.chance(0.5) ? sell : buy, g.between(-3, 6), g.between(0, 4)});
  return out;
}

}  // namespace

TEST_CASE("volumes at a price count orders at it in the larger number of their side") {
  random_generator g(3);
  for (int round = 0; round < 300; ++round) {
    const auto orders = random_lots(g, g.below(9));
    const lot_curve c(orders);
    for (std::int64_t p = -5; p <= 8; ++p) CHECK(c.at(p) == by_definition(orders, p));
  }
}

TEST_CASE("the admissible prices of an export are those between the two positions") {
  random_generator g(4);
  for (int round = 0; round < 400; ++round) {
    const auto orders = random_lots(g, g.below(9));
    const price_bounds<std::int64_t> bounds{-5, 8};
    const lot_curve c(orders, bounds);
    for (std::int64_t x = -12; x <= 12; ++x) {
      std::int64_t lo = 100, hi = -100;
      for (std::int64_t p = bounds.floor; p <= bounds.cap; ++p) {
        const auto l = by_definition(orders, p);
        if (l.least_export() > x || x > l.most_export()) continue;
        lo = std::min(lo, p);
        hi = std::max(hi, p);
      }
      const auto found = c.prices(x);
      if (lo > hi) {
        CHECK(found.too_much != found.too_little);
        CHECK(found.lo == (found.too_much ? bounds.cap : bounds.floor));
      } else {
        CHECK_FALSE(found.too_much);
        CHECK_FALSE(found.too_little);
        CHECK(found.lo == lo);
        CHECK(found.hi == hi);
      }
    }
  }
}

TEST_CASE("merged books are the book of all orders") {
  random_generator g(5);
  for (int round = 0; round < 200; ++round) {
    std::vector<lot_order> all;
    std::vector<lot_curve> parts;
    for (std::size_t k = g.below(5); k-- > 0;) {
      const auto some = random_lots(g, g.below(7));
      all.insert(all.end(), some.begin(), some.end());
      parts.emplace_back(some);
    }
    const lot_curve together = lot_curve::merged(parts), whole(all);
    for (std::int64_t p = -5; p <= 8; ++p) CHECK(together.at(p) == whole.at(p));
  }
}

TEST_CASE("segments run linearly between their ends") {
  random_generator g(6);
  for (int round = 0; round < 200; ++round) {
    std::vector<curve_segment> orders, others;
    for (std::size_t k = g.below(8); k-- > 0;) {
      const market_side s = g.chance(0.5) ? sell : buy;
      const auto a = static_cast<double>(g.between(0, 8)), b = static_cast<double>(g.between(0, 8));
      orders.emplace_back(s, s == sell ? std::min(a, b) : std::max(a, b), s == sell ? std::max(a, b) : std::min(a, b),
                          static_cast<double>(g.between(0, 9)));
      if (g.chance(0.3)) others.push_back(orders.back());
    }
    const merit_curve c(orders), d = merge(c, merit_curve(others));
    std::vector<curve_segment> both = orders;
    both.insert(both.end(), others.begin(), others.end());
    for (double p = -1; p <= 9; p += 0.25) {
      const auto want = by_definition(orders, p), twice = by_definition(both, p);
      const auto got = c.at(p), sum = d.at(p);
      CHECK(got.sell == Approx(want.sell).margin(1e-12));
      CHECK(got.sell_below == Approx(want.sell_below).margin(1e-12));
      CHECK(got.buy == Approx(want.buy).margin(1e-12));
      CHECK(got.buy_above == Approx(want.buy_above).margin(1e-12));
      CHECK(sum.sell == Approx(twice.sell).margin(1e-12));
      CHECK(sum.buy_above == Approx(twice.buy_above).margin(1e-12));
    }
    for (double x = -20; x <= 20; x += 0.7) {
      const auto p = c.prices(x, c.rounding(x));
      if (p.too_much || p.too_little || !(p.lo > -1e300) || !(p.hi < 1e300)) continue;
      for (const double at : {p.lo, p.hi}) {
        const auto l = c.at(at);
        CHECK(l.least_export() <= x + 1e-9);
        CHECK(l.most_export() >= x - 1e-9);
      }
    }
  }
}

TEST_CASE("two segments cross in the closed form") {
  const std::vector<curve_segment> book{{sell, 0, 100, 100}, {buy, 200, 0, 100}};
  const auto p = merit_curve(book).prices(0.0);
  CHECK(p.lo == Approx(200.0 / 3));
  CHECK(p.hi == p.lo);
}

TEST_CASE("tenths add up to what they are") {
  std::vector<curve_order> orders;
  for (int i = 0; i < 1000; ++i) orders.push_back({sell, static_cast<double>(i), 0.1});
  orders.push_back({buy, 5000.0, 100.0});
  const merit_curve c(orders);
  CHECK(c.total_sell() == 100.0);
  CHECK(c.prices(0.0).lo == 999.0);
  CHECK(c.prices(0.0).hi == 5000.0);
}

TEST_CASE("sums of lots beyond the type are said, not wrapped") {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::vector<lot_order> book{{sell, 1, most / 5}, {sell, 2, most / 5}};
  CHECK(lot_curve(book).saturated());
  const lot_curve half(std::vector<lot_order>{{sell, 1, most / 5}});
  CHECK_FALSE(half.saturated());
  CHECK(merge(half, half).saturated());
}

TEST_CASE("an empty book exports nothing at any price") {
  const merit_curve c;
  CHECK_FALSE(c.prices(0.0).too_much);
  CHECK(c.prices(1.0).too_much);
  CHECK(c.prices(-1.0).too_little);
  CHECK(c.at(3.0).sell == 0.0);
  CHECK_THROWS_AS(merit_curve(std::vector<curve_order>{{sell, 1.0, -1.0}}), market_error);
}
