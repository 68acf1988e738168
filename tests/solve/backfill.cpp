// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/backfill.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/job_traces.hpp"

using namespace sched;
using namespace sched::reserve;

namespace {

using handles = std::vector<job_handle>;

job asks(job_number id, amount demand, duration estimate) { return rigid_job(id, 0, demand, estimate, estimate); }

template <class B>
handles starts(B& b, instant now) {
  return b.decide(now).starts;
}

}  // namespace

TEST_CASE("a small job may overtake only if it does not delay the head") {
  backfill b(4, order::fcfs{}, depth{1});
  const job_handle wide = b.submit(asks(1, 3, 10), 0);
  const job_handle head = b.submit(asks(2, 4, 5), 0);
  const job_handle brief = b.submit(asks(3, 1, 10), 0);
  const job_handle lengthy = b.submit(asks(4, 1, 11), 0);
  CHECK(starts(b, 0) == handles{wide, brief});
  CHECK(starts(b, 0).empty());  // idempotent
  CHECK(b.why(head) == wait_reason::capacity);
  CHECK(b.why(lengthy) == wait_reason::capacity);
  CHECK(b.forecast() == std::vector<std::pair<job_handle, instant>>{{head, 10}, {lengthy, 15}});
  b.finish(brief, 4);
  CHECK(starts(b, 4).empty());  // one processor is free, but the job would hold it beyond 10
  CHECK(b.why(lengthy) == wait_reason::reservation);
  b.finish(wide, 10);
  CHECK(starts(b, 10) == handles{head});
  CHECK(b.phase(head) == job_phase::running);
}

TEST_CASE("without backfilling nobody overtakes, with depth 0 everybody does") {
  backfill strict(4, order::fcfs{}, none{});
  backfill filler(4, order::fcfs{}, depth{0});
  for (const auto& [demand, estimate] : {std::pair<amount, duration>{3, 10}, {4, 5}, {1, 99}}) {
    static_cast<void>(strict.submit(asks(static_cast<job_number>(strict.waiting()) + 1, demand, estimate), 0));
    static_cast<void>(filler.submit(asks(static_cast<job_number>(filler.waiting()) + 1, demand, estimate), 0));
  }
  CHECK(starts(strict, 0) == handles{0});
  CHECK(starts(filler, 0) == handles{0, 2});
}

TEST_CASE("conservative promises are told, kept, and only move earlier") {
  backfill b(2, order::fcfs{}, conservative{});
  const job_handle a = b.submit(asks(1, 2, 100), 0);
  const job_handle c = b.submit(asks(2, 2, 10), 0);
  const job_handle d = b.submit(asks(3, 1, 10), 0);
  const auto first = b.decide(0);
  CHECK(first.starts == handles{a});
  CHECK(b.promise(c) == 100);
  CHECK(b.promise(d) == 110);
  CHECK(first.next_wakeup == 100);
  b.finish(a, 30);
  const auto next = b.decide(30);
  CHECK(next.starts == handles{c});
  CHECK(b.promise(d) == 40);
  CHECK(next.broken.empty());
  CHECK(b.moves() >= 2);
}

TEST_CASE("a job that overruns its plan keeps its processors, and promises slip by name") {
  backfill b(1, order::fcfs{}, conservative{}, estimate::user{}, backfill_options{.overrun_step = 5});
  const job_handle a = b.submit(asks(1, 1, 10), 0);
  const job_handle c = b.submit(asks(2, 1, 10), 0);
  static_cast<void>(b.decide(0));
  const auto late = b.decide(10);  // nobody has said that it ended
  CHECK(late.starts.empty());
  REQUIRE(late.broken.size() == 1);
  CHECK(late.broken[0].job == c);
  CHECK(late.broken[0].was == 10);
  CHECK(late.broken[0].is == 15);
  CHECK(b.decide(15).broken[0].is == 25);  // twice as far
  b.finish(a, 17);
  CHECK(starts(b, 17) == handles{c});

  backfill easy(1, order::fcfs{}, depth{1}, estimate::user{}, backfill_options{.overrun_step = 5});
  const job_handle first = easy.submit(asks(1, 1, 10), 0);
  const job_handle second = easy.submit(asks(2, 1, 10), 0);
  static_cast<void>(easy.decide(0));
  CHECK(starts(easy, 12).empty());
  easy.finish(first, 13);
  CHECK(starts(easy, 13) == handles{second});
}

