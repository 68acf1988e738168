// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/list_decoder.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/random.hpp>
#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/random_project.hpp"

using sched::decode_kernel;
using sched::list_decoder;
using sched_test::project_shape;
using sched_test::random_list;
using sched_test::random_project;

namespace {

constexpr decode_kernel all_kernels[] = {decode_kernel::avx512, decode_kernel::avx2, decode_kernel::portable,
                                         decode_kernel::steps};

/// Every kernel that this processor runs and that takes the project.
std::vector<list_decoder> decoders(const sched::project& p) {
  std::vector<list_decoder> found;
  for (const decode_kernel k : all_kernels) {
    if (!sched::runs_here(k)) continue;
    try {
      found.emplace_back(p, k);
    } catch (const sched::error&) {
    }
  }
  return found;
}

std::vector<std::int64_t> wide(const std::vector<std::int32_t>& narrow) { return {narrow.begin(), narrow.end()}; }

/// All kernels, both directions, `lists` random lists: equal to the textbook.
template <class Index>
void check_against_textbook(sched::random_generator& random, const sched::project& p, int lists) {
  auto all = decoders(p);
  REQUIRE(!all.empty());
  std::vector<std::int32_t> starts(p.task_count());
  for (int round = 0; round < lists; ++round)
    for (const bool reversed : {false, true}) {
      const auto list = random_list<Index>(random, p, reversed);
      const auto expected = sched_test::textbook_serial(p, list, reversed);
      for (list_decoder& d : all) {
        CAPTURE(to_string(d.kernel()), reversed, round);
        const std::int32_t makespan = reversed ? d.decode_reversed(std::span<const Index>(list), starts)
                                               : d.decode(std::span<const Index>(list), starts);
        REQUIRE(wide(starts) == expected);
        REQUIRE(makespan == sched_test::makespan_of(p, expected));
      }
    }
}

/// 16 periods to a block of 64 bytes in plain loops: the arithmetic of the AVX-512 blocks on any processor.
struct emulated_blocks {
  static constexpr unsigned bytes = 64;
  static constexpr unsigned periods = 16;
  static constexpr unsigned window = 3;
  static constexpr unsigned reach = 33;
  static std::uint32_t expand(std::uint64_t packed) { return static_cast<std::uint32_t>(packed); }
  static std::uint32_t load(const std::byte* block, unsigned t) {
    std::uint32_t word;
    std::memcpy(&word, block + 4 * t, 4);
    return word;
  }
  template <unsigned N>
  static std::uint64_t fits(const std::byte* block, std::uint32_t need) {
    std::uint64_t mask = 0;
    for (unsigned t = 0; t < 16 * N; ++t) {
      bool good = true;
      for (unsigned lane = 0; lane < 32; lane += 8)
        good = good && (need >> lane & 255) <= (load(block, t) >> lane & 255);
      mask |= std::uint64_t{good} << t;
    }
    return mask;
  }
  static void take(std::byte* block, std::uint32_t need, std::uint32_t first, std::uint32_t length) {
    for (unsigned t = first; t < first + length; ++t) {
      const std::uint32_t word = load(block, t) - need;
      std::memcpy(block + 4 * t, &word, 4);
    }
  }
  static void fill(std::byte* cells, std::int32_t count, std::uint64_t capacity) {
    for (std::int32_t t = 0; t < (count + 15) / 16 * 16; ++t) {
      const auto word = static_cast<std::uint32_t>(capacity);
      std::memcpy(cells + 4 * t, &word, 4);
    }
  }
};

}  // namespace

TEST_CASE("list_decoder: every kernel equals the textbook on random projects of every shape") {
  sched::random_generator random(2);
  for (int round = 0; round < 300; ++round) {
    project_shape shape;
    shape.tasks = static_cast<std::size_t>(random.between(1, random.chance(0.1) ? 120 : 40));
    shape.resources = static_cast<std::size_t>(random.between(0, 12));
    shape.longest = random.chance(0.7) ? random.between(1, 32) : random.between(33, 1'000'000);
    const std::int64_t capacities[] = {
        0, 1, 5, 127, 128, 255, 256, 32767, 32768, 65535, 65536, std::int64_t{1} << 31, std::int64_t{1} << 50};
    shape.capacity = capacities[random.below(std::size(capacities))];
    shape.arc = random.real() * 0.4;
    shape.zero_duration = random.chance(0.5) ? 0.3 : 0.0;
    shape.zero_demand = random.real();
    shape.scale = random.chance(0.3) ? random.between(2, 60) : 1;
    shape.shuffled = random.chance(0.5);
    CAPTURE(round, shape.tasks, shape.resources, shape.longest, shape.capacity, shape.scale);
    const sched::project p = random_project(random, shape);
    check_against_textbook<std::uint8_t>(random, p, 2);
    check_against_textbook<std::uint16_t>(random, p, 1);
    check_against_textbook<std::uint32_t>(random, p, 1);
  }
}

