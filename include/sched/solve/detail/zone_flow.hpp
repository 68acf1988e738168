// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_ZONE_FLOW_HPP
#define SCHED_SOLVE_DETAIL_ZONE_FLOW_HPP

/// \file
/// Transport between zones in whole lots: flows that carry given net positions, or the cut that forbids them.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// A link inside an area; zones are numbered within it.
struct area_link {
  std::size_t from = 0, to = 0;
  std::int64_t least = 0, most = 0;  ///< least ≤ flow ≤ most, positive from → to
};

struct area_flow {
  bool feasible = false;
  std::vector<std::int64_t> flow{};  ///< per link
  std::vector<bool> inside{};        ///< infeasible: zones from which no more can be carried away
};

/// Flows with Σ out − Σ in = exports[z] for every zone, or a minimum cut. Σ exports must be 0. One maximum flow
/// (push-relabel) over zones, a source and a sink: O(zones³).
[[nodiscard]] inline area_flow carry(const std::vector<area_link>& links, const std::vector<std::int64_t>& exports) {
  using traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
  using graph = boost::adjacency_list<
      boost::vecS, boost::vecS, boost::directedS, boost::no_property,
      boost::property<boost::edge_capacity_t, std::int64_t,
                      boost::property<boost::edge_residual_capacity_t, std::int64_t,
                                      boost::property<boost::edge_reverse_t, traits::edge_descriptor>>>>;
  const std::size_t n = exports.size(), source = n, sink = n + 1;
  graph g(n + 2);
  const auto capacity = boost::get(boost::edge_capacity, g);
  const auto residual = boost::get(boost::edge_residual_capacity, g);
  const auto reverse = boost::get(boost::edge_reverse, g);
  // One arc a direction, each with an empty partner: the library's way back from preflows counts on that.
  const auto add = [&](std::size_t u, std::size_t v, std::int64_t most) {
    const auto e = boost::add_edge(u, v, g).first, r = boost::add_edge(v, u, g).first;
    capacity[e] = most;
    capacity[r] = 0;
    reverse[e] = r;
    reverse[r] = e;
    return e;
  };

  // Every link starts at the flow nearest to nothing; the graph carries what is added to it.
  area_flow out;
  std::vector<std::int64_t> need = exports;
  std::vector<traits::edge_descriptor> arcs;
  arcs.reserve(2 * links.size());
  for (const area_link& l : links) {
    const std::int64_t start = l.least > 0 ? l.least : l.most < 0 ? l.most : 0;
    out.flow.push_back(start);
    need[l.from] -= start;
    need[l.to] += start;
    arcs.push_back(add(l.from, l.to, l.most - start));
    arcs.push_back(add(l.to, l.from, start - l.least));
  }
  std::int64_t wanted = 0;
  for (std::size_t z = 0; z < n; ++z) {
    if (need[z] > 0) add(source, z, need[z]);
    if (need[z] < 0) add(z, sink, -need[z]);
    if (need[z] > 0) wanted += need[z];
  }
  out.feasible = boost::push_relabel_max_flow(g, source, sink) == wanted;
  if (out.feasible) {
    for (std::size_t k = 0; k < links.size(); ++k)
      out.flow[k] +=
          capacity[arcs[2 * k]] - residual[arcs[2 * k]] - capacity[arcs[2 * k + 1]] + residual[arcs[2 * k + 1]];
    return out;
  }
  out.inside.assign(n, false);
  std::vector<std::size_t> pending{source};
  while (!pending.empty()) {
    const std::size_t u = pending.back();
    pending.pop_back();
    for (auto [e, end] = boost::out_edges(u, g); e != end; ++e) {
      const std::size_t v = boost::target(*e, g);
      if (v >= n || out.inside[v] || residual[*e] <= 0) continue;
      out.inside[v] = true;
      pending.push_back(v);
    }
  }
  return out;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
