// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_CLEAR_BATCH_HPP
#define SCHED_SOLVE_CLEAR_BATCH_HPP

/// \file
/// Many independent one-sided markets in one call.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include <sched/core/workspace.hpp>
#include <sched/model/clearing.hpp>
#include <sched/solve/clear.hpp>
#include <sched/solve/detail/clear_lanes.hpp>

namespace sched {
inline namespace v0 {

/// How the offers of a batch lie in memory.
enum class batch_layout : std::uint8_t {
  rows,    ///< [market][offer]
  columns  ///< [offer][market]: structure of arrays
};

/// Numbers of a batch that are no policy.
struct clear_batch_options {
  unsigned threads = 1;  ///< the result does not depend on it
  batch_layout layout = batch_layout::rows;
  /// Rows of different length: market m has the offers offsets[m] … offsets[m + 1) (one entry more than markets).
  /// Empty: all have the same number.
  std::span<const std::size_t> offsets{};
  std::span<clearing_status> status{};  ///< per market, when wanted
  double price_cap = std::numeric_limits<double>::infinity();
  double price_floor = -std::numeric_limits<double>::infinity();
  clear_kernel kernel = clear_kernel::automatic;
};

namespace detail::clear {

/// Markets first … last − 1 of a batch, one after another or a vector at a time.
template <class P, class V, class Rules>
struct batch_job {
  std::span<const P> prices;
  std::span<const V> volumes;
  std::span<const V> demand;
  std::span<P> price_out;
  std::span<V> accepted;
  const Rules& rules;
  const clear_batch_options& options;

  [[nodiscard]] std::size_t offers() const noexcept { return prices.size() / demand.size(); }

  [[nodiscard]] market_input_fault shapes() const noexcept {
    const std::size_t markets = demand.size();
    if (volumes.size() != prices.size())
      return {market_fault::length_mismatch, std::min(prices.size(), volumes.size())};
    if (!options.offsets.empty()) {
      if (options.layout != batch_layout::rows || options.offsets.size() != markets + 1)
        return {market_fault::length_mismatch, markets};
      for (std::size_t m = 0; m < markets; ++m)
        if (options.offsets[m] > options.offsets[m + 1]) return {market_fault::length_mismatch, m};
      if (options.offsets.back() > prices.size()) return {market_fault::length_mismatch, markets};
    } else if (markets == 0 ? !prices.empty() : prices.size() % markets != 0) {
      return {market_fault::length_mismatch, prices.size()};
    }
    if (accepted.size() != prices.size() || price_out.size() != markets || overlap(prices, accepted) ||
        overlap(volumes, accepted) || overlap(prices, price_out) || overlap(volumes, price_out) ||
        overlap(demand, price_out) || overlap(demand, accepted) || overlap(std::span<const V>(accepted), price_out) ||
        (!options.status.empty() && options.status.size() != markets))
      return {market_fault::bad_output};
    return {};
  }

  [[nodiscard]] market_input_fault run(std::size_t first, std::size_t last) const {
    const clear_options single{
        .price_cap = options.price_cap, .price_floor = options.price_floor, .kernel = options.kernel};
    if (options.layout == batch_layout::columns) return run_columns(first, last, single);
    for (std::size_t m = first; m < last; ++m) {
      const std::size_t begin = options.offsets.empty() ? m * offers() : options.offsets[m];
      const std::size_t n = options.offsets.empty() ? offers() : options.offsets[m + 1] - begin;
      clearing<P, V> one;
      const job<P, V, Rules> j{
          prices.subspan(begin, n), volumes.subspan(begin, n), demand[m], accepted.subspan(begin, n), rules, single};
      if (const market_input_fault f = j.run(one))
        return {f.code, f.index == market_input_fault::nowhere ? m : begin + f.index};
      write(m, one);
    }
    return {};
  }

private:
  static constexpr std::size_t together_ = 16;

  void write(std::size_t m, const clearing<P, V>& one) const noexcept {
    price_out[m] = one.price;
    if (!options.status.empty()) options.status[m] = one.status;
  }

  [[nodiscard]] market_input_fault run_columns(std::size_t first, std::size_t last, const clear_options& single) const {
    constexpr bool plain = job<P, V, Rules>::vectors && job<P, V, Rules>::by_index &&
                           std::same_as<typename Rules::pricing_type, pricing::last_accepted_offer>;
    const std::size_t n = offers(), markets = demand.size();
    std::size_t m = first;
    if constexpr (plain) {
      if (n > 0 && n <= lane_offers) {
        const lane_table<P>& k = lane_kernels<P>(options.kernel);
        const auto clear_vector = k.clear(n);
        const P slack = static_cast<P>(rules.slack) * std::numeric_limits<P>::epsilon();
        const auto cap = static_cast<P>(options.price_cap), floor = static_cast<P>(options.price_floor);
        const bool clamped = cap < infinite<P> || floor > -infinite<P>;
        for (; m + k.lanes <= last; m += k.lanes) {
          if (!clear_vector(prices.data() + m, volumes.data() + m, demand.data() + m, markets, slack,
                            price_out.data() + m, accepted.data() + m)) {
            if (const market_input_fault f = run_strided(m, m + k.lanes, single)) return f;
            continue;
          }
          if (clamped)
            for (std::size_t i = m; i < m + k.lanes; ++i)
              price_out[i] = price_out[i] > cap ? cap : price_out[i] < floor ? floor : price_out[i];
          if (!options.status.empty())
            std::fill_n(options.status.begin() + static_cast<std::ptrdiff_t>(m), k.lanes, clearing_status::cleared);
        }
      }
    }
    return run_strided(m, last, single);
  }

  /// One market after another, gathered from the columns.
  [[nodiscard]] market_input_fault run_strided(std::size_t first, std::size_t last, const clear_options& single) const {
    if (first == last) return {};
    const std::size_t n = offers(), markets = demand.size();
    thread_local workspace rows;
    rows.reset();
    const std::span<P> b = rows.take<P>(together_ * n);
    const std::span<V> q = rows.take<V>(together_ * n), a = rows.take<V>(together_ * n);
    for (std::size_t at = first; at < last; at += together_) {  // a line of memory holds the numbers of several
      const std::size_t count = std::min(together_, last - at);
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t m = 0; m < count; ++m) {
          b[m * n + i] = prices[i * markets + at + m];
          q[m * n + i] = volumes[i * markets + at + m];
        }
      for (std::size_t m = 0; m < count; ++m) {
        clearing<P, V> one;
        const job<P, V, Rules> j{
            b.subspan(m * n, n), q.subspan(m * n, n), demand[at + m], a.subspan(m * n, n), rules, single};
        if (const market_input_fault f = j.run(one))
          return {f.code, f.index == market_input_fault::nowhere ? at + m : f.index * markets + at + m};
        write(at + m, one);
      }
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t m = 0; m < count; ++m) accepted[i * markets + at + m] = a[m * n + i];
    }
    return {};
  }
};

/// Runs `work(first, last)` over [0, count) on threads; the fault of the earliest part.
template <class Work>
[[nodiscard]] inline market_input_fault in_parts(std::size_t count, unsigned threads, const Work& work) {
  const std::size_t parts = std::max<std::size_t>(1, std::min<std::size_t>(threads, count / 64));
  if (parts == 1) return work(std::size_t{0}, count);
  std::vector<market_input_fault> faults(parts);
  std::vector<std::jthread> helpers;
  helpers.reserve(parts - 1);
  for (std::size_t p = 1; p < parts; ++p)
    helpers.emplace_back([&, p] { faults[p] = work(count * p / parts, count * (p + 1) / parts); });
  faults[0] = work(0, count / parts);
  helpers.clear();
  for (const market_input_fault& f : faults)
    if (f) return f;
  return {};
}

}  // namespace detail::clear

