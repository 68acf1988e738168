// SPDX-License-Identifier: BSL-1.0
// Every algorithm, mode, strategy and setting on random roadmaps: what is planned is valid and explained, nothing that
// can be done is left, and what must not matter does not. SCHED_PROPERTY_INSTANCES sets the number of instances per
// property (default 1,000).
#include <sched/roadmap.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/generate.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/native_roadmaps.hpp"
#include "support/rounds.hpp"

using namespace sched;
using sched_test::wanted_instances;

namespace {

constexpr roadmap_strategy strategies[] = {roadmap_strategy::weighted, roadmap_strategy::priority_first,
                                           roadmap_strategy::cr_first, roadmap_strategy::atc};
constexpr roadmap_algorithm algorithms[] = {roadmap_algorithm::greedy, roadmap_algorithm::bounded_rollout,
                                            roadmap_algorithm::critical_path};

struct instance {
  roadmap map;
  roadmap_options options;
};

/// Any native roadmap with any settings; every task can be done.
instance native_instance(std::uint64_t seed) {
  random_generator random(seed);
  instance out;
  roadmap_options& o = out.options;
  const std::int64_t days[] = {1, 1, 4, 24};
  o.ticks_per_day = days[random.below(4)];
  native_features f{.ticks_per_day = o.ticks_per_day};
  f.tasks = static_cast<std::size_t>(random.between(5, 40));
  for (bool* on : {&f.capacities, &f.calendars, &f.groups, &f.several, &f.fixed, &f.negative_lags, &f.completed})
    *on = random.chance(0.7);
  out.map = native_roadmap(random, f);
  o.algorithm = algorithms[random.below(3)];
  o.strategy = strategies[random.below(4)];
  o.placement = static_cast<roadmap_placement>(random.below(3));
  o.backward_pass = random.chance(0.7) ? roadmap_backward_pass::exact : roadmap_backward_pass::simple;
  o.inherit_priority = random.chance(0.7);
  o.shared_allocation = random.chance(0.2);
  o.joint_work = random.chance(0.8);
  if (random.chance(0.2)) o.tail = random.between(1, 3);
  if (random.chance(0.3)) o.min_first_chunk = random.between(1, (o.ticks_per_day + 1) / 2);
  if (random.chance(0.3)) o.lookahead.ahead = lookahead_settings::width::full;
  if (random.chance(0.3)) o.lookahead.max_horizon_days.reset();
  o.lookahead.guard = static_cast<lookahead_settings::guard_by>(random.below(3));
  o.lookahead.compare_resources = random.chance(0.3);
  o.attractiveness.rollout_enabled = random.chance(0.7);
  o.attractiveness.prefer_fungible_resources = random.chance(0.7);
  o.record_pass_overs = random.chance(0.3);
  return out;
}

std::string describe(const roadmap_options& o) {
  return std::string(to_string(o.algorithm)) + ' ' + std::string(to_string(o.mode)) + ' ' +
         std::string(to_string(o.strategy)) + ", placement " + std::to_string(static_cast<int>(o.placement)) +
         ", day " + std::to_string(o.ticks_per_day) + ", tail " + std::to_string(o.tail) + ", chunk " +
         to_string(o.min_first_chunk) + (o.shared_allocation ? ", shared" : "") + (o.joint_work ? "" : ", alone") +
         (o.lookahead.ahead == lookahead_settings::width::full ? ", full" : "") + ", guard " +
         std::to_string(static_cast<int>(o.lookahead.guard));
}

/// Starts, finishes and resource names by task id, with due dates.
using plan = std::map<std::string, std::tuple<instant, instant, std::vector<std::string>, instant, std::int64_t>>;

plan plan_of(const roadmap& map, const roadmap_result& r) {
  plan all;
  for (const roadmap_assignment& a : r.placed) {
    std::vector<std::string> names;
    for (roadmap_index k : a.resources) names.push_back(r.resources[k]);
    all[map.tasks[a.task].id] = {a.start, a.finish, names, r.dates[a.task].deadline, r.dates[a.task].priority};
  }
  return all;
}

std::vector<std::string> failed_ids(const roadmap& map, const roadmap_result& r) {
  std::vector<std::string> ids;
  for (const roadmap_failure& f : r.failed) ids.push_back(map.tasks[f.task].id);
  return ids;
}

/// Some tasks that nobody can do, and what waits for them.
void spoil(roadmap& map, random_generator& random) {
  for (roadmap_task& t : map.tasks)
    if (!t.fixed() && random.chance(0.05)) {
      t.spec.reset();
      t.resources.clear();
      t.demands.clear();
    }
}

}  // namespace

