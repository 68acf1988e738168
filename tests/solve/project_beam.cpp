// SPDX-License-Identifier: BSL-1.0
// Beam search on projects: never worse than its base, valid, exact when nothing falls out, rollout when the beam is
// one, and honest about its budget.
#include <sched/solve/project_beam.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <stop_token>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/priority/catalogue.hpp>
#include <sched/priority/decision_rules.hpp>
#include <sched/solve/sgs.hpp>

#include "support/catch.hpp"
#include "support/random_instances.hpp"
#include "support/rounds.hpp"

using namespace sched;

namespace {

constexpr auto serial = generation_scheme::serial;
constexpr auto parallel = generation_scheme::parallel;
constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

std::vector<project> classic(std::size_t count, std::uint64_t seed, std::size_t tasks = 30) {
  random_generator rng(seed);
  std::vector<project> out;
  for (std::size_t k = 0; k < count; ++k)
    out.push_back(
        random_project({.tasks = tasks, .renewables = 3, .resource_factor = 0.8, .resource_strength = 0.2}, rng));
  return out;
}

/// The least value over the serial schedules of all lists: the optimum of a regular objective.
template <class Evaluator>
double least_of_all_lists(const project& p, const Evaluator& value) {
  list_branch<priority::latest_finish> s(p, {});
  double least = std::numeric_limits<double>::infinity();
  schedule out;
  const auto visit = [&](const auto& self) -> void {
    if (s.done()) {
      s.complete_into(out);
      least = std::min(least, value(p, out));
      return;
    }
    std::vector<task_id> open;
    s.choices(open);
    for (task_id t : open) {
      const auto m = s.mark();
      s.take(t);
      self(self);
      s.rewind(m);
    }
  };
  visit(visit);
  return least;
}

}  // namespace

TEST_CASE("a beam that nothing falls out of finds the optimum") {
  random_generator rng(1);
  std::size_t base_missed = 0;
  for (int round = 0; round < sched_test::rounds(40, 8); ++round) {
    const project p = random_project({.tasks = 7,
                                      .network_complexity = 1.2,
                                      .renewables = 2,
                                      .resource_factor = 0.9,
                                      .resource_strength = 0.1,
                                      .due_probability = 0.8,
                                      .due_range = 0.2,
                                      .max_weight = 5},
                                     rng);
    REQUIRE(list_decoder::accepts(p));
    for (const timeline_model model : {timeline_model::automatic, timeline_model::step}) {
      const auto r = beam_sgs(p, priority::latest_finish{}, {.beam = all, .width = all, .timeline = model});
      REQUIRE(validate(p, r.schedule).ok());
      REQUIRE(static_cast<double>(r.makespan().count()) == least_of_all_lists(p, evaluate::makespan{}));
      base_missed += r.makespan() < serial_sgs(p, priority::latest_finish{}).makespan();
      const evaluate::weighted_tardiness late;
      const auto t = beam_sgs(p, priority::latest_finish{}, {.beam = all, .width = all, .timeline = model}, late);
      REQUIRE(late(p, t.schedule) == least_of_all_lists(p, late));
    }
  }
  CHECK(base_missed > 5);
}

TEST_CASE("a beam of one is rollout, for fewer schedules") {
  for (const project& p : classic(10, 2))
    for (const generation_scheme scheme : {serial, parallel})
      for (const bool justify : {false, true}) {
        const auto ahead =
            rollout_sgs(p, priority::latest_finish{}, {.scheme = scheme, .idle = true, .justify = justify});
        const auto r =
            beam_sgs(p, priority::latest_finish{}, {.scheme = scheme, .beam = 1, .idle = true, .justify = justify});
        CHECK(r.schedule == ahead.schedule);
        CHECK(r.status == ahead.status);
        CHECK((r.schedules < ahead.schedules || ahead.report.decisions == 0));
      }
}

