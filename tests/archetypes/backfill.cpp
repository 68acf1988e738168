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

/// A reservation policy that knows nothing but what the concept promises.
struct least_reservation {
  explicit least_reservation(int) {}
  struct memory {};
  template <class Desk>
  void pass(Desk& desk, memory&) const {
    desk.each_in_order([&](job_handle h) {
      if (desk.fits(h)) desk.start(h);
      return true;
    });
  }
};
/// Uses everything that a desk has for policies of one's own.
struct whole_desk {
  struct memory {
    std::vector<job_handle> seen{};
  };
  template <class Desk>
  void pass(Desk& desk, memory& m) const {
    m.seen.clear();
    const job_handle head = desk.start_heads();
    desk.clear_plan();
    desk.each_in_order([&](job_handle h) {
      m.seen.push_back(h);
      const instant at = desk.earliest(h);
      const job_booking b = desk.reserve(h, at);
      if (h != head) desk.release(h, b);
      return m.seen.size() < desk.waiting();
    });
    desk.each_in_walk([&](job_handle h) {
      const bool small = desk.demand_of(h) <= desk.available() && desk.demand_of(h) <= desk.capacity();
      const bool known = desk.eligible_of(h) <= desk.now() && desk.view(h).estimate == desk.planned_of(h);
      if (h != head && small && known && desk.fits(h)) desk.start(h);
      return true;
    });
  }
};
static_assert(reservation_policy<least_reservation> && reservation_policy<whole_desk>);

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
  runs_with_everything(reserve::selective_adaptive{});
  runs_with_everything(reserve::greedy(least_order(1), least_order(-1)));
  runs_with_everything(least_reservation(0));
  runs_with_everything(whole_desk{});
}
