// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_ESTIMATE_HPP
#define SCHED_SOLVE_ESTIMATE_HPP

/// \file
/// How long a job is planned to run.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include <sched/core/ticks.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {

/// How long a job is planned to run: `predict(job, shape)` ≥ 1 tick, asked when it arrives and, if `changes` is true,
/// again before every decision while it waits; `observe(job, runtime)` is told of every job that ends. A prediction
/// above the user's estimate is legal (it delays nobody but waits longer). Called on the scheduler's thread.
template <class E>
concept estimate_policy = std::copyable<E> && requires(E e, const job& j, const job_shape& s, duration r) {
  { E::changes } -> std::convertible_to<bool>;
  { e.predict(j, s) } -> std::same_as<duration>;
  { e.observe(j, r) } -> std::same_as<void>;
};

namespace estimate {

/// What the user said.
struct user {
  static constexpr bool changes = false;
  [[nodiscard]] duration predict(const job&, const job_shape& s) const { return s.estimate; }
  void observe(const job&, duration) const {}
};
/// The truth; for simulators.
struct perfect {
  static constexpr bool changes = false;
  [[nodiscard]] duration predict(const job&, const job_shape& s) const { return std::max<duration>(s.runtime, 1); }
  void observe(const job&, duration) const {}
};
/// ⌈factor · what the user said⌉.
struct scaled {
  double factor = 2.0;
  static constexpr bool changes = false;
  [[nodiscard]] duration predict(const job&, const job_shape& s) const {
    const double scaled_up = std::ceil(factor * static_cast<double>(s.estimate.count()));
    return scaled_up < 9e18 ? std::max<duration>(static_cast<std::int64_t>(scaled_up), 1) : duration::max();
  }
  void observe(const job&, duration) const {}
};
/// The mean of the user's last two jobs that ended, at most what the user says now (Tsafrir, Etsion & Feitelson 2007).
/// O(1); allocates once per user.
class last_two {
public:
  static constexpr bool changes = true;
  [[nodiscard]] duration predict(const job& j, const job_shape& s) const {
    const auto known_user = users_.find(j.user);
    if (known_user == users_.end() || known_user->second.known < 2) return s.estimate;
    const auto& [x, y, known] = known_user->second;
    const std::int64_t mean = x / 2 + y / 2 + (x % 2 + y % 2) / 2;
    return std::clamp<duration>(mean, 1, s.estimate);
  }
  void observe(const job& j, duration runtime) {
    history& h = users_[j.user];
    h.before = std::exchange(h.last, runtime.count());
    h.known = std::min(h.known + 1, 2);
  }

private:
  struct history {
    std::int64_t last = 0, before = 0;
    int known = 0;
  };
  std::unordered_map<std::uint32_t, history> users_;
};

static_assert(estimate_policy<user> && estimate_policy<perfect> && estimate_policy<scaled> &&
              estimate_policy<last_two>);

}  // namespace estimate
}  // namespace v0
}  // namespace sched

#endif
