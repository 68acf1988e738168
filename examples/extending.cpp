// SPDX-License-Identifier: BSL-1.0
// A calendar, an objective and a timeline of your own. (Rules: own_rule.cpp; mode policies: modes.cpp.)
#include <algorithm>
#include <iostream>

#include <sched/calendar.hpp>
#include <sched/sgs.hpp>
#include <sched/timeline.hpp>
#include <sched/validate.hpp>

// A machine that must cool for `rest` ticks after every `run` ticks, from 0 on. Eight queries make a calendar;
// here a periodic one answers them, and the class adds a meaning.
class cooling {
public:
  cooling(sched::duration run, sched::duration rest) : cycle_(sched::calendar::periodic(run + rest, {{0, run}})) {}

  bool is_open(sched::instant t) const { return cycle_.is_open(t); }
  sched::instant next_open(sched::instant t) const { return cycle_.next_open(t); }
  sched::instant next_closed(sched::instant t) const { return cycle_.next_closed(t); }
  sched::instant prev_open(sched::instant t) const { return cycle_.prev_open(t); }
  sched::instant prev_closed(sched::instant t) const { return cycle_.prev_closed(t); }
  sched::instant add_work(sched::instant t, sched::duration w) const { return cycle_.add_work(t, w); }
  sched::instant sub_work(sched::instant t, sched::duration w) const { return cycle_.sub_work(t, w); }
  sched::duration work_between(sched::interval i) const { return cycle_.work_between(i); }

private:
  sched::calendar::periodic_calendar cycle_;
};
static_assert(sched::resource_calendar<cooling>);

// An objective: the sum of all finishes. Smaller is better.
struct total_flow {
  double operator()(const sched::project&, const sched::schedule& s) const {
    double sum = 0;
    for (const sched::instant f : s.finish) sum += static_cast<double>(f.count());
    return sum;
  }
};
static_assert(sched::evaluator<total_flow>);

// A timeline that counts its fits, made from one of the library's.
class counted_timeline : public sched::step_timeline {
public:
  using step_timeline::step_timeline;
  sched::instant earliest_fit(sched::instant t, sched::duration d, sched::amount n) const {
    ++fits;
    return step_timeline::earliest_fit(t, d, n);
  }
  static inline int fits = 0;
};
static_assert(sched::resource_timeline<counted_timeline>);

int main() {
  sched::project_builder b;
  const auto oven = b.add_resource({.name = "oven", .capacity = 2, .breaks = cooling(6, 2)});
  for (const int work : {4, 3, 7, 2, 5, 1}) b.add_task(work, {{oven, 1}});
  const sched::project p = b.build();

  // The calendar is part of the project, so every solver and the validator honour it.
  const auto quick = sched::serial_sgs(p, sched::priority::shortest_processing_time{});
  std::cout << "shortest first: makespan " << quick.makespan() << ", flow " << total_flow{}(p, quick.schedule) << '\n';

  // The objective goes where schedules are compared.
  const auto best = sched::sample(p, sched::priority::random_order{}, {.schedules = 200}, total_flow{});
  std::cout << "least flow of 200: makespan " << best.makespan() << ", flow " << total_flow{}(p, best.schedule) << '\n';

  // The timeline is a template argument of the step-wise classes, which also run step by step.
  using modes = sched::mode::earliest_finish;
  sched::serial_scheme<sched::priority::latest_finish, modes, counted_timeline> scheme(p, {});
  int steps = 0;
  for (scheme.init(); !scheme.done(); scheme.step()) ++steps;
  const auto r = scheme.result();
  std::cout << "step by step: " << steps << " steps, fits counted: " << (counted_timeline::fits > 0 ? "yes" : "no")
            << ", valid " << sched::validate(p, r.schedule).ok() << '\n';
}
