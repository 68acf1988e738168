// SPDX-License-Identifier: BSL-1.0
// Every rule, scheme and direction on random projects of every kind: what is called solved is valid, and what is not
// solved is justified. SCHED_PROPERTY_INSTANCES sets the number of instances (default 1,000).
#include <sched/sgs.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sched/priority/catalogue.hpp>
#include <sched/validate.hpp>

#include "support/brute_schedules.hpp"
#include "support/catch.hpp"
#include "support/random_instances.hpp"
#include "support/random_project.hpp"
#include "support/rounds.hpp"

using namespace sched;
using sched_test::rounds;
using sched_test::wanted_instances;

namespace {

/// The presets, and combinations that meet in no single one of them.
std::vector<instance_preset> kinds() {
  std::vector<instance_preset> all = instance_presets();
  const auto everything = std::ranges::find(all, "everything", &instance_preset::name)->options;
  const auto add = [&](std::string name, auto change) {
    random_project_options o = everything;
    o.maximal_lag_probability = 0;
    change(o);
    all.push_back({std::move(name), o});
  };
  add("everything but maximal lags", [](random_project_options&) {});
  add("everything but maximal lags and fixed starts", [](random_project_options& o) { o.fixed_probability = 0; });
  add("everything but maximal lags and calendars",
      [](random_project_options& o) { o.closed_probability = o.stretching_probability = o.shrinking_probability = 0; });
  add("modes and lags", [](random_project_options& o) {
    o = {.tasks = 12, .max_modes = 3, .renewables = 2, .nonrenewables = 1, .max_demand = 5, .lag_probability = 1};
  });
  add("modes and fixed starts", [](random_project_options& o) {
    o = {.tasks = 12, .max_modes = 3, .renewables = 2, .nonrenewables = 1, .max_demand = 5, .fixed_probability = 0.3};
  });
  add("stretching breaks and lags", [](random_project_options& o) {
    o = {.tasks = 12,
         .max_duration = 6,
         .renewables = 2,
         .max_demand = 5,
         .lag_probability = 1,
         .min_lag = -3,
         .stretching_probability = 1};
  });
  return all;
}

/// What a result may look like on a project that has a schedule; empty when it is in order.
std::string fault(const project& p, const schedule_result& r) {
  const validation_report report = r.schedule.size() == 0 ? validation_report{} : validate(p, r.schedule);
  if (r.solved()) {
    if (r.schedule.size() != p.task_count()) return "solved without a schedule";
    if (!r.tasks.empty() || !r.reason.empty()) return "solved with a complaint: " + r.reason;
    return report.text(p);
  }
  if (r.reason.empty()) return "no reason";
  switch (r.status) {
    case status::deadline_missed: {
      if (r.tasks.empty()) return "no task missed its deadline";
      std::vector<task_id> late;
      for (std::size_t i = 0; i < p.task_count(); ++i)
        if (r.schedule.finish[i] > p.deadline(task_id(i))) late.push_back(task_id(i));
      if (late != r.tasks) return "not the late tasks";
      if (report.count(violation_kind::deadline) != report.violations.size()) return report.text(p);
      return {};
    }
    case status::unsolved:
      if (!p.has_fixed() && !p.has_nonrenewable()) return "unsolved: " + r.reason;
      return p.has_fixed() && r.tasks.empty() ? "no task is named" : "";
    case status::unsupported: return p.maximal_lags().empty() ? "unsupported: " + r.reason : "";
    default: return "a wrong answer: " + r.reason;
  }
}

struct tally {
  std::size_t schedules = 0, solved = 0, late = 0, unsolved = 0, unsupported = 0;
  void add(const schedule_result& r) {
    ++schedules;
    solved += r.solved() ? 1U : 0U;
    late += r.status == status::deadline_missed ? 1U : 0U;
    unsolved += r.status == status::unsolved ? 1U : 0U;
    unsupported += r.status == status::unsupported ? 1U : 0U;
  }
};

}  // namespace

