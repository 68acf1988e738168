// SPDX-License-Identifier: BSL-1.0
// Several ways to do a task, and a budget that is spent only once.
#include <iostream>

#include <sched/sgs.hpp>
#include <sched/validate.hpp>

namespace {

// Every task can be done slowly and cheaply, or fast with more people and money.
sched::project shop(sched::amount money) {
  sched::project_builder b;
  const auto people = b.add_renewable(4, "people");
  const auto budget = b.add_nonrenewable(money, "budget");
  sched::task_id before;
  for (const int days : {6, 4, 8, 5}) {
    const auto t = b.add_task({.modes = {{.work = days, .needs = {{people, 2}, {budget, 1}}},
                                         {.work = days / 2, .needs = {{people, 3}, {budget, 4}}}}});
    if (before.valid() && t.index() != 2) b.add_precedence(before, t);
    before = t;
  }
  return b.build();
}

template <class Modes>
void show(const char* name, const sched::project& p, Modes modes) {
  const auto r = sched::serial_sgs(p, sched::priority::latest_finish{}, {}, modes);
  std::cout << name << to_string(r.status);
  if (!r.solved()) {
    std::cout << ": " << r.reason << '\n';
    return;
  }
  sched::amount spent = 0;
  std::cout << ", makespan " << r.makespan() << ", modes";
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const sched::task_id t(i);
    std::cout << ' ' << p.mode_number(t, r.schedule.mode[i]);
    spent += p.demand(t, sched::resource_id(1), r.schedule.mode[i]);
  }
  std::cout << ", spent " << spent << ", valid " << sched::validate(p, r.schedule).ok() << '\n';
}

// A policy of your own: the mode that costs least, whatever the time.
struct cheapest {
  [[nodiscard]] std::size_t choose(const sched::project& p, sched::task_id t,
                                   std::span<const sched::mode_option> options) const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < options.size(); ++i)
      if (p.demand(t, sched::resource_id(1), options[i].mode) < p.demand(t, sched::resource_id(1), options[best].mode))
        best = i;
    return best;
  }
};
static_assert(sched::mode_policy<cheapest>);

}  // namespace

int main() {
  for (const sched::amount money : {16, 10, 4, 3}) {
    const sched::project p = shop(money);
    std::cout << "budget " << money << '\n';
    show("  earliest finish: ", p, sched::mode::earliest_finish{});
    show("  least work:      ", p, sched::mode::least_work{});
    show("  cheapest:        ", p, cheapest{});
  }
}
