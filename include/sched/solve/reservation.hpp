// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_RESERVATION_HPP
#define SCHED_SOLVE_RESERVATION_HPP

/// \file
/// Which waiting jobs are promised a start, and what may run before them.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// Reservation policies of `backfill`.
namespace reserve {

/// No backfilling: stop at the first job that does not fit.
struct none {};

/// The first k jobs that do not fit are reserved their earliest start, all others may run where they disturb none;
/// planned anew at every decision. 1 is EASY (Lifka 1995), 0 fills without any guarantee.
struct depth {
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  std::size_t k = 1;
};
[[nodiscard]] constexpr depth easy() noexcept { return {1}; }

/// Every job is promised a start when it arrives; promises are kept, and only ever move earlier (Mu'alem & Feitelson
/// 2001).
struct conservative {
  enum class compression : std::uint8_t {
    none,     ///< promises never move
    once,     ///< after every end, one sweep in the order of arrival
    fixpoint  ///< sweeps until nothing moves
  } compress = compression::once;
};

/// As depth `all`, but only jobs that have waited so long that (wait + estimate) ≥ threshold · estimate are reserved
/// (Srinivasan et al. 2002).
struct selective {
  double threshold = 2.0;
};

/// EASY with a patient head: it may be delayed to its first promise plus a share of the wait until then (Ward, Mahood &
/// West 2002). 0 is EASY.
struct relaxed {
  double patience = 0.5;
};

/// EASY, but among the first `window` jobs behind the head those are started that use most processors (Shmueli &
/// Feitelson 2005).
struct look_ahead {
  std::size_t window = 50;
};

}  // namespace reserve

/// One of the policies above. Rejected: everything else.
template <class R>
concept reservation_policy =
    std::same_as<R, reserve::none> || std::same_as<R, reserve::depth> || std::same_as<R, reserve::conservative> ||
    std::same_as<R, reserve::selective> || std::same_as<R, reserve::relaxed> || std::same_as<R, reserve::look_ahead>;

}  // namespace v0
}  // namespace sched

#endif
