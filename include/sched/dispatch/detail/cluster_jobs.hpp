// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_DETAIL_CLUSTER_JOBS_HPP
#define SCHED_DISPATCH_DETAIL_CLUSTER_JOBS_HPP

/// \file
/// The jobs of a cluster scheduler: their lives, their queue, their time, who waits for whom.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/dispatch/cluster_options.hpp>
#include <sched/dispatch/detail/class_queue.hpp>
#include <sched/dispatch/detail/cluster_plan.hpp>
#include <sched/dispatch/detail/elastic_gang.hpp>
#include <sched/dispatch/detail/request_classes.hpp>
#include <sched/dispatch/job_store.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_job.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/lifecycle.hpp>
#include <sched/priority/detail/id_table.hpp>
#include <sched/priority/detail/ordered_blocks.hpp>
#include <sched/priority/order.hpp>
#include <sched/priority/order_combinators.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Whatever ends the holding of resources goes through `move`, which frees them.
template <job_order Ranked, job_store Store>
class cluster_jobs {
protected:
  using ranked = Ranked;
  static constexpr std::uint32_t none = id_table::none;

  struct waiter {
    std::uint32_t job = none;
    job_dependency on{};
  };
  struct entry {
    stored_job rec{};
    waiting_place place{};
    std::size_t of_class = 0;
    std::array<amount, 3> needs{};  ///< cpu, memory, device thousandths
    amount bill = 1;
    std::int32_t band = 0;  ///< risen with age
    std::uint32_t unmet = 0, overruns = 0;
    std::uint32_t preemptor = none;  ///< for whom it gives way
    instant grace_end = instant::infinity(), saved_at{};
    std::uint64_t refused_in = 0;  ///< pass in which the inventory refused
    std::vector<waiter> waiters{};
    quota_answer limit{};
    bool waiting = false, parked = false, never = false, claims = false, ended_well = false;
    bool lent = false;                     ///< started above a soft limit, or on what others lend
    std::unique_ptr<elastic_gang> gang{};  ///< of an elastic job
  };
  struct claim {
    std::uint32_t job = none;
    std::vector<std::uint32_t> victims{};  ///< that have not left yet
    std::vector<allocation> parts{};
  };
  struct array_tasks {
    std::uint32_t running = 0, living = 0;  ///< with resources; not ended
  };
  struct timer {
    instant at{};
    std::uint32_t job = 0;
    [[nodiscard]] bool operator<(const timer& o) const noexcept { return at != o.at ? at < o.at : job < o.job; }
  };
  cluster_jobs(const cluster& machine, Ranked order, Store store, const cluster_options& options)
      : machine_(&machine),
        options_(options),
        order_(std::move(order)),
        store_(std::move(store)),
        state_(machine),
        plan_(machine) {}

