// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/processors.hpp>

#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

const interval_set gaps{{0, 2}, {4, 9}, {12, 15}};

interval_set random_set(random_generator& rng, std::uint32_t ids) {
  std::vector<id_range> runs;
  for (std::uint32_t id = 0; id < ids; ++id)
    if (rng.chance(0.5)) runs.push_back({id, id + 1});
  return interval_set(std::span<const id_range>(runs));
}

template <processor_placement P>
void picks_free_ids(P policy) {
  random_generator rng(3);
  for (int k = 0; k < 300; ++k) {
    const interval_set free = random_set(rng, 40);
    if (free.empty()) continue;
    const auto n = static_cast<amount>(1 + rng.below(free.size()));
    const interval_set mine = policy.pick(free, n);
    if (P::refuses && mine.empty()) continue;
    REQUIRE(static_cast<amount>(mine.size()) == n);
    REQUIRE(mine.subset_of(free));
    if (P::refuses) REQUIRE(mine.runs().size() == 1);
  }
}

}  // namespace

TEST_CASE("every placement picks as many free ids as asked for, or refuses") {
  picks_free_ids(placement::lowest{});
  picks_free_ids(placement::contiguous_first_fit{});
  picks_free_ids(placement::contiguous_best_fit{});
  picks_free_ids(placement::hierarchical{{2, 8, 16}});
  picks_free_ids(placement::hierarchical{});
  picks_free_ids(placement::random{5});
}

TEST_CASE("contiguous: the first gap, the smallest gap, or no place although the count suffices") {
  CHECK(placement::contiguous_first_fit{}.pick(gaps, 3) == interval_set{{4, 7}});
  CHECK(placement::contiguous_best_fit{}.pick(gaps, 3) == interval_set{{12, 15}});
  CHECK(placement::contiguous_best_fit{}.pick(gaps, 2) == interval_set{{0, 2}});
  CHECK(placement::contiguous_first_fit{}.pick(gaps, 6).empty());
  CHECK(placement::lowest{}.pick(gaps, 6) == interval_set{{0, 2}, {4, 8}});
}

TEST_CASE("hierarchical: the fullest block of the smallest kind that has room, else the emptiest blocks first") {
  const placement::hierarchical nodes_of_4{{4, 8}};
  // Blocks of 4: {0, 1}, {4 … 7}, {8}, {12, 13, 14}.
  CHECK(nodes_of_4.pick(gaps, 1) == interval_set{{8, 9}});
  CHECK(nodes_of_4.pick(gaps, 3) == interval_set{{12, 15}});
  CHECK(nodes_of_4.pick(gaps, 4) == interval_set{{4, 8}});
  CHECK(nodes_of_4.pick(gaps, 5) == interval_set{{0, 2}, {4, 7}});            // a block of 8
  CHECK(nodes_of_4.pick(gaps, 8) == interval_set{{0, 2}, {4, 9}, {12, 13}});  // over two blocks
}

TEST_CASE("random: the same seed gives the same ids, every id can be picked") {
  placement::random a(9), b(9);
  std::uint64_t seen = 0;
  for (int k = 0; k < 200; ++k) {
    const interval_set mine = a.pick(gaps, 2);
    REQUIRE(mine == b.pick(gaps, 2));
    for (const id_range r : mine.runs())
      for (std::uint32_t id = r.first; id < r.last; ++id) seen |= std::uint64_t{1} << id;
  }
  CHECK(seen == 0b111'0001'1111'0011);
}
