// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_RETRYING_INVENTORY_HPP
#define SCHED_DISPATCH_RETRYING_INVENTORY_HPP

/// \file
/// An inventory that asks again when another one fails, after waits that grow and are drawn at random.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>

#include <sched/core/error.hpp>
#include <sched/core/random.hpp>
#include <sched/core/ticks.hpp>
#include <sched/dispatch/inventory.hpp>
#include <sched/model/job.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// How often and when to ask again.
struct retry_options {
  std::uint32_t attempts = 4;  ///< calls in all, the first one included
  duration first = 1;          ///< the longest first wait; doubled after every call …
  duration longest = 60;       ///< … up to this
  std::uint64_t seed = 1;
};

/// Asks at once.
struct no_wait {
  void operator()(duration) const noexcept {}
};

/// Around another inventory: what fails is asked again, after a wait drawn uniformly from 1 … d, d = first, 2 · first,
/// 4 · first … (full jitter: Brooker 2015). `wait(duration)` does the waiting, in ticks: it may sleep, or move a clock
/// of a simulation; the inner inventory is told the time that has passed by then. A refusal that names nodes is an
/// answer, no failure: others have them, and asking again does not help. Nobody is asked at or after the end of the
/// lease that is wished. Repeats are safe because leases are the same for the same job and attempt. The same seed and
/// the same calls give the same waits. As many threads as the inner inventory and `wait` allow.
///
/// Throws `sched::error` for no attempt, a first wait below 1 and a longest one below the first. Rejected: a `wait`
/// that cannot be called with a duration.
template <inventory Inner, std::invocable<duration> Wait = no_wait>
class retrying_inventory {
public:
  explicit retrying_inventory(Inner& inner, const retry_options& options = {}, Wait wait = {})
      : inner_(&inner), options_(options), wait_(std::move(wait)), random_(options.seed) {
    if (options.attempts < 1 || options.first < 1 || options.longest < options.first)
      throw error("an inventory is asked at least once, and waits are at least 1 tick");
  }

  [[nodiscard]] lease_answer hold(job_number job, std::uint32_t attempt, std::span<const allocation> parts,
                                  instant until, instant now) {
    lease_answer a;
    again(now, until, [&](instant t) {
      a = inner_->hold(job, attempt, parts, until, t);
      return a.held || !a.conflicts.empty();
    });
    return a;
  }
  [[nodiscard]] bool commit(lease_number lease, instant now) {
    return again(now, instant::infinity(), [&](instant t) { return inner_->commit(lease, t); });
  }
  void release(lease_number lease) { inner_->release(lease); }
  void release(lease_number lease, std::span<const allocation> parts)
    requires partial_inventory<Inner>
  {
    inner_->release(lease, parts);
  }

  /// Calls that were repeats.
  [[nodiscard]] std::size_t retries() const {
    const std::lock_guard lock(mutex_);
    return retries_;
  }

private:
  /// Calls f(time) until it is true.
  template <class F>
  bool again(instant now, instant until, F f) {
    duration most = options_.first;
    for (std::uint32_t k = 1;; ++k) {
      if (f(now)) return true;
      if (k == options_.attempts) return false;
      const duration d = draw(most);
      if (now + d >= until) return false;
      {
        const std::lock_guard lock(mutex_);
        ++retries_;
      }
      wait_(d);
      now += d;
      most = std::min(most + most, options_.longest);
    }
  }
  duration draw(duration most) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(1 + random_.below(static_cast<std::uint64_t>(most.count())));
  }

  Inner* inner_;
  retry_options options_;
  Wait wait_;
  mutable std::mutex mutex_;
  random_generator random_;
  std::size_t retries_ = 0;
};

static_assert(inventory<retrying_inventory<memory_inventory>> &&
              inventory<retrying_inventory<recording_inventory<memory_inventory>>>);

}  // namespace v0
}  // namespace sched

#endif
