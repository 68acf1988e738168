// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/job_store.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {
stored_job random_job(random_generator& rng) {
  stored_job r;
  cluster_job& j = r.job;
  j.id = static_cast<job_number>(rng());
  j.name.assign(rng.below(5), static_cast<char>(rng.below(256)));
  j.user = static_cast<std::uint32_t>(rng());
  j.account = static_cast<std::uint32_t>(rng.below(3));
  for (std::size_t g = rng.below(3); g > 0; --g) {
    part_group p;
    p.each.cpu = rng.between(0, 1'000'000);
    p.each.memory = amount{1} << rng.below(62);
    p.each.devices = static_cast<std::uint32_t>(rng.below(9));
    p.each.models = rng();
    p.each.numa = static_cast<numa_policy>(rng.below(4));
    p.each.counted.push_back({1, 7});
    p.count = static_cast<std::uint32_t>(1 + rng.below(5));
    j.wants.groups.push_back(p);
  }
  j.wants.exclusive = rng.chance(0.5);
  j.wants.spread.push_back({1, 2});
  j.estimate = rng.chance(0.5) ? duration::infinity() : duration(rng.between(1, 1000));
  j.not_before = rng.chance(0.5) ? instant::minus_infinity() : instant(5);
  j.band = static_cast<std::int32_t>(rng.between(-3, 3));
  j.priority = static_cast<std::int64_t>(rng());
  j.after.push_back({job_dependency::kind::not_ok, -4, 3});
  j.held = rng.chance(0.5);
  r.life = job_history(3);
  if (rng.chance(0.6)) {
    for (int k = 0; k < 2; ++k) {
      r.life.move(job_state::scheduled, 4);
      r.life.move(job_state::queued, 5, end_reason::launch_failed);
    }
    r.life.move(job_state::scheduled, 6);
    allocation a;
    a.node = node_id(3);
    a.cpu = 5;
    for (std::uint16_t d = 0; d < 10; ++d) a.devices.push_back(d);
    r.place.assign(2, a);
  }
  r.sequence = rng();
  r.saved = 12;
  r.lease = rng();
  return r;
}
}  // namespace

TEST_CASE("a stored job comes back as it was") {
  random_generator rng(1);
  for (int k = 0; k < 500; ++k) {
    const stored_job j = random_job(rng);
    CHECK(decode_stored_job(encode(j)) == j);
  }
}

TEST_CASE("broken bytes are refused, whatever is broken") {
  random_generator rng(2);
  for (int k = 0; k < 300; ++k) {
    std::string bytes = encode(random_job(rng));
    CHECK_THROWS_AS(decode_stored_job(std::string_view(bytes).substr(0, rng.below(bytes.size()))), error);
    CHECK_THROWS_AS(decode_stored_job(bytes + "x"), error);
    for (int n = 0; n < 20; ++n) {
      std::string other = bytes;
      other[rng.below(other.size())] = static_cast<char>(rng.below(256));
      try {
        static_cast<void>(encode(decode_stored_job(other)));
      } catch (const error& e) {
        CHECK_FALSE(e.reason().empty());
      }
    }
  }
  CHECK_THROWS_AS(decode_stored_job(""), error);
}

TEST_CASE("the memory store holds what was committed") {
  memory_store s;
  stored_job j;
  j.job.id = 4;
  s.save(j);
  CHECK(s.size() == 0);
  s.commit();
  j.sequence = 9;
  s.save(j);
  std::size_t seen = 0;
  const auto look = [&](stored_job&& r) {
    ++seen;
    CHECK(r.sequence == 0);
  };
  s.load(look);
  CHECK(seen == 1);
  s.commit();
  s.load([&](stored_job&& r) { CHECK(r.sequence == 9); });
  s.erase(4);
  s.commit();
  CHECK(s.size() == 0);
}
