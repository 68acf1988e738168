// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/objective.hpp>

#include <sched/model/project_builder.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include "support/brute_project.hpp"
#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

/// Two tasks of weight 2.5 and 3 due at 4 and 20, and one without a due date.
project dated() {
  project_builder b;
  b.add_task({.work = 5, .dates = {.due = 4}, .weight = 2.5});
  b.add_task({.work = 5, .dates = {.due = 20}, .weight = 3});
  b.add_task({.work = 5, .weight = 7});
  return b.build();
}
const schedule one_after_another{{0, 5, 10}, {5, 10, 15}, {0, 0, 0}};

struct minimal_evaluator {
  double operator()(const project&, const schedule& s) const { return static_cast<double>(s.size()); }
};
struct wrong_value {
  int operator()(const project&, const schedule&) const { return 0; }
};
static_assert(evaluator<minimal_evaluator>);
static_assert(!evaluator<wrong_value>);
static_assert(!evaluator<int>);

}  // namespace

TEST_CASE("the makespan is the latest finish") {
  CHECK(evaluate::makespan{}(dated(), one_after_another) == 15.0);
  CHECK(evaluate::makespan{}(project{}, schedule{}) == 0.0);
  CHECK(std::isinf(evaluate::makespan{}(dated(), schedule::unplaced(3))));
}

TEST_CASE("weighted tardiness counts ticks after the due date, by weight") {
  CHECK(evaluate::weighted_tardiness{}(dated(), one_after_another) == 2.5);
  CHECK(evaluate::weighted_tardiness{}(dated(), {{15, 20, 0}, {20, 25, 5}, {0, 0, 0}}) == 2.5 * 16 + 3 * 5);
  CHECK(evaluate::weighted_tardiness{}(dated(), {{0, 15, 0}, {4, 20, 5}, {0, 0, 0}}) == 0.0);
  CHECK(std::isinf(evaluate::weighted_tardiness{}(dated(), schedule::unplaced(3))));
}

TEST_CASE("the tardy count counts tasks after their due date") {
  CHECK(evaluate::tardy_count{}(dated(), one_after_another) == 1.0);
  CHECK(evaluate::tardy_count{}(dated(), {{15, 20, 0}, {20, 25, 5}, {0, 0, 0}}) == 2.0);
  CHECK(evaluate::tardy_count{}(dated(), {{-1, 15, 0}, {4, 20, 5}, {0, 0, 0}}) == 0.0);
}

TEST_CASE("levelling sums squared use over resources and ticks, as counted tick by tick") {
  each_random_instance(10, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    const project& p = i.project;
    const std::vector<double> weights{2.0, 0.5};
    double total = 0;
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      if (p.resource_of(resource_id(r)).kind == resource_kind::nonrenewable) continue;
      double sum = 0;
      for (std::int64_t t = 0; t < i.witness.makespan().count(); ++t) {
        amount level = 0;
        for (std::size_t k = 0; k < p.task_count(); ++k)
          if (i.witness.when(task_id(k)).contains(t)) level += p.demand(task_id(k), resource_id(r), i.witness.mode[k]);
        sum += static_cast<double>(level * level);
      }
      total += (r < 2 ? weights[r] : 1.0) * sum;
    }
    INFO(preset.name << ", seed " << seed);
    CHECK(evaluate::levelling{weights}(p, i.witness) == Approx(total).epsilon(1e-12));
  });
}

TEST_CASE("an even schedule levels better than a crowded one") {
  project_builder b;
  const auto r = b.add_renewable(4);
  b.add_task(3, {{r, 2}});
  b.add_task(3, {{r, 2}});
  const project p = b.build();
  CHECK(evaluate::levelling{}(p, {{0, 3}, {3, 6}, {0, 0}}) == 24.0);
  CHECK(evaluate::levelling{}(p, {{0, 0}, {3, 3}, {0, 0}}) == 48.0);
  CHECK(evaluate::levelling{{0.25}}(p, {{0, 0}, {3, 3}, {0, 0}}) == 12.0);
  CHECK(std::isinf(evaluate::levelling{}(p, schedule::unplaced(2))));
}

TEST_CASE("a weighted sum adds its terms and skips those of weight zero") {
  auto e =
      evaluate::weighted_sum(evaluate::weigh(2, evaluate::makespan{}), evaluate::weigh(10, evaluate::tardy_count{}),
                             evaluate::weigh(0.5, minimal_evaluator{}));
  static_assert(evaluator<decltype(e)>);
  CHECK(e(dated(), one_after_another) == 30.0 + 10.0 + 1.5);
  const auto nested = evaluate::weighted_sum(evaluate::weigh(3, e), evaluate::weigh(1, evaluate::makespan{}));
  CHECK(nested(dated(), one_after_another) == 3 * 41.5 + 15);
  const auto skipped = evaluate::weighted_sum(evaluate::weigh(0, evaluate::makespan{}));
  CHECK(skipped(dated(), schedule::unplaced(3)) == 0.0);
}
