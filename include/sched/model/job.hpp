// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_JOB_HPP
#define SCHED_MODEL_JOB_HPP

/// \file
/// A batch job: what it asks of the machine, for how long, when, and for whom.

#include <cstdint>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// A job as its users number it: any value, gaps allowed.
using job_number = std::int64_t;

/// One way to run a job. Several make it moldable.
struct job_shape {
  amount demand = 1;      ///< processors, at least 1
  duration estimate = 1;  ///< what the user asked for, at least 1 tick
  duration runtime = 0;   ///< what it will really take: known to simulators only
  bool operator==(const job_shape&) const noexcept = default;
};

/// "Not before that job has started, ended, ended well, or failed, and `delay` ticks have passed"; `singleton`: not
/// before all earlier jobs of the same user and name have ended.
struct job_dependency {
  enum class kind : std::uint8_t { start, any, ok, not_ok, singleton };
  kind on = kind::ok;
  job_number job = 0;
  duration delay = 0;
  bool operator==(const job_dependency&) const noexcept = default;
};

/// A job and its wishes. Times are ticks (seconds in traces).
struct job {
  job_number id = 0;
  instant submit{};                                ///< arrival
  instant not_before = instant::minus_infinity();  ///< earliest start that the user wishes
  boost::container::small_vector<job_shape, 1> shapes{};
  instant deadline = instant::infinity();  ///< latest end that the user wishes: for orders and metrics
  std::int64_t priority = 0;               ///< larger is more urgent
  std::int32_t band = 0;                   ///< of orders by band: a larger one goes first, whatever else
  std::uint32_t user = 0;
  std::uint32_t group = 0;  ///< account
  std::uint32_t queue = 0;
  std::uint32_t name = 0;                                     ///< of singletons
  boost::container::small_vector<job_dependency, 0> after{};  ///< all must be met
  boost::container::small_vector<std::uint32_t, 0> allow{};   ///< advance reservations that it may use

  [[nodiscard]] bool rigid() const noexcept { return shapes.size() == 1; }
  bool operator==(const job&) const = default;
};

/// A rigid job.
[[nodiscard]] inline job rigid_job(job_number id, instant submit, amount demand, duration estimate, duration runtime) {
  job j;
  j.id = id;
  j.submit = submit;
  j.shapes.push_back({demand, estimate, runtime});
  return j;
}

/// What became of a job in a run.
struct job_record {
  instant start = instant::infinity();  ///< +∞: never started
  instant end = instant::infinity();
  std::uint32_t shape = 0;
  bool operator==(const job_record&) const noexcept = default;
};

}  // namespace v0
}  // namespace sched

#endif
