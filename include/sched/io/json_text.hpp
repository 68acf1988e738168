// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_TEXT_HPP
#define SCHED_IO_JSON_TEXT_HPP

/// \file
/// Strings and numbers as JSON, for writers that do without a JSON library.

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sched/core/error.hpp>
#include <sched/io/text_reader.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

/// Length of the UTF-8 sequence at the beginning of a text; 0 for what is none: overlong forms, surrogates, beyond
/// U+10FFFF, cut off. Precondition: the text is not empty.
[[nodiscard]] constexpr std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  // The second byte has a narrower range behind four of the first ones.
  const unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < least || byte(1) > most) return 0;
  for (std::size_t k = 2; k < length; ++k)
    if (byte(k) < 0x80 || byte(k) > 0xbf) return 0;
  return length;
}

}  // namespace detail

/// Appends a JSON string: quotes, backslashes and control characters escaped, everything else as it is. Throws
/// `sched::error` when the text is not UTF-8, which JSON cannot express. O(length).
inline void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = detail::utf8_length(text.substr(at));
    if (length == 0) throw error("the text " + in_quotes(text) + " is not UTF-8: JSON cannot express it");
    const char c = text[at];
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr std::string_view short_ones = "\b\t\n\f\r", letters = "btnfr";
      if (const std::size_t k = short_ones.find(c); k != std::string_view::npos) {
        (out += '\\') += letters[k];
      } else {
        out += "\\u00";
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
      }
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  out += '"';
}

/// Appends a number: whole ones up to 2^53 without point, others in the shortest form that reads back as the same
/// number. Throws `sched::error` for what is not finite.
inline void append_json_number(std::string& out, double value) {
  constexpr double exact = 9007199254740992.0;
  if (!(value - value == 0)) throw error("a number that is not finite cannot be written");
  std::array<char, 40> digits{};
  char* const begin = digits.data();
  char* const most = begin + digits.size();
  const bool whole = value > -exact && value < exact && value == static_cast<double>(static_cast<std::int64_t>(value));
  const auto end =
      whole ? std::to_chars(begin, most, static_cast<std::int64_t>(value)).ptr : std::to_chars(begin, most, value).ptr;
  out.append(begin, end);
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
