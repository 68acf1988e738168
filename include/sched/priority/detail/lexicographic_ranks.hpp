// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_DETAIL_LEXICOGRAPHIC_RANKS_HPP
#define SCHED_PRIORITY_DETAIL_LEXICOGRAPHIC_RANKS_HPP

/// \file
/// Several keys to one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>

namespace sched {
inline namespace v0 {
namespace priority {
namespace detail {

/// Turns `columns` rows of n keys each (one row after another) into dense ranks by lexicographic order.
inline void lexicographic_ranks(std::span<const double> rows, std::size_t n, std::span<std::uint32_t> order,
                                std::span<double> out) {
  const std::size_t columns = n == 0 ? 0 : rows.size() / n;
  const auto compare = [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t c = 0; c < columns; ++c)
      if (rows[c * n + a] != rows[c * n + b]) return rows[c * n + a] < rows[c * n + b] ? -1 : 1;
    return 0;
  };
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const int c = compare(a, b);
    return c != 0 ? c < 0 : a < b;
  });
  double rank = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0 && compare(order[i - 1], order[i]) != 0) rank += 1;
    out[order[i]] = rank;
  }
}

}  // namespace detail
}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
