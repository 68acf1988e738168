// SPDX-License-Identifier: BSL-1.0
#include <sched/io/sacct.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/slurm_scene.hpp"

using namespace sched;
using scene = sched_test::slurm_scene;

TEST_CASE("sacct: a row for every attempt") {
  scene x;
  x.s.set_status(node_id(0), node_status::down, 4000);
  x.s.set_status(node_id(0), node_status::up, 5000);
  static_cast<void>(x.s.decide(5000));
  x.s.finish(1, 6000);
  const auto rows = io::make_sacct_rows(x.s.record(1), x.site, 6000);
  CHECK(io::format_sacct(rows, "JobID%-6,Attempt%7,State%10,Elapsed%8,Reason%9") ==
        "JobID  Attempt      State  Elapsed    Reason\n"
        "------ ------- ---------- -------- ---------\n"
        "1            1  NODE_FAIL  1:06:40 node_lost\n"
        "1            2  COMPLETED    16:40      done\n");
}

TEST_CASE("sacct: columns that are none are refused") {
  CHECK_THROWS_WITH(io::format_sacct({}, "JobID,Nope%3"), sched_test::starts_with("the column 'Nope' is unknown"));
  CHECK_THROWS_WITH(io::format_sacct({}, "JobID%x"), "the width of the column 'JobID' is not 1 to 9999");
}
