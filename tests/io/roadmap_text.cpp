// SPDX-License-Identifier: BSL-1.0
#include <sched/io/roadmap_text.hpp>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;
using namespace sched::io;
using calendar::days_from_civil;

namespace {

constexpr text_rules lenient = text_rules::lenient;

template <class Read>
std::string complaint_of(Read read) {
  try {
    (void)read();
  } catch (const error& e) {
    CHECK(e.line() == 0);
    return e.what();
  }
  return {};
}
std::string date_complaint(std::string_view t) {
  return complaint_of([&] { return parse_date(t); });
}
std::string effort_complaint(std::string_view t) {
  return complaint_of([&] { return parse_effort(t); });
}
std::string timeframe_complaint(std::string_view t) {
  return complaint_of([&] { return parse_timeframe(t); });
}
std::string dependency_complaint(std::string_view t) {
  return complaint_of([&] { return parse_dependency(t); });
}
std::string allocation_complaint(std::string_view t) {
  return complaint_of([&] { return parse_allocation(t); });
}

std::string range_text(const std::optional<day_range>& r) {
  return r ? date_text(r->first) + " " + date_text(r->last) : "none";
}

}  // namespace

TEST_CASE("a date is YYYY-MM-DD and nothing else") {
  CHECK(parse_date("2025-01-31") == days_from_civil({2025, 1, 31}));
  CHECK(parse_date(" 2024-02-29\t") == days_from_civil({2024, 2, 29}));
  CHECK(parse_date("0000-01-01") == days_from_civil({0, 1, 1}));
  CHECK(date_complaint("2025-13-01") == "date '2025-13-01', character 6: there is no such month");
  CHECK(date_complaint("2025-00-01") == "date '2025-00-01', character 6: there is no such month");
  CHECK(date_complaint("2025-02-29") == "date '2025-02-29', character 9: there is no such day");
  CHECK(date_complaint("2025-1-2") == "date '2025-1-2', character 7: expected two digits");
  CHECK(date_complaint("2025/01/02") == "date '2025/01/02', character 5: expected '-'");
  CHECK(date_complaint("2025-01/02") == "date '2025-01/02', character 8: expected '-'");
  CHECK(date_complaint("2025-01-02T00:00") == "date '2025-01-02T00:00', character 11: more behind the date");
  CHECK(date_complaint("") == "date '', character 1: expected YYYY-MM-DD");
  CHECK(date_complaint("  soon\x01") == "date '  soon\\x01', character 3: expected YYYY-MM-DD");
  for (const char* bad :
       {"2025-13-01", "2025-02-29", "2025-1-2", "", "soon", "-2025-01-01", "2025-01-0", "2025-01-001"})
    CHECK_FALSE(parse_date(bad, lenient));
}

TEST_CASE("dates are written as they are read, from year 0 to 9999") {
  const day_number first = days_from_civil({0, 1, 1}), last = days_from_civil({9999, 12, 31});
  for (day_number d = first; d <= last; d += 31) REQUIRE(parse_date(date_text(d)) == d);
  CHECK(date_text(last) == "9999-12-31");
  CHECK(date_text(last + 1) == "10000-01-01");
  CHECK(date_text(first - 1) == "-0001-12-31");
  CHECK(date_text(instant::max().count()) == date_text(9'000'000'000'000'000'000));
  CHECK(date_text(instant::min().count()).starts_with('-'));
}

TEST_CASE("a tick is a date, with the time of day or the fraction of the day behind it") {
  const std::int64_t day = days_from_civil({2025, 1, 31});
  CHECK(tick_text(day) == "2025-01-31");
  CHECK(tick_text(day * 24, 24) == "2025-01-31");
  CHECK(tick_text(day * 24 + 14, 24) == "2025-01-31T14:00:00");
  CHECK(tick_text(day * 1440 + 870, 1440) == "2025-01-31T14:30:00");
  CHECK(tick_text(day * 86'400 + 1, 86'400) == "2025-01-31T00:00:01");
  CHECK(tick_text(day * 7 + 1, 7) == "2025-01-31+1/7");
  CHECK(tick_text(-1, 24) == "1969-12-31T23:00:00");
  CHECK(tick_text(instant::infinity()) == "never");
  CHECK(tick_text(instant::minus_infinity()) == "ever");
}

