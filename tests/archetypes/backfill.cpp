// SPDX-License-Identifier: BSL-1.0
// The least order, the least walk and the least planning estimate drive every reservation policy.
#include <sched/backfill.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;

namespace {

/// Neither default-constructible nor comparable: an order is only copied.
struct least_order {
  explicit least_order(int sign) : sign_(sign) {}
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job> jobs, instant, std::span<double> out) {
    for (std::size_t k = 0; k < jobs.size(); ++k) out[k] = static_cast<double>(sign_ * jobs[k].demand);
  }
  int sign_;
};
/// The same, asked anew at every decision.
struct least_changing_order : least_order {
  using least_order::least_order;
  static constexpr bool static_keys = false;
};
struct least_estimate {
  explicit least_estimate(int) {}
  static constexpr bool changes = false;
  duration predict(const job&, const job_shape& s) { return s.estimate; }
  void observe(const job&, duration) {}
};
struct least_learner : least_estimate {
  using least_estimate::least_estimate;
  static constexpr bool changes = true;
};
static_assert(job_order<least_order> && job_order<least_changing_order>);
static_assert(estimate_policy<least_estimate> && estimate_policy<least_learner>);

template <class Order, class Reserve, class Estimate, class Walk>
void runs(const std::vector<job>& jobs, Order o, Reserve r, Estimate e, Walk w) {
  for (const auto events : {event_convention::sequential, event_convention::batch}) {
    const auto starts = sched_test::starts_of(jobs, backfill(16, o, r, e, w), events);
    for (std::size_t k = 0; k < jobs.size(); ++k) {
      CHECK(starts[k] >= jobs[k].submit.count());
      CHECK(starts[k] < 100'000);
    }
  }
}

template <class Reserve>
void runs_with_everything(Reserve r) {
  random_generator rng(5);
  const std::vector<job> jobs = sched_test::random_trace({.jobs = 40}, rng);
  const least_order small(1), large(-1);
  runs(jobs, small, r, least_estimate(0), small);
  runs(jobs, small, r, least_estimate(0), least_changing_order(-1));
  if constexpr (!std::same_as<Reserve, reserve::conservative>) {
    runs(jobs, least_changing_order(1), r, least_learner(0), large);
    runs(jobs, least_changing_order(1), r, least_learner(0), least_changing_order(1));
  }
}

}  // namespace

TEST_CASE("the least policies work with every reservation policy") {
  runs_with_everything(reserve::none{});
  runs_with_everything(reserve::depth{0});
  runs_with_everything(reserve::easy());
  runs_with_everything(reserve::depth{3});
  runs_with_everything(reserve::conservative{});
  runs_with_everything(reserve::selective{});
  runs_with_everything(reserve::relaxed{});
  runs_with_everything(reserve::look_ahead{});
}
