// SPDX-License-Identifier: BSL-1.0
// Branching schemes: followed by their base policy they are the schemes, and what is tried is taken back exactly.
#include <sched/solve/project_branch.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/priority/decision_rules.hpp>
#include <sched/priority/sampling.hpp>
#include <sched/solve/rollout.hpp>
#include <sched/solve/sgs.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

static_assert(ranking_priority_rule<priority::latest_finish> && ranking_priority_rule<priority::worst_case_slack>);
static_assert(ranking_priority_rule<priority::any_rule> &&
              !ranking_priority_rule<decltype(priority::regret_biased(priority::latest_finish{}))>);

template <class Rule>
using branch = project_branch<Rule, mode::earliest_finish, step_timeline>;
static_assert(rollout_state<branch<priority::latest_finish>> && rollout_state<branch<priority::any_rule>>);

schedule_result generated(const project& p, const priority::any_rule& rule, generation_scheme scheme) {
  const sgs_options options{.timeline = timeline_model::step};
  return scheme == generation_scheme::serial ? serial_sgs(p, rule, options) : parallel_sgs(p, rule, options);
}

template <class Rule>
void equals_scheme(std::size_t count, Rule rule, std::initializer_list<generation_scheme> schemes) {
  std::size_t solved = 0;
  each_random_instance(count, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    for (const generation_scheme scheme : schemes) {
      INFO(preset.name << ", seed " << seed << ", parallel " << (scheme == generation_scheme::parallel));
      const schedule_result expected = generated(i.project, priority::any_rule(rule), scheme);
      branch<Rule> b(i.project, rule, {.scheme = scheme});
      while (!b.done()) b.step();
      const schedule_result r = b.result();
      REQUIRE(r.status == expected.status);
      REQUIRE(r.schedule == expected.schedule);
      REQUIRE(r.tasks == expected.tasks);
      REQUIRE(r.reason == expected.reason);
      if (r.solved()) {
        REQUIRE(b.broken() == 0);
        REQUIRE(b.bound() <= r.makespan());
        REQUIRE(b.placed_count() == i.project.task_count());
      } else if (!r.schedule.start.empty()) {
        REQUIRE(b.broken() > 0);
      }
      solved += r.solved();
      // Again, by way of the first choice.
      b.init();
      std::vector<task_id> all;
      while (!b.done()) {
        all.clear();
        b.choices(all);
        if (all.empty()) b.step();
        else b.take(all.front());
      }
      REQUIRE(b.result().schedule == expected.schedule);
    }
  });
  CHECK(solved > 20 * count);
}

/// Follows random choices, or the base policy where there are none.
template <class State>
void wander(State& s, random_generator& rng, std::size_t decisions) {
  std::vector<task_id> all;
  for (std::size_t k = 0; k < decisions && !s.done(); ++k) {
    all.clear();
    s.choices(all);
    if (all.empty() || rng.chance(0.3)) s.step();
    else s.take(all[rng.below(all.size())]);
  }
}

constexpr auto serial = generation_scheme::serial;
constexpr auto parallel = generation_scheme::parallel;

}  // namespace

TEST_CASE("followed by the base policy, a branch is the scheme: static rules") {
  equals_scheme(6, priority::latest_finish{}, {serial, parallel});
  equals_scheme(4, priority::shortest_processing_time{}, {serial, parallel});
}

TEST_CASE("followed by the base policy, a branch is the scheme: dynamic rules") {
  equals_scheme(4, priority::dynamic_slack{}, {serial, parallel});
  equals_scheme(3, priority::dynamic_resource_slack{}, {serial, parallel});
  equals_scheme(3, priority::worst_case_slack{}, {parallel});
  equals_scheme(3, priority::average_case_slack{}, {parallel});
}

TEST_CASE("a rewind restores everything: what is placed, what follows, what is offered") {
  random_generator rng(11);
  std::size_t branches = 0;
  each_random_instance(4, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    for (const generation_scheme scheme : {serial, parallel})
      for (const bool dynamic : {false, true}) {
        INFO(preset.name << ", seed " << seed << ", parallel " << (scheme == parallel) << ", dynamic " << dynamic);
        const auto rule = dynamic ? priority::any_rule(priority::dynamic_slack{})
                                  : priority::any_rule(priority::greatest_rank_positional_weight{});
        branch<priority::any_rule> b(i.project, rule, {.scheme = scheme, .idle = true});
        while (!b.done()) {
          const branch<priority::any_rule> before = b;
          std::vector<task_id> offered, again;
          b.choices(offered);
          const auto outer = b.mark();
          wander(b, rng, 1 + rng.below(4));
          const schedule middle = b.current();
          const instant bound = b.bound();
          const auto inner = b.mark();
          wander(b, rng, 1000);
          REQUIRE(b.bound() >= bound);
          b.rewind(inner);
          REQUIRE(b.current() == middle);
          REQUIRE(b.bound() == bound);
          wander(b, rng, 2);
          b.rewind(outer);
          ++branches;
          REQUIRE(b.current() == before.current());
          REQUIRE(b.now() == before.now());
          REQUIRE(b.placed_count() == before.placed_count());
          REQUIRE((b.bound() == before.bound() && b.broken() == before.broken()));
          b.choices(again);
          REQUIRE(again == offered);
          // the future is the same, too
          branch<priority::any_rule> one = b, two = before;
          while (!one.done()) one.step();
          while (!two.done()) two.step();
          REQUIRE(one.current() == two.current());
          if (offered.empty()) b.step();
          else b.take(offered[rng.below(offered.size())]);
        }
      }
  });
  CHECK(branches > 2000);
}

