// SPDX-License-Identifier: BSL-1.0
#include <sched/io/slurm_table.hpp>

#include <span>
#include <string>

#include "support/catch.hpp"

using namespace sched;

namespace {

struct row {
  std::string name;
  int size;
};
constexpr io::text_field<row> fields[] = {{"n", "NAME", [](const row& r) { return r.name; }},
                                          {"s", "SIZE", [](const row& r) { return std::to_string(r.size); }}};
const row rows[] = {{"a", 1}, {"longer", 23}};

std::string table(const std::string& format) {
  const auto columns = io::parse_text_format<row>(format, fields);
  return io::format_table<row>(columns, rows);
}
std::string named(const std::string& format) {
  const auto columns = io::parse_named_format<row>(format, fields);
  return io::format_table<row>(columns, rows, true, true);
}

}  // namespace

TEST_CASE("header and rows have one width; longer texts are cut, never shifted") {
  CHECK(table("%4n|%.5s|") == "NAME| SIZE|\na   |    1|\nlong|   23|\n");
  CHECK(table("%n %s") == "NAME SIZE\na 1\nlonger 23\n");
  CHECK(table("%8n%3s") == "NAME    SIZ\na       1\nlonger  23\n");
}

TEST_CASE("columns by name: right by default, left with a minus, a rule below the header") {
  CHECK(named("N%-4, s%3") == "NAME SIZ\n---- ---\na      1\nlong  23\n");
  CHECK(named("s") == "      SIZE\n----------\n         1\n        23\n");
}

TEST_CASE("a table of an empty format is refused, and so is an unknown field") {
  CHECK_THROWS_WITH(table(""), "the format is empty");
  CHECK_THROWS_WITH(table("%q"), "the field '%q' is unknown: letters are ns");
  CHECK_THROWS_WITH(named("n,q"), "the column 'q' is unknown: columns are n, s");
  CHECK_THROWS_WITH(named("n%0"), "the width of the column 'n' is not 1 to 9999");
}
