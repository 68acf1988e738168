// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_ROADMAP_ENTITIES_HPP
#define SCHED_IO_JSON_ROADMAP_ENTITIES_HPP

/// \file
/// Roadmaps as people write them, in JSON: efforts, timeframes, who, what is required. Needs nlohmann_json.
///
///     {"format": "sched-roadmap", "version": 1,
///      "name": "house", "now": "2025-01-01",
///      "settings": {"algorithm": "bounded-rollout", "strategy": "atc", "ticks_per_day": 1, …}, io/roadmap_settings.hpp
///      "efforts": "calendar",                         or "working": efforts count working days, for people whose
///                                                     working days are known; default: calendar (5d are 7 days)
///      "timeframes": "both",                          or "start", "end", "none": which ends constrain; default: both
///      "fiscal_year_start": 4,                        month from which quarters and half-years count; default: 1
///      "people": [{"name": "alice",
///                  "capacity": 1,                     default 1
///                  "closed": ["2025-05-01", ["2025-07-01", "2025-07-14"]],      days, and [first, last]
///                  "working_days": ["mon", "tue", "wed", "thu"],                default: every day
///                  "calendar": {…}}],                 in place of that: in ticks since 1970 (io/json_calendar.hpp)
///      "groups": {"team": ["alice", "bob"]},
///      "default_resource": "team",                    who does what names nobody
///      "closed": [["2025-12-24", "2026-01-01"]],      nobody works
///      "completed": ["permit"],
///      "tasks": [{"id": "walls", "name": "Put up the walls",
///                 "effort": "2w",                     or 5d, 1.5m, L; 0d: a milestone; default 1w
///                 "requires": ["dig", "pour + 3d", {"task": "c++", "lag": 0.5}],
///                 "enables": ["roof"],                the same seen from here
///                 "resources": "alice|bob",           or ["alice:0.5", "bob"], needed at once
///                 "demands": [2],                     units of each, where capacities are above 1
///                 "timeframe": "2025q2",              or start_after and end_before
///                 "start_date": …, "end_date": …,     either fixes the task
///                 "priority": 80, "status": "done"}]}
///
/// Working days and calendars count in native mode only. A task that is done and has not both dates is none: its id is
/// completed, with a warning.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/calendar/weekly.hpp>
#include <sched/core/error.hpp>
#include <sched/core/interval.hpp>
#include <sched/io/detail/json_roadmap_parts.hpp>
#include <sched/io/json_calendar.hpp>
#include <sched/io/json_document.hpp>
#include <sched/io/roadmap_document.hpp>
#include <sched/io/roadmap_entity.hpp>
#include <sched/io/roadmap_text.hpp>
#include <sched/model/roadmap.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

class json_entity_reader {
public:
  json_entity_reader(std::string file, text_rules rules) : strict_(rules == text_rules::strict) {
    d_.file = std::move(file);
    rules_.texts = rules;
  }

  roadmap_document read(const json_value& root) {
    d_.line = root.line();
    root.allow({"format", "version", "name", "now", "settings", "efforts", "timeframes", "fiscal_year_start", "people",
                "groups", "default_resource", "closed", "completed", "tasks"});
    if (root.at("format").string() != "sched-roadmap") root.at("format").fail("expected \"sched-roadmap\"");
    if (root.at("version").integer(0, most_units) != 1) root.at("version").fail("only version 1 can be read");
    const auto name = given(root, "name");
    d_.map.name = name ? text_of(*name) : file_stem(d_.file);
    d_.map.now = date_of(root.at("now"));
    if (const auto settings = given(root, "settings")) read_settings(*settings, true, d_);
    choose(root, "efforts", {"calendar", "working"}, rules_.efforts);
    choose(root, "timeframes", {"both", "start", "end", "none"}, rules_.timeframes);
    if (const auto month = given(root, "fiscal_year_start")) fiscal_start_ = static_cast<int>(month->integer(1, 12));
    add_people(root);
    if (const auto closed = given(root, "closed")) d_.map.closed = closed_days_of(*closed, true);
    if (const auto done = given(root, "completed")) d_.map.completed = texts_of(*done);
    add_tasks(root.at("tasks"));
    return std::move(d_);
  }

private:
  template <class Enum>
  static void choose(const json_value& root, const char* name, std::initializer_list<std::string_view> names,
                     Enum& to) {
    const auto found = given(root, name);
    if (!found) return;
    int k = 0;
    std::string all;
    for (const std::string_view n : names) {
      if (n == found->string()) {
        to = static_cast<Enum>(k);
        return;
      }
      ++k;
      all.append(all.empty() ? "" : ", ").append(n);
    }
    found->fail("unknown choice " + in_quotes(found->string()) + ", expected one of " + all);
  }