TEST_CASE("choices are the best tasks by the rule, waiting last") {
  project_builder b;
  const resource_id crew = b.add_renewable(3);
  std::vector<task_id> t;
  for (const int units : {2, 3, 1, 2}) t.push_back(b.add_task(4, {{crew, units}}));
  t.push_back(b.add_task(1));
  const project p = b.add_precedence(t[0], t[4]).build();
  const std::vector<double> keys{3, 1, 0, 2, 0};
  const auto offered = [&](branch_options o) {
    branch<priority::given> s(p, priority::given(keys), o);
    std::vector<task_id> all;
    s.choices(all);
    return all;
  };
  CHECK(offered({}) == std::vector<task_id>{t[2], t[1], t[3], t[0]});
  CHECK(offered({.width = 2}) == std::vector<task_id>{t[2], t[1]});
  CHECK(offered({.scheme = parallel}) == std::vector<task_id>{t[2], t[1], t[3], t[0]});
  // Nothing runs yet: waiting would change nothing.
  CHECK(offered({.scheme = parallel, .width = 3, .idle = true}) == std::vector<task_id>{t[2], t[1], t[3]});
  branch<priority::given> s(p, priority::given(keys), {.scheme = parallel, .width = 1, .idle = true});
  s.take(t[2]);
  std::vector<task_id> all;
  s.choices(all);
  CHECK(all == std::vector<task_id>{t[3], task_id::none()});
  s.take(task_id::none());
  CHECK(s.now() == 4);
  CHECK(s.placed_count() == 1);
  s.take(t[1]);
  CHECK(s.current().start[t[1].index()] == 4);
}

TEST_CASE("where all startable tasks fit together there is nothing to choose, but waiting") {
  project_builder b;
  const resource_id crew = b.add_renewable(5);
  for (const int units : {2, 2, 1}) b.add_task(3, {{crew, units}});
  const project p = b.build();
  branch<priority::latest_finish> s(p, {}, {.scheme = parallel, .idle = true});
  std::vector<task_id> all;
  s.choices(all);
  CHECK(all == std::vector<task_id>{task_id(0)});
  s.take(all.front());
  all.clear();
  s.choices(all);
  CHECK(all == std::vector<task_id>{task_id(1), task_id::none()});
}

TEST_CASE("what the branch cannot follow is unsupported") {
  project_builder b;
  b.add_task(3);
  const project p = b.build();
  const auto status_of = [&](auto rule, branch_options o) {
    branch<decltype(rule)> s(p, rule, o);
    CHECK(s.done());
    return s.result().status;
  };
  CHECK(status_of(priority::any_rule(priority::worst_case_slack{}), {}) == status::unsupported);
  CHECK(status_of(priority::any_rule(priority::regret_biased(priority::latest_finish{})), {}) == status::unsupported);
  CHECK(status_of(priority::any_rule(priority::regret_biased(priority::latest_finish{})), {.scheme = parallel}) ==
        status::unsupported);
}

TEST_CASE("branching allocates nothing once the longest branch has been seen, and counts its bytes") {
  random_generator rng(5);
  const project p = random_project({.tasks = 60, .renewables = 3}, rng);
  for (const generation_scheme scheme : {serial, parallel}) {
    branch<priority::latest_finish> b(p, {}, {.scheme = scheme});
    std::vector<task_id> all;
    all.reserve(p.task_count());
    const auto play = [&] {
      const auto m = b.mark();
      while (!b.done()) {
        all.clear();
        b.choices(all);
        if (all.empty()) b.step();
        else b.take(all.back());
      }
      b.rewind(m);
    };
    CHECK(b.bytes_logged() == 0);
    play();
    const std::uint64_t once = b.bytes_logged();
    CHECK(once > 60 * 100);
    const sched_test::allocation_count count;
    play();
    CHECK(count.since() == 0);
    CHECK(b.bytes_logged() == 2 * once);
    while (!b.done()) b.step();
    CHECK(b.bytes_logged() == 2 * once);  // outside marks nothing is logged
  }
}
