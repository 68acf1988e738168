// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_ROADMAP_LOOKAHEAD_HPP
#define SCHED_SOLVE_DETAIL_ROADMAP_LOOKAHEAD_HPP

/// \file
/// The look-ahead of roadmaps as branching states: greedy, and greedy that may leave a resource to something more
/// urgent, in the library's own way and in the two ways of the reference.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/solve/detail/roadmap_state.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Who a task would be left for.
struct roadmap_competitor {
  std::uint32_t task = no_index;
  instant release{};
};

/// What the look-aheads share: the decision that the state stands before, its competitors, its record.
class lookahead_state : public roadmap_state {
public:
  using choice = roadmap_choice;

  lookahead_state(std::shared_ptr<const roadmap_context> context, priority::any_rule rule)
      : roadmap_state(std::move(context), std::move(rule)) {
    const auto& a = o_->lookahead;
    const auto& days = o_->algorithm == roadmap_algorithm::critical_path ? o_->attractiveness.rollout_max_horizon_days
                                                                         : a.max_horizon_days;
    reach_ = days ? duration(*days) * p_->day().count() : duration::infinity();
    if (p_->mode() == roadmap_mode::compatible_floor && reach_ == 0) reach_ = duration::infinity();
  }

  /// The record of the decision that `choices` found last, without costs.
  [[nodiscard]] roadmap_decision decision() const {
    const std::uint32_t i = found_task_;
    roadmap_decision d;
    d.at = now_;
    d.task = p_->position(i);
    d.priority = context_->dates.priority[i];
    d.critical_ratio = plain_ratio(i, now_);
    if (rival_.task != no_index) {
      d.competitor = p_->position(rival_.task);
      d.competitor_priority = context_->dates.priority[rival_.task];
      d.competitor_critical_ratio = plain_ratio(rival_.task, now_);
      d.competitor_release = rival_.release;
    }
    return d;
  }

protected:
  /// (due − t) / max(duration, 1), a constant for tasks without due date.
  [[nodiscard]] double plain_ratio(std::uint32_t i, instant t) const {
    const instant due = context_->dates.due[i];
    if (!due.is_finite()) return o_->urgency.default_cr_floor;
    return static_cast<double>((due - p_->tail() - t).count()) / std::max(p_->length(i), 1.0);
  }
  [[nodiscard]] bool urgent_enough(std::uint32_t i) const {
    return context_->dates.priority[i] < o_->lookahead.priority_threshold ||
           plain_ratio(i, now_) > o_->lookahead.cr_relaxed_threshold;
  }
  /// Whether o is so much more important or urgent than i, of which the ratio is given, that i might be left for it.
  [[nodiscard]] bool outranks(std::uint32_t o, std::uint32_t i, double ratio) const {
    const std::int64_t gap = o_->lookahead.min_priority_gap;
    const std::int64_t other = context_->dates.priority[o];
    const std::int64_t own = context_->dates.priority[i];
    if (other >= own + gap) return true;
    return other >= own - gap && ratio - plain_ratio(o, now_) >= o_->lookahead.min_cr_urgency_gap;
  }
  bool beyond(instant next) const override { return log_.depth() != 0 && next > horizon_; }
  void set_aside(std::uint32_t i) { push(skipped_, skipped_size_, i); }

  duration reach_{};  ///< longest horizon of a scenario
  instant horizon_ = instant::infinity();
  roadmap_competitor rival_{};
};

/// Bounded rollout as the reference does it: closed days, whole simulations from the first day's state, scores in
/// floating point. Section by section the behaviour of its two flavours, `floor` and `ceil`.
class compatible_rollout final : public lookahead_state {
public:
  using lookahead_state::lookahead_state;

