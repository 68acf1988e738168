// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_DETAIL_CLUSTER_GANGS_HPP
#define SCHED_DISPATCH_DETAIL_CLUSTER_GANGS_HPP

/// \file
/// Elastic jobs of a cluster scheduler: lost tasks are replaced, and what nobody waits for is lent to them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/dispatch/cluster_options.hpp>
#include <sched/dispatch/detail/cluster_places.hpp>
#include <sched/dispatch/detail/elastic_gang.hpp>
#include <sched/dispatch/job_store.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/placement/node_state.hpp>
#include <sched/placement/one_more.hpp>
#include <sched/placement/policy.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Nothing of this is done, or costs anything, while no elastic job runs.
template <job_order Ranked, placement_policy Placement, job_store Store>
class cluster_gangs : protected cluster_places<Ranked, Placement, Store> {
protected:
  using places = cluster_places<Ranked, Placement, Store>;
  using places::options_, places::state_, places::idle_, places::plan_, places::jobs_, places::queue_, places::gangs_,
      places::placement_, places::ws_, places::window_, places::window_ws_, places::taken_, places::now_,
      places::epoch_, places::decision_, places::parked_;
  using typename places::entry;

  cluster_gangs(const cluster& machine, Ranked order, Placement placement, Store store, const cluster_options& options)
      : places(machine, std::move(order), std::move(placement), std::move(store), options) {}

  /// Jobs below their least number of tasks get others, all at once, where nothing is claimed.
  void repair() {
    for (const std::uint32_t h : in_turn()) {
      entry& e = jobs_[h];
      if (e.rec.gang.repair_until == instant::infinity() || !may_change(e)) continue;
      addition a = begin_addition(h);
      bool all = true;
      for (const std::uint32_t g : missing_parts(e.gang->least, e.rec.place)) all = all && add_part(a, g, true);
      if (!all) take_back(a);
      else static_cast<void>(add(a, resize_order::kind::repaired));
    }
  }
  /// Running elastic jobs get more tasks, one each in turn, where no waiting job could stand that is not reserved a
  /// start, and nothing reserved is disturbed. What a quota has above its soft limit is not lent. Returns
  /// whether one did.
  bool grow() {
    std::vector<addition> growing;
    for (const std::uint32_t h : in_turn()) {
      const entry& e = jobs_[h];
      if (may_change(e) && e.gang->full_in != epoch_ && !e.lent && e.rec.gang.repair_until == instant::infinity() &&
          !starved(e))
        growing.push_back(begin_addition(h));
    }
    if (growing.empty()) return false;
    find_wanted();
    bool any = true;
    while (std::exchange(any, false)) {
      for (addition& a : growing) {
        if (a.full) continue;
        const auto& groups = jobs_[a.job].rec.job.wants.groups;
        bool more = false;
        for (std::uint32_t g = 0; g < groups.size() && !more; ++g)
          more = count_of(a.place, g) < groups[g].count && groups[g].least != 0 && add_part(a, g, false);
        a.full = !more;
        any = any || more;
      }
    }
    bool grew = false;
    for (addition& a : growing) {
      if (a.parts.empty()) {
        if (wanted_.empty() && plan_.bookings.empty() && a.no_room) jobs_[a.job].gang->full_in = epoch_;
        continue;
      }
      grew = add(a, resize_order::kind::grown) || grew;
    }
    return grew;
  }

