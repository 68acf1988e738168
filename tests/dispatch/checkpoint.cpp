// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/checkpoint.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("a checkpoint replaces the former one when it is complete, not before") {
  memory_checkpoints s(10);
  CHECK_FALSE(s.find(1));
  CHECK_FALSE(read_checkpoint(s, 1));
  CHECK(write_checkpoint(s, {.job = 1, .progress = 5, .epoch = 2, .step = 3}, "first"));
  {
    auto w = s.begin({.job = 1, .bytes = 6});
    REQUIRE(w);
    w->append("sec");
  }
  CHECK(read_checkpoint(s, 1) == checkpoint{{1, 5, 2, 3, 5}, "first"});
  CHECK(write_checkpoint(s, {.job = 1, .progress = 9}, ""));
  CHECK(s.find(1) == checkpoint_note{1, 9, 0, 0, 0});
  s.erase(1);
  s.erase(1);
  CHECK_FALSE(s.find(1));
}

TEST_CASE("announced sizes are kept") {
  memory_checkpoints s(10);
  CHECK(s.begin({.job = 1, .bytes = 10}));
  CHECK_FALSE(s.begin({.job = 1, .bytes = 11}));
  CHECK_FALSE(write_checkpoint(s, {.job = 1}, "eleven byte"));
  auto w = s.begin({.job = 1, .bytes = 4});
  w->append("abc");
  CHECK_THROWS_AS(w->commit(), error);
  CHECK_THROWS_AS(w->append("de"), error);
  w->append("d");
  w->commit();
  CHECK(read_checkpoint(s, 1)->bytes == "abcd");
}
