// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_DETAIL_ROADMAP_DUE_CHECK_HPP
#define SCHED_EVALUATE_DETAIL_ROADMAP_DUE_CHECK_HPP

/// \file
/// The backward pass computed a second time, for the checker of roadmaps.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <sched/core/rounding.hpp>
#include <sched/core/ticks.hpp>
#include <sched/evaluate/detail/roadmap_ledger.hpp>
#include <sched/evaluate/detail/roadmap_reading.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

struct roadmap_due {
  instant due = instant::infinity();  ///< exclusive, in every mode
  std::int64_t priority = 0;
};

/// Latest start of a task that is finished by `due`, on a ledger with closed periods and fixed work only.
[[nodiscard]] inline instant latest_roadmap_start(const roadmap_reading& read, const roadmap_ledger& ledger,
                                                  roadmap_index i, instant due) {
  const instant complete = due - read.tail();
  const duration work = read.work(i);
  if (work == 0) return complete;
  instant latest = instant::minus_infinity();
  if (read.automatic(i)) {
    for (const std::uint32_t r : read.candidates(i)) {
      const roadmap_need q{r, read.units(i, 0)};
      latest = std::max(latest, ledger.latest_start({&q, 1}, complete, work));
    }
  } else if (const std::vector<roadmap_need> needs = read.needs(i); !needs.empty()) {
    if (read.joint()) {
      latest = ledger.latest_start(needs, complete, work);
    } else {  // each must be done in time alone, and all must be free at the start
      latest = complete;
      for (const roadmap_need& q : needs) latest = std::min(latest, ledger.latest_start({&q, 1}, complete, work));
      if (latest.is_finite()) latest = ledger.latest_start(needs, latest + 1, 1);
    }
  }
  return latest.is_finite() ? latest : complete - work;  // who can never work has no better answer
}

/// Due dates and priorities by position in the roadmap; nothing when tasks wait for each other in a circle.
/// `fixed_start` gives the start of a fixed task.
template <class F>
[[nodiscard]] std::optional<std::vector<roadmap_due>> roadmap_due_of(const roadmap_reading& read,
                                                                     const roadmap_ledger& ledger, F fixed_start) {
  const auto n = static_cast<roadmap_index>(read.size());
  std::vector<roadmap_due> all(n);
  std::vector<std::size_t> dependents(n, 0);
  std::vector<roadmap_index> ready;
  std::size_t left = 0;
  // Compatible modes look for circles through completed tasks too.
  const auto each_edge = [&](roadmap_index i, auto f) {
    if (read.role_of(i) != roadmap_reading::role::active) return;
    for (const roadmap_dependency& d : read.task(i).dependencies) {
      const roadmap_index j = read.find(d.task);
      if (j != no_index && read.role_of(j) == roadmap_reading::role::active) f(j, d);
    }
  };
  for (roadmap_index i = 0; i < n; ++i) {
    all[i] = {read.due(i), read.priority(i)};
    each_edge(i, [&](roadmap_index j, const roadmap_dependency&) { ++dependents[j]; });
  }
  for (roadmap_index i = 0; i < n; ++i) {
    if (read.role_of(i) != roadmap_reading::role::active) continue;
    ++left;
    if (dependents[i] == 0) ready.push_back(i);
  }
  const bool exact = read.native() && read.options().backward_pass == roadmap_backward_pass::exact;
  const bool inherit = !read.native() || read.options().inherit_priority;
  const auto& given = read.map().given;
  for (; !ready.empty(); --left) {
    const roadmap_index i = ready.back();
    ready.pop_back();
    std::optional<instant> start;
    if (exact && read.task(i).fixed()) start = fixed_start(i);
    else if (exact && all[i].due.is_finite() && !read.task(i).dependencies.empty())
      start = latest_roadmap_start(read, ledger, i, all[i].due);
    each_edge(i, [&](roadmap_index j, const roadmap_dependency& d) {
      if (!given && !read.completed(d.task)) {
        if (inherit) all[j].priority = std::max(all[j].priority, all[i].priority);
        const duration lag = read.after(0, d.lag);
        if (exact) {
          if (start) all[j].due = std::min(all[j].due, *start - lag);
        } else if (all[i].due.is_finite()) {
          const auto days = static_cast<std::int64_t>(detail::ceil(read.task(i).duration + d.lag));
          all[j].due = std::min(all[j].due, all[i].due - (read.native() ? read.work(i) + lag : duration(days)));
        }
      }
      if (--dependents[j] == 0) ready.push_back(j);
    });
  }
  if (left != 0) return std::nullopt;
  if (given) {
    for (roadmap_due& d : all) d.due = instant::infinity();
    for (const auto& [id, day] : given->deadlines)
      if (const roadmap_index i = read.find(id); i != no_index) all[i].due = read.behind(day);
    for (const auto& [id, priority] : given->priorities)
      if (const roadmap_index i = read.find(id); i != no_index) all[i].priority = priority;
  }
  return all;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
