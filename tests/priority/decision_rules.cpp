// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/decision_rules.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Four tasks on one resource of 4 units; at time 0 tasks 0, 1, 2 are candidates, nothing runs. Task 3 follows task 0.
///   task  work  units        E(i, j)  j=0  j=1  j=2     LS (length 9)
///   0     5     3            0        -    2    3       0
///   1     2     2            1        5    -    0       7
///   2     3     2            2        5    0    -       6
struct example final : decision_state {
  example() {
    project_builder b;
    const auto r = b.add_renewable(4);
    b.add_task(5, {{r, 3}});
    b.add_task({.work = 2, .needs = {{r, 2}}, .weight = 3});
    b.add_task({.work = 3, .needs = {{r, 2}}, .dates = {.due = 4}});
    b.add_task(4);
    b.add_precedence(task_id(0), task_id(3));
    p = b.build();
    windows = find_critical_path(p);
  }
  std::span<const placed_task> placements() const override { return {}; }
  instant finish(task_id) const override { return 0; }
  instant earliest_by_precedence(task_id t) const override { return t == task_id(1) ? 1 : 0; }
  instant earliest_start(task_id t) const override { return t == task_id(0) ? 2 : 5; }
  instant earliest_start_after(task_id i, task_id j) const override {
    if (i == task_id(0)) return p.work(j);
    return j == task_id(0) ? instant(5) : instant(0);
  }
  template <class Rule>
  std::vector<double> keys(Rule rule, std::vector<task_id> candidates, instant now = 0) const {
    std::vector<double> out(candidates.size(), 12345.0);
    rule.keys(decision{view, *this, now, candidates}, out);
    return out;
  }

  project p;
  critical_path windows;
  rule_view view{p, windows};
  std::vector<task_id> all{task_id(0), task_id(1), task_id(2)};
};

}  // namespace

TEST_CASE("rules of pairs of candidates give the keys computed by hand") {
  const example e;
  REQUIRE(e.windows.latest_start == std::vector<instant>{0, 7, 6, 5});
  CHECK(e.keys(priority::worst_case_slack{}, e.all) == std::vector<double>{0 - 3, 7 - 5, 6 - 5});
  // means 2.5, 2.5, 2.5; keys are multiplied by the number of others, 2
  CHECK(e.keys(priority::average_case_slack{}, e.all) == std::vector<double>{-5, 9, 7});
  // what starting i does to the others beyond their latest start: 0 pushes 1 to 5 < 7; 1 pushes 0 to 2; 2 pushes 0 to 3
  CHECK(e.keys(priority::improved_resource_scheduling{}, e.all) == std::vector<double>{0, 2, 3});
  // as if nothing fitted together: finish of i minus the least latest start of the others
  CHECK(e.keys(priority::resource_scheduling_method{}, e.all) == std::vector<double>{0, 2, 3});
  CHECK(e.keys(priority::resource_scheduling_method{}, e.all, 4) == std::vector<double>{3, 6, 7});
}

TEST_CASE("a single candidate needs no key") {
  const example e;
  const std::vector<task_id> one{task_id(2)};
  CHECK(e.keys(priority::worst_case_slack{}, one) == std::vector<double>{0});
  CHECK(e.keys(priority::average_case_slack{}, one) == std::vector<double>{0});
  CHECK(e.keys(priority::improved_resource_scheduling{}, one) == std::vector<double>{0});
  CHECK(e.keys(priority::resource_scheduling_method{}, one) == std::vector<double>{0});
}

TEST_CASE("dynamic slacks measure from the moment of the decision") {
  const example e;
  CHECK(e.keys(priority::dynamic_slack{}, e.all) == std::vector<double>{0, 6, 6});
  CHECK(e.keys(priority::dynamic_slack{}, e.all, 3) == std::vector<double>{-3, 4, 3});
  CHECK(e.keys(priority::dynamic_resource_slack{}, e.all) == std::vector<double>{-2, 2, 1});
}

TEST_CASE("tardiness rules follow their formulas") {
  const example e;
  const double mean = 10.0 / 3;
  const auto atc = e.keys(priority::apparent_tardiness_cost{}, e.all);
  CHECK(atc[0] == Approx(-1.0 / 5));                                      // due 5: no slack
  CHECK(atc[1] == Approx(-3.0 / 2 * std::exp(-(9.0 - 2) / (2 * mean))));  // due = latest finish 9
  CHECK(atc[2] == Approx(-1.0 / 3 * std::exp(-(4.0 - 3) / (2 * mean))));
  CHECK(e.keys(priority::apparent_tardiness_cost{.kappa = 1}, e.all)[2] == Approx(-1.0 / 3 * std::exp(-1 / mean)));
  CHECK(e.keys(priority::apparent_tardiness_cost{}, e.all, 4)[2] == Approx(-1.0 / 3));  // late already
  const auto cr = e.keys(priority::critical_ratio{}, e.all, 1);
  CHECK(cr[0] == Approx((5.0 - 1) / (5 + 4)));
  CHECK(cr[1] == Approx((9.0 - 1) / 2));
  CHECK(cr[2] == Approx((4.0 - 1) / 3));
}

TEST_CASE("tasks without duration go first by tardiness cost and divide nothing by zero") {
  project_builder b;
  b.add_task(0);
  b.add_task(0);
  const project p = b.build();
  const critical_path windows = find_critical_path(p);
  const rule_view view{p, windows};
  const example e;
  const std::vector<task_id> both{task_id(0), task_id(1)};
  std::vector<double> out(2);
  priority::apparent_tardiness_cost{}.keys(decision{view, e, 0, both}, out);
  CHECK(out == std::vector<double>(2, -std::numeric_limits<double>::infinity()));
  priority::critical_ratio{}.keys(decision{view, e, 0, both}, out);
  CHECK(out == std::vector<double>(2, 0.0));
}
