// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/clear.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <span>
#include <tuple>
#include <vector>

#include "support/brute_market.hpp"
#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using namespace sched;

namespace {

using column = std::vector<double>;
constexpr double not_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr clear_kernel all_kernels[] = {clear_kernel::portable, clear_kernel::avx2, clear_kernel::avx512};

struct outcome {
  clearing<double> book;
  column accepted;
};

template <class Rules = clearing_rules<>>
outcome run(const column& prices, const column& volumes, double demand, const Rules& rules = {},
            const clear_options& options = {}) {
  outcome out{{}, column(prices.size(), -77.0)};
  out.book = clear(prices, volumes, demand, out.accepted, rules, options);
  return out;
}

template <class Rules = clearing_rules<>>
market_input_fault fault(const column& prices, const column& volumes, double demand, const Rules& rules = {}) {
  column accepted(prices.size());
  clearing<double> out;
  return try_clear(prices, volumes, demand, accepted, out, rules);
}

bool same_price(double a, double b) { return (std::isnan(a) && std::isnan(b)) || a == b; }

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

void check_whole(const whole_market& m, double demand) {
  const brute_clearing wanted = clear_brute(m.prices, m.volumes, demand);
  for (const clear_kernel k : all_kernels) {
    if (!runs_here(k)) continue;
    const outcome got = run(m.prices, m.volumes, demand, clearing_rules<>{}, {.kernel = k});
    REQUIRE(got.book.status == wanted.status);
    REQUIRE(same_price(got.book.price, wanted.price));
    REQUIRE(got.accepted == wanted.accepted);
    REQUIRE(got.book.unserved == wanted.unserved);
  }
  const outcome exact = run(m.prices, m.volumes, demand, clearing_rules<>{}.with_summation(summation::exact_order{}));
  REQUIRE(exact.book.status == wanted.status);
  REQUIRE(same_price(exact.book.price, wanted.price));
  REQUIRE(exact.accepted == wanted.accepted);
  const std::vector<std::int64_t> lots(m.volumes.begin(), m.volumes.end());
  std::vector<std::int64_t> given(lots.size());
  const auto whole = clear(m.prices, lots, static_cast<std::int64_t>(demand), given);
  REQUIRE(whole.status == wanted.status);
  REQUIRE(same_price(whole.price, wanted.price));
  REQUIRE(std::ranges::equal(given, wanted.accepted));
}

/// Every kernel gives the bits of the portable one.
template <class T>
void check_bits(const std::vector<T>& prices, const std::vector<T>& volumes, T demand) {
  std::vector<T> first(prices.size()), other(prices.size());
  const auto a = clear(prices, volumes, demand, first, clearing_rules<>{}, {.kernel = clear_kernel::portable});
  for (const clear_kernel k : {clear_kernel::avx2, clear_kernel::avx512, clear_kernel::automatic}) {
    if (!runs_here(k)) continue;
    const auto b = clear(prices, volumes, demand, other, clearing_rules<>{}, {.kernel = k});
    REQUIRE(a.status == b.status);
    REQUIRE(std::memcmp(&a.price, &b.price, sizeof(T)) == 0);
    REQUIRE(std::memcmp(&a.unserved, &b.unserved, sizeof(T)) == 0);
    REQUIRE(same_bits(first, other));
  }
}

template <class T>
struct real_market {
  std::vector<T> prices{}, volumes{};
  T supply{0};
  real_market(random_generator& draw, std::size_t n) {
    const bool ties = draw.chance(0.2);
    for (std::size_t i = 0; i < n; ++i) {
      prices.push_back(static_cast<T>(ties ? static_cast<double>(draw.below(7)) : 100 * draw.real() - 20));
      volumes.push_back(static_cast<T>(draw.chance(0.1) ? 0.0 : 10 + 40 * draw.real()));
      supply += volumes.back();
    }
  }
};

std::size_t draw_size(random_generator& draw) {
  switch (draw.below(4)) {
    case 0: return 1 + draw.below(12);
    case 1: return 1 + draw.below(64);
    case 2: return 65 + draw.below(300);
    default: return 1 + draw.below(3000);
  }
}

}  // namespace

