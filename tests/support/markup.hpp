// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_MARKUP_HPP
#define SCHED_TESTS_SUPPORT_MARKUP_HPP

// Small strict readers for what the writers make: well-formedness of XML, validity of JSON.

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace markup {

inline std::size_t count(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

/// Empty when the text is one well-formed element (after an XML declaration), or what is wrong with it.
/// Knows no CDATA, comments or document types: the writers make none.
inline std::string xml_problem(std::string_view text) {
  std::vector<std::string> open;
  std::size_t roots = 0;
  const auto entity = [&](std::size_t at) {
    for (std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"})
      if (text.substr(at, known.size()) == known) return true;
    return false;
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 && c != '\n' && c != '\t' && c != '\r') return "control character";
    if (c == '&') {
      if (!entity(i)) return "bare ampersand at " + std::to_string(i);
      ++i;
      continue;
    }
    if (c == '>') return "bare > at " + std::to_string(i);
    if (c != '<') {
      if (open.empty() && !std::isspace(c)) return "text outside the root";
      ++i;
      continue;
    }
    if (text.substr(i, 5) == "<?xml") {
      if (i != 0) return "late declaration";
      i = text.find("?>", i) + 2;
      continue;
    }
    const bool closing = text.substr(i, 2) == "</";
    std::size_t at = i + (closing ? 2 : 1);
    std::size_t end = at;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '-')) ++end;
    const std::string name(text.substr(at, end - at));
    if (name.empty()) return "bare < at " + std::to_string(i);
    bool self = false;
    std::vector<std::string> seen;
    for (at = end;;) {
      while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
      if (at >= text.size()) return "unfinished tag " + name;
      if (text[at] == '>') {
        ++at;
        break;
      }
      if (text.substr(at, 2) == "/>") {
        self = true;
        at += 2;
        break;
      }
      if (closing) return "attribute in a closing tag";
      end = at;
      while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '-')) ++end;
      const std::string attribute(text.substr(at, end - at));
      if (attribute.empty() || text.substr(end, 2) != "=\"") return "bad attribute in " + name;
      for (const std::string& s : seen)
        if (s == attribute) return "attribute twice: " + attribute;
      seen.push_back(attribute);
      for (at = end + 2; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '<') return "< in an attribute";
        if (text[at] == '&' && !entity(at)) return "bare ampersand in an attribute";
      }
      ++at;
    }
    if (closing) {
      if (open.empty() || open.back() != name)
        return "closes " + name + ", open is " + (open.empty() ? "nothing" : open.back());
      open.pop_back();
    } else if (!self) {
      if (open.empty()) ++roots;
      open.push_back(name);
    }
    i = at;
  }
  if (!open.empty()) return "unclosed " + open.back();
  return roots == 1 ? "" : "not one root";
}

/// Reads JSON by RFC 8259; `ok()` after construction says whether the whole text is one value.
class json_reader {
public:
  explicit json_reader(std::string_view text) : text_(text) { ok_ = value() && (space(), at_ == text_.size()); }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t strings() const { return strings_; }

private:
  void space() {
    while (at_ < text_.size() && std::string_view(" \n\r\t").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool eat(char c) {
    space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view w) {
    if (text_.substr(at_, w.size()) != w) return false;
    at_ += w.size();
    return true;
  }
  bool string() {
    if (!eat('"')) return false;
    ++strings_;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
      if (text_[at_] != '\\') continue;
      if (++at_ >= text_.size()) return false;
      if (text_[at_] == 'u') {
        for (int k = 0; k < 4; ++k)
          if (++at_ >= text_.size() || !std::isxdigit(static_cast<unsigned char>(text_[at_]))) return false;
      } else if (std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
        return false;
      }
    }
    return eat('"');
  }
  bool digits() {
    const std::size_t from = at_;
    while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]))) ++at_;
    return at_ > from;
  }
  bool number() {
    if (text_[at_] == '-') ++at_;
    if (at_ < text_.size() && text_[at_] == '0') ++at_;
    else if (!digits()) return false;
    if (at_ < text_.size() && text_[at_] == '.' && (++at_, !digits())) return false;
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!digits()) return false;
    }
    return true;
  }
  bool value() {
    space();
    if (at_ >= text_.size()) return false;
    switch (text_[at_]) {
      case '{':
        ++at_;
        if (eat('}')) return true;
        do {
          if (space(), !string() || !eat(':') || !value()) return false;
        } while (eat(','));
        return eat('}');
      case '[':
        ++at_;
        if (eat(']')) return true;
        do {
          if (!value()) return false;
        } while (eat(','));
        return eat(']');
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t strings_ = 0;
  bool ok_ = false;
};

/// The data of a chart page.
inline std::string page_data(const std::string& page) {
  const std::string_view begin = "<script type=\"application/json\" id=\"chart-data\">";
  const std::size_t from = page.find(begin) + begin.size();
  return page.substr(from, page.find("</script>", from) - from);
}

}  // namespace markup

#endif
