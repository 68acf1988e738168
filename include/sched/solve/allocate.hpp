// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_ALLOCATE_HPP
#define SCHED_SOLVE_ALLOCATE_HPP

/// \file
/// Shares: proportional to bids, Fisher markets, dominant resource fairness, partial allocation, nested reserves.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/core/math.hpp>
#include <sched/core/random.hpp>
#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {

namespace detail {

inline void require_amounts(std::span<const double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!finite_number(x[i])) throw market_error({market_fault::not_finite, i});
    if (x[i] < 0) throw market_error({market_fault::negative_volume, i});
  }
}

}  // namespace detail

/// x_i = b_i / Σb; nothing for anybody when nobody bids. O(n).
[[nodiscard]] inline std::vector<double> proportional_shares(std::span<const double> bids) {
  detail::require_amounts(bids);
  double sum = 0;
  for (const double b : bids) sum += b;
  std::vector<double> out(bids.size(), 0);
  if (sum > 0)
    for (std::size_t i = 0; i < bids.size(); ++i) out[i] = bids[i] / sum;
  return out;
}

struct best_response_result {
  std::vector<double> bids{};    ///< money per host
  std::vector<double> shares{};  ///< b/(b + others)
  double utility = 0;            ///< Σ weight·share
};

/// The bids that maximise Σ w_j b_j/(b_j + y_j) within a budget: b_j = √(w_j y_j)·(X + Σy)/Σ√(w y) − y_j over the hosts
/// where that is positive. Hosts where others bid nothing (y = 0) are refused (`bad_ratio`): any bid would do. O(n²)
/// worst case. Reference: Feldman, Lai & Zhang 2005 (Tycoon).
[[nodiscard]] inline best_response_result best_response(std::span<const double> weights, std::span<const double> others,
                                                        double budget) {
  if (weights.size() != others.size())
    throw market_error({market_fault::length_mismatch, std::min(weights.size(), others.size())});
  detail::require_amounts(weights);
  detail::require_amounts(others);
  if (!detail::finite_number(budget)) throw market_error({market_fault::not_finite}, "budget");
  if (budget < 0) throw market_error({market_fault::negative_demand}, "budget");
  const std::size_t n = weights.size();
  for (std::size_t j = 0; j < n; ++j)
    if (others[j] == 0 && weights[j] > 0) throw market_error({market_fault::bad_ratio, j}, "a host without other bids");
  best_response_result r;
  r.bids.assign(n, 0);
  r.shares.assign(n, 0);
  std::vector<std::uint8_t> in(n, 1);
  for (bool again = budget > 0; again;) {
    double y = 0, roots = 0;
    for (std::size_t j = 0; j < n; ++j)
      if (in[j] != 0 && weights[j] > 0) {
        y += others[j];
        roots += std::sqrt(weights[j] * others[j]);
      }
    again = false;
    for (std::size_t j = 0; j < n; ++j) {
      r.bids[j] = 0;
      if (in[j] == 0 || !(weights[j] > 0)) continue;
      r.bids[j] = std::sqrt(weights[j] * others[j]) * ((budget + y) / roots) - others[j];
      if (r.bids[j] < 0) {
        in[j] = 0;
        again = true;
      }
    }
  }
  for (std::size_t j = 0; j < n; ++j) {
    if (!(r.bids[j] > 0)) continue;
    r.shares[j] = r.bids[j] / (r.bids[j] + others[j]);
    r.utility += weights[j] * r.shares[j];
  }
  return r;
}

struct share_game_options {
  double damping = 0.5;     ///< part of the way to the best response in a round, in (0, 1]
  double tolerance = 1e-9;  ///< largest change of a bid, relative to its owner's budget
  std::size_t rounds = 10'000;
  double savings_tax = 0;  ///< part of the budget that is lost when it is not bid, in [0, 1)
  double rate_limit = std::numeric_limits<double>::infinity();  ///< most that a bid may change in a round
};

struct share_game_result {
  clearing_status status = clearing_status::budget_exhausted;  ///< `cleared` when bids have settled
  std::vector<std::vector<double>> bids{};                     ///< by player and host
  std::size_t rounds = 0;
};