TEST_CASE("list_decoder: all kernels agree on projects of 400 tasks") {
  sched::random_generator random(3);
  for (const std::size_t resources : {std::size_t{1}, std::size_t{2}, std::size_t{4}, std::size_t{8}}) {
    const sched::project p =
        random_project(random, {.tasks = 400, .resources = resources, .longest = 16, .capacity = 60, .arc = 0.15});
    auto all = decoders(p);
    REQUIRE(all.size() >= 2);
    std::vector<std::int32_t> first(400), other(400);
    for (int round = 0; round < 50; ++round) {
      const auto list = random_list<std::uint16_t>(random, p);
      const std::int32_t makespan = all[0].decode(std::span<const std::uint16_t>(list), first);
      for (list_decoder& d : all) {
        REQUIRE(d.decode(std::span<const std::uint16_t>(list), other) == makespan);
        REQUIRE(other == first);
      }
    }
    REQUIRE(sched_test::feasible(p, wide(first)));
  }
}

TEST_CASE("list_decoder: the loop is right for blocks of 16 periods, too") {
  sched::random_generator random(4);
  for (int round = 0; round < 100; ++round) {
    const sched::project p = random_project(random, {.tasks = 30,
                                                     .resources = 4,
                                                     .longest = random.between(1, 32),
                                                     .capacity = 255,
                                                     .arc = 0.1,
                                                     .zero_demand = 0.3});
    const sched::detail::decode::numbers x(p);
    sched::detail::decode::table table(p, false);
    std::uint64_t full = 0;
    for (std::size_t k = 0; k < x.capacities.size(); ++k)
      sched::detail::decode::pack_lane(&full, k, 8, x.capacities[k]);
    for (std::size_t i = 0; i < x.tasks; ++i) {
      for (std::size_t k = 0; k < x.capacities.size(); ++k)
        sched::detail::decode::pack_lane(&table.rows[i].need, k, 8, x.demands[k][i]);
      table.rows[i].shape = sched::detail::decode::packed_shape(x.lengths[i]);
    }
    const auto periods = static_cast<std::int32_t>(x.total / 16 * 16 + 128);
    std::vector<std::byte> cells(static_cast<std::size_t>(periods) * 4);
    std::vector<std::int32_t> finish(31, 0), starts(30);
    const auto list = random_list<std::uint8_t>(random, p);
    sched::detail::decode::packed_decode<emulated_blocks, 5, false>(
        {table.rows.data(), table.others.data(), 30, full, cells.data(), periods, finish.data(), x.scale}, list.data(),
        starts.data());
    REQUIRE(wide(starts) == sched_test::textbook_serial(p, list));
  }
}

TEST_CASE("list_decoder: no task, one task, a chain, independent tasks") {
  for (const decode_kernel k : all_kernels) {
    if (!sched::runs_here(k)) continue;
    CAPTURE(to_string(k));
    list_decoder none(sched::project_builder().build(), k);
    REQUIRE(none.decode(std::span<const std::uint8_t>(), {}) == 0);
    REQUIRE(none.double_justify({}) == 0);

    std::vector<std::uint8_t> list{0, 1, 2, 3, 4};
    std::vector<std::int32_t> starts(5);
    const auto decode = [&](const sched::project& p) {
      list_decoder d(p, k);
      return d.decode(std::span<const std::uint8_t>(list.data(), p.task_count()),
                      std::span(starts.data(), p.task_count()));
    };
    REQUIRE(decode(sched::make_project(std::vector<std::vector<int>>{{}}, std::vector{0})) == 0);
    REQUIRE(decode(sched::make_project(std::vector<std::vector<int>>{{}}, std::vector{7}, {3}, {{3}})) == 7);
    REQUIRE(decode(sched::make_project(std::vector<std::vector<int>>{{1}, {2}, {3}, {4}, {}},
                                       std::vector{1, 2, 0, 4, 5})) == 12);
    REQUIRE(starts == std::vector<std::int32_t>{0, 1, 3, 3, 7});
    const std::vector<std::vector<int>> free(5);
    REQUIRE(decode(sched::make_project(free, std::vector{1, 2, 3, 4, 5})) == 5);
    REQUIRE(decode(sched::make_project(free, std::vector{1, 2, 3, 4, 5}, {1}, {{1}, {1}, {1}, {1}, {1}})) == 15);
    REQUIRE(starts == std::vector<std::int32_t>{0, 1, 3, 6, 10});
  }
}

