// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_ROUNDING_HPP
#define SCHED_CORE_ROUNDING_HPP

/// \file
/// Rounding of real numbers for headers that need nothing else of `<cmath>`: under C++17 and later that header brings
/// the special functions, 5,000 lines that every user of a model would compile.

#include <cstdint>

namespace sched {
inline namespace v0 {
namespace detail {

/// The greatest whole number not above x; x itself for ±∞ and NaN. O(1).
[[nodiscard]] inline double floor(double x) noexcept { return __builtin_floor(x); }
/// The least whole number not below x; x itself for ±∞ and NaN. O(1).
[[nodiscard]] inline double ceil(double x) noexcept { return __builtin_ceil(x); }
/// The nearest whole number, the even one of two (in the default rounding mode). O(1).
[[nodiscard]] inline double nearest(double x) noexcept { return __builtin_nearbyint(x); }
/// The nearest integer, halves away from 0. Precondition: |x| < 2^63. O(1).
[[nodiscard]] inline std::int64_t nearest_integer(double x) noexcept { return __builtin_llround(x); }
/// Neither ±∞ nor NaN. O(1).
[[nodiscard]] inline bool is_finite(double x) noexcept { return __builtin_isfinite(x) != 0; }

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
