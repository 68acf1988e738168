// SPDX-License-Identifier: BSL-1.0
#include <sched/io/roadmap_document.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("a solver's complaint is told the place of the task that it names") {
  io::roadmap_document d;
  d.file = "f.json";
  d.line = 3;
  d.map.tasks = {{.id = "a"}, {.id = "b"}, {.id = "a"}};
  d.task_lines = {4, 5, 6};
  CHECK(std::string(d.locate(error("bad", {"b", "a"})).what()) == "f.json:5: bad");
  CHECK(std::string(d.locate(error("twice", {"a"})).what()) == "f.json:6: twice");
  CHECK(std::string(d.locate(error("bad", {"r"})).what()) == "f.json:3: bad");
  CHECK(std::string(d.locate(error("bad\nworse")).what()) == "f.json:3: bad\\x0aworse");
  CHECK(d.locate(error("bad", {"b", "a"})).ids() == std::vector<std::string>{"b", "a"});
  CHECK(std::string(d.locate(error("g", 9, "bad")).what()) == "g:9: bad");
}
