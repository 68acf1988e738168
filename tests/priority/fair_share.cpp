// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/fair_share.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/job_traces.hpp"

using namespace sched;

namespace {

/// A tree and what its users have used.
struct scene {
  share_tree tree{};
  std::vector<double> use{0};

  void account(std::uint32_t id, double shares) { place(tree.account(id, shares)); }
  void account(std::uint32_t id, double shares, std::uint32_t above) { place(tree.account(id, shares, above)); }
  share_tree::node user(std::uint32_t account, double shares, double used) {
    const auto n = tree.user(tree.size(), account, shares);
    place(n);
    use[n] = used;
    return n;
  }
  void place(share_tree::node n) { use.resize(n + std::size_t{1}); }

  template <share_policy S>
  std::vector<double> factors(S s) const {
    return factors_by(s);
  }
  template <share_policy S>
  std::vector<double> factors_by(S& s) const {
    std::vector<double> sums = use, out(use.size(), -1);
    for (share_tree::node n = tree.size(); n-- > 1;) sums[tree.parent(n)] += sums[n];
    s.factors(tree, sums, out);
    std::vector<double> of_users;
    for (share_tree::node n = 1; n < tree.size(); ++n)
      if (tree.is_user(n)) of_users.push_back(out[n]);
    return of_users;
  }
};

double rounded(double x) { return std::round(x * 1e6) / 1e6; }

waiting_job of(std::uint32_t user, std::uint32_t group = 0, amount demand = 1) {
  waiting_job j;
  j.user = user;
  j.group = group;
  j.demand = demand;
  return j;
}
template <class O>
std::vector<double> keys_of(O& o, const std::vector<waiting_job>& jobs, instant now) {
  std::vector<double> out(jobs.size());
  o.keys(jobs, now, out);
  return out;
}

/// The published rule of Fair Tree by comparing users two by two. The path of a user: the values of the accounts above
/// it and its own, from the root down. The larger path goes first, of equal beginnings the shorter; a user is tied with
/// the one before it when one path begins with the other. Accounts without anybody stand among the users, uncounted.
std::vector<double> brute_fair_tree(const scene& s) {
  const share_tree& t = s.tree;
  std::vector<double> sums = s.use;
  for (share_tree::node n = t.size(); n-- > 1;) sums[t.parent(n)] += sums[n];
  const auto value = [&](share_tree::node n) {
    double all_shares = 0;
    for (auto c = t.first_below(t.parent(n)); c != share_tree::none; c = t.next_beside(c))
      if (t.shares(c) != share_tree::of_account) all_shares += t.shares(c);
    if (t.shares(n) == share_tree::of_account) return HUGE_VAL;
    if (t.shares(n) == 0) return 0.0;
    return sums[n] == 0 ? HUGE_VAL : (t.shares(n) / all_shares) / (sums[n] / sums[t.parent(n)]);
  };
  struct leaf {
    std::vector<double> path{};
    share_tree::node node = 0;
    bool user = false;
  };
  std::vector<leaf> leaves;
  for (share_tree::node n = 1; n < t.size(); ++n) {
    if (t.first_below(n) != share_tree::none) continue;
    leaf l{{}, n, t.is_user(n)};
    for (share_tree::node k = n; k != share_tree::root; k = t.parent(k)) l.path.insert(l.path.begin(), value(k));
    leaves.push_back(l);
  }
  const auto begins = [](const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() <= b.size() && std::equal(a.begin(), a.end(), b.begin());
  };
  std::ranges::sort(leaves, [&](const leaf& a, const leaf& b) {
    if (a.path == b.path) return a.user != b.user ? a.user : a.node < b.node;
    if (begins(a.path, b.path) || begins(b.path, a.path)) return a.path.size() < b.path.size();
    return std::ranges::lexicographical_compare(b.path, a.path);
  });
  std::vector<double> out;
  for (share_tree::node n = 1; n < t.size(); ++n) {
    if (!t.is_user(n)) continue;
    std::size_t place = 0;
    while (leaves[place].node != n) ++place;
    while (place > 0 && begins(leaves[place - 1].path, leaves[place].path)) --place;
    std::uint32_t before = 0;
    for (std::size_t k = 0; k < place; ++k) before += leaves[k].user ? 1U : 0U;
    out.push_back(static_cast<double>(t.user_count() - before) / static_cast<double>(t.user_count()));
  }
  return out;
}

struct shares_without_check {
  void factors(const share_tree&, std::span<const double>, std::span<double>) const {}
};

}  // namespace

