// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/detail/job_index.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using namespace sched;
using detail::demand_classes;
using detail::job_index;
using detail::job_reach;

namespace {

using position = std::pair<double, std::uint64_t>;
using job_tree = job_index<position>;

job_tree::entry random_entry(random_generator& random, position at, std::uint32_t job) {
  job_tree::entry e{at, job, 1, 1, random.between(0, 1000)};
  e.demand = random.below(2) == 0 ? std::int64_t{1} << random.below(18) : random.between(1, 300);
  e.length = random.below(20) == 0 ? duration::max() : duration(random.between(1, 5000));
  return e;
}

/// The same by looking at one after the other.
class scan {
public:
  template <class Accept>
  const job_tree::entry* first_from(position from, position last, instant after, Accept accept) const {
    for (auto at = jobs.lower_bound(from); at != jobs.end() && !(last < at->first); ++at)
      if (at->second.date > after && accept(at->second)) return &at->second;
    return nullptr;
  }
  std::map<position, job_tree::entry> jobs;
};

}  // namespace

TEST_CASE("classes of demand hold every demand and do not overlap") {
  amount before = 0;
  for (unsigned c = 0; c < demand_classes::count; ++c) {
    if (c == 1) continue;
    REQUIRE(demand_classes::least(c) > before);
    before = demand_classes::least(c);
    REQUIRE(demand_classes::of(before) == c);
    if (c > 0) REQUIRE(demand_classes::of(before - 1) < c);
  }
  REQUIRE(demand_classes::of(amount{1} << 62) == demand_classes::count - 1);
}

TEST_CASE("the first job that is small and short enough is the one that a scan finds") {
  random_generator random(7);
  for (const std::size_t size : {5U, 60U, 700U, 6000U}) {
    job_tree tree;
    scan list;
    std::uint64_t arrivals = 0;
    const bool in_order = size == 700;  // positions only grow: a queue
    for (std::size_t step = 0; step < 12 * size + 200; ++step) {
      const bool filling = step < 2 * size;
      const auto pick = [&] {
        auto at = list.jobs.lower_bound({random.real() * 100, random.below(arrivals + 1)});
        return at == list.jobs.end() ? list.jobs.begin() : at;
      };
      switch (const auto what = random.below(filling ? 3 : 6); what) {
        case 0:
        case 1: {
          const position at{in_order ? 0.0 : static_cast<double>(random.below(100)), ++arrivals};
          const job_tree::entry e = random_entry(random, at, static_cast<std::uint32_t>(arrivals));
          tree.insert(e);
          list.jobs.emplace(at, e);
          break;
        }
        case 3:
        case 4: {
          if (list.jobs.empty()) break;
          const auto at = pick();
          tree.erase(at->first);
          list.jobs.erase(at);
          break;
        }
        case 5: {
          if (list.jobs.empty()) break;
          const auto at = pick();
          at->second.date = random.between(0, 1000);
          tree.set_date(at->first, at->second.date);
          break;
        }
        default: break;
      }
      REQUIRE(tree.size() == list.jobs.size());
      const amount free = random.below(2) == 0 ? random.between(0, 100000) : random.between(0, 50);
      const amount extra = std::min<amount>(free, random.between(0, 20));
      const duration window = random.between(0, 3000);
      const instant after = random.below(3) == 0 ? instant(random.between(0, 1100)) : instant::minus_infinity();
      job_reach reach;
      reach.add(free, window);
      reach.add(extra, duration::max());
      const auto accept = [&](const job_tree::entry& e) {
        return e.demand <= free && (e.length <= window || e.demand <= extra);
      };
      const position from{in_order ? 0.0 : random.real() * 100, random.below(arrivals + 1)};
      const position last{random.below(3) == 0 ? from.first + random.real() * 10 : 1000.0, random.below(arrivals + 1)};
      const job_tree::entry* found = tree.first_from(from, last, reach, after, accept);
      const job_tree::entry* expected = list.first_from(from, last, after, accept);
      REQUIRE((found == nullptr) == (expected == nullptr));
      if (found != nullptr) REQUIRE(found->job == expected->job);
    }
    std::vector<std::uint32_t> all;
    tree.each([&](const job_tree::entry& e) {
      all.push_back(e.job);
      return true;
    });
    REQUIRE(std::ranges::equal(all, list.jobs, {}, {}, [](const auto& x) { return x.second.job; }));
    while (!list.jobs.empty()) {
      const auto at = std::next(list.jobs.begin(),
                                static_cast<std::ptrdiff_t>(random.below(std::min<std::size_t>(list.jobs.size(), 50))));
      tree.erase(at->first);
      list.jobs.erase(at);
    }
    REQUIRE(tree.size() == 0);
  }
}

TEST_CASE("a queue that moves on allocates nothing below the greatest length it had") {
  random_generator random(3);
  job_index<std::uint64_t> tree;
  std::uint64_t next = 0;
  std::vector<std::uint64_t> waiting;
  const auto arrive = [&] {
    tree.insert({next, static_cast<std::uint32_t>(next), random.between(1, 64), random.between(1, 1000), {}});
    waiting.push_back(next++);
  };
  const auto leave = [&] {
    const auto k = static_cast<std::ptrdiff_t>(random.below(waiting.size()));
    tree.erase(waiting[static_cast<std::size_t>(k)]);
    waiting.erase(waiting.begin() + k);
  };
  for (int k = 0; k < 2000; ++k) arrive();
  for (int k = 0; k < 20000; ++k) leave(), arrive();
  waiting.reserve(4000);
  const sched_test::allocation_count before;
  for (int k = 0; k < 20000; ++k) leave(), arrive();
  REQUIRE(before.since() == 0);
}
