// SPDX-License-Identifier: BSL-1.0
#include <sched/io/chart_svg.hpp>

#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.hpp"
#include "support/markup.hpp"

using namespace sched;

TEST_CASE("chart_svg: values that are not finite leave gaps, absurd sizes are brought to sense") {
  chart c;
  c.lanes.resize(1);
  c.panels.push_back({.curves = {{.points = {{0, 1.5}, {1, std::numeric_limits<double>::quiet_NaN()}, {2, 3}}}}});
  for (const svg_options& o :
       {svg_options{}, svg_options{.width = std::numeric_limits<double>::quiet_NaN(), .row_height = -4},
        svg_options{.width = -1, .row_height = std::numeric_limits<double>::infinity(), .height_limit = 0}}) {
    const std::string figure = chart_svg(c, o);
    REQUIRE(markup::xml_problem(figure) == "");
    REQUIRE(figure.find("nan") == std::string::npos);
    REQUIRE(figure.find("inf") == std::string::npos);
    const std::size_t path = figure.find("<path class=\"area\"");
    REQUIRE(markup::count(figure.substr(path, figure.find("/>", path) - path), "M") == 2);
  }
}

TEST_CASE("chart_svg: bars of many rows and scattered blocks, lanes and kinds, all of it well-formed") {
  chart c;
  c.title = "machine";
  c.classes = {{"a"}, {"b"}};
  c.lanes = {{.title = "rack 1", .rows = 4, .row_labels = {"n1", "n2", "n3", "n4"}},
             {.title = "rack 2", .rows = 4, .shaded = {{2, 5}}}};
  c.bars = {{.lane = 0,
             .row = 0,
             .rows = 2,
             .kind = 1,
             .start = 0,
             .finish = 9,
             .label = "job",
             .critical = true,
             .also = {{3, 1}}},
            {.lane = 1, .row = 1, .kind = 9, .start = 3, .finish = 3, .label = "event"}};
  c.markers = {{9, "now"}, {instant::infinity(), "never"}};
  const std::string figure = chart_svg(c);
  REQUIRE(markup::xml_problem(figure) == "");
  REQUIRE(markup::count(figure, "class=\"bar k1\"") == 1);
  REQUIRE(markup::count(figure, "class=\"more k1\"") == 1);
  REQUIRE(markup::count(figure, "class=\"milestone bar k1\"") == 1);  // kind 9 has the colour of kind 1
  REQUIRE(markup::count(figure, "class=\"mark\"") == 1);
  for (const char* name : {">rack 1<", ">n4<", ">rack 2<", ">now<"}) REQUIRE(markup::count(figure, name) == 1);
  REQUIRE(markup::count(figure, ">job<") == 2);  // in both blocks
  REQUIRE(markup::count(figure, ">never<") == 0);
  REQUIRE(figure == chart_svg(c));
}
