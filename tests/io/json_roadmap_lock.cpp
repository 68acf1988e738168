// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_roadmap_lock.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;
using calendar::days_from_civil;
using locks = std::vector<io::roadmap_lock>;

namespace {

locks read_it(std::string_view text) { return io::read_json_locks(text, "l.json"); }
std::string complaint(std::string_view text) {
  try {
    (void)read_it(text);
  } catch (const error& e) {
    return e.what();
  }
  return {};
}
std::string with_lock(const std::string& members) {
  return complaint("{\"version\":2,\"locks\":{\n\"a\":{" + members + "}}}");
}

}  // namespace

TEST_CASE("locks are read and written, one a line") {
  const locks all{{"dig", days_from_civil({2025, 1, 1}), days_from_civil({2025, 1, 7}), {"alice"}, {0.5}, false, true},
                  {"a:b \"c\"", 0, -1, {"x:y", "z"}, {1, 2.25}, true, false}};
  const std::string text = io::write_json_locks(all);
  CHECK(text == R"({"version":2,
"locks":{
"dig":{"start_date":"2025-01-01","end_date":"2025-01-07","resources":["alice:0.5"],"was_fixed":false,"resources_were_computed":true},
"a:b \"c\"":{"start_date":"1970-01-01","end_date":"1969-12-31","resources":["x:y:1.0","z:2.25"],"was_fixed":true,"resources_were_computed":false}}}
)");
  CHECK(read_it(text) == all);
  CHECK(read_it(io::write_json_locks({})).empty());
}

TEST_CASE("random locks survive writing and reading") {
  random_generator random(12);
  locks all;
  for (int k = 0; k < 400; ++k) {
    const auto start = static_cast<day_number>(random.below(100'000)) - 50'000;
    io::roadmap_lock& l = all.emplace_back(io::roadmap_lock{.id = "t" + std::to_string(k), .start = start});
    l.end = start - 1 + static_cast<day_number>(random.below(50));
    for (std::uint64_t n = random.below(4); n > 0; --n) {
      l.resources.push_back("r:" + std::to_string(n));
      l.allocations.push_back(static_cast<double>(random.below(1000)) / 7);
    }
    l.was_fixed = random.below(2) == 0;
    l.resources_were_computed = random.below(2) == 0;
  }
  CHECK(read_it(io::write_json_locks(all)) == all);
}

TEST_CASE("read_json_locks says what is wrong, where") {
  const std::string dates = R"("start_date":"2025-01-01","end_date":"2025-01-02")";
  const std::string flags = R"(,"resources":[],"was_fixed":true,"resources_were_computed":false)";
  const std::string computed = R"(,"was_fixed":true,"resources_were_computed":false)";
  CHECK(with_lock(dates + flags).empty());
  CHECK(complaint("[]") == "l.json:1: expected an object");
  CHECK(complaint("{}") == "l.json:1: member 'version' is missing");
  CHECK(complaint("{\"version\":1}") == "l.json:1: /version: version 1 of lock files is not known, only 2");
  CHECK(complaint("{\"version\":\"2\"}") == "l.json:1: /version: expected a whole number");
  CHECK(complaint("{\"version\":2,\"lock\":{}}") == "l.json:1: unknown member 'lock'");
  CHECK(complaint("{\"version\":2}") == "l.json:1: member 'locks' is missing");
  CHECK(with_lock(dates + computed) == "l.json:2: /locks/a: member 'resources' is missing");
  CHECK(with_lock(dates + ",\"resources\":[]") == "l.json:2: /locks/a: member 'was_fixed' is missing");
  CHECK(with_lock(dates + ",\"resources\":[],\"was_fixed\":true") ==
        "l.json:2: /locks/a: member 'resources_were_computed' is missing");
  CHECK(with_lock("\"start_date\":\"2025-01-01\"" + flags) == "l.json:2: /locks/a: member 'end_date' is missing");
  CHECK(with_lock("\"start_date\":\"2025-01-32\",\"end_date\":\"2025-01-02\"" + flags) ==
        "l.json:2: /locks/a/start_date: date '2025-01-32', character 9: there is no such day");
  CHECK(with_lock("\"start_date\":\"2025-01-05\",\"end_date\":\"2025-01-02\"" + flags) ==
        "l.json:2: /locks/a/end_date: ends before it starts");
  CHECK(with_lock(dates + computed + ",\"resources\":[\"r:x\"]") ==
        "l.json:2: /locks/a/resources/0: resource 'r:x', character 3: expected an allocation, a number");
  CHECK(with_lock(dates + flags + ",\"was_fixed\":true") == "l.json:2: /locks/a/was_fixed: given twice");
  CHECK(complaint("{\"version\":2,\"locks\":{\n\"a\":{" + dates + flags + "},\n\"a\":{" + dates + flags + "}}}") ==
        "l.json:3: /locks/a: locked twice");
  const locks forgiven =
      io::read_json_locks("{\"version\":2,\"locks\":{\"a\":{" + dates + computed + ",\"resources\":[\"r:x\"]}}}", "l",
                          io::text_rules::lenient);
  CHECK(forgiven[0].allocations == std::vector<double>{1});
}

TEST_CASE("what a lock file cannot say is refused") {
  CHECK_THROWS_AS(io::write_json_locks({{"a", 0, 0, {"r"}, {-1}, false, false}}), error);
  CHECK_THROWS_AS(io::write_json_locks({{"a", 10'000'000, 10'000'000, {}, {}, false, false}}), error);
  CHECK_THROWS_AS(io::write_json_locks({{"\xff", 0, 0, {}, {}, false, false}}), error);
}
