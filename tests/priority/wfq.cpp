// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/wfq.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/backfill.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

waiting_job of(std::uint32_t user, instant eligible, amount demand, duration estimate) {
  waiting_job j;
  j.user = user;
  j.eligible = eligible;
  j.demand = demand;
  j.estimate = estimate;
  return j;
}
std::vector<double> keys_of(order::wfq& o, const std::vector<waiting_job>& jobs, instant now) {
  std::vector<double> out(jobs.size());
  o.keys(jobs, now, out);
  return out;
}
/// Serves all jobs one after another; the users in the order of service.
std::vector<std::uint32_t> served(order::wfq o, std::vector<waiting_job> jobs) {
  std::vector<std::uint32_t> out;
  for (instant now = 0; !jobs.empty(); now += 1) {
    const auto keys = keys_of(o, jobs, now);
    const auto first = std::ranges::min_element(keys) - keys.begin();
    out.push_back(jobs[static_cast<std::size_t>(first)].user);
    o.started(jobs[static_cast<std::size_t>(first)], now);
    jobs.erase(jobs.begin() + first);
  }
  return out;
}

}  // namespace

TEST_CASE("weighted fair queueing: virtual finish times by hand") {
  order::wfq o({{2, 2.0}});
  const std::vector<waiting_job> jobs{of(1, 0, 1, 10), of(1, 0, 1, 10), of(2, 0, 2, 10), of(2, 0, 1, 10)};
  CHECK(keys_of(o, jobs, 0) == std::vector<double>{10, 20, 10, 15});
  o.started(jobs[0], 0);
  CHECK(o.virtual_now() == 0);
  o.started(jobs[2], 0);
  o.started(jobs[3], 1);
  CHECK(o.virtual_now() == 10);
  // User 3 was idle: he begins at V of his arrival, not at 0; arrivals of an instant come before its starts.
  CHECK(keys_of(o, {jobs[1], of(3, 2, 1, 10), of(4, 1, 1, 10)}, 2) == std::vector<double>{20, 20, 10});
}

TEST_CASE("users take turns in proportion to their weights") {
  std::vector<waiting_job> jobs;
  for (int k = 0; k < 6; ++k) jobs.push_back(of(1, 0, 1, 30));
  for (int k = 0; k < 6; ++k) jobs.push_back(of(2, 0, 1, 30));
  CHECK(served(order::wfq(), jobs) == std::vector<std::uint32_t>{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2});
  CHECK(served(order::wfq({{2, 2.0}}), jobs) == std::vector<std::uint32_t>{2, 1, 2, 2, 1, 2, 2, 1, 2, 1, 1, 1});
}

TEST_CASE("an idle user saves nothing up") {
  order::wfq o;
  instant now = 0;
  for (int k = 0; k < 100; ++k, now += 1) o.started(of(1, now, 1, 10), now);
  const auto keys = keys_of(o, {of(2, now, 1, 10), of(1, now, 1, 10), of(2, now, 1, 10)}, now);
  CHECK(keys == std::vector<double>{1000, 1010, 1010});
}

TEST_CASE("what is forgotten of virtual time is what nobody asks for") {
  order::wfq o, fresh;
  for (int k = 0; k < 500; ++k) {
    const instant now = k;
    o.started(of(1, now, 1, 10), now);
    fresh.started(of(1, now, 1, 10), now);
    const std::vector<waiting_job> jobs{of(2, now - 2, 1, 10)};
    static_cast<void>(keys_of(o, jobs, now));
    order::wfq copy = fresh;
    CHECK(keys_of(o, jobs, now) == keys_of(copy, jobs, now));
  }
}

TEST_CASE("weighted fair queueing orders a batch scheduler, and weights turn it around") {
  for (const bool heavy : {false, true}) {
    backfill b(4, heavy ? order::wfq({{2, 4.0}}) : order::wfq({{1, 4.0}}), reserve::none{});
    std::vector<job_handle> first, second;
    for (job_number k = 0; k < 4; ++k) {
      job j = rigid_job(k, 0, 4, 10, 0);
      j.user = 1;
      first.push_back(b.submit(j, 0));
      j.id = k + 10;
      j.user = 2;
      second.push_back(b.submit(j, 0));
    }
    std::vector<job_handle> order;
    for (instant now = 0; order.size() < 5; now += 10) {
      const auto d = b.decide(now);
      REQUIRE(d.starts.size() == 1);
      order.push_back(d.starts[0]);
      b.finish(d.starts[0], now + 10);
    }
    const auto of_second =
        std::ranges::count_if(order, [&](job_handle h) { return std::ranges::find(second, h) != second.end(); });
    CHECK(of_second == (heavy ? 4 : 1));
  }
}

TEST_CASE("weights that are none are refused") {
  CHECK_THROWS_AS(order::wfq({{1, 0.0}}), error);
  CHECK_THROWS_AS(order::wfq({{1, 1.0}, {1, 2.0}}), error);
}
