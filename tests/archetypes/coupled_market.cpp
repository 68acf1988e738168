// SPDX-License-Identifier: BSL-1.0
// The least rules do everything that rules of coupled zones do.
#include <sched/market_coupling.hpp>

#include <span>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Neither default-constructible nor assignable, as every rule here.
struct least_pricing {
  explicit least_pricing(int) {}
  least_pricing(const least_pricing&) = default;
  least_pricing& operator=(const least_pricing&) = delete;
  ~least_pricing() = default;
  double operator()(const margin_record<>& m) const { return m.last_accepted_offer; }
};
/// From the last to the first.
struct least_tie {
  explicit least_tie(int) {}
  least_tie(const least_tie&) = default;
  least_tie& operator=(const least_tie&) = delete;
  ~least_tie() = default;
  void operator()(const tied_orders<double>& t, double amount, std::span<double> accepted) const {
    for (std::size_t i = t.volumes.size(); i-- > 0;) {
      accepted[i] = amount < t.volumes[i] ? amount : t.volumes[i];
      amount -= accepted[i];
    }
  }
};
static_assert(uniform_pricing<least_pricing, double, double> && tie_rule<least_tie, double>);
static_assert(convex_market<coupled_market<>> && convex_market<coupled_market<least_pricing>>);

/// Two equal offers of north, a bid of south, a link between them that is open.
zonal_market market() {
  constexpr auto sell = market_side::sell, buy = market_side::buy;
  return {.zones = 2,
          .orders = {{0, curve_segment(sell, 20, 20, 4)},
                     {0, curve_segment(sell, 20, 20, 4)},
                     {1, curve_segment(buy, 90, 90, 6)}},
          .links = {{.from = 0, .to = 1, .capacity = 10, .reverse = 10}}};
}

}  // namespace

TEST_CASE("the least rules clear coupled zones, alone and with blocks") {
  const zonal_result r = couple_zones(market(), least_tie(1), least_pricing(1));
  CHECK(r.price == std::vector<double>{20, 20});
  CHECK(r.accepted == std::vector<double>{2, 4, 6});

  const coupled_market<least_pricing> zones({market()}, least_pricing(1));
  const block_result b = clear_blocks(zones, {{{.price = 10, .volume = {3}}}, {}, {}});
  CHECK(b.ratio == std::vector<double>{1});
  const zonal_result s = zones.settle(0, b, least_tie(1));
  CHECK(s.accepted == std::vector<double>{0, 3, 6});
  CHECK(s.price == std::vector<double>{20, 20});
}
