// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_PROJECT_TEXTS_HPP
#define SCHED_TESTS_SUPPORT_PROJECT_TEXTS_HPP

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sched/core/error.hpp>
#include <sched/core/random.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>

#include "support/catch.hpp"

/// The text with one occurrence of `from` (which must be there) replaced.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("not in the text: " + std::string(from));
  return text.replace(at, from.size(), to);
}
inline std::string with_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

using project_reader = std::function<sched::project(std::string_view)>;

/// What `read` says about a text: the message of its error, or "" when it is read.
inline std::string complaint(const project_reader& read, std::string_view text) {
  try {
    const sched::project p = read(text);
    REQUIRE(p.topological_order().size() == p.task_count());
    REQUIRE(find_critical_path(p).length.is_finite());
  } catch (const sched::error& e) {
    REQUIRE_FALSE(std::string(e.what()).empty());
    REQUIRE(std::string(e.what()).find('\n') == std::string::npos);
    REQUIRE_FALSE(e.file().empty());
    return e.what();
  }
  return {};
}

/// Truncations at every 7th byte, and bytes garbled one at a time: an error, or a sound project; nothing else.
inline void mistreat(const project_reader& read, const std::string& text) {
  for (std::size_t cut = 0; cut < text.size(); cut += 7) complaint(read, std::string_view(text).substr(0, cut));
  static constexpr std::string_view junk("\0\n\r\t -0*9[]x\xff\x80:", 16);
  sched::random_generator random(1);
  for (int k = 0; k < 4000; ++k) {
    std::string garbled = text;
    for (auto hits = random.below(3) + 1; hits > 0; --hits)
      garbled[static_cast<std::size_t>(random.below(garbled.size()))] =
          junk[static_cast<std::size_t>(random.below(junk.size()))];
    complaint(read, garbled);
  }
}

#endif
