// SPDX-License-Identifier: BSL-1.0
// Any bytes as a small project and a schedule: the builder refuses it with a reason, or the validator and a
// tick-by-tick checker find the same violations.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/periods.hpp>
#include <sched/calendar/weekly.hpp>
#include <sched/evaluate/objective.hpp>
#include <sched/model/project_builder.hpp>

#include "support/brute_project.hpp"

namespace {

using namespace sched;

void require(bool fine, const char* what) {
  if (fine) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// Numbers from bytes; zeros when they run out.
class source_of_numbers {
public:
  source_of_numbers(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::int64_t in(std::int64_t first, std::int64_t last) {
    const std::int64_t byte = at_ < size_ ? data_[at_++] : 0;
    return first + byte % (last - first + 1);
  }
  bool one_in(std::int64_t n) { return in(0, n - 1) == n - 1; }

private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

calendar::any_calendar some_calendar(source_of_numbers& from) {
  if (from.one_in(3)) {
    const std::int64_t a = from.in(-5, 20), b = from.in(0, 10), c = from.in(0, 20), d = from.in(0, 10);
    return calendar::closed_periods({{a, a + b}, {c, c + d}});
  }
  const std::int64_t period = from.in(1, 16);
  const std::int64_t start = from.in(0, 15);
  return calendar::periodic(period, {{start, start + from.in(1, 16)}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  source_of_numbers from(data, size);
  project_builder b;
  if (!from.one_in(4)) b.on_excess_demand(excess_demand::keep);
  const std::int64_t resources = from.in(0, 3);
  for (std::int64_t r = 0; r < resources; ++r) {
    resource spec{.capacity = from.in(0, 5)};
    if (from.one_in(5)) spec.kind = resource_kind::nonrenewable;
    else if (from.one_in(2))
      spec.breaks = some_calendar(from), spec.on_break = from.one_in(2) ? break_rule::closed : break_rule::stretching;
    for (std::int64_t k = from.in(0, 2); k > 0 && spec.kind == resource_kind::renewable; --k)
      spec.shrinkings.push_back({some_calendar(from), from.in(0, spec.capacity)});
    b.add_resource(std::move(spec));
  }
  const std::int64_t tasks = from.in(0, 7);
  // A number below n, now and then n itself, which does not exist.
  const auto one_of = [&](std::int64_t n) { return n == 0 || from.one_in(64) ? n : from.in(0, n - 1); };
  for (std::int64_t t = 0; t < tasks; ++t) {
    task_spec spec;
    const auto mode = [&] {
      mode_spec m{.work = from.in(-1, 8)};
      if (m.work < 0 && !from.one_in(8)) m.work = 1;
      for (std::int64_t k = resources > 0 ? from.in(0, 2) : 0; k > 0; --k)
        m.needs.push_back({resource_id(one_of(resources)), from.in(0, 5)});
      return m;
    };
    for (std::int64_t k = from.in(1, 2); k > 0; --k) spec.modes.push_back(mode());
    if (from.one_in(4)) spec.dates.release = from.in(-2, 12);
    if (from.one_in(4)) spec.dates.deadline = from.in(4, 40);
    if (from.one_in(6)) spec.dates.fixed_start = from.in(-4, 12);
    b.add_task(std::move(spec));
  }
  for (std::int64_t k = tasks > 0 ? from.in(0, 9) : 0; k > 0; --k) {
    std::int64_t first = one_of(tasks), second = one_of(tasks);
    const bool maximal = from.one_in(4);
    if (first == second && !maximal && !from.one_in(32)) continue;
    if (first > second && !from.one_in(32)) std::swap(first, second);
    b.add_precedence(task_id(first), task_id(second), {static_cast<lag_kind>(from.in(0, 3)), from.in(-5, 5), maximal});
  }

  const auto problems = b.problems();
  project p;
  try {
    p = b.build();
    require(problems.empty(), "built in spite of problems");
  } catch (const error& e) {
    require(!problems.empty() && e.reason().starts_with(problems.front()), "refused for a reason that was not listed");
    return 0;
  }

  schedule s = schedule::unplaced(p.task_count());
  for (std::size_t i = 0; i < s.size(); ++i) {
    const task_id t(i);
    s.mode[i] = static_cast<std::uint32_t>(from.in(0, 2));
    if (from.one_in(16)) continue;
    s.start[i] = from.in(-3, 40);
    s.finish[i] = s.start[i] + from.in(0, 10);
    if (s.mode[i] < p.mode_count(t) && !from.one_in(4))
      s.finish[i] = brute::finish_of(p, t, s.mode[i], s.start[i].count());
  }
  // Calendars without common time end the search at the limit: the violation is the same, but what follows is not
  // looked at in full, and the report says so. What it lists must be true all the same.
  const validation_report report = validate(p, s, {.most_calendar_steps = 200'000});
  const brute::findings truth = brute::check(p, s);
  brute::findings found;
  std::set<std::pair<std::size_t, std::int64_t>> overloaded;
  for (const violation& v : report.violations) {
    require(!v.text(p).empty(), "a violation without a text");
    if (v.kind == violation_kind::capacity) {
      for (std::int64_t t = v.when.start.count(); t < v.when.finish.count(); ++t)
        overloaded.emplace(v.resource.index(), t);
      const auto at = truth.overload.find({v.resource.index(), v.at.count()});
      require(at != truth.overload.end() && at->second == std::pair{v.measured, v.allowed},
              "a wrong measure of an overload");
      continue;
    }
    const bool two = v.kind == violation_kind::precedence || v.kind == violation_kind::maximal_lag;
    const bool whole = v.kind == violation_kind::overspent;
    found.rules.emplace(v.kind, whole ? v.resource.index() : v.tasks.front().index(),
                        two ? v.tasks.back().index() : (v.resource.valid() && !whole ? v.resource.index() : 0),
                        v.measured, v.allowed);
  }
  if (!report.complete) {
    require(!report.ok() && report.text(p).ends_with("the search ended at a limit\n"),
            "an unfinished search is not named");
    require(std::ranges::includes(truth.rules, found.rules), "an unfinished search lists a rule that is kept");
    for (const auto& where : overloaded) require(truth.overload.contains(where), "an overload that is none");
    return 0;
  }
  require(found.rules == truth.rules, "the checkers disagree about a rule");
  std::set<std::pair<std::size_t, std::int64_t>> expected;
  for (const auto& [where, what] : truth.overload) expected.insert(where);
  require(overloaded == expected, "the checkers disagree about an overload");
  return 0;
}
