// SPDX-License-Identifier: BSL-1.0
// Random lives of random jobs on a random cluster: nothing is given twice, nothing is lost, and every job is in exactly
// one place. SCHED_SOAK=10000000 in the environment asks for so many operations.
#include <sched/cluster.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_gangs.hpp>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;

namespace {

std::size_t operations(std::size_t usual) {
  const char* wish = std::getenv("SCHED_SOAK");  // NOLINT(concurrency-mt-unsafe)
  return wish == nullptr ? usual : static_cast<std::size_t>(std::atoll(wish));
}

constexpr quota_tree::node soft_quota = 1;
constexpr std::int64_t repair_time = 9, longest_step = 5;

/// What every job had and when, from looks at the scheduler: for the proof that shares nothing with it.
class life_log {
public:
  template <class Scheduler>
  void look(const Scheduler& s, job_number id, instant now) {
    const job_history& life = s.history(id);
    const std::size_t attempts = life.attempt_count();
    auto& [seen, at] = open_[id];
    if (attempts == 0) return;
    if (seen > 0 && (attempts > seen || !holds_resources(life.state()))) {
      close(at, life.attempt(seen - 1).ended);
      if (attempts == seen) return;
    }
    if (!holds_resources(life.state())) return;
    if (attempts > seen) {
      seen = attempts;
      at = runs_.size();
      wants_[id] = s.job_of(id).wants;
      runs_.push_back(
          {&wants_[id], s.job_of(id).elastic, life.attempt(attempts - 1).scheduled, instant::infinity(), {}});
    }
    gang_run& r = runs_[at];
    std::vector<allocation> left(s.place_of(id).begin(), s.place_of(id).end());
    for (held_part& p : r.parts) {
      if (p.until != instant::infinity()) continue;
      const auto same = std::ranges::find(left, p.what);
      if (same == left.end()) p.until = now;
      else left.erase(same);
    }
    for (const allocation& a : left) r.parts.push_back({a, now, instant::infinity()});
    changes_ += left.size();
  }
  void require_valid(const cluster& c) const {
    const auto wrong = validate_gangs(c, runs_, repair_time + longest_step);
    if (!wrong.empty()) UNSCOPED_INFO(describe(wrong[0], c));
    REQUIRE(wrong.empty());
  }
  [[nodiscard]] std::size_t runs() const { return runs_.size(); }

private:
  void close(std::size_t at, instant end) {
    if (runs_[at].end != instant::infinity()) return;
    runs_[at].end = end;
    for (held_part& p : runs_[at].parts) p.until = std::min(p.until, end);
  }
  std::map<job_number, std::pair<std::size_t, std::size_t>> open_;
  std::map<job_number, request> wants_;
  std::vector<gang_run> runs_;
  std::size_t changes_ = 0;
};

template <class Scheduler>
class soak {
public:
  soak(const cluster& c, Scheduler& s, quota_tree& q, memory_inventory& inv, std::uint64_t seed)
      : cluster_(&c), s_(&s), quotas_(&q), inventory_(&inv), rng_(seed) {}

