// SPDX-License-Identifier: BSL-1.0
// Random lives of random jobs on a random cluster: nothing is given twice, nothing is lost, and every job is in exactly
// one place. SCHED_SOAK=10000000 in the environment asks for so many operations.
#include <sched/cluster.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;

namespace {

std::size_t operations(std::size_t usual) {
  const char* wish = std::getenv("SCHED_SOAK");  // NOLINT(concurrency-mt-unsafe)
  return wish == nullptr ? usual : static_cast<std::size_t>(std::atoll(wish));
}

constexpr quota_tree::node soft_quota = 1;

template <class Scheduler>
class soak {
public:
  soak(const cluster& c, Scheduler& s, quota_tree& q, memory_inventory& inv, std::uint64_t seed)
      : cluster_(&c), s_(&s), quotas_(&q), inventory_(&inv), rng_(seed) {}

  void step() {
    if (rng_.chance(0.3)) now_ += rng_.between(0, 4);
    const std::uint64_t what = rng_.below(100);
    if (what < 30 && alive_.size() < 60) return submit();
    if (what < 55) return decide();
    if (alive_.empty()) return;
    const job_number id = alive_[rng_.below(alive_.size())];
    if (what < 75) static_cast<void>(s_->finish(id, now_, rng_.chance(0.8) ? end_reason::done : end_reason::exit_code));
    else if (what < 80) static_cast<void>(s_->cancel(id, now_));
    else if (what < 84) static_cast<void>(s_->launched(id, now_));
    else if (what < 86) static_cast<void>(s_->launch_failed(id, now_));
    else if (what < 89)
      static_cast<void>(
          s_->checkpointed(id, {.ok = rng_.chance(0.8), .progress = s_->history(id).run_time(now_)}, now_));
    else if (what < 91) static_cast<void>(s_->hold(id, now_));
    else if (what < 94) static_cast<void>(s_->release(id, now_));
    else if (what < 96) static_cast<void>(s_->set_band(id, static_cast<std::int32_t>(rng_.below(4)), now_));
    else if (what < 97)
      static_cast<void>(rng_.chance(0.7) ? s_->resume(id, now_).progress > 0 : s_->checkpoint_lost(id, now_));
    else node_changes();
  }
  void sweep() {
    std::erase_if(alive_, [&](job_number id) {
      if (!is_terminal(s_->state(id))) return false;
      REQUIRE(s_->place_of(id).empty());
      REQUIRE(s_->forget(id, now_));
      return true;
    });
  }
  /// What is free, and what quotas and leases say, follows from the jobs that hold resources, and from nothing else.
  void check() {
    sweep();
    REQUIRE(s_->size() == alive_.size());
    cluster_state expected(*cluster_);
    std::size_t holding = 0, queued = 0;
    amount milli = 0;
    for (const job_number id : alive_) {
      const job_state state = s_->state(id);
      REQUIRE(holds_resources(state) == !s_->place_of(id).empty());
      if (holds_resources(state)) {
        ++holding;
        for (const allocation& a : s_->place_of(id)) {
          REQUIRE(expected.fits(a));
          expected.apply(a);
          milli += a.share * static_cast<amount>(a.devices.size());
        }
      }
      queued += state == job_state::queued ? 1U : 0U;
    }
    REQUIRE(s_->running() == holding);
    REQUIRE(s_->waiting() == queued);
    REQUIRE(inventory_->leases() == holding);
    REQUIRE(quotas_->used(quota_tree::root, 3, now_) == static_cast<amount>(holding));
    REQUIRE(quotas_->used(quota_tree::root, 2, now_) == milli);
    for (std::size_t n = 0; n < cluster_->node_count(); ++n) {
      const node_id id(n);
      REQUIRE(expected.free(id).cpu == s_->free().free(id).cpu);
      REQUIRE(expected.free(id).memory == s_->free().free(id).memory);
      REQUIRE(std::ranges::equal(expected.device_milli(id), s_->free().device_milli(id)));
    }
    const auto queue = s_->queue();
    for (const job_number id : queue) REQUIRE(s_->state(id) == job_state::queued);
  }
  [[nodiscard]] instant now() const { return now_; }
  [[nodiscard]] std::size_t reclaims() const { return reclaims_; }

private:
  void submit() {
    cluster_job j;
    j.id = ++last_;
    part p;
    p.cpu = rng_.between(0, 3000);
    p.memory = rng_.between(0, 1000) * mebibyte;
    p.devices = static_cast<std::uint32_t>(rng_.below(4));
    if (p.devices == 1 && rng_.chance(0.5)) p.share = rng_.between(1, 1000);
    if (p.devices == 0 && p.cpu == 0) p.cpu = 1;
    j.wants = gang(p, static_cast<std::uint32_t>(1 + rng_.below(3)));
    j.wants.exclusive = rng_.chance(0.05);
    if (rng_.chance(0.8)) j.estimate = rng_.between(1, 60);
    j.band = static_cast<std::int32_t>(rng_.below(4));
    j.user = static_cast<std::uint32_t>(rng_.below(3));
    j.held = rng_.chance(0.05);
    if (rng_.chance(0.1)) j.not_before = now_ + rng_.between(0, 20);
    if (rng_.chance(0.1)) j.deadline = now_ + rng_.between(0, 100);
    if (rng_.chance(0.2) && !alive_.empty())
      j.after.push_back(
          {static_cast<job_dependency::kind>(rng_.below(5)), alive_[rng_.below(alive_.size())], rng_.between(0, 5)});
    j.requeue = rng_.chance(0.8);
    j.preemptible = rng_.chance(0.9);
    j.quota = static_cast<std::uint32_t>(rng_.below(3));
    if (rng_.chance(0.2)) {
      j.array = 5;
      j.array_limit = 2;
    }
    REQUIRE(s_->submit(j, now_) == submit_status::accepted);
    alive_.push_back(j.id);
  }
  void decide() {
    const cluster_decision d = s_->decide(now_);
    for (const job_number id : d.starts)
      REQUIRE((s_->state(id) == job_state::scheduled || s_->state(id) == job_state::running ||
               s_->state(id) == job_state::preempting));
    for (const preemption_order& p : d.preempts) {
      const cluster_job &victim = s_->job_of(p.victim), &preemptor = s_->job_of(p.preemptor);
      if (p.reclaimed) REQUIRE((victim.quota == soft_quota && preemptor.quota != soft_quota));
      else REQUIRE(victim.band < preemptor.band);
      reclaims_ += p.reclaimed ? 1U : 0U;
    }
    REQUIRE(s_->decide(now_).starts.empty());
  }
  void node_changes() {
    const node_id n(rng_.below(cluster_->node_count()));
    const auto to = rng_.chance(0.6) ? node_status::up : rng_.chance(0.5) ? node_status::draining : node_status::down;
    s_->set_status(n, to, now_);
  }

