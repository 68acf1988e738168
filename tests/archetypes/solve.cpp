// SPDX-License-Identifier: BSL-1.0
// The least that a user's own rule, mode policy, objective and timeline must have: they work with every solver.
#include <sched/sgs.hpp>

#include <cstddef>
#include <span>

#include <sched/core/random.hpp>
#include <sched/model/random_project.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/timeline_archetype.hpp"

using namespace sched;

namespace {

struct fixed_keys {
  void keys(const rule_view&, std::span<double> out) const {
    for (double& k : out) k = 0;
  }
};
struct keys_per_decision {
  void keys(const decision& d, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(d.candidates[i].index());
  }
};
struct picks {
  std::size_t pick(const decision& d) const { return d.candidates.size() - 1; }
};
struct last_mode {
  std::size_t choose(const project&, task_id, std::span<const mode_option> options) const { return options.size() - 1; }
};
struct sum_of_starts {
  double operator()(const project&, const schedule& s) const {
    double sum = 0;
    for (instant t : s.start) sum += static_cast<double>(t.count());
    return sum;
  }
};
static_assert(static_priority_rule<fixed_keys> && !dynamic_priority_rule<fixed_keys>);
static_assert(dynamic_priority_rule<keys_per_decision> && selecting_priority_rule<picks>);
static_assert(mode_policy<last_mode> && evaluator<sum_of_starts>);

/// What the schemes need of a timeline besides the contract: to be made first and told its capacity later.
struct poolable : sched_test::timeline_archetype {
  poolable() : timeline_archetype(0) {}
  void reset(amount capacity, instant origin = 0) {
    timeline_archetype::operator=(timeline_archetype(capacity, origin));
  }
};
static_assert(resource_timeline<poolable>);

template <class Rule>
void every_solver(const project& p, Rule rule) {
  const auto check = [&](const schedule_result& r) {
    INFO(r.reason);
    REQUIRE(r.solved());
    REQUIRE(validate(p, r.schedule).ok());
  };
  for (const planning direction : {planning::forward, planning::backward}) {
    check(serial_sgs(p, rule, {.direction = direction}, last_mode{}));
    check(parallel_sgs(p, rule, {.direction = direction}, last_mode{}));
    check(serial_sgs(p, priority::any_rule(rule), {.direction = direction}));
  }
  const schedule_result both = serial_sgs(p, rule, {.direction = planning::bidirectional}, last_mode{});
  if (static_priority_rule<Rule>) check(both);
  else REQUIRE(both.status == status::unsupported);
  check(sample(p, rule, {.schedules = 3}, sum_of_starts{}, last_mode{}));
  check(sample(p, rule, {.schedules = 3, .scheme = generation_scheme::parallel, .justify = true}, sum_of_starts{},
               last_mode{}));
}

}  // namespace

TEST_CASE("the least static, dynamic and picking rules work with every solver") {
  random_generator rng(1);
  for (int round = 0; round < 5; ++round) {
    const project p = random_project({.tasks = 15, .max_modes = 3, .nonrenewables = 1}, rng);
    every_solver(p, fixed_keys{});
    every_solver(p, keys_per_decision{});
    every_solver(p, picks{});
    CHECK(adaptive_sample(p, {.schedules = 40}, sum_of_starts{}).solved());
  }
}

TEST_CASE("the least timeline works in the schemes and in justification") {
  random_generator rng(2);
  for (int round = 0; round < 10; ++round) {
    const project p = random_project({.tasks = 12, .max_duration = 4, .resource_strength = 0.2}, rng);
    schedule s = serial_scheme<fixed_keys, last_mode, poolable>(p, {}).run().schedule;
    CHECK(s == serial_sgs(p, fixed_keys{}).schedule);
    CHECK(parallel_scheme<fixed_keys, last_mode, poolable>(p, {}).run().schedule ==
          parallel_sgs(p, fixed_keys{}).schedule);
    justifier<poolable>(p).double_justify(s);
    CHECK(validate(p, s).ok());
  }
}
