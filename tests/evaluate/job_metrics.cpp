// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/job_metrics.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/traces.hpp"

using namespace sched;

namespace {

job job_of(job_number id, std::int64_t submit, amount demand, std::int64_t estimate, std::int64_t runtime,
           std::uint32_t user = 0) {
  job j = rigid_job(id, submit, demand, estimate, runtime);
  j.user = user;
  return j;
}
job_record ran(std::int64_t start, std::int64_t end) { return {start, end, 0}; }

}  // namespace

TEST_CASE("nearest_rank is the smallest value that the share reaches") {
  std::vector<int> v(100);
  for (int i = 0; i < 100; ++i) v[static_cast<std::size_t>(i)] = i + 1;
  const std::span<const int> s(v);
  CHECK(nearest_rank(s, 0.07) == 7);
  CHECK(nearest_rank(s, 0.5) == 50);
  CHECK(nearest_rank(s, 0.991) == 100);
  CHECK(nearest_rank(s, 1.0) == 100);
  CHECK(nearest_rank(s, 1e-12) == 1);
  CHECK(nearest_rank(s.first(3), 0.5) == 2);
  CHECK(nearest_rank(s.first(0), 0.5) == 0);
}

TEST_CASE("compensated_sum keeps small terms") {
  compensated_sum s;
  s.add(1e100);
  for (int i = 0; i < 10; ++i) s.add(1);
  s.add(-1e100);
  CHECK(s.value() == 10);
}

TEST_CASE("bounded_slowdown counts short jobs as tau long and is at least 1") {
  CHECK(bounded_slowdown(0, 5) == 1);
  CHECK(bounded_slowdown(20, 5) == 2.5);
  CHECK(bounded_slowdown(20, 0) == 2);
  CHECK(bounded_slowdown(100, 50) == 3);
  CHECK(bounded_slowdown(3, 1, 1) == 4);
}

TEST_CASE("size_class is a power of two") {
  CHECK(size_class(1) == 0);
  CHECK(size_class(2) == 1);
  CHECK(size_class(3) == 1);
  CHECK(size_class(4) == 2);
  CHECK(size_class(77248) == 16);
}

TEST_CASE("measure_jobs by hand") {
  // 4 processors: job 1 (3) runs 0–20, job 2 (2) waits 5–20 and runs to 30, job 3 (1) waits 8–10 and runs to 30.
  const std::vector<job> jobs{job_of(1, 0, 3, 30, 20, 1), job_of(2, 5, 2, 30, 10, 2), job_of(3, 8, 1, 30, 20, 2)};
  const std::vector<job_record> run{ran(0, 20), ran(20, 30), ran(10, 30)};
  const job_metrics m = measure_jobs(jobs, run, 4);
  CHECK(m.jobs == 3);
  CHECK(m.unstarted == 0);
  CHECK(m.wait_sum == 17);
  CHECK(m.max_wait == 15);
  CHECK(m.avg_wait == 17.0 / 3);
  CHECK(m.avg_bounded_slowdown == (1 + 2.5 + 1.1) / 3);
  CHECK(m.max_bounded_slowdown == 2.5);
  CHECK(m.avg_slowdown == (1 + 2.5 + 1.1) / 3);
  CHECK(m.avg_per_processor_slowdown == (1 + 1.25 + 1.1) / 3);
  CHECK(m.avg_response == (20 + 25 + 22) / 3.0);
  CHECK(m.makespan == 30);
  CHECK(m.utilisation == (60 + 20 + 20) / 120.0);
  CHECK(m.wait_p50 == 2);
  CHECK(m.wait_p90 == 15);
  CHECK(m.bounded_slowdown_p50 == 1.1);
  CHECK(m.max_queue == 2);
  CHECK(m.mean_queue == (3 * 1 + 2 * 2 + 10 * 1) / 30.0);
  CHECK(m.loss_of_capacity == (2 * 1) / 120.0);  // job 3 fits in 8–10; job 2 never fits while it waits
  CHECK(m.fairness == Approx(2.8 * 2.8 / (2 * (1 + 1.8 * 1.8))));
}

TEST_CASE("jobs that never start are counted and wait to the end; zero-length jobs have no slowdown") {
  const std::vector<job> jobs{job_of(1, 0, 1, 5, 0), job_of(2, 0, 2, 10, 10), job_of(3, 0, 9, 10, 10)};
  const std::vector<job_record> run{ran(4, 4), ran(0, 10), {}};
  const job_metrics m = measure_jobs(jobs, run, 4);
  CHECK(m.jobs == 2);
  CHECK(m.unstarted == 1);
  CHECK(m.wait_sum == 4);
  CHECK(m.avg_slowdown == 1);
  CHECK(m.max_queue == 2);
  CHECK(m.mean_queue == (2 * 4 + 1 * 6) / 10.0);
  CHECK(m.loss_of_capacity == (4 * 2) / 40.0);
}

