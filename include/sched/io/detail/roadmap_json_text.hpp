// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_ROADMAP_JSON_TEXT_HPP
#define SCHED_IO_DETAIL_ROADMAP_JSON_TEXT_HPP

/// \file
/// Dates and lists of names as JSON.

#include <string>
#include <vector>

#include <sched/calendar/civil.hpp>
#include <sched/core/error.hpp>
#include <sched/io/json_text.hpp>
#include <sched/io/roadmap_text.hpp>
#include <sched/model/roadmap.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

/// Throws `sched::error` outside the years 0 to 9999, which could not be read back.
inline void append_date(std::string& out, day_number day) {
  constexpr day_number first = calendar::days_from_civil({0, 1, 1}), last = calendar::days_from_civil({9999, 12, 31});
  if (day < first || day > last) throw error("the date " + date_text(day) + " cannot be written");
  out += '"';
  out += date_text(day);
  out += '"';
}
inline void append_texts(std::string& out, const std::vector<std::string>& all) {
  out += '[';
  for (const std::string& s : all) append_json_string(&s == all.data() ? out : out += ',', s);
  out += ']';
}
}  // namespace detail
}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
