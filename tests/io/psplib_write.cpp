// SPDX-License-Identifier: BSL-1.0
#include <sched/io/psplib_write.hpp>

#include <string>

#include <sched/core/error.hpp>
#include <sched/io/psplib.hpp>
#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"
#include "support/same_project.hpp"

using namespace sched;

namespace {

project two_ways() {
  project_builder b;
  const resource_id r = b.add_renewable(3, "R1"), n = b.add_nonrenewable(8, "N1");
  b.name("two");
  b.add_task(0);
  b.add_task({.modes = {{.work = 2, .needs = {{n, 4}, {r, 3}}}, {.work = 4, .needs = {{r, 1}}}}});
  b.add_task(12, {{n, 8}});
  b.add_task(0);
  b.add_precedence(task_id(0), task_id(2))
      .add_precedence(task_id(0), task_id(1))
      .add_precedence(task_id(1), task_id(3));
  b.add_precedence(task_id(2), task_id(3));
  for (std::size_t i = 0; i < 4; ++i) b.task(task_id(i)).dates.release = 5;
  return b.build();
}

}  // namespace

TEST_CASE("write_psplib writes all sections, and read_psplib reads the same project back") {
  const project p = two_ways();
  const std::string text = io::write_psplib(p);
  CHECK(text ==
        "************************************************************************\n"
        "file with basedata            : two\n"
        "initial value random generator: 0\n"
        "************************************************************************\n"
        "projects                      :  1\n"
        "jobs (incl. supersource/sink ):   4\n"
        "horizon                       :  16\n"
        "RESOURCES\n"
        "  - renewable                 :   1   R\n"
        "  - nonrenewable              :   1   N\n"
        "  - doubly constrained        :   0   D\n"
        "************************************************************************\n"
        "PROJECT INFORMATION:\n"
        "pronr.  #jobs rel.date duedate tardcost  MPM-Time\n"
        "    1      2      5       17        0       17\n"
        "************************************************************************\n"
        "PRECEDENCE RELATIONS:\n"
        "jobnr.    #modes  #successors   successors\n"
        "   1        1          2           2   3\n"
        "   2        2          1           4\n"
        "   3        1          1           4\n"
        "   4        1          0        \n"
        "************************************************************************\n"
        "REQUESTS/DURATIONS:\n"
        "jobnr. mode duration  R 1  N 1\n"
        "------------------------------------------------------------------------\n"
        "  1      1     0       0    0\n"
        "  2      1     2       3    4\n"
        "         2     4       1    0\n"
        "  3      1    12       0    8\n"
        "  4      1     0       0    0\n"
        "************************************************************************\n"
        "RESOURCEAVAILABILITIES:\n"
        "  R 1  N 1\n"
        "    3    8\n"
        "************************************************************************\n");
  const project back = io::read_psplib(text);
  CHECK(back.name() == "two");
  CHECK(first_difference(p, back) == "");
}

TEST_CASE("write_psplib writes projects without resources") {
  project_builder b;
  b.add_task(0);
  b.add_task(3);
  b.add_task(0);
  CHECK(first_difference(b.build(), io::read_psplib(io::write_psplib(b.build()))) == "");
}

TEST_CASE("write_psplib refuses what the format cannot express") {
  const auto refused = [](auto change) {
    project_builder b;
    b.add_task(0);
    b.add_task(3);
    b.add_task(0);
    change(b);
    try {
      (void)io::write_psplib(b.build());
    } catch (const error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const std::string dummies = "a PSPLIB file needs a first and a last task without duration and demands";
  CHECK(refused([](project_builder&) {}) == "");
  CHECK(refused([](project_builder& b) { b.task(task_id(0)).work = 1; }) == dummies);
  CHECK(refused([](project_builder& b) { b.task(task_id(2)).needs = {{b.add_renewable(1), 1}}; }) == dummies);
  CHECK(refused([](project_builder& b) { b.add_task(1); }) == dummies);
  CHECK(refused([](project_builder& b) { b.task(task_id(1)).dates.release = 1; }) ==
        "a PSPLIB file cannot express different release dates");
  CHECK(refused([](project_builder& b) {
          for (std::size_t i = 0; i < 3; ++i) b.task(task_id(i)).dates.release = 0;
        }) == "a PSPLIB file cannot express a release date of 0 or less");
  CHECK(refused([](project_builder& b) { b.task(task_id(1)).name = "dig"; }) ==
        "a PSPLIB file cannot express the name of task dig");
  CHECK(refused([](project_builder& b) {
          b.add_nonrenewable(1);
          b.add_renewable(1);
        }) == "a PSPLIB file cannot express a renewable resource behind a non-renewable one");
  CHECK_THROWS_AS(io::write_psplib(project()), error);
}
