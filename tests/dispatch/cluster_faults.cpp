// SPDX-License-Identifier: BSL-1.0
// Faults of the Horizon scheduler, each as a scenario that must go well here, by their numbers: 1 to 10, 12, 13.
#include <sched/cluster.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;
using sched_test::device_job, sched_test::small_cluster;

namespace {
using ids = std::vector<job_number>;
}

TEST_CASE("fault 1: a blocked head keeps its place") {
  const cluster c = small_cluster({8});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{0});
  REQUIRE(s.submit(device_job(1, 4), 0) == submit_status::accepted);
  CHECK(s.decide(0).starts == ids{1});
  s.submit(device_job(2, 8), 1);
  s.submit(device_job(3, 1), 1);
  CHECK(s.decide(1).starts == ids{3});
  for (job_number k = 0; k < 100; ++k) {
    s.submit(device_job(100 + k, 8), 2 + k);
    CHECK(s.decide(2 + k).starts.empty());
  }
  CHECK(s.queue().front() == 2);
  CHECK(s.finish(1, 200));
  CHECK(s.finish(3, 200));
  CHECK(s.decide(200).starts == ids{2});
}

TEST_CASE("fault 2: an endless stream of small jobs does not keep the head from its first shadow time") {
  const cluster c = small_cluster({4});
  cluster_scheduler s(c);
  std::vector<std::pair<instant, job_number>> ends;
  job_number next = 1;
  const auto decide = [&](instant now) {
    const ids starts = s.decide(now).starts;
    for (const job_number id : starts)
      if (id != 1000) ends.emplace_back(now + 10, id);
    return starts;
  };
  for (int k = 0; k < 4; ++k) s.submit(device_job(next++, 1, 10 + k), k);
  decide(3);
  s.submit(device_job(1000, 4, 50), 3);
  instant started = instant::infinity();
  for (instant now = 4; now < 60 && started == instant::infinity(); now += 1) {
    s.submit(device_job(next++, 1, 10), now);
    for (const auto& [at, id] : ends)
      if (at == now) CHECK(s.finish(id, now));
    if (std::ranges::count(decide(now), 1000) > 0) started = now;
  }
  CHECK(started <= 16);

  SECTION("without durations and without asking for a filler, the order is strict") {
    cluster_scheduler strict(c);
    strict.submit(device_job(1, 1), 0);
    strict.submit(device_job(2, 4), 0);
    strict.submit(device_job(3, 1), 0);
    CHECK(strict.decide(0).starts == ids{1});
    CHECK(strict.why(3).what == wait_answer::kind::order);
    CHECK(strict.why(2).what == wait_answer::kind::capacity);
    CHECK(strict.why(2).first == obstacle::devices);
  }
}

TEST_CASE("fault 3: fair share influences the order, and weights turn it around") {
  const cluster c = small_cluster({1});
  for (const double weight : {1.0, 100.0}) {
    share_tree t;
    t.account(0, 1);
    t.user(1, 0, weight);
    t.user(2, 0, 1);
    using shares = order::fair_share<share::reference, decay::none>;
    cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, shares(t, {.unit = 1000}));
    cluster_job j = device_job(1, 1, 100);
    j.user = 1;
    s.submit(j, 0);
    CHECK(s.decide(0).starts == ids{1});
    CHECK(s.finish(1, 9));  // 9 device ticks used
    j.id = 2;
    s.submit(j, 10);
    j.id = 3;
    j.user = 2;
    s.submit(j, 10);
    CHECK(s.decide(10).starts == (weight == 1.0 ? ids{3} : ids{2}));
  }
}

TEST_CASE("fault 4: a blocked urgent head preempts the fewest victims within one pass") {
  const cluster c = small_cluster({2, 2});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::minimal{},
                      no_store{}, {.grace = 0});
  for (job_number k = 1; k <= 4; ++k) s.submit(device_job(k, 1, 1000, band_low), 0);
  CHECK(s.decide(0).starts.size() == 4);
  s.submit(device_job(9, 2, 100, band_urgent), 5);
  const auto d = s.decide(5);
  CHECK(d.starts == ids{9});
  CHECK(d.preempts.size() == 2);
  CHECK(s.preemption() == preemption_status::ordered);
  std::size_t running = 0;
  for (job_number k = 1; k <= 4; ++k) running += s.state(k) == job_state::running ? 1U : 0U;
  CHECK(running == 2);
  CHECK(s.waiting() == 2);
}

