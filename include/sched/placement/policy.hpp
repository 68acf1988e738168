// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_POLICY_HPP
#define SCHED_PLACEMENT_POLICY_HPP

/// \file
/// WHERE a job goes in a cluster: the contract of placement policies, and those that follow from a score of nodes.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <ranges>
#include <span>
#include <utility>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/detail/gang_search.hpp>
#include <sched/placement/explain.hpp>
#include <sched/placement/node_state.hpp>
#include <sched/placement/score.hpp>
#include <sched/placement/workspace.hpp>

namespace sched {
inline namespace v0 {

/// WHERE: the place for a request, or why there is none. `p(r, v, ws)` gives all parts (between the least and the whole
/// count of every group) or none; it depends on nothing but the request and the state, not on what is in the workspace;
/// ties end at the lower node, then the lower device. It may allocate in the workspace and in its answer alone. Whoever
/// asks applies the answer. Requests must have passed `check_request`.
template <class P>
concept placement_policy =
    std::copy_constructible<P> && requires(const P p, const request& r, const cluster_view v, placement_workspace& ws) {
      { p(r, v, ws) } -> std::same_as<placement_result>;
    };

/// A policy that judges every node alone. `p.among(r, v, nodes)`, nodes ascending, for a request that is `simple()`:
/// the answer of `p(r, v, ws)` when no other node had room. A scheduler that knows which nodes have changed asks for
/// these alone.
template <class P>
concept node_placement_policy =
    placement_policy<P> && requires(const P p, const request& r, const cluster_view v, std::span<const node_id> nodes) {
      { p.among(r, v, nodes) } -> std::same_as<placement_result>;
    };

namespace detail {

/// Fills in the answer for one task.
inline void set_single(placement_result& out, const part& q, node_id n, device_choice&& d) {
  out.placed = true;
  out.greedy_devices = !d.exact;
  out.cost.nodes = 1;
  out.cost.extra_domains = d.extra_domains;
  out.cost.links = d.link_cost;
  out.parts.resize(1);
  allocation& a = out.parts.front();
  a.node = n;
  a.cpu = q.cpu;
  a.memory = q.memory;
  a.share = q.share;
  a.device_memory = q.device_memory;
  a.devices = std::move(d.devices);
  a.counted.assign(q.counted.begin(), q.counted.end());
}

/// No place for one task.
inline void set_refused(placement_result& out, const request& r, const cluster_state& s) {
  const part& q = r.groups[0].each;
  const bool choosy = q.numa == numa_policy::single || q.numa == numa_policy::restricted ||
                      q.max_link_cost != std::numeric_limits<std::uint16_t>::max();
  out.why = find_obstacle(r, s, choosy ? obstacle::numa : obstacle::fragmented);
}

}  // namespace detail

namespace placement {

/// The node of least score. One task: O(nodes), by the index O(log nodes) typically where the score is a
/// `leftover_score`; gangs: the smallest group of the tree that holds all (scores that spread: the whole cluster),
/// parts by devices, cpu and memory descending, O(groups log groups + parts · nodes of the group), for leftover scores
/// O(nodes log nodes) a group of equal parts.
template <node_score S, bool UseIndex = true>
class by_score {
public:
  by_score() = default;
  explicit by_score(S s) : score_(std::move(s)) {}
  [[nodiscard]] const S& score() const noexcept { return score_; }

  [[nodiscard]] placement_result operator()(const request& r, const cluster_view v, placement_workspace& ws) const {
    if (!r.simple()) return detail::gang_search<S>(score_, r, v, ws).run();
    placement_result out;
    const part& q = r.groups[0].each;
    if constexpr (UseIndex && leftover_score<S>) {
      if (q.numa != numa_policy::best_effort) {
        by_index(r, q, v, ws, out);
        return out;
      }
    }
    scan(r, v, std::views::iota(std::size_t{0}, v.machine().node_count()), out);
    return out;
  }

  /// The best of some nodes, ascending, for a request that is `simple()`. O(nodes listed).
  [[nodiscard]] placement_result among(const request& r, const cluster_view v, std::span<const node_id> nodes) const {
    SCHED_ASSERT(r.simple());
    placement_result out;
    scan(r, v, nodes | std::views::transform([](node_id n) { return n.index(); }), out);
    return out;
  }

private:
  void by_index(const request& r, const part& q, const cluster_view v, placement_workspace& ws,
                placement_result& out) const
    requires leftover_score<S>
  {
    const cluster_state& s = v.state();
    const gang_context alone{.decision = v.generation()};
    const bool any_devices =
        q.devices < 2 || (q.numa == numa_policy::none && q.max_link_cost == std::numeric_limits<std::uint16_t>::max());
    const auto feasible = [&](node_id n) {
      const node_state node(s, n, alone);
      if (!node.has_room(q)) return false;
      if (any_devices) return true;
      device_choice d;
      return choose_devices(q, node, d);
    };
    const free_index& index = ws.index(s, score_.cpu_weight, score_.device_weight);
    const node_id n = S::most_left ? index.most(q, feasible) : index.least(q, feasible);
    if (!n.valid()) return detail::set_refused(out, r, s);
    device_choice d;
    const node_state node(s, n, alone);
    static_cast<void>(choose_devices(q, node, d));
    out.score = score_(q, node, d);
    detail::set_single(out, q, n, std::move(d));
  }

  template <class Nodes>
  void scan(const request& r, const cluster_view v, Nodes&& nodes, placement_result& out) const {
    const part& q = r.groups[0].each;
    using key = typename detail::gang_search<S>::key;
    const gang_context alone{.decision = v.generation()};
    std::optional<detail::node_key<key>> best;
    node_id at;
    device_choice kept, d;
    for (const std::size_t i : nodes) {
      const node_state node(v.state(), node_id(i), alone);
      if (!node.has_room(q) || !choose_devices(q, node, d)) continue;
      const bool near = q.numa == numa_policy::best_effort;
      const std::size_t extra = near ? d.extra_domains : 0;
      const amount links = near ? d.link_cost : 0;
      detail::node_key<key> k{extra, links, score_(q, node, d)};
      if (best && !(k < *best)) continue;
      best.emplace(std::move(k));
      at = node_id(i);
      std::swap(kept, d);
    }
    if (!best) return detail::set_refused(out, r, v.state());
    out.score = detail::score_number(best->score);
    detail::set_single(out, q, at, std::move(kept));
  }

  S score_{};
};
template <class S>
by_score(S) -> by_score<S>;

/// The policies by their usual names; what they mean stands with their scores.
using first_fit = by_score<score::first_fit>;
using best_fit = by_score<score::best_fit>;
using worst_fit = by_score<score::worst_fit>;
/// Parts by devices, cpu and memory descending, then best fit: what best fit does with every gang. For a list of jobs
/// sort the list by `larger_first`.
using best_fit_decreasing = best_fit;
using dot_product = by_score<score::dot_product>;
using packing = by_score<score::packing>;
using clustering = by_score<score::clustering>;
using least_nodes = by_score<score::least_nodes>;
using balanced = by_score<score::balanced>;
using random_node = by_score<score::random>;

/// Orders parts for decreasing policies: more device thousandths first, then more cpu, then more memory.
struct larger_first {
  [[nodiscard]] bool operator()(const part& a, const part& b) const noexcept {
    if (a.milli() != b.milli()) return a.milli() > b.milli();
    if (a.cpu != b.cpu) return a.cpu > b.cpu;
    return a.memory > b.memory;
  }
};

}  // namespace placement
}  // namespace v0
}  // namespace sched

#endif
