// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_NETWORK_RULES_HPP
#define SCHED_PRIORITY_NETWORK_RULES_HPP

/// \file
/// Static rules that look at the precedence network: time windows and successors.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/priority/rule.hpp>

namespace sched {
inline namespace v0 {
namespace priority {

/// LFT: least latest finish (Davis & Patterson 1975).
struct latest_finish {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(v.windows.latest_finish[i].count());
  }
};

/// LST: least latest start (Kolisch 1995). In the parallel scheme also the dynamic minimum slack rule.
struct latest_start {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(v.windows.latest_start[i].count());
  }
};

/// EST: least earliest start (Davis & Patterson 1975).
struct earliest_start {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(v.windows.earliest_start[i].count());
  }
};

/// EFT: least earliest finish (Davis & Patterson 1975).
struct earliest_finish {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(v.windows.earliest_finish[i].count());
  }
};

/// MSLK, static: least slack of the critical-path calculation (Davis & Patterson 1975).
struct minimum_slack {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(v.windows.slack(task_id(i)).count());
  }
};

/// Calls f(task) once for every distinct direct successor.
template <class F>
void each_successor(const project& p, task_id t, F f) {
  task_id last;
  for (const adjacency& l : p.successors(t))
    if (l.task != last) {
      f(l.task);
      last = l.task;
    }
}

/// MIS: most direct successors (Alvarez-Valdés & Tamarit 1989).
struct most_immediate_successors {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = 0;
      each_successor(v.problem, task_id(i), [&](task_id) { out[i] -= 1; });
    }
  }
};

/// GRPW: greatest own duration plus those of the direct successors (Alvarez-Valdés & Tamarit 1989).
struct greatest_rank_positional_weight {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = -static_cast<double>(v.work(task_id(i)).count());
      each_successor(v.problem, task_id(i), [&](task_id s) { out[i] -= static_cast<double>(v.work(s).count()); });
    }
  }
};

/// Adds `weight[s]` over all transitive successors s of every task to `sum`. Bit sets of 512 successors at a time, so
/// memory is O(n) and time O((n + m)·n/64).
inline void add_transitive_successors(const project& p, std::span<const double> weight, std::span<double> sum) {
  constexpr std::size_t words = 8, block = words * 64;
  const std::size_t n = p.task_count();
  const auto order = p.topological_order();
  std::vector<std::array<std::uint64_t, words>> reached(n);
  std::vector<std::array<double, 256>> table(block / 8);  // weight of every byte of the bit set
  for (std::size_t first = 0; first < n; first += block) {
    for (std::size_t byte = 0; byte < table.size(); ++byte)
      for (unsigned bits = 1; bits < 256; ++bits) {
        const std::size_t s = first + byte * 8 + static_cast<std::size_t>(std::countr_zero(bits));
        table[byte][0] = 0;
        table[byte][bits] = table[byte][bits & (bits - 1)] + (s < n ? weight[s] : 0.0);
      }
    for (std::size_t k = n; k-- > 0;) {
      const std::size_t i = order[k].index();
      std::array<std::uint64_t, words> mine{};
      for (const adjacency& l : p.successors(order[k])) {
        const std::size_t s = l.task.index();
        for (std::size_t w = 0; w < words; ++w) mine[w] |= reached[s][w];
        if (s >= first && s < first + block) mine[(s - first) / 64] |= std::uint64_t{1} << ((s - first) % 64);
      }
      reached[i] = mine;
      for (std::size_t w = 0; w < words; ++w)
        for (std::uint64_t bits = mine[w], byte = w * 8; bits != 0; bits >>= 8, ++byte)
          sum[i] += table[byte][bits & 255];
    }
  }
}

/// MTS: most transitive successors (Alvarez-Valdés & Tamarit 1989). O((n + m)·n/64).
struct most_total_successors {
  void keys(const rule_view& v, std::span<double> out) const {
    const std::vector<double> weight(out.size(), -1.0);
    for (double& k : out) k = 0;
    add_transitive_successors(v.problem, weight, out);
  }
};

/// GRPW*: greatest own duration plus those of all transitive successors (Alvarez-Valdés & Tamarit 1989).
/// O((n + m)·n/64).
struct greatest_rank_positional_weight_all {
  void keys(const rule_view& v, std::span<double> out) const {
    std::vector<double> weight(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = weight[i] = -static_cast<double>(v.work(task_id(i)).count());
    add_transitive_successors(v.problem, weight, out);
  }
};

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