TEST_CASE("an order that is met exactly is marginal itself, and one without volume never is") {
  CHECK(run({1, 2, 3}, {5, 5, 5}, 10).book.price == 2);
  CHECK(run({1, 2, 3}, {5, 0, 5}, 5).book.price == 1);
  CHECK(run({1, 2, 3}, {5, 0, 5}, 6).book.price == 3);
  CHECK(run({1, 2, 3}, {5, 5, 0}, 10).book.price == 2);
}

TEST_CASE("statuses of the whole book") {
  CHECK(run({}, {}, 4).book.status == clearing_status::empty);
  CHECK(std::isnan(run({}, {}, 4).book.price));
  CHECK(run({1}, {5}, 0).book.status == clearing_status::no_demand);
  CHECK(run({1, 2}, {0, 0}, 1).book.status == clearing_status::no_trade);
  CHECK(std::isnan(run({1, 2}, {0, 0}, 1).book.price));
  const outcome lack = run({1, 2, 3}, {5, 5, 0}, 10.5);
  CHECK(lack.book.status == clearing_status::shortage);
  CHECK(lack.book.price == 2);
  CHECK(lack.book.unserved == 0.5);
  CHECK(lack.accepted == column{5, 5, 0});
  CHECK(std::isnan(run({1, 2}, {0, 0}, 0).book.price));
}

TEST_CASE("rules for shortage and zero demand set the price, and the cap clamps it") {
  const clearing_rules<> r;
  CHECK(run({1, 2, 3}, {5, 5, 0}, 10.5, r.with_shortage(shortage::cap{500})).book.price == 500);
  CHECK(run({1, 2, 3}, {5, 5, 0}, 10.5, r.with_shortage(shortage::adder{40, 500})).book.price == 22);
  CHECK(run({1, 2, 3}, {5, 5, 0}, 10.5, r.with_shortage(shortage::highest_offer{})).book.price == 3);
  CHECK(run({1, 2}, {5, 5}, 11, r.with_shortage(shortage::marginal_demand{}), {.price_cap = 99}).book.price == 99);
  CHECK(run({7, 5, 9}, {5, 0, 5}, 0).book.price == 7);
  CHECK(run({7, 5, 9}, {5, 0, 5}, 0, r.with_zero_demand(zero_demand::lowest_of_all{})).book.price == 5);
  CHECK(run({7, 5, 9}, {5, 0, 5}, 0, r.with_zero_demand(zero_demand::zero{})).book.price == 0);
  CHECK(std::isnan(run({7, 5, 9}, {5, 0, 5}, 0, r.with_zero_demand(zero_demand::none{})).book.price));
  const outcome floor = run({-10, 5}, {10, 10}, 5, r, {.price_floor = 0});
  CHECK(floor.book.price == 0);
  CHECK(floor.book.last_accepted_offer == -10);
}

TEST_CASE("pricing rules read the margin of the book") {
  const column prices{10, 20, 30}, volumes{5, 5, 5};
  const clearing_rules<> r;
  CHECK(run(prices, volumes, 7, r.with_pricing(pricing::first_rejected_offer{})).book.price == 30);
  CHECK(run(prices, volumes, 7, r.with_pricing(pricing::k_price{0.5})).book.price == 20);   // cut: a single price
  CHECK(run(prices, volumes, 10, r.with_pricing(pricing::k_price{0.5})).book.price == 25);  // between LAO and FRO
  CHECK(run(prices, volumes, 10, r.with_pricing(pricing::second_price{})).book.price == 20);
  CHECK(run(prices, volumes, 7, r.with_pricing(pricing::second_price{})).book.price == 30);
  CHECK(run(prices, volumes, 10, r.with_pricing(pricing::reference{22})).book.price == 22);
  CHECK(run(prices, volumes, 7, r.with_pricing(pricing::marginal{})).book.price == 20);
  const outcome m = run(prices, volumes, 7, r, {.margin = true});
  CHECK(m.book.last_accepted_offer == 20);
  CHECK(m.book.first_rejected_offer == 30);
  CHECK(m.book.marginal == 1);
}

