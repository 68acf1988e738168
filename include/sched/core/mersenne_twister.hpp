// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_MERSENNE_TWISTER_HPP
#define SCHED_CORE_MERSENNE_TWISTER_HPP

/// \file
/// MT19937 seeded by an array of words, for instances that others define by it. (`random_generator` for all else.)

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {

/// The Mersenne twister of Matsumoto & Nishimura (1998) with their `init_by_array`, which `std::mt19937` cannot be
/// seeded with. 32 bits a draw, amortised O(1); 2.5 kB of state. A `std::uniform_random_bit_generator`.
class mersenne_twister {
public:
  using result_type = std::uint32_t;

  /// Precondition: the key is not empty. O(624).
  explicit mersenne_twister(std::span<const std::uint32_t> key) noexcept {
    SCHED_ASSERT(!key.empty());
    word_[0] = 19'650'218U;
    for (std::size_t i = 1; i < size_; ++i) word_[i] = 1'812'433'253U * mixed(i) + static_cast<std::uint32_t>(i);
    std::size_t i = 1;
    const auto next = [&] {
      if (++i < size_) return;
      word_[0] = word_[size_ - 1];
      i = 1;
    };
    for (std::size_t k = std::max(size_, key.size()), j = 0; k > 0; --k, j = (j + 1) % key.size(), next())
      word_[i] = (word_[i] ^ (mixed(i) * 1'664'525U)) + key[j] + static_cast<std::uint32_t>(j);
    for (std::size_t k = size_ - 1; k > 0; --k, next())
      word_[i] = (word_[i] ^ (mixed(i) * 1'566'083'941U)) - static_cast<std::uint32_t>(i);
    word_[0] = 0x8000'0000U;
  }
  /// Seeded by one number: its 32-bit words, the lowest first, without leading zeros.
  explicit mersenne_twister(std::uint64_t seed) noexcept
      : mersenne_twister(std::span<const std::uint32_t>(
            std::array{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}.data(),
            seed >> 32 == 0 ? 1U : 2U)) {}

  [[nodiscard]] static constexpr result_type min() noexcept { return 0; }
  [[nodiscard]] static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }

  result_type operator()() noexcept {
    if (at_ == size_) twist();
    std::uint32_t y = word_[at_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c'5680U;
    y ^= (y << 15) & 0xefc6'0000U;
    return y ^ (y >> 18);
  }

private:
  static constexpr std::size_t size_ = 624;

  [[nodiscard]] std::uint32_t mixed(std::size_t i) const noexcept { return word_[i - 1] ^ (word_[i - 1] >> 30); }
  void twist() noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
      const std::uint32_t y = (word_[i] & 0x8000'0000U) | (word_[(i + 1) % size_] & 0x7fff'ffffU);
      word_[i] = word_[(i + 397) % size_] ^ (y >> 1) ^ ((y & 1U) != 0 ? 0x9908'b0dfU : 0U);
    }
    at_ = 0;
  }

  std::array<std::uint32_t, size_> word_{};
  std::size_t at_ = size_;
};

}  // namespace v0
}  // namespace sched

#endif
