// SPDX-License-Identifier: BSL-1.0
// One interface to static, dynamic, selecting and erased rules.
#include <sched/solve/rule_driver.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/project_builder.hpp>
#include <sched/priority/decision_rules.hpp>
#include <sched/priority/network_rules.hpp>
#include <sched/priority/task_rules.hpp>

#include "support/catch.hpp"
#include "support/random_project.hpp"

using namespace sched;

namespace {

/// Nothing is placed, resources do not matter.
struct empty_state final : decision_state {
  explicit empty_state(const critical_path& c) : windows(c) {}
  std::span<const placed_task> placements() const override { return {}; }
  instant finish(task_id) const override { return 0; }
  instant earliest_by_precedence(task_id t) const override { return windows.earliest_start[t.index()]; }
  instant earliest_start(task_id t) const override { return earliest_by_precedence(t); }
  instant earliest_start_after(task_id t, task_id) const override { return earliest_by_precedence(t); }
  const critical_path& windows;
};

struct pick_last {
  std::size_t pick(const decision& d) const { return d.candidates.size() - 1; }
};

project independent(std::size_t n) {
  project_builder b;
  for (std::size_t i = 0; i < n; ++i) b.add_task(static_cast<std::int64_t>(n - i));
  return b.build();
}

template <class Driver>
std::size_t ask(Driver& driver, const std::vector<task_id>& candidates) {
  const empty_state state(driver.windows());
  return driver.pick({driver.view(), state, 0, candidates});
}

}  // namespace

TEST_CASE("ranks are by key, equal keys by number, and infinite keys are keys") {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const project p = independent(7);
  std::vector<double> keys{2, inf, 2, -inf, 0.5, inf, -inf};
  rule_driver<priority::given> driver(p, priority::given(keys));
  driver.prepare();
  const auto order = driver.by_rank();
  CHECK(std::vector<std::uint32_t>(order.begin(), order.end()) == std::vector<std::uint32_t>{3, 6, 4, 0, 2, 1, 5});
  for (std::uint32_t r = 0; r < order.size(); ++r) CHECK(driver.ranks()[order[r]] == r);
  CHECK(std::vector<double>(driver.keys().begin(), driver.keys().end()) == keys);
  keys.assign(7, 1);
  driver.prepare();  // every run asks anew
  CHECK(driver.by_rank()[6] == 6);
}

TEST_CASE("a rule sees the critical path and every task in its shortest mode, the first of equals") {
  project_builder b;
  const task_id a = b.add_task({.modes = {{.work = 5}, {.work = 3}, {.work = 3}}}), c = b.add_task(4);
  const project p = b.add_precedence(a, c).build();
  const rule_driver<priority::latest_finish> driver(p, {});
  CHECK((driver.view().mode(a) == 1 && driver.view().mode(c) == 0));
  CHECK(driver.view().work(a) == 3);
  CHECK(driver.view().due(a) == 3);
  CHECK(driver.windows().length == 7);
}

TEST_CASE("what a rule is, is known of the erased one, too") {
  const project p = independent(3);
  const auto check = [&](auto rule, bool fixed, bool parallel) {
    const rule_driver<decltype(rule)> plain(p, rule);
    const rule_driver<priority::any_rule> erased(p, priority::any_rule(rule));
    CHECK((plain.is_static() == fixed && erased.is_static() == fixed));
    CHECK((plain.is_parallel_only() == parallel && erased.is_parallel_only() == parallel));
  };
  check(priority::latest_finish{}, true, false);
  check(priority::dynamic_slack{}, false, false);
  check(priority::worst_case_slack{}, false, true);
  check(pick_last{}, false, false);
}

TEST_CASE("an erased static rule has the ranks of the rule itself, and a seed repeats a draw") {
  random_generator rng(2);
  const project p = sched_test::random_project(rng, {.tasks = 50, .shuffled = true});
  rule_driver<priority::random_order> plain(p, priority::random_order{});
  rule_driver<priority::any_rule> erased(p, priority::any_rule(priority::random_order{}));
  const auto ranks = [](auto& driver, std::uint64_t seed) {
    driver.reseed(seed);
    driver.prepare();
    return std::vector<std::uint32_t>(driver.ranks().begin(), driver.ranks().end());
  };
  CHECK(ranks(plain, 5) == ranks(erased, 5));
  CHECK(ranks(plain, 5) != ranks(erased, 6));
}

TEST_CASE("a dynamic rule picks the smallest key, the first of equals; a selecting one what it likes") {
  project_builder b;  // slack 0, 4, 4, 1
  for (const std::int64_t work : {9, 5, 5, 8}) b.add_task(work);
  const project p = b.build();
  const std::vector<task_id> all{task_id(0), task_id(1), task_id(2), task_id(3)};
  const std::vector<task_id> equal{task_id(1), task_id(2)}, others{task_id(1), task_id(2), task_id(3)};
  const auto check = [&](auto driver, std::size_t of_all, std::size_t of_equal, std::size_t of_others) {
    driver.prepare();
    CHECK(ask(driver, all) == of_all);
    CHECK(ask(driver, equal) == of_equal);
    CHECK(ask(driver, others) == of_others);
  };
  check(rule_driver<priority::dynamic_slack>(p, {}), 0, 0, 2);
  check(rule_driver<priority::any_rule>(p, priority::any_rule(priority::dynamic_slack{})), 0, 0, 2);
  check(rule_driver<pick_last>(p, {}), 3, 1, 2);
  check(rule_driver<priority::any_rule>(p, priority::any_rule(pick_last{})), 3, 1, 2);
}

TEST_CASE("dynamic rules tell the keys of all candidates, rules that only pick do not") {
  const project p = independent(4);
  const std::vector<task_id> candidates{task_id(1), task_id(3)};
  const auto keys_of = [&](auto rule) {
    rule_driver driver(p, std::move(rule));
    CHECK(driver.has_keys());
    driver.prepare();
    const empty_state state(driver.windows());
    std::vector<double> keys(2);
    const rule_view view = driver.view();
    driver.keys({view, state, 0, candidates}, keys);
    return keys;
  };
  // Latest starts: 4 − 3 and 4 − 1.
  CHECK(keys_of(priority::dynamic_slack{}) == std::vector<double>{1, 3});
  CHECK(keys_of(priority::any_rule(priority::dynamic_slack{})) == std::vector<double>{1, 3});
  CHECK(rule_driver(p, priority::latest_finish{}).has_keys());
  CHECK_FALSE(rule_driver(p, pick_last{}).has_keys());
  CHECK_FALSE(rule_driver(p, priority::any_rule(pick_last{})).has_keys());
}
