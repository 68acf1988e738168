// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_PROGRESS_HPP
#define SCHED_CORE_PROGRESS_HPP

/// \file
/// Watching and stopping long work.

#include <cstdint>
#include <functional>
#include <limits>
#include <stop_token>
#include <utility>

namespace sched {
inline namespace v0 {

/// What long work tells its observer.
struct progress {
  std::uint64_t done = 0;   ///< units finished (schedules, instances … as the solver documents)
  std::uint64_t total = 0;  ///< units planned; 0 = unknown
  double best = std::numeric_limits<double>::quiet_NaN();   ///< best objective so far; NaN = none yet
  double bound = std::numeric_limits<double>::quiet_NaN();  ///< best proved bound; NaN = none
};

/// How a caller controls long work: a stop token, and an observer that is called from the working thread after every
/// improvement and at most once per unit. Copies are cheap enough for a call, not for a loop.
///
/// A solver asks `stopped()` once per unit; when it is true, it returns the best result so far.
struct control {
  std::stop_token stop{};
  std::function<void(const progress&)> observer{};

  [[nodiscard]] bool stopped() const noexcept { return stop.stop_requested(); }
  void report(const progress& p) const {
    if (observer) observer(p);
  }
};

}  // namespace v0
}  // namespace sched

#endif