TEST_CASE("classic fair share: the values of a published tree to six digits") {
  scene s;  // A 40 {B 30, C 10}, D 60 {E 25, F 35}
  s.account(1, 40);
  s.account(2, 30, 1);
  s.account(3, 10, 1);
  s.account(4, 60);
  s.account(5, 25, 4);
  s.account(6, 35, 4);
  s.user(2, 1, .20);
  s.user(3, 1, .25);
  s.user(3, 1, 0);
  s.user(5, 1, .25);
  s.user(6, 1, 0);
  s.account(7, 0);
  const auto other = s.user(7, 1, .30);  // the use of all is 1
  auto got = s.factors(share::classic{});
  CHECK(got.back() == 0);
  CHECK(other == 13);
  got.pop_back();
  for (double& x : got) x = rounded(x);
  CHECK(got == std::vector{0.408479, 0.022097, 0.125000, 0.500000, 0.749154});
}

TEST_CASE("classic fair share: 1 without use, 1/2 for use as shared, damping flattens") {
  scene s;
  s.account(1, 3);
  s.account(2, 1);
  s.user(1, 1, 0);
  s.user(2, 1, 0);
  CHECK(s.factors(share::classic{}) == std::vector{1.0, 1.0});
  s.use = {0, 0, 0, 75, 25};
  CHECK(s.factors(share::classic{}) == std::vector{0.5, 0.5});
  CHECK(s.factors(share::classic{2.0}) == std::vector{std::sqrt(0.5), std::sqrt(0.5)});
}

TEST_CASE("classic fair share: shares of the account are its shares and its use") {
  scene s;
  s.account(1, 1);
  s.account(2, 1);
  s.user(1, share_tree::of_account, 40);
  s.user(1, share_tree::of_account, 10);
  s.user(2, 1, 50);
  CHECK(s.factors(share::classic{}) == std::vector{0.5, 0.5, 0.5});
}

TEST_CASE("Fair Tree: users below a better account go before all below a worse one") {
  scene s;
  s.account(1, 40);
  s.account(2, 30);
  s.account(3, 30);
  s.user(1, 10, 300);
  s.user(1, 30, 100);
  s.user(2, 1, 50);
  s.user(2, 1, 50);
  s.user(3, 5, 200);
  CHECK(s.factors(share::fair_tree{}) == std::vector{0.2, 0.4, 1.0, 1.0, 0.6});
}

TEST_CASE("Fair Tree: accounts that are equal are merged") {
  scene s;
  s.account(1, 1);
  s.account(2, 1);
  s.user(1, 1, 80);
  s.user(1, 1, 20);
  s.user(2, 1, 50);
  s.user(2, 1, 50);
  CHECK(s.factors(share::fair_tree{}) == std::vector{0.25, 1.0, 0.75, 0.75});
}

TEST_CASE("Fair Tree: a user and an account that are equal have equal ranks, the user's and that of its first") {
  scene s;
  s.account(1, 1);
  s.account(2, 1, 1);
  s.user(1, 1, 10);
  s.user(2, 1, 7);
  s.user(2, 1, 3);
  CHECK(s.factors(share::fair_tree{}) == std::vector{1.0, 1.0 / 3, 1.0});
}

