// SPDX-License-Identifier: BSL-1.0
#include <sched/pricing/tie.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

template <class V>
struct equals {
  std::vector<V> volumes{};
  std::vector<std::int64_t> time{};
  std::vector<std::int64_t> merit{};

  template <class Rule>
  std::vector<V> share(V amount, const Rule& rule) const {
    static_assert(tie_rule<Rule, V>);
    std::vector<std::uint32_t> index(volumes.size());
    std::iota(index.begin(), index.end(), 0U);
    std::vector<std::uint32_t> scratch(volumes.size());
    std::vector<V> out(volumes.size(), V{77});
    rule(tied_orders<V>{volumes, index, time, merit, scratch}, amount, std::span<V>(out));
    return out;
  }
};
using reals = std::vector<double>;
using lots = std::vector<std::int64_t>;

bool near(const reals& a, const reals& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return std::abs(x - y) <= 1e-12; });
}

template <class Rule>
void keeps_promise(const Rule& rule) {
  random_generator draw(3);
  for (int trial = 0; trial < 400; ++trial) {
    equals<double> real;
    equals<std::int64_t> lot;
    const std::size_t n = 1 + draw.below(6);
    for (std::size_t i = 0; i < n; ++i) {
      lot.volumes.push_back(draw.between(0, 6));
      real.volumes.push_back(draw.chance(0.2) ? 0.0 : draw.real() * 9);
      lot.time.push_back(draw.between(0, 3));
      lot.merit.push_back(draw.between(0, 3));
    }
    real.time = lot.time;
    real.merit = lot.merit;
    const std::int64_t all = std::reduce(lot.volumes.begin(), lot.volumes.end());
    for (std::int64_t amount = 0; amount <= all; ++amount) {
      const lots a = lot.share(amount, rule);
      CHECK(std::reduce(a.begin(), a.end()) == amount);
      for (std::size_t i = 0; i < n; ++i) CHECK((a[i] >= 0 && a[i] <= lot.volumes[i]));
      CHECK(a == lot.share(amount, rule));
    }
    const double whole = std::accumulate(real.volumes.begin(), real.volumes.end(), 0.0);
    const double amount = trial % 7 == 0 ? whole : whole * draw.real();
    const reals a = real.share(amount, rule);
    CHECK(std::abs(std::accumulate(a.begin(), a.end(), 0.0) - amount) <= 1e-12);
    for (std::size_t i = 0; i < n; ++i) CHECK((a[i] >= 0 && a[i] <= real.volumes[i]));
  }
}

}  // namespace

TEST_CASE("ties by index go down the list") {
  CHECK(equals<double>{{4, 4, 4}}.share(6, tie::index{}) == reals{4, 2, 0});
}

TEST_CASE("ties by time stamp, then index; without stamps by index") {
  CHECK(equals<double>{{5, 5, 5}, {20, 10, 20}}.share(6, tie::time{}) == reals{1, 5, 0});
  CHECK(equals<double>{{5, 5, 5}}.share(6, tie::time{}) == reals{5, 1, 0});
}

TEST_CASE("ties by merit number") {
  CHECK(equals<double>{{5, 5, 5}, {}, {3, 2, 1}}.share(6, tie::merit_number{}) == reals{0, 1, 5});
}

TEST_CASE("ties by volume, then index") {
  CHECK(equals<double>{{2, 6, 4}}.share(8, tie::largest_first{}) == reals{0, 6, 2});
  CHECK(equals<double>{{2, 6, 4, 2}}.share(5, tie::smallest_first{}) == reals{2, 0, 1, 2});
}

TEST_CASE("pro rata gives equal shares; lots go to the largest remainders") {
  CHECK(equals<double>{{6, 4, 2}}.share(6, tie::pro_rata{}) == reals{3, 2, 1});
  CHECK(equals<std::int64_t>{{5, 3, 2}}.share(6, tie::pro_rata{}) == lots{3, 2, 1});
  CHECK(equals<std::int64_t>{{1, 1, 1}}.share(2, tie::pro_rata{}) == lots{1, 1, 0});
  CHECK(equals<double>{{0, 0}}.share(0, tie::pro_rata{}) == reals{0, 0});
  const std::int64_t third = std::int64_t{1} << 60;  // products beyond 64 bits
  CHECK(equals<std::int64_t>{{third, third, third}}.share(third + 1, tie::pro_rata{}) ==
        lots{third / 3 + 1, third / 3 + 1, third / 3});
}

TEST_CASE("the same is cut from each, and what one cannot bear from the others") {
  CHECK(near(equals<double>{{6, 4, 2}}.share(6, tie::equal_split{}), {4, 2, 0}));
  CHECK(near(equals<double>{{1, 2, 3}}.share(5.4, tie::equal_split{}), {0.8, 1.8, 2.8}));
  CHECK(near(equals<double>{{1, 0.5, 2}}.share(1.7, tie::equal_split{}), {0.35, 0, 1.35}));
  CHECK(equals<std::int64_t>{{5, 5, 5}}.share(13, tie::equal_split{}) == lots{5, 4, 4});
}

TEST_CASE("a random tie is a function of its seed, and every order comes") {
  const equals<double> three{{1, 1, 1}};
  CHECK(three.share(1, tie::random{5}) == three.share(1, tie::random{5}));
  std::vector<int> first(3, 0);
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const reals a = three.share(1, tie::random{seed});
    ++first[static_cast<std::size_t>(std::ranges::find(a, 1.0) - a.begin())];
  }
  for (const int count : first) CHECK((count > 880 && count < 1120));
}

TEST_CASE("every tie rule shares the amount, no order more than its volume") {
  keeps_promise(tie::index{});
  keeps_promise(tie::time{});
  keeps_promise(tie::merit_number{});
  keeps_promise(tie::largest_first{});
  keeps_promise(tie::smallest_first{});
  keeps_promise(tie::pro_rata{});
  keeps_promise(tie::equal_split{});
  keeps_promise(tie::random{9});
}
