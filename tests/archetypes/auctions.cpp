// SPDX-License-Identifier: BSL-1.0
// The least rules of a two-sided market clear everything that the library's own rules clear.
#include <sched/market.hpp>

#include <cstdint>
#include <span>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Neither default-constructible nor assignable, and asks for nothing.
struct least_price {
  explicit least_price(int) {}
  least_price(const least_price&) = default;
  least_price& operator=(const least_price&) = delete;
  ~least_price() = default;
  template <class P, class V>
  P operator()(const margin_record<P, V>& m) const {
    return m.lo;
  }
};
struct least_sides {
  explicit least_sides(int) {}
  template <class P, class V>
  side_prices<P> operator()(const margin_record<P, V>& m) const {
    return {m.lo, m.hi};
  }
};
struct least_own {
  explicit least_own(int) {}
  template <class P, class V>
  void operator()(const margin_record<P, V>&, const priced_book<P, V>& b, std::span<P> out) const {
    for (std::size_t i = 0; i < b.orders.size(); ++i) out[i] = P{7};
  }
};
struct least_tie {
  explicit least_tie(int) {}
  template <class V>
  void operator()(const tied_orders<V>& t, V total, std::span<V> accepted) const {
    for (std::size_t i = t.volumes.size(); i-- > 0;) {
      accepted[i] = total < t.volumes[i] ? total : t.volumes[i];
      total -= accepted[i];
    }
  }
};
struct least_shortage {
  explicit least_shortage(int) {}
  template <class P, class V>
  P operator()(const margin_record<P, V>&, V) const {
    return P{99};
  }
};
static_assert(uniform_pricing<least_price> && uniform_pricing<least_price, std::int64_t>);
static_assert(side_pricing<least_sides> && !uniform_pricing<least_sides>);
static_assert(order_pricing<least_own> && pricing_rule<least_own, std::int64_t>);
static_assert(pricing_rule<any_pricing> && pricing_rule<any_pricing, std::int64_t> && tie_rule<any_tie> &&
              shortage_rule<any_shortage> && zero_demand_rule<any_zero_demand>);
static_assert(pricing_rule<pricing::vickrey> && pricing_rule<pricing::pay_as_bid, std::int64_t>);

}  // namespace

TEST_CASE("rules that do the least clear steps, lots and segments") {
  const auto sell = market_side::sell, buy = market_side::buy;
  const std::vector<curve_order> book{{sell, 10.0, 4.0}, {sell, 10.0, 4.0}, {buy, 20.0, 6.0}};
  const auto a = clear_two_sided(book, least_price(1), least_tie(1), least_shortage(1));
  CHECK(a.price == 10.0);
  CHECK(a.accepted == std::vector<double>{2, 4, 6});
  const std::vector<lot_order> lots{{sell, 10, 6}, {buy, 20, 6}};
  const auto b = clear_two_sided(lots, least_sides(1), least_tie(1), least_shortage(1));
  CHECK(b.sell_price == 10);
  CHECK(b.buy_price == 20);
  CHECK(b.auctioneer_surplus == 60.0);
  const std::vector<curve_segment> lines{{sell, 0, 100, 100}, {buy, 200, 0, 100}};
  CHECK(clear_two_sided(lines, least_own(1), least_tie(1), least_shortage(1)).order_prices ==
        std::vector<double>{7, 7});
  CHECK(call_auction(book, {}, least_tie(1)).volume == 6.0);
}
