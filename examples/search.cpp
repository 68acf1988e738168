// SPDX-License-Identifier: BSL-1.0
// Searching for a good schedule within a budget, and a bound that says how good it is.
#include <sched/generate.hpp>
#include <sched/search.hpp>

#include <chrono>
#include <cstddef>
#include <iomanip>
#include <iostream>

int main() {
  using namespace sched;
  random_generator random(7);
  const project p =
      random_project({.tasks = 60, .renewables = 4, .resource_factor = 1, .resource_strength = 0.1}, random);

  // What a budget buys. One schedule is the priority rule alone.
  for (const std::uint64_t budget :
       {std::uint64_t{1}, std::uint64_t{100}, std::uint64_t{1000}, std::uint64_t{10'000}}) {
    const search_result r = search(p, {.schedules = budget});
    std::cout << std::setw(6) << budget << " schedules: makespan " << r.makespan() << ", no schedule is shorter than "
              << r.lower_bound << ", gap " << std::fixed << std::setprecision(1) << 100 * r.gap() << " %\n";
  }

  // Watched: every improvement, until nothing better turns up for 2,000 schedules; on from a schedule that is there.
  search_options options;
  options.schedules = 100'000;
  options.patience = 2000;
  options.start = search(p, {.schedules = 10}).schedule;
  options.watch.observer = [](const progress& at) {
    std::cout << "after " << at.done << ": " << static_cast<long>(at.best) << '\n';
  };
  const search_result r = search(p, options);
  std::cout << to_string(r.status) << " after " << r.schedules << " schedules\n";

  // The clock as the budget, and threads that make schedules side by side.
  const search_result timed = search(p, {.schedules = 0, .time = std::chrono::milliseconds(200), .threads = 2});
  std::cout << "after 0.2 s: " << to_string(timed.status) << '\n';

  // Other objectives, projects with calendars, lags and modes: the same call.
  const auto used = [](const project&, const schedule& s) {  // how far the tasks' starts are from the beginning, in all
    double sum = 0;
    for (const instant start : s.start) sum += static_cast<double>(start.count());
    return sum;
  };
  const search_result early = search(p, {.schedules = 1000}, used);
  std::cout << "sum of starts " << early.value << ", makespan " << early.makespan() << '\n';

  // Payments that lose value with time: every schedule is refined, costs later and income earlier.
  evaluate::net_present_value payments{.rate = 0.01};
  for (std::size_t i = 0; i < p.task_count(); ++i) payments.cash.push_back(i % 3 == 0 ? -40.0 : 30.0);
  const search_result paid = search(p, {.schedules = 1000}, payments);
  std::cout << "net present value " << -paid.value << ", the shortest schedule has " << -payments(p, r.schedule)
            << '\n';

  // Local search from parts: how a list is changed, and what is accepted.
  const schedule_result greedy = walk_lists(p, move::scatter(5), accept::near_best{}, {.schedules = 3000});
  const schedule_result tabu =
      walk_lists(p, move::shift{}, accept::not_recent(60), {.schedules = 3000, .neighbours = 10});
  std::cout << "iterated greedy " << greedy.makespan() << ", tabu " << tabu.makespan() << '\n';
}