TEST_CASE("list_decoder: picks steps for long durations and many resources, periods otherwise") {
  sched::random_generator random(5);
  const auto kernel = [&](project_shape shape) {
    shape.zero_demand = 0;
    shape.zero_duration = 0;
    shape.arc = 0;
    shape.tasks = 60;
    return list_decoder(random_project(random, shape)).kernel();
  };
  REQUIRE(kernel({}) != decode_kernel::steps);
  REQUIRE(kernel({.longest = 10, .scale = 60}) != decode_kernel::steps);
  REQUIRE(kernel({.longest = 1000}) == decode_kernel::steps);
  REQUIRE(kernel({.resources = 9}) == decode_kernel::steps);
  REQUIRE(kernel({.resources = 5, .capacity = 1000}) == decode_kernel::steps);
  REQUIRE(kernel({.capacity = 1'000'000}) == decode_kernel::steps);
}

TEST_CASE("list_decoder: a kernel that the project does not fit is refused by name") {
  const sched::project p = sched::make_project(std::vector<std::vector<int>>(2), std::vector{1, 100}, {1}, {{1}, {1}});
  REQUIRE_THROWS_WITH(list_decoder(p, decode_kernel::portable),
                      sched_test::contains("does not fit the portable decoder"));
}

TEST_CASE("list_decoder: accepts classic projects only") {
  sched::project_builder b;
  b.add_task(1);
  b.add_task(2);
  REQUIRE(list_decoder::accepts(b.build()));
  b.add_precedence(sched::task_id(0), sched::task_id(1), {.lag = 3});
  REQUIRE_FALSE(list_decoder::accepts(b.build()));
  sched::project_builder release;
  release.add_task({.work = 3, .dates = {.release = 4}});
  REQUIRE_FALSE(list_decoder::accepts(release.build()));
  sched::project_builder huge;
  huge.add_task(std::int64_t{1} << 30);
  REQUIRE_FALSE(list_decoder::accepts(huge.build()));
}

TEST_CASE("list_decoder: durations times 60 give starts times 60") {
  sched::random_generator random(6);
  for (int round = 0; round < 20; ++round) {
    const sched::random_generator same = random;
    const project_shape shape{.tasks = 60, .arc = 0.15};
    const sched::project p = random_project(random, shape);
    sched::random_generator again = same;
    project_shape longer = shape;
    longer.scale = 60;
    const sched::project q = random_project(again, longer);
    const auto list = random_list<std::uint8_t>(random, p);
    for (const decode_kernel k : {decode_kernel::steps, decode_kernel::portable}) {
      list_decoder a(p, k), b(q, k);
      std::vector<std::int32_t> x(60), y(60);
      REQUIRE(b.decode(std::span<const std::uint8_t>(list), y) ==
              60 * a.decode(std::span<const std::uint8_t>(list), x));
      for (std::int32_t& s : x) s *= 60;
      REQUIRE(x == y);
      REQUIRE(b.double_justify(y) == 60 * [&] {
        for (std::int32_t& s : x) s /= 60;
        return a.double_justify(x);
      }());
    }
  }
}

