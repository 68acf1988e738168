// SPDX-License-Identifier: BSL-1.0
#include <sched/core/progress.hpp>

#include <cmath>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "support/catch.hpp"

TEST_CASE("control: without an observer and a stop source, work is neither watched nor stopped") {
  const sched::control c;
  REQUIRE_FALSE(c.stopped());
  REQUIRE_NOTHROW(c.report({.done = 1, .total = 2}));
}

TEST_CASE("control: stops when its source asks, in every copy") {
  std::stop_source source;
  const sched::control c{.stop = source.get_token()};
  const sched::control copy = c;
  REQUIRE_FALSE(c.stopped());
  source.request_stop();
  REQUIRE(c.stopped());
  REQUIRE(copy.stopped());
}

TEST_CASE("control: the observer sees every report in order") {
  std::vector<std::uint64_t> seen;
  const sched::control c{.observer = [&](const sched::progress& p) { seen.push_back(p.done); }};
  for (std::uint64_t i = 1; i <= 3; ++i) c.report({.done = i, .total = 3});
  REQUIRE(seen == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("progress: best and bound are NaN until there is one") {
  const sched::progress p;
  REQUIRE(p.done == 0);
  REQUIRE(p.total == 0);
  REQUIRE(std::isnan(p.best));
  REQUIRE(std::isnan(p.bound));
}