TEST_CASE("every rule, scheme and direction gives valid schedules, and every unhappy status is justified") {
  const std::vector<instance_preset> presets = kinds();
  const std::size_t wanted = wanted_instances();
  tally count;
  for (std::size_t k = 0; k < wanted; ++k) {
    const instance_preset& preset = presets[k % presets.size()];
    random_generator rng(k + 1);
    random_project_options o = preset.options;
    if (o.tasks > 1) o.tasks = 1 + static_cast<std::size_t>(rng.below(2 * o.tasks));
    const project p = random_project(o, rng);
    const auto timeline = static_cast<timeline_model>(k % 4);
    const auto check = [&](const schedule_result& r, std::string_view rule, std::string_view how) {
      count.add(r);
      if (const std::string wrong = fault(p, r); !wrong.empty())
        FAIL("instance " << k << " (" << preset.name << ", " << p.task_count() << " tasks), " << rule << ", " << how
                         << ": " << wrong);
    };
    for (const priority::catalogue_entry& e : priority::catalogue()) {
      sgs_options how{.timeline = timeline, .seed = k + 1};
      const bool serial = !e.make().is_parallel_only();
      if (serial) check(serial_sgs(p, e.make(), how), e.abbreviation, "serial forward");
      check(parallel_sgs(p, e.make(), how), e.abbreviation, "parallel forward");
      how.direction = planning::backward;
      if (serial) check(serial_sgs(p, e.make(), how), e.abbreviation, "serial backward");
      check(parallel_sgs(p, e.make(), how), e.abbreviation, "parallel backward");
      how.direction = planning::bidirectional;
      for (const turns turn : {turns::merged, turns::alternating}) {
        how.turn = turn;
        if (e.make().is_static()) check(serial_sgs(p, e.make(), how), e.abbreviation, "bidirectional");
      }
    }
  }
  WARN(wanted << " instances, " << count.schedules << " runs: " << count.solved << " solved and valid, " << count.late
              << " with missed deadlines, " << count.unsolved << " unsolved, " << count.unsupported << " unsupported");
  CHECK(count.solved > count.schedules / 2);
}

TEST_CASE("an infeasible verdict on a tiny project is confirmed by exhaustive search") {
  random_generator rng(4711);
  std::size_t infeasible = 0, solved = 0, late = 0, unsolved = 0;
  const int all = rounds(1000, 100);
  for (int round = 0; round < all; ++round) {
    const project p = sched_test::tiny_dated_project(rng);
    std::optional<bool> possible;
    const auto check = [&](const schedule_result& r) {
      if (r.solved()) {
        ++solved;
        const validation_report report = validate(p, r.schedule);
        INFO("round " << round << '\n' << report.text(p));
        REQUIRE(report.ok());
        return;
      }
      INFO("round " << round << ", " << to_string(r.status) << ": " << r.reason);
      REQUIRE_FALSE(r.reason.empty());
      late += r.status == status::deadline_missed ? 1U : 0U;
      unsolved += r.status == status::unsolved ? 1U : 0U;
      if (r.status != status::infeasible) return;
      ++infeasible;
      if (!possible) possible = sched_test::least_makespan(p, 30).has_value();
      REQUIRE_FALSE(*possible);
    };
    for (const planning direction : {planning::forward, planning::backward}) {
      const sgs_options how{.direction = direction};
      check(serial_sgs(p, priority::latest_finish{}, how));
      check(serial_sgs(p, priority::longest_processing_time{}, how));
      check(parallel_sgs(p, priority::latest_finish{}, how));
      check(parallel_sgs(p, priority::worst_case_slack{}, how));
    }
    check(serial_sgs(p, priority::latest_finish{}, {.direction = planning::bidirectional}));
    check(serial_sgs(p, priority::latest_finish{}, {.direction = planning::backward, .horizon = rng.between(0, 30)}));
    check(parallel_sgs(p, priority::latest_start{}, {.direction = planning::backward, .horizon = rng.between(0, 30)}));
  }
  const auto many = static_cast<std::size_t>(all) / 10;
  CHECK(infeasible > many);
  CHECK(solved > many);
  CHECK(late > many);
  CHECK((unsolved > 0 || all < 1000));
}

