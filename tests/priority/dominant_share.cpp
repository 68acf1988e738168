// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/dominant_share.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("dominant resource fairness: the published example exactly") {
  const std::array<amount, 2> capacity{9, 18};
  const std::vector<drf_user> users{{.need = {1, 4}}, {.need = {3, 1}}};
  const auto got = progressive_filling(capacity, users);
  CHECK(got[0].tasks == 3);
  CHECK(got[1].tasks == 2);
  CHECK(got[0].share == 12.0 / 18.0);
  CHECK(got[1].share == 6.0 / 9.0);
}

TEST_CASE("progressive filling: weights, limits, and setting aside") {
  const std::array<amount, 1> ten{10};
  const auto weighted = progressive_filling(ten, std::vector<drf_user>{{.need = {1}}, {.need = {1}, .weight = 4}});
  CHECK(weighted[0].tasks == 2);
  CHECK(weighted[1].tasks == 8);
  const auto limited = progressive_filling(ten, std::vector<drf_user>{{.need = {1}, .tasks = 3}, {.need = {2}}});
  CHECK(limited[0].tasks == 3);
  CHECK(limited[1].tasks == 3);
  const std::vector<drf_user> large{{.need = {6}}, {.need = {1}}};
  CHECK(progressive_filling(ten, large)[1].tasks == 4);
  CHECK(progressive_filling(std::array<amount, 1>{11}, std::vector<drf_user>{{.need = {6}}, {.need = {1}}}, true)[1]
            .tasks == 5);
  CHECK(progressive_filling(std::array<amount, 1>{9}, std::vector<drf_user>{{.need = {10}}, {.need = {1}}}, true)[1]
            .tasks == 0);
  CHECK_THROWS_AS(progressive_filling(ten, std::vector<drf_user>{{.need = {0}}}), error);
  CHECK_THROWS_AS(progressive_filling(ten, std::vector<drf_user>{{.need = {1, 1}}}), error);
  CHECK_THROWS_AS(progressive_filling(std::array<amount, 1>{0}, std::vector<drf_user>{{.need = {1}}}), error);
}

TEST_CASE("the order by dominant share gives the published example its turns") {
  const std::array<amount, 2> a{1, 4}, b{3, 1};
  std::vector<waiting_job> jobs(6);
  for (std::size_t k = 0; k < 6; ++k) {
    jobs[k].user = k < 3 ? 1 : 2;
    jobs[k].needs = k < 3 ? a : b;
  }
  order::dominant_share o({9, 18});
  std::vector<double> keys(6);
  o.keys(jobs, 0, keys);
  // B1 (A's first share is 0, as is B's: A goes first), A, A, B, A; the third of B does not fit.
  CHECK(keys == std::vector<double>{0, 2, 4, 1, 3, 5});
  o.started(jobs[0], 0);
  o.started(jobs[3], 0);
  CHECK(o.share(1) == 4.0 / 18.0);
  CHECK(o.share(2) == 3.0 / 9.0);
  o.keys(jobs, 0, keys);
  CHECK(keys[0] == 0);  // 0.22 before 0.33
  o.ended(jobs[3], 5);
  o.keys(jobs, 5, keys);
  CHECK(keys[3] == 0);
}

TEST_CASE("a job that does not fit has its turn; those behind it come last") {
  std::vector<waiting_job> jobs(6);
  const std::array<amount, 1> one{1}, six{6};
  for (std::size_t k = 0; k < 6; ++k) {
    jobs[k].user = k < 3 ? 1 : 2;
    jobs[k].needs = k == 0 ? std::span<const amount>(six) : std::span<const amount>(one);
  }
  order::dominant_share o({8});
  waiting_job has = jobs[1];
  o.started(has, 0);
  has.user = 2;
  for (int k = 0; k < 3; ++k) o.started(has, 0);
  std::vector<double> keys(6);
  o.keys(jobs, 0, keys);  // user 1 has one, user 2 three, four are left
  CHECK(keys == std::vector<double>{0, 4, 5, 1, 2, 3});
}

