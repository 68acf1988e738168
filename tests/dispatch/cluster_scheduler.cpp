// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/cluster_scheduler.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/fair_share.hpp>
#include <sched/solve/reservation_easy.hpp>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;
using sched_test::device_job, sched_test::small_cluster;

namespace {
using ids = std::vector<job_number>;

template <class Victims = victims::minimal, class Store = no_store>
auto preempting_scheduler(const cluster& c, const cluster_options& o = {}, Store store = {}) {
  return cluster_scheduler<order::fcfs, reserve::depth, placement::best_fit, order::fcfs, Victims, Store>(
      c, {}, {}, {}, {}, {}, std::move(store), o);
}
/// A policy of which nothing is known but its answers.
template <placement_policy P>
struct opaque {
  P policy{};
  placement_result operator()(const request& r, cluster_view v, placement_workspace& ws) const {
    return policy(r, v, ws);
  }
};
static_assert(!node_placement_policy<opaque<placement::best_fit>>);

/// The same life of single tasks under a policy and under the same policy when nothing is known of it: the answers.
template <placement_policy P>
std::string life_of_tasks(std::uint64_t seed) {
  random_generator rng(seed);
  const cluster c = small_cluster({8, 8, 4, 8, 0, 2, 8});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, P{}, order::fcfs{}, victims::never{}, no_store(), {});
  std::string told;
  std::vector<job_number> running;
  job_number last = 0;
  instant now = 0;
  for (int k = 0; k < 600; ++k) {
    now = now + rng.between(0, 3);
    for (std::uint64_t n = rng.below(3); n > 0; --n) {
      cluster_job j = device_job(++last, static_cast<std::uint32_t>(rng.below(9)), rng.between(1, 40));
      part& p = j.wants.groups[0].each;
      p.cpu = rng.between(1, 16) * 1000;
      if (p.devices == 1 && rng.chance(0.6)) p.share = rng.between(100, 900);
      if (p.devices > 1 && rng.chance(0.1)) p.numa = numa_policy::single;
      j.wants.exclusive = rng.chance(0.05);
      REQUIRE(s.submit(j, now) == submit_status::accepted);
    }
    if (rng.chance(0.05))
      s.set_status(node_id(rng.below(7)), rng.chance(0.7) ? node_status::up : node_status::draining, now);
    std::erase_if(running, [&](job_number id) {
      if (!holds_resources(s.state(id))) return true;
      return rng.chance(0.3) && s.finish(id, now, end_reason::done);
    });
    for (const job_number id : s.decide(now).starts) {
      running.push_back(id);
      told += std::to_string(now.count()) + ": " + std::to_string(id);
      for (const allocation& a : s.place_of(id)) {
        told += " on " + std::to_string(a.node.index());
        for (const std::uint16_t d : a.devices) told += "," + std::to_string(d);
      }
      told += "\n";
    }
  }
  return told;
}

}  // namespace

TEST_CASE("who looks at the nodes that change alone decides like one who looks at all") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CHECK(life_of_tasks<placement::best_fit>(seed) == life_of_tasks<opaque<placement::best_fit>>(seed));
    CHECK(life_of_tasks<placement::worst_fit>(seed) == life_of_tasks<opaque<placement::worst_fit>>(seed));
    CHECK(life_of_tasks<placement::packing>(seed) == life_of_tasks<opaque<placement::packing>>(seed));
  }
}

TEST_CASE("jobs too long to stand beside a reservation are passed by without a look for places") {
  const cluster c = small_cluster({8});
  std::size_t asked = 0;
  const auto counted = [&asked](const request& r, cluster_view v, placement_workspace& ws) {
    ++asked;
    return placement::best_fit{}(r, v, ws);
  };
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, counted, order::fcfs{}, victims::never{}, no_store(), {});
  s.submit(device_job(1, 6, 100), 0);
  s.submit(device_job(2, 8, 100), 0);
  for (job_number id = 3; id < 1000; ++id) s.submit(device_job(id, 1, 101 + id % 50), 0);
  s.submit(device_job(1000, 1, 100), 0);
  for (job_number id = 1001; id < 1500; ++id) s.submit(device_job(id, 1, duration::infinity()), 0);
  s.submit(device_job(1500, 1, 99), 0);
  CHECK(s.decide(0).starts == ids{1, 1000, 1500});
  CHECK(asked < 60);
}

