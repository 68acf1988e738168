// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_BENCHMARKS_PEERS_NAIVE_MAP_TIMELINE_HPP
#define SCHED_BENCHMARKS_PEERS_NAIVE_MAP_TIMELINE_HPP

/// \file
/// What one writes in ten minutes without the library: availability steps in a `std::map`.

#include <cstdint>
#include <limits>
#include <map>

namespace sched_peers {

/// Time → units left from there on. Plain 64-bit times; the caller keeps them in range.
class naive_map_timeline {
public:
  static constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();

  explicit naive_map_timeline(std::int64_t capacity) : steps_{{0, capacity}} {}

  [[nodiscard]] std::int64_t min_available(std::int64_t start, std::int64_t finish) const {
    auto at = std::prev(steps_.upper_bound(start));
    std::int64_t least = at->second;
    for (++at; at != steps_.end() && at->first < finish; ++at) {
      if (at->second < least) least = at->second;
    }
    return least;
  }

  [[nodiscard]] std::int64_t earliest_fit(std::int64_t t, std::int64_t d, std::int64_t n) const {
    auto at = std::prev(steps_.upper_bound(t));
    std::int64_t start = t;
    for (;;) {
      while (at != steps_.end() && at->second < n) ++at;
      if (at == steps_.end()) return forever;
      if (at->first > start) start = at->first;
      while (at != steps_.end() && at->first < start + d && at->second >= n) ++at;
      if (at == steps_.end() || at->first >= start + d) return start;
    }
  }

  /// Takes n units over [start, finish); negative n gives them back.
  void take(std::int64_t start, std::int64_t finish, std::int64_t n) {
    const auto from = split(start);
    const auto to = split(finish);
    for (auto at = from; at != to; ++at) at->second -= n;
    join(from);
    join(to);
  }

  [[nodiscard]] std::size_t size() const { return steps_.size(); }

private:
  using map = std::map<std::int64_t, std::int64_t>;

  map::iterator split(std::int64_t t) {
    const auto after = steps_.lower_bound(t);
    if (after != steps_.end() && after->first == t) return after;
    return steps_.emplace_hint(after, t, std::prev(after)->second);
  }
  void join(map::iterator at) {
    if (at != steps_.begin() && std::prev(at)->second == at->second) steps_.erase(at);
  }

  map steps_;
};

}  // namespace sched_peers

#endif
