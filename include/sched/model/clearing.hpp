// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_CLEARING_HPP
#define SCHED_MODEL_CLEARING_HPP

/// \file
/// How a market clearing ended, and what can be wrong with its input.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sched/core/error.hpp>

namespace sched {
inline namespace v0 {

/// How a clearing ended: a value in its result, never an exception.
enum class clearing_status : std::uint8_t {
  cleared,          ///< supply meets demand
  no_demand,        ///< nothing is wanted
  shortage,         ///< all is accepted and demand stays unserved
  surplus,          ///< price-taking supply is left
  no_trade,         ///< no price makes anybody trade
  empty,            ///< there are no orders
  infeasible,       ///< proved impossible; for lots also: a sum beyond the type
  budget_exhausted  ///< best result so far
};

[[nodiscard]] constexpr std::string_view to_string(clearing_status s) noexcept {
  switch (s) {
    case clearing_status::cleared: return "cleared";
    case clearing_status::no_demand: return "no_demand";
    case clearing_status::shortage: return "shortage";
    case clearing_status::surplus: return "surplus";
    case clearing_status::no_trade: return "no_trade";
    case clearing_status::empty: return "empty";
    case clearing_status::infeasible: return "infeasible";
    case clearing_status::budget_exhausted: return "budget_exhausted";
  }
  return "unknown";
}

/// What is wrong with the input of a market.
enum class market_fault : std::uint8_t {
  none,
  length_mismatch,  ///< columns of one table differ in length; the index is the shorter length
  not_finite,       ///< NaN or infinite where a number is needed
  negative_volume,
  negative_demand,
  bad_curve,  ///< a segment that is not monotone, two points at one price
  bad_ratio,  ///< a share outside [0, 1]
  unknown_order,
  unknown_zone,
  cyclic_parents,
  bad_output  ///< the caller's memory: size or overlap
};

[[nodiscard]] constexpr std::string_view to_string(market_fault f) noexcept {
  switch (f) {
    case market_fault::none: return "none";
    case market_fault::length_mismatch: return "length_mismatch";
    case market_fault::not_finite: return "not_finite";
    case market_fault::negative_volume: return "negative_volume";
    case market_fault::negative_demand: return "negative_demand";
    case market_fault::bad_curve: return "bad_curve";
    case market_fault::bad_ratio: return "bad_ratio";
    case market_fault::unknown_order: return "unknown_order";
    case market_fault::unknown_zone: return "unknown_zone";
    case market_fault::cyclic_parents: return "cyclic_parents";
    case market_fault::bad_output: return "bad_output";
  }
  return "unknown";
}

/// A fault and the first element that has it: what `try_…` functions return.
struct market_input_fault {
  /// The index of a fault that lies in no element (the demand, the output).
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  market_fault code = market_fault::none;
  std::size_t index = nowhere;

  /// True when something is wrong.
  [[nodiscard]] explicit constexpr operator bool() const noexcept { return code != market_fault::none; }
  bool operator==(const market_input_fault&) const noexcept = default;
};

/// `sched::error` of a market: the code and the index as values; `what()` is `code: detail (at index)`, `ids()` the
/// index as text, none when the fault lies in no element.
class market_error final : public error {
public:
  explicit market_error(market_input_fault fault, std::string_view detail = {})
      : error(text(fault, detail), fault.index == market_input_fault::nowhere
                                       ? std::vector<std::string>{}
                                       : std::vector<std::string>{std::to_string(fault.index)}),
        fault_(fault) {}

  [[nodiscard]] market_fault code() const noexcept { return fault_.code; }
  [[nodiscard]] std::size_t index() const noexcept { return fault_.index; }
  [[nodiscard]] market_input_fault fault() const noexcept { return fault_; }

private:
  static std::string text(market_input_fault fault, std::string_view detail) {
    std::string out(to_string(fault.code));
    if (!detail.empty()) out.append(": ").append(detail);
    if (fault.index != market_input_fault::nowhere) out.append(" (at ").append(std::to_string(fault.index)).append(")");
    return out;
  }

  market_input_fault fault_;
};

}  // namespace v0
}  // namespace sched

#endif
