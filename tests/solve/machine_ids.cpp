// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/machine_ids.hpp>

#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>
#include <sched/evaluate/validate_job_places.hpp>
#include <sched/evaluate/validate_jobs.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;
using sched_test::random_trace;
using sched_test::starts_of;

namespace {

constexpr auto batch = event_convention::batch;
constexpr auto sequential = event_convention::sequential;
const order::fcfs fcfs;
const estimate::user user;

template <class B>
void proved(const std::vector<job>& jobs, B b, amount processors, event_convention events) {
  const job_run run = simulate_jobs(jobs, std::move(b), {.events = events});
  REQUIRE(validate(jobs, run.jobs, processors).text() == "");
  REQUIRE(validate_ids(jobs, run.jobs, run.ids, processors).empty());
}

}  // namespace

TEST_CASE("names given at the start delay nobody") {
  random_generator rng(21);
  for (int k = 0; k < 150; ++k) {
    const auto jobs = random_trace({.jobs = 25, .processors = 12}, rng);
    for (const auto events : {batch, sequential}) {
      REQUIRE(starts_of(jobs, backfill(12, fcfs, reserve::easy(), user, fcfs, ids::at_start{}), events) ==
              starts_of(jobs, backfill(12, fcfs, reserve::easy()), events));
      REQUIRE(starts_of(jobs,
                        backfill(12, fcfs, reserve::conservative{}, user, fcfs, ids::at_start{placement::random{4}}),
                        events) == starts_of(jobs, backfill(12, fcfs, reserve::conservative{}), events));
    }
  }
}

TEST_CASE("no processor is used twice, under every placement and with ids in the plan") {
  random_generator rng(22);
  for (int k = 0; k < 60; ++k) {
    const auto jobs = random_trace({.jobs = 25, .processors = 12}, rng);
    for (const auto events : {batch, sequential}) {
      proved(jobs, backfill(12, fcfs, reserve::easy(), user, fcfs, ids::at_start{placement::hierarchical{{2, 4}}}), 12,
             events);
      proved(jobs, backfill(12, fcfs, reserve::easy(), user, fcfs, ids::at_start{placement::contiguous_best_fit{}}), 12,
             events);
      proved(jobs, backfill(12, fcfs, reserve::conservative{}, user, fcfs, ids::at_start{}), 12, events);
      proved(jobs, backfill(12, fcfs, reserve::easy(), user, order::sjf{}, ids::in_plan{}), 12, events);
      proved(jobs, backfill(12, fcfs, reserve::depth{3}, user, fcfs, ids::in_plan{placement::random{2}}), 12, events);
      proved(jobs, backfill(12, fcfs, reserve::conservative{}, user, fcfs, ids::in_plan{}), 12, events);
      proved(jobs, backfill(12, fcfs, reserve::slack{}, user, fcfs, ids::in_plan{}), 12, events);
      proved(jobs, backfill(12, order::lxf{}, reserve::relaxed{}, user, order::lxf{}, ids::in_plan{}), 12, events);
      proved(jobs, backfill(12, fcfs, reserve::look_ahead{5}, user, fcfs, ids::in_plan{}), 12, events);
      proved(jobs, backfill(12, fcfs, reserve::selective{}, user, fcfs, ids::in_plan{}), 12, events);
      proved(jobs, backfill(12, fcfs, reserve::greedy(fcfs, order::sjf{}), user, fcfs, ids::in_plan{}), 12, events);
      proved(jobs, backfill(12, fcfs, reserve::none{}, user, fcfs, ids::in_plan{}), 12, events);
      proved(jobs, backfill(12, fcfs, reserve::depth{0}, user, fcfs, ids::in_plan{}), 12, events);
    }
  }
}

TEST_CASE("a job that gets no contiguous place waits, although the count suffices") {
  backfill b(6, fcfs, reserve::easy(), user, fcfs, ids::at_start{placement::contiguous_first_fit{}});
  const job_handle left = b.submit(rigid_job(1, 0, 2, 10, 10), 0);
  const job_handle middle = b.submit(rigid_job(2, 0, 2, 30, 30), 0);
  const job_handle right = b.submit(rigid_job(3, 0, 2, 10, 10), 0);
  CHECK(b.decide(0).starts.size() == 3);
  const job_handle wide = b.submit(rigid_job(4, 0, 4, 5, 5), 0);
  b.finish(left, 10);
  b.finish(right, 10);
  CHECK(b.decide(10).starts.empty());
  CHECK(b.available() == 4);
  b.finish(middle, 30);
  CHECK(b.decide(30).starts == std::vector<job_handle>{wide});
  CHECK(b.ids_of(wide) == interval_set{{0, 4}});
}

TEST_CASE("drained processors finish their job and take no other; restored ones are used again") {
  for (const bool promised : {false, true}) {
    const auto check = [](auto b) {
      const job_handle first = b.submit(rigid_job(1, 0, 4, 10, 10), 0);
      CHECK(b.decide(0).starts == std::vector<job_handle>{first});
      b.drain({{0, 2}}, 1);
      CHECK(b.capacity() == 6);
      CHECK(b.available() == 4);
      CHECK(b.jobs_on({{0, 2}}) == std::vector<job_handle>{first});
      const job_handle wide = b.submit(rigid_job(2, 1, 6, 5, 5), 1);
      const job_handle small = b.submit(rigid_job(3, 1, 4, 5, 5), 1);
      CHECK(b.decide(1).starts == std::vector<job_handle>{small});
      CHECK(b.ids_of(small) == interval_set{{4, 8}});
      b.finish(small, 6);
      CHECK(b.decide(6).starts.empty());
      b.finish(first, 10);
      CHECK(b.decide(10).starts == std::vector<job_handle>{wide});
      CHECK(b.ids_of(wide) == interval_set{{2, 8}});
      b.restore({{0, 2}}, 11);
      CHECK(b.available() == 2);
      const job_handle last = b.submit(rigid_job(4, 11, 2, 5, 5), 11);
      CHECK(b.decide(11).starts == std::vector<job_handle>{last});
      CHECK(b.ids_of(last) == interval_set{{0, 2}});
    };
    if (promised) check(backfill(8, fcfs, reserve::conservative{}, user, fcfs, ids::in_plan{}));
    else check(backfill(8, fcfs, reserve::easy(), user, fcfs, ids::at_start{}));
  }
}

TEST_CASE("with ids in the plan a waiting job knows its processors beforehand") {
  backfill b(4, fcfs, reserve::conservative{}, user, fcfs, ids::in_plan{});
  static_cast<void>(b.submit(rigid_job(1, 0, 3, 10, 10), 0));
  const job_handle next = b.submit(rigid_job(2, 0, 2, 10, 10), 0);
  static_cast<void>(b.decide(0));
  CHECK(b.promise(next) == 10);
  CHECK(b.ids_of(next) == interval_set{{0, 2}});
}
