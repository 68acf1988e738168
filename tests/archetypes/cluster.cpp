// SPDX-License-Identifier: BSL-1.0
// The least order, reservation, placement, share, preemption, store, inventory and checkpoint store make a cluster
// scheduler.
#include <sched/cluster.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;
using sched_test::device_job, sched_test::small_cluster;

namespace {

// None of them has a default; what need not be copied cannot be.
struct least_order {
  explicit least_order(int) {}
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant, std::span<double> out) {
    for (std::size_t k = 0; k < jobs.size(); ++k) out[k] = static_cast<double>(jobs[k].demand);
  }
};
struct least_share {
  explicit least_share(int) {}
  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant, std::span<double> out) {
    for (std::size_t k = 0; k < jobs.size(); ++k) out[k] = jobs[k].user == last_ ? 1 : 0;
  }
  void started(const waiting_job& j, instant) { last_ = j.user; }
  void ended(const waiting_job&, instant) {}
  std::uint32_t last_ = 0;
};
struct least_reservation {
  explicit least_reservation(int) {}
  struct memory {};
  template <class Desk>
  void pass(Desk& desk, memory&) const {
    desk.each_in_order([&](job_handle h) {
      if (desk.fits(h)) desk.start(h);
      return true;
    });
  }
};
struct least_placement {
  explicit least_placement(int) {}
  placement_result operator()(const request& r, cluster_view v, placement_workspace& ws) const {
    return placement::first_fit{}(r, v, ws);
  }
};
struct least_preemption {
  explicit least_preemption(int) {}
  static constexpr bool enabled = true;
  template <class Bench>
  void choose(Bench& bench, std::vector<std::size_t>& out) const {
    for (std::size_t k = 0; k < bench.size() && !bench.fits(); ++k) {
      bench.remove(k);
      out.push_back(k);
    }
    if (!bench.fits()) out.clear();
  }
};
struct least_store {
  explicit least_store(memory_store& in) : in_(&in) {}
  least_store(least_store&&) = default;
  least_store& operator=(least_store&&) = delete;
  least_store(const least_store&) = delete;
  least_store& operator=(const least_store&) = delete;
  ~least_store() = default;
  void save(const stored_job& j) { in_->save(j); }
  void erase(job_number id) { in_->erase(id); }
  void commit() { in_->commit(); }
  template <class F>
  void load(F f) {
    in_->load(f);
  }
  memory_store* in_;
};
struct least_inventory {
  explicit least_inventory(int) {}
  least_inventory(const least_inventory&) = delete;
  least_inventory& operator=(const least_inventory&) = delete;
  lease_answer hold(job_number, std::uint32_t, std::span<const allocation>, instant, instant) { return {true, 1, {}}; }
  bool commit(lease_number, instant) { return true; }
  void release(lease_number) { ++released; }
  int released = 0;
};
struct least_partial_inventory : least_inventory {
  using least_inventory::least_inventory;
  using least_inventory::release;
  void release(lease_number, std::span<const allocation> parts) { returned += parts.size(); }
  std::size_t returned = 0;
};
struct least_resized_share : least_share {
  using least_share::least_share;
  void resized(const waiting_job& before, const waiting_job& after, instant) { grown += after.demand - before.demand; }
  amount grown = 0;
};
/// Keeps one checkpoint; its writers are pointers.
struct least_checkpoints {
  struct writer {
    least_checkpoints* to;
    checkpoint_note note;
    void append(std::string_view bytes) { note.step += static_cast<std::int64_t>(bytes.size()); }
    void commit() { to->last = note; }
  };
  least_checkpoints() = default;
  least_checkpoints(const least_checkpoints&) = delete;
  least_checkpoints& operator=(const least_checkpoints&) = delete;
  std::unique_ptr<writer> begin(const checkpoint_note& n) { return std::make_unique<writer>(writer{this, n}); }
  std::optional<checkpoint_note> find(job_number) { return last; }
  template <class F>
  std::optional<checkpoint_note> read(job_number, F f) {
    f(std::string_view("x"));
    return last;
  }
  void erase(job_number) { last.reset(); }
  std::optional<checkpoint_note> last{};
};
static_assert(job_order<least_order> && usage_order<least_share> && planning_reservation<least_reservation>);
static_assert(placement_policy<least_placement> && preemption_policy<least_preemption>);
static_assert(job_store<least_store> && inventory<least_inventory> && checkpoint_store<least_checkpoints>);
static_assert(!partial_inventory<least_inventory> && partial_inventory<least_partial_inventory>);
static_assert(!resize_usage_order<least_share> && resize_usage_order<least_resized_share>);
static_assert(checkpoint_store<memory_checkpoints> && checkpoint_store<io::checkpoint_files>);

}  // namespace

TEST_CASE("the least parts make a scheduler that starts, preempts, finishes and is restored") {
  const cluster c = small_cluster({2, 2});
  memory_store kept;
  least_inventory devices(1);
  const auto make = [&] {
    return cluster_scheduler(c, least_order(1), least_reservation(1), least_placement(1), least_share(1),
                             least_preemption(1), least_store(kept), {.grace = 0, .inventory = devices});
  };
  auto s = make();
  for (job_number k = 1; k <= 4; ++k) s.submit(device_job(k, 1, 100, band_low), 0);
  CHECK(s.decide(0).starts.size() == 4);
  s.submit(device_job(5, 2, 10, band_high), 1);
  const cluster_decision d = s.decide(1);
  CHECK(d.starts == std::vector<job_number>{5});
  CHECK(d.preempts.size() >= 2);
  CHECK(s.finish(5, 5));
  CHECK(devices.released >= 3);
  auto t = make();
  CHECK(t.restore(6) == 5);
  CHECK(t.running() + t.waiting() == 4);
  CHECK(t.decide(6).starts.size() == t.running() + t.waiting() - 2 + d.preempts.size() - 2);
}

TEST_CASE("the least inventory of parts lets jobs grow and shrink, whatever places the tasks") {
  const cluster c = small_cluster({2, 2});
  memory_store kept;
  least_partial_inventory devices(1);
  cluster_scheduler s(c, least_order(1), least_reservation(1), least_placement(1), least_resized_share(1),
                      least_preemption(1), least_store(kept), {.grace = 0, .inventory = devices});
  cluster_job j = device_job(1, 1, 100, band_low);
  j.wants.groups[0].count = 4;
  j.wants.groups[0].least = 1;
  j.elastic = true;
  s.submit(j, 0);
  const cluster_decision grown = s.decide(0);
  CHECK(grown.resizes.size() == 1);
  CHECK(s.place_of(1).size() == 4);
  s.submit(device_job(2, 2, 10, band_high), 1);
  const cluster_decision shrunk = s.decide(1);
  CHECK(shrunk.starts == std::vector<job_number>{2});
  CHECK(shrunk.preempts.empty());
  CHECK(s.place_of(1).size() == 4 - devices.returned);
  CHECK(devices.returned >= 2);
}

TEST_CASE("the least store of checkpoints serves the helpers") {
  least_checkpoints s;
  CHECK(write_checkpoint(s, {.job = 1}, "abc"));
  CHECK(s.find(1)->step == 3);
  CHECK(read_checkpoint(s, 1)->bytes == "x");
}
