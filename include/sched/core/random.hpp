// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_RANDOM_HPP
#define SCHED_CORE_RANDOM_HPP

/// \file
/// The library's own random numbers: the same on every platform, compiler and standard library.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {

/// xoshiro256** (Blackman & Vigna 2018), seeded through splitmix64. A `std::uniform_random_bit_generator`.
///
/// Draws use integers and exact comparisons only, never the C library's functions, so a seed means the same sequence
/// everywhere. 32 bytes of state; copying it branches the sequence; `split()` gives an independent one.
class random_generator {
public:
  using result_type = std::uint64_t;

  explicit constexpr random_generator(std::uint64_t seed = 1) noexcept {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15U;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
      word = z ^ (z >> 31);
    }
  }

  [[nodiscard]] static constexpr result_type min() noexcept { return 0; }
  [[nodiscard]] static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }

  /// 64 uniform bits.
  constexpr result_type operator()() noexcept {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Uniform in 0 … n − 1, without bias (Lemire 2019). Precondition: n > 0. Expected O(1).
  constexpr std::uint64_t below(std::uint64_t n) noexcept {
    SCHED_ASSERT(n > 0);
    uint128 product = static_cast<uint128>((*this)()) * n;
    if (static_cast<std::uint64_t>(product) < n) {
      const std::uint64_t threshold = (0 - n) % n;
      while (static_cast<std::uint64_t>(product) < threshold) product = static_cast<uint128>((*this)()) * n;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  /// Uniform in first … last, both included. Precondition: first ≤ last.
  constexpr std::int64_t between(std::int64_t first, std::int64_t last) noexcept {
    SCHED_ASSERT(first <= last);
    const std::uint64_t width = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) + 1;
    const std::uint64_t step = width == 0 ? (*this)() : below(width);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + step);
  }

  /// Uniform in [0, 1), a multiple of 2^-53.
  constexpr double real() noexcept { return static_cast<double>((*this)() >> 11) * 0x1p-53; }

  /// True with the given probability.
  constexpr bool chance(double probability) noexcept { return real() < probability; }

  /// Exponential with mean 1. von Neumann's method (1951): runs of falling uniforms, comparisons only. Expected 5
  /// draws.
  constexpr double exponential() noexcept {
    for (std::uint64_t whole = 0;; ++whole) {
      const std::uint64_t first = (*this)() >> 11;
      std::uint64_t last = first;
      bool accepted = true;
      for (;;) {
        const std::uint64_t next = (*this)() >> 11;
        if (next >= last) break;
        last = next;
        accepted = !accepted;
      }
      if (accepted) return static_cast<double>(whole) + static_cast<double>(first) * 0x1p-53;
    }
  }

  /// Standard normal. Karney's exact rejection method (ACM TOMS 42, 2016): comparisons only. Expected about 20 draws.
  constexpr double normal() noexcept {
    for (;;) {
      std::uint64_t k = 0;
      while (half_exponential()) ++k;  // k with probability exp(−k/2)(1 − exp(−1/2))
      bool keep = true;
      for (std::uint64_t i = 0; keep && i < k * (k - 1); ++i) keep = half_exponential();  // exp(−k(k−1)/2)
      if (!keep) continue;
      const std::uint64_t x = (*this)() >> 11;
      for (std::uint64_t i = 0; keep && i <= k; ++i) keep = accept_part(k, x);  // exp(−x(2k + x)/2)
      if (!keep) continue;
      const double value = static_cast<double>(k) + static_cast<double>(x) * 0x1p-53;
      return ((*this)() >> 63) != 0 ? -value : value;
    }
  }

  /// Fisher–Yates: every order of the elements equally likely. O(n).
  template <class T>
  constexpr void shuffle(std::span<T> items) noexcept {
    for (std::size_t i = items.size(); i > 1; --i) {
      using std::swap;
      swap(items[i - 1], items[static_cast<std::size_t>(below(i))]);
    }
  }

  /// A generator whose sequence is independent of what this one draws next.
  constexpr random_generator split() noexcept { return random_generator((*this)()); }

  constexpr bool operator==(const random_generator&) const noexcept = default;

private:
  /// True with probability exp(−1/2).
  constexpr bool half_exponential() noexcept {
    std::uint64_t last = (*this)() >> 11;
    if (last >= (std::uint64_t{1} << 52)) return true;  // first uniform ≥ 1/2
    for (bool result = false;; result = !result) {
      const std::uint64_t next = (*this)() >> 11;
      if (next >= last) return result;
      last = next;
    }
  }

  /// True with probability exp(−x(2k + x)/(2k + 2)); x in units of 2^-53. Karney's algorithm B.
  constexpr bool accept_part(std::uint64_t k, std::uint64_t x) noexcept {
    const std::uint64_t m = 2 * k + 2;
    std::uint64_t last = x;
    for (bool result = true;; result = !result) {
      const std::uint64_t z = (*this)() >> 11;
      if (z >= last) return result;
      const std::uint64_t draw = below(m);  // with probability (2k + x)/m
      if (draw == 2 * k + 1) return result;
      if (draw == 2 * k && ((*this)() >> 11) >= x) return result;
      last = z;
    }
  }

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace v0
}  // namespace sched

#endif
