// SPDX-License-Identifier: BSL-1.0
// Backfilling on random workloads: equal to a scheduler that looks at every second, within the machine, kept to its
// promises, and indifferent to what must not matter. SCHED_PROPERTY_INSTANCES sets the number (default 1,000).
#include <sched/backfill.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>

#include "support/brute_jobs.hpp"
#include "support/catch.hpp"
#include "support/job_traces.hpp"
#include "support/rounds.hpp"

using namespace sched;
using sched_test::starts_of;
using sched_test::wanted_instances;

namespace {

using list = std::vector<std::int64_t>;
using compression = reserve::conservative::compression;
constexpr auto sequential = event_convention::sequential;
constexpr auto batch = event_convention::batch;

struct workload {
  amount processors = 1;
  std::vector<job> jobs;
};
workload draw(std::uint64_t seed, bool exact = false) {
  random_generator rng(seed);
  sched_test::random_trace_options o;
  o.processors = rng.between(1, 16);
  o.jobs = static_cast<std::size_t>(rng.between(0, 24));
  o.longest = rng.between(1, 30);
  o.widest_gap = rng.between(0, 10);
  o.exact = exact ? 1.0 : rng.chance(0.2) ? 0.0 : 0.4;
  return {o.processors, sched_test::random_trace(o, rng)};
}

/// Never more than the machine, nobody before its arrival, everybody once; records as long as the job runs.
void check_feasible(const workload& w, const list& starts) {
  std::map<std::int64_t, amount> change;
  for (std::size_t k = 0; k < w.jobs.size(); ++k) {
    REQUIRE(starts[k] >= w.jobs[k].submit.count());
    REQUIRE(starts[k] < instant::infinity().count());
    change[starts[k]] += w.jobs[k].shapes[0].demand;
    change[starts[k] + w.jobs[k].shapes[0].runtime.count()] -= w.jobs[k].shapes[0].demand;
  }
  amount used = 0;
  for (const auto& [at, d] : change) {
    used += d;
    REQUIRE(used <= w.processors);
  }
}

/// Feeds a live scheduler with what happens, in the convention of one decision per instant; `seen(scheduler, now)`
/// after each. Starts in the order of the trace.
template <class Scheduler, class Seen>
list drive(const std::vector<job>& jobs, Scheduler& s, Seen seen) {
  list starts(jobs.size(), -1);
  std::multimap<std::int64_t, job_handle> ends;
  std::size_t next = 0;
  while (next < jobs.size() || !ends.empty() || s.waiting() > 0) {
    std::int64_t now = s.next_wakeup().count();
    if (next < jobs.size()) now = std::min(now, jobs[next].submit.count());
    if (!ends.empty()) now = std::min(now, ends.begin()->first);
    REQUIRE(now < instant::infinity().count());
    for (; !ends.empty() && ends.begin()->first <= now; ends.erase(ends.begin())) s.finish(ends.begin()->second, now);
    for (; next < jobs.size() && jobs[next].submit <= now; ++next) static_cast<void>(s.submit(jobs[next], now));
    const auto d = s.decide(now);
    for (const job_handle h : d.starts) {
      starts[h] = now;
      ends.emplace(now + jobs[h].shapes[0].runtime.count(), h);
    }
    REQUIRE(s.decide(now).starts.empty());  // asked twice, told once
    seen(s, now);
  }
  return starts;
}

}  // namespace

