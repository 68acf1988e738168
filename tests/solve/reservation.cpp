// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/reservation.hpp>

#include <cstdint>
#include <limits>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>
#include <sched/evaluate/validate_jobs.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;
using sched_test::starts_of;
using sched_test::trace_of;

namespace {

using list = std::vector<std::int64_t>;
constexpr auto batch = event_convention::batch;

template <reservation_policy R>
list run(amount processors, const std::vector<job>& jobs, R policy,
         event_convention events = event_convention::sequential) {
  return starts_of(jobs, backfill(processors, order::fcfs{}, policy), events);
}

}  // namespace

TEST_CASE("eight jobs by hand, under four policies") {
  const auto jobs = trace_of({{2, 1, 29, 15},
                              {16, 4, 19, 17},
                              {19, 6, 11, 10},
                              {20, 8, 25, 17},
                              {21, 2, 24, 8},
                              {21, 2, 28, 13},
                              {21, 3, 11, 11},
                              {24, 3, 2, 2}});
  CHECK(run(8, jobs, reserve::none{}) == list{2, 16, 33, 43, 60, 60, 60, 68});
  CHECK(run(8, jobs, reserve::easy()) == list{2, 16, 33, 43, 21, 29, 60, 60});
  CHECK(starts_of(jobs, backfill(8, order::fcfs{}, reserve::easy(), estimate::user{}, order::sjf{})) ==
        list{2, 16, 33, 54, 21, 31, 43, 29});
  CHECK(run(8, jobs, reserve::conservative{}) == list{2, 16, 33, 43, 21, 60, 60, 29});
}

TEST_CASE("the depth says how many waiting jobs nobody may delay") {
  // One runs until 10, the second needs the machine then, the third could start at 14, the fourth would delay the
  // third.
  const auto jobs = trace_of({{0, 6, 10, 10}, {1, 10, 4, 4}, {1, 7, 5, 5}, {2, 4, 14, 14}});
  CHECK(run(10, jobs, reserve::none{}) == list{0, 10, 14, 19});
  CHECK(run(10, jobs, reserve::depth{0}) == list{0, 16, 20, 2});  // the fourth delays the head
  CHECK(run(10, jobs, reserve::depth{1}) == list{0, 10, 14, 19});
  CHECK(run(10, jobs, reserve::depth{reserve::depth::all}) == list{0, 10, 14, 19});
}

TEST_CASE("a second reservation protects the second waiting job") {
  // The head waits for 3 of 4 processors until 10 and leaves one over; the next wants all 4 at 20.
  const auto jobs = trace_of({{0, 3, 10, 10}, {1, 3, 10, 10}, {2, 4, 5, 5}, {3, 1, 30, 30}});
  CHECK(run(4, jobs, reserve::depth{1}) == list{0, 10, 33, 3});
  CHECK(run(4, jobs, reserve::depth{2}) == list{0, 10, 20, 25});
}

TEST_CASE("a thin job behind a wide one: Slurm's example") {
  const auto jobs = trace_of({{0, 1, 600, 600}, {0, 32, 300, 300}, {0, 31, 300, 300}});
  CHECK(run(32, jobs, reserve::easy(), batch) == list{0, 600, 0});
  CHECK(run(32, jobs, reserve::conservative{}, batch) == list{0, 600, 0});
}

TEST_CASE("conservative: promises, kept, and moved earlier by ends") {
  backfill b(10, order::fcfs{}, reserve::conservative{});
  job_number number = 0;
  const auto put = [&](std::int64_t now, amount demand, std::int64_t estimate) {
    const job_handle h = b.submit(rigid_job(++number, now, demand, estimate, 0), now);
    static_cast<void>(b.decide(now));
    return h;
  };
  const job_handle first = put(0, 6, 10);
  const job_handle wide = put(1, 10, 5);
  const job_handle behind = put(2, 4, 20);
  const job_handle before = put(2, 4, 8);
  CHECK((b.start_of(first) == 0 && b.start_of(before) == 2));
  CHECK((b.promise(wide) == 10 && b.promise(behind) == 15));
  b.finish(first, 5);
  CHECK(b.decide(5).starts.empty());
  CHECK((b.promise(wide) == 10 && b.promise(behind) == 15));
  b.finish(before, 6);
  const auto d = b.decide(6);
  CHECK(d.starts == std::vector<job_handle>{wide});
  CHECK(b.promise(behind) == 11);
  CHECK(d.next_wakeup <= 11);
}

TEST_CASE("conservative: no compression, one sweep, or until nothing moves") {
  using enum reserve::conservative::compression;
  const auto jobs = trace_of({{0, 4, 20, 5}, {1, 4, 10, 10}, {2, 2, 10, 10}});
  CHECK(run(4, jobs, reserve::conservative{none}) == list{0, 20, 30});
  CHECK(run(4, jobs, reserve::conservative{once}) == list{0, 5, 15});
  CHECK(run(4, jobs, reserve::conservative{fixpoint}) == list{0, 5, 15});
}

