// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_ANY_ORDER_HPP
#define SCHED_PRIORITY_ANY_ORDER_HPP

/// \file
/// A job order chosen at run time.

#include <concepts>
#include <memory>
#include <span>
#include <utility>

#include <sched/core/ticks.hpp>
#include <sched/priority/order.hpp>

namespace sched {
inline namespace v0 {
namespace order {

/// Holds any job order. Erases the batch: one virtual call for all keys of a queue. `Static` says what the scheduler
/// may rely on, so it is part of the type: `any_order<true>` holds orders whose keys stay, `any_order<false>` holds
/// every order (those that stay are asked anew before every decision, with the same result). Orders that follow use are
/// told of starts and ends. Copies are deep: a copy allocates, and so does construction; calls do not. A moved-from one
/// may only be assigned to or destroyed.
template <bool Static = false>
class any_order {
public:
  template <class O>
    requires(!std::same_as<O, any_order> && job_order<O> && (!Static || O::static_keys))
  explicit any_order(O held) : self_(std::make_unique<model<O>>(std::move(held))) {}
  any_order(const any_order& other) : self_(other.self_->clone()) {}
  any_order(any_order&&) noexcept = default;
  any_order& operator=(const any_order& other) {
    self_ = other.self_->clone();
    return *this;
  }
  any_order& operator=(any_order&&) noexcept = default;
  ~any_order() = default;

  static constexpr bool static_keys = Static;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) { self_->keys(jobs, now, out); }
  void started(const waiting_job& j, instant now) { self_->started(j, now); }
  void ended(const waiting_job& j, instant now) { self_->ended(j, now); }
  void resized(const waiting_job& before, const waiting_job& after, instant now) { self_->resized(before, after, now); }

private:
  struct base {
    virtual ~base() = default;
    virtual std::unique_ptr<base> clone() const = 0;
    virtual void keys(std::span<const waiting_job>, instant, std::span<double>) = 0;
    virtual void started(const waiting_job&, instant) = 0;
    virtual void ended(const waiting_job&, instant) = 0;
    virtual void resized(const waiting_job&, const waiting_job&, instant) = 0;
  };
  template <class O>
  struct model final : base {
    explicit model(O o) : held(std::move(o)) {}
    std::unique_ptr<base> clone() const override { return std::make_unique<model>(*this); }
    void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) override {
      held.keys(jobs, now, out);
    }
    void started([[maybe_unused]] const waiting_job& j, [[maybe_unused]] instant now) override {
      if constexpr (usage_order<O>) held.started(j, now);
    }
    void ended([[maybe_unused]] const waiting_job& j, [[maybe_unused]] instant now) override {
      if constexpr (usage_order<O>) held.ended(j, now);
    }
    void resized([[maybe_unused]] const waiting_job& before, [[maybe_unused]] const waiting_job& after,
                 [[maybe_unused]] instant now) override {
      if constexpr (usage_order<O>) tell_resized(held, before, after, now);
    }
    O held;
  };

  std::unique_ptr<base> self_;
};
template <job_order O>
any_order(O) -> any_order<O::static_keys>;

static_assert(usage_order<any_order<true>> && usage_order<any_order<false>>);

}  // namespace order
}  // namespace v0
}  // namespace sched

#endif