  // --- jobs ---
  [[nodiscard]] std::uint32_t find(job_number id) const noexcept { return ids_.find(static_cast<std::uint64_t>(id)); }
  [[nodiscard]] const entry& known(job_number id) const noexcept {
    SCHED_ASSERT(find(id) != none);
    return jobs_[find(id)];
  }
  std::uint32_t fresh_slot() {
    if (free_.empty()) {
      jobs_.emplace_back();
      return static_cast<std::uint32_t>(jobs_.size() - 1);
    }
    const std::uint32_t h = free_.back();
    free_.pop_back();
    return h;
  }
  /// What follows from the record of a job.
  void enter(std::uint32_t h) {
    entry& e = jobs_[h];
    const cluster_job& j = e.rec.job;
    ids_.insert(static_cast<std::uint64_t>(j.id), h);
    namesakes_[name_of(h)].push_back(h);
    if (j.elastic) e.gang = std::make_unique<elastic_gang>(at_least(j.wants));
    has(e, needs_of(wish(h)));
    e.band = j.band;
    e.of_class = requests_.enter(wish(h));
    if (j.array != 0) ++arrays_[j.array].living;
    if (j.deadline != instant::infinity()) timers_once(j.deadline, h);
  }
  /// What a job asks for: an elastic one for its least number of tasks.
  [[nodiscard]] const request& wish(std::uint32_t h) const noexcept {
    const entry& e = jobs_[h];
    return e.gang == nullptr ? e.rec.job.wants : e.gang->least;
  }
  /// What the job has, or would have, and what that is worth.
  void has(entry& e, const std::array<amount, 3>& needs) const noexcept {
    e.needs = needs;
    const billing_weights& w = options_.billing;
    e.bill =
        saturating_add(saturating_add(saturating_mul(w.cpu, e.needs[0]), saturating_mul(w.memory, e.needs[1] >> 30)),
                       saturating_mul(w.device, e.needs[2]));
    e.bill = std::max<amount>(e.bill, 1);
  }
  /// A job has ended: what is kept for those that may still run goes with the last of them.
  void part_with(std::uint32_t h) {
    const cluster_job& j = jobs_[h].rec.job;
    requests_.leave(jobs_[h].of_class);
    if (j.array != 0 && --arrays_[j.array].living == 0) arrays_.erase(j.array);
    drop_timer(j.deadline, h);
    drop_timer(j.not_before, h);
  }
  [[nodiscard]] std::uint64_t name_of(std::uint32_t h) const noexcept {
    return std::hash<std::string>{}(jobs_[h].rec.job.name) * 31 + jobs_[h].rec.job.user;
  }
  [[nodiscard]] waiting_job view(std::uint32_t h) const noexcept {
    const entry& e = jobs_[h];
    const cluster_job& j = e.rec.job;
    return {.demand = e.bill,
            .estimate = planned(h),
            .eligible = e.rec.life.eligible(),
            .deadline = j.deadline,
            .priority = j.priority,
            .band = e.band,
            .user = j.user,
            .group = j.account,
            .queue = j.queue,
            .nice = j.nice,
            .needs = e.needs};
  }
  /// How long the job still runs.
  [[nodiscard]] duration planned(std::uint32_t h) const noexcept {
    const stored_job& r = jobs_[h].rec;
    if (r.saved == 0) return r.job.estimate;
    return std::max<duration>(1, r.job.estimate - r.saved + options_.restart_cost);
  }
  void save(std::uint32_t h) { store_.save(jobs_[h].rec); }

  template <class F>
  bool event(job_number id, instant now, F f) {
    tick(now);
    const std::uint32_t h = find(id);
    const bool done = h != none && f(h);
    store_.commit();
    return done;
  }

  // --- states ---
  bool move(std::uint32_t h, job_state to, instant now, end_reason why = end_reason::none) {
    entry& e = jobs_[h];
    const job_state from = e.rec.life.state();
    if (e.rec.life.move(to, now, why)) return false;
    if (holds_resources(from) && !holds_resources(to)) give_back(h, now);
    if (from == job_state::queued) {
      --waiting_;
      leave_queue(h);
      if (e.claims && to != job_state::scheduled) drop_claim(h);
    }
    if (to == job_state::queued) {
      ++waiting_;
      e.band = risen(e, now);
      watch_rise(h);
      if (!e.rec.job.held) join_queue(h);
    }
    save(h);
    if (is_terminal(to)) {
      part_with(h);
      e.ended_well = to == job_state::completed;
      if (to == job_state::failed) failed_.push_back(e.rec.job.id);
      settle(h, now, true, e.ended_well);
    }
    return true;
  }
  void fail(std::uint32_t h, end_reason why, instant now) { static_cast<void>(move(h, job_state::failed, now, why)); }
  bool requeue(std::uint32_t h, end_reason why, instant now) { return move(h, job_state::queued, now, why); }
  bool queue_again(std::uint32_t h, instant now) { return move(h, job_state::queued, now); }
  /// A victim goes.
  void leave(std::uint32_t h, instant now) {
    if (!move(h, job_state::preempted, now, end_reason::preempted)) return;
    ++jobs_[h].rec.preemptions;
    save(h);
    if (jobs_[h].rec.job.requeue && options_.resume_at_once) {
      if (jobs_[h].rec.saved == 0 && options_.fail_without_checkpoint) fail(h, end_reason::checkpoint, now);
      else static_cast<void>(queue_again(h, now));
    }
  }
  /// The plan has the job at its place until then.
  void hold_place(std::uint32_t h, instant until) {
    plan_.hold(h, until, jobs_[h].rec.place);
    ++holders_in_band_[jobs_[h].rec.job.band];
  }
  void note_lent(entry& e, bool lent) noexcept {
    e.lent = lent;
    lent_ += lent ? 1U : 0U;
  }
  /// Somebody holds resources who may be a victim of a job of this band, as far as bands and quotas say.
  [[nodiscard]] bool somebody_below(std::int32_t band) const noexcept {
    if (lent_ != 0) return true;
    for (const auto& [of, holders] : holders_in_band_)
      if (of < band && holders != 0) return true;
    return false;
  }
  /// Everything that the job holds, because of the state that it leaves.
  void give_back(std::uint32_t h, instant now) {
    entry& e = jobs_[h];
    if (e.gang != nullptr) use_until(h, now);
    plan_.release(h);
    --holders_in_band_[e.rec.job.band];
    lent_ -= e.lent ? 1U : 0U;
    for (const allocation& a : e.rec.place) state_.undo(a);
    e.rec.place.clear();
    options_.inventory.release(e.rec.lease);
    if (e.gang != nullptr)
      for (const std::uint64_t lease : e.rec.gang.leases)
        if (lease != e.rec.lease) options_.inventory.release(lease);
    e.rec.lease = 0;
    e.overruns = 0;
    e.lent = false;
    ++epoch_;
    if constexpr (usage_order<ranked>) order_.ended(view(h), now);
    if (e.preemptor != none) {
      for (claim& c : claims_)
        if (c.job == e.preemptor) std::erase(c.victims, h);
      e.preemptor = none;
    }
    e.grace_end = instant::infinity();
    if (options_.quotas != nullptr)
      options_.quotas->release(e.rec.job.quota, e.gang != nullptr ? e.gang->reserved : quota_amounts(h), now);
    if (e.rec.job.array != 0) --arrays_[e.rec.job.array].running;
    if (e.gang != nullptr) dissolve(h);
    wake_parked(h);
  }
  /// Something of the job's quota, or its array, is free.
  void wake_parked(std::uint32_t h) {
    const entry& e = jobs_[h];
    for (std::size_t k = parked_.size(); k-- > 0;) {
      const std::uint32_t p = parked_[k];
      const entry& w = jobs_[p];
      const bool free = w.limit.granted ? w.rec.job.array == e.rec.job.array
                                        : options_.quotas->stands_below(e.rec.job.quota, w.limit.node);
      if (free) unpark(p);
    }
  }

