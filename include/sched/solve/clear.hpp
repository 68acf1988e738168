// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_CLEAR_HPP
#define SCHED_SOLVE_CLEAR_HPP

/// \file
/// One-sided uniform-price clearing: offers of a divisible good against a fixed demand.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <ranges>
#include <span>
#include <type_traits>

#include <sched/core/workspace.hpp>
#include <sched/model/clearing.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/pricing.hpp>
#include <sched/pricing/shortage.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/clearing_rules.hpp>
#include <sched/solve/detail/clear_dispatch.hpp>
#include <sched/solve/detail/clear_sorted.hpp>

namespace sched {
inline namespace v0 {

/// Numbers of clearing that are no policy.
struct clear_options {
  double price_cap = std::numeric_limits<double>::infinity();  ///< of the published price; what fixed demand would pay
  double price_floor = -std::numeric_limits<double>::infinity();  ///< of the published price
  std::span<const std::int64_t> time{};                           ///< per offer, for ties by time
  std::span<const std::int64_t> merit{};                          ///< per offer, for ties by merit number
  bool margin = false;  ///< also find the first rejected offer and the marginal one: one more pass
  clear_kernel kernel = clear_kernel::automatic;  ///< must run here; ignored for lots and sums in merit order
  workspace* scratch = nullptr;                   ///< memory for more than 64 offers; by default the thread's own
};

/// All of them as they are by default; one object, so that a call need not make it.
inline constexpr clear_options default_clear_options{};

/// What clearing says of the whole book.
template <class Price = double, class Volume = Price>
struct clearing {
  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

  Price price = std::numeric_limits<Price>::quiet_NaN();  ///< NaN: there is none
  clearing_status status = clearing_status::empty;
  Volume unserved{};                                                    ///< demand that is not met
  Price last_accepted_offer = -std::numeric_limits<Price>::infinity();  ///< −∞: none
  Price first_rejected_offer = std::numeric_limits<Price>::infinity();  ///< +∞: none, or not asked for
  std::size_t marginal = nobody;  ///< last offer at the marginal price with accepted volume, when asked for
};

/// Prices and volumes of one-sided clearing: floating prices; volumes of the same type, or of another, or lots.
template <class Price, class Volume>
concept clearable_numbers =
    std::floating_point<Price> && sizeof(Price) <= 8 &&
    ((std::floating_point<Volume> && sizeof(Volume) <= 8) || (std::signed_integral<Volume> && sizeof(Volume) >= 4));

/// Rules that fit these numbers.
template <class Rules, class Price, class Volume>
concept clearing_rules_for =
    tie_rule<typename Rules::tie_type, Volume> && uniform_pricing<typename Rules::pricing_type, Price, Volume> &&
    shortage_rule<typename Rules::shortage_type, Price, Volume> &&
    zero_demand_rule<typename Rules::zero_demand_type, Price, Volume>;

namespace detail::clear {

inline workspace& thread_scratch() {
  thread_local workspace scratch;
  return scratch;
}

/// The first fault of the offers.
template <class P, class V>
[[nodiscard, gnu::noinline]] inline market_input_fault find_fault(std::span<const P> prices,
                                                                  std::span<const V> volumes) noexcept {
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (!(prices[i] * P{0} == P{0})) return {market_fault::not_finite, i};
    if (!(volumes[i] * V{0} == V{0})) return {market_fault::not_finite, i};
    if (volumes[i] < V{0}) return {market_fault::negative_volume, i};
  }
  return {};
}

template <class A, class B>
[[nodiscard]] inline bool overlap(std::span<const A> a, std::span<B> b) noexcept {
  const std::less<const void*> before;
  return !a.empty() && !b.empty() && before(a.data(), b.data() + b.size()) && before(b.data(), a.data() + a.size());
}

/// One call: the book, the rules, and where the answer goes.
template <class P, class V, class Rules>
struct job {
  std::span<const P> prices;
  std::span<const V> volumes;
  V demand;
  std::span<V> accepted;
  const Rules& rules;
  const clear_options& options;

  using tie_type = typename Rules::tie_type;
  using input_type = typename Rules::input_type;
  static constexpr bool vectors = std::same_as<P, V> && std::same_as<typename Rules::summation_type, summation::fast>;
  static constexpr bool by_index = std::same_as<tie_type, tie::index>;

  [[nodiscard]] workspace& scratch() const { return options.scratch != nullptr ? *options.scratch : thread_scratch(); }

  [[nodiscard]] market_input_fault shapes() const noexcept {
    const std::size_t n = prices.size();
    if (volumes.size() != n) return {market_fault::length_mismatch, std::min(n, volumes.size())};
    if (accepted.size() != n || overlap(prices, accepted) || overlap(volumes, accepted))
      return {market_fault::bad_output};
    if constexpr (tie_needs_time<tie_type>())
      if (options.time.size() != n) return {market_fault::length_mismatch, std::min(n, options.time.size())};
    if constexpr (tie_needs_merit<tie_type>())
      if (options.merit.size() != n) return {market_fault::length_mismatch, std::min(n, options.merit.size())};
    return {};
  }

  /// `guess`: a price to try first, where volumes are selected; NaN: none.
  [[nodiscard, gnu::always_inline]] market_input_fault run(clearing<P, V>& out,
                                                           P guess = std::numeric_limits<P>::quiet_NaN()) const {
    const std::size_t n = prices.size();
    if constexpr (input_type::checks) {
      if (const market_input_fault f = shapes()) return f;
    } else {
      SCHED_ASSERT(!shapes());
    }
    if constexpr (std::floating_point<V>) {
      if (!(demand >= V{0} && demand < std::numeric_limits<V>::infinity())) [[unlikely]] {
        if (demand < V{0}) return {market_fault::negative_demand};
        if constexpr (!input_type::lenient) return {market_fault::not_finite};
      }
    } else if (demand < V{0}) {
      return {market_fault::negative_demand};
    }
    if (n == 0) {
      out = {};
      out.unserved = demand;
      return {};
    }
    if constexpr (vectors) return run_vectors(out, guess);
    else return run_plain(out);
  }

private:
  [[nodiscard]] bool short_of(V total) const noexcept {
    if constexpr (std::floating_point<V>) {
      const V allowed = static_cast<V>(rules.slack) * std::numeric_limits<V>::epsilon() * total;
      return !(demand - total <= allowed);  // a demand of NaN is a shortage
    } else {
      return demand > total;
    }
  }

  [[nodiscard, gnu::always_inline]] market_input_fault run_vectors(clearing<P, V>& out, P guess) const {
    const std::size_t n = prices.size();
    const kernel_table<P>& k = kernels<P>(options.kernel);
    P price, total;
    if (n <= small_limit) {
      const ranked<P> r = k.small(prices.data(), volumes.data(), static_cast<unsigned>(n), demand, accepted.data());
      if (r.price == infinite<P>) [[unlikely]] {
        SCHED_ASSERT(input_type::checks);
        if (const market_input_fault f = find_fault(prices, volumes)) return f;
      }
      price = r.price;
      total = r.total;
      if (short_of(total)) return all_taken(total, out);
      if (price == -infinite<P>) [[unlikely]]
        return none_taken(total, out);
    } else {
      total = k.total(prices.data(), volumes.data(), n);
      if (!(total < infinite<P>)) [[unlikely]] {
        if (const market_input_fault f = find_fault(prices, volumes)) return f;
      }
      if (short_of(total)) return all_taken(total, out);
      if (demand == V{0} || total == V{0}) {
        std::fill_n(accepted.data(), n, V{0});
        return none_taken(total, out);
      }
      if (!std::isnan(guess)) {
        const level_sums<P> s = k.at(prices.data(), volumes.data(), n, guess);
        if (s.below < demand && demand - s.below <= s.at) {
          k.emit(prices.data(), volumes.data(), n, guess, demand - s.below, accepted.data());
          return taken(guess + P{0}, total, out);
        }
      }
      workspace& ws = scratch();
      ws.reset();
      const std::size_t room = n + 64 / sizeof(P);
      const std::span<P> keys = ws.take<P, 64>(room);
      const std::span<P> amounts = ws.take<P, 64>(room);
      const margin_of<P> m = k.margin(prices.data(), volumes.data(), n, demand, total, keys.data(), amounts.data());
      k.emit(prices.data(), volumes.data(), n, m.price, m.rest, accepted.data());
      price = m.price;
    }
    return taken(price + P{0}, total, out);  // no negative zero
  }

  [[nodiscard]] market_input_fault run_plain(clearing<P, V>& out) const {
    if constexpr (input_type::checks)
      if (const market_input_fault f = find_fault(prices, volumes)) return f;
    workspace& ws = scratch();
    ws.reset();
    if constexpr (std::same_as<typename Rules::summation_type, summation::exact_order>) {
      const merit_walk<P, V> walk(prices, volumes, ws);
      const V total = walk.sums.back();
      if (short_of(total)) return all_taken(total, out);
      if (demand == V{0} || total == V{0}) {
        std::ranges::fill(accepted, V{0});
        return none_taken(total, out);
      }
      return taken(walk.give(prices, volumes, demand, accepted) + P{0}, total, out);
    } else {
      const plain_total<V> sum = add_all(volumes);
      if (sum.overflow) {
        std::ranges::fill(accepted, V{0});
        out = {};
        out.status = clearing_status::infeasible;
        out.unserved = demand;
        return {};
      }
      if (short_of(sum.sum)) return all_taken(sum.sum, out);
      if (demand == V{0} || sum.sum == V{0}) {
        std::ranges::fill(accepted, V{0});
        return none_taken(sum.sum, out);
      }
      return taken(walk_selected(prices, volumes, demand, accepted, ws) + P{0}, sum.sum, out);
    }
  }

  [[nodiscard]] P published(P price) const noexcept {
    if (price > static_cast<P>(options.price_cap)) return static_cast<P>(options.price_cap);
    if (price < static_cast<P>(options.price_floor)) return static_cast<P>(options.price_floor);
    return price;
  }

  /// Prices over all offers that a rule needs.
  template <class Rule>
  void add_extremes(margin_record<P, V>& m) const noexcept {
    constexpr unsigned needs = margin_needs<Rule>();
    constexpr unsigned with_volume = margin_part::dearest_offer | margin_part::cheapest_offer;
    constexpr unsigned of_all = margin_part::highest_offer | margin_part::lowest_offer;
    if constexpr ((needs & (with_volume | of_all)) != 0)
      for (std::size_t i = 0; i < prices.size(); ++i) {
        const P b = prices[i];
        if constexpr ((needs & of_all) != 0) {
          m.highest_offer = b > m.highest_offer ? b : m.highest_offer;
          m.lowest_offer = b < m.lowest_offer ? b : m.lowest_offer;
        }
        if constexpr ((needs & with_volume) != 0) {
          m.dearest_offer = volumes[i] > V{0} && b > m.dearest_offer ? b : m.dearest_offer;
          m.cheapest_offer = volumes[i] > V{0} && b < m.cheapest_offer ? b : m.cheapest_offer;
        }
      }
    m.curtailed_bid = static_cast<P>(options.price_cap);
  }

  [[nodiscard, gnu::noinline]] market_input_fault all_taken(V total, clearing<P, V>& out) const {
    if (total == V{0} && !input_type::lenient) {
      std::ranges::fill(accepted, V{0});
      return none_taken(total, out);
    }
    std::copy(volumes.begin(), volumes.end(), accepted.begin());
    margin_record<P, V> m;
    add_extremes<typename Rules::shortage_type>(m);
    m.volume = total;
    m.last_accepted_bid = static_cast<P>(options.price_cap);
    if constexpr ((margin_needs<typename Rules::shortage_type>() & margin_part::last_accepted_offer) != 0 ||
                  (margin_needs<typename Rules::shortage_type>() & margin_part::interval) != 0) {
      m.last_accepted_offer = dearest();
      m.lo = m.last_accepted_offer;
      m.hi = static_cast<P>(options.price_cap);
    }
    m.cut = cut_side::bid;
    m.cut_price = static_cast<P>(options.price_cap);
    out = {};
    out.status = clearing_status::shortage;
    out.unserved = static_cast<V>(demand - total);
    out.price = published(static_cast<P>(rules.shortage(m, out.unserved)) + P{0});
    if (options.margin) {
      out.last_accepted_offer = dearest() + P{0};
      for (std::size_t i = 0; i < prices.size(); ++i)
        if (prices[i] == out.last_accepted_offer && accepted[i] > V{0}) out.marginal = i;
    }
    return {};
  }

  [[nodiscard]] P dearest() const noexcept {
    P p = margin_record<P>::least;
    for (std::size_t i = 0; i < prices.size(); ++i) p = volumes[i] > V{0} && prices[i] > p ? prices[i] : p;
    return p;
  }

  /// Nothing is accepted: no demand, or nobody has volume. `accepted` is zero already.
  [[nodiscard, gnu::noinline]] market_input_fault none_taken(V total, clearing<P, V>& out) const {
    out = {};
    if (demand == V{0}) {
      margin_record<P, V> m;
      add_extremes<typename Rules::zero_demand_type>(m);
      out.status = clearing_status::no_demand;
      if (const P p = static_cast<P>(rules.zero_demand(m)); p < margin_record<P>::most) out.price = published(p + P{0});
    } else {
      SCHED_ASSERT(total == V{0});
      static_cast<void>(total);
      out.status = clearing_status::no_trade;
      out.unserved = demand;
    }
    if (options.margin)
      for (std::size_t i = 0; i < prices.size(); ++i)
        if (volumes[i] > V{0} && prices[i] < out.first_rejected_offer) out.first_rejected_offer = prices[i];
    return {};
  }

  [[nodiscard]] market_input_fault taken(P price, V total, clearing<P, V>& out) const {
    if constexpr (!by_index) share_ties(price);
    out.status = clearing_status::cleared;
    out.unserved = V{0};
    out.last_accepted_offer = price;
    out.first_rejected_offer = margin_record<P>::most;
    out.marginal = clearing<P, V>::nobody;
    if constexpr (std::same_as<typename Rules::pricing_type, pricing::last_accepted_offer>) {
      if (options.margin) [[unlikely]]
        add_margin(total, out);
      out.price = published(price);
    } else {
      const margin_record<P, V> m = add_margin(total, out);
      out.price = published(static_cast<P>(rules.pricing(m)) + P{0});
    }
    return {};
  }

  [[gnu::noinline]] margin_record<P, V> add_margin(V total, clearing<P, V>& out) const {
    margin_record<P, V> m;
    const auto cap = static_cast<P>(options.price_cap);
    V rounding{0};
    if constexpr (std::floating_point<V>) rounding = static_cast<V>(16) * std::numeric_limits<V>::epsilon() * total;
    for (std::size_t i = 0; i < prices.size(); ++i) {
      const V a = accepted[i];
      if (a > V{0}) {
        if (prices[i] == out.last_accepted_offer) out.marginal = i;
        if (volumes[i] - a > rounding && prices[i] > m.cut_price) {
          m.cut = cut_side::offer;
          m.cut_price = prices[i];
        }
      } else if (volumes[i] > V{0} && prices[i] < out.first_rejected_offer) {
        out.first_rejected_offer = prices[i];
      }
    }
    m.last_accepted_offer = out.last_accepted_offer;
    m.first_rejected_offer = out.first_rejected_offer;
    m.last_accepted_bid = cap;
    m.lo = out.last_accepted_offer;
    m.hi = m.cut == cut_side::offer ? m.lo : std::max(m.lo, std::min(m.first_rejected_offer, cap));
    m.volume = demand;
    add_extremes<typename Rules::pricing_type>(m);
    return m;
  }

  /// Gives the offers at the marginal price what index order gave them, by the rule.
  void share_ties(P price) const {
    std::size_t count = 0;
    for (const P b : prices) count += static_cast<std::size_t>(b == price);
    if (count < 2) return;
    workspace& ws = scratch();
    ws.reset();
    const std::span<V> amounts = ws.take<V>(count);
    const std::span<V> given = ws.take<V>(count);
    const std::span<std::uint32_t> index = ws.take<std::uint32_t>(count);
    std::span<std::int64_t> time, merit;
    if constexpr (tie_needs_time<tie_type>()) time = ws.take<std::int64_t>(count);
    if constexpr (tie_needs_merit<tie_type>()) merit = ws.take<std::int64_t>(count);
    const std::span<std::uint32_t> order = ws.take<std::uint32_t>(count);
    V rest{0};
    std::size_t to = 0;
    for (std::size_t i = 0; i < prices.size(); ++i) {
      if (prices[i] != price) continue;
      amounts[to] = volumes[i];
      index[to] = static_cast<std::uint32_t>(i);
      rest = static_cast<V>(rest + accepted[i]);
      if constexpr (tie_needs_time<tie_type>()) time[to] = options.time[i];
      if constexpr (tie_needs_merit<tie_type>()) merit[to] = options.merit[i];
      ++to;
    }
    rules.tie(tied_orders<V>{amounts, index, time, merit, order}, rest, given);
    for (std::size_t j = 0; j < count; ++j) accepted[index[j]] = given[j];
  }
};

/// Out of the way of callers' instructions.
[[noreturn, gnu::cold, gnu::noinline]] inline void refuse(market_input_fault f) { throw market_error(f); }

template <class R>
using element = std::remove_cv_t<std::ranges::range_value_t<R>>;

template <class R>
[[nodiscard]] constexpr std::span<const element<R>> view(const R& r) noexcept {
  return {std::ranges::data(r), std::ranges::size(r)};
}

}  // namespace detail::clear

/// A contiguous column of numbers.
template <class R>
concept number_column = std::ranges::contiguous_range<R> && std::ranges::sized_range<R> &&
                        std::is_arithmetic_v<std::remove_cv_t<std::ranges::range_value_t<R>>>;

/// Clears offers (`prices[i]` per unit, `volumes[i]` ≥ 0 units) against a fixed `demand` and writes the accepted volume
/// of each into `accepted` (no overlap with the input). Offers below the marginal price are accepted whole, those above
/// not at all, those at it by the tie rule; the marginal price is the lowest at which the offers hold the demand.
///
/// Statuses: cleared, no_demand, shortage (everything accepted, `unserved` is missing), no_trade (nobody has volume),
/// empty, infeasible (lots add up beyond their type). Returns the fault of malformed input, having written nothing but
/// perhaps `accepted`: length_mismatch, not_finite, negative_volume, negative_demand, bad_output.
///
/// Expected O(n), worst case O(n log n); up to 64 offers by ranking, more by selection, on the best instructions of the
/// processor with the same bits on each: n ≤ 64 adds volumes by increasing index, above that by 32 interleaved partial
/// sums. |sum of accepted − min(demand, supply)| ≤ 4·n·epsilon·supply; lots are exact. Allocates only when its scratch
/// grows, never for n ≤ 64 with ties by index.
template <number_column Prices, number_column Volumes, number_column Accepted, class Rules = clearing_rules<>>
  requires clearable_numbers<detail::clear::element<Prices>, detail::clear::element<Volumes>> &&
           std::same_as<detail::clear::element<Accepted>, detail::clear::element<Volumes>> &&
           clearing_rules_for<Rules, detail::clear::element<Prices>, detail::clear::element<Volumes>>
[[nodiscard, gnu::always_inline]] inline market_input_fault try_clear(
    const Prices& prices, const Volumes& volumes, std::type_identity_t<detail::clear::element<Volumes>> demand,
    Accepted&& accepted, clearing<detail::clear::element<Prices>, detail::clear::element<Volumes>>& result,
    const Rules& rules = {}, const clear_options& options = default_clear_options) {
  using P = detail::clear::element<Prices>;
  using V = detail::clear::element<Volumes>;
  const detail::clear::job<P, V, Rules> j{detail::clear::view(prices),
                                          detail::clear::view(volumes),
                                          demand,
                                          {std::ranges::data(accepted), std::ranges::size(accepted)},
                                          rules,
                                          options};
  return j.run(result);
}

/// The same; throws `market_error` for malformed input.
template <number_column Prices, number_column Volumes, number_column Accepted, class Rules = clearing_rules<>>
  requires clearable_numbers<detail::clear::element<Prices>, detail::clear::element<Volumes>> &&
           std::same_as<detail::clear::element<Accepted>, detail::clear::element<Volumes>> &&
           clearing_rules_for<Rules, detail::clear::element<Prices>, detail::clear::element<Volumes>>
inline clearing<detail::clear::element<Prices>, detail::clear::element<Volumes>> clear(
    const Prices& prices, const Volumes& volumes, std::type_identity_t<detail::clear::element<Volumes>> demand,
    Accepted&& accepted, const Rules& rules = {}, const clear_options& options = default_clear_options) {
  clearing<detail::clear::element<Prices>, detail::clear::element<Volumes>> result;
  if (const market_input_fault f = try_clear(prices, volumes, demand, accepted, result, rules, options)) [[unlikely]]
    detail::clear::refuse(f);
  return result;
}

/// Clears as `clear` does, trying the price of an earlier, similar market first: one verifying pass when it is still
/// the marginal price, the whole work otherwise. The price is the same; accepted volumes at the margin may differ from
/// `clear` in the last bits. Worth it above 64 offers.
template <number_column Prices, number_column Volumes, number_column Accepted, class Rules = clearing_rules<>>
  requires clearable_numbers<detail::clear::element<Prices>, detail::clear::element<Volumes>> &&
           std::same_as<detail::clear::element<Accepted>, detail::clear::element<Volumes>> &&
           clearing_rules_for<Rules, detail::clear::element<Prices>, detail::clear::element<Volumes>>
inline clearing<detail::clear::element<Prices>, detail::clear::element<Volumes>> clear_from(
    std::type_identity_t<detail::clear::element<Prices>> previous_price, const Prices& prices, const Volumes& volumes,
    std::type_identity_t<detail::clear::element<Volumes>> demand, Accepted&& accepted, const Rules& rules = {},
    const clear_options& options = default_clear_options) {
  using P = detail::clear::element<Prices>;
  using V = detail::clear::element<Volumes>;
  clearing<P, V> result;
  const detail::clear::job<P, V, Rules> j{detail::clear::view(prices),
                                          detail::clear::view(volumes),
                                          demand,
                                          {std::ranges::data(accepted), std::ranges::size(accepted)},
                                          rules,
                                          options};
  if (const market_input_fault f = j.run(result, previous_price)) [[unlikely]]
    throw market_error(f);
  return result;
}

}  // namespace v0
}  // namespace sched

#endif
