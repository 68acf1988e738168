// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_ROADMAP_STATE_HPP
#define SCHED_SOLVE_DETAIL_ROADMAP_STATE_HPP

/// \file
/// A roadmap being scheduled day by day: what is placed, who waits for what, and how a branch is taken back.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/core/trail.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_problem.hpp>
#include <sched/model/roadmap_result.hpp>
#include <sched/priority/any_rule.hpp>
#include <sched/priority/rule.hpp>
#include <sched/solve/roadmap_due_dates.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// What never changes while a roadmap is scheduled; shared by all copies of a state.
struct roadmap_context {
  const roadmap_problem* problem;
  const roadmap_options* options;
  roadmap_due_dates dates{};
  std::vector<double> weights{};  ///< inherited priorities
  project rules_view{};           ///< the roadmap as rules see it: durations, lags, dates
  critical_path windows{};

  roadmap_context(const roadmap_problem& p, const roadmap_options& o) : problem(&p), options(&o) {
    dates = find_due_dates(p, o);
    if (!dates.cycle.empty()) return;
    // Target attractiveness does not inherit: a task is worth what it serves.
    const bool own = o.algorithm == roadmap_algorithm::critical_path;
    for (std::size_t i = 0; i < p.size(); ++i)
      weights.push_back(static_cast<double>(own ? p.own_priority(i) : dates.priority[i]));
    project_builder b;
    const auto within = [](instant t) {
      return std::clamp<instant>(t, -project_builder::limit, project_builder::limit);
    };
    for (std::size_t i = 0; i < p.size(); ++i) {
      task_dates d;
      if (p.release(i).is_finite() && !p.fixed(i)) d.release = within(p.release(i));
      if (const instant due = own ? p.own_due(i) : dates.due[i]; due.is_finite()) d.due = within(due - p.tail());
      if (p.fixed(i)) d.fixed_start = within(p.fixed_stay(i).start);
      b.add_task({.work = p.work(i), .dates = d});
    }
    for (std::size_t i = 0; i < p.size(); ++i)
      for (const roadmap_arc& a : p.predecessors(i))
        b.add_precedence(task_id(a.task), task_id(i),
                         {.lag = std::clamp<duration>(a.lag, -(std::int64_t{1} << 40), std::int64_t{1} << 40)});
    rules_view = b.build();
    windows = find_critical_path(rules_view);
  }
  [[nodiscard]] rule_view view() const noexcept {
    return {.problem = rules_view,
            .windows = windows,
            .lengths = problem->native() ? std::span<const double>() : problem->lengths(),
            .weights = weights};
  }
};

/// One way to go on at a decision of the look-ahead.
struct roadmap_choice {
  enum class kind : std::uint8_t {
    place,  ///< the task, now
    skip,   ///< leave its resource to something more urgent
    take,   ///< start on the best resource that is free now (and perhaps leave that, too)
    wait    ///< for the best resource
  };
  kind what = kind::place;
  std::uint32_t task = 0;
  instant until{};    ///< skip: the task is barred until then
  instant horizon{};  ///< how far a scenario of this choice goes
};

/// The part of a state that a mark simply copies.
struct roadmap_scalars {
  instant now_{};
  bool over_ = false;
  // The placement that the state stands before.
  bool found_ = false;
  std::uint32_t found_task_ = 0, found_resource_ = no_index;
  instant found_start_{}, found_complete_{};
  std::size_t pass_pos_ = 0, pass_end_ = 0, arena_ = 0;
  bool placed_in_pass_ = false;
  std::size_t pending_size_ = 0, dozing_size_ = 0, sleeping_size_ = 0, skipped_size_ = 0, agenda_size_ = 0,
              placed_count_ = 0;
};

/// The forward pass of a roadmap as a `rollout_state`. Time stands at a day; a pass offers every eligible task its
/// resources in the order of the rule; when a pass places nothing more, time moves to the next day on which something
/// can happen. Tasks whose resources are taken sleep until they come free, so quiet days cost nothing.
///
/// `step()` places one task; the state then stands before the next placement, or is done. All that changes is written
/// through a trail. Look-ahead (`find_choices`) belongs to derived classes.
class roadmap_state : public decision_state, protected roadmap_scalars {
public:
  struct checkpoint {
    trail::checkpoint log;
    roadmap_scalars scalars;
  };