  // --- elastic jobs ---
  /// Its use is summed up.
  void use_until(std::uint32_t h, instant now) {
    entry& e = jobs_[h];
    e.rec.gang = used_by(e, now);
  }
  [[nodiscard]] static gang_record used_by(const entry& e, instant now) {
    gang_record g = e.rec.gang;
    const std::int64_t passed = std::max<duration>(0, now - g.since).count();
    g.cpu_time = saturating_add(g.cpu_time, saturating_mul(e.needs[0], passed));
    g.device_time = saturating_add(g.device_time, saturating_mul(e.needs[2], passed));
    g.since = now;
    return g;
  }
  /// It has a place, of as many leases.
  void gather(std::uint32_t h, instant now) {
    entry& e = jobs_[h];
    e.rec.gang.leases.assign(e.rec.place.size(), e.rec.lease);
    e.rec.gang.since = now;
    e.gang->reserved = quota_amounts(h);
    gangs_.push_back(h);
  }
  /// It has none any more.
  void dissolve(std::uint32_t h) {
    entry& e = jobs_[h];
    has(e, needs_of(wish(h)));
    e.rec.gang.leases.clear();
    e.rec.gang.repair_until = instant::infinity();
    e.rec.gang.leaving.clear();
    e.gang->reserved = {};
    e.gang->prepaid = {};
    std::erase(gangs_, h);
  }
  /// How much longer it is planned to run.
  [[nodiscard]] duration left(std::uint32_t h, instant now) const noexcept {
    const instant end = plan_.end_of(h);
    return end == instant::infinity() ? duration::infinity() : std::max<duration>(0, end - now);
  }
  /// What more, or less, of the job means for its quota: for windows the time that is left.
  [[nodiscard]] std::array<amount, 6> quota_change(std::uint32_t h, const std::array<amount, 3>& by,
                                                   instant now) const noexcept {
    const bool known = jobs_[h].rec.job.estimate != duration::infinity();
    const std::int64_t time = known ? left(h, now).count() : 0;
    return {by[0], by[1], by[2], 0, saturating_mul(by[0], time), saturating_mul(by[2], time)};
  }
  /// Its place changes: `change` does that to the place and the leases.
  template <class F>
  void resize(std::uint32_t h, instant now, F change) {
    entry& e = jobs_[h];
    use_until(h, now);
    const std::array<amount, 3> before = e.needs;
    waiting_job was = view(h);
    was.needs = before;
    was.estimate = left(h, now);
    const instant until = plan_.end_of(h);
    plan_.release(h);
    change(e.rec);
    plan_.hold(h, until, e.rec.place);
    has(e, needs_of(e.rec.place));
    if constexpr (usage_order<ranked>) {
      waiting_job is = view(h);
      is.estimate = was.estimate;
      tell_resized(order_, was, is, now);
    }
  }
  /// It gives back the parts at these positions, which ascend.
  void take_parts(std::uint32_t h, std::span<const std::uint32_t> at, instant now) {
    entry& e = jobs_[h];
    gang_record& g = e.rec.gang;
    std::vector<std::pair<std::uint64_t, allocation>> gone;
    for (const std::uint32_t k : at) gone.emplace_back(g.leases[k], e.rec.place[k]);
    std::ranges::stable_sort(gone, {}, &std::pair<std::uint64_t, allocation>::first);
    std::vector<allocation> of_lease;
    for (std::size_t k = 0; k < gone.size(); ++k) {
      of_lease.push_back(gone[k].second);
      if (k + 1 < gone.size() && gone[k + 1].first == gone[k].first) continue;
      options_.inventory.release(gone[k].first, of_lease);
      of_lease.clear();
    }
    const std::array<amount, 3> before = e.needs;
    resize(h, now, [&](stored_job& r) {
      for (std::size_t k = at.size(); k-- > 0;) {
        state_.undo(r.place[at[k]]);
        r.place.erase(r.place.begin() + at[k]);
        r.gang.leases.erase(r.gang.leases.begin() + at[k]);
        std::erase(r.gang.leaving, at[k]);
        for (std::uint32_t& l : r.gang.leaving)
          if (l > at[k]) --l;
      }
    });
    std::array<amount, 6> less =
        quota_change(h, {before[0] - e.needs[0], before[1] - e.needs[1], before[2] - e.needs[2]}, now);
    e.gang->prepaid[0] = saturating_add(e.gang->prepaid[0], std::exchange(less[4], 0));
    e.gang->prepaid[1] = saturating_add(e.gang->prepaid[1], std::exchange(less[5], 0));
    for (std::size_t k = 0; k < less.size(); ++k) e.gang->reserved[k] -= less[k];
    if (options_.quotas != nullptr) options_.quotas->release(e.rec.job.quota, less, now);
    if (e.rec.gang.leaving.empty()) {  // nothing more is waited for
      for (claim& c : claims_)
        if (c.job == e.preemptor) std::erase(c.victims, h);
      e.preemptor = none;
      e.grace_end = instant::infinity();
    }
    if (g.repair_until == instant::infinity() && !missing_parts(e.gang->least, e.rec.place).empty()) {
      g.repair_until = now + options_.repair_time;
      timers_once(g.repair_until, h);
    }
    ++epoch_;
    wake_parked(h);
    save(h);
  }
  /// What it was told to give back, it gives back.
  void shrink(std::uint32_t h, instant now) {
    const std::vector<std::uint32_t> at = jobs_[h].rec.gang.leaving;
    take_parts(h, at, now);
  }
  /// Its node is lost: it waits again, or fails.
  void lose(std::uint32_t h, instant now) {
    if (jobs_[h].rec.life.state() == job_state::scheduled) {
      static_cast<void>(requeue(h, end_reason::node_lost, now));
    } else if (jobs_[h].rec.job.requeue) {
      static_cast<void>(move(h, job_state::preempted, now, end_reason::node_lost));
      static_cast<void>(queue_again(h, now));
    } else {
      static_cast<void>(move(h, job_state::failed, now, end_reason::node_lost));
    }
  }
  /// Node n is lost: so are the tasks there, or all of them when they cannot be replaced.
  void lose_on(std::uint32_t h, node_id n, instant now) {
    entry& e = jobs_[h];
    if (e.gang == nullptr || e.rec.life.state() != job_state::running || !options_.inventory.partial())
      return lose(h, now);
    std::vector<std::uint32_t> at;
    for (std::uint32_t k = 0; k < e.rec.place.size(); ++k)
      if (e.rec.place[k].node == n) at.push_back(k);
    std::vector<allocation> kept;
    for (const allocation& a : e.rec.place)
      if (a.node != n) kept.push_back(a);
    const bool whole = missing_parts(e.gang->least, kept).empty();
    if (kept.empty() || (!whole && options_.repair_time == 0)) return lose(h, now);
    resize_order told{.what = resize_order::kind::lost, .job = e.rec.job.id, .deadline = now};
    for (const std::uint32_t k : at) told.parts.push_back(e.rec.place[k]);
    lost_.push_back(std::move(told));
    take_parts(h, at, now);
  }
  /// A time of the job has come.
  void gang_time(std::uint32_t h, instant now) {
    entry& e = jobs_[h];
    if (!e.rec.gang.leaving.empty() && e.grace_end <= now) shrink(h, now);
    if (e.rec.gang.repair_until <= now) lose(h, now);
  }