TEST_CASE("a reservation is a place: what runs past it stands elsewhere") {
  const cluster c = small_cluster({4, 4});
  cluster_scheduler s(c);
  s.submit(device_job(1, 3, 100), 0);
  s.submit(device_job(2, 3, 50), 0);
  CHECK(s.decide(0).starts == ids{1, 2});
  const node_id first = s.place_of(1)[0].node;
  s.submit(device_job(3, 4, 10), 1);    // the head: its place is free first where job 2 ends, at 50
  s.submit(device_job(4, 1, 1000), 2);  // beside job 1: disturbs nobody
  s.submit(device_job(5, 1, 1000), 3);  // the only device left is reserved
  s.submit(device_job(6, 1, 40), 4);    // ends before 50
  CHECK(s.decide(4).starts == ids{4, 6});
  CHECK(s.place_of(4)[0].node == first);
  CHECK(s.finish(6, 44));
  CHECK(s.decide(44).starts.empty());
  CHECK(s.finish(2, 50));
  CHECK(s.decide(50).starts == ids{3});
}

TEST_CASE("deeper reservations and other policies work on places") {
  const cluster c = small_cluster({4});
  const auto run = [&](auto policy) {
    cluster_scheduler s(c, order::fcfs{}, policy);
    s.submit(device_job(1, 3, 10), 0);
    s.submit(device_job(2, 4, 10), 0);
    s.submit(device_job(3, 4, 10), 0);
    s.submit(device_job(4, 1, 25), 0);
    s.submit(device_job(5, 1, 10), 0);
    return s.decide(0).starts;
  };
  CHECK(run(reserve::none{}) == ids{1});
  CHECK(run(reserve::depth{0}) == ids{1, 4});
  CHECK(run(reserve::depth{1}) == ids{1, 5});
  CHECK(run(reserve::depth{2}) == ids{1, 5});
  CHECK(run(reserve::relaxed{2.0}).size() >= 2);
}

TEST_CASE("an order that changes with time decides inside bands") {
  const cluster c = small_cluster({1});
  cluster_scheduler s(c, order::sjf{}, reserve::none{});
  s.submit(device_job(1, 1, 100), 0);
  s.submit(device_job(2, 1, 10), 0);
  s.submit(device_job(3, 1, 500, band_high), 0);
  CHECK(s.decide(0).starts == ids{3});
  CHECK(s.queue() == ids{2, 1});
  CHECK(s.set_band(1, band_urgent, 1));
  CHECK(s.finish(3, 2));
  CHECK(s.decide(2).starts == ids{1});
}

TEST_CASE("the queue refuses when it is full, and numbers are used once") {
  const cluster c = small_cluster({1});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                      no_store{}, {.max_queue = 1});
  CHECK(s.submit(device_job(1, 1), 0) == submit_status::accepted);
  CHECK(s.submit(device_job(2, 1), 0) == submit_status::queue_full);
  CHECK(s.submit(device_job(1, 1), 0) == submit_status::in_use);
  CHECK_FALSE(s.knows(2));
  CHECK_THROWS_AS(s.submit(device_job(3, 99999), 0), error);
  CHECK_THROWS_AS(s.submit(device_job(3, 1, 0), 0), error);
  CHECK_FALSE(s.finish(1, 0));
  CHECK_FALSE(s.finish(7, 0));
}

TEST_CASE("a launch that fails gives the old place in the queue back") {
  const cluster c = small_cluster({1});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                      no_store{}, {.confirm_launch = true});
  s.submit(device_job(1, 1), 0);
  s.submit(device_job(2, 1), 0);
  CHECK(s.decide(0).starts == ids{1});
  CHECK(s.launch_failed(1, 3));
  CHECK(s.queue() == ids{1, 2});
  CHECK(s.decide(3).starts == ids{1});
  CHECK(s.launched(1, 4));
  CHECK(s.state(1) == job_state::running);
  CHECK(s.history(1).attempt_count() == 2);
}

TEST_CASE("victims have their grace, and what they free belongs to the preemptor") {
  const cluster c = small_cluster({4});
  auto s = preempting_scheduler(c, {.grace = 30});
  s.submit(device_job(1, 2, 1000, band_low), 0);
  s.submit(device_job(2, 1, 1000, band_low), 0);
  CHECK(s.decide(0).starts.size() == 2);
  s.submit(device_job(9, 4, 100, band_high), 10);
  const auto d = s.decide(10);
  CHECK(d.starts.empty());
  CHECK(d.preempts.size() == 2);
  CHECK(d.next_wakeup == 40);
  CHECK(s.state(1) == job_state::preempting);
  s.submit(device_job(5, 1, 5), 11);  // one device is free, but kept
  CHECK(s.decide(11).starts.empty());
  CHECK(s.checkpointed(2, {.progress = 10}, 20));
  CHECK(s.state(2) == job_state::queued);
  CHECK(s.decide(20).starts.empty());
  CHECK(s.decide(40).starts == ids{9});
  CHECK(s.history(1).run_time(100) == 40);
  CHECK(s.finish(9, 50));
  CHECK(s.decide(50).starts == ids{5, 1, 2});
  CHECK(s.record(2).saved == 10);
}

