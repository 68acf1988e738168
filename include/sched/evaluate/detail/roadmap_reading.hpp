// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_DETAIL_ROADMAP_READING_HPP
#define SCHED_EVALUATE_DETAIL_ROADMAP_READING_HPP

/// \file
/// A second reading of a roadmap, for what checks and explains results: nothing here is shared with a solver.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <sched/core/rounding.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Units of a resource, by the reading's own number of it.
struct roadmap_need {
  std::uint32_t resource = 0;
  amount units = 1;
};

/// Names to numbers, days to ticks, expressions to candidates; straight from the rules, in the order they are written.
class roadmap_reading {
public:
  enum class role : std::uint8_t {
    active,
    superseded,  ///< an earlier definition of an id (compatible modes)
    done         ///< completed: not to be scheduled
  };

  roadmap_reading(const roadmap& map, const roadmap_options& options) : map_(&map), options_(&options) {
    for (const std::string& id : map.completed) completed_.insert(id);
    for (roadmap_index i = 0; i < map.tasks.size(); ++i) by_id_[map.tasks[i].id] = i;
    const bool drops = native() || options.algorithm == roadmap_algorithm::critical_path;
    for (roadmap_index i = 0; i < map.tasks.size(); ++i) {
      const std::string& id = map.tasks[i].id;
      roles_.push_back(by_id_[id] != i                    ? role::superseded
                       : drops && completed_.contains(id) ? role::done
                                                          : role::active);
    }
    if (map.people)
      for (const roadmap_resource& r : map.people->resources) resource(r.name);
    declared_ = resources_.size();
    for (roadmap_index i = 0; i < map.tasks.size(); ++i)
      if (lists(i))
        for (const std::string& name : task(i).resources) resource(name);
    if (map.people)
      for (const auto& [name, members] : map.people->groups) groups_.emplace(name, &members);
  }

  [[nodiscard]] const roadmap& map() const noexcept { return *map_; }
  [[nodiscard]] const roadmap_options& options() const noexcept { return *options_; }
  [[nodiscard]] const roadmap_task& task(roadmap_index i) const noexcept { return map_->tasks[i]; }
  [[nodiscard]] std::size_t size() const noexcept { return map_->tasks.size(); }
  [[nodiscard]] role role_of(roadmap_index i) const noexcept { return roles_[i]; }
  [[nodiscard]] bool native() const noexcept { return options_->mode == roadmap_mode::native; }
  /// The compatible critical-path scheduler has rules of its own for lags and dates.
  [[nodiscard]] bool target_driven() const noexcept {
    return !native() && options_->algorithm == roadmap_algorithm::critical_path;
  }
  [[nodiscard]] bool joint() const noexcept { return native() && options_->joint_work; }
  [[nodiscard]] std::int64_t day() const noexcept { return native() ? options_->ticks_per_day : 1; }
  [[nodiscard]] duration tail() const noexcept { return native() ? options_->tail : 1; }
  [[nodiscard]] instant now() const noexcept { return first_tick(map_->now); }
  [[nodiscard]] instant first_tick(day_number d) const noexcept { return instant(d) * day(); }
  [[nodiscard]] instant behind(day_number last) const noexcept { return (instant(last) + 1) * day(); }

