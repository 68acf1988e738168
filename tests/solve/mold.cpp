// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/mold.hpp>

#include <vector>

#include <sched/backfill.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// On 8 processors, of which 4 are busy until 10: narrow ends at 12, wide waits until 10 and ends at 14.
job moldable() {
  job j;
  j.id = 2;
  j.shapes = {{8, 4, 4}, {2, 12, 12}, {4, 12, 12}};
  return j;
}
std::uint32_t shape_under(mold_policy mold) {
  backfill b(8, order::fcfs{}, reserve::easy(), estimate::user{}, backfill_options{.mold = std::move(mold)});
  static_cast<void>(b.submit(rigid_job(1, 0, 4, 10, 10), 0));
  const job_handle h = b.submit(moldable(), 0);
  static_cast<void>(b.decide(0));
  if (b.phase(h) == job_phase::waiting) return 99;
  return b.shape_of(h);
}

}  // namespace

TEST_CASE("the shape that ends first is taken, of equals the smallest") {
  const std::vector<mold_option> options{{0, 8, 4, 10}, {1, 2, 12, 0}, {2, 4, 12, 0}};
  CHECK(mold::earliest_finish(options, 0) == 1);
  CHECK(shape_under({}) == 1);
  CHECK(shape_under(mold::earliest_finish) == 1);
}

TEST_CASE("the widest that can start now is taken, or the one that ends first") {
  CHECK(shape_under(mold::widest_now) == 2);
  const std::vector<mold_option> later{{0, 8, 4, 10}, {1, 2, 12, 3}};
  CHECK(mold::widest_now(later, 0) == 0);
}

TEST_CASE("a fixed shape waits for its place; a shape that the job does not have never starts") {
  CHECK(shape_under(mold::fixed(2)) == 2);
  CHECK(shape_under(mold::fixed(0)) == 99);
  CHECK(shape_under(mold::fixed(7)) == 99);
}

TEST_CASE("any function chooses among the shapes that have a place") {
  std::size_t asked = 0;
  const auto last = [&](std::span<const mold_option> o, instant now) {
    ++asked;
    CHECK(now == 0);
    return o.size() - 1;
  };
  CHECK(shape_under(last) == 2);
  CHECK(asked > 0);
}
