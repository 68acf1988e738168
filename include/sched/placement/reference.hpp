// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_REFERENCE_HPP
#define SCHED_PLACEMENT_REFERENCE_HPP

/// \file
/// Placement and its score as the Horizon GPU scheduler has them (osobh/horizon, 83cc8ee5), for comparison.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/explain.hpp>
#include <sched/placement/node_state.hpp>
#include <sched/placement/policy.hpp>
#include <sched/placement/workspace.hpp>

namespace sched {
inline namespace v0 {
namespace score {

/// Of a placement, larger is better: on one node 100 + 20, and 30 if its devices are in exactly one NUMA domain, 10 if
/// in exactly two; over several nodes 50; without devices 120. O(devices log devices).
struct reference {
  [[nodiscard]] amount operator()(const cluster& c, std::span<const allocation> parts) const {
    std::vector<std::size_t> domains;
    for (const allocation& a : parts) {
      if (a.node != parts.front().node) return 50;
      for (const std::uint16_t d : a.devices) domains.push_back(c.shape(a.node).numa(d));
    }
    std::sort(domains.begin(), domains.end());
    domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
    return 120 + (domains.size() == 1 ? 30 : domains.size() == 2 ? 10 : 0);
  }
};

}  // namespace score

namespace placement {

/// All devices of a request as one demand. The first node in the order of the list that has enough of them (of the
/// wanted model, with cpu and memory); there the NUMA domains with most free devices first, devices in order, spilling
/// into the next domain. Else nodes with most free devices first, until there are enough; cpu and memory are then
/// shared out by devices. Known faults are kept: first fit over nodes, worst fit over domains. Groups are not told
/// apart (models of the first one), conditions of gangs, links and policies of domains are not looked at. O(nodes ·
/// devices).
class reference {
public:
  [[nodiscard]] placement_result operator()(const request& r, const cluster_view v, placement_workspace&) const {
    part all = r.groups[0].each;
    all.cpu = all.memory = 0;
    all.devices = 0;
    all.counted.clear();
    for (const part_group& g : r.groups) {
      all.cpu = saturating_add(all.cpu, saturating_mul(g.count, g.each.cpu));
      all.memory = saturating_add(all.memory, saturating_mul(g.count, g.each.memory));
      all.devices += g.count * g.each.devices;
    }
    all.numa = numa_policy::none;
    placement_result out;
    const cluster_state& s = v.state();
    std::vector<std::uint8_t> closed;
    find_closed(r, v.machine().node_count(), closed);
    gang_context alone{};
    alone.closed = closed;
    for (std::size_t i = 0; i < v.machine().node_count(); ++i) {
      const node_state n(s, node_id(i), alone);
      if (n.free().exclusive || !n.has_room(all)) continue;
      take(all, n, all.devices, all.cpu, all.memory, out);
      finish(v.machine(), out);
      return out;
    }
    if (all.devices > 0) spread(all, v, alone, out);
    if (out.parts.empty()) {
      out.why = find_obstacle(r, s);
      return out;
    }
    finish(v.machine(), out);
    return out;
  }

private:
  static std::size_t usable(const part& q, const node_state& n) {
    std::size_t k = 0;
    if (n.free().status == node_status::up && !n.free().exclusive && n.open())
      for (std::size_t d = 0; d < n.shape().size(); ++d) k += n.usable(q, d) ? 1U : 0U;
    return k;
  }

  static void spread(const part& all, const cluster_view v, const gang_context& alone, placement_result& out) {
    std::vector<std::uint32_t> nodes(v.machine().node_count()), free(nodes.size());
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      nodes[i] = i;
      free[i] = static_cast<std::uint32_t>(usable(all, node_state(v.state(), node_id(i), alone)));
    }
    std::stable_sort(nodes.begin(), nodes.end(), [&](auto a, auto b) { return free[a] > free[b]; });
    std::uint32_t left = all.devices;
    amount cpu = all.cpu, memory = all.memory;
    for (const std::uint32_t i : nodes) {
      if (left == 0 || free[i] == 0) break;
      const std::uint32_t k = std::min(left, free[i]);
      // What the devices taken so far have as their part, rounded up; the rest stays for the others.
      const amount c = cpu - cpu / left * (left - k) - cpu % left * (left - k) / left;
      const amount m = memory - memory / left * (left - k) - memory % left * (left - k) / left;
      const node_state n(v.state(), node_id(i), alone);
      if (c > n.free().cpu || m > n.free().memory) continue;
      take(all, n, k, c, m, out);
      left -= k;
      cpu -= c;
      memory -= m;
    }
    if (left > 0) out.parts.clear();
  }

  static void take(const part& q, const node_state& n, std::uint32_t count, amount cpu, amount memory,
                   placement_result& out) {
    const node_shape& s = n.shape();
    std::vector<std::size_t> free(s.domains(), 0), order(s.domains());
    for (std::size_t d = 0; d < s.size(); ++d) free[s.numa(d)] += n.usable(q, d) ? 1U : 0U;
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return free[a] > free[b]; });
    allocation a;
    a.node = n.node();
    a.cpu = cpu;
    a.memory = memory;
    a.share = q.share;
    a.device_memory = q.device_memory;
    for (const std::size_t domain : order)
      for (std::size_t d = 0; d < s.size() && a.devices.size() < count; ++d)
        if (s.numa(d) == domain && n.usable(q, d)) a.devices.push_back(static_cast<std::uint16_t>(d));
    std::sort(a.devices.begin(), a.devices.end());
    out.parts.push_back(std::move(a));
  }

  static void finish(const cluster& c, placement_result& out) {
    out.placed = true;
    out.score = score::reference{}(c, out.allocations());
    out.cost = measure_communication(c, out.allocations());
  }
};
static_assert(placement_policy<reference>);

}  // namespace placement
}  // namespace v0
}  // namespace sched

#endif
