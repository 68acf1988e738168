// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_BENCHMARKS_SUPPORT_TIMELINE_WORKLOADS_HPP
#define SCHED_BENCHMARKS_SUPPORT_TIMELINE_WORKLOADS_HPP

/// \file
/// The timeline workloads: a deep queue, and four growth tests.
///
/// A subject is anything with `earliest_fit(t, d, n)`, `min_available(a, b)` and `take(a, b, n)` on plain 64-bit
/// numbers (n < 0 gives back); `over` wraps a `resource_timeline` of the library.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched_bench {

/// Nanoseconds of processor time of this process: other programs on the machine do not count.
[[nodiscard]] inline double now() {
  std::timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}
[[nodiscard]] inline double nanoseconds_since(double start) { return now() - start; }

[[nodiscard]] inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class Timeline>
class over {
public:
  explicit over(std::int64_t capacity) : timeline_(capacity) {}
  [[nodiscard]] std::int64_t earliest_fit(std::int64_t t, std::int64_t d, std::int64_t n) const {
    return timeline_.earliest_fit(t, d, n).count();
  }
  [[nodiscard]] std::int64_t min_available(std::int64_t a, std::int64_t b) const {
    return timeline_.min_available({a, b});
  }
  /// Booking is checked, giving back is not: what a scheduler does.
  void take(std::int64_t a, std::int64_t b, std::int64_t n) {
    if (n < 0) timeline_.release({{a, b}, -n});
    else ok_ = ok_ && timeline_.reserve({a, b}, n).ok;
  }
  [[nodiscard]] bool ok() const { return ok_; }

private:
  Timeline timeline_;
  bool ok_ = true;
};

struct job {
  std::int64_t duration;
  std::int64_t demand;
  std::int64_t start;
};

/// Deep build: capacity 1,024; demand 2^u, u uniform 0…8; duration 60…86,399.
[[nodiscard]] inline std::vector<job> deep_queue(std::size_t jobs, std::uint64_t seed = 1) {
  sched::random_generator random(seed);
  std::vector<job> all(jobs);
  for (job& j : all) {
    j.demand = std::int64_t{1} << random.below(9);
    j.duration = random.between(60, 86399);
    j.start = 0;
  }
  return all;
}

struct cost {
  double query = 0;  ///< nanoseconds each
  double update = 0;
};

/// Each job `earliest_fit(0, …)`, then its booking. Two passes: all of it, and the bookings alone; the queries are the
/// difference. Fills in the starts.
template <class Subject>
cost deep_build(std::vector<job>& jobs) {
  const double n = static_cast<double>(jobs.size());
  Subject whole(1024);
  auto start = now();
  for (job& j : jobs) {
    j.start = whole.earliest_fit(0, j.duration, j.demand);
    whole.take(j.start, j.start + j.duration, j.demand);
  }
  const double both = nanoseconds_since(start);
  Subject bookings(1024);
  start = now();
  for (const job& j : jobs) bookings.take(j.start, j.start + j.duration, j.demand);
  const double updates = nanoseconds_since(start);
  return {(both - updates) / n, updates / n};
}

/// The same for a slow subject: bookings as given, every `stride`-th query timed by itself. A different answer is
/// counted in `wrong`.
template <class Subject>
cost deep_sample(const std::vector<job>& jobs, std::size_t stride, std::size_t& wrong) {
  Subject subject(1024);
  double queries = 0;
  double asked = 0;
  const auto start = now();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const job& j = jobs[i];
    if (i % stride == stride - 1) {
      const auto from = now();
      wrong += subject.earliest_fit(0, j.duration, j.demand) != j.start ? 1U : 0U;
      queries += nanoseconds_since(from);
      ++asked;
    }
    subject.take(j.start, j.start + j.duration, j.demand);
  }
  const double all = nanoseconds_since(start);
  return {queries / asked, (all - queries) / static_cast<double>(jobs.size())};
}

struct growth {
  double wall = 0;     ///< query for 512 units from a random time in the first half
  double plateau = 0;  ///< query for 8 units over 9n ticks
  double local = 0;    ///< one short booking and its inverse
  double full = 0;     ///< one booking over the whole length and its inverse
};

/// n steps of 10 ticks, availability alternates 10 and 11, 1,024 units after them. Nanoseconds per operation (or pair).
template <class Subject>
growth growth_costs(std::size_t n, std::size_t rounds, std::uint64_t seed = 1) {
  sched::random_generator random(seed);
  const std::int64_t length = static_cast<std::int64_t>(n) * 10;
  Subject subject(1024);
  subject.take(0, length, 1013);
  for (std::int64_t t = 0; t < length; t += 20) subject.take(t, t + 10, 1);

  std::vector<std::int64_t> times(rounds);
  for (auto& t : times) t = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(length / 2)));
  const double count = static_cast<double>(rounds);
  growth result;
  std::int64_t sum = 0;
  auto start = now();
  for (const auto t : times) sum += subject.earliest_fit(t, 100, 512);
  result.wall = nanoseconds_since(start) / count;
  start = now();
  for (const auto t : times) sum += subject.earliest_fit(t % (length / 10), 9 * static_cast<std::int64_t>(n), 8);
  result.plateau = nanoseconds_since(start) / count;
  start = now();
  for (const auto t : times) {
    subject.take(t, t + 25, 3);
    subject.take(t, t + 25, -3);
  }
  result.local = nanoseconds_since(start) / count;
  start = now();
  for (const auto t : times) {
    subject.take(t % 10, length - 5, 3);
    subject.take(t % 10, length - 5, -3);
  }
  result.full = nanoseconds_since(start) / count;
  static volatile std::int64_t sink = 0;
  sink = sink + sum;
  return result;
}

}  // namespace sched_bench

#endif
