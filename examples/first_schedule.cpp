// SPDX-License-Identifier: BSL-1.0
// Build a project, schedule it, prove the schedule, print it.
#include <iostream>

#include <sched/sgs.hpp>
#include <sched/validate.hpp>

int main() {
  // Two resources: four workers and one crane. Times are ticks; here a tick is a day.
  sched::project_builder b;
  const auto crew = b.add_renewable(4, "crew");
  const auto crane = b.add_renewable(1, "crane");

  // A task: how long it takes and what it holds while it runs.
  const auto dig = b.add_task({.name = "dig", .work = 3, .needs = {{crew, 2}}});
  const auto base = b.add_task({.name = "base", .work = 4, .needs = {{crew, 3}}});
  const auto pipes = b.add_task({.name = "pipes", .work = 5, .needs = {{crew, 2}}});
  const auto walls = b.add_task({.name = "walls", .work = 6, .needs = {{crew, 2}, {crane, 1}}});
  const auto roof = b.add_task({.name = "roof", .work = 4, .needs = {{crew, 2}, {crane, 1}}});
  const auto fence = b.add_task({.name = "fence", .work = 3, .needs = {{crew, 2}}});

  // What must finish before what starts.
  b.add_precedence(dig, base).add_precedence(dig, pipes);
  b.add_precedence(base, walls).add_precedence(walls, roof);

  // build() checks everything at once and throws sched::error with a name when something is wrong.
  const sched::project p = b.build();

  // One pass of the parallel scheme; the task with the least latest finish goes first.
  const sched::schedule_result r = sched::parallel_sgs(p, sched::priority::latest_finish{});
  std::cout << "status " << to_string(r.status) << ", makespan " << r.makespan() << "\n\n";
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const sched::task_id t(i);
    std::cout << p.label(t) << "\t" << r.schedule.when(t) << '\n';
  }

  // The validator shares no code with the solvers. It finds every broken rule, here none.
  const sched::validation_report good = sched::validate(p, r.schedule);
  std::cout << "\nvalid: " << (good.ok() ? "yes" : "no") << '\n';

  // The same schedule with the fence moved onto other work.
  sched::schedule moved = r.schedule;
  moved.start[fence.index()] = r.schedule.start[base.index()];
  moved.finish[fence.index()] = moved.start[fence.index()] + 3;
  std::cout << "\nafter moving the fence:\n" << sched::validate(p, moved).text(p);
  return good.ok() ? 0 : 1;
}
