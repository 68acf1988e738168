// SPDX-License-Identifier: BSL-1.0
// Elastic jobs of the cluster scheduler: one scenario for each promise.
#include <sched/cluster.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/fair_share.hpp>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;
using sched_test::device_job, sched_test::small_cluster;

namespace {
using ids = std::vector<job_number>;
using kind = resize_order::kind;

/// Tasks of one device, from `least` to `most`.
cluster_job elastic_job(job_number id, std::uint32_t least, std::uint32_t most,
                        duration estimate = duration::infinity(), std::int32_t band = band_normal) {
  cluster_job j = device_job(id, 1, estimate, band);
  j.wants.groups[0].count = most;
  j.wants.groups[0].least = least;
  j.elastic = true;
  return j;
}
template <class Victims = victims::never, class Store = no_store>
auto scheduler(const cluster& c, const cluster_options& o = {.grace = 0}, Store store = {}) {
  return cluster_scheduler<order::fcfs, reserve::depth, placement::best_fit, order::fcfs, Victims, Store>(
      c, {}, {}, {}, {}, {}, std::move(store), o);
}
/// Racks of two nodes with so many devices each.
cluster racks(std::size_t count, std::size_t devices) {
  cluster_builder b({"rack"});
  for (std::size_t k = 0; k < 2 * count; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 64'000, .memory = 1024 * mebibyte};
    n.devices.assign(devices, {.model = "A100", .memory = 0, .numa = 0});
    n.path = {"r" + std::to_string(k / 2)};
    b.add_node(n);
  }
  return b.build();
}
std::vector<std::size_t> nodes_of(std::span<const allocation> place) {
  std::vector<std::size_t> out;
  for (const allocation& a : place) out.push_back(a.node.index());
  std::ranges::sort(out);
  return out;
}
}  // namespace

TEST_CASE("an elastic job starts with its least number of tasks and grows while nobody waits") {
  const cluster c = small_cluster({4});
  auto s = scheduler(c);
  s.submit(elastic_job(1, 2, 8), 0);
  const cluster_decision d = s.decide(0);
  CHECK(d.starts == ids{1});
  REQUIRE(d.resizes.size() == 1);
  CHECK(d.resizes[0].what == kind::grown);
  CHECK(d.resizes[0].job == 1);
  CHECK(d.resizes[0].parts.size() == 2);
  CHECK(s.place_of(1).size() == 4);
  CHECK(s.decide(0).resizes.empty());
  CHECK(s.finish(1, 10));
  CHECK(s.free().free(node_id(0)).whole == 4);
  CHECK(s.used(1, 20) == held_amounts{40'000, 40'000});
}

TEST_CASE("it needs the place of its least number only") {
  const cluster c = small_cluster({4});
  auto s = scheduler(c);
  s.submit(device_job(1, 2), 0);
  s.submit(elastic_job(2, 2, 4), 0);
  const cluster_decision d = s.decide(0);
  CHECK(d.starts == ids{1, 2});
  CHECK(d.resizes.empty());
  CHECK(s.finish(1, 5));
  CHECK(s.decide(5).resizes.size() == 1);
  CHECK(s.place_of(2).size() == 4);
  CHECK(s.used(2, 10) == held_amounts{2000 * 5 + 4000 * 5, 2000 * 5 + 4000 * 5});
}

TEST_CASE("several grow in turn, one task each, never above their counts") {
  const cluster c = small_cluster({8, 8});
  auto s = scheduler(c);
  s.submit(elastic_job(1, 1, 5), 0);
  s.submit(elastic_job(2, 1, 16), 0);
  s.submit(elastic_job(3, 1, 16), 0);
  CHECK(s.decide(0).resizes.size() == 3);
  CHECK(s.place_of(1).size() == 5);
  CHECK(s.place_of(2).size() == 6);
  CHECK(s.place_of(3).size() == 5);
}

TEST_CASE("more tasks come near the others: their nodes first, then their rack") {
  const cluster c = racks(3, 2);
  auto s = scheduler(c);
  s.submit(device_job(1, 2), 0);  // node 0
  s.submit(device_job(2, 1), 0);  // node 1: best fit would fill it up
  CHECK(s.decide(0).starts == ids{1, 2});
  cluster_job j = elastic_job(3, 2, 5);
  j.wants.only = {1, 2, 3, 4, 5};
  s.submit(j, 0);
  CHECK(s.decide(0).starts == ids{3});
  CHECK(nodes_of(s.place_of(3)) == std::vector<std::size_t>{1, 2, 2, 3, 3});
}

