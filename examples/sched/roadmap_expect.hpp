// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_ROADMAP_EXPECT_HPP
#define SCHED_EXAMPLES_SCHED_ROADMAP_EXPECT_HPP

/// \file
/// What a case says must come out, compared with what came out. Shared by `sched roadmap --expect` and the conformance
/// test; needs nothing of the program.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sched/io.hpp>
#include <sched/json.hpp>
#include <sched/roadmap.hpp>

namespace program {

/// The mode in which a compatible algorithm runs: the target rule has one flavour, which both modes select.
inline sched::roadmap_mode flavour(sched::roadmap_algorithm algorithm, sched::roadmap_mode mode) {
  using namespace sched;
  return algorithm == roadmap_algorithm::critical_path && mode == roadmap_mode::compatible_floor
             ? roadmap_mode::compatible_ceil
             : mode;
}

/// Whether an entry of `expected` is about this algorithm and mode. `any` is both compatible modes.
inline bool fits(const sched::io::json_value& entry, sched::roadmap_algorithm algorithm, sched::roadmap_mode mode) {
  using namespace sched;
  const auto wanted = io::parse_setting<roadmap_algorithm>(entry.at("algorithm").string());
  if (!wanted) entry.at("algorithm").fail("unknown algorithm");
  if (*wanted != algorithm) return false;
  const std::string_view m = entry.at("mode").string();
  if (m != "any" && m != "floor" && m != "ceil" && m != "native")
    entry.at("mode").fail("expected \"floor\", \"ceil\", \"any\" or \"native\"");
  if (mode == roadmap_mode::native || m == "native") return mode == roadmap_mode::native && m == "native";
  return m == "any" || (m == "floor") == (flavour(algorithm, mode) == roadmap_mode::compatible_floor);
}

/// The strategy of an entry, or else of its case; nothing for one that does not exist.
inline std::optional<sched::roadmap_strategy> strategy_of(const sched::io::json_value& entry,
                                                          const sched::io::roadmap_document& d) {
  if (const auto own = entry.find("strategy")) return sched::io::parse_setting<sched::roadmap_strategy>(own->string());
  if (d.unknown_strategy) return std::nullopt;
  return d.options.strategy;
}

/// Compares one result with one entry.
class expectation {
public:
  expectation(const sched::io::json_value& entry, const sched::roadmap& map, const sched::roadmap_options& options,
              const sched::roadmap_result& result)
      : entry_(entry),
        map_(map),
        result_(result),
        floor_(options.mode == sched::roadmap_mode::compatible_floor),
        ticks_(options.mode == sched::roadmap_mode::native ? options.ticks_per_day : 1) {}

  /// The first difference in words; empty when everything that the entry says is so. `status` is that of the run.
  std::string first_difference(std::string_view status) {
    const auto wanted = entry_.find("status");
    const std::string_view expected = wanted ? wanted->string() : "complete";
    if (status != expected) return "status " + std::string(status) + " instead of " + std::string(expected);
    if (const auto list = entry_.find("failed")) failed(*list);
    if (const auto list = entry_.find("tasks")) tasks(*list);
    if (result_.dates.size() == map_.tasks.size()) {
      if (const auto dates = entry_.find("deadlines")) deadlines(*dates);
      if (const auto all = entry_.find("priorities")) priorities(*all);
    }
    if (const auto list = entry_.find("decisions")) decisions(*list);
    return std::move(difference_);
  }

private:
  void differ(const std::string& what) {
    if (difference_.empty()) difference_ = what;
  }
  void same(const std::string& what, const std::string& got, const std::string& wanted) {
    if (got != wanted) differ(what + ' ' + got + " instead of " + wanted);
  }
  [[nodiscard]] std::string day(sched::instant t) const { return sched::io::tick_text(t, ticks_); }
  [[nodiscard]] const std::string& id(sched::roadmap_index i) const {
    static const std::string none = "none";
    return i < map_.tasks.size() ? map_.tasks[i].id : none;
  }

  void failed(const sched::io::json_value& list) {
    std::string got, wanted;
    for (const sched::roadmap_failure& f : result_.failed) got += (got.empty() ? "" : " ") + id(f.task);
    for (const auto f : list.array()) wanted += (wanted.empty() ? "" : " ") + std::string(f.string());
    same("failed", got, wanted);
  }

