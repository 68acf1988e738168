// SPDX-License-Identifier: BSL-1.0
#include <sched/io/sbatch_write.hpp>

#include <span>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

std::string complaint(const io::sbatch_job& j) {
  try {
    static_cast<void>(io::write_sbatch_header(j));
  } catch (const error& e) {
    return e.reason();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a header holds what differs from a job that says nothing") {
  io::sbatch_job j;
  j.user = "slurm_user";
  j.name = "train";
  CHECK(io::write_sbatch_header(j) == "#!/bin/sh\n#SBATCH --job-name=train\n");
  CHECK(io::write_sbatch_header(j, "") == "#SBATCH --job-name=train\n");
  j.time_limit = 93'600;
  j.nodes_min = 2, j.nodes_max = 4;
  j.memory = amount{3} << 39;
  j.gres = {{"gpu", "a100", 4}, {"shard", "", 2048}};
  j.array = {{0, 15, 4}, {20, 20, 1}};
  j.array_limit = 2;
  j.after = {{.job = 1}, {.on = job_dependency::kind::any, .job = 3, .task = 2, .delay = 120}};
  j.band = band_urgent;
  j.comment = "it's # two";
  j.requeue = false;
  CHECK(io::write_sbatch_header(j) ==
        "#!/bin/sh\n"
        "#SBATCH --job-name=train\n"
        "#SBATCH --time=1-02:00:00\n"
        "#SBATCH --nodes=2-4\n"
        "#SBATCH --mem=1536G\n"
        "#SBATCH --gres=gpu:a100:4,shard:2K\n"
        "#SBATCH --priority=urgent\n"
        "#SBATCH --no-requeue\n"
        "#SBATCH --array=0-15:4,20%2\n"
        "#SBATCH --dependency=afterok:1,afterany:3_2+2\n"
        "#SBATCH --comment='it'\\''s # two'\n");
}

TEST_CASE("what the reader takes in large units, or with a prefix, is written so that it is read again") {
  for (const char* options :
       {"--begin=now+1000000000weeks", "--begin=now+16666667hours", "--gres=gres:gres:a:2,gres:1K",
        "--time=99999999999:00:00", "--mem=1024T", "--array=5-5:3", "--dependency=after:1_2+1000000000"}) {
    const io::sbatch_script s = io::read_sbatch("#SBATCH " + std::string(options) + "\n", "j.sh");
    CAPTURE(options);
    REQUIRE(s.ok());
    CHECK(io::read_sbatch(io::write_sbatch_header(s.components)).components == s.components);
  }
}

TEST_CASE("components are parted; what the first one says for all is not said again") {
  io::sbatch_job first, second;
  first.user = second.user = "u";
  first.name = second.name = "het";
  first.account = second.account = "lab";
  first.time_limit = 600;
  second.gpus = io::sbatch_gres{"gpu", "h100", 8};
  const std::vector<io::sbatch_job> both{first, second};
  CHECK(io::write_sbatch_header(both, "") ==
        "#SBATCH --job-name=het\n#SBATCH --account=lab\n#SBATCH --time=10:00\n#SBATCH hetjob\n"
        "#SBATCH --time=UNLIMITED\n#SBATCH --gpus=h100:8\n");
}

TEST_CASE("what a script cannot say is refused, never written as something else") {
  const auto with = [](auto change) {
    io::sbatch_job j;
    j.name = "j";
    change(j);
    return complaint(j);
  };
  CHECK(with([](io::sbatch_job& j) { j.comment = "two\nlines"; }) ==
        "--comment: a value of several lines cannot stand in a script");
  CHECK(with([](io::sbatch_job& j) { j.memory = 1000; }) == "job 'j' cannot be said in a script");
  CHECK(with([](io::sbatch_job& j) { j.array_limit = 2; }) != "accepted");
  CHECK(with([](io::sbatch_job& j) { j.band = 7; }) ==
        "--priority: takes a number, or urgent, high, normal, low: 'other'");
  CHECK(with([](io::sbatch_job& j) { j.gpus.emplace().count = 0; }) == "--gpus: takes a count from 1: '0'");
  CHECK(with([](io::sbatch_job& j) { j.memory = 1024, j.memory_per_cpu = 1024; }) ==
        "--mem-per-cpu: excludes the other options for memory: '1K'");
  CHECK(complaint({}) != "accepted");  // its name would be that of the file
  CHECK_THROWS_WITH(io::write_sbatch_header(std::span<const io::sbatch_job>()), "a script without a job");
  std::vector<io::sbatch_job> both(2);
  both[0].name = both[1].name = "j";
  both[0].account = "lab";
  CHECK_THROWS_WITH(io::write_sbatch_header(both), "--account: needs a value");
}
