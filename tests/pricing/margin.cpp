// SPDX-License-Identifier: BSL-1.0
#include <sched/pricing/margin.hpp>

#include <algorithm>
#include <cstdint>

#include "support/catch.hpp"

using namespace sched;

namespace {
struct asks_little {
  static constexpr unsigned needs = margin_part::last_accepted_offer;
};
struct says_nothing {};
}  // namespace

TEST_CASE("what is missing in a margin record never wins") {
  const margin_record<double> m;
  CHECK(std::max(m.last_accepted_offer, -1e300) == -1e300);
  CHECK(std::min(m.first_rejected_offer, 1e300) == 1e300);
  CHECK(std::min(m.last_accepted_bid, 1e300) == 1e300);
  CHECK(std::max(m.first_rejected_bid, -1e300) == -1e300);
  CHECK_FALSE(exists(m.lo));
  CHECK_FALSE(exists(m.hi));
  CHECK(exists(0.0));
  const margin_record<std::int64_t> ticks;
  CHECK_FALSE(exists(ticks.lo));
  CHECK(exists(std::int64_t{-500}));
}

TEST_CASE("a rule that does not say what it needs gets the whole record") {
  CHECK(margin_needs<asks_little>() == margin_part::last_accepted_offer);
  CHECK(margin_needs<says_nothing>() == margin_part::all);
}
