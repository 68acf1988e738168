// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/detail/fingerprint.hpp>

#include <cstdint>
#include <set>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using sched::detail::fingerprint;
using sched::detail::fingerprint_set;

namespace {
std::uint64_t sequence(const std::vector<std::uint64_t>& x) {
  fingerprint f;
  for (std::uint64_t v : x) f.add(v);
  return f.value();
}
}  // namespace

TEST_CASE("a sequence depends on its order, a set of pairs does not") {
  CHECK(sequence({1, 2, 3}) == sequence({1, 2, 3}));
  std::set<std::uint64_t> different{sequence({}),     sequence({0}),    sequence({0, 0}), sequence({1, 2}),
                                    sequence({2, 1}), sequence({1, 1}), sequence({2, 2}), sequence({3})};
  CHECK(different.size() == 8);
  fingerprint a, b, c, d;
  a.add_unordered(1, 5);
  a.add_unordered(2, 6);
  b.add_unordered(2, 6);
  b.add_unordered(1, 5);
  c.add_unordered(1, 6);
  c.add_unordered(2, 5);
  d.add_unordered(5, 1);
  d.add_unordered(6, 2);
  CHECK(a.value() == b.value());
  CHECK(a.value() != c.value());
  CHECK(a.value() != d.value());
}

TEST_CASE("small changes of long sequences never agree") {
  std::set<std::uint64_t> seen;
  std::size_t tried = 0;
  std::vector<std::uint64_t> x(40);
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::uint64_t by = 1; by < 200; ++by, ++tried) {
      x[i] += by;
      seen.insert(sequence(x));
      x[i] -= by;
    }
  CHECK(seen.size() == tried);
}

TEST_CASE("the set equals std::set, zero included, and allocates nothing when it is filled again") {
  sched::random_generator rng(1);
  fingerprint_set ours;
  for (int round = 0; round < 3; ++round) {
    std::set<std::uint64_t> expected;
    ours.clear();
    CHECK(ours.insert(0));
    CHECK_FALSE(ours.insert(0));
    for (int k = 0; k < 3000; ++k) {
      const std::uint64_t x = sequence({2 + rng.below(1500)});
      REQUIRE(ours.insert(x) == expected.insert(x).second);
    }
  }
  ours.clear();
  const sched_test::allocation_count count;
  for (std::uint64_t k = 2; k < 1400; ++k) {
    fingerprint f;
    f.add(k);
    ours.insert(f.value());
  }
  CHECK(count.since() == 0);
}