  void choices(std::vector<choice>& out) {
    if (!found_ || log_.depth() != 0) return;
    const std::uint32_t i = found_task_;
    if (asking_) {
      out.push_back({choice::kind::take, i, {}, std::min(found_complete_, now_ + reach_)});
      out.push_back({choice::kind::wait, i, {}, std::min(best_start_, now_ + reach_)});
      return;
    }
    const instant horizon = std::min(found_complete_, now_ + reach_);
    out.push_back({choice::kind::place, i, {}, horizon});
    if (find_rival(i)) out.push_back({choice::kind::skip, i, {}, horizon});
  }

  void take(const choice& x) {
    const std::uint32_t i = x.task;
    if (log_.depth() == 0) {
      asking_ = false;
      switch (x.what) {
        case choice::kind::take: return;  // still before it, now as an ordinary placement
        case choice::kind::place: step(); return;
        case choice::kind::skip:
        case choice::kind::wait:
          found_ = false;
          set_aside(i);
          seek();
          return;
      }
      return;
    }
    set(horizon_, x.horizon);
    const bool placing = x.what == choice::kind::place || x.what == choice::kind::take;
    if (!floor()) set(score_, 0.0);
    if (placing && floor()) {
      place_found();
    } else {
      found_ = false;
      push(pending_, pending_size_, i);
      if (!placing) {
        set(barred_task_, i);
        set(barred_day_, now_);
      }
    }
    // A simulation looks at everybody anew.
    interrupt_pass();
    while (dozing_size_ != 0) {
      const std::uint32_t j = dozing_[dozing_size_ - 1];
      stop_dozing(j);
      push(pending_, pending_size_, j);
    }
    start_pass();
    seek();
  }
  void step() {
    asking_ = false;
    roadmap_state::step();
  }

  /// Of the scenario that has reached its horizon.
  [[nodiscard]] double score() const {
    double sum = score_;
    const double horizon = days_from_first(horizon_);
    const instant first = p_->now();
    for (std::size_t w = 0; w < open_.size(); ++w)
      for (std::uint64_t bits = open_[w]; bits != 0; bits &= bits - 1) {
        const auto i = static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
        if (p_->release(i) > horizon_) continue;
        const double p = context_->weights[i];
        const double urgency = std::min(10.0 / std::max(plain_ratio(i, first), 0.1), 100.0);
        sum += product(product(horizon, p / 100.0), urgency);
        const instant end = horizon_ + p_->work(i) - p_->unfilled(i);
        if (context_->dates.due[i].is_finite() && end > last_day(i)) sum += lateness(end, i, p);
      }
    return sum;
  }

private:
  [[nodiscard]] bool floor() const noexcept { return p_->mode() == roadmap_mode::compatible_floor; }
  [[nodiscard]] static double product(double a, double b) noexcept {
    return std::fma(a, b, 0.0);
  }  // never fused further
  [[nodiscard]] double days_from_first(instant t) const { return static_cast<double>((t - p_->now()).count()); }
  [[nodiscard]] instant last_day(std::uint32_t i) const { return context_->dates.due[i] - p_->tail(); }
  [[nodiscard]] double lateness(instant end, std::uint32_t i, double p) const {
    return product(product(static_cast<double>((end - last_day(i)).count()), p), 10.0);
  }

  busy_answer when_busy(std::uint32_t i, const offer& best, const offer& free) override {
    if (log_.depth() != 0) return busy_answer::take_free;
    if (!floor()) return busy_answer::sleep_until_best;
    if (free.start != now_) return busy_answer::sleep_until_any;
    stand_before(i, free);
    asking_ = true;
    best_start_ = best.start;
    return busy_answer::ask;
  }
  bool barred(std::uint32_t i) override {
    if (log_.depth() == 0 || i != barred_task_ || now_ != barred_day_) return false;
    set_aside(i);
    return true;
  }
  instant next_day(instant next) override { return skipped_size_ == 0 ? next : next_event(); }
  void placed(std::uint32_t i, const offer& w) override {
    if (!floor() && log_.depth() == 0) return;
    const double p = context_->weights[i];
    double sum = score_ + product(days_from_first(w.start), p / 100.0);
    if (context_->dates.due[i].is_finite() && w.complete > last_day(i)) sum += lateness(w.complete, i, p);
    set(score_, sum);
  }

