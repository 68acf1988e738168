// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_DOCUMENT_HPP
#define SCHED_IO_JSON_DOCUMENT_HPP

/// \file
/// JSON text in, values that know their line and place out. Needs nlohmann_json.
///
/// The parser is nlohmann's; its own tree of values forgets where they stood and keeps the last of two equal members
/// without a word, so the events are collected in a flat tree that does neither.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <sched/core/error.hpp>
#include <sched/io/text_reader.hpp>

namespace sched {
inline namespace v0 {
namespace io {

enum class json_kind : std::uint8_t { null, boolean, integer, real, string, array, object };

namespace detail {

inline constexpr std::size_t json_depth = 32;

struct json_node {
  json_kind kind = json_kind::null;
  std::uint32_t line = 0;
  std::uint32_t parent = 0;
  std::uint32_t end = 0;    ///< one past the last node of the subtree
  std::uint32_t count = 0;  ///< elements of an array or object
  std::uint32_t key = 0, key_size = 0;
  std::uint32_t text = 0, text_size = 0;
  std::int64_t integer = 0;
  double real = 0;
};

/// Reads characters and tells how far it has come.
class counting_iterator {
public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  counting_iterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  counting_iterator& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  counting_iterator operator++(int) {
    const counting_iterator old = *this;
    ++*this;
    return old;
  }
  bool operator==(const counting_iterator& other) const noexcept { return at_ == other.at_; }

private:
  const char* at_;
  const char** reached_;
};

/// Takes the parser's events.
class json_collector {
public:
  json_collector(std::string_view text, const std::string& file, std::size_t first_line, std::vector<json_node>& nodes,
                 std::string& strings)
      : reached(text.data()), counted_(text.data()), line_(first_line), file_(file), nodes_(nodes), strings_(strings) {}

  bool null() { return add(json_kind::null), true; }
  bool boolean(bool value) { return add(json_kind::boolean).integer = value ? 1 : 0, true; }
  bool number_integer(std::int64_t value) { return add(json_kind::integer).integer = value, true; }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return number_float(static_cast<double>(value), {});
    return number_integer(static_cast<std::int64_t>(value));
  }
  bool number_float(double value, const std::string&) { return add(json_kind::real).real = value, true; }
  bool string(const std::string& value) {
    json_node& node = add(json_kind::string);
    std::tie(node.text, node.text_size) = store(value);
    return true;
  }
  bool binary(const std::vector<std::uint8_t>&) { return false; }  // no such thing in JSON text
  bool start_object(std::size_t) { return open(json_kind::object); }
  bool start_array(std::size_t) { return open(json_kind::array); }
  bool key(const std::string& name) {
    key_ = store(name);
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  [[noreturn]] bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& e) {
    std::string_view what = e.what();  // "[json.exception.parse_error.101] parse error at line 1, column 2: reason"
    if (const auto id = what.find("] "); id != std::string_view::npos) what.remove_prefix(id + 2);
    if (what.starts_with("parse error at"))
      if (const auto colon = what.find(": "); colon != std::string_view::npos) what.remove_prefix(colon + 2);
    throw error(file_, line(), printable(what.substr(0, 200)));
  }

  const char* reached;  ///< first character that was not read yet

private:
  /// The line of the token read last. The parser looks one character beyond a number, so that one does not count.
  std::size_t line() {
    for (; reached - counted_ > 1; ++counted_) line_ += *counted_ == '\n' ? 1U : 0U;
    return line_;
  }
  json_node& add(json_kind kind) {
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    json_node node;
    node.kind = kind;
    node.line = static_cast<std::uint32_t>(line());
    node.end = index + 1;
    if (!open_.empty()) {
      node.parent = open_.back();
      std::tie(node.key, node.key_size) = std::exchange(key_, {});
      ++nodes_[node.parent].count;
    }
    nodes_.push_back(node);
    return nodes_.back();
  }
  bool open(json_kind kind) {
    if (open_.size() == json_depth) throw error(file_, line(), "more than 32 levels of nesting");
    add(kind);
    open_.push_back(static_cast<std::uint32_t>(nodes_.size() - 1));
    return true;
  }
  bool close() {
    nodes_[open_.back()].end = static_cast<std::uint32_t>(nodes_.size());
    open_.pop_back();
    return true;
  }
  std::pair<std::uint32_t, std::uint32_t> store(const std::string& text) {
    const std::pair place(static_cast<std::uint32_t>(strings_.size()), static_cast<std::uint32_t>(text.size()));
    strings_ += text;
    return place;
  }

  const char* counted_;
  std::size_t line_;
  const std::string& file_;
  std::vector<json_node>& nodes_;
  std::string& strings_;
  std::vector<std::uint32_t> open_;
  std::pair<std::uint32_t, std::uint32_t> key_{};
};

}  // namespace detail

class json_value;

/// A parsed JSON text. Values refer to it and must not outlive it; it does not move.
class json_document {
public:
  /// Parses. Throws `sched::error` with file, line and reason for whatever is not JSON, for more than 32 levels of
  /// nesting and for texts of 4 GiB or more. The text begins on line `first_line` of the file. O(length); about 60
  /// bytes per value.
  json_document(std::string_view text, std::string file, std::size_t first_line = 1) : file_(std::move(file)) {
    if (text.size() > std::numeric_limits<std::uint32_t>::max() - 1) throw error(file_, 0, "4 GiB of JSON or more");
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) throw error(file_, first_line, "empty: no JSON");
    detail::json_collector collector(text, file_, first_line, nodes_, strings_);
    using iterator = detail::counting_iterator;
    nlohmann::json::sax_parse(iterator(text.data(), &collector.reached),
                              iterator(text.data() + text.size(), &collector.reached), &collector);
  }
  json_document(const json_document&) = delete;
  json_document& operator=(const json_document&) = delete;

  [[nodiscard]] json_value root() const;
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

private:
  friend class json_value;
  std::string file_;
  std::vector<detail::json_node> nodes_;
  std::string strings_;
};

/// A value in a document: a handle of two words. Accessors complain (`sched::error` with file, line and JSON pointer)
/// about values of another kind.
class json_value {
public:
  class iterator;

