// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_ORDER_COMBINATORS_HPP
#define SCHED_PRIORITY_ORDER_COMBINATORS_HPP

/// \file
/// Orders made of orders.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/priority/detail/lexicographic_ranks.hpp>
#include <sched/priority/order.hpp>

namespace sched {
inline namespace v0 {
namespace order {

namespace detail {
template <class... Orders>
inline constexpr bool only_arrival = (std::same_as<Orders, fcfs> && ...);
}  // namespace detail

/// The first order decides; where it says "equal", the second; and so on; then the place in the queue.
///
/// Keys of several orders do not fit into one number without loss, so the key of a job is its rank among the jobs of
/// the call: dense, equal for equal jobs. Ranks of different calls cannot be compared, so `static_keys` is false even
/// if every part is static. The exception: when all behind the first are `fcfs`, the first order's keys are the result,
/// as they are, static if they are. Follows use when a part does. O(n · parts + n log n · parts) a call. Keeps scratch
/// buffers; allocates when the queue is longer than ever.
template <job_order First, job_order... Others>
class lexicographic {
public:
  explicit lexicographic(First first, Others... others) : orders_(std::move(first), std::move(others)...) {}

  static constexpr bool static_keys = detail::only_arrival<Others...> && bool{First::static_keys};

  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) {
    if constexpr (detail::only_arrival<Others...>) {
      std::get<0>(orders_).keys(jobs, now, out);
    } else {
      const std::size_t n = jobs.size();
      rows_.resize(std::max(rows_.size(), n * parts));
      by_rank_.resize(std::max(by_rank_.size(), n));
      const std::span<double> rows = std::span(rows_).first(n * parts);
      std::size_t row = 0;
      std::apply([&](auto&... o) { (o.keys(jobs, now, rows.subspan(n * row++, n)), ...); }, orders_);
      priority::detail::lexicographic_ranks(rows, n, std::span(by_rank_).first(n), out);
    }
  }
  void started(const waiting_job& j, instant now)
    requires(usage_order<First> || (usage_order<Others> || ...))
  {
    each_follower([&](auto& o) { o.started(j, now); });
  }
  void ended(const waiting_job& j, instant now)
    requires(usage_order<First> || (usage_order<Others> || ...))
  {
    each_follower([&](auto& o) { o.ended(j, now); });
  }
  void resized(const waiting_job& before, const waiting_job& after, instant now)
    requires(usage_order<First> || (usage_order<Others> || ...))
  {
    each_follower([&](auto& o) { tell_resized(o, before, after, now); });
  }

private:
  static constexpr std::size_t parts = 1 + sizeof...(Others);
  template <class F>
  void each_follower(F f) {
    const auto tell = [&](auto& o) {
      if constexpr (usage_order<std::remove_reference_t<decltype(o)>>) f(o);
    };
    std::apply([&](auto&... o) { (tell(o), ...); }, orders_);
  }

  std::tuple<First, Others...> orders_;
  std::vector<double> rows_;
  std::vector<std::uint32_t> by_rank_;
};

/// The largest band first.
struct band {
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant) { return -static_cast<double>(j.band); });
  }
};

/// Bands that rise with age: by one after every `step` of waiting, up to `highest`. Bands above it stay what they are.
class ageing_band {
public:
  /// Throws `sched::error` for a step below 1.
  ageing_band(duration step, std::int32_t highest) : step_(step), highest_(highest) {
    if (step < 1) throw error("bands rise after at least 1 tick");
  }
  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [&](const waiting_job& j, instant t) { return -static_cast<double>(band_of(j, t)); });
  }
  [[nodiscard]] std::int32_t band_of(const waiting_job& j, instant now) const noexcept {
    if (j.band >= highest_ || now <= j.eligible) return j.band;
    const std::int64_t steps = (now - j.eligible).count() / step_.count();
    return static_cast<std::int32_t>(std::min<std::int64_t>(saturating_add(j.band, steps), highest_));
  }

private:
  duration step_;
  std::int32_t highest_;
};

/// Strictly by band, within one by `inner`: `lexicographic(band{}, inner)`. Static with FCFS inside.
template <job_order Inner = fcfs>
class by_band : public lexicographic<band, Inner> {
public:
  by_band()
    requires std::default_initializable<Inner>
      : by_band(Inner()) {}
  explicit by_band(Inner inner) : lexicographic<band, Inner>(band{}, std::move(inner)) {}
};

static_assert(job_order<lexicographic<sjf, largest>> && job_order<by_band<>> && by_band<>::static_keys &&
              !by_band<sjf>::static_keys);

}  // namespace order
}  // namespace v0
}  // namespace sched

#endif