TEST_CASE("without its preemptor a victim in grace runs on") {
  const cluster c = small_cluster({2});
  auto s = preempting_scheduler(c, {.grace = 30});
  s.submit(device_job(1, 2, 1000, band_low), 0);
  CHECK(s.decide(0).starts.size() == 1);
  s.submit(device_job(2, 2, 10, band_high), 5);
  CHECK(s.decide(5).preempts.size() == 1);
  CHECK(s.cancel(2, 8));
  CHECK(s.decide(100).starts.empty());
  CHECK(s.state(1) == job_state::preempting);
  CHECK(s.finish(1, 200));
  CHECK(s.state(1) == job_state::completed);
}

TEST_CASE("a failed checkpoint loses work, or keeps the victim running") {
  const cluster c = small_cluster({2});
  for (const bool keep : {false, true}) {
    auto s = preempting_scheduler(c, {.keep_running_without_checkpoint = keep});
    s.submit(device_job(1, 2, 1000, band_low), 0);
    static_cast<void>(s.decide(0));
    s.submit(device_job(2, 2, 10, band_high), 5);
    static_cast<void>(s.decide(5));
    CHECK(s.checkpointed(1, {.ok = false}, 6));
    CHECK((s.state(1) == job_state::queued) == !keep);
    const auto d = s.decide(6);
    CHECK((d.starts == ids{2}) == !keep);
  }
}

TEST_CASE("a job preempted often enough is left alone, and equals never give way") {
  const cluster c = small_cluster({1});
  auto s = preempting_scheduler(c, {.grace = 0, .max_preemptions = 2});
  s.submit(device_job(1, 1, 1000, band_low), 0);
  static_cast<void>(s.decide(0));
  for (job_number k = 2; k <= 4; ++k) {
    const instant now = 10 * k;
    s.submit(device_job(k, 1, 5, band_high), now);
    CHECK((s.decide(now).starts == ids{k}) == (k < 4));
    if (k < 4) {
      CHECK(s.finish(k, now + 5));
      CHECK(s.decide(now + 5).starts == ids{1});
    }
  }
  CHECK(s.record(1).preemptions == 2);
  s.submit(device_job(7, 1, 5, band_low), 100);
  CHECK(s.decide(100).preempts.empty());
}

TEST_CASE("preemption that would not help preempts nobody") {
  const cluster c = small_cluster({2});
  auto s = preempting_scheduler(c);
  s.submit(device_job(1, 1, 100, band_low), 0);
  cluster_job j = device_job(2, 1, 100, band_low);
  j.preemptible = false;
  s.submit(j, 0);
  static_cast<void>(s.decide(0));
  s.submit(device_job(3, 2, 10, band_urgent), 1);
  CHECK(s.decide(1).preempts.empty());
  CHECK(s.preemption() == preemption_status::would_not_help);
}

TEST_CASE("resume tells where from, and fails only if asked to") {
  const cluster c = small_cluster({1});
  auto s = preempting_scheduler(c, {.grace = 0, .resume_at_once = false});
  s.submit(device_job(1, 1, 1000, band_low), 0);
  static_cast<void>(s.decide(0));
  CHECK(s.checkpointed(1, {.progress = 40}, 50));
  s.submit(device_job(2, 1, 5, band_high), 60);
  CHECK(s.decide(60).starts == ids{2});
  CHECK(s.state(1) == job_state::preempted);
  const auto from = s.resume(1, 61);
  CHECK(from.what == resume_answer::kind::resumed_from);
  CHECK(from.progress == 40);
  CHECK(s.resume(1, 61).what == resume_answer::kind::refused);
  auto f = preempting_scheduler(c, {.grace = 0, .fail_without_checkpoint = true});
  f.submit(device_job(1, 1, 1000, band_low), 0);
  static_cast<void>(f.decide(0));
  f.submit(device_job(2, 1, 5, band_high), 60);
  CHECK(f.decide(60).starts == ids{2});
  CHECK(f.state(1) == job_state::failed);
}

