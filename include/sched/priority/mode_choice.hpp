// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_MODE_CHOICE_HPP
#define SCHED_PRIORITY_MODE_CHOICE_HPP

/// \file
/// HOW is a task done? Policies that choose among its modes.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

#include <sched/core/interval.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {

/// A mode that can be chosen now, and when the task would run in it.
struct mode_option {
  std::size_t mode = 0;
  interval when{};
};

/// `choose(p, t, options)` returns a position in `options` (never empty, sorted by mode, every one feasible and within
/// the non-renewable budget), or `options.size()` to decline: the parallel scheme then tries the task again later, the
/// serial scheme takes the first option. Called once per multi-mode task and decision; allocates nothing.
/// A policy may also have `start_vector(p)`: the modes that the solver reserves non-renewable units for at the
/// beginning of every run (default: a vector that the solver finds itself, once).
template <class M>
concept mode_policy =
    std::copy_constructible<M> && requires(M m, const project& p, task_id t, std::span<const mode_option> options) {
      { m.choose(p, t, options) } -> std::convertible_to<std::size_t>;
    };

namespace mode {

/// The mode that finishes first; ties: the one that starts later (it needs less time), then the lowest mode.
struct earliest_finish {
  [[nodiscard]] std::size_t choose(const project&, task_id, std::span<const mode_option> options) const noexcept {
    std::size_t best = 0;
    for (std::size_t i = 1; i < options.size(); ++i)
      if (std::tuple(options[i].when.finish, -options[i].when.start) <
          std::tuple(options[best].when.finish, -options[best].when.start))
        best = i;
    return best;
  }
};

/// The mode with the least working time; ties: the lowest mode.
struct shortest {
  [[nodiscard]] std::size_t choose(const project& p, task_id t, std::span<const mode_option> options) const noexcept {
    std::size_t best = 0;
    for (std::size_t i = 1; i < options.size(); ++i)
      if (p.work(t, options[i].mode) < p.work(t, options[best].mode)) best = i;
    return best;
  }
};

/// The mode with the least resource work, Σ work · units / capacity over renewable resources; ties: the lowest mode.
struct least_work {
  [[nodiscard]] std::size_t choose(const project& p, task_id t, std::span<const mode_option> options) const noexcept {
    std::size_t best = 0;
    double least = 0;
    for (std::size_t i = 0; i < options.size(); ++i) {
      double load = 0;
      for (const requirement& q : p.requirements(t, options[i].mode)) {
        const resource& r = p.resource_of(q.resource);
        if (r.kind != resource_kind::renewable || r.capacity <= 0) continue;
        const double share = static_cast<double>(q.units) / static_cast<double>(r.capacity);
        load += share;
      }
      load *= static_cast<double>(p.work(t, options[i].mode).count());
      if (i == 0 || load < least) {
        best = i;
        least = load;
      }
    }
    return best;
  }
};

/// Modes decided beforehand, one index per task. Refers to the caller's vector, which may change between runs; an empty
/// one means mode 0 everywhere.
class given {
public:
  explicit given(std::span<const std::uint32_t> modes) : modes_(modes) {}
  [[nodiscard]] std::size_t choose(const project&, task_id t, std::span<const mode_option> options) const noexcept {
    for (std::size_t i = 0; i < options.size(); ++i)
      if (options[i].mode == (modes_.empty() ? 0 : modes_[t.index()])) return i;
    return options.size();
  }
  [[nodiscard]] std::span<const std::uint32_t> start_vector(const project&) const noexcept { return modes_; }

private:
  std::span<const std::uint32_t> modes_;
};

static_assert(mode_policy<earliest_finish> && mode_policy<shortest> && mode_policy<least_work> && mode_policy<given>);

}  // namespace mode
}  // namespace v0
}  // namespace sched

#endif