TEST_CASE("the compatible set prices shortages and zero demand over all offers") {
  const outcome lack = run({1, 2, 3}, {5, 5, 0}, 10.5, compat::numba);
  CHECK(lack.book.price == 3);
  CHECK(run({7, 5, 9}, {5, 0, 5}, 0, compat::numba).book.price == 5);
  for (const double odd : {not_number, infinite}) {
    const outcome o = run({1, 2, 3}, {5, 5, 5}, odd, compat::numba_exact);
    CHECK(o.book.status == clearing_status::shortage);
    CHECK(o.book.price == 3);
    CHECK(o.accepted == column{5, 5, 5});
  }
  CHECK(run({4, 2}, {0, 0}, 1, compat::numba).book.status == clearing_status::shortage);
  CHECK(run({4, 2}, {0, 0}, 1, compat::numba).book.price == 4);
}

TEST_CASE("sums in merit order are those of the reference, bit for bit") {
  random_generator draw(5);
  for (int trial = 0; trial < 300; ++trial) {
    const real_market<double> m(draw, draw_size(draw));
    const double demand = m.supply * draw.real() * 0.99 + 0.01;
    std::vector<std::size_t> order(m.prices.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return m.prices[i]; });
    column expected(order.size(), 0.0);
    double sum = 0, price = not_number;
    for (const std::size_t i : order) {
      const double next = sum + m.volumes[i];
      expected[i] = next < demand ? m.volumes[i] : demand - sum;
      price = m.prices[i];
      if (!(next < demand)) break;
      sum = next;
    }
    const outcome got = run(m.prices, m.volumes, demand, compat::numba_exact);
    if (got.book.status != clearing_status::cleared) continue;
    REQUIRE(got.book.price == price);
    REQUIRE(same_bits(got.accepted, expected));
  }
}

TEST_CASE("malformed input is refused with its code and the first offending index") {
  using f = market_input_fault;
  CHECK(fault({1, 2, 3}, {5, 5}, 4) == f{market_fault::length_mismatch, 2});
  CHECK(fault({1, not_number, 3}, {5, 5, 5}, 4) == f{market_fault::not_finite, 1});
  CHECK(fault({1, 2, 3}, {5, 5, infinite}, 4) == f{market_fault::not_finite, 2});
  CHECK(fault({1, 2, 3}, {5, -5, 5}, 4) == f{market_fault::negative_volume, 1});
  CHECK(fault({1, 2, 3}, {5, 5, 5}, -1) == f{market_fault::negative_demand});
  CHECK(fault({1, 2, 3}, {5, 5, 5}, not_number) == f{market_fault::not_finite});
  CHECK(fault({1, 2, 3}, {5, -5, 5}, 4, compat::numba) == f{market_fault::negative_volume, 1});
  CHECK(fault({1, 2, 3}, {5, 5, 5}, -infinite, compat::numba) == f{market_fault::negative_demand});
  column prices{1, 2}, volumes{3, 4}, one(1);
  clearing<double> out;
  CHECK(try_clear(prices, volumes, 1, one, out) == f{market_fault::bad_output});
  CHECK(try_clear(prices, volumes, 1, volumes, out) == f{market_fault::bad_output});
  CHECK_THROWS_AS(clear(prices, volumes, -1, one), error);
  // At every place of every size class, in the vectors and behind them.
  for (const std::size_t n : {1U, 3U, 8U, 9U, 31U, 64U, 65U, 100U, 129U, 300U})
    for (const clear_kernel k : all_kernels) {
      if (!runs_here(k)) continue;
      column p(n, 10.0), q(n, 1.0), a(n);
      for (std::size_t i = 0; i < n; ++i) {
        for (const auto& [price, volume, code] : {std::tuple{not_number, 1.0, market_fault::not_finite},
                                                  std::tuple{-infinite, 1.0, market_fault::not_finite},
                                                  std::tuple{1.0, -1e-300, market_fault::negative_volume},
                                                  std::tuple{1.0, not_number, market_fault::not_finite},
                                                  std::tuple{1.0, infinite, market_fault::not_finite}}) {
          p[i] = price;
          q[i] = volume;
          REQUIRE(try_clear(p, q, 0.4, a, out, clearing_rules<>{}, {.kernel = k}) == f{code, i});
        }
        p[i] = 10;
        q[i] = 1;
      }
      REQUIRE_FALSE(try_clear(p, q, 0.4, a, out, clearing_rules<>{}, {.kernel = k}));
    }
}

