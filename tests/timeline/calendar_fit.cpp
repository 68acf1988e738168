// SPDX-License-Identifier: BSL-1.0
#include <sched/timeline/calendar_fit.hpp>

#include <cstdint>
#include <vector>

#include <sched/calendar/any_calendar.hpp>
#include <sched/calendar/periods.hpp>
#include <sched/calendar/weekly.hpp>
#include <sched/core/random.hpp>
#include <sched/timeline/dense_timeline.hpp>
#include <sched/timeline/step_timeline.hpp>
#include <sched/timeline/tree_timeline.hpp>

#include "support/catch.hpp"

using sched::break_rule;
using sched::instant;
using sched::interval;

namespace {

constexpr instant never = instant::infinity();
constexpr instant nowhere = instant::minus_infinity();

/// Tick by tick, as the definition says; `last` bounds the search.
interval brute_earliest(const sched::step_timeline& timeline, const sched::calendar::any_calendar& calendar,
                        break_rule rule, instant ready, std::int64_t work, sched::amount demand, std::int64_t last) {
  for (instant s = std::max(ready, timeline.origin()); s < last; s += 1) {
    if (!calendar.is_open(s)) continue;
    std::int64_t done = 0;
    for (instant t = s; t < last; t += 1) {
      const bool open = calendar.is_open(t);
      if (timeline.available(t) < demand || (!open && rule == break_rule::closed)) break;
      done += open ? 1 : 0;
      if (done == work) return {s, t + 1};
    }
  }
  return {never, never};
}

interval brute_latest(const sched::step_timeline& timeline, const sched::calendar::any_calendar& calendar,
                      break_rule rule, instant deadline, std::int64_t work, sched::amount demand) {
  for (instant f = deadline; f > timeline.origin(); f -= 1) {
    if (!calendar.is_open(f - 1)) continue;
    std::int64_t done = 0;
    for (instant t = f; t > timeline.origin(); t -= 1) {
      const bool open = calendar.is_open(t - 1);
      if (timeline.available(t - 1) < demand || (!open && rule == break_rule::closed)) break;
      done += open ? 1 : 0;
      if (done == work) return {t - 1, f};
    }
  }
  return {nowhere, nowhere};
}

/// A timeline with the bare contract: no `first_below` and `last_below`.
class bare_timeline {
public:
  explicit bare_timeline(sched::step_timeline t) : t_(std::move(t)) {}
  sched::amount capacity() const { return t_.capacity(); }
  instant origin() const { return t_.origin(); }
  sched::amount available(instant t) const { return t_.available(t); }
  sched::amount min_available(interval i) const { return t_.min_available(i); }
  instant earliest_fit(instant t, sched::duration d, sched::amount n) const { return t_.earliest_fit(t, d, n); }
  instant latest_fit(instant t, sched::duration d, sched::amount n) const { return t_.latest_fit(t, d, n); }
  sched::reserve_result reserve(interval i, sched::amount n) { return t_.reserve(i, n); }
  void release(const sched::reservation& b) { t_.release(b); }
  sched::reserve_result resize(const sched::reservation& b, instant f) { return t_.resize(b, f); }
  void add_capacity(interval i, sched::amount n) { t_.add_capacity(i, n); }
  void advance(instant t) { t_.advance(t); }
  instant next_change(instant t) const { return t_.next_change(t); }
  template <class F>
  void steps(F&& f) const {
    t_.steps(f);
  }
  bool operator==(const bare_timeline&) const = default;

private:
  sched::step_timeline t_;
};
static_assert(sched::resource_timeline<bare_timeline>);

}  // namespace

TEST_CASE("closed work does not cross a break, stretching work pauses over it") {
  const sched::calendar::any_calendar calendar = sched::calendar::closed_periods({{4, 6}});
  sched::step_timeline t(2);
  CHECK(earliest_fit(t, calendar, break_rule::closed, 0, 4, 1) == interval{0, 4});
  CHECK(earliest_fit(t, calendar, break_rule::closed, 2, 4, 1) == interval{6, 10});
  CHECK(earliest_fit(t, calendar, break_rule::stretching, 2, 4, 1) == interval{2, 8});
  CHECK(earliest_fit(t, calendar, break_rule::stretching, 4, 4, 1) == interval{6, 10});
  t.take({5, 6}, 2);  // a paused task keeps its claim
  CHECK(earliest_fit(t, calendar, break_rule::stretching, 2, 4, 1) == interval{6, 10});
  CHECK(latest_fit(t, calendar, break_rule::stretching, 8, 2, 1) == interval{6, 8});
  CHECK(latest_fit(t, calendar, break_rule::stretching, 8, 3, 1) == interval{1, 4});
  CHECK(latest_fit(t, calendar, break_rule::closed, 7, 2, 1) == interval{2, 4});
}

