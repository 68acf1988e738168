// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_ROADMAP_CRITICAL_PATH_HPP
#define SCHED_SOLVE_DETAIL_ROADMAP_CRITICAL_PATH_HPP

/// \file
/// Target attractiveness exactly as the reference schedules it, its defects included (compatible modes only; native
/// mode uses the rule `priority::target_attractiveness`).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/priority/attractiveness.hpp>
#include <sched/priority/detail/target_paths.hpp>
#include <sched/priority/urgency_rules.hpp>
#include <sched/solve/detail/roadmap_state.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Offsets count from the first day R of the run and never from the day of the decision; a fixed task that ended before
/// R ends on R; look-ahead bars a task on R only; completed dependencies count as missing wherever ties are broken.
class compatible_critical_path final : public roadmap_state {
public:
  explicit compatible_critical_path(std::shared_ptr<const roadmap_context> context)
      : roadmap_state(std::move(context), priority::any_rule(priority::most_important())),
        settings_(o_->attractiveness),
        horizon_(instant::infinity()) {
    const std::size_t n = p_->size();
    for (ranking& r : rankings_) {
      r.paths.reset(context_->dates.order);
      r.worth.resize(n);
      r.score.resize(n);
    }
    work_.assign(n, 0);
    reserved_for_.assign(p_->resource_count(), no_index);
    reserved_on_.assign(p_->resource_count(), instant::minus_infinity());
    reach_ = settings_.rollout_max_horizon_days ? duration(*settings_.rollout_max_horizon_days) : duration::infinity();
    if (!p_->source().people) return;
    for (std::uint32_t i = 0; i < n; ++i)
      for (const std::uint32_t r : p_->listed(i))
        if (r >= p_->source().people->resources.size() && !p_->fixed(i))
          throw error("task \"" + p_->id(i) + "\": resource \"" + p_->resource_names()[r] + "\" is not declared",
                      {p_->id(i), p_->resource_names()[r]});
  }

  void init() {
    begin();
    const network net{*this};
    for (std::uint32_t x = 0; x < p_->size(); ++x)
      if (!is_placed(x))
        for (const priority::detail::target_reach& g : rankings_[0].paths.reach(net, x))
          work_[g.target] += p_->length(x);
    step();
  }
  /// To the next placement behind the present one; done when there is none.
  void step() { over_ = !place_next(); }
  [[nodiscard]] std::uint64_t scenarios() const noexcept { return scenarios_; }

private:
  static constexpr double critical_slack_ = 1e-9;
  static constexpr double day_limit_ = 30, fungible_limit_ = 90;

  [[nodiscard]] double days(instant t) const { return static_cast<double>((t - p_->now()).count()); }
  /// Last occupied day of a placed task, counted from R.
  [[nodiscard]] double end_of(std::uint32_t i) const {
    const double end = days(finish_[i]) - 1;
    return p_->fixed(i) ? std::max(end, 0.0) : end;
  }
  [[nodiscard]] duration whole(std::uint32_t i) const { return p_->work(i); }
  /// Day on which the placed dependencies and the release date let i start; +∞ when one is not placed.
  [[nodiscard]] instant eligible_day(std::uint32_t i) const {
    if (waiting_[i] != 0 || p_->follows_completed(i)) return instant::infinity();
    return after_dependencies(i);
  }
  [[nodiscard]] instant after_dependencies(std::uint32_t i) const {
    instant x = std::max(now_, p_->release(i));
    for (const roadmap_arc& a : p_->predecessors(i))
      if (is_placed(a.task)) x = std::max(x, day_after(a));
    return x;
  }
  [[nodiscard]] instant day_after(const roadmap_arc& a) const {
    return p_->now() + static_cast<std::int64_t>(end_of(a.task)) + static_cast<std::int64_t>(std::ceil(a.days)) + 1;
  }
  [[nodiscard]] bool free_today(std::uint32_t r) const { return lines_.next_workable(r, now_, 1) == now_; }
  [[nodiscard]] bool kept_for_another(std::uint32_t r, std::uint32_t i) const {
    return reserved_for_[r] != no_index && reserved_for_[r] != i && reserved_on_[r] == now_;
  }
  [[nodiscard]] bool can_start(std::uint32_t i) const {
    if (is_placed(i) || waiting_[i] != 0 || p_->release(i) > now_) return false;
    for (const roadmap_arc& a : p_->predecessors(i))
      if (!(end_of(a.task) + a.days < days(now_))) return false;
    if (p_->milestone(i)) return true;
    if (p_->automatic(i)) return std::ranges::any_of(p_->candidates(i), [&](std::uint32_t r) { return free_today(r); });
    return !p_->needs(i).empty() &&
           std::ranges::all_of(p_->needs(i), [&](const resource_units& q) { return free_today(q.resource); });
  }