TEST_CASE("an empty run measures 0") {
  const job_metrics m = measure_jobs({}, {}, 4);
  CHECK(m.jobs == 0);
  CHECK(m.avg_wait == 0);
  CHECK(m.utilisation == 0);
  CHECK(m.makespan == 0);
  const std::vector<job> jobs{job_of(1, 0, 9, 10, 10)};
  CHECK(measure_jobs(jobs, std::vector<job_record>(1), 4).unstarted == 1);
}

TEST_CASE("waits count from the start that the user wishes") {
  std::vector<job> jobs{job_of(1, 0, 1, 5, 5)};
  jobs[0].not_before = 7;
  CHECK(measure_jobs(jobs, std::vector{ran(9, 14)}, 1).wait_sum == 2);
}

TEST_CASE("filters leave out what they say") {
  std::vector<job> jobs;
  std::vector<job_record> run;
  for (int i = 0; i < 100; ++i) {
    jobs.push_back(job_of(i, i, 1, i == 50 ? 1 : 20, i == 50 ? 1 : 20));
    run.push_back(ran(i, i + (i == 50 ? 1 : 20)));
  }
  const auto count = [&](const job_filter& f) { return measure_jobs(jobs, run, 100, {.filter = f}).jobs; };
  CHECK(count({}) == 100);
  CHECK(count({.warmup = 0.01}) == 99);
  CHECK(count({.warmup = 1}) == 0);
  CHECK(count({.until_last_submit = true}) == 80);
  CHECK(count({.no_dummies = true}) == 99);
  CHECK(count({.warmup = 0.1, .until_last_submit = true, .no_dummies = true}) == 69);
}

TEST_CASE("measure_groups splits by a key") {
  const std::vector<job> jobs{job_of(1, 0, 1, 9, 9, 7), job_of(2, 0, 1, 9, 9, 3), job_of(3, 0, 2, 9, 9, 7)};
  const std::vector<job_record> run{ran(1, 10), ran(2, 11), ran(5, 14)};
  const auto users = measure_groups(jobs, run, [](const job& j) { return j.user; });
  REQUIRE(users.size() == 2);
  CHECK(users[0].key == 3);
  CHECK(users[0].wait_sum == 2);
  CHECK(users[1].key == 7);
  CHECK(users[1].jobs == 2);
  CHECK(users[1].max_wait == 5);
  const auto sizes = measure_groups(jobs, run, [](const job& j) { return size_class(j.shapes[0].demand); });
  REQUIRE(sizes.size() == 2);
  CHECK(sizes[1].avg_wait == 5);
}

namespace {

struct published {
  const char* schedule;
  amount processors;
  std::int64_t wait_sum;
  double avg_wait, bounded_slowdown;
  std::int64_t max_wait, makespan;
  double utilisation;
};

constexpr published published_runs[] = {
    {"KTH-SP2-5k_fcfs", 100, 779562806, 155912.5612, 3776.9502, 562175, 6662621, 0.610606},
    {"KTH-SP2-5k_easy", 100, 43699007, 8739.8014, 120.0763, 248253, 6258153, 0.650069},
    {"KTH-SP2-5k_easy_sjbf", 100, 37792266, 7558.4532, 94.2818, 270425, 6258153, 0.650069},
    {"KTH-SP2-5k_conservative", 100, 44021415, 8804.2830, 122.3645, 235113, 6258153, 0.650069},
    {"KTH-SP2-full_fcfs", 100, 6023875315, 215492.4274, 4070.3953, 705487, 28781502, 0.684461},
    {"KTH-SP2-full_easy", 100, 178887077, 6399.3374, 84.7357, 248253, 28763777, 0.684883},
    {"KTH-SP2-full_easy_sjbf", 100, 157379091, 5629.9310, 64.0727, 270425, 28763777, 0.684883},
    {"KTH-SP2-full_conservative", 100, 196476522, 7028.5656, 87.0597, 235113, 28763777, 0.684883},
    {"SDSC-SP2-5k_fcfs", 128, 77944934, 15711.5368, 254.1311, 93096, 5064399, 0.592667},
    {"SDSC-SP2-5k_easy", 128, 16733014, 3372.9115, 17.1420, 103904, 5064399, 0.592667},
    {"SDSC-SP2-5k_easy_sjbf", 128, 17485992, 3524.6910, 17.2920, 103904, 5064399, 0.592667},
    {"SDSC-SP2-5k_conservative", 128, 17651392, 3558.0310, 16.6107, 103904, 5064399, 0.592667},
    {"lublin_256_fcfs", 256, 23884437601, 2388443.7601, 66502.4755, 4759976, 12482549, 0.654908},
    {"lublin_256_easy", 256, 971559945, 97155.9945, 590.0538, 1029731, 8730698, 0.936343},
    {"lublin_256_easy_sjbf", 256, 733943755, 73394.3755, 219.5576, 1445853, 9106839, 0.897669},
    {"lublin_256_conservative", 256, 1315675089, 131567.5089, 489.2013, 994667, 8729497, 0.936472},
    {"HPC2N-subset_fcfs", 240, 17729374, 5592.8625, 49.2082, 78505, 5309576, 0.394736},
    {"HPC2N-subset_easy", 240, 11164213, 3521.8338, 18.3751, 81059, 5282045, 0.396794},
    {"HPC2N-subset_easy_sjbf", 240, 9998260, 3154.0252, 15.4283, 94173, 5282045, 0.396794},
    {"HPC2N-subset_conservative", 240, 11076280, 3494.0946, 18.7616, 79958, 5282045, 0.396794},
    {"Curie-500_fcfs", 77248, 6287582, 12676.5766, 563.1181, 24436, 133941, 0.418288},
    {"Curie-500_easy", 77248, 408562, 823.7137, 10.9108, 24436, 113591, 0.493225},
    {"Curie-500_easy_sjbf", 77248, 345170, 695.9073, 6.4202, 24436, 113271, 0.494618},
    {"Curie-500_conservative", 77248, 570544, 1150.2903, 39.3182, 24436, 113601, 0.493181},
    {"AccaSim-test_fcfs", 64, 1135122, 45404.8800, 593.0396, 77845, 3397995, 0.031503},
    {"AccaSim-test_easy", 64, 700745, 28029.8000, 357.2844, 77845, 3380783, 0.031663},
    {"AccaSim-test_easy_sjbf", 64, 707677, 28307.0800, 359.6936, 77845, 3380783, 0.031663},
    {"AccaSim-test_conservative", 64, 785262, 31410.4800, 392.0435, 77845, 3380783, 0.031663},
    {"NASA-iPSC_fcfs", 128, 145997, 8.0047, 1.0260, 23753, 7949022, 0.466099},
    {"NASA-iPSC_easy", 128, 73468, 4.0281, 1.0118, 23753, 7949022, 0.466099},
};

}  // namespace