TEST_CASE("serial schedules of classic projects are active, parallel ones non-delay") {
  random_generator rng(99);
  for (int round = 0, all = rounds(150, 10); round < all; ++round) {
    const project p = sched_test::random_project(rng, {.tasks = 1 + static_cast<std::size_t>(rng.below(20)),
                                                       .resources = static_cast<std::size_t>(rng.below(4)),
                                                       .shuffled = round % 2 == 0});
    const std::size_t n = p.task_count();
    for (const priority::catalogue_entry& e : priority::catalogue()) {
      const auto ready = [&](const schedule& s, std::size_t i) {
        instant at = 0;
        for (const sched::adjacency& l : p.predecessors(task_id(i))) at = std::max(at, s.finish[l.task.index()]);
        return at.count();
      };
      if (!e.make().is_parallel_only()) {
        const schedule s = serial_sgs(p, e.make()).schedule;
        std::vector<std::int64_t> start;
        for (instant t : s.start) start.push_back(t.count());
        const sched_test::usage profile(p, start);
        for (std::size_t i = 0; i < n; ++i) {
          std::vector<char> others(n, 1);
          others[i] = 0;
          for (std::int64_t t = ready(s, i); t < start[i]; ++t) {
            INFO(e.abbreviation << ": task " << i << " could start at " << t << " instead of " << start[i]);
            REQUIRE(p.work(task_id(i)) > 0);
            REQUIRE_FALSE(profile.fits(i, t, others));
          }
        }
      }
      const schedule s = parallel_sgs(p, e.make()).schedule;
      for (std::size_t i = 0; i < n; ++i)
        for (std::int64_t t = ready(s, i); t < s.start[i]; ++t) {
          const auto busy = [&](const requirement& q) {
            amount used = q.units;
            for (std::size_t j = 0; j < n; ++j)
              if (s.when(task_id(j)).contains(instant(t))) used += p.demand(task_id(j), q.resource);
            return used > p.resource_of(q.resource).capacity;
          };
          INFO(e.abbreviation << ": task " << i << " waits at " << t << " for nothing");
          REQUIRE(p.work(task_id(i)) > 0);
          REQUIRE(std::ranges::any_of(p.requirements(task_id(i)), busy));
        }
    }
  }
}

TEST_CASE("the best precedence-feasible list gives the least makespan there is") {
  random_generator rng(5);
  for (int round = 0, all = rounds(60, 10); round < all; ++round) {
    const project p = sched_test::random_project(rng, {.tasks = 2 + static_cast<std::size_t>(rng.below(5)),
                                                       .resources = 2,
                                                       .longest = 3,
                                                       .capacity = 4,
                                                       .arc = 0.2,
                                                       .zero_demand = 0.2,
                                                       .shuffled = true});
    const std::size_t n = p.task_count();
    std::vector<double> keys(n);
    serial_scheme<priority::given, mode::earliest_finish, step_timeline> scheme(p, priority::given(keys));
    std::vector<std::size_t> list(n);
    for (std::size_t i = 0; i < n; ++i) list[i] = i;
    instant best = instant::infinity();
    do {
      for (std::size_t k = 0; k < n; ++k) keys[list[k]] = static_cast<double>(k);
      const auto after_predecessors = [&](std::size_t i) {
        return std::ranges::all_of(p.predecessors(task_id(i)),
                                   [&](const sched::adjacency& l) { return keys[l.task.index()] < keys[i]; });
      };
      if (std::ranges::all_of(list, after_predecessors)) best = std::min(best, scheme.run().makespan());
    } while (std::ranges::next_permutation(list).found);
    const std::optional<instant> optimum = sched_test::least_makespan(p, p.horizon().count());
    INFO("round " << round);
    REQUIRE(optimum.has_value());
    REQUIRE(best == *optimum);
  }
}
