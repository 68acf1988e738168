// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_MACHINE_IDS_HPP
#define SCHED_SOLVE_MACHINE_IDS_HPP

/// \file
/// Whether a batch scheduler counts processors or names them.

#include <concepts>
#include <utility>

#include <sched/placement/processors.hpp>

namespace sched {
inline namespace v0 {

/// What a batch scheduler knows of its processors.
namespace ids {

/// How many there are: the fastest, and enough where they are alike.
struct counted {
  static constexpr bool named = false, planned = false;
};

/// The plan counts; a job that starts gets ids from a placement policy. Delays nobody, except under a policy that
/// refuses: there a job that has no place does not fit.
template <processor_placement Placement = placement::lowest>
struct at_start {
  static constexpr bool named = true, planned = false;
  at_start() = default;
  explicit at_start(Placement p) : place(std::move(p)) {}
  Placement place{};
};

/// The plan holds sets of ids: whoever is promised a start is promised these processors. That costs waiting time, since
/// a job must keep its processors from its start to its end. Only for policies that do not refuse. A question to the
/// plan is O(steps · runs).
template <processor_placement Placement = placement::lowest>
  requires(!Placement::refuses)
struct in_plan {
  static constexpr bool named = true, planned = true;
  in_plan() = default;
  explicit in_plan(Placement p) : place(std::move(p)) {}
  Placement place{};
};

}  // namespace ids

/// One of the above. Rejected: everything else.
template <class M>
concept machine_identity = std::copyable<M> && requires {
  { M::named } -> std::convertible_to<bool>;
  { M::planned } -> std::convertible_to<bool>;
} && (!M::named || requires(M m) { m.place; });

}  // namespace v0
}  // namespace sched

#endif