  roadmap_state(std::shared_ptr<const roadmap_context> context, priority::any_rule rule)
      : context_(std::move(context)),
        p_(context_->problem),
        o_(context_->options),
        lines_(p_->timelines()),
        rule_(std::move(rule)) {
    const std::size_t n = p_->size();
    start_.assign(n, instant::infinity());
    finish_.assign(n, instant::infinity());
    chosen_.assign(n, no_index);
    waiting_.resize(n);
    ready_.resize(n);
    wake_.assign(n, instant::infinity());
    doze_at_.assign(n, no_index);
    doze_best_.assign(n, no_index);
    doze_version_.assign(n, 0);
    dozing_.resize(n);
    pending_.resize(2 * n);
    skipped_.resize(2 * n);
    version_.assign(p_->resource_count(), 0);
    agenda_.resize(n);
    sleeping_.resize(2 * n);
    placements_.resize(n);
    rank_.resize(n);
    open_.assign((n + 63) / 64, 0);
    rule_.prepare(context_->view());
  }

  /// Fixed tasks placed, everything else waiting, time at `now`; then to the first placement.
  void init() {
    begin();
    start_pass();
    seek();
  }

  [[nodiscard]] bool done() const noexcept { return over_; }
  /// Places the task that the state stands before. Precondition: !done().
  void step() {
    place_found();
    if (rerank_) interrupt_pass();
    seek();
  }
  [[nodiscard]] checkpoint mark() {
    const checkpoint m{log_.mark(), static_cast<const roadmap_scalars&>(*this)};
    arena_ = pass_end_;  // passes of the branch stand behind the one that it interrupts
    copied_ += sizeof(roadmap_scalars);
    return m;
  }
  void rewind(const checkpoint& m) noexcept {
    log_.rewind(m.log);
    static_cast<roadmap_scalars&>(*this) = m.scalars;
  }
  [[nodiscard]] std::uint64_t bytes_logged() const noexcept { return log_.bytes_written() + copied_; }

  [[nodiscard]] const roadmap_context& context() const noexcept { return *context_; }
  [[nodiscard]] const roadmap_problem& problem() const noexcept { return *p_; }
  [[nodiscard]] instant now() const noexcept { return now_; }
  [[nodiscard]] bool is_placed(std::size_t i) const noexcept { return finish_[i] != instant::infinity(); }
  [[nodiscard]] instant start_of(std::size_t i) const noexcept { return start_[i]; }
  [[nodiscard]] instant finish_of(std::size_t i) const noexcept { return finish_[i]; }
  /// Resource that the solver chose; `no_index` for explicit lists and milestones.
  [[nodiscard]] std::uint32_t chosen(std::size_t i) const noexcept { return chosen_[i]; }
  [[nodiscard]] const std::vector<roadmap_pass_over>& pass_overs() const noexcept { return pass_overs_; }
  /// Position of a placed task in the order of placement.
  [[nodiscard]] std::size_t rank_of(std::size_t i) const noexcept { return rank_[i]; }
  [[nodiscard]] std::size_t placed_count() const noexcept { return placed_count_; }
  /// Dependencies that are not placed.
  [[nodiscard]] std::size_t waiting_for(std::size_t i) const noexcept { return waiting_[i]; }

