// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/multifactor.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/job_traces.hpp"

using namespace sched;

namespace {

constexpr std::int64_t day = 24 * 3600;

waiting_job waiting(amount demand, std::int64_t estimate, std::int64_t eligible = 0) {
  waiting_job j;
  j.demand = demand;
  j.estimate = estimate;
  j.eligible = eligible;
  return j;
}
/// 64 processors on 8 nodes, all weights 1,000.
multifactor_options everything() {
  multifactor_options o;
  o.weight = {.age = 1000,
              .association = 1000,
              .fair_share = 1000,
              .size = 1000,
              .partition = 1000,
              .quality = 1000,
              .demand = 1000};
  o.processors = 64;
  o.nodes = 8;
  o.associations = {1, 5};
  o.partitions = {10, 40};
  return o;
}
/// Does the second job go before the first at `now`?
template <class O>
bool turned(O o, const waiting_job& first, const waiting_job& second, instant now = 0) {
  const std::vector<waiting_job> jobs{first, second};
  std::vector<double> keys(2);
  o.keys(jobs, now, keys);
  CHECK(keys[0] != keys[1]);
  return keys[1] < keys[0];
}

}  // namespace

TEST_CASE("age counts from when the job could start, up to its limit") {
  order::multifactor o({.weight = {.age = 1000}});
  const waiting_job j = waiting(1, 10, 500);
  CHECK(o.priority(j, 500) == 0);
  CHECK(o.priority(j, 500 + day) == 142);  // ⌊1000/7⌋
  CHECK(o.priority(j, 500 + 7 * day - 1) == 999);
  CHECK(o.priority(j, 500 + 7 * day) == 1000);
  CHECK(o.priority(j, 500 + 70 * day) == 1000);
  CHECK(o.priority(waiting(1, 10, 501), 500) == 0);
  order::multifactor quick({.weight = {.age = 1000}, .age_max = 100});
  CHECK(quick.priority(j, 550) == 500);
}

TEST_CASE("the size of a job: large first, small first, processors a minute") {
  multifactor_options o;
  o.weight.size = 1000;
  o.processors = 64;
  o.nodes = 8;
  const auto size = [&](size_factor f, amount demand, std::int64_t estimate = 60) {
    o.size = f;
    return order::multifactor(o).factors(waiting(demand, estimate), 0).size;
  };
  CHECK(size(size_factor::large, 64) == 1);
  CHECK(size(size_factor::large, 32) == 0.5);
  CHECK(size(size_factor::large, 12) == (2.0 / 8 + 12.0 / 64) / 2);  // two nodes, one of them in part
  CHECK(size(size_factor::small, 64) == 0);
  CHECK(size(size_factor::small, 12) == 1 - (2.0 / 8 + 12.0 / 64) / 2);
  CHECK(size(size_factor::per_minute, 64, 60) == 1);
  CHECK(size(size_factor::per_minute, 64, 1) == 1);
  CHECK(size(size_factor::per_minute, 64, 61) == 0.5);
  CHECK(size(size_factor::per_minute, 16, 600) == 16.0 / 10 / 64);
  o.nodes = 0;  // every processor is a node
  CHECK(size(size_factor::large, 12) == 12.0 / 64);
}

TEST_CASE("standings are divided by the largest in their table; who is not in it has none") {
  order::multifactor o(everything());
  waiting_job j = waiting(1, 10);
  const auto factors = [&] { return o.factors(j, 0); };
  CHECK(factors().association == 0.2);
  CHECK(factors().partition == 0.25);
  CHECK(factors().quality == 0);
  j.group = j.queue = 1;
  j.band = 1;
  CHECK(factors().association == 1);
  CHECK(factors().partition == 1);
  CHECK(factors().quality == 1.0 / 3);
  j.group = j.queue = std::numeric_limits<std::uint32_t>::max();
  j.band = -1;
  CHECK(factors().association == 0);
  CHECK(factors().partition == 0);
  CHECK(factors().quality == 0);
  j.band = 4;
  CHECK(factors().quality == 0);
}

TEST_CASE("the priority is the weighted sum rounded down, plus site, minus nice") {
  auto o = everything();
  o.weight = {.age = 700, .association = 10, .fair_share = 3, .size = 80, .partition = 4, .quality = 7, .demand = 1.6};
  order::multifactor m(o);
  waiting_job j = waiting(32, 100, 0);
  j.band = 2;
  // 100 + 2 + 3 + 40 + 1 + 4.667 + 0.8
  CHECK(m.priority(j, day) == 151);
  j.priority = 1000;
  j.nice = 20;
  CHECK(m.priority(j, day) == 1131);
  j.nice = -5000;
  CHECK(m.priority(j, day) == 6151);
  double key = 0;
  m.keys({&j, 1}, day, {&key, 1});
  CHECK(key == -6151);
  j.priority = std::numeric_limits<std::int64_t>::max();
  CHECK(m.priority(j, day) == std::numeric_limits<std::int64_t>::max());
  j.priority = std::numeric_limits<std::int64_t>::min();
  j.nice = std::numeric_limits<std::int32_t>::max();
  CHECK(m.priority(waiting(1, 1), 0) > m.priority(j, day));
}

