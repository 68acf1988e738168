// SPDX-License-Identifier: BSL-1.0
// One book under several mechanisms, a sale of bundles, and shares without money.
#include <sched/market.hpp>

#include <cstdio>
#include <vector>

int main() {
  using namespace sched;
  const auto sell = market_side::sell, buy = market_side::buy;
  const std::vector<curve_order> book{{sell, 10, 20}, {sell, 25, 15}, {sell, 40, 30},
                                      {buy, 60, 18},  {buy, 30, 14},  {buy, 20, 9}};

  const auto mid = clear_two_sided(book);
  std::printf("admissible prices %g to %g, middle %g, volume %g, welfare %g\n", mid.lo, mid.hi, mid.price, mid.volume,
              mid.welfare);
  std::printf("last accepted bid %g, sellers' share %g\n", clear_two_sided(book, pricing::last_accepted_bid{}).price,
              clear_two_sided(book, pricing::last_accepted_bid{}).producer_surplus);
  const auto own = clear_two_sided(book, pricing::pay_as_bid{});
  std::printf("pay as bid: the auctioneer keeps %g\n", own.auctioneer_surplus);
  const std::vector<curve_segment> lines{{sell, 0, 100, 100}, {buy, 200, 0, 100}};
  std::printf("two linear curves cross at %.2f\n", clear_two_sided(lines).price);

  // x and y alone, or both together: who wins, and what VCG and the core charge.
  const bundle_bids bids{{{{0}, 12}}, {{{1}, 6}}, {{{0, 1}, 10}}};
  const auto vcg = combinatorial_auction(2, bids, combinatorial_pricing::vcg);
  const auto core = combinatorial_auction(2, bids, combinatorial_pricing::core_nearest_vcg);
  std::printf("bundles: VCG %g + %g, nearest point of the core %g + %g\n", vcg.payments[0], vcg.payments[1],
              core.payments[0], core.payments[1]);

  const std::vector<std::vector<double>> demands{{1, 4}, {3, 1}};
  const std::vector<double> capacity{9, 18};
  const auto fair = dominant_resource_fairness(capacity, demands);
  std::printf("dominant resource fairness: %g and %g tasks\n", fair.tasks[0], fair.tasks[1]);
  const std::vector<std::vector<double>> values{{3, 2, 1}, {1, 2, 3}};
  const std::vector<double> budgets{5, 5};
  const auto fisher = fisher_market(values, budgets);
  std::printf("Fisher prices %.4g %.4g %.4g\n", fisher.prices[0], fisher.prices[1], fisher.prices[2]);
  return 0;
}