  /// More important jobs first, then as they were submitted.
  [[nodiscard]] auto turn_of(std::uint32_t h) const {
    const stored_job& r = jobs_[h].rec;
    return std::pair(-std::int64_t{r.job.band}, r.sequence);
  }
  /// Jobs that wait aside for a quota get back what was lent to others below the same limit, when that is enough and
  /// there is a place then: of those that are not more important, the least important first.
  void yield() {
    if (options_.quotas == nullptr || parked_.empty() || !options_.inventory.partial()) return;
    std::vector<std::uint32_t> waiting = parked_;
    std::ranges::sort(waiting, {}, [&](std::uint32_t h) { return turn_of(h); });
    std::vector<std::uint32_t> lenders = in_turn();
    std::ranges::reverse(lenders);
    for (const std::uint32_t p : waiting) {
      const entry& w = jobs_[p];
      if (!w.parked || w.limit.granted) continue;
      const quota_answer limit = options_.quotas->would(w.rec.job.quota, places::quota_amounts(p), now_);
      if (limit.granted || limit.resource > 2) continue;
      amount missing = limit.wanted - limit.limit;
      std::vector<std::pair<std::uint32_t, std::uint32_t>> taken;  // job, position
      const auto size = [&](const allocation& a) { return needs_of(std::span(&a, 1))[limit.resource]; };
      for (const std::uint32_t h : lenders) {
        const entry& e = jobs_[h];
        if (!options_.quotas->stands_below(e.rec.job.quota, limit.node)) continue;
        for (const std::uint32_t k : e.rec.gang.leaving) missing -= size(e.rec.place[k]);  // it comes anyway
        if (!may_change(e) || e.rec.job.band > w.rec.job.band) continue;
        const std::vector<std::uint32_t> spare = spare_parts(e.gang->least, e.rec.place);
        for (std::size_t k = spare.size(); k-- > 0 && missing > 0;) {
          missing -= size(e.rec.place[spare[k]]);
          taken.emplace_back(h, spare[k]);
        }
      }
      if (missing > 0 || taken.empty()) continue;
      for (const auto& [h, k] : taken) state_.undo(jobs_[h].rec.place[k]);
      const bool fits = static_cast<bool>(placement_(places::wish(p), state_, ws_));
      for (std::size_t t = taken.size(); t-- > 0;) state_.redo(jobs_[taken[t].first].rec.place[taken[t].second]);
      if (!fits) continue;
      for (const auto& [h, k] : taken) jobs_[h].rec.gang.leaving.push_back(k);
      for (std::size_t t = 0; t < taken.size(); ++t)
        if (t == 0 || taken[t].first != taken[t - 1].first) tell_to_shrink(taken[t].first, p);
    }
  }
  /// It gives back what is noted as leaving, for another one.
  void tell_to_shrink(std::uint32_t v, std::uint32_t other) {
    entry& e = jobs_[v];
    std::ranges::sort(e.rec.gang.leaving);
    e.grace_end = now_ + options_.grace;
    resize_order told{resize_order::kind::shrunk, e.rec.job.id, jobs_[other].rec.job.id, e.grace_end, {}};
    for (const std::uint32_t k : e.rec.gang.leaving) told.parts.push_back(e.rec.place[k]);
    decision_->resizes.push_back(std::move(told));
    places::save(v);
    if (options_.grace == 0) places::shrink(v, now_);
    else places::timers_once(e.grace_end, v);
  }

private:
  /// Parts that are taken already, and paid for, but not the job's yet.
  struct addition {
    std::uint32_t job = 0;
    std::vector<allocation> place{};  ///< with what it has
    std::vector<allocation> parts{};
    std::array<amount, 6> paid{};
    std::array<amount, 2> prepaid{};  ///< that was left before
    bool full = false;
    bool no_room = true;  ///< only room was missing
  };

  [[nodiscard]] bool may_change(const entry& e) const noexcept {
    return e.rec.life.state() == job_state::running && e.rec.gang.leaving.empty() && options_.inventory.partial();
  }
  [[nodiscard]] std::vector<std::uint32_t> in_turn() const {
    std::vector<std::uint32_t> out = gangs_;
    std::ranges::sort(out, {}, [&](std::uint32_t h) { return turn_of(h); });
    return out;
  }
  /// Somebody waits for a quota that the job stands below, too.
  [[nodiscard]] bool starved(const entry& e) const {
    return std::ranges::any_of(parked_, [&](std::uint32_t p) {
      const quota_answer& limit = jobs_[p].limit;
      return !limit.granted && options_.quotas->stands_below(e.rec.job.quota, limit.node);
    });
  }
  /// Nodes where a waiting job could have a task that is not reserved a start. O(nodes · distinct requests waiting).
  void find_wanted() {
    wanted_.clear();
    std::vector<std::uint8_t> seen;
    const cluster& c = idle_.machine();
    std::vector<std::uint8_t> closed;
    queue_.each(
        [&](std::uint32_t h, std::size_t of_class) {
          if (std::ranges::any_of(plan_.bookings, [&](const auto& b) { return b.job == h; })) return true;
          if (places::hopeless(h)) return true;
          if (seen.size() <= of_class) seen.resize(of_class + 1, 0);
          seen[of_class] = 1;
          const request& r = places::wish(h);
          find_closed(r, c.node_count(), closed);
          const gang_context alone{.exclusive = r.exclusive, .closed = closed};
          wanted_.resize(c.node_count(), 0);
          for (std::size_t n = 0; n < wanted_.size(); ++n) {
            if (wanted_[n] != 0) continue;
            const node_state node(idle_, node_id(n), alone);
            if (std::ranges::any_of(r.groups, [&](const part_group& g) { return node.has_room(g.each); }))
              wanted_[n] = 1;
          }
          return true;
        },
        [&](std::size_t of_class) { return of_class < seen.size() && seen[of_class] != 0; });
  }

