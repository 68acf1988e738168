// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/rule.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"

namespace {

struct by_number {
  void keys(const sched::rule_view&, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = 10.0 - static_cast<double>(i);
  }
};
struct by_candidate {
  static constexpr bool parallel_only = true;
  void keys(const sched::decision&, std::span<double>) const {}
};
struct picks {
  std::size_t pick(const sched::decision&) { return 0; }
};
struct hooked {
  int prepared = 0;
  std::uint64_t seed = 0;
  void prepare(const sched::rule_view&) { ++prepared; }
  void reseed(std::uint64_t s) { seed = s; }
  void keys(const sched::decision&, std::span<double>) const {}
};
struct nobody : sched::decision_state {
  std::span<const sched::placed_task> placements() const override { return {}; }
  sched::instant finish(sched::task_id) const override { return 0; }
  sched::instant earliest_by_precedence(sched::task_id) const override { return 0; }
  sched::instant earliest_start(sched::task_id) const override { return 0; }
  sched::instant earliest_start_after(sched::task_id, sched::task_id) const override { return 0; }
};

}  // namespace

static_assert(sched::static_priority_rule<by_number> && !sched::dynamic_priority_rule<by_number>);
static_assert(sched::dynamic_priority_rule<by_candidate> && !sched::static_priority_rule<by_candidate>);
static_assert(sched::selecting_priority_rule<picks> && !sched::dynamic_priority_rule<picks>);
static_assert(sched::priority_rule<by_number> && sched::priority_rule<by_candidate> && sched::priority_rule<picks>);
static_assert(!sched::priority_rule<int> && !sched::priority_rule<nobody>);
static_assert(sched::priority::parallel_only<by_candidate> && !sched::priority::parallel_only<by_number>);

TEST_CASE("the smallest key wins, the first of equals") {
  CHECK(sched::priority::smallest(std::array{3.0, 1.0, 1.0, 2.0}) == 1);
  CHECK(sched::priority::smallest(std::array{5.0}) == 0);
}

TEST_CASE("a prepared static rule gives every candidate its own key") {
  sched::project_builder b;
  for (int i = 0; i < 4; ++i) b.add_task(i + 1);
  const sched::project p = b.build();
  const sched::critical_path windows = sched::find_critical_path(p);
  const sched::rule_view view{p, windows};
  sched::priority::prepared<by_number> rule(by_number{});
  rule.prepare(view);
  const std::vector<sched::task_id> candidates{sched::task_id(1), sched::task_id(3)};
  std::vector<double> keys(2);
  rule.keys(sched::decision{view, nobody(), 0, candidates}, keys);
  CHECK(keys == std::vector<double>{9.0, 7.0});
}

TEST_CASE("hooks are called where a rule has them and skipped where it has none") {
  const sched::project p = sched::project_builder().build();
  const sched::critical_path windows = sched::find_critical_path(p);
  hooked rule;
  sched::priority::prepare(rule, {p, windows});
  sched::priority::reseed(rule, 7);
  CHECK(rule.prepared == 1);
  CHECK(rule.seed == 7);
  by_number none;
  sched::priority::prepare(none, {p, windows});
  sched::priority::reseed(none, 7);
}

TEST_CASE("a missing due date is the latest finish") {
  sched::project_builder b;
  b.add_task(4);
  b.add_task({.work = 2, .dates = {.due = 3}});
  const sched::project p = b.build();
  const sched::critical_path windows = sched::find_critical_path(p);
  const sched::rule_view view{p, windows};
  CHECK(view.due(sched::task_id(0)) == 4);
  CHECK(view.due(sched::task_id(1)) == 3);
}
