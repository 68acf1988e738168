// SPDX-License-Identifier: BSL-1.0
// Priority rules of your own, and rules made of rules.
#include <iostream>
#include <span>

#include <sched/sgs.hpp>

// A static rule writes one key for each task, once per run; the smallest key goes first.
// This one: a task that needs a scarce machine goes before all others.
struct needs_machine {
  sched::resource_id machine;

  void keys(const sched::rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = v.problem.demand(sched::task_id(i), machine) > 0 ? 0.0 : 1.0;
  }
};

// A dynamic rule writes one key for each candidate, at every decision.
// This one: the candidate that could have started first has waited longest and goes first.
struct longest_wait {
  void keys(const sched::decision& d, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<double>(d.state.earliest_by_precedence(d.candidates[i]).count());
  }
};

static_assert(sched::static_priority_rule<needs_machine>);
static_assert(sched::dynamic_priority_rule<longest_wait>);

int main() {
  sched::project_builder b;
  const auto staff = b.add_renewable(3, "staff");
  const auto mill = b.add_renewable(1, "mill");
  sched::task_id last;
  for (int part = 0; part < 4; ++part) {
    const auto prepare = b.add_task(2 + part, {{staff, 2}});
    const auto cut = b.add_task(5 - part, {{staff, 1}, {mill, 1}});
    last = b.add_task(3, {{staff, 1}});
    b.add_precedence(prepare, cut).add_precedence(cut, last);
  }
  const sched::project p = b.build();

  const auto show = [&](const char* name, const auto& rule) {
    const auto r = sched::parallel_sgs(p, rule);
    std::cout << name << "makespan " << r.makespan() << ", last part done at " << r.schedule.finish[last.index()]
              << '\n';
  };
  namespace rule = sched::priority;
  show("latest finish               ", rule::latest_finish{});
  show("needs machine               ", needs_machine{mill});
  show("longest wait                ", longest_wait{});
  // The first rule decides; where it says "equal", the second; then the task number.
  show("machine, then latest finish ", rule::lexicographic(needs_machine{mill}, rule::latest_finish{}));
  // Keys weighed and added.
  show("0.8 finish + 0.2 duration   ", rule::weighted_sum(rule::weighted{0.8, rule::latest_finish{}},
                                                          rule::weighted{0.2, rule::shortest_processing_time{}}));
  show("longest duration, reversed  ", rule::reversed(rule::longest_processing_time{}));
}