  [[nodiscard]] addition begin_addition(std::uint32_t h) const {
    return {.job = h, .place = jobs_[h].rec.place, .prepaid = jobs_[h].gang->prepaid};
  }
  /// One part more. Needed ones may be where others wait, and above a soft limit.
  bool add_part(addition& a, std::uint32_t g, bool needed) {
    entry& e = jobs_[a.job];
    const part& p = e.rec.job.wants.groups[g].each;
    std::array<amount, 6> cost = places::quota_change(a.job, {p.cpu, p.memory, p.milli()}, now_);
    const std::array<amount, 2> before = e.gang->prepaid;
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}}) {
      const amount known = std::min(cost[4 + k], e.gang->prepaid[k]);
      cost[4 + k] -= known;
      e.gang->prepaid[k] -= known;
    }
    const auto refuse = [&] {
      e.gang->prepaid = before;
      return false;
    };
    if (options_.quotas != nullptr) {
      const quota_answer q = options_.quotas->would(e.rec.job.quota, cost, now_);
      if (!q || (!needed && q.over_soft)) {
        a.no_room = false;
        return refuse();
      }
    }
    const std::span<const std::uint8_t> closed = needed ? std::span<const std::uint8_t>() : wanted_;
    const request& r = e.rec.job.wants;
    const instant until = plan_.end_of(a.job);
    placement_result found = one_more(placement_, r, g, a.place, closed, state_, ws_);
    if (found && plan_.booked_on(found, now_, until)) {
      cluster_state& s = window_.follow(state_);
      taken_.clear();
      plan_.take_booked(s, now_, until, taken_);
      found = one_more(placement_, r, g, a.place, closed, s, window_ws_);
      for (const allocation& t : taken_) s.undo(t);
    }
    if (!found || !state_.fits(found.parts[0])) return refuse();
    if (options_.quotas != nullptr) static_cast<void>(options_.quotas->reserve(e.rec.job.quota, cost, now_));
    for (std::size_t k = 0; k < cost.size(); ++k) a.paid[k] = saturating_add(a.paid[k], cost[k]);
    state_.apply(found.parts[0]);
    a.place.push_back(found.parts[0]);
    a.parts.push_back(std::move(found.parts[0]));
    return true;
  }
  /// Nothing of it was taken.
  void take_back(addition& a) {
    entry& e = jobs_[a.job];
    for (const allocation& p : a.parts) state_.undo(p);
    if (options_.quotas != nullptr && !a.parts.empty()) options_.quotas->release(e.rec.job.quota, a.paid, now_, false);
    e.gang->prepaid = a.prepaid;
  }
  /// The parts are the job's, if the inventory agrees.
  bool add(addition& a, resize_order::kind why) {
    entry& e = jobs_[a.job];
    const auto key = static_cast<std::uint32_t>(e.rec.life.attempt_count()) + e.rec.gang.additions;
    const lease_answer lease = options_.inventory.hold(e.rec.job.id, key, a.parts, now_ + options_.lease_time, now_);
    if (!lease.held || !options_.inventory.commit(lease.lease, now_)) {
      if (lease.held) options_.inventory.release(lease.lease);
      take_back(a);
      return false;
    }
    if (options_.quotas != nullptr) options_.quotas->commit(e.rec.job.quota, a.paid);
    places::resize(a.job, now_, [&](stored_job& r) {
      r.place.insert(r.place.end(), a.parts.begin(), a.parts.end());
      r.gang.leases.resize(r.place.size(), lease.lease);
      ++r.gang.additions;
      if (why == resize_order::kind::repaired) r.gang.repair_until = instant::infinity();
    });
    for (std::size_t k = 0; k < a.paid.size(); ++k)
      e.gang->reserved[k] = saturating_add(e.gang->reserved[k], a.paid[k]);
    places::save(a.job);
    decision_->resizes.push_back({.what = why, .job = e.rec.job.id, .deadline = now_, .parts = std::move(a.parts)});
    return true;
  }

  std::vector<std::uint8_t> wanted_;  ///< by node; empty: none
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