TEST_CASE("nodes go down and come up: what is too large at present waits without blocking") {
  backfill b(8, order::fcfs{}, depth{1});
  const job_handle runs = b.submit(asks(1, 4, 100), 0);
  static_cast<void>(b.decide(0));
  b.set_capacity(5, 1);
  const job_handle large = b.submit(asks(2, 6, 10), 1);
  const job_handle small = b.submit(asks(3, 1, 10), 1);
  CHECK(starts(b, 1) == handles{small});
  CHECK(b.why(large) == wait_reason::resources_down);
  b.set_capacity(2, 2);  // below what runs: nothing is killed
  CHECK(b.available() == -3);
  CHECK(starts(b, 2).empty());
  CHECK(b.phase(runs) == job_phase::running);
  b.set_capacity(12, 3);
  CHECK(starts(b, 3) == handles{large});
  CHECK_THROWS_AS(b.set_capacity(-1, 4), error);
}

TEST_CASE("a promise breaks when the machine shrinks, and mends when it grows") {
  backfill b(4, order::fcfs{}, conservative{});
  const job_handle a = b.submit(asks(1, 2, 10), 0);
  const job_handle c = b.submit(asks(2, 4, 10), 0);
  static_cast<void>(b.decide(0));
  CHECK(b.promise(c) == 10);
  b.set_capacity(3, 1);
  const auto broken = b.decide(1).broken;
  REQUIRE(broken.size() == 1);
  CHECK(broken[0].is == instant::infinity());
  b.set_capacity(4, 2);
  CHECK(b.decide(2).broken.empty());
  CHECK(b.promise(c) == 10);
  b.finish(a, 5);
  CHECK(starts(b, 5) == handles{c});
}

TEST_CASE("a failed launch puts a job back in its place") {
  const auto check = [](auto b) {
    const job_handle a = b.submit(asks(1, 2, 10), 0);
    const job_handle c = b.submit(asks(2, 2, 10), 0);
    CHECK(starts(b, 0) == handles{a});
    b.launch_failed(a, 0);
    CHECK(b.phase(a) == job_phase::waiting);
    CHECK(starts(b, 0) == handles{a});
    b.finish(a, 3);
    CHECK(starts(b, 3) == handles{c});
  };
  check(backfill(2, order::fcfs{}, depth{1}));
  check(backfill(2, order::fcfs{}, none{}));
  check(backfill(2, order::smallest{}, depth{1}));
}

TEST_CASE("held jobs keep their place and are passed by") {
  const auto check = [](auto b) {
    const job_handle a = b.submit(asks(1, 2, 10), 0);
    const job_handle c = b.submit(asks(2, 2, 10), 0);
    b.hold(a, 0);
    CHECK(starts(b, 0) == handles{c});
    CHECK(b.why(a) == wait_reason::held);
    b.finish(c, 4);
    CHECK(starts(b, 4).empty());
    b.unhold(a, 5);
    CHECK(starts(b, 5) == handles{a});
  };
  check(backfill(2, order::fcfs{}, depth{1}));
  check(backfill(2, order::fcfs{}, conservative{}));
}

TEST_CASE("cancelling gives back what is held, running or promised") {
  backfill b(2, order::fcfs{}, conservative{});
  const job_handle a = b.submit(asks(1, 2, 10), 0);
  const job_handle c = b.submit(asks(2, 2, 10), 0);
  const job_handle d = b.submit(asks(3, 2, 10), 0);
  static_cast<void>(b.decide(0));
  CHECK(b.promise(d) == 20);
  b.cancel(c, 1);
  static_cast<void>(b.decide(1));
  CHECK(b.promise(d) == 10);
  b.cancel(a, 2);
  CHECK(starts(b, 2) == handles{d});
  CHECK(b.phase(c) == job_phase::ended);
  b.cancel(c, 3);  // nothing more to cancel
  CHECK(b.running() == 1);
}

