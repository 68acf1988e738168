// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_DETAIL_FIT_MEMORY_HPP
#define SCHED_TIMELINE_DETAIL_FIT_MEMORY_HPP

/// \file
/// Lower bounds on earliest fits, remembered from earlier answers.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// While availability only falls, the answer s to (x, d, n) is a lower bound for every (x′ ≥ x, d′ ≥ d, n′ ≥ n). A
/// query that starts its search at such a bound gives the same answer without walking through what is known to be too
/// full.
///
/// Answers are filed by classes of (d, n), 8 per power of two of the duration and 2 of the demand, in a two-dimensional
/// Fenwick tree of maxima: filing and asking cost at most 9 × 7 steps, usually a tenth of that. All entries hold for
/// queries from one instant on (the anchor), which follows the queries.
///
/// After units come back over [a, b) an older entry still says that an earlier fit must touch [a, b): it is cut to
/// a − d′ + 1. Time is counted in epochs for that: a cell knows the epoch of its entry, and `cut_` the least a since
/// each epoch began. When the same units are taken again over the same interval at once, nothing has changed and the
/// cut is not made (re-booking sweeps may do that all the time).
///
/// Memory: 6 kB for each binary digit of the capacity (63 kB for 1,024 units), allocated at the first entry.
class fit_memory {
public:
  /// Forgets everything. `capacity` limits the classes of demand.
  void clear(amount capacity) {
    const auto units = static_cast<std::uint64_t>(std::max<amount>(capacity, 1));
    const unsigned columns = std::min(2 * static_cast<unsigned>(std::bit_width(units)), max_columns_);
    if (columns != columns_) cells_.clear();
    columns_ = columns;
    strays_ = 0;
    forget();
  }

  /// A lower bound on the answer to (t, d, n), at least t. Precondition: d > 0.
  [[nodiscard]] instant bound(instant t, duration d, amount n) const {
    if (count_ == 0 || n <= 0 || t < anchor_) return t;
    instant best = t;
    for (unsigned row = std::min(rows_ - 1, floor_class<3>(d.count())) + 1; row != 0; row &= row - 1) {
      if (row_round_[row - 1] != round_) continue;
      const std::size_t first = std::size_t{row - 1} * columns_;
      for (unsigned column = std::min(columns_ - 1, floor_class<1>(n)) + 1; column != 0; column &= column - 1)
        if (const std::size_t cell = first + column - 1; cells_[cell] > best) best = std::max(best, worth(cell, d));
    }
    return best;
  }

  /// Files the answer s to (t, d, n). Precondition: d > 0.
  void file(instant t, duration d, amount n, instant s) {
    if (n <= 0 || !follow(t)) return;
    const unsigned top = ceil_class<3>(d.count());
    const unsigned left = ceil_class<1>(n);
    if (top >= rows_ || left >= columns_ || s <= anchor_) return;
    if (cells_.empty()) {
      cells_.resize(std::size_t{rows_} * columns_);
      epochs_.resize(cells_.size());
      row_round_.assign(rows_, 0);
    }
    ++count_;
    filed_ = true;
    for (unsigned row = top + 1; row <= rows_; row += row & (0 - row)) {
      const std::size_t first = std::size_t{row - 1} * columns_;
      if (row_round_[row - 1] != round_) {
        std::fill_n(cells_.begin() + static_cast<std::ptrdiff_t>(first), columns_, instant::minus_infinity());
        row_round_[row - 1] = round_;
      }
      for (unsigned column = left + 1; column <= columns_; column += column & (0 - column))
        if (const std::size_t cell = first + column - 1; cells_[cell] < s || worth(cell, d) <= s) {
          cells_[cell] = s;
          epochs_[cell] = static_cast<std::uint8_t>(epoch_);
        }
    }
  }

