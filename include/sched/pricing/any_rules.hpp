// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRICING_ANY_RULES_HPP
#define SCHED_PRICING_ANY_RULES_HPP

/// \file
/// Rules of a market chosen at run time, and their names.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <sched/pricing/order_prices.hpp>
#include <sched/pricing/pricing.hpp>
#include <sched/pricing/shortage.hpp>
#include <sched/pricing/tie.hpp>

namespace sched {
inline namespace v0 {

/// Numbers that rules with parameters take from outside.
struct rule_numbers {
  double k = 0.5;                                              ///< k_price, k_accepted
  double reference = 0;                                        ///< reference
  double price_cap = std::numeric_limits<double>::infinity();  ///< shortage: cap, adder
  double adder_slope = 0;                                      ///< adder: price per missing unit
  std::uint64_t seed = 1;                                      ///< random ties
};

/// One of the library's pricing rules. Models `side_pricing` (uniform rules give both sides one price) and
/// `order_pricing`; `per_order()` says which one to ask.
class any_pricing {
public:
  using alternatives =
      std::variant<pricing::last_accepted_offer, pricing::first_rejected_offer, pricing::last_accepted_bid,
                   pricing::first_rejected_bid, pricing::k_price, pricing::k_accepted, pricing::second_price,
                   pricing::split_difference, pricing::lao_seller_lab_buyer, pricing::reference, pricing::marginal,
                   pricing::pay_as_bid, pricing::vickrey>;

  any_pricing() : rule_(pricing::k_price{}) {}
  template <class Rule>
    requires(!std::same_as<Rule, any_pricing>)
  explicit any_pricing(Rule rule) : rule_(std::in_place_type<Rule>, rule) {}

  [[nodiscard]] const alternatives& rule() const noexcept { return rule_; }
  [[nodiscard]] bool per_order() const noexcept {
    return std::holds_alternative<pricing::pay_as_bid>(rule_) || std::holds_alternative<pricing::vickrey>(rule_);
  }

  /// Not for rules that price per order: they answer with the middle of the admissible interval.
  template <class P, class V>
  [[nodiscard]] side_prices<P> operator()(const margin_record<P, V>& m) const {
    return std::visit(
        [&](const auto& r) -> side_prices<P> {
          using rule_type = std::remove_cvref_t<decltype(r)>;
          if constexpr (side_pricing<rule_type, P, V>) {
            return r(m);
          } else if constexpr (uniform_pricing<rule_type, P, V>) {
            const P p = r(m);
            return {p, p};
          } else {
            const P p = pricing::k_price{}(m);
            return {p, p};
          }
        },
        rule_);
  }

  /// Rules of the margin give all orders of a side its price.
  template <class P, class V>
  void operator()(const margin_record<P, V>& m, const priced_book<P, V>& b, std::span<P> prices) const {
    if (const auto* own = std::get_if<pricing::pay_as_bid>(&rule_)) return (*own)(m, b, prices);
    if (const auto* saved = std::get_if<pricing::vickrey>(&rule_)) return (*saved)(m, b, prices);
    const side_prices<P> p = (*this)(m);
    for (std::size_t i = 0; i < b.orders.size(); ++i)
      prices[i] = b.orders[i].side == market_side::sell ? p.sell : p.buy;
  }

  /// Names as they are written in files and on the command line.
  static constexpr std::array<std::string_view, 13> names{"last_accepted_offer",
                                                          "first_rejected_offer",
                                                          "last_accepted_bid",
                                                          "first_rejected_bid",
                                                          "k_price",
                                                          "k_accepted",
                                                          "second_price",
                                                          "split_difference",
                                                          "lao_seller_lab_buyer",
                                                          "reference",
                                                          "marginal",
                                                          "pay_as_bid",
                                                          "vickrey"};

  /// The rule of a name, none for an unknown one.
  [[nodiscard]] static std::optional<any_pricing> named(std::string_view name, const rule_numbers& n = {}) {
    if (name == "last_accepted_offer") return any_pricing(pricing::last_accepted_offer{});
    if (name == "first_rejected_offer") return any_pricing(pricing::first_rejected_offer{});
    if (name == "last_accepted_bid") return any_pricing(pricing::last_accepted_bid{});
    if (name == "first_rejected_bid") return any_pricing(pricing::first_rejected_bid{});
    if (name == "k_price") return any_pricing(pricing::k_price{n.k});
    if (name == "k_accepted") return any_pricing(pricing::k_accepted{n.k});
    if (name == "second_price") return any_pricing(pricing::second_price{});
    if (name == "split_difference") return any_pricing(pricing::split_difference{});
    if (name == "lao_seller_lab_buyer") return any_pricing(pricing::lao_seller_lab_buyer{});
    if (name == "reference") return any_pricing(pricing::reference{n.reference});
    if (name == "marginal") return any_pricing(pricing::marginal{});
    if (name == "pay_as_bid") return any_pricing(pricing::pay_as_bid{});
    if (name == "vickrey") return any_pricing(pricing::vickrey{});
    return std::nullopt;
  }

private:
  alternatives rule_;
};

/// One of the library's tie rules.
class any_tie {
public:
  using alternatives = std::variant<tie::index, tie::time, tie::merit_number, tie::largest_first, tie::smallest_first,
                                    tie::pro_rata, tie::equal_split, tie::random>;
  static constexpr bool needs_time = true;
  static constexpr bool needs_merit = true;

  any_tie() = default;
  template <class Rule>
    requires(!std::same_as<Rule, any_tie>)
  explicit any_tie(Rule rule) : rule_(std::in_place_type<Rule>, rule) {}
  [[nodiscard]] const alternatives& rule() const noexcept { return rule_; }

  template <class V>
  void operator()(const tied_orders<V>& t, V total, std::span<V> accepted) const {
    std::visit([&](const auto& r) { r(t, total, accepted); }, rule_);
  }

  static constexpr std::array<std::string_view, 8> names{"index",          "time",     "merit_number", "largest_first",
                                                         "smallest_first", "pro_rata", "equal_split",  "random"};

  [[nodiscard]] static std::optional<any_tie> named(std::string_view name, const rule_numbers& n = {}) {
    if (name == "index") return any_tie(tie::index{});
    if (name == "time") return any_tie(tie::time{});
    if (name == "merit_number") return any_tie(tie::merit_number{});
    if (name == "largest_first") return any_tie(tie::largest_first{});
    if (name == "smallest_first") return any_tie(tie::smallest_first{});
    if (name == "pro_rata") return any_tie(tie::pro_rata{});
    if (name == "equal_split") return any_tie(tie::equal_split{});
    if (name == "random") return any_tie(tie::random{n.seed});
    return std::nullopt;
  }

private:
  alternatives rule_{};
};

/// One of the library's shortage rules.
class any_shortage {
public:
  using alternatives = std::variant<shortage::last_offer, shortage::highest_offer, shortage::cap, shortage::adder,
                                    shortage::marginal_demand>;

  any_shortage() = default;
  template <class Rule>
    requires(!std::same_as<Rule, any_shortage>)
  explicit any_shortage(Rule rule) : rule_(std::in_place_type<Rule>, rule) {}
  [[nodiscard]] const alternatives& rule() const noexcept { return rule_; }

  template <class P, class V>
  [[nodiscard]] P operator()(const margin_record<P, V>& m, V missing) const {
    return std::visit([&](const auto& r) { return static_cast<P>(r(m, missing)); }, rule_);
  }

  static constexpr std::array<std::string_view, 5> names{"last_offer", "highest_offer", "cap", "adder",
                                                         "marginal_demand"};

  [[nodiscard]] static std::optional<any_shortage> named(std::string_view name, const rule_numbers& n = {}) {
    if (name == "last_offer") return any_shortage(shortage::last_offer{});
    if (name == "highest_offer") return any_shortage(shortage::highest_offer{});
    if (name == "cap") return any_shortage(shortage::cap{n.price_cap});
    if (name == "adder") return any_shortage(shortage::adder{n.adder_slope, n.price_cap});
    if (name == "marginal_demand") return any_shortage(shortage::marginal_demand{});
    return std::nullopt;
  }

private:
  alternatives rule_{};
};

/// One of the library's rules for a book without demand.
class any_zero_demand {
public:
  using alternatives =
      std::variant<zero_demand::lowest_offer, zero_demand::lowest_of_all, zero_demand::zero, zero_demand::none>;

  any_zero_demand() = default;
  template <class Rule>
    requires(!std::same_as<Rule, any_zero_demand>)
  explicit any_zero_demand(Rule rule) : rule_(std::in_place_type<Rule>, rule) {}
  [[nodiscard]] const alternatives& rule() const noexcept { return rule_; }

  template <class P, class V>
  [[nodiscard]] P operator()(const margin_record<P, V>& m) const {
    return std::visit([&](const auto& r) { return static_cast<P>(r(m)); }, rule_);
  }

  static constexpr std::array<std::string_view, 4> names{"lowest_offer", "lowest_of_all", "zero", "none"};

  [[nodiscard]] static std::optional<any_zero_demand> named(std::string_view name) {
    if (name == "lowest_offer") return any_zero_demand(zero_demand::lowest_offer{});
    if (name == "lowest_of_all") return any_zero_demand(zero_demand::lowest_of_all{});
    if (name == "zero") return any_zero_demand(zero_demand::zero{});
    if (name == "none") return any_zero_demand(zero_demand::none{});
    return std::nullopt;
  }

private:
  alternatives rule_{};
};

}  // namespace v0
}  // namespace sched

#endif