TEST_CASE("fault 5: cancelling a started job frees its devices in the same step") {
  const cluster c = small_cluster({4});
  for (const bool confirm : {false, true}) {
    memory_inventory inv(c);
    cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                        no_store{}, {.confirm_launch = confirm, .inventory = inv});
    s.submit(device_job(1, 4), 0);
    s.submit(device_job(2, 4), 0);
    CHECK(s.decide(0).starts == ids{1});
    CHECK(s.state(1) == (confirm ? job_state::scheduled : job_state::running));
    CHECK(inv.leases() == 1);
    CHECK(s.cancel(1, 1));
    CHECK(s.free().sums(0, 0).milli == 4000);
    CHECK(inv.leases() == 0);
    CHECK(s.place_of(1).empty());
    CHECK(s.decide(1).starts == ids{2});
    CHECK_FALSE(s.cancel(1, 2));
  }
}

TEST_CASE("fault 6: a failed reservation of devices loses no job") {
  const cluster c = small_cluster({4});
  memory_inventory inv(c);
  recording_inventory<memory_inventory> double_(inv);
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                      no_store{}, {.inventory = double_});
  s.submit(device_job(1, 2, 10), 0);
  s.submit(device_job(2, 1, 10), 0);
  s.submit(device_job(3, 4, 10), 0);
  SECTION("of the head") { double_.fail_holds(1); }
  SECTION("at its commit") { double_.fail_commits(1); }
  const auto d = s.decide(0);
  const bool first_failed = d.starts != ids{1, 2};
  if (first_failed) {
    CHECK(std::ranges::count(d.starts, 1) == 0);
    CHECK(s.state(1) == job_state::queued);
    CHECK(s.queue().front() == 1);
    CHECK(s.why(1).what == wait_answer::kind::inventory);
  }
  const auto again = s.decide(1);
  CHECK(s.state(1) == job_state::running);
  CHECK(s.state(2) == job_state::running);
  CHECK(inv.leases() == 2);
  CHECK(s.history(1).attempt_count() == 1);
  CHECK(s.finish(1, 5));
  CHECK(s.finish(2, 5));
  double_.fail_holds(1);
  CHECK(s.decide(5).starts.empty());
  // A backfilled one.
  s.submit(device_job(4, 1, 2), 5);
  CHECK(s.decide(6).starts == ids{3});
}

TEST_CASE("fault 7: eight devices of a model in either order of building, and no model that nobody asked for") {
  const cluster c = small_cluster({8}, "A100");
  const part a = part_builder(c).gpus(8).gpu_model("A100").build();
  const part b = part_builder(c).gpu_model("A100").gpus(8).build();
  CHECK(a == b);
  CHECK(a.devices == 8);
  cluster_scheduler s(c);
  cluster_job j;
  j.id = 1;
  j.wants = single(part_builder(c).gpus(8).build());
  s.submit(j, 0);
  CHECK(s.decide(0).starts == ids{1});
}

TEST_CASE("fault 8: a job without devices runs from end to end, and zero devices are refused when it is built") {
  const cluster c = small_cluster({0});
  memory_store store;
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                      store);
  cluster_job j;
  j.id = 1;
  j.wants = single(part_builder(c).cpus(4).build());
  s.submit(j, 0);
  CHECK(s.decide(0).starts == ids{1});
  CHECK(s.finish(1, 5));
  CHECK(s.store().size() == 1);
  CHECK_THROWS_AS(part_builder(c).gpus(0), error);
}

TEST_CASE("fault 9: best fit is best fit over nodes and over domains") {
  const cluster c = small_cluster({8, 8});
  cluster_scheduler s(c);
  s.submit(device_job(1, 4), 0);
  CHECK(s.decide(0).starts == ids{1});
  const node_id partly = s.place_of(1)[0].node;
  s.submit(device_job(2, 4), 1);
  CHECK(s.decide(1).starts == ids{2});
  CHECK(s.place_of(2)[0].node == partly);
  // Domains with 4 and 2 free: two devices go to the second.
  cluster_scheduler n(c);
  cluster_job j = device_job(1, 2);
  j.wants.groups[0].each.numa = numa_policy::single;
  n.submit(j, 0);
  CHECK(n.decide(0).starts.size() == 1);
  j.id = 2;
  n.submit(j, 1);
  CHECK(n.decide(1).starts.size() == 1);
  CHECK(n.place_of(1)[0].node == n.place_of(2)[0].node);
  const std::size_t one = n.place_of(1)[0].devices[0] / 4, two = n.place_of(2)[0].devices[0] / 4;
  CHECK(one == two);
}