TEST_CASE("ties follow the rule at every size") {
  random_generator draw(11);
  for (int trial = 0; trial < 200; ++trial) {
    const whole_market m(draw, draw_size(draw));
    if (m.supply == 0) continue;
    const double demand = static_cast<double>(1 + draw.below(static_cast<std::uint64_t>(m.supply)));
    const brute_clearing wanted = clear_brute(m.prices, m.volumes, demand);
    std::vector<std::int64_t> rank(m.prices.size());
    for (std::int64_t& r : rank) r = draw.between(0, 5);
    const auto check = [&](const auto& rule) {
      const outcome got =
          run(m.prices, m.volumes, demand, clearing_rules<>{}.with_tie(rule), {.time = rank, .merit = rank});
      REQUIRE(got.book.price == wanted.price);
      column tied, given;
      std::vector<std::int64_t> ranks;
      std::vector<std::uint32_t> index, scratch;
      for (std::size_t i = 0; i < m.prices.size(); ++i) {
        if (m.prices[i] != wanted.price) {
          if (got.accepted[i] != wanted.accepted[i]) FAIL("an offer off the margin has changed");
          continue;
        }
        tied.push_back(m.volumes[i]);
        ranks.push_back(rank[i]);
        given.push_back(got.accepted[i]);
        index.push_back(static_cast<std::uint32_t>(i));
      }
      column expected(tied.size());
      scratch.resize(tied.size());
      rule(tied_orders<double>{tied, index, ranks, ranks, scratch}, wanted.rest, std::span<double>(expected));
      if (tied.size() == 1) expected = {wanted.rest};  // no tie
      REQUIRE(given == expected);
    };
    check(tie::time{});
    check(tie::merit_number{});
    check(tie::largest_first{});
    check(tie::smallest_first{});
    check(tie::pro_rata{});
    check(tie::equal_split{});
    check(tie::random{static_cast<std::uint64_t>(trial)});
  }
}

TEST_CASE("every small book of whole numbers is cleared as by hand, by every kernel and as lots") {
  for (int code = 0; code < 16 * 16 * 16; ++code) {
    random_generator unused;
    whole_market m(unused, 0);
    for (int c = code, i = 0; i < 3; ++i, c /= 16) {
      m.prices.push_back(c % 4);
      m.volumes.push_back(c / 4 % 4);
      m.supply += m.volumes.back();
    }
    for (double d = 0; d <= m.supply + 1; d += 1) check_whole(m, d);
  }
}

TEST_CASE("books of whole numbers of every size are cleared as by hand, by every kernel and as lots") {
  random_generator draw(7);
  for (int trial = 0; trial < 600; ++trial) {
    const whole_market m(draw, draw_size(draw));
    check_whole(m, m.supply);
    check_whole(m, m.supply + 1);
    for (int k = 0; k < 3; ++k)
      check_whole(m, static_cast<double>(draw.below(static_cast<std::uint64_t>(m.supply) + 2)));
  }
}

TEST_CASE("all instruction sets give the same bits") {
  random_generator draw(13);
  for (int trial = 0; trial < 800; ++trial) {
    const std::size_t n = draw_size(draw);
    const real_market<double> a(draw, n);
    check_bits(a.prices, a.volumes, a.supply * draw.real() * 1.1);
    check_bits(a.prices, a.volumes, a.supply);
    const real_market<float> b(draw, n);
    check_bits(b.prices, b.volumes, b.supply * static_cast<float>(draw.real()));
    check_bits(b.prices, b.volumes, b.supply);
  }
}