  void add_people(const json_value& root) {
    const auto list = given(root, "people"), groups = given(root, "groups"), usual = given(root, "default_resource");
    if (!list && !groups && !usual) return;
    roadmap_resources& people = d_.map.people.emplace();
    std::unordered_map<std::string, char> names;
    if (list)
      for (const json_value r : list->array()) {
        r.allow({"name", "capacity", "closed", "working_days", "calendar"});
        roadmap_resource& one = people.resources.emplace_back();
        one.name = name_of(r.at("name"));
        if (!names.emplace(one.name, 0).second)
          r.at("name").fail("another person is named " + in_quotes(one.name), {one.name});
        if (const auto capacity = given(r, "capacity")) one.capacity = capacity->integer(0, most_units);
        if (const auto closed = given(r, "closed")) one.closed = closed_days_of(*closed, true);
        if (const auto c = given(r, "calendar")) one.calendar = read_calendar(*c);
        if (const auto days = given(r, "working_days")) {
          if (one.calendar) days->fail("beside a calendar");
          one.calendar = week_of(*days);
        }
      }
    if (groups) {
      read_groups(*groups, people);
      for (const json_value g : *groups) {
        if (g.key().empty()) g.fail("a group without a name");
        if (names.contains(std::string(g.key())))
          g.fail("a person is named " + in_quotes(g.key()), {std::string(g.key())});
        for (const json_value m : g) {
          std::string_view plain = m.string();
          if (plain.starts_with('!')) plain.remove_prefix(1);
          if (plain != "*" && !names.contains(std::string(plain)))
            m.fail("no person is named " + in_quotes(plain), {std::string(plain)});
        }
      }
    }
    if (usual) people.default_resource = text_of(*usual);
  }

  /// A name that resource texts can say.
  static std::string name_of(const json_value& v) {
    const std::string_view name = v.string();
    if (name.empty() || name != trim(name) || name == "*" || name.starts_with('!') ||
        name.find_first_of("|:") != std::string_view::npos)
      v.fail("a name must not be empty or *, begin with !, have blanks around it or contain | or :");
    return std::string(name);
  }

  [[nodiscard]] calendar::any_calendar week_of(const json_value& days) const {
    static constexpr std::array<std::string_view, 7> names{"monday", "tuesday",  "wednesday", "thursday",
                                                           "friday", "saturday", "sunday"};
    const std::int64_t day = d_.options.ticks_per_day;
    std::vector<interval> open;
    for (const json_value v : days.array()) {
      const std::string_view text = v.string();
      std::size_t k = 0;
      while (k < names.size() && text != names[k] && text != names[k].substr(0, 3)) ++k;
      if (k == names.size()) v.fail("unknown day of the week " + in_quotes(text) + ", expected mon or monday");
      open.push_back({static_cast<std::int64_t>(k) * day, static_cast<std::int64_t>(k + 1) * day});
    }
    return calendar::weekly(open, 7 * day, 4 * day);  // 1970-01-05 was a Monday
  }

  /// One of `requires` or `enables`.
  [[nodiscard]] roadmap_dependency link(const json_value& v) const {
    if (!v.is(json_kind::object)) return at_place(v, [&] { return parse_dependency(v.string(), rules_.texts); });
    v.allow({"task", "lag"});
    roadmap_dependency d{text_of(v.at("task")), 0};
    if (const auto lag = given(v, "lag")) d.lag = lag->number();
    if (!(d.lag >= -most_days && d.lag <= most_days)) v.at("lag").fail("a lag beyond 10^9 days");
    return d;
  }

  [[nodiscard]] bool done(const json_value& v) const {
    const auto status = given(v, "status");
    if (!status) return false;
    const std::string_view text = status->string();
    bool known = !strict_;
    for (const char* s : {"done", "open", "todo", "planned", "in-progress", "in_progress", "blocked"})
      known = known || text == s;
    if (!known)
      status->fail("unknown status " + in_quotes(text) +
                   ", expected done, open, todo, planned, in-progress or blocked");
    return text == "done";
  }