TEST_CASE("list_decoder: justification follows the rule, stays feasible and never lengthens") {
  sched::random_generator random(7);
  for (int round = 0; round < 200; ++round) {
    project_shape shape;
    shape.tasks = static_cast<std::size_t>(random.between(1, 50));
    shape.resources = static_cast<std::size_t>(random.between(0, 6));
    shape.longest = random.chance(0.5) ? 10 : 100000;
    shape.zero_duration = 0.3;
    shape.scale = random.chance(0.3) ? 7 : 1;
    shape.shuffled = random.chance(0.5);
    const sched::project p = random_project(random, shape);
    const std::size_t n = p.task_count();
    const auto list = random_list<std::uint16_t>(random, p);
    for (list_decoder& d : decoders(p)) {
      CAPTURE(to_string(d.kernel()), round);
      std::vector<std::int32_t> starts(n), twice(n);
      const std::int32_t before = d.decode(std::span<const std::uint16_t>(list), starts);
      twice = starts;

      // The rule in plain code: decreasing finish, then increasing start, ties by the order and its reverse.
      std::vector<std::uint32_t> order(d.tie_order().begin(), d.tie_order().end());
      if (!shape.shuffled)
        for (std::size_t i = 0; i < n; ++i) REQUIRE(order[i] == i);
      std::vector<std::uint32_t> right(order.rbegin(), order.rend());
      const auto finish = [&](std::uint32_t i) { return starts[i] + p.work(sched::task_id(i)).count(); };
      std::stable_sort(right.begin(), right.end(),
                       [&](std::uint32_t a, std::uint32_t b) { return finish(a) > finish(b); });
      auto shifted = sched_test::textbook_serial(p, right, true);
      const std::int64_t middle = sched_test::makespan_of(p, shifted);
      for (std::size_t i = 0; i < n; ++i) shifted[i] = middle - shifted[i] - p.work(sched::task_id(i)).count();
      REQUIRE(d.justify_right(starts) == middle);
      REQUIRE(wide(starts) == shifted);
      REQUIRE(middle <= before);
      REQUIRE(sched_test::feasible(p, shifted));

      std::vector<std::uint32_t> left = order, listed(n);
      std::stable_sort(left.begin(), left.end(),
                       [&](std::uint32_t a, std::uint32_t b) { return shifted[a] < shifted[b]; });
      d.list_of(std::span<const std::int32_t>(starts), std::span(listed));
      REQUIRE(listed == left);
      const auto expected = sched_test::textbook_serial(p, left);
      const std::int32_t after = d.justify_left(starts);
      REQUIRE(wide(starts) == expected);
      REQUIRE(after <= middle);
      REQUIRE(d.double_justify(twice) == after);
      REQUIRE(twice == starts);
    }
  }
}

TEST_CASE("list_decoder: lists of starts that are no multiples of the divisor are sorted, too") {
  const sched::project p = sched::make_project(std::vector<std::vector<int>>(3), std::vector{60, 60, 120});
  for (list_decoder& d : decoders(p)) {
    const std::vector<std::int32_t> starts{7, 6, 5};
    std::vector<std::uint8_t> list(3);
    d.list_of(std::span<const std::int32_t>(starts), std::span(list));
    REQUIRE(list == std::vector<std::uint8_t>{2, 1, 0});
  }
}

TEST_CASE("list_decoder: a call sees nothing of the calls before it, and copies are independent") {
  sched::random_generator random(8);
  const sched::project p = random_project(random, {.tasks = 80, .arc = 0.05});
  const auto a = random_list<std::uint8_t>(random, p);
  const auto b = random_list<std::uint8_t>(random, p);
  for (list_decoder& d : decoders(p)) {
    std::vector<std::int32_t> fresh(80), again(80), other(80);
    list_decoder unused = d;
    d.decode(std::span<const std::uint8_t>(a), fresh);
    d.decode_reversed(std::span<const std::uint8_t>(random_list<std::uint8_t>(random, p, true)), other);
    d.decode(std::span<const std::uint8_t>(b), other);
    list_decoder used = d;
    d.decode(std::span<const std::uint8_t>(a), again);
    REQUIRE(again == fresh);
    unused.decode(std::span<const std::uint8_t>(a), again);
    REQUIRE(again == fresh);
    used.decode(std::span<const std::uint8_t>(a), again);
    REQUIRE(again == fresh);
    // A decoder of other capacities takes over the memory of this one.
    d = list_decoder(sched::make_project(std::vector<std::vector<int>>(80), std::vector<int>(80, 3), {1},
                                         std::vector<std::vector<sched::amount>>(80, {1})),
                     d.kernel());
    REQUIRE(d.decode(std::span<const std::uint8_t>(a), again) == 240);
  }
}

TEST_CASE("list_decoder: a call allocates nothing") {
  sched::random_generator random(9);
  for (const std::int64_t longest : {10, 100000}) {
    const sched::project p = random_project(random, {.tasks = 100, .longest = longest});
    const auto list = random_list<std::uint8_t>(random, p);
    std::vector<std::int32_t> starts(100);
    for (list_decoder& d : decoders(p)) {
      const sched_test::allocation_count before;
      d.decode(std::span<const std::uint8_t>(list), starts);
      d.double_justify(starts);
      d.justify_right(starts);
      REQUIRE(before.since() == 0);
    }
  }
}
