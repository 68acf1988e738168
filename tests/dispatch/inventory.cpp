// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/inventory.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;

namespace {
std::vector<allocation> devices(std::initializer_list<std::uint16_t> list) {
  allocation a;
  a.node = node_id(0);
  a.share = whole_device;
  a.devices = device_list(list);
  return {a};
}
}  // namespace

TEST_CASE("a hold is all or none, once for a job and attempt, and comes back when it is not committed") {
  const cluster c = sched_test::small_cluster({4});
  memory_inventory i(c);
  const auto first = i.hold(1, 0, devices({0, 1}), 10, 0);
  REQUIRE(first.held);
  CHECK(i.hold(1, 0, devices({0, 1}), 10, 1).lease == first.lease);
  const auto conflict = i.hold(2, 0, devices({1, 2}), 10, 1);
  CHECK_FALSE(conflict.held);
  CHECK(conflict.conflicts == std::vector{node_id(0)});
  CHECK(i.state(1).sums(0, 0).milli == 2000);
  CHECK_FALSE(i.commit(first.lease, 10));  // expired
  const auto second = i.hold(2, 0, devices({1, 2}), 20, 10);
  CHECK(i.commit(second.lease, 11));
  CHECK(i.state(1000).sums(0, 0).milli == 2000);
  i.release(second.lease);
  i.release(second.lease);
  CHECK(i.state(1000).sums(0, 0).milli == 4000);
  i.set_status(node_id(0), node_status::draining);
  CHECK_FALSE(i.hold(3, 0, devices({0}), 10, 0).held);
}

TEST_CASE("threads never hold one device twice") {
  const cluster c = sched_test::small_cluster({1});
  memory_inventory i(c);
  std::atomic<int> inside{0}, got{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (std::uint32_t k = 0; k < 500; ++k) {
          const auto a = i.hold(t, k, devices({0}), 10, 0);
          if (!a.held) continue;
          if (++inside > 1) got = -1'000'000;
          ++got;
          --inside;
          i.release(a.lease);
        }
      });
  }
  CHECK(got > 0);
  CHECK(i.leases() == 0);
}

TEST_CASE("the recording double fails what it is told to and notes everything") {
  const cluster c = sched_test::small_cluster({4});
  memory_inventory inner(c);
  recording_inventory<memory_inventory> r(inner);
  any_inventory i(r);
  r.fail_holds(1);
  CHECK_FALSE(i.hold(1, 0, devices({0}), 10, 0).held);
  const auto a = i.hold(1, 0, devices({0}), 10, 0);
  CHECK(a.held);
  r.fail_commits(1);
  CHECK_FALSE(i.commit(a.lease, 1));
  CHECK(i.commit(a.lease, 1));
  i.release(a.lease);
  using enum recording_inventory<memory_inventory>::call;
  CHECK(r.calls().size() == 5);
  CHECK(r.calls()[0] == recording_inventory<memory_inventory>::record{hold, 1, 0, false});
  CHECK(r.calls()[4].what == release);
  const any_inventory nothing;
  CHECK(nothing.hold(1, 0, {}, 0, 0).held);
  CHECK(nothing.commit(0, 0));
  nothing.release(0);
}
