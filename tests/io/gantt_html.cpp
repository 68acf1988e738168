// SPDX-License-Identifier: BSL-1.0
#include <sched/io/gantt_html.hpp>

#include <cstdint>
#include <string>

#include "support/catch.hpp"
#include "support/markup.hpp"
#include "support/small_projects.hpp"

using namespace sched;

namespace {

project hostile() {
  project_builder b;
  b.name("</title><script>alert(1)</script>");
  const resource_id r = b.add_renewable(2, "<svg onload=alert(2)>");
  b.add_task({.name = "</script><img src=x onerror=alert(3)>", .work = 2, .needs = {{r, 1}}});
  b.add_task({.name = "\"'`${x}\\ \u2028 ]]> <!-- \xff\x01", .work = 0});
  b.add_precedence(task_id(0), task_id(1));
  return b.build();
}

}  // namespace

TEST_CASE("gantt_html: names cannot become markup or script") {
  const project p = hostile();
  const schedule s = small::first_fit(p);
  const std::string page =
      gantt_html(p, s, {.instance = "<i>", .reasons = {"</script>", "<b>"}, .facts = {{"<u>", "<s>", "<em>"}}});
  const std::string clean = gantt_html(small::random_project(1, 2, 1), schedule{});
  REQUIRE(markup::count(page, "<script") == markup::count(clean, "<script"));
  REQUIRE(markup::count(page, "</script") == markup::count(clean, "</script"));
  REQUIRE(markup::count(page, "<img") == 0);
  REQUIRE(page.find("onerror=alert(3)>") == std::string::npos);
  REQUIRE(page.find("<svg onload") == std::string::npos);
  REQUIRE(page.find("<title>&lt;/title&gt;") != std::string::npos);
  const std::string data = markup::page_data(page);
  REQUIRE(markup::json_reader(data).ok());
  REQUIRE(data.find_first_of("<>&") == std::string::npos);
  REQUIRE(data.find("\\u003c/script\\u003e\\u003cimg") != std::string::npos);
}

TEST_CASE("gantt_html: the page asks for nothing from outside") {
  const std::string page = gantt_html(small::random_project(1, 8, 1), schedule{});
  REQUIRE(page.find("default-src 'none'") != std::string::npos);
  REQUIRE(page.find("<script src") == std::string::npos);
  REQUIRE(page.find("@import") == std::string::npos);
  REQUIRE(page.find("fetch(") == std::string::npos);
  REQUIRE(page.find("innerHTML") == std::string::npos);
  REQUIRE(markup::count(page, "http") ==
          markup::count(page, "http-equiv") + markup::count(page, "http://www.w3.org/2000/svg"));
}

TEST_CASE(
    "gantt_html: the data hold one entry per bar, equal columns are one value, the same input gives the same bytes") {
  const project p = small::random_project(8, 30, 2);
  const schedule s = small::first_fit(p);
  const std::string page = gantt_html(p, s, {.order = gantt_order::number});
  REQUIRE(page == gantt_html(p, s, {.order = gantt_order::number}));
  const std::string data = markup::page_data(page);
  REQUIRE(markup::json_reader(data).ok());
  REQUIRE(data.find("\"n\":30,\"s\":[") != std::string::npos);
  REQUIRE(data.find("\"lane\":0,") != std::string::npos);
  REQUIRE(data.find("\"h\":1,") != std::string::npos);
  std::string starts = "\"s\":[";
  for (std::size_t i = 0; i < 30; ++i) starts += (i == 0 ? "" : ",") + std::to_string(s.start[i].count());
  REQUIRE(data.find(starts + "]") != std::string::npos);
}

TEST_CASE("gantt_html: empty, partial and extreme schedules give valid data without infinities") {
  const auto check = [](const std::string& page) {
    const std::string data = markup::page_data(page);
    CAPTURE(data.substr(0, 400));
    REQUIRE(markup::json_reader(data).ok());
    REQUIRE(data.find("9223372036854775807") == std::string::npos);
    for (const char* bad : {"nan", "inf,", "inf]", "-inf", "NaN", "Infinity"})
      REQUIRE(data.find(bad) == std::string::npos);
  };
  check(gantt_html(project{}, schedule{}));
  const project p = small::random_project(8, 12, 2);
  check(gantt_html(p, schedule{}));
  schedule s = small::first_fit(p);
  s.start[4] = s.finish[4] = instant::infinity();
  check(gantt_html(p, s,
                   {.lower_bound = duration::infinity(), .axis = {.epoch = "2026-01-05", .seconds_per_tick = 3600}}));
  for (std::size_t i = 0; i < s.size(); ++i) s.start[i] = s.finish[i] = project_builder::limit;
  check(gantt_html(p, s, {.axis = {.epoch = "2026-01-05", .seconds_per_tick = 86400}}));
}

TEST_CASE("gantt_html: a malformed axis is refused") {
  REQUIRE_THROWS_AS(gantt_html(project{}, schedule{}, {.axis = {.epoch = "yesterday", .seconds_per_tick = 60}}),
                    sched::error);
}

TEST_CASE("gantt_html: a page of 5,000 tasks stays below 160 bytes a task beside the fixed part") {
  const project p = small::random_project(2, 5000, 3);
  schedule s = schedule::unplaced(5000);
  for (std::size_t i = 0; i < 5000; ++i) {
    s.start[i] = static_cast<std::int64_t>(i / 8 * 6);
    s.finish[i] = s.start[i] + p.work(task_id(i));
  }
  const std::size_t fixed = gantt_html(project{}, schedule{}).size();
  REQUIRE(gantt_html(p, s).size() < fixed + 160 * 5000);
  REQUIRE(fixed < 100000);
}
