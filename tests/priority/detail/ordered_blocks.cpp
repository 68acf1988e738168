// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/detail/ordered_blocks.hpp>

#include <cstddef>
#include <set>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using namespace sched;

TEST_CASE("a sorted list in blocks does what a set does, its ends and sweeps included") {
  random_generator rng(5);
  detail::ordered_blocks<int> list;
  std::set<int> plain;
  std::size_t wrong = 0, sweeps = 0;
  for (int round = 0; round < 60'000; ++round) {
    const int x = static_cast<int>(rng.below(20'000));
    const std::uint64_t what = rng.below(round % 20'000 < 10'000 ? 8 : 3);
    if (what == 0 && !plain.empty()) {
      wrong += list.front() == *plain.begin() ? 0U : 1U;
      const int* second = list.near_front(1);
      wrong += second == nullptr || *second == *std::next(plain.begin()) ? 0U : 1U;
      list.pop_front();
      plain.erase(plain.begin());
    } else if (what == 1 && plain.count(x) == 1) {
      list.erase(x);
      plain.erase(x);
    } else if (plain.insert(x).second) {
      list.insert(x);
    }
    if (round % 997 == 0) {
      const int few = round % 2 == 0 ? 2 : 50;
      const auto keep = [&](int v) { return v % few != 0; };
      const sched_test::allocation_count count;
      if (round % 3 == 0) list.keep_if([](int v) { return v % 3 == 0; });
      else list.keep_if(keep);
      wrong += count.since();
      if (round % 3 == 0) std::erase_if(plain, [](int v) { return v % 3 != 0; });
      else std::erase_if(plain, [&](int v) { return !keep(v); });
      ++sweeps;
    }
    if (round % 331 == 0) {
      std::vector<int> seen;
      list.each([&](int v) {
        seen.push_back(v);
        return true;
      });
      wrong += seen == std::vector<int>(plain.begin(), plain.end()) ? 0U : 1U;
      wrong += list.size() == plain.size() ? 0U : 1U;
    }
  }
  CHECK(wrong == 0);
  CHECK(sweeps > 50);
  list.keep_if([](int) { return false; });
  CHECK(list.empty());
  CHECK(list.near_front(0) == nullptr);
}
