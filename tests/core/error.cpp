// SPDX-License-Identifier: BSL-1.0
#include <sched/core/error.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"

using sched::error;

TEST_CASE("error: readers say FILE:LINE: reason") {
  const error e("j30.sm", 17, "the number of successors is missing", {"task 4"});
  REQUIRE(std::string(e.what()) == "j30.sm:17: the number of successors is missing");
  REQUIRE(e.file() == "j30.sm");
  REQUIRE(e.line() == 17);
  REQUIRE(e.reason() == "the number of successors is missing");
  REQUIRE(e.ids() == std::vector<std::string>{"task 4"});
}

TEST_CASE("error: a missing file name or line is left out") {
  REQUIRE(std::string(error("a.json", 0, "empty").what()) == "a.json: empty");
  REQUIRE(std::string(error("", 3, "empty").what()) == "line 3: empty");
  REQUIRE(std::string(error("", 0, "empty").what()) == "empty");
}

TEST_CASE("error: builders say the plain reason and list the ids") {
  const error e("cycle: dig -> pour -> dig", {"dig", "pour"});
  REQUIRE(std::string(e.what()) == "cycle: dig -> pour -> dig");
  REQUIRE(e.reason() == e.what());
  REQUIRE(e.file().empty());
  REQUIRE(e.line() == 0);
  REQUIRE(e.ids() == std::vector<std::string>{"dig", "pour"});
}

TEST_CASE("error: is caught as std::runtime_error") { REQUIRE_THROWS_AS(throw error("no"), std::runtime_error); }
