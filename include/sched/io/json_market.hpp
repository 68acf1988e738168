// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_MARKET_HPP
#define SCHED_IO_JSON_MARKET_HPP

/// \file
/// Market cases as JSON: what mechanism, what policies, what orders, and what should come out. Needs nlohmann_json.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sched/dispatch/order_event.hpp>
#include <sched/io/json_document.hpp>
#include <sched/model/orders.hpp>
#include <sched/pricing/any_rules.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Differences that a case allows, relative with a floor of 1 in magnitude.
struct market_tolerance {
  double price = 1e-9;
  double volume = 1e-9;
  double money = 1e-9;
  double ratio = 1e-9;
};

/// What all mechanisms have in common; `input` is the case itself, for what only its mechanism knows. Refers to the
/// document, which must outlive it.
struct market_case {
  std::string name{};
  std::string mechanism{};
  std::optional<std::string> pricing{}, tie{}, shortage{}, zero_demand{};
  bool numba = false;  ///< the compatible set of rules
  std::string dtype = "float64";
  rule_numbers numbers{};
  bool has_k = false;
  price_bounds<> bounds{};
  std::optional<double> reference{};
  market_tolerance tolerance{};
  json_value input;
  std::optional<json_value> expect{};
};

/// Mechanisms by the names that cases use.
inline constexpr std::array<std::string_view, 21> market_mechanisms{
    "one_sided", "two_sided",  "call_auction",       "zonal",
    "blocks",    "acceptance", "price_rules",        "huang",
    "mcafee",    "muda",       "posted_price",       "max_volume_matching",
    "rationing", "multi_unit", "combinatorial",      "reserve",
    "curve",     "order_book", "proportional_share", "fisher",
    "drf"};
inline constexpr std::string_view market_env_step = "env_step";

/// A number; "nan", "inf" and "-inf" are numbers too.
[[nodiscard]] inline double real_of(const json_value& v) {
  if (v.is(json_kind::string)) {
    const std::string_view text = v.string();
    if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (text == "inf") return std::numeric_limits<double>::infinity();
    if (text == "-inf") return -std::numeric_limits<double>::infinity();
    v.fail("expected a number, \"nan\", \"inf\" or \"-inf\"");
  }
  return v.number();
}

[[nodiscard]] inline std::vector<double> reals_of(const json_value& list) {
  std::vector<double> out;
  out.reserve(list.array().size());
  for (const json_value v : list.array()) out.push_back(real_of(v));
  return out;
}

[[nodiscard]] inline std::vector<std::vector<double>> rows_of(const json_value& list) {
  std::vector<std::vector<double>> out;
  out.reserve(list.array().size());
  for (const json_value v : list.array()) out.push_back(reals_of(v));
  return out;
}

[[nodiscard]] inline std::vector<std::int64_t> wholes_of(const json_value& list) {
  std::vector<std::int64_t> out;
  out.reserve(list.array().size());
  for (const json_value v : list.array())
    out.push_back(v.integer(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()));
  return out;
}

[[nodiscard]] inline std::vector<std::size_t> indices_of(const json_value& list, std::size_t count) {
  std::vector<std::size_t> out;
  out.reserve(list.array().size());
  for (const json_value v : list.array())
    out.push_back(static_cast<std::size_t>(v.integer(0, static_cast<std::int64_t>(count) - 1)));
  return out;
}

[[nodiscard]] inline market_side side_of(const json_value& v) {
  const std::string_view text = v.string();
  if (text == "sell" || text == "S") return market_side::sell;
  if (text == "buy" || text == "D") return market_side::buy;
  v.fail("expected \"sell\" or \"buy\"");
}

/// Orders `{side, volume, price, price_end?, time?, merit?, user?}`; a price of null is an order without limit.
struct case_orders {
  std::vector<curve_segment> orders{};
  bool segments = false;  ///< some order has two prices
  [[nodiscard]] std::vector<curve_order> steps() const {
    std::vector<curve_order> out;
    out.reserve(orders.size());
    for (const curve_segment& s : orders)
      out.push_back({s.side, s.price, s.volume, s.time, s.merit, s.user, s.price_taking});
    return out;
  }
};

[[nodiscard]] inline curve_segment segment_of(const json_value& v) {
  curve_segment s;
  constexpr std::int64_t far = std::int64_t{1} << 62;
  s.side = side_of(v.at("side"));
  s.volume = real_of(v.at("volume"));
  const auto price = v.find("price");
  if (!price || price->is(json_kind::null)) s.price_taking = true;
  else s.price = s.price_end = real_of(*price);
  if (const auto end = v.find("price_end"); end && !end->is(json_kind::null)) {
    if (s.price_taking) end->fail("an end, but no price");
    s.price_end = real_of(*end);
  }
  if (const auto t = v.find("time")) s.time = t->integer(-far, far);
  if (const auto m = v.find("merit")) s.merit = m->integer(-far, far);
  if (const auto u = v.find("user")) s.user = static_cast<std::uint32_t>(u->integer(0, 0xfffffffe));
  return s;
}