  [[nodiscard]] json_kind kind() const noexcept { return node().kind; }
  [[nodiscard]] bool is(json_kind k) const noexcept { return kind() == k; }
  /// Line of the first character, from 1.
  [[nodiscard]] std::size_t line() const noexcept { return node().line; }
  /// The name under which an object holds this value; empty elsewhere.
  [[nodiscard]] std::string_view key() const noexcept {
    return std::string_view(document_->strings_).substr(node().key, node().key_size);
  }

  [[nodiscard]] std::int64_t integer(std::int64_t least, std::int64_t most) const {
    const bool far = is(json_kind::real) && !(std::abs(node().real) < 0x1p63);
    if (!far && !is(json_kind::integer)) fail("expected a whole number");
    if (far || node().integer < least || node().integer > most)
      fail("outside " + std::to_string(least) + " to " + std::to_string(most));
    return node().integer;
  }
  [[nodiscard]] double number() const {
    if (is(json_kind::integer)) return static_cast<double>(node().integer);
    return expect(json_kind::real, "a number").real;
  }
  [[nodiscard]] bool boolean() const { return expect(json_kind::boolean, "true or false").integer != 0; }
  [[nodiscard]] std::string_view string() const {
    const detail::json_node& n = expect(json_kind::string, "a string");
    return std::string_view(document_->strings_).substr(n.text, n.text_size);
  }

