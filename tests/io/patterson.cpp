// SPDX-License-Identifier: BSL-1.0
#include <sched/io/patterson.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <sched/model/critical_path.hpp>

#include "support/catch.hpp"
#include "support/project_texts.hpp"
#include "support/same_project.hpp"

using namespace sched;

namespace {

const std::string text =
    "5 2\n"  // 1
    "4 3\n"
    "\n"
    "0 0 0 2 2 3\n"
    "3 2 0 1 4\n"  // 5
    "2 1 1 1 5\n"
    "6 4 3 1 5\n"
    "0 0 0 0\n";

project read_it(std::string_view t) { return io::read_patterson(t, "dir/f.rcp"); }

}  // namespace

TEST_CASE("read_patterson keeps every activity, the dummies included") {
  const project p = read_it(text);
  CHECK(p.name() == "f");
  CHECK(p.task_count() == 5);
  CHECK(p.classic());
  CHECK(p.resource_of(resource_id(1)).name == "R2");
  CHECK(p.resource_of(resource_id(1)).capacity == 3);
  CHECK(p.work(task_id(3)) == 6);
  CHECK(std::ranges::equal(p.requirements(task_id(2)),
                           std::vector<requirement>{{resource_id(0), 1}, {resource_id(1), 1}}));
  CHECK(std::ranges::equal(p.successors(task_id(0)), std::vector<sched::adjacency>{{task_id(1)}, {task_id(2)}}));
  CHECK(find_critical_path(p).length == 9);
}

TEST_CASE("read_patterson: line breaks mean nothing") {
  const project p = read_it(text);
  for (const std::string& other :
       {with_all(text, "\n", " "), with_all(text, " ", "\n"), with_all(text, " ", " \t"),
        with_all(text, "\n", "\r\n\r\n"), text.substr(0, text.size() - 1), "\n\n " + text + "\n \n"})
    CHECK(first_difference(p, read_it(other)).empty());
}

TEST_CASE("read_patterson: no resources mean no row of capacities") {
  const project p = read_it("2 0 3 1 2 4 0");
  CHECK(p.resource_count() == 0);
  CHECK(find_critical_path(p).length == 7);
}

TEST_CASE("read_patterson keeps inner activities without duration, demand or successors") {
  const project p = read_it("4 1 1\n0 0 2 2 3\n0 0 0\n5 0 1 4\n0 1 0\n");
  CHECK(p.work(task_id(1)) == 0);
  CHECK(p.successors(task_id(1)).empty());
  CHECK(p.demand(task_id(3), resource_id(0)) == 1);
}

TEST_CASE("read_patterson says file, line and reason of whatever is malformed") {
  const auto says = [](const std::string& t) { return complaint(read_it, t); };
  CHECK(says("") == "dir/f.rcp:1: number of activities is missing");
  CHECK(says("\n\n \n") == "dir/f.rcp:3: number of activities is missing");
  CHECK(says("5") == "dir/f.rcp:1: number of resources is missing");
  CHECK(says("0 0") == "dir/f.rcp:1: number of activities '0' is outside 1 to 10000000");
  CHECK(says("-1 0") == "dir/f.rcp:1: number of activities '-1' is outside 1 to 10000000");
  CHECK(says("9000000000000000000 1") ==
        "dir/f.rcp:1: number of activities '9000000000000000000' is outside 1 to 10000000");
  CHECK(says("10000000 1000000 1") == "dir/f.rcp:1: resource 2: capacity is missing");
  CHECK(says(with(text, "4 3\n", "4 x\n")) == "dir/f.rcp:2: resource 2: capacity is not a whole number: 'x'");
  CHECK(says(with(text, "4 3\n", "4 -3\n")) ==
        "dir/f.rcp:2: resource 2: capacity '-3' is outside 0 to 1152921504606846976");
  CHECK(says(with(text, "3 2 0 1 4", "3.5 2 0 1 4")) ==
        "dir/f.rcp:5: activity 2: duration is not a whole number: '3.5'");
  CHECK(says(with(text, "3 2 0 1 4", "3 2 0 9 4")) ==
        "dir/f.rcp:5: activity 2: number of successors '9' is outside 0 to 5");
  CHECK(says(with(text, "3 2 0 1 4", "3 2 0 1 6")) == "dir/f.rcp:5: activity 2: successor '6' is outside 1 to 5");
  CHECK(says(with(text, "3 2 0 1 4", "3 2 0 1 0")) == "dir/f.rcp:5: activity 2: successor '0' is outside 1 to 5");
  CHECK(says(with(text, "3 2 0 1 4", "3 5 0 1 4")) ==
        "dir/f.rcp:5: task 2: demand 5 above the capacity 4 of resource R1");
  CHECK(says(with(text, "6 4 3 1 5", "6 4 3 1 2")) == "dir/f.rcp:5: cycle: 2 -> 4 -> 2");
  CHECK(says(with(text, "6 4 3 1 5", "6 4 3 1 4")) == "dir/f.rcp:7: cycle: 4 -> 4");
  CHECK(says(text.substr(0, text.size() - 2)) == "dir/f.rcp:8: activity 5: number of successors is missing");
  CHECK(says(text + "7\n") == "dir/f.rcp:9: unexpected '7' after the end of the data");
  CHECK(says(with(text, "0 0 0 0\n", "0 0 0 0 7\n")) == "dir/f.rcp:8: unexpected '7' after the end of the data");
  CHECK(says(with(text, "5 2", "4 2")) == "dir/f.rcp:6: activity 3: successor '5' is outside 1 to 4");
  CHECK(says("2 0 1152921504606846976 1 2 1152921504606846976 0") ==
        "dir/f.rcp:1: overflow: all durations and lags together exceed 2^60 ticks");
}

TEST_CASE("read_patterson answers any mistreated file with an error or a sound project") { mistreat(read_it, text); }
