// expect: reward_rule
// SPDX-License-Identifier: BSL-1.0
// A reward rule writes a reward for every unit.
#include <sched/market.hpp>

struct reward {
#ifdef SCHED_COMPILE_FAIL_FIXED
  void operator()(const sched::step_outcome&, std::span<double>) const {}
#else
  double operator()(const sched::step_outcome&) const { return 1; }
#endif
};

void step(const sched::market_units& units, std::span<const double> actions, const sched::step_buffers& to) {
  sched::market_step(units, 1, actions, to, sched::action::withhold_and_markup{}, reward{});
}
