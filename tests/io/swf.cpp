// SPDX-License-Identifier: BSL-1.0
#include <sched/io/swf.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <sched/core/error.hpp>

#include "support/catch.hpp"
#include "support/traces.hpp"

using namespace sched;
using io::read_swf;

namespace {

const std::string head =
    "; Version: 2.2\n"                                                        // 1
    ";\n"                                                                     // 2
    "; MaxNodes: 64\n"                                                        // 3
    ";   see http://example.org/log\n"                                        // 4
    "; Note: first\n"                                                         // 5
    ";Note:second\n";                                                         // 6
const std::string one = "1 10 5 60 4 12.50 -1 8 100 -1 1 3 2 7 0 1 -1 -1\n";  // 7
const std::string two = "2 20 -1 61 4 -1 -1 4 100 -1 5 3 2 7 0 1 1 30\n";     // 8

error failure(const std::string& text, const io::swf_options& o = {}) {
  try {
    static_cast<void>(read_swf(text, "t.swf", o));
  } catch (const error& e) {
    return e;
  }
  FAIL("no error");
  return error("");
}
std::string what(const std::string& text, const io::swf_options& o = {}) { return failure(text, o).what(); }

std::string line(const std::string& job, const std::string& submit, const std::string& processors = "1",
                 const std::string& preceding = "-1") {
  return job + " " + submit + " -1 5 " + processors + " -1 -1 1 9 -1 1 1 1 -1 -1 -1 " + preceding + " -1\n";
}

std::vector<std::int64_t> numbers(const io::swf_log& log) {
  std::vector<std::int64_t> all;
  for (const auto& r : log.records) all.push_back(r.job);
  return all;
}

}  // namespace

TEST_CASE("read_swf keeps header entries, comments and all 18 fields") {
  const io::swf_log log = read_swf(head + one + two, "t.swf");
  CHECK(log.header == std::vector<std::pair<std::string, std::string>>{
                          {"Version", "2.2"}, {"MaxNodes", "64"}, {"Note", "first"}, {"Note", "second"}});
  REQUIRE(log.comments.size() == 2);
  CHECK(log.comments[0] == io::swf_comment{"", 1});
  CHECK(log.comments[1] == io::swf_comment{"   see http://example.org/log", 2});
  REQUIRE(log.records.size() == 2);
  const io::swf_record& r = log.records[0];
  CHECK(r.job == 1);
  CHECK(r.submit == 10);
  CHECK(r.wait == 5);
  CHECK(r.runtime == 60);
  CHECK(r.processors == 4);
  CHECK(r.cpu_time == 12.5);
  CHECK(r.cpu_decimals == 2);
  CHECK(r.memory == -1);
  CHECK(r.requested_processors == 8);
  CHECK(r.requested_time == 100);
  CHECK(r.requested_memory == -1);
  CHECK(r.status == 1);
  CHECK(r.user == 3);
  CHECK(r.group == 2);
  CHECK(r.executable == 7);
  CHECK(r.queue == 0);
  CHECK(r.partition == 1);
  CHECK(r.preceding_job == -1);
  CHECK(r.think_time == -1);
  CHECK(r.extra.empty());
  CHECK(log.records[1].preceding_job == 1);
  CHECK(log.records[1].think_time == 30);
  CHECK(log.find("Note") == "first");
  CHECK_FALSE(log.find("note"));
  CHECK(log.warnings.empty());
  CHECK(log.skipped.empty());
}

TEST_CASE("read_swf takes every spelling of lines and blanks") {
  const io::swf_log plain = read_swf(one + two);
  const auto same = [&](const std::string& text) { return read_swf(text).records == plain.records; };
  const std::string bare = two.substr(0, two.size() - 1);
  CHECK(same(one + bare));
  CHECK(same("\n  \n" + one + "\n\t\n" + two + "\n\n"));
  std::string windows;
  for (const char c : one + bare) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(same(windows));
  CHECK(same("  \t" + one + " ; a comment after blanks\n" + two));
  CHECK(read_swf(one.substr(0, one.size() - 1) + "  12,13-15  bigmem=1 x \n").records[0].extra ==
        "12,13-15  bigmem=1 x");
}

TEST_CASE("a log without records is empty, not wrong") {
  CHECK(read_swf("").empty());
  CHECK(read_swf("; MaxProcs: 4\n\n").empty());
  CHECK_FALSE(read_swf(one).empty());
}

