// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_LIST_CROSSING_HPP
#define SCHED_SOLVE_DETAIL_LIST_CROSSING_HPP

/// \file
/// How genetic searches choose parents and cross their lists.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include <sched/core/config.hpp>
#include <sched/core/random.hpp>
#include <sched/solve/detail/parallel_scan.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The father for a mother, by makespan the best of a few others. Precondition: there are two schedules.
[[nodiscard]] inline std::size_t father_for(random_generator& random, std::span<const std::int32_t> makespan,
                                            std::size_t mother, std::size_t tournament) {
  const auto other = [&] {
    const std::size_t k = random.below(makespan.size() - 1);
    return k < mother ? k : k + 1;
  };
  std::size_t f = other();
  for (std::size_t k = 1; k < tournament; ++k)
    if (const std::size_t g = other(); makespan[g] < makespan[f]) f = g;
  return f;
}

/// A stretch of a list.
struct list_window {
  std::size_t at = 0, width = 0;
};

/// A window of random width (`window_least` to `window_most`, at most three quarters) in a list of n tasks; of
/// `windows` random ones that with the greatest gain(window).
template <class Options, class Gain>
[[nodiscard]] list_window choose_window(random_generator& random, std::size_t n, const Options& o, Gain gain) {
  const std::size_t most = std::clamp<std::size_t>(o.window_most, 1, std::max<std::size_t>(1, 3 * n / 4));
  const std::size_t least = std::min(o.window_least, most);
  list_window best;
  best.width = least + random.below(most - least + 1);
  best.at = random.below(n - best.width + 1);
  if (o.windows <= 1) return best;
  double most_gained = -std::numeric_limits<double>::infinity();
  list_window w = best;
  for (std::size_t k = 0; k < o.windows; ++k) {
    if (k > 0) w.at = random.below(n - w.width + 1);
    if (const double gained = gain(w); gained > most_gained) {
      most_gained = gained;
      best = w;
    }
  }
  return best;
}

/// Work per time of a stretch of a schedule's list; start, finish and work by task.
template <class Index, class Start, class Finish, class Work>
[[nodiscard]] double density(std::span<const Index> list, list_window w, Start start, Finish finish, Work work) {
  std::int32_t first = std::numeric_limits<std::int32_t>::max(), last = 0;
  double sum = 0;
  for (std::size_t k = w.at; k < w.at + w.width; ++k) {
    const Index x = list[k];
    first = std::min(first, start(x));
    last = std::max(last, finish(x));
    sum += work(x);
  }
  return sum / static_cast<double>(std::max(1, last - first));
}

/// The father's window, the others in the mother's order before and behind it. `place`: room for a number a task.
template <class Index>
void cross_lists(std::span<const Index> mother, std::span<const Index> father, list_window w, std::span<Index> place,
                 std::span<Index> child) {
  for (std::size_t k = 0; k < father.size(); ++k) place[father[k]] = static_cast<Index>(k);
  std::size_t front = 0;
  std::size_t back = w.at + w.width;
  for (const Index x : mother) {
    if (place[x] < w.at) child[front++] = x;
    else if (place[x] >= w.at + w.width) child[back++] = x;
  }
  std::ranges::copy(father.subspan(w.at, w.width), child.begin() + static_cast<std::ptrdiff_t>(w.at));
}

[[nodiscard]] inline bool precedes(const decode::arcs& successors, std::size_t a, std::size_t b) noexcept {
  const auto end = successors.to.begin() + successors.begin[a + 1];
  return std::find(successors.to.begin() + successors.begin[a], end, b) != end;
}

/// Swaps neighbours of a list at random places, so many on average, where neither precedes the other.
template <class Index>
void swap_neighbours(random_generator& random, double swaps, const decode::arcs& successors, std::span<Index> list) {
  if (list.size() < 2) return;
  for (double left = swaps; left >= 1 || (left > 0 && random.chance(left)); left -= 1) {
    const std::size_t at = random.below(list.size() - 1);
    const Index a = list[at], b = list[at + 1];
    if (!precedes(successors, a, b) && !precedes(successors, b, a)) std::swap(list[at], list[at + 1]);
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
