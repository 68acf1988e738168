// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/repetition.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"

#include <sched/calendar/recurring.hpp>

using namespace sched;
using calendar::repetition;

TEST_CASE("repeats is empty for a calendar that does not tell") {
  const auto c = calendar::periodic(10, {{0, 4}}, 3);
  CHECK(calendar::repeats(c)->period == duration(10));
  CHECK(!calendar::repeats(calendar_model::opaque(c)));
}
TEST_CASE("a combination repeats with the least common multiple, if that is in range") {
  CHECK(calendar::detail::common(repetition{-5, 7, 6}, repetition{0, 2, 4}) == repetition{-5, 7, 12});
  CHECK(!calendar::detail::common(repetition{0, 0, (std::int64_t{1} << 40) + 1},
                                  repetition{0, 0, std::int64_t{1} << 40}));
  CHECK(!calendar::detail::common(repetition{}, std::nullopt));
}
TEST_CASE("division rounds down and saturation does not wrap") {
  CHECK(calendar::detail::floor_divide(-1, 7).quotient == -1);
  CHECK(calendar::detail::floor_divide(-1, 7).remainder == 6);
  CHECK(calendar::detail::saturate(int128{1} << 70) == instant::infinity());
  CHECK(calendar::detail::saturate(-(int128{1} << 70)) == instant::minus_infinity());
  CHECK(calendar::detail::advance(instant::min(), ~std::uint64_t{0}) == instant::infinity());
  CHECK(calendar::detail::advance(instant::min(), std::uint64_t{1} << 63) == instant(1));
}
