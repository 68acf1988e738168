// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_ROADMAP_HPP
#define SCHED_IO_JSON_ROADMAP_HPP

/// \file
/// Roadmaps in JSON. Needs nlohmann_json. Two forms: what people write (see io/json_roadmap_entities.hpp), which has
/// `"format": "sched-roadmap"`, and one with durations and dates worked out, which test cases and generators use:
///
///     {"case": "house",                               name; optional: else that of the file
///      "now": "2025-01-01",                           nothing but fixed tasks starts before
///      "config": {"strategy": "atc", "rollout": {…}}, settings that differ from the defaults (io/roadmap_settings.hpp)
///      "tasks": [{"id": "a",
///                 "duration": 2.5,                    days; 0: a milestone
///                 "resources": ["r"],                 needed all at once
///                 "allocations": [0.5],               parallel to the resources
///                 "deps": [["b", 0]],                 finish to start, [id, lag in days]
///                 "spec": "r|q",                      or anyone of these
///                 "start_after": "2025-02-01", "end_before": …, "start_on": …, "end_on": …,
///                 "priority": 70,
///                 "name": "Foundations", "demands": [2]}],        ours
///      "resource_config": {"resources": [{"name": "r", "dns": [["2025-07-01", "2025-07-14"]],
///                                         "capacity": 2, "calendar": {…}}],    ours; see io/json_calendar.hpp
///                          "groups": {"team": ["r", "q"]}, "default_resource": "team"},
///      "global_dns": [["2025-12-24", "2026-01-01"]],  closed for everybody, first and last day
///      "completed": ["z"],
///      "given": {"deadlines": {"a": "2025-03-01"}, "priorities": {"a": 90}},
///      "theme": …, "generator": {"n": 60, "seed": 1}, "expected": …, "reference": …}      about the case
///
/// Everything but `now`, `tasks`, `id` and `duration` is optional; `null` counts as absent. Ids may repeat: what that
/// means is the solver's business. Members that do not exist are warned of, members given twice are errors.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/io/detail/json_roadmap_parts.hpp>
#include <sched/io/json_calendar.hpp>
#include <sched/io/json_document.hpp>
#include <sched/io/json_lines.hpp>
#include <sched/io/json_roadmap_entities.hpp>
#include <sched/io/roadmap_document.hpp>
#include <sched/io/roadmap_text.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

class json_roadmap_reader {
public:
  explicit json_roadmap_reader(std::string file) { d_.file = std::move(file); }

  roadmap_document read(const json_value& root) {
    d_.line = root.line();
    members(root, {"case", "theme", "generator", "now", "config", "tasks", "resource_config", "global_dns", "completed",
                   "given", "expected", "reference"});
    const auto name = given(root, "case");
    d_.map.name = name ? text_of(*name) : file_stem(d_.file);
    if (const auto theme = given(root, "theme")) d_.theme = text_of(*theme);
    if (const auto g = given(root, "generator")) add_generator(*g);
    d_.map.now = date_of(root.at("now"));
    if (const auto config = given(root, "config")) read_settings(*config, false, d_);
    if (const auto people = given(root, "resource_config")) add_people(*people);
    if (const auto closed = given(root, "global_dns")) d_.map.closed = closed_days_of(*closed, false);
    if (const auto done = given(root, "completed")) d_.map.completed = texts_of(*done);
    if (const auto g = given(root, "given")) add_given(*g);
    const json_value tasks = root.at("tasks").array();
    d_.map.tasks.reserve(tasks.size());
    for (const json_value t : tasks) add_task(t);
    return std::move(d_);
  }

private:
  void members(const json_value& v, std::initializer_list<std::string_view> names) {
    check_members(v, names, false, d_);
  }

  void add_generator(const json_value& v) {
    members(v, {"n", "seed", "fractional"});
    random_roadmap_options& g = d_.generator.emplace();
    g.tasks = static_cast<std::size_t>(v.at("n").integer(0, 10'000'000));
    g.seed = static_cast<std::uint64_t>(v.at("seed").integer(0, std::numeric_limits<std::int64_t>::max()));
    if (const auto f = given(v, "fractional")) g.fractional = f->boolean();
  }

  void add_people(const json_value& v) {
    members(v, {"resources", "groups", "default_resource"});
    roadmap_resources& people = d_.map.people.emplace();
    if (const auto list = given(v, "resources"))
      for (const json_value r : list->array()) {
        members(r, {"name", "dns", "capacity", "calendar"});
        roadmap_resource& one = people.resources.emplace_back();
        one.name = text_of(r.at("name"));
        if (const auto closed = given(r, "dns")) one.closed = closed_days_of(*closed, false);
        if (const auto capacity = given(r, "capacity")) one.capacity = capacity->integer(0, most_units);
        if (const auto c = given(r, "calendar")) one.calendar = read_calendar(*c);
      }
    if (const auto groups = given(v, "groups")) read_groups(*groups, people);
    if (const auto usual = given(v, "default_resource")) people.default_resource = text_of(*usual);
  }

