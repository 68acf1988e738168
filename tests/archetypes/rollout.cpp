// SPDX-License-Identifier: BSL-1.0
// The least that a user's own state and look-ahead must have, and the least rules and objectives for projects.
#include <sched/rollout.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/random_project.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Neither default-constructible nor comparable: a choice is only copied.
struct least_choice {
  explicit least_choice(int n) : by(n) {}
  int by;
};
/// Any copyable mark.
struct least_mark {
  explicit least_mark(int at) : left(at) {}
  int left;
};
/// Counts down from 10 by 1, 2 or 3; the base policy by 1.
struct least_state {
  using choice = least_choice;
  using checkpoint = least_mark;
  explicit least_state(int from) : left(from) {}
  [[nodiscard]] bool done() const { return left <= 0; }
  void step() { left -= 1; }
  void choices(std::vector<least_choice>& out) const {
    for (int by = 1; by <= 3; ++by) out.emplace_back(by);
  }
  void take(const least_choice& c) { left -= c.by; }
  [[nodiscard]] least_mark mark() const { return least_mark(left); }
  void rewind(least_mark m) { left = m.left; }
  [[nodiscard]] static std::uint64_t bytes_logged() { return 0; }
  int left;
};
/// Ordered, and nothing else.
struct least_cost {
  int value = 0;
  auto operator<=>(const least_cost&) const = default;
};
/// Going below zero is worse than stopping short of it.
struct least_policy {
  using cost = least_cost;
  explicit least_policy(int) {}
  static bool begin(const least_state&, std::span<const least_choice>) { return true; }
  static bool finished(const least_state&) { return true; }
  static least_cost cost_of(const least_state& s) { return {s.left < 0 ? 100 : s.left}; }
};
static_assert(rollout_state<least_state> && lookahead_policy<least_policy, least_state>);

struct fixed_keys {
  void keys(const rule_view&, std::span<double> out) const {
    for (double& k : out) k = 0;
  }
};
struct keys_per_decision {
  void keys(const decision& d, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(d.candidates[i].index());
  }
};
struct last_mode {
  std::size_t choose(const project&, task_id, std::span<const mode_option> options) const { return options.size() - 1; }
};
struct sum_of_starts {
  double operator()(const project&, const schedule& s) const {
    double sum = 0;
    for (instant t : s.start) sum += static_cast<double>(t.count());
    return sum;
  }
};

}  // namespace

TEST_CASE("the least state and policy roll out, with threads, depth and step by step") {
  for (const unsigned threads : {1U, 2U})
    for (const unsigned depth : {1U, 2U}) {
      least_state s(10);
      const rollout_report r = rollout(s, least_policy(0), {.depth = depth, .threads = threads});
      CHECK(s.left == 0);  // by 3, 3, 3 and 1
      CHECK((r.decisions == 4 && r.deviations == 3));
    }
  least_state s(10);
  rollout_solver solver(s, least_policy(0));
  for (solver.init(); !solver.done(); solver.step()) CHECK(s.left > 0);
  CHECK(solver.result().scenarios == 12);
}

TEST_CASE("the least rules, modes and objectives roll out on projects") {
  random_generator rng(1);
  for (int round = 0; round < 4; ++round) {
    const project p = random_project({.tasks = 12, .max_modes = 3, .nonrenewables = 1}, rng);
    for (const generation_scheme scheme : {generation_scheme::serial, generation_scheme::parallel}) {
      const project_rollout_options o{.scheme = scheme, .width = 2};
      const auto check = [&](const project_rollout_result& r) {
        INFO(r.reason);
        REQUIRE(r.solved());
        REQUIRE(validate(p, r.schedule).ok());
      };
      check(rollout_sgs(p, fixed_keys{}, o, sum_of_starts{}, last_mode{}));
      check(rollout_sgs(p, keys_per_decision{}, o, sum_of_starts{}, last_mode{}));
      check(rollout_sgs(p, priority::any_rule(fixed_keys{}), o, sum_of_starts{}));
    }
  }
}
