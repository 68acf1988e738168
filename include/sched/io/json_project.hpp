// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_PROJECT_HPP
#define SCHED_IO_JSON_PROJECT_HPP

/// \file
/// Projects in our own JSON format, which can say everything that the model can. Needs nlohmann_json.
///
///     {
///       "format": "sched-project", "version": 1,
///       "name": "house",                          optional: else the name of the file
///       "first_number": 1,                        number of the first task; optional, default 1
///       "keep_oversized": true,                   keep tasks that no capacity satisfies; optional, default: error
///       "resources": [                            optional
///         {"name": "crew",                        optional, unique
///          "kind": "renewable",                   or "nonrenewable"; optional
///          "capacity": 4,
///          "calendar": {"period": 24, "open": [[8, 16]]},   when it works (see io/json_calendar.hpp); optional: always
///          "on_break": "stretching",              or "closed": what a break means; optional, with a calendar only
///          "shrinkings": [{"calendar": {"closed": [[40, 48]]}, "capacity": 2}]}       optional
///       ],
///       "tasks": [
///         {"number": 1,                           optional; must be the task's number, counted from first_number
///          "name": "dig",                         optional, unique
///          "duration": 3, "needs": [["crew", 2]], one mode; needs: [resource, units] pairs, optional
///          "release": 0, "due": 9, "deadline": 12, "fixed_start": 0,                  optional
///          "weight": 1.5},                        optional, default 1
///         {"modes": [{"number": 1, "duration": 5, "needs": [[0, 1]]},                 instead: several modes; number
///                    {"number": 2, "duration": 3, "needs": [[0, 3]]}]}                optional: position, from 1
///       ],
///       "precedences": [                          optional
///         [1, 2],                                 task 2 starts when task 1 has finished, or later
///         {"from": "dig", "to": 2, "kind": "start-start", "lag": 2, "maximal": false}   kind, lag, maximal optional
///       ]
///     }
///
/// Resources are referred to by name or by position from 0, tasks by name or by number. Kinds of a relation:
/// `finish-start`, `start-start`, `start-finish`, `finish-finish`. Times, lags and units are whole numbers within
/// ±2^60. Unknown or repeated members are errors.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <sched/core/error.hpp>
#include <sched/io/json_calendar.hpp>
#include <sched/io/json_document.hpp>
#include <sched/io/plain_project.hpp>
#include <sched/io/project_lines.hpp>
#include <sched/io/read_project.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

inline constexpr std::initializer_list<lag_kind> lag_kinds = {lag_kind::finish_start, lag_kind::start_start,
                                                              lag_kind::start_finish, lag_kind::finish_finish};

class json_project_reader {
public:
  json_project_reader(std::string_view text, const std::string& file) : document_(text, file) {}

  project read() {
    const json_value root = document_.root();
    root.allow({"format", "version", "name", "first_number", "keep_oversized", "resources", "tasks", "precedences"});
    if (root.at("format").string() != "sched-project") root.at("format").fail("expected \"sched-project\"");
    if (root.at("version").integer(0, most_) != 1) root.at("version").fail("only version 1 can be read");
    builder_.name(file_stem(document_.file()));
    if (const auto name = root.find("name")) builder_.name(std::string(name->string()));
    if (const auto first = root.find("first_number")) first_number_ = first->integer(0, most_);
    builder_.first_number(static_cast<std::size_t>(first_number_));
    if (const auto keep = root.find("keep_oversized"); keep && keep->boolean())
      builder_.on_excess_demand(excess_demand::keep);
    if (const auto list = root.find("resources"))
      for (const json_value r : list->array()) add_resource(r);
    for (const json_value t : root.at("tasks").array()) add_task(t);
    if (const auto list = root.find("precedences"))
      for (const json_value a : list->array()) add_precedence(a);
    try {
      return builder_.build();
    } catch (const error& e) {
      throw error(document_.file(), line_of(e), e.reason(), e.ids());
    }
  }

private:
  static constexpr std::int64_t most_ = project_builder::limit;
  using lines = std::map<std::string, std::pair<std::int64_t, std::size_t>, std::less<>>;  // name: position, line

