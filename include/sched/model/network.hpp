// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_NETWORK_HPP
#define SCHED_MODEL_NETWORK_HPP

/// \file
/// The precedence network: minimal lags as flat rows of links.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <sched/core/id.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// Which ends of two tasks a lag ties together: the first word is the end of the predecessor.
enum class lag_kind : std::uint8_t { finish_start, start_start, start_finish, finish_finish };

[[nodiscard]] constexpr std::string_view to_string(lag_kind kind) noexcept {
  switch (kind) {
    case lag_kind::finish_start: return "finish-start";
    case lag_kind::start_start: return "start-start";
    case lag_kind::start_finish: return "start-finish";
    case lag_kind::finish_finish: return "finish-finish";
  }
  return "unknown";
}

/// Whether the lag ties the predecessor's (successor's) start; otherwise its finish.
[[nodiscard]] constexpr bool from_start(lag_kind k) noexcept {
  return k == lag_kind::start_start || k == lag_kind::start_finish;
}
[[nodiscard]] constexpr bool to_start(lag_kind k) noexcept {
  return k == lag_kind::start_start || k == lag_kind::finish_start;
}

/// A precedence relation. With X the start or finish of `from` and Y that of `to`, as `kind` says:
/// minimal (`maximal == false`): Y ≥ X + lag; maximal: Y ≤ X + lag. Lags count elapsed time and may be negative.
struct precedence {
  task_id from;
  task_id to;
  lag_kind kind = lag_kind::finish_start;
  duration lag{};
  bool maximal = false;
  bool operator==(const precedence&) const noexcept = default;
};

/// One entry of a row of the network: the task at the other end, and the relation.
struct adjacency {
  task_id task;
  lag_kind kind = lag_kind::finish_start;
  duration lag{};
  bool operator==(const adjacency&) const noexcept = default;
};

/// The directed acyclic graph of all minimal lags, rows in both directions (compressed sparse rows), each row sorted by
/// the task at the other end; parallel arcs of different kinds are kept. Immutable; O(1) access to a row.
/// With `sched/adapters/boost_graph.hpp` it is a Boost.Graph `BidirectionalGraph` and `VertexListGraph`.
class network {
public:
  network() = default;

  /// n tasks and their minimal lags in any order (maximal ones are ignored). O(n + m log m). Precondition: ids below n.
  network(std::size_t n, std::span<const precedence> arcs);

  [[nodiscard]] std::size_t size() const noexcept { return out_begin_.empty() ? 0 : out_begin_.size() - 1; }
  [[nodiscard]] std::size_t arc_count() const noexcept { return out_.size(); }
  [[nodiscard]] std::span<const adjacency> successors(task_id t) const noexcept { return row(out_, out_begin_, t); }
  [[nodiscard]] std::span<const adjacency> predecessors(task_id t) const noexcept { return row(in_, in_begin_, t); }
  /// Position of the first outgoing arc of t in the numbering 0 … arc_count() − 1 (rows one after another).
  [[nodiscard]] std::size_t first_arc(task_id t) const noexcept { return out_begin_[t.index()]; }
  /// For every incoming link, in the order of `predecessors(t)`: the number of the same arc.
  [[nodiscard]] std::span<const std::uint32_t> incoming_arcs(task_id t) const noexcept {
    return row(in_arc_, in_begin_, t);
  }

  /// Tasks so that every predecessor comes first; among the free ones, first in first out from the lowest number.
  /// Shorter than `size()` when the arcs contain a cycle. O(n + m).
  [[nodiscard]] std::vector<task_id> topological_order() const;

  /// The tasks of one cycle, each a predecessor of the next and the last of the first, beginning with the lowest
  /// number; empty if none. O(n + m).
  [[nodiscard]] std::vector<task_id> find_cycle() const;

private:
  template <class T>
  static std::span<const T> row(const std::vector<T>& all, const std::vector<std::uint32_t>& begin,
                                task_id t) noexcept {
    return {all.data() + begin[t.index()], all.data() + begin[t.index() + 1]};
  }

  std::vector<adjacency> out_, in_;
  std::vector<std::uint32_t> out_begin_, in_begin_, in_arc_;
};

inline network::network(std::size_t n, std::span<const precedence> arcs) {
  out_begin_.assign(n + 1, 0);
  in_begin_.assign(n + 1, 0);
  for (const precedence& a : arcs) {
    if (a.maximal) continue;
    ++out_begin_[a.from.index() + 1];
    ++in_begin_[a.to.index() + 1];
  }
  for (std::size_t i = 0; i < n; ++i) {
    out_begin_[i + 1] += out_begin_[i];
    in_begin_[i + 1] += in_begin_[i];
  }
  // Two counting passes sort every row by the task at the other end, stable for parallel arcs.
  in_.resize(in_begin_[n]);
  in_arc_.resize(in_begin_[n]);
  out_.resize(out_begin_[n]);
  std::vector<std::uint32_t> next(in_begin_.begin(), in_begin_.end());
  for (const precedence& a : arcs)
    if (!a.maximal) in_[next[a.to.index()]++] = {a.from, a.kind, a.lag};
  next.assign(out_begin_.begin(), out_begin_.end());
  for (std::size_t to = 0; to < n; ++to)
    for (std::uint32_t k = in_begin_[to]; k < in_begin_[to + 1]; ++k)
      out_[next[in_[k].task.index()]++] = {task_id(to), in_[k].kind, in_[k].lag};
  next.assign(in_begin_.begin(), in_begin_.end());
  for (std::size_t from = 0; from < n; ++from)
    for (std::uint32_t arc = out_begin_[from]; arc < out_begin_[from + 1]; ++arc) {
      const std::uint32_t k = next[out_[arc].task.index()]++;
      in_[k] = {task_id(from), out_[arc].kind, out_[arc].lag};
      in_arc_[k] = arc;
    }
}

inline std::vector<task_id> network::topological_order() const {
  const std::size_t n = size();
  std::vector<std::uint32_t> waiting(n);
  std::vector<task_id> order;
  order.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    waiting[i] = in_begin_[i + 1] - in_begin_[i];
    if (waiting[i] == 0) order.push_back(task_id(i));
  }
  for (std::size_t head = 0; head < order.size(); ++head)
    for (const adjacency& l : successors(order[head]))
      if (--waiting[l.task.index()] == 0) order.push_back(l.task);
  return order;
}

inline std::vector<task_id> network::find_cycle() const {
  const std::size_t n = size();
  std::vector<char> sorted(n, 0);
  const std::vector<task_id> order = topological_order();
  if (order.size() == n) return {};
  for (task_id t : order) sorted[t.index()] = 1;
  // Every unsorted task has an unsorted predecessor: walk back until one repeats.
  task_id t;
  for (std::size_t i = 0; i < n && !t.valid(); ++i)
    if (!sorted[i]) t = task_id(i);
  std::vector<std::uint32_t> seen(n, 0);
  std::vector<task_id> path;
  while (seen[t.index()] == 0) {
    path.push_back(t);
    seen[t.index()] = static_cast<std::uint32_t>(path.size());
    for (const adjacency& l : predecessors(t))
      if (!sorted[l.task.index()]) {
        t = l.task;
        break;
      }
  }
  path.erase(path.begin(), path.begin() + (seen[t.index()] - 1));
  std::ranges::reverse(path);
  std::ranges::rotate(path, std::ranges::min_element(path));
  return path;
}

}  // namespace v0
}  // namespace sched

#endif