TEST_CASE("no growth on nodes that a waiting job could use, and none into what is reserved") {
  const cluster c = small_cluster({4, 4});
  auto s = scheduler(c);
  s.submit(device_job(1, 4, 50), 0);
  s.submit(elastic_job(2, 1, 4, 100), 0);
  s.submit(device_job(3, 4, 10), 0);  // reserved node 0 from 50 on: it may not be disturbed
  s.submit(device_job(4, 4, 10), 0);  // waits without a reservation and could use any node
  CHECK(s.decide(0).starts == ids{1, 2});
  CHECK(s.place_of(2).size() == 1);
  CHECK(s.cancel(4, 1));
  const cluster_decision d = s.decide(1);
  REQUIRE(d.resizes.size() == 1);  // node 1 disturbs nobody: job 3 has node 0
  CHECK(nodes_of(s.place_of(2)) == std::vector<std::size_t>{1, 1, 1, 1});
  CHECK(s.finish(1, 50));
  CHECK(s.decide(50).starts == ids{3});
}

TEST_CASE("no growth into a reserved place beyond the start of the reservation") {
  const cluster c = small_cluster({4});
  for (const std::int64_t length : {30, 80}) {
    auto s = scheduler(c);
    s.submit(device_job(1, 2, 50), 0);
    s.submit(elastic_job(2, 1, 2, length), 0);
    s.submit(device_job(3, 3, 10), 0);  // from 50 on
    CHECK(s.decide(0).starts == ids{1, 2});
    CHECK((s.place_of(2).size() == 2) == (length == 30));
  }
}

TEST_CASE("whoever is not less important gets what was lent, and nobody is preempted for it") {
  const cluster c = small_cluster({4});
  for (const std::int32_t band : {band_low, band_normal, band_urgent}) {
    auto s = scheduler(c);
    s.submit(elastic_job(1, 1, 4), 0);
    CHECK(s.decide(0).resizes.size() == 1);
    s.submit(device_job(2, 2, 10, band), 5);
    const cluster_decision d = s.decide(5);
    CHECK(d.preempts.empty());
    CHECK((d.starts == ids{2}) == (band != band_low));
    REQUIRE(d.resizes.size() == (band == band_low ? 0 : 1));
    if (band == band_low) continue;
    CHECK(d.resizes[0].what == kind::shrunk);
    CHECK(d.resizes[0].preemptor == 2);
    CHECK(d.resizes[0].parts.size() == 2);
    CHECK(s.place_of(1).size() == 2);
    CHECK(s.history(1).attempt_count() == 1);
    CHECK(s.finish(2, 15));
    CHECK(s.decide(15).resizes.size() == 1);
    CHECK(s.place_of(1).size() == 4);
  }
}

TEST_CASE("elastic jobs shrink before anybody is preempted, and no further than needed") {
  const cluster c = small_cluster({4, 2});
  auto s = scheduler<victims::minimal>(c);
  s.submit(device_job(1, 2, 1000, band_low), 0);  // node 1
  CHECK(s.decide(0).starts == ids{1});
  s.submit(elastic_job(2, 1, 4, 1000), 0);
  CHECK(s.decide(0).starts == ids{2});
  CHECK(s.place_of(2).size() == 4);
  s.submit(device_job(3, 2, 1000, band_high), 10);  // two of node 0 rather than job 1, which is lower
  cluster_decision d = s.decide(10);
  CHECK(d.starts == ids{3});
  CHECK(d.preempts.empty());
  CHECK(s.place_of(2).size() == 2);
  s.submit(device_job(4, 2, 1000, band_high), 20);  // one part is not enough: now job 1 goes
  d = s.decide(20);
  CHECK(d.starts == ids{4});
  REQUIRE(d.preempts.size() == 1);
  CHECK(d.preempts[0].victim == 1);
  CHECK(d.resizes.empty());
  s.submit(device_job(5, 2, 1000, band_high), 30);  // the last resort is the whole job
  d = s.decide(30);
  CHECK(d.starts == ids{5});
  REQUIRE(d.preempts.size() == 1);
  CHECK(d.preempts[0].victim == 2);
  CHECK(s.place_of(2).empty());
  CHECK(s.finish(3, 40));
  d = s.decide(40);
  CHECK(s.place_of(2).size() + s.place_of(1).size() >= 1);
}

