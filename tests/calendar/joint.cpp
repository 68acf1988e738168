// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/joint.hpp>

#include <functional>
#include <string>
#include <vector>

#include <sched/calendar/periods.hpp>
#include <sched/calendar/recurring.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"
#include "support/rounds.hpp"

using namespace sched;
using namespace calendar_model;
using namespace sched::calendar;

namespace {

using list = std::vector<interval>;

using calendars = std::vector<any_calendar>;

joint_view joint(calendars&&) = delete;  // the view holds nothing
joint_view joint(const calendars& all) {
  joint_view view;
  for (const any_calendar& c : all) view.add(c);
  return view;
}

void check(const calendars& all, const std::function<bool(std::int64_t)>& open, std::uint64_t seed) {
  const joint_view view = joint(all);
  const brute_force model(open);
  for (std::int64_t t = -500; t <= 500; t += 3) {
    CAPTURE(t, view.next_open(t), view.next_closed(t), view.prev_open(t), view.prev_closed(t));
    REQUIRE(model.next(t, true).agrees(view.next_open(t), model));
    REQUIRE(model.next(t, false).agrees(view.next_closed(t), model));
    REQUIRE(model.prev(t, true).agrees(view.prev_open(t), model));
    REQUIRE(model.prev(t, false).agrees(view.prev_closed(t), model));
  }
  random_generator random(seed);
  for (int round = 0; round < 300; ++round) {
    const std::int64_t t = random.between(-500, 500);
    const std::int64_t w = random.between(0, round % 2 == 0 ? 12 : 300);
    CAPTURE(t, w, view.add_work(t, w), view.sub_work(t, w));
    REQUIRE(model.add(t, w).agrees(view.add_work(t, w), model));
    REQUIRE(model.sub(t, w).agrees(view.sub_work(t, w), model));
  }
}

}  // namespace

TEST_CASE("a joint view of no calendar, or of calendars that never close, is always open") {
  joint_view view;
  CHECK(view.always_open());
  view.add(any_calendar());
  view.add(always_open());
  CHECK(view.always_open());
  CHECK(view.next_open(-5) == -5);
  CHECK(view.next_closed(-5) == instant::infinity());
  CHECK(view.prev_open(7) == 7);
  CHECK(view.prev_closed(7) == instant::minus_infinity());
  CHECK(view.add_work(3, 10) == 13);
  CHECK(view.sub_work(3, 10) == -7);
  CHECK(view.add_work(3, duration::infinity()) == instant::infinity());
}

TEST_CASE("a joint view of one calendar answers what the calendar answers") {
  random_generator random(81);
  for (int round = 0; round < sched_test::rounds(20); ++round) {
    const std::int64_t p = random.between(1, 30);
    const list x = random_intervals(random, 0, p, 4);
    const any_calendar c = periodic(p, x, 3);
    check(
        {c}, [&](std::int64_t t) { return covered(x, modulo(t - 3, p)); }, 82);
    joint_view view;
    view.add(c);
    for (const instant t : {instant::minus_infinity(), instant(0), instant::infinity()}) {
      CHECK(view.next_open(t) == c.next_open(t));
      CHECK(view.prev_closed(t) == c.prev_closed(t));
      CHECK(view.add_work(t, duration::infinity()) == c.add_work(t, duration::infinity()));
    }
  }
}

TEST_CASE("a joint view of several calendars is open when all of them are, tick by tick") {
  random_generator random(83);
  for (int round = 0; round < sched_test::rounds(25); ++round) {
    const std::int64_t p = random.between(2, 18);
    const std::int64_t q = random.between(2, 18);
    list x = random_intervals(random, 0, p, 3);
    list y = random_intervals(random, 0, q, 3);
    x.push_back({0, 1});  // so that they meet for ever
    y.push_back({0, 1});
    const list holidays = random_intervals(random, -300, 300, 5);
    const auto in_x = [&](std::int64_t t) { return covered(x, modulo(t, p)); };
    const auto in_y = [&](std::int64_t t) { return covered(y, modulo(t, q)); };
    check(
        {periodic(p, x), periodic(q, y)}, [&](std::int64_t t) { return in_x(t) && in_y(t); }, 84);
    check(
        {periodic(p, x), any_calendar(), closed_periods(holidays), periodic(q, y)},
        [&](std::int64_t t) { return in_x(t) && in_y(t) && !covered(holidays, t); }, 85);
    check(
        {closed_periods(holidays), open_periods({{-200, 250}})},
        [&](std::int64_t t) { return t >= -200 && t < 250 && !covered(holidays, t); }, 86);
  }
}

TEST_CASE("a joint view of calendars that are never open together gives up with infinity") {
  const calendars all{periodic(14, {{0, 7}}), periodic(14, {{7, 14}})};
  const joint_view never = joint(all);
  CHECK(never.next_open(3) == instant::infinity());
  CHECK(never.prev_open(3) == instant::minus_infinity());
  CHECK(never.add_work(3, 1) == instant::infinity());
  CHECK(never.sub_work(3, 1) == instant::minus_infinity());
  CHECK(never.add_work(3, 0) == 3);
  CHECK(never.next_closed(3) == 3);
  CHECK(never.prev_closed(3) == 3);
}

TEST_CASE("work without end in a joint view ends at infinity by patience") {
  const calendars all{periodic(14, {{0, 7}}), periodic(14, {{3, 10}})};
  const joint_view view = joint(all);
  CHECK(view.add_work(0, 8) == 21);
  CHECK(view.add_work(0, duration::infinity()) == instant::infinity());
  CHECK(view.sub_work(0, duration::infinity()) == instant::minus_infinity());
  const auto patience = static_cast<std::int64_t>(joint_view::patience);
  CHECK(view.add_work(0, 4 * patience) == 14 * (patience - 1) + 7);  // 4 ticks a fortnight, one break passed for each
  CHECK(view.add_work(0, 4 * patience + 1) == instant::infinity());
}

TEST_CASE("a cleared joint view is always open again") {
  const any_calendar c = periodic(14, {{0, 7}});
  joint_view view;
  view.add(c);
  CHECK_FALSE(view.always_open());
  view.clear();
  CHECK(view.always_open());
  CHECK(view.next_open(8) == 8);
}
