// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/resource_pool.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/calendar/weekly.hpp>
#include <sched/core/random.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/timeline/dense_timeline.hpp>
#include <sched/timeline/step_timeline.hpp>
#include <sched/timeline/tree_timeline.hpp>

#include "support/brute_project.hpp"
#include "support/catch.hpp"
#include "support/rounds.hpp"

using namespace sched;

namespace {

/// Up to four resources, each plain or with breaks of one meaning, some shrinking as well.
project random_pool_project(random_generator& rng, bool calendars) {
  project_builder b;
  const auto resources = static_cast<std::uint32_t>(rng.between(1, 4));
  for (std::uint32_t r = 0; r < resources; ++r) {
    resource res{.capacity = rng.between(2, 5)};
    const auto shifts = [&] {
      const std::int64_t a = rng.between(0, 5), c = rng.between(9, 14);
      return calendar::weekly({{a, a + rng.between(2, 4)}, {c, c + rng.between(2, 6)}}, 20);
    };
    if (calendars && rng.chance(0.6)) {
      res.breaks = shifts();
      res.on_break = rng.chance(0.5) ? break_rule::closed : break_rule::stretching;
    }
    if (calendars && rng.chance(0.4)) res.shrinkings.push_back({shifts(), rng.between(0, res.capacity)});
    b.add_resource(std::move(res));
  }
  for (int i = 0; i < 12; ++i) {
    std::vector<requirement> needs;
    for (std::uint32_t r = 0; r < resources; ++r)
      if (rng.chance(0.6)) needs.push_back({resource_id(r), rng.between(1, 2)});
    b.add_task(rng.between(0, 5), std::move(needs));
  }
  return b.build();
}

/// Units booked per resource and tick, from 0.
using usage_table = std::vector<std::vector<amount>>;
constexpr std::int64_t last_tick = 600;

bool fits_at(const project& p, const usage_table& used, task_id t, std::int64_t start, std::int64_t finish) {
  if (p.work(t) == 0) return true;
  if (!brute::can_work(p, t, 0, start)) return false;
  for (const requirement& q : p.requirements(t)) {
    const resource& r = p.resource_of(q.resource);
    if (brute::first_break(r, start, finish) < finish) return false;
    for (std::int64_t x = start; x < finish; ++x)
      if (used[q.resource.index()][static_cast<std::size_t>(x)] + q.units > r.capacity_at(x)) return false;
  }
  return true;
}

template <class Timeline>
void compare_with_tick_search(std::uint64_t seed, bool calendars) {
  random_generator rng(seed);
  const project p = random_pool_project(rng, calendars);
  resource_pool<Timeline> pool(p);
  for (int run = 0; run < 2; ++run) {  // the second run after a reset
    pool.reset();
    usage_table used(p.resource_count(), std::vector<amount>(last_tick + 100));
    struct stay {
      task_id task;
      interval when;
    };
    std::vector<stay> booked;
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      const task_id t(i);
      const std::int64_t ready = rng.between(0, 40);
      const instant min_finish = rng.chance(0.4) ? instant(rng.between(0, 60)) : instant::minus_infinity();
      interval want{instant::infinity(), instant::infinity()};
      for (std::int64_t s = ready; s < last_tick; ++s) {
        const instant f = brute::finish_of(p, t, 0, s);
        if (f >= last_tick + 50) break;
        const bool here = f >= min_finish && fits_at(p, used, t, s, f.count());
        interval when;
        const bool said = pool.fits(t, 0, s, min_finish, when);
        INFO("seed " << seed << ", task " << i << " at " << s << ", finish not before " << min_finish);
        if (said != here) FAIL("fits says " << said);
        if (!here) continue;
        REQUIRE(when == interval{s, f});
        want = {s, f};
        break;
      }
      INFO("seed " << seed << ", task " << i << ", ready " << ready << ", finish not before " << min_finish);
      if (!want.start.is_finite() && seed % 40 != 0) continue;  // giving up takes long
      const interval got = pool.earliest(t, 0, ready, min_finish);
      if (!want.start.is_finite()) {
        REQUIRE((got.start > last_tick - 50 || !got.start.is_finite()));
        continue;
      }
      REQUIRE(got == want);
      pool.place(t, 0, got);
      booked.push_back({t, got});
      for (const requirement& q : p.requirements(t))
        for (std::int64_t x = got.start.count(); x < got.finish.count(); ++x)
          used[q.resource.index()][static_cast<std::size_t>(x)] += q.units;
      if (rng.chance(0.2)) {  // and back again
        const stay gone = booked[static_cast<std::size_t>(rng.below(booked.size()))];
        std::erase_if(booked, [&](const stay& b) { return b.task == gone.task; });
        pool.remove(gone.task, 0, gone.when);
        for (const requirement& q : p.requirements(gone.task))
          for (std::int64_t x = gone.when.start.count(); x < gone.when.finish.count(); ++x)
            used[q.resource.index()][static_cast<std::size_t>(x)] -= q.units;
      }
    }
  }
}

}  // namespace

TEST_CASE("the earliest stay is the one a search over all ticks finds") {
  for (std::uint64_t seed = 1; seed <= static_cast<std::uint64_t>(sched_test::rounds(250)); ++seed) {
    compare_with_tick_search<step_timeline>(seed, true);
    compare_with_tick_search<step_timeline>(seed, false);
  }
  for (std::uint64_t seed = 1000; seed <= 1000 + static_cast<std::uint64_t>(sched_test::rounds(60)); ++seed) {
    compare_with_tick_search<dense_timeline>(seed, true);
    compare_with_tick_search<tree_timeline>(seed, true);
  }
}

TEST_CASE("a task that no opening is long enough for fits nowhere, and the search ends") {
  const auto shift = calendar::weekly({{0, 3}}, 10);
  project_builder b;
  const auto closed = b.add_resource({.breaks = shift, .on_break = break_rule::closed});
  const auto shrunk = b.add_resource({.capacity = 2, .shrinkings = {{shift, 1}}});
  b.add_task(4, {{closed, 1}});
  b.add_task(4, {{shrunk, 2}});
  b.add_task(3, {{closed, 1}, {shrunk, 2}});
  const project p = b.build();
  resource_pool<step_timeline> pool(p);
  for (int again = 0; again < 2; ++again, pool.reset()) {
    CHECK(pool.earliest(task_id(0), 0, 0).start == instant::infinity());
    CHECK(pool.earliest(task_id(1), 0, 0).start == instant::infinity());
    CHECK(pool.earliest(task_id(2), 0, 1) == interval{10, 13});
  }
}

TEST_CASE("the next calendar change is the next opening or closing of any calendar") {
  random_generator rng(8);
  for (int round = 0; round < 100; ++round) {
    const project p = random_pool_project(rng, true);
    const resource_pool<step_timeline> pool(p);
    for (std::int64_t t = 0; t < 60; ++t) {
      instant want = instant::infinity();
      for (std::int64_t s = t + 1; s < t + 50 && !want.is_finite(); ++s)
        for (const resource& r : p.resources()) {
          bool changes = r.breaks.is_open(s) != r.breaks.is_open(s - 1);
          for (const shrinking& x : r.shrinkings)
            changes = changes || x.calendar.is_open(s) != x.calendar.is_open(s - 1);
          if (changes) want = std::min<instant>(want, s);
        }
      REQUIRE(pool.next_calendar_change(t) == want);
    }
  }
}
