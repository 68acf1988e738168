// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_ADVANCE_RESERVATION_HPP
#define SCHED_MODEL_ADVANCE_RESERVATION_HPP

/// \file
/// A part of a machine that is set aside for some jobs for some time.

#include <cstdint>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// `demand` processors over `when` are kept for the jobs that name `id` in `job::allow`; these may run inside if they
/// are planned to end inside, or outside like everybody.
struct advance_reservation {
  std::uint32_t id = 0;
  interval when{};
  amount demand = 1;
  /// So long after its start a reservation in which nobody runs is given up.
  duration release_unused_after = duration::infinity();
  /// Running jobs that are planned into it are kept, and the reservation is made smaller; otherwise it is refused.
  bool force = false;
  bool operator==(const advance_reservation&) const noexcept = default;
};

}  // namespace v0
}  // namespace sched

#endif
