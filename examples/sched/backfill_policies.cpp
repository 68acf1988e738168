// SPDX-License-Identifier: BSL-1.0
// The policies of `sched backfill` by name.
#include "backfill_policies.hpp"

#include <charconv>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <sched/fair_share.hpp>

namespace program {
namespace {

using namespace sched;

template <class Order>
order_calls erased(amount) {
  return {[order = Order{}](std::span<const waiting_job> jobs, instant now, std::span<double> out) mutable {
    order.keys(jobs, now, out);
  }};
}
/// An order that follows use: its keys and its news share one state.
template <class Order>
order_calls following(Order order) {
  const auto state = std::make_shared<Order>(std::move(order));
  return {
      [state](std::span<const waiting_job> jobs, instant now, std::span<double> out) { state->keys(jobs, now, out); },
      [state](const waiting_job& j, instant now, bool starts) {
        if (starts) state->started(j, now);
        else state->ended(j, now);
      }};
}
order_calls fair_share(amount) { return following(order::fair_share<>{}); }
/// Weights that let age, shares and size matter about equally on a week's scale.
order_calls multifactor(amount processors) {
  multifactor_options o;
  o.weight = {.age = 1000, .fair_share = 1000, .size = 500};
  o.processors = processors;
  return following(order::multifactor<>(o));
}

constexpr order_entry all_orders[] = {
    {"fcfs", "first-come-first-served", "by arrival"},
    {"sjf", "shortest-job-first", "shortest estimate", false, erased<order::sjf>},
    {"ljf", "longest-job-first", "longest estimate", false, erased<order::ljf>},
    {"sjbf", "shortest-job-backfilled-first", "by arrival; behind the reserved ones by shortest estimate", false,
     nullptr, true},
    {"saf", "smallest-area-first", "least estimate times processors", false, erased<order::saf>},
    {"smallest", "smallest-first", "fewest processors", false, erased<order::smallest>},
    {"largest", "largest-first", "most processors", false, erased<order::largest>},
    {"lxf", "largest-expansion-first", "largest (wait + estimate) / estimate", true, erased<order::lxf>},
    {"wfp3", "wfp3", "largest (wait / estimate)^3 times processors", true, erased<order::wfp3>},
    {"unicep", "unicep", "largest wait / (log2(processors) times estimate)", true, erased<order::unicep>},
    {"f1", "f1", "least log10(estimate) times processors + 870 log10(arrival)", false, erased<order::f1>},
    {"multifactor", "multifactor", "1000 age (of a week) + 1000 fair share + 500 size", true, multifactor},
    {"fairshare", "fair-share", "the user with the largest share left (Fair Tree, equal shares, half-life 7 days)",
     true, fair_share},
};

/// Reservations by name. With a parameter the name is followed by a colon and a number, or by nothing for `standard`.
struct reservation_entry {
  std::string_view name, long_name, what;
  job_run (*run)(const backfill_problem&);
  double standard = 0;
  std::string_view parameter{};  ///< as help shows it; empty: none
  bool whole = false;            ///< the parameter is a whole number

  /// Promises are made in the order of arrival: needs an order whose keys stay.
  [[nodiscard]] bool promises() const { return run == run_conservative || run == run_slack; }
};
constexpr double everybody = 9e18;

constexpr reservation_entry all_reservations[] = {
    {"none", "no-backfilling", "stop at the first job that does not fit", run_none},
    {"filler", "depth-0", "whatever fits, without any guarantee; the same as 0", run_depth, 0},
    {"easy", "depth-1", "nothing may delay the first that does not fit; the same as 1", run_depth, 1},
    {"conservative", "conservative", "a promise on arrival, kept, moved earlier by ends", run_conservative},
    {"rebuilt", "depth-all", "everybody is reserved, planned anew at every event", run_depth, everybody},
    {"slack", "slack", "a promise on arrival with X times the mean wait as slack (0.5)", run_slack, 0.5, "X"},
    {"selective", "selective", "only jobs whose (wait + estimate) / estimate has reached X are reserved (2)",
     run_selective, 2, "X"},
    {"adaptive", "selective-adaptive", "the same with the mean bounded slowdown so far as X", run_adaptive},
    {"relaxed", "relaxed", "the first may be delayed by the share X of its wait (0.5)", run_relaxed, 0.5, "X"},
    {"look-ahead", "look-ahead", "behind the first, those of the next N that fill the machine best (50)",
     run_look_ahead, 50, "N", true},
    {"greedy", "greedy", "behind the first, by arrival, estimate, area or size, whichever starts most", run_greedy},
};
constexpr reservation_entry depth_k{"K", "depth-k", "nothing may delay the first K that do not fit", run_depth};

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < T{}) return std::nullopt;
  return value;
}

