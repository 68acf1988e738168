// SPDX-License-Identifier: BSL-1.0
// A live scheduler under everything that can happen, at random: never more than the machine, nobody before the time,
// nobody forgotten, no copy that decides otherwise. SCHED_PROPERTY_INSTANCES sets the number (default 1,000).
#include <sched/backfill.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/core/interval_set.hpp>
#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/rounds.hpp"

using namespace sched;
using sched_test::wanted_instances;

namespace {

/// What a cluster would do with a scheduler, and what it must be able to rely on.
template <class Scheduler>
class cluster {
public:
  cluster(Scheduler s, amount processors, std::uint64_t seed)
      : live_(std::move(s)), size_(processors), capacity_(processors), random_(seed) {
    live_.expect_dependencies();
  }

  void run(std::size_t steps) {
    for (std::size_t k = 0; k < steps; ++k) {
      for (std::uint64_t e = random_.below(4); e-- > 0;) something();
      ends();
      decide();
      now_ += random_.between(0, 3);
    }
    // Everything comes back, nothing more happens: everybody must get through.
    live_.set_capacity(size_, now_);
    capacity_ = size_;
    for (const job_handle h : held_) live_.unhold(h, now_);
    held_.clear();
    const auto all_through = [&] {
      for (job_handle h = 0; h < known_; ++h)
        if (live_.phase(h) != job_phase::ended && live_.phase(h) != job_phase::impossible) return false;
      return true;
    };
    for (std::size_t k = 0; !all_through(); ++k) {
      REQUIRE(k < 10'000);  // nobody is forgotten
      ends();
      decide();
      ++now_;
    }
    REQUIRE((live_.waiting() == 0 && live_.running() == 0));
  }

private:
  struct running_job {
    job_handle job;
    std::int64_t end;
    amount demand;
  };
  void something() {
    const std::uint64_t what = random_.below(20);
    if (what < 10) {
      job j = rigid_job(static_cast<job_number>(known_), now_, random_.between(1, size_), random_.between(1, 20), 0);
      if (random_.chance(0.15)) j.not_before = now_ + random_.between(1, 10);
      if (known_ > 0 && random_.chance(0.2)) {
        using enum job_dependency::kind;
        constexpr job_dependency::kind kinds[] = {any, ok, not_ok};
        const auto on = static_cast<job_handle>(random_.below(known_));
        j.after.push_back({kinds[random_.below(3)], live_.job_of(on).id, random_.between(0, 4)});
      }
      REQUIRE(live_.submit(j, now_) == known_);
      ++known_;
    } else if (what < 12 && known_ > 0) {
      const auto h = static_cast<job_handle>(random_.below(known_));
      live_.cancel(h, now_);
      std::erase_if(running_, [&](const running_job& r) { return r.job == h; });
      std::erase(held_, h);
    } else if (what < 14) {
      capacity_ = random_.chance(0.5) ? size_ : random_.between(0, size_);
      live_.set_capacity(capacity_, now_);
    } else if (what < 16 && known_ > 0) {
      const auto h = static_cast<job_handle>(random_.below(known_));
      if (live_.phase(h) != job_phase::waiting || std::ranges::count(held_, h) != 0) return;
      live_.hold(h, now_);
      if (h < promised_.size()) promised_[h] = instant::infinity();  // given up
      held_.push_back(h);
    } else if (what < 18 && !held_.empty()) {
      live_.unhold(held_.back(), now_);
      held_.pop_back();
    } else if (!running_.empty()) {
      const std::size_t k = random_.below(running_.size());
      if (live_.start_of(running_[k].job) != now_) return;
      live_.launch_failed(running_[k].job, now_);
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
  void ends() {
    for (std::size_t k = 0; k < running_.size();)
      if (running_[k].end <= now_) {
        live_.finish(running_[k].job, now_, random_.chance(0.8));
        running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(k));
      } else {
        ++k;
      }
  }
  void decide() {
    Scheduler copy = live_;
    const auto d = live_.decide(now_);
    REQUIRE(copy.decide(now_).starts == d.starts);
    // A promise that slips is named.
    promised_.resize(known_, instant::infinity());
    for (job_handle h = 0; h < known_; ++h) {
      const bool waits = live_.phase(h) == job_phase::waiting && std::ranges::count(held_, h) == 0;
      const instant promise = waits ? live_.promise(h) : instant::infinity();
      if (waits && promise > promised_[h])
        REQUIRE(std::ranges::any_of(d.broken, [&](const broken_promise& b) { return b.job == h && b.is == promise; }));
      promised_[h] = promise;
    }
    REQUIRE(d.next_wakeup > now_);
    for (const job_handle h : d.starts) {
      REQUIRE(h < known_);
      REQUIRE(live_.phase(h) == job_phase::running);
      REQUIRE(std::ranges::count(held_, h) == 0);
      const job& j = live_.job_of(h);
      REQUIRE((j.submit <= now_ && j.not_before <= now_));
      // Some end early, some on time, some late.
      const std::int64_t said = j.shapes[0].estimate.count();
      const std::int64_t real = random_.chance(0.3) ? said : random_.between(0, random_.chance(0.2) ? 3 * said : said);
      running_.push_back({h, now_ + real, j.shapes[0].demand});
    }
    amount used = 0;
    for (const running_job& r : running_) used += r.demand;
    if constexpr (requires { live_.ids_of(job_handle{}); }) {
      // Who runs on processors that are out of service stays there; everybody has processors of his own.
      interval_set taken;
      for (const running_job& r : running_) {
        REQUIRE(static_cast<amount>(live_.ids_of(r.job).size()) == r.demand);
        REQUIRE(!taken.intersects(live_.ids_of(r.job)));
        taken |= live_.ids_of(r.job);
      }
      const interval_set in_service = interval_set::first_ids(static_cast<std::uint32_t>(capacity_));
      for (const job_handle h : d.starts) REQUIRE(live_.ids_of(h).subset_of(in_service));
    } else if (!d.starts.empty()) {
      REQUIRE(used <= capacity_);
    }
    REQUIRE(live_.running() == running_.size());
    REQUIRE(live_.decide(now_).starts.empty());
    // Whoever the forecast says could start now would have been started.
    for (const auto& [h, start] : live_.forecast()) {
      REQUIRE(live_.phase(h) == job_phase::waiting);
      if (std::ranges::count(held_, h) != 0) REQUIRE(start == instant::infinity());
      REQUIRE(start >= now_);
    }
  }

  Scheduler live_;
  amount size_, capacity_;
  random_generator random_;
  std::int64_t now_ = 0;
  std::size_t known_ = 0;
  std::vector<running_job> running_;
  std::vector<job_handle> held_;
  std::vector<instant> promised_;
};

}  // namespace

TEST_CASE("whatever happens to a live scheduler, what it decides can be done and nobody is forgotten") {
  using compression = reserve::conservative::compression;
  for (std::size_t k = 1; k <= wanted_instances(); ++k) {
    INFO("instance " << k);
    const amount p = static_cast<amount>(1 + k % 9);
    const std::size_t steps = 5 + k % 40;
    const auto run = [&](const char* name, auto s) {
      INFO(name);
      cluster(std::move(s), p, k).run(steps);
    };
    const backfill_options soon{.overrun_step = 2};
    const order::fcfs fcfs;
    const estimate::user user;
    run("none", backfill(p, fcfs, reserve::none{}, user, soon));
    run("filler", backfill(p, fcfs, reserve::depth{0}, user, soon));
    run("EASY", backfill(p, fcfs, reserve::easy(), user, soon));
    run("EASY, by index",
        backfill(p, fcfs, reserve::easy(), user, order::sjf{}, backfill_options{.overrun_step = 2, .index_from = 0}));
    run("EASY, walk", backfill(p, fcfs, reserve::easy(), user, order::sjf{}, soon));
    run("EASY++", backfill(p, fcfs, reserve::easy(), estimate::last_two{}, order::sjf{}, soon));
    run("EASY, expansion", backfill(p, order::lxf{}, reserve::easy(), user, soon));
    run("depth 2", backfill(p, order::sjf{}, reserve::depth{2}, user, soon));
    run("depth all", backfill(p, fcfs, reserve::depth{reserve::depth::all}, user, soon));
    run("conservative", backfill(p, fcfs, reserve::conservative{}, user, soon));
    run("conservative, no sweep", backfill(p, fcfs, reserve::conservative{compression::none}, user, soon));
    run("conservative, short sweeps", backfill(p, fcfs, reserve::conservative{compression::once, 2}, user, soon));
    run("conservative, all sweeps", backfill(p, fcfs, reserve::conservative{compression::fixpoint}, user, soon));
    run("selective", backfill(p, fcfs, reserve::selective{}, user, soon));
    run("relaxed", backfill(p, fcfs, reserve::relaxed{}, user, soon));
    run("look-ahead", backfill(p, fcfs, reserve::look_ahead{}, user, soon));
    run("slack", backfill(p, fcfs, reserve::slack{}, user, soon));
    run("adaptive", backfill(p, fcfs, reserve::selective_adaptive{}, user, soon));
    run("greedy", backfill(p, fcfs, reserve::greedy(fcfs, order::largest{}), user, soon));
    run("EASY, ids", backfill(p, fcfs, reserve::easy(), user, fcfs, ids::at_start{}, soon));
    run("EASY, ids in the plan", backfill(p, fcfs, reserve::easy(), user, fcfs, ids::in_plan{}, soon));
    run("conservative, ids in the plan", backfill(p, fcfs, reserve::conservative{}, user, fcfs, ids::in_plan{}, soon));
    run("slack, ids in the plan", backfill(p, fcfs, reserve::slack{}, user, fcfs, ids::in_plan{}, soon));
  }
}
