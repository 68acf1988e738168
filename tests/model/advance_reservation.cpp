// SPDX-License-Identifier: BSL-1.0
#include <sched/model/advance_reservation.hpp>

#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/error.hpp>
#include <sched/core/random.hpp>
#include <sched/evaluate/validate_job_places.hpp>
#include <sched/evaluate/validate_jobs.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;
using sched_test::random_trace;

namespace {

using handles = std::vector<job_handle>;
const order::fcfs fcfs;
const estimate::user user;

job asks(job_number id, amount demand, duration estimate) { return rigid_job(id, 0, demand, estimate, estimate); }
job member(job_number id, amount demand, duration estimate) {
  job j = asks(id, demand, estimate);
  j.allow.push_back(1);
  return j;
}

/// f(scheduler) for schedulers of every kind that lets jobs overtake, on a machine of `processors`.
template <class F>
void with_backfilling(amount processors, F f) {
  f(backfill(processors, fcfs, reserve::easy()));
  f(backfill(processors, fcfs, reserve::depth{0}));
  f(backfill(processors, fcfs, reserve::depth{3}));
  f(backfill(processors, fcfs, reserve::conservative{}));
  f(backfill(processors, fcfs, reserve::slack{}));
  f(backfill(processors, fcfs, reserve::selective{}));
  f(backfill(processors, fcfs, reserve::relaxed{}));
  f(backfill(processors, fcfs, reserve::look_ahead{}));
  f(backfill(processors, fcfs, reserve::greedy(fcfs, order::sjf{})));
  f(backfill(processors, fcfs, reserve::easy(), user, fcfs, ids::at_start{}));
  f(backfill(processors, fcfs, reserve::easy(), user, fcfs, ids::in_plan{}));
  f(backfill(processors, fcfs, reserve::conservative{}, user, fcfs, ids::in_plan{}));
}

template <class F>
void with_every_kind(amount processors, F f) {
  f(backfill(processors, fcfs, reserve::none{}));
  with_backfilling(processors, f);
}

}  // namespace

TEST_CASE("before a reservation of the whole machine a job starts only if it ends in time") {
  with_every_kind(4, [](auto b) {
    CHECK(b.add_reservation({.id = 1, .when = {10, 20}, .demand = 4}, 0).accepted);
    const job_handle brief = b.submit(asks(1, 2, 9), 0);
    const job_handle lengthy = b.submit(asks(2, 2, 11), 0);
    CHECK(b.decide(0).starts == handles{brief});
    CHECK(b.why(lengthy) == wait_reason::reservation);
    b.finish(brief, 9);
    CHECK(b.decide(9).starts.empty());
    CHECK(b.next_wakeup() <= 10);
    CHECK(b.decide(10).starts.empty());
    CHECK(b.available() == 0);
    CHECK(b.next_wakeup() <= 20);
    CHECK(b.decide(20).starts == handles{lengthy});
  });
}

TEST_CASE("a member runs inside, if it is planned to end inside; others do not") {
  with_backfilling(4, [](auto b) {
    CHECK(b.add_reservation({.id = 1, .when = {10, 20}, .demand = 3}, 0).accepted);
    const job_handle outside = b.submit(asks(1, 2, 30), 0);
    const job_handle inside = b.submit(member(2, 3, 8), 10);
    const job_handle too_long = b.submit(member(3, 3, 11), 10);
    CHECK(b.decide(10).starts == handles{inside});
    CHECK(b.available() == 1);
    CHECK(b.phase(outside) == job_phase::waiting);
    b.finish(inside, 18);
    CHECK(b.decide(18).starts.empty());
    const auto later = b.decide(20);
    CHECK(later.starts.size() == 1);
    CHECK((b.phase(outside) == job_phase::running) != (b.phase(too_long) == job_phase::running));
  });
}

TEST_CASE("a reservation that running jobs are planned into is refused and names them; forced it is smaller") {
  with_every_kind(4, [](auto b) {
    const job_handle busy = b.submit(asks(1, 3, 15), 0);
    CHECK(b.decide(0).starts == handles{busy});
    const auto refused = b.add_reservation({.id = 1, .when = {10, 20}, .demand = 2}, 1);
    CHECK((!refused.accepted && refused.conflicts == handles{busy}));
    const auto forced = b.add_reservation({.id = 1, .when = {10, 20}, .demand = 2, .force = true}, 1);
    CHECK((forced.accepted && forced.demand == 1 && forced.conflicts == handles{busy}));
    CHECK(b.add_reservation({.id = 2, .when = {15, 20}, .demand = 2}, 1).accepted);
    CHECK(!b.add_reservation({.id = 3, .when = {15, 20}, .demand = 2}, 1).accepted);
  });
}

