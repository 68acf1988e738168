// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_RANDOM_PROJECT_HPP
#define SCHED_TESTS_SUPPORT_RANDOM_PROJECT_HPP

// Random classic projects, random lists, and the textbook scheme on plain arrays that the fast decoders must equal.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>

namespace sched_test {

struct project_shape {
  std::size_t tasks = 30;
  std::size_t resources = 4;
  std::int64_t longest = 10;
  std::int64_t capacity = 20;  // largest
  double arc = 0.1;            // chance of an arc between two tasks near each other
  double zero_duration = 0.1;
  double zero_demand = 0.5;
  std::int64_t scale = 1;  // multiplies durations
  bool shuffled = false;   // numbers are not topological
};

inline sched::project random_project(sched::random_generator& random, const project_shape& shape) {
  sched::project_builder b;
  std::vector<std::int64_t> capacity(shape.resources);
  for (auto& c : capacity) {
    c = random.between(shape.capacity > 1 ? shape.capacity / 2 : 0, shape.capacity);
    b.add_renewable(c);
  }
  std::vector<std::size_t> number(shape.tasks);
  for (std::size_t i = 0; i < shape.tasks; ++i) number[i] = i;
  if (shape.shuffled) random.shuffle(std::span(number));
  for (std::size_t i = 0; i < shape.tasks; ++i) {
    std::vector<sched::requirement> needs;
    for (std::size_t r = 0; r < shape.resources; ++r)
      if (!random.chance(shape.zero_demand) && capacity[r] > 0)
        needs.push_back(
            {sched::resource_id(r),
             random.between(1, std::max<std::int64_t>(1, random.chance(0.1) ? capacity[r] : capacity[r] / 2))});
    b.add_task(random.chance(shape.zero_duration) ? 0 : random.between(1, shape.longest) * shape.scale,
               std::move(needs));
  }
  for (std::size_t i = 0; i < shape.tasks; ++i)
    for (std::size_t j = i + 1; j < std::min(shape.tasks, i + 20); ++j)
      if (random.chance(shape.arc)) b.add_precedence(sched::task_id(number[i]), sched::task_id(number[j]));
  return b.build();
}

/// A uniform choice among the free tasks at every position; reversed: successors first.
template <class Index>
std::vector<Index> random_list(sched::random_generator& random, const sched::project& p, bool reversed = false) {
  std::vector<std::size_t> waiting(p.task_count());
  std::vector<Index> free, list;
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    waiting[i] = (reversed ? p.successors(sched::task_id(i)) : p.predecessors(sched::task_id(i))).size();
    if (waiting[i] == 0) free.push_back(static_cast<Index>(i));
  }
  while (!free.empty()) {
    std::swap(free[static_cast<std::size_t>(random.below(free.size()))], free.back());
    const Index i = free.back();
    free.pop_back();
    list.push_back(i);
    for (const sched::adjacency& l : reversed ? p.predecessors(sched::task_id(i)) : p.successors(sched::task_id(i)))
      if (--waiting[l.task.index()] == 0) free.push_back(static_cast<Index>(l.task.index()));
  }
  return list;
}

/// What a set of running tasks leaves free, by event: no assumption shared with the decoders.
class usage {
public:
  usage(const sched::project& p, const std::vector<std::int64_t>& start) : p_(p), start_(start) {}
  /// Whether task i may run in [t, t + its work) beside the placed tasks.
  bool fits(std::size_t i, std::int64_t t, const std::vector<char>& placed) const {
    const std::int64_t end = t + p_.work(sched::task_id(i)).count();
    for (const sched::requirement& q : p_.requirements(sched::task_id(i))) {
      std::map<std::int64_t, std::int64_t> change;
      for (std::size_t j = 0; j < p_.task_count(); ++j) {
        const std::int64_t units = placed[j] ? p_.demand(sched::task_id(j), q.resource) : 0;
        const std::int64_t first = std::max(t, start_[j]),
                           last = std::min(end, start_[j] + p_.work(sched::task_id(j)).count());
        if (units == 0 || first >= last) continue;
        change[first] += units;
        change[last] -= units;
      }
      std::int64_t used = 0;
      for (const auto& [when, by] : change)
        if ((used += by) + q.units > p_.resource_of(q.resource).capacity) return false;
    }
    return true;
  }

private:
  const sched::project& p_;
  const std::vector<std::int64_t>& start_;
};

/// Serial scheme on a list: candidates are the latest predecessor's finish and all later finishes.
template <class Index>
std::vector<std::int64_t> textbook_serial(const sched::project& p, const std::vector<Index>& list,
                                          bool reversed = false) {
  std::vector<std::int64_t> start(p.task_count(), 0);
  std::vector<char> placed(p.task_count(), 0);
  const usage profile(p, start);
  for (const Index index : list) {
    const auto i = static_cast<std::size_t>(index);
    std::int64_t ready = 0;
    for (const sched::adjacency& l : reversed ? p.successors(sched::task_id(i)) : p.predecessors(sched::task_id(i)))
      ready = std::max(ready, start[l.task.index()] + p.work(l.task).count());
    std::vector<std::int64_t> candidates{ready};
    for (std::size_t j = 0; j < p.task_count(); ++j)
      if (placed[j]) candidates.push_back(start[j] + p.work(sched::task_id(j)).count());
    std::sort(candidates.begin(), candidates.end());
    for (const std::int64_t t : candidates)
      if (t >= ready && profile.fits(i, t, placed)) {
        start[i] = t;
        break;
      }
    placed[i] = 1;
  }
  return start;
}

inline std::int64_t makespan_of(const sched::project& p, const std::vector<std::int64_t>& start) {
  std::int64_t latest = 0;
  for (std::size_t i = 0; i < start.size(); ++i)
    latest = std::max(latest, start[i] + p.work(sched::task_id(i)).count());
  return latest;
}

/// Precedence and capacities hold.
inline bool feasible(const sched::project& p, const std::vector<std::int64_t>& start) {
  std::vector<char> placed(p.task_count(), 0);
  const usage profile(p, start);
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    if (start[i] < 0) return false;
    for (const sched::adjacency& l : p.predecessors(sched::task_id(i)))
      if (start[l.task.index()] + p.work(l.task).count() > start[i]) return false;
    if (p.work(sched::task_id(i)) > 0 && !profile.fits(i, start[i], placed)) return false;
    placed[i] = 1;
  }
  return true;
}

}  // namespace sched_test

#endif