TEST_CASE("dependencies: started, ended, ended well or not, with a delay; what can never be met is said") {
  using kind = job_dependency::kind;
  const auto after = [](job_number id, kind on, job_number first, duration delay = 0) {
    job j = asks(id, 1, 10);
    j.after.push_back({on, first, delay});
    return j;
  };
  backfill b(8, order::fcfs{}, depth{1});
  b.expect_dependencies();
  const job_handle a = b.submit(asks(1, 1, 10), 0);
  const job_handle on_start = b.submit(after(2, kind::start, 1, 3), 0);
  const job_handle on_any = b.submit(after(3, kind::any, 1), 0);
  const job_handle on_ok = b.submit(after(4, kind::ok, 1), 0);
  const job_handle on_bad = b.submit(after(5, kind::not_ok, 1), 0);
  const job_handle behind = b.submit(after(6, kind::any, 5), 0);
  const job_handle lost = b.submit(after(7, kind::any, 99), 0);
  CHECK(b.phase(lost) == job_phase::impossible);
  CHECK(b.why(lost) == wait_reason::never);
  CHECK(b.why(on_any) == wait_reason::dependency);
  CHECK(starts(b, 0) == handles{a});
  CHECK(b.next_eligible() == 3);
  CHECK(starts(b, 3) == handles{on_start});
  b.finish(a, 5);
  CHECK(starts(b, 5) == handles{on_any, on_ok});
  CHECK(b.phase(on_bad) == job_phase::impossible);
  CHECK(b.phase(behind) == job_phase::impossible);  // it waits for what never starts
  const job_handle later = b.submit(after(8, kind::ok, 1), 6);
  CHECK(starts(b, 6) == handles{later});
  // Of a job that is over, delays count from its start or end: at 0 and 5.
  const job_handle since_end = b.submit(after(10, kind::any, 1, 4), 7);
  const job_handle since_start = b.submit(after(11, kind::start, 1, 8), 7);
  const job_handle long_since = b.submit(after(12, kind::start, 1, 6), 7);
  CHECK(starts(b, 7) == handles{long_since});
  CHECK(starts(b, 8) == handles{since_start});
  CHECK(starts(b, 9) == handles{since_end});
  CHECK_THROWS_AS(b.submit(asks(1, 1, 1), 6), error);  // the number is in use
  CHECK_THROWS_AS(b.submit(after(9, kind::any, 9), 6), error);
}

TEST_CASE("a job that may not start before a date is not in the queue before it") {
  backfill b(1, order::fcfs{}, depth{1});
  job j = asks(1, 1, 10);
  j.not_before = 50;
  const job_handle a = b.submit(j, 0);
  CHECK(b.why(a) == wait_reason::begins_later);
  CHECK(b.decide(0).next_wakeup == 50);
  CHECK(starts(b, 50) == handles{a});
}

TEST_CASE("a moldable job takes the shape that ends first, of equals the smallest") {
  job j;
  j.id = 1;
  j.shapes = {{2, 40, 40}, {4, 20, 20}, {8, 20, 20}};
  const auto check = [&](auto b, std::uint32_t shape) {
    const job_handle h = b.submit(j, 0);
    CHECK(starts(b, 0) == handles{h});
    CHECK(b.shape_of(h) == shape);
  };
  check(backfill(8, order::fcfs{}, depth{1}), 1);
  check(backfill(8, order::fcfs{}, conservative{}), 1);
  check(backfill(3, order::fcfs{}, depth{1}), 0);
  // Waiting for four processors beats two at once when they come soon enough.
  backfill b(4, order::fcfs{}, conservative{});
  static_cast<void>(b.submit(asks(7, 2, 10), 0));
  const job_handle h = b.submit(j, 0);
  CHECK(starts(b, 0).size() == 1);
  CHECK(b.promise(h) == 10);
  CHECK(b.shape_of(h) == 1);
}

