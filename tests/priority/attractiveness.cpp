// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/attractiveness.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/random_project.hpp>
#include <sched/solve/sgs.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

struct running final : decision_state {
  std::vector<placed_task> placed;
  std::vector<instant> finishes;
  std::uint64_t stamp = 0;
  std::span<const placed_task> placements() const override { return placed; }
  instant finish(task_id t) const override { return finishes[t.index()]; }
  instant earliest_by_precedence(task_id) const override { return 0; }
  instant earliest_start(task_id) const override { return 0; }
  instant earliest_start_after(task_id, task_id) const override { return 0; }
};

/// Straight from the definition: per target the sub-network, its critical path, the slack of the task.
double score_of(const project& p, const running& s, std::int64_t now, task_id x, const attractiveness_settings& a) {
  const std::size_t n = p.task_count();
  std::vector<char> placed(n, 0);
  for (const placed_task& q : s.placed) placed[q.task.index()] = 1;
  struct path {
    double work = 0, length = 0, slack = -1;
  };
  const auto path_to = [&](std::size_t g) {
    std::vector<char> on(n, 0);
    const std::function<void(std::size_t)> collect = [&](std::size_t i) {
      if (on[i] != 0) return;
      on[i] = 1;
      for (const adjacency& e : p.predecessors(task_id(i)))
        if (placed[e.task.index()] == 0) collect(e.task.index());
    };
    collect(g);
    std::vector<double> early(n, 0), late(n, 1e300);
    path out;
    for (task_id t : p.topological_order()) {
      const std::size_t i = t.index();
      if (on[i] == 0) continue;
      early[i] = std::max<double>(0, static_cast<double>(std::max<instant>(p.release(t), now).count() - now));
      for (const adjacency& e : p.predecessors(t)) {
        const std::size_t j = e.task.index();
        const double from = placed[j] != 0 ? static_cast<double>(std::max<std::int64_t>(0, s.finishes[j].count() - now))
                                           : early[j] + static_cast<double>(p.work(e.task).count());
        early[i] = std::max(early[i], from + static_cast<double>(e.lag.count()));
      }
      out.work += static_cast<double>(p.work(t).count());
    }
    out.length = early[g] + static_cast<double>(p.work(task_id(g)).count());
    late[g] = early[g];
    for (std::size_t k = n; k-- > 0;) {
      const task_id t = p.topological_order()[k];
      if (on[t.index()] == 0) continue;
      for (const adjacency& e : p.predecessors(t))
        if (on[e.task.index()] != 0)
          late[e.task.index()] = std::min(late[e.task.index()], late[t.index()] - static_cast<double>(e.lag.count()) -
                                                                    static_cast<double>(p.work(e.task).count()));
    }
    if (on[x.index()] != 0) out.slack = late[x.index()] - early[x.index()];
    return out;
  };
  double total = 0;
  double count = 0;
  std::vector<path> paths(n);
  for (std::size_t g = 0; g < n; ++g)
    if (placed[g] == 0) {
      paths[g] = path_to(g);
      total += paths[g].work;
      count += 1;
    }
  const double scale = a.k * std::max(total / count, 1.0);
  std::vector<double> urgency(n, 0);
  double least = -1;
  for (std::size_t g = 0; g < n; ++g) {
    if (placed[g] != 0 || !p.due(task_id(g)).is_finite()) continue;
    const double spare = static_cast<double>(p.due(task_id(g)).count() - now) - paths[g].length;
    urgency[g] = std::exp(-spare / scale);
    if (spare > 0) urgency[g] = std::max(urgency[g], a.urgency_floor);
    if (least < 0 || urgency[g] < least) least = urgency[g];
  }
  double best = 0;
  for (std::size_t g = 0; g < n; ++g) {
    if (placed[g] != 0 || paths[g].slack < -0.5) continue;
    if (!p.due(task_id(g)).is_finite())
      urgency[g] = least < 0 ? 1.0 : std::max(a.no_deadline_urgency_multiplier * least, a.urgency_floor);
    double share = std::exp(-paths[g].slack / scale);
    if (paths[g].slack > 0) share = std::max(share, a.urgency_floor);
    best = std::max(best, p.weight(task_id(g)) / std::max(paths[g].work, 0.1) * urgency[g] * share);
  }
  return best;
}

}  // namespace

