// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_ROADMAP_SETTINGS_HPP
#define SCHED_IO_ROADMAP_SETTINGS_HPP

/// \file
/// Every setting of `roadmap_options` by the name that files use for it: one table for readers and writers.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <sched/model/roadmap_options.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// One value of an enumeration and what it is called.
template <class Enum>
struct setting_name {
  Enum value;
  std::string_view name;
};

/// The names of an enumeration of `roadmap_options`; `setting_names<E>` is an array of `setting_name<E>`.
template <class Enum>
inline constexpr std::array<setting_name<Enum>, 0> setting_names{};
template <>
inline constexpr std::array<setting_name<roadmap_algorithm>, 3> setting_names<roadmap_algorithm>{
    {{roadmap_algorithm::greedy, "parallel-sgs"},
     {roadmap_algorithm::bounded_rollout, "bounded-rollout"},
     {roadmap_algorithm::critical_path, "critical-path"}}};
template <>
inline constexpr std::array<setting_name<roadmap_mode>, 3> setting_names<roadmap_mode>{
    {{roadmap_mode::native, "native"},
     {roadmap_mode::compatible_floor, "compatible-floor"},
     {roadmap_mode::compatible_ceil, "compatible-ceil"}}};
template <>
inline constexpr std::array<setting_name<roadmap_strategy>, 4> setting_names<roadmap_strategy>{
    {{roadmap_strategy::weighted, "weighted"},
     {roadmap_strategy::priority_first, "priority-first"},
     {roadmap_strategy::cr_first, "cr-first"},
     {roadmap_strategy::atc, "atc"}}};
template <>
inline constexpr std::array<setting_name<roadmap_placement>, 3> setting_names<roadmap_placement>{
    {{roadmap_placement::wait, "wait"}, {roadmap_placement::now, "now"}, {roadmap_placement::reserve, "reserve"}}};
template <>
inline constexpr std::array<setting_name<roadmap_backward_pass>, 2> setting_names<roadmap_backward_pass>{
    {{roadmap_backward_pass::exact, "exact"}, {roadmap_backward_pass::simple, "simple"}}};
template <>
inline constexpr std::array<setting_name<lookahead_settings::width>, 3> setting_names<lookahead_settings::width>{
    {{lookahead_settings::width::automatic, "automatic"},
     {lookahead_settings::width::urgent, "urgent"},
     {lookahead_settings::width::full, "full"}}};
template <>
inline constexpr std::array<setting_name<lookahead_settings::guard_by>, 3> setting_names<lookahead_settings::guard_by>{
    {{lookahead_settings::guard_by::none, "none"},
     {lookahead_settings::guard_by::pareto, "pareto"},
     {lookahead_settings::guard_by::objective, "objective"}}};
template <>
inline constexpr std::array<setting_name<attractiveness_settings::transform>, 3>
    setting_names<attractiveness_settings::transform>{{{attractiveness_settings::transform::power, "power"},
                                                       {attractiveness_settings::transform::log, "log"},
                                                       {attractiveness_settings::transform::log10, "log10"}}};
template <>
inline constexpr std::array<setting_name<attractiveness_settings::denominator>, 3>
    setting_names<attractiveness_settings::denominator>{
        {{attractiveness_settings::denominator::global_average, "global-avg"},
         {attractiveness_settings::denominator::target_work, "target-work"},
         {attractiveness_settings::denominator::critical_path, "critical-path"}}};

/// The value that a text names; `-` and `_` are the same.
template <class Enum>
[[nodiscard]] std::optional<Enum> parse_setting(std::string_view text) {
  const auto same = [](char a, char b) { return a == b || ((a == '-' || a == '_') && (b == '-' || b == '_')); };
  for (const auto& [value, name] : setting_names<Enum>)
    if (std::ranges::equal(text, name, same)) return value;
  return std::nullopt;
}
template <class Enum>
[[nodiscard]] std::string_view setting_text(Enum e) {
  for (const auto& [value, name] : setting_names<Enum>)
    if (value == e) return name;
  return "unknown";
}
/// All names, for a message: `wait, now, reserve`.
template <class Enum>
[[nodiscard]] std::string setting_choices() {
  std::string all;
  for (const auto& entry : setting_names<Enum>) all.append(all.empty() ? "" : ", ").append(entry.name);
  return all;
}

namespace detail {

template <class Options, class F>
void each_lookahead_setting(Options& o, F f) {
  auto& l = o.lookahead;
  f("priority_threshold", l.priority_threshold);
  f("min_priority_gap", l.min_priority_gap);
  f("cr_relaxed_threshold", l.cr_relaxed_threshold);
  f("min_cr_urgency_gap", l.min_cr_urgency_gap);
  f("max_horizon_days", l.max_horizon_days);
  f("lookahead", l.ahead);
  f("full_up_to", l.full_up_to);
  f("guard", l.guard);
  f("compare_resources", l.compare_resources);
}

template <class Options, class F>
void each_attractiveness_setting(Options& o, F f) {
  auto& a = o.attractiveness;
  f("k", a.k);
  f("no_deadline_urgency_multiplier", a.no_deadline_urgency_multiplier);
  f("urgency_floor", a.urgency_floor);
  f("work_transform", a.work_transform);
  f("work_exponent", a.work_exponent);
  f("urgency_denominator", a.urgency_denominator);
  f("prefer_fungible_resources", a.prefer_fungible_resources);
  f("rollout_enabled", a.rollout_enabled);
  f("rollout_score_ratio_threshold", a.rollout_score_ratio_threshold);
  f("rollout_max_horizon_days", a.rollout_max_horizon_days);
}

}  // namespace detail

/// Calls `f(section, name, member)` for every setting; `Options` is `roadmap_options` or const. The section is empty,
/// `rollout` or `critical_path`: the object inside a file's settings. `threads` and `watch` belong to a run, not to a
/// file. Members are bool, std::int64_t, std::size_t, double, `duration`, optional whole numbers, and enumerations that
/// have `setting_names`.
template <class Options, class F>
  requires std::is_same_v<std::remove_const_t<Options>, roadmap_options>
void each_setting(Options& o, F&& f) {
  f("", "algorithm", o.algorithm);
  f("", "mode", o.mode);
  f("", "strategy", o.strategy);
  f("", "default_priority", o.default_priority);
  f("", "cr_weight", o.urgency.cr_weight);
  f("", "priority_weight", o.urgency.priority_weight);
  f("", "default_cr_multiplier", o.urgency.default_cr_multiplier);
  f("", "default_cr_floor", o.urgency.default_cr_floor);
  f("", "atc_k", o.urgency.atc_k);
  f("", "atc_default_urgency_multiplier", o.urgency.atc_default_urgency_multiplier);
  f("", "atc_default_urgency_floor", o.urgency.atc_default_urgency_floor);
  f("", "ticks_per_day", o.ticks_per_day);
  f("", "backward_pass", o.backward_pass);
  f("", "inherit_priority", o.inherit_priority);
  f("", "placement", o.placement);
  f("", "shared_allocation", o.shared_allocation);
  f("", "min_first_chunk", o.min_first_chunk);
  f("", "unlimited_unassigned", o.unlimited_unassigned);
  f("", "tail", o.tail);
  f("", "joint_work", o.joint_work);
  f("", "record_pass_overs", o.record_pass_overs);
  detail::each_lookahead_setting(o, [&](const char* name, auto& member) { f("rollout", name, member); });
  detail::each_attractiveness_setting(o, [&](const char* name, auto& member) { f("critical_path", name, member); });
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