TEST_CASE("decimal numbers are written without exponent") {
  CHECK(decimal_text(1) == "1.0");
  CHECK(decimal_text(0.5) == "0.5");
  CHECK(decimal_text(1e9) == "1000000000.0");
  CHECK(decimal_text(0.1 + 0.2) == "0.30000000000000004");
  CHECK(parse_allocation("a:" + decimal_text(5e-324)).second == 5e-324);
  CHECK(parse_allocation("a:" + decimal_text(2.2250738585072014e-308)).second == 2.2250738585072014e-308);
}

TEST_CASE("an effort is a number of working days, weeks or months, or L") {
  CHECK(parse_effort("5d") == 7.0);
  CHECK(parse_effort("1d") == 1.4);
  CHECK(parse_effort("2.5d") == 3.5);
  CHECK(parse_effort(".5d") == 0.7);
  CHECK(parse_effort("0d") == 0.0);
  CHECK(parse_effort("2w") == 14.0);
  CHECK(parse_effort("0.5W") == 3.5);
  CHECK(parse_effort("1.5m") == 45.0);
  CHECK(parse_effort("3M") == 90.0);
  CHECK(parse_effort("  l ") == 60.0);
  CHECK(parse_effort("L") == 60.0);
  for (int n = 0; n < 400; ++n) {
    CHECK(parse_effort(std::to_string(n) + "w") == 7.0 * n);
    CHECK(parse_effort(std::to_string(5 * n) + "d") == 7.0 * n);
    CHECK(parse_effort(std::to_string(n) + "d", text_rules::strict, effort_days::working) == n);
    CHECK(parse_effort(std::to_string(n) + "w", text_rules::strict, effort_days::working) == 5.0 * n);
    CHECK(parse_effort(std::to_string(7 * n) + "m", text_rules::strict, effort_days::working) == 150.0 * n);
  }
  CHECK(parse_effort("L", text_rules::strict, effort_days::working) == 300.0 / 7);
}

TEST_CASE("a malformed effort is an error with its position, or one week") {
  CHECK(effort_complaint("5x") == "effort '5x', character 2: expected d, w or m");
  CHECK(effort_complaint("5") == "effort '5', character 2: expected d, w or m");
  CHECK(effort_complaint("5 d") == "effort '5 d', character 2: expected d, w or m");
  CHECK(effort_complaint("5days") == "effort '5days', character 3: more behind the unit");
  CHECK(effort_complaint("LL") == "effort 'LL', character 2: more behind 'L'");
  CHECK(effort_complaint(" XL") == "effort ' XL', character 2: expected a number with d, w or m behind it, or L");
  CHECK(effort_complaint("-5d") == "effort '-5d', character 1: expected a number with d, w or m behind it, or L");
  CHECK(effort_complaint("1.2.3d") == "effort '1.2.3d', character 4: expected d, w or m");
  CHECK(effort_complaint(".d") == "effort '.d', character 1: expected a number with d, w or m behind it, or L");
  CHECK(effort_complaint("1e3d") == "effort '1e3d', character 2: expected d, w or m");
  CHECK(effort_complaint("") == "effort '', character 1: expected a number with d, w or m behind it, or L");
  CHECK(effort_complaint("9999999999d") == "effort '9999999999d', character 1: more than 10^9 days");
  CHECK(effort_complaint(std::string(400, '9') + "d").ends_with("more than 10^9 days"));
  for (const char* bad : {"5x", "5", "", "XL", "-5d", "5 d", ".d", "1e3d", "nan", "infd"}) {
    CHECK(parse_effort(bad, lenient) == 7.0);
    CHECK(parse_effort(bad, lenient, effort_days::working) == 5.0);
  }
  CHECK(parse_effort("9999999999d", lenient) == 1e9);
  CHECK(parse_effort(std::string(400, '9') + "w", lenient) == 1e9);
  CHECK(parse_effort("0." + std::string(400, '0') + "1w") == 0.0);
}