  [[nodiscard]] bool milestone(roadmap_index i) const noexcept { return task(i).duration == 0; }
  /// Work in ticks (native).
  [[nodiscard]] duration work(roadmap_index i) const noexcept {
    return up(task(i).duration * static_cast<double>(day()));
  }
  /// Whole days of a real number of them (compatible).
  [[nodiscard]] duration rounded(double days) const noexcept {
    if (options_->mode == roadmap_mode::compatible_ceil) return days <= 0 ? duration(0) : up(days);
    const double whole = detail::floor(days);
    return static_cast<std::int64_t>(whole) + (detail::nearest((days - whole) * 86'400e6) >= 86'400e6 ? 1 : 0);
  }
  /// First tick at which a dependent may start.
  [[nodiscard]] instant after(instant finish, double lag) const noexcept {
    if (native()) return finish + up(lag * static_cast<double>(day()));
    if (target_driven()) return finish + static_cast<std::int64_t>(detail::floor(lag));
    return finish + rounded(lag);
  }
  [[nodiscard]] instant release(roadmap_index i) const noexcept {
    const auto& from = task(i).start_after;
    return from ? std::max(first_tick(*from), now()) : now();
  }
  /// Own due date, exclusive; +∞: none.
  [[nodiscard]] instant due(roadmap_index i) const noexcept {
    const auto& last = task(i).end_before;
    return last ? behind(*last) : instant::infinity();
  }
  [[nodiscard]] std::int64_t priority(roadmap_index i) const noexcept {
    return task(i).priority.value_or(options_->default_priority);
  }
  [[nodiscard]] bool completed(std::string_view id) const { return completed_.contains(id); }
  /// The task of that id that counts; `no_index` when there is none.
  [[nodiscard]] roadmap_index find(std::string_view id) const {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? no_index : at->second;
  }
  /// Calls f(dependency, index) for each dependency that is not completed; the index may be `no_index`.
  template <class F>
  void each_dependency(roadmap_index i, F f) const {
    for (const roadmap_dependency& d : task(i).dependencies)
      if (!completed(d.task)) f(d, find(d.task));
  }

  [[nodiscard]] std::size_t resource_count() const noexcept { return resources_.size(); }
  [[nodiscard]] const std::string& resource_name(std::size_t r) const noexcept { return resources_[r]; }
  [[nodiscard]] std::uint32_t find_resource(const std::string& name) const {
    const auto at = numbers_.find(name);
    return at == numbers_.end() ? no_index : at->second;
  }
  [[nodiscard]] const roadmap_resource* declaration(std::size_t r) const noexcept {
    return r < declared_ && map_->people ? &map_->people->resources[r] : nullptr;
  }
  [[nodiscard]] amount capacity(std::size_t r) const noexcept {
    if (!native()) return 1;
    const roadmap_resource* const who = declaration(r);
    if (who == nullptr && options_->unlimited_unassigned && resources_[r] == "unassigned")
      return std::numeric_limits<amount>::max();
    if (options_->shared_allocation) return 100;
    return who != nullptr ? who->capacity : 1;
  }
  /// Days on which nobody works; the rollout of the floor flavour does not look at them where there are no people.
  [[nodiscard]] std::span<const day_range> closed_for_all() const noexcept {
    const bool blind = options_->mode == roadmap_mode::compatible_floor &&
                       options_->algorithm == roadmap_algorithm::bounded_rollout && !map_->people;
    return blind ? std::span<const day_range>() : std::span<const day_range>(map_->closed);
  }

  /// A resource is to be chosen for it.
  [[nodiscard]] bool automatic(roadmap_index i) const noexcept {
    return task(i).spec && map_->people && !task(i).fixed() && !milestone(i);
  }
  [[nodiscard]] amount units(roadmap_index i, std::size_t k) const {
    const roadmap_task& t = task(i);
    if (!native()) return 1;
    if (!options_->shared_allocation) return k < t.demands.size() ? t.demands[k] : 1;
    const double share = k < t.allocations.size() ? t.allocations[k] : 1.0;
    return std::max<amount>(1, detail::nearest_integer(std::clamp(100.0 * share, 0.0, 1e9)));
  }
  /// What a task that names its resources needs of each, without repetitions. A milestone needs nothing.
  [[nodiscard]] std::vector<roadmap_need> needs(roadmap_index i) const {
    std::vector<roadmap_need> all;
    if (milestone(i) || !lists(i)) return all;
    for (std::size_t k = 0; k < task(i).resources.size(); ++k) {
      const std::uint32_t r = find_resource(task(i).resources[k]);
      const auto same = std::ranges::find(all, r, &roadmap_need::resource);
      if (same == all.end()) all.push_back({r, units(i, k)});
      else same->units = std::max(same->units, units(i, k));
    }
    return all;
  }
  /// Who may do an automatic task, in order of preference.
  [[nodiscard]] const std::vector<std::uint32_t>& candidates(roadmap_index i) const {
    const auto& spec = task(i).spec;
    assert(spec.has_value());
    if (const auto at = candidates_.find(*spec); at != candidates_.end()) return at->second;
    std::vector<std::uint32_t> all;
    for (const std::string& name : expand(*spec, true))
      if (const std::uint32_t r = find_resource(name); r != no_index) all.push_back(r);
    return candidates_.emplace(*spec, std::move(all)).first->second;
  }

private:
  /// Its list of resources counts: an expression overrides the list, and a fixed milestone loses it.
  [[nodiscard]] bool lists(roadmap_index i) const noexcept {
    const bool overridden = task(i).spec && map_->people && !task(i).fixed();
    return roles_[i] == role::active && !overridden && !(task(i).fixed() && milestone(i));
  }
  static duration up(double x) noexcept {
    const double whole = detail::ceil(x);
    if (whole >= 9e18) return duration::max();
    return whole <= -9e18 ? duration::min() : duration(static_cast<std::int64_t>(whole));
  }
  void resource(const std::string& name) {
    if (numbers_.emplace(name, static_cast<std::uint32_t>(resources_.size())).second) resources_.push_back(name);
  }

  static std::string trimmed(std::string_view s) {
    const auto first = s.find_first_not_of(" \t\n\v\f\r");
    if (first == std::string_view::npos) return {};
    return std::string(s.substr(first, s.find_last_not_of(" \t\n\v\f\r") - first + 1));
  }
  [[nodiscard]] std::vector<std::string> members_of(const std::vector<std::string>& members) const {
    std::string joined;
    for (const std::string& m : members) joined += (joined.empty() ? "" : "|") + m;
    return members.empty() ? std::vector<std::string>{} : expand(joined, false);
  }
  [[nodiscard]] std::vector<std::string> expand(std::string_view spec, bool with_groups) const {
    std::vector<std::string> parts;
    if (spec.find('|') == std::string_view::npos) parts.emplace_back(spec);
    else
      for (;;) {
        const auto bar = spec.find('|');
        parts.push_back(trimmed(spec.substr(0, bar)));
        if (bar == std::string_view::npos) break;
        spec.remove_prefix(bar + 1);
      }
    std::vector<std::string> in;
    std::unordered_set<std::string> out;
    bool included = false;
    const auto everybody = [&] {
      for (std::size_t r = 0; r < declared_; ++r) in.push_back(resources_[r]);
    };
    for (const std::string& part : parts) {
      if (part.starts_with('!')) {
        const std::string name = part.substr(1);
        const auto group = groups_.find(name);
        const bool whole = native() && with_groups && group != groups_.end() && find_resource(name) >= declared_;
        if (!whole) out.insert(name);
        else
          for (const std::string& m : members_of(*group->second)) out.insert(m);
        continue;
      }
      included = true;
      if (part == "*") everybody();
      else if (const auto group = groups_.find(part); with_groups && group != groups_.end())
        for (const std::string& m : members_of(*group->second)) in.push_back(m);
      else if (!part.empty()) in.push_back(part);
    }
    if (!included) everybody();
    std::vector<std::string> all;
    for (const std::string& name : in)
      if (!out.contains(name) && out.insert(name).second) all.push_back(name);  // only the first of equal names
    return all;
  }

  const roadmap* map_;
  const roadmap_options* options_;
  std::vector<role> roles_;
  std::unordered_set<std::string_view> completed_;
  std::unordered_map<std::string_view, roadmap_index> by_id_;
  std::vector<std::string> resources_;
  std::size_t declared_ = 0;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::unordered_map<std::string_view, const std::vector<std::string>*> groups_;
  mutable std::unordered_map<std::string_view, std::vector<std::uint32_t>> candidates_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