[[nodiscard]] inline case_orders orders_of(const json_value& list) {
  case_orders out;
  out.orders.reserve(list.array().size());
  for (const json_value v : list.array()) {
    out.orders.push_back(segment_of(v.object()));
    out.segments = out.segments || v.find("price_end").has_value();
  }
  return out;
}

/// An order-book event `{op, id, side, volume, price, peak?, trigger?, owner?}`.
[[nodiscard]] inline book_request request_of(const json_value& v) {
  constexpr std::array<std::string_view, 10> names{"limit",     "market", "ioc",        "fok",    "all_or_none",
                                                   "post_only", "stop",   "stop_limit", "cancel", "replace"};
  constexpr std::int64_t far = std::int64_t{1} << 62;
  book_request r;
  const std::string_view op = v.object().at("op").string();
  std::size_t at = 0;
  while (at < names.size() && names[at] != op) ++at;
  if (at == names.size()) v.at("op").fail("unknown operation");
  r.op = static_cast<book_op>(at);
  r.id = static_cast<std::uint64_t>(v.at("id").integer(0, std::numeric_limits<std::int64_t>::max()));
  if (r.op == book_op::cancel) return r;
  r.volume = v.at("volume").integer(-far, far);
  if (const auto p = v.find("price")) r.price = p->integer(-far, far);
  else if (r.op == book_op::replace) r.keep_price = true;
  else if (r.op != book_op::market && r.op != book_op::stop) static_cast<void>(v.at("price"));
  if (r.op == book_op::replace) return r;
  r.side = side_of(v.at("side"));
  if (const auto p = v.find("peak")) r.peak = p->integer(0, far);
  if (r.op == book_op::stop || r.op == book_op::stop_limit) r.trigger = v.at("trigger").integer(-far, far);
  if (const auto o = v.find("owner")) r.owner = static_cast<std::uint32_t>(o->integer(0, 0xfffffffe));
  return r;
}

/// Reads an array of cases, or one. A mechanism or policy that does not exist is refused here, what only a mechanism
/// knows when it is run. Throws `sched::error`. O(length).
[[nodiscard]] inline std::vector<market_case> read_market_cases(const json_document& document) {
  std::vector<market_case> out;
  const auto one = [&](const json_value& v) {
    market_case c{.input = v.object()};
    c.name = v.at("case").string();
    c.mechanism = v.at("mechanism").string();
    bool known = c.mechanism == market_env_step;
    for (const std::string_view m : market_mechanisms) known = known || m == c.mechanism;
    if (!known) v.at("mechanism").fail("unknown mechanism");
    const auto text = [&](std::string_view key, std::optional<std::string>& to) {
      if (const auto t = v.find(key); t && !t->is(json_kind::null)) to = std::string(t->string());
    };
    text("pricing", c.pricing);
    text("tie", c.tie);
    text("shortage", c.shortage);
    text("zero_demand", c.zero_demand);
    std::optional<std::string> compat, dtype;
    text("compat", compat);
    text("dtype", dtype);
    if (compat && *compat != "numba") v.at("compat").fail("unknown set of rules");
    c.numba = compat.has_value();
    if (dtype) c.dtype = *dtype;
    if (c.dtype != "float64" && c.dtype != "float32" && c.dtype != "int64")
      v.at("dtype").fail("unknown type of numbers");
    if (const auto o = v.find("options")) {
      if (const auto x = o->find("k")) {
        c.numbers.k = real_of(*x);
        c.has_k = true;
      }
      if (const auto x = o->find("price_cap")) c.bounds.cap = c.numbers.price_cap = real_of(*x);
      if (const auto x = o->find("price_floor")) c.bounds.floor = real_of(*x);
      if (const auto x = o->find("adder_slope")) c.numbers.adder_slope = real_of(*x);
      if (const auto x = o->find("seed"))
        c.numbers.seed = static_cast<std::uint64_t>(x->integer(0, std::numeric_limits<std::int64_t>::max()));
      if (const auto x = o->find("reference_price")) {
        c.reference = real_of(*x);
        c.numbers.reference = *c.reference;
      }
    }
    if (const auto t = v.find("tolerance")) {
      if (const auto x = t->find("price")) c.tolerance.price = real_of(*x);
      if (const auto x = t->find("volume")) c.tolerance.volume = real_of(*x);
      if (const auto x = t->find("money")) c.tolerance.money = real_of(*x);
      if (const auto x = t->find("ratio")) c.tolerance.ratio = real_of(*x);
    }
    c.expect = v.find("expect");
    if (c.expect) static_cast<void>(c.expect->object());
    out.push_back(std::move(c));
  };
  const json_value root = document.root();
  if (root.is(json_kind::object)) one(root);
  else
    for (const json_value v : root.array()) one(v);
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
