// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_RANDOM_JOBS_HPP
#define SCHED_MODEL_RANDOM_JOBS_HPP

/// \file
/// Random workloads of batch jobs after the model of Lublin and Feitelson.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/math.hpp>
#include <sched/core/random.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {

/// Which jobs a random workload has. The parameters of each kind were fitted to logs by the authors of the model.
enum class job_mix : std::uint8_t {
  undivided,    ///< one population, fitted to all jobs together
  batch,        ///< batch jobs only
  interactive,  ///< interactive jobs only: smaller and shorter
  both          ///< batch jobs (`queue` 1) and interactive ones (`queue` 0), each with arrivals of their own
};

struct random_jobs_options {
  std::size_t jobs = 1000;
  amount processors = 128;           ///< of the machine; the largest job has as many
  job_mix mix = job_mix::undivided;  ///< what kinds of jobs
  double load = 0;                   ///< > 0: submissions are spread so that work / (processors · time) is this
  double estimate_factor = 0;        ///< f: estimates are uniform in [r, (1 + f)·r]; 0: exact
  std::uint32_t users = 1;           ///< users 0 … users − 1, equally likely
};

namespace detail {

/// a · b, rounded by itself: never fused with what follows.
[[nodiscard]] inline double rounded_product(double a, double b) noexcept { return std::fma(a, b, 0.0); }

/// Gamma distribution with scale 1, the same on every platform (Marsaglia & Tsang 2000). Precondition: shape ≥ 1.
/// Expected O(1).
[[nodiscard]] inline double random_gamma(random_generator& random, double shape) noexcept {
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(rounded_product(9.0, d));
  for (;;) {
    const double x = random.normal();
    const double root = std::fma(c, x, 1.0);
    if (root <= 0) continue;
    const double v = rounded_product(rounded_product(root, root), root);
    // log u < x²/2 + d·(1 − v + log v)
    const double bound = std::fma(rounded_product(0.5, x), x, rounded_product(d, 1.0 - v + stable::log(v)));
    if (stable::log(1.0 - random.real()) < bound) return rounded_product(d, v);
  }
}

/// Parameters of one population of jobs, by the names of the paper.
struct lublin_parameters {
  double serial, power_of_two;                   // shares of the jobs
  double low, below_high, under_machine, share;  // log2 of sizes: from low to high, bend below_high under high
  double a1, b1, a2, b2, pa, pb;                 // ln of runtimes: two gammas, mixed by pa · size + pb
  double aarr, barr;                             // ln of gaps between arrivals
  double anum, bnum;                             // arrivals over the day
};
inline constexpr lublin_parameters lublin_undivided{
    0.244, 0.576, 0.8, 2.5, 0, 0.86, 4.2, 0.94, 312, 0.03, -0.0054, 0.78, 10.2303 * 1.0225, 0.4871, 8.1737, 3.9631};
inline constexpr lublin_parameters lublin_batch{0.2927, 0.6686, 1.2,    2,      0,      0.875,           6.57,
                                                0.823,  639.1,  0.0156, -0.003, 0.6986, 6.0415 * 1.0519, 0.8531,
                                                6.1271, 5.2740};
inline constexpr lublin_parameters lublin_interactive{0.1541,          0.625,  1,      2.5,    1.5,     0.705,
                                                      3.8351,          0.6605, 7.073,  0.6856, -0.0118, 0.9156,
                                                      6.5510 * 0.9797, 0.6621, 8.9186, 3.6680};

/// One population: sizes, runtimes, and arrivals one after another.
class lublin_population {
public:
  static constexpr std::size_t buckets = 48;  ///< half hours of a day
  static constexpr double bucket_seconds = 1800;
  static constexpr double longest_runtime = 12;  ///< ln of seconds; longer ones are drawn again
  static constexpr double longest_gap = 13;

  lublin_population(const lublin_parameters& p, amount processors) : p_(p), processors_(processors) {
    high_ = std::max(stable::log(static_cast<double>(processors)) / stable::log(2.0) - p.under_machine, 0.0);
    low_ = std::min(p.low, high_);
    bend_ = std::clamp(high_ - p.below_high, low_, high_);
    // The share of arrivals of each half hour: the density of a gamma, over a day that begins with the eleventh.
    constexpr std::size_t first = 11;
    double sum = 0;
    for (std::size_t k = first; k < first + buckets; ++k) {
      double area = 0;
      constexpr int steps = 16;  // Simpson's rule
      for (int s = 0; s <= steps; ++s) {
        const double x = static_cast<double>(k) - 0.5 + static_cast<double>(s) / steps;
        const double density = stable::exp(rounded_product(p.anum - 1, stable::log(x)) - x / p.bnum);
        area += s == 0 || s == steps ? density : s % 2 == 1 ? rounded_product(4.0, density) : density + density;
      }
      weights_[(k - 1) % buckets] = area;
      sum += area;
    }
    for (double& w : weights_) w = rounded_product(w, static_cast<double>(buckets)) / sum;
  }

