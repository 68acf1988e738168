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
    rank_.resize(n);
    for (std::uint32_t k = 0; k < n; ++k) rank_[context_->dates.order[k]] = k;
    for (priority::target_paths& t : paths_) t.reset(rank_);
    for (cache& c : caches_) {
      c.paths.resize(n);
      c.stamp.assign(n, 0);
    }
    change_.assign(n, 1);
    worth_.resize(n);
    score_.resize(n);
    mark_.assign(n, 0);
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

  void solve() {
    begin();
    loop();
  }

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

  /// Places task after task until nothing happens before the horizon.
  void loop() {
    while (now_ <= horizon_ && !(log_.depth() == 0 && o_->watch.stopped())) {
      if (somebody_is_free() && place_best()) continue;
      const instant next = next_day_of_interest();
      if (next == instant::infinity() || next > horizon_) return;
      set(now_, next);
      if (log_.depth() == 0) lines_.forget(now_);
    }
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
      score(ready);
      std::ranges::stable_sort(ready, [&](std::uint32_t a, std::uint32_t b) { return score_[a] > score_[b]; });
      for (const std::uint32_t i : ready)
        if (offer_resources(i)) {
          done = true;
          break;
        }
    }
    lists_.give(std::move(ready));
    return done;
  }

  /// Scores of targets into `worth_`, of the given tasks into `score_`.
  void score(std::span<const std::uint32_t> ready) {
    double total = 0;
    std::size_t left = 0;
    for (std::uint32_t g = 0; g < p_->size(); ++g)
      if (!is_placed(g)) {
        total += path(g).work;
        ++left;
      }
    const priority::target_scores scores{settings_, total / static_cast<double>(left)};
    double least = -1;
    const auto dated = [&](std::uint32_t g) { return p_->own_due(g).is_finite(); };
    for (std::uint32_t g = 0; g < p_->size(); ++g)
      if (!is_placed(g) && dated(g)) {
        worth_[g] = scores.urgency(days(p_->own_due(g)) - 1 - days(now_) - path(g).length);
        if (least < 0 || worth_[g] < least) least = worth_[g];
      }
    ++round_;
    for (const std::uint32_t i : ready) {
      mark_[i] = round_;
      score_[i] = 0;
    }
    for (std::uint32_t g = 0; g < p_->size(); ++g) {
      if (is_placed(g)) continue;
      const priority::target_path& t = path(g);
      const double urgency = dated(g) ? worth_[g] : scores.urgency_without_date(least);
      worth_[g] = static_cast<double>(p_->own_priority(g)) / scores.effort(t.work) * urgency;
      for (const priority::path_member& m : t.members)
        if (mark_[m.task] == round_)
          score_[m.task] = std::max(score_[m.task], worth_[g] * scores.share(m.slack, t.work, t.length));
    }
  }

  struct network {
    const compatible_critical_path& self;
    template <class F>
    void each_predecessor(std::uint32_t i, F f) const {
      for (const roadmap_arc& a : self.p_->predecessors(i))
        if (!self.is_placed(a.task)) f(a.task, a.days);
    }
    [[nodiscard]] double work(std::uint32_t i) const { return self.p_->length(i); }
    [[nodiscard]] double length(std::uint32_t i) const { return self.p_->length(i); }
    [[nodiscard]] double ready(std::uint32_t i) const {
      double at = 0;
      for (const roadmap_arc& a : self.p_->predecessors(i))
        if (self.is_placed(a.task)) at = std::max(at, self.end_of(a.task) + a.days);
      return at;
    }
  };
  struct cache {
    std::vector<priority::target_path> paths;
    std::vector<std::uint64_t> stamp;  ///< the change that a path was computed for
  };
  /// The path to g as things stand. Branches keep theirs apart, so that coming back costs nothing.
  const priority::target_path& path(std::uint32_t g) {
    if (caches_[0].stamp[g] == change_[g]) return caches_[0].paths[g];
    const std::size_t k = log_.depth() == 0 ? 0 : 1;
    cache& c = caches_[k];
    if (c.stamp[g] != change_[g]) {
      paths_[k].find(
          network{*this}, g, [](std::uint32_t) { return true; }, c.paths[g]);
      c.stamp[g] = change_[g];
    }
    return c.paths[g];
  }
  void placed(std::uint32_t i, const offer&) override {
    const std::uint64_t stamp = ++changes_;
    std::vector<std::uint32_t> stack = lists_.take();
    stack.push_back(i);
    ++round_;
    while (!stack.empty()) {
      const std::uint32_t g = stack.back();
      stack.pop_back();
      set(change_[g], stamp);
      for (const roadmap_arc& a : p_->successors(g))
        if (mark_[a.task] != round_ && !is_placed(a.task)) {
          mark_[a.task] = round_;
          stack.push_back(a.task);
        }
    }
    lists_.give(std::move(stack));
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
  [[nodiscard]] bool lists(std::uint32_t j, std::uint32_t r) const {
    return !p_->automatic(j) && std::ranges::find(p_->listed(j), r) != p_->listed(j).end();
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
    const double threshold = score_[i] * settings_.rollout_score_ratio_threshold;
    std::vector<std::uint32_t> targets = lists_.take();
    for (std::uint32_t g = 0; g < p_->size(); ++g)
      if (!is_placed(g) && worth_[g] > threshold) targets.push_back(g);
    std::ranges::stable_sort(targets, [&](std::uint32_t a, std::uint32_t b) { return worth_[a] > worth_[b]; });
    std::uint32_t first = no_index;
    instant horizon = instant::minus_infinity();
    for (const std::uint32_t g : targets)
      for (const priority::path_member& m : path(g).members) {
        const std::uint32_t x = m.task;
        if (!(std::abs(m.slack) < critical_slack_) || x == i || p_->milestone(x) || !p_->can_use(x, r)) continue;
        const instant day = eligible_day(x);
        if (day == instant::infinity()) break;
        if (day >= end) continue;
        if (first == no_index) first = x;
        horizon = std::max(horizon, day + whole(x));
        break;
      }
    lists_.give(std::move(targets));
    if (first == no_index) return false;
    horizon = std::min(horizon, now_ + reach_);
    // The scores of this pass are needed after the scenarios.
    const std::vector<double> worth = worth_;
    const std::vector<double> score = score_;
    const double placed_cost = scenario(horizon, [&] {
      lines_.take(r, {now_, end + 1}, 1, log_);
      const offer w{now_, end, no_index};
      set(start_[i], now_);
      place_without_booking(i, w);
    });
    const double skipped_cost = scenario(horizon, [&] { set(barred_, i); });
    scenarios_ += 2;
    worth_ = worth;
    score_ = score;
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
    loop();
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
  std::vector<std::uint32_t> rank_;
  std::array<priority::target_paths, 2> paths_;
  std::array<cache, 2> caches_;
  std::vector<std::uint64_t> change_;  ///< stamp of the last placement on the way to each target
  std::uint64_t changes_ = 1;
  std::vector<double> worth_, score_;
  std::vector<std::uint64_t> mark_;
  std::uint64_t round_ = 0;
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