TEST_CASE("a job whose checkpoint is lost starts anew, or fails") {
  const cluster c = small_cluster({1});
  for (const bool fails : {false, true}) {
    auto s = preempting_scheduler(c, {.grace = 0, .fail_without_checkpoint = fails}, memory_store());
    s.submit(device_job(1, 1, 1000, band_low), 0);
    static_cast<void>(s.decide(0));
    CHECK(s.checkpointed(1, {.progress = 40}, 50));
    CHECK_FALSE(s.checkpoint_lost(1, 50));  // it runs
    s.submit(device_job(2, 1, 5, band_high), 60);
    CHECK(s.decide(60).starts == ids{2});
    CHECK(s.record(1).saved == 40);
    CHECK(s.checkpoint_lost(1, 61));
    CHECK(s.state(1) == (fails ? job_state::failed : job_state::queued));
    CHECK(s.record(1).saved == 0);
    CHECK_FALSE(s.checkpoint_lost(1, 61));
    s.store().load([&](stored_job&& j) { CHECK(j == s.record(j.job.id)); });
  }
}

TEST_CASE("jobs of a lost node are queued again at their place, whole gangs, or fail") {
  const cluster c = small_cluster({2, 2});
  cluster_scheduler s(c);
  cluster_job gang = device_job(1, 2, 100);
  gang.wants.groups[0].count = 2;
  s.submit(gang, 0);
  CHECK(s.decide(0).starts == ids{1});
  s.submit(device_job(2, 1, 10), 1);
  s.set_status(node_id(0), node_status::down, 5);
  CHECK(s.state(1) == job_state::queued);
  CHECK(s.history(1).run_time(5) == 5);
  CHECK(s.why(1).first == obstacle::down);
  CHECK(s.decide(5).starts == ids{2});
  s.set_status(node_id(0), node_status::up, 20);
  CHECK(s.finish(2, 21));
  CHECK(s.decide(21).starts == ids{1});
  cluster_scheduler t(c);
  cluster_job once = device_job(1, 1, 100);
  once.requeue = false;
  t.submit(once, 0);
  static_cast<void>(t.decide(0));
  t.set_status(t.place_of(1)[0].node, node_status::down, 3);
  CHECK(t.state(1) == job_state::failed);
}

TEST_CASE("jobs over their quota wait aside, and go on at the event that frees it") {
  const cluster c = small_cluster({8});
  quota_tree q({{"cpu"}, {"memory"}, {"devices"}, {"jobs"}});
  const auto team = q.add("team", quota_tree::root, {{}, {}, {.hard = 4000}});
  const auto one = q.add("one", team, {{}, {}, {}, {.hard = 1}});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                      no_store{}, {.quotas = &q});
  for (job_number k = 1; k <= 3; ++k) {
    cluster_job j = device_job(k, 3);
    j.quota = k == 3 ? quota_tree::root : one;
    s.submit(j, 0);
  }
  CHECK(s.decide(0).starts == ids{1, 3});
  CHECK(s.why(2).what == wait_answer::kind::quota);
  CHECK(s.why(2).limit.node == one);
  CHECK(s.queue().empty());
  CHECK(s.waiting() == 1);
  CHECK(s.finish(3, 4));
  CHECK(s.decide(4).starts.empty());
  CHECK(s.finish(1, 5));
  CHECK(s.decide(5).starts == ids{2});
}

TEST_CASE("an array runs so many tasks at a time") {
  const cluster c = small_cluster({8});
  cluster_scheduler s(c);
  for (job_number k = 1; k <= 5; ++k) {
    cluster_job j = device_job(k, 1);
    j.array = 77;
    j.array_limit = 2;
    s.submit(j, 0);
  }
  CHECK(s.decide(0).starts == ids{1, 2});
  CHECK(s.why(3).what == wait_answer::kind::array);
  CHECK(s.finish(2, 1));
  CHECK(s.decide(1).starts == ids{3});
}

TEST_CASE("a singleton waits for all earlier jobs of its user and name") {
  const cluster c = small_cluster({8});
  cluster_scheduler s(c);
  cluster_job j = device_job(1, 1);
  j.name = "x";
  s.submit(j, 0);
  j.id = 2;
  j.after.push_back({job_dependency::kind::singleton, 0, 0});
  s.submit(j, 0);
  j.id = 3;
  j.user = 5;
  s.submit(j, 0);
  CHECK(s.decide(0).starts == ids{1, 3});
  CHECK(s.finish(1, 1, end_reason::exit_code));
  CHECK(s.decide(1).starts == ids{2});
}

