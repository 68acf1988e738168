// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/two_sided_options.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("a population grows with the budget, shrinks with the tasks, and has its limits") {
  std::size_t before = 0;
  for (std::uint64_t schedules = 1; schedules < std::uint64_t{1} << 40; schedules *= 2) {
    const std::size_t p = two_sided_options::population_for(60, schedules);
    CHECK(p >= before);
    CHECK(p >= two_sided_options::population_for(120, schedules));
    CHECK((p >= 12 && p <= 20'000));
    before = p;
  }
  CHECK(two_sided_options::population_for(0, 0) == 12);
  CHECK(two_sided_options::population_for(1, std::numeric_limits<std::uint64_t>::max()) == 20'000);
}

TEST_CASE("long budgets keep a place for everyone, short ones the best") {
  const std::uint64_t longest = two_sided_options::long_budget;
  const auto brief = two_sided_options::tuned(60, longest - 1, 3);
  CHECK((brief.keep == replacement::pool && brief.last_share < 1 && brief.seed == 3 && brief.budget == longest - 1));
  const auto large = two_sided_options::tuned(60, longest, 3);
  CHECK((large.keep == replacement::slot && large.last_share == 1));
}

TEST_CASE("windows fit the tasks, however few") {
  for (const std::size_t n : {0U, 1U, 2U, 10U, 60U, 1000U}) {
    for (const std::uint64_t schedules : {std::uint64_t{1000}, two_sided_options::long_budget}) {
      const auto o = two_sided_options::tuned(n, schedules, 1);
      CHECK((o.window_least >= 1 && o.window_least <= o.window_most));
      CHECK(o.window_most <= std::max<std::size_t>(8, n / 2));
    }
  }
}

TEST_CASE("what is left of a population falls to the last share as the budget is used, never below four") {
  std::size_t before = 100;
  for (std::uint64_t spent = 0; spent <= 1200; spent += 100) {
    const std::size_t left = detail::population_left(100, 0.25, 1000, spent);
    CHECK((left <= before && left >= 25));
    before = left;
  }
  CHECK(before == 25);
  CHECK(detail::population_left(100, 0.0, 1000, 1000) == 4);
  CHECK(detail::population_left(100, 0.25, 0, 1000) == 100);
  CHECK(detail::population_left(100, 1.0, 1000, 1000) == 100);
}
