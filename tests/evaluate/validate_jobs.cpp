// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/validate_jobs.hpp>

#include <map>
#include <string>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/traces.hpp"

using namespace sched;
using kind = job_violation_kind;

namespace {

job_record ran(std::int64_t start, std::int64_t end) { return {start, end, 0}; }

struct small {
  std::vector<job> jobs{rigid_job(1, 0, 3, 30, 20), rigid_job(2, 5, 2, 30, 10), rigid_job(3, 8, 1, 30, 20)};
  std::vector<job_record> run{ran(0, 20), ran(20, 30), ran(10, 30)};

  [[nodiscard]] job_validation_report check(const job_validate_options& o = {}) const {
    return validate(jobs, run, 4, o);
  }
};

/// Jobs in random places where they fit, first come first served.
struct random_run {
  std::vector<job> jobs{};
  std::vector<job_record> run{};

  random_run(random_generator& random, amount processors, std::size_t n) {
    std::map<std::int64_t, amount> used;  // by tick
    std::int64_t submit = 0;
    for (std::size_t i = 0; i < n; ++i) {
      submit += random.between(0, 3);
      const amount demand = random.between(1, processors);
      const std::int64_t runtime = random.between(0, 6);
      std::int64_t start = submit + random.between(0, 4);
      for (bool fits = false; !fits; start += fits ? 0 : 1) {
        fits = true;
        for (std::int64_t t = start; t < start + runtime; ++t) fits = fits && used[t] + demand <= processors;
      }
      for (std::int64_t t = start; t < start + runtime; ++t) used[t] += demand;
      jobs.push_back(rigid_job(static_cast<job_number>(i), submit, demand, runtime + 1, runtime));
      run.push_back(ran(start, start + runtime));
    }
  }
};

}  // namespace

TEST_CASE("a sound run has no violations") {
  CHECK(small().check().ok());
  CHECK(small().check().text().empty());
  CHECK(validate(std::span<const job>(), std::span<const job_record>(), 4).ok());
}

TEST_CASE("every rule that is broken is found, with ids and times") {
  small s;
  const auto only = [&](kind k, const std::string& text) {
    const job_validation_report r = s.check();
    REQUIRE(r.violations.size() == 1);
    CHECK(r.violations[0].kind == k);
    CHECK(r.text() == text + "\n");
    s = small();
  };
  s.run.pop_back();
  only(kind::wrong_size, "run with 2 records for 3 jobs");
  s.jobs[2].id = 1;
  only(kind::repeated, "job 1 stands at places 0 and 2");
  s.run[1] = {};
  only(kind::unstarted, "job 2 does not run: start inf, end inf");
  s.run[1].end = instant::infinity();
  only(kind::unstarted, "job 2 does not run: start 20, end inf");
  s.run[1].shape = 1;
  only(kind::unknown_shape, "job 2 has shape index 1, but only 1 shapes");
  s.run[2] = ran(7, 27);
  only(kind::early_start, "job 3 starts at 7, before it is eligible at 8");
  s.jobs[1].not_before = 21;
  only(kind::early_start, "job 2 starts at 20, before it is eligible at 21");
  s.run[1].end = 31;
  only(kind::wrong_end, "job 2 ends at 31, but its run time ends at 30");
  s.run[1] = ran(19, 29);
  only(kind::capacity, "in [19, 20) up to 6 processors of 4 are in use, first at 19, by 1, 3, 2");
}

TEST_CASE("a job above the machine is told as such and as an overload") {
  const std::vector<job> jobs{rigid_job(9, 0, 5, 1, 1)};
  const job_validation_report r = validate(jobs, std::vector{ran(0, 1)}, 4);
  REQUIRE(r.violations.size() == 2);
  CHECK(r.violations[0].text() == "job 9 needs 5 processors of 4");
  CHECK(r.violations[1].text() == "in [0, 1) up to 5 processors of 4 are in use, first at 0, by 9");
}

