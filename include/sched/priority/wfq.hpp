// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_WFQ_HPP
#define SCHED_PRIORITY_WFQ_HPP

/// \file
/// Weighted fair queueing: users take turns in proportion to their weights, in virtual time.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/priority/detail/id_table.hpp>
#include <sched/priority/order.hpp>

namespace sched {
inline namespace v0 {
namespace order {

/// Weighted fair queueing with a self-clocked virtual time (Demers, Keshav & Shenker 1989; Goyal, Vin & Cheng 1996): a
/// job of size estimate · demand begins at S = max(V at its arrival, end of the user's job before), ends at
/// F = S + size / weight; the least F goes first, and V is the S of the job that started last (it never goes back).
/// Jobs of a user are served in the order of arrival. An idle user saves nothing up. O(n log n) a call and O(log
/// starts) for users that were idle; remembers V since the oldest job of the last call.
class wfq {
public:
  wfq() = default;
  /// Weights by user; 1 for others. Throws `sched::error` for a weight that is not above 0 and finite, or given twice.
  explicit wfq(const std::vector<std::pair<std::uint32_t, double>>& weights) {
    for (const auto& [user, weight] : weights) {
      if (!(weight > 0) || !std::isfinite(weight) || users_.find(user) != sched::detail::id_table::none)
        throw error("the weight of user " + std::to_string(user) + " is not above 0, or given twice",
                    {std::to_string(user)});
      flows_[flow_of(user)].weight = weight;
    }
  }

  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) {
    by_arrival_.resize(jobs.size());
    std::iota(by_arrival_.begin(), by_arrival_.end(), std::size_t{0});
    std::sort(by_arrival_.begin(), by_arrival_.end(), [&](std::size_t a, std::size_t b) {
      return jobs[a].eligible != jobs[b].eligible ? jobs[a].eligible < jobs[b].eligible : a < b;
    });
    for (flow& f : flows_) f.chained = f.finish;
    for (const std::size_t k : by_arrival_) {
      flow& f = flows_[flow_of(jobs[k].user)];
      f.chained = std::max(f.chained, virtual_time(jobs[k].eligible)) + length(jobs[k], f);
      out[k] = f.chained;
    }
    forget(jobs.empty() ? now : jobs[by_arrival_.front()].eligible);
  }
  void started(const waiting_job& j, instant now) {
    flow& f = flows_[flow_of(j.user)];
    const double begin = std::max(f.finish, virtual_time(j.eligible));
    f.finish = begin + length(j, f);
    if (begin > now_) {
      now_ = begin;
      if (!past_.empty() && past_.back().at == now) past_.back().value = begin;
      else past_.push_back({now, begin});
    }
  }
  void ended(const waiting_job&, instant) {}
  /// What is left is longer, or shorter, by the difference.
  void resized(const waiting_job& before, const waiting_job& after, instant) {
    flow& f = flows_[flow_of(after.user)];
    f.finish += length(after, f) - length(before, f);
  }

  /// V: the virtual start of the job that started last.
  [[nodiscard]] double virtual_now() const noexcept { return now_; }

private:
  struct flow {
    double weight = 1, finish = 0, chained = 0;
  };
  struct step {
    instant at{};
    double value = 0;
  };
  std::uint32_t flow_of(std::uint32_t user) {
    std::uint32_t k = users_.find(user);
    if (k == sched::detail::id_table::none) {
      k = static_cast<std::uint32_t>(flows_.size());
      users_.insert(user, k);
      flows_.emplace_back();
    }
    return k;
  }
  static double length(const waiting_job& j, const flow& f) noexcept {
    return static_cast<double>(saturating_mul(j.estimate.count(), j.demand)) / f.weight;
  }
  /// V just before the instant: arrivals of an instant come before its starts.
  [[nodiscard]] double virtual_time(instant t) const noexcept {
    const auto at = std::partition_point(past_.begin(), past_.end(), [&](const step& s) { return s.at < t; });
    return at == past_.begin() ? before_ : std::prev(at)->value;
  }
  void forget(instant oldest) {
    const auto at = std::partition_point(past_.begin(), past_.end(), [&](const step& s) { return s.at < oldest; });
    if (at - past_.begin() < 64) return;
    before_ = std::prev(at)->value;
    past_.erase(past_.begin(), at);
  }

  sched::detail::id_table users_;
  std::vector<flow> flows_;
  std::vector<step> past_;
  std::vector<std::size_t> by_arrival_;
  double now_ = 0, before_ = 0;
};

static_assert(resize_usage_order<wfq>);

}  // namespace order
}  // namespace v0
}  // namespace sched

#endif
