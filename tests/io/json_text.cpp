// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_text.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <nlohmann/json.hpp>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

std::string written(std::string_view text) {
  std::string out;
  io::append_json_string(out, text);
  return out;
}
std::string written(double value) {
  std::string out;
  io::append_json_number(out, value);
  return out;
}

}  // namespace

TEST_CASE("strings are escaped where JSON demands it, and only there") {
  CHECK(written("") == "\"\"");
  CHECK(written("a \"b\" \\ /") == R"("a \"b\" \\ /")");
  CHECK(written("\b\t\n\f\r\x01\x1f\x7f") == "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f\"");
  CHECK(written(std::string_view("\0x", 2)) == "\"\\u0000x\"");
  CHECK(written("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") == "\"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
}

TEST_CASE("text that is not UTF-8 is refused") {
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "a\xE2\x28\xA1"})
    CHECK_THROWS_AS(written(bad), error);
}

TEST_CASE("random bytes are written as the JSON library writes them, or refused as it refuses them") {
  random_generator random(2);
  int fine = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text;
    for (std::uint64_t n = 1 + random.below(4); n > 0; --n)
      text += static_cast<char>(random.below(3) == 0 ? random.below(256) : 0x80 + random.below(128));
    std::string theirs;
    try {
      theirs = nlohmann::json(text).dump();
    } catch (const nlohmann::json::exception&) {
      REQUIRE_THROWS_AS(written(text), error);
      continue;
    }
    REQUIRE(written(text) == theirs);
    ++fine;
  }
  CHECK(fine > 1000);
}

TEST_CASE("numbers read back as the same numbers, whole ones without a point") {
  CHECK(written(0.0) == "0");
  CHECK(written(-7.0) == "-7");
  CHECK(written(2.5) == "2.5");
  CHECK(written(1e15) == "1000000000000000");
  CHECK_THROWS_AS(written(std::numeric_limits<double>::infinity()), error);
  CHECK_THROWS_AS(written(std::nan("")), error);
  random_generator random(6);
  for (int round = 0; round < 20'000; ++round) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    REQUIRE(nlohmann::json::parse(written(value)).get<double>() == value);
  }
}
