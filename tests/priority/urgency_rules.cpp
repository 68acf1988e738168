// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/urgency_rules.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/math.hpp>
#include <sched/core/random.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/random_project.hpp>
#include <sched/solve/sgs.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// A history that can be cut and grown again, as branching solvers do.
struct history final : decision_state {
  std::vector<placed_task> placed;
  std::uint64_t stamp = 0;
  void place(task_id t) { placed.push_back({t, ++stamp}); }
  std::span<const placed_task> placements() const override { return placed; }
  instant finish(task_id) const override { return 0; }
  instant earliest_by_precedence(task_id) const override { return 0; }
  instant earliest_start(task_id) const override { return 0; }
  instant earliest_start_after(task_id, task_id) const override { return 0; }
};

template <class Rule>
std::vector<double> keys(Rule& rule, const rule_view& v, const history& h, instant now,
                         const std::vector<task_id>& candidates) {
  std::vector<double> out(candidates.size());
  rule.keys(decision{v, h, now, candidates}, out);
  return out;
}

}  // namespace

TEST_CASE("the ratio of a task without due date follows the largest of all that are not placed") {
  project_builder b;
  b.add_task({.work = 4, .dates = {.due = 20}});  // 20 / 4 = 5
  b.add_task({.work = 2, .dates = {.due = 30}});  // 15
  b.add_task({.work = 0, .dates = {.due = 7}});   // 7 / 1
  b.add_task({.work = 3});
  const project p = b.build();
  const critical_path w = find_critical_path(p);
  const rule_view v{p, w};
  priority::time_left_ratio rule;
  rule.prepare(v);
  history h;
  const std::vector<task_id> all{task_id(0), task_id(1), task_id(2), task_id(3)};
  CHECK(keys(rule, v, h, 0, all) == std::vector<double>{5, 15, 7, 30});
  h.place(task_id(1));
  CHECK(keys(rule, v, h, 0, {task_id(0), task_id(3)}) == std::vector<double>{5, 14});
  h.place(task_id(2));
  CHECK(keys(rule, v, h, 0, {task_id(3)}) == std::vector<double>{10});  // 2 · 5, as the floor
  CHECK(keys(rule, v, h, 40, {task_id(0), task_id(3)}) == std::vector<double>{-5, 10});
  h.placed.pop_back();  // taken back
  CHECK(keys(rule, v, h, 0, {task_id(3)}) == std::vector<double>{14});
}

TEST_CASE("what is remembered equals what a look at everything finds, through branches") {
  random_generator rng(5);
  for (int round = 0; round < 40; ++round) {
    const project p = random_project({.tasks = 30, .max_duration = 9, .due_probability = 0.5}, rng);
    const critical_path w = find_critical_path(p);
    const rule_view v{p, w};
    const std::size_t n = p.task_count();
    priority::time_left_ratio ratio;
    priority::apparent_urgency atc({}, round % 2 == 0);
    ratio.prepare(v);
    atc.prepare(v);
    history h;
    std::vector<char> placed(n, 0);
    for (int step = 0; step < 120; ++step) {
      if (rng.chance(0.4) && !h.placed.empty()) {
        for (auto k = rng.below(h.placed.size() + 1); k > 0; --k) {
          placed[h.placed.back().task.index()] = 0;
          h.placed.pop_back();
        }
      } else {
        const auto t = static_cast<std::size_t>(rng.below(n));
        if (placed[t] == 0) {
          placed[t] = 1;
          h.place(task_id(t));
        }
      }
      std::vector<task_id> left;
      for (std::size_t i = 0; i < n; ++i)
        if (placed[i] == 0) left.push_back(task_id(i));
      if (left.empty() || rng.chance(0.3)) continue;
      const std::int64_t now = rng.between(0, 60);
      const auto due = [&](task_id t) { return static_cast<double>(p.due(t).count()); };
      double most = 0;
      double sum = 0;
      for (task_id t : left) {
        sum += v.length(t);
        if (p.due(t).is_finite())
          most = std::max(most, (due(t) - static_cast<double>(now)) / std::max(v.length(t), 1.0));
      }
      double mean = sum / static_cast<double>(left.size());
      if (round % 2 != 0) mean = std::max(mean, 1.0);
      const auto urgency = [&](task_id t) {
        const double slack = (due(t) - static_cast<double>(now)) - v.length(t);
        return slack <= 0 ? 1.0 : mean == 0 ? 0.0 : stable::exp(-slack / (2.0 * mean));
      };
      double least = -1;
      for (task_id t : left)
        if (p.due(t).is_finite() && (least < 0 || urgency(t) < least)) least = urgency(t);
      const double missing = least < 0 ? 0.3 : std::max(least, 0.3);
      std::vector<double> ratios;
      std::vector<double> atcs;
      for (task_id t : left) {
        const bool dated = p.due(t).is_finite();
        ratios.push_back(dated ? (due(t) - static_cast<double>(now)) / std::max(v.length(t), 1.0)
                               : std::max(2.0 * most, 10.0));
        atcs.push_back(-(p.weight(t) / std::max(v.length(t), 0.1)) * (dated ? urgency(t) : missing));
      }
      REQUIRE(keys(ratio, v, h, now, left) == ratios);
      REQUIRE(keys(atc, v, h, now, left) == atcs);
    }
  }
}