TEST_CASE("Fair Tree: no shares go last, with or without use; no use and the shares of the account go first") {
  scene s;
  s.account(1, 1);
  s.user(1, 0, 0);
  s.user(1, 1, 0);
  s.user(1, 1, 5);
  s.user(1, 0, 5);
  s.user(1, share_tree::of_account, 90);
  CHECK(s.factors(share::fair_tree{}) == std::vector{0.4, 1.0, 0.6, 0.4, 1.0});
}

TEST_CASE("Fair Tree ranks as comparing all users two by two") {
  random_generator rng(11);
  share::fair_tree kept;  // of one tree after another, in the order of the one before
  for (int round = 0; round < 1000; ++round) {
    scene s;
    std::vector<std::uint32_t> accounts;
    const std::int64_t variety = rng.between(1, 4);  // few values make many ties
    const std::int64_t nodes = rng.between(2, 25);
    for (std::int64_t k = 0; k < nodes; ++k) {
      const auto shares = static_cast<double>(rng.between(0, variety));
      const auto used = static_cast<double>(rng.between(0, variety));
      if (accounts.empty() || rng.chance(0.3)) {
        const auto id = static_cast<std::uint32_t>(k);
        if (accounts.empty() || rng.chance(0.4)) s.account(id, shares);
        else s.account(id, shares, accounts[rng.below(accounts.size())]);
        accounts.push_back(id);
      } else {
        s.user(accounts[rng.below(accounts.size())], rng.chance(0.1) ? share_tree::of_account : shares, used);
      }
    }
    REQUIRE(s.factors(share::fair_tree{}) == brute_fair_tree(s));
    for (int change = 0; change < 4; ++change) {
      REQUIRE(s.factors_by(kept) == brute_fair_tree(s));
      share::fair_tree copy = kept;
      for (share_tree::node n = 1; n < s.tree.size(); ++n)
        if (s.tree.is_user(n) && rng.chance(0.3)) s.use[n] = static_cast<double>(rng.between(0, variety));
      REQUIRE(s.factors_by(copy) == brute_fair_tree(s));
    }
  }
}

TEST_CASE("Fair Tree of many siblings ranks alike whatever it ranked before") {
  random_generator rng(12);
  scene s;
  for (std::uint32_t a = 0; a < 5; ++a) s.account(a, a < 2 ? 1.0 : static_cast<double>(a));
  for (std::uint32_t u = 0; u < 1000; ++u) s.user(u % 5, 1, static_cast<double>(rng.below(300)));
  share::fair_tree kept;
  for (int round = 0; round < 60; ++round) {
    REQUIRE(s.factors_by(kept) == s.factors(share::fair_tree{}));
    const bool all = round % 20 == 19;  // from a few that move to an order turned around
    for (share_tree::node n = 1; n < s.tree.size(); ++n)
      if (s.tree.is_user(n) && (all || rng.chance(0.01))) s.use[n] = all ? 300 - s.use[n] : s.use[n] + 50;
  }
}

TEST_CASE("the factors of jobs are those of their users, whoever has come, left or moved since the last call") {
  random_generator rng(13);
  share_ledger<> ledger;
  std::vector<waiting_job> jobs;
  for (std::uint32_t k = 0; k < 60; ++k) ledger.charge(k % 20, k / 20, 1.0 + k, 0);
  for (int round = 0; round < 300; ++round) {
    const instant now = round;
    const auto somewhere = [&] { return jobs.begin() + static_cast<std::ptrdiff_t>(rng.below(jobs.size() + 1)); };
    for (std::uint64_t n = rng.below(4); n-- > 0;)
      jobs.insert(somewhere(), of(static_cast<std::uint32_t>(rng.below(25)), static_cast<std::uint32_t>(rng.below(4))));
    for (std::uint64_t n = rng.below(4); n-- > 0 && !jobs.empty();) {
      const auto at = somewhere();
      if (at != jobs.end()) jobs.erase(at);
    }
    if (round % 50 == 0) rng.shuffle(std::span<waiting_job>(jobs));
    std::vector<double> out(jobs.size());
    ledger.factors(jobs, now, out);
    for (std::size_t k = 0; k < jobs.size(); ++k) REQUIRE(out[k] == ledger.factor(jobs[k].user, jobs[k].group, now));
    ledger.charge(static_cast<std::uint32_t>(rng.below(20)), static_cast<std::uint32_t>(rng.below(3)), 40, now);
  }
}