TEST_CASE("a reservation in which nobody runs is given up when asked to") {
  with_every_kind(4, [](auto b) {
    CHECK(b.add_reservation({.id = 1, .when = {10, 100}, .demand = 4, .release_unused_after = 5}, 0).accepted);
    const job_handle waits = b.submit(asks(1, 4, 20), 0);
    CHECK(b.decide(0).starts.empty());
    CHECK(b.decide(10).starts.empty());
    CHECK(b.next_wakeup() <= 15);
    CHECK(b.decide(15).starts == handles{waits});
  });
}

TEST_CASE("promises give way to a reservation, and the decision names them") {
  backfill b(4, fcfs, reserve::conservative{});
  static_cast<void>(b.submit(asks(1, 4, 10), 0));
  const job_handle promised = b.submit(asks(2, 4, 10), 0);
  static_cast<void>(b.decide(0));
  CHECK(b.promise(promised) == 10);
  CHECK(b.add_reservation({.id = 1, .when = {12, 30}, .demand = 1}, 5).accepted);
  const auto d = b.decide(5);
  REQUIRE(d.broken.size() == 1);
  CHECK((d.broken[0].job == promised && d.broken[0].was == 10 && d.broken[0].is == 30));
}

TEST_CASE("a member that overruns its reservation uses the machine of everybody from then on") {
  with_every_kind(4, [](auto b) {
    CHECK(b.add_reservation({.id = 1, .when = {0, 10}, .demand = 3}, 0).accepted);
    const job_handle inside = b.submit(member(1, 3, 10), 0);
    CHECK(b.decide(0).starts == handles{inside});
    const job_handle waits = b.submit(asks(2, 4, 10), 0);
    CHECK(b.decide(10).starts.empty());
    CHECK(b.available() == 1);
    b.finish(inside, 12);
    CHECK(b.decide(12).starts == handles{waits});
  });
}

TEST_CASE("reservations that make no sense are refused with their number") {
  backfill b(4);
  const auto wrong = [&](advance_reservation r) { CHECK_THROWS_AS(b.add_reservation(r, 5), error); };
  wrong({.id = 1, .when = {1, 5}, .demand = 1});
  wrong({.id = 1, .when = {7, 7}, .demand = 1});
  wrong({.id = 1, .when = {7, 9}, .demand = 0});
  wrong({.id = 1, .when = {7, 9}, .demand = 5});
  CHECK(b.add_reservation({.id = 1, .when = {7, 9}, .demand = 1}, 5).accepted);
  wrong({.id = 1, .when = {8, 9}, .demand = 1});
}

TEST_CASE("random reservations are never intruded upon, under every policy and both conventions") {
  random_generator rng(31);
  for (int k = 0; k < 40; ++k) {
    auto jobs = random_trace({.jobs = 25, .processors = 10}, rng);
    for (job& j : jobs)
      if (rng.chance(0.3)) j.allow.push_back(static_cast<std::uint32_t>(rng.between(1, 2)));
    std::vector<advance_reservation> kept;
    for (std::uint32_t id = 1; id <= 3; ++id) {
      const instant from = rng.between(0, 150);
      kept.push_back({.id = id, .when = {from, from + rng.between(1, 60)}, .demand = rng.between(1, 3)});
    }
    for (const auto events : {event_convention::batch, event_convention::sequential})
      with_every_kind(10, [&](auto b) {
        for (const advance_reservation& r : kept) REQUIRE(b.add_reservation(r, 0).accepted);
        const job_run run = simulate_jobs(jobs, std::move(b), {.events = events});
        REQUIRE(validate(jobs, run.jobs, 10).text() == "");
        REQUIRE(validate_reservations(jobs, run.jobs, kept, 10).empty());
        if (!run.ids.empty()) REQUIRE(validate_ids(jobs, run.jobs, run.ids, 10).empty());
      });
  }
}