  void add_resource(const json_value& v) {
    v.allow({"name", "kind", "capacity", "calendar", "on_break", "shrinkings"});
    resource r;
    if (const auto name = v.find("name")) r.name = name->string();
    if (const auto kind = v.find("kind")) {
      if (kind->string() == "nonrenewable") r.kind = resource_kind::nonrenewable;
      else if (kind->string() != "renewable") kind->fail("expected \"renewable\" or \"nonrenewable\"");
    }
    r.capacity = v.at("capacity").integer(0, most_);
    if (const auto c = v.find("calendar")) r.breaks = read_calendar(*c);
    if (const auto rule = v.find("on_break")) {
      if (!v.find("calendar")) rule->fail("without a calendar");
      if (rule->string() == "closed") r.on_break = break_rule::closed;
      else if (rule->string() != "stretching") rule->fail("expected \"stretching\" or \"closed\"");
    }
    if (const auto list = v.find("shrinkings"))
      for (const json_value s : list->array()) {
        s.allow({"calendar", "capacity"});
        r.shrinkings.push_back({read_calendar(s.at("calendar")), s.at("capacity").integer(0, most_)});
      }
    const auto position = static_cast<std::int64_t>(resource_lines_.size());
    resource_lines_.push_back(v.line());
    const std::string label = r.name.empty() ? "R" + std::to_string(position + 1) : r.name;
    if (!r.name.empty() && !resources_.try_emplace(r.name, position, v.line()).second)
      v.at("name").fail("another resource is named " + in_quotes(r.name), {r.name});
    labelled_resources_.try_emplace(label, position, v.line());
    builder_.add_resource(std::move(r));
  }

  std::vector<requirement> needs(const json_value& owner) const {
    std::vector<requirement> list;
    if (const auto found = owner.find("needs"))
      for (const json_value pair : found->array()) {
        if (pair.array().size() != 2) pair.fail("expected [resource, units]");
        const auto first = pair.begin();
        const auto second = ++pair.begin();
        list.push_back({resource_id(reference(*first, resources_, 0, resource_lines_.size(), "resource")),
                        (*second).integer(0, most_)});
      }
    return list;
  }

  void add_task(const json_value& v) {
    v.allow({"number", "name", "duration", "needs", "modes", "release", "due", "deadline", "fixed_start", "weight"});
    const auto position = static_cast<std::int64_t>(task_lines_.size());
    if (const auto number = v.find("number"); number && number->integer(0, most_ * 2) != first_number_ + position)
      number->fail("expected " + std::to_string(first_number_ + position));
    task_spec t;
    if (const auto name = v.find("name")) t.name = name->string();
    if (const auto modes = v.find("modes")) {
      for (const char* name : {"duration", "needs"})
        if (const auto own = v.find(name)) own->fail("beside modes");
      if (modes->array().size() == 0) modes->fail("no mode at all");
      for (const json_value m : *modes) {
        m.allow({"number", "duration", "needs"});
        mode_spec mode{.work = m.at("duration").integer(0, most_), .needs = needs(m)};
        const auto number = m.find("number");
        mode.number = static_cast<std::uint32_t>(number ? number->integer(1, max_tasks)
                                                        : static_cast<std::int64_t>(t.modes.size()) + 1);
        t.modes.push_back(std::move(mode));
      }
    } else {
      t.work = v.at("duration").integer(0, most_);
      t.needs = needs(v);
    }
    for (const auto& [name, date] :
         {std::pair{"release", &task_dates::release}, std::pair{"due", &task_dates::due},
          std::pair{"deadline", &task_dates::deadline}, std::pair{"fixed_start", &task_dates::fixed_start}})
      if (const auto found = v.find(name)) t.dates.*date = found->integer(-most_, most_);
    if (const auto weight = v.find("weight")) t.weight = weight->number();
    task_lines_.push_back(v.line());
    if (!t.name.empty() && !tasks_.try_emplace(t.name, position, v.line()).second)
      v.at("name").fail("another task is named " + in_quotes(t.name), {t.name});
    labelled_tasks_.try_emplace(t.name.empty() ? std::to_string(first_number_ + position) : t.name, position, v.line());
    builder_.add_task(std::move(t));
  }

