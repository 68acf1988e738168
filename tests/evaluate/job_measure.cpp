// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/job_measure.hpp>

#include <set>
#include <string_view>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("every measure has a name of its own, a title and a value") {
  job_metrics m;
  m.avg_wait = 3.5;
  m.utilisation = 0.25;
  m.max_wait = 99;
  std::set<std::string_view> names;
  for (const job_measure& measure : job_measures()) {
    CHECK(names.insert(measure.name).second);
    CHECK_FALSE(measure.title.empty());
    CHECK(measure(m) >= 0);
    CHECK(find_job_measure(measure.name) == &measure);
  }
  CHECK((*find_job_measure("avg_wait"))(m) == 3.5);
  CHECK((*find_job_measure("max_wait"))(m) == 99);
  CHECK((*find_job_measure("utilization"))(m) == 0.25);
  CHECK(find_job_measure("utilization")->more_is_better);
  CHECK_FALSE(find_job_measure("avg_wait")->more_is_better);
  CHECK(find_job_measure("nothing") == nullptr);
}