/// Clears `demand.size()` markets: `prices` and `volumes` hold the offers of all (rows or columns), `price_out` gets a
/// price per market, `accepted` as many volumes as there are offers. Every market is what `clear` makes of it alone,
/// bit for bit, with any number of threads; columns of up to 10 offers are cleared a vector of markets at a time. Ties
/// by time or merit number need columns that a batch has not: length_mismatch.
///
/// Returns the first fault (after it nothing written counts): its index is that of the element in the whole array, or
/// of the market for its demand. O(all offers). Allocates scratch per thread, and threads when there is more than one.
template <number_column Prices, number_column Volumes, number_column Demand, number_column PriceOut,
          number_column Accepted, class Rules = clearing_rules<>>
  requires clearable_numbers<detail::clear::element<Prices>, detail::clear::element<Volumes>> &&
           clearing_rules_for<Rules, detail::clear::element<Prices>, detail::clear::element<Volumes>>
[[nodiscard]] inline market_input_fault try_clear_batch(const Prices& prices, const Volumes& volumes,
                                                        const Demand& demand, PriceOut&& price_out, Accepted&& accepted,
                                                        const Rules& rules = {},
                                                        const clear_batch_options& options = {}) {
  using P = detail::clear::element<Prices>;
  using V = detail::clear::element<Volumes>;
  const detail::clear::batch_job<P, V, Rules> j{detail::clear::view(prices),
                                                detail::clear::view(volumes),
                                                detail::clear::view(demand),
                                                {std::ranges::data(price_out), std::ranges::size(price_out)},
                                                {std::ranges::data(accepted), std::ranges::size(accepted)},
                                                rules,
                                                options};
  if (const market_input_fault f = j.shapes()) return f;
  if (j.demand.empty()) return {};
  return detail::clear::in_parts(j.demand.size(), options.threads,
                                 [&](std::size_t first, std::size_t last) { return j.run(first, last); });
}

/// The same; throws `market_error` for malformed input.
template <number_column Prices, number_column Volumes, number_column Demand, number_column PriceOut,
          number_column Accepted, class Rules = clearing_rules<>>
  requires clearable_numbers<detail::clear::element<Prices>, detail::clear::element<Volumes>> &&
           clearing_rules_for<Rules, detail::clear::element<Prices>, detail::clear::element<Volumes>>
inline void clear_batch(const Prices& prices, const Volumes& volumes, const Demand& demand, PriceOut&& price_out,
                        Accepted&& accepted, const Rules& rules = {}, const clear_batch_options& options = {}) {
  if (const market_input_fault f = try_clear_batch(prices, volumes, demand, price_out, accepted, rules, options))
    throw market_error(f);
}

}  // namespace v0
}  // namespace sched

#endif
