// SPDX-License-Identifier: BSL-1.0
#include <sched/io/sinfo.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/slurm_scene.hpp"

using namespace sched;
using scene = sched_test::slurm_scene;

TEST_CASE("sinfo: nodes by state and kind") {
  scene x;
  x.s.set_status(node_id(3), node_status::draining, 3661);
  const auto rows = io::make_sinfo_rows(x.c, x.s.free());
  CHECK(io::format_sinfo(rows) ==
        "PARTITION AVAIL  TIMELIMIT  NODES  STATE NODELIST\n"
        "cluster      up   infinite      2  alloc n[001-002]\n"
        "cluster      up   infinite      1   idle n003\n"
        "cluster      up   infinite      1  drain n004\n");
  CHECK(io::format_sinfo(rows, "%c|%m|%G|%C", false) ==
        "16|65536|gpu:A100:4|2/30/0/32\n16|65536|(null)|0/16/0/16\n16|65536|(null)|0/0/16/16\n");
}

TEST_CASE("sinfo: partitions, also of some nodes and in brackets; the default one has a star") {
  scene x;
  x.s.set_status(node_id(3), node_status::down, 3661);
  const std::vector<io::sinfo_partition> all{{.name = "gpu", .nodes = "n[001-002]", .limit = 86'400},
                                             {.name = "all", .is_default = true},
                                             {.name = "night", .nodes = "n004,n003,n004", .up = false}};
  CHECK(io::format_sinfo(io::make_sinfo_rows(x.c, x.s.free(), all)) ==
        "PARTITION AVAIL  TIMELIMIT  NODES  STATE NODELIST\n"
        "gpu          up 1-00:00:00      2  alloc n[001-002]\n"
        "all*         up   infinite      2  alloc n[001-002]\n"
        "all*         up   infinite      1   idle n003\n"
        "all*         up   infinite      1   down n004\n"
        "night      down   infinite      1   idle n003\n"
        "night      down   infinite      1   down n004\n");
}

TEST_CASE("sinfo: a row for a whole partition, nodes counted by what they do") {
  scene x;
  x.s.set_status(node_id(3), node_status::draining, 3661);
  const std::vector<io::sinfo_partition> all{{.name = "gpu", .nodes = "n[001-002]"},
                                             {.name = "all", .is_default = true}};
  const auto rows = io::make_sinfo_rows(x.c, x.s.free(), all, io::sinfo_rows::by_partition);
  CHECK(io::format_sinfo(rows, io::sinfo_summary_format) ==
        "PARTITION AVAIL  TIMELIMIT   NODES(A/I/O/T) NODELIST\n"
        "gpu          up   infinite          2/0/0/2 n[001-002]\n"
        "all*         up   infinite          2/1/1/4 n[001-004]\n");
  CHECK(io::format_sinfo(rows, "%R|%A|%F|%t|%G|%C", false) ==
        "gpu|2/0|2/0/0/2|alloc|gpu:A100:4|2/30/0/32\nall|2/1|2/1/1/4|mix|(various)|2/46/16/64\n");
}

TEST_CASE("sinfo: nodes that differ show the least of them with a plus") {
  cluster_builder b;
  b.add_node({.name = "a", .cpu = 8000, .memory = amount{16} << 30});
  b.add_node({.name = "b", .cpu = 4000, .memory = amount{16} << 30});
  const cluster c = b.build();
  const std::vector<io::sinfo_partition> all(1);
  const auto rows = io::make_sinfo_rows(c, cluster_state(c), all, io::sinfo_rows::by_partition);
  CHECK(io::format_sinfo(rows, "%P %c %m %N", false) == "cluster 4+ 16384 a,b\n");
}

TEST_CASE("sinfo: nodes that are none, and letters that are none, are refused") {
  scene x;
  const std::vector<io::sinfo_partition> bad{{.name = "gpu", .nodes = "n[001-009]"}};
  CHECK_THROWS_WITH(io::make_sinfo_rows(x.c, x.s.free(), bad), "partition 'gpu': the cluster has no node 'n005'");
  CHECK_THROWS_WITH(io::format_sinfo({}, "%i"), "the field '%i' is unknown: letters are PRalDAFtNcmGC");
}
