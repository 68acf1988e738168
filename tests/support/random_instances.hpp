// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_RANDOM_INSTANCES_HPP
#define SCHED_TESTS_SUPPORT_RANDOM_INSTANCES_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/random_project.hpp>

/// One way to make random projects, and what it exercises.
struct instance_preset {
  std::string name;
  sched::random_project_options options;
};

/// Every feature of the model alone, and all together. Small, so that brute force can follow.
inline std::vector<instance_preset> instance_presets() {
  using options = sched::random_project_options;
  const options base{.tasks = 12, .renewables = 2, .max_demand = 5};
  std::vector<instance_preset> all;
  const auto add = [&](std::string name, auto change) {
    options o = base;
    change(o);
    all.push_back({std::move(name), o});
  };
  add("classic", [](options&) {});
  add("classic, shuffled numbers", [](options& o) { o.shuffled = true; });
  add("scarce", [](options& o) {
    o.resource_strength = 0;
    o.resource_factor = 1;
  });
  add("plentiful", [](options& o) { o.resource_strength = 1; });
  add("parallel", [](options& o) {
    o.sources = 6;
    o.sinks = 6;
    o.network_complexity = 1;
  });
  add("dense", [](options& o) {
    o.network_complexity = 3;
    o.sources = o.sinks = 1;
  });
  add("dummies", [](options& o) { o.dummies = true; });
  add("no resources", [](options& o) { o.renewables = 0; });
  add("zero durations", [](options& o) {
    o.min_duration = 0;
    o.max_duration = 3;
  });
  add("one task", [](options& o) { o.tasks = 1; });
  add("lags of four kinds", [](options& o) {
    o.lag_probability = 0.7;
    o.shuffled = true;
  });
  add("negative lags", [](options& o) {
    o.lag_probability = 0.7;
    o.min_lag = -8;
  });
  add("releases", [](options& o) { o.release_probability = 0.5; });
  add("due dates and weights", [](options& o) {
    o.due_probability = 0.8;
    o.due_range = 0.3;
    o.max_weight = 5;
  });
  add("deadlines", [](options& o) {
    o.deadline_probability = 0.5;
    o.deadline_range = 0.5;
  });
  add("fixed starts", [](options& o) { o.fixed_probability = 0.3; });
  add("maximal lags", [](options& o) {
    o.maximal_lag_probability = 0.4;
    o.maximal_lag_range = 20;
  });
  add("modes", [](options& o) { o.max_modes = 3; });
  add("modes and non-renewables", [](options& o) {
    o.max_modes = 3;
    o.nonrenewables = 2;
    o.nonrenewable_strength = 0.05;
  });
  add("closed breaks", [](options& o) {
    o.closed_probability = 0.7;
    o.max_duration = 6;
  });
  add("stretching breaks", [](options& o) {
    o.stretching_probability = 0.9;
    o.max_duration = 6;
  });
  add("both kinds of breaks", [](options& o) {
    o.renewables = 3;
    o.closed_probability = 0.4;
    o.stretching_probability = 0.5;
    o.max_duration = 6;
    o.resource_factor = 0.8;
  });
  add("shrinking breaks", [](options& o) {
    o.shrinking_probability = 0.8;
    o.max_duration = 6;
  });
  add("all calendars, lags and dates", [](options& o) {
    o.closed_probability = 0.3;
    o.stretching_probability = 0.5;
    o.shrinking_probability = 0.5;
    o.max_duration = 6;
    o.lag_probability = 0.5;
    o.min_lag = -3;
    o.release_probability = 0.3;
    o.due_probability = 0.3;
  });
  add("everything", [](options& o) {
    o.closed_probability = 0.3;
    o.stretching_probability = 0.4;
    o.shrinking_probability = 0.4;
    o.min_duration = 0;
    o.max_duration = 6;
    o.max_modes = 3;
    o.nonrenewables = 1;
    o.nonrenewable_strength = 0.1;
    o.lag_probability = 0.4;
    o.min_lag = -3;
    o.maximal_lag_probability = 0.2;
    o.release_probability = 0.2;
    o.due_probability = 0.3;
    o.deadline_probability = 0.2;
    o.deadline_range = 0.5;
    o.fixed_probability = 0.1;
    o.max_weight = 4;
    o.shuffled = true;
    o.named = true;
  });
  return all;
}

/// Calls `f(const sched::random_instance&, const instance_preset&, std::uint64_t seed)` for `count` instances of every
/// preset that `wanted` accepts. Instances of different sizes: 1 … twice the preset's number of tasks.
template <class F, class Wanted>
void each_random_instance(std::size_t count, F f, Wanted wanted) {
  for (const instance_preset& preset : instance_presets()) {
    if (!wanted(preset.options)) continue;
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
      sched::random_generator rng(seed);
      sched::random_project_options o = preset.options;
      if (o.tasks > 1) o.tasks = 1 + static_cast<std::size_t>(rng.below(2 * o.tasks));
      f(sched::random_project_with_witness(o, rng), preset, seed);
    }
  }
}
template <class F>
void each_random_instance(std::size_t count, F f) {
  each_random_instance(count, f, [](const sched::random_project_options&) { return true; });
}

#endif
