// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/detail/paged_ids.hpp>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;
using detail::paged_ids;

namespace {

/// Inserts, finds and erases by `next_id`, in lockstep with the standard map.
template <class Next>
std::size_t lockstep(paged_ids& ids, std::uint64_t seed, int operations, Next next_id) {
  random_generator draw(seed);
  std::unordered_map<std::uint64_t, std::uint32_t> plain;
  std::vector<std::uint64_t> live;
  std::size_t wrong = 0;
  for (int k = 0; k < operations; ++k) {
    if (!live.empty() && draw.chance(0.45)) {
      const std::size_t at = draw.below(live.size());
      ids.erase(live[at]);
      plain.erase(live[at]);
      wrong += ids.find(live[at]) == paged_ids::none ? 0U : 1U;
      live[at] = live.back();
      live.pop_back();
    } else {
      const std::uint64_t id = next_id(draw);
      wrong += (ids.find(id) == paged_ids::none) == (plain.count(id) == 0) ? 0U : 1U;
      if (!plain.emplace(id, static_cast<std::uint32_t>(k)).second) continue;
      ids.insert(id, static_cast<std::uint32_t>(k));
      live.push_back(id);
    }
    if (k % 64 == 0)
      for (const auto& [id, number] : plain) wrong += ids.find(id) == number ? 0U : 1U;
  }
  for (const auto& [id, number] : plain) wrong += ids.find(id) == number ? 0U : 1U;
  for (const std::uint64_t id : live) ids.erase(id);
  for (const std::uint64_t id : live) wrong += ids.find(id) == paged_ids::none ? 0U : 1U;
  return wrong;
}

}  // namespace

TEST_CASE("ids in a row, scattered, clustered and extreme are found as by the standard map") {
  paged_ids ids;
  std::uint64_t row = 0;
  CHECK(lockstep(ids, 1, 20'000, [&](random_generator&) { return row++; }) == 0);
  CHECK(ids.pages() == 0);
  CHECK(lockstep(ids, 2, 20'000, [](random_generator& g) { return g(); }) == 0);
  CHECK(lockstep(ids, 3, 20'000, [](random_generator& g) { return g.below(50) * 1'000'003 + g.below(8); }) == 0);
  CHECK(lockstep(ids, 4, 20'000, [](random_generator& g) { return UINT64_MAX - g.below(3000); }) == 0);
  CHECK(ids.pages() == 0);
}

TEST_CASE("scattered ids take no page each, and an id finds its place when its page is opened after it") {
  paged_ids ids;
  for (std::uint32_t k = 0; k < 10'000; ++k) ids.insert(k * std::uint64_t{1'000'000}, k);
  CHECK(ids.pages() <= 8 + 10'000 / 64);
  // A scattered id, then its neighbours: with room for pages again they get one, the first stays in the table.
  const std::uint64_t lonely = 9'999 * std::uint64_t{1'000'000};
  for (std::uint32_t k = 0; k < 9'999; ++k) ids.erase(k * std::uint64_t{1'000'000});
  CHECK(ids.pages() == 0);
  for (std::uint64_t k = 1; k < 100; ++k) ids.insert(lonely + k, static_cast<std::uint32_t>(k));
  CHECK(ids.pages() >= 1);
  CHECK(ids.find(lonely) == 9'999);
  ids.erase(lonely);
  CHECK(ids.find(lonely) == paged_ids::none);
  CHECK(ids.find(lonely + 99) == 99);
}

TEST_CASE("ids that are there are refused, and those that are not have no number to give back") {
  paged_ids ids;
  for (std::uint64_t k = 0; k < 4000; ++k) CHECK(ids.insert(k * 700, static_cast<std::uint32_t>(k)));
  for (std::uint64_t k = 0; k < 4000; ++k) CHECK_FALSE(ids.insert(k * 700, 1));
  CHECK(ids.size() == 4000);
  CHECK(ids.erase(699) == paged_ids::none);
  for (std::uint64_t k = 0; k < 4000; k += 2) CHECK(ids.erase(k * 700) == k);
  CHECK(ids.erase(0) == paged_ids::none);
  CHECK(ids.size() == 2000);
  ids.clear();
  CHECK(ids.size() == 0);
  CHECK(ids.find(700) == paged_ids::none);
  CHECK(ids.insert(700, 3));
  CHECK(ids.find(700) == 3);
}

TEST_CASE("pages that run empty are used again") {
  paged_ids ids;
  for (std::uint64_t k = 0; k < 1'000'000; ++k) {
    ids.insert(k, 7);
    if (k >= 100) ids.erase(k - 100);
  }
  CHECK(ids.pages() <= 2);
}