TEST_CASE("real volumes: the invariants of a cleared book") {
  random_generator draw(17);
  for (int trial = 0; trial < 500; ++trial) {
    const std::size_t n = draw_size(draw);
    const real_market<double> m(draw, n);
    const double demand = trial % 5 == 0 ? m.supply : m.supply * draw.real() * 1.2;
    const outcome got = run(m.prices, m.volumes, demand);
    double sum = 0;
    bool sound = true;
    for (std::size_t i = 0; i < n; ++i) {
      const double a = got.accepted[i];
      sound = sound && a >= 0 && a <= m.volumes[i];
      if (got.book.status == clearing_status::cleared) {
        sound = sound && (!(m.prices[i] < got.book.price) || a == m.volumes[i]);
        sound = sound && (!(m.prices[i] > got.book.price) || a == 0);
      }
      sum += a;
    }
    REQUIRE(sound);
    const double error = 4 * static_cast<double>(n) * std::numeric_limits<double>::epsilon() * m.supply;
    REQUIRE(std::abs(sum - std::min(demand, m.supply)) <= error);
    // Scaling by powers of two is exact.
    column prices = m.prices, volumes = m.volumes;
    for (double& p : prices) p *= 8;
    for (double& q : volumes) q *= 0.25;
    const outcome scaled = run(prices, volumes, demand * 0.25);
    REQUIRE(same_price(scaled.book.price, got.book.price * 8));
    for (std::size_t i = 0; i < n; ++i) sound = sound && scaled.accepted[i] == got.accepted[i] * 0.25;
    REQUIRE(sound);
    // The price is monotone in demand.
    const outcome more = run(m.prices, m.volumes, demand * 1.05);
    if (got.book.status == clearing_status::cleared && more.book.status == clearing_status::cleared)
      REQUIRE(more.book.price >= got.book.price);
    // An offer out of the money changes nothing.
    if (got.book.status == clearing_status::cleared && n < 64) {
      prices = m.prices;
      volumes = m.volumes;
      prices.push_back(1000);
      volumes.push_back(5);
      outcome wider = run(prices, volumes, demand);
      REQUIRE(wider.accepted.back() <= error);
      wider.accepted.pop_back();
      REQUIRE(wider.accepted == got.accepted);
    }
  }
}

TEST_CASE("a permutation of the offers permutes the answer") {
  random_generator draw(19);
  for (int trial = 0; trial < 200; ++trial) {
    whole_market m(draw, draw_size(draw));
    for (std::size_t i = 0; i < m.prices.size(); ++i) m.prices[i] = static_cast<double>(i) * 3 - 50;
    const double demand = std::floor(m.supply * draw.real());
    std::vector<std::size_t> to(m.prices.size());
    std::iota(to.begin(), to.end(), std::size_t{0});
    draw.shuffle(std::span<std::size_t>(to));
    column prices(to.size()), volumes(to.size());
    for (std::size_t i = 0; i < to.size(); ++i) {
      prices[to[i]] = m.prices[i];
      volumes[to[i]] = m.volumes[i];
    }
    const outcome a = run(m.prices, m.volumes, demand), b = run(prices, volumes, demand);
    REQUIRE(same_price(a.book.price, b.book.price));
    bool same = true;
    for (std::size_t i = 0; i < to.size(); ++i) same = same && a.accepted[i] == b.accepted[to[i]];
    REQUIRE(same);
  }
}

TEST_CASE("samples that mislead cost time, not the answer") {
  // Keys and volumes at the positions that are sampled say nothing about the others.
  for (const std::size_t n : {66U, 130U, 400U, 5000U}) {
    random_generator unused;
    whole_market m(unused, 0);
    m.prices.assign(n, 5.0);
    m.volumes.assign(n, 1.0);
    const std::uint64_t count = n < 256 ? 16 : n <= 2048 ? 32 : 64;
    const std::uint64_t step = (static_cast<std::uint64_t>(n) << 32) / count;
    for (std::uint64_t s = 0, at = step / 2; s < count; ++s, at += step) {
      m.prices[at >> 32] = s % 2 == 0 ? 1.0 + static_cast<double>(s) : 900.0 - static_cast<double>(s);
      m.volumes[at >> 32] = s % 3 == 0 ? 0.0 : 1000.0;
    }
    m.supply = std::accumulate(m.volumes.begin(), m.volumes.end(), 0.0);
    for (double part = 1; part < 64; part += 1) check_whole(m, std::floor(m.supply * part / 64));
    for (std::size_t i = 0; i < n; ++i) m.prices[i] = static_cast<double>(i % 2 * 1000 + i % 7);
    for (double part = 1; part < 64; part += 1) check_whole(m, std::floor(m.supply * part / 64));
  }
}