  // What rules may ask.
  std::span<const placed_task> placements() const override { return {placements_.data(), placed_count_}; }
  instant finish(task_id t) const override { return finish_[t.index()]; }
  instant earliest_by_precedence(task_id t) const override { return std::max(ready_[t.index()], now_); }
  instant earliest_start(task_id t) const override {
    return earliest(static_cast<std::uint32_t>(t.index()), earliest_by_precedence(t)).start;
  }
  instant earliest_start_after(task_id i, task_id j) const override {
    auto& self = const_cast<roadmap_state&>(*this);  // for a moment, and taken back exactly
    const trail::checkpoint m = self.log_.mark();
    const auto task = static_cast<std::uint32_t>(j.index());
    self.book(task, self.earliest(task, now_));
    const instant start = earliest_start(i);
    self.log_.rewind(m);
    return start;
  }

protected:
  /// Where a task would go.
  struct offer {
    instant start = instant::infinity();
    instant complete = instant::infinity();  ///< when its work is done
    std::uint32_t resource = no_index;       ///< automatic tasks
  };
  struct event {
    instant at{};
    std::uint32_t task = 0;
    [[nodiscard]] bool operator<(const event& o) const noexcept { return at != o.at ? at < o.at : task < o.task; }
  };

  void begin() {
    now_ = p_->now();
    lines_.forget(now_);
    for (std::size_t i = 0; i < p_->size(); ++i) {
      waiting_[i] = static_cast<std::uint32_t>(p_->predecessors(i).size()) + (p_->waits_for_nothing(i) ? 1U : 0U);
      ready_[i] = p_->release(i);
    }
    for (const std::uint32_t i : p_->fixed_tasks()) {
      start_[i] = p_->fixed_stay(i).start;
      finish_[i] = p_->fixed_stay(i).finish;
      record(i);
    }
    for (std::uint32_t i = 0; i < p_->size(); ++i)
      if (waiting_[i] == 0 && !is_placed(i)) open(i);
    for (const std::uint32_t i : p_->fixed_tasks()) release_successors(i);
  }

  // --- hooks of the look-ahead -----------------------------------------------------------------------------------
  /// What to do with an automatic task of which the best offer is not free now; `free`: the best of those that are.
  enum class busy_answer : std::uint8_t { sleep_until_best, sleep_until_any, take_free, reserve, ask };
  virtual busy_answer when_busy(std::uint32_t, const offer& /*best*/, const offer& /*free*/) {
    switch (o_->placement) {
      case roadmap_placement::wait: break;
      case roadmap_placement::now: return p_->native() ? busy_answer::take_free : busy_answer::sleep_until_best;
      case roadmap_placement::reserve: return p_->native() ? busy_answer::reserve : busy_answer::sleep_until_best;
    }
    return busy_answer::sleep_until_best;
  }
  /// Called for a task that is about to be offered its resources; true: pass it over.
  virtual bool barred(std::uint32_t) { return false; }
  /// The day to go to when tasks are set aside; at most `next`, which may be +∞.
  virtual instant next_day(instant next) { return next; }
  /// Called after a placement.
  virtual void placed(std::uint32_t, const offer&) {}
  /// True when the coming day is behind what a scenario looks at.
  virtual bool beyond(instant) const { return false; }