  // --- the queue ---
  void join_queue(std::uint32_t h) {
    entry& e = jobs_[h];
    if (e.waiting || e.parked || e.claims) return;
    e.place = {0, e.rec.sequence, h, planned(h)};
    if constexpr (ranked::static_keys) {
      const waiting_job j = view(h);
      order_.keys({&j, 1}, now_, {&e.place.key, 1});
    }
    queue_.insert(e.of_class, e.place);
    e.waiting = true;
    ++joined_;
  }
  void leave_queue(std::uint32_t h) {
    entry& e = jobs_[h];
    if (std::exchange(e.waiting, false)) queue_.erase(e.of_class, e.place);
    if (std::exchange(e.parked, false)) std::erase(parked_, h);
  }
  void park(std::uint32_t h, const quota_answer& limit) {
    leave_queue(h);
    jobs_[h].limit = limit;
    jobs_[h].parked = true;
    parked_.push_back(h);
    ++put_aside_;
    if (!limit.granted && limit.until != instant::infinity()) timers_once(limit.until, h);
  }
  void unpark(std::uint32_t h) {
    std::erase(parked_, h);
    jobs_[h].parked = false;
    if (jobs_[h].rec.life.state() == job_state::queued && !jobs_[h].rec.job.held) join_queue(h);
  }
  void rank() {
    ranked_.clear();
    views_.clear();
    queue_.each([&](std::uint32_t h, std::size_t) { return ranked_.push_back(h), true; },
                [](std::size_t) { return false; });
    // As they were submitted: orders may settle ties by the place in the list, and must say the same again.
    std::ranges::sort(ranked_, {}, [&](std::uint32_t h) { return jobs_[h].rec.sequence; });
    for (const std::uint32_t h : ranked_) views_.push_back(view(h));
    keys_.resize(ranked_.size());
    order_.keys(views_, now_, keys_);
    queue_.clear();
    for (std::size_t k = 0; k < ranked_.size(); ++k) {
      entry& e = jobs_[ranked_[k]];
      e.place.key = keys_[k];
      queue_.insert(e.of_class, e.place);
    }
  }

