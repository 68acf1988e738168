// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/any_order.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>
#include <sched/priority/fair_share.hpp>
#include <sched/priority/order_combinators.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/job_traces.hpp"

using namespace sched;

namespace {

template <class O>
std::vector<double> keys_of(O& o, const std::vector<waiting_job>& jobs, instant now) {
  std::vector<double> out(jobs.size());
  o.keys(jobs, now, out);
  return out;
}
std::vector<waiting_job> two_users() {
  std::vector<waiting_job> jobs(2);
  jobs[1].user = 1;
  return jobs;
}

}  // namespace

TEST_CASE("an erased order starts the jobs of the order it holds") {
  random_generator rng(21);
  for (int round = 0; round < 10; ++round) {
    const auto jobs = sched_test::random_trace({.jobs = 50, .widest_gap = 3}, rng);
    const auto same = [&](auto o, auto r) {
      using held = decltype(o);
      const auto expected = sched_test::starts_of(jobs, backfill(16, o, r));
      CHECK(sched_test::starts_of(jobs, backfill(16, order::any_order<false>(o), r)) == expected);
      if constexpr (held::static_keys)
        CHECK(sched_test::starts_of(jobs, backfill(16, order::any_order<true>(o), r)) == expected);
    };
    const auto all = [&](auto r) {
      same(order::fcfs{}, r);
      same(order::sjf{}, r);
      same(order::unicep{}, r);
      same(order::by_band(order::sjf{}), r);
      same(order::fair_share<>{}, r);
      same(order::fair_share<share::classic, decay::stepped>{}, r);
    };
    all(reserve::none{});
    all(reserve::easy());
    all(reserve::look_ahead{});
    const auto conservative = sched_test::starts_of(jobs, backfill(16, order::fcfs{}, reserve::conservative{}));
    CHECK(sched_test::starts_of(jobs, backfill(16, order::any_order(order::fcfs{}), reserve::conservative{})) ==
          conservative);
  }
}

TEST_CASE("the kind of keys is in the type, and deduced") {
  static_assert(std::is_same_v<decltype(order::any_order(order::sjf{})), order::any_order<true>>);
  static_assert(std::is_same_v<decltype(order::any_order(order::lxf{})), order::any_order<false>>);
  static_assert(std::is_constructible_v<order::any_order<false>, order::sjf>);
  static_assert(!std::is_constructible_v<order::any_order<true>, order::lxf>);
  static_assert(!std::is_constructible_v<order::any_order<true>, int>);
  static_assert(std::is_constructible_v<order::any_order<false>, order::any_order<true>>);
  order::any_order<true> held{order::by_band<>{}};
  std::vector<waiting_job> jobs(2);
  jobs[1].band = 2;
  CHECK(keys_of(held, jobs, 0) == std::vector{0.0, -2.0});
}

TEST_CASE("an erased order can be exchanged for another one") {
  order::any_order<false> o{order::sjf{}};
  std::vector<waiting_job> jobs(1);
  jobs[0].demand = 7;
  CHECK(keys_of(o, jobs, 0) == std::vector{1.0});
  o = order::any_order<false>{order::largest{}};
  CHECK(keys_of(o, jobs, 0) == std::vector{-7.0});
}

TEST_CASE("copies of an erased order follow on their own") {
  order::any_order<false> a{order::fair_share<>{}};
  const auto jobs = two_users();
  order::any_order<false> b = a;
  order::any_order<false> c{order::fcfs{}};
  c = a;
  a.started(jobs[0], 0);
  b.started(jobs[1], 0);
  CHECK(keys_of(a, jobs, 5) == std::vector{-0.5, -1.0});
  CHECK(keys_of(b, jobs, 5) == std::vector{-1.0, -0.5});
  CHECK(keys_of(c, jobs, 5) == std::vector{-1.0, -1.0});
  a.ended(jobs[0], 5);
  const order::any_order<false> moved = std::move(a);
  a = moved;
  CHECK(keys_of(a, jobs, 6) == std::vector{-0.5, -1.0});
}

TEST_CASE("calls through an erased order allocate nothing, and orders that follow nothing may be told") {
  order::any_order<false> o{order::wfp3{}};
  const std::vector<waiting_job> jobs(50);
  std::vector<double> keys(50);
  const sched_test::allocation_count count;
  o.started(jobs[0], 1);
  o.keys(jobs, 2, keys);
  o.ended(jobs[0], 3);
  CHECK(count.since() == 0);
}
