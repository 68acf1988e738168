// SPDX-License-Identifier: BSL-1.0
#include <sched/io/job_gantt.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <sched/io/chart_html.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {
job_record ran(std::int64_t start, std::int64_t end) { return {start, end, 0}; }
}  // namespace

TEST_CASE("gantt_of gives each job the lowest free processors") {
  const std::vector<job> jobs{rigid_job(1, 0, 1, 9, 9), rigid_job(2, 0, 1, 3, 3), rigid_job(3, 0, 1, 9, 9),
                              rigid_job(4, 1, 2, 5, 4), rigid_job(5, 2, 1, 1, 0), rigid_job(6, 2, 9, 1, 1)};
  const std::vector<job_record> run{ran(0, 9), ran(0, 3), ran(0, 9), ran(3, 7), ran(3, 3), {}};
  const chart c = gantt_of(jobs, run, 4, {.title = "t", .unix_start = 86400 + 3661});
  CHECK(c.title == "t");
  CHECK(c.axis.epoch == "1970-01-02T01:01:01");
  REQUIRE(c.bars.size() == 5);
  CHECK(c.lanes[0].rows == 4);
  const auto bar = [&](std::size_t k) { return std::pair(c.bars[k].row, c.bars[k].rows); };
  CHECK(bar(0) == std::pair(0U, 1U));
  CHECK(bar(1) == std::pair(1U, 1U));
  CHECK(bar(2) == std::pair(2U, 1U));
  CHECK(bar(3) == std::pair(1U, 1U));  // and the last one
  REQUIRE(c.bars[3].also.size() == 1);
  CHECK(c.bars[3].also[0].row == 3);
  CHECK(c.bars[4].start == c.bars[4].finish);
  CHECK(c.bars[3].kind == 1);
  REQUIRE(c.notes.size() == 1);
  CHECK(c.notes[0].items == std::vector<std::string>{"6"});
  REQUIRE(c.panels.size() == 2);
  const auto& busy = c.panels[0].curves[0].points;
  REQUIRE(busy.size() == 4);
  CHECK((busy[0].value == 3 && busy[1].value == 4 && busy[2].value == 2 && busy[3].value == 0));
  const auto& queue = c.panels[1].curves[0].points;
  CHECK(std::ranges::max(queue, {}, &chart_point::value).value == 3);
  CHECK(queue.back().value == 1);
  REQUIRE(c.figures.size() == 1);
  CHECK(c.figures[0].rows.back() == "all jobs");
  CHECK(chart_html(c).size() > 1000);
}

TEST_CASE("gantt_of never puts two jobs on one processor") {
  // A queue that leaves holes: job k takes 1 + k mod 5 of 16 processors for 3 + 7k mod 11 ticks, in order.
  std::vector<job> jobs;
  std::vector<job_record> run;
  for (int k = 0; k < 400; ++k) {
    const std::int64_t runtime = 3 + 7 * k % 11;
    const std::int64_t start = 4 * k;
    jobs.push_back(rigid_job(k, start, 1 + k % 4, runtime, runtime));
    run.push_back(ran(start, start + runtime));
  }
  const chart c = gantt_of(jobs, run, 16);
  std::vector<std::vector<interval>> rows(16);
  for (const chart_bar& b : c.bars) {
    amount held = b.rows;
    const auto put = [&](std::uint32_t row, std::uint32_t n) {
      for (std::uint32_t r = row; r < row + n; ++r) rows.at(r).push_back({b.start, b.finish});
    };
    put(b.row, b.rows);
    for (const chart_rows& more : b.also) {
      put(more.row, more.rows);
      held += more.rows;
    }
    CHECK(held == jobs[static_cast<std::size_t>(std::stoi(b.label))].shapes[0].demand);
  }
  for (auto& row : rows)
    for (std::size_t k = 1; k < row.size(); ++k) CHECK(row[k - 1].finish <= row[k].start);
}

TEST_CASE("gantt_of of a large machine has at most eight colours; of no jobs it is empty") {
  CHECK(gantt_of({}, {}, 77248).classes.size() <= 8);
  CHECK(gantt_of({}, {}, 1).classes.size() == 1);
  CHECK(gantt_of({}, {}, 100).classes.back().name == "64 to 100 processors");
  CHECK(gantt_of({}, {}, 100).bars.empty());
}
