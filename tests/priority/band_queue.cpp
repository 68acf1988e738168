// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/band_queue.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using namespace sched;

namespace {

/// The same by looking at everything.
struct plain_queue {
  band_queue_options options{};
  std::vector<queued_job> jobs{};

  [[nodiscard]] job_band effective(const queued_job& j, instant now) const {
    if (options.age_step == 0 || j.band >= options.age_cap) return j.band;
    const std::int64_t steps = (now - j.since).count() / options.age_step.count();
    return static_cast<job_band>(
        std::min<std::int64_t>(static_cast<int>(j.band) + steps, static_cast<int>(options.age_cap)));
  }
  void sort(instant now) {
    for (queued_job& j : jobs) j.effective = effective(j, now);
    std::ranges::sort(jobs, [](const queued_job& a, const queued_job& b) {
      if (a.effective != b.effective) return a.effective > b.effective;
      return a.key != b.key ? a.key < b.key : a.sequence < b.sequence;
    });
  }
  auto find(job_number id) { return std::ranges::find(jobs, id, &queued_job::id); }
};

}  // namespace

TEST_CASE("bands go strictly one after another, and each is first in, first out") {
  band_queue q;
  CHECK(q.push(1, job_band::low, 0) == queue_answer::done);
  CHECK(q.push(2, job_band::normal, 0) == queue_answer::done);
  CHECK(q.push(3, job_band::urgent, 0) == queue_answer::done);
  CHECK(q.push(4, job_band::normal, 0) == queue_answer::done);
  CHECK(q.push(4, job_band::high, 0) == queue_answer::in_use);
  CHECK(q.size() == 4);
  CHECK(q.size(job_band::normal) == 2);
  CHECK(q.reprioritise(4, job_band::high, 0) == queue_answer::done);
  std::vector<job_number> order;
  for (auto j = q.pop(0); j; j = q.pop(0)) order.push_back(j->id);
  CHECK(order == std::vector<job_number>{3, 4, 2, 1});
  CHECK(q.remove(1) == queue_answer::unknown);
  CHECK_FALSE(q.peek(5));
}

TEST_CASE("a job that comes back has its old place") {
  band_queue q;
  for (job_number id = 1; id <= 3; ++id) CHECK(q.push(id, job_band::normal, 0) == queue_answer::done);
  const auto first = q.pop(4);
  REQUIRE(first);
  CHECK(q.push(9, job_band::normal, 5) == queue_answer::done);
  CHECK(q.push_back(*first) == queue_answer::done);
  CHECK(q.peek(6)->id == 1);
  CHECK(q.find(9)->sequence == 4);
}

TEST_CASE("a full queue refuses and stays as it was") {
  band_queue q({.max_queue = 1});
  CHECK(q.push(1, job_band::low, 0) == queue_answer::done);
  CHECK(q.push(2, job_band::urgent, 0) == queue_answer::queue_full);
  CHECK(q.pop(0)->id == 1);
  CHECK(q.push(2, job_band::urgent, 0) == queue_answer::done);
  CHECK_THROWS_AS(q.push(3, job_band::low, 0, std::nan("")), error);
  CHECK_THROWS_AS(band_queue({.age_step = -1}), error);
}

TEST_CASE("jobs rise with age, up to the cap") {
  band_queue q({.age_step = 10, .age_cap = job_band::high});
  CHECK(q.push(1, job_band::low, 0) == queue_answer::done);
  CHECK(q.push(2, job_band::normal, 5) == queue_answer::done);
  CHECK(q.push(3, job_band::urgent, 5) == queue_answer::done);
  CHECK(q.pop(9)->id == 3);
  CHECK(q.peek(9)->id == 2);
  CHECK(q.peek(10)->id == 1);  // both normal, the older first
  CHECK(q.peek(15)->id == 2);
  CHECK(q.peek(20)->id == 1);
  CHECK(q.peek(1000)->effective == job_band::high);
}

