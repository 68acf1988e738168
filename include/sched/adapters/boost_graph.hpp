// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_ADAPTERS_BOOST_GRAPH_HPP
#define SCHED_ADAPTERS_BOOST_GRAPH_HPP

/// \file
/// The seam to the Boost Graph Library: networks are BGL graphs, and BGL graphs become projects.

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <sched/core/error.hpp>
#include <sched/core/id.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/network.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>

namespace sched {
inline namespace v0 {

/// An arc of a network as a BGL edge descriptor; `number` is its edge index, 0 … arc_count() − 1.
struct network_arc {
  task_id from;
  task_id to;
  std::uint32_t number = 0;
  constexpr auto operator<=>(const network_arc&) const noexcept = default;
};

namespace detail {

/// A random-access cursor over positions of a network that yields `Value`s; `Read` says how.
template <class Value, class Read>
class network_iterator
    : public boost::iterator_facade<network_iterator<Value, Read>, Value, boost::random_access_traversal_tag, Value> {
public:
  network_iterator() = default;
  network_iterator(const network& g, task_id row, std::size_t at)
      : g_(&g), row_(row), at_(static_cast<std::ptrdiff_t>(at)) {}

private:
  friend class boost::iterator_core_access;
  Value dereference() const { return Read{}(*g_, row_, static_cast<std::size_t>(at_)); }
  bool equal(const network_iterator& other) const { return at_ == other.at_; }
  void increment() { ++at_; }
  void decrement() { --at_; }
  void advance(std::ptrdiff_t n) { at_ += n; }
  std::ptrdiff_t distance_to(const network_iterator& other) const { return other.at_ - at_; }

  const network* g_ = nullptr;
  task_id row_;
  std::ptrdiff_t at_ = 0;
};

struct read_vertex {
  task_id operator()(const network&, task_id, std::size_t at) const { return task_id(at); }
};
struct read_out_edge {
  network_arc operator()(const network& g, task_id row, std::size_t at) const {
    return {row, g.successors(row)[at].task, static_cast<std::uint32_t>(g.first_arc(row) + at)};
  }
};
struct read_in_edge {
  network_arc operator()(const network& g, task_id row, std::size_t at) const {
    return {g.predecessors(row)[at].task, row, g.incoming_arcs(row)[at]};
  }
};
struct read_successor {
  task_id operator()(const network& g, task_id row, std::size_t at) const { return g.successors(row)[at].task; }
};

/// All arcs, row after row.
class network_edge_iterator
    : public boost::iterator_facade<network_edge_iterator, network_arc, boost::forward_traversal_tag, network_arc> {
public:
  network_edge_iterator() = default;
  network_edge_iterator(const network& g, std::size_t number) : g_(&g), number_(number) { settle(); }

private:
  friend class boost::iterator_core_access;
  network_arc dereference() const {
    const task_id from(row_);
    return {from, g_->successors(from)[number_ - g_->first_arc(from)].task, static_cast<std::uint32_t>(number_)};
  }
  bool equal(const network_edge_iterator& other) const { return number_ == other.number_; }
  void increment() {
    ++number_;
    settle();
  }
  void settle() {  // on to the row that holds the arc
    while (number_ < g_->arc_count() && number_ >= g_->first_arc(task_id(row_)) + g_->successors(task_id(row_)).size())
      ++row_;
  }

  const network* g_ = nullptr;
  std::size_t number_ = 0;
  std::size_t row_ = 0;
};

struct network_traversal : boost::bidirectional_graph_tag,
                           boost::adjacency_graph_tag,
                           boost::vertex_list_graph_tag,
                           boost::edge_list_graph_tag,
                           boost::adjacency_matrix_tag {};

struct vertex_number {
  using result_type = std::size_t;
  std::size_t operator()(task_id t) const { return t.index(); }
};
struct edge_number {
  using result_type = std::size_t;
  std::size_t operator()(const network_arc& a) const { return a.number; }
};
struct edge_lag {
  using result_type = std::int64_t;
  const network* g = nullptr;
  std::int64_t operator()(const network_arc& a) const {
    return g->successors(a.from)[a.number - g->first_arc(a.from)].lag.count();
  }
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

namespace boost {

/// A network is a model of BGL's BidirectionalGraph, AdjacencyGraph, VertexListGraph, EdgeListGraph and
/// AdjacencyMatrix. Vertices are `sched::task_id`, edges `sched::network_arc`. Every operation is O(1), `edge(u, v, g)`
/// O(log degree).
template <>
struct graph_traits<sched::network> {
  using vertex_descriptor = sched::task_id;
  using edge_descriptor = sched::network_arc;
  using directed_category = boost::bidirectional_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  using traversal_category = sched::detail::network_traversal;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  using vertex_iterator = sched::detail::network_iterator<sched::task_id, sched::detail::read_vertex>;
  using edge_iterator = sched::detail::network_edge_iterator;
  using out_edge_iterator = sched::detail::network_iterator<sched::network_arc, sched::detail::read_out_edge>;
  using in_edge_iterator = sched::detail::network_iterator<sched::network_arc, sched::detail::read_in_edge>;
  using adjacency_iterator = sched::detail::network_iterator<sched::task_id, sched::detail::read_successor>;
  static vertex_descriptor null_vertex() { return {}; }
};

/// `vertex_index`, `edge_index`, and `edge_weight` (the lag of an arc, in ticks).
template <>
struct property_map<sched::network, boost::vertex_index_t> {
  using type = boost::function_property_map<sched::detail::vertex_number, sched::task_id, std::size_t>;
  using const_type = type;
};
template <>
struct property_map<sched::network, boost::edge_index_t> {
  using type = boost::function_property_map<sched::detail::edge_number, sched::network_arc, std::size_t>;
  using const_type = type;
};
template <>
struct property_map<sched::network, boost::edge_weight_t> {
  using type = boost::function_property_map<sched::detail::edge_lag, sched::network_arc, std::int64_t>;
  using const_type = type;
};

}  // namespace boost

namespace sched {
inline namespace v0 {

using network_traits = boost::graph_traits<network>;

[[nodiscard]] inline std::pair<network_traits::vertex_iterator, network_traits::vertex_iterator> vertices(
    const network& g) {
  return {{g, {}, 0}, {g, {}, g.size()}};
}
[[nodiscard]] inline std::size_t num_vertices(const network& g) { return g.size(); }
[[nodiscard]] inline std::pair<network_traits::edge_iterator, network_traits::edge_iterator> edges(const network& g) {
  return {{g, 0}, {g, g.arc_count()}};
}
[[nodiscard]] inline std::size_t num_edges(const network& g) { return g.arc_count(); }
[[nodiscard]] inline task_id source(const network_arc& a, const network&) { return a.from; }
[[nodiscard]] inline task_id target(const network_arc& a, const network&) { return a.to; }
[[nodiscard]] inline std::size_t out_degree(task_id t, const network& g) { return g.successors(t).size(); }
[[nodiscard]] inline std::size_t in_degree(task_id t, const network& g) { return g.predecessors(t).size(); }
[[nodiscard]] inline std::size_t degree(task_id t, const network& g) { return out_degree(t, g) + in_degree(t, g); }
[[nodiscard]] inline std::pair<network_traits::out_edge_iterator, network_traits::out_edge_iterator> out_edges(
    task_id t, const network& g) {
  return {{g, t, 0}, {g, t, out_degree(t, g)}};
}
[[nodiscard]] inline std::pair<network_traits::in_edge_iterator, network_traits::in_edge_iterator> in_edges(
    task_id t, const network& g) {
  return {{g, t, 0}, {g, t, in_degree(t, g)}};
}
[[nodiscard]] inline std::pair<network_traits::adjacency_iterator, network_traits::adjacency_iterator>
adjacent_vertices(task_id t, const network& g) {
  return {{g, t, 0}, {g, t, out_degree(t, g)}};
}
/// The first of the arcs from u to v, and whether there is one.
[[nodiscard]] inline std::pair<network_arc, bool> edge(task_id u, task_id v, const network& g) {
  const auto row = g.successors(u);
  const auto at = std::ranges::lower_bound(row, v, {}, &adjacency::task);
  if (at == row.end() || at->task != v) return {network_arc{}, false};
  return {{u, v, static_cast<std::uint32_t>(g.first_arc(u) + static_cast<std::size_t>(at - row.begin()))}, true};
}

[[nodiscard]] inline boost::property_map<network, boost::vertex_index_t>::type get(boost::vertex_index_t,
                                                                                   const network&) {
  return {};
}
[[nodiscard]] inline boost::property_map<network, boost::edge_index_t>::type get(boost::edge_index_t, const network&) {
  return {};
}
[[nodiscard]] inline boost::property_map<network, boost::edge_weight_t>::type get(boost::edge_weight_t,
                                                                                  const network& g) {
  return boost::property_map<network, boost::edge_weight_t>::type(detail::edge_lag{&g});
}
[[nodiscard]] inline std::size_t get(boost::vertex_index_t, const network&, task_id t) { return t.index(); }
[[nodiscard]] inline std::size_t get(boost::edge_index_t, const network&, const network_arc& a) { return a.number; }
[[nodiscard]] inline std::int64_t get(boost::edge_weight_t, const network& g, const network_arc& a) {
  return detail::edge_lag{&g}(a);
}

/// Edge weights between starts: the successor starts at least this many ticks after the predecessor, both in their
/// first mode. The longest path under these weights is the critical path. The map refers to `p`.
[[nodiscard]] inline auto start_to_start_map(const project& p) {
  return boost::make_function_property_map<network_arc>([&p](const network_arc& a) -> std::int64_t {
    const adjacency& l = p.successors(a.from)[a.number - p.precedences().first_arc(a.from)];
    duration d = l.lag;
    if (!from_start(l.kind)) d += p.work(a.from);
    if (!to_start(l.kind)) d -= p.work(a.to);
    return d.count();
  });
}

/// Vertex labels: the tasks' names or else their numbers, for `boost::write_graphviz` and the like. Refers to `p`.
[[nodiscard]] inline auto label_map(const project& p) {
  return boost::make_function_property_map<task_id>([&p](task_id t) { return p.label(t); });
}

/// Adds a task for every vertex of a BGL graph (IncidenceGraph and VertexListGraph, directed), in the order of
/// `vertices(g)`, and a relation for every edge. `task_of(vertex)` gives a `task_spec`, `lag_of(edge)` a `lag_spec`.
/// Returns the tasks in that order. Vertex descriptors must be ordered by `std::less`. O((n + m) log n); quadratic for
/// an adjacency matrix.
template <class Graph, class TaskOf, class LagOf>
std::vector<task_id> add_graph(project_builder& builder, const Graph& g, TaskOf task_of, LagOf lag_of) {
  using traits = boost::graph_traits<Graph>;
  static_assert(std::is_convertible_v<typename traits::directed_category, boost::directed_tag>,
                "precedence needs a directed graph");
  std::map<typename traits::vertex_descriptor, task_id> task;
  std::vector<task_id> added;
  for (auto [v, last] = vertices(g); v != last; ++v) {
    added.push_back(builder.add_task(task_of(*v)));
    task.emplace(*v, added.back());
  }
  for (auto [v, last] = vertices(g); v != last; ++v)
    for (auto [e, end] = out_edges(*v, g); e != end; ++e)
      builder.add_precedence(task.at(*v), task.at(target(*e, g)), lag_of(*e));
  return added;
}

/// A project without resources from a BGL graph: task k is the k-th vertex and numbered from 0, its duration
/// `get(durations, vertex)`, an integer; edges are finish–start relations without lag. Throws `sched::error` as
/// `project_builder::build` does; a cycle is named with its path.
template <class Graph, class Durations>
[[nodiscard]] project project_from_graph(const Graph& g, Durations durations) {
  project_builder b;
  b.first_number(0);
  add_graph(
      b, g, [&](auto v) { return task_spec{.work = duration(get(durations, v))}; },
      [](const auto&) { return lag_spec{}; });
  return b.build();
}

}  // namespace v0
}  // namespace sched

#endif
