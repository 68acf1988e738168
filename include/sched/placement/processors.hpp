// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_PROCESSORS_HPP
#define SCHED_PLACEMENT_PROCESSORS_HPP

/// \file
/// WHERE a batch job goes: which of the free processors it gets.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/interval_set.hpp>
#include <sched/core/random.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// WHERE: `pick(free, n)` returns n ids of `free`, or the empty set when the policy has no place for the job although
/// |free| ≥ n (only contiguous ones do); precondition 1 ≤ n ≤ |free|. Whether it refuses may depend on nothing but the
/// arguments; what it picks may depend on its own state. Rejected: policies that return too few or other ids.
template <class P>
concept processor_placement = std::copyable<P> && requires(P p, const interval_set& free, amount n) {
  { p.pick(free, n) } -> std::same_as<interval_set>;
  { P::refuses } -> std::convertible_to<bool>;  // false: it has a place whenever the count suffices
};

/// Placement on processors that are alike. r: runs of free ids.
namespace placement {

/// The lowest ids. O(r).
struct lowest {
  static constexpr bool refuses = false;
  [[nodiscard]] interval_set pick(const interval_set& free, amount n) const {
    return free.first_n(static_cast<std::uint64_t>(n));
  }
};

/// Neighbours only: the first gap that is large enough. O(r).
struct contiguous_first_fit {
  static constexpr bool refuses = true;
  [[nodiscard]] interval_set pick(const interval_set& free, amount n) const {
    for (const id_range r : free.runs())
      if (static_cast<amount>(r.size()) >= n) return {{r.first, r.first + static_cast<std::uint32_t>(n)}};
    return {};
  }
};

/// Neighbours only: the smallest gap that is large enough, of equals the first. O(r).
struct contiguous_best_fit {
  static constexpr bool refuses = true;
  [[nodiscard]] interval_set pick(const interval_set& free, amount n) const {
    const id_range* best = nullptr;
    for (const id_range& r : free.runs())
      if (static_cast<amount>(r.size()) >= n && (best == nullptr || r.size() < best->size())) best = &r;
    if (best == nullptr) return {};
    return {{best->first, best->first + static_cast<std::uint32_t>(n)}};
  }
};

/// Close together on a machine of nested blocks (cores of a node, nodes of a rack …), without refusing: the smallest
/// kind of block of which one has room for all, in it the block with least room, of equals the first; if none has, over
/// the largest blocks, those with most room first. `block_sizes` ascend, each divides the next; ids are numbered block
/// by block. O(levels · blocks touched by free runs).
struct hierarchical {
  std::vector<std::uint32_t> block_sizes{};
  static constexpr bool refuses = false;
  [[nodiscard]] interval_set pick(const interval_set& free, amount n) const {
    const auto need = static_cast<std::uint64_t>(n);
    std::vector<room> rooms;
    for (const std::uint32_t size : block_sizes) {
      if (size == 0) continue;
      rooms = rooms_of(free, size);
      const room* best = nullptr;
      for (const room& r : rooms)
        if (r.free >= need && (best == nullptr || r.free < best->free)) best = &r;
      if (best != nullptr) return (free & block(best->index, size)).first_n(need);
    }
    if (rooms.empty()) return free.first_n(need);
    std::ranges::stable_sort(rooms, [](const room& a, const room& b) { return a.free > b.free; });
    std::vector<id_range> out;
    for (std::uint64_t left = need; const room& r : rooms) {
      const interval_set part = (free & block(r.index, block_sizes.back())).first_n(left);
      left -= part.size();
      out.insert(out.end(), part.runs().begin(), part.runs().end());
      if (left == 0) break;
    }
    return interval_set(std::span<const id_range>(out));
  }

private:
  struct room {
    std::uint32_t index = 0;
    std::uint64_t free = 0;
  };
  [[nodiscard]] static interval_set block(std::uint32_t index, std::uint32_t size) {
    const std::uint64_t last = std::min<std::uint64_t>((std::uint64_t{index} + 1) * size, 0xffffffffU);
    return {{index * size, static_cast<std::uint32_t>(last)}};
  }
  [[nodiscard]] static std::vector<room> rooms_of(const interval_set& free, std::uint32_t size) {
    std::vector<room> out;
    for (id_range r : free.runs()) {
      while (r.first < r.last) {
        const std::uint32_t index = r.first / size;
        const std::uint64_t end = std::min<std::uint64_t>((std::uint64_t{index} + 1) * size, r.last);
        if (out.empty() || out.back().index != index) out.push_back({index, 0});
        out.back().free += end - r.first;
        r.first = static_cast<std::uint32_t>(end);
      }
    }
    return out;
  }
};

/// Any of the free ids, equally likely; the same seed gives the same ids everywhere. O(n + r).
class random {
public:
  static constexpr bool refuses = false;
  explicit random(std::uint64_t seed = 1) : random_(seed) {}
  [[nodiscard]] interval_set pick(const interval_set& free, amount n) {
    // Selection sampling (Knuth, Algorithm S): each id in turn, with the probability that is left.
    std::vector<id_range> out;
    auto need = static_cast<std::uint64_t>(n);
    std::uint64_t left = free.size();
    for (const id_range r : free.runs())
      for (std::uint32_t id = r.first; id < r.last && need > 0; ++id, --left)
        if (random_.below(left) < need) {
          out.push_back({id, id + 1});
          --need;
        }
    return interval_set(std::span<const id_range>(out));
  }

private:
  random_generator random_;
};

static_assert(processor_placement<lowest> && processor_placement<contiguous_first_fit> &&
              processor_placement<contiguous_best_fit> && processor_placement<hierarchical> &&
              processor_placement<random>);

}  // namespace placement
}  // namespace v0
}  // namespace sched

#endif