TEST_CASE("turns in one kind are those of progressive filling") {
  random_generator rng(5);
  for (int round = 0; round < 100; ++round) {
    const std::vector<amount> capacity{rng.between(5, 30), rng.between(5, 30)};
    std::vector<drf_user> users;
    std::vector<waiting_job> jobs;
    for (std::uint32_t u = 0; u < 3; ++u)
      users.push_back({.need = {rng.between(0, 6), rng.between(1, 6)}, .tasks = rng.between(0, 8)});
    for (std::uint32_t u = 0; u < 3; ++u)
      for (std::int64_t k = 0; k < users[u].tasks; ++k) {
        waiting_job j;
        j.user = u;
        j.needs = users[u].need;
        jobs.push_back(j);
      }
    const auto expected = progressive_filling(capacity, users);
    // All of equal users without demand join the tree in another order than by number: so let each join first.
    share_tree tree;
    tree.account(0, 1);
    for (std::uint32_t u = 0; u < 3; ++u) tree.user(u, 0);
    order::dominant_share o(capacity, tree);
    std::vector<double> keys(jobs.size());
    o.keys(jobs, 0, keys);
    std::vector<std::size_t> by_key(jobs.size());
    for (std::size_t k = 0; k < jobs.size(); ++k) by_key[static_cast<std::size_t>(keys[k])] = k;
    std::vector<amount> left = capacity;
    std::map<std::uint32_t, std::int64_t> got;
    for (const std::size_t k : by_key) {
      const auto& need = users[jobs[k].user].need;
      if (need[0] > left[0] || need[1] > left[1]) continue;
      left[0] -= need[0];
      left[1] -= need[1];
      ++got[jobs[k].user];
    }
    for (std::uint32_t u = 0; u < 3; ++u) CHECK(got[u] == expected[u].tasks);
  }
}

TEST_CASE("hierarchical: a blocked child does not freeze its sibling") {
  // A {a1 needs cpus, a2 needs devices}, B {b needs devices}. All cpus go to a1, whose share makes A's sum 1; summed
  // naively, A would wait until B has all devices, and a2 would starve.
  share_tree t;
  t.account(1, 1);
  t.account(2, 1);
  const auto a1 = t.user(1, 1), a2 = t.user(2, 1), b = t.user(3, 2);
  dominant_tree d({10, 10});
  const std::array<amount, 2> cpu{1, 0}, device{0, 1};
  const auto needs = [&](share_tree::node n) { return std::span<const amount>(n == a1 ? cpu : device); };
  for (int k = 0; k < 10; ++k) d.change(t, a1, cpu, 1);
  std::map<share_tree::node, int> got;
  for (int k = 0; k < 10; ++k) {
    const auto n = d.next(t, [&](share_tree::node u) { return !d.fits(needs(u)); });
    REQUIRE(n != share_tree::none);
    ++got[n];
    d.change(t, n, needs(n), 1);
  }
  CHECK(got[a1] == 0);
  CHECK(got[a2] == 5);
  CHECK(got[b] == 5);
  CHECK(d.next(t, [&](share_tree::node u) { return !d.fits(needs(u)); }) == share_tree::none);
}

TEST_CASE("hierarchical: accounts share before users do, by weight") {
  share_tree t;
  t.account(1, 3);
  t.account(2, 1);
  t.user(1, 1);
  t.user(2, 1);
  t.user(3, 2);
  order::dominant_share o({16}, t);
  std::vector<waiting_job> jobs;
  for (std::uint32_t u = 1; u <= 3; ++u)
    for (int k = 0; k < 16; ++k) {
      waiting_job j;
      j.user = u;
      j.group = u == 3 ? 2 : 1;
      jobs.push_back(j);
    }
  std::vector<double> keys(jobs.size());
  o.keys(jobs, 0, keys);
  std::array<int, 3> first{};
  for (std::size_t k = 0; k < jobs.size(); ++k)
    if (keys[k] < 16) ++first[jobs[k].user - 1];
  CHECK(first == std::array<int, 3>{6, 6, 4});
}

TEST_CASE("dominant shares order a batch scheduler") {
  for (const std::uint32_t busy : {1U, 2U}) {
    backfill s(8, order::dominant_share({8}), reserve::none{});
    job j = rigid_job(1, 0, 4, 100, 0);
    j.user = busy;
    static_cast<void>(s.submit(j, 0));
    j = rigid_job(9, 0, 4, 10, 0);
    j.user = 7;
    const job_handle ends = s.submit(j, 0);
    CHECK(s.decide(0).starts.size() == 2);
    j.shapes[0].demand = 4;
    j.user = 1;
    j.id = 2;
    const job_handle one = s.submit(j, 1);
    j.user = 2;
    j.id = 3;
    const job_handle two = s.submit(j, 1);
    s.finish(ends, 10);
    const auto d = s.decide(10);
    REQUIRE(d.starts.size() == 1);
    CHECK(d.starts[0] == (busy == 1 ? two : one));
  }
}