  void tasks(const sched::io::json_value& list) {
    std::map<std::string, const sched::roadmap_assignment*, std::less<>> placed;
    for (const sched::roadmap_assignment& a : result_.placed) placed.emplace(id(a.task), &a);
    for (const auto t : list.array()) {
      auto member = t.array().begin();
      const std::string name((*member).string());
      const auto found = placed.find(name);
      if (found == placed.end()) {
        differ("task " + name + " is not placed");
        continue;
      }
      const sched::roadmap_assignment& a = *found->second;
      same("task " + name + ": start", day(a.start), std::string((*++member).string()));
      same("task " + name + ": end", day(a.end), std::string((*++member).string()));
      std::string got, wanted;
      for (const sched::roadmap_index r : a.resources) got += ' ' + result_.resources[r];
      for (const auto r : (*++member).array()) wanted += ' ' + std::string(r.string());
      same("task " + name + ": resources", got, wanted);
      placed.erase(found);
    }
    if (!placed.empty()) differ("task " + placed.begin()->first + " is placed, but should not be there");
  }

  /// The last definition of each id.
  [[nodiscard]] std::map<std::string, sched::roadmap_index, std::less<>> last() const {
    std::map<std::string, sched::roadmap_index, std::less<>> all;
    for (sched::roadmap_index i = 0; i < map_.tasks.size(); ++i) all[id(i)] = i;
    return all;
  }

  void deadlines(const sched::io::json_value& dates) {
    auto left = last();
    for (const auto d : dates.object()) {
      const auto at = left.find(d.key());
      if (at == left.end()) continue;  // of something that is no task
      same("deadline of " + at->first, day(result_.dates[at->second].deadline), std::string(d.string()));
      left.erase(at);
    }
    for (const auto& [name, i] : left)
      if (result_.dates[i].deadline.is_finite())
        differ("deadline of " + name + ' ' + day(result_.dates[i].deadline) + " instead of none");
  }

  void priorities(const sched::io::json_value& all) {
    const auto known = last();
    for (const auto p : all.object())
      if (const auto at = known.find(p.key()); at != known.end())
        same("priority of " + at->first, std::to_string(result_.dates[at->second].priority),
             std::to_string(p.integer(-1'000'000'000, 1'000'000'000)));
  }

  void number(const std::string& what, double got, double wanted) {
    if (std::abs(got - wanted) <= 1e-6 * std::max(std::abs(got), std::abs(wanted))) return;
    differ(what + ' ' + sched::io::decimal_text(got) + " instead of " + sched::io::decimal_text(wanted));
  }

  void decisions(const sched::io::json_value& list) {
    same("decisions:", std::to_string(result_.decisions.size()), std::to_string(list.array().size()));
    std::size_t k = 0;
    for (const auto v : list) {
      if (k == result_.decisions.size()) return;
      const sched::roadmap_decision& d = result_.decisions[k];
      const std::string which = "decision " + std::to_string(++k) + ": ";
      same(which + "task", id(d.task), std::string(v.at("task").string()));
      number(which + "priority", static_cast<double>(d.priority), v.at("priority").number());
      number(which + "critical ratio", d.critical_ratio, v.at("cr").number());
      number(which + "score of placing", d.place_cost, v.at("schedule_score").number());
      number(which + "score of skipping", d.skip_cost, v.at("skip_score").number());
      same(which + "chosen", d.skipped ? "skip" : "schedule", std::string(v.at("decision").string()));
      if (!floor_) continue;  // elsewhere which competitor is named is left open
      same(which + "competitor", id(d.competitor), std::string(v.at("competitor").string()));
      number(which + "competitor's priority", static_cast<double>(d.competitor_priority),
             v.at("competitor_priority").number());
      number(which + "competitor's critical ratio", d.competitor_critical_ratio, v.at("competitor_cr").number());
      same(which + "eligible", day(d.competitor_release), std::string(v.at("eligible").string()));
    }
  }

  const sched::io::json_value& entry_;
  const sched::roadmap& map_;
  const sched::roadmap_result& result_;
  bool floor_;
  std::int64_t ticks_;
  std::string difference_;
};

}  // namespace program

#endif
