// SPDX-License-Identifier: BSL-1.0
// The market cases of block and complex orders, decisions proved by the validator.
#include "../../examples/sched/market_blocks.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <sched/io/file.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("every case of block orders comes out as expected, and decisions are proved") {
  const char* other = std::getenv("SCHED_DATA_DIR");
  const std::string path = std::string(other == nullptr ? SCHED_DATA_DIR : other) + "/market/cases.json";
  if (!std::filesystem::exists(path)) return;
  const std::string text = io::read_file(path);
  const io::json_document document(text, path);
  std::size_t run = 0;
  for (const io::market_case& c : io::read_market_cases(document)) {
    if (c.mechanism != "blocks" && c.mechanism != "acceptance") continue;
    ++run;
    INFO(c.name);
    const auto got = c.mechanism == "blocks" ? program::run_blocks(c) : program::run_acceptance(c);
    CHECK(program::market_expectation(c).first_difference(got.values) == "");
    CHECK(got.wrong.empty());
  }
  CHECK(run >= 29);
}
