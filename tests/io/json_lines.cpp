// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_lines.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;
using io::json_layout;

namespace {

using pieces = std::vector<std::pair<std::string, std::size_t>>;

pieces split(std::string_view text, json_layout layout) {
  pieces all;
  for (const io::json_piece& p : io::split_json(text, layout)) all.emplace_back(p.text, p.line);
  return all;
}

}  // namespace

TEST_CASE("JSON Lines are cut at line ends, whatever is in the lines") {
  CHECK(split("{}\n\n [1] \r\nx{\n", json_layout::lines) == pieces{{"{}", 1}, {"[1]", 3}, {"x{", 4}});
  CHECK(split("{\n}", json_layout::lines) == pieces{{"{", 1}, {"}", 2}});
  CHECK(split("", json_layout::lines).empty());
  CHECK(split(" \n\t\n", json_layout::lines).empty());
}

TEST_CASE("values end with the bracket that closes them") {
  CHECK(split("{}{}\n[\n]\n{\"a\":\n{\"}\":\"]\\\"}\"}}[]", json_layout::values) ==
        pieces{{"{}", 1}, {"{}", 1}, {"[\n]", 2}, {"{\"a\":\n{\"}\":\"]\\\"}\"}}", 4}, {"[]", 5}});
  CHECK(split("12 {\n{}", json_layout::values) == pieces{{"12 {\n{}", 1}});
  CHECK(split("12\n{}", json_layout::values) == pieces{{"12", 1}, {"{}", 2}});
  CHECK(split("{\"a\n}{", json_layout::values) == pieces{{"{\"a\n}{", 1}});
  CHECK(split("}\n{}", json_layout::values) == pieces{{"}", 1}, {"{}", 2}});
  CHECK(split("{\"\\", json_layout::values) == pieces{{"{\"\\", 1}});
}

TEST_CASE("the name of a file decides the layout") {
  CHECK(io::json_layout_of("a.jsonl") == json_layout::lines);
  CHECK(io::json_layout_of("a.JSONL.gz") == json_layout::lines);
  CHECK(io::json_layout_of("a.ndjson") == json_layout::lines);
  CHECK(io::json_layout_of("a.json") == json_layout::values);
  CHECK(io::json_layout_of("/dev/stdin") == json_layout::values);
}

TEST_CASE("pieces cover everything that is not blank, in order, with right lines") {
  random_generator random(8);
  const std::string_view letters = "{}[]\"\\\n\n a1";
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::uint64_t n = random.below(30); n > 0; --n) text += letters[random.below(letters.size())];
    for (const json_layout layout : {json_layout::lines, json_layout::values}) {
      std::string kept;
      const char* last = text.data();
      for (const io::json_piece& p : io::split_json(text, layout)) {
        REQUIRE(p.text.data() >= last);
        REQUIRE_FALSE(p.text.empty());
        std::size_t line = 1;
        for (const char* c = text.data(); c != p.text.data(); ++c) line += *c == '\n' ? 1U : 0U;
        REQUIRE(p.line == line);
        last = p.text.data() + p.text.size();
        kept += p.text;
      }
      std::string all = text;
      std::erase_if(all, [](char c) { return c == ' ' || c == '\n'; });
      std::erase_if(kept, [](char c) { return c == ' ' || c == '\n'; });
      REQUIRE(kept == all);
    }
  }
}