TEST_CASE("measure_jobs reproduces the published metrics of published schedules") {
  for (const published& p : published_runs) {
    const auto csv = data_text("backfill/" + std::string(p.schedule) + ".csv.gz");
    if (!csv) {
      WARN("skipped: no schedule " << p.schedule);
      continue;
    }
    INFO(p.schedule);
    std::vector<job> jobs;
    std::vector<job_record> run;
    for (const oracle_row& r : whole_rows(*csv)) {
      jobs.push_back(rigid_job(r[0], r[1], r[2], r[3], r[4]));
      run.push_back({r[5], instant(r[5]) + r[4], 0});
      REQUIRE(wait_of(jobs.back(), run.back()) == r[6]);
    }
    const job_metrics m = measure_jobs(jobs, run, p.processors);
    CHECK(m.wait_sum == p.wait_sum);
    CHECK(std::abs(m.avg_wait - p.avg_wait) <= 5.001e-5);
    CHECK(std::abs(m.avg_bounded_slowdown - p.bounded_slowdown) <= 5.001e-5);
    CHECK(m.max_wait == p.max_wait);
    CHECK(m.makespan == p.makespan);
    CHECK(std::abs(m.utilisation - p.utilisation) <= 5.001e-7);
    CHECK(m.unstarted == 0);
    CHECK(m.loss_of_capacity >= 0);
    CHECK(m.loss_of_capacity <= 1 - m.utilisation);
    CHECK(m.mean_queue == Approx(static_cast<double>(m.wait_sum) / static_cast<double>(m.makespan.count())));
    if (std::string(p.schedule) == "KTH-SP2-full_easy") {
      const job_metrics f = measure_jobs(jobs, run, p.processors,
                                         {.filter = {.warmup = 0.01, .until_last_submit = true, .no_dummies = true}});
      CHECK(f.avg_bounded_slowdown == Approx(84.97).margin(0.005));
      CHECK(f.avg_wait / 60 == Approx(107.12).margin(0.02));
    }
  }
}

TEST_CASE("a job waits from the time on at which its dependencies are met") {
  using enum job_dependency::kind;
  std::vector<job> jobs{job_of(1, 0, 1, 10, 10, 7), job_of(2, 1, 1, 5, 5), job_of(3, 2, 1, 5, 5, 7),
                        job_of(4, 3, 1, 5, 5),      job_of(5, 4, 1, 5, 5), job_of(6, 4, 1, 5, 5)};
  jobs[1].after = {{ok, 1, 3}};                    // 10 + 3
  jobs[2].after = {{singleton, 0, 0}};             // user 7 runs job 1 until 10
  jobs[3].after = {{start, 1, 4}, {any, 99, 50}};  // 0 + 4; nobody knows 99
  jobs[4].after = {{any, 6, 0}};
  const std::vector<job_record> run{ran(0, 10), ran(15, 20), ran(12, 17), ran(6, 11), {}, {}};
  const std::vector<instant> since = eligible_times(jobs, run);
  CHECK(since == std::vector<instant>{0, 13, 10, 4, instant::infinity(), 4});
  const job_metrics m = measure_jobs(jobs, run, 4);
  CHECK(m.wait_sum == 0 + 2 + 2 + 2);
  CHECK(m.unstarted == 2);
  CHECK(m.max_queue == 2);  // job 6 all along, with 4, 3 or 2; job 5 never comes into the queue
  const auto groups = measure_groups(jobs, run, [](const job& j) { return j.user; });
  REQUIRE(groups.size() == 2);
  CHECK(groups[1].wait_sum == 2);
}