TEST_CASE("what is given back has its grace, and may be given back earlier") {
  const cluster c = small_cluster({4});
  for (const bool early : {false, true}) {
    auto s = scheduler(c, {.grace = 30});
    s.submit(elastic_job(1, 2, 4), 0);
    CHECK(s.decide(0).resizes.size() == 1);
    s.submit(device_job(2, 1, 10), 5);
    cluster_decision d = s.decide(5);
    CHECK(d.starts.empty());
    REQUIRE(d.resizes.size() == 1);
    CHECK(d.resizes[0].deadline == 35);
    CHECK(d.next_wakeup == 35);
    CHECK(s.place_of(1).size() == 4);
    CHECK_FALSE(s.shrunk(2, 6));
    if (early) CHECK(s.shrunk(1, 8));
    CHECK_FALSE((early && s.shrunk(1, 8)));
    d = s.decide(early ? 8 : 35);
    CHECK(d.starts == ids{2});
    CHECK(s.place_of(1).size() == 3);
  }
}

TEST_CASE("who was told to shrink does so even when nobody needs it any more") {
  const cluster c = small_cluster({4});
  auto s = scheduler(c, {.grace = 30});
  s.submit(elastic_job(1, 2, 4), 0);
  static_cast<void>(s.decide(0));
  s.submit(device_job(2, 2, 10), 5);
  static_cast<void>(s.decide(5));
  CHECK(s.cancel(2, 6));
  CHECK(s.decide(6).resizes.empty());
  const cluster_decision d = s.decide(35);  // given back, and lent again
  CHECK(s.place_of(1).size() == 4);
  REQUIRE(d.resizes.size() == 1);
  CHECK(d.resizes[0].what == kind::grown);
}

TEST_CASE("a lost node takes the tasks there only; others come in time, or the job waits again") {
  const cluster c = small_cluster({2, 2, 2});
  for (const bool room : {true, false}) {
    auto s = scheduler(c, {.grace = 0, .repair_time = 40});
    cluster_job j = elastic_job(1, 4, 6, 1000);
    j.wants.only = {0, 1, 2};
    s.submit(device_job(9, 2, 20), 0);
    CHECK(s.decide(0).starts == ids{9});
    s.submit(j, 0);
    CHECK(s.decide(0).starts == ids{1});
    CHECK(s.place_of(1).size() == 4);
    const node_id last = s.place_of(1)[3].node;
    s.set_status(last, node_status::down, 10);
    CHECK(s.state(1) == job_state::running);
    CHECK(s.place_of(1).size() == 2);
    CHECK(s.repair_until(1) == 50);
    cluster_decision d = s.decide(10);
    REQUIRE(d.resizes.size() == 1);
    CHECK(d.resizes[0].what == kind::lost);
    CHECK(d.resizes[0].parts.size() == 2);
    CHECK(d.next_wakeup == 20);
    if (room) CHECK(s.finish(9, 20));
    d = s.decide(21);
    if (room) {
      REQUIRE(d.resizes.size() == 1);
      CHECK(d.resizes[0].what == kind::repaired);
      CHECK(d.resizes[0].parts.size() == 2);
      CHECK(s.repair_until(1) == instant::infinity());
      CHECK(s.decide(60).resizes.empty());
      CHECK(s.state(1) == job_state::running);
      CHECK(s.history(1).attempt_count() == 1);
    } else {
      CHECK(d.resizes.empty());
      CHECK(s.decide(49).starts.empty());
      CHECK(s.state(1) == job_state::running);
      static_cast<void>(s.decide(50));
      CHECK(s.state(1) == job_state::queued);
      CHECK(s.place_of(1).empty());
      CHECK(s.history(1).attempt(0).reason == end_reason::node_lost);
    }
  }
}

