// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_JSON_ROADMAP_PARTS_HPP
#define SCHED_IO_DETAIL_JSON_ROADMAP_PARTS_HPP

/// \file
/// What both JSON forms of a roadmap have in common: dates, closed days, settings, people. Needs nlohmann_json.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/detail/roadmap_json_text.hpp>
#include <sched/io/json_calendar.hpp>
#include <sched/io/json_document.hpp>
#include <sched/io/json_text.hpp>
#include <sched/io/plain_project.hpp>
#include <sched/io/roadmap_document.hpp>
#include <sched/io/roadmap_settings.hpp>
#include <sched/io/roadmap_text.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

inline constexpr std::int64_t most_priority = 1'000'000'000;
inline constexpr std::int64_t most_units = 1'000'000'000'000;
inline constexpr std::int64_t most_ticks_per_day = 86'400'000'000;  // microseconds

/// The member, unless it is absent or null.
[[nodiscard]] inline std::optional<json_value> given(const json_value& v, std::string_view name) {
  auto found = v.find(name);
  if (found && found->is(json_kind::null)) found.reset();
  return found;
}

/// Runs `read`, which knows no place, and puts the value's place in front of its complaint.
template <class Read>
auto at_place(const json_value& v, Read read) {
  try {
    return read();
  } catch (const error& e) {
    if (e.line() != 0) throw;
    v.fail(e.reason(), e.ids());
  }
}

[[nodiscard]] inline std::string text_of(const json_value& v) { return std::string(v.string()); }

[[nodiscard]] inline day_number date_of(const json_value& v) {
  const std::optional<day_number> day = at_place(v, [&] { return parse_date(v.string()); });
  if (!day) v.fail("expected YYYY-MM-DD");
  return *day;
}
[[nodiscard]] inline std::optional<day_number> given_date(const json_value& v, std::string_view name,
                                                          text_rules rules = text_rules::strict) {
  const auto found = given(v, name);
  return found ? at_place(*found, [&] { return parse_date(found->string(), rules); }) : std::nullopt;
}

/// `[[first, last], …]`; with `single_days` also dates alone.
[[nodiscard]] inline std::vector<day_range> closed_days_of(const json_value& v, bool single_days) {
  std::vector<day_range> all;
  for (const json_value c : v.array()) {
    if (single_days && c.is(json_kind::string)) {
      all.push_back({date_of(c), date_of(c)});
      continue;
    }
    if (c.array().size() != 2) c.fail("expected [first day, last day]");
    all.push_back({date_of(*c.begin()), date_of(*++c.begin())});
    if (all.back().last < all.back().first) c.fail("a closed period that ends before it begins");
  }
  return all;
}

[[nodiscard]] inline std::vector<std::string> texts_of(const json_value& v) {
  std::vector<std::string> all;
  for (const json_value s : v.array()) all.push_back(text_of(s));
  return all;
}

[[nodiscard]] inline std::int64_t priority_of(const json_value& v) { return v.integer(-most_priority, most_priority); }

/// A setting's value from JSON. An unknown strategy is remembered instead of refused.
template <class T>
void read_setting(const json_value& v, T& member, roadmap_document& d) {
  if constexpr (std::is_same_v<T, bool>) {
    member = v.boolean();
  } else if constexpr (std::is_same_v<T, double>) {
    member = v.number();
  } else if constexpr (std::is_same_v<T, std::size_t>) {
    member = static_cast<std::size_t>(v.integer(0, std::int64_t{1} << 32));
  } else if constexpr (std::is_same_v<T, duration>) {
    member = v.integer(0, std::int64_t{1} << 40);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    if (v.key() == "ticks_per_day") member = v.integer(1, most_ticks_per_day);
    else if (v.key() == "tail") member = v.integer(0, std::int64_t{1} << 40);
    else member = v.integer(-most_priority, most_priority);
  } else if constexpr (std::is_same_v<T, std::optional<std::int64_t>>) {
    if (v.is(json_kind::null)) member.reset();
    else member = v.integer(0, most_priority);
  } else {
    if (const auto value = parse_setting<T>(v.string())) {
      member = *value;
    } else if constexpr (std::is_same_v<T, roadmap_strategy>) {
      d.unknown_strategy = text_of(v);
    } else {
      v.fail("unknown " + std::string(v.key()) + " " + in_quotes(v.string()) + ", expected one of " +
             setting_choices<T>());
    }
  }
}

