// SPDX-License-Identifier: BSL-1.0
#include <sched/io/psplib.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>

#include "support/catch.hpp"
#include "support/project_texts.hpp"
#include "support/same_project.hpp"

using namespace sched;

namespace {

const std::string single =
    "************************************************************************\n"  // 1
    "file with basedata            : house.bas\n"
    "initial value random generator: 4711\n"
    "************************************************************************\n"
    "projects                      :  1\n"  // 5
    "jobs (incl. supersource/sink ):  5\n"
    "horizon                       :  9\n"
    "RESOURCES\n"
    "  - renewable                 :  2   R\n"
    "  - nonrenewable              :  0   N\n"  // 10
    "  - doubly constrained        :  0   D\n"
    "************************************************************************\n"
    "PROJECT INFORMATION:\n"
    "pronr.  #jobs rel.date duedate tardcost  MPM-Time\n"
    "    1      3      0        7        4        7\n"  // 15
    "************************************************************************\n"
    "PRECEDENCE RELATIONS:\n"
    "jobnr.    #modes  #successors   successors\n"
    "   1        1          2           2   3\n"
    "   2        1          1           4\n"  // 20
    "   3        1          1           5\n"
    "   4        1          1           5\n"
    "   5        1          0        \n"
    "************************************************************************\n"
    "REQUESTS/DURATIONS:\n"  // 25
    "jobnr. mode duration  R 1  R 2\n"
    "------------------------------------------------------------------------\n"
    "  1      1     0       0    0\n"
    "  2      1     3       2    0\n"
    "  3      1     2       0    1\n"  // 30
    "  4      1     4       4    2\n"
    "  5      1     0       0    0\n"
    "************************************************************************\n"
    "RESOURCEAVAILABILITIES:\n"
    "  R 1  R 2\n"  // 35
    "    4    2\n"
    "************************************************************************\n";

const std::string mmlib =
    "jobs  (incl. supersource/sink ):\t4\n"  // 1
    "RESOURCES\n"
    "- renewable                 : 1 R\n"
    "- nonrenewable              : 2 N\n"
    "- doubly constrained        : 0 D\n"  // 5
    "************************************************************************\n"
    "PRECEDENCE RELATIONS:\n"
    "jobnr.    #modes  #successors   successors\n"
    "1\t1\t2\t\t3 2 \n"
    "2\t3\t1\t\t4 \n"  // 10
    "3\t2\t1\t\t4 \n"
    "4\t1\t0\t\t\n"
    "************************************************************************\n"
    "REQUESTS/DURATIONS\n"
    "jobnr.\tmode\tdur\tR1\tN1\tN2\t\n"  // 15
    "------------------------------------------------------------------------\n"
    "1\t1\t0\t0\t0\t0\t\n"
    "2\t1\t2\t3\t4\t0\t\n"
    "\t2\t5\t9\t1\t1\t\n"
    "\t3\t6\t1\t0\t0\t\n"  // 20
    "3\t1\t3\t2\t0\t7\t\n"
    "\t2\t3\t2\t7\t0\t\n"
    "4\t1\t0\t0\t0\t0\t\n"
    "************************************************************************\n"
    " RESOURCE AVAILABILITIES \n"  // 25
    "\tR 1\tN 1\tN 2\n"
    "\t4\t9\t8\n"
    "************************************************************************\n";

project read_it(std::string_view text) { return io::read_psplib(text, "f.sm"); }

}  // namespace

TEST_CASE("read_psplib keeps every job of a single-mode file, the dummies included") {
  const project p = read_it(single);
  CHECK(p.name() == "f");
  REQUIRE(p.task_count() == 5);
  REQUIRE(p.resource_count() == 2);
  CHECK(p.resource_of(resource_id(0)).name == "R1");
  CHECK(p.resource_of(resource_id(0)).capacity == 4);
  CHECK(p.resource_of(resource_id(1)).capacity == 2);
  CHECK(p.classic());
  CHECK(p.first_number() == 1);
  CHECK(p.work(task_id(3)) == 4);
  CHECK(std::ranges::equal(p.requirements(task_id(3)),
                           std::vector<requirement>{{resource_id(0), 4}, {resource_id(1), 2}}));
  CHECK(std::ranges::equal(p.requirements(task_id(2)), std::vector<requirement>{{resource_id(1), 1}}));
  CHECK(std::ranges::equal(p.successors(task_id(0)), std::vector<sched::adjacency>{{task_id(1)}, {task_id(2)}}));
  CHECK(p.precedences().arc_count() == 5);
  CHECK_FALSE(p.has_due_dates());
}

