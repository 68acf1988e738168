// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/order.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <type_traits>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

waiting_job waiting(amount demand, std::int64_t estimate, std::int64_t eligible, std::int64_t priority = 0) {
  waiting_job j;
  j.demand = demand;
  j.estimate = estimate;
  j.eligible = eligible;
  j.priority = priority;
  return j;
}
template <job_order O>
double key_of(O o, const waiting_job& j, instant now) {
  double key = -1;
  o.keys({&j, 1}, now, {&key, 1});
  return key;
}
/// Places of the jobs, first to go first; ties as they stand.
template <job_order O>
std::vector<std::size_t> ranked(O o, const std::vector<waiting_job>& jobs, instant now) {
  std::vector<double> keys(jobs.size());
  o.keys(jobs, now, keys);
  std::vector<std::size_t> places(jobs.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::stable_sort(places, {}, [&](std::size_t k) { return keys[k]; });
  return places;
}
using places = std::vector<std::size_t>;

struct mute {
  static constexpr bool static_keys = true;
};
struct timeless {
  void keys(std::span<const waiting_job>, instant, std::span<double>) const {}
};

}  // namespace

TEST_CASE("static orders rank by what their names say") {
  const std::vector<waiting_job> jobs{waiting(4, 30, 0, 1), waiting(1, 50, 1, 5), waiting(8, 10, 2, 5)};
  CHECK(ranked(order::fcfs{}, jobs, 9) == places{0, 1, 2});
  CHECK(ranked(order::sjf{}, jobs, 9) == places{2, 0, 1});
  CHECK(ranked(order::ljf{}, jobs, 9) == places{1, 0, 2});
  CHECK(ranked(order::saf{}, jobs, 9) == places{1, 2, 0});  // 50, 80, 120
  CHECK(ranked(order::smallest{}, jobs, 9) == places{1, 0, 2});
  CHECK(ranked(order::largest{}, jobs, 9) == places{2, 0, 1});
  CHECK(ranked(order::by_priority{}, jobs, 9) == places{1, 2, 0});
  CHECK((order::fcfs::static_keys && order::sjf::static_keys && order::saf::static_keys && order::f1::static_keys));
}

TEST_CASE("areas saturate instead of turning negative") {
  const waiting_job huge = waiting(std::int64_t{1} << 40, std::int64_t{1} << 62, 0);
  CHECK(key_of(order::saf{}, huge, 0) > key_of(order::saf{}, waiting(1, 1000, 0), 0));
}

TEST_CASE("expansion factor, WFP3 and UNICEP follow their formulas and change with time") {
  CHECK_FALSE((order::lxf::static_keys || order::wfp3::static_keys || order::unicep::static_keys));
  const waiting_job j = waiting(8, 20, 100);
  CHECK(key_of(order::lxf{}, j, 100) == -1.0);
  CHECK(key_of(order::lxf{}, j, 130) == -2.5);
  CHECK(key_of(order::wfp3{}, j, 100) == 0.0);
  CHECK(key_of(order::wfp3{}, j, 130) == -(1.5 * 1.5 * 1.5 * 8));
  CHECK(key_of(order::unicep{}, j, 130) == -(30.0 / (3.0 * 20.0)));
}

TEST_CASE("UNICEP puts single processors before all others, longest relative wait first") {
  const std::vector<waiting_job> jobs{waiting(2, 1, 0), waiting(1, 1000, 99), waiting(1, 10, 50), waiting(1, 10, 100)};
  CHECK(ranked(order::unicep{}, jobs, 100) == places{2, 1, 3, 0});
}

TEST_CASE("F1 counts arrivals from the time zero of the trace") {
  const waiting_job j = waiting(4, 100, 1010);
  CHECK(key_of(order::f1{.origin = 10}, j, 5000) == 2.0 * 4 + 870.0 * 3);
  CHECK(key_of(order::f1{.origin = 1010}, j, 5000) == 8.0);  // never the logarithm of 0
}

TEST_CASE("any function of job and time is an order") {
  const auto latest =
      order::callable([](const waiting_job& j, instant) { return -static_cast<double>(j.eligible.count()); });
  static_assert(job_order<std::remove_const_t<decltype(latest)>>);
  const std::vector<waiting_job> jobs{waiting(1, 1, 3), waiting(1, 1, 8), waiting(1, 1, 5)};
  CHECK(ranked(latest, jobs, 9) == places{1, 2, 0});
}

TEST_CASE("an order that writes no keys or keeps quiet about time is none") {
  static_assert(!job_order<mute> && !job_order<timeless> && !job_order<int>);
  CHECK(job_order<order::lxf>);
}
