// SPDX-License-Identifier: BSL-1.0
// Power plants against an hour's demand: the price, ties, shortage, many hours, a policy of one's own, a prepared
// order.
#include <cstdio>
#include <vector>

#include <sched/market.hpp>

using namespace sched;

namespace {

void show(const char* what, const clearing<double>& r, const std::vector<double>& accepted) {
  std::printf("%-22s %-10s %6.2f  ", what, to_string(r.status).data(), r.price);
  for (const double a : accepted) std::printf(" %g", a);
  if (r.unserved > 0) std::printf("  (%g unserved)", r.unserved);
  std::puts("");
}

/// The price halfway between the dearest offer and a cap.
struct halfway {
  double cap;
  double operator()(const margin_record<>& m, double) const { return (m.dearest_offer + cap) / 2; }
};

}  // namespace

int main() {
  const std::vector<double> prices{20, 45, 45, 80};    // per MWh
  const std::vector<double> volumes{100, 60, 30, 50};  // MWh
  std::vector<double> accepted(4);

  show("by index", clear(prices, volumes, 145, accepted), accepted);
  const clearing_rules<> rules;
  show("pro rata", clear(prices, volumes, 145, accepted, rules.with_tie(tie::pro_rata{})), accepted);
  show("between the margins", clear(prices, volumes, 190, accepted, rules.with_pricing(pricing::k_price{0.5})),
       accepted);
  show("shortage, capped", clear(prices, volumes, 260, accepted, rules.with_shortage(shortage::cap{4000})), accepted);
  show("a rule of one's own", clear(prices, volumes, 260, accepted, rules.with_shortage(halfway{500})), accepted);

  try {
    clear(prices, volumes, -1, accepted);
  } catch (const market_error& e) {
    std::printf("refused: %s\n", e.what());
  }

  const std::vector<double> hours{80, 145, 230};
  std::vector<double> offers, amounts;
  for (std::size_t h = 0; h < hours.size(); ++h) {
    offers.insert(offers.end(), prices.begin(), prices.end());
    amounts.insert(amounts.end(), volumes.begin(), volumes.end());
  }
  std::vector<double> price(hours.size()), all(offers.size());
  clear_batch(offers, amounts, hours, price, all);
  std::printf("three hours:  %g %g %g\n", price[0], price[1], price[2]);

  merit_order<> order(prices, volumes);
  std::printf("at 150: %g; offered up to 50: %g\n", order.price(150), order.supply(50));
  order.update(3, 10, 50);  // the dearest becomes the cheapest
  std::printf("after a change, at 150: %g\n", order.price(150));
}
