// SPDX-License-Identifier: BSL-1.0
#include <sched/io/gantt.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/small_projects.hpp"

using namespace sched;

namespace {

const chart_column* column(const chart& c, const std::string& name) {
  for (const chart_column& x : c.columns)
    if (x.name == name) return &x;
  return nullptr;
}

std::string fact(const chart& c, const std::string& name) {
  for (const chart_fact& f : c.facts)
    if (f.name == name) return f.value;
  return "-";
}

}  // namespace

TEST_CASE("gantt_of: one bar and one row per placed task, by start or by number") {
  const project p = small::random_project(4, 20, 2);
  const schedule s = small::first_fit(p);
  const chart by_start = gantt_of(p, s);
  REQUIRE(by_start.bars.size() == 20);
  REQUIRE(by_start.lanes.at(0).rows == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    REQUIRE(by_start.bars[i].row == i);
    if (i > 0) REQUIRE(by_start.bars[i - 1].start <= by_start.bars[i].start);
  }
  const chart by_number = gantt_of(p, s, {.order = gantt_order::number});
  for (std::size_t i = 0; i < 20; ++i) {
    REQUIRE(by_number.bars[i].label == std::to_string(i + 1));
    REQUIRE(by_number.bars[i].start == s.start[i]);
    REQUIRE(by_number.bars[i].finish == s.finish[i]);
  }
  std::size_t different = 0;  // relations that the project has twice are one link
  for (std::size_t i = 0; i < 20; ++i) {
    const auto row = p.predecessors(task_id(i));
    for (auto l = row.begin(); l != row.end(); ++l) different += l == row.begin() || !(*l == *(l - 1)) ? 1U : 0U;
  }
  REQUIRE(different < p.precedences().arc_count());
  REQUIRE(by_number.links.size() == different);
  for (const chart_link& l : by_start.links) REQUIRE(by_start.bars[l.from].finish <= by_start.bars[l.to].start);
}

TEST_CASE("gantt_of: tasks that are not placed are a note, a fact and no bar") {
  const project p = small::random_project(4, 10, 2);
  schedule s = small::first_fit(p);
  s.start[3] = s.finish[3] = instant::infinity();
  s.finish[7] = instant::infinity();
  const chart c = gantt_of(p, s);
  REQUIRE(c.bars.size() == 8);
  REQUIRE(c.notes.at(0).items == std::vector<std::string>{"4", "8"});
  REQUIRE(fact(c, "Not placed") == "2");
  for (const chart_link& l : c.links) REQUIRE((l.from < 8 && l.to < 8));
  REQUIRE(gantt_of(p, schedule{}).notes.at(0).items.size() == 10);
}

TEST_CASE("gantt_of: an empty project makes an empty chart") {
  const chart c = gantt_of(project{}, schedule{});
  REQUIRE(c.bars.empty());
  REQUIRE(c.notes.empty());
  REQUIRE(c.markers.empty());
  REQUIRE(fact(c, "Tasks") == "0");
  REQUIRE(c.title == "Schedule");
}

TEST_CASE("gantt_of: header facts name what the options say") {
  const project p = small::random_project(4, 10, 2);
  const schedule s = small::first_fit(p);
  const chart c = gantt_of(p, s,
                           {.title = "T",
                            .instance = "x.sm",
                            .solver = "serial",
                            .rule = "lft",
                            .status = status::optimal,
                            .lower_bound = duration(7),
                            .axis = {.unit = "h"},
                            .facts = {{"Seed", "3"}}});
  REQUIRE(c.title == "T");
  REQUIRE(fact(c, "Instance") == "x.sm");
  REQUIRE(fact(c, "Solver") == "serial");
  REQUIRE(fact(c, "Rule") == "lft");
  REQUIRE(fact(c, "Status") == "optimal");
  REQUIRE(fact(c, "Makespan") == std::to_string(s.makespan().count()) + " h");
  REQUIRE(fact(c, "Lower bound") == "7 h");
  REQUIRE(fact(c, "Resources") == "2");
  REQUIRE(fact(c, "Seed") == "3");
  REQUIRE(fact(c, "Late") == "-");
}