TEST_CASE("what a preemption leaves over repairs others in the same decision") {
  const cluster c = small_cluster({3, 2, 2});
  auto s = scheduler<victims::minimal>(c, {.grace = 0, .repair_time = 40});
  s.submit(device_job(9, 3, 1000, band_low), 0);
  CHECK(s.decide(0).starts == ids{9});
  s.submit(elastic_job(1, 4, 5, 1000), 0);
  CHECK(s.decide(0).starts == ids{1});
  CHECK(nodes_of(s.place_of(1)) == std::vector<std::size_t>{1, 1, 2, 2});
  s.set_status(node_id(2), node_status::down, 10);
  CHECK(s.decide(10).resizes.size() == 1);
  s.submit(device_job(5, 1, 1000, band_high), 20);
  const cluster_decision d = s.decide(20);
  CHECK(d.starts == ids{5});
  REQUIRE(d.preempts.size() == 1);
  CHECK(d.preempts[0].victim == 9);
  REQUIRE(d.resizes.size() == 1);
  CHECK(d.resizes[0].what == kind::repaired);
  CHECK(nodes_of(s.place_of(1)) == std::vector<std::size_t>{0, 0, 1, 1});
  CHECK(s.decide(20).resizes.empty());
}

TEST_CASE("lost tasks beyond the least number end nothing, and without time for repairs all is lost at once") {
  const cluster c = small_cluster({2, 2});
  for (const std::uint32_t least : {2U, 3U}) {
    auto s = scheduler(c, {.grace = 0, .repair_time = 0});
    s.submit(elastic_job(1, least, 4), 0);
    static_cast<void>(s.decide(0));
    CHECK(s.place_of(1).size() == 4);
    s.set_status(node_id(1), node_status::down, 5);
    CHECK((s.state(1) == job_state::running) == (least == 2));
    CHECK(s.place_of(1).size() == (least == 2 ? 2 : 0));
  }
}

TEST_CASE("a job that may not be queued again fails when it cannot be repaired") {
  const cluster c = small_cluster({2, 2});
  auto s = scheduler(c, {.grace = 0, .repair_time = 5});
  cluster_job j = elastic_job(1, 3, 4);
  j.requeue = false;
  s.submit(j, 0);
  static_cast<void>(s.decide(0));
  s.set_status(node_id(1), node_status::down, 5);
  CHECK(s.decide(10).failed == ids{1});
  CHECK(s.state(1) == job_state::failed);
}

TEST_CASE("leases follow: whole inventories, partial ones, and refusals") {
  const cluster c = small_cluster({4, 4});
  memory_inventory inner(c);
  recording_inventory inv(inner);
  auto s = scheduler(c, {.grace = 0, .inventory = inv});
  inv.fail_commits(0);
  s.submit(elastic_job(1, 2, 6), 0);
  CHECK(s.decide(0).resizes.size() == 1);
  CHECK(inner.leases() == 2);
  CHECK(inner.state(0).free(node_id(0)).whole + inner.state(0).free(node_id(1)).whole == 2);
  s.submit(device_job(2, 3, 10), 1);
  CHECK(s.decide(1).starts == ids{2});
  CHECK(s.place_of(1).size() == 5);
  CHECK(inner.leases() == 3);
  CHECK(s.free().same_free(inner.state(1)));
  inv.fail_holds(1);
  CHECK(s.finish(2, 5));
  CHECK(s.decide(5).resizes.empty());  // refused: nothing changes
  CHECK(s.free().same_free(inner.state(5)));
  CHECK(s.decide(6).resizes.size() == 1);
  inv.fail_commits(1);
  CHECK(s.finish(1, 7));
  CHECK(inner.leases() == 0);
}

namespace {
/// Grants everything, takes leases back as a whole only.
struct whole_inventory {
  lease_number last = 0;
  lease_answer hold(job_number, std::uint32_t, std::span<const allocation>, instant, instant) {
    return {true, ++last, {}};
  }
  bool commit(lease_number, instant) { return true; }
  void release(lease_number) {}
};
static_assert(inventory<whole_inventory> && !partial_inventory<whole_inventory>);
}  // namespace

TEST_CASE("with an inventory that takes whole leases back only, nothing grows, and a lost node is the whole job") {
  const cluster c = small_cluster({2, 2});
  whole_inventory inv;
  auto s = scheduler(c, {.grace = 0, .inventory = inv});
  s.submit(elastic_job(1, 3, 4), 0);
  CHECK(s.decide(0).resizes.empty());
  CHECK(s.place_of(1).size() == 3);
  s.set_status(node_id(0), node_status::down, 5);
  CHECK(s.state(1) == job_state::queued);
}

