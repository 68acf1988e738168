// SPDX-License-Identifier: BSL-1.0
#include <sched/model/cluster_job.hpp>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;

TEST_CASE("jobs that make no sense in a cluster are refused by name") {
  const cluster c = sched_test::small_cluster({4});
  CHECK_NOTHROW(check_cluster_job(sched_test::device_job(7, 4), c));
  cluster_job j = sched_test::device_job(7, 4, 0);
  CHECK_THROWS_WITH(check_cluster_job(j, c), "job 7 asks for no time");
  j.estimate = 1;
  j.after.push_back({job_dependency::kind::ok, 7, 0});
  CHECK_THROWS_WITH(check_cluster_job(j, c), "job 7 waits for itself");
  j.after.clear();
  j.min_run = -1;
  CHECK_THROWS_AS(check_cluster_job(j, c), error);
  CHECK_THROWS_AS(check_cluster_job(cluster_job{}, c), error);
}
