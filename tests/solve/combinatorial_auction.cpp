// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/combinatorial_auction.hpp>

#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

using rule = combinatorial_pricing;

bundle_bids random_bids(random_generator& g, std::size_t bidders, std::size_t items) {
  bundle_bids out(bidders);
  for (auto& row : out)
    for (std::size_t k = 1 + g.below(3); k-- > 0;) {
      bundle_bid b;
      for (std::size_t i = 0; i < items; ++i)
        if (g.chance(0.4)) b.items.push_back(i);
      if (b.items.empty()) b.items.push_back(g.below(items));
      b.value = static_cast<double>(g.between(0, 10)) * static_cast<double>(b.items.size());
      row.push_back(b);
    }
  return out;
}

/// The best welfare of a coalition by trying everything.
double best(const bundle_bids& bids, std::size_t b, unsigned coalition, unsigned used) {
  if (b == bids.size()) return 0;
  double most = best(bids, b + 1, coalition, used);
  if ((coalition >> b & 1U) == 0) return most;
  for (const auto& x : bids[b]) {
    unsigned m = 0;
    for (const std::size_t i : x.items) m |= 1U << i;
    if ((used & m) == 0) most = std::max(most, x.value + best(bids, b + 1, coalition, used | m));
  }
  return most;
}

}  // namespace

TEST_CASE("winners are the best of all assignments, and no coalition outbids a core payment") {
  random_generator g(51);
  for (int round = 0; round < 150; ++round) {
    const auto bids = random_bids(g, 2 + g.below(4), 4);
    const unsigned everybody = (1U << bids.size()) - 1;
    const double most = best(bids, 0, everybody, 0);
    const auto vcg = combinatorial_auction(4, bids, rule::vcg);
    CHECK(vcg.welfare == Approx(most));
    double core_revenue = -1;
    for (const rule r : {rule::core_nearest_vcg, rule::core_nearest_bid, rule::core_nearest_zero}) {
      const auto c = combinatorial_auction(4, bids, r);
      if (core_revenue < 0) core_revenue = c.revenue;
      CHECK(c.revenue == Approx(core_revenue).margin(1e-6));
      CHECK(c.revenue >= vcg.revenue - 1e-7);
      for (std::size_t b = 0; b < bids.size(); ++b) {
        CHECK(c.payments[b] >= vcg.payments[b] - 1e-7);
        if (c.won[b] == combinatorial_result::none) CHECK(c.payments[b] == 0.0);
        else CHECK(c.payments[b] <= bids[b][c.won[b]].value + 1e-7);
      }
      // Welfare of a coalition is at most what it gains now plus what the others pay.
      for (unsigned coalition = 0; coalition <= everybody; ++coalition) {
        double have = c.revenue;
        for (std::size_t b = 0; b < bids.size(); ++b)
          if ((coalition >> b & 1U) != 0 && c.won[b] != combinatorial_result::none)
            have += bids[b][c.won[b]].value - c.payments[b];
        CHECK(best(bids, 0, coalition, 0) <= have + 1e-6);
      }
    }
  }
}

TEST_CASE("VCG makes truth pay for single-minded bidders") {
  random_generator g(52);
  for (int round = 0; round < 500; ++round) {
    auto bids = random_bids(g, 2 + g.below(4), 4);
    for (auto& row : bids) row.resize(1);
    const std::size_t who = g.below(bids.size());
    const auto utility = [&](const combinatorial_result& r) {
      return r.won[who] == combinatorial_result::none ? 0.0 : bids[who][0].value - r.payments[who];
    };
    const double honest = utility(combinatorial_auction(4, bids, rule::vcg));
    auto lie = bids;
    lie[who][0].value = static_cast<double>(g.between(0, 40));
    CHECK(honest >= -1e-9);
    CHECK(utility(combinatorial_auction(4, lie, rule::vcg)) <= honest + 1e-9);
  }
}

TEST_CASE("two locals against one global bidder") {
  const bundle_bids bids{{{{0}, 12}}, {{{1}, 6}}, {{{0, 1}, 10}}};
  CHECK(combinatorial_auction(2, bids, rule::vcg).payments == std::vector<double>{4, 0, 0});
  CHECK(combinatorial_auction(2, bids, rule::core_nearest_vcg).payments[0] == Approx(7));
  CHECK(combinatorial_auction(2, bids, rule::core_nearest_bid).payments[0] == Approx(8));
  CHECK(combinatorial_auction(2, bids, rule::core_nearest_zero).payments[0] == Approx(5));
  CHECK(combinatorial_auction(2, bids, rule::pay_as_bid).revenue == 18.0);
}

TEST_CASE("twenty-five bidders are solved within the budget, a tiny budget is said") {
  random_generator g(53);
  const auto bids = random_bids(g, 25, 12);
  const auto full = combinatorial_auction(12, bids, rule::pay_as_bid);
  CHECK(full.status == clearing_status::cleared);
  const auto cut = combinatorial_auction(12, bids, rule::pay_as_bid, {.nodes = 30});
  CHECK(cut.status == clearing_status::budget_exhausted);
  CHECK(cut.welfare <= full.welfare);
}

TEST_CASE("greedy by density: winners pay what they had to bid at least, and truth pays") {
  random_generator g(54);
  const std::vector<double> capacity{10, 6};
  for (int round = 0; round < 500; ++round) {
    std::vector<resource_bid> bids;
    for (std::size_t k = 1 + g.below(8); k-- > 0;)
      bids.push_back({{static_cast<double>(g.between(0, 6)), static_cast<double>(g.between(0, 4))},
                      static_cast<double>(g.between(0, 30))});
    for (const density_rule d : {density_rule::per_amount, density_rule::per_root}) {
      const auto r = greedy_auction(capacity, bids, d);
      const std::size_t who = g.below(bids.size());
      const auto utility = [&](const greedy_auction_result& x) {
        return x.won[who] != 0 ? bids[who].value - x.payments[who] : 0.0;
      };
      CHECK(utility(r) >= -1e-9);
      auto lie = bids;
      lie[who].value = static_cast<double>(g.between(0, 40));
      CHECK(utility(greedy_auction(capacity, lie, d)) <= utility(r) + 1e-9);
    }
  }
}

TEST_CASE("bundles that do not exist are refused") {
  CHECK_THROWS_AS(combinatorial_auction(2, {{{{2}, 1}}}, rule::vcg), market_error);
  CHECK_THROWS_AS(combinatorial_auction(2, {{{{0, 0}, 1}}}, rule::vcg), market_error);
  CHECK_THROWS_AS(combinatorial_auction(2, {{{{0}, -1}}}, rule::vcg), market_error);
  CHECK(combinatorial_auction(2, {}, rule::vcg).status == clearing_status::empty);
}