struct chosen_reservation {
  const reservation_entry* entry;
  double parameter;
};
std::optional<chosen_reservation> find_reservation(std::string_view text) {
  if (const auto k = number<std::uint32_t>(text)) return chosen_reservation{&depth_k, static_cast<double>(*k)};
  const std::size_t colon = text.find(':');
  for (const reservation_entry& e : all_reservations) {
    if (e.name != text.substr(0, colon)) continue;
    if (colon == std::string_view::npos) return chosen_reservation{&e, e.standard};
    if (e.parameter.empty()) return std::nullopt;
    const std::string_view value = text.substr(colon + 1);
    std::optional<double> x;
    if (!e.whole) x = number<double>(value);
    else if (const auto n = number<std::uint32_t>(value)) x = *n;
    if (!x || !(*x <= std::numeric_limits<double>::max())) return std::nullopt;
    return chosen_reservation{&e, *x};
  }
  return std::nullopt;
}

std::string usage_of(const reservation_entry& e) {
  return std::string(e.name) + (e.parameter.empty() ? "" : ":" + std::string(e.parameter));
}

}  // namespace

const order_entry* find_order(std::string_view name) {
  for (const order_entry& e : all_orders)
    if (e.name == name) return &e;
  return nullptr;
}

std::vector<backfill_name> backfill_orders() {
  std::vector<backfill_name> out;
  for (const order_entry& e : all_orders) out.push_back({e.name, e.long_name, e.what});
  return out;
}
std::vector<backfill_name> backfill_reservations() {
  std::vector<backfill_name> out;
  for (const reservation_entry& e : all_reservations) out.push_back({e.name, e.long_name, e.what});
  out.push_back({depth_k.name, depth_k.long_name, depth_k.what});
  return out;
}
std::vector<std::string> every_order() {
  std::vector<std::string> out;
  for (const order_entry& e : all_orders) out.emplace_back(e.name);
  return out;
}
std::vector<std::string> every_reservation() {
  std::vector<std::string> out;
  for (const reservation_entry& e : all_reservations) out.emplace_back(e.name);
  return out;
}

bool senseless(const backfill_request& r) {
  const auto reservation = find_reservation(r.reserve);
  const order_entry* order = find_order(r.order);
  return reservation && order != nullptr && reservation->entry->promises() && order->changes;
}

std::string check_backfill(const backfill_request& r) {
  std::string known;
  if (find_order(r.order) == nullptr) {
    for (const order_entry& e : all_orders) known += (known.empty() ? "" : ", ") + std::string(e.name);
    const bool later = r.order == "multifactor" || r.order == "fairshare";
    return "--order: '" + r.order + (later ? "' is not available in this version; " : "' is unknown; ") +
           "available: " + known + ", or all";
  }
  if (!find_reservation(r.reserve)) {
    for (const reservation_entry& e : all_reservations) known += usage_of(e) + ", ";
    return "--reserve: '" + r.reserve + "' is unknown; available: " + known + "a whole number, or all";
  }
  if (senseless(r))
    return "--reserve " + r.reserve + " keeps promises in the order of arrival: --order " + r.order +
           " changes with time; --reserve rebuilt plans anew at every event";
  return {};
}

job_run run_backfill(std::span<const job> jobs, amount processors, const backfill_request& r, const control& watch) {
  const auto reservation = find_reservation(r.reserve);
  return reservation->entry->run(
      {.jobs = jobs,
       .processors = processors,
       .order = *find_order(r.order),
       .request = r,
       .options = {.events = r.events == "batch" ? event_convention::batch : event_convention::sequential,
                   .watch = watch},
       .parameter = reservation->parameter});
}

}  // namespace program