  const cluster* cluster_;
  Scheduler* s_;
  quota_tree* quotas_;
  memory_inventory* inventory_;
  random_generator rng_;
  std::vector<job_number> alive_;
  job_number last_ = 0;
  std::size_t reclaims_ = 0;
  instant now_ = 0;
};

template <class Order, class Reserve, class Shares, class Victims>
void run(Order o, Reserve r, Shares f, Victims v, bool confirm, std::uint64_t seed, std::size_t n) {
  const cluster c = sched_test::small_cluster({4, 4, 2, 0, 8});
  quota_tree q({{"cpu"}, {"memory"}, {"devices"}, {"jobs"}});
  REQUIRE(q.add("a", quota_tree::root, {{}, {}, {.hard = 6000, .soft = 3000}}) == soft_quota);
  q.add("b", quota_tree::root, {{}, {}, {}, {.hard = 3}});
  memory_inventory inv(c);
  cluster_scheduler s(c, o, r, placement::best_fit{}, f, v, memory_store(),
                      {.age_step = 30,
                       .confirm_launch = confirm,
                       .grace = confirm ? 7 : 0,
                       .keep_running_without_checkpoint = confirm,
                       .resume_at_once = !confirm,
                       .quotas = &q,
                       .inventory = inv});
  soak life(c, s, q, inv, seed);
  for (std::size_t k = 0; k < n; ++k) {
    life.step();
    if (k % 16 == 0) life.check();
    if (k % 1024 == 1023) {  // what the store has is what there is
      std::size_t stored = 0;
      s.store().load([&](stored_job&& j) {
        ++stored;
        REQUIRE(j == s.record(j.job.id));
      });
      REQUIRE(stored == s.size());
    }
  }
  life.check();
  REQUIRE(s.request_classes() <= s.size());
  if (n >= 10'000) REQUIRE(life.reclaims() > 0);
}

}  // namespace

TEST_CASE("random lives of jobs keep every invariant") {
  const std::size_t n = operations(200'000) / 4;
  run(order::fcfs{}, reserve::depth{}, order::fcfs{}, victims::minimal{}, false, 1, n);
  run(order::fcfs{}, reserve::depth{2}, order::fcfs{}, victims::minimal{}, true, 2, n);
  run(order::sjf{}, reserve::depth{0}, order::fair_share<>{}, victims::least_cost{}, true, 3, n);
  run(order::lxf{}, reserve::none{}, order::dominant_share({100'000, amount{1} << 40, 18'000}), victims::all_lower{},
      false, 4, n);
}
