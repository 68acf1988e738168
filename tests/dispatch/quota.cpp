// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/quota.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {
using amounts = std::vector<amount>;
}

TEST_CASE("a quota is granted by a node and all above it, for all resources, or not at all") {
  quota_tree q({{"devices"}, {"memory"}}, {{.hard = 10}});
  const auto org = q.add("org", quota_tree::root, {{.hard = 8}, {.hard = 100}});
  const auto team = q.add("team", org, {{.hard = 6}});
  const auto user = q.add("user", team);
  CHECK(q.reserve(user, amounts{6, 50}, 0));
  const auto refused = q.reserve(user, amounts{0, 51}, 0);
  CHECK_FALSE(refused);
  CHECK(refused.node == org);
  CHECK(refused.resource == 1);
  CHECK(refused.limit == 100);
  CHECK(refused.wanted == 101);
  CHECK(q.used(user, 1, 0) == 50);
  CHECK(q.reserve(user, amounts{1, 0}, 0).node == team);
  CHECK(q.reserve(org, amounts{2}, 0));
  CHECK(q.reserve(org, amounts{1}, 0).node == org);
  q.release(user, amounts{6, 50}, 5);
  CHECK(q.used(quota_tree::root, 0, 5) == 2);
  CHECK(q.stands_below(user, org));
  CHECK_FALSE(q.stands_below(org, user));
}

TEST_CASE("above the soft limit use is reclaimable, above the hard one a burst counts down and recovers") {
  quota_tree q({{"devices"}});
  const auto u = q.add("u", quota_tree::root, {{.hard = 4, .soft = 2, .burst = 2, .burst_for = 10}});
  CHECK_FALSE(q.reserve(u, amounts{2}, 0).over_soft);
  CHECK(q.reserve(u, amounts{2}, 0).over_soft);
  const auto burst = q.reserve(u, amounts{2}, 0);
  CHECK(burst);
  CHECK(burst.bursting);
  CHECK(burst.until == 10);
  CHECK_FALSE(q.reserve(u, amounts{1}, 1));  // beyond the burst
  q.release(u, amounts{1}, 10);
  CHECK_FALSE(q.reserve(u, amounts{1}, 10));  // spent
  q.release(u, amounts{1}, 10);
  const auto again = q.reserve(u, amounts{2}, 13);
  CHECK(again);
  CHECK(again.until == 16);  // 3 ticks have come back
}

TEST_CASE("a window keeps what was committed until it ends") {
  quota_tree q({{"hours", 100}});
  const auto u = q.add("u", quota_tree::root, {{.hard = 10}});
  CHECK(q.reserve(u, amounts{6}, 5));
  q.commit(u, amounts{6});
  q.release(u, amounts{6}, 6);
  CHECK(q.used(u, 0, 6) == 6);
  CHECK(q.reserve(u, amounts{4}, 7));
  q.release(u, amounts{4}, 8, false);
  CHECK(q.used(u, 0, 8) == 6);
  const auto refused = q.reserve(u, amounts{5}, 9);
  CHECK_FALSE(refused);
  CHECK(refused.until == 100);
  CHECK(q.reserve(u, amounts{10}, 100));
}

TEST_CASE("members of a cohort borrow what others leave, and lend no more than they will") {
  quota_tree q({{"devices"}});
  const auto cohort = q.add("cohort", quota_tree::root);
  q.make_cohort(cohort);
  const auto a = q.add("a", cohort, {{.hard = 10, .borrow = 8}});
  const auto b = q.add("b", cohort, {{.hard = 10, .lend = 5}});
  CHECK_FALSE(q.reserve(a, amounts{16}, 0));  // b keeps 5
  const auto lent = q.reserve(a, amounts{15}, 0);
  CHECK(lent);
  CHECK(lent.borrowed);
  CHECK(lent.over_soft);
  CHECK(q.borrowed_share(a, 0) == Approx(5.0 / 15.0));
  CHECK(q.borrowed_share(b, 0) == 0);
  q.set_weight(a, 2);
  CHECK(q.borrowed_share(a, 0) == Approx(2.5 / 15.0));
  // What is its own is never refused to a member because others borrow: it is to be reclaimed from them.
  CHECK(q.reserve(b, amounts{10}, 0));
  CHECK_FALSE(q.reserve(b, amounts{1}, 0));
}

TEST_CASE("overcommitted nodes promise more than there is") {
  quota_tree q({{"devices"}}, {{.hard = 10}});
  q.set_overcommit(quota_tree::root, 1500);
  CHECK_FALSE(q.reserve(quota_tree::root, amounts{16}, 0));
  CHECK(q.reserve(quota_tree::root, amounts{15}, 0));
  CHECK_THROWS_AS(q.set_overcommit(0, 999), error);
}

