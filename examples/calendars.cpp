// SPDX-License-Identifier: BSL-1.0
// Shifts, holidays, and the three things that a break can mean. A tick is an hour, tick 0 a real date.
#include <chrono>
#include <iostream>
#include <vector>

#include <sched/adapters/chrono.hpp>
#include <sched/calendar.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

int main() {
  using namespace std::chrono_literals;
  namespace cal = sched::calendar;
  using cal::weekday;

  // Tick 0 is Monday, 21 December 2026, 00:00.
  const sched::time_scale clock(std::chrono::sys_days(2026y / 12 / 21), 1h);
  const auto week = clock.weekly_shifts()
                        .open(weekday::monday, weekday::friday, {8}, {12})
                        .open(weekday::monday, weekday::friday, {13}, {17})
                        .build();
  const std::vector<cal::holiday> days{cal::holiday::on(12, 25, 2), cal::holiday::on(1, 1),
                                       cal::holiday::nth(11, weekday::thursday, 4)};
  const auto work = cal::intersect(week, clock.yearly_holidays(days));

  std::cout << "first open hour          " << clock.format(work.next_open(0)) << '\n';
  std::cout << "40 hours of work end at  " << clock.format(work.add_work(0, 40)) << '\n';
  const sched::interval january{clock.parse("2027-01-01"), clock.parse("2027-02-01")};
  std::cout << "open hours in January    " << work.work_between(january) << "\n\n";

  // The same 12-hour task on four plants that differ only in what a break means.
  using sched::break_rule;
  const auto repairs = cal::closed_periods({{0, 8}, {17, 32}});
  const auto night = cal::closed_periods({{0, 8}, {20, 32}});
  sched::project_builder b;
  const auto never = b.add_resource({.name = "never stops", .capacity = 2});
  const auto pause =
      b.add_resource({.name = "stretching", .capacity = 2, .breaks = work, .on_break = break_rule::stretching});
  const auto whole =
      b.add_resource({.name = "closed", .capacity = 2, .breaks = repairs, .on_break = break_rule::closed});
  const auto fewer = b.add_resource({.name = "shrinking", .capacity = 2, .shrinkings = {{night, 1}}});
  for (const auto plant : {never, pause, whole, fewer}) b.add_task(12, {{plant, 2}});
  b.add_task(12, {{fewer, 1}});  // one unit is there at night too
  const sched::project p = b.build();

  const auto r = sched::serial_sgs(p);
  std::cout << to_string(r.status) << ", valid " << sched::validate(p, r.schedule).ok() << '\n';
  for (std::size_t i = 0; i < r.schedule.size(); ++i) {
    const sched::requirement need = p.requirements(sched::task_id(i))[0];
    std::cout << need.units << " of 2, " << p.label(need.resource) << ": ";
    std::cout << clock.format(r.schedule.start[i]) << " to " << clock.format(r.schedule.finish[i]) << '\n';
  }
}