  /// n units (n < 0: taken) were added over i.
  void changed(interval i, amount n) noexcept {
    if (n > 0) {
      cut_at_last_release();
      last_release_ = {i, n, epoch_};
      if (filed_) next_epoch();
    } else if (n == -last_release_.units && i == last_release_.when) {
      last_release_ = {};
    }
  }

private:
  static constexpr unsigned rows_ = 8 * 40;  // durations from 2^40 on share the last class
  static constexpr unsigned max_columns_ = 2 * 40;
  static constexpr unsigned patience_ = 4;  // queries before another instant before the anchor follows them
  static constexpr unsigned epochs_at_most_ = 256;

  struct released {
    interval when{instant::infinity(), instant::infinity()};
    amount units = 0;
    unsigned epoch = 0;  ///< entries of later ones know of it
  };

  /// Greatest class whose durations (demands) are all ≤ v; the classes split each power of two into 2^Bits parts.
  template <unsigned Bits>
  [[nodiscard]] static unsigned floor_class(std::int64_t v) noexcept {
    SCHED_ASSERT(v > 0);
    const auto value = static_cast<std::uint64_t>(v);
    const auto power = static_cast<unsigned>(std::bit_width(value)) - 1;
    const std::uint64_t part = power >= Bits ? value >> (power - Bits) : value << (Bits - power);
    return (power << Bits) + static_cast<unsigned>(part & ((1U << Bits) - 1));
  }
  /// Least class whose durations (demands) are all ≥ v.
  template <unsigned Bits>
  [[nodiscard]] static unsigned ceil_class(std::int64_t v) noexcept {
    return v == 1 ? 0 : floor_class<Bits>(v - 1) + 1;
  }

  /// What the entry of a cell says for the duration d, in view of what came back since.
  [[nodiscard]] instant worth(std::size_t cell, duration d) const noexcept {
    instant back = cut_[epochs_[cell]];
    if (epochs_[cell] <= last_release_.epoch) back = std::min(back, last_release_.when.start);
    return back == instant::infinity() ? cells_[cell] : std::min(cells_[cell], back - d + 1);
  }
  void cut_at_last_release() noexcept {
    const instant back = last_release_.when.start;
    for (unsigned e = last_release_.epoch + 1; e-- > 0 && cut_[e] > back;) cut_[e] = back;
  }
  /// Entries filed from here on know of what came back so far.
  void next_epoch() noexcept {
    filed_ = false;
    if (epoch_ + 1 == epochs_at_most_) {
      for (unsigned e = 0; e < epochs_at_most_ / 2; ++e) cut_[e] = cut_[2 * e];
      for (std::uint8_t& e : epochs_) e /= 2;
      last_release_.epoch /= 2;
      epoch_ = epochs_at_most_ / 2 - 1;
    }
    cut_[++epoch_] = instant::infinity();
  }

  void forget() noexcept {
    ++round_;
    count_ = 0;
    epoch_ = 0;
    cut_[0] = instant::infinity();
    filed_ = false;
    last_release_ = {};
  }

  /// True when an answer for t can be filed. Entries hold from the anchor on; after several queries elsewhere it moves.
  bool follow(instant t) noexcept {
    if (count_ == 0) anchor_ = t;
    if (t == anchor_) {
      strays_ = 0;
      return true;
    }
    if (++strays_ < patience_) return t < anchor_;
    if (t < anchor_) forget();
    anchor_ = t;
    strays_ = 0;
    return true;
  }

  std::vector<instant> cells_;        ///< [row][column], valid when the row is of this round
  std::vector<std::uint8_t> epochs_;  ///< when a cell was filed
  std::vector<std::uint64_t> row_round_;
  std::uint64_t round_ = 1;
  std::size_t count_ = 0;  ///< entries of this round
  unsigned columns_ = 0;
  unsigned strays_ = 0;
  unsigned epoch_ = 0;
  bool filed_ = false;  ///< in this epoch
  instant anchor_{};
  std::array<instant, epochs_at_most_> cut_{};  ///< by epoch: least start of what came back since it began
  released last_release_{};                     ///< not yet in `cut_`
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
