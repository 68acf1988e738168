// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_CHECKPOINT_INTERVAL_HPP
#define SCHED_DISPATCH_CHECKPOINT_INTERVAL_HPP

/// \file
/// How often a job should write a checkpoint.

#include <cmath>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// Run time between the end of a checkpoint and the begin of the next that loses least, for a checkpoint that takes
/// `cost` and failures `mtbf` apart on average: √(2 · cost · mtbf), rounded down, at least 1; +∞ when nothing ever
/// fails. Good while the cost is far below the mtbf. Preconditions: cost ≥ 0 and finite, mtbf > 0. O(1). Young, A first
/// order approximation to the optimum checkpoint interval, 1974.
[[nodiscard]] inline duration young_interval(duration cost, duration mtbf) noexcept {
  SCHED_ASSERT(cost >= 0 && cost.is_finite() && mtbf > 0);
  if (mtbf == duration::infinity()) return mtbf;
  const double t = std::sqrt(2 * static_cast<double>(cost.count()) * static_cast<double>(mtbf.count()));
  return t < 1 ? duration(1) : t < 0x1p63 ? duration(static_cast<duration::rep>(t)) : duration::max();
}

/// The same to higher order, also for costs near the mtbf: with x = cost / (2 · mtbf), √(2 · cost · mtbf) · (1 + √x/3 +
/// x/9) − cost while cost < 2 · mtbf, otherwise the mtbf. Daly, A higher order estimate of the optimum checkpoint
/// interval for restart dumps, 2006.
[[nodiscard]] inline duration daly_interval(duration cost, duration mtbf) noexcept {
  SCHED_ASSERT(cost >= 0 && cost.is_finite() && mtbf > 0);
  if (mtbf == duration::infinity()) return mtbf;
  const auto c = static_cast<double>(cost.count()), m = static_cast<double>(mtbf.count());
  if (c >= 2 * m) return mtbf;
  const double x = c / (2 * m), root = std::sqrt(2 * c * m) * (1 + std::sqrt(x) / 3 + x / 9), t = root - c;
  return t < 1 ? duration(1) : t < 0x1p63 ? duration(static_cast<duration::rep>(t)) : duration::max();
}

}  // namespace v0
}  // namespace sched

#endif
