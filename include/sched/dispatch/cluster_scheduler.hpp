// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_CLUSTER_SCHEDULER_HPP
#define SCHED_DISPATCH_CLUSTER_SCHEDULER_HPP

/// \file
/// The cluster scheduler: a queue, shares, reservations, placement, preemption and a store in one.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/dispatch/cluster_options.hpp>
#include <sched/dispatch/detail/cluster_gangs.hpp>
#include <sched/dispatch/job_store.hpp>
#include <sched/dispatch/victims.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_job.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/lifecycle.hpp>
#include <sched/placement/policy.hpp>
#include <sched/priority/detail/id_table.hpp>
#include <sched/priority/order.hpp>
#include <sched/priority/order_combinators.hpp>
#include <sched/solve/reservation.hpp>

namespace sched {
inline namespace v0 {

/// Jobs on a cluster, live. Tell it what happens — `submit`, `finish`, `cancel`, `set_status` … — and ask `decide(now)`
/// what to start and whom to preempt. `now` never goes back.
///
/// Who goes first: bands, strictly; inside, `FairShare` (`order::fair_share<>`, `order::dominant_share` …;
/// `order::fcfs`: none), then `Order`, then the sequence number, which a job keeps for life. Who is reserved a start,
/// and who may run before: `Reserve`, any policy of `backfill` that plans anew; reservations are places, so what runs
/// before stands elsewhere or ends in time. A blocked job of unknown run times ahead is reserved nothing: then nobody
/// passes it, unless the policy is one that reserves for nobody (`reserve::depth{0}`). Where: `Placement`. Who gives
/// way: `Preemption`, among jobs of lower bands, and those that have more than their quota is entitled to when the
/// preemptor has less (`cluster_options::reclaim`). What survives: `Store`, committed before a call returns.
///
/// What is refused changes nothing: events of jobs that are unknown or in another state return false. Whatever ends the
/// holding of resources frees them in the same step. A decision costs O(classes of equal requests that have a place +
/// jobs started) placements, reservations one for every planned end that is looked at; orders that change with time
/// O(waiting log waiting) more.
template <job_order Order = order::fcfs, planning_reservation Reserve = reserve::depth,
          placement_policy Placement = placement::best_fit, job_order FairShare = order::fcfs,
          preemption_policy Preemption = victims::never, job_store Store = no_store>
class cluster_scheduler : detail::cluster_gangs<order::lexicographic<order::band, FairShare, Order>, Placement, Store> {
  using places = detail::cluster_gangs<order::lexicographic<order::band, FairShare, Order>, Placement, Store>;
  using places::find, places::known, places::fresh_slot, places::enter, places::name_of, places::save, places::event,
      places::move, places::fail, places::requeue, places::queue_again, places::leave, places::join_queue,
      places::leave_queue, places::rank, places::timers_once, places::tick, places::risen, places::watch_rise,
      places::release_if_free, places::extend_overruns, places::wait_for, places::settle, places::take_over,
      places::drop_claim, places::turn_of, places::quota_amounts, places::wish, places::begin_pass, places::start_at;
  using places::none, places::machine_, places::options_, places::order_, places::placement_, places::store_,
      places::state_, places::ws_, places::plan_, places::jobs_, places::free_, places::ids_, places::namesakes_,
      places::queue_, places::timers_, places::requests_, places::arrays_, places::claims_, places::failed_,
      places::gangs_, places::parked_, places::lent_, places::lost_, places::decision_, places::now_, places::epoch_,
      places::pass_, places::last_sequence_, places::waiting_;
  using typename places::ranked, typename places::entry, typename places::claim, typename places::desk;

public:
  explicit cluster_scheduler(const cluster& machine, Order order = {}, Reserve policy = {}, Placement placement = {},
                             FairShare shares = {}, Preemption preemption = {}, Store store = {},
                             const cluster_options& options = {})
      : places(machine, ranked(order::band{}, std::move(shares), std::move(order)), std::move(placement),
               std::move(store), options),
        policy_(std::move(policy)),
        preemption_(std::move(preemption)) {
    if (options.grace < 0 || options.age_step < 0 || options.overrun_step < 1)
      throw error("grace and ageing take at least 0 ticks, steps of overruns at least 1");
  }
  cluster_scheduler(const cluster_scheduler&) = delete;
  cluster_scheduler& operator=(const cluster_scheduler&) = delete;

  // --- what happens -----------------------------------------------------------------------------------------------
  /// Throws `sched::error` for a job that makes no sense in this cluster.
  submit_status submit(cluster_job j, instant now) {
    check_cluster_job(j, *machine_);
    tick(now);
    if (find(j.id) != none) return submit_status::in_use;
    if (waiting_ >= options_.max_queue) return submit_status::queue_full;
    const std::uint32_t h = fresh_slot();
    entry& e = jobs_[h];
    e.rec.job = std::move(j);
    e.rec.sequence = ++last_sequence_;
    e.rec.life = job_history(now, true);
    enter(h);
    for (const job_dependency& d : e.rec.job.after) wait_for(h, d, now);
    if (e.never) fail(h, end_reason::dependency, now);
    else release_if_free(h, now);
    if (e.rec.life.state() == job_state::held) save(h);
    store_.commit();
    return submit_status::accepted;
  }
  /// A started job runs. Only with `confirm_launch`.
  bool launched(job_number id, instant now) {
    return event(id, now, [&](std::uint32_t h) {
      if (!move(h, job_state::running, now)) return false;
      jobs_[h].saved_at = now;
      settle(h, now, false, false);
      return true;
    });
  }
  /// A started job could not be launched: it has its old place in the queue again.
  bool launch_failed(job_number id, instant now) {
    return event(id, now, [&](std::uint32_t h) {
      return jobs_[h].rec.life.state() == job_state::scheduled && requeue(h, end_reason::launch_failed, now);
    });
  }
  /// A running job has ended; any reason but `done` is a failure.
  bool finish(job_number id, instant now, end_reason why = end_reason::done) {
    return event(id, now, [&](std::uint32_t h) {
      return move(h, why == end_reason::done ? job_state::completed : job_state::failed, now, why);
    });
  }
  bool cancel(job_number id, instant now) {
    return event(id, now, [&](std::uint32_t h) { return move(h, job_state::cancelled, now, end_reason::cancelled); });
  }
  /// A running job has written a checkpoint, or one in its grace period has, or could not.
  bool checkpointed(job_number id, const checkpoint_report& report, instant now) {
    return event(id, now, [&](std::uint32_t h) {
      entry& e = jobs_[h];
      const job_state s = e.rec.life.state();
      if (s != job_state::running && s != job_state::preempting) return false;
      if (report.ok) {
        e.rec.saved = report.progress;
        e.saved_at = now;
      }
      if (s == job_state::preempting && e.grace_end != instant::infinity()) {
        if (report.ok || !options_.keep_running_without_checkpoint) leave(h, now);
        else if (e.preemptor != none) drop_claim(e.preemptor);
      } else {
        save(h);
      }
      return true;
    });
  }
  /// The checkpoint of a job that is not running cannot be read any more: it starts anew, or fails.
  bool checkpoint_lost(job_number id, instant now) {
    return event(id, now, [&](std::uint32_t h) {
      entry& e = jobs_[h];
      const job_state s = e.rec.life.state();
      if ((s != job_state::queued && s != job_state::preempted) || e.rec.saved == 0) return false;
      e.rec.saved = 0;
      if (options_.fail_without_checkpoint) return move(h, job_state::failed, now, end_reason::checkpoint);
      const bool waits = e.waiting;
      if (waits) leave_queue(h);
      if (waits) join_queue(h);  // what orders say of it may have changed
      save(h);
      return true;
    });
  }
  /// A preempted job is queued again, at its old place.
  resume_answer resume(job_number id, instant now) {
    resume_answer out;
    event(id, now, [&](std::uint32_t h) {
      entry& e = jobs_[h];
      if (e.rec.life.state() != job_state::preempted) return false;
      if (e.rec.saved == 0 && options_.fail_without_checkpoint) {
        out.what = resume_answer::kind::failed;
        return move(h, job_state::failed, now, end_reason::checkpoint);
      }
      out = {e.rec.saved > 0 ? resume_answer::kind::resumed_from : resume_answer::kind::restarted, e.rec.saved};
      return queue_again(h, now);
    });
    return out;
  }
  /// A waiting job is passed by until it is released; it keeps its place.
  bool hold(job_number id, instant now) {
    return event(id, now, [&](std::uint32_t h) {
      entry& e = jobs_[h];
      const job_state s = e.rec.life.state();
      if (s != job_state::held && s != job_state::queued) return false;
      e.rec.job.held = true;
      leave_queue(h);
      if (e.claims) drop_claim(h);
      save(h);
      return true;
    });
  }
  bool release(job_number id, instant now) {
    return event(id, now, [&](std::uint32_t h) {
      entry& e = jobs_[h];
      if (!e.rec.job.held) return false;
      e.rec.job.held = false;
      if (e.rec.life.state() == job_state::queued) join_queue(h);
      else release_if_free(h, now);
      save(h);
      return true;
    });
  }
  /// A waiting job gets another band; among equals it keeps its place.
  bool set_band(job_number id, std::int32_t band, instant now) {
    return event(id, now, [&](std::uint32_t h) {
      entry& e = jobs_[h];
      if (is_terminal(e.rec.life.state())) return false;
      const bool waits = e.waiting;
      if (waits) leave_queue(h);
      if (holds_resources(e.rec.life.state())) {
        --places::holders_in_band_[e.rec.job.band];
        ++places::holders_in_band_[band];
      }
      e.rec.job.band = band;
      e.band = risen(e, now);
      if (e.rec.life.state() == job_state::queued) watch_rise(h);
      if (waits) join_queue(h);
      save(h);
      return true;
    });
  }
  /// Draining nodes take nothing new: who was to start there, on what victims leave, looks for another place. What runs
  /// on a node that goes down is lost: its jobs are preempted, as a whole, and queued again if they may be; others
  /// fail. Elastic jobs lose the tasks there only, and run on; one that has fewer than its least number of tasks, and
  /// for which no decision has found a place for others within `repair_time`, is lost as a whole then.
  void set_status(node_id n, node_status s, instant now) {
    tick(now);
    places::change_status(n, s);
    if (s == node_status::down) {
      const std::vector<std::uint32_t> lost = plan_.jobs_on(n);
      for (const std::uint32_t h : lost)
        if (holds_resources(jobs_[h].rec.life.state())) places::lose_on(h, n, now);
    }
    if (s != node_status::up) places::drop_claims_on(n);
    store_.commit();
  }
  /// An elastic job has given back what it was told to: before the deadline.
  bool shrunk(job_number id, instant now) {
    return event(id, now, [&](std::uint32_t h) {
      if (jobs_[h].gang == nullptr || jobs_[h].rec.gang.leaving.empty()) return false;
      places::shrink(h, now);
      return true;
    });
  }
  /// Forgets a job that has ended, here and in the store. Others may not depend on it from then on.
  bool forget(job_number id, instant now) {
    tick(now);
    const std::uint32_t h = find(id);
    if (h == none || !is_terminal(jobs_[h].rec.life.state())) return false;
    ids_.erase(static_cast<std::uint64_t>(id));
    auto& namesakes = namesakes_[name_of(h)];
    std::erase(namesakes, h);
    if (namesakes.empty()) namesakes_.erase(name_of(h));
    jobs_[h] = entry();
    free_.push_back(h);
    store_.erase(id);
    store_.commit();
    return true;
  }
  /// Takes over all jobs of the store; for a scheduler without jobs. Returns how many there are. What no longer has its
  /// place is queued again.
  std::size_t restore(instant now) {
    tick(now);
    if (ids_.size() != 0) throw error("only a scheduler without jobs is restored");
    std::vector<stored_job> all;
    store_.load([&](stored_job&& j) { all.push_back(std::move(j)); });
    std::ranges::sort(all, {}, &stored_job::sequence);
    std::vector<std::uint32_t> handles;
    handles.reserve(all.size());
    for (stored_job& j : all) {
      const std::uint32_t h = fresh_slot();
      last_sequence_ = std::max(last_sequence_, j.sequence);
      jobs_[h].rec = std::move(j);
      enter(h);
      handles.push_back(h);
    }
    for (const std::uint32_t h : handles) take_over(h, now);
    store_.commit();
    return all.size();
  }

  // --- what to do -------------------------------------------------------------------------------------------------
  /// Which jobs start now, and who is preempted. Goes on until a pass changes nothing: a second call at the same
  /// instant starts and resizes nothing, unless the inventory refused something in the first.
  [[nodiscard]] cluster_decision decide(instant now) {
    cluster_decision out;
    decide(now, out);
    return out;
  }
  void decide(instant now, cluster_decision& out) {
    out.starts.clear();
    out.preempts.clear();
    tick(now);
    out.resizes = std::exchange(lost_, {});
    out.failed = std::exchange(failed_, {});
    ++pass_;
    decision_ = &out;
    preemption_answer_ = preemption_status::none;
    extend_overruns();
    std::uint64_t before = 0, joined = 0, aside = 0;
    std::size_t told = 0, started = 0, resized = 0;
    // Again until nothing happens: who starts or is preempted may change who goes first, where the reserved places are,
    // whom others wait for, and what can be repaired; a policy may end its pass at a job that fits and yet cannot
    // start. Who grows may move reserved places, and thus make room for more.
    do {
      begin_pass();
      if (!gangs_.empty()) places::repair();
      started = out.starts.size();
      before = epoch_;
      joined = places::joined_;
      aside = places::put_aside_;
      told = out.preempts.size();
      resized = out.resizes.size();
      start_claims();
      if constexpr (!ranked::static_keys) rank();
      desk d{this};
      policy_.pass(d, memory_);
      if (!gangs_.empty()) places::yield();
      if (Preemption::enabled || !gangs_.empty()) preempt_for_head();
    } while (epoch_ != before || out.preempts.size() != told || out.resizes.size() != resized ||
             places::joined_ != joined || places::put_aside_ != aside || out.starts.size() != started ||
             (!gangs_.empty() && places::grow()));
    decision_ = nullptr;
    out.next_wakeup = next_wakeup();
    store_.commit();
  }

  // --- queries ----------------------------------------------------------------------------------------------------
  [[nodiscard]] bool knows(job_number id) const noexcept { return find(id) != none; }
  /// Precondition for those by id: the job is known.
  [[nodiscard]] const job_history& history(job_number id) const noexcept { return known(id).rec.life; }
  [[nodiscard]] job_state state(job_number id) const noexcept { return known(id).rec.life.state(); }
  [[nodiscard]] const cluster_job& job_of(job_number id) const noexcept { return known(id).rec.job; }
  [[nodiscard]] std::span<const allocation> place_of(job_number id) const noexcept { return known(id).rec.place; }
  /// Fewer tasks than the least number of an elastic job: until when it waits for others; +∞: it has enough.
  [[nodiscard]] instant repair_until(job_number id) const noexcept { return known(id).rec.gang.repair_until; }
  /// What it has held until now, in all attempts.
  [[nodiscard]] held_amounts used(job_number id, instant now) const {
    const entry& e = known(id);
    const bool holds = holds_resources(e.rec.life.state());
    if (e.gang != nullptr) {
      const gang_record g = holds ? places::used_by(e, now) : e.rec.gang;
      return {g.cpu_time, g.device_time};
    }
    duration held = 0;
    for (std::size_t k = 0; k < e.rec.life.attempt_count(); ++k) {
      const job_attempt& a = e.rec.life.attempt(k);
      held += std::max<duration>(0, std::min(a.ended, now) - a.scheduled);
    }
    return {saturating_mul(e.needs[0], held.count()), saturating_mul(e.needs[2], held.count())};
  }
  /// It runs above a soft limit, or on what others lend: it gives way to jobs within their own quota (`reclaim`).
  [[nodiscard]] bool reclaimable(job_number id) const noexcept { return known(id).lent; }
  [[nodiscard]] const stored_job& record(job_number id) const noexcept { return known(id).rec; }
  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  /// Jobs that hold resources.
  [[nodiscard]] std::size_t running() const noexcept { return plan_.size(); }
  /// Jobs in the state `queued`.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
  /// Distinct requests of jobs that have not ended: what a decision walks through, and what is kept for them.
  [[nodiscard]] std::size_t request_classes() const noexcept { return requests_.living(); }
  /// Arrays with a task that has not ended.
  [[nodiscard]] std::size_t arrays() const noexcept { return arrays_.size(); }
  [[nodiscard]] const cluster_state& free() const noexcept { return state_; }
  [[nodiscard]] Store& store() noexcept { return store_; }
  [[nodiscard]] auto& order() noexcept { return order_; }
  /// What the last decision said about preemption.
  [[nodiscard]] preemption_status preemption() const noexcept { return preemption_answer_; }
  /// Waiting jobs that are not held back, in the order in which they were last ranked. O(waiting log classes).
  [[nodiscard]] std::vector<job_number> queue() {
    std::vector<job_number> out;
    queue_.each([&](std::uint32_t h, std::size_t) { return out.push_back(jobs_[h].rec.job.id), true; },
                [](std::size_t) { return false; });
    return out;
  }
  [[nodiscard]] wait_answer why(job_number id) {
    using enum wait_answer::kind;
    const entry& e = known(id);
    const job_state s = e.rec.life.state();
    if (s != job_state::queued && s != job_state::held) return {};
    if (e.rec.job.held) return {.what = held};
    if (e.unmet > 0) return {.what = dependency};
    if (s == job_state::held) return {.what = begins_later};
    if (e.parked) return {.what = e.limit.granted ? array : quota, .limit = e.limit};
    if (e.refused_in == pass_) return {.what = inventory};
    const placement_result r = placement_(wish(find(id)), state_, ws_);
    return r ? wait_answer{.what = wait_answer::kind::order} : wait_answer{.what = capacity, .first = r.why.first};
  }
  [[nodiscard]] instant next_wakeup() const noexcept {
    instant next = timers_.empty() ? instant::infinity() : timers_.front().at;
    if (!plan_.ends().empty()) next = std::min(next, plan_.ends().front().at);
    return next;
  }

private:
  // --- preemption ---
  struct seat {
    victim_candidate who{};
    std::uint32_t handle = 0;
    bool removed = false;
    std::uint32_t part = none;  ///< position in its place of what can be spared; none: the rest of the job
  };
  /// The candidates, in order as far as anybody has asked: mostly a few of thousands are needed.
  struct bench {
    cluster_scheduler* s;
    std::uint32_t head;
    bool aside;  ///< it waits for its quota, not for its turn
    std::vector<seat>& seats;
    std::size_t in_order = 0;
    placement_result where{};

    [[nodiscard]] std::size_t size() const noexcept { return seats.size(); }
    [[nodiscard]] const victim_candidate& candidate(std::size_t k) { return at(k).who; }
    void remove(std::size_t k) {
      if (std::exchange(at(k).removed, true)) return;
      each_part(k, [&](const allocation& a) { return s->state_.undo(a), true; });
    }
    void put_back(std::size_t k) {
      if (!std::exchange(at(k).removed, false)) return;
      each_part(k, [&](const allocation& a) { return s->state_.redo(a), true; });
    }
    [[nodiscard]] seat& at(std::size_t k) {
      if (k < in_order) return seats[k];
      const auto before = [](const seat& a, const seat& b) { return rather_victim(a.who, b.who); };
      const auto first = seats.begin() + static_cast<std::ptrdiff_t>(in_order);
      in_order = std::min(seats.size(), std::max({k + 1, 2 * in_order, std::size_t{64}}));
      const auto last = seats.begin() + static_cast<std::ptrdiff_t>(in_order);
      if (last != seats.end()) std::nth_element(first, last, seats.end(), before);
      std::sort(first, last, before);
      return seats[k];
    }
    /// f(part) for those of the candidate, while it is true.
    template <class F>
    void each_part(std::size_t k, F f) {
      const seat& c = at(k);
      const entry& e = s->jobs_[c.handle];
      if (c.part != none) return static_cast<void>(f(e.rec.place[c.part]));
      for (std::uint32_t i = 0; i < e.rec.place.size(); ++i)
        if (e.gang == nullptr || !std::ranges::binary_search(e.gang->spare, i))
          if (!f(e.rec.place[i])) return;
    }
    [[nodiscard]] bool fits() {
      if (aside && !within_quota()) return false;
      placement_result r = s->placement_(s->wish(head), s->state_, s->ws_);
      if (!r) return false;
      where = std::move(r);
      return true;
    }
    /// Nothing of it would be lent again.
    [[nodiscard]] bool within_quota() {
      std::vector<std::array<amount, 6>> amounts;
      for (std::size_t k = 0; k < in_order; ++k)
        if (seats[k].removed) amounts.push_back(s->quota_amounts(seats[k].handle));
      std::vector<quota_holding> gone;
      for (std::size_t k = 0; k < in_order; ++k)
        if (seats[k].removed) gone.push_back({s->jobs_[seats[k].handle].rec.job.quota, amounts[gone.size()]});
      const quota_answer a =
          s->options_.quotas->would_without(s->jobs_[head].rec.job.quota, s->quota_amounts(head), gone, s->now_);
      return a && !a.over_soft && !a.bursting;
    }
    [[nodiscard]] bool touches(std::size_t k) {
      if (aside) return true;
      bool found = false;
      each_part(k, [&](const allocation& a) {
        found = std::ranges::any_of(where.parts, [&](const allocation& p) { return p.node == a.node; });
        return !found;
      });
      return found;
    }
  };

  [[nodiscard]] bool may_be_victim(const entry& v) const {
    const stored_job& r = v.rec;
    if (r.life.state() != job_state::running || !r.job.preemptible) return false;
    if (r.preemptions >= options_.max_preemptions) return false;
    const instant started = r.life.attempt(r.life.attempt_count() - 1).started;
    if (started >= now_ || now_ - started < r.job.min_run) return false;  // nobody at the instant of his start
    return std::ranges::all_of(r.place,
                               [&](const allocation& a) { return state_.free(a.node).status == node_status::up; });
  }
  [[nodiscard]] victim_candidate as_candidate(const entry& v) const {
    return {v.rec.job.id, v.rec.job.band, saturating_mul((now_ - v.saved_at).count(), v.bill),
            v.rec.life.attempt(v.rec.life.attempt_count() - 1).started};
  }
  /// Jobs that have what the head's quota is entitled to are candidates whatever their band; other lent ones by band.
  void add_lent(std::uint32_t head, std::vector<std::uint32_t>& lent, bench& b) {
    if (lent.empty()) return;
    const entry& e = jobs_[head];
    std::ranges::sort(lent, rather_victim, [&](std::uint32_t h) { return as_candidate(jobs_[h]); });
    std::vector<std::uint32_t> turns(lent.size(), 0);
    const quota_answer own = options_.quotas->would(e.rec.job.quota, quota_amounts(head), now_);
    if (options_.reclaim && (b.aside || (own && !own.over_soft && !own.bursting))) {
      std::vector<std::array<amount, 6>> amounts;
      for (const std::uint32_t h : lent) amounts.push_back(quota_amounts(h));
      std::vector<quota_holding> holdings;
      for (std::size_t k = 0; k < lent.size(); ++k) holdings.push_back({jobs_[lent[k]].rec.job.quota, amounts[k]});
      std::uint32_t turn = 0;
      for (const std::size_t k : options_.quotas->reclaimable(holdings, e.rec.job.quota, now_)) turns[k] = ++turn;
    }
    for (std::size_t k = 0; k < lent.size(); ++k) {
      const entry& v = jobs_[lent[k]];
      if (turns[k] == 0 && (b.aside || v.rec.job.band >= e.rec.job.band)) continue;
      b.seats.push_back({as_candidate(v), lent[k]});
      b.seats.back().who.reclaim = turns[k];
    }
  }
  /// What the head may take of an elastic job without ending it, whatever the policy is: what it has above its least
  /// number was only lent to it. Not of jobs that are more important.
  void add_spare(std::uint32_t head, std::uint32_t h, bench& b) {
    const entry& v = jobs_[h];
    v.gang->spare.clear();
    if (v.rec.life.state() != job_state::running || v.rec.job.band > jobs_[head].rec.job.band ||
        !v.rec.gang.leaving.empty() || !options_.inventory.partial())
      return;
    for (const std::uint32_t k : detail::spare_parts(v.gang->least, v.rec.place))
      if (state_.free(v.rec.place[k].node).status == node_status::up) v.gang->spare.push_back(k);
    std::uint32_t turn = 0;
    for (std::size_t k = v.gang->spare.size(); k-- > 0;) {
      victim_candidate who = as_candidate(v);
      who.lost_work = 0;
      who.spare = ++turn;
      b.seats.push_back({who, h, false, v.gang->spare[k]});
    }
  }
  void preempt_for_head() {
    std::uint32_t head = none;
    queue_.each(
        [&](std::uint32_t h, std::size_t) {
          if (places::passed_by(h)) return true;
          head = h;
          return false;
        },
        [](std::size_t) { return false; });
    if (!claims_.empty()) return;
    if (head != none && jobs_[head].refused_in != pass_) preempt_for(head);
    if (Preemption::enabled && lent_ != 0 && claims_.empty() && options_.reclaim) reclaim_aside(head);
  }
  void preempt_for(std::uint32_t head) {
    const entry& e = jobs_[head];
    if (tried_ == head && tried_epoch_ == epoch_ && tried_at_ == now_) return;
    tried_ = head;
    tried_epoch_ = epoch_;
    tried_at_ = now_;
    if (gangs_.empty() && !places::somebody_below(e.rec.job.band)) return;
    seats_.clear();
    bench b{this, head, false, seats_};
    std::vector<std::uint32_t> lent;
    for (const std::uint32_t h : gangs_) add_spare(head, h, b);
    plan_.ends().each([&](const auto& end) {
      const entry& v = jobs_[end.job];
      if (!Preemption::enabled || !may_be_victim(v)) return true;
      if (v.lent) lent.push_back(end.job);
      else if (v.rec.job.band < e.rec.job.band) b.seats.push_back({as_candidate(v), end.job});
      return true;
    });
    add_lent(head, lent, b);
    if (!b.seats.empty()) preemption_answer_ = order_preemption(b);
  }
  /// A limit that it shares with others keeps a job aside, and others have what it is entitled to: they give it back.
  /// Of each quota that waits below a limit, the first job; nobody passes the head so.
  void reclaim_aside(std::uint32_t head) {
    if (parked_.empty() || (aside_epoch_ == epoch_ && aside_at_ == now_ && aside_count_ == places::put_aside_)) return;
    aside_epoch_ = epoch_;
    aside_at_ = now_;
    aside_count_ = places::put_aside_;
    std::vector<std::uint32_t> lent, waiting;
    plan_.ends().each([&](const auto& end) {
      if (jobs_[end.job].lent && may_be_victim(jobs_[end.job])) lent.push_back(end.job);
      return true;
    });
    if (lent.empty()) return;
    for (const std::uint32_t h : parked_)
      if (!jobs_[h].limit.granted && (head == none || turn_of(h) < turn_of(head))) waiting.push_back(h);
    std::ranges::sort(waiting, {}, [&](std::uint32_t h) { return turn_of(h); });
    std::vector<std::pair<quota_tree::node, quota_tree::node>> asked;
    for (const std::uint32_t h : waiting) {
      const entry& e = jobs_[h];
      const std::pair limit(e.rec.job.quota, e.limit.node);
      if (std::ranges::find(asked, limit) != asked.end()) continue;
      asked.push_back(limit);
      seats_.clear();
      bench b{this, h, true, seats_};
      std::vector<std::uint32_t> below;
      for (const std::uint32_t v : lent) {
        if (!options_.quotas->stands_below(jobs_[v].rec.job.quota, e.limit.node)) continue;
        if (jobs_[v].gang != nullptr) jobs_[v].gang->spare.clear();
        below.push_back(v);
      }
      add_lent(h, below, b);
      if (b.seats.empty() || order_preemption(b) != preemption_status::ordered) continue;
      preemption_answer_ = preemption_status::ordered;
      return;
    }
  }
  /// The policy chooses, and if that helps, they leave for the head of the bench.
  [[nodiscard]] preemption_status order_preemption(bench& b) {
    const std::uint32_t head = b.head;
    std::vector<std::size_t> chosen;
    if constexpr (Preemption::enabled) preemption_.choose(b, chosen);
    else victims::minimal{}.choose(b, chosen);
    for (std::size_t k = 0; k < b.in_order; ++k)
      if (std::ranges::find(chosen, k) == chosen.end()) b.put_back(k);
    for (const std::size_t k : chosen) b.remove(k);
    const bool helps = !chosen.empty() && b.fits();
    for (const std::size_t k : chosen) b.put_back(k);
    if (!helps) return preemption_status::would_not_help;
    leave_queue(head);
    jobs_[head].claims = true;
    claims_.push_back({head, {}, {b.where.parts.begin(), b.where.parts.end()}});
    const instant deadline = now_ + options_.grace;
    std::vector<std::uint32_t> shrinking;
    for (const std::size_t k : chosen)
      if (b.at(k).part == none) claims_.back().victims.push_back(b.at(k).handle);
    for (const std::size_t k : chosen) {
      const std::uint32_t v = b.at(k).handle;
      if (b.at(k).part == none || std::ranges::find(claims_.back().victims, v) != claims_.back().victims.end())
        continue;
      jobs_[v].rec.gang.leaving.push_back(b.at(k).part);
      if (jobs_[v].rec.gang.leaving.size() == 1) shrinking.push_back(v);
    }
    claims_.back().victims.insert(claims_.back().victims.end(), shrinking.begin(), shrinking.end());
    for (const std::uint32_t v : shrinking) {
      jobs_[v].preemptor = head;
      places::tell_to_shrink(v, head);
    }
    for (const std::size_t k : chosen) {
      if (b.at(k).part != none) continue;
      const std::uint32_t v = b.at(k).handle;
      static_cast<void>(move(v, job_state::preempting, now_));
      jobs_[v].grace_end = deadline;
      jobs_[v].preemptor = head;
      plan_.extend(v, std::max(deadline, now_ + 1));
      decision_->preempts.push_back({jobs_[v].rec.job.id, jobs_[head].rec.job.id, deadline, b.at(k).who.reclaim != 0});
      if (options_.grace == 0) leave(v, now_);
      else timers_once(deadline, v);
    }
    start_claims();
    return preemption_status::ordered;
  }
  /// Preemptors whose victims have left.
  void start_claims() {
    for (std::size_t k = 0; k < claims_.size();) {
      if (!claims_[k].victims.empty()) {
        ++k;
        continue;
      }
      const claim c = claims_[k];
      claims_.erase(claims_.begin() + static_cast<std::ptrdiff_t>(k));
      std::erase_if(plan_.bookings, [&](const auto& b) { return b.job == c.job; });
      ++places::plan_made_;
      jobs_[c.job].claims = false;
      join_queue(c.job);
      static_cast<void>(start_at(c.job, c.parts));
    }
  }
  Reserve policy_;
  typename Reserve::memory memory_{};
  Preemption preemption_;
  preemption_status preemption_answer_ = preemption_status::none;
  instant tried_at_ = instant::minus_infinity(), aside_at_ = instant::minus_infinity();
  std::uint64_t tried_epoch_ = 0, aside_epoch_ = 0, aside_count_ = 0;
  std::uint32_t tried_ = none;
  std::vector<seat> seats_;
};

}  // namespace v0
}  // namespace sched

#endif
