// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_RESERVES_HPP
#define SCHED_EVALUATE_VALIDATE_RESERVES_HPP

/// \file
/// The proof for a procurement of reserves. It shares nothing with the solver.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <sched/evaluate/validate_market.hpp>
#include <sched/model/reserves.hpp>

namespace sched {
inline namespace v0 {

/// Everything that is wrong with a plan. Empty: proved to be the cheapest: amounts inside the offers, requirements met
/// (or all that their units have), prices the sums of shadow prices, shadow prices only where a requirement binds, no
/// unit taken above its price and none left below it, the cost right. Indices of `order` are units, of `constraint`
/// requirements. Precondition: requirements name units that exist. O(units + members of all requirements); allocates.
[[nodiscard]] inline std::vector<market_violation> validate_reserves(std::span<const reserve_unit> units,
                                                                     std::span<const reserve_requirement> requirements,
                                                                     const reserve_plan& plan,
                                                                     const market_tolerance& t = {}) {
  using kind = market_violation_kind;
  std::vector<market_violation> out;
  const auto report = [&](kind k, market_item i, std::size_t at, double found, double limit) {
    out.push_back({k, i, at, found, limit, 0});
  };
  const std::size_t n = units.size(), zones = requirements.size();
  if (plan.accepted.size() != n || plan.price.size() != n || plan.missing.size() != zones ||
      plan.shadow.size() != zones) {
    report(kind::malformed, market_item::book, 0, static_cast<double>(plan.accepted.size()), static_cast<double>(n));
    return out;
  }
  double total = 1, money = 1, cost = 0;
  for (const reserve_unit& u : units) {
    total += u.most;
    money += std::abs(u.cost) * u.most;
  }
  for (const reserve_requirement& r : requirements) total += r.amount;
  const double v = t.fixed_volume + t.volume * total;
  const auto near = [&](double p) { return t.price * std::max(1.0, std::abs(p)); };
  std::vector<double> price(n, 0.0);
  bool lacks = false;
  for (std::size_t z = 0; z < zones; ++z) {
    std::vector<std::size_t> members = requirements[z].units;
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    double held = 0;
    for (const std::size_t i : members) {
      held += plan.accepted[i];
      price[i] += plan.shadow[z];
      if (plan.missing[z] > v && plan.accepted[i] < units[i].most - v)
        report(kind::in_the_money, market_item::order, i, plan.accepted[i], units[i].most);
    }
    const double wanted = requirements[z].amount - plan.missing[z];
    lacks = lacks || plan.missing[z] > v;
    if (!(held >= wanted - v) || !(plan.missing[z] >= -v))
      report(kind::unbalanced, market_item::constraint, z, held, wanted);
    if (!(plan.shadow[z] >= -near(0)) || (plan.shadow[z] > near(0) && held > wanted + v))
      report(kind::wrong_shadow, market_item::constraint, z, plan.shadow[z], held - wanted);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double a = plan.accepted[i], p = plan.price[i], c = units[i].cost;
    if (!(a >= -v && a <= units[i].most + v)) report(kind::outside_volume, market_item::order, i, a, units[i].most);
    if (!(std::abs(p - price[i]) <= near(p))) report(kind::wrong_price, market_item::order, i, p, price[i]);
    if (a > v && c > p + near(p)) report(kind::out_of_the_money, market_item::order, i, p, c);
    if (a < units[i].most - v && c < p - near(p)) report(kind::in_the_money, market_item::order, i, p, c);
    cost += c * a;
  }
  if (!(std::abs(cost - plan.cost) <= t.money * money)) report(kind::wrong_sum, market_item::book, 0, plan.cost, cost);
  if ((plan.status == clearing_status::shortage) != lacks)
    report(kind::wrong_status, market_item::book, 0, lacks ? 1 : 0, 0);
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
