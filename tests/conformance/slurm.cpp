// SPDX-License-Identifier: BSL-1.0
// Slurm's scripts and tables: every sentence of the adapter's contract is a case.
#include <sched/slurm.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/dispatch/cluster_scheduler.hpp>
#include <sched/dispatch/job_store.hpp>

#include "support/catch.hpp"
#include "support/slurm_scene.hpp"

using namespace sched;
using namespace sched::io;

namespace {

constexpr duration no_limit = duration::infinity();
constexpr amount gib = amount{1} << 30;
using gres_list = std::vector<sbatch_gres>;
using names = std::vector<std::string>;
using said = sbatch_job;
using dependency = job_dependency::kind;

/// What one directive line, and the same words on a command line, must say.
struct sentence {
  const char* options;
  bool (*holds)(const said&);
};

const sentence sentences[] = {
    // Forms
    {"--nodes=3", [](const said& j) { return j.nodes_min == 3 && j.nodes_max == 3; }},
    {"--nodes 3", [](const said& j) { return j.nodes_min == 3 && j.nodes_max == 3; }},
    {"-N 3", [](const said& j) { return j.nodes_min == 3 && j.nodes_max == 3; }},
    {"-N3", [](const said& j) { return j.nodes_min == 3 && j.nodes_max == 3; }},
    {"-N1 --nodes=2 -N 3", [](const said& j) { return j.nodes_min == 3 && j.nodes_max == 3; }},
    {"--comment='a  b'", [](const said& j) { return j.comment == "a  b"; }},
    {"--comment=\"a 'b' \\\" c\"", [](const said& j) { return j.comment == "a 'b' \" c"; }},
    {"--comment a\\ b", [](const said& j) { return j.comment == "a b"; }},
    {"--comment 'a # b'", [](const said& j) { return j.comment == "a # b"; }},
    {"--comment=a#b", [](const said& j) { return j.comment == "a#b"; }},
    // Options, long and short
    {"-J x", [](const said& j) { return j.name == "x"; }},
    {"--job-name=x", [](const said& j) { return j.name == "x"; }},
    {"-t 5", [](const said& j) { return j.time_limit == 300; }},
    {"--time=5", [](const said& j) { return j.time_limit == 300; }},
    {"--time-min=5 -t 6", [](const said& j) { return j.time_min == 300; }},
    {"--nodes=2-4", [](const said& j) { return j.nodes_min == 2 && j.nodes_max == 4; }},
    {"-n 7", [](const said& j) { return j.tasks == 7; }},
    {"--ntasks=7", [](const said& j) { return j.tasks == 7; }},
    {"--ntasks-per-node=7", [](const said& j) { return j.tasks_per_node == 7; }},
    {"-c 7", [](const said& j) { return j.cpus_per_task == 7; }},
    {"--cpus-per-task=7", [](const said& j) { return j.cpus_per_task == 7; }},
    {"-p a,b", [](const said& j) { return j.partitions == names{"a", "b"}; }},
    {"--partition=a", [](const said& j) { return j.partitions == names{"a"}; }},
    {"-q x", [](const said& j) { return j.qos == "x"; }},
    {"--qos=x", [](const said& j) { return j.qos == "x"; }},
    {"-A x", [](const said& j) { return j.account == "x"; }},
    {"--account=x", [](const said& j) { return j.account == "x"; }},
    {"--nice", [](const said& j) { return j.nice == 100; }},
    {"--nice=-7", [](const said& j) { return j.nice == -7; }},
    {"-C a&b", [](const said& j) { return j.constraint == "a&b"; }},
    {"--constraint=a", [](const said& j) { return j.constraint == "a"; }},
    {"-w n[1-2]", [](const said& j) { return j.nodelist == "n[1-2]"; }},
    {"--nodelist=n1", [](const said& j) { return j.nodelist == "n1"; }},
    {"-x n3", [](const said& j) { return j.exclude == "n3"; }},
    {"--exclude=n3", [](const said& j) { return j.exclude == "n3"; }},
    {"--exclusive", [](const said& j) { return j.exclusive; }},
    {"-L a:2,b", [](const said& j) { return j.licenses == gres_list{{"a", "", 2}, {"b", "", 1}}; }},
    {"--licenses=a", [](const said& j) { return j.licenses == gres_list{{"a", "", 1}}; }},
    {"--reservation=x", [](const said& j) { return j.reservation == "x"; }},
    {"--no-requeue", [](const said& j) { return !j.requeue; }},
    {"--no-requeue --requeue", [](const said& j) { return j.requeue; }},
    {"-H", [](const said& j) { return j.held; }},
    {"--hold", [](const said& j) { return j.held; }},
    {"--comment x", [](const said& j) { return j.comment == "x"; }},
    {"--export=ALL,A=1", [](const said& j) { return j.export_names == "ALL,A=1"; }},
    {"-D /x", [](const said& j) { return j.directory == "/x"; }},
    {"--chdir=/x", [](const said& j) { return j.directory == "/x"; }},
    {"-o %j.o", [](const said& j) { return j.output == "%j.o"; }},
    {"--output=o", [](const said& j) { return j.output == "o"; }},
    {"-e e", [](const said& j) { return j.errors == "e"; }},
    {"--error=e", [](const said& j) { return j.errors == "e"; }},
    {"-i i", [](const said& j) { return j.input == "i"; }},
    {"--input=i", [](const said& j) { return j.input == "i"; }},
    {"--signal=B:USR1@60", [](const said& j) { return j.signal == "B:USR1@60"; }},
    {"-b now+2hours", [](const said& j) { return j.begin == slurm_when{slurm_when::kind::after_now, 7200}; }},
    {"--begin=16:00", [](const said& j) { return j.begin == slurm_when{slurm_when::kind::clock, 57'600}; }},
    {"--deadline=2026-03-04T01:00",
     [](const said& j) { return j.deadline == slurm_when{slurm_when::kind::date, 1'772'586'000}; }},
    // Times
    {"-t 90", [](const said& j) { return j.time_limit == 5400; }},
    {"-t 90:30", [](const said& j) { return j.time_limit == 5430; }},
    {"-t 1:30:15", [](const said& j) { return j.time_limit == 5415; }},
    {"-t 2-3", [](const said& j) { return j.time_limit == 183'600; }},
    {"-t 2-3:30", [](const said& j) { return j.time_limit == 185'400; }},
    {"-t 2-3:30:15", [](const said& j) { return j.time_limit == 185'415; }},
    {"-t 0:01", [](const said& j) { return j.time_limit == 1; }},
    {"-t UNLIMITED", [](const said& j) { return j.time_limit == no_limit; }},
    {"-t unlimited", [](const said& j) { return j.time_limit == no_limit; }},
    // Memory
    {"--mem=3", [](const said& j) { return j.memory == 3 * mebibyte; }},
    {"--mem=3K", [](const said& j) { return j.memory == 3 * 1024; }},
    {"--mem=3M", [](const said& j) { return j.memory == 3 * mebibyte; }},
    {"--mem=3G", [](const said& j) { return j.memory == 3 * gib; }},
    {"--mem=3T", [](const said& j) { return j.memory == 3 * 1024 * gib; }},
    {"--mem=0", [](const said& j) { return j.memory == 0; }},
    {"--mem-per-cpu=3", [](const said& j) { return j.memory_per_cpu == 3 * mebibyte && !j.memory; }},
    {"--mem-per-gpu=3G", [](const said& j) { return j.memory_per_gpu == 3 * gib && !j.memory; }},
    // GPUs
    {"--gres=gpu", [](const said& j) { return j.gres == gres_list{{"gpu", "", 1}}; }},
    {"--gres=gpu:2", [](const said& j) { return j.gres == gres_list{{"gpu", "", 2}}; }},
    {"--gres=gpu:a100", [](const said& j) { return j.gres == gres_list{{"gpu", "a100", 1}}; }},
    {"--gres=gpu:a100:4", [](const said& j) { return j.gres == gres_list{{"gpu", "a100", 4}}; }},
    {"--gres=gpu:a100:4,gpu:t4:1,nic:2",
     [](const said& j) { return j.gres == gres_list{{"gpu", "a100", 4}, {"gpu", "t4", 1}, {"nic", "", 2}}; }},
    {"-G 8", [](const said& j) { return j.gpus == sbatch_gres{"gpu", "", 8}; }},
    {"-Gh100:8", [](const said& j) { return j.gpus == sbatch_gres{"gpu", "h100", 8}; }},
    {"-G h100:8", [](const said& j) { return j.gpus == sbatch_gres{"gpu", "h100", 8}; }},
    {"--gpus=h100:8", [](const said& j) { return j.gpus == sbatch_gres{"gpu", "h100", 8}; }},
    {"--gpus-per-node=h100:8", [](const said& j) { return j.gpus_per_node == sbatch_gres{"gpu", "h100", 8}; }},
    {"--gpus-per-task=8", [](const said& j) { return j.gpus_per_task == sbatch_gres{"gpu", "", 8}; }},
    // Priority
    {"--priority=77", [](const said& j) { return j.priority == 77 && j.band == band_normal; }},
    {"--priority=urgent", [](const said& j) { return !j.priority && j.band == band_urgent; }},
    {"--priority=HIGH", [](const said& j) { return !j.priority && j.band == band_high; }},
    {"--priority=Normal", [](const said& j) { return !j.priority && j.band == band_normal; }},
    {"--priority=low", [](const said& j) { return !j.priority && j.band == band_low; }},
    {"-J x", [](const said& j) { return !j.priority && j.band == band_normal && !j.asks_for_gpus(); }},
    // Arrays and dependencies
    {"-a 0-15:4%2,20",
     [](const said& j) {
       return j.array == std::vector<sbatch_range>{{0, 15, 4}, {20, 20, 1}} && j.array_limit == 2;
     }},
    {"--array=7", [](const said& j) { return j.array == std::vector<sbatch_range>{{7, 7, 1}} && j.array_limit == 0; }},
    {"-d afterok:1:2,afterany:3",
     [](const said& j) {
       return !j.after_any && j.after == std::vector<sbatch_dependency>{{.on = dependency::ok, .job = 1},
                                                                        {.on = dependency::ok, .job = 2},
                                                                        {.on = dependency::any, .job = 3}};
     }},
    {"--dependency=afterok:1?afternotok:2",
     [](const said& j) {
       return j.after_any && j.after == std::vector<sbatch_dependency>{{.on = dependency::ok, .job = 1},
                                                                       {.on = dependency::not_ok, .job = 2}};
     }},
    {"-d after:4", [](const said& j) { return j.after.size() == 1 && j.after[0].on == dependency::start; }},
    {"-d singleton", [](const said& j) { return j.after.size() == 1 && j.after[0].on == dependency::singleton; }},
};

sbatch_script script(const std::string& directives, const sbatch_options& o = {}) {
  return read_sbatch("#!/bin/sh\n" + directives + "srun x\n", "job.sh", o);
}

/// A job that a script can say, every option by chance.
class random_jobs {
public:
  explicit random_jobs(std::uint64_t seed) : g_(seed) {}

  std::vector<said> components() {
    std::vector<said> out{one()};
    out[0].name = text();
    for (std::uint64_t k = some(3); k-- > 0;) {
      said j = one();
      j.name = g_.chance(0.5) ? text() : out[0].name;
      if (j.account.empty()) j.account = out[0].account;  // a component cannot take it back
      out.push_back(j);
    }
    return out;
  }

private:
  bool half() { return g_.chance(0.5); }
  std::uint64_t some(std::uint64_t n) { return half() ? 0 : g_.below(n); }
  std::uint32_t count() { return static_cast<std::uint32_t>(g_.below(8) == 0 ? 1'000'000'000 : 1 + g_.below(64)); }
  std::string text() {
    constexpr std::string_view letters = "abcXYZ019 #'\"\\%@*?$&|[]{}<>;:,.=+-_/~!()\t";
    std::string out;
    for (std::uint64_t n = 1 + g_.below(8); n-- > 0;) out += letters[g_.below(letters.size())];
    return out;
  }
  std::string word() {
    constexpr std::string_view letters = "abcxyz019-_.";
    std::string out(1, static_cast<char>('a' + g_.below(26)));
    for (std::uint64_t n = g_.below(5); n-- > 0;) out += letters[g_.below(letters.size())];
    return out;
  }
  std::string maybe() { return half() ? std::string() : text(); }
  sbatch_gres gres(bool typed, bool large) {
    sbatch_gres g{word(), typed && half() ? word() : std::string(), 1 + static_cast<amount>(g_.below(5000))};
    if (large && half()) g.count <<= 10 * g_.below(4);
    return g;
  }
  std::optional<sbatch_gres> gpus() {
    if (g_.below(4) != 0) return std::nullopt;
    sbatch_gres g = gres(true, false);
    g.name = "gpu";
    return g;
  }
  std::optional<amount> memory() { return static_cast<amount>(1 + g_.below(1000)) << (10 * (1 + g_.below(4))); }
  slurm_when when() {
    switch (g_.below(6)) {
      case 0: return {slurm_when::kind::after_now, g_.between(0, 1'000'000'000)};
      case 1: return {slurm_when::kind::clock, g_.between(0, 86'399)};
      case 2: return {slurm_when::kind::date, g_.between(0, 4'000'000'000)};
      default: return {};
    }
  }
  said one() {
    said j;
    j.user = "slurm_user";
    j.account = maybe(), j.qos = maybe(), j.reservation = maybe(), j.comment = maybe();
    for (std::uint64_t k = some(3); k-- > 0;) j.partitions.push_back(word());
    if (half()) j.time_limit = g_.between(1, 10'000'000);
    if (half()) j.time_min = g_.between(1, j.time_limit == no_limit ? 10'000'000 : j.time_limit.count());
    if (half()) {
      j.nodes_min = count();
      j.nodes_max = half() ? j.nodes_min : std::max(count(), j.nodes_min);
    }
    if (half()) j.tasks = count();
    if (half()) j.tasks_per_node = count();
    if (half()) j.cpus_per_task = count();
    switch (g_.below(5)) {
      case 0: j.memory = memory(); break;
      case 1: j.memory_per_cpu = memory(); break;
      case 2: j.memory_per_gpu = memory(); break;
      case 3: j.memory = 0; break;
      default: break;
    }
    for (std::uint64_t k = some(4); k-- > 0;) j.gres.push_back(gres(true, true));
    for (std::uint64_t k = some(4); k-- > 0;) j.licenses.push_back(gres(false, false));
    j.gpus = gpus(), j.gpus_per_node = gpus(), j.gpus_per_task = gpus();
    if (g_.below(3) == 0) j.priority = g_.between(0, 4'294'967'294);
    else j.band = static_cast<std::int32_t>(g_.below(4));
    if (half()) j.nice = static_cast<std::int32_t>(g_.between(-2'147'483'645, 2'147'483'645));
    for (std::uint64_t k = some(4); k-- > 0;) {
      const auto first = static_cast<std::uint32_t>(g_.below(1000));
      j.array.push_back(
          {first, first + static_cast<std::uint32_t>(some(1000)), 1 + static_cast<std::uint32_t>(some(9))});
    }
    if (!j.array.empty() && half()) j.array_limit = count() % 1000 + 1;
    for (std::uint64_t k = some(4); k-- > 0;) {
      sbatch_dependency d;
      switch (g_.below(6)) {
        case 0: d.on = dependency::singleton; break;
        case 1: d.corresponding = true; break;
        case 2: d.on = dependency::start; break;
        case 3: d.on = dependency::any; break;
        case 4: d.on = dependency::not_ok; break;
        default: break;
      }
      if (d.on != dependency::singleton) {
        d.job = 1 + static_cast<job_number>(g_.below(1'000'000));
        if (half()) d.task = static_cast<std::int64_t>(g_.below(1000));
        if (half()) d.delay = 60 * static_cast<std::int64_t>(g_.below(1000));
      }
      j.after.push_back(d);
    }
    j.after_any = j.after.size() > 1 && half();
    j.begin = when(), j.deadline = when();
    j.constraint = maybe(), j.nodelist = maybe(), j.exclude = maybe();
    j.exclusive = half(), j.held = half(), j.requeue = half();
    j.export_names = maybe(), j.directory = maybe(), j.output = maybe(), j.errors = maybe(), j.input = maybe();
    j.signal = maybe();
    return j;
  }

  random_generator g_;
};

}  // namespace

TEST_CASE("a directive, and the same words on a command line, say what the manual says") {
  std::size_t checked = 0;
  for (const sentence& s : sentences) {
    CAPTURE(s.options);
    const sbatch_script in_script = script("#SBATCH " + std::string(s.options) + "\n");
    CHECK((in_script.ok() && in_script.unrecognised.empty() && in_script.warnings.empty()));
    CHECK(s.holds(in_script.job()));
    CHECK(script("#SBATCH " + std::string(s.options) + "   # why not\n").job() == in_script.job());
    CHECK(script("#SBATCH\t" + std::string(s.options) + "\r\n").job() == in_script.job());
    if (std::string_view(s.options).find('#') == std::string_view::npos) {
      const sbatch_script line = read_sbatch_command("sbatch " + std::string(s.options) + " job.sh");
      CHECK((line.ok() && line.job() == in_script.job() && line.command == "job.sh"));
    }
    ++checked;
  }
  CHECK(checked == 97);
}

TEST_CASE("later directives win over earlier ones, the command line over all of them") {
  CHECK(script("#SBATCH -n2 -p a\n#SBATCH --ntasks=3\n").job().tasks == 3);
  CHECK(script("#SBATCH --priority=urgent\n#SBATCH --priority=5\n").job().band == band_normal);
  CHECK(script("#SBATCH --gres=gpu:2,nic\n#SBATCH --gres=gpu:4\n").job().gres == gres_list{{"gpu", "", 4}});
  CHECK(script("#SBATCH -a 1-9%2\n#SBATCH -a 3\n").job().array_limit == 0);
  CHECK(read_sbatch("#SBATCH -n2 --mem=4G\n", "j", {}, "-n 3 --mem-per-cpu=1G").job().tasks == 3);
}

TEST_CASE("directives count before the first other line that is no comment; later ones are warned of") {
  const sbatch_script s = read_sbatch(
      "#!/bin/sh\n# x\n\n#SBATCH -n2\n   # y\n#SBATCH -c3\nexport A=1\n#SBATCH -n9\n#SBATCH --nonsense\n", "job.sh");
  CHECK((s.ok() && s.job().tasks == 2 && s.job().cpus_per_task == 3 && s.unrecognised.empty()));
  REQUIRE(s.warnings.size() == 2);
  CHECK((s.warnings[0].line == 8 && s.warnings[1].line == 9));
  CHECK(read_sbatch("srun x\n#SBATCH -n2\n").job().tasks == 0);
  CHECK(read_sbatch("#SBATCH -n2\n").job().tasks == 2);  // without #!
  CHECK(read_sbatch(" #SBATCH -n2\n#SBATCHES -n3\n#sbatch -n4\n##SBATCH -n5\n").job().tasks == 0);
}

TEST_CASE("unknown options are returned with line and text, and nothing else is lost") {
  const sbatch_script s = script("#SBATCH -n2 --mail-type=END\n#SBATCH --switches 1 -K -c3\n");
  CHECK((s.ok() && s.job().tasks == 2 && s.job().cpus_per_task == 3));
  CHECK(s.unrecognised == std::vector<sbatch_problem>{{2, "--mail-type", "--mail-type=END"},
                                                      {3, "--switches", "--switches 1"},
                                                      {3, "-K", "-K"}});
}

TEST_CASE("errors carry line, option and text") {
  const sbatch_script s = script("#SBATCH -n2\n\n#SBATCH --mem=4Q --time 1h\n#SBATCH -N 4-2\n");
  names all;
  for (const sbatch_problem& p : s.problems) all.push_back(describe(p, "job.sh"));
  CHECK(all == names{"job.sh:4: --mem: takes a whole number with K, M, G or T: '4Q'",
                     "job.sh:4: --time: takes M, M:S, H:M:S, D-H, D-H:M, D-H:M:S or UNLIMITED: '1h'",
                     "job.sh:5: -N: takes MIN-MAX with MIN not above MAX: '4-2'"});
  CHECK(s.job().tasks == 2);
}

TEST_CASE("hetjob parts components, in scripts and, as a colon, on command lines") {
  const sbatch_script s = script("#SBATCH -J h -n1\n#SBATCH hetjob\n#SBATCH -n2 -G1\n#SBATCH hetjob\n#SBATCH -n3\n");
  REQUIRE((s.ok() && s.components.size() == 3));
  CHECK((s.components[0].tasks == 1 && s.components[1].tasks == 2 && s.components[2].tasks == 3));
  CHECK((s.components[2].name == "h" && !s.components[0].gpus && !s.components[2].gpus));
  const sbatch_script line = read_sbatch_command("sbatch -J h -n1 : -n2 -G1 : -n3 job.sh a b");
  CHECK((line.components == s.components && line.arguments == names{"a", "b"}));
}

TEST_CASE("the reference's defaults; its three spellings of GPUs are one job") {
  const sbatch_options reference = reference_sbatch_options();
  const auto read = [&](const std::string& o) { return script("#SBATCH " + o + "\n", reference).job(); };
  const said plain = read("-J x");
  CHECK((plain.user == "slurm_user" && plain.gpus->count == 1 && plain.band == band_normal && !plain.priority));
  CHECK(!script("#SBATCH -J x\n").job().asks_for_gpus());  // otherwise none
  CHECK(!read("--gres=none").asks_for_gpus());
  cluster_builder b;
  node_spec n{.name = "n", .cpu = 64'000};
  n.devices.assign(8, {.model = "A100"});
  b.add_node(n);
  const cluster c = b.build();
  std::vector<cluster_job> jobs;
  for (const char* spelling : {"--gres=gpu:4", "--gpus=4", "-G 4"}) {
    sbatch_site site(c);
    const sbatch_submission s =
        make_cluster_jobs(script("#SBATCH " + std::string(spelling) + "\n", reference), site, 0);
    REQUIRE(s.jobs.size() == 1);
    jobs.push_back(s.jobs[0]);
  }
  CHECK((jobs[0] == jobs[1] && jobs[1] == jobs[2] && jobs[0].wants.groups[0].each.devices == 4));
  sbatch_site site(c);  // a type in any case
  const auto typed = make_cluster_jobs(script("#SBATCH --gres=gpu:a100:4\n"), site, 0).jobs[0];
  CHECK(typed.wants.groups[0].each.models == c.model_bit("A100"));
}

TEST_CASE("fault 12: memory of 2^31 and 2^40 bytes survives readers, jobs, stores, tables and writers") {
  const cluster c = [] {
    cluster_builder b;
    b.add_node({.name = "n", .cpu = 64'000, .memory = amount{1} << 41});
    return b.build();
  }();
  const std::pair<const char*, amount> cases[] = {{"2G", amount{1} << 31}, {"1T", amount{1} << 40}};
  for (const auto& [text, bytes] : cases) {
    const sbatch_script s = script("#SBATCH --mem=" + std::string(text) + "\n");
    CHECK(s.job().memory == bytes);
    sbatch_site site(c);
    stored_job r{.job = make_cluster_jobs(s, site, 0).jobs[0]};
    CHECK(r.job.wants.groups[0].each.memory == bytes);
    memory_store store;
    store.save(r);
    store.commit();
    store.load([&, wanted = bytes](stored_job&& back) {
      CHECK(back.job.wants.groups[0].each.memory == wanted);
      const std::vector<squeue_row> rows{make_squeue_row(back, {}, site, 0)};
      CHECK(rows[0].memory == wanted);
    });
    const std::vector<squeue_row> rows{make_squeue_row(r, {}, site, 0)};
    CHECK(format_squeue(rows, "%m", false) == std::string(text) + "\n");
    CHECK_THAT(write_sbatch_header(s.job()), sched_test::contains("--mem=" + std::string(text) + "\n"));
  }
}

TEST_CASE("fault 14: columns of ids, users and states of any length begin where the header says") {
  random_generator g(3);
  std::vector<squeue_row> rows;
  constexpr const char* states[] = {"PD", "R", "CG", "CD", "F", "CA", "PR", "S", "TO", "NF", "CF", "OOM"};
  for (int k = 0; k < 200; ++k) {
    squeue_row r;
    r.id = std::string(1 + g.below(30), '7'), r.user = std::string(1 + g.below(30), 'u');
    r.state = states[g.below(std::size(states))];
    r.gpus = g.below(100'000);
    rows.push_back(r);
  }
  for (const auto& [text, starts] : {std::pair{format_reference_squeue(rows), names{"JOBID", "USER", "STATE", "GPUS"}},
                                     std::pair{format_squeue(rows, "%12i %8u %4t %C"), names{"JOBID", "USER", "ST"}}}) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    REQUIRE(lines.size() == 201);
    for (const std::string& title : starts) {
      const std::size_t at = lines[0].find(title);
      for (const std::string& l : lines) CHECK((l[at] != ' ' && (at == 0 || l[at - 1] == ' ')));
    }
  }
  CHECK_THAT(format_reference_squeue(rows), sched_test::starts_with("JOBID      USER       STATE      GPUS\n"));
  rows.resize(1);
  rows[0].id = "1234567890", rows[0].user = "somebody_long", rows[0].state = "R", rows[0].gpus = 8;
  CHECK(format_reference_squeue(rows) ==
        "JOBID      USER       STATE      GPUS\n"
        "12345678   somebody_l RUNNING    8\n");
}

TEST_CASE("squeue: the default columns, fields with width and side, compact states") {
  sched_test::slurm_scene x;
  const std::string text = format_squeue(x.rows());
  CHECK(text.substr(0, text.find('\n')) ==
        "             JOBID PARTITION     NAME     USER ST       TIME  NODES NODELIST(REASON)");
  CHECK(format_squeue(x.rows(), "%.10i|%4t|%t").starts_with("     JOBID|ST  |ST\n         1|R   |R\n"));
  const std::pair<job_state, const char*> states[] = {
      {job_state::queued, "PD"},    {job_state::held, "PD"},       {job_state::scheduled, "CF"},
      {job_state::running, "R"},    {job_state::preempting, "CG"}, {job_state::preempted, "PR"},
      {job_state::completed, "CD"}, {job_state::cancelled, "CA"},  {job_state::failed, "F"}};
  for (const auto& [s, letters] : states) CHECK(compact_state(s) == letters);
  CHECK(compact_state(job_state::failed, end_reason::timeout) == "TO");
  CHECK(compact_state(job_state::failed, end_reason::node_lost) == "NF");
  CHECK(compact_state(job_state::failed, end_reason::out_of_memory) == "OOM");
  for (const char* letters : {"PD", "R", "CG", "CD", "F", "CA", "PR", "S", "TO", "NF", "CF", "OOM"})
    CHECK(long_state(letters) != "UNKNOWN");
}

TEST_CASE("lists of nodes in the bracket form, both ways") {
  const names four{"n001", "n002", "n003", "n004", "n007"};
  CHECK(compress_node_list(four) == "n[001-004,007]");
  CHECK(expand_node_list("n[001-004,007]") == four);
}

TEST_CASE("headers of random jobs are read as the same jobs") {
  random_jobs random(11);
  std::size_t parts = 0;
  for (int k = 0; k < 3000; ++k) {
    const std::vector<said> all = random.components();
    const std::string text = write_sbatch_header(all);
    const sbatch_script back = read_sbatch(text + "srun x\n", "other.sh");
    CAPTURE(text);
    REQUIRE((back.ok() && back.unrecognised.empty() && back.warnings.empty()));
    REQUIRE(back.components == all);
    REQUIRE(write_sbatch_header(back.components) == text);
    parts += all.size();
  }
  CHECK(parts > 3500);
}
