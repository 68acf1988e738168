// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_schedule.hpp>

#include <string>

#include <sched/core/error.hpp>
#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"
#include "support/project_texts.hpp"

using namespace sched;

namespace {

project house() {
  project_builder b;
  b.name("house");
  b.add_task({.name = "dig", .work = 3});
  b.add_task({.modes = {{.work = 5}, {.work = 2, .number = 7}}});
  b.add_task(1);
  return b.build();
}
schedule plan() {
  schedule s = schedule::unplaced(3);
  s.start = {0, 3, instant::infinity()};
  s.finish = {3, 5, instant::infinity()};
  s.mode = {0, 1, 0};
  return s;
}
constexpr const char* text = R"({
"format":"sched-schedule","version":1,
"project":"house",
"tasks":[
{"task":1,"name":"dig","mode":1,"start":0,"finish":3},
{"task":2,"mode":7,"start":3,"finish":5},
{"task":3,"mode":1}]
}
)";

std::string complaint(const std::string& t) {
  try {
    (void)io::read_json_schedule(t, house(), "f");
  } catch (const error& e) {
    return e.what();
  }
  return {};
}

}  // namespace

TEST_CASE("write_json_schedule writes one task a line, and read_json_schedule reads the same schedule back") {
  CHECK(io::write_json_schedule(house(), plan()) == text);
  CHECK(io::read_json_schedule(text, house()) == plan());
  schedule whole = plan();
  whole.start[2] = 5;
  whole.finish[2] = 6;
  const std::string complete = io::write_json_schedule(house(), whole);
  CHECK(complete.find("\"makespan\":6,") != std::string::npos);
  CHECK(io::read_json_schedule(complete, house()) == whole);
  CHECK(io::read_json_schedule(io::write_json_schedule(project(), schedule()), project()).size() == 0);
}

TEST_CASE("read_json_schedule takes tasks in any order and fills in the first mode") {
  const schedule s = io::read_json_schedule(
      R"({"format":"sched-schedule","version":1,"tasks":[{"task":3,"start":-2,"finish":4},{"task":1},{"task":2}]})",
      house());
  CHECK(s.start[2] == -2);
  CHECK(s.finish[2] == 4);
  CHECK(s.start[0] == instant::infinity());
  CHECK(s.mode[1] == 0);
}

TEST_CASE("read_json_schedule says file, line, place and reason of whatever is malformed") {
  const std::string t = text;
  CHECK(complaint(t) == "");
  CHECK(complaint(with(t, "sched-schedule", "sched-project")) == "f:2: /format: expected \"sched-schedule\"");
  CHECK(complaint(with(t, "\"version\":1", "\"version\":3")) == "f:2: /version: only version 1 can be read");
  CHECK(complaint(with(t, "{\"task\":2", "{\"task\":4")) == "f:6: /tasks/1/task: unknown task 4");
  CHECK(complaint(with(t, "{\"task\":2", "{\"task\":0")) == "f:6: /tasks/1/task: unknown task 0");
  CHECK(complaint(with(t, "{\"task\":2", "{\"task\":1")) == "f:6: /tasks/1/task: task dig is given twice");
  CHECK(complaint(with(t, ",\n{\"task\":3,\"mode\":1}", "")) == "f:4: /tasks: task 3 is missing");
  CHECK(complaint(with(t, "\"mode\":7", "\"mode\":2")) == "f:6: /tasks/1/mode: task 2 has no such mode");
  CHECK(complaint(with(t, "\"name\":\"dig\"", "\"name\":\"pour\"")) ==
        "f:5: /tasks/0/name: task 1 has another name in the project");
  CHECK(complaint(with(t, ",\"finish\":5", "")) == "f:6: /tasks/1: start and finish go together");
  CHECK(complaint(with(t, "\"finish\":5", "\"finish\":2")) == "f:6: /tasks/1: finishes before it starts");
  CHECK(complaint(with(t, "\"finish\":5", "\"end\":5")) == "f:6: /tasks/1: unknown member 'end'");
  CHECK(complaint(with(t, "\"tasks\"", "\"makespan\":5,\"tasks\"")) == "f:4: /makespan: is not the latest finish");
}
