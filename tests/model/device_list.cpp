// SPDX-License-Identifier: BSL-1.0
#include <sched/model/device_list.hpp>

#include <cstddef>
#include <cstdint>
#include <ranges>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

static_assert(std::ranges::contiguous_range<const device_list>);

TEST_CASE("a list of devices behaves as a vector, whatever its size") {
  for (std::size_t n : {0U, 1U, 7U, 8U, 9U, 40U}) {
    device_list list;
    std::vector<std::uint16_t> all;
    for (std::size_t k = 0; k < n; ++k) {
      list.push_back(static_cast<std::uint16_t>(3 * k));
      all.push_back(static_cast<std::uint16_t>(3 * k));
    }
    REQUIRE(list.size() == n);
    CHECK(std::vector<std::uint16_t>(list.begin(), list.end()) == all);
    CHECK(list == device_list(all.begin(), all.end()));
    if (n > 0) CHECK(list.back() == all.back());
    for (std::size_t keep = 0; keep <= n; ++keep) {
      device_list copy = list;
      copy.shrink(keep);
      CHECK(std::vector<std::uint16_t>(copy.begin(), copy.end()) ==
            std::vector<std::uint16_t>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(keep)));
      copy.push_back(9);
      CHECK(copy.size() == keep + 1);
      CHECK(copy.back() == 9);
      copy = list;
      CHECK(copy == list);
    }
    list.clear();
    CHECK(list.empty());
  }
  CHECK(device_list{1, 2}.front() == 1);
  CHECK(!(device_list{1, 2} == device_list{2, 1}));
}