TEST_CASE("width 1 is the base scheme, for one schedule") {
  for (const project& p : classic(6, 3))
    for (const generation_scheme scheme : {serial, parallel}) {
      const auto r = beam_sgs(p, priority::latest_finish{}, {.scheme = scheme, .width = 1});
      CHECK(r.schedule ==
            (scheme == serial ? serial_sgs(p, priority::latest_finish{}) : parallel_sgs(p, priority::latest_finish{}))
                .schedule);
      CHECK(r.schedules == 1);
    }
}

TEST_CASE("lists and bookings are searched alike") {
  for (const project& p : classic(10, 4)) {
    const auto fast = beam_sgs(p, priority::latest_finish{}, {.beam = 6, .width = 3});
    const auto general =
        beam_sgs(p, priority::latest_finish{}, {.beam = 6, .width = 3, .timeline = timeline_model::step});
    CHECK(fast.schedule == general.schedule);
    CHECK(fast.schedules == general.schedules);
    CHECK(fast.report.duplicates == general.report.duplicates);
    CHECK(fast.report.duplicates > 0);
  }
}

TEST_CASE("wider beams are better on average, and the same call gives the same") {
  for (const generation_scheme scheme : {serial, parallel}) {
    std::vector<std::int64_t> sums;
    for (const std::size_t beam : {1U, 8U, 64U}) {
      std::int64_t sum = 0;
      for (const project& p : classic(15, 5)) {
        const auto r = beam_sgs(p, priority::latest_finish{}, {.scheme = scheme, .beam = beam});
        sum += r.makespan().count();
        if (beam != 8) continue;
        const auto again = beam_sgs(p, priority::latest_finish{}, {.scheme = scheme, .beam = beam});
        CHECK(again.schedule == r.schedule);
        CHECK(again.schedules == r.schedules);
        CHECK(again.report.bytes == r.report.bytes);
      }
      sums.push_back(sum);
    }
    CHECK(sums[1] < sums[0]);
    CHECK(sums[2] < sums[1]);
  }
}

TEST_CASE("the budget is counted exactly, and more of it is not worse") {
  for (const project& p : classic(6, 6))
    for (const bool justify : {false, true}) {
      const std::uint64_t each = justify ? 3 : 1;
      const auto full = beam_sgs(p, priority::latest_finish{}, {.beam = 4, .justify = justify});
      instant last = instant::infinity();
      for (const std::uint64_t budget : {1U, 2U, 3U, 10U, 41U, 200U, 100000U}) {
        std::uint64_t told = 0;
        project_beam_options o{.beam = 4, .justify = justify, .schedules = budget};
        o.watch.observer = [&](const progress& at) {
          CHECK(at.total == budget);
          CHECK(at.bound <= at.best);
          CHECK(at.done > told);
          told = at.done;
        };
        const auto r = beam_sgs(p, priority::latest_finish{}, o);
        CHECK(r.schedules == each * r.report.scenarios);
        CHECK(r.schedules == std::min(std::max(budget / each, std::uint64_t{1}) * each, full.schedules));
        CHECK(told == r.schedules);
        CHECK(r.makespan() <= last);
        last = r.makespan();
      }
      CHECK(last == full.makespan());
    }
}

TEST_CASE("a makespan at the critical path is optimal and ends the search") {
  project_builder b;
  const resource_id crew = b.add_renewable(4);
  const task_id one = b.add_task(3, {{crew, 2}});
  b.add_precedence(one, b.add_task(4, {{crew, 2}})).add_task(2, {{crew, 1}});
  const auto r = beam_sgs(b.build(), priority::latest_finish{});
  CHECK(r.status == status::optimal);
  CHECK(r.makespan() == 7);
  CHECK(r.schedules == 1);
}

TEST_CASE("a stopped beam returns the best so far") {
  for (const project& p : classic(3, 7)) {
    std::stop_source stop;
    stop.request_stop();
    const auto r = beam_sgs(p, priority::latest_finish{}, {.watch = {.stop = stop.get_token()}});
    CHECK((r.report.cancelled && r.solved()));
    CHECK(r.schedule == serial_sgs(p, priority::latest_finish{}).schedule);
    std::stop_source later;
    project_beam_options o{.watch = {.stop = later.get_token()}};
    o.watch.observer = [&](const progress& at) {
      if (at.done > 20) later.request_stop();
    };
    const auto half = beam_sgs(p, priority::latest_finish{}, o);
    CHECK(half.solved());
    CHECK(half.makespan() <= r.makespan());
  }
}