TEST_CASE("machine_size is MaxProcs, else MaxNodes, else unknown") {
  const auto size = [](const std::string& text) { return io::machine_size(read_swf(text)); };
  CHECK(size("; MaxNodes: 64\n; MaxProcs: 128\n") == 128);
  CHECK(size("; MaxNodes: 64 nodes of two kinds\n") == 64);
  CHECK(size("; MaxProcs: -1\n; MaxNodes: 64\n") == 64);
  CHECK_FALSE(size("; MaxProcs: many\n"));
  CHECK_FALSE(size("; MaxProcs: 12.5\n"));
  CHECK_FALSE(size("; MaxProcs: 99999999999999999999\n"));
  CHECK_FALSE(size(one));
  CHECK(read_swf("; MaxProcs: many\n").warnings ==
        std::vector<std::string>{"header entry MaxProcs is not used: it holds 'many'"});
}

TEST_CASE("bad lines are told with file, line, job, field and reason") {
  CHECK(what(head + "1 2 3\n") == "t.swf:7: job 1: run time (field 4) is missing");
  CHECK(what(one + "7 10 5 6x 4 -1 -1 8 100 -1 1 3 2 7 0 1 -1 -1\n") ==
        "t.swf:2: job 7: run time (field 4) is not a whole number: '6x'");
  CHECK(what("x\n") == "t.swf:1: job number (field 1) is not a whole number: 'x'");
  CHECK_THAT(what("1 99999999999999999999\n"),
             sched_test::contains("job 1: submit time (field 2) '99999999999999999999' is "
                                  "outside"));
  CHECK_THAT(what("1 9223372036854775807\n"), sched_test::contains("outside"));
  CHECK_THAT(what("1 -9223372036854775808\n"), sched_test::contains("outside"));
  CHECK_THAT(what("1 2 3 4 5 nan 7\n"), sched_test::contains("CPU time (field 6) is not a number: 'nan'"));
  CHECK_THAT(what("1 2 3 4 5 1e3 7\n"), sched_test::contains("CPU time (field 6) is not a number: '1e3'"));
  CHECK_THAT(what("1 2 3 4 5 1,5 7\n"), sched_test::contains("CPU time (field 6)"));
  CHECK_THAT(what("1 2 3 +4\n"), sched_test::contains("not a whole number"));
  CHECK_THAT(what("1 2 3 4..0\n"), sched_test::contains("not a whole number"));
  CHECK_THAT(what("1 2 3 .\n"), sched_test::contains("not a whole number"));
  CHECK(failure(one + "7 x\n").ids() == std::vector<std::string>{"7"});
  const io::swf_log largest = read_swf(line("9223372036854775806", "-9223372036854775807"));
  CHECK(largest.records[0].job == 9223372036854775806);
}

TEST_CASE("bad lines can be skipped; each is listed") {
  const io::swf_log log = read_swf(one + "x\n" + two + "3 4\n", "t.swf", {.bad_lines = io::swf_bad_lines::skip});
  CHECK(numbers(log) == std::vector<std::int64_t>{1, 2});
  REQUIRE(log.skipped.size() == 2);
  CHECK(log.skipped[0] == io::swf_skipped{2, "job number (field 1) is not a whole number: 'x'"});
  CHECK(log.skipped[1] == io::swf_skipped{4, "job 3: wait time (field 3) is missing"});
}

TEST_CASE("decimals of whole fields") {
  CHECK(read_swf(line("1.0", "10.000")).records[0].submit == 10);
  CHECK(read_swf(line("1", "10.")).records[0].submit == 10);
  CHECK(what(line("1", "10.5")) == "t.swf:1: job 1: submit time (field 2) is not a whole number: '10.5'");
  const io::swf_options floor{.decimals = io::swf_decimals::floor};
  CHECK(read_swf(line("1", "10.5"), "", floor).records[0].submit == 10);
  CHECK(read_swf(line("1", "-10.5"), "", floor).records[0].submit == -11);
  CHECK(read_swf(line("1", "-0.5"), "", floor).records[0].submit == -1);
  CHECK(read_swf(line("1", "-10.0"), "", floor).records[0].submit == -10);
  CHECK_THAT(what(line("1", "99999999999999999999.5"), floor), sched_test::contains("outside"));
}