TEST_CASE("overloads that touch are one, with their worst instant; separate ones are two") {
  const std::vector<job> jobs{rigid_job(1, 0, 2, 9, 9), rigid_job(2, 0, 1, 3, 3), rigid_job(3, 3, 2, 2, 2),
                              rigid_job(4, 7, 1, 1, 1)};
  const std::vector<job_record> run{ran(0, 9), ran(0, 3), ran(3, 5), ran(7, 8)};
  const job_validation_report r = validate(jobs, run, 2);
  REQUIRE(r.count(kind::capacity) == 2);
  CHECK(r.violations[0].text() == "in [0, 5) up to 4 processors of 2 are in use, first at 3, by 1, 2, 3");
  CHECK(r.violations[1].text() == "in [7, 8) up to 3 processors of 2 are in use, first at 7, by 1, 4");
}

TEST_CASE("an end makes room at its instant; jobs of length zero need none") {
  const std::vector<job> jobs{rigid_job(1, 0, 4, 5, 5), rigid_job(2, 0, 4, 5, 5), rigid_job(3, 0, 4, 1, 0)};
  CHECK(validate(jobs, std::vector{ran(0, 5), ran(5, 10), ran(3, 3)}, 4).ok());
}

TEST_CASE("long lists and large numbers are cut") {
  std::vector<job> jobs;
  std::vector<job_record> run;
  for (int i = 0; i < 10; ++i) {
    jobs.push_back(rigid_job(i, 0, std::numeric_limits<amount>::max(), 1, 1));
    run.push_back(ran(0, 1));
  }
  const job_validation_report r = validate(jobs, run, 1, {.listed_jobs = 3});
  CHECK(r.violations.back().measured == std::numeric_limits<std::int64_t>::max());
  CHECK(r.violations.back().job_count == 10);
  CHECK_THAT(r.violations.back().text(), sched_test::ends_with("by 0, 1, 2 and 7 more"));
  const job_validation_report few = validate(jobs, run, 1, {.most_violations = 4});
  CHECK(few.violations.size() == 4);
  CHECK_FALSE(few.complete);
  CHECK_FALSE(few.ok());
}

TEST_CASE("jobs that never start are allowed on demand, half-started ones never") {
  small s;
  s.run[1] = {};
  CHECK(s.check({.allow_unstarted = true}).ok());
  s.run[1].start = 20;
  CHECK(s.check({.allow_unstarted = true}).count(kind::unstarted) == 1);
}

TEST_CASE("strict order on demand") {
  small s;
  const job_validation_report r = s.check({.in_order = true});
  REQUIRE(r.violations.size() == 1);
  CHECK(r.violations[0].text() == "job 2 starts at 20, after job 3 at 10, which came later");
  s.run[2] = ran(20, 40);
  CHECK(s.check({.in_order = true}).ok());
}

TEST_CASE("mutations of sound runs are found") {
  random_generator random(5);
  for (int round = 0; round < 300; ++round) {
    const amount processors = random.between(1, 9);
    random_run sound(random, processors, static_cast<std::size_t>(random.between(1, 40)));
    REQUIRE(validate(sound.jobs, sound.run, processors).ok());
    const auto i = static_cast<std::size_t>(random.below(sound.jobs.size()));
    random_run bad = sound;
    job_shape& shape = bad.jobs[i].shapes[0];
    switch (random.below(5)) {
      case 0:  // too early
        bad.run[i] = {bad.jobs[i].submit - 1, bad.jobs[i].submit - 1 + shape.runtime, 0};
        CHECK(validate(bad.jobs, bad.run, processors).count(kind::early_start) == 1);
        break;
      case 1:
        bad.run[i].end += 1;
        CHECK(validate(bad.jobs, bad.run, processors).count(kind::wrong_end) == 1);
        break;
      case 2:
        bad.jobs[i].id = -1;
        bad.jobs.push_back(bad.jobs[i]);
        bad.run.push_back({bad.run[i].start + 1000, bad.run[i].end + 1000, 0});
        CHECK(validate(bad.jobs, bad.run, processors).count(kind::repeated) == 1);
        break;
      case 3:
        bad.run[i] = {};
        CHECK(validate(bad.jobs, bad.run, processors).count(kind::unstarted) == 1);
        break;
      default: {  // one processor more than there is
        if (shape.runtime == 0) break;
        std::map<std::int64_t, amount> used;
        amount most = 0;
        for (std::size_t k = 0; k < bad.jobs.size(); ++k)
          for (std::int64_t t = bad.run[k].start.count(); t < bad.run[k].end.count(); ++t)
            used[t] += bad.jobs[k].shapes[0].demand;
        for (std::int64_t t = bad.run[i].start.count(); t < bad.run[i].end.count(); ++t) most = std::max(most, used[t]);
        shape.demand += processors - most;
        CHECK(validate(bad.jobs, bad.run, processors).ok());
        shape.demand += 1;
        const job_validation_report r = validate(bad.jobs, bad.run, processors);
        REQUIRE(r.count(kind::capacity) >= 1);
        for (const job_violation& v : r.violations) {
          if (v.kind != kind::capacity) continue;
          CHECK(v.measured == processors + 1);
          CHECK(std::ranges::count(v.jobs, bad.jobs[i].id) == 1);
        }
      }
    }
  }
}