  /// Places one task; false when nothing more happens before the horizon.
  bool place_next() {
    while (now_ <= horizon_) {
      if (somebody_is_free() && place_best()) return true;
      const instant next = next_day_of_interest();
      if (next == instant::infinity() || next > horizon_) return false;
      now_ = next;
      if (log_.depth() == 0) lines_.forget(now_);
    }
    return false;
  }
  [[nodiscard]] bool somebody_is_free() const {
    if (p_->resource_count() == 0) return true;
    for (std::uint32_t r = 0; r < p_->resource_count(); ++r)
      if (free_today(r)) return true;
    return false;
  }
  [[nodiscard]] instant next_day_of_interest() const {
    instant next = instant::infinity();
    const auto consider = [&](instant t) {
      if (t > now_) next = std::min(next, t);
    };
    for (std::uint32_t i = 0; i < p_->size(); ++i) {
      if (is_placed(i)) continue;
      consider(p_->release(i));
      for (const roadmap_arc& a : p_->predecessors(i))
        if (is_placed(a.task)) consider(day_after(a));
    }
    for (std::uint32_t r = 0; r < p_->resource_count(); ++r) next = std::min(next, lines_.next_release(r, now_));
    return next;
  }

  bool place_best() {
    std::vector<std::uint32_t> ready = lists_.take();
    for (std::uint32_t i = 0; i < p_->size(); ++i)
      if (can_start(i)) ready.push_back(i);
    bool done = false;
    if (!ready.empty()) {
      ranking& now = ranks();
      rank(now, ready);
      std::ranges::stable_sort(ready, [&](std::uint32_t a, std::uint32_t b) { return now.score[a] > now.score[b]; });
      for (const std::uint32_t i : ready)
        if (offer_resources(i)) {
          done = true;
          break;
        }
    }
    lists_.give(std::move(ready));
    return done;
  }

  struct network {
    const compatible_critical_path& self;
    [[nodiscard]] bool placed(std::uint32_t i) const { return self.is_placed(i); }
    template <class F>
    void each_predecessor(std::uint32_t i, F f) const {
      for (const roadmap_arc& a : self.p_->predecessors(i)) f(a.task, a.days);
    }
    template <class F>
    void each_successor(std::uint32_t i, F f) const {
      for (const roadmap_arc& a : self.p_->successors(i)) f(a.task, a.days);
    }
    [[nodiscard]] double length(std::uint32_t i) const { return self.p_->length(i); }
    [[nodiscard]] double ready(std::uint32_t i) const {
      double at = 0;
      for (const roadmap_arc& a : self.p_->predecessors(i))
        if (self.is_placed(a.task)) at = std::max(at, self.end_of(a.task) + a.days);
      return at;
    }
  };
  /// Scores as things stand: of targets, and of the tasks that may start.
  struct ranking {
    priority::detail::target_paths paths;
    std::vector<double> worth, score;
  };
  /// Branches have their own, so that what the decision saw is still there when they are taken back.
  [[nodiscard]] ranking& ranks() noexcept { return rankings_[log_.depth() == 0 ? 0 : 1]; }

  void rank(ranking& r, std::span<const std::uint32_t> ready) {
    const network net{*this};
    r.paths.find_starts(net);
    const auto dated = [&](std::uint32_t g) { return p_->own_due(g).is_finite(); };
    const auto length_to = [&](std::uint32_t g) {
      return r.paths.alone(g) ? net.length(g) : r.paths.length_to(net, g);
    };
    double total = 0;
    std::size_t left = 0;
    for (std::uint32_t g = 0; g < p_->size(); ++g)
      if (!is_placed(g)) {
        total += work_[g];
        ++left;
      }
    const priority::target_scores scores{settings_, total / static_cast<double>(left)};
    double least = -1;
    for (std::uint32_t g = 0; g < p_->size(); ++g)
      if (!is_placed(g) && dated(g)) {
        r.worth[g] = scores.urgency(days(p_->own_due(g)) - 1 - days(now_) - length_to(g));
        if (least < 0 || r.worth[g] < least) least = r.worth[g];
      }
    const double undated = scores.urgency_without_date(least);
    for (std::uint32_t g = 0; g < p_->size(); ++g)
      if (!is_placed(g))
        r.worth[g] =
            static_cast<double>(p_->own_priority(g)) / scores.effort(work_[g]) * (dated(g) ? r.worth[g] : undated);
    for (const std::uint32_t x : ready) {
      double best = 0;
      for (const priority::detail::target_reach& g : r.paths.reach(net, x)) {
        if (is_placed(g.target)) continue;
        const double worth = r.worth[g.target];
        double slack = g.target == x ? 0.0 : (length_to(g.target) - g.way) - r.paths.start_of(x);
        if (std::abs(slack) < critical_slack_) slack = 0;
        if (slack <= 0 || worth > best)
          best = std::max(best, worth * scores.share(slack, work_[g.target], length_to(g.target)));
      }
      r.score[x] = best;
    }
  }
  /// W of every target behind i loses its share.
  void placed(std::uint32_t i, const offer&) override {
    for (const priority::detail::target_reach& g : rankings_[0].paths.reach(network{*this}, i))
      if (g.target != i) set(work_[g.target], work_[g.target] - p_->length(i));
  }

