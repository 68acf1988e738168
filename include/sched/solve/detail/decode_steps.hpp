// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_DECODE_STEPS_HPP
#define SCHED_SOLVE_DETAIL_DECODE_STEPS_HPP

/// \file
/// The decoder whose cost does not know the time scale: a profile of steps, for long durations or many resources.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <sched/solve/detail/decode_rows.hpp>

namespace sched {
inline namespace v0 {
namespace detail::decode {

/// A step of the profile: what is free from `time` until the time of the step `next`. The top bit of every lane is set,
/// so that a demand fits where subtracting it leaves the top bits alone.
struct step {
  std::int32_t time;
  std::uint32_t next;
  std::uint64_t free;  ///< first word; others, if any, in a row of their own
};

/// What a pass over a step profile reads and writes. All arrays are sized for n + 2 steps.
struct step_pass {
  const row* rows;  ///< `shape` is the length, `need` the first word of the demand
  const std::uint32_t* others;
  std::size_t tasks;
  const lanes* amounts;
  step* steps;
  std::uint64_t* rest;    ///< words − 1 per step
  std::uint64_t* finish;  ///< n + 1: finish time << 32 | its step; the last one 0
  std::int32_t scale;
};

/// One serial pass. Every start is 0 or a finish, so it is a step already: the latest predecessor's finish names the
/// step where the search begins, a task inserts at most one step, its finish, into a linked list, and nothing is ever
/// searched or moved. O(steps passed) per task. `One`: all demands fit one word.
template <bool One, class Index>
std::int32_t step_decode(const step_pass& pass, const Index* list, std::int32_t* starts) noexcept {
  const std::uint64_t tops = pass.amounts->tops;
  const std::uint64_t* const full = pass.amounts->full.data();
  const std::size_t more = One ? 0 : pass.amounts->words - 1;
  step* const steps = pass.steps;
  std::uint64_t* const rest = pass.rest;
  const Index* const end = list + pass.tasks;
  // Step 1 never comes: it ends the list.
  steps[0] = {0, 1, full[0]};
  steps[1] = {std::numeric_limits<std::int32_t>::max(), 1, full[0]};
  for (std::size_t w = 0; w < more; ++w) rest[w] = full[w + 1];
  std::uint32_t used = 2;
  std::int32_t makespan = 0;
  for (; list != end; ++list) {
    const std::size_t i = *list;
    const row& r = pass.rows[i];
    const auto length = static_cast<std::int32_t>(r.shape);
    const std::uint64_t need = r.need;
    const std::uint64_t* const needs = pass.amounts->needs.data() + i * (more + 1) + 1;
    const std::uint64_t ready = latest(r, pass.others, pass.finish);
    auto first = static_cast<std::uint32_t>(ready);
    if (length == 0) {
      starts[i] = steps[first].time * pass.scale;
      pass.finish[i] = ready;
      continue;
    }
    const auto fits = [&](std::uint32_t s) {
      if (((steps[s].free - need) & tops) != tops) return false;
      for (std::size_t w = 0; w < more; ++w)
        if (((rest[s * more + w] - needs[w]) & tops) != tops) return false;
      return true;
    };
    std::int32_t done = steps[first].time + length;
    for (std::uint32_t s = first;;) {
      if (!fits(s)) {
        do s = steps[s].next;
        while (!fits(s));
        first = s;
        done = steps[s].time + length;
      }
      s = steps[s].next;
      if (steps[s].time >= done) break;
    }
    for (std::uint32_t s = first;;) {
      const std::uint32_t next = steps[s].next;
      if (steps[next].time > done) {
        steps[used] = {done, next, steps[s].free};
        for (std::size_t w = 0; w < more; ++w) rest[used * more + w] = rest[s * more + w];
        steps[s].next = used;
        pass.finish[i] = static_cast<std::uint64_t>(done) << 32 | used;
        ++used;
      } else if (steps[next].time == done) {
        pass.finish[i] = static_cast<std::uint64_t>(done) << 32 | next;
      }
      steps[s].free -= need;
      for (std::size_t w = 0; w < more; ++w) rest[s * more + w] -= needs[w];
      if (steps[next].time >= done) break;
      s = next;
    }
    starts[i] = steps[first].time * pass.scale;
    makespan = std::max(makespan, done);
  }
  return makespan;
}

}  // namespace detail::decode
}  // namespace v0
}  // namespace sched

#endif