TEST_CASE("native plans are valid, complete and explained") {
  const std::size_t n = wanted_instances();
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    const instance x = native_instance(seed);
    INFO("seed " << seed << ": " << describe(x.options));
    const roadmap_result r = plan_roadmap(x.map, x.options);
    const std::string faults = validate(x.map, x.options, r).text(x.map, r);
    REQUIRE(faults.empty());
    REQUIRE(r.status == roadmap_status::complete);
    REQUIRE(r.failed.empty());
    const roadmap_reasons say(x.map, x.options, r);
    for (const roadmap_explanation& e : explain(x.map, x.options, r)) {
      INFO(x.map.tasks[e.task].id << ": " << say.line(e));
      const bool told = e.explained();
      REQUIRE(told);
    }
  }
}

TEST_CASE("compatible plans are valid; what parallel SGS plans is complete and explained") {
  const std::size_t n = wanted_instances();
  for (std::uint64_t k = 0; k < n; ++k) {
    roadmap map = random_roadmap(random_roadmap_case(k % 97 + 3 * k, k % 2 == 1));
    roadmap_options o;
    o.mode = k % 4 < 2 ? roadmap_mode::compatible_floor : roadmap_mode::compatible_ceil;
    o.algorithm = algorithms[k % 3];
    o.strategy = strategies[k / 3 % 4];
    INFO("case " << k << ": " << describe(o));
    const roadmap_result r = plan_roadmap(map, o);
    const std::string faults = validate(map, o, r).text(map, r);
    REQUIRE(faults.empty());
    if (o.algorithm != roadmap_algorithm::greedy) continue;
    REQUIRE(r.failed.empty());
    for (const roadmap_explanation& e : explain(map, o, r)) REQUIRE(e.explained());
  }
}

TEST_CASE("tasks that nobody can do are reported truly, the others planned") {
  const std::size_t n = wanted_instances();
  std::size_t failures = 0;
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    instance x = native_instance(seed);
    random_generator random(seed);
    spoil(x.map, random);
    INFO("seed " << seed << ": " << describe(x.options));
    const roadmap_result r = plan_roadmap(x.map, x.options);
    const std::string faults = validate(x.map, x.options, r).text(x.map, r);
    REQUIRE(faults.empty());
    failures += r.failed.size();
    // The look-ahead places all that the plain scheme places.
    roadmap_options plain = x.options;
    plain.algorithm = roadmap_algorithm::greedy;
    REQUIRE(failed_ids(x.map, plan_roadmap(x.map, plain)) == failed_ids(x.map, r));
  }
  CHECK(failures > n / 4);
}

TEST_CASE("the order of the input does not matter") {
  const std::size_t n = wanted_instances();
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    instance x = native_instance(seed);
    random_generator random(seed);
    if (seed % 3 == 0) {
      x.map = random_roadmap(random_roadmap_case(seed, seed % 2 == 1));
      x.options.mode = seed % 2 == 0 ? roadmap_mode::compatible_floor : roadmap_mode::compatible_ceil;
    }
    INFO("seed " << seed << ": " << describe(x.options));
    roadmap other = x.map;
    random.shuffle(std::span<roadmap_task>(other.tasks));
    const bool same = plan_of(x.map, plan_roadmap(x.map, x.options)) == plan_of(other, plan_roadmap(other, x.options));
    REQUIRE(same);
  }
}

TEST_CASE("threads and closed days far away do not matter") {
  const std::size_t n = wanted_instances();
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    instance x = native_instance(seed);
    if (seed % 3 == 0) x.options.algorithm = roadmap_algorithm::bounded_rollout;
    INFO("seed " << seed << ": " << describe(x.options));
    const plan before = plan_of(x.map, plan_roadmap(x.map, x.options));
    if (seed % 8 == 0) {
      x.options.threads = 3;
      const bool same = plan_of(x.map, plan_roadmap(x.map, x.options)) == before;
      CHECK(same);
    }
    x.map.closed.push_back({x.map.now + 1'000'000, x.map.now + 1'000'030});
    x.map.people->resources[0].closed.push_back({x.map.now + 2'000'000, x.map.now + 2'000'000});
    const bool same = plan_of(x.map, plan_roadmap(x.map, x.options)) == before;
    REQUIRE(same);
  }
}