TEST_CASE("lengths and weights of the view replace those of the project") {
  project_builder b;
  b.add_task({.work = 3, .dates = {.due = 10}, .weight = 5});
  const project p = b.build();
  const critical_path w = find_critical_path(p);
  const std::vector<double> lengths{2.5};
  const std::vector<double> weights{70};
  const rule_view v{.problem = p, .windows = w, .lengths = lengths, .weights = weights};
  history h;
  priority::time_left_ratio rule;
  rule.prepare(v);
  CHECK(keys(rule, v, h, 0, {task_id(0)}) == std::vector<double>{4});
  std::vector<double> out(1);
  priority::most_important{}.keys(v, out);
  CHECK(out[0] == -70);
  priority::unimportance{}.keys(v, out);
  CHECK(out[0] == 30);
}

TEST_CASE("the strategies of roadmaps are ordinary rules: every solver takes them") {
  random_generator rng(8);
  for (int round = 0; round < 10; ++round) {
    const project p = random_project({.tasks = 25, .due_probability = 0.6, .max_weight = 9}, rng);
    for (const roadmap_strategy s : {roadmap_strategy::weighted, roadmap_strategy::priority_first,
                                     roadmap_strategy::cr_first, roadmap_strategy::atc}) {
      for (const schedule_result& r :
           {parallel_sgs(p, priority::roadmap_rule(s)), serial_sgs(p, priority::roadmap_rule(s))}) {
        REQUIRE(r.solved());
        REQUIRE(validate(p, r.schedule).ok());
      }
    }
  }
}

TEST_CASE("each strategy prefers what it is named for") {
  // One resource; importance against due dates.
  project_builder b;
  const auto r = b.add_renewable(1);
  b.add_task({.name = "urgent", .work = 4, .needs = {{r, 1}}, .dates = {.due = 5}, .weight = 10});
  b.add_task({.name = "important", .work = 4, .needs = {{r, 1}}, .dates = {.due = 60}, .weight = 90});
  const project p = b.build();
  const auto first = [&](roadmap_strategy s) {
    const schedule_result x = parallel_sgs(p, priority::roadmap_rule(s));
    return x.schedule.start[0] == 0 ? "urgent" : "important";
  };
  CHECK(first(roadmap_strategy::weighted) == std::string("urgent"));  // 12.5 + 90 < 150 + 10
  CHECK(first(roadmap_strategy::priority_first) == std::string("important"));
  CHECK(first(roadmap_strategy::cr_first) == std::string("urgent"));
  CHECK(first(roadmap_strategy::atc) == std::string("urgent"));
}
