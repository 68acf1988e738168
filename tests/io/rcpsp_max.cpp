// SPDX-License-Identifier: BSL-1.0
#include <sched/io/rcpsp_max.hpp>

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
    "3\t2\t0\t0\n"  // 1
    "0\t1\t3\t1\t2\t3\t[0]\t[0]\t[0]\n"
    "1\t1\t2\t2\t4\t[2]\t[3]\n"
    "2\t1\t2\t1\t4\t[-5]\t[2]\n"
    "3\t1\t1\t4\t[4]\n"  // 5
    "4\t1\t0\n"
    "0\t1\t0\t0\t0\n"
    "1\t1\t3\t2\t0\n"
    "2\t1\t2\t1\t1\n"
    "3\t1\t4\t0\t2\n"  // 10
    "4\t1\t0\t0\t0\n"
    "3\t2\n";

project read_it(std::string_view t) { return io::read_rcpsp_max(t, "f.sch"); }

constexpr auto ss = lag_kind::start_start;

}  // namespace

TEST_CASE("read_rcpsp_max numbers from 0 and reads lags from start to start") {
  const project p = read_it(text);
  CHECK(p.name() == "f");
  CHECK(p.task_count() == 5);
  CHECK(p.first_number() == 0);
  CHECK(p.label(task_id(0)) == "0");
  CHECK(p.resource_of(resource_id(1)).capacity == 2);
  CHECK(p.work(task_id(3)) == 4);
  CHECK(std::ranges::equal(p.successors(task_id(1)),
                           std::vector<sched::adjacency>{{task_id(2), ss, 2}, {task_id(4), ss, 3}}));
  CHECK(std::ranges::equal(p.maximal_lags(), std::vector<precedence>{{task_id(1), task_id(2), ss, 5, true}}));
  CHECK(find_critical_path(p).length == 4);
}

TEST_CASE("read_rcpsp_max turns the arcs of a circle that lead to a lower number into maximal lags") {
  // 1 and 2 start together; 3 → 1 is no part of the circle and stays minimal.
  const project p = read_it(
      "3 0 0 0\n0 1 1 3 [0]\n1 1 2 2 4 [0] [1]\n2 1 2 1 4 [0] [9]\n3 1 1 1 [2]\n4 1 0\n"
      "0 1 0\n1 1 1\n2 1 9\n3 1 0\n4 1 0\n");
  CHECK(std::ranges::equal(p.maximal_lags(), std::vector<precedence>{{task_id(1), task_id(2), ss, 0, true}}));
  CHECK(std::ranges::equal(p.successors(task_id(1)),
                           std::vector<sched::adjacency>{{task_id(2), ss, 0}, {task_id(4), ss, 1}}));
  CHECK(std::ranges::equal(p.successors(task_id(3)), std::vector<sched::adjacency>{{task_id(1), ss, 2}}));
  // A circle of positive length is no malformed text: it is an instance without solution.
  const project q =
      read_it("2 0 0 0\n0 1 1 1 [0]\n1 1 2 2 3 [4] [1]\n2 1 2 1 3 [3] [9]\n3 1 0\n0 1 0\n1 1 1\n2 1 9\n3 1 0\n");
  CHECK(std::ranges::equal(q.maximal_lags(), std::vector<precedence>{{task_id(1), task_id(2), ss, -3, true}}));
}

TEST_CASE("components agree with mutual reachability") {
  random_generator random(3);
  for (int round = 0; round < 300; ++round) {
    const auto n = static_cast<std::size_t>(random.below(9) + 1);
    std::vector<io::detail::start_arc> arcs;
    std::vector<std::vector<bool>> reach(n, std::vector<bool>(n, false));
    for (std::size_t i = 0; i < n; ++i) reach[i][i] = true;
    for (auto m = random.below(2 * n + 1); m > 0; --m) {
      const auto from = static_cast<std::size_t>(random.below(n)), to = static_cast<std::size_t>(random.below(n));
      const auto lag = static_cast<std::int64_t>(random.below(4)) - 1;
      arcs.push_back({from, to, lag});
      if (lag >= 0) reach[from][to] = true;
    }
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
          if (reach[i][k] && reach[k][j]) reach[i][j] = true;
    const auto component = io::detail::components(n, arcs);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) REQUIRE((component[i] == component[j]) == (reach[i][j] && reach[j][i]));
  }
}

TEST_CASE("read_rcpsp_max keeps activities that demand more than a capacity") {
  const project p = read_it(with(text, "3\t1\t4\t0\t2\n", "3\t1\t4\t0\t3\n"));
  CHECK(std::ranges::equal(p.oversized(), std::vector<task_id>{task_id(3)}));
  CHECK(read_it(text).oversized().empty());
}

