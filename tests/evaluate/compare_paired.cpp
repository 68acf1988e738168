// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/compare_paired.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("pairs see a difference that the spread of the cases hides") {
  // The second is 1 better in every case, the cases are hundreds apart.
  const std::vector<double> values{100, 99, 340, 339.5, 720, 718.5, 30, 29};
  const auto s = compare_paired(values, 2);
  REQUIRE(s.size() == 2);
  CHECK(s[0].mean == Approx(297.5));
  CHECK(s[1].mean == Approx(296.5));
  CHECK(s[0].difference == 0);
  CHECK_FALSE(s[0].differs());
  CHECK(s[1].difference == Approx(-1));
  CHECK(s[1].differs());
  CHECK(s[1].apart.high < 0);
  CHECK(s[1].interval.contains(s[0].mean));  // unpaired they could not be told apart
  CHECK(s[0].cases == 4);
}

TEST_CASE("ranks are shared by equals and follow the direction") {
  const std::vector<double> values{5, 5, 9, 1, 2, 3};
  const auto less = compare_paired(values, 3);
  CHECK(less[0].rank == Approx((1.5 + 1) / 2));
  CHECK(less[1].rank == Approx((1.5 + 2) / 2));
  CHECK(less[2].rank == Approx(3));
  const auto more = compare_paired(values, 3, true);
  CHECK(more[0].rank == Approx((2.5 + 3) / 2));
  CHECK(more[2].rank == Approx(1));
}

TEST_CASE("without cases, and of one case, nothing differs") {
  const auto none = compare_paired({}, 2);
  REQUIRE(none.size() == 2);
  CHECK(none[1].cases == 0);
  CHECK_FALSE(none[1].differs());
  const auto one = compare_paired(std::vector<double>{1, 2}, 2);
  CHECK(one[1].difference == 1);
  CHECK_FALSE(one[1].differs());
}
