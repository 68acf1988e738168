// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_MULTIFACTOR_HPP
#define SCHED_PRIORITY_MULTIFACTOR_HPP

/// \file
/// One priority from age, shares, size and standing.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/priority/fair_share.hpp>
#include <sched/priority/order.hpp>

namespace sched {
inline namespace v0 {

/// What a job's priority is made of, and how much a full factor of each kind is worth.
struct priority_factors {
  double age = 0;          ///< waited / age_max, at most 1
  double association = 0;  ///< standing of the account
  double fair_share = 0;
  double size = 0;
  double partition = 0;  ///< standing of the queue
  double quality = 0;    ///< standing of the band: quality of service
  double demand = 0;     ///< processors / all processors
  bool operator==(const priority_factors&) const noexcept = default;
};

/// What the size of a job is worth, in [0, 1] for jobs that the machine can hold.
enum class size_factor : std::uint8_t {
  large,      ///< (nodes / all nodes + processors / all processors) / 2
  small,      ///< 1 − that
  per_minute  ///< (processors / estimate in minutes) / all processors; minutes are rounded up
};

struct multifactor_options {
  priority_factors weight{};  ///< at least 0; all together at most 2^53
  amount processors = 0;      ///< of the machine: needed for the weights of size and demand
  amount nodes = 0;           ///< of the machine, all alike; 0: every processor is one
  size_factor size = size_factor::large;
  duration age_max = 7 * 24 * 3600;
  duration minute = 60;                       ///< in ticks
  std::vector<double> associations{};         ///< standing by account (`group`), at least 0; 0 beyond the end
  std::vector<double> partitions{};           ///< by `queue`
  std::vector<double> qualities{0, 1, 2, 3};  ///< by band; 0 for negative bands too
};

namespace order {

/// Slurm's multifactor priority: ⌊site + Σ weight · factor − nice⌋, largest first. Factors are in [0, 1]: standings are
/// divided by the largest of their table; site is `waiting_job::priority`. Follows use when fair share has a weight:
/// policy, shares and decay as in `order::fair_share`, by default Fair Tree with equal shares and seven days.
/// `order::multifactor({.weight = {.age = 1000, .fair_share = 10000}})`. O(jobs) a call, and the cost of
/// `share_ledger`; allocates when a user joins or the queue is longer than ever.
template <share_policy Share = share::fair_tree, usage_decay Decay = decay::continuous>
class multifactor {
public:
  /// Throws `sched::error` for weights and tables that make no sense, and when a machine is needed and not given.
  explicit multifactor(multifactor_options options, share_tree tree = {}, Share policy = Share(), Decay decay = Decay(),
                       const share_options& charges = {})
      : options_(std::move(options)), ledger_(std::move(tree), std::move(policy), std::move(decay), charges) {
    check();
    for (std::vector<double>* table : {&options_.associations, &options_.partitions, &options_.qualities})
      normalise(*table);
    if (options_.nodes == 0) options_.nodes = options_.processors;
  }

  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) {
    std::ranges::fill(out, 0.0);
    if (shared()) ledger_.factors(jobs, now, out);
    for (std::size_t k = 0; k < jobs.size(); ++k) out[k] = -static_cast<double>(total(jobs[k], now, out[k]));
  }
  void started(const waiting_job& j, instant now) {
    if (shared()) ledger_.started(j, now);
  }
  void ended(const waiting_job& j, instant now) {
    if (shared()) ledger_.ended(j, now);
  }

  /// The priority of a job; saturates.
  [[nodiscard]] std::int64_t priority(const waiting_job& j, instant now) {
    return total(j, now, shared() ? ledger_.factor(j.user, j.group, now) : 0.0);
  }
  /// What it is made of, before weights. Fair share is 0 without a weight: its use is not followed then.
  [[nodiscard]] priority_factors factors(const waiting_job& j, instant now) {
    return parts(j, now, shared() ? ledger_.factor(j.user, j.group, now) : 0.0);
  }
  [[nodiscard]] share_ledger<Share, Decay>& ledger() noexcept { return ledger_; }

private:
  [[nodiscard]] bool shared() const noexcept { return options_.weight.fair_share > 0; }
  void check() const {
    const priority_factors& w = options_.weight;
    double all = 0;
    for (const double x : {w.age, w.association, w.fair_share, w.size, w.partition, w.quality, w.demand}) {
      if (!(x >= 0)) throw error("a weight of the multifactor priority is negative or no number");
      all += x;
    }
    if (all > 0x1p53) throw error("the weights of the multifactor priority are above 2^53 together");
    if (options_.processors < 0 || options_.nodes < 0 || options_.nodes > options_.processors)
      throw error("a machine has at least 0 nodes, and not more of them than processors");
    if (options_.processors == 0 && (w.size > 0 || w.demand > 0))
      throw error("the multifactor priority needs the processors of the machine to weigh sizes");
    if (options_.age_max < 1) throw error("age counts up to at least 1 tick");
    if (options_.minute < 1) throw error("a minute has at least 1 tick");
    for (const std::vector<double>* table : {&options_.associations, &options_.partitions, &options_.qualities})
      for (const double x : *table)
        if (!(x >= 0) || !std::isfinite(x)) throw error("a standing is negative or not finite");
  }
  static void normalise(std::vector<double>& table) {
    const double largest = table.empty() ? 0.0 : *std::ranges::max_element(table);
    if (largest == 0) return;
    for (double& x : table) x /= largest;
  }
  static double standing(const std::vector<double>& table, std::int64_t k) noexcept {
    return k >= 0 && k < static_cast<std::int64_t>(table.size()) ? table[static_cast<std::size_t>(k)] : 0.0;
  }

  [[nodiscard]] double size_of(const waiting_job& j) const noexcept {
    const auto processors = static_cast<double>(options_.processors);
    const auto demand = static_cast<double>(j.demand);
    if (options_.size == size_factor::per_minute) {
      const std::int64_t minute = options_.minute.count();
      const std::int64_t minutes = j.estimate.count() / minute + (j.estimate.count() % minute > 0 ? 1 : 0);
      return demand / static_cast<double>(minutes) / processors;
    }
    const auto nodes = static_cast<double>(options_.nodes);
    // Whole nodes of processors / nodes each.
    const double taken =
        options_.nodes == options_.processors ? demand : std::ceil(detail::product(demand, nodes) / processors);
    const double large = (taken / nodes + demand / processors) / 2.0;
    return options_.size == size_factor::small ? 1.0 - large : large;
  }
  [[nodiscard]] priority_factors parts(const waiting_job& j, instant now, double share) const noexcept {
    priority_factors f;
    const duration waited = std::clamp<duration>(now - j.eligible, 0, options_.age_max);
    f.age = waited == options_.age_max ? 1.0 : detail::real(waited) / detail::real(options_.age_max);
    f.association = standing(options_.associations, j.group);
    f.fair_share = share;
    f.partition = standing(options_.partitions, j.queue);
    f.quality = standing(options_.qualities, j.band);
    if (options_.processors > 0) {
      f.size = size_of(j);
      f.demand = static_cast<double>(j.demand) / static_cast<double>(options_.processors);
    }
    return f;
  }
  [[nodiscard]] std::int64_t total(const waiting_job& j, instant now, double share) const noexcept {
    const priority_factors& w = options_.weight;
    const priority_factors f = parts(j, now, share);
    double sum = detail::product(w.age, f.age);
    sum += detail::product(w.association, f.association);
    sum += detail::product(w.fair_share, f.fair_share);
    sum += detail::product(w.size, f.size);
    sum += detail::product(w.partition, f.partition);
    sum += detail::product(w.quality, f.quality);
    sum += detail::product(w.demand, f.demand);
    const double whole = std::floor(sum);
    constexpr double limit = 0x1p62;
    const std::int64_t weighted = whole < limit ? static_cast<std::int64_t>(whole) : std::int64_t{1} << 62;
    return saturating_add(saturating_add(j.priority, weighted), -std::int64_t{j.nice});
  }

  multifactor_options options_;
  share_ledger<Share, Decay> ledger_;
};

static_assert(usage_order<multifactor<>>);

}  // namespace order
}  // namespace v0
}  // namespace sched

#endif
