// SPDX-License-Identifier: BSL-1.0
#include <sched/io/roadmap_entity.hpp>

#include <optional>
#include <string>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;
using namespace sched::io;

namespace {

const roadmap_resources team{.resources = {{"alice"}, {"bob"}}, .groups = {{"all", {"*"}}}};

roadmap_task task(std::vector<std::string> resources, std::optional<double> effort = 10,
                  const std::optional<roadmap_resources>& people = team, const entity_rules& rules = {}) {
  return task_of({.id = "x", .effort = effort, .resources = std::move(resources)}, people, rules);
}
std::string complaint(const roadmap_entity& e, const entity_rules& rules = {},
                      const std::optional<roadmap_resources>& people = team) {
  try {
    (void)task_of(e, people, rules);
  } catch (const error& x) {
    CHECK(x.line() == 0);
    return x.what();
  }
  return {};
}

}  // namespace

TEST_CASE("the duration is effort over allocation") {
  CHECK(task({"alice"}).duration == 10);
  CHECK(task({"alice:0.5"}).duration == 20);
  CHECK(task({"alice", "bob"}).duration == 5);
  CHECK(task({"alice:0.5", "bob:0.5"}).duration == 10);
  CHECK(task({"alice:0"}).duration == 10);
  CHECK(task({"alice|bob"}).duration == 10);
  CHECK(task({"alice"}, std::nullopt).duration == 7);
  CHECK(task({"alice"}, std::nullopt, team, {.efforts = effort_days::working}).duration == 5);
  CHECK(task({}).duration == 10);
  CHECK(derived_duration(9, {0.7, 0.2}, false) == 10.0);
  CHECK(derived_duration(9, {0.7, 0.2}, false, text_rules::lenient) > 10.0);
  CHECK(derived_duration(1, {3}, false) == 0.333333333);
}

TEST_CASE("derived durations are what was meant, however it is written") {
  random_generator random(4);
  for (int round = 0; round < 5000; ++round) {
    // Allocations in hundredths that sum to a whole number divide whole efforts exactly.
    const auto total = static_cast<std::int64_t>(1 + random.below(3));
    const auto days = static_cast<std::int64_t>(random.below(400));
    std::int64_t left = 100 * total;
    std::vector<double> shares;
    while (left > 0) {
      const std::int64_t part = std::min<std::int64_t>(left, 1 + static_cast<std::int64_t>(random.below(90)));
      shares.push_back(static_cast<double>(part) / 100);
      left -= part;
    }
    REQUIRE(derived_duration(static_cast<double>(days * total), shares, false) == static_cast<double>(days));
  }
}

TEST_CASE("a single text may be an expression") {
  CHECK(is_expression({"*"}, {}));
  CHECK(is_expression({" a | b "}, {}));
  CHECK(is_expression({"!a"}, {}));
  CHECK(is_expression({"all"}, team));
  CHECK_FALSE(is_expression({"all"}, {}));
  CHECK_FALSE(is_expression({"alice"}, team));
  CHECK_FALSE(is_expression({"*", "a"}, team));
  CHECK_FALSE(is_expression({}, team));
  CHECK(task({" all "}).spec == "all");
  CHECK(task({"alice|bob"}).resources.empty());
  CHECK_FALSE(task({"alice", "bob"}).spec);
}

TEST_CASE("resources are names with allocations, the default, or unassigned") {
  const roadmap_task t = task({"alice:0.5", " bob "});
  CHECK(t.resources == std::vector<std::string>{"alice", "bob"});
  CHECK(t.allocations == std::vector<double>{0.5, 1});
  CHECK(task({"alice", "bob"}).allocations.empty());
  CHECK(task({}).resources == std::vector<std::string>{"unassigned"});
  CHECK(task({}, 1, std::nullopt).resources == std::vector<std::string>{"unassigned"});
  roadmap_resources usual = team;
  usual.default_resource = "!bob";
  CHECK(task({}, 1, usual).spec == "!bob");
  CHECK(task({}, 1, usual).resources.empty());
  CHECK(complaint({.id = "x", .resources = {"a|b"}}, {}, std::nullopt) ==
        "resources 'a|b' choose among people, but none are declared");
  CHECK(task({"a|b"}, 1, std::nullopt, {.texts = text_rules::lenient}).resources == std::vector<std::string>{"a|b"});
  CHECK(complaint({.id = "x", .resources = {"alice:x"}}).starts_with("resource 'alice:x', character 7"));
  CHECK(task({"alice:x"}, 1, team, {.texts = text_rules::lenient}).duration == 1);
}

TEST_CASE("dates fix a task, timeframes bound it") {
  roadmap_entity e{.id = "x", .effort = 3};
  e.start_date = 100;
  CHECK(task_of(e, team, {}).start_on == 100);
  CHECK(task_of(e, team, {}).duration == 3);
  e.end_date = 107;
  CHECK(task_of(e, team, {}).duration == 7);
  CHECK(task_of(e, team, {}).end_on == 107);
  e.end_date = 100;
  CHECK(task_of(e, team, {}).duration == 0);
  e.end_date = 99;
  CHECK(complaint(e) == "ends before it starts");
  roadmap_entity f{.id = "y", .timeframe = day_range{10, 20}};
  const auto dates = [&](timeframe_use use) {
    const roadmap_task t = task_of(f, team, {.timeframes = use});
    return std::pair(t.start_after, t.end_before);
  };
  using pair = std::pair<std::optional<day_number>, std::optional<day_number>>;
  CHECK(dates(timeframe_use::both) == pair{10, 20});
  CHECK(dates(timeframe_use::start) == pair{10, std::nullopt});
  CHECK(dates(timeframe_use::end) == pair{std::nullopt, 20});
  CHECK(dates(timeframe_use::none) == pair{});
  f.end_before = 15;
  CHECK(dates(timeframe_use::both) == pair{std::nullopt, 15});
}

TEST_CASE("done without both dates is past") {
  CHECK(is_past({.id = "x", .done = true}));
  CHECK(is_past({.id = "x", .start_date = 1, .done = true}));
  CHECK_FALSE(is_past({.id = "x", .start_date = 1, .end_date = 1, .done = true}));
  CHECK_FALSE(is_past({.id = "x"}));
}

TEST_CASE("demands fit the resources") {
  CHECK(complaint({.id = "x", .resources = {"alice", "bob"}, .demands = {1}}) ==
        "expected 2 demands, one per resource");
  CHECK(complaint({.id = "x", .resources = {"*"}, .demands = {1, 2}}) == "expected 1 demands, one per resource");
  CHECK(task_of({.id = "x", .resources = {"*"}, .demands = {2}}, team, {}).demands == std::vector<amount>{2});
}