  /// When o could start at the earliest; +∞ when that cannot be told.
  [[nodiscard]] instant eligible_day(std::uint32_t o) const {
    if (p_->waits_for_nothing(o)) return instant::infinity();
    instant x = std::max(now_, p_->release(o));
    for (const roadmap_arc& a : p_->predecessors(o)) {
      if (is_placed(a.task)) {
        x = std::max(x, finish_[a.task] + a.lag);
        continue;
      }
      const std::uint32_t q = a.task;
      if (!floor() || waiting_[q] != 0) return instant::infinity();
      instant start = std::max(now_, p_->release(q));
      for (const roadmap_arc& b : p_->predecessors(q)) start = std::max(start, finish_[b.task] + b.lag);
      x = std::max(x, start + p_->work(q) - p_->unfilled(q) + 1 + a.lag);
    }
    return x;
  }
  bool find_rival(std::uint32_t i) {
    rival_ = {};
    if (p_->milestone(i) || !urgent_enough(i)) return false;
    rivals_.clear();
    const double ratio = plain_ratio(i, now_);
    for (std::uint32_t o = 0; o < p_->size(); ++o)
      if (o != i && !is_placed(o) && outranks(o, i, ratio) && eligible_day(o) < found_complete_)
        rivals_.push_back(task_id(o));
    if (rivals_.empty()) return false;
    std::size_t first = 0;
    if (rivals_.size() > 1) {
      rival_keys_.resize(rivals_.size());
      const rule_view v = context_->view();
      rule_.keys({v, *this, now_, rivals_}, rival_keys_);
      first = priority::smallest(rival_keys_);
    }
    const auto o = static_cast<std::uint32_t>(rivals_[first].index());
    rival_ = {o, eligible_day(o)};
    return true;
  }

  double score_ = 0;
  bool asking_ = false;
  instant best_start_{};
  std::uint32_t barred_task_ = no_index;
  instant barred_day_{};
  std::vector<task_id> rivals_;
  std::vector<double> rival_keys_;
};

/// The library's own rollout: exact costs, releases computed on real calendars, and progress guaranteed.
class native_rollout final : public lookahead_state {
public:
  native_rollout(std::shared_ptr<const roadmap_context> context, priority::any_rule rule, bool rerank)
      : lookahead_state(std::move(context), std::move(rule)) {
    rerank_ = rerank;
    const std::size_t n = p_->size();
    using enum lookahead_settings::width;
    full_ = o_->lookahead.ahead == full || (o_->lookahead.ahead == automatic && n <= o_->lookahead.full_up_to);
    bar_day_.assign(n, instant::minus_infinity());
    bar_until_.assign(n, instant::minus_infinity());
    first_bar_.assign(n, instant::infinity());
    estimate_.resize(n);
    estimate_round_.assign(n, 0);
    forward_.resize(n);
  }

  void choices(std::vector<choice>& out) {
    if (!found_) return;
    const std::uint32_t i = found_task_;
    if (asking_) {
      const instant horizon = limited(std::max(found_complete_, best_complete_) + p_->tail());
      out.push_back({choice::kind::wait, i, best_start_, horizon});
      out.push_back({choice::kind::take, i, {}, horizon});
      return;
    }
    out.push_back({choice::kind::place, i, {}, instant::infinity()});
    if (p_->milestone(i) || now_ - first_bar_[i] >= reach_) return;
    const instant horizon = find_rival(i);
    if (rival_.task == no_index) return;
    out.back().horizon = horizon;
    out.push_back({choice::kind::skip, i, rival_.release, horizon});
  }