TEST_CASE("the guard keeps its promise") {
  const std::size_t n = wanted_instances();
  std::size_t better = 0;
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    instance x = native_instance(seed);
    if (seed % 2 == 0) x.map = random_roadmap(random_roadmap_case(seed));
    x.options.algorithm = seed % 3 == 0 ? roadmap_algorithm::critical_path : roadmap_algorithm::bounded_rollout;
    x.options.attractiveness.rollout_enabled = true;
    roadmap_options plain = x.options;
    if (seed % 3 == 0) plain.attractiveness.rollout_enabled = false;
    else plain.algorithm = roadmap_algorithm::greedy;
    INFO("seed " << seed << ": " << describe(x.options));
    const auto metrics = [&](const roadmap_options& o) {
      return measure(x.map, o, plan_roadmap(x.map, o), roadmap_convention::half_open);
    };
    const roadmap_metrics floor = metrics(plain);
    x.options.lookahead.guard = lookahead_settings::guard_by::pareto;
    const roadmap_metrics pareto = metrics(x.options);
    REQUIRE(pareto.no_worse_than(floor));
    better += pareto != floor ? 1U : 0U;
    x.options.lookahead.guard = lookahead_settings::guard_by::objective;
    REQUIRE(metrics(x.options).objective() <= floor.objective());
  }
  CHECK(better > n / 50);
}

TEST_CASE("the native engine with a tail, the simple pass and independent walks is the compatible one") {
  const std::size_t n = wanted_instances();
  for (std::uint64_t k = 0; k < n; ++k) {
    const roadmap map = random_roadmap({.tasks = 5 + k % 60, .seed = 50'000 + k});
    roadmap_options compatible{.mode = k % 2 == 0 ? roadmap_mode::compatible_floor : roadmap_mode::compatible_ceil,
                               .strategy = strategies[k / 2 % 4]};
    roadmap_options native = compatible;
    native.mode = roadmap_mode::native;
    native.backward_pass = roadmap_backward_pass::simple;
    native.tail = 1;
    native.joint_work = false;
    INFO("problem " << k << ' ' << to_string(compatible.strategy));
    plan ours = plan_of(map, plan_roadmap(map, native));
    for (auto& [id, one] : ours) std::get<3>(one) -= 1;  // due tick to last day
    const bool same = ours == plan_of(map, plan_roadmap(map, compatible));
    REQUIRE(same);
  }
}

TEST_CASE("due dates are exact where everybody has a resource of their own") {
  const std::size_t n = wanted_instances();
  std::size_t late_ones = 0;
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    random_generator random(seed);
    roadmap_options o;
    o.ticks_per_day = random.chance(0.5) ? 1 : 8;
    roadmap map = native_roadmap(random, {.tasks = 20,
                                          .ticks_per_day = o.ticks_per_day,
                                          .groups = false,
                                          .several = false,
                                          .fixed = false,
                                          .completed = false,
                                          .negative_lags = false});
    // A copy of the resource for each task.
    const std::vector<roadmap_resource> pool = map.people->resources;
    map.people->resources.clear();
    for (roadmap_task& t : map.tasks) {
      map.people->resources.push_back(pool[random.below(pool.size())]);
      map.people->resources.back().name = "only " + t.id;
      map.people->resources.back().capacity = 4;
      t.spec.reset();
      t.resources = {"only " + t.id};
    }
    INFO("seed " << seed);
    const roadmap_result r = plan_roadmap(map, o);
    REQUIRE(validate(map, o, r).ok());
    // As early as possible: a computed date is missed only where an own one behind it is.
    std::map<std::string, bool> hurts;  // a task behind it, or itself, is late
    for (std::size_t i = map.tasks.size(); i-- > 0;) {
      const std::string& id = map.tasks[i].id;
      hurts[id] = hurts[id] || r.dates[i].own_late > 0;
      if (hurts[id])
        for (const roadmap_dependency& d : map.tasks[i].dependencies) hurts[d.task] = true;
      if (r.dates[i].late > 0) {
        ++late_ones;
        REQUIRE(hurts[id]);
      }
      REQUIRE(r.dates[i].late >= r.dates[i].own_late);
    }
  }
  CHECK(late_ones > n);
}
