// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_LINES_HPP
#define SCHED_IO_JSON_LINES_HPP

/// \file
/// A text that holds several JSON documents, one a line or one behind the other, cut into them.

#include <cstddef>
#include <string_view>
#include <vector>

#include <sched/io/text_reader.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// One document of a text, and the line on which it begins (from 1): what `json_document` takes.
struct json_piece {
  std::string_view text;
  std::size_t line = 1;
};

enum class json_layout {
  lines,  ///< JSON Lines: every line that is not blank is a document, whatever is in it
  values  ///< documents that may run over many lines: each ends with the bracket that closes it
};

/// Cuts a text into its documents without looking at more than brackets and quotes: what is no JSON stays in a piece,
/// for the parser to complain about. With `values` a document that is not an object or array ends with its line, and
/// one whose bracket is never closed with the text. Pieces refer to the text. O(length).
[[nodiscard]] inline std::vector<json_piece> split_json(std::string_view text, json_layout layout) {
  std::vector<json_piece> pieces;
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\n' || is_blank(text[at])) {
      line += text[at] == '\n' ? 1U : 0U;
      ++at;
      continue;
    }
    const std::size_t begin = at, first_line = line;
    std::size_t depth = 0;
    bool quoted = false;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      if (c == '\n') {
        if (layout == json_layout::lines || depth == 0) break;
        ++line;
      }
      if (layout == json_layout::lines) continue;
      if (quoted) {
        if (c == '\\' && at + 1 < text.size() && text[at + 1] != '\n') ++at;
        else if (c == '"') quoted = false;
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && depth > 0 && --depth == 0) {
        ++at;
        break;
      }
    }
    pieces.push_back({trim(text.substr(begin, at - begin)), first_line});
  }
  return pieces;
}

/// The layout that the name of a file asks for: `.jsonl` and `.ndjson` are lines, everything else values.
[[nodiscard]] inline json_layout json_layout_of(std::string_view file) {
  const auto extension = file_extension(file);
  return extension == ".jsonl" || extension == ".ndjson" ? json_layout::lines : json_layout::values;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