/// Players answer each other's bids in turn, with damping, until nothing changes. `weights[player][host]`; every player
/// starts with its budget evenly on the hosts it values. `savings_tax` makes a player spend its budget less the tax it
/// would save. Status `budget_exhausted` when it does not settle. O(rounds · players · hosts²) worst case.
[[nodiscard]] inline share_game_result settle_shares(std::span<const std::vector<double>> weights,
                                                     std::span<const double> budgets,
                                                     const share_game_options& o = {}) {
  if (weights.size() != budgets.size())
    throw market_error({market_fault::length_mismatch, std::min(weights.size(), budgets.size())});
  detail::require_amounts(budgets);
  share_game_result r;
  const std::size_t players = weights.size(), hosts = players == 0 ? 0 : weights[0].size();
  std::vector<double> totals(hosts, 0);
  for (std::size_t i = 0; i < players; ++i) {
    if (weights[i].size() != hosts) throw market_error({market_fault::length_mismatch, i});
    detail::require_amounts(weights[i]);
    const auto valued =
        static_cast<double>(std::count_if(weights[i].begin(), weights[i].end(), [](double w) { return w > 0; }));
    auto& row = r.bids.emplace_back(hosts, 0.0);
    for (std::size_t j = 0; j < hosts; ++j) {
      if (weights[i][j] > 0) row[j] = budgets[i] * (1 - o.savings_tax) / valued;
      totals[j] += row[j];
    }
  }
  for (r.rounds = 1; r.rounds <= o.rounds; ++r.rounds) {
    double change = 0;
    for (std::size_t i = 0; i < players; ++i) {
      std::vector<double> w(hosts, 0), y(hosts, 0);
      bool any = false;
      for (std::size_t j = 0; j < hosts; ++j) {
        y[j] = std::max(0.0, totals[j] - r.bids[i][j]);
        w[j] = y[j] > 1e-300 ? weights[i][j] : 0;  // nobody else is there: keep the bid
        any = any || w[j] > 0;
      }
      if (!any || budgets[i] == 0) continue;
      double kept = 0;
      for (std::size_t j = 0; j < hosts; ++j)
        if (w[j] == 0) kept += r.bids[i][j];
      const auto answer = best_response(w, y, std::max(0.0, budgets[i] * (1 - o.savings_tax) - kept));
      for (std::size_t j = 0; j < hosts; ++j) {
        if (w[j] == 0) continue;
        const double step = std::clamp(o.damping * (answer.bids[j] - r.bids[i][j]), -o.rate_limit, o.rate_limit);
        r.bids[i][j] += step;
        totals[j] += step;
        change = std::max(change, std::abs(step) / budgets[i]);
      }
    }
    if (change <= o.tolerance) {
      r.status = clearing_status::cleared;
      return r;
    }
  }
  return r;
}

struct fisher_options {
  double tolerance = 1e-10;  ///< of every buyer's optimality condition, relative
  std::size_t rounds = 200'000;
};

struct fisher_result {
  clearing_status status = clearing_status::budget_exhausted;  ///< `cleared` when the conditions hold
  std::vector<double> prices{};                                ///< sum to the budgets
  std::vector<std::vector<double>> allocation{};               ///< by buyer and good; every valued good is sold out
  double violation = 0;  ///< largest of 1 − (v/p)/(best v/p) over what is bought
  std::size_t rounds = 0;
};

namespace detail {

/// How far buyers are from buying only goods of their best value for money.
inline double fisher_violation(std::span<const std::vector<double>> values, const std::vector<double>& prices,
                               const std::vector<std::vector<double>>& allocation) {
  double worst = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double best = 0;
    for (std::size_t j = 0; j < prices.size(); ++j)
      if (prices[j] > 0) best = std::max(best, values[i][j] / prices[j]);
    for (std::size_t j = 0; j < prices.size(); ++j)
      if (allocation[i][j] > 0 && best > 0 && prices[j] > 0)
        worst = std::max(worst, std::min(allocation[i][j], 1.0) * (1 - values[i][j] / prices[j] / best));
  }
  return worst;
}

}  // namespace detail

