// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_ADAPTIVE_TIMELINE_HPP
#define SCHED_TIMELINE_ADAPTIVE_TIMELINE_HPP

/// \file
/// A timeline that chooses its model by its size.

#include <cstddef>
#include <utility>
#include <variant>

#include <sched/timeline/detail/booking.hpp>
#include <sched/timeline/step_timeline.hpp>
#include <sched/timeline/timeline.hpp>
#include <sched/timeline/tree_timeline.hpp>

namespace sched {
inline namespace v0 {

/// A `resource_timeline` that is a `step_timeline` up to `threshold` steps and a `tree_timeline` from then on. The
/// answers are the same; costs are those of the current model, and O(n log n) once at the change.
///
/// For queues whose depth nobody knows beforehand. Where the size is known, name the model. `earliest_fit` may not be
/// asked of one object by two threads at the same time (see `tree_timeline`). Values must stay within ±2^60.
class adaptive_timeline : public detail::bookable<adaptive_timeline> {
private:
  /// The two models behind one call; a plain branch, which is cheaper than `std::visit` here.
  template <class F>
  decltype(auto) visit(F&& f) const {
    if (const auto* tree = std::get_if<tree_timeline>(&model_)) return f(*tree);
    return f(*std::get_if<step_timeline>(&model_));
  }
  template <class F>
  decltype(auto) visit(F&& f) {
    if (auto* tree = std::get_if<tree_timeline>(&model_)) return f(*tree);
    return f(*std::get_if<step_timeline>(&model_));
  }

public:
  /// Where the tree begins to win on crowded timelines (measured; see benchmarks/micro/timeline.cpp).
  static constexpr std::size_t default_threshold = 512;

  /// `capacity` units at every instant from `origin` (finite) on.
  explicit adaptive_timeline(amount capacity = 0, instant origin = 0, std::size_t threshold = default_threshold)
      : model_(step_timeline(capacity, origin)), threshold_(threshold) {}

  /// Forgets every booking; keeps the memory of the current model, which stays a tree if it is one. O(1).
  void clear() {
    visit([](auto& t) { t.clear(); });
  }
  /// Starts afresh with another capacity and origin, as `clear` does.
  void reset(amount capacity, instant origin = 0) {
    visit([&](auto& t) { t.reset(capacity, origin); });
  }

  /// True once the model is a tree.
  [[nodiscard]] bool is_tree() const noexcept { return std::holds_alternative<tree_timeline>(model_); }
  [[nodiscard]] amount capacity() const noexcept {
    return visit([](const auto& t) { return t.capacity(); });
  }
  [[nodiscard]] instant origin() const noexcept {
    return visit([](const auto& t) { return t.origin(); });
  }
  [[nodiscard]] std::size_t size() const noexcept {
    return visit([](const auto& t) { return t.size(); });
  }
  [[nodiscard]] amount available(instant t) const noexcept {
    return visit([&](const auto& m) { return m.available(t); });
  }
  [[nodiscard]] amount min_available(interval i) const noexcept {
    return visit([&](const auto& m) { return m.min_available(i); });
  }
  [[nodiscard]] instant first_below(interval i, amount n) const noexcept {
    return visit([&](const auto& m) { return m.first_below(i, n); });
  }
  [[nodiscard]] instant last_below(interval i, amount n) const noexcept {
    return visit([&](const auto& m) { return m.last_below(i, n); });
  }
  [[nodiscard]] instant earliest_fit(instant t, duration d, amount n) const {
    return visit([&](const auto& m) { return m.earliest_fit(t, d, n); });
  }
  [[nodiscard]] instant earliest_fit_before(instant end, instant t, duration d, amount n) const {
    return visit([&](const auto& m) { return m.earliest_fit_before(end, t, d, n); });
  }
  [[nodiscard]] instant latest_fit(instant t, duration d, amount n) const noexcept {
    return visit([&](const auto& m) { return m.latest_fit(t, d, n); });
  }
  void add_capacity(interval i, amount n) {
    visit([&](auto& m) { m.add_capacity(i, n); });
    if (!is_tree() && size() > threshold_) plant();
  }
  void advance(instant t) {
    visit([&](auto& m) { m.advance(t); });
  }
  [[nodiscard]] instant next_change(instant t) const noexcept {
    return visit([&](const auto& m) { return m.next_change(t); });
  }
  template <class F>
  void steps(F&& f) const {
    visit([&](const auto& m) { m.steps(f); });
  }

  /// Equality as functions, whatever the models. O(n), between different models O(n log n).
  [[nodiscard]] friend bool operator==(const adaptive_timeline& a, const adaptive_timeline& b) {
    if (a.is_tree() == b.is_tree()) return a.model_ == b.model_;
    bool same = a.size() == b.size() && a.origin() == b.origin();
    a.steps([&](timeline_step s) { same = same && b.available(s.start) == s.available; });
    return same;
  }

private:
  void plant() {
    const step_timeline& old = *std::get_if<step_timeline>(&model_);
    tree_timeline tree(old.capacity(), old.origin());
    amount value = old.capacity();
    old.steps([&](timeline_step s) {
      tree.add_capacity({s.start, instant::infinity()}, s.available - value);
      value = s.available;
    });
    model_ = std::move(tree);
  }

  std::variant<step_timeline, tree_timeline> model_;
  std::size_t threshold_;
};

static_assert(resource_timeline<adaptive_timeline>);

}  // namespace v0
}  // namespace sched

#endif
