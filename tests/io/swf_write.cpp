// SPDX-License-Identifier: BSL-1.0
#include <sched/io/swf_write.hpp>

#include <limits>
#include <string>
#include <vector>

#include <sched/core/error.hpp>

#include "support/catch.hpp"
#include "support/traces.hpp"

using namespace sched;
using io::read_swf;
using io::write_swf;

namespace {

/// Runs of blanks become one; blanks at line ends and blank lines go.
std::string squeezed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool blank = io::is_blank(c);
    if (blank && (out.empty() || out.back() == ' ' || out.back() == '\n')) continue;
    if (c == '\n') {
      if (!out.empty() && out.back() == ' ') out.pop_back();
      if (out.empty() || out.back() == '\n') continue;
    }
    out += blank ? ' ' : c;
  }
  if (!out.empty() && out.back() != '\n') out += '\n';
  return out;
}

const std::string text =
    "; Version: 2.2\n"
    ";\n"
    ";   a comment: with colons\n"
    "; MaxProcs: 64\n"
    "; Empty:\n"
    "; the last comment\n"
    "1 10 5 60 4 12.50 -1 8 100 -1 1 3 2 7 0 1 -1 -1\n"
    "2 20 -1 61 4 -1 -1 4 100 -1 5 3 2 7 0 1 1 30 n1,n2 fat\n"
    "9 20 -1 61 4 0.125 -1 4 100 -1 5 3 2 7 0 1 -1 -1\n";

}  // namespace

TEST_CASE("write_swf gives back the text that was read") {
  CHECK(write_swf(read_swf(text)) == text);
  CHECK(write_swf({}).empty());
}

TEST_CASE("write_swf orders by submit time and job number") {
  io::swf_log log = read_swf(text);
  std::swap(log.records[0], log.records[2]);
  CHECK(write_swf(log) == text);
}

TEST_CASE("write_swf refuses what would read back as something else") {
  io::swf_log log;
  log.header.emplace_back("two words", "x");
  CHECK_THROWS_WITH(write_swf(log), "a header key of the trace is no word: 'two words'");
  log.header = {{"Note", "a\nb"}};
  CHECK_THROWS_WITH(write_swf(log), "a line break in the header entry Note");
  log.header.clear();
  log.comments.push_back({"a\n1 2 3", 0});
  CHECK_THROWS_AS(write_swf(log), error);
  log.comments.clear();
  log.records.resize(1);
  log.records[0].extra = "a\nb";
  CHECK_THROWS_AS(write_swf(log), error);
  log.records[0].extra.clear();
  log.records[0].cpu_time = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(write_swf(log), error);
}

TEST_CASE("the supplied logs survive writing and reading") {
  for (const known_trace& t : known_traces) {
    const auto original = trace_text(t.file);
    if (!original) {
      WARN("skipped: no trace " << t.file);
      continue;
    }
    INFO(t.file);
    const io::swf_log log = read_swf(*original);
    const std::string written = write_swf(log);
    CHECK((squeezed(written) == squeezed(*original)));
    const io::swf_log again = read_swf(written);
    CHECK((again.records == log.records));
    CHECK((again.header == log.header));
    CHECK((again.comments == log.comments));
  }
}

TEST_CASE("complete_swf_header adds what is missing and keeps the rest") {
  io::swf_log log =
      read_swf("; first\n; Computer: Abacus\n; MaxJobs: 99\n; Note: x\n1 10 5 60 4 -1 -1 8 100 -1 1 3 2 7 0 1 -1 -1\n");
  io::complete_swf_header(log, "ignored", 16, 1000);
  CHECK(write_swf(log) ==
        "; Version: 2.2\n; MaxRecords: 1\n; MaxProcs: 16\n; UnixStartTime: 1000\n; first\n; Computer: Abacus\n"
        "; MaxJobs: 1\n; Note: x\n1 10 5 60 4 -1 -1 8 100 -1 1 3 2 7 0 1 -1 -1\n");
  io::swf_log fresh;
  io::complete_swf_header(fresh, "Simulated", 0);
  CHECK(write_swf(fresh) ==
        "; Version: 2.2\n; Computer: Simulated\n; MaxJobs: 0\n; MaxRecords: 0\n; UnixStartTime: 0\n");
}

TEST_CASE("a finished run is written with its waits") {
  std::vector<job> jobs{rigid_job(7, 10, 4, 100, 60), rigid_job(8, 11, 2, 50, 50)};
  jobs[0].user = 3;
  jobs[0].group = jobs[0].queue = io::swf_unknown_id;
  jobs[0].not_before = 12;
  const std::vector<job_record> run{{15, 75, 0}, {}};
  const io::swf_log log = io::swf_of_run(jobs, run);
  CHECK(write_swf(log) ==
        "7 10 3 60 4 -1 -1 4 100 -1 1 3 -1 -1 -1 -1 -1 -1\n"
        "8 11 -1 50 2 -1 -1 2 50 -1 -1 0 0 -1 0 -1 -1 -1\n");
}