TEST_CASE("a task is worth its best target, by definition, through branches") {
  random_generator rng(4);
  for (int round = 0; round < 30; ++round) {
    const project p = random_project({.tasks = 18,
                                      .max_duration = 8,
                                      .lag_probability = 0.0,
                                      .release_probability = 0.2,
                                      .due_probability = 0.5,
                                      .max_weight = 9},
                                     rng);
    const critical_path w = find_critical_path(p);
    const rule_view v{p, w};
    priority::target_attractiveness rule;
    rule.prepare(v);
    running s;
    s.finishes.assign(p.task_count(), 0);
    std::int64_t now = 0;
    std::vector<std::int64_t> times;
    for (int step = 0; step < 40; ++step) {
      std::vector<char> placed(p.task_count(), 0);
      for (const placed_task& q : s.placed) placed[q.task.index()] = 1;
      std::vector<task_id> ready;
      for (std::size_t i = 0; i < p.task_count(); ++i) {
        bool free = placed[i] == 0 && p.release(task_id(i)) <= now;
        for (const adjacency& e : p.predecessors(task_id(i)))
          free = free && placed[e.task.index()] != 0 && s.finishes[e.task.index()] <= now;
        if (free) ready.push_back(task_id(i));
      }
      if (!ready.empty()) {
        std::vector<double> out(ready.size());
        rule.keys(decision{v, s, now, ready}, out);
        for (std::size_t k = 0; k < ready.size(); ++k) {
          if (p.work(ready[k]) == 0) REQUIRE(out[k] == -std::numeric_limits<double>::infinity());
          else REQUIRE(std::abs(-out[k] - score_of(p, s, now, ready[k], {})) <= 1e-9 * (1 - out[k]));
        }
      }
      if (!s.placed.empty() && rng.chance(0.25)) {  // a branch is taken back
        for (auto k = rng.below(s.placed.size()) + 1; k > 0; --k) {
          s.placed.pop_back();
          now = times.back();
          times.pop_back();
        }
      } else if (ready.empty() || rng.chance(0.3)) {
        now += rng.between(1, 4);
      } else {
        const task_id t = ready[static_cast<std::size_t>(rng.below(ready.size()))];
        times.push_back(now);
        s.finishes[t.index()] = now + p.work(t);
        s.placed.push_back({t, ++s.stamp});
      }
    }
  }
}

TEST_CASE("transforms and denominators change what counts") {
  const attractiveness_settings power{.work_exponent = 0.5};
  CHECK(priority::target_scores{power, 1}.effort(16) == Approx(4));
  CHECK(priority::target_scores{power, 1}.effort(0) == Approx(std::sqrt(0.1)));
  const attractiveness_settings none{.work_exponent = 0};
  CHECK(priority::target_scores{none, 1}.effort(16) == 1);
  const attractiveness_settings natural{.work_transform = attractiveness_settings::transform::log};
  CHECK(priority::target_scores{natural, 1}.effort(std::exp(2.0)) == Approx(2));
  CHECK(priority::target_scores{natural, 1}.effort(1) == 0.1);
  const attractiveness_settings decimal{.work_transform = attractiveness_settings::transform::log10};
  CHECK(priority::target_scores{decimal, 1}.effort(1000) == Approx(3));

  const attractiveness_settings path{.urgency_denominator = attractiveness_settings::denominator::critical_path};
  CHECK(priority::target_scores{path, 100}.share(2, 50, 4) == Approx(std::exp(-2.0 / 8)));
  const attractiveness_settings work{.urgency_denominator = attractiveness_settings::denominator::target_work};
  CHECK(priority::target_scores{work, 100}.share(2, 50, 4) == Approx(std::exp(-2.0 / 100)));
  CHECK(priority::target_scores{work, 100}.share(1e6, 50, 4) == 0.1);  // never below the floor
  CHECK(priority::target_scores{work, 100}.share(0, 50, 4) == 1.0);
}

TEST_CASE("ordinary solvers take target attractiveness") {
  random_generator rng(2);
  const project p = random_project({.tasks = 30, .due_probability = 0.5, .max_weight = 9}, rng);
  const schedule_result r = parallel_sgs(p, priority::target_attractiveness{});
  REQUIRE(r.solved());
  CHECK(validate(p, r.schedule).ok());
}