  /// Seconds since midnight of the first day.
  [[nodiscard]] double next_arrival() const noexcept { return arrival_; }
  /// Busy hours take fewer seconds for the same gap.
  void draw_arrival(random_generator& random) noexcept {
    double gap = 0;
    do gap = rounded_product(p_.barr, random_gamma(random, p_.aarr));
    while (gap > longest_gap);
    points_ += stable::exp(gap) / bucket_seconds;
    for (; points_ > weights_[bucket_ % buckets]; ++bucket_) points_ -= weights_[bucket_ % buckets];
    arrival_ = rounded_product(bucket_seconds, static_cast<double>(bucket_) + points_ / weights_[bucket_ % buckets]);
  }
  [[nodiscard]] amount draw_size(random_generator& random) const noexcept {
    const double u = random.real();
    if (u < p_.serial || processors_ == 1) return 1;
    const bool lower = random.chance(p_.share);
    const double from = lower ? low_ : bend_;
    double exponent = std::fma(random.real(), (lower ? bend_ : high_) - from, from);
    if (u < p_.serial + p_.power_of_two) exponent = std::min(std::floor(exponent + 0.5), std::floor(high_));
    const double size = stable::exp(rounded_product(exponent, stable::log(2.0)));
    return std::clamp<amount>(static_cast<amount>(std::floor(size + 0.5)), 1, processors_);
  }
  [[nodiscard]] std::int64_t draw_runtime(random_generator& random, amount size) const noexcept {
    const double first = std::fma(p_.pa, static_cast<double>(size), p_.pb);
    double length = 0;
    do {
      const bool one = random.chance(first);
      length = rounded_product(one ? p_.b1 : p_.b2, random_gamma(random, one ? p_.a1 : p_.a2));
    } while (length > longest_runtime);
    return std::max<std::int64_t>(static_cast<std::int64_t>(stable::exp(length)), 1);
  }

private:
  lublin_parameters p_;
  amount processors_;
  double low_ = 0, bend_ = 0, high_ = 0;
  std::array<double, buckets> weights_{};
  std::uint64_t bucket_ = 0;  // half hours since the start
  double points_ = 0, arrival_ = 0;
};

}  // namespace detail

/// A workload of rigid jobs, numbered from 1, sorted by submission, times in seconds from midnight.
///
/// Sizes: serial, a power of two, or any, by a two-stage uniform distribution of their logarithm that grows with the
/// machine; runtimes: a hyper-gamma distribution of their logarithm, longer for larger jobs; arrivals: gamma
/// distributed logarithms of the gaps, faster and slower with the hour of the day. Parameters as published (fitted to
/// machines of 128 to 512 processors; on much larger ones nearly all large jobs are long). The model has no estimates:
/// `estimate_factor` adds those of Mu'alem & Feitelson's f-model. `load` stretches or compresses all submissions, and
/// with them the day; above 1 the queue grows without end.
///
/// The same options and generator state give the same jobs on every platform. O(jobs); allocates the result. Throws
/// `sched::error` when there are no processors or users, or a factor is negative or no number.
///
/// Lublin & Feitelson 2003, The workload on parallel supercomputers: modeling the characteristics of rigid jobs.
[[nodiscard]] inline std::vector<job> random_jobs(const random_jobs_options& o, random_generator& random) {
  if (o.processors < 1) throw error("random jobs need at least one processor");
  if (o.users < 1) throw error("random jobs need at least one user");
  if (!(o.load >= 0) || !(o.load < 1e6)) throw error("the load of random jobs must be a number from 0");
  if (!(o.estimate_factor >= 0) || !(o.estimate_factor < 1e6))
    throw error("the estimate factor of random jobs must be a number from 0");
  std::vector<detail::lublin_population> populations;
  const auto add = [&](const detail::lublin_parameters& p) {
    populations.emplace_back(p, o.processors).draw_arrival(random);
  };
  if (o.mix == job_mix::undivided) add(detail::lublin_undivided);
  if (o.mix == job_mix::interactive || o.mix == job_mix::both) add(detail::lublin_interactive);
  if (o.mix == job_mix::batch || o.mix == job_mix::both) add(detail::lublin_batch);

  std::vector<job> out;
  out.reserve(o.jobs);
  double work = 0;
  for (std::size_t k = 0; k < o.jobs; ++k) {
    const auto next = std::ranges::min_element(populations, {}, &detail::lublin_population::next_arrival);
    const auto submit = static_cast<std::int64_t>(next->next_arrival());
    next->draw_arrival(random);
    const amount size = next->draw_size(random);
    const std::int64_t runtime = next->draw_runtime(random, size);
    std::int64_t estimate = runtime;
    if (o.estimate_factor > 0)
      estimate += static_cast<std::int64_t>(detail::rounded_product(
          detail::rounded_product(random.real(), o.estimate_factor), static_cast<double>(runtime)));
    out.push_back(rigid_job(static_cast<job_number>(k) + 1, submit, size, estimate, runtime));
    if (o.users > 1) out.back().user = static_cast<std::uint32_t>(random.below(o.users));
    out.back().queue = o.mix == job_mix::batch || next != populations.begin() ? 1 : 0;
    work += detail::rounded_product(static_cast<double>(size), static_cast<double>(runtime));
  }
  if (o.load > 0 && !out.empty()) {
    const double span = work / detail::rounded_product(o.load, static_cast<double>(o.processors));
    const auto last = static_cast<double>(std::max<std::int64_t>(out.back().submit.count(), 1));
    for (job& j : out)
      j.submit = static_cast<std::int64_t>(detail::rounded_product(static_cast<double>(j.submit.count()), span) / last);
  }
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