TEST_CASE("what passes its deadline fails, and its dependents with it") {
  const cluster c = small_cluster({1});
  cluster_scheduler s(c);
  s.submit(device_job(1, 1), 0);
  cluster_job j = device_job(2, 1);
  j.deadline = 50;
  s.submit(j, 0);
  j = device_job(3, 1);
  j.after.push_back({job_dependency::kind::ok, 2, 0});
  s.submit(j, 0);
  CHECK(s.decide(0).next_wakeup == 50);
  CHECK(s.decide(50).failed == ids{2, 3});
  CHECK(s.state(3) == job_state::failed);
}

TEST_CASE("a scheduler goes on where the store says that the last one was") {
  const cluster c = small_cluster({4});
  auto first = preempting_scheduler(c, {.grace = 100}, memory_store());
  first.submit(device_job(1, 2, 100, band_low), 0);
  first.submit(device_job(2, 2, 100), 0);
  static_cast<void>(first.decide(0));
  first.submit(device_job(3, 3, 10), 1);
  first.submit(device_job(4, 1, 10), 2);
  cluster_job j = device_job(5, 1, 10);
  j.after.push_back({job_dependency::kind::ok, 2, 0});
  first.submit(j, 3);
  j = device_job(6, 1, 10);
  j.held = true;
  first.submit(j, 3);
  CHECK(first.set_band(4, band_high, 4));
  auto second = preempting_scheduler(c, {}, first.store());
  CHECK(second.restore(10) == 6);
  for (job_number k = 1; k <= 6; ++k) {
    CHECK(second.record(k) == first.record(k));
    CHECK(second.state(k) == first.state(k));
  }
  CHECK(second.queue() == ids{4, 3});
  CHECK(second.free().sums(0, 0).milli == first.free().sums(0, 0).milli);
  CHECK(second.finish(2, 20));
  CHECK(second.finish(1, 20));
  CHECK(second.decide(20).starts == ids{4, 3});
  CHECK(second.state(5) == job_state::queued);
  CHECK_THROWS_AS(second.restore(20), error);

  SECTION("what has lost its place is queued again") {
    const cluster smaller = small_cluster({2});
    auto third = preempting_scheduler(smaller, {}, first.store());
    CHECK(third.restore(10) == 6);
    CHECK((third.state(1) == job_state::queued || third.state(2) == job_state::queued));
    CHECK(third.running() == 1);
  }
}

TEST_CASE("ended jobs are forgotten on demand") {
  const cluster c = small_cluster({1});
  auto s = preempting_scheduler(c, {}, memory_store());
  s.submit(device_job(1, 1), 0);
  CHECK_FALSE(s.forget(1, 0));
  static_cast<void>(s.decide(0));
  CHECK(s.finish(1, 1));
  CHECK(s.forget(1, 1));
  CHECK_FALSE(s.knows(1));
  CHECK(s.store().size() == 0);
  CHECK(s.submit(device_job(1, 1), 2) == submit_status::accepted);
}

TEST_CASE("a job that fits and yet may not start does not end the decision for those behind it") {
  const cluster c = small_cluster({4});
  const ids all{2, 3};
  for (const std::size_t k : {std::size_t{1}, std::size_t{2}}) {
    // The inventory refuses the first.
    memory_inventory inv(c);
    recording_inventory<memory_inventory> refusing(inv);
    cluster_scheduler s(c, order::fcfs{}, reserve::depth{k}, placement::best_fit{}, order::fcfs{}, victims::never{},
                        no_store{}, {.inventory = refusing});
    s.submit(device_job(1, 1, 10), 0);
    s.submit(device_job(2, 1, 10), 0);
    s.submit(device_job(3, 1, 10), 0);
    refusing.fail_holds(1);
    CHECK(s.decide(0).starts == all);
    // The array of the first is full as soon as the job before it has started.
    cluster_scheduler t(c, order::fcfs{}, reserve::depth{k});
    for (const job_number id : {job_number{1}, job_number{4}, job_number{2}, job_number{3}}) {
      cluster_job j = device_job(id, 1, 10);
      if (id == 1 || id == 4) {
        j.array = 7;
        j.array_limit = 1;
      }
      t.submit(j, 0);
    }
    CHECK(t.decide(0).starts == ids{1, 2, 3});
    CHECK(t.decide(0).starts.empty());
  }
}

namespace {
/// The last in the list first. Notes what it was asked about.
struct last_first {
  std::vector<ids>* seen = nullptr;
  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant, std::span<double> out) const {
    ids asked;
    for (std::size_t k = 0; k < jobs.size(); ++k) {
      asked.push_back(jobs[k].priority);
      out[k] = -static_cast<double>(k);
    }
    seen->push_back(asked);
  }
};
}  // namespace

