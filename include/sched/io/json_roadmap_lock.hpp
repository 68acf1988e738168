// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_ROADMAP_LOCK_HPP
#define SCHED_IO_JSON_ROADMAP_LOCK_HPP

/// \file
/// Lock files: the dates and people of a schedule, frozen, to plan on around them. Needs nlohmann_json.
///
///     {"version": 2,
///      "locks": {"dig": {"start_date": "2025-01-01", "end_date": "2025-01-07",   first and last day, inclusive
///                        "resources": ["alice:1.0"],                             name:allocation
///                        "was_fixed": false, "resources_were_computed": true}}}
///
/// This is version 2 of the Mouc scheduler's lock file, which is YAML; JSON is YAML, so it reads ours.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/io/detail/json_roadmap_parts.hpp>
#include <sched/io/json_document.hpp>
#include <sched/io/roadmap_lock.hpp>
#include <sched/io/roadmap_text.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Reads a lock file. Throws `sched::error` with file, line, JSON pointer and reason: for another version, a missing
/// member, a bad date, an id locked twice, members that do not exist, and, if `rules` are strict, bad allocations.
/// Whether an end lies before its start is not checked beyond one day: that is a task without length. O(length).
[[nodiscard]] inline std::vector<roadmap_lock> read_json_locks(std::string_view text, const std::string& file = {},
                                                               text_rules rules = text_rules::strict) {
  using namespace detail;  // NOLINT(google-build-using-namespace): this function only
  const json_document document(text, file);
  const json_value root = document.root();
  root.allow({"version", "locks"});
  if (const json_value version = root.at("version"); version.integer(-most_units, most_units) != 2)
    version.fail("version " + std::to_string(version.integer(-most_units, most_units)) +
                 " of lock files is not known, only 2");
  std::vector<roadmap_lock> all;
  std::unordered_map<std::string, char> ids;
  for (const json_value v : root.at("locks").object()) {
    v.allow({"start_date", "end_date", "resources", "was_fixed", "resources_were_computed"});
    roadmap_lock& lock = all.emplace_back();
    lock.id = std::string(v.key());
    if (!ids.emplace(lock.id, 0).second) v.fail("locked twice", {lock.id});
    lock.start = date_of(v.at("start_date"));
    lock.end = date_of(v.at("end_date"));
    if (lock.end < lock.start - 1) v.at("end_date").fail("ends before it starts", {lock.id});
    for (const json_value r : v.at("resources").array()) {
      auto [name, share] = at_place(r, [&] { return parse_allocation(r.string(), rules, allocation_colon::last); });
      lock.resources.push_back(std::move(name));
      lock.allocations.push_back(share);
    }
    lock.was_fixed = v.at("was_fixed").boolean();
    lock.resources_were_computed = v.at("resources_were_computed").boolean();
  }
  return all;
}

/// Writes a lock file, one task a line. `read_json_locks` reads the same locks back. Throws `sched::error` for text
/// that is not UTF-8, dates outside the years 0 to 9999 and allocations that are negative or not finite. O(size).
[[nodiscard]] inline std::string write_json_locks(const std::vector<roadmap_lock>& locks) {
  using namespace detail;  // NOLINT(google-build-using-namespace): this function only
  std::string out = "{\"version\":2,\n\"locks\":{";
  for (const roadmap_lock& lock : locks) {
    append_json(out += &lock == locks.data() ? "\n" : ",\n", lock.id);
    append_date(out += ":{\"start_date\":", lock.start);
    append_date(out += ",\"end_date\":", lock.end);
    out += ",\"resources\":[";
    for (std::size_t k = 0; k < lock.resources.size(); ++k) {
      const double share = k < lock.allocations.size() ? lock.allocations[k] : 1.0;
      if (!(share >= 0 && share <= most_days))
        throw error("the allocation of " + in_quotes(lock.resources[k]) + " cannot be written", {lock.id});
      append_json(k == 0 ? out : out += ',', lock.resources[k] + ':' + decimal_text(share));
    }
    out += "],\"was_fixed\":";
    out += lock.was_fixed ? "true" : "false";
    out += ",\"resources_were_computed\":";
    out += lock.resources_were_computed ? "true}" : "false}";
  }
  return out + "}}\n";
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