  // --- questions ---------------------------------------------------------------------------------------------------
  [[nodiscard]] instant work_end(std::uint32_t i, std::uint32_t r, instant from) const noexcept {
    return lines_.finish(r, from, p_->work(i), p_->units(i)) - p_->unfilled(i);
  }
  /// First instant from t on at which r can begin task i.
  [[nodiscard]] instant first_on(std::uint32_t i, std::uint32_t r, instant t) const noexcept {
    t = lines_.next_workable(r, t, p_->units(i));
    if (o_->min_first_chunk <= 0 || !p_->native()) return t;
    const duration chunk = std::min(o_->min_first_chunk, p_->work(i));
    while (t != instant::infinity()) {
      const instant end = lines_.next_blocked(r, t, p_->units(i));
      if (end - t >= chunk) break;
      t = lines_.next_workable(r, end, p_->units(i));
    }
    return t;
  }
  [[nodiscard]] offer explicit_offer(std::uint32_t i, instant t) const noexcept {
    const auto needs = p_->needs(i);
    offer out;
    if (needs.empty()) return out;
    t = lines_.next_workable(needs, t);
    if (o_->min_first_chunk > 0 && p_->native()) {
      const duration chunk = std::min(o_->min_first_chunk, p_->work(i));
      while (t != instant::infinity()) {
        const instant end = lines_.next_blocked(needs, t);
        if (end - t >= chunk) break;
        t = lines_.next_workable(needs, end);
      }
    }
    if (t == instant::infinity()) return out;
    out.start = t;
    out.complete = t;
    if (p_->joint_work()) {
      out.complete = lines_.finish(needs, t, p_->work(i)) - p_->unfilled(i);
    } else {
      for (const resource_units& q : needs)
        out.complete = std::max(out.complete, lines_.finish(q.resource, t, p_->work(i), q.units) - p_->unfilled(i));
    }
    if (out.complete == instant::infinity()) out.start = instant::infinity();
    return out;
  }
  /// The candidate with the earliest completion from t on, the first of equals; and among those that can begin at t.
  struct offers {
    offer best, free;
    instant first_free = instant::infinity();  ///< when the first of all candidates can begin
  };
  [[nodiscard]] offers automatic_offers(std::uint32_t i, instant t, bool need_free) const noexcept {
    offers out;
    const duration least = p_->work(i) - p_->unfilled(i);
    for (const std::uint32_t r : p_->candidates(i)) {
      const instant a = first_on(i, r, t);
      out.first_free = std::min(out.first_free, a);
      const bool here = a == t;
      if (a + least >= out.best.complete && !(here && need_free && a + least < out.free.complete)) continue;
      const instant c = work_end(i, r, a);
      if (c < out.best.complete) out.best = {a, c, r};
      if (here && c < out.free.complete) out.free = {a, c, r};
      if (here && c == t + least) break;  // nobody can be earlier
    }
    return out;
  }
  [[nodiscard]] offer earliest(std::uint32_t i, instant t) const noexcept {
    if (p_->milestone(i)) return {t, t, no_index};
    return p_->automatic(i) ? automatic_offers(i, t, false).best : explicit_offer(i, t);
  }
  /// Completion of a task in days, in compatible modes the last occupied day.
  [[nodiscard]] instant finish_at(std::uint32_t, const offer& w) const noexcept { return w.complete + p_->tail(); }