TEST_CASE("a price tried first changes the work, not the answer") {
  random_generator draw(29);
  for (int trial = 0; trial < 300; ++trial) {
    const whole_market m(draw, draw_size(draw));
    const double demand = std::floor(m.supply * draw.real());
    const outcome wanted = run(m.prices, m.volumes, demand);
    for (const clear_kernel k : all_kernels) {
      if (!runs_here(k)) continue;
      for (const double guess : {wanted.book.price, wanted.book.price + 1, 0.0, not_number, infinite}) {
        column got(m.prices.size());
        const auto r = clear_from(guess, m.prices, m.volumes, demand, got, clearing_rules<>{}, {.kernel = k});
        REQUIRE(r.status == wanted.book.status);
        REQUIRE(same_price(r.price, wanted.book.price));
        REQUIRE(got == wanted.accepted);
      }
    }
  }
}

TEST_CASE("lots that exceed their type are infeasible, never wrapped") {
  const column prices{1, 2};
  const std::vector<std::int64_t> lots{std::numeric_limits<std::int64_t>::max(), 1};
  std::vector<std::int64_t> given(2, 9);
  const auto r = clear(prices, lots, std::int64_t{5}, given);
  CHECK(r.status == clearing_status::infeasible);
  CHECK(given == std::vector<std::int64_t>{0, 0});
  const std::vector<std::int32_t> small{std::numeric_limits<std::int32_t>::max(), 0};
  std::vector<std::int32_t> out(2);
  CHECK(clear(prices, small, std::int32_t{5}, out).price == 1);
}

TEST_CASE("types may be mixed: float prices of double volumes") {
  const std::vector<float> prices{1.5F, 2.25F};
  const column volumes{0.1, 0.2};
  column given(2);
  const auto r = clear(prices, volumes, 0.25, given);
  CHECK(r.price == 2.25F);
  CHECK(given[1] == Approx(0.15));
}

TEST_CASE("demand within rounding of the supply is met, unless the slack says otherwise") {
  const column prices{1, 2, 3}, volumes{0.1, 0.2, 0.3};
  const double above = std::nextafter(0.1 + 0.2 + 0.3, 1.0);
  CHECK(run(prices, volumes, above).book.status == clearing_status::cleared);
  CHECK(run(prices, volumes, above, clearing_rules<>{}.with_slack(0)).book.status == clearing_status::shortage);
}

TEST_CASE("no price is a negative zero") {
  for (const clear_kernel k : all_kernels) {
    if (!runs_here(k)) continue;
    const outcome o = run({-0.0, 0.0, 5}, {1, 1, 1}, 2, clearing_rules<>{}, {.kernel = k});
    CHECK(std::bit_cast<std::uint64_t>(o.book.price) == 0);
    CHECK(o.accepted == column{1, 1, 0});
  }
}

TEST_CASE("clearing allocates nothing once its scratch has grown") {
  random_generator draw(23);
  const real_market<double> small(draw, 50), large(draw, 5000);
  column a(50), b(5000);
  {
    const sched_test::allocation_count count;
    clear(small.prices, small.volumes, 100.0, a);
    CHECK(count.since() == 0);
  }
  workspace scratch;
  const clear_options options{.scratch = &scratch};
  for (int k = 0; k < 3; ++k) clear(large.prices, large.volumes, 1000.0, b, clearing_rules<>{}, options);
  const sched_test::allocation_count count;
  for (int k = 1; k < 9; ++k) clear(large.prices, large.volumes, 10'000.0 * k, b, clearing_rules<>{}, options);
  CHECK(count.since() == 0);
}
