// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_ADAPTERS_RANGE_V3_HPP
#define SCHED_ADAPTERS_RANGE_V3_HPP

/// \file
/// Schedules as range-v3 views.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <range/v3/view/filter.hpp>
#include <range/v3/view/indices.hpp>
#include <range/v3/view/transform.hpp>

#include <sched/core/id.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>

namespace sched {
inline namespace v0 {
namespace views {

/// One task of a schedule.
struct placement {
  task_id task;
  interval when{};
  std::uint32_t mode = 0;
  bool operator==(const placement&) const noexcept = default;
};

/// A placement and the units of one resource that it holds.
struct use {
  placement what{};
  amount units = 0;
  bool operator==(const use&) const noexcept = default;
};

/// The columns of a schedule zipped, by task number. Random access, lazy, O(1); refers to `s`.
[[nodiscard]] inline auto placements(const schedule& s) {
  return ::ranges::views::indices(s.size()) | ::ranges::views::transform([&s](std::size_t i) {
           return placement{task_id(i), s.when(task_id(i)), s.mode[i]};
         });
}

/// The placements by start, then task number. Sorts at once, O(n log n), one allocation that copies of the view share;
/// refers to `s`.
[[nodiscard]] inline auto by_start(const schedule& s) {
  auto order = std::make_shared<std::vector<std::uint32_t>>(s.size());
  std::iota(order->begin(), order->end(), 0U);
  std::ranges::stable_sort(*order, {}, [&s](std::uint32_t i) { return s.start[i]; });
  return ::ranges::views::indices(s.size()) |
         ::ranges::views::transform(
             [&s, order = std::shared_ptr<const std::vector<std::uint32_t>>(std::move(order))](std::size_t k) {
               const std::size_t i = (*order)[k];
               return placement{task_id(i), s.when(task_id(i)), s.mode[i]};
             });
}

/// The placements that need resource `r`, by start, with the units that they hold (non-renewable: spend).
/// As `by_start`; refers to `p` and `s`.
[[nodiscard]] inline auto by_resource(const project& p, const schedule& s, resource_id r) {
  return by_start(s) | ::ranges::views::transform([&p, r](const placement& x) {
           return use{x, p.demand(x.task, r, x.mode)};
         }) |
         ::ranges::views::filter([](const use& u) { return u.units > 0; });
}

}  // namespace views
}  // namespace v0
}  // namespace sched

#endif
