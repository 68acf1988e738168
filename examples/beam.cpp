// SPDX-License-Identifier: BSL-1.0
// Keeping several ways open: beam search on a project, by its beam and by its budget.
#include <sched/generate.hpp>
#include <sched/rollout.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include <cstddef>
#include <cstdint>
#include <iostream>

int main() {
  sched::random_generator random(21);
  const sched::project p = sched::random_project({.tasks = 90, .resource_strength = 0.1}, random);
  const sched::priority::latest_finish rule;
  std::cout << "one pass:    " << sched::serial_sgs(p, rule).makespan() << '\n';
  const auto ahead = sched::rollout_sgs(p, rule, {.width = 4});
  std::cout << "look-ahead:  " << ahead.makespan() << ", " << ahead.schedules << " schedules\n";

  for (const std::size_t beam : {1U, 8U, 32U}) {
    const auto wide = sched::beam_sgs(p, rule, {.beam = beam, .width = 4});
    std::cout << "beam of " << beam << ":  " << wide.makespan() << ", " << wide.schedules << " schedules, "
              << wide.report.duplicates << " twins dropped, "
              << (sched::validate(p, wide.schedule).ok() ? "proved" : "wrong") << '\n';
  }

  // Within a budget, and every improvement as it is found.
  sched::project_beam_options options{.beam = 8, .justify = true, .schedules = 1000};
  options.watch.observer = [last = 1e9](const sched::progress& at) mutable {
    if (at.best < last) std::cout << "  " << at.best << " after " << at.done << " schedules\n";
    last = at.best;
  };
  const auto best = sched::beam_sgs(p, rule, options);
  std::cout << "justified:   " << best.makespan() << ", " << best.schedules << " schedules\n";
}
