// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_VECTOR_FIT_HPP
#define SCHED_TIMELINE_VECTOR_FIT_HPP

/// \file
/// Fits on several resources at once.

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>

#include <sched/core/config.hpp>
#include <sched/core/interval.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched {
inline namespace v0 {

/// Least s ≥ t (and ≥ every origin) such that, for each i, timeline i has `demands[i]` units over the whole of
/// [s, s + d); +∞ if there is none. d ≤ 0 returns the greatest of t and the origins.
///
/// A resource of which nothing is demanded is not asked: nobody waits for what they do not need. Precondition: as many
/// demands as timelines. Each too-low stretch of each timeline is met at most once: O(Σ fits), fits as documented by
/// the timeline. Allocates nothing itself.
template <resource_timeline T>
[[nodiscard]] instant earliest_fit(std::span<const T> timelines, std::span<const amount> demands, instant t,
                                   duration d) {
  SCHED_ASSERT(timelines.size() == demands.size());
  const std::size_t count = timelines.size();
  for (const T& timeline : timelines) t = std::max(t, timeline.origin());
  if (d <= 0) return t;
  // Round robin until every timeline has agreed to the same instant in a row.
  for (std::size_t i = 0, agreed = 0; agreed < count && t != instant::infinity(); i = i + 1 == count ? 0 : i + 1) {
    if (demands[i] != 0) {
      const instant s = timelines[i].earliest_fit(t, d, demands[i]);
      if (s != t) agreed = 0;
      t = s;
    }
    ++agreed;
  }
  return t;
}

/// Greatest s with s + d ≤ t (finite), at or after every origin, such that each timeline i has `demands[i]` units over
/// [s, s + d); −∞ if there is none. The mirror of `earliest_fit`. d ≤ 0 returns t (−∞ before an origin).
template <resource_timeline T>
[[nodiscard]] instant latest_fit(std::span<const T> timelines, std::span<const amount> demands, instant t, duration d) {
  SCHED_ASSERT(timelines.size() == demands.size());
  SCHED_ASSERT(t < instant::infinity());
  const instant none = instant::minus_infinity();
  const std::size_t count = timelines.size();
  instant origin = none;
  for (const T& timeline : timelines) origin = std::max(origin, timeline.origin());
  instant s = d <= 0 ? t : t - d;
  for (std::size_t i = 0, agreed = 0; agreed < count && s >= origin && d > 0; i = i + 1 == count ? 0 : i + 1) {
    if (demands[i] != 0) {
      const instant earlier = timelines[i].latest_fit(s + d, d, demands[i]);
      if (earlier != s) agreed = 0;
      s = earlier;
    }
    ++agreed;
  }
  return s >= origin && s != none ? s : none;
}

/// True when, for each i, timeline i has `demands[i]` units over the whole of `when` (nothing demanded: not asked).
template <resource_timeline T>
[[nodiscard]] bool fits(std::span<const T> timelines, std::span<const amount> demands, interval when) {
  SCHED_ASSERT(timelines.size() == demands.size());
  for (std::size_t i = 0; i < timelines.size(); ++i) {
    if (demands[i] != 0 && !when.empty() && timelines[i].min_available(when) < demands[i]) return false;
  }
  return true;
}

/// Takes `demands[i]` units of timeline i over `when`. The caller has just learned that they fit.
template <resource_timeline T>
void take(std::span<T> timelines, std::span<const std::type_identity_t<amount>> demands, interval when) {
  SCHED_ASSERT(timelines.size() == demands.size());
  for (std::size_t i = 0; i < timelines.size(); ++i) {
    if (demands[i] != 0) timelines[i].add_capacity(when, -demands[i]);
  }
}

/// Gives them back.
template <resource_timeline T>
void release(std::span<T> timelines, std::span<const std::type_identity_t<amount>> demands, interval when) {
  SCHED_ASSERT(timelines.size() == demands.size());
  for (std::size_t i = 0; i < timelines.size(); ++i) {
    if (demands[i] != 0) timelines[i].add_capacity(when, demands[i]);
  }
}

}  // namespace v0
}  // namespace sched

#endif
