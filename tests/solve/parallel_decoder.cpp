// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/parallel_decoder.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/random_project.hpp"

using sched::parallel_decoder;
using sched::parallel_kernel;
using sched::task_id;
using sched_test::project_shape;
using sched_test::random_project;

namespace {

/// The scheme as it is written down: the decision set is built anew for every start.
template <class Index>
std::vector<std::int64_t> textbook_parallel(const sched::project& p, const std::vector<Index>& order, bool reversed) {
  const std::size_t n = p.task_count();
  std::vector<std::int64_t> start(n, -1);
  const auto finished = [&](std::size_t j, std::int64_t now) {
    return start[j] >= 0 && start[j] + p.work(task_id(j)).count() <= now;
  };
  const auto free = [&](sched::resource_id r, std::int64_t now) {
    std::int64_t left = p.resource_of(r).capacity;
    for (std::size_t j = 0; j < n; ++j)
      if (start[j] >= 0 && !finished(j, now)) left -= p.demand(task_id(j), r);
    return left;
  };
  std::int64_t now = 0;
  for (std::size_t left = n; left > 0;) {
    bool started = false;
    for (const Index index : order) {
      const auto i = static_cast<std::size_t>(index);
      if (start[i] >= 0) continue;
      bool good = true;
      for (const sched::adjacency& l : reversed ? p.successors(task_id(i)) : p.predecessors(task_id(i)))
        good = good && finished(l.task.index(), now);
      if (p.work(task_id(i)) > 0)
        for (const sched::requirement& q : p.requirements(task_id(i))) good = good && q.units <= free(q.resource, now);
      if (!good) continue;
      start[i] = now;
      --left;
      started = true;
      break;
    }
    if (started) continue;
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    for (std::size_t j = 0; j < n; ++j)
      if (start[j] >= 0 && !finished(j, now)) next = std::min(next, start[j] + p.work(task_id(j)).count());
    now = next;
  }
  return start;
}

template <class Index>
std::vector<Index> random_order(sched::random_generator& random, std::size_t n) {
  std::vector<Index> order(n);
  std::iota(order.begin(), order.end(), Index{0});
  random.shuffle(std::span(order));
  return order;
}

std::vector<std::int64_t> wide(const std::vector<std::int32_t>& narrow) { return {narrow.begin(), narrow.end()}; }

std::vector<parallel_decoder> decoders(const sched::project& p) {
  return {parallel_decoder(p, parallel_kernel::scan), parallel_decoder(p, parallel_kernel::queues)};
}

}  // namespace

TEST_CASE("parallel_decoder: both kernels equal the textbook on random projects of every shape") {
  sched::random_generator random(12);
  for (int round = 0; round < 300; ++round) {
    project_shape shape;
    shape.tasks = static_cast<std::size_t>(random.between(1, random.chance(0.2) ? 100 : 30));
    shape.resources = static_cast<std::size_t>(random.between(0, 12));
    shape.longest = random.chance(0.6) ? random.between(1, 63) : random.between(64, 1'000'000);
    const std::int64_t capacities[] = {0, 1, 5, 127, 128, 32768, 65536, std::int64_t{1} << 31, std::int64_t{1} << 50};
    shape.capacity = capacities[random.below(std::size(capacities))];
    shape.arc = random.real() * 0.3;
    shape.zero_duration = random.chance(0.5) ? 0.4 : 0.0;
    shape.zero_demand = random.real();
    shape.scale = random.chance(0.3) ? random.between(2, 60) : 1;
    shape.shuffled = random.chance(0.5);
    CAPTURE(round, shape.tasks, shape.resources, shape.longest, shape.capacity, shape.scale);
    const sched::project p = random_project(random, shape);
    const auto order = random_order<std::uint8_t>(random, shape.tasks);
    std::vector<std::int32_t> starts(shape.tasks);
    for (parallel_decoder& d : decoders(p))
      for (const bool reversed : {false, true, false}) {
        const auto expected = textbook_parallel(p, order, reversed);
        const std::int32_t makespan = reversed ? d.decode_reversed(std::span<const std::uint8_t>(order), starts)
                                               : d.decode(std::span<const std::uint8_t>(order), starts);
        REQUIRE(wide(starts) == expected);
        REQUIRE(makespan == sched_test::makespan_of(p, expected));
      }
  }
}

