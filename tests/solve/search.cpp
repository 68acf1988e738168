// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/search.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/model/random_project.hpp>
#include <sched/search.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

project scarce(std::uint64_t seed, std::size_t tasks, double due = 0) {
  random_generator random(seed);
  return sched::random_project({.tasks = tasks,
                                .renewables = 3,
                                .max_demand = 6,
                                .resource_factor = 0.75,
                                .resource_strength = 0.1,
                                .due_probability = due},
                               random);
}

}  // namespace

TEST_CASE("the budget is kept, the schedule proved, the bound below it") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const project p = scarce(seed, 25);
    for (const std::uint64_t budget : {std::uint64_t{1}, std::uint64_t{10}, std::uint64_t{500}}) {
      const search_result r = search(p, {.schedules = budget, .seed = seed});
      REQUIRE(r.solved());
      REQUIRE(r.schedules <= budget);
      REQUIRE(validate(p, r.schedule).ok());
      REQUIRE(r.lower_bound <= r.makespan());
      REQUIRE((r.status == status::optimal) == (r.lower_bound == r.makespan()));
      REQUIRE(r.value == static_cast<double>(r.makespan().count()));
      REQUIRE((r.gap() >= 0 && r.gap() < 1));
      if (r.status != status::optimal) REQUIRE(r.schedules == budget);
      REQUIRE(!r.improvements.empty());
      REQUIRE(r.improvements.back().value == r.value);
    }
  }
}

TEST_CASE("islands: the same schedule for any number of threads") {
  const project p = scarce(3, 60);
  const auto run = [&](unsigned threads) {
    return search(p, {.schedules = 4000, .islands = 4, .threads = threads, .bound = false});
  };
  const search_result one = run(1);
  for (const unsigned threads : {2U, 3U, 8U}) {
    const search_result r = run(threads);
    REQUIRE(r.schedule == one.schedule);
    REQUIRE(r.schedules == one.schedules);
  }
}

TEST_CASE("children: the same schedule for any number of threads, short budgets and long ones") {
  const project p = scarce(3, 40);
  for (const std::uint64_t schedules : {std::uint64_t{3000}, two_sided_options::long_budget}) {
    const auto run = [&](unsigned threads) {
      return search(p, {.schedules = schedules, .threads = threads, .bound = false});
    };
    const search_result one = run(1);
    CHECK(one.schedules == schedules);
    const search_result r = run(3);
    CHECK(r.schedule == one.schedule);
    CHECK(r.schedules == one.schedules);
    CHECK(validate(p, r.schedule).ok());
  }
}

TEST_CASE("a time limit ends every kind of search with the best so far") {
  random_generator random(2);
  const project classic = scarce(3, 60), due = scarce(8, 25, 1.0);
  const project modes =
      sched::random_project({.tasks = 15, .min_modes = 2, .max_modes = 3, .nonrenewables = 1}, random);
  project_builder lags;
  const resource_id one = lags.add_renewable(1);
  std::vector<task_id> tasks;
  for (int i = 0; i < 30; ++i) tasks.push_back(lags.add_task(duration(3 + i % 5), {{one, 1}}));
  lags.add_precedence(tasks[0], tasks[29], {.kind = lag_kind::start_start, .lag = 400, .maximal = true});
  const project windows = lags.build();
  const search_options o{.schedules = 0, .time = std::chrono::milliseconds(50), .bound = false};
  const search_result r = search(classic, o);
  REQUIRE(r.solved());
  CHECK(validate(classic, r.schedule).ok());
  CHECK(r.schedules > 0);
  const search_result d = search(due, o, evaluate::weighted_tardiness{});
  CHECK((d.solved() && validate(due, d.schedule).ok()));
  const search_result m = search(modes, o);
  if (m.solved()) CHECK(validate(modes, m.schedule).ok());
  const search_result w = search(windows, o);
  if (w.solved()) CHECK(validate(windows, w.schedule).ok());
  CHECK(search(classic, {.schedules = 10, .time = std::chrono::hours(1), .bound = false}).schedules == 10);
}

TEST_CASE("a time limit that is over before the first schedule, and a stop token beside it") {
  const project p = scarce(3, 60);
  const search_result r = search(p, {.schedules = 0, .time = std::chrono::nanoseconds(1)});
  CHECK((r.solved() || r.status == status::cancelled));
  std::stop_source source;
  source.request_stop();
  CHECK(search(p, {.schedules = 0, .time = std::chrono::hours(1), .watch = {.stop = source.get_token()}}).status ==
        status::cancelled);
}

TEST_CASE("a search goes on from a schedule, and is never worse") {
  const project p = scarce(4, 50);
  const search_result first = search(p, {.schedules = 2000});
  const search_result second = search(p, {.schedules = 50, .seed = 9, .start = first.schedule});
  CHECK(second.makespan() <= first.makespan());
}

TEST_CASE("it ends at the target, without gain for long, and when it is stopped") {
  const project p = scarce(6, 50);
  const search_result all = search(p, {.schedules = 3000, .bound = false});
  const search_result target = search(p, {.schedules = 3000, .target = all.makespan() + 3, .bound = false});
  CHECK((target.schedules < all.schedules && target.makespan() <= all.makespan() + 3));
  const search_result patient = search(p, {.schedules = 100'000, .patience = 500, .bound = false});
  CHECK(patient.schedules < 100'000);
  std::stop_source source;
  std::uint64_t improvements = 0;
  const search_result stopped =
      search(p, {.schedules = 0, .watch = {.stop = source.get_token(), .observer = [&](const progress& at) {
                                             CHECK(at.best >= at.bound);
                                             if (++improvements == 3) source.request_stop();
                                           }}});
  CHECK(stopped.solved());
  source.request_stop();
  CHECK(search(p, {.watch = {.stop = source.get_token()}}).status == status::cancelled);
}

TEST_CASE("other objectives, modes, lags and calendars go through keys") {
  const project due = scarce(8, 25, 1.0);
  const search_result r = search(due, {.schedules = 400}, evaluate::weighted_tardiness{});
  REQUIRE(r.solved());
  CHECK(r.schedules <= 400);
  CHECK(r.value == evaluate::weighted_tardiness{}(due, r.schedule));
  random_generator random(2);
  const project modes =
      sched::random_project({.tasks = 15, .min_modes = 2, .max_modes = 3, .nonrenewables = 1}, random);
  const search_result m = search(modes, {.schedules = 300});
  if (m.solved()) CHECK(validate(modes, m.schedule).ok());
  CHECK(m.schedules <= 300);
}

TEST_CASE("an empty project and a single task") {
  const project_builder none;
  CHECK(search(none.build(), {.schedules = 10}).makespan() == 0);
  project_builder one;
  one.add_task({.work = 7});
  const search_result r = search(one.build(), {.schedules = 10});
  CHECK((r.status == status::optimal && r.makespan() == 7));
}