TEST_CASE("backfilling equals a scheduler that looks at every second") {
  const order::fcfs fcfs;
  for (std::size_t k = 1; k <= wanted_instances(); ++k) {
    const workload w = draw(k);
    INFO("instance " << k);
    for (const bool at_once : {false, true}) {
      INFO((at_once ? "batch" : "sequential"));
      const auto events = at_once ? batch : sequential;
      const auto compare = [&](const char* name, brute_jobs::options o, auto scheduler) {
        INFO(name);
        o.batch = at_once;
        const list starts = starts_of(w.jobs, std::move(scheduler), events);
        REQUIRE(starts == brute_jobs(w.processors, w.jobs, o).run());
        check_feasible(w, starts);
      };
      const amount p = w.processors;
      const auto by_estimate = [](const job&, std::int64_t q, std::int64_t) { return static_cast<double>(q); };
      const auto by_expansion = [](const job& j, std::int64_t q, std::int64_t now) {
        return -(static_cast<double>(now - j.submit.count() + q) / static_cast<double>(q));
      };
      using kind = brute_jobs::kind;
      compare("none", {.reserve = kind::none}, backfill(p, fcfs, reserve::none{}));
      for (const std::size_t depth : {0U, 1U, 2U, 5U})
        compare("depth", {.depth = depth}, backfill(p, fcfs, reserve::depth{depth}));
      compare("depth all", {.depth = reserve::depth::all}, backfill(p, fcfs, reserve::depth{reserve::depth::all}));
      const backfill_options indexed{.index_from = 0};
      compare("EASY, by index", {.depth = 1}, backfill(p, fcfs, reserve::easy(), estimate::user{}, indexed));
      compare("EASY, shortest walk, by index", {.depth = 1, .walk = by_estimate},
              backfill(p, fcfs, reserve::easy(), estimate::user{}, order::sjf{}, indexed));
      compare("EASY, shortest first", {.first = by_estimate}, backfill(p, order::sjf{}, reserve::easy()));
      compare("EASY, walk by estimate", {.walk = by_estimate},
              backfill(p, fcfs, reserve::easy(), estimate::user{}, order::sjf{}));
      compare("depth 2, by expansion", {.depth = 2, .first = by_expansion},
              backfill(p, order::lxf{}, reserve::depth{2}));
      compare("EASY, doubled", {.planned = [](const job_shape& s) { return 2 * s.estimate.count(); }},
              backfill(p, fcfs, reserve::easy(), estimate::scaled{2}));
      compare("conservative", {.reserve = kind::conservative}, backfill(p, fcfs, reserve::conservative{}));
      compare("conservative, no sweep", {.reserve = kind::conservative, .sweeps = 0},
              backfill(p, fcfs, reserve::conservative{compression::none}));
      compare("conservative, all sweeps", {.reserve = kind::conservative, .sweeps = -1},
              backfill(p, fcfs, reserve::conservative{compression::fixpoint}));
    }
  }
}

TEST_CASE("other reservation policies stay within the machine, and in order without backfilling") {
  for (std::size_t k = 1; k <= wanted_instances(); ++k) {
    const workload w = draw(k);
    INFO("instance " << k);
    const amount p = w.processors;
    for (const auto events : {sequential, batch}) {
      check_feasible(w, starts_of(w.jobs, backfill(p, order::wfp3{}, reserve::selective{1.5}), events));
      check_feasible(w, starts_of(w.jobs, backfill(p, order::unicep{}, reserve::relaxed{0.5}), events));
      check_feasible(w, starts_of(w.jobs, backfill(p, order::f1{}, reserve::look_ahead{8}), events));
      check_feasible(
          w,
          starts_of(w.jobs, backfill(p, order::fcfs{}, reserve::easy(), estimate::last_two{}, order::sjf{}), events));
      const list in_order = starts_of(w.jobs, backfill(p, order::fcfs{}, reserve::none{}), events);
      REQUIRE(std::ranges::is_sorted(in_order));
    }
  }
}

