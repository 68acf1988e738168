// SPDX-License-Identifier: BSL-1.0
#include <sched/io/squeue.hpp>

#include <string>
#include <vector>

#include <sched/dispatch/cluster_scheduler.hpp>
#include <sched/io/sbatch.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

cluster machine() {
  cluster_builder b;
  for (int k = 1; k <= 4; ++k) {
    node_spec n{.name = "n00" + std::to_string(k), .cpu = 16'000, .memory = amount{64} << 30};
    if (k <= 2)
      for (int d = 0; d < 4; ++d) n.devices.push_back({.model = "A100"});
    b.add_node(n);
  }
  return b.build();
}

/// Two jobs run, an array waits in part; an hour has passed.
struct scene {
  cluster c = machine();
  io::sbatch_site site{c};
  cluster_scheduler<> s{c};
  std::vector<std::pair<job_number, std::int64_t>> ids;

  explicit scene() {
    site.unix_start = 1'772'582'400;
    submit("#SBATCH -J training_of_a_model -N2 --gres=gpu:4 -p gpu -t 2:00:00 -A lab\n");
    submit("#SBATCH -J cpu -n 3 -c 16 -p cpu -t 1-0\n");
    submit("#SBATCH -J sweep -a 1-2 -c 8 --gres=gpu:1 -p gpu -t 30 -d afterany:1\n");
    static_cast<void>(s.decide(0));
    static_cast<void>(s.decide(3661));
  }
  void submit(const std::string& text) {
    const auto sub = io::make_cluster_jobs(io::read_sbatch(text), site, 0);
    for (std::size_t k = 0; k < sub.jobs.size(); ++k) {
      s.submit(sub.jobs[k], 0);
      ids.emplace_back(sub.jobs[k].id, sub.indices[k]);
    }
  }
  [[nodiscard]] std::vector<io::squeue_row> rows() {
    std::vector<io::squeue_row> out;
    for (const auto& [id, index] : ids) out.push_back(io::make_squeue_row(s.record(id), s.why(id), site, 3661, index));
    return out;
  }
};

std::string complaint(const std::string& format) {
  try {
    static_cast<void>(io::format_squeue({}, format));
  } catch (const error& e) {
    return e.reason();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("squeue: Slurm's default columns") {
  scene x;
  CHECK(io::format_squeue(x.rows()) ==
        "             JOBID PARTITION     NAME     USER ST       TIME  NODES NODELIST(REASON)\n"
        "                 1       gpu training slurm_us  R    1:01:01      2 n[001-002]\n"
        "                 2       cpu      cpu slurm_us PD       0:00      1 (Resources)\n"
        "               3_1       gpu    sweep slurm_us PD       0:00      1 (Dependency)\n"
        "               3_2       gpu    sweep slurm_us PD       0:00      1 (Dependency)\n");
}

TEST_CASE("squeue: every letter, widths, literal text, no header") {
  scene x;
  const auto rows = x.rows();
  const auto one = [&](const std::string& f) { return io::format_squeue(std::span(rows).first(1), f, false); };
  CHECK(one("%i|%A|%F|%K|%j|%u|%a|%P|%t|%T") == "1|1|1|N/A|training_of_a_model|slurm_user|lab|gpu|R|RUNNING\n");
  CHECK(one("%M|%l|%L|%S|%e|%V") ==
        "1:01:01|2:00:00|58:59|2026-03-04T00:00:00|2026-03-04T02:00:00|2026-03-04T00:00:00\n");
  CHECK(one("%D|%C|%m|%b|%N|%R|%r|%E|%Q|%y") == "2|2|0|gres/gpu:8|n[001-002]|n[001-002]|None|(null)|0|0\n");
  CHECK(one("<%5t|%.5t|%4j>") == "<R    |    R|trai>\n");
  CHECK(io::format_squeue(rows, "%F %K %E").find("3 2 afterany:1\n") != std::string::npos);
}

TEST_CASE("formats that are none are refused with the field") {
  CHECK(complaint("%Z") == "the field '%Z' is unknown: letters are iAFKjuaPtTMlLSeVDCmbNRrEQy");
  CHECK(complaint("%i %.5") == "the format ends within the field '%.5'");
  CHECK(complaint("%") == "the format ends within the field '%'");
  CHECK(complaint("%.i") == "the field '%.i' has a dot but no width");
  CHECK(complaint("%99999i") == "the field '%99999i' is wider than 9999");
  CHECK(complaint("") == "the format is empty");
  CHECK_THROWS_AS(io::format_sinfo({}, "%i"), error);
  CHECK_THROWS_WITH(io::format_sacct({}, "JobID,Nope%3"), sched_test::starts_with("the column 'Nope' is unknown"));
  CHECK_THROWS_WITH(io::format_sacct({}, "JobID%x"), "the width of the column 'JobID' is not 1 to 9999");
}

TEST_CASE("the reference's layout: header and rows begin at the same places for texts of any length") {
  std::vector<io::squeue_row> rows;
  for (const std::size_t n : {1U, 8U, 9U, 10U, 11U, 40U}) {
    io::squeue_row r;
    r.id = std::string(n, '1');
    r.user = std::string(n, 'u');
    r.state = "CG";
    r.gpus = n;
    rows.push_back(r);
  }
  const std::string text = io::format_reference_squeue(rows);
  CHECK(text.starts_with("JOBID      USER       STATE      GPUS\n1          u          COMPLETING 1\n"));
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  for (const std::string& l : lines)
    for (const std::size_t k : {11U, 22U, 33U}) CHECK((l[k - 1] == ' ' && l[k] != ' '));
  CHECK(lines.back().substr(0, 11) == "11111111   ");
}

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

TEST_CASE("states in Slurm's letters") {
  const auto failed = [](end_reason r) { return io::compact_state(job_state::failed, r); };
  CHECK(failed(end_reason::timeout) == "TO");
  CHECK(failed(end_reason::out_of_memory) == "OOM");
  CHECK(failed(end_reason::node_lost) == "NF");
  CHECK(failed(end_reason::exit_code) == "F");
  CHECK(io::compact_state(job_state::preempted) == "PR");
  CHECK(io::compact_state(job_state::preempting) == "CG");
  CHECK(io::compact_state(job_state::completed) == "CD");
  CHECK(io::compact_state(job_state::cancelled) == "CA");
  CHECK(io::compact_state(job_state::scheduled) == "CF");
  CHECK(io::compact_state(job_state::held) == "PD");
  CHECK(io::long_state("S") == "UNKNOWN");
}
