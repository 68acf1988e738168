// SPDX-License-Identifier: BSL-1.0
// What is left of a resource over time: ask, book, give back.
#include <array>
#include <iostream>
#include <span>

#include <sched/calendar.hpp>
#include <sched/timeline.hpp>

namespace {

template <sched::resource_timeline T>
void show(const char* title, const T& line) {
  std::cout << title;
  line.steps([](sched::timeline_step s) { std::cout << "  from " << s.start << ": " << s.available; });
  std::cout << '\n';
}

}  // namespace

int main() {
  // Eight processors. The sorted profile is the default; dense_timeline and tree_timeline have the same interface.
  sched::step_timeline line(8);
  const auto a = line.reserve({0, 10}, 5);
  line.reserve({4, 12}, 3);
  show("booked  ", line);

  // Earliest start at or after 2 for 6 ticks on 4 processors.
  std::cout << "fit 4 for 6: " << line.earliest_fit(2, 6, 4) << '\n';
  std::cout << "fit 1 for 2: " << line.earliest_fit(2, 2, 1) << '\n';
  std::cout << "latest 2 that ends by 12: " << line.latest_fit(12, 2, 2) << '\n';

  // What does not fit is refused, and the timeline stays as it was.
  const auto refused = line.reserve({3, 8}, 2);
  std::cout << "refused, first conflict at " << refused.first_conflict << '\n';

  // The first job ends early, then goes altogether.
  const auto shorter = line.resize(a.booking, 6);
  show("resized ", line);
  line.release(shorter.booking);
  show("released", line);

  // Work that keeps a calendar: closed from 14 to 20.
  const auto breaks = sched::calendar::closed_periods({{14, 20}});
  std::cout << "closed:     " << sched::earliest_fit(line, breaks, sched::break_rule::closed, 9, 6, 8) << '\n';
  std::cout << "stretching: " << sched::earliest_fit(line, breaks, sched::break_rule::stretching, 9, 6, 8) << '\n';

  // Several resources at once: 3 processors and 2 licences.
  std::array<sched::step_timeline, 2> lines{line, sched::step_timeline(2)};
  lines[1].reserve({0, 7}, 1);
  const std::array<sched::amount, 2> demand{3, 2};
  const sched::instant start =
      sched::earliest_fit(std::span<const sched::step_timeline>(lines), std::span<const sched::amount>(demand), 0, 5);
  std::cout << "processors and licences: " << start << '\n';
}
