// SPDX-License-Identifier: BSL-1.0
#include <sched/io/search_trace.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <sched/io/chart_html.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

std::string fact(const chart& c, const std::string& name) {
  for (const chart_fact& f : c.facts)
    if (f.name == name) return f.value;
  return "none";
}

}  // namespace

TEST_CASE("a trace shows best, bound, gap and schedules over time") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<trace_point> points{
      {duration(0), 0, nan, 80}, {duration(3), 1, 120, 80}, {duration(9), 40, 100, 80}, {duration(50), 500, 100, 80}};
  const chart c = search_trace(points, {.title = "a & b"});
  REQUIRE(c.panels.size() == 3);
  REQUIRE(c.panels[0].curves.size() == 2);
  const auto& best = c.panels[0].curves[0].points;
  REQUIRE(best.size() == 4);
  CHECK(std::isnan(best[0].value));
  CHECK((best[1].value == 120 && best[2].value == 100 && best[2].time == 9));
  CHECK(c.panels[0].curves[1].points[0].value == 80);
  CHECK(std::isnan(c.panels[1].curves[0].points[0].value));
  CHECK(c.panels[1].curves[0].points[3].value == 20);
  CHECK(c.panels[2].curves[0].points[3].value == 500);
  CHECK(fact(c, "Makespan") == "100");
  CHECK(fact(c, "Lower bound") == "80");
  CHECK(fact(c, "Gap") == "20 %");
  CHECK(fact(c, "Found after") == "9 ms");
  CHECK(fact(c, "Schedules") == "500");
  CHECK(fact(c, "Improvements") == "2");
  REQUIRE(c.markers.size() == 1);
  CHECK(c.markers[0].time == 9);
  REQUIRE(c.bars.size() == 2);
  CHECK((c.bars[0].label == "120" && c.bars[0].start == 3 && c.bars[0].finish == 9));
  CHECK((c.bars[1].label == "100" && c.bars[1].start == 9 && c.bars[1].finish == 50 && c.bars[1].row == 1));
  CHECK(c.columns.at(0).numbers == std::vector<std::int64_t>{1, 40});
  CHECK(c.extent() == interval{0, 50});
  CHECK_THAT(chart_html(c), sched_test::contains("a &amp; b"));
}

TEST_CASE("a trace without a schedule, without a bound and of values below 0") {
  const chart none = search_trace({});
  CHECK(fact(none, "Makespan") == "none");
  CHECK(fact(none, "Improvements") == "0");
  const std::vector<trace_point> points{{duration(1), 1, -3.256}, {duration(2), 5, -4.5}};
  const chart c = search_trace(points, {.value_name = "Net present value, sign turned", .unit = ""});
  CHECK(fact(c, "Net present value, sign turned") == "-4.5");
  CHECK(fact(c, "Gap") == "none");
  CHECK(fact(c, "Found after") == "2");
  CHECK(std::isnan(c.panels[1].curves[0].points[1].value));
}
