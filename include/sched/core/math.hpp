// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_MATH_HPP
#define SCHED_CORE_MATH_HPP

/// \file
/// exp, exp2, expm1, log and pow with the same bits on every platform.

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace sched {
inline namespace v0 {

/// The C library's transcendental functions differ in the last bit between platforms, and compilers may fuse
/// multiplications and additions; either would let the same seed give two schedules. These use only operations that
/// IEEE 754 rounds exactly (addition, division, and multiplication inside an explicit fused multiply-add), in a fixed
/// order. Accuracy: relative error below 4e-15.
namespace stable {

namespace detail {
/// 1/n!, rounded once: n! is exact.
inline constexpr auto inverse_factorial = [] {
  std::array<double, 15> out{1.0};
  double factorial = 1.0;
  for (std::size_t n = 1; n < out.size(); ++n) out[n] = 1.0 / (factorial *= static_cast<double>(n));
  return out;
}();
}  // namespace detail

/// e^x. O(1).
[[nodiscard]] inline double exp(double x) noexcept {
  if (std::isnan(x)) return x;
  if (x > 709.0) return std::numeric_limits<double>::infinity();
  if (x < -708.0) return 0.0;
  // x = k·ln 2 + r, |r| ≤ 0.35; ln 2 in two parts so that r keeps its bits.
  const double k = std::floor(std::fma(x, 1.4426950408889634, 0.5));
  const double r = std::fma(k, -1.90821492927058770e-10, std::fma(k, -6.93147180369123816490e-01, x));
  double sum = 1.0;  // Horner over 1/n!, from n = 18
  for (int n = 18; n >= 1; --n) sum = std::fma(sum, r / n, 1.0);
  return std::ldexp(sum, static_cast<int>(k));
}

/// 2^x, exact for whole x; 0 below the normal range. O(1).
[[nodiscard]] inline double exp2(double x) noexcept {
  if (std::isnan(x)) return x;
  if (x >= 1024.0) return std::numeric_limits<double>::infinity();
  if (x < -1022.0) return 0.0;
  const double k = std::floor(x + 0.5);
  const double r = std::fma(x - k, 6.93147180559945286e-01, 0.0);
  double sum = detail::inverse_factorial[14];  // Horner over 1/n!, |r| ≤ 0.35
  for (std::size_t n = 14; n-- > 0;) sum = std::fma(sum, r, detail::inverse_factorial[n]);
  if (k > 1023.0) return std::ldexp(sum, 1024);
  return std::fma(sum, std::bit_cast<double>(static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023) << 52),
                  0.0);
}

namespace detail {
#if defined(__x86_64__) && defined(__GNUC__)
[[nodiscard]] inline bool fuses() noexcept { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
/// `exp2` of all, each below 1023.5, without a branch, for processors that fuse, whatever the rest is compiled for: the
/// same operations in the same order, so the same bits.
[[gnu::target("avx2,fma")]] inline void exp2_fused(std::span<double> xs) noexcept {
  constexpr std::size_t lanes = 8;
  std::size_t begin = 0;
  for (; begin + lanes <= xs.size(); begin += lanes) {
    double* x = xs.data() + begin;
    std::array<double, lanes> k, r, sum;
    for (std::size_t i = 0; i < lanes; ++i) {
      const double y = x[i] >= -1022.0 ? x[i] : 0.0;
      k[i] = std::floor(y + 0.5);
      r[i] = std::fma(y - k[i], 6.93147180559945286e-01, 0.0);
      sum[i] = inverse_factorial[14];
    }
    for (std::size_t n = 14; n-- > 0;)
      for (std::size_t i = 0; i < lanes; ++i) sum[i] = std::fma(sum[i], r[i], inverse_factorial[n]);
    for (std::size_t i = 0; i < lanes; ++i) {
      const auto exponent = static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(k[i])} + 1023);
      const double out = std::fma(sum[i], std::bit_cast<double>(exponent << 52), 0.0);
      x[i] = x[i] >= -1022.0 ? out : 0.0;
    }
  }
  for (double& x : xs.subspan(begin)) x = exp2(x);
}
#else
[[nodiscard]] constexpr bool fuses() noexcept { return false; }
inline void exp2_fused(std::span<double>) noexcept {}
#endif
}  // namespace detail

/// 2^x of all, in place: the same bits as one by one, several times faster on x86-64 with AVX2 and FMA. O(n).
inline void exp2(std::span<double> xs) noexcept {
  bool small = true;  // and no NaN
  for (const double x : xs) small &= x < 1023.5;
  if (small && detail::fuses()) return detail::exp2_fused(xs);
  for (double& x : xs) x = exp2(x);
}

/// e^x − 1, accurate near 0. O(1).
[[nodiscard]] inline double expm1(double x) noexcept {
  if (!(x > -0.7 && x < 0.7)) return exp(x) - 1.0;
  double sum = 1.0;  // Horner over x^n/(n + 1)!
  for (int n = 19; n >= 2; --n) sum = std::fma(sum, x / n, 1.0);
  return std::fma(x, sum, 0.0);
}

/// Natural logarithm; −∞ for 0, NaN below. O(1).
[[nodiscard]] inline double log(double x) noexcept {
  if (std::isnan(x) || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -std::numeric_limits<double>::infinity();
  if (std::isinf(x)) return x;
  int k = 0;
  double m = std::frexp(x, &k);  // m in [0.5, 1)
  if (m < 0.70710678118654752) {
    m = m + m;
    --k;
  }
  // log m = 2·atanh(s), s = (m − 1)/(m + 1), |s| ≤ 0.172
  const double s = (m - 1.0) / (m + 1.0);
  const double s2 = std::fma(s, s, 0.0);
  double sum = 1.0 / 27.0;
  for (int n = 25; n >= 1; n -= 2) sum = std::fma(sum, s2, 1.0 / n);
  const double two_s = s + s;
  return std::fma(static_cast<double>(k), 6.93147180369123816490e-01,
                  std::fma(static_cast<double>(k), 1.90821492927058770e-10, std::fma(two_s, sum, 0.0)));
}

/// base^exponent for base ≥ 0; small integer exponents exactly rounded step by step. O(1).
[[nodiscard]] inline double pow(double base, double exponent) noexcept {
  if (exponent == 0) return 1.0;
  if (exponent == 1) return base;
  if (exponent == 2) return std::fma(base, base, 0.0);
  if (base == 0) return exponent > 0 ? 0.0 : std::numeric_limits<double>::infinity();
  return exp(std::fma(exponent, log(base), 0.0));
}

}  // namespace stable
}  // namespace v0
}  // namespace sched

#endif
