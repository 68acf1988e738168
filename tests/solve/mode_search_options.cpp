// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/mode_search_options.hpp>

#include <cstddef>
#include <cstdint>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("settings follow from size and budget, windows as for projects without modes") {
  std::size_t before = 0;
  for (std::uint64_t schedules = 1; schedules < std::uint64_t{1} << 40; schedules *= 4) {
    const auto o = mode_search_options::tuned(50, schedules, 7);
    const auto like = two_sided_options::tuned(50, schedules, 7);
    CHECK((o.window_least == like.window_least && o.window_most == like.window_most));
    CHECK((o.budget == schedules && o.seed == 7 && o.threads == 1));
    CHECK((o.population >= 12 && o.population >= before));
    before = o.population;
  }
}
