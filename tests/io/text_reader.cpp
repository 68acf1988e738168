// SPDX-License-Identifier: BSL-1.0
#include <sched/io/text_reader.hpp>

#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.hpp"

using namespace sched;
using io::text_reader;

namespace {
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
}  // namespace

TEST_CASE("text_reader passes over blank lines and counts all of them") {
  text_reader in("\n a b\r\n\n\t\n\tc \n", "f");
  REQUIRE(in.next_line());
  CHECK(in.line() == 2);
  CHECK(in.rest() == "a b");
  CHECK(in.token() == "a");
  CHECK(in.token() == "b");
  CHECK(in.token().empty());
  REQUIRE(in.next_line());
  CHECK(in.line() == 5);
  CHECK(in.rest() == "c");
  CHECK_FALSE(in.next_line());
  CHECK_FALSE(in.next_line());
  CHECK(in.line() == 5);
}

TEST_CASE("text_reader streams tokens over line breaks") {
  text_reader in("a\n\nb c", "f");
  CHECK(in.stream_token() == "a");
  CHECK(in.stream_token() == "b");
  CHECK(in.line() == 3);
  CHECK(in.stream_token() == "c");
  CHECK(in.stream_token().empty());
  CHECK(in.stream_token().empty());
}

TEST_CASE("text_reader reads whole numbers of the full range and nothing else") {
  text_reader in("-9223372036854775808 9223372036854775807 -0 007 9223372036854775808 +5 1e3 0x10 5. - --1 1-", "f");
  CHECK(in.stream_integer("x", lowest, highest) == lowest);
  CHECK(in.stream_integer("x", lowest, highest) == highest);
  CHECK(in.stream_integer("x", lowest, highest) == 0);
  CHECK(in.stream_integer("x", lowest, highest) == 7);
  CHECK_THROWS_WITH(in.stream_integer("x", lowest, highest),
                    "f:1: x '9223372036854775808' is outside -9223372036854775808 to 9223372036854775807");
  for (const char* token : {"+5", "1e3", "0x10", "5.", "-", "--1", "1-"})
    CHECK_THROWS_WITH(in.stream_integer("x", lowest, highest),
                      "f:1: x is not a whole number: '" + std::string(token) + "'");
  CHECK_THROWS_WITH(in.stream_integer("x", lowest, highest), "f:1: x is missing");
}

TEST_CASE("text_reader keeps to the given range, both ends included") {
  text_reader in("1 2 3 4 5", "f");
  CHECK_THROWS_WITH(in.stream_integer("n", 2, 4), "f:1: n '1' is outside 2 to 4");
  CHECK(in.stream_integer("n", 2, 4) == 2);
  CHECK(in.stream_integer("n", 2, 4) == 3);
  CHECK(in.stream_integer("n", 2, 4) == 4);
  CHECK_THROWS_AS(in.stream_integer("n", 2, 4), error);
}

TEST_CASE("text_reader complains with file, line, context and ids") {
  text_reader in("\nx", "some file");
  in.next_line();
  in.context("job", 12);
  try {
    in.fail("is wrong");
    FAIL("returned");
  } catch (const error& e) {
    CHECK(std::string(e.what()) == "some file:2: job 12: is wrong");
    CHECK(e.ids() == std::vector<std::string>{"12"});
  }
  in.no_context();
  CHECK_THROWS_WITH(in.fail("is wrong"), "some file:2: is wrong");
  CHECK_THROWS_WITH(in.end_of_line(), "some file:2: unexpected 'x' at the end of the line");
  CHECK_THROWS_WITH(in.end_of_text(), "some file:2: unexpected 'x' after the end of the data");
  CHECK_THROWS_WITH(text_reader("", "f").fail("empty"), "f:1: empty");
}

TEST_CASE("in_quotes keeps any input to one short printable line") {
  CHECK(io::in_quotes("abc") == "'abc'");
  CHECK(io::in_quotes("a\nb\t\x7f\xc3\xa4") == "'a\\x0ab\\x09\\x7f\\xc3\\xa4'");
  CHECK(io::in_quotes(std::string_view("\0", 1)) == "'\\x00'");
  CHECK(io::in_quotes(std::string(40, 'a')) == "'" + std::string(40, 'a') + "'");
  CHECK(io::in_quotes(std::string(41, 'a')) == "'" + std::string(40, 'a') + "...'");
}

TEST_CASE("file_stem and file_extension see through folders, case and .gz") {
  CHECK(io::file_stem("a.b/c.SM") == "c");
  CHECK(io::file_stem("c.tar.gz") == "c");
  CHECK(io::file_stem("dir\\c.x.sm.gz") == "c.x");
  CHECK(io::file_stem("") == "");
  CHECK(io::file_stem(".sm") == ".sm");
  CHECK(io::file_stem("a/") == "");
  CHECK(io::file_extension("a.b/c.SM") == ".sm");
  CHECK(io::file_extension("a.b/c") == "");
  CHECK(io::file_extension("c.Rcp.GZ") == ".rcp");
  CHECK(io::file_extension("c.gz") == "");
  CHECK(io::file_extension(".sm") == "");
}