  bool offer_resources(std::uint32_t i) {
    if (p_->milestone(i)) {
      place(i, {now_, now_, no_index});
      return true;
    }
    std::uint32_t first = no_index;
    if (p_->automatic(i)) {
      bool any = false;
      for (const std::uint32_t r : p_->candidates(i)) {
        if (!free_today(r)) continue;
        if (first == no_index) first = r;
        any = any || !kept_for_another(r, i);
      }
      if (!any) return false;
    } else {
      first = p_->needs(i)[0].resource;
      for (const resource_units& q : p_->needs(i))
        if (kept_for_another(q.resource, i)) return false;
    }
    if (log_.depth() == 0 && settings_.rollout_enabled && better_left(i, first)) return false;
    if (barred_ == i && now_ == p_->now()) return false;
    place(i, p_->automatic(i) ? choose(i) : explicit_offer(i, now_));
    return true;
  }

  /// The candidate that completes i first; among equals one that nobody waits for.
  offer choose(std::uint32_t i) {
    std::vector<std::uint32_t> free = lists_.take();
    for (const std::uint32_t r : p_->candidates(i))
      if (free_today(r) && !kept_for_another(r, i)) free.push_back(r);
    std::ranges::sort(free);  // order of the configuration
    instant end = instant::infinity();
    for (const std::uint32_t r : free) end = std::min(end, work_end(i, r, now_));
    std::erase_if(free, [&](std::uint32_t r) { return work_end(i, r, now_) != end; });
    std::uint32_t best = free.front();
    if (settings_.prefer_fungible_resources && free.size() > 1) {
      std::size_t fewest = std::numeric_limits<std::size_t>::max();
      for (const std::uint32_t r : free) {
        const std::size_t n = exclusive_tasks(r, end);
        if (n < fewest) {
          fewest = n;
          best = r;
        }
      }
      if (fewest > 0 && settings_.rollout_enabled && log_.depth() == 0) best = simulate_choices(i, free, end);
    }
    lists_.give(std::move(free));
    return {now_, end, best};
  }
  /// Milestones list resources that they will not use.
  [[nodiscard]] bool lists(std::uint32_t j, std::uint32_t r) const {
    return !p_->automatic(j) && !p_->milestone(j) && std::ranges::find(p_->listed(j), r) != p_->listed(j).end();
  }
  [[nodiscard]] std::size_t exclusive_tasks(std::uint32_t r, instant end) const {
    std::size_t n = 0;
    for (std::uint32_t j = 0; j < p_->size(); ++j)
      if (!is_placed(j) && lists(j, r) && eligible_day(j) < end) ++n;
    return n;
  }
  std::uint32_t simulate_choices(std::uint32_t i, std::span<const std::uint32_t> tied, instant end) {
    instant horizon = end;
    for (std::uint32_t j = 0; j < p_->size(); ++j)
      if (!is_placed(j) && std::ranges::any_of(tied, [&](std::uint32_t r) { return lists(j, r); }) &&
          p_->release(j) > now_ && p_->release(j) < horizon + static_cast<std::int64_t>(day_limit_))
        horizon = std::max(horizon, p_->release(j));
    horizon = std::min(horizon, now_ + static_cast<std::int64_t>(fungible_limit_));
    std::uint32_t best = tied.front();
    double least = std::numeric_limits<double>::infinity();
    for (const std::uint32_t r : tied) {
      const double cost = scenario(horizon, [&] { place(i, {now_, work_end(i, r, now_), r}); });
      if (cost < least) {
        least = cost;
        best = r;
      }
    }
    return best;
  }

