// SPDX-License-Identifier: BSL-1.0
#include <sched/io/sbatch_job.hpp>

#include "support/catch.hpp"

namespace {

using namespace sched;
using namespace sched::io;

}  // namespace

TEST_CASE("nothing said: no limit, one processor a task, no GPU, requeued, band normal") {
  const sbatch_job j;
  CHECK(j.time_limit == duration::infinity());
  CHECK(j.cpus_per_task == 1);
  CHECK_FALSE(j.memory.has_value());
  CHECK_FALSE(j.asks_for_gpus());
  CHECK(j.requeue);
  CHECK(j.band == band_normal);
}

TEST_CASE("any of the options for GPUs asks for them, other resources do not") {
  sbatch_job j;
  j.gres = {{"nic", "", 2}};
  CHECK_FALSE(j.asks_for_gpus());
  j.gres.push_back({"gpu", "a100", 1});
  CHECK(j.asks_for_gpus());
  for (auto option : {&sbatch_job::gpus, &sbatch_job::gpus_per_node, &sbatch_job::gpus_per_task}) {
    sbatch_job other;
    other.*option = sbatch_gres{"gpu", "", 1};
    CHECK(other.asks_for_gpus());
  }
}

TEST_CASE("a problem names file, line and option as far as there are any") {
  CHECK(describe({3, "--mem", "too much"}, "job.sh") == "job.sh:3: --mem: too much");
  CHECK(describe({0, "-N", "not a number"}, "job.sh") == "job.sh: command line: -N: not a number");
  CHECK(describe({4, "", "no command"}, "") == "line 4: no command");
  CHECK(describe({0, "", "no script"}, "") == "command line: no script");
}

TEST_CASE("a script is fine without problems; warnings and unknown options do not count") {
  sbatch_script s{.components = {{.name = "first"}, {.name = "second"}}};
  s.warnings.push_back({2, "--mem", "after the first command"});
  s.unrecognised.push_back({1, "--wckey", "x"});
  CHECK(s.ok());
  CHECK(s.job().name == "first");
  s.problems.push_back({1, "--time", "none"});
  CHECK_FALSE(s.ok());
}

TEST_CASE("the reference gives a job a GPU when its script says nothing of them") {
  CHECK(sbatch_options{}.gpu_default == 0);
  CHECK(reference_sbatch_options().gpu_default == 1);
  CHECK(reference_sbatch_options().user == "slurm_user");
}
