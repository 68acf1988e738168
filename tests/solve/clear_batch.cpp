// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/clear_batch.hpp>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Markets of n offers; some without demand, some short, many ties.
template <class T>
struct markets {
  std::size_t count, n;
  std::vector<T> prices{}, volumes{}, demand{};

  markets(random_generator& draw, std::size_t m, std::size_t offers, bool odd) : count(m), n(offers) {
    for (std::size_t k = 0; k < m; ++k) {
      T supply{0};
      for (std::size_t i = 0; i < n; ++i) {
        prices.push_back(static_cast<T>(draw.chance(0.3) ? static_cast<double>(draw.below(4)) : draw.real() * 100));
        volumes.push_back(static_cast<T>(draw.chance(0.1) ? 0.0 : draw.real() * 10));
        supply += volumes.back();
      }
      demand.push_back(supply * static_cast<T>(0.05 + 0.9 * draw.real()));
      if (odd && draw.chance(0.1)) demand.back() = draw.chance(0.5) ? T{0} : supply * T{2};
    }
  }
  [[nodiscard]] std::vector<T> columns(const std::vector<T>& rows) const {
    std::vector<T> out(rows.size());
    for (std::size_t k = 0; k < count; ++k)
      for (std::size_t i = 0; i < n; ++i) out[i * count + k] = rows[k * n + i];
    return out;
  }
};

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

template <class T, class Rules>
void check(const markets<T>& m, const Rules& rules) {
  std::vector<T> price(m.count), accepted(m.prices.size());
  std::vector<clearing_status> status(m.count);
  for (std::size_t k = 0; k < m.count; ++k) {
    const auto begin = k * m.n;
    const auto r = clear(std::span(m.prices).subspan(begin, m.n), std::span(m.volumes).subspan(begin, m.n), m.demand[k],
                         std::span(accepted).subspan(begin, m.n), rules, {.price_cap = 60});
    price[k] = r.price;
    status[k] = r.status;
  }
  const std::vector<T> prices = m.columns(m.prices), volumes = m.columns(m.volumes), wanted = m.columns(accepted);
  for (const clear_kernel kernel : {clear_kernel::portable, clear_kernel::avx2, clear_kernel::avx512}) {
    if (!runs_here(kernel)) continue;
    for (const unsigned threads : {1U, 3U}) {
      std::vector<T> p(m.count, T{-1}), a(m.prices.size(), T{-1});
      std::vector<clearing_status> s(m.count);
      clear_batch(m.prices, m.volumes, m.demand, p, a, rules,
                  {.threads = threads, .status = s, .price_cap = 60, .kernel = kernel});
      CHECK(same_bits(p, price));
      CHECK(same_bits(a, accepted));
      CHECK(s == status);
      clear_batch(
          prices, volumes, m.demand, p, a, rules,
          {.threads = threads, .layout = batch_layout::columns, .status = s, .price_cap = 60, .kernel = kernel});
      CHECK(same_bits(p, price));
      CHECK(same_bits(a, wanted));
      CHECK(s == status);
    }
  }
}

}  // namespace

TEST_CASE("a batch is a loop of single calls, bit for bit, in rows and columns, with any number of threads") {
  random_generator draw(3);
  for (const std::size_t n : {1U, 2U, 3U, 5U, 8U, 10U, 11U, 20U, 70U})
    for (const bool odd : {false, true}) {
      const markets<double> a(draw, 203, n, odd);
      check(a, clearing_rules<>{});
      const markets<float> b(draw, 203, n, odd);
      check(b, clearing_rules<>{});
    }
  const markets<double> m(draw, 130, 6, true);
  check(m, compat::numba);
  check(m, clearing_rules<>{}.with_tie(tie::pro_rata{}).with_pricing(pricing::k_price{0.3}));
}

TEST_CASE("rows of different length through offsets") {
  const std::vector<double> prices{1, 5, 2, 3, 1, 9}, volumes{4, 4, 4, 4, 4, 4}, demand{5, 1, 2};
  const std::vector<std::size_t> offsets{0, 2, 2, 6};
  std::vector<double> price(3), accepted(6);
  std::vector<clearing_status> status(3);
  clear_batch(prices, volumes, demand, price, accepted, clearing_rules<>{}, {.offsets = offsets, .status = status});
  CHECK(price[0] == 5);
  CHECK(std::isnan(price[1]));
  CHECK(price[2] == 1);
  CHECK(status[1] == clearing_status::empty);
  CHECK(accepted == std::vector<double>{4, 1, 0, 0, 2, 0});
}

TEST_CASE("faults of a batch name the element of the whole array, or the market") {
  using f = market_input_fault;
  constexpr double odd = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> prices(300, 1.0), volumes(300, 1.0), demand(100, 1.5), price(100), accepted(300);
  const auto run = [&](batch_layout l, unsigned threads) {
    return try_clear_batch(prices, volumes, demand, price, accepted, clearing_rules<>{},
                           {.threads = threads, .layout = l});
  };
  for (const unsigned threads : {1U, 4U}) {
    prices[151] = odd;
    CHECK(run(batch_layout::rows, threads) == f{market_fault::not_finite, 151});
    CHECK(run(batch_layout::columns, threads) == f{market_fault::not_finite, 151});
    prices[151] = 1;
    demand[77] = -1;
    CHECK(run(batch_layout::rows, threads) == f{market_fault::negative_demand, 77});
    CHECK(run(batch_layout::columns, threads) == f{market_fault::negative_demand, 77});
    demand[77] = 1;
  }
  price.pop_back();
  CHECK(run(batch_layout::rows, 1) == f{market_fault::bad_output});
  price.push_back(0);
  volumes.pop_back();
  CHECK(run(batch_layout::rows, 1) == f{market_fault::length_mismatch, 299});
  CHECK_THROWS_AS(clear_batch(prices, volumes, demand, price, accepted), market_error);
}
