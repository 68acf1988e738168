// SPDX-License-Identifier: BSL-1.0
// From one pass to the best of a thousand: justification, sampling, progress, stopping.
#include <iostream>
#include <stop_token>

#include <sched/generate.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

int main() {
  namespace rule = sched::priority;
  // The same project on every machine: the generator is the library's own.
  sched::random_generator random(16);
  const sched::project p = sched::random_project({.tasks = 60, .resource_strength = 0.2}, random);
  std::cout << "tasks " << p.task_count() << ", critical path " << sched::find_critical_path(p).length << '\n';

  const auto one = sched::serial_sgs(p, rule::latest_finish{});
  std::cout << "one pass                  " << one.makespan() << '\n';

  // Right, then left: forward-backward improvement. Never longer.
  sched::schedule s = one.schedule;
  sched::justifier<sched::step_timeline> justify(p);
  const std::uint64_t spent = justify.double_justify(s);
  std::cout << "justified                 " << s.makespan() << "  (" << spent << " more schedules)\n";

  // Chance guided by the rule; the observer hears of every improvement.
  sched::sampling_options options{.schedules = 1000, .seed = 3, .justify = true};
  options.watch.observer = [](const sched::progress& x) {
    std::cout << "  after " << x.done << " of " << x.total << ": " << x.best << " (bound " << x.bound << ")\n";
  };
  const auto best = sched::sample(p, rule::regret_biased(rule::latest_finish{}), options);
  std::cout << "sampled and justified     " << best.makespan() << "  (" << best.schedules << " schedules)\n";

  // A stop token ends long work; the best schedule so far comes back. Here: as soon as it is good enough.
  std::stop_source source;
  options.watch.stop = source.get_token();
  options.watch.observer = [&](const sched::progress& x) {
    if (x.best <= 130) source.request_stop();
  };
  const auto stopped = sched::sample(p, rule::regret_biased(rule::latest_finish{}), options);
  std::cout << "stopped                   " << stopped.makespan() << "  (" << stopped.schedules << " schedules)\n";

  // Which scheme and which rule? Adaptive sampling learns it from the first results.
  const auto adaptive = sched::adaptive_sample(p, {.schedules = 1000, .seed = 3});
  std::cout << "adaptive                  " << adaptive.makespan() << "  (" << adaptive.schedules << " schedules)\n";
  std::cout << "all valid                 "
            << (sched::validate(p, s).ok() && sched::validate(p, best.schedule).ok() &&
                sched::validate(p, adaptive.schedule).ok())
            << '\n';
}