  // --- time ---
  void timers_once(instant at, std::uint32_t h) {
    const timer t{at, h};
    if (!timers_.contains(t)) timers_.insert(t);
  }
  void drop_timer(instant at, std::uint32_t h) {
    const timer t{at, h};
    if (timers_.contains(t)) timers_.erase(t);
  }
  void tick(instant now) {
    SCHED_ASSERT(now >= now_);
    now_ = now;
    while (!timers_.empty() && timers_.front().at <= now) {
      const std::uint32_t h = timers_.front().job;
      timers_.erase(timers_.front());
      entry& e = jobs_[h];
      const job_state s = e.rec.life.state();
      if (e.rec.sequence == 0) continue;  // forgotten
      if ((s == job_state::queued || s == job_state::held) && e.rec.job.deadline <= now) {
        fail(h, end_reason::deadline, now);
      } else if (s == job_state::held) {
        release_if_free(h, now);
      } else if (s == job_state::preempting && e.grace_end <= now) {
        leave(h, now);
      } else if (s == job_state::running && e.gang != nullptr) {
        gang_time(h, now);
      } else if (s == job_state::queued) {
        if (e.parked) unpark(h);
        if (const std::int32_t b = risen(e, now); b != e.band) {
          const bool waits = e.waiting;
          if (waits) leave_queue(h);
          e.band = b;
          if (waits) join_queue(h);
          watch_rise(h);
        }
      }
    }
  }
  [[nodiscard]] std::int32_t risen(const entry& e, instant now) const noexcept {
    const cluster_job& j = e.rec.job;
    if (options_.age_step == 0 || e.rec.life.eligible() == instant::infinity()) return j.band;
    return order::ageing_band(options_.age_step, options_.age_cap)
        .band_of({.eligible = e.rec.life.eligible(), .band = j.band}, now);
  }
  void watch_rise(std::uint32_t h) {
    const entry& e = jobs_[h];
    if (options_.age_step == 0 || e.band >= options_.age_cap) return;
    timers_once(e.rec.life.eligible() + options_.age_step * std::int64_t{e.band - e.rec.job.band + 1}, h);
  }
  /// A held job without a reason to be is queued.
  void release_if_free(std::uint32_t h, instant now) {
    entry& e = jobs_[h];
    if (e.rec.life.state() != job_state::held || e.rec.job.held || e.unmet > 0) return;
    if (e.rec.job.not_before > now) return timers_once(e.rec.job.not_before, h);
    static_cast<void>(move(h, job_state::queued, now));
  }
  void extend_overruns() {
    while (!plan_.ends().empty() && plan_.ends().front().at <= now_) {
      const std::uint32_t h = plan_.ends().front().job;
      const std::uint32_t doublings = std::min<std::uint32_t>(jobs_[h].overruns++, 40);
      plan_.extend(h, now_ + options_.overrun_step * (std::int64_t{1} << doublings));
    }
  }

