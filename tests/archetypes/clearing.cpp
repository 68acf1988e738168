// SPDX-License-Identifier: BSL-1.0
// The least policies do everything that policies of a market do.
#include <sched/market.hpp>

#include <cstdint>
#include <span>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Neither default-constructible nor assignable, as every rule here.
struct least_rule {
  explicit least_rule(int) {}
  least_rule(const least_rule&) = default;
  least_rule& operator=(const least_rule&) = delete;
  ~least_rule() = default;
};
/// From the last to the first.
struct least_tie : least_rule {
  using least_rule::least_rule;
  void operator()(const tied_orders<double>& t, double amount, std::span<double> accepted) const {
    for (std::size_t i = t.volumes.size(); i-- > 0;) {
      accepted[i] = amount < t.volumes[i] ? amount : t.volumes[i];
      amount -= accepted[i];
    }
  }
};
struct least_pricing : least_rule {
  using least_rule::least_rule;
  double operator()(const margin_record<>& m) const { return m.last_accepted_offer + m.first_rejected_offer; }
};
struct least_shortage : least_rule {
  using least_rule::least_rule;
  double operator()(const margin_record<>& m, double missing) const { return m.dearest_offer + missing; }
};
struct least_zero_demand : least_rule {
  using least_rule::least_rule;
  double operator()(const margin_record<>& m) const { return m.lowest_offer; }
};
static_assert(tie_rule<least_tie> && !tie_rule<least_tie, float>);
static_assert(pricing_rule<least_pricing> && shortage_rule<least_shortage> && zero_demand_rule<least_zero_demand>);

struct least_action : least_rule {
  using least_rule::least_rule;
  static constexpr std::size_t values = 1;
  void operator()(std::span<const double> actions, const market_units& units, std::span<double> volumes,
                  std::span<double> prices, clear_kernel) const {
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      volumes[i] = units.capacity[i];
      prices[i] = actions[i];
    }
  }
};
struct least_reward : least_rule {
  using least_rule::least_rule;
  void operator()(const step_outcome& o, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = o.price * o.accepted[i];
  }
};
static_assert(action_map<least_action> && reward_rule<least_reward>);

}  // namespace

TEST_CASE("the least rules clear single markets and batches") {
  const clearing_rules<least_tie, least_pricing, least_shortage, least_zero_demand> rules{
      least_tie(1), least_pricing(1), least_shortage(1), least_zero_demand(1)};
  const std::vector<double> prices{5, 5, 7}, volumes{2, 2, 1};
  std::vector<double> accepted(3);
  CHECK(clear(prices, volumes, 3, accepted, rules).price == 12);
  CHECK(accepted == std::vector<double>{1, 2, 0});
  CHECK(clear(prices, volumes, 6, accepted, rules).price == 8);
  CHECK(clear(prices, volumes, 0, accepted, rules).price == 5);
  CHECK(clear(prices, volumes, 3, accepted, clearing_rules<>{}.with_tie(least_tie(1))).price == 5);
  std::vector<double> price(1);
  clear_batch(prices, volumes, std::vector<double>{3}, price, accepted, rules);
  CHECK(accepted == std::vector<double>{1, 2, 0});
}

TEST_CASE("the least action and reward make a step") {
  const std::vector<double> capacity{2, 2}, cost{0, 0}, actions{4, 3};
  std::vector<double> accepted(2), rewards(2), price(1);
  const auto r = market_step({capacity, cost}, 3, actions, {accepted, rewards}, least_action(1), least_reward(1));
  CHECK(r.price == 4);
  CHECK(rewards == std::vector<double>{4, 8});
  market_step_batch({capacity, cost}, std::vector<double>{3}, actions, price, {accepted, rewards}, least_action(1),
                    least_reward(1));
  CHECK(price[0] == 4);
}
