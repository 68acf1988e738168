// SPDX-License-Identifier: BSL-1.0
#include <sched/io/csv.hpp>

#include <string>

#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {
std::string field(std::string_view text) {
  std::string out;
  io::append_csv(out, text);
  return out;
}
}  // namespace

TEST_CASE("append_csv quotes what RFC 4180 wants quoted and nothing else") {
  CHECK(field("") == "");
  CHECK(field("plain text") == "plain text");
  CHECK(field("a,b") == "\"a,b\"");
  CHECK(field("say \"so\"") == "\"say \"\"so\"\"\"");
  CHECK(field("two\nlines") == "\"two\nlines\"");
  CHECK(field("cr\r") == "\"cr\r\"");
  CHECK(field(" padded") == "\" padded\"");
  CHECK(field("padded ") == "\"padded \"");
}

TEST_CASE("write_schedule_csv has one line per task in number order and one column per renewable resource") {
  project_builder b;
  const resource_id crew = b.add_renewable(4, "crew, day");
  const resource_id money = b.add_nonrenewable(100, "money");
  const resource_id crane = b.add_renewable(1);
  b.add_task(0);
  b.add_task({.name = "dig",
              .modes = {{.work = 5, .needs = {{crew, 1}, {money, 7}}},
                        {.work = 3, .needs = {{money, 9}, {crane, 1}, {crew, 2}}, .number = 4}}});
  b.add_task(2);
  const project p = b.build();
  schedule s = schedule::unplaced(3);
  s.start = {0, 1, instant::infinity()};
  s.finish = {0, 4, instant::infinity()};
  s.mode = {0, 1, 0};
  CHECK(io::write_schedule_csv(p, s) ==
        "task,mode,start,finish,\"crew, day\",R3\n"
        "1,1,0,0,0,0\n"
        "2,4,1,4,2,1\n"
        "3,1,,,0,0\n");
}

TEST_CASE("write_schedule_csv numbers tasks as their project does") {
  project_builder b;
  b.first_number(0).add_task(3);
  schedule s = schedule::unplaced(1);
  s.start = {-2};
  s.finish = {1};
  CHECK(io::write_schedule_csv(b.build(), s) == "task,mode,start,finish\n0,1,-2,1\n");
  CHECK(io::write_schedule_csv(project_builder().build(), schedule()) == "task,mode,start,finish\n");
}