  // --- dependencies ---
  void wait_for(std::uint32_t h, const job_dependency& d, instant now) {
    using enum job_dependency::kind;
    if (d.on == singleton) {
      for (const std::uint32_t g : namesakes_[name_of(h)])
        if (g != h && jobs_[g].rec.sequence < jobs_[h].rec.sequence && !is_terminal(jobs_[g].rec.life.state()) &&
            jobs_[g].rec.job.user == jobs_[h].rec.job.user && jobs_[g].rec.job.name == jobs_[h].rec.job.name)
          add_waiter(g, h, d);
      return;
    }
    const std::uint32_t g = find(d.job);
    if (g == none) {
      jobs_[h].never = true;
      return;
    }
    const job_history& life = jobs_[g].rec.life;
    if (is_terminal(life.state())) {
      const bool well = life.state() == job_state::completed;
      if ((d.on == ok && !well) || (d.on == not_ok && well)) jobs_[h].never = true;
      else delay(h, life.finished() + d.delay);
    } else if (d.on == start && life.ever_started()) {
      delay(h, now + d.delay);
    } else {
      add_waiter(g, h, d);
    }
  }
  void add_waiter(std::uint32_t first, std::uint32_t h, const job_dependency& d) {
    ++jobs_[h].unmet;
    jobs_[first].waiters.push_back({h, d});
  }
  void delay(std::uint32_t h, instant until) {
    jobs_[h].rec.job.not_before = std::max(jobs_[h].rec.job.not_before, until);
    save(h);
  }
  /// Tells those who wait for h.
  void settle(std::uint32_t h, instant now, bool ended, bool well) {
    using enum job_dependency::kind;
    std::vector<waiter> kept;
    for (const waiter& w : std::exchange(jobs_[h].waiters, {})) {
      entry& e = jobs_[w.job];
      if (e.rec.life.state() != job_state::held) continue;
      if (!ended && w.on.on != start) {
        kept.push_back(w);
      } else if (ended && ((w.on.on == job_dependency::kind::ok && !well) || (w.on.on == not_ok && well))) {
        fail(w.job, end_reason::dependency, now);
      } else {
        --e.unmet;
        delay(w.job, now + w.on.delay);
        release_if_free(w.job, now);
      }
    }
    auto& list = jobs_[h].waiters;
    list.insert(list.end(), kept.begin(), kept.end());
  }
  /// A job of the store goes on.
  void take_over(std::uint32_t h, instant now) {
    entry& e = jobs_[h];
    const job_state s = e.rec.life.state();
    if (is_terminal(s)) {
      part_with(h);
      e.ended_well = s == job_state::completed;
    } else if (holds_resources(s)) {
      if (e.gang != nullptr) has(e, needs_of(e.rec.place));
      if (!state_.try_apply(e.rec.place)) {
        if (e.gang != nullptr) use_until(h, now);
        const std::vector<allocation> lost = std::exchange(e.rec.place, {});
        std::ignore = lost;
        if (e.gang != nullptr) dissolve(h);
        std::ignore = e.rec.life.move(s == job_state::scheduled ? job_state::queued : job_state::preempted, now,
                                      end_reason::node_lost);
        if (s != job_state::scheduled) std::ignore = e.rec.life.move(job_state::queued, now);
        ++waiting_;
        save(h);
        if (!e.rec.job.held) join_queue(h);
        return;
      }
      if (e.gang != nullptr) {
        gangs_.push_back(h);
        e.gang->reserved = quota_amounts(h);
        if (e.rec.gang.repair_until != instant::infinity()) timers_once(e.rec.gang.repair_until, h);
        if (!e.rec.gang.leaving.empty()) {
          e.grace_end = now;
          timers_once(now, h);
        }
      }
      const instant from = std::min(e.rec.life.attempt(e.rec.life.attempt_count() - 1).started, now);
      hold_place(h, from + planned(h));
      e.saved_at = from;
      if (options_.quotas != nullptr)
        note_lent(e, options_.quotas->reserve(e.rec.job.quota, quota_amounts(h), now).over_soft);
      if (e.rec.job.array != 0) ++arrays_[e.rec.job.array].running;
      if constexpr (usage_order<ranked>) order_.started(view(h), now);
      if (s == job_state::preempting) {
        e.grace_end = now;
        timers_once(now, h);
      }
    } else if (s == job_state::queued) {
      ++waiting_;
      e.band = risen(e, now);
      watch_rise(h);
      if (!e.rec.job.held) join_queue(h);
    } else if (s == job_state::held) {
      for (const job_dependency& d : e.rec.job.after) wait_for(h, d, now);
      if (e.never) fail(h, end_reason::dependency, now);
      else release_if_free(h, now);
    }
  }

