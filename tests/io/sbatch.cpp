// SPDX-License-Identifier: BSL-1.0
#include <sched/io/sbatch.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace sched;
using io::sbatch_job;
using io::sbatch_script;

namespace {

sbatch_script directives(const std::string& lines) {
  return io::read_sbatch("#!/bin/sh\n" + lines + "srun x\n", "d/job.sh");
}
sbatch_job one(const std::string& options) {
  const sbatch_script s = directives("#SBATCH " + options + "\n");
  for (const auto& p : s.problems) UNSCOPED_INFO(io::describe(p, "job.sh"));
  CHECK(s.ok());
  CHECK(s.unrecognised.empty());
  return s.job();
}
std::string complaint(const std::string& options) {
  const sbatch_script s = directives("#SBATCH " + options + "\n");
  return s.ok() ? "accepted" : io::describe(s.problems.front(), "job.sh");
}

}  // namespace

TEST_CASE("every form of an option says the same; the last counts") {
  for (const char* form : {"--nodes=4", "--nodes 4", "-N 4", "-N4", "-N9 -N4", "  --nodes=4  # four", "--nodes='4'",
                           "--nodes=\"4\"", "-HN4 --requeue"}) {
    const sbatch_job j = one(form);
    CHECK(j.nodes_min == 4);
    CHECK(j.nodes_max == 4);
  }
}

