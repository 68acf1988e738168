// SPDX-License-Identifier: BSL-1.0
#include <sched/core/workspace.hpp>

#include <sched/core/random.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using sched::workspace;

namespace {

struct request {
  std::size_t size;
  unsigned char fill;
};

/// Takes every request, fills it, and checks afterwards that no span was overwritten by another.
void play(workspace& memory, const std::vector<request>& requests) {
  std::vector<std::span<unsigned char>> spans;
  for (const request& r : requests) {
    spans.push_back(memory.take<unsigned char>(r.size, r.fill));
    REQUIRE(spans.back().size() == r.size);
  }
  for (std::size_t i = 0; i < spans.size(); ++i)
    for (const unsigned char byte : spans[i]) REQUIRE(byte == requests[i].fill);
}

}  // namespace

TEST_CASE("workspace: spans of one round never overlap") {
  sched::random_generator random(1);
  for (int round = 0; round < 50; ++round) {
    workspace memory;
    std::vector<request> requests;
    for (int i = 0; i < 40; ++i) requests.push_back({random.below(200), static_cast<unsigned char>(i)});
    play(memory, requests);
    memory.reset();
    play(memory, requests);
  }
}

TEST_CASE("workspace: the second round of the same requests gives the same memory and allocates nothing") {
  workspace memory;
  std::vector<const void*> addresses(5);
  const auto round = [&] {
    std::size_t next = 0;
    for (const std::size_t n : {3U, 1000U, 17U, 50000U, 1U}) addresses[next++] = memory.take<std::int64_t>(n).data();
    memory.reset();
  };
  round();  // grows
  round();
  const std::vector<const void*> second = addresses;
  const sched_test::allocation_count allocated;
  round();
  const std::size_t third = allocated.since();
  REQUIRE(third == 0);
  REQUIRE(addresses == second);
}

TEST_CASE("workspace: reset keeps room for the whole round in one block") {
  workspace memory;
  for (int i = 0; i < 100; ++i) static_cast<void>(memory.take<double>(100));
  memory.reset();
  const std::span<double> all = memory.take<double>(100 * 100);
  REQUIRE(all.size() == 10000);
  const std::size_t held = memory.capacity();
  memory.reset();
  static_cast<void>(memory.take<double>(100 * 100));
  REQUIRE(memory.capacity() == held);
}

TEST_CASE("workspace: objects are aligned as asked for") {
  workspace memory;
  for (int i = 0; i < 20; ++i) {
    static_cast<void>(memory.take<char>(static_cast<std::size_t>(i) + 1));
    REQUIRE(reinterpret_cast<std::uintptr_t>(memory.take<double>(3).data()) % alignof(double) == 0);
    static_cast<void>(memory.take<char>(1));
    REQUIRE(reinterpret_cast<std::uintptr_t>((memory.take<std::int32_t, 64>(5)).data()) % 64 == 0);
  }
}

TEST_CASE("workspace: nothing asked for is nothing taken") {
  workspace memory;
  REQUIRE(memory.take<int>(0).empty());
  REQUIRE(memory.capacity() == 0);
  memory.reset();
  REQUIRE(memory.capacity() == 0);
}

TEST_CASE("workspace: memory moves with the workspace") {
  workspace memory;
  const std::span<int> values = memory.take<int>(4, 7);
  workspace other = std::move(memory);
  REQUIRE(other.capacity() > 0);
  for (const int v : values) REQUIRE(v == 7);
}
