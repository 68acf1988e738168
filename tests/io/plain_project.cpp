// SPDX-License-Identifier: BSL-1.0
#include <sched/io/plain_project.hpp>

#include <cstdint>
#include <limits>
#include <string>

#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {
template <class T>
std::string number(T value, std::size_t width = 0) {
  std::string out;
  io::append_number(out, value, width);
  return out;
}
}  // namespace

TEST_CASE("append_number writes every number and pads on the left") {
  CHECK(number(0) == "0");
  CHECK(number(-5, 4) == "  -5");
  CHECK(number(12345, 4) == "12345");
  CHECK(number(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(number(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
}

TEST_CASE(
    "require_plain takes classic projects with the names that the formats imply, and names its format otherwise") {
  project_builder b;
  b.add_renewable(1);
  b.add_renewable(1, "R2");
  b.add_nonrenewable(1, "N1");
  b.add_task(1);
  CHECK_NOTHROW(io::require_plain(b.build(), ".x"));
  b.add_nonrenewable(1, "N3");
  CHECK_THROWS_WITH(io::require_plain(b.build(), ".x"), "a .x file cannot express the resource name N3");
}