  void add_given(const json_value& v) {
    members(v, {"deadlines", "priorities"});
    roadmap_given& g = d_.map.given.emplace();
    if (const auto all = given(v, "deadlines"))
      for (const json_value date : all->object()) g.deadlines.emplace_back(std::string(date.key()), date_of(date));
    if (const auto all = given(v, "priorities"))
      for (const json_value p : all->object()) g.priorities.emplace_back(std::string(p.key()), priority_of(p));
  }

  void add_task(const json_value& v) {
    members(v, {"id", "name", "duration", "resources", "allocations", "demands", "deps", "spec", "start_after",
                "end_before", "start_on", "end_on", "priority"});
    roadmap_task& t = d_.map.tasks.emplace_back();
    d_.task_lines.push_back(v.line());
    t.id = text_of(v.at("id"));
    if (const auto name = given(v, "name")) t.name = text_of(*name);
    const json_value length = v.at("duration");
    t.duration = length.number();
    if (t.duration < 0) length.fail("the duration is negative");
    if (const auto who = given(v, "resources")) t.resources = texts_of(*who);
    const auto parallel = [&](const char* name, auto& to, auto read) {
      const auto list = given(v, name);
      if (!list) return;
      for (const json_value x : list->array()) to.push_back(read(x));
      if (to.size() != t.resources.size())
        list->fail("expected " + std::to_string(t.resources.size()) + ", one per resource");
    };
    parallel("allocations", t.allocations, [](const json_value& x) { return x.number(); });
    if (const auto spec = given(v, "spec")) t.spec = text_of(*spec);
    if (t.spec) {
      if (const auto list = given(v, "demands"))
        for (const json_value x : list->array()) t.demands.push_back(x.integer(1, most_units));
    } else {
      parallel("demands", t.demands, [](const json_value& x) { return x.integer(1, most_units); });
    }
    if (const auto deps = given(v, "deps"))
      for (const json_value pair : deps->array()) {
        if (pair.array().size() != 2) pair.fail("expected [id, lag]");
        t.dependencies.push_back({text_of(*pair.begin()), (*++pair.begin()).number()});
      }
    t.start_after = given_date(v, "start_after");
    t.end_before = given_date(v, "end_before");
    t.start_on = given_date(v, "start_on");
    t.end_on = given_date(v, "end_on");
    if (const auto p = given(v, "priority")) t.priority = priority_of(*p);
  }

  roadmap_document d_;
};

}  // namespace detail

/// Reads one roadmap, of either form. `rules` is for the texts that people write (io/roadmap_text.hpp); the other form
/// has none. Throws `sched::error` with file, line, JSON pointer and reason. O(size).
[[nodiscard]] inline roadmap_document read_json_roadmap(const json_value& root, const std::string& file,
                                                        text_rules rules = text_rules::strict) {
  (void)root.object();
  if (root.find("format")) return detail::json_entity_reader(file, rules).read(root);
  return detail::json_roadmap_reader(file).read(root);
}

/// The same for the only document of a text.
[[nodiscard]] inline roadmap_document read_json_roadmap(std::string_view text, const std::string& file = {},
                                                        text_rules rules = text_rules::strict) {
  const json_document document(text, file);
  return read_json_roadmap(document.root(), file, rules);
}

/// All roadmaps of a text, in their order: JSON Lines or documents one behind the other (see `split_json`; the name of
/// the file decides). Throws for the first one that is malformed, and for a text without any. O(length).
[[nodiscard]] inline std::vector<roadmap_document> read_json_roadmaps(std::string_view text, const std::string& file,
                                                                      text_rules rules = text_rules::strict) {
  std::vector<roadmap_document> all;
  for (const json_piece& piece : split_json(text, json_layout_of(file))) {
    const json_document document(piece.text, file, piece.line);
    all.push_back(read_json_roadmap(document.root(), file, rules));
  }
  if (all.empty()) throw error(file, 1, "no roadmap");
  return all;
}

