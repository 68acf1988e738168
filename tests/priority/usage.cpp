// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/usage.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using namespace sched;

namespace {

constexpr std::int64_t day = 24 * 3600;
constexpr std::int64_t week = 7 * day;

struct forgetful {
  void check() const {}
};

double relative_error(double got, double expected) { return std::abs(got - expected) / std::abs(expected); }

/// One job of rate 3 from 100 to `end`, read at the instants given and at last at `end`.
template <class Decay>
double read_often(Decay d, const std::vector<std::int64_t>& changes, std::int64_t end) {
  usage_ledger<Decay> ledger(d);
  ledger.charge(0, 50, 100);
  ledger.started(0, 3, 100);
  for (const std::int64_t t : changes) ledger.charge(0, 0, t);  // an event without use, to split the interval
  return ledger.usage(0, end);
}

}  // namespace

TEST_CASE("half of the use is left after a half-life") {
  usage_ledger<> ledger;
  ledger.charge(2, 1000, 0);
  CHECK(ledger.usage(2, 0) == 1000);
  CHECK(ledger.usage(2, week) == 500);
  CHECK(ledger.usage(2, 3 * week) == 125);
  CHECK(ledger.usage(1, week) == 0);
  CHECK(ledger.usage(77, week) == 0);
  CHECK(ledger.size() == 3);
}

TEST_CASE("use without decay is rate times time") {
  usage_ledger ledger{decay::none{}};
  ledger.started(0, 8, 10);
  CHECK(ledger.usage(0, 110) == 800);
  ledger.started(0, 2, 110);
  ledger.ended(0, 8, 120);
  ledger.ended(0, 2, 130);
  CHECK(ledger.usage(0, 1000) == 920);
}

TEST_CASE("use is charged while it happens and decays by its own age") {
  const decay::continuous week_long{};
  usage_ledger ledger{week_long};
  ledger.started(0, 1, 0);
  // Σ over ticks, tick by tick.
  double sum = 0;
  for (std::int64_t t = 0; t < 2 * week; ++t) sum += std::exp2(-(static_cast<double>(2 * week - t) - 0.5) / week);
  CHECK(relative_error(ledger.usage(0, 2 * week), sum) < 1e-10);
  // Short intervals are not lost in the decay of long ones.
  CHECK(relative_error(ledger.usage(0, 1), 1.0 - 0.5 * std::log(2.0) / week) < 1e-12);
  ledger.ended(0, 1, 2 * week);
  CHECK(relative_error(ledger.usage(0, 3 * week), sum / 2) < 1e-10);
}

