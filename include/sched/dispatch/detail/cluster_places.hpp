// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_DETAIL_CLUSTER_PLACES_HPP
#define SCHED_DISPATCH_DETAIL_CLUSTER_PLACES_HPP

/// \file
/// Where and when the jobs of a cluster scheduler find a place, and the desk that reservation policies work at.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/dispatch/cluster_options.hpp>
#include <sched/dispatch/detail/cluster_jobs.hpp>
#include <sched/dispatch/detail/cluster_plan.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/node_state.hpp>
#include <sched/placement/policy.hpp>
#include <sched/placement/workspace.hpp>
#include <sched/solve/reservation.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

template <job_order Ranked, placement_policy Placement, job_store Store>
class cluster_places : protected cluster_jobs<Ranked, Store> {
protected:
  using jobs = cluster_jobs<Ranked, Store>;
  using jobs::none, jobs::options_, jobs::order_, jobs::state_, jobs::plan_, jobs::jobs_, jobs::queue_, jobs::arrays_,
      jobs::requests_, jobs::claims_, jobs::now_, jobs::epoch_, jobs::planned, jobs::park, jobs::move, jobs::settle,
      jobs::quota_amounts, jobs::view, jobs::wish;
  using typename jobs::ranked, typename jobs::entry, typename jobs::claim;

  struct request_class {
    std::uint64_t serial = 0;      ///< of the request that this is about
    std::uint64_t blocked_in = 0;  ///< epoch in which it had no place
    std::uint64_t checked_in = 0;  ///< epoch of the nodes in which it was seen whether the idle cluster has a place
    bool hopeless = false;
    std::uint64_t crowded_in = 0, crowded_at = 0;  ///< plan and epoch in which …
    duration crowded_from = duration::infinity();  ///< … no job planned so long, or longer, had a place
  };
  struct found_place {
    std::uint32_t job = none;
    instant at{};
    std::uint64_t generation = 0;
    std::size_t bookings = 0;
    placement_result where{};
  };

  cluster_places(const cluster& machine, Ranked order, Placement placement, Store store, const cluster_options& options)
      : jobs(machine, std::move(order), std::move(store), options), placement_(std::move(placement)), idle_(machine) {}

