// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_ANY_CALENDAR_HPP
#define SCHED_CALENDAR_ANY_CALENDAR_HPP

/// \file
/// A calendar of any type, for storage in models.

#include <concepts>
#include <memory>
#include <optional>
#include <utility>

#include <sched/calendar/always.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// Holds any `resource_calendar`; default-constructed or made from `calendar::always_open`: always open.
/// Copies share the (immutable) calendar, O(1). Each query is one virtual call, none when always open.
class any_calendar {
public:
  any_calendar() = default;
  template <class C>
    requires(!std::same_as<C, any_calendar> && calendar_queries<C>)
  any_calendar(C calendar) {  // NOLINT(google-explicit-constructor)
    static_assert(resource_calendar<C>);
    if constexpr (!std::same_as<C, calendar::always_open>)
      self_ = std::make_shared<const model<C>>(std::move(calendar));
  }

  /// True for a calendar known to have no breaks: solvers skip all calendar work for it.
  [[nodiscard]] bool always_open() const noexcept { return self_ == nullptr; }

  [[nodiscard]] bool is_open(instant t) const { return !self_ || self_->is_open(t); }
  [[nodiscard]] instant next_open(instant t) const { return self_ ? self_->next_open(t) : t; }
  [[nodiscard]] instant next_closed(instant t) const { return self_ ? self_->next_closed(t) : instant::infinity(); }
  [[nodiscard]] instant prev_open(instant t) const { return self_ ? self_->prev_open(t) : t; }
  [[nodiscard]] instant prev_closed(instant t) const {
    return self_ ? self_->prev_closed(t) : instant::minus_infinity();
  }
  [[nodiscard]] instant add_work(instant t, duration w) const { return self_ ? self_->add_work(t, w) : t + w; }
  [[nodiscard]] instant sub_work(instant t, duration w) const { return self_ ? self_->sub_work(t, w) : t - w; }
  [[nodiscard]] duration work_between(interval i) const { return self_ ? self_->work_between(i) : i.length(); }
  [[nodiscard]] std::optional<repetition> repeats() const { return self_ ? self_->repeats() : repetition{}; }

private:
  struct base {
    virtual ~base() = default;
    virtual bool is_open(instant) const = 0;
    virtual instant next_open(instant) const = 0;
    virtual instant next_closed(instant) const = 0;
    virtual instant prev_open(instant) const = 0;
    virtual instant prev_closed(instant) const = 0;
    virtual instant add_work(instant, duration) const = 0;
    virtual instant sub_work(instant, duration) const = 0;
    virtual duration work_between(interval) const = 0;
    virtual std::optional<repetition> repeats() const = 0;
  };
  template <class C>
  struct model final : base {
    explicit model(C c) : calendar(std::move(c)) {}
    bool is_open(instant t) const override { return calendar.is_open(t); }
    instant next_open(instant t) const override { return calendar.next_open(t); }
    instant next_closed(instant t) const override { return calendar.next_closed(t); }
    instant prev_open(instant t) const override { return calendar.prev_open(t); }
    instant prev_closed(instant t) const override { return calendar.prev_closed(t); }
    instant add_work(instant t, duration w) const override { return calendar.add_work(t, w); }
    instant sub_work(instant t, duration w) const override { return calendar.sub_work(t, w); }
    duration work_between(interval i) const override { return calendar.work_between(i); }
    std::optional<repetition> repeats() const override { return sched::calendar::repeats(calendar); }
    C calendar;
  };

  std::shared_ptr<const base> self_;
};

static_assert(resource_calendar<any_calendar>);

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