TEST_CASE("reference share: shares over use plus one") {
  const auto factor = [](double shares, const std::vector<double>& used) {
    share_tree t;
    t.account(0, 1);
    t.user(7, 0, shares);
    share_ledger ledger(t, share::reference{}, decay::none{});
    for (const double u : used) ledger.charge(7, 0, u, 0);
    return ledger.factor(7, 0, 5);
  };
  CHECK(factor(1, {}) == 1.0);
  CHECK(factor(1, {9}) == 0.1);
  CHECK(factor(1, {5, 3}) == 1.0 / 9);
  CHECK(factor(2, {9}) == 2 * factor(1, {9}));
  CHECK(factor(1, {10, 5, 20}) == 1.0 / 36);  // GPU, CPU and GB hours, added as they are
}

TEST_CASE("reference share: use is counted in units") {
  share_ledger ledger(share_tree{}, share::reference{.unit = 3600}, decay::none{});
  ledger.started(of(1, 0, 9), 0);
  ledger.ended(of(1, 0, 9), 3600);
  CHECK(ledger.usage(1, 0, 9999) == 9 * 3600);
  CHECK(ledger.factor(1, 0, 9999) == 0.1);
}

TEMPLATE_TEST_CASE("whoever has used less goes first, and shares turn it around", "", share::classic, share::fair_tree,
                   share::reference) {
  const auto order_of = [](double first, double second) {
    share_tree t;
    t.account(0, 1);
    t.user(1, 0, first);
    t.user(2, 0, second);
    order::fair_share o(t, TestType{}, decay::none{});
    o.started(of(1), 0);
    o.ended(of(1), 9);
    o.started(of(2), 0);
    o.ended(of(2), 3);
    const auto k = keys_of(o, {of(1), of(2)}, 10);
    CHECK(k[0] != k[1]);
    return k[0] < k[1];
  };
  CHECK_FALSE(order_of(1, 1));
  CHECK(order_of(8, 1));
  CHECK_FALSE(order_of(1, 8));
}

TEST_CASE("use counts while a job runs, not only when it ends") {
  order::fair_share<share::classic> o;
  const std::vector<waiting_job> jobs{of(1), of(2)};
  auto k = keys_of(o, jobs, 0);
  CHECK(k[0] == k[1]);
  o.started(of(1), 0);
  k = keys_of(o, jobs, 0);
  CHECK(k[0] == k[1]);  // nothing is used at the instant of the start
  k = keys_of(o, jobs, 1);
  CHECK(k[0] > k[1]);
}

TEST_CASE("accounts share equally whatever the number of their users") {
  order::fair_share<> o;
  o.ledger().charge(1, 10, 30, 0);
  o.ledger().charge(2, 10, 30, 0);
  o.ledger().charge(3, 20, 60, 0);
  const auto k = keys_of(o, {of(1, 10), of(2, 10), of(3, 20)}, 0);
  CHECK(k == std::vector{-1.0, -1.0, -1.0});
}

TEST_CASE("factors are as old as the period allows, but never of users unknown") {
  order::fair_share o(share_tree{}, share::fair_tree{}, decay::continuous{}, {.period = 300});
  const std::vector<waiting_job> jobs{of(1), of(2)};
  auto k = keys_of(o, jobs, 0);
  o.started(of(1), 0);
  CHECK(keys_of(o, jobs, 299) == k);
  k = keys_of(o, jobs, 300);
  CHECK(k == std::vector{-0.5, -1.0});
  o.ended(of(1), 310);
  o.started(of(2), 310);
  CHECK(keys_of(o, jobs, 599) == k);
  CHECK(keys_of(o, {of(1), of(2), of(3)}, 599) == std::vector{-1.0 / 3, -2.0 / 3, -1.0});
}

