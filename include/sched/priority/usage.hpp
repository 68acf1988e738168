// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_USAGE_HPP
#define SCHED_PRIORITY_USAGE_HPP

/// \file
/// Who has used how much, the longer ago the less.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/math.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// What one account has used until `at`, and how much it uses in every tick from then on.
struct account_usage {
  double used = 0;
  double rate = 0;
  instant at{};
  instant step{};  ///< of decays in steps: when the present step began
};

/// How use is forgotten: `advanced(a, now)` is the account at `now` ≥ a.at, the use since then included. Pure; called
/// whenever an account is read or changes. `check()` throws `sched::error` for parameters that make no sense.
template <class D>
concept usage_decay = std::copyable<D> && requires(const D d, const account_usage& a, instant now) {
  { d.advanced(a, now) } -> std::same_as<account_usage>;
  { d.check() } -> std::same_as<void>;
};

/// A decay to a power of 2, which a ledger can raise for many accounts at once: `advanced(a, now)` is
/// `advanced(a, now, stable::exp2(exponent(a, now)))`.
template <class D>
concept exponential_decay = usage_decay<D> && requires(const D d, const account_usage& a, instant now, double kept) {
  { d.exponent(a, now) } -> std::same_as<double>;
  { d.advanced(a, now, kept) } -> std::same_as<account_usage>;
};

namespace decay {

namespace detail {
[[nodiscard]] inline double product(double a, double b) noexcept { return std::fma(a, b, 0.0); }
[[nodiscard]] inline double elapsed(instant from, instant to) noexcept {
  return static_cast<double>((to - from).count());
}
/// base^n by squaring: the same bits everywhere.
[[nodiscard]] inline double power(double base, std::int64_t n) noexcept {
  double out = 1.0;
  for (; n > 0; n /= 2) {
    if (n % 2 == 1) out = product(out, base);
    base = product(base, base);
  }
  return out;
}
/// U' = rate − λ·U over t ticks, when `kept` = e^(−λ·t).
[[nodiscard]] inline account_usage relaxed(account_usage a, instant now, double lambda, double kept) noexcept {
  a.used = product(a.used, kept);
  if (a.rate != 0) a.used += product(a.rate / lambda, -stable::expm1(-product(lambda, elapsed(a.at, now))));
  a.at = now;
  return a;
}
}  // namespace detail

/// Nothing is forgotten.
struct none {
  void check() const {}
  [[nodiscard]] account_usage advanced(account_usage a, instant now) const noexcept {
    a.used += detail::product(a.rate, detail::elapsed(a.at, now));
    a.at = now;
    return a;
  }
};

/// Half is forgotten after every half-life, continuously: U(t) = U(t₀)·2^(−(t−t₀)/h) + the use since, each part decayed
/// by its own age (dU/dt = rate − λU in closed form). How an interval is split changes nothing beyond rounding.
/// λ·U is the exponentially weighted mean of what was in use.
struct continuous {
  duration half_life = 7 * 24 * 3600;  ///< seven days, if ticks are seconds
  void check() const {
    if (half_life < 1 || !half_life.is_finite()) throw error("the half-life of usage is at least 1 tick");
  }
  [[nodiscard]] account_usage advanced(const account_usage& a, instant now) const noexcept {
    return advanced(a, now, stable::exp2(exponent(a, now)));
  }
  [[nodiscard]] double exponent(const account_usage& a, instant now) const noexcept {
    return -(detail::elapsed(a.at, now) / static_cast<double>(half_life.count()));
  }
  [[nodiscard]] account_usage advanced(const account_usage& a, instant now, double kept) const noexcept {
    return detail::relaxed(a, now, 0.69314718055994531 / static_cast<double>(half_life.count()), kept);
  }
};

/// As Slurm computes it: what is left after one tick is 1 − 0.693/h. For comparison; it differs from `continuous` in
/// the tenth digit of the rate.
struct per_tick {
  duration half_life = 7 * 24 * 3600;
  void check() const { continuous{half_life}.check(); }
  [[nodiscard]] account_usage advanced(const account_usage& a, instant now) const noexcept {
    const double lambda = -stable::log(1.0 - 0.693 / static_cast<double>(half_life.count()));
    return detail::relaxed(a, now, lambda, stable::exp(-detail::product(lambda, detail::elapsed(a.at, now))));
  }
};

/// At the end of every interval, counted from the account's first use, `factor` of it is left; in between nothing is
/// forgotten. What is left of an interval when an account is read is not lost.
struct stepped {
  double factor = 0.5;
  duration interval = 24 * 3600;
  void check() const {
    if (!(factor >= 0 && factor <= 1)) throw error("what a step leaves of usage is a part of it, from 0 to 1");
    if (interval < 1 || !interval.is_finite()) throw error("the interval of decaying usage is at least 1 tick");
  }
  [[nodiscard]] account_usage advanced(account_usage a, instant now) const noexcept {
    using detail::product, detail::elapsed;
    const std::int64_t steps = (now - a.step).count() / interval.count();
    if (steps > 0) {
      const instant first = a.step + interval;
      const double kept = detail::power(factor, steps - 1);
      // The first of them ends with what was used until then; each of the others adds a whole interval.
      const double others = factor == 1 ? static_cast<double>(steps - 1) : factor * (1.0 - kept) / (1.0 - factor);
      a.used = product(product(a.used + product(a.rate, elapsed(a.at, first)), factor), kept) +
               product(product(a.rate, static_cast<double>(interval.count())), others);
      a.step += interval * steps;
      a.at = a.step;
    }
    a.used += product(a.rate, elapsed(a.at, now));
    a.at = now;
    return a;
  }
};

/// The same, but whenever an account changes after a whole interval the next one begins there: the rest is lost. Use
/// that is charged often decays too slowly. The rule of a known scheduler, for comparison.
struct stepped_lossy {
  double factor = 0.5;
  duration interval = 24 * 3600;
  void check() const { stepped{factor, interval}.check(); }
  [[nodiscard]] account_usage advanced(account_usage a, instant now) const noexcept {
    const std::int64_t steps = (now - a.step).count() / interval.count();
    a = none{}.advanced(a, now);
    if (steps > 0) {
      a.used = detail::product(a.used, detail::power(factor, steps));
      a.step = now;
    }
    return a;
  }
};

/// Not a sum but the sliding average of what is in use: u ← β·u + (1 − β)·rate, β = 2^(−Δ/h). How an interval is split
/// changes nothing beyond rounding.
struct ema {
  duration half_life = 3600;
  void check() const { continuous{half_life}.check(); }
  [[nodiscard]] account_usage advanced(account_usage a, instant now) const noexcept {
    const double beta = stable::exp2(-(detail::elapsed(a.at, now) / static_cast<double>(half_life.count())));
    a.used = detail::product(beta, a.used) + detail::product(1.0 - beta, a.rate);
    a.at = now;
    return a;
  }
};

}  // namespace decay