TEST_CASE("a dependency is an id, with a lag in calendar days behind a plus") {
  using d = roadmap_dependency;
  CHECK(parse_dependency("a") == d{"a", 0});
  CHECK(parse_dependency("  two words ") == d{"two words", 0});
  CHECK(parse_dependency("a + 5d") == d{"a", 5});
  CHECK(parse_dependency("a+2w") == d{"a", 14});
  CHECK(parse_dependency(" a-b  +  1.5M ") == d{"a-b", 45});
  CHECK(parse_dependency("c++ + 1d") == d{"c++", 1});
  CHECK(dependency_complaint("a + 5x") == "dependency 'a + 5x', character 6: expected d, w or m");
  CHECK(dependency_complaint("a + L") ==
        "dependency 'a + L', character 5: expected a lag: a number with d, w or m behind it");
  CHECK(dependency_complaint("a +") ==
        "dependency 'a +', character 4: expected a lag: a number with d, w or m behind it");
  CHECK(dependency_complaint(" + 5d") == "dependency ' + 5d', character 2: there is no id in front");
  CHECK(dependency_complaint(" ") == "dependency ' ', character 1: there is no id");
  CHECK(dependency_complaint("a + 1dd") == "dependency 'a + 1dd', character 7: more behind the unit");
  CHECK(dependency_complaint("a + 9999999999d") == "dependency 'a + 9999999999d', character 5: more than 10^9 days");
  CHECK(parse_dependency("a + 5x", lenient) == d{"a + 5x", 0});
  CHECK(parse_dependency(" c++ ", lenient) == d{"c++", 0});
  CHECK(parse_dependency("", lenient) == d{"", 0});
  CHECK(parse_dependency("a + 9999999999w", lenient) == d{"a", 1e9});
}

TEST_CASE("timeframes are years, quarters, half-years, months and weeks") {
  const auto text = [](std::string_view t, int fiscal = 1) {
    return range_text(parse_timeframe(t, text_rules::strict, fiscal));
  };
  CHECK(text("2025") == "2025-01-01 2025-12-31");
  CHECK(text("2025q1") == "2025-01-01 2025-03-31");
  CHECK(text("2024Q1") == "2024-01-01 2024-03-31");
  CHECK(text("2025q4") == "2025-10-01 2025-12-31");
  CHECK(text("2025h1") == "2025-01-01 2025-06-30");
  CHECK(text(" 2025H2 ") == "2025-07-01 2025-12-31");
  CHECK(text("2024-02") == "2024-02-01 2024-02-29");
  CHECK(text("2025-12") == "2025-12-01 2025-12-31");
  CHECK(text("2025w01") == "2024-12-30 2025-01-05");
  CHECK(text("2025W53") == "2025-12-29 2026-01-04");
  CHECK(text("2026w53") == "2026-12-28 2027-01-03");
  CHECK(text("2025q4", 4) == "2026-01-01 2026-03-31");
  CHECK(text("2025q1", 4) == "2025-04-01 2025-06-30");
  CHECK(text("2025h2", 10) == "2026-04-01 2026-09-30");
  CHECK(text("2025q4", 12) == "2026-09-01 2026-11-30");
  CHECK(text("2025", 4) == "2025-01-01 2025-12-31");
  CHECK(text("2025-02", 4) == "2025-02-01 2025-02-28");
  CHECK_THROWS_AS(parse_timeframe("2025", lenient, 0), error);
  CHECK_THROWS_AS(parse_timeframe("2025", lenient, 13), error);
}

TEST_CASE("a malformed timeframe is an error with its position, or no constraint") {
  CHECK(timeframe_complaint("2025q5") == "timeframe '2025q5', character 6: there is no such quarter");
  CHECK(timeframe_complaint("2025h0") == "timeframe '2025h0', character 6: there is no such half-year");
  CHECK(timeframe_complaint("2025-13") == "timeframe '2025-13', character 6: there is no such month");
  CHECK(timeframe_complaint("2025w00") == "timeframe '2025w00', character 5: there is no such week");
  CHECK(timeframe_complaint("2025w54") == "timeframe '2025w54', character 5: there is no such week");
  CHECK(timeframe_complaint("2025w1") == "timeframe '2025w1', character 7: expected two digits");
  CHECK(timeframe_complaint("2025x1") == "timeframe '2025x1', character 5: expected q, h, w or - behind the year");
  CHECK(timeframe_complaint("2025q12") == "timeframe '2025q12', character 7: more behind the timeframe");
  CHECK(timeframe_complaint("soon") == "timeframe 'soon', character 1: expected a year of four digits");
  for (const char* bad :
       {"2025q5", "2025h3", "2025-00", "2025w00", "2025w54", "q1", "2025 q1", "2025-01-01", "", "25q1"})
    CHECK_FALSE(parse_timeframe(bad, lenient));
}

