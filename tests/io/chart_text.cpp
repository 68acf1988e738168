// SPDX-License-Identifier: BSL-1.0
#include <sched/io/detail/chart_text.hpp>

#include <sched/core/random.hpp>

#include <string>

#include "support/catch.hpp"
#include "support/markup.hpp"

using namespace sched;

namespace {

std::string xml(std::string_view s) {
  std::string out;
  detail::append_xml(out, s);
  return out;
}
std::string json(std::string_view s) {
  std::string out;
  detail::append_json(out, s);
  return out;
}
std::string coordinate(double v) {
  std::string out;
  detail::append_coordinate(out, v);
  return out;
}

}  // namespace

TEST_CASE("chart text: XML metacharacters are escaped, UTF-8 stays") {
  REQUIRE(xml("a<b>&\"'c") == "a&lt;b&gt;&amp;&quot;&#39;c");
  REQUIRE(xml("Gr\u00fc\u00dfe \u4f60\u597d \U0001F680") == "Gr\u00fc\u00dfe \u4f60\u597d \U0001F680");
}

TEST_CASE("chart text: what is not UTF-8 or not allowed becomes the replacement character") {
  REQUIRE(xml("a\xff"
              "b") ==
          "a\ufffd"
          "b");
  REQUIRE(xml(std::string_view("\x00\x01\x1b", 3)) == "\ufffd\ufffd\ufffd");
  REQUIRE(xml("\xc0\xaf") == "\ufffd\ufffd");            // overlong
  REQUIRE(xml("\xed\xa0\x80") == "\ufffd\ufffd\ufffd");  // surrogate
  REQUIRE(xml("\xf4\x90\x80\x80") == "\ufffd\ufffd\ufffd\ufffd");
  REQUIRE(xml("end\xe4\xbd") == "end\ufffd\ufffd");  // cut
}

TEST_CASE("chart text: JSON for a script element has no angle bracket, ampersand or line separator") {
  REQUIRE(json("</script>") == "\"\\u003c/script\\u003e\"");
  REQUIRE(json("a&b") == "\"a\\u0026b\"");
  REQUIRE(json("\"\\\n\t") == "\"\\\"\\\\\\n\\u0009\"");
  REQUIRE(json("\u2028") == "\"\\u2028\"");
}

TEST_CASE("chart text: any bytes give valid JSON and well-formed XML") {
  random_generator g(5);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    for (std::uint64_t k = g.below(20); k > 0; --k) bytes.push_back(static_cast<char>(g.below(256)));
    const std::string quoted = json(bytes);
    REQUIRE(markup::json_reader(quoted).ok());
    REQUIRE(quoted.find('<') == std::string::npos);
    REQUIRE(markup::xml_problem("<a b=\"" + xml(bytes) + "\">" + xml(bytes) + "</a>") == "");
  }
}

TEST_CASE("chart text: coordinates are rounded to tenths") {
  REQUIRE(coordinate(0) == "0");
  REQUIRE(coordinate(12.34) == "12.3");
  REQUIRE(coordinate(12.96) == "13");
  REQUIRE(coordinate(-0.3) == "-0.3");
  REQUIRE(coordinate(-2.75) == "-2.7");
  REQUIRE(coordinate(1e6) == "1000000");
}

TEST_CASE("chart text: length counts code points") { REQUIRE(detail::text_length("a\u00fc\U0001F680\xff") == 4); }
