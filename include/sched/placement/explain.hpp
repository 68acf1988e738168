// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_EXPLAIN_HPP
#define SCHED_PLACEMENT_EXPLAIN_HPP

/// \file
/// Why a request has no place, and what a placement costs in communication.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/node_state.hpp>

namespace sched {
inline namespace v0 {

/// The first obstacle of a request that has no place, by sums over the cluster. O(groups · models), and O(nodes) when
/// some nodes are not up. `shape` names what is left when all sums suffice.
[[nodiscard]] inline no_fit find_obstacle(const request& r, const cluster_state& s,
                                          obstacle shape = obstacle::fragmented) {
  const cluster& c = s.machine();
  group_free have = s.sums(0, 0);
  boost::container::small_vector<amount, 16> milli(s.milli_by_model(0, 0).begin(), s.milli_by_model(0, 0).end());
  boost::container::small_vector<amount, 4> counted(c.kinds().size(), 0);
  if (!counted.empty())
    for (std::size_t n = 0; n < c.node_count(); ++n)
      if (s.free(node_id(n)).status == node_status::up && !s.free(node_id(n)).exclusive)
        for (std::size_t k = 0; k < counted.size(); ++k) counted[k] += s.counted(node_id(n))[k];
  const auto check = [&] {
    amount cpu = 0, memory = 0, devices = 0;
    boost::container::small_vector<amount, 4> units(c.kinds().size(), 0);
    for (std::size_t g = 0; g < r.groups.size(); ++g) {
      const part& p = r.groups[g].each;
      const amount count = r.groups[g].least == 0 ? r.groups[g].count : r.groups[g].least;
      const auto group = static_cast<std::uint32_t>(g);
      cpu = saturating_add(cpu, saturating_mul(count, p.cpu));
      memory = saturating_add(memory, saturating_mul(count, p.memory));
      devices = saturating_add(devices, saturating_mul(count, p.milli()));
      for (const counted_need& k : p.counted)
        units[k.kind] = saturating_add(units[k.kind], saturating_mul(count, k.units));
      if (p.devices > 0) {
        amount allowed = 0, all = 0;
        for (std::size_t m = 0; m < milli.size(); ++m) {
          all += milli[m];
          if (p.models == 0 || (p.models >> m & 1) != 0) allowed += milli[m];
        }
        const amount need = saturating_mul(count, p.milli());
        if (allowed < need)
          return no_fit{all >= need ? obstacle::model : obstacle::devices, group, need, allowed, true};
        if (all < devices) return no_fit{obstacle::devices, group, devices, all, true};
      }
      if (have.cpu < cpu) return no_fit{obstacle::cpu, group, cpu, have.cpu, true};
      if (have.memory < memory) return no_fit{obstacle::memory, group, memory, have.memory, true};
      for (const counted_need& k : p.counted)
        if (counted[k.kind] < units[k.kind])
          return no_fit{obstacle::counted, group, units[k.kind], counted[k.kind], true};
    }
    return no_fit{obstacle::none, 0, devices, have.milli, true};
  };
  no_fit now = check();
  if (now.first != obstacle::none && s.not_up() > 0) {
    for (std::size_t n = 0; n < c.node_count(); ++n) {
      const node_free& f = s.free(node_id(n));
      if (f.status == node_status::up) continue;
      have.cpu += f.cpu;
      have.memory += f.memory;
      have.milli += f.milli;
      for (std::size_t d = 0; d < c.devices(node_id(n)); ++d)
        milli[c.shape(node_id(n)).model(d)] += s.device_milli(node_id(n))[d];
      for (std::size_t k = 0; k < counted.size(); ++k) counted[k] += s.counted(node_id(n))[k];
    }
    if (check().first == obstacle::none) now.first = obstacle::down;
  }
  if (now.first == obstacle::none) now.first = shape;
  return now;
}

/// How far apart allocations are: levels crossed, nodes, NUMA domains beyond the need (of each task), and Σ over all
/// pairs of devices of their link cost, between nodes `per_level` for each level climbed. O(parts log parts · levels).
[[nodiscard]] inline communication_cost measure_communication(const cluster& c, std::span<const allocation> parts) {
  communication_cost cost;
  if (parts.empty()) return cost;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> devices;  // node, devices there
  devices.reserve(parts.size());
  for (const allocation& a : parts) {
    devices.emplace_back(static_cast<std::uint32_t>(a.node.index()), static_cast<std::uint32_t>(a.devices.size()));
    const node_shape& s = c.shape(a.node);
    if (!s.joined()) continue;
    const std::size_t needed = detail::domains_needed(s, a.devices.size());
    const std::size_t touched = detail::domains_of(s, a.devices);
    cost.extra_domains += touched > needed ? touched - needed : 0;
  }
  std::sort(devices.begin(), devices.end());
  std::size_t to = 0;
  for (std::size_t k = 1; k < devices.size(); ++k) {
    if (devices[k].first == devices[to].first) devices[to].second += devices[k].second;
    else devices[++to] = devices[k];
  }
  devices.resize(to + 1);
  cost.nodes = devices.size();
  // Pairs inside one node, by their links.
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const node_shape& s = c.shape(parts[i].node);
    if (!s.joined()) continue;
    for (std::size_t j = i; j < parts.size(); ++j) {
      if (parts[j].node != parts[i].node) continue;
      for (std::size_t a = 0; a < parts[i].devices.size(); ++a)
        for (std::size_t b = i == j ? a + 1 : 0; b < parts[j].devices.size(); ++b)
          cost.links += s.cost(parts[i].devices[a], parts[j].devices[b]);
    }
  }
  // Pairs in one group, from the node outwards: those that are new at a level are that far apart.
  const auto pairs = [](amount n) { return n * (n - 1) / 2; };
  amount closer = 0;
  for (const auto& d : devices) closer += pairs(d.second);
  std::vector<std::pair<std::size_t, amount>> groups;
  for (std::size_t up = 1; up <= c.depth(); ++up) {
    groups.clear();
    for (const auto& [node, count] : devices) groups.emplace_back(c.group(c.depth() - up, node_id(node)), count);
    std::sort(groups.begin(), groups.end());
    amount here = 0, sum = 0;
    std::size_t distinct = 0;
    for (std::size_t k = 0; k < groups.size(); ++k) {
      sum += groups[k].second;
      if (k + 1 < groups.size() && groups[k + 1].first == groups[k].first) continue;
      here += pairs(sum);
      sum = 0;
      ++distinct;
    }
    cost.links += (here - closer) * static_cast<amount>(c.costs().per_level * up);
    closer = here;
    if (distinct == 1) {
      cost.levels = cost.nodes == 1 ? 0 : up;
      break;
    }
  }
  return cost;
}

/// What a score says of a node, for reports.
template <class Key>
struct ranked_node {
  node_id node{};
  Key key;
  device_choice devices{};
};
/// Every node that has room for a part, best first: why a policy takes the one it takes. O(n log n).
template <node_score S>
[[nodiscard]] auto rank_nodes(const S& score, const part& q, cluster_view v) {
  using key = decltype(score(q, std::declval<const node_state&>(), std::declval<device_choice&>()));
  std::vector<ranked_node<key>> out;
  const gang_context alone{.decision = v.generation()};
  for (std::size_t i = 0; i < v.machine().node_count(); ++i) {
    const node_state n(v.state(), node_id(i), alone);
    device_choice d;
    if (!n.has_room(q) || !choose_devices(q, n, d)) continue;
    key k = score(q, n, d);
    out.push_back({node_id(i), std::move(k), std::move(d)});
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
