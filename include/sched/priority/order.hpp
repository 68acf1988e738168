// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_ORDER_HPP
#define SCHED_PRIORITY_ORDER_HPP

/// \file
/// WHO goes first in a queue of batch jobs.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// What an order may know of a waiting job.
struct waiting_job {
  amount demand = 1;
  duration estimate = 1;  ///< the planning estimate
  instant eligible{};     ///< since when it could start
  instant deadline = instant::infinity();
  std::int64_t priority = 0;
  std::int32_t band = 0;
  std::uint32_t user = 0, group = 0, queue = 0;
  std::int32_t nice = 0;  ///< how far the user steps back
  /// Demand by kind of resource, where there are several; empty: `demand` of one kind. Valid during the call only.
  std::span<const amount> needs{};
};

/// WHO goes first: `keys(jobs, now, out)` writes a key for each job, the smallest goes first, ties go to the place in
/// the queue (eligible time, then arrival). `static_keys` says whether keys stay the same over time; then they are
/// asked for once per job, otherwise for the whole queue before every decision; such keys may be ranks among the jobs
/// of one call. Called on the scheduler's thread, must not allocate after the first call. Rejected: NaN, and keys that
/// depend on anything but the jobs, the time and what the order was told (`usage_order`).
template <class O>
concept job_order =
    std::copyable<O> && requires(O o, std::span<const waiting_job> jobs, instant now, std::span<double> out) {
      { O::static_keys } -> std::convertible_to<bool>;
      { o.keys(jobs, now, out) } -> std::same_as<void>;
    };

/// An order that follows what jobs use: the scheduler calls `started(job, now)` when one starts and `ended(job, now)`
/// when it ends, whichever way, with the same user, group and demand.
template <class O>
concept usage_order = job_order<O> && requires(O o, const waiting_job& j, instant now) {
  { o.started(j, now) } -> std::same_as<void>;
  { o.ended(j, now) } -> std::same_as<void>;
};

/// One that is told itself when a running job has another size from now on: `resized(before, after, now)`, whose
/// estimates are the time that is left. Other usage orders see a job end and another one start.
template <class O>
concept resize_usage_order = usage_order<O> && requires(O o, const waiting_job& j, instant now) {
  { o.resized(j, j, now) } -> std::same_as<void>;
};

/// Tells an order that a running job has another size.
template <usage_order O>
void tell_resized(O& o, const waiting_job& before, const waiting_job& after, instant now) {
  if constexpr (resize_usage_order<O>) {
    o.resized(before, after, now);
  } else {
    o.ended(before, now);
    o.started(after, now);
  }
}

/// Orders of the literature. Keys are IEEE doubles, evaluated as written.
namespace order {

namespace detail {
[[nodiscard]] inline double real(ticks t) noexcept { return static_cast<double>(t.count()); }
/// One key after another from f(job, now).
template <class F>
void each(std::span<const waiting_job> jobs, instant now, std::span<double> out, F f) {
  for (std::size_t i = 0; i < jobs.size(); ++i) out[i] = f(jobs[i], now);
}
/// a · b, never fused with what follows.
[[nodiscard]] inline double product(double a, double b) noexcept { return std::fma(a, b, 0.0); }
}  // namespace detail

/// First come, first served.
struct fcfs {
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job>, instant, std::span<double> out) const { std::ranges::fill(out, 0.0); }
};
/// Shortest and longest estimate.
struct sjf {
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant) { return detail::real(j.estimate); });
  }
};
struct ljf {
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant) { return -detail::real(j.estimate); });
  }
};
/// Smallest area: estimate · demand.
struct saf {
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant) {
      return static_cast<double>(saturating_mul(j.estimate.count(), j.demand));
    });
  }
};
/// Fewest and most processors.
struct smallest {
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant) { return static_cast<double>(j.demand); });
  }
};
struct largest {
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant) { return -static_cast<double>(j.demand); });
  }
};
/// Largest expansion factor: (wait + estimate) / estimate.
struct lxf {
  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant t) {
      return -(detail::real(t - j.eligible + j.estimate) / detail::real(j.estimate));
    });
  }
};
/// WFP3: (wait / estimate)³ · demand (Tang et al. 2009).
struct wfp3 {
  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant t) {
      const double z = detail::real(t - j.eligible) / detail::real(j.estimate);
      const double cube = detail::product(detail::product(z, z), z);
      return -detail::product(cube, static_cast<double>(j.demand));
    });
  }
};
/// UNICEP: wait / (log2(demand) · estimate); jobs of one processor before all others (Tang et al. 2009).
struct unicep {
  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant t) {
      const double wait = detail::real(t - j.eligible);
      const double estimate = detail::real(j.estimate);
      // One processor: a band of its own below all other keys (which are above −2^64), in the order of wait / estimate
      // (which is 0 or above 2^-64).
      if (j.demand <= 1) return wait == 0 ? -0x1p400 : -(wait / estimate) * 0x1p500;
      return -(wait / detail::product(std::log2(static_cast<double>(j.demand)), estimate));
    });
  }
};
/// F1: log10(estimate) · demand + 870 · log10(arrival) (Carastan-Santos & de Camargo 2017).
struct f1 {
  instant origin = 0;  ///< time zero of the trace
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [&](const waiting_job& j, instant) {
      const double arrival = detail::real(std::max<duration>(j.eligible - origin, 1));
      return detail::product(std::log10(detail::real(j.estimate)), static_cast<double>(j.demand)) +
             detail::product(870.0, std::log10(arrival));
    });
  }
};
/// Most important first.
struct by_priority {
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant) { return -static_cast<double>(j.priority); });
  }
};

/// Earliest deadline first; jobs without one last.
struct earliest_deadline {
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    detail::each(jobs, now, out, [](const waiting_job& j, instant) { return detail::real(j.deadline); });
  }
};

/// Any function (job, now) → number; `Static` when it does not depend on the time.
template <std::invocable<const waiting_job&, instant> F, bool Static = false>
class callable {
public:
  explicit callable(F f) : function_(std::move(f)) {}
  static constexpr bool static_keys = Static;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) {
    detail::each(jobs, now, out, function_);
  }

private:
  F function_;
};

static_assert(job_order<fcfs> && job_order<sjf> && job_order<lxf> && job_order<unicep> && job_order<f1>);

}  // namespace order
}  // namespace v0
}  // namespace sched

#endif
