// SPDX-License-Identifier: BSL-1.0
// The least market that block orders can be cleared against.
#include <sched/solve/clear_blocks.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Welfare 10·e − e²/2: a price that falls by 1 with every unit put in. Neither copied nor default-constructed.
struct least_market {
  explicit least_market(int) {}
  least_market(const least_market&) = delete;
  least_market& operator=(const least_market&) = delete;
  ~least_market() = default;
  [[nodiscard]] unsigned periods() const { return 1; }
  [[nodiscard]] unsigned zones() const { return 1; }
  void solve(std::size_t, std::span<const double> e, market_response& r) const {
    r = {};
    r.welfare = 10 * e[0] - e[0] * e[0] / 2;
    r.price = r.lo = r.hi = {10 - e[0]};
  }
};
static_assert(convex_market<least_market>);
static_assert(convex_market<curve_market<>>);

/// The same, with the promise that no injection raises a price.
struct falling_market : least_market {
  using least_market::least_market;
  struct answer {
    bool yes;
    operator bool() const { return yes; }
  };
  [[nodiscard]] answer monotone() const { return {true}; }
};
static_assert(convex_market<falling_market>);

}  // namespace

TEST_CASE("the least market clears blocks, with a promise of falling prices or without") {
  const auto check = [](const auto& m) {
    const block_result r = clear_blocks(m, {{{.price = 5, .volume = {4}}, {.price = 5, .volume = {4}}}, {}, {}});
    CHECK(r.ratio[0] + r.ratio[1] == 1);
    CHECK(r.price[0] == 6);
    CHECK(r.welfare == 12);
  };
  check(least_market(1));
  check(falling_market(1));
}
