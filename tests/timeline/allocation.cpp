// SPDX-License-Identifier: BSL-1.0
// Warm timelines allocate nothing.
#include <sched/timeline.hpp>

#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

namespace {

/// A queue that comes and goes: fits, bookings, early ends, capacity changes, time moving on. The same each time.
template <class Timeline>
std::uint64_t churn(Timeline& t, std::vector<sched::reservation>& booked) {
  sched::random_generator random(11);
  booked.clear();
  std::uint64_t sum = 0;
  for (int i = 0; i < 6000; ++i) {
    const sched::duration d = random.between(1, 40);
    const sched::amount n = random.between(1, 8);
    const sched::instant s = t.earliest_fit(random.between(0, 50), d, n);
    sum += static_cast<std::uint64_t>(s.count());
    booked.push_back(t.reserve({s, s + d}, n).booking);
    if (random.chance(0.6) && booked.size() > 3) {
      const auto at = static_cast<std::size_t>(random.below(booked.size()));
      booked[at] = t.resize(booked[at], booked[at].when.finish - 1).booking;
      t.release(booked[at]);
      booked[at] = booked.back();
      booked.pop_back();
    }
    if (i % 50 == 0) t.add_capacity({i, i + 3}, i % 100 == 0 ? 1 : -1);
    sum += static_cast<std::uint64_t>(t.latest_fit(5000, d, n).count());
    sum += static_cast<std::uint64_t>(t.min_available({5, 500}));
    if (i % 400 == 0) t.advance(i / 400);
  }
  return sum;
}

template <class Timeline>
void check() {
  Timeline t(16);
  std::vector<sched::reservation> booked;
  booked.reserve(6000);
  const std::uint64_t first = churn(t, booked);
  t.reset(16);
  const sched_test::allocation_count count;
  const std::uint64_t second = churn(t, booked);
  CHECK(count.since() == 0);
  CHECK(first == second);
}

}  // namespace

TEST_CASE("a warm step timeline allocates nothing") { check<sched::step_timeline>(); }
TEST_CASE("a warm dense timeline allocates nothing") { check<sched::dense_timeline>(); }
TEST_CASE("a warm tree timeline allocates nothing") { check<sched::tree_timeline>(); }
TEST_CASE("a warm adaptive timeline allocates nothing") { check<sched::adaptive_timeline>(); }

TEST_CASE("a small step timeline never allocates") {
  const sched_test::allocation_count count;
  sched::step_timeline t(10);
  for (int i = 0; i < 15; ++i) t.take({3 * i, 3 * i + 2}, 1 + i % 2);
  const sched::step_timeline copy = t;
  CHECK(copy == t);
  CHECK(count.since() == 0);
}

TEST_CASE("copying a tree timeline takes a fixed number of allocations") {
  const auto allocations_of_a_copy = [](int bookings) {
    sched::tree_timeline t(10);
    for (int i = 0; i < bookings; ++i) t.take({3 * i, 3 * i + 2}, 1 + i % 2);
    const sched_test::allocation_count count;
    const sched::tree_timeline copy = t;
    CHECK(copy == t);
    return count.since();
  };
  CHECK(allocations_of_a_copy(300) == allocations_of_a_copy(30000));
}
