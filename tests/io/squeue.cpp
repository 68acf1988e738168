// SPDX-License-Identifier: BSL-1.0
#include <sched/io/squeue.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/slurm_scene.hpp"

using namespace sched;
using scene = sched_test::slurm_scene;

namespace {

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
  CHECK(io::format_squeue(std::span(rows).last(1), "%i %A %F %K", false) == "3_2 4 3 2\n");
  CHECK(io::format_squeue(rows, "%F %K %E").find("3 2 afterany:1\n") != std::string::npos);
}

TEST_CASE("formats that are none are refused with the field") {
  CHECK(complaint("%Z") == "the field '%Z' is unknown: letters are iAFKjuaPtTMlLSeVDCmbNRrEQy");
  CHECK(complaint("%i %.5") == "the format ends within the field '%.5'");
  CHECK(complaint("%") == "the format ends within the field '%'");
  CHECK(complaint("%.i") == "the field '%.i' has a dot but no width");
  CHECK(complaint("%99999i") == "the field '%99999i' is wider than 9999");
  CHECK(complaint("") == "the format is empty");
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
  CHECK(io::long_state("S") == "SUSPENDED");
  CHECK(io::long_state("X") == "UNKNOWN");
}