TEST_CASE("concurrent wishes never overshoot") {
  quota_tree q({{"devices"}}, {{.hard = 1000}});
  std::vector<quota_tree::node> users;
  for (int k = 0; k < 4; ++k) users.push_back(q.add("u", quota_tree::root, {{.hard = 300}}));
  std::atomic<amount> granted{0};
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        random_generator rng(t);
        for (int k = 0; k < 2000; ++k) {
          const amounts some{rng.between(1, 7)};
          if (!q.reserve(users[t], some, 0)) continue;
          granted += some[0];
          if (rng.chance(0.4)) {
            q.release(users[t], some, 0);
            granted -= some[0];
          }
        }
      });
  }
  CHECK(q.used(quota_tree::root, 0, 0) == granted.load());
  CHECK(granted.load() <= 1000);
  for (const auto u : users) CHECK(q.used(u, 0, 0) <= 300);
}

TEST_CASE("limits without sense are refused") {
  quota_tree q({{"devices"}});
  CHECK_THROWS_AS(q.add("x", 7), error);
  CHECK_THROWS_AS(q.add("x", 0, {{.hard = -1}}), error);
  CHECK_THROWS_AS(q.add("x", 0, {{.hard = 1, .soft = 2}}), error);
  CHECK_THROWS_AS(q.add("x", 0, {{}, {}}), error);
  CHECK_THROWS_AS(q.reserve(0, amounts{-1}, 0), error);
  CHECK_THROWS_AS(quota_tree({{"x", -1}}), error);
}

TEST_CASE("without what others would give back a wish is answered as if it were gone, and nothing changes") {
  quota_tree q({{"devices"}, {"hours", 100}}, {{.hard = 8}, {.hard = 8}});
  const auto a = q.add("a", quota_tree::root), b = q.add("b", quota_tree::root, {{.hard = 4, .soft = 3}});
  const std::vector<amount> six{6}, three{3}, four{4}, hours{0, 8}, hour{0, 1};
  REQUIRE(q.reserve(a, six, 0));
  CHECK_FALSE(q.would(b, three, 0));
  const std::vector<quota_holding> gone{{a, six}};
  CHECK(q.would_without(b, three, gone, 0).granted);
  CHECK_FALSE(q.would_without(b, three, gone, 0).over_soft);
  CHECK(q.would_without(b, four, gone, 0).over_soft);
  CHECK_FALSE(q.would(b, three, 0));
  CHECK(q.used(quota_tree::root, 0, 0) == 6);
  REQUIRE(q.reserve(a, hours, 0));
  q.commit(a, hours);
  CHECK_FALSE(q.would_without(b, hour, std::vector<quota_holding>{{a, hours}}, 0));  // windows give nothing back
  CHECK_THROWS_AS(q.would_without(b, hour, std::vector<quota_holding>{{9, hours}}, 0), error);
}

TEST_CASE("what is lent is reclaimed from the largest share, and only as long as a node is above its own") {
  quota_tree q({{"devices"}, {"hours", 100}});
  const auto cohort = q.add("cohort", quota_tree::root);
  q.make_cohort(cohort);
  const auto a = q.add("a", cohort, {{.hard = 10, .borrow = 20}});
  const auto b = q.add("b", cohort, {{.hard = 10, .borrow = 20}});
  const auto c = q.add("c", cohort, {{.hard = 20}});
  const auto user = q.add("user", a);
  const amounts one{1, 50}, two{2, 50}, hours{0, 50};
  for (int k = 0; k < 14; ++k) REQUIRE(q.reserve(user, one, 0));
  for (int k = 0; k < 8; ++k) REQUIRE(q.reserve(b, two, 0));
  // a is 4 above its own, b 6: b first until it is as low as a, then by turns, of equals the earlier in the list.
  std::vector<quota_holding> all{{user, one}, {user, one}, {b, two},    {b, two}, {user, hours},
                                 {user, one}, {user, one}, {user, one}, {b, two}, {b, two}};
  using numbers = std::vector<std::size_t>;
  CHECK(q.reclaimable(all, c, 0) == numbers{2, 0, 3, 1, 5, 8, 6});
  // Somebody below a is not above a: only b is to give back to him.
  CHECK(q.reclaimable(all, user, 0) == numbers{2, 3, 8});
  q.set_weight(a, 4);
  CHECK(q.reclaimable(all, c, 0).front() == 2);
  q.set_weight(a, 0.5);
  CHECK(q.reclaimable(all, c, 0).front() == 0);

  quota_tree soft({{"devices"}});
  const auto x = soft.add("x", quota_tree::root, {{.hard = 10, .soft = 4}});
  const auto y = soft.add("y", quota_tree::root, {{.hard = 10, .soft = 4}});
  REQUIRE(soft.reserve(x, amounts{6}, 0));
  const amounts three{3};
  const std::vector<quota_holding> of_x{{x, three}, {x, three}};
  CHECK(soft.reclaimable(of_x, y, 0) == numbers{0});  // 3 are left then, less than its own
  CHECK(soft.reclaimable(of_x, x, 0).empty());
  CHECK_THROWS_AS(soft.reclaimable(std::vector<quota_holding>{{9, three}}, y, 0), error);
}
