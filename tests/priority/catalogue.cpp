// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/catalogue.hpp>

#include <set>
#include <string_view>

#include <sched/model/project_builder.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"

TEST_CASE("every rule is found by its abbreviation and by its name, and no two share one") {
  std::set<std::string_view> names;
  for (const auto& e : sched::priority::catalogue()) {
    CHECK(names.insert(e.abbreviation).second);
    CHECK(names.insert(e.name).second);
    CHECK(sched::priority::find_rule(e.abbreviation) == &e);
    CHECK(sched::priority::find_rule(e.name) == &e);
    CHECK_FALSE(e.description.empty());
  }
  CHECK(sched::priority::catalogue().size() == 25);
  CHECK(sched::priority::find_rule("index") == sched::priority::find_rule("fcfs"));
  CHECK(sched::priority::find_rule("no-such-rule") == nullptr);
}

TEST_CASE("every rule of the catalogue schedules") {
  sched::project_builder b;
  const auto r = b.add_renewable(2);
  const auto first = b.add_task(2, {{r, 2}});
  const auto milestone = b.add_task(0);
  b.add_task(3, {{r, 1}});
  b.add_precedence(first, milestone);
  const sched::project p = b.build();
  for (const auto& e : sched::priority::catalogue()) {
    const auto result = sched::parallel_sgs(p, e.make());
    CHECK(result.solved());
    CHECK(sched::validate(p, result.schedule).ok());
  }
}