TEST_CASE("an order is asked about jobs as they were submitted, whatever it said before") {
  const cluster c = small_cluster({2});
  std::vector<ids> seen;
  cluster_scheduler s(c, last_first{&seen}, reserve::none{});
  for (job_number k = 1; k <= 4; ++k) {
    cluster_job j = device_job(k, k == 4 ? 2 : 1);
    j.priority = k;
    s.submit(j, 0);
  }
  CHECK(s.decide(0).starts == ids{4});
  CHECK(s.decide(0).starts.empty());
  CHECK(s.decide(1).starts.empty());
  CHECK(seen.size() >= 4);
  for (const ids& asked : seen) CHECK(std::ranges::is_sorted(asked));
  CHECK(s.queue() == ids{3, 2, 1});
}

TEST_CASE("a second decision at one instant starts nothing where ties depend on the list") {
  const cluster c = small_cluster({1});
  std::vector<ids> seen;
  cluster_scheduler s(c, last_first{&seen}, reserve::none{});
  s.submit(device_job(3, 1), 0);
  CHECK(s.decide(0).starts == ids{3});
  cluster_job j = device_job(1, 0);
  s.submit(j, 1);                 // would fit
  s.submit(device_job(2, 1), 1);  // the last, and blocked
  CHECK(s.decide(1).starts.empty());
  CHECK(s.decide(1).starts.empty());
  CHECK(s.queue() == ids{2, 1});
}

TEST_CASE("a preemptor whose node begins to drain looks for another place at once") {
  const cluster c = small_cluster({4, 4});
  auto s = preempting_scheduler(c, {.grace = 30});
  s.submit(device_job(1, 4, 1000, band_low), 0);
  s.submit(device_job(2, 4, 1000, band_low), 0);
  CHECK(s.decide(0).starts.size() == 2);
  s.submit(device_job(9, 4, 100, band_high), 10);
  const auto d = s.decide(10);
  REQUIRE(d.preempts.size() == 1);
  const job_number victim = d.preempts[0].victim, other = victim == 1 ? 2 : 1;
  s.set_status(s.place_of(victim)[0].node, node_status::draining, 11);
  CHECK(s.finish(other, 12));
  CHECK(s.decide(12).starts == ids{9});
  CHECK(s.decide(50).starts.empty());
  CHECK(s.state(victim) == job_state::preempting);  // nobody needs its place: it runs on
  CHECK(s.finish(victim, 60));
}

TEST_CASE("a preemptor that is held gives up its claim, and its victims run on") {
  const cluster c = small_cluster({2});
  auto s = preempting_scheduler(c, {.grace = 30});
  s.submit(device_job(1, 2, 1000, band_low), 0);
  CHECK(s.decide(0).starts == ids{1});
  s.submit(device_job(2, 2, 10, band_high), 5);
  CHECK(s.decide(5).preempts.size() == 1);
  CHECK(s.hold(2, 6));
  CHECK(s.decide(40).starts.empty());
  CHECK(s.state(2) == job_state::queued);
  CHECK(s.finish(1, 50));
  CHECK(s.decide(50).starts.empty());
  CHECK(s.release(2, 51));
  CHECK(s.decide(51).starts == ids{2});
}

TEST_CASE("a job that is given a lower band rises from there") {
  const cluster c = small_cluster({1});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                      no_store{}, {.age_step = 100});
  s.submit(device_job(1, 1, 1000), 0);
  CHECK(s.decide(0).starts == ids{1});
  s.submit(device_job(2, 1, 10, band_urgent), 0);
  s.submit(device_job(3, 1, 10, band_normal), 50);
  CHECK(s.set_band(2, band_low, 60));
  CHECK(s.decide(60).next_wakeup == 100);
  CHECK(s.queue() == ids{3, 2});
  CHECK(s.decide(100).starts.empty());
  CHECK(s.queue() == ids{2, 3});
}

