// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_TIMELINE_CONTRACT_HPP
#define SCHED_TESTS_SUPPORT_TIMELINE_CONTRACT_HPP

#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/timeline/timeline.hpp>

#include "support/catch.hpp"
#include "support/rounds.hpp"
#include "support/timeline_lockstep.hpp"

namespace sched_test {

template <sched::resource_timeline Timeline>
std::vector<sched::timeline_step> steps_of(const Timeline& t) {
  std::vector<sched::timeline_step> all;
  t.steps([&](sched::timeline_step s) { all.push_back(s); });
  return all;
}

/// The contract by examples, for a model constructed as Timeline(capacity, origin).
template <sched::resource_timeline Timeline>
void check_timeline_contract() {
  using sched::instant;
  const instant never = instant::infinity();
  const instant nowhere = instant::minus_infinity();

  SECTION("unused, it offers its capacity from the origin on") {
    const Timeline t(5, 3);
    CHECK(t.capacity() == 5);
    CHECK(t.origin() == 3);
    CHECK(t.available(3) == 5);
    CHECK(t.available(never) == 5);
    CHECK(t.min_available({0, never}) == 5);
    CHECK(t.next_change(nowhere) == never);
    CHECK(steps_of(t) == std::vector<sched::timeline_step>{{3, 5}});
  }
  SECTION("a booking lowers availability over its interval only") {
    Timeline t(5);
    const auto r = t.reserve({4, 8}, 2);
    REQUIRE(r);
    CHECK(r.booking == sched::reservation{{4, 8}, 2});
    CHECK(r.first_conflict == never);
    CHECK(t.available(3) == 5);
    CHECK(t.available(4) == 3);
    CHECK(t.available(7) == 3);
    CHECK(t.available(8) == 5);
    CHECK(t.min_available({0, 5}) == 3);
    CHECK(t.min_available({0, 4}) == 5);
    CHECK(t.min_available({6, 6}) == 5);
    CHECK(t.min_available({7, 2}) == 5);
    CHECK(t.next_change(0) == 4);
    CHECK(t.next_change(4) == 8);
    CHECK(t.next_change(8) == never);
    CHECK(steps_of(t) == std::vector<sched::timeline_step>{{0, 5}, {4, 3}, {8, 5}});
  }
  SECTION("a booking that does not fit changes nothing and names the first instant") {
    Timeline t(5);
    REQUIRE(t.reserve({4, 8}, 2));
    const Timeline before = t;
    const auto r = t.reserve({0, 20}, 4);
    CHECK_FALSE(r.ok);
    CHECK(r.first_conflict == 4);
    CHECK(t == before);
    CHECK(t.reserve({6, 20}, 4).first_conflict == 6);
    CHECK(t.reserve({0, never}, 6).first_conflict == 0);
    CHECK(t == before);
  }
  SECTION("release restores exactly") {
    Timeline t(5);
    REQUIRE(t.reserve({4, 8}, 2));
    const Timeline before = t;
    const auto r = t.reserve({6, 30}, 3);
    REQUIRE(r);
    CHECK_FALSE(t == before);
    t.release(r.booking);
    CHECK(t == before);
  }
  SECTION("equal neighbouring steps are one") {
    Timeline t(5);
    REQUIRE(t.reserve({4, 8}, 2));
    REQUIRE(t.reserve({8, 12}, 2));
    CHECK(steps_of(t) == std::vector<sched::timeline_step>{{0, 5}, {4, 3}, {12, 5}});
    Timeline other(5);
    REQUIRE(other.reserve({4, 12}, 2));
    CHECK(t == other);
  }
  SECTION("resize moves the end, earlier or later") {
    Timeline t(5);
    auto r = t.reserve({4, 8}, 2);
    REQUIRE(r);
    REQUIRE(t.reserve({10, 12}, 4));
    r = t.resize(r.booking, 10);
    REQUIRE(r);
    CHECK(r.booking == sched::reservation{{4, 10}, 2});
    CHECK(t.available(9) == 3);
    const Timeline before = t;
    const auto failed = t.resize(r.booking, 11);
    CHECK_FALSE(failed.ok);
    CHECK(failed.first_conflict == 10);
    CHECK(failed.booking == r.booking);
    CHECK(t == before);
    r = t.resize(r.booking, 5);
    REQUIRE(r);
    CHECK(t.available(5) == 5);
    r = t.resize(r.booking, 1);
    REQUIRE(r);
    CHECK(r.booking.when.empty());
    CHECK(t.available(4) == 5);
  }
  SECTION("earliest_fit is the argument or an instant at which availability rises") {
    Timeline t(5);
    REQUIRE(t.reserve({0, 10}, 4));
    REQUIRE(t.reserve({15, 20}, 3));
    CHECK(t.earliest_fit(0, 3, 1) == 0);
    CHECK(t.earliest_fit(2, 3, 1) == 2);
    CHECK(t.earliest_fit(0, 5, 2) == 10);
    CHECK(t.earliest_fit(0, 6, 2) == 10);
    CHECK(t.earliest_fit(0, 6, 3) == 20);
    CHECK(t.earliest_fit(0, 5, 5) == 10);
    CHECK(t.earliest_fit(0, 6, 5) == 20);
    CHECK(t.earliest_fit(0, 1, 6) == never);
    CHECK(t.earliest_fit(2, 0, 6) == 2);
    CHECK(t.earliest_fit(-5, 1, 1) == 0);
    CHECK(t.earliest_fit(never, 1, 1) == never);
  }
  SECTION("latest_fit mirrors earliest_fit") {
    Timeline t(5);
    REQUIRE(t.reserve({0, 10}, 4));
    REQUIRE(t.reserve({15, 20}, 3));
    CHECK(t.latest_fit(30, 5, 5) == 25);
    CHECK(t.latest_fit(24, 5, 5) == 10);
    CHECK(t.latest_fit(24, 4, 5) == 20);
    CHECK(t.latest_fit(24, 6, 5) == nowhere);
    CHECK(t.latest_fit(24, 6, 2) == 18);
    CHECK(t.latest_fit(9, 9, 1) == 0);
    CHECK(t.latest_fit(9, 10, 1) == nowhere);
    CHECK(t.latest_fit(9, 0, 9) == 9);
    CHECK(t.latest_fit(-1, 0, 9) == nowhere);
    CHECK(t.latest_fit(never, 3, 5) == never);
    CHECK(t.latest_fit(never, 3, 6) == nowhere);
  }
  SECTION("nothing wraps at the ends of time") {
    Timeline t(5);
    const auto r = t.reserve({7, never}, 5);
    REQUIRE(r);
    CHECK(t.available(instant::max()) == 0);
    CHECK(t.earliest_fit(0, 8, 1) == never);
    CHECK(t.earliest_fit(0, sched::duration::infinity(), 1) == never);
    CHECK(t.earliest_fit(0, sched::duration::infinity(), 0) == 0);
    CHECK(t.earliest_fit(9, instant::max(), 0) == 9);
    CHECK(t.latest_fit(never, 7, 1) == 0);
    CHECK(t.latest_fit(never, 8, 1) == nowhere);
    t.release(r.booking);
    CHECK(t == Timeline(5));
    CHECK(t.earliest_fit(instant::max(), 10, 5) == instant::max());
  }
  SECTION("capacity may go up and down, below zero too") {
    Timeline t(5);
    REQUIRE(t.reserve({2, 8}, 4));
    t.add_capacity({4, 6}, -3);
    CHECK(t.available(4) == -2);
    CHECK(t.earliest_fit(2, 3, 0) == 6);
    t.add_capacity({4, 6}, 3);
    t.add_capacity({10, 12}, 2);
    CHECK(t.earliest_fit(0, 2, 7) == 10);
    CHECK(t.capacity() == 5);
  }
  SECTION("advance forgets the past; what is booked across it can still be given back") {
    Timeline t(5);
    const auto a = t.reserve({2, 8}, 4);
    const auto b = t.reserve({3, 4}, 1);
    REQUIRE(a);
    REQUIRE(b);
    t.advance(6);
    CHECK(t.origin() == 6);
    CHECK(t.available(6) == 1);
    CHECK(steps_of(t) == std::vector<sched::timeline_step>{{6, 1}, {8, 5}});
    t.release(b.booking);
    t.release(a.booking);
    CHECK(steps_of(t) == std::vector<sched::timeline_step>{{6, 5}});
    t.advance(2);
    CHECK(t.origin() == 6);
    CHECK(t.earliest_fit(0, 1, 5) == 6);
    CHECK(t.min_available({0, 6}) == 5);
  }
  SECTION("copies are independent") {
    Timeline a(5);
    REQUIRE(a.reserve({2, 8}, 4));
    Timeline b = a;
    REQUIRE(b.reserve({2, 8}, 1));
    CHECK(a.available(2) == 1);
    CHECK(b.available(2) == 0);
    a = b;
    CHECK(a == b);
    Timeline c = std::move(b);
    CHECK(a == c);
  }
}

/// `runs` random histories of `operations` operations each, in lock-step with brute force, in windows of several sizes.
template <sched::resource_timeline Timeline>
void check_timeline_random(int runs, int operations, std::uint64_t seed = 1, bool far_times = true) {
  for (int run = 0, most = rounds(runs); run < most; ++run) {
    sched::random_generator random(seed + static_cast<std::uint64_t>(run));
    lockstep_shape shape;
    const std::size_t sizes[] = {8, 40, 120, 300};
    shape.ticks = sizes[run % 4];
    shape.capacity = run % 5 == 0 ? 1 : static_cast<sched::amount>(2 + random.below(30));
    shape.origin = run % 3 == 0 ? 0 : static_cast<std::int64_t>(random.below(2000)) - 1000;
    shape.advances = run % 7 != 0;
    shape.far_times = far_times;
    Timeline subject(shape.capacity, shape.origin);
    const auto draw = [&random](std::uint64_t n) { return static_cast<std::size_t>(random.below(n)); };
    timeline_lockstep lockstep(subject, shape, draw);
    bool ok = true;
    for (int i = 0; ok && i < operations; ++i) ok = lockstep.step();
    ok = ok && lockstep.finish();
    INFO("run " << run << ": " << lockstep.difference());
    REQUIRE(ok);
  }
}

}  // namespace sched_test

#endif
