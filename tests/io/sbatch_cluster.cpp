// SPDX-License-Identifier: BSL-1.0
#include <sched/io/sbatch_cluster.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <sched/io/sbatch.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

cluster machine() {
  cluster_builder b;
  for (int k = 0; k < 4; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 64'000, .memory = amount{1} << 39};
    for (int d = 0; d < 8; ++d) n.devices.push_back({.model = k < 2 ? "A100" : "H100"});
    n.counted = {{"nic", 2}, {"matlab", 4}, {"fast", 1000}};
    b.add_node(n);
  }
  return b.build();
}
const cluster four = machine();

io::sbatch_submission submit(const std::string& options, io::sbatch_site& site, instant now = 0) {
  return io::make_cluster_jobs(io::read_sbatch("#SBATCH " + options + "\n", "j.sh"), site, now, "j.sh");
}
cluster_job one(const std::string& options) {
  io::sbatch_site site(four);
  const auto s = submit(options, site);
  CHECK(s.jobs.size() == 1);
  return s.jobs.front();
}
std::string complaint(const std::string& options) {
  io::sbatch_site site(four);
  try {
    static_cast<void>(submit(options, site));
  } catch (const error& e) {
    CHECK(site.next_id == 1);
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("what is per node makes a part of every node; nodes are different") {
  const request r = one("-N2 --ntasks-per-node=4 -c2 --mem=8G --gres=gpu:a100:4,nic:1").wants;
  REQUIRE(r.groups.size() == 1);
  CHECK((r.groups[0].count == 2 && r.groups[0].least == 0 && r.per_node == 1));
  const part& p = r.groups[0].each;
  CHECK((p.cpu == 8000 && p.memory == amount{8} << 30 && p.devices == 4 && p.models == four.model_bit("A100")));
  CHECK(p.counted == std::vector<counted_need>{{0, 1}});
}

TEST_CASE("tasks without nodes may go anywhere") {
  const request r = one("-n 6 -c 3 --gpus-per-task=2 --mem-per-cpu=1G").wants;
  REQUIRE(r.groups.size() == 1);
  CHECK((r.groups[0].count == 6 && r.per_node == 0 && r.groups[0].each.cpu == 3000 && r.groups[0].each.devices == 2));
  CHECK(r.groups[0].each.memory == amount{3} << 30);
  CHECK(one("-n 4 -G 8").wants.groups[0].each.devices == 2);
}

TEST_CASE("tasks and GPUs are dealt out evenly, the first nodes have one more") {
  const request r = one("-N3 -n 7 -G 5").wants;
  REQUIRE(r.groups.size() == 3);
  CHECK((r.groups[0].count == 1 && r.groups[0].each.cpu == 3000 && r.groups[0].each.devices == 2));
  CHECK((r.groups[1].count == 1 && r.groups[1].each.cpu == 2000 && r.groups[1].each.devices == 2));
  CHECK((r.groups[2].count == 1 && r.groups[2].each.cpu == 2000 && r.groups[2].each.devices == 1));
  const request m = one("-N 2-4 --gres=gpu:8").wants;
  CHECK((m.groups[0].count == 4 && m.groups[0].least == 2 && m.per_node == 1));
}

TEST_CASE("the spellings of GPUs of one node give one job") {
  const cluster_job j = one("--gpus=4");
  for (const char* other : {"--gres=gpu:4", "-G 4", "--gpus-per-node=4", "--gpus-per-task=4"}) CHECK(one(other) == j);
  CHECK(j.wants.groups[0].each.devices == 4);
  CHECK(j.wants.groups[0].each.models == 0);
}

TEST_CASE("licences count once, features on every node, all of a node is exclusive") {
  const request r = one("-N3 -L matlab:2 -C fast").wants;
  REQUIRE(r.groups.size() == 2);
  CHECK((r.groups[0].count == 1 && r.groups[1].count == 2));
  CHECK(r.groups[0].each.counted == std::vector<counted_need>{{2, 1}, {1, 2}});
  CHECK(r.groups[1].each.counted == std::vector<counted_need>{{2, 1}});
  CHECK(one("--mem=0").wants.exclusive);
  CHECK(one("--exclusive").wants.exclusive);
}

TEST_CASE("arrays become jobs; dependencies on them and on their tasks") {
  io::sbatch_site site(four);
  const auto a = submit("-a 0-6:2%2,9", site);
  REQUIRE(a.jobs.size() == 5);
  CHECK(a.indices == std::vector<std::int64_t>{0, 2, 4, 6, 9});
  CHECK((a.id == 1 && a.jobs[4].id == 5 && a.jobs[4].array == 1 && a.jobs[0].array_limit == 2 && site.next_id == 6));
  CHECK(submit("-d afterok:1", site).jobs[0].after.size() == 5);
  CHECK(submit("-d afterok:1_4", site).jobs[0].after == std::vector<job_dependency>{{job_dependency::kind::ok, 3, 0}});
  const auto same = submit("-a 2,9 -d aftercorr:1", site);
  CHECK((same.jobs[0].after[0].job == 2 && same.jobs[1].after[0].job == 5));
  CHECK_THROWS_AS(submit("-d afterok:1_5", site), error);
  CHECK_THROWS_AS(submit("-d afterok:6_5", site), error);
}

TEST_CASE("times count from the site's start; the deadline is that of the end") {
  io::sbatch_site site(four);
  site.unix_start = 1'772'582'400;  // 2026-03-04
  const auto s = submit("-t 60 -b now+1hour --deadline 2026-03-04T10:00", site, 600);
  CHECK((s.jobs[0].not_before == 4200 && s.jobs[0].deadline == 32'400 && s.jobs[0].estimate == 3600));
}

TEST_CASE("components of a heterogeneous job start together on different nodes") {
  io::sbatch_site site(four);
  const auto script = io::read_sbatch("#SBATCH -N1 -c 8 -t 10\n#SBATCH hetjob\n#SBATCH -N2 --gres=gpu:8 -t 20\n");
  const auto s = io::make_cluster_jobs(script, site, 0);
  REQUIRE(s.jobs.size() == 1);
  CHECK((s.jobs[0].wants.groups.size() == 2 && s.jobs[0].wants.per_node == 1 && s.jobs[0].estimate == 1200));
}

TEST_CASE("users, accounts and partitions get numbers; what has no counterpart is told") {
  io::sbatch_site site(four);
  const auto s = submit("-A lab -p gpu,cpu -q high", site);
  CHECK((site.accounts.name(s.jobs[0].account) == "lab" && site.partitions.name(s.jobs[0].queue) == "gpu"));
  CHECK(site.users.name(s.jobs[0].user) == "slurm_user");
  CHECK(s.notes ==
        std::vector<std::string>{"--qos has no counterpart here", "a second partition has no counterpart here"});
  site.closed_partitions = true;
  CHECK_THROWS_WITH(submit("-p night", site), "job 'j.sh': --partition: there is no 'night'");
  CHECK(submit("-p night,gpu", site).jobs[0].queue == s.jobs[0].queue);
}

TEST_CASE("nodes that are left out are numbers of the request") {
  CHECK(one("--exclude=n[2-3],n0,n2").wants.except == std::vector<std::uint32_t>{0, 2, 3});
  CHECK(one("-N2").wants.except.empty());
}

TEST_CASE("what the cluster cannot say is refused with job and option") {
  CHECK(complaint("--gres=gpu:t4:1") == "job 'j.sh': --gres: no device of the cluster is a 't4'");
  CHECK(complaint("--gres=fpga:1") == "job 'j.sh': --gres: no node of the cluster has any 'fpga'");
  CHECK(complaint("-L abaqus") == "job 'j.sh': --licenses: no node of the cluster has any 'abaqus'");
  CHECK(complaint("-C 'a|b'") == "job 'j.sh': --constraint: only features joined by & are understood: 'a|b'");
  CHECK(complaint("-w n1") == "job 'j.sh': --nodelist: nodes cannot be asked for by name");
  CHECK(complaint("-x n1,n7") == "job 'j.sh': --exclude: there is no node 'n7'");
  CHECK(complaint("-x ./nodes") == "job 'j.sh': --exclude: lists in files are not read");
  CHECK(complaint("-x n[1-") == "job 'j.sh': --exclude: a '[' without ']'");
  CHECK(complaint("-d after:1?after:2") == "job 'j.sh': --dependency: a job cannot wait for any one of several");
  CHECK(complaint("-N2 -n9 --ntasks-per-node=4") == "job 'j.sh': --ntasks: 9 tasks on 2 nodes with 4 each");
  CHECK(complaint("-G 4 --gres=gpu:4") == "job 'j.sh': --gres: GPUs are asked for in two ways");
  CHECK(complaint("-N4 -G2") == "job 'j.sh': --gpus: 2 on 4 nodes");
  CHECK(complaint("-N x -n y") == "j.sh:1: -N: takes a whole number from 1: 'x' (and 1 more)");
}