TEST_CASE("what cannot be asked is refused by number") {
  backfill b(4, order::fcfs{}, depth{1});
  CHECK_THROWS_WITH(b.submit(asks(7, 5, 10), 0), "job 7 asks for 5 of 4 processors");
  CHECK_THROWS_WITH(b.submit(asks(8, 0, 10), 0), "job 8 asks for nothing or for no time");
  CHECK_THROWS_WITH(b.submit(asks(9, 1, 0), 0), "job 9 asks for nothing or for no time");
  CHECK_THROWS_WITH(b.submit(job{}, 0), "job 0 has no shape");
  CHECK_THROWS_AS(backfill(-1, order::fcfs{}, depth{1}), error);
  CHECK(b.waiting() == 0);
}

TEST_CASE("at most so many jobs are tested in a pass") {
  backfill b(2, order::fcfs{}, depth{1}, estimate::user{}, backfill_options{.max_tested = 3});
  const job_handle a = b.submit(asks(1, 1, 100), 0);
  static_cast<void>(b.submit(asks(2, 2, 100), 0));
  for (job_number id = 3; id < 8; ++id) static_cast<void>(b.submit(asks(id, 1, 200), 0));
  const job_handle last = b.submit(asks(9, 1, 50), 0);
  CHECK(starts(b, 0) == handles{a});
  CHECK(b.phase(last) == job_phase::waiting);
}

TEST_CASE("at most so many jobs of a user are tried behind the head") {
  backfill b(4, order::fcfs{}, easy(), estimate::user{}, backfill_options{.max_per_user = 1});
  const job_handle wide = b.submit(asks(1, 2, 10), 0);
  static_cast<void>(b.submit(asks(2, 4, 10), 0));
  const auto of_user = [&](job_number id, std::uint32_t user) {
    job j = asks(id, 1, 5);
    j.user = user;
    return b.submit(j, 0);
  };
  const job_handle first = of_user(3, 7);
  static_cast<void>(of_user(4, 7));
  const job_handle other = of_user(5, 8);
  CHECK(starts(b, 0) == handles{wide, first, other});
}

TEST_CASE("at most so many reservations are made in a pass") {
  const auto third = [](std::size_t most) {
    backfill b(4, order::fcfs{}, depth{depth::all}, estimate::user{}, backfill_options{.max_reservations = most});
    static_cast<void>(b.submit(asks(1, 3, 10), 0));
    static_cast<void>(b.submit(asks(2, 3, 10), 0));
    static_cast<void>(b.submit(asks(3, 4, 5), 0));
    const job_handle lengthy = b.submit(asks(4, 1, 30), 0);  // delays the third, not the second
    static_cast<void>(b.decide(0));
    return b.phase(lengthy);
  };
  CHECK(third(0) == job_phase::waiting);
  CHECK(third(2) == job_phase::waiting);
  CHECK(third(1) == job_phase::running);
}

TEST_CASE("a pass whose time is over says so, and the next one goes on from there") {
  backfill b(1000, order::fcfs{}, depth{0}, estimate::user{},
             backfill_options{.time_budget = std::chrono::nanoseconds(1)});
  for (job_number k = 1; k <= 200; ++k) static_cast<void>(b.submit(asks(k, 1, 10), 0));
  std::size_t started = 0;
  std::size_t passes = 0;
  for (bool exhausted = true; exhausted; ++passes) {
    REQUIRE(passes < 10);
    const auto d = b.decide(0);
    started += d.starts.size();
    exhausted = d.status == decision_status::budget_exhausted;
  }
  CHECK(started == 200);
  CHECK(passes == 4);  // looked at the clock after every 64 jobs
}

TEST_CASE("a coarse plan rounds estimates up and now down") {
  backfill b(4, order::fcfs{}, conservative{}, estimate::user{}, backfill_options{.resolution = 60});
  const job_handle first = b.submit(asks(1, 4, 61), 65);
  const job_handle second = b.submit(asks(2, 4, 10), 65);
  CHECK(starts(b, 65) == handles{first});
  CHECK(b.planned_end_of(first) == 180);
  CHECK(b.promise(second) == 180);
  CHECK_THROWS_AS((backfill(4, order::fcfs{}, easy(), estimate::user{}, backfill_options{.resolution = 0})), error);
}

