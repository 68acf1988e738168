// SPDX-License-Identifier: BSL-1.0
#include <sched/core/trail.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using sched::trail;

TEST_CASE("without a mark a write is only a write") {
  trail t;
  int x = 1;
  t.set(x, 2);
  REQUIRE(x == 2);
  REQUIRE(t.bytes_written() == 0);
}

TEST_CASE("a rewind restores every place, written once or often, of any small type") {
  trail t;
  char c = 'a';
  double d = 0.5;
  std::uint32_t u = 7;
  std::pair<std::int32_t, std::int32_t> p{1, 2};
  const auto m = t.mark();
  t.set(c, 'b');
  t.set(c, 'c');
  t.set(d, 1e300);
  t.set(u, 9U);
  struct two {
    std::int32_t a, b;
  };
  two w{1, 2};
  t.set(w, two{3, 4});
  REQUIRE((c == 'c' && d == 1e300 && u == 9 && w.a == 3));
  t.rewind(m);
  REQUIRE((c == 'a' && d == 0.5 && u == 7 && w.a == 1 && w.b == 2));
  REQUIRE(p.first == 1);
  REQUIRE(t.depth() == 0);
  REQUIRE(t.bytes_written() > 0);
}

TEST_CASE("nested branches restore what each of them found, on random writes") {
  sched::random_generator rng(3);
  trail t;
  std::array<std::uint64_t, 16> memory{};
  std::vector<std::pair<trail::checkpoint, std::array<std::uint64_t, 16>>> open;
  for (int round = 0; round < 20'000; ++round) {
    const auto what = rng.below(8);
    if (what == 0 && open.size() < 6) {
      open.emplace_back(t.mark(), memory);
    } else if (what == 1 && !open.empty()) {
      t.rewind(open.back().first);
      REQUIRE(memory == open.back().second);
      open.pop_back();
    } else {
      t.set(memory[static_cast<std::size_t>(rng.below(16))], rng());
    }
    REQUIRE(t.depth() == open.size());
  }
}

TEST_CASE("a state is copied with its trail outside of branches") {
  trail t;
  int x = 1;
  const auto m = t.mark();
  t.set(x, 2);
  t.rewind(m);
  const trail copy = t;
  REQUIRE(copy.depth() == 0);
  REQUIRE(copy.bytes_written() == t.bytes_written());
}
