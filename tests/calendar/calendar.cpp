// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"

using namespace sched;
using namespace calendar_model;

namespace archetype {
/// The least that a user must write: open on ticks divisible by three. No constructors to rely on, no repetition told.
struct every_third {
  every_third() = delete;
  explicit every_third(int) {}

  bool is_open(instant t) const { return t.is_finite() && modulo(t.count(), 3) == 0; }
  instant next_open(instant t) const { return t.is_finite() ? t + modulo(-t.count(), 3) : t; }
  instant next_closed(instant t) const { return is_open(t) ? t + 1 : t; }
  instant prev_open(instant t) const { return t.is_finite() ? t - modulo(t.count() - 1, 3) : t; }
  instant prev_closed(instant t) const { return t.is_finite() && is_open(t - 1) ? t - 1 : t; }
  instant add_work(instant t, duration w) const {
    return w == duration(0) ? t : !t.is_finite() ? t : next_open(t) + (w - 1) * 3 + 1;
  }
  instant sub_work(instant t, duration w) const {
    return w == duration(0) ? t : !t.is_finite() ? t : prev_open(t) - (w - 1) * 3 - 1;
  }
  duration work_between(interval i) const {
    if (i.empty()) return 0;
    if (!i.start.is_finite() || !i.finish.is_finite()) return duration::infinity();
    return sched::calendar::detail::floor_divide(i.finish.count() - 1, 3).quotient -
           sched::calendar::detail::floor_divide(i.start.count() - 1, 3).quotient;
  }
};
static_assert(resource_calendar<every_third>);
}  // namespace archetype

TEST_CASE("a calendar that offers just the concept works everywhere") {
  using namespace sched::calendar;
  const archetype::every_third c(0);
  const auto third = [](std::int64_t t) { return modulo(t, 3) == 0; };
  CHECK(mismatch(c, brute_force(third)) == "");
  CHECK(mismatch(any_calendar(c), brute_force(third)) == "");
  CHECK(mismatch(complement(c), brute_force([](std::int64_t t) { return modulo(t, 3) != 0; })) == "");
  CHECK(mismatch(mirrored(c, 5), brute_force([](std::int64_t t) { return modulo(4 - t, 3) == 0; })) == "");
  CHECK(mismatch(shifted(c, 5), brute_force([](std::int64_t t) { return modulo(t - 5, 3) == 0; })) == "");
  CHECK(mismatch(recurring(c, 10), brute_force([](std::int64_t t) { return modulo(modulo(t, 10), 3) == 0; })) == "");
  CHECK(mismatch(intersect(c, closed_periods({{3, 40}})),
                 brute_force([&](std::int64_t t) { return third(t) && !(t >= 3 && t < 40); })) == "");
  CHECK(mismatch(unite(c, open_periods({{3, 40}})),
                 brute_force([&](std::int64_t t) { return third(t) || (t >= 3 && t < 40); })) == "");
  CHECK(mismatch(intersect(c, periodic(4, {{0, 2}})),
                 brute_force([&](std::int64_t t) { return third(t) && modulo(t, 4) < 2; }), 1, 50) == "");
  CHECK(mismatch(unite(periodic(4, {{0, 2}}), c),
                 brute_force([&](std::int64_t t) { return third(t) || modulo(t, 4) < 2; }), 1, 50) == "");
}
TEST_CASE("a plant: shifts with a lunch break, holidays, a shutdown and an extra Saturday") {
  using namespace sched::calendar;
  using enum sched::calendar::weekday;
  const auto week = shifts(60).open(monday, friday, {8}, {12}).open(monday, friday, {13}, {17}).build();
  const auto year = yearly({holiday::on(12, 25, 2), holiday::on(1, 1)}, 1'440, {2024, 1, 1});  // a Monday and a holiday
  const auto day = [](std::int64_t d, std::int64_t hour) { return d * 1'440 + hour * 60; };
  const any_calendar plant =
      unite(intersect(week, year, closed_periods({{day(7, 0), day(14, 0)}})), open_periods({{day(5, 8), day(5, 12)}}));
  CHECK(plant.next_open(0) == instant(day(1, 8)));
  CHECK(plant.add_work(0, 8 * 60) == instant(day(1, 17)));  // over the lunch break
  CHECK(plant.add_work(0, 8 * 60 + 1) == instant(day(2, 8) + 1));
  CHECK(plant.add_work(0, 36 * 60) == instant(day(5, 12)));   // the extra Saturday
  CHECK(plant.next_open(day(5, 12)) == instant(day(14, 8)));  // the shutdown
  CHECK(plant.work_between({0, day(14, 0)}) == duration(36 * 60));
  CHECK(plant.sub_work(day(14, 9), 61) == instant(day(5, 12) - 1));
}