TEST_CASE("a job number for the second time") {
  const std::string text = line("4", "1") + line("2", "2") + line("4", "3") + line("2", "4") + line("4", "5");
  CHECK(what(text) == "t.swf:3: job 4: its number stands on line 1 already");
  const io::swf_log log = read_swf(text, "", {.duplicates = io::swf_duplicates::keep_first});
  CHECK(numbers(log) == std::vector<std::int64_t>{4, 2});
  REQUIRE(log.skipped.size() == 3);
  CHECK(log.skipped[2] == io::swf_skipped{5, "job 4: its number stands on line 1 already"});
}

TEST_CASE("submit times that go back are sorted, stably") {
  const std::string text = line("1", "5") + line("2", "3") + line("3", "5") + line("4", "3");
  const io::swf_log log = read_swf(text);
  CHECK(numbers(log) == std::vector<std::int64_t>{2, 4, 1, 3});
  CHECK(log.warnings == std::vector<std::string>{"submit times go back 2 times: sorted"});
  CHECK(what(text, {.unsorted = io::swf_unsorted::refuse}) ==
        "t.swf:2: job 2: submit time 3 is before 5 of the line before");
}

TEST_CASE("negative and absolute submit times are kept, or shifted") {
  const std::string text = line("1", "-7") + line("2", "1000000000");
  CHECK(read_swf(text).records[0].submit == -7);
  const io::swf_log log = read_swf(text, "", {.shift_to_zero = true});
  CHECK(log.records[0].submit == 0);
  CHECK(log.records[1].submit == 1000000007);
  CHECK(read_swf("", "", {.shift_to_zero = true}).empty());
  CHECK_THAT(what(line("1", "-9000000000000000000") + line("2", "9000000000000000000"), {.shift_to_zero = true}),
             sched_test::starts_with("t.swf:2: submit time (field 2) leaves"));
}

TEST_CASE("preceding jobs that are unknown or later") {
  const std::string text =
      line("1", "1", "1", "2") + line("2", "2", "1", "1") + line("3", "3", "1", "77") + line("4", "4", "1", "4");
  CHECK(read_swf(text).warnings ==
        std::vector<std::string>{"3 jobs name a preceding job that is no earlier job: ignored"});
  CHECK(what(text, {.preceding = io::swf_preceding::refuse}) ==
        "t.swf:1: job 1: preceding job (field 17) 2 is no earlier job");
}

TEST_CASE("demand above the machine") {
  const std::string text = "; MaxProcs: 4\n" + line("1", "1", "5") + line("2", "2", "4") + line("3", "3", "9");
  const error e = failure(text);
  CHECK(std::string(e.what()) == "t.swf:2: processors (field 5) above the 4 of the machine: job 1, 3");
  CHECK(e.ids() == std::vector<std::string>{"1", "3"});
  CHECK(numbers(read_swf(text, "", {.processors = 9})).size() == 3);
  const io::swf_log clipped = read_swf(text, "", {.oversized = io::swf_oversized::clip});
  CHECK(clipped.records[2].processors == 4);
  CHECK(clipped.warnings == std::vector<std::string>{"2 jobs clipped to the 4 processors of the machine"});
  const io::swf_log dropped = read_swf(text, "", {.oversized = io::swf_oversized::drop});
  CHECK(numbers(dropped) == std::vector<std::int64_t>{2});
  REQUIRE(dropped.skipped.size() == 2);
  CHECK(dropped.skipped[1] == io::swf_skipped{4, "job 3: takes 9 processors of the machine with 4"});
  CHECK(read_swf(text, "", {.oversized = io::swf_oversized::keep}).records[2].processors == 9);
  CHECK(read_swf(line("1", "1", "5000000")).records.size() == 1);  // nobody knows the machine
  std::string many = "; MaxProcs: 1\n";
  for (int i = 1; i <= 12; ++i) many += line(std::to_string(i), "1", "2");
  CHECK_THAT(what(many), sched_test::ends_with("job 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more"));
}

TEST_CASE("read_swf reads the supplied logs without a complaint") {
  for (const known_trace& t : known_traces) {
    const auto text = trace_text(t.file);
    if (!text) {
      WARN("skipped: no trace " << t.file);
      continue;
    }
    INFO(t.file);
    const io::swf_log log = read_swf(*text, t.file);
    CHECK(log.records.size() == t.records);
    CHECK(log.warnings.empty());
    CHECK(log.skipped.empty());
    if (!log.header.empty()) CHECK(io::machine_size(log) == t.processors);
    else CHECK_FALSE(io::machine_size(log));
  }
}