TEST_CASE("gantt_of: due dates, deadlines, lateness, lags, pauses, modes and reasons reach the chart") {
  project_builder b;
  const resource_id crew = b.add_resource({.name = "crew", .capacity = 2, .breaks = small::five_day_week{}});
  const resource_id money = b.add_nonrenewable(9, "money");
  task_spec two_ways{
      .name = "weld",
      .modes = {{.work = 4, .needs = {{crew, 2}}}, {.work = 2, .needs = {{crew, 1}, {money, 3}}, .number = 5}}};
  const task_id weld = b.add_task(two_ways);
  const task_id paint =
      b.add_task({.name = "paint", .work = 1, .needs = {{crew, 1}}, .dates = {.due = 8, .deadline = 20}});
  const task_id done = b.add_task({.name = "done", .work = 0});
  b.add_precedence(weld, paint, {.kind = lag_kind::start_start, .lag = 4});
  b.add_precedence(paint, done);
  const project p = b.build();
  schedule s = schedule::unplaced(3);
  s.start = {4, 8, 9};
  s.finish = {8, 9, 9};
  s.mode = {1, 0, 0};
  const chart c = gantt_of(p, s, {.order = gantt_order::number, .reasons = {"first", "waited\nfor weld", ""}});
  REQUIRE(c.bars[0].pauses == std::vector<interval>{{5, 7}});
  REQUIRE(c.bars[1].due == 8);
  REQUIRE(c.bars[1].deadline == 20);
  REQUIRE(c.bars[1].late);
  REQUIRE_FALSE(c.bars[0].late);
  REQUIRE(c.bars[2].start == c.bars[2].finish);
  REQUIRE(c.links.at(0).label == "SS+4");
  REQUIRE(c.links.at(0).from_start);
  REQUIRE_FALSE(c.links.at(0).to_finish);
  REQUIRE(c.links.at(1).label.empty());
  REQUIRE_FALSE(c.links.at(1).from_start);
  REQUIRE(column(c, "Mode")->texts[0] == "5 of 2");
  REQUIRE(column(c, "Demands")->texts[0] == "crew: 1 \u00b7 money: 3");
  REQUIRE(column(c, "Work")->numbers[0] == 2);
  REQUIRE(column(c, "Number")->numbers[2] == 3);
  REQUIRE(column(c, "Why")->texts[1] == "waited\nfor weld");
  REQUIRE(column(c, "Slack") != nullptr);
  REQUIRE(fact(c, "Late") == "1");
  REQUIRE(c.panels.size() == 2);
  REQUIRE(c.panels[0].shaded == std::vector<interval>{{5, 7}});
  REQUIRE(c.panels[1].curves[0].points.at(0).value == 3);
}

TEST_CASE("gantt_of: options leave out the critical chain and the resources") {
  const project p = small::random_project(4, 10, 2);
  const schedule s = small::first_fit(p);
  const chart plain = gantt_of(p, s, {.critical = critical_marking::none, .resources = false});
  REQUIRE(plain.panels.empty());
  REQUIRE(column(plain, "Slack") == nullptr);
  for (const chart_bar& b : plain.bars) REQUIRE_FALSE(b.critical);
  const chart full = gantt_of(p, s);
  REQUIRE(std::any_of(full.bars.begin(), full.bars.end(), [](const chart_bar& b) { return b.critical; }));
}

TEST_CASE("gantt_of: a schedule of another project is refused") {
  const project p = small::random_project(4, 5, 1);
  schedule s = small::first_fit(p);
  REQUIRE_THROWS_AS(gantt_of(small::random_project(4, 6, 1), s), sched::error);
  REQUIRE_THROWS_AS(gantt_of(p, s, {.reasons = {"one"}}), sched::error);
  schedule other = s;
  other.mode[2] = 3;
  REQUIRE_THROWS_AS(gantt_of(p, other), sched::error);
  other = s;
  other.finish[1] = other.start[1] - 1;
  REQUIRE_THROWS_AS(gantt_of(p, other), sched::error);
}