TEST_CASE("read_rcpsp_max reads tokens, not columns") {
  const project p = read_it(text);
  for (const std::string& other :
       {with_all(text, "\n", "\r\n"), with_all(text, "\t", "   "), with_all(text, "\n", " \t\n\n"),
        text.substr(0, text.size() - 1), "\n" + text + "\n\t\n"})
    CHECK(first_difference(p, read_it(other)).empty());
}

TEST_CASE("read_rcpsp_max reads a project of two dummies without resources") {
  CHECK(read_it("0 0 0 0\n0 1 1 1 [0]\n1 1 0\n0 1 0\n1 1 0\n").task_count() == 2);
}

TEST_CASE("read_rcpsp_max says file, line and reason of whatever is malformed") {
  const auto says = [](const std::string& t) { return complaint(read_it, t); };
  CHECK(says("") == "f.sch:1: the text ends before the first row");
  CHECK(says("3 2 0\n") == "f.sch:1: number of doubly constrained resources is missing");
  CHECK(says("3 2 1 0\n") == "f.sch:1: non-renewable resources are not supported");
  CHECK(says("3 2 0 1\n") == "f.sch:1: doubly constrained resources are not supported");
  CHECK(says("3 2 0 0 0\n") == "f.sch:1: unexpected '0' at the end of the line");
  CHECK(says("9999999999 2 0 0\n") == "f.sch:1: number of activities '9999999999' is outside 0 to 10000000");
  CHECK(says("10000000 2 0 0\n0 1 0\n") == "f.sch:2: the text ends before the successors of activity 1");
  CHECK(says(with(text, "1\t1\t2\t2", "2\t1\t2\t2")) ==
        "f.sch:3: expected the successors of activity 1, found activity 2");
  CHECK(says(with(text, "1\t1\t2\t2", "1\t2\t2\t2")) == "f.sch:3: activity 1: more than one mode is not supported");
  CHECK(says(with(text, "[2]\t[3]", "[2]")) == "f.sch:3: activity 1: 2 lags expected, 1 found");
  CHECK(says(with(text, "[2]\t[3]", "[2]\t[3]\t[4]")) ==
        "f.sch:3: activity 1: unexpected '[4]' at the end of the line");
  CHECK(says(with(text, "[2]\t[3]", "[2]\t3")) == "f.sch:3: activity 1: expected a lag in brackets, found '3'");
  CHECK(says(with(text, "[2]\t[3]", "[2]\t[3")) == "f.sch:3: activity 1: expected a lag in brackets, found '[3'");
  CHECK(says(with(text, "[2]\t[3]", "[2]\t[]")) == "f.sch:3: activity 1: lag is missing");
  CHECK(says(with(text, "[2]\t[3]", "[2]\t[x]")) == "f.sch:3: activity 1: lag is not a whole number: 'x'");
  CHECK(says(with(text, "[2]\t[3]", "[2]\t[-9223372036854775808]")) ==
        "f.sch:3: activity 1: lag '-9223372036854775808' is outside -1152921504606846976 to 1152921504606846976");
  CHECK(says(with(text, "1\t1\t2\t2\t4", "1\t1\t2\t2\t5")) == "f.sch:3: activity 1: successor '5' is outside 0 to 4");
  CHECK(says(with(text, "1\t1\t2\t2\t4", "1\t1\t2\t1\t4")) == "f.sch:3: activity 1: is its own successor");
  CHECK(says(with(text, "2\t1\t2\t1\t1\n", "")) ==
        "f.sch:9: expected the duration and demands of activity 2, found activity 3");
  CHECK(says(with(text, "2\t1\t2\t1\t1\n", "2\t1\t2\t1\n")) == "f.sch:9: activity 2: demand is missing");
  CHECK(says(with(text, "2\t1\t2\t1\t1\n", "2\t1\t-2\t1\t1\n")) ==
        "f.sch:9: activity 2: duration '-2' is outside 0 to 1152921504606846976");
  CHECK(says(text.substr(0, text.size() - 4)) == "f.sch:11: the text ends before the capacities");
  CHECK(says(with(text, "\n3\t2\n", "\n3\n")) == "f.sch:12: resource 2: capacity is missing");
  CHECK(says(with(text, "\n3\t2\n", "\n3\t2\t1\n")) == "f.sch:12: unexpected '1' at the end of the line");
  CHECK(says(text + "1\n") == "f.sch:13: unexpected '1' after the end of the data");
  CHECK(says(with(text, "3\t2\t0\t0\n0", "2\t2\t0\t0\n0")) == "f.sch:3: activity 1: successor '4' is outside 0 to 3");
}

TEST_CASE("read_rcpsp_max answers any mistreated file with an error or a sound project") { mistreat(read_it, text); }
