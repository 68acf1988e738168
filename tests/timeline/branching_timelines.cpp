// SPDX-License-Identifier: BSL-1.0
#include <sched/timeline/branching_timelines.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/calendar/any_calendar.hpp>
#include <sched/calendar/periods.hpp>
#include <sched/core/random.hpp>
#include <sched/core/trail.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr std::int64_t horizon = 160;  // nothing happens behind it
constexpr std::int64_t last_start = 120;

/// Tick by tick.
struct brute {
  std::vector<std::array<amount, horizon>> free;
  std::vector<std::array<bool, horizon>> open;

  std::uint32_t add(amount capacity) {
    free.emplace_back().fill(capacity);
    open.emplace_back().fill(true);
    return static_cast<std::uint32_t>(free.size() - 1);
  }
  [[nodiscard]] amount at(std::uint32_t r, std::int64_t t, amount capacity) const {
    return t >= horizon ? capacity : free[r][static_cast<std::size_t>(t)];
  }
  [[nodiscard]] bool works(std::uint32_t r, std::int64_t t, amount units, amount capacity) const {
    return at(r, t, capacity) >= units && (t >= horizon || open[r][static_cast<std::size_t>(t)]);
  }
  void take(std::uint32_t r, interval when, amount units) {
    for (std::int64_t t = when.start.count(); t < when.finish.count() && t < horizon; ++t) {
      amount& left = free[r][static_cast<std::size_t>(t)];
      if (left >= units) left -= units;
    }
  }
};

}  // namespace

TEST_CASE("work pauses where a resource is taken, bookings take what is there, branches are taken back") {
  random_generator rng(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<calendar::any_calendar> calendars;
    calendars.reserve(3);
    brute b;
    branching_timelines lines;
    std::array<amount, 3> capacity{};
    for (std::uint32_t r = 0; r < 3; ++r) {
      capacity[r] = rng.between(1, 3);
      const bool breaks = rng.chance(0.4);
      std::vector<interval> closed;
      if (breaks)
        for (int k = 0; k < 4; ++k) {
          const std::int64_t start = rng.between(0, last_start - 12);
          closed.push_back({start, start + rng.between(1, 9)});
        }
      calendars.emplace_back(calendar::closed_periods(closed));
      REQUIRE(lines.add(capacity[r], breaks ? &calendars.back() : nullptr) == b.add(capacity[r]));
      for (const interval& c : closed)
        for (std::int64_t t = c.start.count(); t < c.finish.count(); ++t)
          b.open[r][static_cast<std::size_t>(t)] = false;
    }
    lines.reserve(64);
    trail log;
    std::vector<std::pair<trail::checkpoint, brute>> open;
    std::int64_t clock = 0;
    for (int step = 0; step < 60; ++step) {
      const auto r = static_cast<std::uint32_t>(rng.below(3));
      const std::int64_t t = rng.between(clock, last_start);
      const amount units = rng.between(1, capacity[r]);
      switch (rng.below(6)) {
        case 0:
          if (open.size() < 3) open.emplace_back(log.mark(), b);
          break;
        case 1:
          if (!open.empty()) {
            log.rewind(open.back().first);
            b = open.back().second;
            open.pop_back();
          }
          break;
        case 2:
          if (open.empty()) lines.forget(clock = rng.between(clock, std::min<std::int64_t>(clock + 3, last_start - 1)));
          break;
        default: {
          const interval when{t, t + rng.between(0, 12)};
          lines.take(r, when, units, log);
          b.take(r, when, units);
        }
      }
      std::int64_t s = t;
      while (!b.works(r, s, units, capacity[r])) ++s;
      REQUIRE(lines.next_workable(r, t, units) == s);
      for (s = t; s < horizon && b.works(r, s, units, capacity[r]);) ++s;
      REQUIRE(lines.next_blocked(r, t, units) == (s < horizon ? instant(s) : instant::infinity()));
      const std::int64_t work = rng.between(1, 20);
      std::int64_t left = work;
      for (s = t; left > 0; ++s) left -= b.works(r, s, units, capacity[r]) ? 1 : 0;
      REQUIRE(lines.finish(r, t, work, units) == s);

      const std::array<resource_units, 2> both{{{r, units}, {(r + 1) % 3, 1}}};
      const auto all_work = [&](std::int64_t x) {
        return b.works(both[0].resource, x, both[0].units, capacity[both[0].resource]) &&
               b.works(both[1].resource, x, both[1].units, capacity[both[1].resource]);
      };
      for (s = t; !all_work(s);) ++s;
      REQUIRE(lines.next_workable(both, t) == s);
      for (s = t, left = work; left > 0; ++s) left -= all_work(s) ? 1 : 0;
      REQUIRE(lines.finish(both, t, work) == s);

      s = t + 1;
      while (s < horizon && !(b.at(r, s - 1, capacity[r]) <= 0 && b.at(r, s, capacity[r]) > 0)) ++s;
      const bool ends_taken = s == horizon && b.at(r, horizon - 1, capacity[r]) <= 0;
      if (s < horizon || ends_taken) REQUIRE(lines.next_release(r, t) == s);
      else REQUIRE(lines.next_release(r, t) >= s);
    }
  }
}

TEST_CASE("a resource without enough units never works") {
  branching_timelines lines;
  const std::uint32_t r = lines.add(2);
  CHECK(lines.next_workable(r, 5, 3) == instant::infinity());
  CHECK(lines.finish(r, 5, 1, 3) == instant::infinity());
  CHECK(lines.next_blocked(r, 5, 3) == 5);
  CHECK(lines.next_blocked(r, 5, 2) == instant::infinity());
  const std::array<resource_units, 2> needs{{{r, 1}, {r, 3}}};
  CHECK(lines.next_workable(needs, 5) == instant::infinity());
  CHECK(lines.finish(needs, 5, 1) == instant::infinity());
}

TEST_CASE("steps are told in order, equal neighbours as one") {
  branching_timelines lines;
  const std::uint32_t r = lines.add(1);
  trail log;
  lines.take(r, {5, 8}, 1, log);
  lines.take(r, {2, 5}, 1, log);
  lines.take(r, {20, 20}, 1, log);  // nothing
  std::vector<std::pair<std::int64_t, amount>> seen;
  lines.each_step(r, [&](instant t, amount free) { seen.emplace_back(t.is_finite() ? t.count() : -1, free); });
  CHECK(seen == std::vector<std::pair<std::int64_t, amount>>{{-1, 1}, {2, 0}, {8, 1}});
  CHECK(lines.next_release(r, 0) == 8);
}
