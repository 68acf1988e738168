// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/reservation_easy.hpp>

#include <cstdint>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;
using sched_test::random_trace;
using sched_test::starts_of;
using sched_test::trace_of;

namespace {

using list = std::vector<std::int64_t>;
constexpr auto batch = event_convention::batch;
template <reservation_policy R>
list run(const std::vector<job>& jobs, R policy) {
  return starts_of(jobs, backfill(10, order::fcfs{}, policy), batch);
}

}  // namespace

TEST_CASE("relaxed: the head waits up to half of its wait longer") {
  const auto by_14 = trace_of({{0, 6, 10, 10}, {1, 10, 4, 4}, {1, 4, 13, 13}});
  CHECK(run(by_14, reserve::relaxed{0.5}) == list{0, 14, 1});
  CHECK(run(by_14, reserve::relaxed{0.0}) == list{0, 10, 14});
  const auto by_15 = trace_of({{0, 6, 10, 10}, {1, 10, 4, 4}, {1, 4, 14, 14}});
  CHECK(run(by_15, reserve::relaxed{0.5}) == list{0, 10, 14});
}

TEST_CASE("look-ahead: the fullest machine, not the first that fits") {
  const auto jobs = trace_of({{0, 6, 10, 10}, {1, 10, 4, 4}, {1, 1, 9, 9}, {1, 4, 9, 9}});
  CHECK(run(jobs, reserve::easy()) == list{0, 10, 1, 14});
  CHECK(run(jobs, reserve::look_ahead{50}) == list{0, 10, 14, 1});
  CHECK(run(jobs, reserve::look_ahead{1}) == list{0, 10, 1, 14});
}

TEST_CASE("look-ahead by area: the longer job fills more") {
  const auto jobs = trace_of({{0, 6, 10, 10}, {1, 10, 4, 4}, {1, 4, 2, 2}, {1, 3, 9, 9}});
  CHECK(run(jobs, reserve::look_ahead{50}) == list{0, 10, 1, 14});
  CHECK(run(jobs, reserve::look_ahead{50, reserve::look_ahead::objective::area}) == list{0, 10, 14, 1});
}

TEST_CASE("greedy: the order that starts most processors wins, of equals the first") {
  const auto jobs = trace_of({{0, 6, 10, 10}, {1, 10, 4, 4}, {1, 1, 9, 9}, {1, 4, 9, 9}});
  CHECK(run(jobs, reserve::greedy(order::fcfs{}, order::largest{})) == list{0, 10, 14, 1});
  CHECK(run(jobs, reserve::greedy(order::fcfs{}, order::smallest{})) == list{0, 10, 1, 14});
}

TEST_CASE("greedy with one order is EASY with that walk") {
  random_generator rng(11);
  for (int k = 0; k < 200; ++k) {
    const auto jobs = random_trace({.jobs = 25, .processors = 10}, rng);
    REQUIRE(run(jobs, reserve::greedy(order::fcfs{})) == run(jobs, reserve::easy()));
    REQUIRE(run(jobs, reserve::greedy(order::sjf{})) ==
            starts_of(jobs, backfill(10, order::fcfs{}, reserve::easy(), estimate::user{}, order::sjf{}), batch));
    REQUIRE(run(jobs, reserve::relaxed{0}) == run(jobs, reserve::easy()));
  }
}
