// SPDX-License-Identifier: BSL-1.0
#include <sched/io/project_lines.hpp>

#include <string>

#include <sched/core/error.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

const io::project_lines lines{.first_number = 0, .work = {11, 12, 13}, .successors = {21, 22, 23}, .capacities = 30};

std::string complaint(const project_builder& b) {
  try {
    (void)io::build_project(b, "f", lines);
  } catch (const error& e) {
    return e.what();
  }
  return {};
}

}  // namespace

TEST_CASE("project_lines finds the row of a task, its relations, or the capacities") {
  CHECK(lines.of(error("task 1: is wrong", {"1"})) == 12);
  CHECK(lines.of(error("cycle: 2 -> 0 -> 2", {"2", "0"})) == 23);
  CHECK(lines.of(error("precedence 0 -> 1: lag too large", {"0", "1"})) == 21);
  CHECK(lines.of(error("resource R1: capacity too large", {"R1"})) == 30);
  CHECK(lines.of(error("task 3: is none of these", {"3"})) == 0);
  CHECK(lines.of(error("the whole", {})) == 13);
  CHECK(io::project_lines{}.of(error("the whole", {})) == 0);
  CHECK(io::project_lines{}.of(error("task 0: below the first number", {"0"})) == 0);
}

TEST_CASE("build_project gives the builder's complaints a file and a line") {
  project_builder b;
  b.first_number(0);
  b.add_renewable(1, "R1");
  const task_id first = b.add_task(1), second = b.add_task(2);
  CHECK(complaint(b) == "");
  b.add_precedence(first, second).add_precedence(second, first);
  CHECK(complaint(b) == "f:21: cycle: 0 -> 1 -> 0");
  b.task(second).work = -1;
  CHECK(complaint(b) == "f:12: task 1: negative duration -1 (and 1 more)");
}