TEST_CASE("a band queue does what a plain list does") {
  for (const std::int64_t step : {0, 40}) {
    random_generator rng(static_cast<std::uint64_t>(step) + 3);
    const band_queue_options options{.age_step = step, .age_cap = job_band::high};
    band_queue q(options);
    plain_queue p{options, {}};
    std::vector<queued_job> gone;  // some come back, with their numbers
    std::uint64_t sequence = 1;
    instant now = 0;
    std::size_t returns = 0;
    for (int round = 0; round < 12'000; ++round) {
      now += static_cast<std::int64_t>(rng.below(3));
      const auto id = static_cast<job_number>(rng.below(800));
      const auto band = static_cast<job_band>(rng.below(4));
      const double key = static_cast<double>(rng.below(3));
      const bool shrinks = round % 2000 >= 1500;
      switch (rng.below(shrinks ? 5 : round % 2000 < 1000 ? 10 : 6)) {
        case 0: {
          p.sort(now);
          const auto got = q.pop(now);
          REQUIRE(got.has_value() == !p.jobs.empty());
          if (!got) break;
          REQUIRE(*got == p.jobs.front());
          gone.push_back(*got);
          p.jobs.erase(p.jobs.begin());
          break;
        }
        case 1: {
          const auto at = p.find(id);
          REQUIRE((q.remove(id) == queue_answer::done) == (at != p.jobs.end()));
          if (at == p.jobs.end()) break;
          gone.push_back(*at);
          p.jobs.erase(at);
          break;
        }
        case 2: {
          const auto at = p.find(id);
          REQUIRE((q.reprioritise(id, band, now) == queue_answer::done) == (at != p.jobs.end()));
          if (at != p.jobs.end()) at->band = band;
          break;
        }
        case 3: {
          const auto at = p.find(id);
          REQUIRE((q.change_key(id, key, now) == queue_answer::done) == (at != p.jobs.end()));
          if (at != p.jobs.end()) at->key = key;
          break;
        }
        case 4: {
          if (gone.empty()) break;
          if (shrinks) {  // many leave, and the first of them is back at once
            const auto at = p.find(id);
            if (at == p.jobs.end()) break;
            REQUIRE(q.remove(id) == queue_answer::done);
            REQUIRE(q.push_back(*at) == queue_answer::done);
            for (std::size_t k = 0; k < 3 && p.jobs.size() > 1; ++k) {
              REQUIRE(q.remove(p.jobs.back().id) == queue_answer::done);
              p.jobs.pop_back();
            }
            break;
          }
          const std::size_t k = rng.below(gone.size());
          const bool known = p.find(gone[k].id) != p.jobs.end();
          REQUIRE((q.push_back(gone[k]) == queue_answer::in_use) == known);
          if (known) break;
          p.jobs.push_back(gone[k]);
          gone[k] = gone.back();
          gone.pop_back();
          ++returns;
          break;
        }
        default:
          if (q.push(id, band, now, key) == queue_answer::in_use) {
            REQUIRE(p.find(id) != p.jobs.end());
          } else {
            p.jobs.push_back({id, band, band, key, sequence++, now});
          }
      }
      if (round % 5000 == 4999) {
        q.clear();
        p.jobs.clear();
      }
      REQUIRE(q.size() == p.jobs.size());
      if (round % 100 != 0) continue;
      p.sort(now);
      std::vector<queued_job> seen;
      q.each(now, [&](const queued_job& j) {
        seen.push_back(j);
        return true;
      });
      REQUIRE(seen == p.jobs);
      for (const job_band b : {job_band::low, job_band::normal, job_band::high, job_band::urgent})
        CHECK(q.size(b) == static_cast<std::size_t>(std::ranges::count(p.jobs, b, &queued_job::effective)));
      if (!p.jobs.empty()) {
        CHECK(q.find(p.jobs.back().id) == p.jobs.back());
        CHECK(q.peek(now) == p.jobs.front());
      }
      band_queue copy = q;
      for (const queued_job& j : p.jobs) REQUIRE(copy.pop(now) == j);
      CHECK(copy.empty());
    }
    CHECK(returns > 100);
  }
}

TEST_CASE("what removed and changed jobs leave behind in a band queue is bounded by its length") {
  for (const std::int64_t step : {0, 100'000}) {
    random_generator rng(7);
    band_queue q({.age_step = step});
    const sched_test::allocation_count count;
    for (job_number id = 0; id < 1000; ++id) static_cast<void>(q.push(id, job_band::low, 0));
    for (job_number round = 0; round < 100'000; ++round) {
      const auto id = static_cast<job_number>(rng.below(999)) + 1;  // one stays at the front
      static_cast<void>(q.remove(id));
      static_cast<void>(q.push(id, job_band::low, round));
      static_cast<void>(
          q.change_key(static_cast<job_number>(rng.below(1000)), static_cast<double>(rng.below(5)), round));
    }
    CHECK(q.size() == 1000);
    CHECK(count.since() <
          400);  // blocks of 128 for each 64 of at most 2,064 entries of each kind, two allocations each
  }
}

TEST_CASE("a band queue allocates only when it was never so long") {
  band_queue q;
  const auto fill = [&] {
    for (job_number id = 0; id < 3000; ++id) static_cast<void>(q.push(id, static_cast<job_band>(id % 4), 0));
    for (job_number id = 0; id < 3000; id += 3) static_cast<void>(q.remove(id));
    while (q.pop(0)) {
    }
  };
  fill();
  const sched_test::allocation_count count;
  fill();
  CHECK(count.since() == 0);
}