  // --- changes -----------------------------------------------------------------------------------------------------
  template <class T>
  void set(T& place, std::type_identity_t<T> value) {
    log_.set(place, value);
  }
  void push(std::vector<std::uint32_t>& list, std::size_t& size, std::uint32_t i) { set(list[size++], i); }
  void book(std::uint32_t i, const offer& w) {
    if (p_->milestone(i)) return;
    const interval held{w.start, finish_at(i, w)};
    if (w.resource != no_index) {
      lines_.take(w.resource, held, p_->units(i), log_);
      set(version_[w.resource], version_[w.resource] + 1);
      return;
    }
    for (const resource_units& q : p_->needs(i)) {
      lines_.take(q.resource, held, q.units, log_);
      set(version_[q.resource], version_[q.resource] + 1);
    }
  }
  void place(std::uint32_t i, const offer& w) {
    book(i, w);
    set(start_[i], w.start);
    set(finish_[i], finish_at(i, w));
    if (w.resource != no_index) set(chosen_[i], w.resource);
    if (doze_at_[i] != no_index) stop_dozing(i);
    set(open_[i / 64], open_[i / 64] & ~(std::uint64_t{1} << (i % 64)));
    record(i);
    placed_in_pass_ = true;
    release_successors(i);
    placed(i, w);
  }
  void place_found() {
    const std::uint32_t i = found_task_;
    found_ = false;
    place(i, {found_start_, found_complete_, found_resource_});
  }
  /// Task i may start at `at`, as far as dates and dependencies go.
  void enqueue(std::uint32_t i, instant at) {
    if (at <= now_) {
      push(pending_, pending_size_, i);
    } else if (at != instant::infinity() && !beyond(at)) {
      std::size_t k = agenda_size_++;
      const event e{at, i};
      for (; k > 0 && e < agenda_[(k - 1) / 2]; k = (k - 1) / 2) set_event(k, agenda_[(k - 1) / 2]);
      set_event(k, e);
    }
  }
  /// Task i need not be asked before `until`.
  void sleep(std::uint32_t i, instant until) {
    set(wake_[i], until);
    if (until != instant::infinity() && !beyond(until)) push(sleeping_, sleeping_size_, i);
  }
  void doze(std::uint32_t i, const offer& best) {
    set(doze_best_[i], best.resource);
    set(doze_version_[i], best.resource == no_index ? 0 : version_[best.resource]);
    if (doze_at_[i] == no_index) {
      set(doze_at_[i], static_cast<std::uint32_t>(dozing_size_));
      push(dozing_, dozing_size_, i);
    }
    set(wake_[i], best.start);
  }
  void stop_dozing(std::uint32_t i) {
    const std::uint32_t at = doze_at_[i];
    const std::uint32_t last = dozing_[dozing_size_ - 1];
    set(dozing_[at], last);
    set(doze_at_[last], at);
    set(doze_at_[i], no_index);
    dozing_size_ = dozing_size_ - 1;
  }
  [[nodiscard]] bool is_dozing(std::uint32_t i) const noexcept { return doze_at_[i] != no_index; }
  /// Asleep, and nothing has happened to what it waits for.
  [[nodiscard]] bool sleeps_on(std::uint32_t i) const noexcept {
    return wake_[i] > now_ && doze_best_[i] != no_index && doze_version_[i] == version_[doze_best_[i]];
  }
  /// A whole resource that is taken today stays taken until it comes free, so that nothing can happen to whoever waits
  /// for it; shared ones and reservations may change today.
  [[nodiscard]] bool may_wake_today(std::uint32_t i) const noexcept {
    return !sleeps_on(i) || lines_.capacity(doze_best_[i]) > 1 ||
           (p_->native() && o_->placement == roadmap_placement::reserve);
  }
  void stand_before(std::uint32_t i, const offer& w) {
    found_task_ = i;
    found_start_ = w.start;
    found_complete_ = w.complete;
    found_resource_ = w.resource;
    found_ = true;
  }
  [[nodiscard]] offer found_offer() const noexcept { return {found_start_, found_complete_, found_resource_}; }
  void note(std::uint32_t i, roadmap_pass_over::kind why, std::uint32_t r, instant until,
            roadmap_index other = no_index) {
    if (!o_->record_pass_overs || log_.depth() != 0) return;
    pass_overs_.push_back(
        {.at = now_, .task = p_->position(i), .reason = why, .resource = r, .other = other, .until = until});
  }

  /// Offers task i its resources on this day: the state stands before it, or it goes to sleep.
  void attempt(std::uint32_t i) {
    if (p_->milestone(i)) {
      stand_before(i, {now_, now_, no_index});
      return;
    }
    if (barred(i)) return;
    if (!p_->automatic(i)) {
      const offer w = explicit_offer(i, now_);
      if (w.start == now_) {
        stand_before(i, w);
        return;
      }
      sleep(i, w.start);
      if (o_->record_pass_overs && log_.depth() == 0) note_explicit(i, w.start);
      return;
    }
    if (doze_at_[i] != no_index && sleeps_on(i)) return;
    const offers all = automatic_offers(i, now_, true);
    if (all.best.start == instant::infinity()) {
      note(i, roadmap_pass_over::kind::no_candidate, no_index, all.best.start);
      set(wake_[i], instant::infinity());
      return;
    }
    if (all.best.start == now_) {
      stand_before(i, all.best);
      return;
    }
    switch (when_busy(i, all.best, all.free)) {
      case busy_answer::sleep_until_best:
        doze(i, all.best);
        note(i, roadmap_pass_over::kind::waits_best, all.best.resource, all.best.start);
        return;
      case busy_answer::sleep_until_any:
        if (doze_at_[i] != no_index) stop_dozing(i);
        sleep(i, all.first_free);
        return;
      case busy_answer::take_free:
        if (all.free.start == now_) {
          stand_before(i, all.free);
        } else {
          if (doze_at_[i] != no_index) stop_dozing(i);
          sleep(i, all.first_free);
          note(i, roadmap_pass_over::kind::waits_best, all.best.resource, all.best.start);
        }
        return;
      case busy_answer::reserve: stand_before(i, all.best); return;
      case busy_answer::ask: return;  // the look-ahead has set it aside or stands before it
    }
  }