  /// A node takes nothing new: whoever was to start there looks for another place.
  void drop_claims_on(node_id n) {
    for (std::size_t k = claims_.size(); k-- > 0;)
      if (std::ranges::any_of(claims_[k].parts, [&](const allocation& a) { return a.node == n; }))
        drop_claim(claims_[k].job);
  }
  /// The preemptor does not come: victims in grace run on.
  void drop_claim(std::uint32_t h) {
    const auto at = std::ranges::find(claims_, h, &claim::job);
    if (at == claims_.end()) return;
    for (const std::uint32_t v : at->victims) {
      jobs_[v].preemptor = none;
      if (jobs_[v].rec.gang.leaving.empty()) jobs_[v].grace_end = instant::infinity();
    }
    claims_.erase(at);
    jobs_[h].claims = false;
    if (jobs_[h].rec.life.state() == job_state::queued && !jobs_[h].rec.job.held) join_queue(h);
  }

  [[nodiscard]] std::array<amount, 6> quota_amounts(std::uint32_t h) const noexcept {
    const entry& e = jobs_[h];
    const std::int64_t time = e.rec.job.estimate == duration::infinity() ? 0 : e.rec.job.estimate.count();
    return {e.needs[0], e.needs[1], e.needs[2], 1, saturating_mul(e.needs[0], time), saturating_mul(e.needs[2], time)};
  }

  const cluster* machine_;
  cluster_options options_;
  ranked order_;
  Store store_;
  cluster_state state_;
  cluster_plan plan_;
  std::deque<entry> jobs_;  ///< places must stay where they are
  std::vector<std::uint32_t> free_;
  id_table ids_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> namesakes_;
  request_classes requests_;  ///< of jobs that have not ended
  class_queue queue_;
  std::vector<std::uint32_t> parked_, ranked_;
  std::map<std::int32_t, std::size_t> holders_in_band_;  ///< jobs that hold resources
  std::size_t lent_ = 0;                                 ///< of them `lent`
  std::unordered_map<job_number, array_tasks> arrays_;
  std::vector<waiting_job> views_;
  std::vector<double> keys_;
  ordered_blocks<timer> timers_;
  std::vector<claim> claims_;
  std::vector<job_number> failed_;
  std::vector<std::uint32_t> gangs_;  ///< elastic jobs that have a place
  std::vector<resize_order> lost_;    ///< since the last decision
  instant now_ = instant::minus_infinity();
  std::uint64_t epoch_ = 1, last_sequence_ = 0, joined_ = 0;
  std::uint64_t put_aside_ = 0;  ///< how often a job that fitted could not start: a quota, an array, the inventory
  std::size_t waiting_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