  /// Whether resource r of task i should rather wait for something critical to a more attractive target.
  bool better_left(std::uint32_t i, std::uint32_t r) {
    const instant end = now_ + whole(i);
    ranking& ranked = rankings_[0];
    const double threshold = ranked.score[i] * settings_.rollout_score_ratio_threshold;
    std::vector<std::uint32_t> targets = lists_.take();
    for (std::uint32_t g = 0; g < p_->size(); ++g)
      if (!is_placed(g) && ranked.worth[g] > threshold) targets.push_back(g);
    std::ranges::stable_sort(targets,
                             [&](std::uint32_t a, std::uint32_t b) { return ranked.worth[a] > ranked.worth[b]; });
    std::uint32_t first = no_index;
    instant horizon = instant::minus_infinity();
    const auto consider = [&](std::uint32_t x, double slack) {
      if (!(std::abs(slack) < critical_slack_) || x == i || p_->milestone(x) || !p_->can_use(x, r)) return true;
      const instant day = eligible_day(x);
      if (day >= end) return day != instant::infinity();
      if (first == no_index) first = x;
      horizon = std::max(horizon, day + whole(x));
      return false;
    };
    for (const std::uint32_t g : targets) {
      if (ranked.paths.alone(g)) consider(g, 0.0);
      else ranked.paths.each_on_the_way(network{*this}, g, consider);
    }
    lists_.give(std::move(targets));
    if (first == no_index) return false;
    horizon = std::min(horizon, now_ + reach_);
    const double placed_cost = scenario(horizon, [&] {
      lines_.take(r, {now_, end + 1}, 1, log_);
      const offer w{now_, end, no_index};
      set(start_[i], now_);
      place_without_booking(i, w);
    });
    const double skipped_cost = scenario(horizon, [&] { set(barred_, i); });
    scenarios_ += 2;
    if (!(skipped_cost < placed_cost)) return false;
    reserved_for_[r] = first;
    reserved_on_[r] = now_;
    return true;
  }
  void place_without_booking(std::uint32_t i, const offer& w) {
    set(finish_[i], w.complete + p_->tail());
    for (const roadmap_arc& a : p_->successors(i)) set(waiting_[a.task], waiting_[a.task] - 1);
    placed(i, w);
  }

  template <class F>
  double scenario(instant horizon, F change) {
    const checkpoint m = mark();
    set(horizon_, horizon);
    change();
    while (place_next()) {
    }
    const double cost = cost_at(horizon);
    rewind(m);
    return cost;
  }
  [[nodiscard]] double cost_at(instant horizon) const {
    double sum = 0;
    const double h = days(horizon);
    for (std::uint32_t i = 0; i < p_->size(); ++i) {
      const auto p = static_cast<double>(p_->own_priority(i));
      const bool dated = p_->own_due(i).is_finite();
      const double due = dated ? days(p_->own_due(i)) - 1 : 0;
      if (is_placed(i)) {
        if (p_->fixed(i)) continue;
        const double end = days(finish_[i]) - 1;
        sum += end * (p / 100.0);
        if (dated) sum += std::max(0.0, end - due) * p * 10.0;
        continue;
      }
      if (p_->release(i) > horizon || waiting_[i] != 0 || p_->follows_completed(i)) continue;
      bool ready = true;
      for (const roadmap_arc& a : p_->predecessors(i)) ready = ready && day_after(a) <= horizon;
      if (!ready) continue;
      const double m = !dated ? 1.0 : due <= 0 ? 10.0 : std::min(10.0 / std::max(due, 1.0), 10.0);
      sum += m * (p / 100.0) * h;
      if (dated) sum += std::max(0.0, h + static_cast<double>(whole(i).count()) - due) * p * 10.0;
    }
    return sum;
  }

  /// Lists for the nested loops, kept between uses.
  class pool {
  public:
    [[nodiscard]] std::vector<std::uint32_t> take() {
      if (free_.empty()) return {};
      std::vector<std::uint32_t> list = std::move(free_.back());
      free_.pop_back();
      list.clear();
      return list;
    }
    void give(std::vector<std::uint32_t>&& list) { free_.push_back(std::move(list)); }

  private:
    std::vector<std::vector<std::uint32_t>> free_;
  };

  const attractiveness_settings& settings_;
  instant horizon_;
  duration reach_{};
  std::array<ranking, 2> rankings_;
  std::vector<double> work_;  ///< by target: sum of durations on the way to it
  std::vector<std::uint32_t> reserved_for_;
  std::vector<instant> reserved_on_;
  std::uint32_t barred_ = no_index;
  std::uint64_t scenarios_ = 0;
  pool lists_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
