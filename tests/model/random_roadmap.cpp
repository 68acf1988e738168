// SPDX-License-Identifier: BSL-1.0
#include <sched/generate.hpp>

#include <sched/calendar/civil.hpp>
#include <sched/core/error.hpp>

#include <cstdint>
#include <map>
#include <string>

#include "support/catch.hpp"
#include "support/roadmap_checksum.hpp"

using namespace sched;

TEST_CASE("a seed means the same roadmap on every platform") {
  const std::map<std::string, std::uint64_t> golden{
      {"0", 1853530238821587470U},     {"1", 4828272717357838197U},
      {"60", 15100956010749336137U},   {"60 fractional", 10460982445666428419U},
      {"1000", 13329357051497811236U}, {"R017", 10512670022587764249U},
      {"F017", 14554784442459544729U},
  };
  const std::map<std::string, random_roadmap_options> wanted{
      {"0", {.tasks = 0}},
      {"1", {.tasks = 1, .seed = 3}},
      {"60", {}},
      {"60 fractional", {.seed = 5'000'000'000, .fractional = true}},
      {"1000", {.tasks = 1000}},
      {"R017", random_roadmap_case(17)},
      {"F017", random_roadmap_case(17, true)},
  };
  for (const auto& [name, options] : wanted) {
    const std::uint64_t sum = checksum_of(random_roadmap(options));
    INFO("{\"" << name << "\", " << sum << "U},");
    CHECK(golden.at(name) == sum);
  }
}

TEST_CASE("the first task of the first published case") {
  const roadmap r = random_roadmap(random_roadmap_case(0));
  REQUIRE(r.tasks.size() == 8);
  CHECK(r.now == calendar::days_from_civil({2025, 1, 1}));
  CHECK(r.tasks[0].id == "t00000");
  CHECK(r.tasks[0].duration == 8);
  CHECK(r.tasks[0].resources == std::vector<std::string>{"r002"});
  CHECK(r.tasks[0].end_before == calendar::days_from_civil({2025, 3, 24}));
  CHECK(r.tasks[0].priority == 50);
  CHECK(r.tasks[7].spec == "r002|r000");
  CHECK(r.people->resources.size() == 4);
  CHECK(r.people->groups.size() == 4);
}

TEST_CASE("too many tasks are refused") { CHECK_THROWS_AS(random_roadmap({.tasks = 10'000'001}), error); }