TEST_CASE("quotas pay for what there is, and growth stays below soft limits") {
  const cluster c = small_cluster({8});
  quota_tree q({{"cpu"}, {"memory"}, {"devices"}, {"jobs"}, {"cpu time", 1000}, {"device time", 1000}});
  const auto team = q.add("team", quota_tree::root, {{}, {}, {.hard = 6000, .soft = 5000}});
  auto s = scheduler(c, {.grace = 0, .quotas = &q});
  cluster_job j = elastic_job(1, 2, 8, 100);
  j.quota = team;
  s.submit(j, 0);
  CHECK(s.decide(0).starts == ids{1});
  CHECK(s.place_of(1).size() == 5);
  CHECK(q.used(team, 2, 0) == 5000);
  CHECK(q.used(team, 5, 0) == 500'000);
  cluster_job k = device_job(2, 4, 10);
  s.submit(k, 50);  // of nobody: needs one of the team's
  CHECK(s.decide(50).starts == ids{2});
  CHECK(q.used(team, 2, 50) == 4000);
  CHECK(q.used(team, 5, 50) == 500'000);  // windows keep what was paid …
  CHECK(s.finish(2, 60));
  CHECK(s.decide(60).resizes.size() == 1);
  CHECK(q.used(team, 5, 60) == 500'000);  // … and it is worth something later
  CHECK(q.used(quota_tree::root, 3, 60) == 1);
  CHECK(s.finish(1, 100));
  for (std::size_t r = 0; r < 4; ++r) CHECK(q.used(team, r, 100) == 0);
}

TEST_CASE("a job that waits for the same limit keeps the others from growing") {
  const cluster c = small_cluster({8});
  quota_tree q({{"cpu"}, {"memory"}, {"devices"}});
  const auto team = q.add("team", quota_tree::root, {{}, {}, {.hard = 4000}});
  auto s = scheduler(c, {.grace = 0, .quotas = &q});
  cluster_job rigid = device_job(1, 2), waits = device_job(2, 4), j = elastic_job(3, 1, 3);
  rigid.quota = waits.quota = j.quota = team;
  s.submit(rigid, 0);
  s.submit(waits, 0);
  s.submit(j, 0);
  CHECK(s.decide(0).starts == ids{1, 3});
  CHECK(s.place_of(3).size() == 1);
  CHECK(s.why(2).what == wait_answer::kind::quota);
}

TEST_CASE("a job that comes later gets the quota back that was lent to another one, when it has a place then") {
  const cluster c = small_cluster({8});
  for (const std::int64_t grace : {0, 20}) {
    quota_tree q({{"cpu"}, {"memory"}, {"devices"}});
    const auto team = q.add("team", quota_tree::root, {{}, {}, {.hard = 6000}});
    auto s = scheduler(c, {.grace = grace, .quotas = &q});
    cluster_job lender = elastic_job(1, 1, 8), later = device_job(2, 3, 10), large = device_job(3, 6, 10);
    lender.quota = later.quota = large.quota = team;
    s.submit(lender, 0);
    static_cast<void>(s.decide(0));
    CHECK(s.place_of(1).size() == 6);
    s.submit(large, 1);  // not even with all that is lent
    CHECK(s.decide(1).resizes.empty());
    s.submit(later, 2);
    cluster_decision d = s.decide(2);
    REQUIRE(d.resizes.size() == 1);
    CHECK(d.resizes[0].preemptor == 2);
    CHECK(d.resizes[0].parts.size() == 3);
    CHECK(s.decide(3).resizes.empty());
    if (grace != 0) CHECK(s.decide(22).starts == ids{2});
    CHECK(s.state(2) == job_state::running);
    CHECK(s.place_of(1).size() == 3);
    CHECK(q.used(team, 2, 22) == 6000);
  }
}

TEST_CASE("fair share charges the tasks that there are, while they are there") {
  const cluster c = small_cluster({4, 4});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{},
                      order::dominant_share({1'000'000, 1, 8000}), victims::never{}, no_store{}, {.grace = 0});
  cluster_job j = elastic_job(1, 1, 6);
  j.user = 7;
  s.submit(j, 0);
  static_cast<void>(s.decide(0));
  CHECK(s.place_of(1).size() == 6);
  cluster_job a = device_job(2, 4, 100), b = device_job(3, 2, 100);
  a.user = 8;
  b.user = 7;
  s.submit(b, 1);
  s.submit(a, 1);
  CHECK(s.decide(1).starts.size() == 2);
  CHECK(s.place_of(1).size() == 2);
  CHECK(s.finish(1, 2));
  CHECK(s.decide(2).resizes.empty());
}

TEST_CASE("weighted fair queueing counts what was added") {
  order::wfq w;
  const waiting_job small{.demand = 2, .estimate = 10, .user = 1}, large{.demand = 5, .estimate = 10, .user = 1};
  w.started(small, 0);
  tell_resized(w, small, large, 1);
  std::vector<double> keys(1);
  w.keys(std::vector<waiting_job>{{.demand = 1, .estimate = 1, .user = 1}}, 1, keys);
  CHECK(keys[0] == 51);
}

TEST_CASE("sizes survive a restart, with what was told and what is missing") {
  const cluster c = small_cluster({2, 2, 2});
  memory_store kept;
  {
    auto s = scheduler<victims::never, memory_store>(c, {.grace = 30, .repair_time = 100});
    s.submit(elastic_job(1, 3, 6), 0);
    static_cast<void>(s.decide(0));
    CHECK(s.place_of(1).size() == 6);
    s.submit(device_job(2, 1, 10), 5);
    static_cast<void>(s.decide(5));
    kept = s.store();
  }
  auto s = scheduler<victims::never, memory_store>(c, {.grace = 30, .repair_time = 100}, kept);
  CHECK(s.restore(10) == 2);
  CHECK(s.place_of(1).size() == 6);
  CHECK(s.used(1, 10) == held_amounts{60'000, 60'000});
  CHECK(s.decide(10).starts == ids{2});  // it was told to give a task back before
  CHECK(s.place_of(1).size() == 5);
  s.set_status(node_id(0), node_status::down, 12);
  s.set_status(node_id(1), node_status::down, 12);
  CHECK(s.repair_until(1) == 112);
  auto t = scheduler<victims::never, memory_store>(c, {.grace = 30, .repair_time = 100}, s.store());
  CHECK(t.restore(20) == 2);
  CHECK(t.place_of(1).size() == s.place_of(1).size());
  CHECK(t.repair_until(1) == 112);
  CHECK(t.record(1).gang.additions == 1);
  CHECK(t.decide(20).resizes.size() >= 1);
  CHECK(t.repair_until(1) == instant::infinity());
}

TEST_CASE("what is rigid is written as before, and sizes must fit the place") {
  stored_job r;
  r.job = device_job(1, 2);
  r.life = job_history(0);
  CHECK(encode(r)[0] == 4);  // version 2
  CHECK(decode_stored_job(encode(r)) == r);
  r.job = elastic_job(1, 1, 4);
  CHECK(encode(r)[0] == 6);
  r.gang.additions = 3;
  r.gang.cpu_time = 1'000'000'000'000;
  CHECK(decode_stored_job(encode(r)) == r);
  r.gang.leases = {1};
  CHECK_THROWS_AS(decode_stored_job(encode(r)), error);
}

TEST_CASE("leaders are started with the others, and are not given back") {
  const cluster c = small_cluster({4, 4});
  auto s = scheduler(c);
  cluster_job j = elastic_job(1, 2, 6);
  part leader;
  leader.cpu = 4000;
  leader.devices = 1;
  j.wants.groups.insert(j.wants.groups.begin(), {leader, 1, 0});
  s.submit(j, 0);
  static_cast<void>(s.decide(0));
  CHECK(s.place_of(1).size() == 7);
  CHECK(s.place_of(1)[0].group == 0);
  s.submit(device_job(2, 4, 10), 1);
  CHECK(s.decide(1).starts == ids{2});
  CHECK(std::ranges::count(s.place_of(1), 0U, &allocation::group) == 1);
  CHECK(s.place_of(1).size() >= 3);
}

TEST_CASE("elastic jobs that cannot be are refused") {
  const cluster c = small_cluster({4});
  auto s = scheduler(c);
  CHECK_THROWS_AS(s.submit(elastic_job(1, 4, 4), 0), error);
  CHECK_THROWS_AS(s.submit(elastic_job(1, 0, 4), 0), error);
  cluster_job j = elastic_job(1, 2, 4);
  j.wants.per_node = 2;
  CHECK_THROWS_AS(s.submit(j, 0), error);
  j = elastic_job(1, 2, 4);
  j.wants.slice = 2;
  CHECK_THROWS_AS(s.submit(j, 0), error);
  CHECK_FALSE(s.knows(1));
}
