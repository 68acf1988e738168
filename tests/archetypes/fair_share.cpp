// SPDX-License-Identifier: BSL-1.0
// The least share policy, decay and order that follows use, in every ledger, combination and scheduler.
#include <sched/fair_share.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;

namespace {

/// Neither default-constructible nor comparable: only copied.
struct least_share {
  explicit least_share(int) {}
  void check() const {}
  void factors(const share_tree& t, std::span<const double> use, std::span<double> out) {
    for (share_tree::node n = 0; n < t.size(); ++n) out[n] = -use[n];
  }
};
struct least_decay {
  explicit least_decay(int) {}
  void check() const {}
  [[nodiscard]] account_usage advanced(const account_usage& a, instant now) const {
    return {a.used + a.rate * static_cast<double>((now - a.at).count()), a.rate, now, a.step};
  }
};
/// The same with a power of two, which is 1: every ledger raises many at once.
struct least_power : least_decay {
  using least_decay::advanced, least_decay::least_decay;
  [[nodiscard]] double exponent(const account_usage&, instant) const { return 0; }
  [[nodiscard]] account_usage advanced(const account_usage& a, instant now, double kept) const {
    account_usage out = advanced(a, now);
    out.used *= kept;
    return out;
  }
};
struct least_follower {
  explicit least_follower(int) {}
  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant, std::span<double> out) {
    for (std::size_t k = 0; k < jobs.size(); ++k) out[k] = jobs[k].user == last ? 1 : 0;
  }
  void started(const waiting_job& j, instant) { last = j.user; }
  void ended(const waiting_job&, instant) {}
  std::uint32_t last = 0;
};
static_assert(share_policy<least_share> && usage_decay<least_decay> && usage_order<least_follower>);
static_assert(exponential_decay<least_power> && !exponential_decay<least_decay>);

template <job_order O>
void runs(const O& o) {
  random_generator rng(5);
  const std::vector<job> jobs = sched_test::random_trace({.jobs = 40}, rng);
  for (const auto events : {event_convention::sequential, event_convention::batch}) {
    const auto direct = sched_test::starts_of(jobs, backfill(16, o, reserve::easy()), events);
    for (std::size_t k = 0; k < jobs.size(); ++k) {
      CHECK(direct[k] >= jobs[k].submit.count());
      CHECK(direct[k] < 100'000);
    }
    CHECK(sched_test::starts_of(jobs, backfill(16, order::any_order<false>(o), reserve::easy()), events) == direct);
    CHECK(sched_test::starts_of(jobs, backfill(16, order::lexicographic(o, o), reserve::easy()), events) == direct);
  }
}

}  // namespace

TEST_CASE("the least share policy, decay and follower work in every order, combination and scheduler") {
  const share_tree nobody;
  runs(order::fair_share(nobody, least_share(0), least_decay(0)));
  runs(order::fair_share(nobody, share::classic(), least_decay(0)));
  runs(order::fair_share(nobody, least_share(0), decay::stepped{}));
  runs(order::multifactor({.weight = {.fair_share = 1}}, nobody, least_share(0), least_decay(0)));
  runs(least_follower(0));
  runs(order::by_band(least_follower(0)));
  runs(order::lexicographic(order::by_band(least_follower(0)),
                            order::fair_share(nobody, least_share(0), least_decay(0))));
}

TEST_CASE("a decay by a power of two serves as one that raises each by itself") {
  random_generator rng(6);
  const std::vector<job> jobs = sched_test::random_trace({.jobs = 40}, rng);
  const share_tree nobody;
  const auto starts = [&](const auto& decay) {
    return sched_test::starts_of(jobs, backfill(16, order::fair_share(nobody, least_share(0), decay), reserve::easy()),
                                 event_convention::batch);
  };
  CHECK(starts(least_power(0)) == starts(least_decay(0)));
}
