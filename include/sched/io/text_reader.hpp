// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_TEXT_READER_HPP
#define SCHED_IO_TEXT_READER_HPP

/// \file
/// Lines, tokens and checked numbers of a text, with the position for messages: what every text reader starts from.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Blank, tab, carriage return, vertical tab, form feed: what separates tokens of a line. Independent of any locale.
[[nodiscard]] constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/// The text without blanks at both ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The text with bytes outside printable ASCII as `\xNN`: fit for one line of a message whatever it holds.
[[nodiscard]] inline std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += "\\x";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

/// A piece of input in quotes for a message: printable, and at most 40 bytes of it.
[[nodiscard]] inline std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 40;
  return "'" + printable(text.substr(0, longest)) + (text.size() > longest ? "...'" : "'");
}

/// The name of a file without folders, without `.gz` and without its last extension: what an instance is called.
[[nodiscard]] inline std::string file_stem(std::string_view file) {
  if (const auto slash = file.find_last_of("/\\"); slash != std::string_view::npos) file.remove_prefix(slash + 1);
  if (file.size() > 3 && (file.ends_with(".gz") || file.ends_with(".GZ"))) file.remove_suffix(3);
  if (const auto dot = file.rfind('.'); dot != std::string_view::npos && dot != 0) file = file.substr(0, dot);
  return std::string(file);
}

/// The extension of a file in lower case, with its dot and without `.gz`: `.sm` for `a/B.SM.gz`. Empty if none.
[[nodiscard]] inline std::string file_extension(std::string_view file) {
  if (const auto slash = file.find_last_of("/\\"); slash != std::string_view::npos) file.remove_prefix(slash + 1);
  std::string lower;
  for (char c : file) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower.size() > 3 && lower.ends_with(".gz")) lower.resize(lower.size() - 3);
  const auto dot = lower.rfind('.');
  return dot == std::string::npos || dot == 0 ? std::string() : lower.substr(dot);
}

/// Walks over a text by lines (`next_line`, then `token` and `integer`) or, where line breaks mean nothing, by tokens
/// (`stream_token`, `stream_integer`). Lines end at LF; CR is a blank; a missing final LF does not matter.
///
/// Every complaint is a `sched::error` with the file, the line of the last thing read and a reason that starts with the
/// context (`job 5: `) if one was set. Each byte is looked at once; nothing is copied or allocated but the file name.
class text_reader {
public:
  /// The text must outlive the reader.
  text_reader(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

  /// Moves to the next line that is not blank; false at the end of the text.
  bool next_line() {
    while (position_ < text_.size()) {
      const std::size_t end = std::min(text_.find('\n', position_), text_.size());
      rest_ = trim(text_.substr(position_, end - position_));
      position_ = end + 1;
      ++line_;
      if (!rest_.empty()) return true;
    }
    rest_ = {};
    return false;
  }
  /// What was not yet read of the current line, trimmed.
  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

  /// Passes over the first bytes of the rest of the current line, and the blanks behind them.
  void skip(std::size_t bytes) {
    rest_.remove_prefix(std::min(bytes, rest_.size()));
    rest_ = trim(rest_);
  }

  /// Takes the next token of the current line; empty when there is none.
  std::string_view token() {
    std::size_t length = 0;
    while (length < rest_.size() && !is_blank(rest_[length])) ++length;
    const std::string_view taken = rest_.substr(0, length);
    skip(length);
    return taken;
  }
  /// Takes the next token of the text, whichever line it stands on; empty at the end.
  std::string_view stream_token() {
    if (rest_.empty() && !next_line()) return {};
    return token();
  }

  /// Takes a whole number from the current line (from the text). Errors: none left, not a number, outside the range.
  std::int64_t integer(std::string_view what, std::int64_t least, std::int64_t most) {
    return parse(token(), what, least, most);
  }
  std::int64_t stream_integer(std::string_view what, std::int64_t least, std::int64_t most) {
    return parse(stream_token(), what, least, most);
  }
  /// The checks of `integer` for a token taken before.
  std::int64_t parse(std::string_view token, std::string_view what, std::int64_t least, std::int64_t most) const {
    if (token.empty()) fail(std::string(what) + " is missing");
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (code == std::errc::invalid_argument || end != token.data() + token.size())
      fail(std::string(what) + " is not a whole number: " + in_quotes(token));
    if (code != std::errc() || value < least || value > most)
      fail(std::string(what) + " " + in_quotes(token) + " is outside " + std::to_string(least) + " to " +
           std::to_string(most));
    return value;
  }

  /// Error unless the current line is used up.
  void end_of_line() const {
    if (!rest_.empty()) fail("unexpected " + in_quotes(rest_) + " at the end of the line");
  }
  /// Error unless only blanks are left in the text.
  void end_of_text() {
    if (!rest_.empty() || next_line()) {
      context_ = {};
      fail("unexpected " + in_quotes(rest_) + " after the end of the data");
    }
  }

  /// What the following messages are about: `context("job", 5)` puts "job 5: " in front. `text` must outlive the
  /// reader.
  void context(std::string_view text, std::int64_t number) noexcept {
    context_ = text;
    context_number_ = number;
  }
  void no_context() noexcept { context_ = {}; }

  /// Line of the last token or line read, from 1.
  [[nodiscard]] std::size_t line() const noexcept { return line_; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

  [[noreturn]] void fail(std::string reason) const {
    std::vector<std::string> ids;
    if (!context_.empty()) {
      ids.push_back(std::to_string(context_number_));
      reason = std::string(context_) + " " + ids.front() + ": " + reason;
    }
    throw error(file_, line_ == 0 ? 1 : line_, std::move(reason), std::move(ids));
  }

private:
  std::string_view text_;
  std::string file_;
  std::string_view rest_;
  std::string_view context_;
  std::int64_t context_number_ = 0;
  std::size_t position_ = 0;
  std::size_t line_ = 0;
};

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