/// Equilibrium of a linear Fisher market with one unit of each good: maximises Σ budget·log utility. Proportional
/// response (every buyer spends on a good in proportion to what it got of its utility from it), then the buyers'
/// conditions are checked. `values[buyer][good]` ≥ 0; a buyer that values nothing keeps its money out (`bad_ratio` if
/// it has any). O(rounds · buyers · goods). Reference: Wu & Zhang 2007; Birnbaum, Devanur & Xiao 2011.
[[nodiscard]] inline fisher_result fisher_market(std::span<const std::vector<double>> values,
                                                 std::span<const double> budgets, const fisher_options& o = {}) {
  if (values.size() != budgets.size())
    throw market_error({market_fault::length_mismatch, std::min(values.size(), budgets.size())});
  detail::require_amounts(budgets);
  fisher_result r;
  const std::size_t buyers = values.size(), goods = buyers == 0 ? 0 : values[0].size();
  std::vector<std::vector<double>> spent(buyers, std::vector<double>(goods, 0));
  for (std::size_t i = 0; i < buyers; ++i) {
    if (values[i].size() != goods) throw market_error({market_fault::length_mismatch, i});
    detail::require_amounts(values[i]);
    double sum = 0;
    for (const double v : values[i]) sum += v;
    if (sum == 0 && budgets[i] > 0) throw market_error({market_fault::bad_ratio, i}, "a buyer that values nothing");
    for (std::size_t j = 0; j < goods; ++j)
      if (sum > 0) spent[i][j] = budgets[i] * values[i][j] / sum;
  }
  r.allocation.assign(buyers, std::vector<double>(goods, 0));
  for (r.rounds = 1; r.rounds <= o.rounds; ++r.rounds) {
    r.prices.assign(goods, 0);
    for (const auto& row : spent)
      for (std::size_t j = 0; j < goods; ++j) r.prices[j] += row[j];
    for (std::size_t i = 0; i < buyers; ++i)
      for (std::size_t j = 0; j < goods; ++j) r.allocation[i][j] = r.prices[j] > 0 ? spent[i][j] / r.prices[j] : 0;
    r.violation = detail::fisher_violation(values, r.prices, r.allocation);
    if (r.violation <= o.tolerance) {
      r.status = clearing_status::cleared;
      return r;
    }
    for (std::size_t i = 0; i < buyers; ++i) {
      double utility = 0;
      for (std::size_t j = 0; j < goods; ++j) utility += values[i][j] * r.allocation[i][j];
      if (!(utility > 0)) continue;
      for (std::size_t j = 0; j < goods; ++j) spent[i][j] = budgets[i] * (values[i][j] * r.allocation[i][j] / utility);
    }
  }
  r.rounds = o.rounds;
  return r;
}

struct drf_options {
  bool whole_tasks = false;  ///< tasks one at a time, to the lowest share first
};

struct drf_result {
  std::vector<double> tasks{};
  std::vector<double> dominant_share{};
};

