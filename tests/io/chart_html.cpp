// SPDX-License-Identifier: BSL-1.0
#include <sched/io/chart_html.hpp>

#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.hpp"
#include "support/markup.hpp"

using namespace sched;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE(
    "chart_html: times are offsets from the first, columns of one value are one value, texts that repeat a "
    "dictionary") {
  chart c;
  c.title = "t";
  c.lanes = {
      {.title = "cpu", .rows = 8, .row_labels = {"0", "1"}, .shaded = {{90, 120}, {120, instant::infinity()}, {5, 5}}}};
  for (std::int64_t k = 0; k < 4; ++k)
    c.bars.push_back(
        {.row = 2, .rows = 3, .start = 100 + k, .finish = 110 + k, .label = "same", .pauses = {{103, 104}}});
  c.bars[1].also = {{6, 2}};
  c.bars[2].deadline = 105;
  c.bars[3].critical = c.bars[3].late = true;
  c.links = {{0, 3, "SS+2", true}};
  c.columns = {{.name = "User", .texts = {"ann", "bob", "ann", "ann"}},
               {.name = "Wait", .shown_as = chart_column::style::span, .numbers = {1, 2, chart_column::none, 4}},
               {.name = "Submit", .shown_as = chart_column::style::when, .numbers = {100, 100, 101, 102}}};
  c.panels = {{.title = "q", .curves = {{.name = "used", .points = {{101, 1.5}, {104, 2}, {110, 0}}}}}};
  const std::string data = markup::page_data(chart_html(c));
  CAPTURE(data);
  REQUIRE(markup::json_reader(data).ok());
  for (const char* part : {"\"t0\":\"100\"", "\"s\":[0,1,2,3]", "\"w\":10,", "\"row\":2,", "\"h\":3,",
                           "\"flag\":[0,0,0,3]", "\"label\":{\"d\":[\"same\"],\"i\":0}", "\"dead\":[2,5]",
                           "\"pause\":[0,3,4,1,3,4,2,3,4,3,3,4]", "\"also\":[1,6,2]", "\"z\":[0,13]",
                           "\"ln\":[\"SS+2\"],\"le\":1,", "\"v\":{\"d\":[\"ann\",\"bob\"],\"i\":[0,1,0,0]}",
                           "\"v\":[1,2,null,4]", "\"v\":[0,0,1,2]", "\"x\":[1,3,6],\"y\":[1.5,2,0]"}) {
    CAPTURE(part);
    REQUIRE(has(data, part));
  }
}

TEST_CASE("chart_html: values that are not finite leave gaps") {
  chart c;
  c.lanes.resize(1);
  c.panels.push_back({.curves = {{.points = {{0, 1.5},
                                             {1, std::numeric_limits<double>::quiet_NaN()},
                                             {2, std::numeric_limits<double>::infinity()}}}}});
  REQUIRE(markup::page_data(chart_html(c)).find("\"y\":[1.5,null,null]") != std::string::npos);
}

TEST_CASE("chart_html: an empty chart is a page") {
  const std::string page = chart_html({});
  REQUIRE(markup::json_reader(markup::page_data(page)).ok());
  REQUIRE(markup::count(page, "<script") == 2);
}