TEST_CASE("what is kept for requests and arrays is kept for jobs that have not ended") {
  const cluster c = small_cluster({4});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{0}, placement::best_fit{}, order::fcfs{}, victims::never{},
                      memory_store{});
  for (job_number k = 1; k <= 2000; ++k) {
    cluster_job j = device_job(k, 1, 10);
    j.wants.groups[0].each.cpu = k;  // never the same request again
    j.array = k / 2 + 1;
    j.deadline = 1'000'000 + k;
    s.submit(j, k);
    CHECK(s.decide(k).starts == ids{k});
    CHECK(s.finish(k, k));
    if (k % 2 == 0) CHECK(s.forget(k, k));
  }
  CHECK(s.request_classes() == 0);
  CHECK(s.arrays() == 0);
  CHECK(s.next_wakeup() == instant::infinity());
  s.submit(device_job(3001, 8), 3000);
  s.submit(device_job(3002, 8), 3000);
  s.submit(device_job(3003, 1), 3000);
  CHECK(s.request_classes() == 2);
  CHECK(s.cancel(3001, 3000));
  CHECK(s.request_classes() == 2);
  CHECK(s.cancel(3002, 3000));
  CHECK(s.request_classes() == 1);
  cluster_scheduler again(c, order::fcfs{}, reserve::depth{0}, placement::best_fit{}, order::fcfs{}, victims::never{},
                          s.store());
  CHECK(again.restore(4000) == 1003);
  CHECK(again.request_classes() == 1);
  CHECK(again.arrays() == 0);
}

TEST_CASE("what was known of a request that is gone does not count for the next one under its number") {
  const cluster c = small_cluster({4});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{0});
  s.submit(device_job(1, 3), 0);
  CHECK(s.decide(0).starts == ids{1});
  s.submit(device_job(2, 2), 1);  // has no place, and that is remembered until something ends
  CHECK(s.decide(1).starts.empty());
  CHECK(s.cancel(2, 2));
  s.submit(device_job(3, 1), 2);  // another request, under the number of the last one
  CHECK(s.request_classes() == 2);
  CHECK(s.decide(2).starts == ids{3});
  // Likewise for a request that has no place in the idle cluster.
  s.submit(device_job(4, 5), 3);
  CHECK(s.decide(3).starts.empty());
  CHECK(s.cancel(4, 4));
  CHECK(s.finish(1, 4));
  s.submit(device_job(5, 2), 4);
  CHECK(s.decide(4).starts == ids{5});
}

TEST_CASE("a job within its quota takes back what others were lent, in any band and no more than that") {
  const cluster c = small_cluster({8});
  for (const auto& [on, band] : {std::pair{true, band_normal}, {true, band_low}, {false, band_normal}}) {
    quota_tree q({{"cpu"}, {"memory"}, {"devices"}, {"jobs"}});
    const auto a = q.add("a", quota_tree::root, {{}, {}, {.hard = 8000, .soft = 4000}});
    const auto b = q.add("b", quota_tree::root, {{}, {}, {.hard = 8000, .soft = 4000}});
    auto s = preempting_scheduler(c, {.grace = 0, .quotas = &q, .reclaim = on});
    for (job_number k = 1; k <= 4; ++k) {
      cluster_job j = device_job(k, 2, 1000);
      j.quota = a;
      s.submit(j, k);
      CHECK(s.decide(k).starts == ids{k});
      CHECK(s.reclaimable(k) == (k > 2));
    }
    cluster_job j = device_job(11, 4, 100, band);
    j.quota = b;
    s.submit(j, 10);
    auto d = s.decide(10);
    if (!on) {
      CHECK(d.preempts.empty());
      continue;
    }
    CHECK(d.starts == ids{11});
    REQUIRE(d.preempts.size() == 2);
    for (const preemption_order& p : d.preempts) {
      CHECK(p.reclaimed);
      CHECK((p.victim == 3 || p.victim == 4));
    }
    CHECK_FALSE(s.reclaimable(3));
    if (band == band_low) continue;
    // Nobody is above his own now: equal or higher bands are safe from either side.
    j.id = 12;
    s.submit(j, 11);
    d = s.decide(11);
    CHECK(d.preempts.empty());
    CHECK(d.starts.empty());
    // A lower band gives way as ever, and nobody says that it was reclaimed.
    j = device_job(13, 4, 100, band_urgent);
    s.submit(j, 12);
    d = s.decide(12);
    REQUIRE(d.preempts.size() == 1);
    CHECK(d.preempts[0] == preemption_order{11, 13, 12, false});
  }
}

