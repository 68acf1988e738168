// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_CHART_TEXT_HPP
#define SCHED_IO_DETAIL_CHART_TEXT_HPP

/// \file
/// Texts and numbers for documents: UTF-8 repair, escaping for XML and for JSON inside a script element.

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sched {
inline namespace v0 {
namespace detail {

/// Decodes the code point at `at` and moves behind it. What is not UTF-8 gives U+FFFD, one byte at a time.
[[nodiscard]] inline char32_t next_code_point(std::string_view text, std::size_t& at) noexcept {
  constexpr char32_t broken = 0xFFFD;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) {
    ++at;
    return lead;
  }
  const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || at + more >= text.size()) {
    ++at;
    return broken;
  }
  char32_t code = lead & (0x3FU >> more);
  for (std::size_t k = 1; k <= more; ++k) {
    if ((byte(at + k) & 0xC0U) != 0x80U) {
      ++at;
      return broken;
    }
    code = (code << 6) | (byte(at + k) & 0x3FU);
  }
  const bool wrong = (more == 2 && code < 0x800) || (more == 3 && (code < 0x10000 || code > 0x10FFFF)) ||
                     (code >= 0xD800 && code < 0xE000);
  if (wrong) {
    ++at;
    return broken;
  }
  at += more + 1;
  return code;
}

inline void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t bits) { out.push_back(static_cast<char>(static_cast<unsigned char>(bits))); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

/// A code point that no document may carry (controls, non-characters) becomes U+FFFD.
[[nodiscard]] constexpr char32_t printable(char32_t c) noexcept {
  const bool bad =
      (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c < 0xA0) || (c & 0xFFFE) == 0xFFFE;
  return bad ? 0xFFFD : c;
}

/// Appends text for XML or HTML content and attributes.
inline void append_xml(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = printable(next_code_point(text, i));
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: append_utf8(out, c);
    }
  }
}

/// Appends a JSON string that is also safe inside `<script>`: no `<`, `>` or `&`, no line separators.
inline void append_json(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out.push_back('"');
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = printable(next_code_point(text, i));
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(c));
    } else if (c == '\n') {
      out += "\\n";
    } else if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029) {
      out += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) out.push_back(digits[(c >> shift) & 0xF]);
    } else {
      append_utf8(out, c);
    }
  }
  out.push_back('"');
}

template <std::integral I>
void append_number(std::string& out, I value) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out.append(buffer, end);
}

/// Shortest form that reads back as the same number. Precondition: finite.
inline void append_number(std::string& out, double value) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out.append(buffer, end);
}

/// A coordinate with at most one decimal, from exact rounding: the same text everywhere.
inline void append_coordinate(std::string& out, double value) {
  const auto tenths = static_cast<std::int64_t>(std::floor(value * 10.0 + 0.5));
  const std::int64_t whole = tenths / 10;
  const std::int64_t rest = tenths < 0 ? -(tenths % 10) : tenths % 10;
  if (tenths < 0 && whole == 0) out.push_back('-');
  append_number(out, whole);
  if (rest != 0) {
    out.push_back('.');
    append_number(out, rest);
  }
}

/// Number of code points.
[[nodiscard]] inline std::size_t text_length(std::string_view text) noexcept {
  std::size_t n = 0;
  for (std::size_t i = 0; i < text.size(); ++n) (void)next_code_point(text, i);
  return n;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
