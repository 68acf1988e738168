// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_ONE_MORE_HPP
#define SCHED_PLACEMENT_ONE_MORE_HPP

/// \file
/// Another task for a request that has a place: as close to it as possible.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/policy.hpp>
#include <sched/placement/workspace.hpp>

namespace sched {
inline namespace v0 {

namespace detail {

/// Which nodes another task may have: by node, whether it may not.
[[nodiscard]] inline std::vector<std::uint8_t> closed_for_more(const request& r, std::span<const allocation> have,
                                                               std::span<const std::uint8_t> closed, const cluster& c) {
  std::vector<std::uint8_t> out;
  find_closed(r, c.node_count(), out);
  if (out.empty()) out.assign(c.node_count(), 0);
  for (std::size_t n = 0; n < closed.size(); ++n)
    if (closed[n] != 0) out[n] = 1;
  if (r.per_node == 1 || r.exclusive)
    for (const allocation& a : have) out[a.node.index()] = 1;
  for (const spread_limit& s : r.spread) {
    const auto group = [&](node_id n) { return s.level >= c.depth() ? n.index() : c.group(s.level, n); };
    std::map<std::size_t, std::uint32_t> tasks;
    for (const allocation& a : have) ++tasks[group(a.node)];
    for (std::size_t n = 0; n < out.size(); ++n)
      if (const auto at = tasks.find(group(node_id(n))); at != tasks.end() && at->second >= s.most) out[n] = 1;
  }
  return out;
}

/// Two shares of one request would be on one device.
[[nodiscard]] inline bool shares_with(const allocation& a, std::span<const allocation> have) {
  return std::ranges::any_of(have, [&](const allocation& b) {
    return a.node == b.node &&
           std::ranges::any_of(a.devices, [&](auto d) { return std::ranges::find(b.devices, d) != b.devices.end(); });
  });
}

}  // namespace detail

/// A place for another task of group `g` of `r`, whose tasks so far have `have` in `s`: on a node that they use, or in
/// the smallest group of the tree around them that has room, where the policy wants it; as `r` asks, whose conditions
/// the answer keeps (bundles, `per_node` and `slice` above 1, are not looked at). `closed`: nodes that may not be used
/// either; empty: none. Policies that split a task over nodes find nothing. Precondition: `have` is not empty, and `r`
/// has a group `g`. O(levels) placements and O(nodes); allocates.
template <placement_policy P>
[[nodiscard]] placement_result one_more(const P& policy, const request& r, std::uint32_t g,
                                        std::span<const allocation> have, std::span<const std::uint8_t> closed,
                                        const cluster_state& s, placement_workspace& ws) {
  SCHED_ASSERT(!have.empty() && g < r.groups.size());
  const cluster& c = s.machine();
  std::vector<std::uint8_t> shut = detail::closed_for_more(r, have, closed, c);
  request one = single(r.groups[g].each);
  one.exclusive = r.exclusive;
  one.share_device = r.share_device;
  placement_result out;
  std::vector<std::uint8_t> near(c.node_count(), 0);
  for (std::size_t level = c.depth() + 1; level-- > r.within;) {
    for (const allocation& a : have) {
      if (level == c.depth()) near[a.node.index()] = 1;
      else
        for (const std::uint32_t n : c.group_nodes(level, c.group(level, a.node))) near[n] = 1;
    }
    for (;;) {
      one.only.clear();
      for (std::uint32_t n = 0; n < near.size(); ++n)
        if (near[n] != 0 && shut[n] == 0) one.only.push_back(n);
      if (one.only.empty()) break;
      out = policy(one, s, ws);
      if (!out || out.parts.size() != 1) break;
      if (r.share_device || !one.groups[0].each.fractional() || !detail::shares_with(out.parts[0], have)) {
        out.parts[0].group = g;
        return out;
      }
      shut[out.parts[0].node.index()] = 1;  // its best device is one of the request's
    }
  }
  out.placed = false;
  out.parts.clear();
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
