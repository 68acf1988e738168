// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_CLEAR_BLOCKS_HPP
#define SCHED_SOLVE_CLEAR_BLOCKS_HPP

/// \file
/// Clearing with orders that are taken or left as a whole: largest welfare such that nobody accepted loses.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/progress.hpp>
#include <sched/model/block_orders.hpp>
#include <sched/model/clearing.hpp>
#include <sched/solve/convex_market.hpp>
#include <sched/solve/detail/block_prices.hpp>
#include <sched/solve/detail/block_program.hpp>
#include <sched/solve/detail/boxed_lp.hpp>
#include <sched/solve/detail/price_region.hpp>

namespace sched {
inline namespace v0 {

struct block_options {
  std::uint64_t nodes = 100'000;                             ///< budget
  double seconds = std::numeric_limits<double>::infinity();  ///< budget by the clock; the result then depends on it
  double gap = 0;                                            ///< ends when the relative gap is no larger
  bool heuristic = false;                                    ///< root, rounding and re-insertion only
  std::uint64_t tie_nodes = 1000;                            ///< budget among solutions of the best welfare; 0: any one
  double tolerance = 1e-6;                                   ///< of money in the test for losses, relative to the order
  double tick = 0;  ///< prices are rounded to multiples of it in the end; 0: they are not
  control watch{};  ///< observer after every improvement, stop token asked every node
};

namespace detail {

/// Ratios in one linear problem with the welfare of every period bounded by cutting planes; branch and bound on it.
template <convex_market Market>
class block_search {
public:
  block_search(const Market& m, const block_book& book, const block_options& o)
      : market_(m),
        book_(book),
        options_(o),
        periods_(m.periods()),
        zones_(m.zones()),
        program_(book, m.periods(), m.zones()),
        prices_(book, program_, o.tolerance),
        response_(m.periods()),
        injection_(m.periods() * m.zones(), 0.0) {
    const std::size_t n = program_.ratios.size();
    std::vector<double> most(periods_, 0.0);
    double largest = 1;
    for (const block_ratio& r : program_.ratios) {
      largest = std::max(largest, std::abs(r.value));
      for (const auto& l : r.profile) most[l.at / zones_] += std::abs(l.volume);
    }
    evaluate(std::vector<double>(n, 0.0));
    scale_ = 1;
    for (const market_response& r : response_) {
      alone_.push_back(r.welfare);
      scale_ += std::abs(r.welfare);
    }
    unit_ = largest;
    steep_.assign(periods_, 0.0);
    // No gradient is beyond that of an injection that nobody takes up.
    std::vector<double> all(injection_.size());
    for (const double sign : {1.0, -1.0})
      for (std::size_t t = 0; t < periods_; ++t) {
        market_response r;
        std::vector<double> e(zones_, sign * 1e12);
        market_.solve(t, e, r);
        for (const double p : r.price) steep_[t] = std::max(steep_[t], std::abs(p));
      }
    for (const block_ratio& r : program_.ratios) lp_.add_column(r.value / unit_, 0, 1);
    for (std::size_t t = 0; t < periods_; ++t) {
      const double range = (most[t] * steep_[t] + 1) / unit_;
      theta_.push_back(lp_.add_column(1, -range, range));
    }
    row_handle_.assign(program_.rows.size(), no_block);
    for (std::size_t t = 0; t < periods_; ++t) add_cut(t);
    total_alone_ = 0;
    for (const double w : alone_) total_alone_ += w;
    epsilon_ = 1e-9 * scale_;
    for (const complex_order& c : book.complex) has_income_ = has_income_ || c.kind == complex_kind::minimum_income;
    u_.assign(n, 0.0);
    begun_ = std::chrono::steady_clock::now();
  }

  block_result run() {
    try_pattern(std::vector<std::uint8_t>(program_.ratios.size(), 0));  // nothing accepted is always a solution
    open_.push_back({{}, std::numeric_limits<double>::infinity()});
    bool root = true;
    double closed = -std::numeric_limits<double>::infinity();  // bounds of nodes given up within the gap
    std::optional<node> dive;
    bool stopped = false;
    while (dive || !open_.empty()) {
      node here = dive ? std::move(*dive) : take_best();
      dive.reset();
      if (good_enough(here.bound)) {
        closed = std::max(closed, here.bound);
        keep_level(std::move(here));
        continue;
      }
      if (nodes_ >= options_.nodes || options_.watch.stopped() || out_of_time() || (options_.heuristic && !root)) {
        open_.push_back(std::move(here));
        stopped = true;
        break;
      }
      ++nodes_;
      if (!apply(here)) continue;
      const double bound = std::min(here.bound, relax());
      if (root) root_bound_ = bound;
      here.bound = bound;
      if (good_enough(bound)) {
        closed = std::max(closed, bound);
        keep_level(std::move(here));
        continue;
      }
      if (stuck_) {  // the relaxation says nothing about the ratios
        const std::size_t split = undecided();
        if (split == no_block) lost_ = std::max(lost_, bound);
        else branch(here, split, false, dive);
        continue;
      }
      const std::vector<double> u = u_;
      const std::size_t split = fractional();
      if (root || (split == no_block && (failures_ < 16 || failures_ % 32 == 0))) repair(u);
      root = false;
      if (split != no_block) {
        branch(here, split, u[split] >= program_.ratios[split].least / 2, dive);
        continue;
      }
      apply(here);
      snap(u);
      std::size_t loser = no_block;
      if (accept_candidate(&loser)) {
        keep_level(std::move(here));
        continue;
      }
      ++failures_;
      if (loser == no_block) loser = any_free();
      if (loser == no_block) continue;
      branch(here, loser, false, dive);
    }
    double bound = best_welfare_;
    if (stopped)
      for (const node& n : open_) bound = std::max(bound, std::min(n.bound, root_bound_));
    if (closed > best_welfare_ + epsilon_) bound = std::max(bound, closed);
    bound = std::max(bound, lost_);
    const bool settled = !stopped && found_ && std::isinf(lost_) && ties_wanted() && settle_ties();
    return finish(bound, stopped, settled);
  }

private:
  struct change {
    std::size_t ratio;
    double lo, hi;
  };
  struct node {
    std::vector<change> path;
    double bound;
  };

  [[nodiscard]] bool out_of_time() const {
    return std::isfinite(options_.seconds) &&
           std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count() > options_.seconds;
  }
  [[nodiscard]] bool good_enough(double bound) const {
    if (level_only_) return bound < best_welfare_ - epsilon_;
    return bound <= best_welfare_ + std::max(epsilon_, options_.gap * std::abs(bound));
  }
  [[nodiscard]] bool ties_wanted() const { return options_.tie_nodes > 0 && options_.gap <= 0 && !options_.heuristic; }
  /// A node that the search leaves although there may be solutions of the best welfare in it.
  void keep_level(node&& here) {
    if (ties_wanted() && here.bound >= best_welfare_ - epsilon_) level_.push_back(std::move(here));
  }

  /// Looks at all solutions of the best welfare; false: the budget was over before.
  bool settle_ties() {
    level_only_ = true;
    std::uint64_t visited = 0;
    while (!level_.empty()) {
      node here = std::move(level_.back());
      level_.pop_back();
      if (good_enough(here.bound)) continue;
      if (visited++ >= options_.tie_nodes || options_.watch.stopped() || out_of_time()) return false;
      if (!apply(here)) continue;
      const double bound = std::min(here.bound, relax());
      if (good_enough(bound)) continue;
      here.bound = bound;
      std::size_t split = no_block;
      if (stuck_) {
        split = undecided();
      } else {
        fix_by_worth(here, bound);
        const std::vector<double> u = u_;
        split = fractional();
        if (split == no_block) {
          if (!apply(here)) continue;
          snap(u);
          if (accept_candidate(&split)) split = undecided();
          else if (split == no_block) split = any_free();
        }
      }
      if (split == no_block) continue;
      node off = here;
      off.path.push_back({split, 0, 0});
      here.path.push_back({split, program_.ratios[split].least, 1});
      level_.push_back(std::move(off));
      level_.push_back(std::move(here));
    }
    return true;
  }
  /// Decides ratios that cost more than a tie when they are not where the relaxation has them.
  void fix_by_worth(node& here, double bound) const {
    for (std::size_t j = 0; j < u_.size(); ++j) {
      const block_ratio& r = program_.ratios[j];
      if (!r.whole || lo_[j] > 0 || hi_[j] == 0) continue;
      const double worth = lp_.reduced_cost(j) * unit_;
      if (u_[j] <= 0 && bound + worth * r.least < best_welfare_ - 2 * epsilon_) here.path.push_back({j, 0, 0});
      else if (u_[j] >= 1 && bound - worth < best_welfare_ - 2 * epsilon_) here.path.push_back({j, r.least, 1});
    }
  }
  [[nodiscard]] node take_best() {
    std::size_t best = open_.size() - 1;
    for (std::size_t k = open_.size(); k-- > 0;)
      if (open_[k].bound > open_[best].bound) best = k;
    std::swap(open_[best], open_.back());
    node out = std::move(open_.back());
    open_.pop_back();
    return out;
  }
  void branch(const node& here, std::size_t j, bool on_first, std::optional<node>& dive) {
    node on = here, off = here;
    on.path.push_back({j, program_.ratios[j].least, 1});
    off.path.push_back({j, 0, 0});
    if (!on_first) std::swap(on, off);
    dive = std::move(on);
    open_.push_back(std::move(off));
  }

  /// Bounds of a node, and what follows from them for orders that can never be in the money. False: nothing is left.
  bool apply(const node& here) {
    const std::size_t n = program_.ratios.size();
    lo_.assign(n, 0.0);
    hi_.assign(n, 1.0);
    for (const change& c : here.path) {
      lo_[c.ratio] = c.lo;
      hi_[c.ratio] = c.hi;
    }
    if constexpr (requires {
                    { market_.monotone() } -> std::convertible_to<bool>;
                  })
      if (market_.monotone() && !exclude_losers()) return false;
    for (std::size_t j = 0; j < n; ++j) lp_.set_bounds(j, lo_[j], hi_[j]);
    return true;
  }

  /// With everything that lowers a price off and all that raises it on, prices are as high as they can get, and the
  /// other way round: who loses even there is off.
  bool exclude_losers() {
    for (int round = 0; round < 8; ++round) {
      least_.assign(injection_.size(), 0.0);
      most_.assign(injection_.size(), 0.0);
      for (std::size_t j = 0; j < program_.ratios.size(); ++j)
        for (const auto& l : program_.ratios[j].profile) {
          least_[l.at] += l.volume * (l.volume > 0 ? lo_[j] : hi_[j]);
          most_[l.at] += l.volume * (l.volume > 0 ? hi_[j] : lo_[j]);
        }
      highest_.clear();
      lowest_.clear();
      for (std::size_t t = 0; t < periods_; ++t) {
        market_.solve(t, std::span<const double>(least_).subspan(t * zones_, zones_), scratch_);
        highest_.insert(highest_.end(), scratch_.hi.begin(), scratch_.hi.end());
        market_.solve(t, std::span<const double>(most_).subspan(t * zones_, zones_), scratch_);
        lowest_.insert(lowest_.end(), scratch_.lo.begin(), scratch_.lo.end());
      }
      bool changed = false;
      for (std::size_t j = 0; j < program_.ratios.size(); ++j) {
        const block_ratio& r = program_.ratios[j];
        if (hi_[j] == 0 || !program_.children[j].empty() || program_.loop_of[j] != no_block ||
            (r.source != block_ratio::source_kind::block && r.source != block_ratio::source_kind::flexible))
          continue;
        double s = r.value;
        for (const auto& l : r.profile) s += l.volume * (l.volume > 0 ? highest_[l.at] : lowest_[l.at]);
        if (s >= -2 * options_.tolerance * r.size()) continue;
        if (lo_[j] > 0) return false;
        hi_[j] = 0;
        changed = true;
      }
      if (!changed) break;
    }
    return true;
  }

  /// Fills injections and responses for given ratios; the welfare of all.
  double evaluate(const std::vector<double>& u) {
    std::fill(injection_.begin(), injection_.end(), 0.0);
    double w = 0;
    for (std::size_t j = 0; j < program_.ratios.size(); ++j) {
      if (u[j] == 0) continue;
      w += u[j] * program_.ratios[j].value;
      for (const auto& l : program_.ratios[j].profile) injection_[l.at] += u[j] * l.volume;
    }
    for (std::size_t t = 0; t < periods_; ++t) {
      market_.solve(t, std::span<const double>(injection_).subspan(t * zones_, zones_), response_[t]);
      w += response_[t].welfare;
    }
    return w;
  }

  /// θ ≤ welfare + price · (injection − the one asked for), less the welfare without blocks.
  void add_cut(std::size_t t) {
    const market_response& r = response_[t];
    double rhs = r.welfare - alone_[t];
    terms_.clear();
    terms_.push_back({theta_[t], 1.0});
    for (std::size_t z = 0; z < zones_; ++z) rhs -= r.price[z] * injection_[t * zones_ + z];
    for (std::size_t j = 0; j < program_.ratios.size(); ++j) {
      double f = 0;
      for (const auto& l : program_.ratios[j].profile)
        if (l.at / zones_ == t) f += r.price[l.at % zones_] * l.volume;
      if (f != 0) terms_.push_back({j, -f / unit_});
    }
    lp_.add_row(terms_, rhs / unit_);
  }

  /// The best welfare of the relaxation at the current bounds, or a bound on it that is no better than the incumbent;
  /// leaves the ratios in u_ and the responses to them.
  double relax() {
    const std::size_t n = program_.ratios.size();
    double bound = std::numeric_limits<double>::infinity();
    stuck_ = false;
    if (lp_.rows() > 6 * periods_ + 60) lp_.drop_rows([](std::size_t) { return true; });
    for (int round = 0; round < 400; ++round) {
      const auto o = lp_.solve();
      if (o == boxed_lp::outcome::infeasible) return -std::numeric_limits<double>::infinity();
      bound = std::min(bound, lp_.bound() * unit_ + total_alone_);
      stuck_ = o == boxed_lp::outcome::stuck;
      if (stuck_ || good_enough(bound)) return bound;
      for (std::size_t j = 0; j < n; ++j) u_[j] = std::clamp(lp_.value(j), lo_[j], hi_[j]);
      bool added = false;
      for (std::size_t k = 0; k < program_.rows.size(); ++k) {
        if (row_handle_[k] != no_block && lp_.has_row(row_handle_[k])) continue;
        const ratio_row& r = program_.rows[k];
        double over = -r.most;
        for (const auto& e : r.terms) over += e.factor * u_[e.column];
        if (over <= 1e-9 && !(r.equality && over < -1e-9)) continue;
        row_handle_[k] = lp_.add_row(r.terms, r.most, r.equality);
        added = true;
      }
      if (added) continue;
      evaluate(u_);
      double over = 0;
      for (std::size_t t = 0; t < periods_; ++t) {
        const double off = lp_.value(theta_[t]) * unit_ + alone_[t] - response_[t].welfare;
        if (off <= 1e-10 * scale_ + 1e-9 * unit_) continue;
        over += off;
        add_cut(t);
      }
      if (over <= epsilon_) break;
    }
    return bound;
  }

  /// The ratio whose gap costs most; no_block: all are decided.
  [[nodiscard]] std::size_t fractional() const {
    std::size_t best = no_block;
    double most = -1;
    price_now(price_);
    for (std::size_t j = 0; j < program_.ratios.size(); ++j) {
      const block_ratio& r = program_.ratios[j];
      if (!r.whole || u_[j] <= 1e-7 || u_[j] >= r.least - 1e-7) continue;
      const double worth = (1 + std::abs(r.surplus(price_))) * std::min(u_[j], r.least - u_[j]);
      if (worth > most) {
        most = worth;
        best = j;
      }
    }
    return best;
  }
  [[nodiscard]] std::size_t undecided() const {
    for (std::size_t j = 0; j < program_.ratios.size(); ++j)
      if (program_.ratios[j].whole && lo_[j] == 0 && hi_[j] > 0) return j;
    return no_block;
  }
  void price_now(std::vector<double>& out) const {
    out.clear();
    for (const market_response& r : response_) out.insert(out.end(), r.price.begin(), r.price.end());
  }

  void snap(const std::vector<double>& u) {
    u_ = u;
    for (std::size_t j = 0; j < u_.size(); ++j) {
      if (u_[j] <= 1e-7) u_[j] = 0;
      if (u_[j] >= 1 - 1e-7) u_[j] = 1;
      if (program_.ratios[j].whole && u_[j] > 0) u_[j] = std::max(u_[j], program_.ratios[j].least);
    }
  }

  /// Prices for the ratios in u_; if there are any and welfare is best, they are kept. Else names an order that loses
  /// and is not decided yet.
  bool accept_candidate(std::size_t* loser) {
    const double w = evaluate(u_);
    price_now(price_);
    double missing = 0;
    std::size_t where = 0;
    for (std::size_t t = 0; t < periods_; ++t)
      if (response_[t].unabsorbed > missing) {
        missing = response_[t].unabsorbed;
        where = t;
      }
    if (missing > 1e-6) {
      if (loser == nullptr) return false;
      for (std::size_t j = 0; j < u_.size(); ++j)
        if (u_[j] > 0 && program_.ratios[j].whole && lo_[j] == 0)
          for (const auto& l : program_.ratios[j].profile)
            if (l.at / zones_ == where) *loser = j;
      return false;
    }
    prices_.conditions(u_, conditions_);
    region_.gather(response_, zones_);
    const auto found = prices_.find(conditions_, region_, price_, false);
    if (found) {
      consider(w);
      return true;
    }
    if (loser == nullptr) {
      worst_loser(lowest_owner_, false);
      return false;
    }
    worst_loser(*loser, true);
    return false;
  }

  /// The owner of the condition that misses by most at the wanted prices.
  void worst_loser(std::size_t& owner, bool undecided) const {
    owner = no_block;
    double worst = 0;
    for (const price_condition& c : conditions_) {
      if (c.owner == no_block || prices_.holds(c, price_)) continue;
      if (undecided && lo_[c.owner] > 0) continue;
      const double s = c.slack(price_);
      if (s < worst) {
        worst = s;
        owner = c.owner;
      }
    }
  }
  /// Which accepted order goes next when no undecided one loses: in the subtree of a node whose best ratios have no
  /// prices, one of them must be off. (Were there prices with all of them and more on, those ratios would be best with
  /// only the rejected held off; they then have at least the welfare of this node's best, so equal, and their prices
  /// would do here.) Minimum income is no condition of optimality, so with it everything undecided has to be tried.
  [[nodiscard]] std::size_t any_free() const {
    std::size_t best = no_block;
    double most = -1;
    weight_.assign(injection_.size(), 0.0);  // what those who lose would like to see less of
    for (const price_condition& c : conditions_)
      if (!prices_.holds(c, price_))
        for (const auto& t : c.terms) weight_[t.column] += t.factor;
    for (std::size_t j = 0; j < u_.size(); ++j) {
      const block_ratio& r = program_.ratios[j];
      if (!r.whole || lo_[j] > 0 || hi_[j] == 0 || (u_[j] == 0 && !has_income_)) continue;
      double effect = 0;
      for (const auto& l : r.profile) effect += weight_[l.at] * l.volume;
      double worth = std::max(0.0, effect) + (u_[j] > 0 ? 1 : 0);
      if (u_[j] == 0) worth = 1 / (2 + std::abs(r.surplus(price_)));
      if (worth > most) {
        most = worth;
        best = j;
      }
    }
    return best;
  }

  /// What decides between solutions of one welfare.
  struct standing {
    double volume = 0;         ///< bought, by blocks and in the books
    std::size_t rejected = 0;  ///< paradoxically
    std::vector<std::size_t> accepted{};

    [[nodiscard]] bool before(const standing& other) const {
      const double slack = 1e-9 * (1 + std::max(volume, other.volume));
      if (std::abs(volume - other.volume) > slack) return volume > other.volume;
      if (rejected != other.rejected) return rejected < other.rejected;
      return accepted < other.accepted;
    }
  };
  /// Of the ratios that were evaluated last, which have prices.
  [[nodiscard]] standing stand(const std::vector<double>& u) {
    standing s;
    for (const market_response& r : response_) s.volume += r.volume;
    for (std::size_t j = 0; j < u.size(); ++j) {
      const block_ratio& r = program_.ratios[j];
      for (const auto& l : r.profile) s.volume += std::max(0.0, -l.volume) * u[j];
      if (u[j] > 0 && r.source != block_ratio::source_kind::step) s.accepted.push_back(j);
    }
    block_result r;
    r.price = final_prices(u);
    list_rejected(u, r);
    s.rejected = r.paradoxically_rejected.size() + r.paradoxically_rejected_flexible.size();
    return s;
  }
  [[nodiscard]] std::vector<double> final_prices(const std::vector<double>& u) {
    price_now(price_);
    prices_.conditions(u, conditions_);
    region_.gather(response_, zones_);
    const auto found = prices_.find(conditions_, region_, price_, true);
    return found ? *found : price_;
  }

  /// More welfare; then more volume, fewer paradoxical rejections, the first set of orders.
  void consider(double w) {
    const bool more = !found_ || w > best_welfare_ + epsilon_;
    if (!more) {
      if (w < best_welfare_ - epsilon_ || u_ == best_) return;
      const standing here = stand(u_);
      if (!best_standing_) {
        evaluate(best_);
        best_standing_ = stand(best_);
        evaluate(u_);
      }
      if (!here.before(*best_standing_)) return;
      best_standing_ = here;
    } else {
      best_standing_.reset();
    }
    best_ = u_;
    found_ = true;
    best_welfare_ = std::max(w, best_welfare_);
    if (more) {
      double bound = root_bound_;
      options_.watch.report({nodes_, options_.nodes, best_welfare_, bound});
    }
  }

  /// With these orders on and all others off: the best ratios, and losers dropped until prices exist.
  bool try_pattern(std::vector<std::uint8_t> on) {
    for (int round = 0; round < 200; ++round) {
      lo_.assign(on.size(), 0.0);
      hi_.assign(on.size(), 1.0);
      for (std::size_t j = 0; j < on.size(); ++j) {
        const block_ratio& r = program_.ratios[j];
        if (!r.whole) continue;
        lo_[j] = on[j] != 0 ? r.least : 0;
        hi_[j] = on[j] != 0 ? 1 : 0;
      }
      for (std::size_t j = 0; j < on.size(); ++j) lp_.set_bounds(j, lo_[j], hi_[j]);
      const double bound = relax();
      if (stuck_ || (good_enough(bound) && found_)) return false;
      if (!std::isfinite(bound)) return false;
      snap(std::vector<double>(u_));
      lowest_owner_ = no_block;
      if (accept_candidate(nullptr)) return true;
      if (lowest_owner_ == no_block) return false;
      drop(lowest_owner_, on);
    }
    return false;
  }
  void drop(std::size_t j, std::vector<std::uint8_t>& on) const {
    std::vector<std::size_t> tree;
    program_.subtree(j, tree);
    for (const std::size_t k : tree) {
      on[k] = 0;
      if (program_.loop_of[k] != no_block)
        for (const std::size_t l : program_.loops[program_.loop_of[k]]) on[l] = 0;
    }
  }

  /// Others of an order's group go until it fits: the last first.
  void leave_room(std::vector<std::uint8_t>& on, std::size_t j) const {
    const auto& members = program_.members[program_.ratios[j].group];
    std::size_t others = 0, most = program_.group_most[program_.ratios[j].group] - 1;
    for (const std::size_t k : members) others += k != j && on[k] != 0 ? 1U : 0U;
    for (std::size_t i = members.size(); i-- > 0 && others > most;)
      if (const std::size_t k = members[i]; k != j && on[k] != 0) {
        on[k] = 0;
        --others;
      }
  }

  /// Rounds, drops who loses, then switches on who is in the money and off, as long as welfare rises.
  void repair(const std::vector<double>& u) {
    std::vector<std::uint8_t> on(u.size(), 0);
    for (std::size_t j = 0; j < u.size(); ++j) {
      const block_ratio& r = program_.ratios[j];
      on[j] = r.whole && u[j] >= std::max(1e-7, r.least / 2) ? 1 : 0;
    }
    for (std::size_t j = 0; j < u.size(); ++j) {  // families stay whole, groups single
      const block_ratio& r = program_.ratios[j];
      if (on[j] != 0 && r.group != no_block && r.least > 0.5) leave_room(on, j);
      if (program_.loop_of[j] != no_block)
        for (const std::size_t k : program_.loops[program_.loop_of[j]])
          on[k] = on[program_.loops[program_.loop_of[j]][0]];
    }
    for (bool again = true; again;) {
      again = false;
      for (std::size_t j = 0; j < u.size(); ++j)
        if (on[j] != 0 && program_.ratios[j].whole && program_.ratios[j].parent != no_block &&
            on[program_.ratios[j].parent] == 0) {
          on[j] = 0;
          again = true;
        }
    }
    if (!try_pattern(on)) return;
    for (int round = 0; round < 3 && !options_.watch.stopped() && !out_of_time(); ++round) {
      const std::vector<double> base = best_;
      evaluate(base);
      price_now(price_);
      std::vector<std::pair<double, std::size_t>> rejected;
      for (std::size_t j = 0; j < base.size(); ++j) {
        const block_ratio& r = program_.ratios[j];
        if (!r.whole || base[j] > 0 || (r.parent != no_block && base[r.parent] == 0)) continue;
        const double s = r.surplus(price_);
        if (s > 0 || r.source == block_ratio::source_kind::complex) rejected.emplace_back(-s, j);
      }
      std::sort(rejected.begin(), rejected.end());
      bool improved = false;
      for (std::size_t k = 0; k < std::min<std::size_t>(rejected.size(), 40); ++k) {
        const std::size_t j = rejected[k].second;
        const double before = best_welfare_;
        std::vector<std::uint8_t> pattern(best_.size(), 0);
        for (std::size_t i = 0; i < best_.size(); ++i) pattern[i] = best_[i] > 0 ? 1 : 0;
        pattern[j] = 1;
        if (program_.loop_of[j] != no_block)
          for (const std::size_t i : program_.loops[program_.loop_of[j]]) pattern[i] = 1;
        if (program_.ratios[j].group != no_block) leave_room(pattern, j);
        try_pattern(std::move(pattern));
        improved = improved || best_welfare_ > before + epsilon_;
      }
      if (!improved) break;
    }
  }

  block_result finish(double bound, bool stopped, bool settled) {
    block_result out;
    out.nodes = nodes_;
    out.ratio.assign(book_.blocks.size(), 0.0);
    out.period.assign(book_.flexible.size(), no_block);
    out.periods.resize(book_.flexible.size());
    out.complex_on.assign(book_.complex.size(), 0);
    for (const complex_order& c : book_.complex) out.complex_accepted.emplace_back(c.steps.size(), 0.0);
    out.welfare = best_welfare_;
    out.bound = std::max(bound, best_welfare_);
    out.proven = !stopped && out.gap() <= std::max(options_.gap, 1e-9);
    out.ties_settled = out.proven && settled;
    if (!found_) {  // injections that nobody takes up, even without blocks
      out.status = clearing_status::infeasible;
      return out;
    }
    u_ = best_;
    out.welfare = evaluate(u_);
    out.bound = std::max(out.bound, out.welfare);
    out.price = final_prices(u_);
    if (options_.tick > 0) {  // the conditions and the box are those of the final prices
      if (auto rounded = prices_.round(conditions_, region_, out.price, options_.tick)) {
        out.price = std::move(*rounded);
        out.tick = options_.tick;
      }
    }
    out.injection = injection_;
    for (std::size_t j = 0; j < u_.size(); ++j) {
      const block_ratio& r = program_.ratios[j];
      switch (r.source) {
        case block_ratio::source_kind::block: out.ratio[r.order] = u_[j]; break;
        case block_ratio::source_kind::flexible:
          if (u_[j] > 0) out.periods[r.order].push_back(r.part);
          if (u_[j] > 0) out.period[r.order] = out.periods[r.order].front();
          break;
        case block_ratio::source_kind::complex: out.complex_on[r.order] = u_[j] > 0 ? 1 : 0; break;
        case block_ratio::source_kind::step:
          out.complex_accepted[r.order][r.part] = u_[j] * book_.complex[r.order].steps[r.part].volume;
          break;
      }
    }
    list_rejected(u_, out);
    out.status = stopped ? clearing_status::budget_exhausted : clearing_status::cleared;
    return out;
  }

  /// At the prices of `out`.
  void list_rejected(const std::vector<double>& u, block_result& out) const {
    std::vector<std::uint8_t> listed(book_.flexible.size(), 0);
    for (std::size_t j = 0; j < u.size(); ++j) {
      const block_ratio& r = program_.ratios[j];
      const bool alone = program_.loop_of[j] == no_block;  // of a loop, also what has no volume
      if (u[j] > 0 || (alone && r.profile.empty()) || prices_.group_full(r.group, u) ||
          (r.parent != no_block && u[r.parent] == 0))
        continue;
      double s = 0, size = 0;
      const auto add = [&](std::size_t k) {
        s += program_.ratios[k].surplus(out.price);
        size = std::max(size, program_.ratios[k].size());
      };
      if (!alone) {
        for (const std::size_t k : program_.loops[program_.loop_of[j]]) add(k);
      } else {
        add(j);
      }
      if (s <= options_.tolerance * size) continue;
      if (r.source == block_ratio::source_kind::block) out.paradoxically_rejected.push_back(r.order);
      if (r.source == block_ratio::source_kind::flexible && listed[r.order] == 0) {
        listed[r.order] = 1;
        out.paradoxically_rejected_flexible.push_back(r.order);
      }
    }
  }

  const Market& market_;
  const block_book& book_;
  const block_options& options_;
  std::size_t periods_, zones_;
  block_program program_;
  block_prices prices_;
  boxed_lp lp_;
  std::vector<market_response> response_;
  market_response scratch_;
  std::vector<double> injection_, alone_, steep_, u_, lo_, hi_, least_, most_, highest_, lowest_, best_;
  mutable std::vector<double> price_, weight_;
  bool has_income_ = false;
  std::vector<std::size_t> theta_, row_handle_;
  std::vector<boxed_lp::term> terms_;
  std::vector<price_condition> conditions_;
  price_region region_;
  std::vector<node> open_, level_;
  std::optional<standing> best_standing_;
  bool found_ = false;       ///< best_ is a solution (of no orders: an empty one)
  bool level_only_ = false;  ///< proved: only solutions of the same welfare count
  double unit_ = 1, scale_ = 1, epsilon_ = 0, total_alone_ = 0;
  double best_welfare_ = -std::numeric_limits<double>::infinity();
  double root_bound_ = std::numeric_limits<double>::infinity();
  double lost_ = -std::numeric_limits<double>::infinity();  ///< bound of what no relaxation decided
  bool stuck_ = false;                                      ///< the last relaxation was not solved
  std::size_t lowest_owner_ = no_block;
  std::uint64_t nodes_ = 0, failures_ = 0;
  std::chrono::steady_clock::time_point begun_{};
};

}  // namespace detail

/// Clears a market with block, linked, exclusive, flexible, loop and complex orders: the largest welfare (less the
/// fixed terms of scalable orders) such that prices exist at which nobody accepted loses (a parent may, if its accepted
/// subtree as a whole does not; loops are judged jointly; complex orders get their income) and the divisible orders
/// want what they get.
///
/// Branch and bound: welfare is concave in the ratios and prices are its supergradient, so cutting planes bound it (one
/// clearing per period prices all blocks at once); orders that lose at any price still possible are excluded; an
/// integer node without prices is branched on an order that loses. Incumbents by rounding, dropping losers and
/// re-insertion. Prices: those the market's rule wants, moved by the least squared distance so that all conditions
/// hold; with a `tick` rounded last, and asked again: nobody then loses more than a tick on a unit (`result.tick` says
/// so; 0 if somebody did, and the prices are as found). Ties in welfare: more volume bought (blocks and books), then
/// fewer paradoxical rejections at the prices found, then the first set of accepted orders (by index, blocks before
/// flexible and complex orders); when the welfare is proved, `tie_nodes` nodes are spent on them and `ties_settled`
/// says whether that was enough. Deterministic, unless the clock ends it. Status: cleared; budget_exhausted (best
/// found, with bound); infeasible (the market itself takes up no zero injection). Exponential in the worst case; a node
/// costs a few dual simplex steps of O((periods + families) · orders) each. Throws `market_error` (see
/// `check_block_book`; `bad_ratio` for a tick that is none). Allocates.
template <convex_market Market>
[[nodiscard]] block_result clear_blocks(const Market& m, const block_book& book, const block_options& options = {}) {
  if (const market_input_fault f = check_block_book(book, m.periods(), m.zones())) throw market_error(f);
  if (!(options.tick >= 0) || !exists(options.tick))
    throw market_error({market_fault::bad_ratio}, "the tick of prices");
  return detail::block_search<Market>(m, book, options).run();
}

}  // namespace v0
}  // namespace sched

#endif
