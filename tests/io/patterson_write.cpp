// SPDX-License-Identifier: BSL-1.0
#include <sched/io/patterson_write.hpp>

#include <string>

#include <sched/core/error.hpp>
#include <sched/io/patterson.hpp>
#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"
#include "support/same_project.hpp"

using namespace sched;

TEST_CASE("write_patterson writes one line per activity, and read_patterson reads the same project back") {
  project_builder b;
  const resource_id a = b.add_renewable(12, "R1"), c = b.add_renewable(3);
  b.add_task(0);
  b.add_task(123456, {{c, 3}});
  b.add_task(2, {{c, 1}, {a, 12}});
  b.add_task(0);
  b.add_precedence(task_id(0), task_id(2))
      .add_precedence(task_id(0), task_id(1))
      .add_precedence(task_id(2), task_id(3));
  const project p = b.build();
  const std::string text =
      "    4    2\n"
      "   12    3\n"
      "\n"
      "    0    0    0    2    2    3\n"
      "123456    0    3    0\n"
      "    2   12    1    1    4\n"
      "    0    0    0    0\n";
  CHECK(io::write_patterson(p) == text);
  const project back = io::read_patterson(text);
  CHECK(back.resource_of(resource_id(1)).name == "R2");
  CHECK(io::write_patterson(back) == text);
}

TEST_CASE("write_patterson writes projects without resources") {
  project_builder b;
  b.add_task(7);
  CHECK(io::write_patterson(b.build()) == "    1    0\n\n    7    0\n");
  CHECK(first_difference(b.build(), io::read_patterson("    1    0\n\n    7    0\n")).empty());
}

TEST_CASE("write_patterson refuses what the format cannot express") {
  const auto refused = [](auto change) {
    project_builder b;
    const resource_id r = b.add_renewable(2);
    b.add_task(1, {{r, 1}});
    b.add_task(1);
    change(b);
    try {
      (void)io::write_patterson(b.build());
    } catch (const error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const task_id first(0), second(1);
  CHECK(refused([](project_builder&) {}) == "");
  CHECK_THROWS_WITH(io::write_patterson(project()), "a .rcp file cannot express a project without tasks");
  CHECK(refused([](project_builder& b) { b.first_number(0); }) == "a .rcp file cannot express tasks numbered from 0");
  CHECK(refused([&](project_builder& b) { b.task(first).name = "dig"; }) ==
        "a .rcp file cannot express the name of task dig");
  CHECK(refused([&](project_builder& b) { b.task(first).dates.due = 5; }) ==
        "a .rcp file cannot express the due date of task 1");
  CHECK(refused([&](project_builder& b) { b.task(first).dates.deadline = 5; }) ==
        "a .rcp file cannot express the deadline of task 1");
  CHECK(refused([&](project_builder& b) { b.task(second).dates.fixed_start = 5; }) ==
        "a .rcp file cannot express the fixed start of task 2");
  CHECK(refused([&](project_builder& b) { b.task(second).dates.release = 5; }) ==
        "a .rcp file cannot express release dates");
  CHECK(refused([&](project_builder& b) { b.task(second).weight = 2; }) ==
        "a .rcp file cannot express the weight of task 2");
  CHECK(refused([&](project_builder& b) { b.add_precedence(first, second, {.lag = 1}); }) ==
        "a .rcp file cannot express lags");
  CHECK(refused([&](project_builder& b) { b.add_precedence(first, second, {.maximal = true}); }) ==
        "a .rcp file cannot express lags");
  CHECK(refused([](project_builder& b) { b.add_renewable(1, "crew"); }) ==
        "a .rcp file cannot express the resource name crew");
  CHECK(refused([](project_builder& b) { b.add_nonrenewable(1); }) ==
        "a .rcp file cannot express non-renewable resources");
  CHECK(refused([](project_builder& b) {
          b.add_task({.modes = {{.work = 1}, {.work = 2}}});
        }) == "a .rcp file cannot express several modes");
  CHECK(refused([](project_builder& b) { b.add_task({.modes = {{.work = 1, .number = 2}}}); }) ==
        "a .rcp file cannot express the mode numbers of task 3");
  CHECK(refused([](project_builder& b) {
          b.add_task({.modes = {{.work = 1}, {.work = 2, .needs = {{resource_id(0), 3}}}}});
        }) == "a .rcp file cannot express modes that were dropped");
  CHECK(refused([](project_builder& b) {
          resource r;
          r.shrinkings.push_back({calendar::never_open{}, 1});
          b.add_resource(r);
        }) == "a .rcp file cannot express calendars");
}
