// SPDX-License-Identifier: BSL-1.0
#include <sched/io/roadmap_gantt.hpp>

#include <sched/core/error.hpp>
#include <sched/generate.hpp>
#include <sched/io/chart_svg.hpp>
#include <sched/roadmap.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/native_roadmaps.hpp"

using namespace sched;

namespace {

roadmap two_people() {
  roadmap map;
  map.name = "Two";
  map.now = 20'089;
  map.people.emplace();
  map.people->resources = {{.name = "ann"}, {.name = "bob", .closed = {{20'091, 20'092}}}};
  map.tasks = {{.id = "a", .name = "Alpha", .duration = 3, .resources = {"ann", "bob"}},
               {.id = "b", .duration = 2, .dependencies = {{"a", 1}}, .spec = "*", .end_before = 20'090},
               {.id = "m", .duration = 0, .dependencies = {{"b", 0}}},
               {.id = "x", .duration = 1},
               {.id = "old", .duration = 1, .resources = {"ann"}}};
  map.completed = {"old"};
  return map;
}

const chart_column& column(const chart& c, const std::string& name) {
  const auto at = std::ranges::find(c.columns, name, &chart_column::name);
  REQUIRE(at != c.columns.end());
  return *at;
}

}  // namespace

TEST_CASE("lanes of people with what they do") {
  const roadmap map = two_people();
  const roadmap_result r = plan_roadmap(map);
  const chart c = roadmap_chart(map, {}, r);
  CHECK(c.title == "Two");
  CHECK(c.axis.seconds_per_tick == 86'400);
  REQUIRE(c.lanes.size() == 3);
  CHECK(c.lanes[0].title == "ann");
  CHECK(c.lanes[0].shaded.empty());
  REQUIRE(c.lanes[1].shaded.size() == 1);
  CHECK(c.lanes[1].shaded[0] == interval{20'091, 20'093});
  CHECK(c.lanes[2].title == "Milestones");
  REQUIRE(c.bars.size() == 4);  // a twice
  CHECK(c.bars[0].label == "Alpha");
  CHECK(c.bars[0].lane != c.bars[1].lane);
  CHECK(c.bars[1].pauses == std::vector<interval>{{20'091, 20'093}});
  CHECK(c.bars[2].late);
  CHECK(c.bars[2].due == 20'091);
  CHECK(c.bars[3].start == c.bars[3].finish);
  REQUIRE(c.links.size() == 2);
  CHECK(c.links[0].label == "+1 day");
  CHECK(column(c, "Why").texts[2].find("behind a + 1 day") != std::string::npos);
  CHECK(column(c, "By").texts[0] == "ann, bob");
  std::vector<std::string> notes;
  for (const chart_note& n : c.notes) notes.push_back(n.title);
  for (const char* name : {"Not placed", "Late", "Completed"}) CHECK(std::ranges::count(notes, name) == 1);
}

TEST_CASE("rows of tasks, and both") {
  const roadmap map = two_people();
  const roadmap_result r = plan_roadmap(map);
  const chart rows = roadmap_chart(map, {}, r, {.title = "Rows", .lanes = roadmap_lanes::tasks});
  CHECK(rows.title == "Rows");
  REQUIRE(rows.lanes.size() == 1);
  CHECK(rows.lanes[0].rows == 3);
  CHECK(rows.lanes[0].named_by_bars);
  const chart both = roadmap_chart(map, {}, r, {.lanes = roadmap_lanes::both, .facts = {{"Author", "me", {}}}});
  CHECK(both.lanes.size() == 4);
  CHECK(both.bars.size() == 7);
  CHECK(both.facts.back().name == "Author");
}

TEST_CASE("every algorithm, mode and tick makes a page and a figure") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    random_generator random(seed);
    roadmap_options o;
    const std::int64_t days[] = {1, 24, 7};
    o.ticks_per_day = days[seed % 3];
    o.algorithm = static_cast<roadmap_algorithm>(seed / 3 % 3);
    o.mode = seed % 5 == 0 ? static_cast<roadmap_mode>(1 + seed / 5 % 2) : roadmap_mode::native;
    const roadmap map = o.mode == roadmap_mode::native ? native_roadmap(random, {.ticks_per_day = o.ticks_per_day})
                                                       : random_roadmap(random_roadmap_case(seed));
    const roadmap_result r = plan_roadmap(map, o);
    const chart c = roadmap_chart(map, o, r, {.lanes = static_cast<roadmap_lanes>(seed % 3)});
    CHECK(c.bars.size() >= r.placed.size());
    for (const chart_column& k : c.columns) CHECK(k.texts.size() == c.bars.size());
    for (const chart_bar& b : c.bars) {
      CHECK(b.lane < c.lanes.size());
      CHECK(b.row < c.lanes[b.lane].rows);
      CHECK(b.kind < c.classes.size());
    }
    CHECK(chart_html(c).size() > 10'000);
    CHECK(chart_svg(c).find("<svg") != std::string::npos);
  }
}

TEST_CASE("nothing to draw, and a result of something else") {
  CHECK(roadmap_chart({}, {}, {}).bars.empty());
  roadmap_result r;
  r.placed = {{.task = 9}};
  CHECK_THROWS_AS(roadmap_chart(two_people(), {}, r), error);
  r.placed = {{.task = 0, .resources = {5}}};
  CHECK_THROWS_AS(roadmap_chart(two_people(), {}, r), error);
}