  /// Ranks everybody who may start today.
  void start_pass() {
    const std::size_t base = arena_;
    order_.resize(base);
    const auto all = [&](std::vector<std::uint32_t>& list, std::size_t& size) {
      order_.insert(order_.end(), list.begin(), list.begin() + static_cast<std::ptrdiff_t>(size));
    };
    all(pending_, pending_size_);
    all(skipped_, skipped_size_);
    for (std::size_t k = 0; k < dozing_size_; ++k)
      if (may_wake_today(dozing_[k])) order_.push_back(dozing_[k]);
    pending_size_ = skipped_size_ = 0;
    std::sort(order_.begin() + static_cast<std::ptrdiff_t>(base), order_.end());
    order_.erase(std::unique(order_.begin() + static_cast<std::ptrdiff_t>(base), order_.end()), order_.end());
    const std::size_t n = order_.size() - base;
    if (n > 1) {
      candidates_.resize(n);
      keys_.resize(n);
      ranked_.resize(n);
      for (std::size_t k = 0; k < n; ++k) candidates_[k] = task_id(order_[base + k]);
      const rule_view v = context_->view();
      rule_.keys({v, *this, now_, candidates_}, keys_);
      for (std::size_t k = 0; k < n; ++k) ranked_[k] = {keys_[k], order_[base + k]};
      std::sort(ranked_.begin(), ranked_.end());
      for (std::size_t k = 0; k < n; ++k) order_[base + k] = ranked_[k].second;
    }
    pass_pos_ = base;
    pass_end_ = base + n;
    placed_in_pass_ = false;
  }

  /// What is left of the pass is for the next one.
  void interrupt_pass() {
    for (std::size_t k = pass_pos_; k < pass_end_; ++k)
      if (!is_placed(order_[k]) && doze_at_[order_[k]] == no_index) push(pending_, pending_size_, order_[k]);
    pass_pos_ = pass_end_;
  }
  /// To the next placement, or the end.
  void seek() {
    while (!found_ && !over_) {
      if (pass_pos_ < pass_end_) {
        const std::uint32_t i = order_[pass_pos_];
        pass_pos_ = pass_pos_ + 1;
        if (!is_placed(i)) attempt(i);
      } else if (placed_in_pass_ && something_changed()) {
        start_pass();
      } else {
        advance();
      }
    }
  }
  /// Whether another pass on the same day could place anything.
  [[nodiscard]] bool something_changed() const noexcept {
    if (pending_size_ != 0 || skipped_size_ != 0) return true;
    for (std::size_t k = 0; k < dozing_size_; ++k)
      if (!sleeps_on(dozing_[k])) return true;
    return false;
  }
  void advance() {
    instant next = agenda_size_ == 0 ? instant::infinity() : agenda_[0].at;
    for (std::size_t k = 0; k < sleeping_size_; ++k) next = std::min(next, wake_[sleeping_[k]]);
    for (std::size_t k = 0; k < dozing_size_; ++k) next = std::min(next, wake_[dozing_[k]]);
    next = next_day(next);
    if (next == instant::infinity() || beyond(next)) {
      over_ = true;
      return;
    }
    now_ = next;
    if (log_.depth() == 0) lines_.forget(next);
    for (; agenda_size_ != 0 && agenda_[0].at <= next; pop_agenda()) push(pending_, pending_size_, agenda_[0].task);
    for (std::size_t k = sleeping_size_; k-- > 0;) {
      const std::uint32_t i = sleeping_[k];
      if (wake_[i] > next) continue;
      push(pending_, pending_size_, i);
      set(sleeping_[k], sleeping_[--sleeping_size_]);
    }
    start_pass();
  }

