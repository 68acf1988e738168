// SPDX-License-Identifier: BSL-1.0
// Rollout on random projects of every kind: what is called solved is valid, nothing is worse than its base scheme, and
// any number of threads gives the same. SCHED_PROPERTY_INSTANCES sets the number of instances (default 1,000).
#include <sched/rollout.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/priority/catalogue.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/random_instances.hpp"
#include "support/rounds.hpp"

using namespace sched;
using sched_test::wanted_instances;

namespace {

std::vector<instance_preset> kinds() {
  std::vector<instance_preset> all = instance_presets();
  random_project_options o = all.back().options;  // everything
  o.maximal_lag_probability = 0;
  all.push_back({"everything but maximal lags", o});
  o.fixed_probability = 0;
  all.push_back({"everything but maximal lags and fixed starts", o});
  o.deadline_probability = 0;
  all.push_back({"everything that can always be kept", o});
  return all;
}

/// The order of outcomes that a rollout promises.
int grade(const schedule_result& r) {
  if (r.solved()) return 0;
  return r.status == status::deadline_missed ? 1 : 2;
}

}  // namespace

TEST_CASE("rollouts are valid and never worse than their base") {
  const std::vector<instance_preset> presets = kinds();
  const auto rules = priority::catalogue();
  std::size_t solved = 0, better = 0, saved = 0, compared = 0;
  for (std::size_t k = 0; k < wanted_instances(); ++k) {
    const instance_preset& preset = presets[k % presets.size()];
    random_generator rng(k + 1);
    random_project_options shape = preset.options;
    if (shape.tasks > 1) shape.tasks = 1 + static_cast<std::size_t>(rng.below(2 * shape.tasks));
    const project p = random_project(shape, rng);
    const auto& entry = rules[k / presets.size() % rules.size()];
    for (const generation_scheme scheme : {generation_scheme::serial, generation_scheme::parallel}) {
      if (scheme == generation_scheme::serial && entry.make().is_parallel_only()) continue;
      const schedule_result base =
          scheme == generation_scheme::serial ? serial_sgs(p, entry.make()) : parallel_sgs(p, entry.make());
      project_rollout_options how{.scheme = scheme,
                                  .width = 1 + rng.below(5),
                                  .idle = rng.chance(0.5),
                                  .justify = rng.chance(0.3),
                                  .timeline = k % 2 == 0 ? timeline_model::automatic : timeline_model::step};
      const bool bounded = rng.chance(0.4);
      if (bounded) how.horizon = rng.below(8);
      if (rng.chance(0.3)) how.schedules = 1 + rng.below(40);
      if (rng.chance(0.2)) how.depth = 2;
      const bool tardy = !bounded && rng.chance(0.4);
      const auto solve = [&] {
        return tardy ? rollout_sgs(p, entry.make(), how, evaluate::weighted_tardiness{})
                     : rollout_sgs(p, entry.make(), how);
      };
      const auto value = [&](const schedule& s) {
        return tardy ? evaluate::weighted_tardiness{}(p, s) : evaluate::makespan{}(p, s);
      };
      const project_rollout_result r = solve();
      INFO("instance " << k << " (" << preset.name << ", " << p.task_count() << " tasks), " << entry.abbreviation
                       << ", parallel " << (scheme == generation_scheme::parallel) << ", width " << how.width
                       << ", horizon " << how.horizon << ": " << r.reason);
      if (r.solved()) {
        const validation_report report = validate(p, r.schedule);
        INFO(report.text(p));
        REQUIRE(report.ok());
        ++solved;
      } else {
        REQUIRE_FALSE(r.reason.empty());
      }
      REQUIRE(grade(r) <= grade(base));
      if (r.status == status::deadline_missed && base.status == r.status) REQUIRE(r.tasks.size() <= base.tasks.size());
      if (grade(r) == 2) REQUIRE(r.status == base.status);
      saved += grade(r) < grade(base);
      if (r.solved() && base.solved()) {
        REQUIRE(value(r.schedule) <= value(base.schedule));
        ++compared;
        better += value(r.schedule) < value(base.schedule);
      }
      if (k % 7 == 0) {
        how.threads = 2 + static_cast<unsigned>(rng.below(2));
        const project_rollout_result again = solve();
        REQUIRE(again.schedule == r.schedule);
        REQUIRE(again.status == r.status);
        REQUIRE(again.schedules == r.schedules);
        REQUIRE(again.report.bytes == r.report.bytes);
      }
    }
  }
  WARN(solved << " solved and valid, " << better << " of " << compared << " better than the base, " << saved
              << " kept what the base broke");
  CHECK(better > compared / 20);
}
