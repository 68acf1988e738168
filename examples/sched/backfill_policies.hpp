// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_BACKFILL_POLICIES_HPP
#define SCHED_EXAMPLES_SCHED_BACKFILL_POLICIES_HPP

/// \file
/// Schedulers whose policies are chosen at run time. Each family of reservations is compiled in a file of its own,
/// backfill_FAMILY.cpp, three to five schedulers each: orders and estimates are erased as far as that costs no
/// shortcut.
///
/// A new order is a row of the table in backfill_policies.cpp; a new family a row there and a file.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include <sched/backfill.hpp>

#include "backfill_run.hpp"

namespace program {

/// An order behind one call per queue. Two types: keys that stay are asked for once per job.
using order_keys = std::function<void(std::span<const sched::waiting_job>, sched::instant, std::span<double>)>;
/// Told of every job that starts (true) and ends (false), for orders that follow what users use.
using order_news = std::function<void(const sched::waiting_job&, sched::instant, bool)>;
struct order_calls {
  order_keys keys;
  order_news news{};
};
/// The same as a walk: a type of its own says that it may differ from the order.
template <bool Static>
struct named_walk {
  order_keys function;
  static constexpr bool static_keys = Static;
  void keys(std::span<const sched::waiting_job> jobs, sched::instant now, std::span<double> out) {
    function(jobs, now, out);
  }
};
template <bool Static>
struct named_order : named_walk<Static> {
  explicit named_order(const order_calls& calls) : named_walk<Static>{calls.keys}, news(calls.news) {}
  order_news news;
  void started(const sched::waiting_job& j, sched::instant now) {
    if (news) news(j, now, true);
  }
  void ended(const sched::waiting_job& j, sched::instant now) {
    if (news) news(j, now, false);
  }
};

/// Estimates that do not change while a job waits.
struct named_estimate {
  enum class kind : std::uint8_t { user, perfect, twice } which{};
  static constexpr bool changes = false;
  [[nodiscard]] sched::duration predict(const sched::job& j, const sched::job_shape& s) const {
    switch (which) {
      case kind::perfect: return sched::estimate::perfect{}.predict(j, s);
      case kind::twice: return sched::estimate::scaled{2}.predict(j, s);
      default: return sched::estimate::user{}.predict(j, s);
    }
  }
  void observe(const sched::job&, sched::duration) const {}
};

/// An order by name. `make` is empty for arrival; `walk`: arrival first, the others by shortest estimate.
struct order_entry {
  std::string_view name, long_name, what;
  bool changes = false;  ///< keys depend on the time
  order_calls (*make)(sched::amount processors) = nullptr;
  bool walk = false;
};
const order_entry* find_order(std::string_view name);

/// What a family of reservations is asked to run.
struct backfill_problem {
  std::span<const sched::job> jobs;
  sched::amount processors;
  const order_entry& order;
  const backfill_request& request;
  sched::simulation_options options;
  double parameter;  ///< of the reservations, where they take one
};
sched::job_run run_none(const backfill_problem& p);
sched::job_run run_depth(const backfill_problem& p);
sched::job_run run_conservative(const backfill_problem& p);
sched::job_run run_slack(const backfill_problem& p);
sched::job_run run_selective(const backfill_problem& p);
sched::job_run run_adaptive(const backfill_problem& p);
sched::job_run run_relaxed(const backfill_problem& p);
sched::job_run run_look_ahead(const backfill_problem& p);
sched::job_run run_greedy(const backfill_problem& p);

template <class Order, class Reserve, class Estimate, class Walk>
sched::job_run run_with(const backfill_problem& p, Order order, Reserve reserve, Estimate estimate, Walk walk) {
  sched::backfill<Order, Reserve, Estimate, Walk> scheduler(p.processors, std::move(order), std::move(reserve),
                                                            std::move(estimate), std::move(walk));
  if (std::ranges::any_of(p.jobs, [](const sched::job& j) { return !j.after.empty(); }))
    scheduler.expect_dependencies();
  return sched::simulate_jobs(p.jobs, std::move(scheduler), p.options);
}

/// Every order and estimate with one kind of reservations. Shortcuts: arrival has a type of its own, for families that
/// look at new jobs alone where nothing else changed.
template <bool Shortcuts, class Reserve>
sched::job_run run_family(const backfill_problem& p, const Reserve& reserve) {
  using namespace sched;
  constexpr bool promises = promising_reservation<Reserve>;  // an order that changes with time has no meaning then
  const order_keys arrival = [](auto, instant, auto out) { std::ranges::fill(out, 0.0); };
  const order_calls calls = p.order.make != nullptr ? p.order.make(p.processors) : order_calls{arrival};
  const order_keys shortest = [](auto jobs, instant now, auto out) { order::sjf{}.keys(jobs, now, out); };
  if (p.request.estimate == "predict")  // all keys change with the predictions: one type serves every order
    return run_with(p, named_order<promises>(calls), reserve, estimate::last_two{},
                    named_walk<promises>{p.order.walk ? shortest : calls.keys});
  using kind = named_estimate::kind;
  const named_estimate e{p.request.estimate == "perfect"  ? kind::perfect
                         : p.request.estimate == "double" ? kind::twice
                                                          : kind::user};
  if (p.order.walk) return run_with(p, order::fcfs{}, reserve, e, order::sjf{});
  if constexpr (Shortcuts)
    if (p.order.make == nullptr) return run_with(p, order::fcfs{}, reserve, e, order::fcfs{});
  if constexpr (!promises)
    if (p.order.changes) return run_with(p, named_order<false>(calls), reserve, e, named_order<false>(calls));
  return run_with(p, named_order<true>(calls), reserve, e, named_order<true>(calls));
}

}  // namespace program

#endif
