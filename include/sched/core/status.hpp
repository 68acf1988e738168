// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_STATUS_HPP
#define SCHED_CORE_STATUS_HPP

/// \file
/// Outcomes that belong to the problem, not to the program.

#include <cstdint>
#include <string_view>

namespace sched {
inline namespace v0 {

/// How a solver ended. An outcome of the problem is a value of this type in the result, with the ids that explain it;
/// it is never an exception.
enum class status : std::uint8_t {
  optimal,          ///< a schedule, proved best possible
  feasible,         ///< a schedule that keeps every hard rule
  deadline_missed,  ///< a schedule that keeps every rule but the deadlines of the listed tasks; others may exist
  infeasible,       ///< proved: no schedule keeps every hard rule; the listed tasks show why
  unsolved,         ///< no schedule found, none excluded
  unsupported,      ///< the solver cannot honour something in the problem (listed), for example a maximal lag
  cancelled         ///< stopped by the caller before the first schedule
};

[[nodiscard]] constexpr std::string_view to_string(status s) noexcept {
  switch (s) {
    case status::optimal: return "optimal";
    case status::feasible: return "feasible";
    case status::deadline_missed: return "deadline_missed";
    case status::infeasible: return "infeasible";
    case status::unsolved: return "unsolved";
    case status::unsupported: return "unsupported";
    case status::cancelled: return "cancelled";
  }
  return "unknown";
}

/// True when the result carries a schedule that keeps every hard rule.
[[nodiscard]] constexpr bool solved(status s) noexcept { return s == status::optimal || s == status::feasible; }

}  // namespace v0
}  // namespace sched

#endif