TEST_CASE("parallel_decoder: both kernels agree on projects of 2,000 tasks and give feasible schedules") {
  sched::random_generator random(13);
  for (const std::size_t resources : {std::size_t{1}, std::size_t{5}, std::size_t{20}})
    for (const double arc : {0.0, 0.05}) {
      const sched::project p = random_project(
          random,
          {.tasks = 2000, .resources = resources, .longest = 40, .capacity = 40, .arc = arc, .zero_demand = 0.6});
      auto all = decoders(p);
      std::vector<std::int32_t> a(2000), b(2000);
      for (int round = 0; round < 3; ++round) {
        const auto order = random_order<std::uint16_t>(random, 2000);
        REQUIRE(all[0].decode(std::span<const std::uint16_t>(order), a) ==
                all[1].decode(std::span<const std::uint16_t>(order), b));
        REQUIRE(a == b);
      }
    }
}

TEST_CASE("parallel_decoder: the automatic kernel depends on the number of tasks and of their needs") {
  sched::random_generator random(14);
  const auto kernel = [&](project_shape shape) { return parallel_decoder(random_project(random, shape)).kernel(); };
  REQUIRE(kernel({.tasks = 100, .resources = 1}) == parallel_kernel::scan);
  REQUIRE(kernel({.tasks = 2000, .resources = 1}) == parallel_kernel::queues);
  REQUIRE(kernel({.tasks = 2000, .resources = 8, .zero_demand = 0.2}) == parallel_kernel::scan);
}

TEST_CASE("parallel_decoder: a zero-duration task lets a more urgent successor go first") {
  // 0 (zero duration) precedes 1; the unit goes to 1, although 2 stood before 0 in the order.
  const sched::project p =
      sched::make_project(std::vector<std::vector<int>>{{1}, {}, {}}, std::vector{0, 4, 4}, {1}, {{0}, {1}, {1}});
  const std::vector<std::uint8_t> order{1, 0, 2};
  for (parallel_decoder& d : decoders(p)) {
    std::vector<std::int32_t> starts(3);
    REQUIRE(d.decode(std::span<const std::uint8_t>(order), starts) == 8);
    REQUIRE(starts == std::vector<std::int32_t>{0, 0, 4});
  }
}

TEST_CASE("parallel_decoder: no task and one task") {
  for (parallel_decoder& d : decoders(sched::project_builder().build()))
    REQUIRE(d.decode(std::span<const std::uint8_t>(), {}) == 0);
  const std::vector<std::uint8_t> order{0};
  std::vector<std::int32_t> starts{-1};
  for (parallel_decoder& d :
       decoders(sched::make_project(std::vector<std::vector<int>>{{}}, std::vector{5}, {2}, {{2}}))) {
    REQUIRE(d.decode(std::span<const std::uint8_t>(order), starts) == 5);
    REQUIRE(starts[0] == 0);
  }
}

TEST_CASE("parallel_decoder: a call allocates nothing, also on a copy") {
  sched::random_generator random(15);
  for (const std::int64_t longest : {10, 100000}) {
    const sched::project p = random_project(random, {.tasks = 100, .longest = longest});
    const auto order = random_order<std::uint8_t>(random, 100);
    std::vector<std::int32_t> starts(100);
    for (const parallel_decoder& original : decoders(p)) {
      parallel_decoder d = original;
      parallel_decoder assigned(sched::project_builder().build());
      assigned = original;
      const sched_test::allocation_count before;
      d.decode(std::span<const std::uint8_t>(order), starts);
      d.decode_reversed(std::span<const std::uint8_t>(order), starts);
      assigned.decode(std::span<const std::uint8_t>(order), starts);
      REQUIRE(before.since() == 0);
    }
  }
}