TEST_CASE("the published schedules are sound") {
  for (const auto& [schedule, processors] :
       std::vector<std::pair<std::string, amount>>{{"KTH-SP2-full_easy", 100},
                                                   {"KTH-SP2-full_conservative", 100},
                                                   {"lublin_256_easy_sjbf", 256},
                                                   {"KTH-SP2-full_fcfs", 100},
                                                   {"SDSC-SP2-5k_fcfs", 128}}) {
    const auto csv = data_text("backfill/" + schedule + ".csv.gz");
    if (!csv) {
      WARN("skipped: no schedule " << schedule);
      continue;
    }
    INFO(schedule);
    std::vector<job> jobs;
    std::vector<job_record> run;
    for (const oracle_row& r : whole_rows(*csv)) {
      jobs.push_back(rigid_job(r[0], r[1], r[2], r[3], r[4]));
      run.push_back({r[5], instant(r[5]) + r[4], 0});
    }
    const bool strict = schedule.ends_with("fcfs");
    CHECK(validate(jobs, run, processors, {.in_order = strict}).text().empty());
    CHECK_FALSE(validate(jobs, run, processors - 1, {.listed_jobs = 2}).ok());
    if (!strict) CHECK(validate(jobs, run, processors, {.in_order = true}).count(kind::overtaken) > 0);
  }
}

TEST_CASE("a start before a dependency is met is found") {
  using enum job_dependency::kind;
  std::vector<job> jobs;
  for (int k = 1; k <= 6; ++k) jobs.push_back(rigid_job(k, 0, 1, 10, 10));
  jobs[1].after = {{ok, 1, 2}};
  jobs[2].after = {{start, 1, 3}};
  jobs[3].after = {{any, 5, 0}, {not_ok, 1, 0}};
  jobs[5].user = jobs[0].user = 3;
  jobs[5].after = {{singleton, 0, 0}};
  const auto at = [](std::int64_t t) { return job_record{t, instant(t) + 10, 0}; };
  const std::vector<job_record> good{at(0), at(12), at(3), at(15), at(5), at(10)};
  CHECK(validate(jobs, good, 9).text().empty());
  for (const std::size_t i : {1U, 2U, 3U, 5U}) {
    std::vector<job_record> bad = good;
    bad[i] = at(bad[i].start.count() - 1);
    const job_validation_report r = validate(jobs, bad, 9);
    REQUIRE(r.violations.size() == 1);
    CHECK(r.violations[0].kind == kind::dependency);
    CHECK(r.violations[0].jobs.front() == jobs[i].id);
    CHECK(r.violations[0].allowed == good[i].start.count());
  }
  jobs[4].after = {{any, 77, 0}};
  const job_validation_report r = validate(jobs, good, 9);
  CHECK(r.count(kind::dependency) == 1);
  CHECK(r.text() == "job 5 starts at 5, but job 77 allows it from inf on\n");
  CHECK(to_string(kind::dependency) == "dependency");
  CHECK(to_string(kind::overtaken) == "overtaken");
}
