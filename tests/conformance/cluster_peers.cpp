// SPDX-License-Identifier: BSL-1.0
// What users of other cluster schedulers ask for, as scenarios.
#include <sched/cluster.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/evaluate/validate_placement.hpp>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;
using sched_test::device_job, sched_test::small_cluster;

namespace {

using ids = std::vector<job_number>;
using counts = std::vector<std::size_t>;

template <class P = placement::best_fit>
placement_result ask(const cluster_state& s, const request& r) {
  placement_workspace ws;
  check_request(r, s.machine());
  placement_result out = P()(r, s, ws);
  if (out) {
    const bool split = std::is_same_v<P, placement::reference>;
    CHECK(validate_placement(s.machine(), std::vector<placed_request>{{&r, out.allocations()}}, split).empty());
  }
  return out;
}

/// Devices taken by node.
counts by_node(const cluster& c, const placement_result& r) {
  counts out(c.node_count(), 0);
  for (const allocation& a : r.parts) out[a.node.index()] += a.devices.size();
  return out;
}

}  // namespace

TEST_CASE("a gang is split unevenly when the nodes are") {
  const cluster c = small_cluster({5, 3, 2});
  cluster_state s(c);
  CHECK(by_node(c, ask(s, gang({.devices = 1}, 10))) == counts{5, 3, 2});
  CHECK(by_node(c, ask(s, gang({.devices = 2}, 4))) == counts{4, 2, 2});
  CHECK_FALSE(ask(s, gang({.devices = 2}, 5)));
  s.apply(ask(s, gang({.devices = 1}, 10)));
  CHECK(s.sums(0, 0).milli == 0);
}

TEST_CASE("devices are packed on the fullest node that has room") {
  const cluster c = small_cluster({8, 8, 8});
  cluster_scheduler s(c);
  counts nodes;
  for (job_number k = 1; k <= 5; ++k) {
    const std::uint32_t wants[] = {5, 2, 2, 1, 6};
    s.submit(device_job(k, wants[k - 1]), k);
    REQUIRE(s.decide(k).starts == ids{k});
    nodes.push_back(s.place_of(k)[0].node.index());
  }
  CHECK(nodes[1] == nodes[0]);  // 3 were left there
  CHECK(nodes[2] != nodes[0]);
  CHECK(nodes[3] == nodes[0]);  // exactly what was left
  CHECK(nodes[4] == nodes[2]);
}

TEST_CASE("nodes that must, and that must not be used") {
  const cluster c = small_cluster({4, 4, 4, 2});
  cluster_state s(c);
  request r = single({.devices = 2});
  CHECK(by_node(c, ask(s, r)) == counts{0, 0, 0, 2});
  r.except = {3};
  CHECK(by_node(c, ask(s, r)) == counts{2, 0, 0, 0});
  CHECK(by_node(c, ask<placement::worst_fit>(s, r))[3] == 0);
  r.only = {1, 3};
  CHECK(by_node(c, ask(s, r)) == counts{0, 2, 0, 0});
  CHECK(by_node(c, ask<placement::reference>(s, r)) == counts{0, 2, 0, 0});
  r = gang({.devices = 1}, 6);
  r.only = {3, 1};
  CHECK(by_node(c, ask(s, r)) == counts{0, 4, 0, 2});
  r.groups[0].count = 7;
  const placement_result no = ask(s, r);
  CHECK_FALSE(no);
  CHECK(no.why.first == obstacle::level);
  CHECK_FALSE(ask<placement::reference>(s, r));
  r = gang({.devices = 1}, 9, 5);
  r.except = {0, 1};
  CHECK(by_node(c, ask(s, r)) == counts{0, 0, 4, 2});
  r.only = {0, 1};
  CHECK_FALSE(ask(s, r));
  r.only = {4};
  CHECK_THROWS_AS(check_request(r, c), error);
  // The proof knows the lists, and stores keep them.
  request other = single({.devices = 2});
  const placement_result free = ask(s, other);
  other.only = {0};
  const auto wrong = validate_placement(c, std::vector<placed_request>{{&other, free.allocations()}});
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].kind == placement_violation_kind::wrong_node);
  stored_job j;
  j.job.wants = r;
  CHECK(decode_stored_job(encode(j)) == j);
}

TEST_CASE("a job that waits for its own nodes keeps nobody from others") {
  const cluster c = small_cluster({2, 2});
  cluster_scheduler s(c);
  cluster_job j = device_job(1, 2, 100);
  j.wants.only = {0};
  s.submit(j, 0);
  CHECK(s.decide(0).starts == ids{1});
  j.id = 2;
  s.submit(j, 1);
  s.submit(device_job(3, 2, 1000), 2);
  CHECK(s.decide(2).starts == ids{3});
  CHECK(s.request_classes() == 2);
  CHECK(s.finish(1, 50));
  CHECK(s.decide(50).starts == ids{2});
}