  // --- places ---
  void begin_pass() {
    plan_.bookings.clear();
    for (const claim& c : claims_) plan_.bookings.push_back({c.job, now_, now_ + planned(c.job), c.parts});
    strict_ = false;
    last_ = {};
    ++plan_made_;
  }
  /// A quota or an array keeps the job from starting: it waits aside for the event that frees it.
  bool kept_aside(std::uint32_t h) {
    const entry& e = jobs_[h];
    if (const cluster_job& j = e.rec.job;
        j.array != 0 && j.array_limit != 0 && arrays_[j.array].running >= j.array_limit) {
      park(h, {.granted = true});
      return true;
    }
    if (options_.quotas == nullptr) return false;
    const quota_answer a = options_.quotas->would(e.rec.job.quota, quota_amounts(h), now_);
    if (!a) park(h, a);
    return !a;
  }
  request_class& class_of(std::uint32_t h) {
    const std::size_t c = jobs_[h].of_class;
    if (classes_.size() <= c) classes_.resize(c + 1);
    if (classes_[c].serial != requests_.serial(c)) classes_[c] = {.serial = requests_.serial(c)};
    return classes_[c];
  }
  /// It is known that the class has no place now.
  [[nodiscard]] bool blocked(std::size_t c) const noexcept {
    return c < classes_.size() && classes_[c].blocked_in == epoch_ && classes_[c].serial == requests_.serial(c);
  }
  /// Jobs of the class that are planned so long have no place beside what is booked: the longer, the more is in their
  /// way.
  [[nodiscard]] std::optional<duration> crowded_from(std::size_t c) const noexcept {
    if (c >= classes_.size() || classes_[c].crowded_in != plan_made_ || classes_[c].crowded_at != epoch_ ||
        classes_[c].serial != requests_.serial(c))
      return std::nullopt;
    return classes_[c].crowded_from;
  }
  /// Not even the idle cluster has a place, as its nodes are at present: the job is passed by.
  bool hopeless(std::uint32_t h) {
    request_class& c = class_of(h);
    if (std::exchange(c.checked_in, node_epoch_) != node_epoch_) c.hopeless = !placement_(wish(h), idle_, future_ws_);
    return c.hopeless;
  }
  /// The inventory had no devices for it in this decision: the pass goes on without it.
  [[nodiscard]] bool refused(std::uint32_t h) const noexcept { return jobs_[h].refused_in == pass_; }
  [[nodiscard]] bool passed_by(std::uint32_t h) { return hopeless(h) || kept_aside(h); }
  void change_status(node_id n, node_status to) {
    state_.set_status(n, to);
    idle_.set_status(n, to);
    ++epoch_;
    ++node_epoch_;
  }
  [[nodiscard]] bool last_is(std::uint32_t h, instant at) const noexcept {
    return last_.job == h && last_.at == at && last_.generation == state_.generation() &&
           last_.bookings == plan_.bookings.size();
  }
  void remember(std::uint32_t h, instant at, placement_result&& r) {
    last_ = {h, at, state_.generation(), plan_.bookings.size(), std::move(r)};
  }
  /// A place now that disturbs nothing booked.
  bool fits(std::uint32_t h) {
    entry& e = jobs_[h];
    if (!e.waiting || strict_ || e.refused_in == pass_) return false;
    if (last_is(h, now_)) return true;
    request_class& c = class_of(h);
    if (c.blocked_in == epoch_) return false;
    const duration length = planned(h);
    if (const auto limit = crowded_from(e.of_class); limit && length >= *limit) return false;
    placement_result r = placement_(wish(h), state_, ws_);
    if (!r) {
      c.blocked_in = epoch_;
      return false;
    }
    const instant until = now_ + length;
    if (plan_.booked_on(r, now_, until)) {
      cluster_state& s = window_.follow(state_);
      r = place_between(h, s, now_, until);
      if (!r) {
        c.crowded_in = plan_made_;
        c.crowded_at = epoch_;
        c.crowded_from = length;
        return false;
      }
    }
    remember(h, now_, std::move(r));
    return true;
  }
  /// A place in `s`, what is free at `from`, that disturbs nothing booked; `s` is left as it was.
  placement_result place_between(std::uint32_t h, cluster_state& s, instant from, instant until) {
    taken_.clear();
    plan_.take_booked(s, from, until, taken_);
    placement_result r = placement_(wish(h), s, taken_.empty() ? future_ws_ : window_ws_);
    for (const allocation& a : taken_) s.undo(a);
    return r;
  }
  /// The earliest start of the job in the plan.
  instant earliest(std::uint32_t h) {
    if (fits(h)) return now_;
    entry& e = jobs_[h];
    if constexpr (node_placement_policy<Placement>)
      if (plan_.bookings.empty() && blocked(e.of_class) && devices_alike(e.rec.job.wants)) return earliest_of_node(h);
    times_.clear();
    leaving_.clear();
    plan_.ends().each([&](const auto& end) {
      if (end.at == instant::infinity()) return false;
      if (times_.empty() || times_.back().at != end.at) times_.push_back({end.at, leaving_.size(), leaving_.size()});
      leaving_.push_back(end.job);
      times_.back().last = leaving_.size();
      return true;
    });
    for (const auto& b : plan_.bookings)
      if (b.end != instant::infinity() && b.end > now_) times_.push_back({b.end, 0, 0});
    if (!plan_.bookings.empty()) std::ranges::stable_sort(times_, {}, &change::at);
    cluster_state& s = future_.follow(state_);
    std::size_t gone = 0;  // so many of the times have passed in s
    const auto reach = [&](std::size_t k) {
      for (; gone < k; ++gone)
        for (std::size_t i = times_[gone].first; i < times_[gone].last; ++i)
          for (const allocation& a : plan_.parts_of(leaving_[i])) s.undo(a);
      while (gone > k) {
        --gone;
        for (std::size_t i = times_[gone].first; i < times_[gone].last; ++i)
          for (const allocation& a : plan_.parts_of(leaving_[i])) s.redo(a);
      }
    };
    placement_result found, r;
    const auto feasible = [&](std::size_t k) {
      reach(k + 1);
      const group_free& sum = s.sums(0, 0);
      if (sum.milli < e.needs[2] && least_is_all(h)) return false;
      r = place_between(h, s, times_[k].at, times_[k].at + planned(h));
      if (r) found = std::move(r);
      return static_cast<bool>(found);
    };
    std::size_t at = times_.size();
    if (!plan_.bookings.empty()) {
      for (std::size_t k = 0; k < times_.size() && at == times_.size(); ++k)
        if (feasible(k)) at = k;
    } else if (!times_.empty()) {
      std::size_t low = 0, high = 0;  // the answer is in [low, high]
      for (std::size_t step = 1;; step *= 2) {
        if (feasible(high)) break;
        low = high + 1;
        if (low == times_.size()) break;
        high = std::min(high + step, times_.size() - 1);
      }
      if (found) {
        at = high;
        while (low < at) {
          const std::size_t middle = low + (at - low) / 2;
          const placement_result before = std::exchange(found, {});
          if (feasible(middle)) {
            at = middle;
          } else {
            found = before;
            low = middle + 1;
          }
        }
      }
    }
    reach(0);
    if (at == times_.size()) return instant::infinity();
    remember(h, times_[at].at, std::move(found));
    return times_[at].at;
  }
  /// One task for which it does not matter which devices are free, only how many.
  [[nodiscard]] static bool devices_alike(const request& r) noexcept {
    if (!r.simple()) return false;
    const part& q = r.groups[0].each;
    return q.devices < 2 ||
           (q.numa == numa_policy::none && q.max_link_cost == std::numeric_limits<std::uint16_t>::max());
  }
  /// The same for such a task that no node has room for now, while nothing is booked: then the first node with room is
  /// one that has just got some, and only nodes that may have enough by the sums of what has left are looked at.
  instant earliest_of_node(std::uint32_t h) {
    const part& q = jobs_[h].rec.job.wants.groups[0].each;
    cluster_state& s = future_.follow(state_);
    const gang_context alone{.decision = s.generation()};
    if (left_.size() < s.machine().node_count()) left_.resize(s.machine().node_count());
    ++walk_;
    leaving_.clear();
    roomy_.clear();
    instant at = instant::infinity();
    plan_.ends().each([&](const auto& end) {
      if (end.at == instant::infinity() || end.at > at) return false;
      for (const allocation& a : plan_.parts_of(end.job)) {
        const node_id n = a.node;
        const node_free& f = s.free(n);
        if (f.status != node_status::up) continue;
        what_left& l = left_[n.index()];
        if (l.walk != walk_) l = {.walk = walk_};
        l.cpu += a.exclusive ? s.machine().cpu(n) : a.cpu;
        l.memory += a.exclusive ? s.machine().memory(n) : a.memory;
        l.milli += whole_device * static_cast<amount>(a.exclusive ? s.machine().devices(n) : a.devices.size());
        if (l.roomy || f.cpu + l.cpu < q.cpu || f.memory + l.memory < q.memory || f.milli + l.milli < q.milli())
          continue;
        const std::size_t before = leaving_.size();
        for (const std::uint32_t other : plan_.jobs_on(n))
          if (plan_.end_of(other) <= end.at) leaving_.push_back(other);
        each_part_on(n, before, [&](const allocation& x) { s.undo(x); });
        if (node_state(s, n, alone).has_room(q)) {
          at = end.at;
          l.roomy = true;
          roomy_.push_back(n);
        } else {
          each_part_on(n, before, [&](const allocation& x) { s.redo(x); });
          leaving_.resize(before);
        }
      }
      return true;
    });
    if (roomy_.empty()) return instant::infinity();
    std::ranges::sort(roomy_);
    placement_result r = placement_.among(jobs_[h].rec.job.wants, s, roomy_);
    SCHED_ASSERT(r);
    for (const node_id n : roomy_) s.copy_node(state_, n);
    remember(h, at, std::move(r));
    return at;
  }
  /// The parts on the node of the jobs in `leaving_` behind `first`.
  template <class F>
  void each_part_on(node_id n, std::size_t first, F f) {
    for (std::size_t i = first; i < leaving_.size(); ++i)
      for (const allocation& a : plan_.parts_of(leaving_[i]))
        if (a.node == n) f(a);
  }
  [[nodiscard]] bool least_is_all(std::uint32_t h) const noexcept {
    return std::ranges::all_of(wish(h).groups, [](const part_group& g) { return g.least == 0; });
  }
  /// The job starts where it fits. False, and nothing changed, when it does not, or when the inventory refuses.
  bool start(std::uint32_t h) {
    if (!fits(h)) return false;
    return start_at(h, std::vector<allocation>(last_.where.parts.begin(), last_.where.parts.end()));
  }
  bool start_at(std::uint32_t h, std::vector<allocation> parts) {
    entry& e = jobs_[h];
    quota_answer granted{.granted = true};
    if (options_.quotas != nullptr) granted = options_.quotas->reserve(e.rec.job.quota, quota_amounts(h), now_);
    if (!granted) {
      park(h, granted);
      return false;
    }
    const auto give_up = [&] {
      if (options_.quotas != nullptr) options_.quotas->release(e.rec.job.quota, quota_amounts(h), now_, false);
      e.refused_in = pass_;
      ++jobs::put_aside_;
      return false;
    };
    const auto attempt = static_cast<std::uint32_t>(e.rec.life.attempt_count()) + e.rec.gang.additions;
    const lease_answer lease = options_.inventory.hold(e.rec.job.id, attempt, parts, now_ + options_.lease_time, now_);
    if (!lease.held) return give_up();
    if (!state_.try_apply(parts)) {
      options_.inventory.release(lease.lease);
      return give_up();
    }
    if (!options_.inventory.commit(lease.lease, now_)) {
      for (const allocation& a : parts) state_.undo(a);
      options_.inventory.release(lease.lease);
      return give_up();
    }
    if (options_.quotas != nullptr) options_.quotas->commit(e.rec.job.quota, quota_amounts(h));
    jobs::note_lent(e, granted.over_soft);
    e.rec.lease = lease.lease;
    e.rec.place = std::move(parts);
    if (e.gang != nullptr) jobs::gather(h, now_);
    static_cast<void>(move(h, job_state::scheduled, now_));
    jobs::hold_place(h, now_ + planned(h));
    if (e.rec.job.array != 0) ++arrays_[e.rec.job.array].running;
    if constexpr (usage_order<ranked>) order_.started(view(h), now_);
    if (!options_.confirm_launch) {
      static_cast<void>(move(h, job_state::running, now_));
      e.saved_at = now_;
      settle(h, now_, false, false);
    }
    decision_->starts.push_back(e.rec.job.id);
    return true;
  }

