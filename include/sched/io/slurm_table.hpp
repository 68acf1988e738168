// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SLURM_TABLE_HPP
#define SCHED_IO_SLURM_TABLE_HPP

/// \file
/// Tables of jobs, nodes and attempts as `squeue`, `sinfo` and `sacct` print them, by format strings.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/io/slurm_time.hpp>
#include <sched/io/text_reader.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// One column: header and rows have its width, so that nothing is ever shifted. Width 0: as wide as it has to be, but
/// no alignment. Longer texts are cut.
template <class Row>
struct text_column {
  std::string before{};  ///< literal text in front
  std::string header{};
  std::size_t width = 0;
  bool right = false;
  std::string (*value)(const Row&) = nullptr;
};

/// Fields that a format string may name, by letter or by name.
template <class Row>
struct text_field {
  std::string_view name, header;
  std::string (*value)(const Row&);
};

namespace detail {

inline void append_cell(std::string& out, std::string_view text, std::size_t width, bool right) {
  if (width == 0) {
    out += text;
    return;
  }
  text = text.substr(0, width);
  if (right) out.append(width - text.size(), ' ');
  out += text;
  if (!right) out.append(width - text.size(), ' ');
}

}  // namespace detail

/// Columns of a format string: a percent sign, an optional dot that sets right, an optional width and a letter, with
/// text between. Throws `sched::error` that names the letter, or the place, and the letters that exist. O(length ·
/// fields).
template <class Row>
[[nodiscard]] std::vector<text_column<Row>> parse_text_format(std::string_view format,
                                                              std::span<const text_field<Row>> fields) {
  std::vector<text_column<Row>> out;
  std::string before;
  for (std::size_t k = 0; k < format.size(); ++k) {
    if (format[k] != '%') {
      before += format[k];
      continue;
    }
    const std::size_t begin = k++;
    text_column<Row> c;
    if (k < format.size() && format[k] == '.') c.right = true, ++k;
    std::size_t digits = 0;
    for (; k < format.size() && format[k] >= '0' && format[k] <= '9'; ++k, ++digits)
      c.width = c.width * 10 + static_cast<std::size_t>(format[k] - '0');
    const std::string shown = in_quotes(format.substr(begin, k + 1 - begin));
    if (digits > 4) throw error("the field " + shown + " is wider than 9999");
    if (c.right && c.width == 0) throw error("the field " + shown + " has a dot but no width");
    if (k == format.size()) throw error("the format ends within the field " + shown);
    const auto at = std::ranges::find(fields, format.substr(k, 1), &text_field<Row>::name);
    if (at == fields.end()) {
      std::string reason = "the field " + shown + " is unknown: letters are ";
      for (const text_field<Row>& f : fields) reason += f.name;
      throw error(reason);
    }
    c.before = std::move(before);
    before.clear();
    c.header = at->header;
    c.value = at->value;
    out.push_back(std::move(c));
  }
  if (!before.empty()) out.push_back({.before = std::move(before)});
  if (out.empty()) throw error("the format is empty");
  return out;
}

/// Columns of `NAME[%[-]WIDTH],NAME…`, names in any case, without width 10; a minus sets left. Throws `sched::error`
/// that names what is wrong.
template <class Row>
[[nodiscard]] std::vector<text_column<Row>> parse_named_format(std::string_view format,
                                                               std::span<const text_field<Row>> fields) {
  std::vector<text_column<Row>> out;
  for (bool more = true; more;) {
    more = format.find(',') != std::string_view::npos;
    std::string_view rest = trim(detail::cut(format, ','));
    const bool sized = rest.find('%') != std::string_view::npos;
    const std::string_view name = detail::cut(rest, '%');
    const auto at = std::ranges::find_if(fields, [&](const auto& f) { return detail::same_word(f.name, name); });
    if (at == fields.end()) {
      std::string known;
      for (const text_field<Row>& f : fields) (known += known.empty() ? "" : ", ") += f.name;
      throw error("the column " + in_quotes(name) + " is unknown: columns are " + known);
    }
    text_column<Row> c{out.empty() ? "" : " ", std::string(at->header), 10, true, at->value};
    if (sized) {
      if (rest.starts_with('-')) c.right = false, rest.remove_prefix(1);
      const auto width = detail::digits(rest);
      if (!width || *width < 1 || *width > 9999)
        throw error("the width of the column " + in_quotes(name) + " is not 1 to 9999");
      c.width = static_cast<std::size_t>(*width);
    }
    out.push_back(std::move(c));
  }
  return out;
}

/// Header, rule (if asked for) and rows; lines end in LF, without blanks at their ends. O(size of the text).
template <class Row>
[[nodiscard]] std::string format_table(std::span<const text_column<Row>> columns, std::span<const Row> rows,
                                       bool header = true, bool rule = false) {
  std::string out;
  const auto line = [&](auto&& text) {
    for (const text_column<Row>& c : columns) {
      out += c.before;
      if (c.value != nullptr) detail::append_cell(out, text(c), c.width, c.right);
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    out += '\n';
  };
  if (header) line([](const text_column<Row>& c) { return c.header; });
  if (rule) line([](const text_column<Row>& c) { return std::string(c.width == 0 ? c.header.size() : c.width, '-'); });
  for (const Row& r : rows) line([&](const text_column<Row>& c) { return c.value(r); });
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
