// SPDX-License-Identifier: BSL-1.0
#include <sched/io/swf_jobs.hpp>

#include <string>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>

#include "support/catch.hpp"
#include "support/traces.hpp"

using namespace sched;
namespace prepare = sched::io::prepare;

namespace {

/// job, submit, run time, allocated, requested, requested time, preceding job, think time.
io::swf_record record(std::int64_t id, std::int64_t submit, std::int64_t runtime, std::int64_t allocated,
                      std::int64_t requested, std::int64_t estimate, std::int64_t after = -1, std::int64_t think = -1) {
  io::swf_record r;
  r.job = id;
  r.submit = submit;
  r.runtime = runtime;
  r.processors = allocated;
  r.requested_processors = requested;
  r.requested_time = estimate;
  r.preceding_job = after;
  r.think_time = think;
  return r;
}
io::swf_log log_of(std::vector<io::swf_record> records) {
  io::swf_log log;
  log.records = std::move(records);
  return log;
}

}  // namespace

TEST_CASE("replay turns every record into a job") {
  const io::swf_jobs out = prepare::replay(log_of({record(1, 0, -1, -1, 4, 9),   // cancelled
                                                   record(2, 0, 10, 3, 4, 20),   // ordinary
                                                   record(3, 5, 30, 3, 4, 20),   // beyond its estimate
                                                   record(4, 5, 30, 99, 4, -1),  // too large, no estimate
                                                   record(5, 6, 0, 2, 2, 50)}),  // no run time
                                           8);
  REQUIRE(out.jobs.size() == 5);
  const auto is = [&](std::size_t i, job_number id, instant submit, job_shape s) {
    return out.jobs[i].id == id && out.jobs[i].submit == submit && out.jobs[i].rigid() && out.jobs[i].shapes[0] == s;
  };
  CHECK(is(0, 2, 0, {3, 20, 10}));
  CHECK(is(1, 1, 1, {1, 1, 1}));
  CHECK(is(2, 3, 5, {3, 30, 20}));
  CHECK(is(3, 4, 5, {8, 30, 30}));
  CHECK(is(4, 5, 6, {2, 1, 1}));
  CHECK(out.record == std::vector<std::size_t>{1, 0, 2, 3, 4});
  CHECK(out.changes == io::swf_changes{.dummies = 2,
                                       .estimates_missing = 1,
                                       .estimates_raised = 1,
                                       .runtimes_clipped = 1,
                                       .demands_clipped = 1,
                                       .submits_moved = 1,
                                       .reordered = 1});
  CHECK(out.dependencies.empty());
  CHECK(out.jobs[0].user == io::swf_unknown_id);
}

TEST_CASE("preparations refuse what they cannot express") {
  CHECK_THROWS_WITH(prepare::replay({}, 0), "a machine of 0 processors");
  io::swf_log log = log_of({record(3, 0, 1, 1, 1, 1)});
  log.records[0].user = 4294967295;
  CHECK_THROWS_WITH(prepare::replay(log, 1), "job 3: user 4294967295 is too large");
  CHECK(prepare::replay({}, 1).jobs.empty());
}

TEST_CASE("clean keeps the jobs that ran, as they were asked for") {
  const io::swf_log log = log_of({record(1, 0, -1, 4, 4, 9),          // did not run
                                  record(2, 0, 10, 3, 4, 20),         //
                                  record(3, 5, 30, 3, -1, 20, 2, 7),  // field 5; clipped; after job 2
                                  record(4, 5, 0, 3, 4, -1, 1),       // zero length; after a job that is gone
                                  record(5, 6, 3, -1, -1, 50),        // no processors
                                  record(6, 7, 3, 1, 1, 50, 3, -1)});
  const io::swf_jobs out = prepare::clean(log, 8);
  REQUIRE(out.jobs.size() == 4);
  CHECK(out.record == std::vector<std::size_t>{1, 2, 3, 5});
  CHECK(out.jobs[0].shapes[0] == job_shape{4, 20, 10});
  CHECK(out.jobs[1].shapes[0] == job_shape{3, 20, 20});
  CHECK(out.jobs[2].shapes[0] == job_shape{4, 1, 0});
  CHECK(out.dependencies == std::vector<io::swf_dependency>{{1, 0, 7}, {3, 1, 0}});
  CHECK(out.changes ==
        io::swf_changes{.dropped = 2, .estimates_missing = 1, .runtimes_clipped = 1, .dependencies_ignored = 1});
}

TEST_CASE("clean and demands above the machine") {
  const io::swf_log log = log_of({record(1, 0, 5, 4, 9, 9), record(2, 0, 5, 4, 4, 9), record(3, 0, 5, 9, -1, 9)});
  try {
    static_cast<void>(prepare::clean(log, 8));
    FAIL("no error");
  } catch (const error& e) {
    CHECK(std::string(e.what()) == "demand above the 8 processors of the machine: job 1, 3");
    CHECK(e.ids() == std::vector<std::string>{"1", "3"});
  }
  const io::swf_jobs dropped = prepare::clean(log, 8, {.oversized = io::swf_oversized::drop});
  CHECK(dropped.jobs.size() == 1);
  CHECK(dropped.changes.too_large == 2);
  const io::swf_jobs clipped = prepare::clean(log, 8, {.oversized = io::swf_oversized::clip});
  CHECK(clipped.jobs[2].shapes[0].demand == 8);
  CHECK(clipped.changes.demands_clipped == 2);
  CHECK(prepare::clean(log, 8, {.oversized = io::swf_oversized::keep}).jobs[0].shapes[0].demand == 9);
}

TEST_CASE("replay prepares the supplied logs as the published schedules do") {
  const std::pair<const char*, const char*> oracles[] = {
      {"KTH-SP2", "KTH-SP2-full_fcfs"},      {"SDSC-SP2-first5000", "SDSC-SP2-5k_fcfs"},
      {"lublin_256", "lublin_256_fcfs"},     {"NASA-iPSC-1993-3.1-cln", "NASA-iPSC_fcfs"},
      {"HPC2N-subset", "HPC2N-subset_fcfs"}, {"Curie-500", "Curie-500_fcfs"},
      {"AccaSim-test", "AccaSim-test_fcfs"}};
  for (const known_trace& t : known_traces) {
    const auto text = trace_text(t.file);
    if (!text) {
      WARN("skipped: no trace " << t.file);
      continue;
    }
    INFO(t.file);
    const io::swf_jobs out = prepare::replay(io::read_swf(*text, t.file), t.processors);
    CHECK(out.changes.dummies == t.dummies);
    CHECK(out.changes.runtimes_clipped == t.clipped);
    CHECK(out.changes.estimates_missing == t.estimates_missing);
    CHECK(out.changes.demands_clipped == 0);
    for (const auto& [trace, oracle] : oracles) {
      if (std::string(trace) != t.file) continue;
      const auto csv = data_text("backfill/" + std::string(oracle) + ".csv.gz");
      if (!csv) {
        WARN("skipped: no schedule " << oracle);
        continue;
      }
      const std::vector<oracle_row> rows = whole_rows(*csv);
      REQUIRE(rows.size() == out.jobs.size());
      std::size_t different = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const job& j = out.jobs[i];
        const oracle_row mine{j.id, j.submit.count(), j.shapes[0].demand, j.shapes[0].estimate.count(),
                              j.shapes[0].runtime.count()};
        different += mine != oracle_row(rows[i].begin(), rows[i].begin() + 5) ? 1U : 0U;
      }
      CHECK(different == 0);
    }
  }
}