TEST_CASE("every factor changes the order once it has a weight, and only then") {
  const auto check = [](double priority_factors::*weight, const waiting_job& first, const waiting_job& second,
                        instant now = 0) {
    auto o = everything();
    o.weight = {};
    o.weight.*weight = 1000;
    CHECK(turned(order::multifactor(o), first, second, now));
    o.weight.*weight = 0;
    order::multifactor none(o);
    CHECK(none.priority(first, now) == none.priority(second, now));
  };
  const waiting_job plain = waiting(1, 60, 0);
  waiting_job other = plain;
  other.eligible = -3600;
  check(&priority_factors::age, plain, other);
  other = plain;
  other.group = 1;
  check(&priority_factors::association, plain, other);
  other = plain;
  other.queue = 1;
  check(&priority_factors::partition, plain, other);
  other = plain;
  other.band = 3;
  check(&priority_factors::quality, plain, other);
  other = plain;
  other.demand = 60;
  check(&priority_factors::demand, plain, other);
  check(&priority_factors::size, plain, other);
  other = plain;
  other.nice = -1;
  CHECK(turned(order::multifactor(everything()), plain, other));
  other = plain;
  other.priority = 1;
  CHECK(turned(order::multifactor(everything()), plain, other));
}

TEMPLATE_TEST_CASE("fair share changes the order once it has a weight, and only then", "", share::classic,
                   share::fair_tree, share::reference) {
  const auto priorities = [](double weight) {
    multifactor_options o;
    o.weight.fair_share = weight;
    share_tree tree;
    tree.account(0, 1);
    tree.user(1, 0);
    tree.user(2, 0);
    order::multifactor m(o, tree, TestType{});
    waiting_job a = waiting(4, 60), b = waiting(4, 60);
    a.user = 1;
    b.user = 2;
    m.started(a, 0);
    m.ended(a, 600);
    return std::vector{m.priority(a, 600), m.priority(b, 600)};
  };
  const auto with = priorities(1000), without = priorities(0);
  CHECK(with[0] < with[1]);
  CHECK(without == std::vector<std::int64_t>{0, 0});
}

TEST_CASE("shares, policy and decay are as in the order by fair share") {
  random_generator rng(4);
  share_tree tree;
  for (std::uint32_t a = 0; a < 4; ++a) tree.account(a, static_cast<double>(rng.between(1, 5)));
  for (std::uint32_t u = 0; u < 20; ++u) tree.user(u, u % 4, static_cast<double>(rng.between(1, 5)));
  const decay::stepped steps{.factor = 0.7, .interval = 50};
  order::fair_share alone(tree, share::classic{2}, steps, {.rate = 0.5});
  order::multifactor m({.weight = {.fair_share = 0x1p40}}, tree, share::classic{2}, steps, {.rate = 0.5});
  std::vector<waiting_job> jobs;
  for (std::uint32_t u = 0; u < 20; ++u) {
    jobs.push_back(waiting(rng.between(1, 9), 10));
    jobs.back().user = u;
    jobs.back().group = u % 4;
  }
  std::vector<double> a(20), b(20);
  for (std::int64_t t = 0; t < 300; t += 7) {
    const waiting_job& j = jobs[rng.below(20)];
    alone.started(j, t);
    m.started(j, t);
    alone.ended(j, t + 5);
    m.ended(j, t + 5);
    alone.keys(jobs, t + 6, a);
    m.keys(jobs, t + 6, b);
    for (std::size_t k = 0; k < 20; ++k) REQUIRE(b[k] == -std::floor(-a[k] * 0x1p40));
  }
}

TEST_CASE("known users are ranked without allocating") {
  order::multifactor m(everything());
  std::vector<waiting_job> jobs;
  for (std::uint32_t k = 0; k < 100; ++k) {
    jobs.push_back(waiting(1 + k % 64, 100 + k));
    jobs.back().user = k % 30;
    jobs.back().group = k % 3;
  }
  std::vector<double> keys(jobs.size());
  for (const waiting_job& j : jobs) m.started(j, 0);
  m.keys(jobs, 0, keys);
  const sched_test::allocation_count count;
  for (std::int64_t t = 1; t < 100; ++t) {
    m.ended(jobs[static_cast<std::size_t>(t)], t);
    m.keys(std::span(jobs).first(50), t, std::span(keys).first(50));
  }
  CHECK(count.since() == 0);
}

TEST_CASE("weights, tables and machines that make no sense are refused") {
  const auto refused = [](auto change) {
    auto o = everything();
    change(o);
    CHECK_THROWS_AS(order::multifactor(o), error);
  };
  refused([](auto& o) { o.weight.age = -1; });
  refused([](auto& o) { o.weight.fair_share = std::nan(""); });
  refused([](auto& o) { o.weight.size = HUGE_VAL; });
  refused([](auto& o) { o.weight.quality = 0x1p53; });
  refused([](auto& o) { o.processors = 0; });
  refused([](auto& o) { o.nodes = 65; });
  refused([](auto& o) { o.processors = o.nodes = -1; });
  refused([](auto& o) { o.age_max = 0; });
  refused([](auto& o) { o.minute = 0; });
  refused([](auto& o) { o.partitions = {1, -2}; });
  refused([](auto& o) { o.qualities = {HUGE_VAL}; });
  CHECK_NOTHROW(order::multifactor({.weight = {.age = 1000}}));  // no machine, none needed
}

TEST_CASE("under a scheduler large jobs go first, old ones before larger ones") {
  const auto jobs = sched_test::trace_of({{0, 8, 10, 10}, {1, 1, 10, 10}, {2, 8, 10, 10}, {3, 4, 10, 10}});
  const auto starts = [&](const priority_factors& weight) {
    multifactor_options o;
    o.weight = weight;
    o.processors = 8;
    o.age_max = 100;
    return sched_test::starts_of(jobs, backfill(8, order::multifactor(o), reserve::none{}));
  };
  CHECK(starts({}) == std::vector<std::int64_t>{0, 10, 20, 30});
  CHECK(starts({.size = 1000}) == std::vector<std::int64_t>{0, 20, 10, 20});
  CHECK(starts({.age = 1'000'000, .size = 1000}) == std::vector<std::int64_t>{0, 10, 20, 30});
}