TEST_CASE("EASY never delays its head beyond a start once seen, conservative never breaks a promise") {
  for (std::size_t k = 1; k <= wanted_instances(); ++k) {
    const workload w = draw(k);
    INFO("instance " << k);
    {
      backfill s(w.processors, order::fcfs{}, reserve::easy());
      std::vector<std::int64_t> bound(w.jobs.size(), std::numeric_limits<std::int64_t>::max());
      const list starts = drive(w.jobs, s, [&](auto& live, std::int64_t now) {
        // The head, and when the running jobs' planned ends let it start.
        std::size_t head = 0;
        std::multimap<std::int64_t, amount> ends;
        amount free = w.processors;
        for (std::size_t j = 0; j < w.jobs.size() && w.jobs[j].submit <= now; ++j) {
          const instant begun = live.start_of(static_cast<job_handle>(j));
          if (begun == instant::infinity()) continue;
          const job_shape& shape = w.jobs[j].shapes[0];
          if (begun + shape.runtime <= now && shape.runtime > 0) continue;
          ends.emplace((begun + shape.estimate).count(), shape.demand);
          free -= shape.demand;
        }
        while (head < w.jobs.size() && w.jobs[head].submit <= now &&
               live.start_of(static_cast<job_handle>(head)) != instant::infinity())
          ++head;
        if (head == w.jobs.size() || w.jobs[head].submit > now) return;
        for (const auto& [at, demand] : ends) {
          free += demand;
          if (free < w.jobs[head].shapes[0].demand) continue;
          bound[head] = std::min(bound[head], at);
          return;
        }
      });
      for (std::size_t j = 0; j < starts.size(); ++j) REQUIRE(starts[j] <= bound[j]);
    }
    const std::size_t all = std::numeric_limits<std::size_t>::max();
    for (const auto& [compress, most] : {std::pair{compression::none, all},
                                         {compression::once, all},
                                         {compression::once, 1},
                                         {compression::once, 3},
                                         {compression::fixpoint, all},
                                         {compression::fixpoint, 2}}) {
      backfill s(w.processors, order::fcfs{}, reserve::conservative{compress, most});
      std::map<job_handle, std::int64_t> promised;
      const list starts = drive(w.jobs, s, [&](auto& live, std::int64_t now) {
        for (std::size_t j = 0; j < w.jobs.size() && w.jobs[j].submit <= now; ++j) {
          const auto h = static_cast<job_handle>(j);
          if (live.start_of(h) != instant::infinity()) continue;
          const std::int64_t promise = live.promise(h).count();
          const auto [entry, first] = promised.emplace(h, promise);
          REQUIRE(promise <= entry->second);
          if (compress == compression::none) REQUIRE(promise == entry->second);
          entry->second = promise;
        }
      });
      for (const auto& [h, promise] : promised) REQUIRE(starts[h] <= promise);
    }
  }
}

TEST_CASE("different names for one policy give the same starts") {
  const order::fcfs fcfs;
  for (std::size_t k = 1; k <= wanted_instances(); ++k) {
    const workload w = draw(k);
    INFO("instance " << k);
    const amount p = w.processors;
    for (const auto events : {sequential, batch}) {
      const auto run = [&](auto s) { return starts_of(w.jobs, std::move(s), events); };
      REQUIRE(run(backfill(p, fcfs, reserve::easy())) == run(backfill(p, fcfs, reserve::relaxed{0})));
      REQUIRE(run(backfill(p, fcfs, reserve::depth{reserve::depth::all})) ==
              run(backfill(p, fcfs, reserve::selective{1})));
      REQUIRE(run(backfill(p, fcfs, reserve::depth{0})) ==
              run(backfill(p, fcfs, reserve::selective{std::numeric_limits<double>::infinity()})));
    }
    const workload exact = draw(k, true);
    // A sweep that may look at more than all is the whole one.
    for (const auto compress : {compression::once, compression::fixpoint})
      REQUIRE(starts_of(w.jobs, backfill(p, fcfs, reserve::conservative{compress}), sequential) ==
              starts_of(w.jobs, backfill(p, fcfs, reserve::conservative{compress, std::size_t{1} << 40U}), sequential));
    // Without early ends a sweep has nothing to sweep, and without shared instants the conventions agree.
    REQUIRE(starts_of(exact.jobs, backfill(exact.processors, fcfs, reserve::conservative{compression::none})) ==
            starts_of(exact.jobs, backfill(exact.processors, fcfs, reserve::conservative{})));
  }
}

