// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_MODE_ROWS_HPP
#define SCHED_SOLVE_DETAIL_MODE_ROWS_HPP

/// \file
/// What a fast decoder knows of the modes of a project: plain integers, and only modes that can matter.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>
#include <sched/solve/detail/decode_rows.hpp>

namespace sched {
inline namespace v0 {
namespace detail::decode {

/// Modes of all tasks, in rows: lengths divided by their greatest common divisor, renewable demands in lanes, costs in
/// non-renewable units. Left out are modes that no affordable choice can contain, modes that another one of the task
/// dominates (not longer, no cheaper in anything; Sprecher, Hartmann & Drexl 1997), and resources that cannot run
/// short.
struct mode_rows {
  std::size_t tasks = 0;
  std::int32_t scale = 1;                 ///< ticks per unit of `length`
  std::vector<std::uint32_t> begin;       ///< n + 1: rows of a task
  std::vector<std::int32_t> length;       ///< by row
  std::vector<std::uint32_t> original;    ///< by row: the mode's index in the project
  std::vector<std::uint32_t> substitute;  ///< by mode of the project, rows flattened likewise: the mode that is as good
  std::vector<std::uint32_t> mode_begin;  ///< n + 1: where the modes of a task are in `substitute`
  lanes renewable;                        ///< needs by row
  std::vector<amount> units;              ///< by row and renewable resource that can run short
  std::vector<amount> capacity;           ///< of these
  std::size_t kinds = 0;                  ///< non-renewable resources that can run short
  std::vector<std::int64_t> limit;        ///< of these
  std::vector<std::int64_t> cost;         ///< by row and kind
  bool impossible = false;                ///< proved: some task has no affordable mode

  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  /// Precedence, modes and resources only, and sums that leave room in the integers. O(modes · k).
  [[nodiscard]] static bool accepts(const project& p) {
    if (p.has_releases() || p.has_deadlines() || p.has_fixed() || p.has_lags() || p.has_calendars() ||
        !p.maximal_lags().empty() || !p.oversized().empty() || p.task_count() >= 65'536)
      return false;
    duration total{};
    std::vector<amount> spent(p.resource_count(), 0), most(p.resource_count());
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      const task_id t(i);
      if (p.mode_count(t) > 65'535) return false;
      duration longest{};
      std::ranges::fill(most, 0);
      for (std::size_t m = 0; m < p.mode_count(t); ++m) {
        longest = std::max(longest, p.work(t, m));
        for (const requirement& q : p.requirements(t, m))
          most[q.resource.index()] = std::max(most[q.resource.index()], q.units);
      }
      total += longest;
      for (std::size_t r = 0; r < spent.size(); ++r) spent[r] = saturating_add(spent[r], most[r]);
    }
    const auto large = [](amount a) { return a > (amount{1} << 60); };
    for (std::size_t r = 0; r < spent.size(); ++r)
      if (p.resource_of(resource_id(r)).kind == resource_kind::nonrenewable && large(spent[r])) return false;
    return total < (1 << 30);
  }

  mode_rows() = default;
  explicit mode_rows(const project& p) : tasks(p.task_count()) {
    std::vector<std::vector<std::uint32_t>> kept(tasks);
    drop_unaffordable(p, kept);
    mode_begin.push_back(0);
    for (std::size_t i = 0; i < tasks; ++i) {
      mode_begin.push_back(mode_begin.back() + static_cast<std::uint32_t>(p.mode_count(task_id(i))));
      substitute.resize(mode_begin.back(), none);
      drop_dominated(p, task_id(i), kept[i]);
    }
    std::int64_t divisor = 0;
    begin.push_back(0);
    for (std::size_t i = 0; i < tasks; ++i) {
      for (const std::uint32_t m : kept[i]) {
        original.push_back(m);
        length.push_back(static_cast<std::int32_t>(p.work(task_id(i), m).count()));
        divisor = std::gcd(divisor, std::int64_t{length.back()});
      }
      begin.push_back(static_cast<std::uint32_t>(original.size()));
    }
    scale = static_cast<std::int32_t>(std::max<std::int64_t>(divisor, 1));
    for (std::int32_t& l : length) l /= scale;
    fill_resources(p);
  }

  [[nodiscard]] std::size_t rows() const noexcept { return original.size(); }
  [[nodiscard]] std::size_t count(std::size_t task) const noexcept { return begin[task + 1] - begin[task]; }
  /// The row of a task's mode in the project, or of the one that dominates it; `none` when it is not affordable.
  [[nodiscard]] std::uint32_t row_of(std::size_t task, std::size_t mode) const noexcept {
    const std::uint32_t m = substitute[mode_begin[task] + mode];
    for (std::uint32_t r = begin[task]; m != none && r < begin[task + 1]; ++r)
      if (original[r] == m) return r;
    return none;
  }

private:
  /// Modes that fit what the cheapest modes of all others leave, to a fixpoint.
  void drop_unaffordable(const project& p, std::vector<std::vector<std::uint32_t>>& kept) {
    for (std::size_t i = 0; i < tasks; ++i) {
      kept[i].resize(p.mode_count(task_id(i)));
      std::iota(kept[i].begin(), kept[i].end(), 0U);
    }
    if (!p.has_nonrenewable()) return;
    std::vector<std::int64_t> cheapest(tasks);
    for (bool again = true; again && !impossible;) {
      again = false;
      for (std::size_t r = 0; r < p.resource_count(); ++r) {
        const resource_id id(r);
        if (p.resource_of(id).kind != resource_kind::nonrenewable) continue;
        std::int64_t all = 0;
        for (std::size_t i = 0; i < tasks; ++i) {
          cheapest[i] = std::numeric_limits<std::int64_t>::max();
          for (const std::uint32_t m : kept[i]) cheapest[i] = std::min(cheapest[i], p.demand(task_id(i), id, m));
          all += cheapest[i];
        }
        for (std::size_t i = 0; i < tasks; ++i) {
          const std::int64_t others = all - cheapest[i];
          again |= std::erase_if(kept[i], [&](std::uint32_t m) {
                     return others + p.demand(task_id(i), id, m) > p.resource_of(id).capacity;
                   }) > 0;
          impossible |= kept[i].empty();
        }
        if (impossible) return;
      }
    }
  }
  void drop_dominated(const project& p, task_id t, std::vector<std::uint32_t>& kept) {
    const auto as_good = [&](std::uint32_t a, std::uint32_t b) {
      if (p.work(t, a) > p.work(t, b)) return false;
      for (const requirement& q : p.requirements(t, a))
        if (q.units > p.demand(t, q.resource, b) &&
            (p.work(t, a) > 0 || p.resource_of(q.resource).kind == resource_kind::nonrenewable))
          return false;
      return true;
    };
    const std::vector<std::uint32_t> all = kept;
    kept.clear();
    std::uint32_t* const mine = substitute.data() + mode_begin[t.index()];
    for (const std::uint32_t b : all) {
      mine[b] = b;
      for (const std::uint32_t a : all)
        if (a != b && as_good(a, b) && (!as_good(b, a) || a < b)) {
          mine[b] = a;
          break;
        }
      if (mine[b] == b) kept.push_back(b);
    }
    for (const std::uint32_t b : all)
      while (mine[mine[b]] != mine[b]) mine[b] = mine[mine[b]];
  }
  void fill_resources(const project& p) {
    std::vector<std::vector<amount>> needs;
    std::vector<std::vector<amount>> costs;
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      const resource_id id(r);
      const bool renews = p.resource_of(id).kind == resource_kind::renewable;
      std::vector<amount> column(rows());
      amount all = 0;
      for (std::size_t i = 0; i < tasks; ++i) {
        amount most = 0;
        for (std::uint32_t k = begin[i]; k < begin[i + 1]; ++k) {
          column[k] = renews && length[k] == 0 ? 0 : p.demand(task_id(i), id, original[k]);
          most = std::max(most, column[k]);
        }
        all = saturating_add(all, most);
      }
      if (all <= p.resource_of(id).capacity) continue;
      if (renews) {
        capacity.push_back(p.resource_of(id).capacity);
        needs.push_back(std::move(column));
      } else {
        limit.push_back(p.resource_of(id).capacity);
        costs.push_back(std::move(column));
      }
    }
    kinds = costs.size();
    cost.resize(rows() * kinds);
    units.resize(rows() * needs.size());
    for (std::size_t k = 0; k < rows(); ++k) {
      for (std::size_t c = 0; c < kinds; ++c) cost[k * kinds + c] = costs[c][k];
      for (std::size_t r = 0; r < needs.size(); ++r) units[k * needs.size() + r] = needs[r][k];
    }
    renewable = lanes(capacity, needs, rows());
  }
};

}  // namespace detail::decode
}  // namespace v0
}  // namespace sched

#endif