  void add_precedence(const json_value& v) {
    const auto task = [&](const json_value& t) {
      return task_id(reference(t, tasks_, first_number_, task_lines_.size(), "task"));
    };
    precedence a;
    if (v.is(json_kind::array)) {
      if (v.size() != 2) v.fail("expected [from, to]");
      const auto first = v.begin();
      const auto second = ++v.begin();
      a = {task(*first), task(*second)};
    } else {
      v.allow({"from", "to", "kind", "lag", "maximal"});
      a = {task(v.at("from")), task(v.at("to"))};
      if (const auto kind = v.find("kind")) {
        bool known = false;
        for (lag_kind k : lag_kinds)
          if (kind->string() == to_string(k)) {
            a.kind = k;
            known = true;
          }
        if (!known) kind->fail("unknown kind of precedence " + in_quotes(kind->string()));
      }
      if (const auto lag = v.find("lag")) a.lag = lag->integer(-most_, most_);
      if (const auto maximal = v.find("maximal")) a.maximal = maximal->boolean();
    }
    arcs_.push_back({a, v.line()});
    builder_.add_precedence(a.from, a.to, {a.kind, a.lag, a.maximal});
  }

  /// A name, or a number counted from `first`.
  static std::int64_t reference(const json_value& v, const lines& names, std::int64_t first, std::size_t count,
                                const char* what) {
    if (v.is(json_kind::string)) {
      const auto found = names.find(v.string());
      if (found == names.end()) v.fail("unknown " + std::string(what) + " " + in_quotes(v.string()));
      return found->second.first;
    }
    const std::int64_t number = v.integer(-most_ * 2, most_ * 2);
    if (number < first || number - first >= static_cast<std::int64_t>(count))
      v.fail("unknown " + std::string(what) + " " + std::to_string(number));
    return number - first;
  }

  /// Where to look for what the builder found wrong.
  std::size_t line_of(const error& e) const {
    if (e.ids().empty()) return document_.root().at("tasks").line();
    const std::string& id = e.ids().front();
    const bool about_resource = e.reason().starts_with("resource");
    const lines& known = about_resource ? labelled_resources_ : labelled_tasks_;
    const auto found = known.find(id);
    if (found == known.end()) return document_.root().line();
    if (!e.reason().starts_with("cycle")) return found->second.second;
    // The first relation of the cycle: it leads from the first of the ids to the second, or to itself.
    const auto next = known.find(e.ids().size() > 1 ? e.ids()[1] : id);
    for (const auto& [a, line] : arcs_)
      if (next != known.end() && !a.maximal && a.from == task_id(found->second.first) &&
          a.to == task_id(next->second.first))
        return line;
    return found->second.second;
  }

  json_document document_;
  project_builder builder_;
  std::int64_t first_number_ = 1;
  lines resources_, tasks_;                    // by name
  lines labelled_resources_, labelled_tasks_;  // as the builder calls them
  std::vector<std::size_t> resource_lines_, task_lines_;
  std::vector<std::pair<precedence, std::size_t>> arcs_;
};

}  // namespace detail

/// Reads a project in the format above. Throws `sched::error` with file, line and reason: for text that is not JSON
/// where the parser stumbled, for values out of place with their JSON pointer, and for what `project_builder::build`
/// finds wrong with the line of the task, resource or relation. Without a name of its own the project gets that of the
/// file. O(length of the text + n log n + what `build` costs).
[[nodiscard]] inline project read_json_project(std::string_view text, const std::string& file = {}) {
  return detail::json_project_reader(text, file).read();
}

/// Reads any project file, by its extension: `.json` as above, the others as `read_project` does.
[[nodiscard]] inline project read_project_any(std::string_view text, const std::string& file) {
  const std::string extension = file_extension(file);
  if (extension == ".json") return read_json_project(text, file);
  for (const char* kind : {".sm", ".mm", ".rcp", ".sch"})
    if (extension == kind) return read_project(text, file);
  throw error(file, 0, "unknown kind of project file " + in_quotes(extension) + ", expected .sm .mm .rcp .sch .json");
}

