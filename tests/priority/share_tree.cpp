// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/share_tree.hpp>

#include <cstdint>
#include <limits>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

std::vector<share_tree::node> below(const share_tree& t, share_tree::node n) {
  std::vector<share_tree::node> out;
  for (auto c = t.first_below(n); c != share_tree::none; c = t.next_beside(c)) out.push_back(c);
  return out;
}

}  // namespace

TEST_CASE("accounts and users are found by the caller's ids and divide what is above them") {
  share_tree t;
  const auto a = t.account(70, 40);
  const auto b = t.account(0xffffffffU, 60);
  const auto c = t.account(0, 5, 70);
  const auto u = t.user(1, 70, 15);
  const auto v = t.user(1, 0xffffffffU);
  const auto w = t.user(0xffffffffU, 0xffffffffU, share_tree::of_account);
  CHECK(t.find_account(70) == a);
  CHECK(t.find_account(0xffffffffU) == b);
  CHECK(t.find_account(1) == share_tree::none);
  CHECK(t.find_user(1, 70) == u);
  CHECK(t.find_user(1, 0xffffffffU) == v);
  CHECK(t.find_user(1, 0) == share_tree::none);
  CHECK(t.part(a) == 0.4);
  CHECK(t.part(c) == 0.25);
  CHECK(t.part(u) == 0.75);
  CHECK(t.part(v) == 1.0);  // whoever has the shares of his account takes none from the others
  CHECK(t.parent(c) == a);
  CHECK((t.is_user(w) && !t.is_user(a) && !t.is_user(share_tree::root)));
  CHECK((t.size() == 7 && t.user_count() == 3));
  CHECK(below(t, share_tree::root) == std::vector{a, b});
  CHECK(below(t, a) == std::vector{c, u});
  CHECK(below(t, b) == std::vector{v, w});
}

TEST_CASE("nobody has a part where nobody has shares") {
  share_tree t;
  const auto a = t.account(1, 0);
  CHECK(t.part(a) == 0.0);
}

TEST_CASE("strangers join with one share, once") {
  share_tree t;
  const auto a = t.account(1, 3);
  const auto u = t.user_or_new(9, 1);
  const auto v = t.user_or_new(9, 2);
  CHECK((t.parent(u) == a && t.shares(u) == 1));
  CHECK(t.part(t.parent(v)) == 0.25);
  CHECK(t.user_or_new(9, 1) == u);
  CHECK(t.user_or_new(9, 2) == v);
  CHECK(t.user_count() == 2);
}

TEST_CASE("thousands of ids, near and far, are all found") {
  share_tree t;
  random_generator rng(8);
  std::vector<std::uint32_t> accounts, users;
  for (std::uint32_t k = 0; k < 5000; ++k) {
    accounts.push_back(static_cast<std::uint32_t>(rng.below(40)) * 0x1000000U);
    users.push_back(k % 2 == 0 ? k : static_cast<std::uint32_t>(rng.below(0xffffffffU)));
    t.user_or_new(users.back(), accounts.back());
  }
  for (std::size_t k = 0; k < users.size(); ++k) {
    const auto n = t.find_user(users[k], accounts[k]);
    REQUIRE(n != share_tree::none);
    REQUIRE(t.parent(n) == t.find_account(accounts[k]));
    REQUIRE(n > t.parent(n));
  }
  CHECK(t.find_user(1, accounts[0]) == share_tree::none);
}

TEST_CASE("ids in use, unknown accounts and shares without sense are refused and change nothing") {
  share_tree t;
  t.account(1, 3);
  t.user(5, 1);
  CHECK_THROWS_AS(t.account(1, 3), error);
  CHECK_THROWS_AS(t.account(2, 3, 7), error);
  CHECK_THROWS_AS(t.user(5, 1), error);
  CHECK_THROWS_AS(t.user(6, 2), error);
  CHECK_THROWS_AS(t.user(6, 1, -1), error);
  CHECK_THROWS_AS(t.account(2, share_tree::of_account), error);
  CHECK_THROWS_AS(t.account(2, std::numeric_limits<double>::quiet_NaN()), error);
  CHECK((t.size() == 3 && t.user_count() == 1));
  CHECK(t.part(t.find_user(5, 1)) == 1.0);
  try {
    t.user(6, 44);
    FAIL("accepted");
  } catch (const error& e) {
    CHECK(e.ids() == std::vector<std::string>{"44"});
  }
}
