// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_calendar.hpp>

#include <string>
#include <vector>

#include <sched/calendar/algebra.hpp>
#include <sched/calendar/weekly.hpp>
#include <sched/calendar/yearly.hpp>
#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;
using calendar::any_calendar;

namespace {

any_calendar read_it(const std::string& text) {
  const io::json_document document(text, "f");
  return io::read_calendar(document.root());
}
std::string write(const any_calendar& c) {
  std::string out;
  io::append_json(out, c);
  return out;
}
std::string complaint(const std::string& text) {
  try {
    (void)read_it(text);
  } catch (const error& e) {
    return e.what();
  }
  return {};
}
bool same(const any_calendar& a, const any_calendar& b, std::int64_t from, std::int64_t to) {
  for (std::int64_t t = from; t < to; ++t)
    if (a.is_open(t) != b.is_open(t)) return false;
  return true;
}

constexpr instant inf = instant::infinity(), minus_inf = instant::minus_infinity();

/// Tells nothing about itself.
struct silent : calendar::never_open {
  std::optional<calendar::repetition> repeats() const noexcept { return std::nullopt; }
};

}  // namespace

TEST_CASE("read_calendar reads lists of open and of closed intervals") {
  const any_calendar open = read_it(R"({"open": [["-inf", 3], [5, 8], [7, 9]]})");
  CHECK(open.next_closed(-1000) == 3);
  CHECK(open.next_closed(5) == 9);
  CHECK(open.next_open(9) == inf);
  const any_calendar closed = read_it(R"({"closed": [[9, "inf"], [0, 2]]})");
  CHECK(closed.next_open(0) == 2);
  CHECK(closed.next_closed(2) == 9);
  CHECK(closed.next_open(9) == inf);
  CHECK_FALSE(read_it(R"({"open": []})").is_open(0));
  CHECK(read_it(R"({"closed": []})").is_open(0));
}

TEST_CASE("read_calendar reads periods with an origin and exceptions") {
  const any_calendar c =
      read_it(R"({"period": 10, "origin": 3, "open": [[0, 4], [8, 12]], "closed": [[23, 25]], "extra": [[30, 31]]})");
  // Open in [1, 7) + 10 k, closed in [23, 25), extra in [30, 31).
  for (std::int64_t t = -50; t < 80; ++t) {
    const std::int64_t r = ((t % 10) + 10) % 10;
    const bool expected = t >= 23 && t < 25 ? false : t == 30 || (r >= 1 && r < 7);
    CHECK(c.is_open(t) == expected);
  }
}

TEST_CASE("calendars are written in their shortest form") {
  using namespace calendar;
  CHECK(write(never_open{}) == R"({"open":[]})");
  CHECK(write(closed_periods({})) == R"({"closed":[]})");
  CHECK(write(closed_periods({{3, 5}, {5, 7}, {9, inf}})) == R"({"open":[["-inf",3],[7,9]]})");
  CHECK(write(closed_periods({{minus_inf, 3}, {5, 7}})) == R"({"closed":[["-inf",3],[5,7]]})");
  CHECK(write(open_periods({{3, 5}, {8, 9}})) == R"({"open":[[3,5],[8,9]]})");
  CHECK(write(periodic(10, {{8, 12}}, 3)) == R"({"period":10,"open":[[1,5]]})");
  CHECK(write(with_exceptions(periodic(7, {{0, 5}}), {{14, 16}}, {{26, 27}})) ==
        R"({"period":7,"open":[[0,5]],"closed":[[14,16]],"extra":[[26,27]]})");
  CHECK(write(with_exceptions(periodic(7, {{0, 5}}), {{14, inf}, {minus_inf, 0}})) == R"({"open":[[0,5],[7,12]]})");
}

TEST_CASE("calendars that end or begin are written with unbounded exceptions") {
  using namespace calendar;
  for (const any_calendar& c :
       std::vector<any_calendar>{with_exceptions(periodic(7, {{0, 5}}), {{70, inf}}),
                                 with_exceptions(periodic(7, {{0, 5}}), {{minus_inf, 3}}),
                                 with_exceptions(periodic(7, {{0, 5}}), {}, {{minus_inf, 3}}),
                                 with_exceptions(periodic(7, {{0, 5}}), {}, {{33, inf}}),
                                 with_exceptions(periodic(7, {{2, 5}}), {{minus_inf, 3}, {11, 12}}, {{33, inf}})}) {
    const std::string text = write(c);
    INFO(text);
    const any_calendar back = read_it(text);
    CHECK(same(c, back, -200, 300));
    CHECK(write(back) == text);
    CHECK(c.next_open(1000) == back.next_open(1000));
    CHECK(c.prev_closed(-1000) == back.prev_closed(-1000));
  }
}