TEST_CASE("conservative: a sweep that may look at few promises goes on in the next decision") {
  // One runs until 100 and ends at 5; three wait for the whole machine, 10 each.
  const auto begin = [](std::size_t most) {
    backfill b(4, order::fcfs{}, reserve::conservative{.most_looks = most});
    b.submit(rigid_job(1, 0, 4, 100, 0), 0);
    for (job_number n = 2; n <= 4; ++n) b.submit(rigid_job(n, 0, 4, 10, 0), 0);
    static_cast<void>(b.decide(0));
    b.finish(0, 5);
    return b;
  };
  const auto promises = [](const auto& b) {
    return list{b.promise(1).count(), b.promise(2).count(), b.promise(3).count()};
  };
  {
    backfill b = begin(2);
    auto d = b.decide(5);
    CHECK(d.starts == std::vector<job_handle>{1});
    CHECK(promises(b) == list{5, 15, 120});
    CHECK(d.next_wakeup == 6);
    d = b.decide(5);  // nothing happened: nothing starts, nothing moves
    CHECK((d.starts.empty() && promises(b) == list{5, 15, 120}));
    backfill copy = b;  // a snapshot goes on like the original
    for (auto* s : {&b, &copy}) {
      d = s->decide(6);
      CHECK((d.starts.empty() && promises(*s) == list{5, 15, 25}));
      CHECK(d.next_wakeup == 15);
    }
  }
  {
    backfill b = begin(1);
    static_cast<void>(b.decide(5));
    CHECK(promises(b) == list{5, 110, 120});
    b.cancel(2, 5);  // the one the sweep stopped at
    CHECK(b.decide(6).next_wakeup == 7);
    CHECK(b.promise(3) == 15);
    b.finish(1, 7);  // another sweep is owed
    CHECK(b.decide(7).starts == std::vector<job_handle>{3});
    CHECK(b.next_wakeup() == 17);
  }
}

TEST_CASE("selective: only those who have waited long enough are reserved") {
  const auto patient = trace_of({{0, 6, 10, 10}, {1, 10, 4, 4}, {2, 4, 100, 100}});
  CHECK(run(10, patient, reserve::selective{2.0}) == list{0, 102, 2});
  const auto urgent = trace_of({{0, 6, 10, 10}, {1, 10, 1, 1}, {2, 4, 100, 100}});
  CHECK(run(10, urgent, reserve::selective{2.0}) == list{0, 10, 11});
  const auto everybody = run(10, patient, reserve::selective{1.0});
  CHECK(everybody == run(10, patient, reserve::depth{reserve::depth::all}));
  const auto nobody = run(10, patient, reserve::selective{std::numeric_limits<double>::infinity()});
  CHECK(nobody == run(10, patient, reserve::depth{0}));
}

TEST_CASE("slack: a job may delay others within their slack, never beyond") {
  // Two jobs that waited 10 and 0 ticks make the mean wait 5: with share 2 later promises leave 10 ticks.
  backfill b(4, order::fcfs{}, reserve::slack{2.0});
  job_number number = 0;
  const auto put = [&](instant now, amount demand, duration estimate) {
    const job_handle h = b.submit(rigid_job(++number, now, demand, estimate, 0), now);
    static_cast<void>(b.decide(now));
    return h;
  };
  const job_handle first = put(0, 4, 10);
  const job_handle second = put(0, 3, 20);
  CHECK(b.promise(second) == 10);  // nobody has waited yet: no slack
  b.finish(first, 10);
  static_cast<void>(b.decide(10));
  CHECK(b.start_of(second) == 10);
  const job_handle wide = put(11, 4, 5);
  CHECK(b.promise(wide) == 40);  // booked at 30, mean wait 5
  const job_handle within = put(12, 1, 28);
  CHECK(b.phase(within) == job_phase::running);  // until 40: the wide one still keeps its promise
  CHECK(b.promise(wide) == 40);
  b.finish(second, 30);
  const job_handle beyond = put(31, 3, 10);
  CHECK(b.phase(beyond) == job_phase::waiting);  // until 41: too late for the wide one
  b.finish(within, 40);
  CHECK(b.decide(40).starts == std::vector<job_handle>{wide});
}

TEST_CASE("slack: promises are kept and capacity holds on random traces") {
  random_generator rng(41);
  for (int k = 0; k < 100; ++k) {
    const auto jobs = sched_test::random_trace({.jobs = 30, .processors = 12}, rng);
    for (const double share : {0.0, 0.5, 3.0}) {
      backfill b(12, order::fcfs{}, reserve::slack{share});
      const job_run r = simulate_jobs(jobs, b, {.events = batch});
      REQUIRE(validate(jobs, r.jobs, 12).text() == "");
      REQUIRE(r.broken == 0);
    }
  }
}

TEST_CASE("only the library's policies are reservation policies") {
  struct mine {};
  static_assert(!reservation_policy<mine> && !reservation_policy<int>);
  CHECK(reserve::easy().k == 1);
}
