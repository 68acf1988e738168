// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_ON_THREADS_HPP
#define SCHED_SOLVE_DETAIL_ON_THREADS_HPP

/// \file
/// Independent pieces of work, on threads.

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Runs f(0 … count − 1) on so many threads, the caller's among them: thread t makes t, t + threads, … Allocates and
/// starts threads only where there is more than one.
template <class F>
void on_threads(std::size_t count, unsigned threads, F f) {
  const std::size_t team = std::min<std::size_t>(count, std::max(1U, threads));
  const auto part = [&](std::size_t t) {
    for (std::size_t k = t; k < count; k += team) f(k);
  };
  std::vector<std::jthread> others;
  for (std::size_t t = 1; t < team; ++t) others.emplace_back(part, t);
  part(0);
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