TEST_CASE("for ever at one rate tends to rate · half-life / ln 2") {
  usage_ledger ledger{decay::continuous{.half_life = 100}};
  ledger.started(0, 5, 0);
  CHECK(relative_error(ledger.usage(0, 100'000), 5 * 100 / std::log(2.0)) < 1e-14);
}

TEST_CASE("how an interval is split changes nothing beyond rounding") {
  random_generator rng(3);
  for (int round = 0; round < 200; ++round) {
    const std::int64_t end = 100 + rng.between(1, 40 * day);
    std::vector<std::int64_t> changes;
    for (std::int64_t t = 100; (t += rng.between(1, end / 10)) < end;) changes.push_back(t);
    const auto same = [&](auto d) {
      CHECK(relative_error(read_often(d, changes, end), read_often(d, {}, end)) < 1e-12);
    };
    same(decay::none{});
    same(decay::continuous{});
    same(decay::continuous{.half_life = 1});
    same(decay::per_tick{});
    same(decay::stepped{});
    same(decay::stepped{.factor = 0.9, .interval = 1000});
    same(decay::stepped{.factor = 1});
    same(decay::stepped{.factor = 0, .interval = 12345});
  }
}

TEST_CASE("an account that changes every 23.9 hours decays like one that does not") {
  const auto after_a_month = [](auto d, bool often) {
    usage_ledger ledger{d};
    ledger.charge(0, 1000, 0);
    if (often)
      for (std::int64_t t = 86040; t < 30 * day; t += 86040) ledger.charge(0, 0, t);
    return ledger.usage(0, 30 * day);
  };
  const auto differ = [&](auto d) { return relative_error(after_a_month(d, true), after_a_month(d, false)); };
  CHECK(differ(decay::continuous{}) < 1e-9);
  CHECK(differ(decay::stepped{}) < 1e-9);
  CHECK(after_a_month(decay::stepped{}, true) == 1000 * 0x1p-30);
  CHECK(differ(decay::stepped_lossy{}) > 1000);  // the rule that loses what is left of an interval
}

TEST_CASE("steps are counted from the first use, and what is used in one is decayed at its end") {
  usage_ledger ledger{decay::stepped{.factor = 0.5, .interval = 100}};
  ledger.started(0, 2, 1030);
  CHECK(ledger.usage(0, 1129) == 198);
  CHECK(ledger.usage(0, 1130) == 100);
  CHECK(ledger.usage(0, 1180) == 200);
  CHECK(ledger.usage(0, 1230) == 150);
  CHECK(ledger.usage(0, 1440) == ((150.0 + 200) / 2 + 200) / 2 + 20);
}

TEST_CASE("the factor per tick of Slurm differs from the half-life in the tenth digit") {
  const decay::continuous exact{};
  const decay::per_tick slurm{};
  const account_usage one{.used = 1, .rate = 0, .at = 0, .step = 0};
  const double a = exact.advanced(one, 1).used, b = slurm.advanced(one, 1).used;
  CHECK(a != b);
  CHECK(std::abs(a - b) < 5e-10);
  CHECK(std::abs(slurm.advanced(one, week).used - std::pow(1 - 0.693 / week, week)) < 1e-9);
}

TEST_CASE("the sliding average of use tends to what is in use, by half in a half-life") {
  const decay::ema average{.half_life = 10};
  account_usage a{.used = 0, .rate = 8, .at = 0, .step = 0};
  CHECK(average.advanced(a, 10).used == Approx(4).epsilon(1e-12));
  CHECK(average.advanced(a, 20).used == Approx(6).epsilon(1e-12));
  CHECK(average.advanced(average.advanced(a, 7), 20).used == Approx(6).epsilon(1e-12));
  a = {.used = 8, .rate = 0, .at = 0, .step = 0};
  CHECK(average.advanced(a, 3).used == Approx(6.498019).epsilon(1e-6));
  CHECK_THROWS_AS(usage_ledger(decay::ema{.half_life = 0}), error);
}

TEST_CASE("an account that runs nothing uses exactly nothing, whatever was rounded") {
  usage_ledger ledger{decay::none{}};
  for (int k = 1; k <= 10; ++k) ledger.started(0, 0.1 * k, 0);
  for (int k = 1; k <= 10; ++k) ledger.ended(0, 0.1 * k, 0);
  CHECK(ledger.usage(0, 1'000'000'000) == 0);
}

TEST_CASE("known accounts are charged without allocating") {
  usage_ledger<> ledger;
  ledger.started(9, 1, 0);
  const sched_test::allocation_count count;
  double sum = 0;
  for (std::int64_t t = 1; t < 1000; ++t) {
    const auto account = static_cast<std::uint32_t>(t % 10);
    ledger.started(account, 1, t);
    ledger.ended(account, 1, t + 1);
    sum += ledger.usage(account, t + 1);
  }
  CHECK(sum > 0);
  CHECK(count.since() == 0);
}

TEMPLATE_TEST_CASE("the use of all accounts has the same bits as that of one after another", "", decay::none,
                   decay::continuous, decay::per_tick, decay::stepped, decay::ema) {
  random_generator rng(17);
  usage_ledger<TestType> ledger;
  std::vector<double> all(40);
  std::size_t wrong = 0;
  for (std::int64_t t = -50'000; t < 20 * week; t += rng.between(0, day)) {
    const auto account = static_cast<std::uint32_t>(rng.below(30));
    if (rng.chance(0.5)) ledger.charge(account, rng.real(), t);
    else ledger.started(account, rng.chance(0.3) ? 0.0 : rng.real(), t);
    ledger.usages(t, all);
    for (std::uint32_t k = 0; k < all.size(); ++k) wrong += all[k] == ledger.usage(k, t) ? 0U : 1U;
  }
  CHECK(wrong == 0);
  CHECK(ledger.usage(3, 20 * week + day) > 0);
}

TEST_CASE("decays that make no sense are refused") {
  CHECK_THROWS_AS(usage_ledger{decay::continuous{.half_life = 0}}, error);
  CHECK_THROWS_AS(usage_ledger{decay::continuous{.half_life = duration::infinity()}}, error);
  CHECK_THROWS_AS(usage_ledger{decay::per_tick{.half_life = -1}}, error);
  CHECK_THROWS_AS(usage_ledger{decay::stepped{.factor = 1.5}}, error);
  CHECK_THROWS_AS(usage_ledger{decay::stepped{.factor = std::nan("")}}, error);
  CHECK_THROWS_AS((usage_ledger{decay::stepped_lossy{.factor = 0.5, .interval = 0}}), error);
  static_assert(!usage_decay<forgetful> && !usage_decay<int>);
}
