// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_COMBINE_HPP
#define SCHED_PRIORITY_COMBINE_HPP

/// \file
/// Rules made of rules.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/priority/detail/lexicographic_ranks.hpp>
#include <sched/priority/rule.hpp>

namespace sched {
inline namespace v0 {
namespace priority {

namespace detail {

template <class... Rules>
inline constexpr bool all_static = (static_priority_rule<Rules> && ...);

}  // namespace detail

/// The first rule decides; where it says "equal", the second; and so on; then the task number. Static when every part
/// is. O(parts · n log n) per run, or per decision with |D| for n. Keeps one scratch buffer.
/// Parts must be static or dynamic; selecting rules are rejected.
template <class... Rules>
  requires(sizeof...(Rules) > 0 && ((static_priority_rule<Rules> || dynamic_priority_rule<Rules>)&&...))
class lexicographic {
public:
  explicit lexicographic(Rules... rules) : rules_(prepared<Rules>(std::move(rules))...) {}
  static constexpr bool parallel_only = (priority::parallel_only<Rules> || ...);

  void prepare(const rule_view& v)
    requires(!detail::all_static<Rules...>)
  {
    std::apply([&](auto&... r) { (r.prepare(v), ...); }, rules_);
  }
  void keys(const rule_view& v, std::span<double> out)
    requires detail::all_static<Rules...>
  {
    rank(v, out);
  }
  void keys(const decision& d, std::span<double> out)
    requires(!detail::all_static<Rules...>)
  {
    rank(d, out);
  }
  void reseed(std::uint64_t seed) {
    std::apply([&](auto&... r) { (r.reseed(seed++), ...); }, rules_);
  }

private:
  template <class Context>
  void rank(const Context& context, std::span<double> out) {
    const std::size_t n = out.size();
    rows_.resize(n * sizeof...(Rules));
    order_.resize(n);
    std::size_t row = 0;
    std::apply([&](auto&... r) { (r.keys(context, std::span(rows_).subspan(n * row++, n)), ...); }, rules_);
    detail::lexicographic_ranks(rows_, n, order_, out);
  }

  std::tuple<prepared<Rules>...> rules_;
  std::vector<double> rows_;
  std::vector<std::uint32_t> order_;
};

template <class... Rules>
lexicographic(Rules...) -> lexicographic<Rules...>;

/// One part of a weighted sum.
template <class Rule>
struct weighted {
  double weight;
  Rule rule;
};
template <class Rule>
weighted(double, Rule) -> weighted<Rule>;

/// Σ weightᵢ · keyᵢ, smallest first. Always dynamic; static parts are computed once per run. Keeps one scratch buffer.
template <class... Rules>
  requires(sizeof...(Rules) > 0 && ((static_priority_rule<Rules> || dynamic_priority_rule<Rules>)&&...))
class weighted_sum {
public:
  explicit weighted_sum(weighted<Rules>... parts)
      : weights_{parts.weight...}, rules_(prepared<Rules>(std::move(parts.rule))...) {}
  static constexpr bool parallel_only = (priority::parallel_only<Rules> || ...);

  void prepare(const rule_view& v) {
    std::apply([&](auto&... r) { (r.prepare(v), ...); }, rules_);
  }
  void keys(const decision& d, std::span<double> out) {
    row_.resize(out.size());
    std::ranges::fill(out, 0.0);
    std::size_t part = 0;
    const auto add = [&](auto& rule) {
      rule.keys(d, row_);
      for (std::size_t i = 0; i < out.size(); ++i) {
        const double term = weights_[part] * row_[i];
        row_[i] = term;  // through memory: no platform fuses the sum
      }
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += row_[i];
      ++part;
    };
    std::apply([&](auto&... r) { (add(r), ...); }, rules_);
  }
  void reseed(std::uint64_t seed) {
    std::apply([&](auto&... r) { (r.reseed(seed++), ...); }, rules_);
  }

private:
  std::array<double, sizeof...(Rules)> weights_;
  std::tuple<prepared<Rules>...> rules_;
  std::vector<double> row_;
};
template <class... Rules>
weighted_sum(weighted<Rules>...) -> weighted_sum<Rules...>;

/// The opposite order: largest key first.
template <class Rule>
  requires(static_priority_rule<Rule> || dynamic_priority_rule<Rule>)
class reversed {
public:
  explicit reversed(Rule rule) : rule_(std::move(rule)) {}
  static constexpr bool parallel_only = priority::parallel_only<Rule>;

  void prepare(const rule_view& v) { priority::prepare(rule_, v); }
  void keys(const rule_view& v, std::span<double> out)
    requires static_priority_rule<Rule>
  {
    rule_.keys(v, out);
    for (double& k : out) k = -k;
  }
  void keys(const decision& d, std::span<double> out)
    requires dynamic_priority_rule<Rule>
  {
    rule_.keys(d, out);
    for (double& k : out) k = -k;
  }
  void reseed(std::uint64_t seed) { priority::reseed(rule_, seed); }

private:
  Rule rule_;
};
template <class Rule>
reversed(Rule) -> reversed<Rule>;

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
