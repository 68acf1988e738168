// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_POLICIES_HPP
#define SCHED_PYTHON_POLICIES_HPP

// Policies chosen by name at run time.

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include <sched/market.hpp>

namespace sched_python {

inline constexpr std::array tie_names{"index",          "time",     "merit_number", "largest_first",
                                      "smallest_first", "pro_rata", "equal_split",  "random"};
inline constexpr std::array pricing_names{"last_accepted_offer",
                                          "first_rejected_offer",
                                          "last_accepted_bid",
                                          "k_price",
                                          "second_price",
                                          "reference",
                                          "marginal"};
inline constexpr std::array shortage_names{"last_offer", "highest_offer", "cap", "adder", "marginal_demand"};
inline constexpr std::array zero_demand_names{"lowest_offer", "lowest_of_all", "zero", "none"};

struct named_tie {
  int which = 0;
  std::uint64_t seed = 1;
  static constexpr bool needs_time = false;  // columns are asked for at the call
  static constexpr bool needs_merit = false;
  std::span<const std::int64_t> time{};  // of all offers
  std::span<const std::int64_t> merit{};

  template <class V>
  void operator()(const sched::tied_orders<V>& t, V amount, std::span<V> accepted) const {
    namespace tie = sched::tie;
    switch (which) {
      case 1: return by_column(time, t, amount, accepted);
      case 2: return by_column(merit, t, amount, accepted);
      case 3: return tie::largest_first{}(t, amount, accepted);
      case 4: return tie::smallest_first{}(t, amount, accepted);
      case 5: return tie::pro_rata{}(t, amount, accepted);
      case 6: return tie::equal_split{}(t, amount, accepted);
      case 7: return tie::random{seed}(t, amount, accepted);
      default: return tie::index{}(t, amount, accepted);
    }
  }

private:
  template <class V>
  static void by_column(std::span<const std::int64_t> column, const sched::tied_orders<V>& t, V amount,
                        std::span<V> accepted) {
    sched::detail::fill_sorted(
        t, amount, accepted, [&](std::uint32_t a, std::uint32_t b) { return column[t.index[a]] < column[t.index[b]]; });
  }
};

struct named_pricing {
  int which = 0;
  double k = 0.5;
  double reference = 0;
  template <class P, class V>
  [[nodiscard]] P operator()(const sched::margin_record<P, V>& m) const {
    namespace pricing = sched::pricing;
    switch (which) {
      case 1: return pricing::first_rejected_offer{}(m);
      case 2: return pricing::last_accepted_bid{}(m);
      case 3: return pricing::k_price{k}(m);
      case 4: return pricing::second_price{}(m);
      case 5: return pricing::reference{reference}(m);
      case 6: return pricing::marginal{}(m);
      default: return pricing::last_accepted_offer{}(m);
    }
  }
};

struct named_shortage {
  static constexpr unsigned needs = sched::margin_part::dearest_offer | sched::margin_part::highest_offer;
  int which = 0;
  double cap = std::numeric_limits<double>::infinity();
  double slope = 0;
  template <class P, class V>
  [[nodiscard]] P operator()(const sched::margin_record<P, V>& m, V missing) const {
    namespace shortage = sched::shortage;
    switch (which) {
      case 1: return shortage::highest_offer{}(m, missing);
      case 2: return shortage::cap{cap}(m, missing);
      case 3: return shortage::adder{slope, cap}(m, missing);
      case 4: return shortage::marginal_demand{}(m, missing);
      default: return shortage::last_offer{}(m, missing);
    }
  }
};

struct named_zero_demand {
  static constexpr unsigned needs = sched::margin_part::cheapest_offer | sched::margin_part::lowest_offer;
  int which = 0;
  template <class P, class V>
  [[nodiscard]] P operator()(const sched::margin_record<P, V>& m) const {
    namespace zero_demand = sched::zero_demand;
    switch (which) {
      case 1: return zero_demand::lowest_of_all{}(m);
      case 2: return zero_demand::zero{}(m);
      case 3: return zero_demand::none{}(m);
      default: return zero_demand::lowest_offer{}(m);
    }
  }
};

/// The rules of a `Clearing` object.
struct named_rules {
  named_tie tie{};
  named_pricing pricing{};
  named_shortage shortage{};
  named_zero_demand zero_demand{};
  double slack = 16;
  bool exact_order = false;
  bool lenient = false;

  [[nodiscard]] bool plain() const noexcept { return tie.which == 0 && pricing.which == 0; }

  /// Calls f(rules) with rules of static type; ties by index at the marginal offer's price are the fast ones.
  template <class F>
  auto visit(const F& f) const {
    using namespace sched;
    const auto with = [&](auto sum, auto in) {
      using sum_type = decltype(sum);
      using in_type = decltype(in);
      if (plain())
        return f(clearing_rules<sched::tie::index, sched::pricing::last_accepted_offer, named_shortage,
                                named_zero_demand, sum_type, in_type>{{}, {}, shortage, zero_demand, slack});
      return f(clearing_rules<named_tie, named_pricing, named_shortage, named_zero_demand, sum_type, in_type>{
          tie, pricing, shortage, zero_demand, slack});
    };
    if (lenient)
      return exact_order ? with(summation::exact_order{}, input::unbounded_demand{})
                         : with(summation::fast{}, input::unbounded_demand{});
    return exact_order ? with(summation::exact_order{}, input::checked{}) : with(summation::fast{}, input::checked{});
  }
};

}  // namespace sched_python

#endif
