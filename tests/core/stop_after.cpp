// SPDX-License-Identifier: BSL-1.0
#include <sched/core/stop_after.hpp>

#include <chrono>
#include <limits>
#include <stop_token>
#include <thread>

#include "support/catch.hpp"

using namespace sched;
using std::chrono::duration;

TEST_CASE("it asks to stop when the time is over") {
  const stop_after limit(duration<double>(1e-3));
  const std::stop_token token = limit.token();
  while (!token.stop_requested()) std::this_thread::yield();
  CHECK(token.stop_requested());
}

TEST_CASE("without a time it never does, and no number is too great to wait for") {
  for (const double seconds :
       {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), 1e300, std::numeric_limits<double>::infinity()}) {
    const stop_after limit{duration<double>(seconds)};
    CHECK(!limit.token().stop_requested());
    CHECK(limit.token().stop_possible());
  }
}

TEST_CASE("another token stops it, whether there is a time or not, and it stops none") {
  for (const double seconds : {0.0, 1e6}) {
    std::stop_source other;
    const stop_after limit(duration<double>(seconds), other.get_token());
    CHECK(!limit.token().stop_requested());
    other.request_stop();
    CHECK(limit.token().stop_requested());
  }
  std::stop_source other;
  const stop_after limit(duration<double>(1e-3), other.get_token());
  while (!limit.token().stop_requested()) std::this_thread::yield();
  CHECK(!other.stop_requested());
}

TEST_CASE("a token that was stopped before stops it at once") {
  std::stop_source other;
  other.request_stop();
  const stop_after limit(duration<double>(1e6), other.get_token());
  CHECK(limit.token().stop_requested());
}

TEST_CASE("its end does not ask to stop, and a token outlives it") {
  std::stop_token token;
  {
    const stop_after limit(duration<double>(1e6));
    token = limit.token();
  }
  CHECK(!token.stop_requested());
}