TEST_CASE("weeks are those of a walk over the calendar") {
  // Walk over the days; a week belongs to the year that holds its Thursday and is counted there.
  day_number monday = days_from_civil({1899, 12, 25});
  REQUIRE(calendar::weekday_of(monday) == calendar::weekday::monday);
  std::int64_t year = 0;
  int week = 0;
  for (; monday < days_from_civil({2101, 1, 1}); monday += 7) {
    const std::int64_t here = calendar::civil_from_days(monday + 3).year;
    week = here == year ? week + 1 : 1;
    year = here;
    if (year < 1900 || (year == 1900 && week == 0)) continue;
    const std::string text = std::to_string(year) + (week < 10 ? "w0" : "w") + std::to_string(week);
    REQUIRE(parse_timeframe(text) == day_range{monday, monday + 6});
    if (week == 52) {  // w53 exists even where the next year begins
      const std::string next = std::to_string(year) + "w53";
      REQUIRE(parse_timeframe(next) == day_range{monday + 7, monday + 13});
    }
  }
}

TEST_CASE("quarters, half-years and months partition every fiscal year") {
  for (int year = 1999; year < 2005; ++year)
    for (int start = 1; start <= 12; ++start) {
      const std::string y = std::to_string(year);
      day_number next = days_from_civil({year, start, 1});
      for (int q = 1; q <= 4; ++q) {
        const auto r = parse_timeframe(y + "q" + std::to_string(q), text_rules::strict, start);
        REQUIRE(r->first == next);
        next = r->last + 1;
      }
      REQUIRE(next == days_from_civil({year + 1, start, 1}));
      const auto h1 = parse_timeframe(y + "h1", text_rules::strict, start);
      const auto h2 = parse_timeframe(y + "h2", text_rules::strict, start);
      REQUIRE(h1->first == days_from_civil({year, start, 1}));
      REQUIRE(h1->last + 1 == h2->first);
      REQUIRE(h2->last + 1 == next);
    }
  day_number next = days_from_civil({2000, 1, 1});
  for (int m = 0; m < 120; ++m) {
    const std::string text = std::to_string(2000 + m / 12) + (m % 12 < 9 ? "-0" : "-") + std::to_string(m % 12 + 1);
    const auto r = parse_timeframe(text);
    REQUIRE(r->first == next);
    next = r->last + 1;
  }
}

TEST_CASE("an allocation stands behind a colon") {
  using p = std::pair<std::string, double>;
  CHECK(parse_allocation("alice") == p{"alice", 1});
  CHECK(parse_allocation("alice:0.5") == p{"alice", 0.5});
  CHECK(parse_allocation(" alice : 2 ") == p{"alice", 2});
  CHECK(parse_allocation("a:b:0.5", text_rules::strict, allocation_colon::last) == p{"a:b", 0.5});
  CHECK(allocation_complaint("a:b:0.5") == "resource 'a:b:0.5', character 3: expected an allocation, a number");
  CHECK(allocation_complaint("alice:") == "resource 'alice:', character 7: expected an allocation, a number");
  CHECK(allocation_complaint("alice:0.5x") == "resource 'alice:0.5x', character 10: more behind the allocation");
  CHECK(allocation_complaint("alice:-1") == "resource 'alice:-1', character 7: expected an allocation, a number");
  CHECK(allocation_complaint("alice:9999999999") ==
        "resource 'alice:9999999999', character 7: an allocation above 10^9");
  CHECK(allocation_complaint(":1") == "resource ':1', character 1: there is no name");
  CHECK(parse_allocation("alice:many", lenient) == p{"alice", 1});
  CHECK(parse_allocation("a:b:0.5", lenient) == p{"a", 1});
  CHECK(parse_allocation("", lenient) == p{"", 1});
}

TEST_CASE("random texts are either understood or refused in one printable line, and lenient reading never fails") {
  random_generator random(5);
  const std::string_view letters = "0123456789..+++:--dwmlqhDWMLQH x\x80\n";
  int understood = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::uint64_t n = random.below(9); n > 0; --n) text += letters[random.below(letters.size())];
    const auto check = [&](auto read) {
      const std::string what = complaint_of([&] { return read(text_rules::strict); });
      REQUIRE(what.find('\n') == std::string::npos);
      if (!what.empty()) REQUIRE(what.find(", character ") != std::string::npos);
      understood += what.empty() ? 1 : 0;
      REQUIRE_NOTHROW(read(lenient));
    };
    check([&](text_rules r) { return parse_date(text, r); });
    check([&](text_rules r) { return parse_effort(text, r); });
    check([&](text_rules r) { return parse_dependency(text, r); });
    check([&](text_rules r) { return parse_timeframe(text, r); });
    check([&](text_rules r) { return parse_allocation(text, r); });
    REQUIRE(std::isfinite(parse_effort(text, lenient)));
    REQUIRE(std::isfinite(parse_dependency(text, lenient).lag));
  }
  CHECK(understood > 1000);
}
