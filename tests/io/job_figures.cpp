// SPDX-License-Identifier: BSL-1.0
#include <sched/io/job_figures.hpp>

#include <string>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/io/chart_html.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;

namespace {
job_record ran(std::int64_t start, std::int64_t end) { return {start, end, 0}; }
}  // namespace

TEST_CASE("size classes are powers of two, at most eight, and cover the machine") {
  const job_size_classes small(100);
  CHECK(small.count() == 7);
  CHECK(small.name(0) == "1 processor");
  CHECK(small.name(1) == "2 to 3 processors");
  CHECK(small.name(6) == "64 to 100 processors");
  CHECK((small.of(1) == 0 && small.of(3) == 1 && small.of(100) == 6));
  CHECK(job_size_classes(1).count() == 1);
  CHECK(job_size_classes(128).name(7) == "128 processors");
  for (const amount p : {amount{1}, amount{1000}, amount{77248}, amount{1} << 31}) {
    const job_size_classes c(p);
    CHECK(c.count() <= 8);
    CHECK(c.of(p) + 1 == c.count());
    CHECK(c.name(c.count() - 1).find(std::to_string(p)) != std::string::npos);
  }
}

TEST_CASE("waits are told by size, and those of all jobs last") {
  std::vector<job> jobs;
  std::vector<job_record> run;
  for (int k = 0; k < 10; ++k) {
    jobs.push_back(rigid_job(k, 0, 1, 100, 100));
    run.push_back(ran(10 * k, 10 * k + 100));
  }
  jobs.push_back(rigid_job(10, 5, 4, 20, 20));
  run.push_back(ran(205, 225));
  jobs.push_back(rigid_job(11, 0, 2, 20, 20));  // never starts
  run.push_back({});
  const chart_figure f = wait_figure(jobs, run, 8);
  CHECK(f.rows == std::vector<std::string>{"1 processor", "4 to 7 processors", "all jobs"});
  CHECK(f.kinds == std::vector<std::uint32_t>{0, 2, 7});
  REQUIRE(f.boxes.size() == 3);
  CHECK((f.boxes[0].low == 0 && f.boxes[0].quarter == 20 && f.boxes[0].median == 40));
  CHECK((f.boxes[0].three_quarters == 70 && f.boxes[0].high == 80));
  for (const chart_figure_column& c : f.columns) CHECK(c.values.size() == 3);
  CHECK(f.columns[0].values == std::vector<double>{10, 1, 11});
  CHECK(f.columns[2].values[0] == 45);
  CHECK(f.columns[5].values[2] == 200);
  CHECK(f.columns[6].values[1] == 11);  // (200 + 20) / 20
  CHECK(wait_figure({}, {}, 8).rows.empty());
}

TEST_CASE("waits begin when dependencies are met") {
  std::vector<job> jobs{rigid_job(1, 0, 1, 10, 10), rigid_job(2, 0, 1, 10, 10)};
  jobs[1].after.push_back({job_dependency::kind::any, 1, 5});
  const chart_figure f = wait_figure(jobs, std::vector<job_record>{ran(0, 10), ran(18, 28)}, 2);
  CHECK(f.columns[5].values.back() == 3);
}

TEST_CASE("policies are compared by measures, with intervals where there are windows") {
  random_generator random(3);
  const std::vector<job> jobs = sched_test::random_trace({.jobs = 300}, random);
  const std::vector<job_trace> traces{{"t", jobs, 16}};
  const std::vector<job_policy> policies{backfill_policy("easy", order::fcfs{}),
                                         backfill_policy("none", order::fcfs{}, reserve::none{})};
  const job_comparison whole = compare_jobs(traces, policies);
  const chart_figure plain = comparison_figure(whole, nullptr);
  CHECK(plain.rows == std::vector<std::string>{"easy", "none"});
  CHECK(plain.columns[0].values[1] == whole.metrics_of(0, 1).avg_wait);
  CHECK(plain.drawn == 0);
  for (const chart_figure_column& c : plain.columns) CHECK(c.low.empty());
  const job_comparison windows = compare_jobs(traces, policies, {.windows = 8, .window_jobs = 60});
  const chart_figure f = comparison_figure(whole, &windows, 0.9);
  REQUIRE(f.columns.size() == plain.columns.size() + 4);
  CHECK(f.drawn == plain.columns.size());
  const chart_figure_column& mean = f.columns[f.drawn];
  CHECK(mean.values[0] == windows.of(0, 0).mean);
  CHECK(mean.low[1] == windows.of(0, 1).interval.low);
  CHECK(f.columns[f.drawn + 1].values[0] == 0);
  CHECK(f.note.find("90 %") != std::string::npos);
  chart c;
  c.figures = {f, wait_figure(jobs, std::vector<job_record>(jobs.size()), 16)};
  CHECK(chart_html(c).find("\"Policies\"") != std::string::npos);
}
