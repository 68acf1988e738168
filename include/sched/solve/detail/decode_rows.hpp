// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_DECODE_ROWS_HPP
#define SCHED_SOLVE_DETAIL_DECODE_ROWS_HPP

/// \file
/// What the fast decoders know of a classic project: plain integers, normalised, one direction of its arcs per table.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {
namespace detail::decode {

/// Whether a fast decoder can take the project: classic, single-mode, no oversized tasks, and the sum of all durations
/// leaves room in 32-bit times. O(n).
[[nodiscard]] inline bool accepts(const project& p) noexcept {
  duration total{};
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    if (p.mode_count(task_id(i)) != 1) return false;
    total += p.work(task_id(i));
  }
  return p.classic() && p.oversized().empty() && total < (1 << 30) && p.task_count() < (1U << 30);
}

/// Durations divided by their greatest common divisor, demands and capacities by theirs; resources that can never run
/// short are left out. None of it changes a schedule: all starts are sums of durations, and floor(capacity / g) units
/// of g are what multiples of g can use.
struct numbers {
  std::size_t tasks = 0;
  std::int32_t scale = 1;  ///< ticks per unit of `lengths`
  std::int64_t total = 0;  ///< sum of lengths: no serial schedule is longer
  std::int32_t longest = 0;
  std::vector<std::int32_t> lengths;
  std::vector<amount> capacities;            ///< of the resources that can run short
  std::vector<std::vector<amount>> demands;  ///< [resource][task]; 0 for tasks of length 0

  explicit numbers(const project& p) : tasks(p.task_count()), lengths(tasks) {
    std::int64_t divisor = 0;
    for (std::size_t i = 0; i < tasks; ++i) divisor = std::gcd(divisor, p.work(task_id(i)).count());
    scale = static_cast<std::int32_t>(std::max<std::int64_t>(divisor, 1));
    for (std::size_t i = 0; i < tasks; ++i) {
      lengths[i] = static_cast<std::int32_t>(p.work(task_id(i)).count() / scale);
      total += lengths[i];
      longest = std::max(longest, lengths[i]);
    }
    // One pass over the requirements: they are the largest part of a large project.
    std::vector<std::vector<amount>> rows(p.resource_count(), std::vector<amount>(tasks, 0));
    for (std::size_t i = 0; i < tasks; ++i)
      if (lengths[i] > 0)
        for (const requirement& q : p.requirements(task_id(i))) rows[q.resource.index()][i] = q.units;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      amount all = 0;
      amount unit = 0;
      for (const amount units : rows[r]) {
        all = saturating_add(all, units);
        if (unit != 1) unit = std::gcd(unit, units);
      }
      const amount capacity = p.resource_of(resource_id(r)).capacity;
      if (all <= capacity) continue;
      if (unit > 1)
        for (amount& units : rows[r]) units /= unit;
      capacities.push_back(capacity / unit);
      demands.push_back(std::move(rows[r]));
    }
  }

  /// Work of the busiest resource over its capacity, in critical path lengths: how scarce the resources are. O(n + m).
  [[nodiscard]] double busyness(const project& p) const {
    std::vector<std::int64_t> finish(tasks, 0);
    std::int64_t path = 1;
    for (const task_id t : p.topological_order()) {
      std::int64_t ready = 0;
      for (const adjacency& l : p.predecessors(t)) ready = std::max(ready, finish[l.task.index()]);
      finish[t.index()] = ready + lengths[t.index()];
      path = std::max(path, finish[t.index()]);
    }
    double most = 0;
    for (std::size_t r = 0; r < capacities.size(); ++r) {
      double work = 0;
      for (std::size_t i = 0; i < tasks; ++i) work += static_cast<double>(demands[r][i]) * lengths[i];
      most = std::max(most, work / static_cast<double>(capacities[r]));
    }
    return most / static_cast<double>(path);
  }
  /// How many (task, resource) pairs have a demand.
  [[nodiscard]] std::size_t needs() const noexcept {
    std::size_t count = 0;
    for (const std::vector<amount>& row : demands)
      count += row.size() - static_cast<std::size_t>(std::count(row.begin(), row.end(), amount{0}));
    return count;
  }
  [[nodiscard]] amount largest_capacity() const noexcept {
    amount most = 0;
    for (amount c : capacities) most = std::max(most, c);
    return most;
  }
};