TEST_CASE("read_psplib reads the MMLIB dialect, modes by their expected number, dropping those above a capacity") {
  const project p = read_it(mmlib);
  REQUIRE(p.task_count() == 4);
  REQUIRE(p.resource_count() == 3);
  CHECK(p.resource_of(resource_id(0)).kind == resource_kind::renewable);
  CHECK(p.resource_of(resource_id(1)).kind == resource_kind::nonrenewable);
  CHECK(p.resource_of(resource_id(2)).name == "N2");
  CHECK(p.resource_of(resource_id(2)).capacity == 8);
  REQUIRE(p.mode_count(task_id(1)) == 2);
  CHECK(p.mode_number(task_id(1), 1) == 3);
  CHECK(p.work(task_id(1), 1) == 6);
  CHECK(p.demand(task_id(2), resource_id(1), 1) == 7);
  CHECK(std::ranges::equal(p.dropped_modes(), std::vector<std::pair<task_id, std::uint32_t>>{{task_id(1), 2}}));
  CHECK(std::ranges::equal(p.successors(task_id(0)), std::vector<sched::adjacency>{{task_id(1)}, {task_id(2)}}));
}

TEST_CASE("read_psplib reads tokens, not columns: CR LF, tabs, blank lines, no final newline") {
  const project p = read_it(single), q = read_it(mmlib);
  const auto same = [](const project& expected, const std::string& text) {
    return first_difference(expected, read_it(text));
  };
  CHECK(same(p, with_all(single, "\n", "\r\n")) == "");
  CHECK(same(p, with_all(single, " ", "\t")) == "");
  CHECK(same(p, with_all(single, "\n", " \n\n \t\n")) == "");
  CHECK(same(p, with_all(single, "    ", " ")) == "");
  CHECK(same(p, single.substr(0, single.rfind("\n***"))) == "");
  CHECK(same(p, single + "\n\n \n") == "");
  CHECK(same(p, with(single, "RESOURCEAVAILABILITIES:", "RESOURCE AVAILABILITIES")) == "");
  CHECK(same(p, with(single, "REQUESTS/DURATIONS:", " REQUESTS/DURATIONS ")) == "");
  CHECK(same(q, with_all(mmlib, "\n", "\r\n")) == "");
  CHECK(same(q, with_all(mmlib, "\t", "   ")) == "");
  CHECK(same(q, with(mmlib, " RESOURCE AVAILABILITIES ", "RESOURCEAVAILABILITIES:")) == "");
}

TEST_CASE("read_psplib names the project after the file, or else after its base data") {
  CHECK(io::read_psplib(single).name() == "house");
  CHECK(io::read_psplib(single, "a/b/j301_1.SM.gz").name() == "j301_1");
  CHECK(io::read_psplib(mmlib).name() == "");
}

TEST_CASE("read_psplib makes a release date of the project that of every task") {
  const project p = read_it(with(single, "    1      3      0 ", "    1      3      6 "));
  CHECK(p.has_releases());
  for (std::size_t i = 0; i < p.task_count(); ++i) CHECK(p.release(task_id(i)) == 6);
  CHECK_FALSE(read_it(single).has_releases());
}

TEST_CASE("read_psplib reads projects without resources") {
  const project p = io::read_psplib(
      "jobs (incl. supersource/sink ): 2\nRESOURCES\n- renewable : 0\n- nonrenewable : 0\n- doubly constrained : 0\n"
      "PRECEDENCE RELATIONS:\njobnr.\n1 1 1 2\n2 1 0\nREQUESTS/DURATIONS\njobnr.\n1 1 7\n2 1 0\nRESOURCE "
      "AVAILABILITIES\n");
  CHECK(p.task_count() == 2);
  CHECK(p.resource_count() == 0);
  CHECK(p.work(task_id(0)) == 7);
}