TEST_CASE("the conventions agree when no two events share an instant") {
  std::size_t compared = 0;
  for (std::size_t k = 1; k <= wanted_instances(); ++k) {
    workload w = draw(k);
    random_generator rng(k);
    // Odd lengths of their own scale: sums meet so rarely that the run can be thrown away when they do.
    for (job& j : w.jobs) {
      j.submit = j.submit.count() * 1'000'003 + rng.between(0, 999'999);
      j.shapes[0].estimate = j.shapes[0].estimate.count() * 1'000'003 + rng.between(0, 999'999);
      j.shapes[0].runtime = rng.between(1, j.shapes[0].estimate.count());
    }
    std::ranges::stable_sort(w.jobs, {}, [](const job& j) { return j.submit; });
    const auto both = [&](auto s) {
      const list one = starts_of(w.jobs, s, sequential);
      std::vector<std::int64_t> instants;
      for (std::size_t j = 0; j < one.size(); ++j) {
        instants.push_back(w.jobs[j].submit.count());
        instants.push_back(one[j] + w.jobs[j].shapes[0].runtime.count());
      }
      std::ranges::sort(instants);
      if (std::ranges::adjacent_find(instants) != instants.end()) return;
      REQUIRE(one == starts_of(w.jobs, s, batch));
      ++compared;
    };
    INFO("instance " << k);
    both(backfill(w.processors, order::fcfs{}, reserve::easy()));
    both(backfill(w.processors, order::lxf{}, reserve::depth{2}));
    both(backfill(w.processors, order::fcfs{}, reserve::conservative{}));
    both(backfill(w.processors, order::fcfs{}, reserve::relaxed{0.5}));
  }
  CHECK(compared > 3 * wanted_instances());
}

TEST_CASE("shifted and stretched time, a larger machine, other users: starts follow") {
  for (std::size_t k = 1; k <= wanted_instances(); ++k) {
    const workload w = draw(k);
    INFO("instance " << k);
    workload later = w, slower = w, larger = w, renamed = w;
    for (std::size_t j = 0; j < w.jobs.size(); ++j) {
      later.jobs[j].submit += 1000;
      slower.jobs[j].submit = 7 * w.jobs[j].submit.count();
      slower.jobs[j].shapes[0].estimate = 7 * w.jobs[j].shapes[0].estimate.count();
      slower.jobs[j].shapes[0].runtime = 7 * w.jobs[j].shapes[0].runtime.count();
      larger.jobs[j].shapes[0].demand *= 5;
      renamed.jobs[j].user = 9 - w.jobs[j].user;
    }
    larger.processors *= 5;
    const auto check = [&](auto order, auto policy, bool any_width = true) {
      const auto run = [&](const workload& x) { return starts_of(x.jobs, backfill(x.processors, order, policy)); };
      const list starts = run(w);
      list expected = starts;
      REQUIRE(run(renamed) == starts);
      if (any_width) REQUIRE(run(larger) == starts);
      for (std::int64_t& t : expected) t += 1000;
      REQUIRE(run(later) == expected);
      for (std::size_t j = 0; j < starts.size(); ++j) expected[j] = 7 * starts[j];
      REQUIRE(run(slower) == expected);
    };
    check(order::fcfs{}, reserve::none{});
    check(order::fcfs{}, reserve::easy());
    check(order::fcfs{}, reserve::conservative{});
    check(order::fcfs{}, reserve::selective{1.5});
    check(order::fcfs{}, reserve::look_ahead{8});
    check(order::sjf{}, reserve::depth{3});
    check(order::by_priority{}, reserve::easy());
    check(order::lxf{}, reserve::easy());
    check(order::wfp3{}, reserve::easy(), false);  // its keys weigh the width, rounded
  }
}

TEST_CASE("a live scheduler decides as the simulator, and so does a copy of it") {
  for (std::size_t k = 1; k <= wanted_instances(); ++k) {
    const workload w = draw(k);
    INFO("instance " << k);
    const auto check = [&](auto s) {
      const list simulated = starts_of(w.jobs, s, batch);
      auto live = s;
      REQUIRE(drive(w.jobs, live, [](auto&, std::int64_t) {}) == simulated);
      // Every few decisions the scheduler is replaced by a copy, and the original goes its own way.
      auto copied = s;
      random_generator rng(k);
      REQUIRE(drive(w.jobs, copied, [&](auto& original, std::int64_t now) {
                if (!rng.chance(0.3)) return;
                auto copy = original;
                job other = rigid_job(-1, now, 1, 5, 5);
                static_cast<void>(original.submit(other, now));
                static_cast<void>(original.decide(now));
                original = std::move(copy);
              }) == simulated);
    };
    check(backfill(w.processors, order::fcfs{}, reserve::none{}));
    check(backfill(w.processors, order::fcfs{}, reserve::easy()));
    check(backfill(w.processors, order::sjf{}, reserve::depth{2}));
    check(backfill(w.processors, order::fcfs{}, reserve::easy(), estimate::user{}, order::lxf{}));
    check(backfill(w.processors, order::fcfs{}, reserve::conservative{}));
    check(backfill(w.processors, order::fcfs{}, reserve::selective{}));
    check(backfill(w.processors, order::fcfs{}, reserve::relaxed{}));
    check(backfill(w.processors, order::fcfs{}, reserve::look_ahead{}));
  }
}