TEST_CASE("every combination of the library's calendars survives writing and reading") {
  using namespace calendar;
  random_generator random(5);
  const auto list = [&] {
    std::vector<interval> out;
    for (auto k = random.below(5); k > 0; --k) {
      const auto start = static_cast<std::int64_t>(random.below(120)) - 40;
      out.push_back({start, start + static_cast<std::int64_t>(random.below(20))});
    }
    return out;
  };
  const auto one = [&]() -> any_calendar {
    switch (random.below(5)) {
      case 0: return open_periods(list());
      case 1: return closed_periods(list());
      case 2:
        return periodic(static_cast<std::int64_t>(random.below(12)) + 1, list(),
                        static_cast<std::int64_t>(random.below(30)));
      case 3: return with_exceptions(periodic(7, list()), list(), list());
      default: return never_open{};
    }
  };
  for (int round = 0; round < 500; ++round) {
    any_calendar c = one();
    for (auto k = random.below(3); k > 0; --k) {
      switch (random.below(4)) {
        case 0: c = unite(c, one()); break;
        case 1: c = intersect(c, one()); break;
        case 2: c = complement(c); break;
        default: c = shifted(c, static_cast<std::int64_t>(random.below(50)) - 25);
      }
    }
    std::string text;
    try {
      text = write(c);
    } catch (const error& e) {
      REQUIRE(e.reason() == "a calendar with different patterns before and after cannot be written");
      continue;
    }
    CAPTURE(text);
    const any_calendar back = read_it(text);
    REQUIRE(same(c, back, -400, 600));
    REQUIRE(write(back) == text);
  }
}

TEST_CASE("holidays of every year are written as what they are: 400 years") {
  const calendar::yearly c({calendar::holiday::on(12, 25)}, 24);
  const any_calendar back = read_it(write(c));
  for (std::int64_t day = -1000; day < 200'000; day += 1) {
    if (c.is_open(day * 24) == back.is_open(day * 24)) continue;
    FAIL("day " << day);
  }
}

TEST_CASE("append_json refuses calendars that it cannot describe") {
  using namespace calendar;
  CHECK_THROWS_WITH(write(silent{}), "a calendar that does not tell how it repeats cannot be written");
  CHECK_THROWS_WITH(write(with_exceptions(periodic(2, {{0, 1}}), {{0, 1}, {4'000'000, 4'000'001}})),
                    "a calendar with more than 1000000 breaks cannot be written");
  CHECK_THROWS_WITH(write(open_periods({{0, std::int64_t{1} << 61}})),
                    "a calendar that is irregular or repeats beyond 2^59 ticks cannot be written");
}

TEST_CASE("read_calendar says line, place and reason of what is malformed") {
  CHECK(complaint("[]") == "f:1: expected an object");
  CHECK(complaint("{}") == "f:1: expected \"open\" or \"closed\", or a \"period\"");
  CHECK(complaint(R"({"open": [], "closed": []})") == "f:1: expected \"open\" or \"closed\", or a \"period\"");
  CHECK(complaint(R"({"open": [], "extra": []})") == "f:1: /extra: without a period");
  CHECK(complaint(R"({"open": [], "origin": 1})") == "f:1: /origin: without a period");
  CHECK(complaint(R"({"period": 7})") == "f:1: member 'open' is missing");
  CHECK(complaint(R"({"period": 0, "open": []})") == "f:1: /period: outside 1 to 1152921504606846976");
  CHECK(complaint(R"({"open": [[1, 2], [3]]})") == "f:1: /open/1: expected [start, finish]");
  CHECK(complaint("{\"open\": [[1, 2],\n[3, 4, 5]]}") == "f:2: /open/1: expected [start, finish]");
  CHECK(complaint(R"({"open": [[5, 3]]})") == "f:1: /open/0: finishes before it starts");
  CHECK(complaint(R"({"open": [[1.5, 3]]})") == "f:1: /open/0/0: expected a whole number");
  CHECK(complaint(R"({"open": [["x", 3]]})") == "f:1: /open/0/0: expected a whole number, \"inf\" or \"-inf\"");
  CHECK(complaint(R"({"open": [["inf", "-inf"]]})") == "f:1: /open/0: finishes before it starts");
  CHECK(complaint(R"({"period": 7, "open": [["-inf", 3]]})") == "f:1: an interval of a periodic calendar is unbounded");
  CHECK(complaint(R"({"weekly": 7})") == "f:1: unknown member 'weekly'");
}