  /// From now on time passes between two calls, and what happens is written down.
  void write_down(life_log& log) { log_ = &log; }
  void step() {
    if (log_ != nullptr) now_ += 1;
    act();
    if (log_ == nullptr) return;
    for (const job_number id : alive_) log_->look(*s_, id, now_);
  }
  void act() {
    if (rng_.chance(0.3)) now_ += rng_.between(0, 4);
    const std::uint64_t what = rng_.below(100);
    if (what < 30 && alive_.size() < (log_ == nullptr ? 60U : 8U)) return submit();
    if (what < 55) return decide();
    if (alive_.empty()) return;
    const job_number id = alive_[rng_.below(alive_.size())];
    if (what < 75) static_cast<void>(s_->finish(id, now_, rng_.chance(0.8) ? end_reason::done : end_reason::exit_code));
    else if (what < 80) static_cast<void>(s_->cancel(id, now_));
    else if (what < 84) static_cast<void>(s_->launched(id, now_) || s_->shrunk(id, now_));
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
  /// What happened to sizes: grown, repaired, shrunk, lost.
  [[nodiscard]] const std::map<resize_order::kind, std::size_t>& resizes() const { return resizes_; }
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
    std::size_t holding = 0, queued = 0, leases = 0;
    amount milli = 0;
    for (const job_number id : alive_) {
      const job_state state = s_->state(id);
      REQUIRE(holds_resources(state) == !s_->place_of(id).empty());
      if (holds_resources(state)) {
        ++holding;
        leases += check_size(id);
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
    REQUIRE(inventory_->leases() == leases);
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
  /// Sizes are what they may be. Returns how many leases the job has.
  std::size_t check_size(job_number id) {
    const cluster_job& j = s_->job_of(id);
    const gang_record& g = s_->record(id).gang;
    const auto place = s_->place_of(id);
    if (!j.elastic) return 1;
    REQUIRE(g.leases.size() == place.size());
    std::vector<std::uint32_t> counts(j.wants.groups.size(), 0);
    for (const allocation& a : place) ++counts[a.group];
    bool whole = true;
    for (std::size_t k = 0; k < counts.size(); ++k) {
      REQUIRE(counts[k] <= j.wants.groups[k].count);
      whole = whole && counts[k] >= (j.wants.groups[k].least == 0 ? j.wants.groups[k].count : j.wants.groups[k].least);
    }
    REQUIRE(whole == (g.repair_until == instant::infinity()));
    return std::set<std::uint64_t>(g.leases.begin(), g.leases.end()).size();
  }
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
    if (rng_.chance(0.3)) {
      part_group& g = j.wants.groups[0];
      g.least = g.count;
      g.count += static_cast<std::uint32_t>(1 + rng_.below(4));
      j.elastic = true;
      if (rng_.chance(0.2)) j.wants.spread.push_back({0, 1 + static_cast<std::uint32_t>(rng_.below(4))});
      if (rng_.chance(0.2)) j.wants.groups.push_back({.each = {.cpu = 100}, .count = 1, .least = 0});
    }
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
    for (const resize_order& r : d.resizes) {
      REQUIRE(!r.parts.empty());
      ++resizes_[r.what];
      if (r.what == resize_order::kind::shrunk) REQUIRE(s_->job_of(r.job).band <= s_->job_of(r.preemptor).band);
    }
    const cluster_decision again = s_->decide(now_);
    REQUIRE(again.starts.empty());
    REQUIRE(again.resizes.empty());
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
  std::map<resize_order::kind, std::size_t> resizes_;
  life_log* log_ = nullptr;
  instant now_ = 0;
};

/// Of all runs.
std::map<resize_order::kind, std::size_t>& seen_resizes() {
  static std::map<resize_order::kind, std::size_t> all;
  return all;
}

template <class Order, class Reserve, class Shares, class Victims>
void run(Order o, Reserve r, Shares f, Victims v, bool confirm, std::uint64_t seed, std::size_t n,
         bool written_down = false) {
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
                       .repair_time = repair_time,
                       .quotas = &q,
                       .inventory = inv});
  soak life(c, s, q, inv, seed);
  life_log log;
  if (written_down) life.write_down(log);
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
  log.require_valid(c);
  if (written_down) REQUIRE(log.runs() > 50);
  for (const auto& [what, count] : life.resizes()) seen_resizes()[what] += count;
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

TEST_CASE("what jobs had over time is proved by what shares nothing with the scheduler") {
  run(order::fcfs{}, reserve::depth{}, order::fcfs{}, victims::minimal{}, false, 11, 2500, true);
  run(order::sjf{}, reserve::depth{2}, order::fair_share<>{}, victims::least_cost{}, true, 12, 2500, true);
  run(order::fcfs{}, reserve::none{}, order::fcfs{}, victims::never{}, false, 13, 2500, true);
  for (const auto k : {resize_order::kind::grown, resize_order::kind::repaired, resize_order::kind::shrunk,
                       resize_order::kind::lost}) {
    CAPTURE(static_cast<int>(k));
    CHECK(seen_resizes()[k] > 0);
  }
}
