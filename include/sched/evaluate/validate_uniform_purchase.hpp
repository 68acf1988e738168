// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_UNIFORM_PURCHASE_HPP
#define SCHED_EVALUATE_VALIDATE_UNIFORM_PURCHASE_HPP

/// \file
/// The proof for purchases at one average price. It shares nothing with the solver.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/evaluate/validate_market.hpp>
#include <sched/model/uniform_purchase.hpp>
#include <sched/model/zonal_market.hpp>

namespace sched {
inline namespace v0 {

/// Everything that is wrong with a clearing of zones and purchases: the zones with the purchases taken out of them are
/// proved by `validate_market`; the average price is what zone prices and purchases say; every purchase above it has
/// all, every one below it nothing, at most one has a part, and at one price none is served before one of better merit.
/// Indices of `block` are purchases. Precondition: no fault. O(size + n²) for n purchases at the average; allocates.
[[nodiscard]] inline std::vector<market_violation> validate_uniform_purchase(const zonal_market& m,
                                                                             std::span<const purchase_order> purchases,
                                                                             const uniform_purchase_result& r,
                                                                             const market_tolerance& t = {}) {
  using kind = market_violation_kind;
  std::vector<market_violation> out;
  const auto report = [&](kind k, market_item i, std::size_t at, double found, double limit) {
    out.push_back({k, i, at, found, limit, 0});
  };
  if (r.accepted.size() != purchases.size()) {
    report(kind::malformed, market_item::book, 0, static_cast<double>(r.accepted.size()),
           static_cast<double>(purchases.size()));
    return out;
  }
  zonal_market with = m;
  with.injection.resize(m.zones, 0.0);
  double volume = 0, money = 0, total = 1, partial = 0;
  for (const purchase_order& o : purchases) total += o.volume;
  const double v = t.fixed_volume + t.volume * total;
  std::vector<std::uint8_t> curtailed(purchases.size(), 0);
  const bool priced = r.market.price.size() == m.zones;
  for (std::size_t k = 0; k < purchases.size(); ++k) {
    const purchase_order& o = purchases[k];
    const double a = r.accepted[k];
    with.injection[o.zone] -= a;
    volume += a;
    if (priced && a > 0) money += a * r.market.price[o.zone];
    if (!(a >= -v && a <= o.volume + v)) report(kind::outside_volume, market_item::block, k, a, o.volume);
    curtailed[k] = r.curtailed > v && a < o.volume - v && priced && r.market.price[o.zone] >= m.bounds.cap ? 1 : 0;
    if (curtailed[k] == 0 && a > v && a < o.volume - v) ++partial;
  }
  if (partial > 1) report(kind::partial_not_at_the_money, market_item::book, 0, partial, 1);
  out = [&] {
    auto found = validate_market(with, r.market, t);
    found.insert(found.begin(), out.begin(), out.end());
    return found;
  }();
  if (!(std::abs(volume - r.volume) <= v)) report(kind::wrong_sum, market_item::book, 0, r.volume, volume);
  if (!(volume > v)) return out;
  const double slack = t.price * std::max(1.0, std::abs(r.price)) * 10;
  if (!(std::abs(r.price - money / volume) <= slack))
    report(kind::wrong_price, market_item::book, 0, r.price, money / volume);
  for (std::size_t k = 0; k < purchases.size(); ++k) {
    const purchase_order& o = purchases[k];
    const double a = r.accepted[k];
    if (a > v && o.price < r.price - slack) report(kind::out_of_the_money, market_item::block, k, r.price, o.price);
    if (a < o.volume - v && o.price > r.price + slack && curtailed[k] == 0)
      report(kind::in_the_money, market_item::block, k, r.price, o.price);
    if (!(a > v) || std::abs(o.price - r.price) > slack) continue;
    for (std::size_t j = 0; j < purchases.size(); ++j)
      if (purchases[j].price == o.price && purchases[j].merit < o.merit && curtailed[j] == 0 &&
          r.accepted[j] < purchases[j].volume - v)
        report(kind::wrong_list, market_item::block, j, r.accepted[j], purchases[j].volume);
  }
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