TEST_CASE("overruns: planned on, up to the estimate first, or to be killed there") {
  const auto after = [](overrun_policy p, instant now) {
    backfill b(4, order::fcfs{}, easy(), estimate::scaled{0.5}, backfill_options{.overrun = p, .overrun_step = 3});
    const job_handle h = b.submit(asks(1, 4, 20), 0);
    static_cast<void>(b.decide(0));
    CHECK(b.planned_end_of(h) == 10);
    for (instant t = 10; t < now; t += 1) CHECK(b.decide(t).kills.empty());
    const auto d = b.decide(now);
    CHECK(b.phase(h) == job_phase::running);
    CHECK(b.available() == 0);
    return std::pair(b.planned_end_of(h), d.kills.size());
  };
  using end = std::pair<instant, std::size_t>;
  CHECK(after(overrun_policy::extend, 10) == end{13, 0});
  CHECK(after(overrun_policy::extend, 13) == end{19, 0});
  CHECK(after(overrun_policy::to_estimate, 10) == end{20, 0});
  CHECK(after(overrun_policy::to_estimate, 20) == end{23, 0});
  CHECK(after(overrun_policy::kill, 19) == end{20, 0});
  CHECK(after(overrun_policy::kill, 20) == end{23, 1});
}

TEST_CASE("a decision about the past is none, and says so") {
  backfill b(4);
  static_cast<void>(b.submit(asks(1, 1, 5), 10));
  CHECK(b.decide(9).status == decision_status::clock_backwards);
  CHECK(b.decide(9).starts.empty());
  CHECK(b.decide(10).starts.size() == 1);
}

TEST_CASE("a changed priority moves a job, equals keep their places") {
  backfill b(2, order::by_priority{}, none{});
  static_cast<void>(b.submit(asks(1, 2, 10), 0));
  static_cast<void>(b.decide(0));
  const job_handle a = b.submit(asks(2, 2, 10), 0);
  const job_handle c = b.submit(asks(3, 2, 10), 0);
  b.set_priority(c, 5, 1);
  b.set_priority(a, 5, 2);
  b.finish(0, 10);
  CHECK(starts(b, 10) == handles{a});
  b.finish(a, 20);
  CHECK(starts(b, 20) == handles{c});
}

TEST_CASE("a singleton waits for earlier jobs of the same user and name") {
  backfill b(8);
  b.expect_dependencies();
  const auto named = [](job_number id, std::uint32_t name, bool alone) {
    job j = asks(id, 1, 10);
    j.user = 3;
    j.name = name;
    if (alone) j.after.push_back({job_dependency::kind::singleton, 0, 0});
    return j;
  };
  const job_handle one = b.submit(named(1, 1, false), 0);
  const job_handle two = b.submit(named(2, 1, true), 0);
  const job_handle other = b.submit(named(3, 2, true), 0);
  CHECK(starts(b, 0) == handles{one, other});
  CHECK(b.why(two) == wait_reason::dependency);
  b.finish(one, 4, false);
  CHECK(starts(b, 4) == handles{two});
}

TEST_CASE("what the plan says of jobs that are not there") {
  backfill b(8, order::fcfs{}, conservative{});
  static_cast<void>(b.submit(asks(1, 6, 10), 0));
  static_cast<void>(b.submit(asks(2, 8, 5), 0));
  static_cast<void>(b.decide(0));
  CHECK(b.earliest_start(2, 10) == 0);
  CHECK(b.earliest_start(2, 11) == 15);
  CHECK(b.earliest_start(9, 1) == instant::infinity());
  CHECK((b.largest_now(10) == 2 && b.largest_now(11) == 0));
  const std::vector<std::pair<instant, amount>> steps{{0, 2}, {10, 0}, {15, 8}};
  CHECK(b.free_over_time() == steps);
  backfill easy_one(8);
  static_cast<void>(easy_one.submit(asks(1, 6, 10), 0));
  static_cast<void>(easy_one.decide(0));
  CHECK(easy_one.free_over_time() == std::vector<std::pair<instant, amount>>{{0, 2}, {10, 8}});
}