TEST_CASE("a copy follows on its own") {
  order::fair_share<> a;
  const std::vector<waiting_job> jobs{of(1), of(2)};
  auto b = a;
  a.started(of(1), 0);
  b.started(of(2), 0);
  CHECK(keys_of(a, jobs, 5) == std::vector{-0.5, -1.0});
  CHECK(keys_of(b, jobs, 5) == std::vector{-1.0, -0.5});
}

TEST_CASE("fair share of known users allocates nothing") {
  std::vector<waiting_job> jobs;
  for (std::uint32_t k = 0; k < 200; ++k) jobs.push_back(of(k % 50, k % 7));
  std::vector<double> keys(jobs.size());
  const auto quiet = [&](auto o) {
    for (const waiting_job& j : jobs) o.started(j, 0);
    o.keys(jobs, 1, keys);
    const sched_test::allocation_count count;
    for (std::int64_t t = 2; t < 50; ++t) {
      o.ended(jobs[static_cast<std::size_t>(t)], t);
      o.started(jobs[static_cast<std::size_t>(t)], t);
      o.keys(std::span(jobs).first(static_cast<std::size_t>(t)), t, std::span(keys).first(static_cast<std::size_t>(t)));
    }
    return count.since();
  };
  CHECK(quiet(order::fair_share<share::classic>{}) == 0);
  CHECK(quiet(order::fair_share<share::fair_tree>{}) == 0);
  CHECK(quiet(order::fair_share<share::reference>{}) == 0);
  CHECK(quiet(order::fair_share<share::fair_tree, decay::stepped>{}) == 0);
}

TEST_CASE("parameters that make no sense are refused") {
  const auto ledger = [](auto s, share_options o) { share_ledger(share_tree{}, s, decay::continuous{}, o); };
  CHECK_THROWS_AS(ledger(share::classic{0.0}, {}), error);
  CHECK_THROWS_AS(ledger(share::classic{std::nan("")}, {}), error);
  CHECK_THROWS_AS(ledger(share::reference{.unit = 0}, {}), error);
  CHECK_THROWS_AS(ledger(share::fair_tree{}, {.rate = -1}), error);
  CHECK_THROWS_AS(ledger(share::fair_tree{}, {.period = -1}), error);
  static_assert(!share_policy<shares_without_check> && !share_policy<int>);
}

TEST_CASE("under a scheduler the user who has used nothing overtakes") {
  // One processor. User 1 comes first with three jobs, user 2 later with one.
  auto jobs = sched_test::trace_of({{0, 1, 10, 10}, {1, 1, 10, 10}, {2, 1, 10, 10}, {3, 1, 10, 10}});
  for (std::size_t k = 0; k < 3; ++k) jobs[k].user = 1;
  jobs[3].user = 2;
  const auto starts = [&](auto o, event_convention e) {
    return sched_test::starts_of(jobs, backfill(1, std::move(o), reserve::easy()), e);
  };
  for (const auto e : {event_convention::sequential, event_convention::batch}) {
    CHECK(starts(order::fcfs{}, e) == std::vector<std::int64_t>{0, 10, 20, 30});
    CHECK(starts(order::fair_share<>{}, e) == std::vector<std::int64_t>{0, 20, 30, 10});
    CHECK(starts(order::fair_share<share::classic>{}, e) == std::vector<std::int64_t>{0, 20, 30, 10});
    CHECK(starts(order::fair_share<share::reference, decay::stepped>{}, e) == std::vector<std::int64_t>{0, 20, 30, 10});
  }
}
