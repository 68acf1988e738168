// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_document.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <sched/core/error.hpp>

#include "support/catch.hpp"

using namespace sched;
using io::json_document;
using io::json_kind;
using io::json_value;

namespace {

std::string complaint(const std::string& text) {
  try {
    const json_document document(text, "f");
  } catch (const error& e) {
    return e.what();
  }
  return {};
}

/// The lines of all values, depth first.
void lines(const json_value& v, std::vector<std::size_t>& out) {
  out.push_back(v.line());
  if (v.is(json_kind::array) || v.is(json_kind::object))
    for (const json_value element : v) lines(element, out);
}

}  // namespace

TEST_CASE("json_document keeps every value with its kind, key and line") {
  const json_document d("\n{\"a\": [1, -2,\n3\n,\n4.5], \"b\"\n:\nnull,\n\"c\": {\"d\": true, \"e\": \"x\\ny\"}}\n",
                        "f");
  std::vector<std::size_t> found;
  lines(d.root(), found);
  CHECK(found == std::vector<std::size_t>{2, 2, 2, 2, 3, 5, 7, 8, 8, 8});
  CHECK(d.root().size() == 3);
  CHECK(d.root().at("a").size() == 4);
  CHECK(d.root().at("b").is(json_kind::null));
  CHECK(d.root().at("c").at("d").boolean());
  CHECK(d.root().at("c").at("e").string() == "x\ny");
  CHECK(d.root().at("c").at("e").key() == "e");
  CHECK(d.root().at("c").at("e").pointer() == "/c/e");
  CHECK(d.root().pointer() == "");
  std::vector<std::string> pointers;
  for (const json_value v : d.root().at("a")) pointers.push_back(v.pointer());
  CHECK(pointers == std::vector<std::string>{"/a/0", "/a/1", "/a/2", "/a/3"});
  CHECK_FALSE(d.root().find("z"));
  CHECK_FALSE(d.root().at("a").find("a"));
}

TEST_CASE("json_document reads lone values, empty containers and keys of any kind") {
  CHECK(json_document("12", "f").root().integer(0, 12) == 12);
  CHECK(json_document("\n\n12\n", "f").root().line() == 3);
  CHECK(json_document("[]", "f").root().size() == 0);
  const json_document d("{\"\": {}, \"a/b~c\\u0001\": []}", "f");
  CHECK(d.root().at("").size() == 0);
  CHECK(d.root().at("a/b~c\x01").pointer() == "/a~1b~0c\\x01");
}

TEST_CASE("json_document says file, line and reason of what is not JSON") {
  CHECK(complaint("") == "f:1: empty: no JSON");
  CHECK(complaint(" \n\t\r\n ") == "f:1: empty: no JSON");
  CHECK(complaint("{\"a\":\n[1,\n2") ==
        "f:3: syntax error while parsing array - unexpected end of input; expected ']'");
  CHECK(complaint("[1]\n2\n") ==
        "f:2: syntax error while parsing value - unexpected number literal; expected end of input");
  CHECK(complaint("\n[1e999]").find("f:2: number overflow parsing '1e999'") == 0);
  CHECK(complaint("[\"a\xff\"]").find("ill-formed UTF-8 byte; last read: '\"a\\xff'") != std::string::npos);
  CHECK(complaint("[\"" + std::string(5000, 'x') + "\n\"]").size() < 300);
  CHECK(complaint("[\"a\nb\"]").find('\n') == std::string::npos);
  for (const char* text : {"nul", "[01]", "[1,]", "{\"a\"}", "{1:2}", "[+1]", "'a'", "// x\n1", "[NaN]", "\xff"})
    CHECK(complaint(text).find("f:1: ") == 0);
}

TEST_CASE("json_document takes a text without storage for an empty one") {
  CHECK_THROWS_AS(json_document(std::string_view(), "f"), error);
}

TEST_CASE("json_document bounds the nesting") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(complaint(nested(32)) == "");
  CHECK(complaint(nested(33)) == "f:1: more than 32 levels of nesting");
  CHECK(complaint(std::string(1'000'000, '[')) == "f:1: more than 32 levels of nesting");
}

TEST_CASE("json_value complains about other kinds and ranges with its pointer") {
  const json_document d(
      "{\"n\": 5, \"r\": 1.5, \"w\": 3.0, \"s\": \"x\", \"l\": [true],\n\"big\": 18446744073709551615, "
      "\"low\": -9223372036854775808, \"under\": -9223372036854775809}",
      "f");
  const json_value root = d.root();
  CHECK(root.at("n").integer(5, 5) == 5);
  CHECK(root.at("n").number() == 5.0);
  CHECK(root.at("r").number() == 1.5);
  CHECK(root.at("low").integer(INT64_MIN, 0) == INT64_MIN);
  CHECK_THROWS_WITH(root.at("n").integer(6, 7), "f:1: /n: outside 6 to 7");
  CHECK_THROWS_WITH(root.at("r").integer(0, 7), "f:1: /r: expected a whole number");
  CHECK_THROWS_WITH(root.at("w").integer(0, 7), "f:1: /w: expected a whole number");
  CHECK_THROWS_WITH(root.at("big").integer(0, 7), "f:2: /big: outside 0 to 7");
  CHECK_THROWS_WITH(root.at("under").integer(0, 7), "f:2: /under: outside 0 to 7");
  CHECK_THROWS_WITH(root.at("s").number(), "f:1: /s: expected a number");
  CHECK_THROWS_WITH(root.at("n").string(), "f:1: /n: expected a string");
  CHECK_THROWS_WITH(root.at("n").boolean(), "f:1: /n: expected true or false");
  CHECK_THROWS_WITH(root.at("n").array(), "f:1: /n: expected an array");
  CHECK_THROWS_WITH(root.at("l").object(), "f:1: /l: expected an object");
  CHECK_THROWS_WITH(root.object().at("z"), "f:1: member 'z' is missing");
  CHECK_THROWS_WITH((*root.at("l").begin()).string(), "f:1: /l/0: expected a string");
}

TEST_CASE("json_value::allow finds unknown and repeated members") {
  const json_document d("{\"a\": 1, \"b\": {\"c\": 1,\n\"c\": 2}}", "f");
  CHECK_NOTHROW(d.root().allow({"b", "x", "a"}));
  CHECK_THROWS_WITH(d.root().allow({"a", "x"}), "f:1: unknown member 'b'");
  CHECK_THROWS_WITH(d.root().at("b").allow({"c"}), "f:2: /b/c: given twice");
  CHECK_THROWS_WITH(d.root().at("a").allow({"c"}), "f:1: /a: expected an object");
}

TEST_CASE("append_json escapes text and refuses what is not UTF-8") {
  std::string out;
  io::append_json(out, "a\"\\\n\x01 ä");
  CHECK(out == "\"a\\\"\\\\\\n\\u0001 ä\"");
  CHECK_THROWS_WITH(io::append_json(out, "\xff"), "the text '\\xff' is not UTF-8: JSON cannot express it");
}

TEST_CASE("a document may begin on any line of its file") {
  const json_document d("{\n\"a\": 1}", "f", 40);
  CHECK(d.root().line() == 40);
  CHECK(d.root().at("a").line() == 41);
  try {
    const json_document bad("{\n\"a\" 1}", "f", 40);
    CHECK(false);
  } catch (const error& e) {
    CHECK(e.line() == 41);
  }
}