TEST_CASE("a thousand equal jobs, 500 tested: the 500th has a forecast, the next has none") {
  backfill b(1, order::fcfs{}, easy(), estimate::user{}, backfill_options{.max_tested = 500});
  static_cast<void>(b.submit(asks(0, 1, 10), 0));
  static_cast<void>(b.decide(0));
  for (job_number k = 1; k <= 1000; ++k) static_cast<void>(b.submit(asks(k, 1, 10), 0));
  static_cast<void>(b.decide(0));
  const auto expected = b.forecast();
  REQUIRE(expected.size() == 1000);
  CHECK(expected[499].second == 5000);
  CHECK(expected[500].second == instant::infinity());
}

TEST_CASE("a copy decides as the original does") {
  random_generator rng(5);
  backfill b(16, order::fcfs{}, conservative{});
  handles running;
  instant now = 0;
  for (int event = 0; event < 400; ++event) {
    now = now + rng.between(0, 5);
    if (rng.chance(0.5)) {
      static_cast<void>(b.submit(asks(event, rng.between(1, 16), rng.between(1, 60)), now));
    } else if (!running.empty()) {
      const auto k = static_cast<std::size_t>(rng.below(running.size()));
      b.finish(running[k], now);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(k));
    }
    auto copy = b;
    const auto ours = b.decide(now);
    const auto theirs = copy.decide(now);
    REQUIRE(ours.starts == theirs.starts);
    REQUIRE(ours.next_wakeup == theirs.next_wakeup);
    running.insert(running.end(), ours.starts.begin(), ours.starts.end());
    amount busy = 0;
    for (const job_handle h : running) busy += b.job_of(h).shapes[0].demand;
    REQUIRE(busy <= 16);
  }
}

TEST_CASE("no event allocates once the tables have seen their size") {
  const auto run = [](auto& b, instant from, job_number first) {
    // The same load again and again: jobs arrive, run, end early.
    std::vector<std::pair<instant, job_handle>> ends;
    typename std::remove_reference_t<decltype(b)>::decision d;
    d.starts.reserve(64);
    ends.reserve(512);
    const std::uint64_t before = sched_test::allocations.load();
    std::uint64_t growth = 0;
    for (int k = 0; k < 200; ++k) {
      const instant now = from + 7 * k;
      for (std::size_t e = 0; e < ends.size();) {
        if (ends[e].first > now) {
          ++e;
          continue;
        }
        b.finish(ends[e].second, now);
        ends[e] = ends.back();
        ends.pop_back();
      }
      const std::uint64_t counted = sched_test::allocations.load();
      static_cast<void>(b.submit(asks(first + k, 1 + k % 5, 20 + k % 30), now));
      growth += sched_test::allocations.load() - counted;  // the tables of jobs grow
      b.decide(now, d);
      for (const job_handle h : d.starts) ends.emplace_back(now + 15, h);
    }
    return sched_test::allocations.load() - before - growth;
  };
  backfill easy(8, order::fcfs{}, depth{1});
  static_cast<void>(run(easy, 0, 0));
  static_cast<void>(run(easy, 10'000, 1'000));
  CHECK(run(easy, 20'000, 2'000) == 0);
}

TEST_CASE("lent jobs are decided upon like copied ones, in any order and with new priorities") {
  random_generator rng(3);
  const std::vector<job> jobs = sched_test::random_trace({.jobs = 60}, rng);
  for (const std::size_t out_of_order : {jobs.size(), std::size_t{0}, std::size_t{20}})
    for (const std::size_t urgent : {jobs.size(), std::size_t{5}, std::size_t{40}}) {
      backfill copied(16, order::by_priority{}, reserve::easy());
      backfill lent = copied;
      lent.lend(jobs);
      for (auto* b : {&copied, &lent}) {
        for (std::size_t k = 0; k < jobs.size(); ++k) {
          const std::size_t j = k == out_of_order ? k + 1 : k == out_of_order + 1 ? k - 1 : k;
          static_cast<void>(b->submit(jobs[j], 0));
          if (k == urgent) b->set_priority(static_cast<job_handle>(k), 100, 0);
        }
      }
      for (std::size_t k = 0; k < jobs.size(); ++k) {
        const auto h = static_cast<job_handle>(k);
        CHECK(lent.job_of(h).id == copied.job_of(h).id);
        CHECK(lent.job_of(h).priority == copied.job_of(h).priority);
      }
      CHECK(lent.decide(0).starts == copied.decide(0).starts);
    }
}