TEST_CASE("no work takes no time, wherever it is asked for") {
  const sched::calendar::any_calendar shut = sched::calendar::open_periods({});
  const sched::step_timeline t(2, 5);
  CHECK(earliest_fit(t, shut, break_rule::closed, 7, 0, 9) == interval{7, 7});
  CHECK(earliest_fit(t, shut, break_rule::stretching, 0, 0, 9) == interval{5, 5});
  CHECK(latest_fit(t, shut, break_rule::stretching, 9, 0, 9) == interval{9, 9});
  CHECK(latest_fit(t, shut, break_rule::stretching, 4, 0, 9) == interval{nowhere, nowhere});
}

TEST_CASE("what can never be done is answered, not searched for ever") {
  const sched::step_timeline t(2);
  const interval none{never, never};
  const sched::calendar::any_calendar shut = sched::calendar::open_periods({});
  const sched::calendar::any_calendar ends = sched::calendar::open_periods({{0, 10}});
  const sched::calendar::any_calendar shifts = sched::calendar::weekly({{0, 8}, {24, 32}}, 48);
  for (const auto rule : {break_rule::closed, break_rule::stretching}) {
    CHECK(earliest_fit(t, shut, rule, 0, 1, 1) == none);
    CHECK(earliest_fit(t, ends, rule, 0, 11, 1) == none);
    CHECK(earliest_fit(t, ends, rule, 0, 10, 3) == none);
    CHECK(latest_fit(t, shut, rule, 100, 1, 1) == interval{nowhere, nowhere});
  }
  CHECK(earliest_fit(t, shifts, break_rule::closed, 0, 9, 1) == none);
  CHECK(earliest_fit(t, shifts, break_rule::stretching, 0, 9, 1) == interval{0, 25});
  CHECK(latest_fit(t, shifts, break_rule::closed, 1000, 9, 1) == interval{nowhere, nowhere});
  const sched::step_timeline endless(2, instant::min());
  CHECK(latest_fit(endless, shifts, break_rule::closed, 1000, 9, 1) == interval{nowhere, nowhere});
  sched::step_timeline full(2);
  full.take({3, never}, 2);
  CHECK(earliest_fit(full, shifts, break_rule::stretching, 0, 9, 1) == none);
  CHECK(earliest_fit(full, sched::calendar::any_calendar{}, break_rule::closed, 0, 3, 1) == interval{0, 3});
}

TEST_CASE("calendar fits equal a tick by tick search for every model") {
  for (int run = 0; run < 150; ++run) {
    sched::random_generator random(static_cast<std::uint64_t>(run) + 5);
    const std::int64_t horizon = 100;
    std::vector<interval> closed;
    for (std::uint64_t i = random.below(6); i > 0; --i) {
      const std::int64_t a = random.between(-10, 90);
      closed.push_back({a, a + random.between(1, 12)});
    }
    const sched::calendar::any_calendar calendar =
        run % 3 == 0   ? sched::calendar::any_calendar(sched::calendar::closed_periods(closed))
        : run % 3 == 1 ? sched::calendar::any_calendar(sched::calendar::weekly({{0, 5}, {7, 12}}, 17))
                       : sched::calendar::any_calendar(sched::calendar::open_periods(closed));
    const instant origin = random.between(-5, 5);
    sched::step_timeline t(4, origin);
    sched::dense_timeline dense(4, origin);
    sched::tree_timeline tree(4, origin);
    for (int i = 0; i < 12; ++i) {
      const std::int64_t a = random.between(0, 80);
      const interval where{a, a + random.between(0, 15)};
      const sched::amount n = random.between(0, 3);
      if (!t.reserve(where, n)) continue;
      REQUIRE(dense.reserve(where, n));
      REQUIRE(tree.reserve(where, n));
    }
    const bare_timeline bare(t);
    for (int i = 0; i < 60; ++i) {
      const auto rule = random.chance(0.5) ? break_rule::closed : break_rule::stretching;
      const instant at = random.between(-8, 90);
      const std::int64_t work = random.between(1, 12);
      const sched::amount n = random.between(0, 5);
      CAPTURE(run, at.count(), work, n, static_cast<int>(rule));
      const interval expected = brute_earliest(t, calendar, rule, at, work, n, horizon + 400);
      REQUIRE(earliest_fit(t, calendar, rule, at, work, n) == expected);
      REQUIRE(earliest_fit(dense, calendar, rule, at, work, n) == expected);
      REQUIRE(earliest_fit(tree, calendar, rule, at, work, n) == expected);
      REQUIRE(earliest_fit(bare, calendar, rule, at, work, n) == expected);
      const interval latest = brute_latest(t, calendar, rule, at, work, n);
      REQUIRE(latest_fit(t, calendar, rule, at, work, n) == latest);
      REQUIRE(latest_fit(dense, calendar, rule, at, work, n) == latest);
      REQUIRE(latest_fit(tree, calendar, rule, at, work, n) == latest);
      REQUIRE(latest_fit(bare, calendar, rule, at, work, n) == latest);
    }
  }
}