/// The order that breaks ties of justification: the numbers where these are topological, otherwise the project's
/// topological order. O(n + m).
[[nodiscard]] inline std::vector<std::uint32_t> tie_order(const project& p) {
  std::vector<std::uint32_t> order(p.task_count());
  std::iota(order.begin(), order.end(), 0U);
  for (std::uint32_t i = 0; i < order.size(); ++i)
    for (const adjacency& l : p.successors(task_id(i)))
      if (l.task.index() < i) {
        std::transform(p.topological_order().begin(), p.topological_order().end(), order.begin(),
                       [](task_id t) { return static_cast<std::uint32_t>(t.index()); });
        return order;
      }
  return order;
}

/// One task of a table: the first four predecessors (padded with n, the task that finished at 0) so that most earliest
/// starts are three maxima without a branch, and where the others are.
struct row {
  std::array<std::uint32_t, 4> before{};
  std::uint64_t need = 0;    ///< demands packed into lanes, resource 0 lowest
  std::uint32_t others = 0;  ///< 0, or 1 + position in `table::others` of a count and that many further predecessors
  std::uint32_t shape = 0;   ///< what the kernel wants to know about the length
};

/// All tasks in one direction of the arcs.
struct table {
  std::vector<row> rows;
  std::vector<std::uint32_t> others;

  table() = default;
  table(const project& p, bool reversed) : rows(p.task_count()) {
    const auto n = static_cast<std::uint32_t>(rows.size());
    std::vector<std::uint32_t> before;
    for (std::uint32_t i = 0; i < n; ++i) {
      before.clear();
      for (const adjacency& l : reversed ? p.successors(task_id(i)) : p.predecessors(task_id(i)))
        before.push_back(static_cast<std::uint32_t>(l.task.index()));
      before.erase(std::unique(before.begin(), before.end()), before.end());
      rows[i].before.fill(n);
      const std::size_t direct = std::min<std::size_t>(before.size(), 4);
      std::copy_n(before.begin(), direct, rows[i].before.begin());
      if (before.size() == direct) continue;
      others.push_back(static_cast<std::uint32_t>(before.size() - direct));
      rows[i].others = static_cast<std::uint32_t>(others.size());
      others.insert(others.end(), before.begin() + static_cast<std::ptrdiff_t>(direct), before.end());
    }
  }
};

/// The latest finish among the predecessors of a row; `finish` has n + 1 entries, the last is the time 0.
template <class Time>
[[gnu::always_inline]] inline Time latest(const row& r, const std::uint32_t* others, const Time* finish) noexcept {
  Time t =
      std::max(std::max(finish[r.before[0]], finish[r.before[1]]), std::max(finish[r.before[2]], finish[r.before[3]]));
  if (r.others != 0) [[unlikely]] {
    const std::uint32_t* next = others + (r.others - 1);
    for (std::uint32_t left = *next; left > 0; --left) t = std::max(t, finish[*++next]);
  }
  return t;
}

/// One task's lane of `bits` bits in a row of 64-bit words, resource 0 lowest.
inline void pack_lane(std::uint64_t* words, std::size_t resource, unsigned bits, amount units) noexcept {
  const std::size_t bit = resource * bits;
  words[bit / 64] |= static_cast<std::uint64_t>(units) << (bit % 64);
}

/// Capacities and demands packed for 64-bit arithmetic: the narrowest lanes that leave the top bit of each free, set in
/// the capacities. A demand fits where subtracting it from what is left keeps all top bits.
struct lanes {
  std::size_t words = 1;             ///< per row
  std::uint64_t tops = 0;            ///< the top bits of a word
  std::vector<std::uint64_t> full;   ///< one row: capacities and top bits
  std::vector<std::uint64_t> needs;  ///< a row per task

  lanes() = default;
  explicit lanes(const numbers& x) : lanes(x.capacities, x.demands, x.tasks) {}
  /// `demands`: by resource, one per row.
  lanes(const std::vector<amount>& capacities, const std::vector<std::vector<amount>>& demands, std::size_t rows) {
    amount most = 0;
    for (const amount c : capacities) most = std::max(most, c);
    const unsigned bits = most <= 127                                        ? 8
                          : most <= 32767                                    ? 16
                          : most <= std::numeric_limits<std::int32_t>::max() ? 32
                                                                             : 64;
    words = std::max<std::size_t>((capacities.size() * bits + 63) / 64, 1);
    for (unsigned bit = bits - 1; bit < 64; bit += bits) tops |= std::uint64_t{1} << bit;
    full.assign(words, tops);
    needs.assign(rows * words, 0);
    for (std::size_t k = 0; k < capacities.size(); ++k) {
      pack_lane(full.data(), k, bits, capacities[k]);
      for (std::size_t i = 0; i < rows; ++i) pack_lane(needs.data() + i * words, k, bits, demands[k][i]);
    }
  }
};

}  // namespace detail::decode
}  // namespace v0
}  // namespace sched

#endif