TEST_CASE("what a beam cannot honour is said, by name") {
  project_builder b;
  const task_id a = b.add_task(3), c = b.add_task(3);
  const project p = b.add_precedence(a, c, {.lag = 10, .maximal = true}).build();
  const auto r = beam_sgs(p, priority::latest_finish{});
  CHECK(r.status == status::unsupported);
  CHECK(r.reason.find("maximal lag") != std::string::npos);
  const auto refused =
      beam_sgs(classic(1, 1)[0], priority::latest_finish{}, {.horizon = 5}, evaluate::weighted_tardiness{});
  CHECK(refused.status == status::unsupported);
  CHECK(refused.reason.find("bounded horizon") != std::string::npos);
  for (const generation_scheme scheme : {serial, parallel})
    CHECK(beam_sgs(project_builder().build(), priority::latest_finish{}, {.scheme = scheme}).solved());
}

TEST_CASE("beams on random projects of every kind are valid and never worse than their base") {
  const std::vector<instance_preset> presets = instance_presets();
  const auto rules = priority::catalogue();
  std::size_t solved = 0, better = 0, compared = 0;
  const auto rounds = static_cast<std::size_t>(sched_test::rounds(300, 30));
  for (std::size_t k = 0; k < rounds; ++k) {
    const instance_preset& preset = presets[k % presets.size()];
    random_generator rng(k + 1);
    random_project_options shape = preset.options;
    if (shape.tasks > 1) shape.tasks = 1 + static_cast<std::size_t>(rng.below(2 * shape.tasks));
    const project p = random_project(shape, rng);
    const auto& entry = rules[k / presets.size() % rules.size()];
    const generation_scheme scheme = rng.chance(0.5) || entry.make().is_parallel_only() ? parallel : serial;
    const schedule_result base = scheme == serial ? serial_sgs(p, entry.make()) : parallel_sgs(p, entry.make());
    project_beam_options how{.scheme = scheme,
                             .beam = 1 + rng.below(12),
                             .width = 1 + rng.below(5),
                             .idle = rng.chance(0.5),
                             .justify = rng.chance(0.3),
                             .timeline = rng.chance(0.5) ? timeline_model::automatic : timeline_model::step};
    const bool bounded = rng.chance(0.4);
    if (bounded) how.horizon = rng.below(8);
    if (rng.chance(0.4)) how.schedules = 1 + rng.below(60);
    const bool tardy = !bounded && rng.chance(0.4);
    const project_beam_result r =
        tardy ? beam_sgs(p, entry.make(), how, evaluate::weighted_tardiness{}) : beam_sgs(p, entry.make(), how);
    INFO("instance " << k << " (" << preset.name << ", " << p.task_count() << " tasks), " << entry.abbreviation
                     << ", parallel " << (scheme == parallel) << ", beam " << how.beam << ", width " << how.width
                     << ", horizon " << how.horizon << ": " << r.reason);
    const std::uint64_t each = how.justify ? 3 : 1;
    REQUIRE(r.schedules <= std::max(how.schedules, each));
    if (r.solved()) {
      const validation_report report = validate(p, r.schedule);
      INFO(report.text(p));
      REQUIRE(report.ok());
      ++solved;
    } else {
      REQUIRE_FALSE(r.reason.empty());
    }
    if (!base.solved()) continue;
    REQUIRE(r.solved());
    const auto value = [&](const schedule& s) {
      return tardy ? evaluate::weighted_tardiness{}(p, s) : evaluate::makespan{}(p, s);
    };
    REQUIRE(value(r.schedule) <= value(base.schedule));
    ++compared;
    better += value(r.schedule) < value(base.schedule);
  }
  CHECK(solved >= compared);
  CHECK(better >= std::max<std::size_t>(compared / 20, 1));
}