  /// The next day of the reference's calendar of events: a lag expires, a release date comes, a resource comes free.
  [[nodiscard]] instant next_event() const noexcept {
    instant next = instant::infinity();
    const auto consider = [&](instant t) {
      if (t > now_) next = std::min(next, t);
    };
    for (std::uint32_t i = 0; i < p_->size(); ++i) {
      if (is_placed(i)) continue;
      for (const roadmap_arc& a : p_->predecessors(i))
        if (is_placed(a.task)) consider(finish_[a.task] + a.lag);
      consider(p_->release(i));
    }
    for (std::uint32_t r = 0; r < p_->resource_count(); ++r) next = std::min(next, lines_.next_release(r, now_));
    return next;
  }

  std::shared_ptr<const roadmap_context> context_;
  const roadmap_problem* p_;
  const roadmap_options* o_;
  trail log_;
  branching_timelines lines_;
  priority::any_rule rule_;
  std::vector<instant> start_, finish_, ready_, wake_;
  std::vector<std::uint32_t> chosen_, waiting_;
  std::vector<std::uint64_t> open_;  ///< bit i: task i waits for nothing but time and resources
  // Tasks for the next pass; automatic ones that wait for their best candidate; others whose resources are taken; ones
  // that the look-ahead set aside.
  std::vector<std::uint32_t> pending_, dozing_, sleeping_, skipped_;
  std::uint64_t copied_ = 0;          ///< bytes, by marks
  bool rerank_ = false;               ///< a placement ends the pass
  std::vector<std::uint32_t> order_;  // of the pass; those of branches stand behind it

private:
  void set_event(std::size_t k, const event& e) {
    set(agenda_[k].at, e.at);
    set(agenda_[k].task, e.task);
  }
  void pop_agenda() {
    const std::size_t n = agenda_size_ - 1;
    agenda_size_ = n;
    if (n == 0) return;
    const event e = agenda_[n];
    std::size_t k = 0;
    for (std::size_t child = 1; child < n; child = 2 * k + 1) {
      if (child + 1 < n && agenda_[child + 1] < agenda_[child]) ++child;
      if (!(agenda_[child] < e)) break;
      set_event(k, agenda_[child]);
      k = child;
    }
    set_event(k, e);
  }
  void record(std::uint32_t i) {
    const std::uint64_t stamp = ++stamp_;  // never taken back
    set(placements_[placed_count_].task, task_id(i));
    set(placements_[placed_count_].stamp, stamp);
    rank_[i] = static_cast<std::uint32_t>(placed_count_);  // read for placed tasks only: needs no trail
    placed_count_ = placed_count_ + 1;
  }
  void open(std::uint32_t i) {
    set(open_[i / 64], open_[i / 64] | std::uint64_t{1} << (i % 64));
    if (!p_->milestone(i) && !p_->automatic(i) && p_->needs(i).empty()) return;  // nobody to do it
    enqueue(i, ready_[i]);
  }
  void release_successors(std::uint32_t i) {
    for (const roadmap_arc& a : p_->successors(i)) {
      const instant at = finish_[i] + a.lag;
      if (at > ready_[a.task]) set(ready_[a.task], at);
      set(waiting_[a.task], waiting_[a.task] - 1);
      if (waiting_[a.task] == 0 && !is_placed(a.task)) open(a.task);
    }
  }
  void note_explicit(std::uint32_t i, instant until) {
    for (const resource_units& q : p_->needs(i))
      if (const instant free = lines_.next_workable(q.resource, now_, q.units); free > now_) {
        note(i, roadmap_pass_over::kind::not_free, q.resource, free);
        return;
      }
    note(i, roadmap_pass_over::kind::not_free, no_index, until);
  }

  std::vector<std::uint32_t> doze_at_, doze_best_, doze_version_, version_;
  std::vector<event> agenda_;
  std::vector<placed_task> placements_;
  std::vector<std::uint32_t> rank_;
  std::uint64_t stamp_ = 0;
  std::vector<task_id> candidates_;
  std::vector<double> keys_;
  std::vector<std::pair<double, std::uint32_t>> ranked_;
  std::vector<roadmap_pass_over> pass_overs_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