  void take(const choice& x) {
    const std::uint32_t i = x.task;
    if (log_.depth() != 0) {
      set(horizon_, x.horizon);
      set(decided_at_, placed_count());
      set(decided_now_, now_);
    }
    set(asking_, false);
    switch (x.what) {
      case choice::kind::place: step(); return;
      case choice::kind::take:
        if (log_.depth() != 0) step();
        return;  // otherwise still before it, now as an ordinary placement
      case choice::kind::wait: {
        found_ = false;
        offer best;
        best.start = best_start_;
        best.complete = best_complete_;
        best.resource = best_resource_;
        doze(i, best);
        break;
      }
      case choice::kind::skip:
        found_ = false;
        set(bar_day_[i], now_);
        set(bar_until_[i], x.until);
        if (first_bar_[i] == instant::infinity()) set(first_bar_[i], now_);
        if (log_.depth() != 0) {
          leave_doze(i);
          sleep(i, x.until);  // a scenario asks it again only then
        } else {
          leave_doze(i);
          set_aside(i);
        }
        break;
    }
    seek();
  }
  void step() {
    set(asking_, false);
    roadmap_state::step();
  }

  /// Σ priority · (finish + 100 · tardiness) over the tasks that were not placed at the decision; those that are still
  /// not placed are estimated by their critical path behind the horizon. Own priorities and due dates.
  [[nodiscard]] int128 cost() const {
    const instant from = horizon_.is_finite() ? std::max(horizon_, now_) : now_;
    int128 sum = 0;
    for (const std::uint32_t i : context_->dates.order) {
      instant f = finish_[i];
      if (is_placed(i)) {
        if (rank_of(i) < decided_at_) continue;
      } else {
        f = std::max(from, p_->release(i));
        for (const roadmap_arc& a : p_->predecessors(i))
          f = std::max(f, (is_placed(a.task) ? finish_[a.task] : forward_[a.task]) + a.lag);
        f = f + p_->work(i) + p_->tail();
        forward_[i] = f;
      }
      const duration late = p_->own_due(i).is_finite() ? f - p_->own_due(i) : duration(0);
      const int128 value = int128{(f - decided_now_).count()} + int128{100} * std::max<duration>(late, 0).count();
      sum += value * p_->own_priority(i);
    }
    return sum;
  }

private:
  [[nodiscard]] instant limited(instant horizon) const { return std::min(horizon, now_ + reach_); }
  void leave_doze(std::uint32_t i) {
    if (is_dozing(i)) stop_dozing(i);
  }

  busy_answer when_busy(std::uint32_t i, const offer& best, const offer& free) override {
    if (o_->lookahead.compare_resources && o_->placement == roadmap_placement::wait && log_.depth() == 0 &&
        free.start == now_) {
      stand_before(i, free);
      set(asking_, true);
      set(best_start_, best.start);
      set(best_complete_, best.complete);
      set(best_resource_, best.resource);
      return busy_answer::ask;
    }
    return roadmap_state::when_busy(i, best, free);
  }
  bool barred(std::uint32_t i) override {
    if (bar_day_[i] != now_) return false;
    set_aside(i);
    return true;
  }
  instant next_day(instant next) override {
    for (std::size_t k = 0; k < skipped_size_; ++k) next = std::min(next, bar_until_[skipped_[k]]);
    return next;
  }

