// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_DECODE_PACKED_HPP
#define SCHED_SOLVE_DETAIL_DECODE_PACKED_HPP

/// \file
/// The decoder for short durations: all resources of a period in one word, many periods at a time, no branch per probe.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include <sched/solve/detail/decode_rows.hpp>

namespace sched {
inline namespace v0 {
namespace detail::decode {

/// Longest duration (in units of the common divisor) that fits a window.
inline constexpr std::int32_t packed_longest = 32;
/// Longest horizon that is kept period by period.
inline constexpr std::int64_t packed_horizon = std::int64_t{1} << 20;

/// How a run of d free periods is found in a mask m of free periods: m &= m >> s five times, the shifts doubling the
/// run that a bit stands for until it is d. Four shifts of 6 bits (a processor takes shift counts modulo 64), the
/// length in the highest byte; the fifth shift is length − 16 or nothing.
[[nodiscard]] constexpr std::uint32_t packed_shape(std::int32_t length) noexcept {
  std::uint32_t shape = 0;
  std::int32_t run = 1;
  for (unsigned step = 0; step < 4; ++step) {
    const std::int32_t more = length > run ? std::min(run, length - run) : 0;
    shape |= static_cast<std::uint32_t>(more) << (6 * step);
    run += more;
  }
  return shape | static_cast<std::uint32_t>(length) << 24;
}

/// Uninitialised bytes aligned to a cache line; copies copy the bytes.
class cells {
public:
  cells() = default;
  explicit cells(std::size_t bytes) : bytes_(bytes), memory_(static_cast<std::byte*>(::operator new(bytes, line_))) {}
  cells(const cells& other) : cells(other.bytes_) {
    if (bytes_ != 0) std::memcpy(memory_.get(), other.memory_.get(), bytes_);
  }
  cells(cells&& other) noexcept = default;
  cells& operator=(cells other) noexcept {
    std::swap(bytes_, other.bytes_);
    memory_.swap(other.memory_);
    return *this;
  }
  [[nodiscard]] std::byte* data() noexcept { return memory_.get(); }

private:
  static constexpr std::align_val_t line_{64};
  struct free_cells {
    void operator()(std::byte* p) const noexcept { ::operator delete(p, line_); }
  };
  std::size_t bytes_ = 0;
  std::unique_ptr<std::byte, free_cells> memory_;
};

/// What a packed pass reads and writes.
struct packed_pass {
  const row* rows;
  const std::uint32_t* others;
  std::size_t tasks;
  std::uint64_t capacity;  ///< packed
  std::byte* cells;        ///< as Blocks lays them out
  std::int32_t dirty;      ///< periods that the last pass may have used
  std::int32_t* finish;    ///< n + 1, the last one 0
  std::int32_t scale;
};

/// One serial pass. `Blocks` knows the layout of the profile: memory is a sequence of aligned blocks of
/// `Blocks::periods` periods, always read and written whole, so that every load finds its bytes in one earlier store
/// (a load that straddles two stores in flight waits until both have left the store buffer; avoiding that is worth a
/// quarter of the run time).
///   Blocks::fits<n>(block, need)          bit t: the demand fits in period t, counted from the start of the block, for
///                                         n blocks; 0 beyond. `window` blocks show 33 periods from any offset
///   Blocks::take(block, need, first, d)   subtracts the demand from periods first … first + d − 1
///   Blocks::fill(cells, periods, capacity)
/// Steps: 4 when no length exceeds 16, else 5.
/// Guess: first ask whether the task fits where its predecessors end, by a branch, so that the processor goes on with
/// the next task meanwhile; without it there is no branch to mispredict, but every task waits for the one before.
/// Returns the makespan in units.
template <class Blocks, int Steps, bool Guess, class Index>
[[gnu::always_inline]] inline std::int32_t packed_decode(const packed_pass& pass, const Index* list,
                                                         std::int32_t* starts) noexcept {
  Blocks::fill(pass.cells, pass.dirty, pass.capacity);
  const row* const rows = pass.rows;
  std::int32_t* const finish = pass.finish;
  const std::uint32_t* const others = pass.others;
  std::byte* const cells = pass.cells;
  const std::int32_t scale = pass.scale;
  const Index* const end = list + pass.tasks;
  std::int32_t makespan = 0;
  for (; list != end; ++list) {
    const std::size_t i = *list;
    const row& r = rows[i];
    auto t = static_cast<std::uint32_t>(latest(r, others, finish));
    const std::uint32_t shape = r.shape;
    const std::uint32_t length = shape >> 24;
    const auto need = Blocks::expand(r.need);
    const auto find = [&] {
      for (;;) {
        std::uint64_t free = Blocks::template fits<Blocks::window>(cells + t / Blocks::periods * Blocks::bytes, need) >>
                             (t % Blocks::periods);
        free &= free >> (shape & 63);
        free &= free >> (shape >> 6 & 63);
        free &= free >> (shape >> 12 & 63);
        free &= free >> (shape >> 18 & 63);
        if constexpr (Steps > 4) free &= free >> (length > 16 ? length - 16 : 0);
        if (free != 0) [[likely]] {
          t += static_cast<std::uint32_t>(std::countr_zero(free));
          return;
        }
        t += Blocks::reach + 1 - length;  // the last start that was tried is reach − length
      }
    };
    if constexpr (Guess) {
      const std::uint64_t wanted = ((std::uint64_t{1} << length) - 1) << (t % Blocks::periods);
      if ((~Blocks::template fits<2>(cells + t / Blocks::periods * Blocks::bytes, need) & wanted) != 0) find();
    } else {
      find();
    }
    Blocks::take(cells + t / Blocks::periods * Blocks::bytes, need, t % Blocks::periods, length);
    starts[i] = static_cast<std::int32_t>(t) * scale;
    const auto done = static_cast<std::int32_t>(t + length);
    finish[i] = done;
    makespan = std::max(makespan, done);
  }
  return makespan;
}

/// Masks that slide: 48 words of ones, then zeros. Loaded at 48 − e, word j is all ones for j < e.
template <class Word>
inline constexpr auto sliding_ones = [] {
  struct alignas(64) {
    Word words[48 + 3 * 16];
  } table{};
  for (int i = 0; i < 48; ++i) table.words[i] = static_cast<Word>(-1);
  return table;
}();

}  // namespace detail::decode
}  // namespace v0
}  // namespace sched

#endif
