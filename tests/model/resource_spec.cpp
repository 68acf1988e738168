// SPDX-License-Identifier: BSL-1.0
#include <sched/model/resource_spec.hpp>

#include <string>
#include <vector>

#include <sched/core/error.hpp>

#include "support/catch.hpp"
#include "support/roadmaps.hpp"

using namespace sched;

namespace {

using names = std::vector<std::string>;

/// r, q, s and the group g = everybody but r.
roadmap_resources people() {
  roadmap_resources p;
  p.resources = {roadmaps::person("r"), roadmaps::person("q"), roadmaps::person("s")};
  p.groups = {{"g", {"*", "!r"}}, {"ends", {"s", "r"}}};
  return p;
}

}  // namespace

TEST_CASE("parts are joined in their order, the first of equal names stays, exclusions go") {
  const roadmap_resources p = people();
  for (const bool strict : {true, false}) {
    const resource_spec spec(p, strict);
    CHECK(spec.expand("*") == names{"r", "q", "s"});
    CHECK(spec.expand("s|q") == names{"s", "q"});
    CHECK(spec.expand(" s |\tq ") == names{"s", "q"});
    CHECK(spec.expand("q|*") == names{"q", "r", "s"});
    CHECK(spec.expand("!r") == names{"q", "s"});
    CHECK(spec.expand("*|!r|!q") == names{"s"});
    CHECK(spec.expand("!q|*") == names{"r", "s"});
    CHECK(spec.expand("g") == names{"q", "s"});
    CHECK(spec.expand("ends|g") == names{"s", "r", "q"});
    CHECK(spec.expand("!r|!q|!s").empty());
  }
}

TEST_CASE("strict: a group can be excluded, unknown names are errors that name them") {
  const roadmap_resources p = people();
  const resource_spec spec(p);
  CHECK(spec.expand("!g") == names{"r"});
  CHECK(spec.expand("*|!ends") == names{"q"});
  CHECK_THROWS_WITH(spec.expand("r|zed"), "resource expression \"r|zed\": \"zed\" is no resource and no group");
  CHECK_THROWS_AS(spec.expand("!zed"), error);
  CHECK_THROWS_AS(spec.expand(""), error);
  CHECK_THROWS_AS(spec.expand("r|"), error);
}

TEST_CASE("not strict: unknown names stand for themselves, groups cannot be excluded, nothing is nobody") {
  const roadmap_resources p = people();
  const resource_spec spec(p, false);
  CHECK(spec.expand("zed|r|zed") == names{"zed", "r"});
  CHECK(spec.expand("zed|!zed|r") == names{"r"});
  CHECK(spec.expand("!g") == names{"r", "q", "s"});
  CHECK(spec.expand("!zed") == names{"r", "q", "s"});
  CHECK(spec.expand("").empty());
  CHECK(spec.expand(" r") == names{" r"});  // trimmed only between bars
  CHECK(spec.resolve("q")[0].index == 1);
  CHECK(spec.resolve("zed")[0].index == resource_spec::somebody::undeclared);
}

TEST_CASE("a declaration that contradicts itself is refused") {
  roadmap_resources twice = people();
  twice.resources.push_back(roadmaps::person("q"));
  CHECK_THROWS_WITH(resource_spec(twice), "resource \"q\" is declared twice");
  roadmap_resources groups = people();
  groups.groups.push_back({"g", {}});
  CHECK_THROWS_WITH(resource_spec(groups), "group \"g\" is declared twice");
  roadmap_resources nested = people();
  nested.groups.push_back({"h", {"g"}});
  CHECK_THROWS_WITH(resource_spec(nested), "group \"h\": member \"g\" is no resource");
  nested.groups.back() = {"h", {"!zed"}};
  CHECK_THROWS_AS(resource_spec(nested), error);
  roadmap_resources empty = people();
  empty.groups.push_back({"nobody", {}});
  CHECK(resource_spec(empty).expand("nobody").empty());
}