TEST_CASE("every option is read, by its long and its short name") {
  const sbatch_job a = one(
      "-J name -t 1-2 --time-min 30 -N 2-4 -n 8 --ntasks-per-node 4 -c 2 --mem 4G -p gpu,cpu -q high -A lab --nice=5 "
      "-d afterok:1:2,afterany:3 -b now+1hour --deadline 2026-05-06 -C a&b -w n[1-2] -x n3 --exclusive -L m:2,n "
      "--reservation r --no-requeue -H --comment 'two words' --export ALL -D /d -o o -e e -i i --signal B:USR1@60");
  const sbatch_job b = one(
      "--job-name=name --time=26:00:00 --time-min=30:00 --nodes=2-4 --ntasks=8 --ntasks-per-node=4 --cpus-per-task=2 "
      "--mem=4096 --partition=gpu,cpu --qos=high --account=lab --nice=5 --dependency=afterok:1:2,afterany:3 "
      "--begin=now+3600 --deadline=05/06/26 --constraint=a&b --nodelist=n[1-2] --exclude=n3 --exclusive "
      "--licenses=m:2,n:1 --reservation=r --no-requeue --hold --comment=\"two words\" --export=ALL --chdir=/d "
      "--output=o --error=e --input=i --signal=B:USR1@60");
  CHECK(a == b);
  CHECK(a.name == "name");
  CHECK(a.time_limit == 93'600);
  CHECK(a.time_min == 1800);
  CHECK((a.nodes_min == 2 && a.nodes_max == 4 && a.tasks == 8 && a.tasks_per_node == 4 && a.cpus_per_task == 2));
  CHECK(a.memory == amount{4} << 30);
  CHECK(a.partitions == std::vector<std::string>{"gpu", "cpu"});
  CHECK(a.after.size() == 3);
  CHECK(
      (a.after[1].job == 2 && a.after[1].on == job_dependency::kind::ok && a.after[2].on == job_dependency::kind::any));
  CHECK(a.licenses == std::vector<io::sbatch_gres>{{"m", "", 2}, {"n", "", 1}});
  CHECK((a.held && !a.requeue && a.exclusive && a.comment == "two words"));
}

TEST_CASE("generic resources and GPUs: name, type, count, lists") {
  using gres = std::vector<io::sbatch_gres>;
  CHECK(one("--gres=gpu").gres == gres{{"gpu", "", 1}});
  CHECK(one("--gres=gpu:4").gres == gres{{"gpu", "", 4}});
  CHECK(one("--gres=gpu:a100").gres == gres{{"gpu", "a100", 1}});
  CHECK(one("--gres=gpu:a100:4,nic:2,shard:2K").gres == gres{{"gpu", "a100", 4}, {"nic", "", 2}, {"shard", "", 2048}});
  CHECK(one("--gres=none").gres.empty());
  CHECK(one("-G 8").gpus->count == 8);
  CHECK(*one("--gpus=h100:8").gpus == io::sbatch_gres{"gpu", "h100", 8});
  CHECK(one("--gpus-per-node=v100:2").gpus_per_node->type == "v100");
  CHECK(one("--gpus-per-task=2").gpus_per_task->count == 2);
}

TEST_CASE("memory: K M G T, M without one; 64 bits of bytes") {
  CHECK(one("--mem=1").memory == amount{1} << 20);
  CHECK(one("--mem=512K").memory == amount{1} << 19);
  CHECK(one("--mem=2048M").memory == amount{1} << 31);
  CHECK(one("--mem=1T").memory == amount{1} << 40);
  CHECK(one("--mem=3gb").memory == amount{3} << 30);
  CHECK(one("--mem=0").memory == 0);
  CHECK(one("--mem-per-cpu=2G").memory_per_cpu == amount{2} << 30);
  CHECK(one("--mem-per-gpu=2G").memory_per_gpu == amount{2} << 30);
  CHECK(complaint("--mem=1G --mem-per-cpu=1G") ==
        "job.sh:2: --mem-per-cpu: excludes the other options for memory: '1G'");
}

TEST_CASE("arrays, dependencies, priorities") {
  const sbatch_job j = one("-a 0-15:4%2,20");
  CHECK(j.array == std::vector<io::sbatch_range>{{0, 15, 4}, {20, 20, 1}});
  CHECK(j.array_limit == 2);
  CHECK(one("-d singleton").after.front().on == job_dependency::kind::singleton);
  const sbatch_job any = one("-d afterany:1?afternotok:2");
  CHECK((any.after_any && any.after.size() == 2));
  const sbatch_job late = one("-d after:7_3+5,aftercorr:9");
  CHECK((late.after[0].task == 3 && late.after[0].delay == 300 && late.after[1].corresponding));
  CHECK(one("--priority=Urgent").band == band_urgent);
  CHECK(one("--priority HIGH").band == band_high);
  CHECK(one("--priority=low").band == band_low);
  CHECK(one("--priority=1000").priority == 1000);
  CHECK(one("--nice").nice == 100);
  CHECK(one("--nice=-5").nice == -5);
  CHECK(one("-t UNLIMITED").time_limit == duration::infinity());
  CHECK(one("-t 0").time_limit == duration::infinity());
}

TEST_CASE("directives end at the first command; later ones are warned of") {
  const sbatch_script s = io::read_sbatch(
      "#!/bin/bash\n\n# a comment\r\n#SBATCH -n2\r\n##SBATCH -n3\n#SBATCHx\n \nset -e\n#SBATCH -n4\n", "j");
  CHECK(s.ok());
  CHECK(s.job().tasks == 2);
  REQUIRE(s.warnings.size() == 1);
  CHECK(io::describe(s.warnings[0], "j") == "j:9: a directive behind the first command does not count");
  CHECK(io::read_sbatch("#SBATCH -n7").job().tasks == 7);
  CHECK(io::read_sbatch("").job().name == "sbatch");
  CHECK(directives("").job().name == "job.sh");
}

TEST_CASE("unknown options are returned with their values, not dropped") {
  const sbatch_script s = directives("#SBATCH --ntask=3 --new thing -n2 -Z 5 --alone\n");
  CHECK(s.ok());
  CHECK(s.job().tasks == 2);
  REQUIRE(s.unrecognised.size() == 4);
  CHECK(s.unrecognised[0] == io::sbatch_problem{2, "--ntask", "--ntask=3"});
  CHECK(s.unrecognised[1] == io::sbatch_problem{2, "--new", "--new thing"});
  CHECK(s.unrecognised[2] == io::sbatch_problem{2, "-Z", "-Z 5"});
  CHECK(s.unrecognised[3] == io::sbatch_problem{2, "--alone", "--alone"});
}

TEST_CASE("all problems are collected, with line, option and text") {
  const sbatch_script s = directives("#SBATCH -N x\n#SBATCH --time=1h stray\n#SBATCH --mem\n#SBATCH -J 'open\n");
  std::vector<std::string> all;
  for (const auto& p : s.problems) all.push_back(io::describe(p, "job.sh"));
  CHECK(all == std::vector<std::string>{"job.sh:2: -N: takes a whole number from 1: 'x'",
                                        "job.sh:3: --time: takes M, M:S, H:M:S, D-H, D-H:M, D-H:M:S or UNLIMITED: '1h'",
                                        "job.sh:3: is no option: 'stray'", "job.sh:4: --mem: needs a value",
                                        "job.sh:5: a quote is not closed"});
}

TEST_CASE("values that are none are refused") {
  for (const char* text : {"-N 0",
                           "-N 4-2",
                           "-N 1-2-3",
                           "-n 0",
                           "-n -1",
                           "-n 1.5",
                           "-n 9999999999",
                           "-c x",
                           "--mem=1X",
                           "--mem=2000T",
                           "--mem=-1",
                           "--mem=",
                           "--gres=gpu:0",
                           "--gres=:1",
                           "--gres=gpu:",
                           "--gres=gpu:a:b:1",
                           "--gres=gpu,",
                           "-G a,b",
                           "--gpus=0",
                           "--gpus=1x",
                           "-a 5-1",
                           "-a x",
                           "-a 1-9:0",
                           "-a 1%0",
                           "-a 0-4000001",
                           "-a 0-1000000",
                           "-a 1,",
                           "-d afterok",
                           "-d afterok:",
                           "-d afterok:x",
                           "-d when:1",
                           "-d after:1,after:2?after:3",
                           "-d after:1_x",
                           "-d after:1+x",
                           "-b yesterday",
                           "--deadline=1",
                           "--priority=top",
                           "--priority=-1",
                           "--nice=x",
                           "-p a,,b",
                           "-L x:0",
                           "-L :1",
                           "--exclusive=user",
                           "--hold=yes",
                           "--wrap=x",
                           "--mem-per-cpu=0",
                           "-t 1:99",
                           "-t 10 --time-min 20",
                           "-J"})
    CHECK(complaint(text) != "accepted");
}

TEST_CASE("heterogeneous jobs have components; what they share is the name, the account and the time") {
  const sbatch_script s = directives("#SBATCH -J het -A lab -t 60 -N1\n#SBATCH hetjob\n#SBATCH -N2 --gres=gpu:4\n");
  REQUIRE(s.components.size() == 2);
  CHECK((s.components[1].name == "het" && s.components[1].account == "lab" && s.components[1].time_limit == 3600));
  CHECK((s.components[0].nodes_min == 1 && s.components[1].nodes_min == 2 && s.components[0].gres.empty()));
}

TEST_CASE("command lines: options, script, arguments, components; they outdo the script") {
  const sbatch_script s = io::read_sbatch_command("sbatch -N2 --gres=gpu:1 'my dir/job.sh' -n 5 '--x y'");
  CHECK((s.ok() && s.job().nodes_min == 2 && s.job().name == "job.sh" && s.command == "my dir/job.sh"));
  CHECK(s.arguments == std::vector<std::string>{"-n", "5", "--x y"});
  CHECK(io::read_sbatch_command("sbatch --wrap='sleep 5'").job().name == "wrap");
  CHECK(io::read_sbatch_command("sbatch -N1 : -N2 j.sh").components.size() == 2);
  const sbatch_script bad = io::read_sbatch_command("sbatch -N x j.sh");
  REQUIRE(bad.problems.size() == 1);
  CHECK(io::describe(bad.problems[0], "") == "command line: -N: takes a whole number from 1: 'x'");
  const sbatch_script both = io::read_sbatch("#SBATCH -n2 -c3 --mem=1G\n", "j", {}, "-n 4 --mem-per-cpu=2G");
  CHECK((both.ok() && both.job().tasks == 4 && both.job().cpus_per_task == 3 && !both.job().memory));
}

TEST_CASE("defaults of the reference: its user, one GPU without an option, priority normal") {
  const sbatch_job plain = one("-n1");
  CHECK((plain.user == "slurm_user" && !plain.gpus && plain.band == band_normal));
  const auto read = [](const std::string& text) {
    return io::read_sbatch(text, "", io::reference_sbatch_options()).job();
  };
  CHECK(read("").gpus->count == 1);
  CHECK(!read("#SBATCH --gres=gpu:4").gpus);
  CHECK(read("#SBATCH --gpus=4") == read("#SBATCH -G4"));
  CHECK(read("#SBATCH --gpus=4") == read("#SBATCH --gpus 4"));
}