TEST_CASE("read_psplib says file, line and reason of whatever is malformed") {
  const auto says = [](const std::string& text) { return complaint(read_it, text); };
  // Sections.
  CHECK(says("") == "f.sm:1: the text ends before 'file with basedata' or 'jobs'");
  CHECK(says("\n\n***\n") == "f.sm:3: the text ends before 'file with basedata' or 'jobs'");
  CHECK(says("hello\n") == "f.sm:1: expected 'file with basedata :', found 'hello'");
  CHECK(says(with(single, "horizon                       :  9\n", "")) ==
        "f.sm:7: expected 'horizon :', found 'RESOURCES'");
  CHECK(says(with(single, "RESOURCES\n", "")) ==
        "f.sm:8: expected 'RESOURCES', found '- renewable                 :  2   R'");
  CHECK(says(with(single, "PROJECT INFORMATION:\n", "")) ==
        "f.sm:13: expected the section 'PROJECT INFORMATION', found 'pronr.  #jobs rel.date duedate tardcost ...'");
  CHECK(says(with(single, "jobnr.    #modes  #successors   successors\n", "")) ==
        "f.sm:18: expected column titles that start with 'jobnr.', found '1        1          2           2   3'");
  CHECK(says(with(single, "REQUESTS/DURATIONS:", "REQUESTS:")) ==
        "f.sm:25: expected the section 'REQUESTS/DURATIONS', found 'REQUESTS:'");
  CHECK(says(single.substr(0, single.find("RESOURCEAVAIL"))) == "f.sm:33: the text ends before RESOURCEAVAILABILITIES");
  CHECK(says(single.substr(0, single.rfind("    4    2\n"))) == "f.sm:35: the text ends before the capacities");
  CHECK(says(single.substr(0, single.find("  R 1  R 2\n    4"))) == "f.sm:34: the text ends before the capacities");
  CHECK(says(single.substr(0, single.find("  4      1     4"))) ==
        "f.sm:30: the text ends before the row of job 4 in the requests and durations");
  CHECK(says(single + "5\n") == "f.sm:38: unexpected '5' after the end of the data");
  // Counts.
  CHECK(says(with(single, "):  5", "):  6")) == "f.sm:15: project 1: 3 jobs and two dummies contradict 6 jobs in all");
  CHECK(says(with(mmlib, "):\t4", "):\t5")) == "f.sm:14: job number is not a whole number: 'REQUESTS/DURATIONS'");
  CHECK(says(with(mmlib, "):\t4", "):\t3")) == "f.sm:10: job 2: successor '4' is outside 1 to 3");
  CHECK(says(with(single, "):  5", "):  0")) == "f.sm:6: jobs (incl. supersource/sink ) '0' is outside 1 to 10000000");
  CHECK(says(with(single, "):  5", "):  99999999999")) ==
        "f.sm:6: jobs (incl. supersource/sink ) '99999999999' is outside 1 to 10000000");
  CHECK(says(with(single, ":  2   R", ":  3   R")) == "f.sm:28: job 1: demand is missing");
  CHECK(says(with(single, ":  2   R", ":  1   R")) == "f.sm:28: job 1: unexpected '0' at the end of the line");
  CHECK(says(with(single, ":  0   D", ":  1   D")) == "f.sm:11: doubly constrained resources are not supported");
  CHECK(says(with(single, ":  2   R", ":  2   X")) == "f.sm:9: unexpected 'X' at the end of the line");
  CHECK(says(with(single, "projects                      :  1", "projects : 2")) ==
        "f.sm:17: project 2: project number is not a whole number: 'PRECEDENCE'");
  // Rows.
  CHECK(says(with(single, "   2        1          1           4\n", "   2        1          2           4\n")) ==
        "f.sm:20: job 2: successor is missing");
  CHECK(says(with(single, "   2        1          1           4\n", "   2        1          0           4\n")) ==
        "f.sm:20: job 2: unexpected '4' at the end of the line");
  CHECK(says(with(single, "   3        1          1", "   4        1          1")) ==
        "f.sm:21: expected the row of job 3 in the precedence relations, found job 4");
  CHECK(says(with(single, "  3      1     2", "  4      1     2")) ==
        "f.sm:30: expected the row of job 3 in the requests and durations, found job 4");
  CHECK(says(with(mmlib, "\t3\t6\t1\t0\t0\t\n", "")) == "f.sm:20: job 2: unexpected '7' at the end of the line");
  CHECK(says(with(mmlib, "\t2\t5\t9\t1\t1\t\n", "")) == "f.sm:19: job 2: expected the row of mode 2");
  CHECK(says(with(mmlib, "\t2\t3\t2\t7\t0\t\n", "\t2\t3\t2\t7\t0\t\n\t3\t3\t2\t7\t0\t\n")) ==
        "f.sm:23: expected the row of job 4 in the requests and durations, found job 3");
  CHECK(says(with(single, "   3        1          1", "   3        2          1")) ==
        "f.sm:31: job 3: expected the row of mode 2");
  CHECK(says(with(single, "   3        1          1", "   3        0          1")) ==
        "f.sm:21: job 3: number of modes '0' is outside 1 to 10000000");
  // Numbers.
  CHECK(says(with(single, "4711", "47x1")) == "f.sm:3: initial value random generator is not a whole number: '47x1'");
  CHECK(says(with(single, "  3      1     2 ", "  3      1     2.5 ")) ==
        "f.sm:30: job 3: duration is not a whole number: '2.5'");
  CHECK(says(with(single, "  3      1     2 ", "  3      1     -2 ")) ==
        "f.sm:30: job 3: duration '-2' is outside 0 to 1152921504606846976");
  CHECK(says(with(single, "  3      1     2 ", "  3      1     99999999999999999999999999999999999999999999999999 ")) ==
        "f.sm:30: job 3: duration '9999999999999999999999999999999999999999...' is outside 0 to 1152921504606846976");
  CHECK(says(with(single, "           4\n", "           6\n")) == "f.sm:20: job 2: successor '6' is outside 1 to 5");
  CHECK(says(with(single, "           4\n", "           0\n")) == "f.sm:20: job 2: successor '0' is outside 1 to 5");
  CHECK(says(with(single, "    4    2\n*", "    4   -2\n*")) ==
        "f.sm:36: resource 2: capacity '-2' is outside 0 to 1152921504606846976");
  CHECK(says(with(single, "    4    2\n*", "    4\n*")) == "f.sm:36: resource 2: capacity is missing");
  CHECK(says(with(single, "    4    2\n*", "    4    2   1\n*")) == "f.sm:36: unexpected '1' at the end of the line");
  CHECK(says(with(single, "  2      1     3", "  2      1     \xff\x01")) ==
        "f.sm:29: job 2: duration is not a whole number: '\\xff\\x01'");
  // What only the whole shows.
  CHECK(says(with(single, "           4\n", "           2\n")) == "f.sm:20: cycle: 2 -> 2");
  CHECK(says(with(single, "   4        1          1           5\n", "   4        1          1           2\n")) ==
        "f.sm:20: cycle: 2 -> 4 -> 2");
  CHECK(says(with(single, "  4      1     4       4 ", "  4      1     4       5 ")) ==
        "f.sm:31: task 4: demand 5 above the capacity 4 of resource R1");
  CHECK(says(with(with(single, "     3       2", " 1152921504606846976 2"), "     2       0",
                  " 1152921504606846976 0")) == "f.sm:32: overflow: all durations and lags together exceed 2^60 ticks");
}

TEST_CASE("read_psplib names the offending jobs of an error") {
  try {
    (void)read_it(with(single, "  3      1     2 ", "  3      1     x "));
    FAIL("read");
  } catch (const error& e) {
    CHECK(e.file() == "f.sm");
    CHECK(e.line() == 30);
    CHECK(e.ids() == std::vector<std::string>{"3"});
  }
}

TEST_CASE("read_psplib answers any mistreated file with an error or a sound project") {
  mistreat(read_it, single);
  mistreat(read_it, mmlib);
}
