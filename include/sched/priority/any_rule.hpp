// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_ANY_RULE_HPP
#define SCHED_PRIORITY_ANY_RULE_HPP

/// \file
/// A priority rule chosen at run time.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <sched/priority/rule.hpp>

namespace sched {
inline namespace v0 {
namespace priority {

/// Holds any priority rule. Erases whole batches (all keys of a run, one pick from a span), so a decision costs one
/// virtual call. Solvers ask `is_static()` and then use the fast path of static rules. Copies are deep.
class any_rule {
public:
  template <class R>
    requires(!std::same_as<R, any_rule> && priority_rule<R>)
  explicit any_rule(R rule) : self_(std::make_unique<model<R>>(std::move(rule))) {}
  any_rule(const any_rule& other) : self_(other.self_->clone()) {}
  any_rule(any_rule&&) noexcept = default;
  any_rule& operator=(const any_rule& other) {
    self_ = other.self_->clone();
    return *this;
  }
  any_rule& operator=(any_rule&&) noexcept = default;
  ~any_rule() = default;

  [[nodiscard]] bool is_static() const noexcept { return self_->is_static; }
  [[nodiscard]] bool is_parallel_only() const noexcept { return self_->is_parallel_only; }
  /// Keys of a static rule. Precondition: is_static().
  void static_keys(const rule_view& v, std::span<double> out) { self_->static_keys(v, out); }
  void prepare(const rule_view& v) { self_->prepare(v); }
  [[nodiscard]] std::size_t pick(const decision& d) { return self_->pick(d); }
  /// False for a rule that only picks: it has no keys that a combinator could use.
  [[nodiscard]] bool has_keys() const noexcept { return self_->has_keys; }
  /// Precondition: has_keys().
  void keys(const decision& d, std::span<double> out) { self_->decision_keys(d, out); }
  void reseed(std::uint64_t seed) { self_->reseed(seed); }

private:
  struct base {
    base(bool fixed, bool parallel, bool keyed) : is_static(fixed), is_parallel_only(parallel), has_keys(keyed) {}
    virtual ~base() = default;
    virtual std::unique_ptr<base> clone() const = 0;
    virtual void static_keys(const rule_view&, std::span<double>) = 0;
    virtual void prepare(const rule_view&) = 0;
    virtual std::size_t pick(const decision&) = 0;
    virtual void decision_keys(const decision&, std::span<double>) = 0;
    virtual void reseed(std::uint64_t) = 0;
    bool is_static;
    bool is_parallel_only;
    bool has_keys;
  };
  template <class R>
  struct model final : base {
    explicit model(R r)
        : base(static_priority_rule<R>, parallel_only<R>, !selecting_priority_rule<R>), rule(std::move(r)) {}
    std::unique_ptr<base> clone() const override { return std::make_unique<model>(*this); }
    void static_keys(const rule_view& v, std::span<double> out) override {
      if constexpr (static_priority_rule<R>) rule.keys(v, out);
    }
    void prepare(const rule_view& v) override {
      priority::prepare(rule, v);
      if constexpr (static_priority_rule<R>) {
        all.resize(v.problem.task_count());
        rule.keys(v, all);
      }
    }
    std::size_t pick(const decision& d) override {
      if constexpr (selecting_priority_rule<R>) {
        return static_cast<std::size_t>(rule.pick(d));
      } else {
        keys.resize(d.candidates.size());
        decision_keys(d, keys);
        return smallest(keys);
      }
    }
    void decision_keys(const decision& d, std::span<double> out) override {
      if constexpr (static_priority_rule<R>) {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = all[d.candidates[i].index()];
      } else if constexpr (dynamic_priority_rule<R>) {
        rule.keys(d, out);
      }
    }
    void reseed(std::uint64_t seed) override { priority::reseed(rule, seed); }
    R rule;
    std::vector<double> all, keys;
  };

  std::unique_ptr<base> self_;
};

static_assert(selecting_priority_rule<any_rule>);

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