static_assert(usage_decay<decay::none> && usage_decay<decay::continuous> && usage_decay<decay::per_tick> &&
              usage_decay<decay::stepped> && usage_decay<decay::stepped_lossy> && usage_decay<decay::ema>);
static_assert(exponential_decay<decay::continuous>);

/// What accounts (0, 1, 2 …) have used and use: processors · ticks, or whatever the rates are in. Use is charged while
/// it happens, and decays lazily, when an account is read or changes. Time never goes back. Every operation O(1) (steps
/// O(log of their number)); allocates when an account number is larger than any before.
template <usage_decay Decay = decay::continuous>
class usage_ledger {
public:
  /// Throws `sched::error` when the decay makes no sense.
  explicit usage_ledger(Decay d = Decay()) : decay_(std::move(d)) { decay_.check(); }

  /// From now on the account uses `rate` ≥ 0 more in every tick.
  void started(std::uint32_t account, double rate, instant now) {
    entry& e = at(account, now);
    e.usage.rate += rate;
    ++e.running;
  }
  /// What was started with the same rate is over.
  void ended(std::uint32_t account, double rate, instant now) {
    entry& e = at(account, now);
    SCHED_ASSERT(e.running > 0);
    --e.running;
    e.usage.rate = e.running == 0 ? 0.0 : e.usage.rate - rate;  // nobody runs: exactly nothing, whatever was rounded
  }
  /// Use at one instant.
  void charge(std::uint32_t account, double used, instant now) { at(account, now).usage.used += used; }

  /// 0 for accounts that never used anything.
  [[nodiscard]] double usage(std::uint32_t account, instant now) const noexcept {
    if (account >= accounts_.size()) return 0.0;
    const account_usage& a = accounts_[account].usage;
    if (a.used == 0 && a.rate == 0) return 0.0;
    SCHED_ASSERT(now >= a.at);
    return now == a.at ? a.used : decay_.advanced(a, now).used;
  }
  /// The same of accounts 0, 1, 2 …, as many as `out` has places: the same bits, faster. O(places).
  void usages(instant now, std::span<double> out) const noexcept {
    if constexpr (exponential_decay<Decay>) {
      const std::size_t known = std::min(out.size(), accounts_.size());
      for (std::size_t k = 0; k < known; ++k) out[k] = decay_.exponent(accounts_[k].usage, now);
      stable::exp2(out.first(known));
      for (std::size_t k = 0; k < known; ++k) {
        const account_usage& a = accounts_[k].usage;
        const bool used = a.used != 0 || a.rate != 0;
        SCHED_ASSERT(!used || now >= a.at);
        out[k] = !used ? 0.0 : now == a.at ? a.used : decay_.advanced(a, now, out[k]).used;
      }
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(known), out.end(), 0.0);
    } else {
      for (std::size_t k = 0; k < out.size(); ++k) out[k] = usage(static_cast<std::uint32_t>(k), now);
    }
  }
  /// Accounts that have ever been charged, or have a smaller number than one that has.
  [[nodiscard]] std::size_t size() const noexcept { return accounts_.size(); }

private:
  struct entry {
    account_usage usage{};
    std::uint32_t running = 0;
    bool known = false;
  };
  entry& at(std::uint32_t account, instant now) {
    if (account >= accounts_.size()) accounts_.resize(account + std::size_t{1});
    entry& e = accounts_[account];
    if (!std::exchange(e.known, true)) e.usage.at = e.usage.step = now;
    SCHED_ASSERT(now >= e.usage.at);
    if (now > e.usage.at) e.usage = decay_.advanced(e.usage, now);
    return e;
  }

  Decay decay_;
  std::vector<entry> accounts_;
};

}  // namespace v0
}  // namespace sched

#endif