TEST_CASE("what a common limit keeps aside is taken back from who was lent it, though there is room") {
  const cluster c = small_cluster({8, 8});
  for (const auto& [on, grace, wanted] : {std::tuple{true, 0, 3}, {true, 5, 3}, {false, 0, 3}, {true, 0, 5}}) {
    quota_tree q({{"cpu"}, {"memory"}, {"devices"}, {"jobs"}});
    const auto all = q.add("all", quota_tree::root, {{}, {}, {.hard = 8000}});
    const auto a = q.add("a", all, {{}, {}, {.hard = 8000, .soft = 4000}});
    const auto b = q.add("b", all, {{}, {}, {.hard = 8000, .soft = 4000}});
    auto s = preempting_scheduler(c, {.grace = grace, .quotas = &q, .reclaim = on});
    for (job_number k = 1; k <= 4; ++k) {
      cluster_job j = device_job(k, 2, 1000);
      j.quota = a;
      s.submit(j, k);
      CHECK(s.decide(k).starts == ids{k});
    }
    cluster_job j = device_job(11, static_cast<std::uint32_t>(wanted), 100, band_low);
    j.quota = b;
    s.submit(j, 10);
    auto d = s.decide(10);
    if (!on || wanted > 4) {  // five are more than its own
      CHECK(d.preempts.empty());
      CHECK(d.starts.empty());
      CHECK(s.why(11).what == wait_answer::kind::quota);
      continue;
    }
    REQUIRE(d.preempts.size() == 2);
    for (const preemption_order& p : d.preempts) {
      CHECK(p.reclaimed);
      CHECK(p.preemptor == 11);
      CHECK((p.victim == 3 || p.victim == 4));
    }
    if (grace != 0) {
      CHECK(d.starts.empty());
      d = s.decide(10 + grace);
    }
    CHECK(d.starts == ids{11});
    CHECK(q.used(all, 2, 10 + grace) == 7000);
    // They wait for the limit now, and take nothing back: a has its own.
    d = s.decide(20);
    CHECK(d.preempts.empty());
    CHECK(d.starts.empty());
    CHECK(s.why(3).what == wait_answer::kind::quota);
  }
}

TEST_CASE("of those that wait aside nobody takes anything back before the head of the queue") {
  const cluster c = small_cluster({8, 8});
  quota_tree q({{"cpu"}, {"memory"}, {"devices"}, {"jobs"}});
  const auto all = q.add("all", quota_tree::root, {{}, {}, {.hard = 8000}});
  const auto a = q.add("a", all, {{}, {}, {.hard = 8000, .soft = 4000}});
  const auto b = q.add("b", all, {{}, {}, {.hard = 8000, .soft = 4000}});
  auto s = preempting_scheduler(c, {.grace = 0, .quotas = &q});
  for (job_number k = 1; k <= 4; ++k) {
    cluster_job j = device_job(k, 2, 1000);
    j.quota = a;
    s.submit(j, 0);
  }
  CHECK(s.decide(0).starts.size() == 4);
  s.submit(device_job(10, 4, 100), 1);  // of nobody's quota
  CHECK(s.decide(1).starts == ids{10});
  s.submit(device_job(20, 8, 100), 2);  // waits for a whole node
  cluster_job j = device_job(21, 2, 100);
  j.quota = b;
  s.submit(j, 3);
  CHECK(s.decide(3).preempts.empty());
  CHECK(s.cancel(20, 4));
  const auto d = s.decide(4);
  CHECK(d.starts == ids{21});
  REQUIRE(d.preempts.size() == 1);
  CHECK(d.preempts[0].preemptor == 21);
}

TEST_CASE("who would be above his own quota reclaims nothing, and what was lent is own again when there is less") {
  const cluster c = small_cluster({8});
  quota_tree q({{"cpu"}, {"memory"}, {"devices"}, {"jobs"}});
  const auto a = q.add("a", quota_tree::root, {{}, {}, {.hard = 8000, .soft = 4000}});
  const auto b = q.add("b", quota_tree::root, {{}, {}, {.hard = 8000, .soft = 4000}});
  auto s = preempting_scheduler(c, {.grace = 0, .quotas = &q});
  for (job_number k = 1; k <= 4; ++k) {
    cluster_job j = device_job(k, 2, 1000);
    j.quota = a;
    s.submit(j, 0);
  }
  CHECK(s.decide(0).starts.size() == 4);
  cluster_job j = device_job(11, 6, 100);
  j.quota = b;
  s.submit(j, 1);
  CHECK(s.decide(1).preempts.empty());  // six are more than the four of b
  CHECK(s.cancel(11, 2));
  CHECK(s.finish(1, 3));
  CHECK(s.finish(2, 3));
  s.submit(device_job(20, 4, 1000), 3);  // of nobody's quota
  CHECK(s.decide(3).starts == ids{20});
  j = device_job(12, 2, 100);
  j.quota = b;
  s.submit(j, 4);
  CHECK(s.decide(4).preempts.empty());  // a has four, its own
  CHECK(s.reclaimable(4));
}