/// Complains about a member given twice, and about one that is not in the list: an error, or a warning.
inline void check_members(const json_value& v, std::initializer_list<std::string_view> names, bool strict,
                          roadmap_document& d) {
  if (strict) return v.allow(names);
  std::uint64_t seen = 0;
  for (const json_value member : v.object()) {
    std::uint64_t bit = 1;
    for (const std::string_view name : names) {
      if (name == member.key()) break;
      bit <<= 1;
    }
    if (bit == std::uint64_t{1} << names.size()) {
      d.warnings.push_back(printable(d.file) + ':' + std::to_string(member.line()) + ": " + member.pointer() +
                           ": unknown, ignored");
      continue;
    }
    if ((seen & bit) != 0) member.fail("given twice");
    seen |= bit;
  }
}

/// Settings: scalars, and the objects `rollout` and `critical_path`.
inline void read_settings(const json_value& config, bool strict, roadmap_document& d) {
  const auto section = [&](const json_value& from, std::string_view wanted) {
    std::vector<std::string_view> seen;
    for (const json_value member : from.object()) {
      if (wanted.empty() && (member.key() == "rollout" || member.key() == "critical_path")) continue;
      bool known = false;
      each_setting(d.options, [&](std::string_view where, std::string_view name, auto& value) {
        if (where != wanted || name != member.key()) return;
        known = true;
        if (wanted.empty() && name == "algorithm" && member.is(json_kind::object))
          read_setting(member.at("type"), value, d);  // as the Mouc scheduler writes it
        else read_setting(member, value, d);
      });
      for (const std::string_view name : seen)
        if (name == member.key()) member.fail("given twice");
      seen.push_back(member.key());
      if (known) continue;
      if (strict) from.fail("unknown setting " + in_quotes(member.key()));
      d.warnings.push_back(printable(d.file) + ':' + std::to_string(member.line()) + ": " + member.pointer() +
                           ": unknown setting, ignored");
    }
  };
  section(config, "");
  for (const char* name : {"rollout", "critical_path"}) {
    std::size_t times = 0;
    for (const json_value member : config)
      if (member.key() == name && ++times > 1) member.fail("given twice");
    if (const auto inner = given(config, name)) section(*inner, name);
  }
}

/// `{name: [members], …}`; a name given twice is an error.
inline void read_groups(const json_value& groups, roadmap_resources& people) {
  for (const json_value g : groups.object()) {
    for (const auto& other : people.groups)
      if (other.first == g.key()) g.fail("another group is named " + in_quotes(g.key()), {other.first});
    people.groups.emplace_back(std::string(g.key()), texts_of(g));
  }
}

// Writing.

inline void append_closed_days(std::string& out, const std::vector<day_range>& all) {
  out += '[';
  for (const day_range& c : all) {
    append_date(out += &c == all.data() ? "[" : ",[", c.first);
    append_date(out += ',', c.last);
    out += ']';
  }
  out += ']';
}

template <class T>
void append_setting(std::string& out, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, double>) {
    append_json_number(out, value);
  } else if constexpr (std::is_same_v<T, duration>) {
    append_number(out, value.count());
  } else if constexpr (std::is_same_v<T, std::optional<std::int64_t>>) {
    if (value) append_number(out, *value);
    else out += "null";
  } else if constexpr (std::is_enum_v<T>) {
    (out += '"') += setting_text(value);
    out += '"';
  } else {
    append_number(out, value);
  }
}

/// The settings that differ from the defaults, as an object; nothing when none does.
[[nodiscard]] inline std::string settings_json(const roadmap_options& o, const roadmap_document* d = nullptr) {
  const roadmap_options defaults;
  std::string out, inner[2];
  std::vector<std::string> usual;  // defaults, as text, in the order of the table
  each_setting(defaults, [&](std::string_view, std::string_view, const auto& value) {
    append_setting(usual.emplace_back(), value);
  });
  std::size_t k = 0;
  each_setting(o, [&](std::string_view section, std::string_view name, const auto& value) {
    std::string text;
    append_setting(text, value);
    if (name == "strategy" && d != nullptr && d->unknown_strategy)
      append_json((text.clear(), text), *d->unknown_strategy);
    if (text == usual[k++]) return;
    std::string& to = section.empty() ? out : inner[section == "rollout" ? 0 : 1];
    to += to.empty() ? "\"" : ",\"";
    ((to += name) += "\":") += text;
  });
  for (const auto& [name, text] : {std::pair{"rollout", &inner[0]}, std::pair{"critical_path", &inner[1]}})
    if (!text->empty()) ((((out += out.empty() ? "\"" : ",\"") += name) += "\":{") += *text) += '}';
  return out.empty() ? out : "{" + out + "}";
}

}  // namespace detail
}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