  /// What reservation policies see.
  struct desk {
    cluster_places* s;
    static constexpr bool static_keys = ranked::static_keys, in_order = false;

    [[nodiscard]] instant now() const noexcept { return s->now_; }
    /// Device thousandths, or cpu thousandths in a cluster without devices.
    [[nodiscard]] amount available() const noexcept {
      const group_free& f = s->state_.sums(0, 0);
      return std::max(f.milli, f.cpu);
    }
    [[nodiscard]] amount capacity() const noexcept { return std::numeric_limits<amount>::max(); }
    [[nodiscard]] std::size_t waiting() const noexcept { return s->queue_.size(); }
    [[nodiscard]] amount demand_of(job_handle h) const noexcept { return s->jobs_[h].bill; }
    [[nodiscard]] duration planned_of(job_handle h) const noexcept { return s->planned(h); }
    [[nodiscard]] instant eligible_of(job_handle h) const noexcept { return s->jobs_[h].rec.life.eligible(); }
    [[nodiscard]] waiting_job view(job_handle h) const noexcept { return s->view(h); }
    template <class F>
    void each_in_order(F f) {
      s->queue_.each([&](std::uint32_t h, std::size_t) { return s->refused(h) || s->passed_by(h) || f(h); },
                     [](std::size_t) { return false; });
    }
    /// Those whose request has no place at all are passed by.
    template <class F>
    void each_in_walk(F f) {
      if (s->strict_) return;
      s->queue_.each([&](std::uint32_t h, std::size_t) { return s->refused(h) || s->passed_by(h) || f(h); },
                     [&](std::size_t c) { return s->blocked(c); }, [&](std::size_t c) { return s->crowded_from(c); });
    }
    [[nodiscard]] bool fits(job_handle h) { return s->fits(h); }
    bool start(job_handle h) { return s->start(h); }
    job_handle start_heads() {
      job_handle blocked = no_job;
      each_in_order([&](job_handle h) {
        if (start(h) || s->jobs_[h].parked) return true;
        blocked = h;
        return false;
      });
      return blocked;
    }
    void clear_plan() { s->begin_pass(); }
    [[nodiscard]] instant earliest(job_handle h) { return s->earliest(h); }
    job_booking reserve(job_handle h, instant at) {
      if (at == instant::infinity()) s->strict_ = true;  // nobody knows when: then nobody passes
      else if (s->last_is(h, at) || (s->earliest(h) == at && s->last_is(h, at)))
        s->plan_.bookings.push_back(
            {h, at, at + s->planned(h), {s->last_.where.parts.begin(), s->last_.where.parts.end()}});
      return {.start = at, .planned = s->planned(h), .demand = s->jobs_[h].bill};
    }
    void release(job_handle h, const job_booking&) {
      std::erase_if(s->plan_.bookings, [&](const auto& b) { return b.job == h; });
      ++s->plan_made_;
    }
    // What policies that count processors ask for; here places are looked for.
    [[nodiscard]] static constexpr bool by_count() noexcept { return false; }
    [[nodiscard]] static constexpr bool enough_reserved() noexcept { return false; }
    [[nodiscard]] static constexpr bool released() noexcept { return true; }
    [[nodiscard]] static constexpr bool complete() noexcept { return false; }
    [[nodiscard]] static constexpr std::span<const job_handle> fresh() noexcept { return {}; }
    [[nodiscard]] job_handle front() {
      job_handle first = no_job;
      each_in_order([&](job_handle h) { return first = h, false; });
      return first;
    }
    [[nodiscard]] bool may_start(job_handle h) { return s->fits(h); }
    [[nodiscard]] shadow shadow_of_head(job_handle h) { return {s->earliest(h), 0}; }
    void start_behind(job_handle h, shadow&) { static_cast<void>(s->start(h)); }
    void start_all_behind(job_handle head, shadow&) {
      each_in_walk([&](job_handle h) { return h == head || (static_cast<void>(s->start(h)), true); });
    }
    void start_members(job_handle) {}
    template <class F>
    void each_end(F) {}
    [[nodiscard]] amount least(interval) const noexcept { return 0; }
  };

  Placement placement_;
  placement_workspace ws_, window_ws_, future_ws_;
  cluster_state idle_;  ///< nobody runs, nodes are up or down as they are
  following_state window_, future_;
  std::vector<request_class> classes_;
  std::vector<allocation> taken_;
  struct change {
    instant at{};
    std::size_t first = 0, last = 0;  ///< who leaves then, in `leaving_`
  };
  std::vector<change> times_;
  std::vector<std::uint32_t> leaving_;
  struct what_left {
    std::uint64_t walk = 0;
    amount cpu = 0, memory = 0, milli = 0;
    bool roomy = false;
  };
  std::vector<what_left> left_;  ///< by node, in the walk with this number
  std::vector<node_id> roomy_;
  std::uint64_t walk_ = 0;
  found_place last_{};
  cluster_decision* decision_ = nullptr;
  std::uint64_t pass_ = 0, node_epoch_ = 1;
  std::uint64_t plan_made_ = 0;  ///< bookings have only been added since
  bool strict_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
