// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_VICTIMS_HPP
#define SCHED_DISPATCH_VICTIMS_HPP

/// \file
/// Which running jobs make room for a more urgent one.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {

/// A running job that may be preempted.
struct victim_candidate {
  job_number id = 0;
  std::int32_t band = 0;
  amount lost_work = 0;  ///< run since its last checkpoint, times what it has of the cluster
  instant started{};
  std::uint32_t reclaim = 0;  ///< has what the preemptor's quota is entitled to: its turn among those, from 1; 0: not
  std::uint32_t spare = 0;  ///< one task of an elastic job beyond its least number: the last one is 1; 0: the whole job
};
/// The order in which candidates are tried: what elastic jobs can spare first; then what is lent, in its turn; then the
/// least important, then least lost work, then the latest start, then id.
[[nodiscard]] inline bool rather_victim(const victim_candidate& a, const victim_candidate& b) noexcept {
  if ((a.spare == 0) != (b.spare == 0)) return a.spare != 0;
  if ((a.reclaim == 0) != (b.reclaim == 0)) return a.reclaim != 0;
  if (a.reclaim != b.reclaim) return a.reclaim < b.reclaim;
  if (a.band != b.band) return a.band < b.band;
  if (a.lost_work != b.lost_work) return a.lost_work < b.lost_work;
  if (a.started != b.started) return a.started > b.started;
  return a.id != b.id ? a.id < b.id : a.spare < b.spare;
}

namespace detail {
/// What a policy may do: take candidates away and put them back, and ask whether the preemptor has a place then.
struct victim_bench_archetype {
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] const victim_candidate& candidate(std::size_t) const;
  void remove(std::size_t);
  void put_back(std::size_t);
  [[nodiscard]] bool fits();
  [[nodiscard]] bool touches(std::size_t) const;
};
}  // namespace detail

/// WHO gives way: `choose(bench, out)` writes the numbers of the victims, in the order of candidates, or nothing when
/// the preemptor would have no place even without all of them. The bench: `size()` candidates in the order of
/// `rather_victim`; `remove(k)` and `put_back(k)`; `fits()` finds a place for the preemptor; `touches(k)`: whether
/// candidate k stands where that place is. How many are removed at the end does not matter. Rejected: policies without
/// `enabled`.
template <class P>
concept preemption_policy =
    std::copyable<P> && requires(const P p, detail::victim_bench_archetype& b, std::vector<std::size_t>& out) {
      { P::enabled } -> std::convertible_to<bool>;
      { p.choose(b, out) } -> std::same_as<void>;
    };

namespace victims {

/// Nobody gives way.
struct never {
  static constexpr bool enabled = false;
  template <class Bench>
  void choose(Bench&, std::vector<std::size_t>&) const {}
};

/// The shortest beginning of the candidates that suffices; then, from its end, everyone goes who is not needed. The
/// result is inclusion-minimal. O(log candidates + victims where the place is) placements.
struct minimal {
  static constexpr bool enabled = true;
  template <class Bench>
  void choose(Bench& bench, std::vector<std::size_t>& out) const {
    const std::size_t n = bench.size();
    std::size_t removed = 0;
    const auto reach = [&](std::size_t k) {
      for (; removed < k; ++removed) bench.remove(removed);
      while (removed > k) bench.put_back(--removed);
    };
    // The least sufficient number of candidates is in (low, high].
    std::size_t low = 0, high = 1;
    for (;; high = std::min(2 * high, n)) {
      if (n == 0) return;
      reach(high);
      if (bench.fits()) break;
      low = high;
      if (high == n) return;
    }
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      reach(middle);
      (bench.fits() ? high : low) = middle;
    }
    reach(high);
    if (!bench.fits()) return;  // a placement that searches found something with less removed only
    for (std::size_t k = high; k-- > 0;) {
      const bool touched = bench.touches(k);
      bench.put_back(k);
      if (!touched || bench.fits()) continue;
      bench.remove(k);
      static_cast<void>(bench.fits());  // `touches` speaks of the last place
      out.push_back(k);
    }
    std::ranges::reverse(out);
  }
};

/// Least (highest band, lost work, number) over all sets of candidates, by branch and bound, for up to 20 of them;
/// otherwise as `minimal`. What is lent counts as a band below all others, or as several of them when it has several.
struct least_cost {
  static constexpr bool enabled = true;
  static constexpr std::size_t most_exact = 20;
  template <class Bench>
  void choose(Bench& bench, std::vector<std::size_t>& out) const {
    if (bench.size() > most_exact) return minimal{}.choose(bench, out);
    std::size_t n = 0;
    for (std::size_t begin = 0; begin < bench.size(); begin = n) {
      while (n < bench.size() && bench.candidate(n).band == bench.candidate(begin).band) bench.remove(n++);
      if (bench.fits()) break;
      if (n == bench.size()) return;
    }
    if (bench.size() == 0) return;
    search s{n, {}, {}, 0, false};
    s.best.reserve(n);
    s.now.reserve(n);
    descend(bench, s, 0, 0);
    out = s.best;
  }

private:
  struct search {
    std::size_t n;
    std::vector<std::size_t> best, now;
    amount best_lost;
    bool found;
  };
  /// All from `from` on are removed; those before are decided.
  template <class Bench>
  static void descend(Bench& bench, search& s, std::size_t from, amount lost) {
    if (s.found && std::tuple(lost, s.now.size()) >= std::tuple(s.best_lost, s.best.size())) return;
    if (from == s.n) {
      s.found = true;
      s.best_lost = lost;
      s.best = s.now;
      return;
    }
    bench.put_back(from);
    if (bench.fits()) descend(bench, s, from + 1, lost);
    bench.remove(from);
    s.now.push_back(from);
    descend(bench, s, from + 1, saturating_add(lost, bench.candidate(from).lost_work));
    s.now.pop_back();
  }
};

/// Everybody less important, needed or not: the rule of the reference.
struct all_lower {
  static constexpr bool enabled = true;
  template <class Bench>
  void choose(Bench& bench, std::vector<std::size_t>& out) const {
    for (std::size_t k = 0; k < bench.size(); ++k) bench.remove(k);
    if (!bench.fits()) return;
    for (std::size_t k = 0; k < bench.size(); ++k) out.push_back(k);
  }
};

static_assert(preemption_policy<never> && preemption_policy<minimal> && preemption_policy<least_cost> &&
              preemption_policy<all_lower>);

}  // namespace victims
}  // namespace v0
}  // namespace sched

#endif