  /// Earliest release of a competitor, and the horizon that shows them all at work.
  instant find_rival(std::uint32_t i) {
    rival_ = {};
    if (!full_ && !urgent_enough(i)) return {};
    ++round_;
    const instant f = found_complete_ + p_->tail();
    instant horizon = f;
    const double ratio = plain_ratio(i, now_);
    for (std::uint32_t o = 0; o < p_->size(); ++o) {
      if (o == i || is_placed(o) || p_->release(o) >= f) continue;
      if (!full_ && !outranks(o, i, ratio)) continue;
      if (p_->milestone(o) || p_->waits_for_nothing(o) || !shares(o, i)) continue;
      const instant x = release_of(o, i, f);
      if (x <= now_ || x >= f) continue;
      horizon = std::max(horizon, x + p_->work(o) + p_->tail());
      if (rival_.task == no_index || x < rival_.release) rival_ = {o, x};
    }
    return full_ ? instant::infinity() : limited(horizon);
  }
  /// Whether o can use something that i is about to take.
  [[nodiscard]] bool shares(std::uint32_t o, std::uint32_t i) const {
    if (found_resource_ != no_index) return p_->can_use(o, found_resource_);
    return std::ranges::any_of(p_->needs(i), [&](const resource_units& q) { return p_->can_use(o, q.resource); });
  }
  /// When o could start but for the resources of i; +∞ when it waits for i or not before `limit`.
  [[nodiscard]] instant release_of(std::uint32_t o, std::uint32_t i, instant limit) {
    instant x = start_bound(o, i, limit);
    if (x >= limit || p_->automatic(o)) return x;
    for (const resource_units& q : p_->needs(o)) {
      const bool contested = found_resource_ != no_index
                                 ? q.resource == found_resource_
                                 : std::ranges::any_of(p_->needs(i), [&](const resource_units& own) {
                                     return own.resource == q.resource;
                                   });
      if (!contested) x = std::max(x, lines_.next_workable(q.resource, now_, q.units));
    }
    return x;
  }
  /// Release date and dependencies of o; the finishes of dependencies that are not placed are estimated on the present
  /// calendars, once per decision.
  [[nodiscard]] instant start_bound(std::uint32_t o, std::uint32_t i, instant) {
    // Depth first, without recursion: chains may be long.
    const auto known = [&](std::uint32_t q) { return is_placed(q) || q == i || estimate_round_[q] == round_; };
    const auto bound = [&](std::uint32_t q) {
      instant x = std::max(now_, p_->release(q));
      for (const roadmap_arc& a : p_->predecessors(q)) {
        const instant f = a.task == i ? instant::infinity() : is_placed(a.task) ? finish_[a.task] : estimate_[a.task];
        x = std::max(x, f + a.lag);
      }
      return p_->waits_for_nothing(q) ? instant::infinity() : x;
    };
    stack_.assign(1, o);
    while (true) {
      const std::uint32_t q = stack_.back();
      bool ready = true;
      for (const roadmap_arc& a : p_->predecessors(q))
        if (!known(a.task)) {
          stack_.push_back(a.task);
          ready = false;
        }
      if (!ready) continue;
      const instant x = bound(q);
      if (q == o && stack_.size() == 1) return x;
      stack_.pop_back();
      if (estimate_round_[q] == round_) continue;
      estimate_round_[q] = round_;
      const offer w = x == instant::infinity() ? offer{} : earliest(q, x);
      estimate_[q] = w.complete == instant::infinity() ? instant::infinity() : w.complete + p_->tail();
    }
  }

  bool full_ = false;
  bool asking_ = false;
  instant best_start_{}, best_complete_{};
  std::uint32_t best_resource_ = no_index;
  std::vector<instant> bar_day_, bar_until_, first_bar_;
  std::size_t decided_at_ = 0;
  instant decided_now_{};
  // Scratch of one decision.
  std::uint64_t round_ = 0;
  std::vector<instant> estimate_;
  std::vector<std::uint64_t> estimate_round_;
  std::vector<std::uint32_t> stack_;
  mutable std::vector<instant> forward_;
};

/// Both scenarios of a decision go to the horizon that the choice carries; the state ends them.
struct compatible_policy {
  using cost = double;
  bool begin(const compatible_rollout&, std::span<const roadmap_choice>) { return true; }
  bool finished(const compatible_rollout&) { return false; }
  cost cost_of(const compatible_rollout& s) { return s.score(); }
};
struct native_policy {
  using cost = int128;
  bool begin(const native_rollout&, std::span<const roadmap_choice>) { return true; }
  bool finished(const native_rollout&) { return false; }
  cost cost_of(const native_rollout& s) { return s.cost(); }
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
