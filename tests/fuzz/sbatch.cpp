// SPDX-License-Identifier: BSL-1.0
// Any bytes as an sbatch script, and as a command line: everything wrong has a line of the text and a reason; what is
// sound becomes jobs that make sense in a cluster, or an error with a reason, and a header that reads as the same jobs.
// As a format string it gives a table, or an error.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sched/io/sbatch.hpp>
#include <sched/io/sbatch_cluster.hpp>
#include <sched/io/sbatch_write.hpp>
#include <sched/io/squeue.hpp>

#include "support/fuzz_project.hpp"

namespace {

using namespace sched;

cluster machine() {
  cluster_builder b;
  for (int k = 0; k < 3; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 64'000, .memory = amount{1} << 39};
    for (int d = 0; d < 8; ++d) n.devices.push_back({.model = "A100"});
    n.counted = {{"nic", 2}};
    b.add_node(n);
  }
  return b.build();
}

/// Every job of a script can be said in a script again; of a command line, unless it has no name or values of several
/// lines.
void check_header(const io::sbatch_script& s, std::size_t lines) {
  if (!s.ok()) return;
  try {
    const std::string text = io::write_sbatch_header(s.components);
    fuzz_require(io::read_sbatch(text).components == s.components, "a header reads as the same jobs: " + text);
  } catch (const error& e) {
    fuzz_require(lines == 0 && !e.reason().empty(), "a job of a script can be written: " + e.reason());
  }
}

void check_format(const std::string& text) {
  try {
    const io::squeue_row rows[2];
    const std::string table = io::format_squeue(rows, text);
    fuzz_require(table.ends_with('\n'), "a table has lines");
  } catch (const error& e) {
    fuzz_require(!e.reason().empty() && e.reason().find('\n') == std::string::npos, "a reason in one line");
  }
}

void check(const io::sbatch_script& s, std::size_t lines) {
  check_header(s, lines);
  static const cluster c = machine();
  fuzz_require(!s.components.empty(), "there is a job");
  for (const auto* list : {&s.problems, &s.warnings, &s.unrecognised})
    for (const io::sbatch_problem& p : *list)
      fuzz_require(p.line <= lines && !p.text.empty() && !io::describe(p, "f").empty(), "a line and a reason");
  for (const io::sbatch_job& j : s.components) {
    std::uint64_t tasks = 0;
    for (const io::sbatch_range& r : j.array) tasks += (r.last - r.first) / r.step + 1;
    if (tasks > 100) return;
  }
  io::sbatch_site site(c);
  site.arrays[1] = {{1, 0}, {2, 1}};
  try {
    const io::sbatch_submission out = io::make_cluster_jobs(s, site, 1'772'582'400);
    for (const cluster_job& j : out.jobs) check_cluster_job(j, c);
  } catch (const error& e) {
    fuzz_require(!e.reason().empty() && site.next_id == 1, "an error has a reason and changes nothing");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t lines = 1;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  check(io::read_sbatch(text, "f"), lines);
  check(io::read_sbatch(std::string("#SBATCH ") + std::string(text), "f", io::reference_sbatch_options()), lines);
  check(io::read_sbatch_command(text), 0);
  check_format(std::string(text));
  return 0;
}