TEST_CASE("a gang of different parts starts as a whole or not at all") {
  const cluster c = small_cluster({4, 2});
  cluster_scheduler s(c);
  cluster_job j = device_job(1, 4);
  part helper;
  helper.cpu = 14'000;
  j.wants.groups.push_back({helper, 2, 0});  // 1 + 14 cpus on one node, 14 on the other
  part watcher;
  watcher.devices = 2;
  watcher.cpu = 2000;
  j.wants.groups.push_back({watcher, 1, 0});
  s.submit(device_job(9, 1, 10), 0);
  CHECK(s.decide(0).starts == ids{9});
  s.submit(j, 1);
  CHECK(s.decide(1).starts.empty());
  CHECK(s.free().sums(0, 0).milli == 5000);
  CHECK(s.place_of(1).empty());
  CHECK(s.finish(9, 5));
  CHECK(s.decide(5).starts == ids{1});
  CHECK(s.place_of(1).size() == 4);
  CHECK(s.free().sums(0, 0).milli == 0);
}

TEST_CASE("parts are spread over nodes, one on each") {
  const cluster c = small_cluster({4, 4, 4});
  const cluster_state s(c);
  request r = gang({.devices = 1}, 3);
  r.spread.push_back({c.depth(), 1});
  CHECK(by_node(c, ask(s, r)) == counts{1, 1, 1});
  r.groups[0].count = 4;
  CHECK_FALSE(ask(s, r));
}

TEST_CASE("nodes without one domain that suffices are filtered out") {
  const cluster c = small_cluster({8, 8});
  cluster_state s(c);
  for (const std::uint16_t d : {std::uint16_t{0}, std::uint16_t{4}}) {
    allocation a;
    a.node = node_id(0);
    a.share = whole_device;
    a.devices.push_back(d);
    s.apply(a);  // 3 + 3 are left on the first node
  }
  request r = single({.devices = 4, .numa = numa_policy::single});
  CHECK(by_node(c, ask(s, r)) == counts{0, 4});
  s.set_status(node_id(1), node_status::down);
  CHECK_FALSE(ask(s, r));
  r.groups[0].each.numa = numa_policy::none;
  CHECK(by_node(c, ask(s, r)) == counts{4, 0});
}

TEST_CASE("the order by dominant share does not starve a gang while small jobs of another user come and go") {
  const cluster c = small_cluster({8});
  cluster_scheduler s(c, order::fcfs{}, reserve::depth{1}, placement::best_fit{},
                      order::dominant_share({16'000, 64 * 1024 * mebibyte, 8000}));
  std::vector<std::pair<instant, job_number>> ends;
  job_number next = 100;
  instant started = instant::infinity();
  for (instant now = 1; now < 100 && started == instant::infinity(); now += 1) {
    for (int k = 0; k < 2; ++k) {
      cluster_job small = device_job(next++, 1, 10);
      small.user = 2;
      s.submit(small, now);
    }
    if (now == 5) {
      cluster_job whole = device_job(2, 1, 50);
      whole.wants.groups[0].count = 6;
      whole.user = 1;
      s.submit(whole, now);
    }
    for (const auto& [at, id] : ends)
      if (at == now) REQUIRE(s.finish(id, now));
    for (const job_number id : s.decide(now).starts) {
      if (id == 2) started = now;
      else ends.emplace_back(now + 10, id);
    }
  }
  CHECK(started == 13);  // at once when there is room: no small job went past it
  CHECK(s.place_of(2).size() == 6);
}

TEST_CASE("a strict queue that waits for a loan does not block the lender's own quota") {
  const cluster c = small_cluster({8});
  quota_tree q({{"cpu"}, {"memory"}, {"devices"}, {"jobs"}});
  const auto cohort = q.add("cohort", quota_tree::root);
  q.make_cohort(cohort);
  const auto borrower = q.add("borrower", cohort, {{}, {}, {.hard = 4000, .borrow = 4000}});
  const auto lender = q.add("lender", cohort, {{}, {}, {.hard = 4000}});
  cluster_scheduler s(c, order::fcfs{}, reserve::none{}, placement::best_fit{}, order::fcfs{}, victims::minimal{},
                      no_store{}, {.grace = 0, .quotas = &q});
  const auto submit = [&](job_number id, std::uint32_t devices, quota_tree::node of, instant now) {
    cluster_job j = device_job(id, devices, 100);
    j.quota = of;
    REQUIRE(s.submit(j, now) == submit_status::accepted);
  };
  submit(1, 2, lender, 0);
  submit(2, 7, borrower, 0);  // more than the lender leaves
  submit(3, 2, lender, 0);
  submit(4, 4, borrower, 0);
  CHECK(s.decide(0).starts == ids{1, 3, 4});
  CHECK(s.why(2).what == wait_answer::kind::quota);
  CHECK(s.finish(1, 10));
  CHECK(s.finish(3, 10));
  submit(5, 3, borrower, 10);
  CHECK(s.decide(10).starts == ids{5});  // lent
  CHECK(s.reclaimable(5));
  submit(6, 4, lender, 20);
  const auto d = s.decide(20);  // the lender's own comes back, though all are of one band
  CHECK(d.starts == ids{6});
  CHECK(d.preempts == std::vector{preemption_order{5, 6, 20, true}});
}
