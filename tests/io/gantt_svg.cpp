// SPDX-License-Identifier: BSL-1.0
#include <sched/io/gantt_svg.hpp>

#include <string>

#include "support/catch.hpp"
#include "support/markup.hpp"
#include "support/small_projects.hpp"

using namespace sched;

TEST_CASE("gantt_svg: well-formed, with one shape per bar and a diamond per milestone") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const project p = small::random_project(seed, 30, 3);
    const schedule s = small::first_fit(p);
    const std::string figure = gantt_svg(p, s);
    CAPTURE(seed);
    REQUIRE(markup::xml_problem(figure) == "");
    std::size_t milestones = 0;
    for (std::size_t i = 0; i < 30; ++i) milestones += s.start[i] == s.finish[i] ? 1U : 0U;
    REQUIRE(markup::count(figure, "class=\"milestone bar") == milestones);
    REQUIRE(markup::count(figure, "<rect class=\"bar ") == 30 - milestones);
    REQUIRE(figure == gantt_svg(p, s));
  }
}

TEST_CASE("gantt_svg: hostile names are text") {
  project_builder b;
  b.name("<a> & \"b\"");
  const resource_id r = b.add_renewable(2, "]]></style><script>x</script>");
  b.add_task({.name = "</svg><script>alert(1)</script>", .work = 2, .needs = {{r, 1}}});
  b.add_task({.name = std::string("\x00\x07\xc3", 3), .work = 0});
  const project p = b.build();
  const std::string figure = gantt_svg(p, small::first_fit(p), {.reasons = {"<&>", "'"}});
  REQUIRE(markup::xml_problem(figure) == "");
  REQUIRE(markup::count(figure, "<script") == 0);
  REQUIRE(markup::count(figure, "</svg>") == 1);
}

TEST_CASE("gantt_svg: empty, partial and extreme schedules print finite numbers only") {
  const auto check = [](const std::string& figure) {
    REQUIRE(markup::xml_problem(figure) == "");
    REQUIRE(figure.find("nan") == std::string::npos);
    REQUIRE(figure.find("inf") == std::string::npos);
  };
  check(gantt_svg(project{}, schedule{}));
  const project p = small::random_project(8, 12, 2);
  check(gantt_svg(p, schedule{}));
  schedule s = small::first_fit(p);
  s.start[4] = s.finish[4] = instant::infinity();
  const std::string partial = gantt_svg(p, s);
  check(partial);
  REQUIRE(partial.find("Not placed: 5") != std::string::npos);
  for (std::size_t i = 0; i < s.size(); ++i) s.start[i] = s.finish[i] = project_builder::limit;
  check(gantt_svg(p, s));
  check(gantt_svg(p, s, {.axis = {.epoch = "2026-01-05", .seconds_per_tick = 86400}}));
}

TEST_CASE("gantt_svg: many tasks are packed into as few rows as run at once") {
  const project p = small::random_project(2, 700, 1);
  schedule s = schedule::unplaced(700);
  for (std::size_t i = 0; i < 700; ++i) {
    s.start[i] = static_cast<std::int64_t>(i / 4 * 10);
    s.finish[i] = s.start[i] + p.work(task_id(i));
  }
  const std::string packed = gantt_svg(p, s);
  const std::string rows = gantt_svg(p, s, {}, {.pack_above = 1000});
  REQUIRE(markup::count(packed, "class=\"zebra\"") == 2);
  REQUIRE(markup::xml_problem(packed) == "");
  REQUIRE(markup::xml_problem(rows) == "");
  REQUIRE(markup::count(packed, "bar ") == markup::count(rows, "bar "));
  const auto height = [](const std::string& f) { return std::stod(f.substr(f.find("height=\"") + 8)); };
  REQUIRE(height(packed) < height(rows) / 4);
}

TEST_CASE("gantt_svg: tooltips stop at the limit, usage above capacity is drawn as overload") {
  project_builder b;
  const resource_id r = b.add_renewable(2);
  b.add_task(3, {{r, 2}});
  b.add_task(3, {{r, 2}});
  const project p = b.build();
  schedule s = schedule::unplaced(2);
  s.start = {0, 1};
  s.finish = {3, 4};
  REQUIRE(markup::count(gantt_svg(p, s), "class=\"over\"") == 1);
  REQUIRE(markup::count(gantt_svg(p, s), "<title>") == 3);
  REQUIRE(markup::count(gantt_svg(p, s, {}, {.tooltips_up_to = 1}), "<title>") == 1);
  s.start[1] = 3;
  s.finish[1] = 6;
  REQUIRE(markup::count(gantt_svg(p, s), "class=\"over\"") == 0);
}