  /// The elements of an array or object, in their order.
  [[nodiscard]] iterator begin() const noexcept;
  [[nodiscard]] iterator end() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return node().count; }
  /// This value, which must be an array (an object).
  [[nodiscard]] json_value array() const { return expect(json_kind::array, "an array"), *this; }
  [[nodiscard]] json_value object() const { return expect(json_kind::object, "an object"), *this; }
  /// Complains about members that are not in the list, and about a member given twice. O(members · names).
  void allow(std::initializer_list<std::string_view> names) const;
  /// The member of an object; `find` gives nothing when there is none, `at` complains. O(members).
  [[nodiscard]] std::optional<json_value> find(std::string_view name) const;
  [[nodiscard]] json_value at(std::string_view name) const {
    if (const auto found = find(name)) return *found;
    fail("member " + in_quotes(name) + " is missing");
  }

  /// Where the value stands, as a JSON pointer (RFC 6901): `/tasks/3/duration`; empty for the whole document.
  [[nodiscard]] std::string pointer() const;
  [[noreturn]] void fail(const std::string& reason, std::vector<std::string> ids = {}) const {
    const std::string place = pointer();
    throw error(document_->file_, line(), place.empty() ? reason : place + ": " + reason, std::move(ids));
  }

private:
  friend class json_document;
  json_value(const json_document* document, std::uint32_t index) noexcept : document_(document), index_(index) {}
  [[nodiscard]] const detail::json_node& node() const noexcept { return document_->nodes_[index_]; }
  const detail::json_node& expect(json_kind wanted, const char* name) const {
    if (!is(wanted)) fail(std::string("expected ") + name);
    return node();
  }

  const json_document* document_;
  std::uint32_t index_;
};

class json_value::iterator {
public:
  using iterator_category = std::input_iterator_tag;
  using value_type = json_value;
  using difference_type = std::ptrdiff_t;
  using pointer = const json_value*;
  using reference = json_value;

  [[nodiscard]] json_value operator*() const noexcept { return at_; }
  iterator& operator++() noexcept {
    at_.index_ = at_.node().end;
    return *this;
  }
  [[nodiscard]] bool operator==(const iterator& other) const noexcept { return at_.index_ == other.at_.index_; }

private:
  friend class json_value;
  explicit iterator(json_value at) noexcept : at_(at) {}
  json_value at_;
};

inline json_value json_document::root() const { return {this, 0}; }

inline json_value::iterator json_value::begin() const noexcept { return iterator({document_, index_ + 1}); }
inline json_value::iterator json_value::end() const noexcept { return iterator({document_, node().end}); }

inline std::optional<json_value> json_value::find(std::string_view name) const {
  if (is(json_kind::object))
    for (const json_value member : *this)
      if (member.key() == name) return member;
  return std::nullopt;
}

inline void json_value::allow(std::initializer_list<std::string_view> names) const {
  std::uint64_t seen = 0;
  for (const json_value member : object()) {
    std::uint64_t bit = 1;
    for (std::string_view name : names) {
      if (name == member.key()) break;
      bit <<= 1;
    }
    if (bit == std::uint64_t{1} << names.size()) fail("unknown member " + in_quotes(member.key()));
    if ((seen & bit) != 0) member.fail("given twice");
    seen |= bit;
  }
}

inline std::string json_value::pointer() const {
  std::string text;
  for (json_value v = *this; v.index_ != 0; v.index_ = v.node().parent) {
    const json_value parent(document_, v.node().parent);
    std::string step = "/";
    if (parent.is(json_kind::object)) {
      for (char c : v.key().substr(0, 60)) step += c == '~' ? "~0" : c == '/' ? "~1" : printable({&c, 1});
    } else {
      std::size_t position = 0;
      for (auto i = parent.begin(); (*i).index_ != v.index_; ++i) ++position;
      step += std::to_string(position);
    }
    text.insert(0, step);
  }
  return text;
}

/// Appends a JSON string. Throws `sched::error` when the text is not UTF-8, which JSON cannot express.
inline void append_json(std::string& out, std::string_view text) {
  try {
    out += nlohmann::json(text).dump();
  } catch (const nlohmann::json::exception&) {
    throw error("the text " + in_quotes(text) + " is not UTF-8: JSON cannot express it");
  }
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
