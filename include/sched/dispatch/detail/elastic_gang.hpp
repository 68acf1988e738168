// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_DETAIL_ELASTIC_GANG_HPP
#define SCHED_DISPATCH_DETAIL_ELASTIC_GANG_HPP

/// \file
/// The size of an elastic job: what it needs at least, what it can spare, what it lacks.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// What a scheduler knows of an elastic job besides its record.
struct elastic_gang {
  explicit elastic_gang(request smallest) : least(std::move(smallest)) {}

  request least;                       ///< what it starts with
  std::vector<std::uint32_t> spare{};  ///< positions in its place that may be taken, of the decision under way
  std::array<amount, 6> reserved{};    ///< of its quota
  std::array<amount, 2> prepaid{};     ///< of windows: what was paid for parts that were given back since
  std::uint64_t full_in = 0;           ///< epoch in which no further part had a place
};

/// cpu, memory and device thousandths of all parts.
[[nodiscard]] inline std::array<amount, 3> needs_of(const request& r) noexcept {
  std::array<amount, 3> out{};
  for (const part_group& g : r.groups) {
    const auto n = static_cast<amount>(g.count);
    out[0] = saturating_add(out[0], saturating_mul(n, g.each.cpu));
    out[1] = saturating_add(out[1], saturating_mul(n, g.each.memory));
    out[2] = saturating_add(out[2], saturating_mul(n, g.each.milli()));
  }
  return out;
}
[[nodiscard]] inline std::array<amount, 3> needs_of(std::span<const allocation> place) noexcept {
  std::array<amount, 3> out{};
  for (const allocation& a : place) {
    out[0] = saturating_add(out[0], a.cpu);
    out[1] = saturating_add(out[1], a.memory);
    out[2] = saturating_add(out[2], static_cast<amount>(a.devices.size()) * a.share);
  }
  return out;
}

/// How many parts of group g there are.
[[nodiscard]] inline std::uint32_t count_of(std::span<const allocation> place, std::size_t g) noexcept {
  return static_cast<std::uint32_t>(std::ranges::count(place, g, &allocation::group));
}

/// The groups of the parts that a place lacks; by group, as often as one is missing.
[[nodiscard]] inline std::vector<std::uint32_t> missing_parts(const request& least, std::span<const allocation> place) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t g = 0; g < least.groups.size(); ++g) {
    const std::uint32_t have = count_of(place, g);
    if (have < least.groups[g].count) out.insert(out.end(), least.groups[g].count - have, g);
  }
  return out;
}

/// Positions of the parts beyond the least number of their group: of every group those that came last. Ascending.
[[nodiscard]] inline std::vector<std::uint32_t> spare_parts(const request& least, std::span<const allocation> place) {
  std::vector<std::uint32_t> kept(least.groups.size(), 0), out;
  for (std::uint32_t k = 0; k < place.size(); ++k)
    if (kept[place[k].group]++ >= least.groups[place[k].group].count) out.push_back(k);
  return out;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