/// Dominant resource fairness: raises everybody's (weighted) dominant share together; who needs a resource that has run
/// out stops, the others go on. `demands[user][resource]` per task; weights (empty: all 1): a user of weight 2 gets
/// twice the dominant share. Strategy-proof, envy-free, Pareto-efficient. Divisible: O(users · resources · steps),
/// whole tasks O(tasks · users). Users without demand get no task; a demand for a resource without capacity none
/// either. Reference: Ghodsi et al. 2011.
[[nodiscard]] inline drf_result dominant_resource_fairness(std::span<const double> capacity,
                                                           std::span<const std::vector<double>> demands,
                                                           std::span<const double> weights = {},
                                                           const drf_options& o = {}) {
  detail::require_amounts(capacity);
  detail::require_amounts(weights);
  const std::size_t users = demands.size(), resources = capacity.size();
  if (!weights.empty() && weights.size() != users)
    throw market_error({market_fault::length_mismatch, std::min(weights.size(), users)});
  drf_result r;
  r.tasks.assign(users, 0);
  r.dominant_share.assign(users, 0);
  std::vector<double> per_task(users, 0), weight(users, 1), left(capacity.begin(), capacity.end());
  std::vector<std::uint8_t> active(users, 1);
  for (std::size_t i = 0; i < users; ++i) {
    if (demands[i].size() != resources) throw market_error({market_fault::length_mismatch, i});
    detail::require_amounts(demands[i]);
    if (!weights.empty()) weight[i] = weights[i];
    for (std::size_t j = 0; j < resources; ++j) {
      if (!(demands[i][j] > 0)) continue;
      if (!(capacity[j] > 0)) active[i] = 0;
      else per_task[i] = std::max(per_task[i], demands[i][j] / capacity[j]);
    }
    if (!(per_task[i] > 0) || !(weight[i] > 0)) active[i] = 0;
  }
  const auto fits = [&](std::size_t i) {
    for (std::size_t j = 0; j < resources; ++j)
      if (demands[i][j] > left[j] + 1e-12 * capacity[j]) return false;
    return true;
  };
  for (;;) {
    if (o.whole_tasks) {
      std::size_t next = users;
      for (std::size_t i = 0; i < users; ++i) {
        if (active[i] != 0 && !fits(i)) active[i] = 0;
        if (active[i] != 0 &&
            (next == users || r.dominant_share[i] / weight[i] < r.dominant_share[next] / weight[next]))
          next = i;
      }
      if (next == users) return r;
      r.tasks[next] += 1;
      r.dominant_share[next] = r.tasks[next] * per_task[next];
      for (std::size_t j = 0; j < resources; ++j) left[j] = std::max(0.0, left[j] - demands[next][j]);
      continue;
    }
    // All active shares rise by weight·t until a resource runs out.
    double t = std::numeric_limits<double>::infinity();
    std::size_t full = resources;
    for (std::size_t j = 0; j < resources; ++j) {
      double rate = 0;
      for (std::size_t i = 0; i < users; ++i)
        if (active[i] != 0) rate += weight[i] / per_task[i] * demands[i][j];
      if (rate > 0 && left[j] / rate < t) {
        t = left[j] / rate;
        full = j;
      }
    }
    if (full == resources) return r;
    std::vector<double> used(resources, 0);
    for (std::size_t i = 0; i < users; ++i) {
      if (active[i] == 0) continue;
      const double more = weight[i] / per_task[i] * t;
      r.tasks[i] += more;
      r.dominant_share[i] = r.tasks[i] * per_task[i];
      for (std::size_t j = 0; j < resources; ++j) used[j] += more * demands[i][j];
    }
    for (std::size_t j = 0; j < resources; ++j) {
      left[j] = j == full ? 0 : std::max(0.0, left[j] - used[j]);
      if (left[j] > 1e-12 * capacity[j]) continue;
      left[j] = 0;
      for (std::size_t i = 0; i < users; ++i)
        if (demands[i][j] > 0) active[i] = 0;
    }
  }
}

struct partial_allocation_result {
  std::vector<std::vector<double>> allocation{};  ///< by user and resource, after the cut
  std::vector<double> kept{};                     ///< the fraction c of the fair outcome that each user keeps
};

/// The partial-allocation mechanism for linear valuations: the outcome of greatest product of utilities (a Fisher
/// market with equal budgets), of which user i keeps c_i = Π others' utilities there / Π others' utilities without i.
/// Truthful without money; what is cut off stays with the seller. O(users) Fisher markets. Reference: Cole, Gkatzelis &
/// Goel 2013; the auction of Themis (Mahajan et al. 2020).
[[nodiscard]] inline partial_allocation_result partial_allocation(std::span<const std::vector<double>> values,
                                                                  const fisher_options& o = {}) {
  const std::size_t n = values.size();
  const auto utilities = [](std::span<const std::vector<double>> v, const fisher_result& f) {
    std::vector<double> u(v.size(), 0);
    for (std::size_t i = 0; i < v.size(); ++i)
      for (std::size_t j = 0; j < v[i].size(); ++j) u[i] += v[i][j] * f.allocation[i][j];
    return u;
  };
  const std::vector<double> equal(n, 1);
  const auto all = fisher_market(values, equal, o);
  const auto u = utilities(values, all);
  partial_allocation_result r;
  r.allocation = all.allocation;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<std::vector<double>> rest;
    for (std::size_t k = 0; k < n; ++k)
      if (k != i) rest.push_back(values[k]);
    double c = 1;
    if (!rest.empty()) {
      const auto without = utilities(rest, fisher_market(rest, std::span<const double>(equal).first(n - 1), o));
      for (std::size_t k = 0, at = 0; k < n; ++k)
        if (k != i) c *= u[k] / without[at++];
    }
    c = std::min(c, 1.0);
    r.kept.push_back(c);
    for (double& x : r.allocation[i]) x *= c;
  }
  return r;
}

}  // namespace v0
}  // namespace sched

#endif