/// Writes a document in the form above, as one line that ends in LF: settings that differ from the defaults, no
/// warnings and no lines. `read_json_roadmap` reads the same document back, and writing that gives the same text.
/// Throws `sched::error` for what JSON cannot say: text that is not UTF-8, numbers that are not finite, dates outside
/// the years 0 to 9999, calendars that do not tell how they repeat. O(size of the text).
[[nodiscard]] inline std::string write_json_roadmap(const roadmap_document& d) {
  using namespace detail;  // NOLINT(google-build-using-namespace): this function only
  const roadmap& map = d.map;
  std::string out = "{";
  if (!map.name.empty()) append_json(out += "\"case\":", map.name);
  if (!map.name.empty()) out += ',';
  if (!d.theme.empty()) append_json(out += "\"theme\":", d.theme);
  if (!d.theme.empty()) out += ',';
  if (d.generator) {
    append_number(out += "\"generator\":{\"n\":", d.generator->tasks);
    append_number(out += ",\"seed\":", d.generator->seed);
    out += d.generator->fractional ? ",\"fractional\":true}," : "},";
  }
  append_date(out += "\"now\":", map.now);
  if (const std::string settings = settings_json(d.options, &d); !settings.empty()) (out += ",\"config\":") += settings;
  if (map.people) {
    out += ",\"resource_config\":{\"resources\":[";
    for (const roadmap_resource& r : map.people->resources) {
      append_json(out += &r == map.people->resources.data() ? "{\"name\":" : ",{\"name\":", r.name);
      if (!r.closed.empty()) append_closed_days(out += ",\"dns\":", r.closed);
      if (r.capacity != 1) append_number(out += ",\"capacity\":", r.capacity);
      if (r.calendar) append_json(out += ",\"calendar\":", *r.calendar);
      out += '}';
    }
    out += ']';
    std::string_view comma = ",\"groups\":{";
    for (const auto& [name, members] : map.people->groups) {
      append_json(out += comma, name);
      append_texts(out += ':', members);
      comma = ",";
    }
    if (!map.people->groups.empty()) out += '}';
    if (!map.people->default_resource.empty())
      append_json(out += ",\"default_resource\":", map.people->default_resource);
    out += '}';
  }
  if (!map.closed.empty()) append_closed_days(out += ",\"global_dns\":", map.closed);
  if (!map.completed.empty()) append_texts(out += ",\"completed\":", map.completed);
  if (map.given) {
    out += ",\"given\":{\"deadlines\":{";
    for (const auto& entry : map.given->deadlines) {
      append_json(&entry == map.given->deadlines.data() ? out : out += ',', entry.first);
      append_date(out += ':', entry.second);
    }
    out += "},\"priorities\":{";
    for (const auto& entry : map.given->priorities) {
      append_json(&entry == map.given->priorities.data() ? out : out += ',', entry.first);
      append_number(out += ':', entry.second);
    }
    out += "}}";
  }
  out += ",\"tasks\":[";
  for (const roadmap_task& t : map.tasks) {
    append_json(out += &t == map.tasks.data() ? "{\"id\":" : ",{\"id\":", t.id);
    if (!t.name.empty()) append_json(out += ",\"name\":", t.name);
    append_json_number(out += ",\"duration\":", t.duration);
    if (!t.resources.empty()) append_texts(out += ",\"resources\":", t.resources);
    std::string_view comma = ",\"allocations\":[";
    for (const double share : t.allocations) append_json_number(out += std::exchange(comma, ","), share);
    if (!t.allocations.empty()) out += ']';
    comma = ",\"demands\":[";
    for (const amount units : t.demands) append_number(out += std::exchange(comma, ","), units);
    if (!t.demands.empty()) out += ']';
    comma = ",\"deps\":[[";
    for (const roadmap_dependency& p : t.dependencies) {
      append_json(out += std::exchange(comma, ",["), p.task);
      append_json_number(out += ',', p.lag);
      out += ']';
    }
    if (!t.dependencies.empty()) out += ']';
    if (t.spec) append_json(out += ",\"spec\":", *t.spec);
    for (const auto& [name, day] :
         {std::pair{",\"start_after\":", t.start_after}, std::pair{",\"end_before\":", t.end_before},
          std::pair{",\"start_on\":", t.start_on}, std::pair{",\"end_on\":", t.end_on}})
      if (day) append_date(out += name, *day);
    if (t.priority) append_number(out += ",\"priority\":", *t.priority);
    out += '}';
  }
  return out + "]}\n";
}

/// The same for a roadmap with some settings.
[[nodiscard]] inline std::string write_json_roadmap(const roadmap& map, const roadmap_options& options = {},
                                                    const std::optional<random_roadmap_options>& generator = {}) {
  roadmap_document d;
  d.map = map;
  d.options = options;
  d.generator = generator;
  return write_json_roadmap(d);
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
