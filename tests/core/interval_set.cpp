// SPDX-License-Identifier: BSL-1.0
#include <sched/core/interval_set.hpp>

#include <sched/core/random.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using sched::id_range;
using sched::interval_set;
using sched::random_generator;

namespace {

using reference = std::set<std::uint32_t>;

/// Runs of any length below `width`, overlapping, touching, backward and empty ones included.
std::vector<id_range> random_runs(random_generator& random, std::uint32_t width) {
  std::vector<id_range> runs(random.below(9));
  for (id_range& r : runs) {
    r.first = static_cast<std::uint32_t>(random.below(width));
    r.last = r.first + static_cast<std::uint32_t>(random.below(6));
    if (random.chance(0.1)) std::swap(r.first, r.last);
  }
  return runs;
}

reference ids_of(const std::vector<id_range>& runs) {
  reference out;
  for (const id_range r : runs)
    for (std::uint32_t i = r.first; i < r.last; ++i) out.insert(i);
  return out;
}

reference ids_of(const interval_set& s) {
  const auto runs = s.runs();
  return ids_of(std::vector<id_range>(runs.begin(), runs.end()));
}

/// Sorted, none empty, none touching the next.
bool canonical(const interval_set& s) {
  const auto runs = s.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].first >= runs[i].last) return false;
    if (i != 0 && runs[i].first <= runs[i - 1].last) return false;
  }
  return true;
}

std::string text(const interval_set& s) {
  std::ostringstream out;
  out << s;
  return out.str();
}

}  // namespace

TEST_CASE("interval_set: every operation agrees with std::set on random sets") {
  random_generator random(11);
  for (int round = 0; round < 4000; ++round) {
    const auto width = static_cast<std::uint32_t>(random.between(1, 60));
    const std::vector<id_range> runs_a = random_runs(random, width);
    const std::vector<id_range> runs_b = random_runs(random, width);
    const interval_set a{std::span<const id_range>(runs_a)};
    const interval_set b{std::span<const id_range>(runs_b)};
    const reference ra = ids_of(runs_a);
    const reference rb = ids_of(runs_b);
    CAPTURE(round, text(a), text(b));

    REQUIRE(canonical(a));
    REQUIRE(ids_of(a) == ra);
    REQUIRE(a.size() == ra.size());
    REQUIRE(a.empty() == ra.empty());
    REQUIRE((a == b) == (ra == rb));

    reference both, either = ra, only_a;
    either.insert(rb.begin(), rb.end());
    bool subset = true;
    for (const std::uint32_t i : ra) {
      (rb.contains(i) ? both : only_a).insert(i);
      subset = subset && rb.contains(i);
    }
    for (const interval_set& result : {a | b, a & b, a - b}) REQUIRE(canonical(result));
    REQUIRE(ids_of(a | b) == either);
    REQUIRE(ids_of(a & b) == both);
    REQUIRE(ids_of(a - b) == only_a);
    REQUIRE(a.subset_of(b) == subset);
    REQUIRE(a.intersects(b) == !both.empty());

    for (std::uint32_t i = 0; i < width + 8; ++i) REQUIRE(a.contains(i) == ra.contains(i));

    const std::uint64_t n = random.below(ra.size() + 3);
    reference smallest;
    for (const std::uint32_t i : ra) {
      if (smallest.size() == n) break;
      smallest.insert(i);
    }
    REQUIRE(canonical(a.first_n(n)));
    REQUIRE(ids_of(a.first_n(n)) == smallest);
  }
}

TEST_CASE("interval_set: taking and giving back in random order restores the set") {
  random_generator random(5);
  for (int round = 0; round < 200; ++round) {
    const interval_set all = interval_set::first_ids(64);
    interval_set free = all;
    std::vector<interval_set> taken;
    for (int step = 0; step < 40; ++step) {
      if (taken.empty() || random.chance(0.6)) {
        const interval_set part = free.first_n(random.below(9));
        REQUIRE(part.subset_of(free));
        free -= part;
        taken.push_back(part);
      } else {
        const std::size_t which = random.below(taken.size());
        REQUIRE_FALSE(free.intersects(taken[which]));
        free |= taken[which];
        taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(which));
      }
    }
    for (const interval_set& part : taken) free |= part;
    REQUIRE(free == all);
  }
}

TEST_CASE("interval_set: operations in place accept the set itself") {
  interval_set s{{0, 4}, {8, 9}};
  const interval_set copy = s;
  const interval_set& same = s;
  s |= same;
  REQUIRE(s == copy);
  s &= same;
  REQUIRE(s == copy);
  s -= same;
  REQUIRE(s.empty());
}

TEST_CASE("interval_set: the largest ids fit") {
  const std::uint32_t last = 4294967294U;
  const interval_set s{{last, last + 1}, {0, 1}};
  REQUIRE(s.contains(last));
  REQUIRE(s.contains(0));
  REQUIRE(s.size() == 2);
  REQUIRE(interval_set::first_ids(last + 1).size() == std::uint64_t{last} + 1);
  REQUIRE((interval_set::first_ids(last + 1) - s).size() == std::uint64_t{last} - 1);
}

TEST_CASE("interval_set: the empty set is neutral") {
  const interval_set none;
  const interval_set some{{2, 5}};
  REQUIRE((none | some) == some);
  REQUIRE((none & some) == none);
  REQUIRE((some - none) == some);
  REQUIRE(none.subset_of(none));
  REQUIRE(none.subset_of(some));
  REQUIRE_FALSE(some.subset_of(none));
  REQUIRE(none.first_n(3) == none);
}

TEST_CASE("interval_set: prints runs with both ends included") {
  REQUIRE(text(interval_set{{9, 11}, {0, 4}, {7, 8}}) == "0-3 7 9-10");
  REQUIRE(text(interval_set{{0, 2}, {2, 4}}) == "0-3");
  REQUIRE(text(interval_set{}).empty());
}
