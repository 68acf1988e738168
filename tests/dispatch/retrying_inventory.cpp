// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/retrying_inventory.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include <sched/dispatch/cluster_scheduler.hpp>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;

namespace {

using recording = recording_inventory<memory_inventory>;
using waits = std::vector<duration>;

struct note {
  waits* list = nullptr;
  void operator()(duration d) const { list->push_back(d); }
};

/// Never has anything; notes when it is asked.
struct deaf {
  std::vector<instant> asked{};
  lease_answer hold(job_number, std::uint32_t, std::span<const allocation>, instant, instant now) {
    asked.push_back(now);
    return {};
  }
  bool commit(lease_number, instant now) {
    asked.push_back(now);
    return false;
  }
  void release(lease_number) {}
};

std::vector<allocation> device(std::uint16_t d) {
  allocation a;
  a.node = node_id(0);
  a.share = whole_device;
  a.devices = device_list({d});
  return {a};
}

}  // namespace

TEST_CASE("what fails is asked again, after waits within limits that double") {
  const cluster c = sched_test::small_cluster({2});
  memory_inventory inner(c);
  recording double_(inner);
  waits w;
  retrying_inventory retry(double_, {.attempts = 4, .first = 8, .longest = 20}, note{&w});
  double_.fail_holds(3);
  const lease_answer a = retry.hold(1, 0, device(0), 1000, 0);
  CHECK(a.held);
  CHECK(double_.calls().size() == 4);
  CHECK(retry.retries() == 3);
  REQUIRE(w.size() == 3);
  const waits most{8, 16, 20};
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(w[k] >= 1);
    CHECK(w[k] <= most[k]);
  }
  double_.fail_commits(2);
  CHECK(retry.commit(a.lease, 1));
  CHECK(double_.calls().size() == 7);
  retry.release(a.lease);
  CHECK(inner.leases() == 0);
  // One that always fails.
  double_.fail_holds(100);
  CHECK_FALSE(retry.hold(2, 0, device(0), 1000, 0).held);
  CHECK(double_.calls().size() == 12);
}

TEST_CASE("a refusal that names nodes is an answer") {
  const cluster c = sched_test::small_cluster({1});
  memory_inventory inner(c);
  recording double_(inner);
  waits w;
  retrying_inventory retry(double_, {}, note{&w});
  CHECK(retry.hold(1, 0, device(0), 1000, 0).held);
  const lease_answer a = retry.hold(2, 0, device(0), 1000, 0);
  CHECK_FALSE(a.held);
  CHECK(a.conflicts == std::vector{node_id(0)});
  CHECK(double_.calls().size() == 2);
  CHECK(w.empty());
}

TEST_CASE("the inner inventory is told the time, and nobody is asked when the lease would be over") {
  deaf d;
  waits w;
  retrying_inventory retry(d, {.attempts = 5, .first = 10, .longest = 1000}, note{&w});
  CHECK_FALSE(retry.commit(1, 100));
  REQUIRE(d.asked.size() == 5);
  REQUIRE(w.size() == 4);
  instant t = 100;
  for (std::size_t k = 0; k < 5; ++k) {
    CHECK(d.asked[k] == t);
    if (k < 4) t += w[k];
  }
  d.asked.clear();
  CHECK_FALSE(retry.hold(1, 0, {}, 101, 100).held);
  CHECK(d.asked.size() == 1);
  CHECK(w.size() == 4);
}

TEST_CASE("a seed means the same waits, another one others") {
  const auto run = [](std::uint64_t seed) {
    deaf d;
    waits w;
    retrying_inventory retry(d, {.attempts = 12, .first = 100, .longest = 100'000, .seed = seed}, note{&w});
    static_cast<void>(retry.commit(1, 0));
    return w;
  };
  CHECK(run(7) == run(7));
  CHECK(run(7) != run(8));
  const waits w = run(7);
  CHECK(std::set<duration>(w.begin(), w.end()).size() > 5);
}

TEST_CASE("retries without sense are refused") {
  deaf d;
  CHECK_THROWS_AS(retrying_inventory(d, {.attempts = 0}), error);
  CHECK_THROWS_AS(retrying_inventory(d, {.first = 0}), error);
  CHECK_THROWS_AS(retrying_inventory(d, {.first = 9, .longest = 8}), error);
}

TEST_CASE("with retries a job starts in the decision in which the inventory failed") {
  const cluster c = sched_test::small_cluster({2});
  for (const bool repeat : {false, true}) {
    memory_inventory inner(c);
    recording double_(inner);
    retrying_inventory retry(double_, {.attempts = 2});
    cluster_options o;
    if (repeat) o.inventory = retry;
    else o.inventory = double_;
    cluster_scheduler s(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                        no_store{}, o);
    s.submit(sched_test::device_job(1, 1, 10), 0);
    double_.fail_holds(1);
    CHECK(s.decide(0).starts.size() == (repeat ? 1U : 0U));
    CHECK(inner.leases() == (repeat ? 1U : 0U));
  }
}