TEST_CASE("fault 10: decay does not drop the rest of an interval") {
  const double h = 3600;
  usage_ledger often(decay::continuous{24 * 3600}), once(decay::continuous{24 * 3600});
  often.charge(0, 1000, 0);
  once.charge(0, 1000, 0);
  for (int k = 1; 23.9 * h * k < 30 * 24 * h; ++k) often.charge(0, 0, static_cast<std::int64_t>(23.9 * h * k));
  const instant end = 30 * 24 * 3600;
  CHECK(often.usage(0, end) == Approx(once.usage(0, end)).epsilon(1e-9));
}

TEST_CASE("fault 12: large memories survive every store") {
  for (const amount bytes : {amount{1} << 31, amount{1} << 40}) {
    cluster_job j;
    j.id = 1;
    part p;
    p.memory = bytes;
    j.wants = single(p);
    stored_job r;
    r.job = j;
    memory_store m;
    m.save(r);
    m.commit();
    m.load([&](stored_job&& back) { CHECK(back.job.wants.groups[0].each.memory == bytes); });
  }
}

TEST_CASE("fault 13: gangs are all or none") {
  const cluster c = small_cluster({4, 4});
  cluster_scheduler s(c);
  cluster_job j = device_job(1, 4);
  j.wants.groups[0].count = 2;
  s.submit(device_job(2, 1, 10), 0);
  CHECK(s.decide(0).starts == ids{2});
  s.submit(j, 1);
  CHECK(s.decide(1).starts.empty());
  CHECK(s.free().sums(0, 0).milli == 7000);
  CHECK(s.finish(2, 2));
  CHECK(s.decide(2).starts == ids{1});
  CHECK(s.place_of(1).size() == 2);
}

TEST_CASE("fault 13: dependencies, begin times, holds, and parents that fail") {
  const cluster c = small_cluster({4});
  cluster_scheduler s(c);
  s.submit(device_job(1, 1, 10), 0);
  cluster_job j = device_job(2, 1, 10);
  j.after.push_back({job_dependency::kind::ok, 1, 5});
  s.submit(j, 0);
  j.id = 3;
  j.after[0].on = job_dependency::kind::not_ok;
  s.submit(j, 0);
  j = device_job(4, 1, 10);
  j.not_before = 30;
  s.submit(j, 0);
  j = device_job(5, 1, 10);
  j.held = true;
  s.submit(j, 0);
  CHECK(s.decide(0).starts == ids{1});
  CHECK(s.why(2).what == wait_answer::kind::dependency);
  CHECK(s.why(4).what == wait_answer::kind::begins_later);
  CHECK(s.why(5).what == wait_answer::kind::held);
  CHECK(s.finish(1, 10));
  CHECK(s.state(3) == job_state::failed);
  const auto d = s.decide(10);
  CHECK(d.failed == ids{3});
  CHECK(d.starts.empty());
  CHECK(d.next_wakeup == 15);
  CHECK(s.decide(15).starts == ids{2});
  CHECK(s.release(5, 16));
  CHECK(s.decide(16).starts == ids{5});
  CHECK(s.decide(30).starts == ids{4});
  j = device_job(6, 1);
  j.after.push_back({job_dependency::kind::ok, 3, 0});
  s.submit(j, 31);
  CHECK(s.state(6) == job_state::failed);
}

TEST_CASE("fault 13: ageing lifts a low job above newer normal ones") {
  const cluster c = small_cluster({1});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                      no_store{}, {.age_step = 100});
  s.submit(device_job(1, 1, 1000), 0);
  CHECK(s.decide(0).starts == ids{1});
  s.submit(device_job(2, 1, 10, band_low), 0);
  s.submit(device_job(3, 1, 10, band_normal), 50);
  CHECK(s.decide(60).starts.empty());
  CHECK(s.queue() == ids{3, 2});
  CHECK(s.decide(100).starts.empty());
  CHECK(s.queue() == ids{2, 3});
}