/// Writes a project in the format above, one resource, task or relation a line; `read_json_project` reads the same
/// project back, and writing that gives the same text. (Modes that were dropped when the project was built are no part
/// of it.) Throws `sched::error` when a calendar cannot be described (see `describe`) or a name is not UTF-8. O(size of
/// the text).
[[nodiscard]] inline std::string write_json_project(const project& p) {
  std::string out = "{\n\"format\":\"sched-project\",\"version\":1";
  append_json(out += ",\n\"name\":", p.name());
  if (p.first_number() != 1) append_number(out += ",\n\"first_number\":", p.first_number());
  if (!p.oversized().empty()) out += ",\n\"keep_oversized\":true";
  std::string_view comma = "\n";
  const auto next = [&] {
    out += comma;
    comma = ",\n";
  };

  out += ",\n\"resources\":[";
  for (const resource& r : p.resources()) {
    next();
    out += '{';
    if (!r.name.empty()) append_json(out += "\"name\":", r.name);
    if (!r.name.empty()) out += ',';
    if (r.kind == resource_kind::nonrenewable) out += "\"kind\":\"nonrenewable\",";
    append_number(out += "\"capacity\":", r.capacity);
    if (!r.breaks.always_open()) {
      append_json(out += ",\"calendar\":", r.breaks);
      if (r.on_break == break_rule::closed) out += ",\"on_break\":\"closed\"";
    }
    if (!r.shrinkings.empty()) {
      out += ",\"shrinkings\":[";
      for (const shrinking& s : r.shrinkings) {
        append_json(out += &s == r.shrinkings.data() ? "{\"calendar\":" : ",{\"calendar\":", s.calendar);
        append_number(out += ",\"capacity\":", s.capacity);
        out += '}';
      }
      out += ']';
    }
    out += '}';
  }

  out += "],\n\"tasks\":[";
  comma = "\n";
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    const auto append_mode = [&](std::size_t mode) {
      append_number(out += "\"duration\":", p.work(t, mode).count());
      const auto needs = p.requirements(t, mode);
      if (needs.empty()) return;
      out += ",\"needs\":[";
      for (const requirement& q : needs) {
        out += &q == needs.data() ? "[" : ",[";
        const std::string& name = p.resource_of(q.resource).name;
        if (name.empty()) append_number(out, q.resource.index());
        else append_json(out, name);
        append_number(out += ',', q.units);
        out += ']';
      }
      out += ']';
    };
    next();
    append_number(out += "{\"number\":", p.task_number(t));
    if (!p.task_name(t).empty()) append_json(out += ",\"name\":", p.task_name(t));
    out += ',';
    if (p.mode_count(t) == 1 && p.mode_number(t, 0) == 1) {
      append_mode(0);
    } else {
      out += "\"modes\":[";
      for (std::size_t m = 0; m < p.mode_count(t); ++m) {
        append_number(out += m == 0 ? "{\"number\":" : ",{\"number\":", p.mode_number(t, m));
        append_mode((out += ',', m));
        out += '}';
      }
      out += ']';
    }
    const task_dates& d = p.dates(t);
    for (const auto& [name, date] :
         {std::pair{",\"release\":", d.release}, std::pair{",\"due\":", d.due}, std::pair{",\"deadline\":", d.deadline},
          std::pair{",\"fixed_start\":", d.fixed_start}})
      if (date.is_finite()) append_number(out += name, date.count());
    if (p.weight(t) != 1.0) out += ",\"weight\":" + nlohmann::json(p.weight(t)).dump();
    out += '}';
  }

  out += "],\n\"precedences\":[";
  comma = "\n";
  const auto append_arc = [&](const precedence& a) {
    next();
    const bool plain = a.kind == lag_kind::finish_start && a.lag == 0 && !a.maximal;
    append_number(out += plain ? "[" : "{\"from\":", p.task_number(a.from));
    append_number(out += plain ? "," : ",\"to\":", p.task_number(a.to));
    if (!plain) {
      out += ",\"kind\":\"";
      out += to_string(a.kind);
      append_number(out += "\",\"lag\":", a.lag.count());
      if (a.maximal) out += ",\"maximal\":true";
    }
    out += plain ? ']' : '}';
  };
  for (std::size_t i = 0; i < p.task_count(); ++i)
    for (const adjacency& l : p.successors(task_id(i))) append_arc({task_id(i), l.task, l.kind, l.lag});
  for (const precedence& a : p.maximal_lags()) append_arc(a);
  return out + "]\n}\n";
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