  [[nodiscard]] roadmap_entity entity(const json_value& v) const {
    v.allow({"id", "name", "effort", "requires", "enables", "resources", "demands", "timeframe", "start_after",
             "end_before", "start_date", "end_date", "priority", "status"});
    roadmap_entity e{.id = text_of(v.at("id"))};
    if (e.id.empty()) v.at("id").fail("an id without text");
    if (const auto name = given(v, "name")) e.name = text_of(*name);
    if (const auto effort = given(v, "effort"))
      e.effort = at_place(*effort, [&] { return parse_effort(effort->string(), rules_.texts, rules_.efforts); });
    if (const auto list = given(v, "requires"))
      for (const json_value r : list->array()) e.dependencies.push_back(link(r));
    if (const auto who = given(v, "resources")) {
      if (who->is(json_kind::string)) e.resources.push_back(text_of(*who));
      else e.resources = texts_of(*who);
    }
    if (const auto units = given(v, "demands"))
      for (const json_value u : units->array()) e.demands.push_back(u.integer(1, most_units));
    if (const auto frame = given(v, "timeframe"))
      e.timeframe = at_place(*frame, [&] { return parse_timeframe(frame->string(), rules_.texts, fiscal_start_); });
    e.start_after = given_date(v, "start_after", rules_.texts);
    e.end_before = given_date(v, "end_before", rules_.texts);
    e.start_date = given_date(v, "start_date", rules_.texts);
    e.end_date = given_date(v, "end_date", rules_.texts);
    if (const auto p = given(v, "priority")) e.priority = priority_of(*p);
    e.done = done(v);
    return e;
  }

  void add_tasks(const json_value& tasks) {
    std::unordered_map<std::string, std::size_t> position;  // of an id in map.tasks; none: completed
    constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
    for (const std::string& id : d_.map.completed) position.emplace(id, nowhere);
    for (const json_value v : tasks.array()) {
      const roadmap_entity e = entity(v);
      const auto [at, fresh] = position.try_emplace(e.id, nowhere);
      if (!fresh && strict_ && at->second != nowhere)
        v.at("id").fail("another task has the id " + in_quotes(e.id), {e.id});
      if (is_past(e)) {
        if (!fresh && strict_ && seen_done_.contains(e.id))
          v.at("id").fail("another task has the id " + in_quotes(e.id), {e.id});
        seen_done_.emplace(e.id, 0);
        d_.map.completed.push_back(e.id);
        d_.warnings.push_back(printable(d_.file) + ':' + std::to_string(v.line()) + ": task " + in_quotes(e.id) +
                              " is done but has no dates: it counts as finished and is not shown");
        continue;
      }
      if (strict_ && seen_done_.contains(e.id)) v.at("id").fail("another task has the id " + in_quotes(e.id), {e.id});
      at->second = d_.map.tasks.size();
      d_.map.tasks.push_back(at_place(v, [&] { return task_of(e, d_.map.people, rules_); }));
      d_.task_lines.push_back(v.line());
    }
    for (const json_value v : tasks) {
      const auto list = given(v, "enables");
      if (!list) continue;
      const std::string from = text_of(v.at("id"));
      for (const json_value x : list->array()) {
        const roadmap_dependency there = link(x);
        const auto at = position.find(there.task);
        if (at == position.end()) {
          if (strict_) x.fail("no task has the id " + in_quotes(there.task), {there.task});
          d_.warnings.push_back(printable(d_.file) + ':' + std::to_string(x.line()) + ": no task has the id " +
                                in_quotes(there.task) + ", which " + in_quotes(from) + " enables: ignored");
          continue;
        }
        if (at->second == nowhere) continue;
        std::vector<roadmap_dependency>& all = d_.map.tasks[at->second].dependencies;
        const roadmap_dependency here{from, there.lag};
        if (std::ranges::find(all, here) == all.end()) all.push_back(here);
      }
    }
    if (!strict_) return;
    for (const json_value v : tasks)
      if (const auto list = given(v, "requires"))
        for (const json_value r : list->array())
          if (const std::string id = link(r).task; !position.contains(id))
            r.fail("no task has the id " + in_quotes(id), {id});
  }

  roadmap_document d_;
  entity_rules rules_;
  bool strict_;
  int fiscal_start_ = 1;
  std::unordered_map<std::string, char> seen_done_;
};

}  // namespace detail
}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
