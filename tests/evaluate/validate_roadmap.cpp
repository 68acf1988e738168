// SPDX-License-Identifier: BSL-1.0
#include <sched/validate.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/brute_roadmap.hpp"
#include "support/catch.hpp"
#include "support/native_roadmaps.hpp"

using namespace sched;

namespace {

using kind = roadmap_violation_kind;

/// Writes the due dates and latenesses that the checker asks for: they are tested apart.
void mend_dates(const roadmap& map, const roadmap_options& o, roadmap_result& r) {
  r.dates.resize(map.tasks.size());
  for (int round = 0; round < 2; ++round)
    for (const roadmap_violation& v : validate(map, o, r).violations) {
      if (v.task >= map.tasks.size()) continue;
      roadmap_dates& d = r.dates[v.task];
      const ticks right = v.allowed == INT64_MAX ? ticks::infinity() : ticks(v.allowed);
      if (v.kind == kind::wrong_deadline) d.deadline = right;
      if (v.kind == kind::wrong_priority) d.priority = v.allowed;
      if (v.kind == kind::wrong_lateness) d.late = right;
      if (v.kind == kind::wrong_own_lateness) d.own_late = right;
    }
}

struct planned {
  roadmap map;
  roadmap_options options;
  roadmap_result result;
};

planned random_solved(std::uint64_t seed) {
  random_generator random(seed);
  planned s;
  s.options.ticks_per_day = random.chance(0.5) ? 1 : 4;
  s.options.joint_work = random.chance(0.7);
  s.options.tail = random.chance(0.3) ? 1 : 0;
  s.map = native_roadmap(random, {.ticks_per_day = s.options.ticks_per_day, .groups = false});
  for (roadmap_task& t : s.map.tasks)  // the brute one reads lists of names only
    if (t.spec && t.spec->find('!') != std::string::npos) t.spec = "*";
  s.result = brute_roadmap(s.map, s.options).run();
  mend_dates(s.map, s.options, s.result);
  return s;
}

std::string faults(const planned& s) { return validate(s.map, s.options, s.result).text(s.map, s.result); }

roadmap with_people(std::vector<std::string> names) {
  roadmap map;
  map.people.emplace();
  for (std::string& n : names) map.people->resources.push_back({.name = std::move(n)});
  return map;
}

/// A small valid one: `a` on r, `b` behind it with lag 1 on r, `c` on anyone, a milestone, a fixed task.
planned small() {
  planned s;
  s.map = with_people({"r", "q", "idle"});
  s.map.now = 100;
  s.map.people->resources[0].closed = {{105, 106}};
  s.map.tasks = {
      {.id = "a", .duration = 3, .resources = {"r"}, .end_before = 101},
      {.id = "b", .duration = 4, .resources = {"r"}, .dependencies = {{"a", 1}}, .end_before = 200},
      {.id = "c", .duration = 2, .spec = "q|r", .start_after = 103},
      {.id = "m", .duration = 0, .dependencies = {{"b", 0}}},
      {.id = "f", .duration = 2, .resources = {"q"}, .start_on = 99},
  };
  s.result.resources = {"r", "q", "idle"};
  s.result.placed = {
      {.task = 4, .start = 99, .finish = 101, .end = 101, .resources = {1}, .fixed = true},
      {.task = 0, .start = 100, .finish = 103, .end = 103, .resources = {0}},
      {.task = 2, .start = 103, .finish = 105, .end = 105, .resources = {1}, .automatic = true},
      {.task = 1, .start = 104, .finish = 110, .end = 110, .resources = {0}},
      {.task = 3, .start = 110, .finish = 110, .end = 110},
  };
  mend_dates(s.map, s.options, s.result);
  return s;
}

}  // namespace

TEST_CASE("what a tick-by-tick scheduler makes is valid") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const planned s = random_solved(seed);
    INFO("seed " << seed);
    REQUIRE(s.result.placed.size() > 5);
    std::string text = faults(s);
    REQUIRE(text.empty());
  }
}

TEST_CASE("every mutation of a valid result is caught") {
  planned s = small();
  REQUIRE(faults(s).empty());
  const auto caught = [&](kind k, const std::function<void(planned&)>& change) {
    planned t = s;
    change(t);
    const roadmap_report report = validate(t.map, t.options, t.result);
    INFO(to_string(k) << " wanted, found:\n" << report.text(t.map, t.result));
    CHECK(report.count(k) >= 1);
    CHECK(report.text(t.map, t.result).find(to_string(k)) != std::string::npos);
  };
  const auto shift = [](roadmap_assignment& a, std::int64_t by) { a.start += by, a.finish += by, a.end += by; };
  caught(kind::bad_index, [](planned& t) { t.result.placed[1].task = 17; });
  caught(kind::bad_index, [](planned& t) { t.result.placed[1].resources = {9}; });
  caught(kind::bad_index, [](planned& t) { t.result.resources[0] = "nobody"; });
  caught(kind::bad_index, [](planned& t) { t.result.failed.push_back({.task = 99}); });
  caught(kind::bad_index, [](planned& t) { t.result.dates.pop_back(); });
  caught(kind::bad_index, [](planned& t) { t.result.decisions.push_back({.task = 99}); });
  caught(kind::bad_index, [](planned& t) { t.result.pass_overs.push_back({.task = 0, .resource = 77}); });
  caught(kind::missing, [](planned& t) { t.result.placed.pop_back(); });
  caught(kind::repeated, [](planned& t) { t.result.placed.push_back(t.result.placed.back()); });
  caught(kind::repeated, [](planned& t) { t.result.failed.push_back({.task = 1}); });
  caught(kind::not_a_task, [](planned& t) { t.map.completed = {"a"}; });
  caught(kind::wrong_completed, [](planned& t) { t.result.completed = {0}; });
  caught(kind::order, [](planned& t) { std::swap(t.result.placed[0], t.result.placed[1]); });
  caught(kind::before_now, [&](planned& t) { shift(t.result.placed[1], -1); });
  caught(kind::release, [&](planned& t) { shift(t.result.placed[2], -1); });
  caught(kind::precedence, [&](planned& t) { shift(t.result.placed[3], -1); });
  caught(kind::precedence, [&](planned& t) { t.result.placed.erase(t.result.placed.begin() + 1); });
  caught(kind::precedence, [&](planned& t) { shift(t.result.placed[4], -1); });
  caught(kind::fixed_date, [&](planned& t) { shift(t.result.placed[0], 1); });
  caught(kind::wrong_finish, [](planned& t) { t.result.placed[0].finish = t.result.placed[0].end = 102; });
  caught(kind::wrong_finish, [](planned& t) { t.result.placed[3].finish = t.result.placed[3].end = 108; });
  caught(kind::wrong_finish, [](planned& t) { t.result.placed[4].finish = t.result.placed[4].end = 111; });
  caught(kind::wrong_finish, [](planned& t) { t.result.placed[1].finish = t.result.placed[1].end = 102; });
  caught(kind::wrong_resources, [](planned& t) { t.result.placed[2].resources = {2}; });
  caught(kind::wrong_resources, [](planned& t) { t.result.placed[2].resources = {0, 1}; });
  caught(kind::wrong_resources, [](planned& t) { t.result.placed[2].resources.clear(); });
  caught(kind::wrong_resources, [](planned& t) { t.result.placed[1].resources = {2}; });
  caught(kind::wrong_resources, [](planned& t) { t.result.placed[4].resources = {2}; });
  caught(kind::not_free, [](planned& t) { t.result.placed[2].resources = {0}, t.result.placed[2].start = 102; });
  caught(kind::not_free, [&](planned& t) { t.result.placed[3].start = 105; });
  caught(kind::not_free, [&](planned& t) { t.map.tasks[0].demands = {2}; });
  caught(kind::short_chunk, [](planned& t) { t.options.min_first_chunk = 3; });
  caught(kind::wrong_end, [](planned& t) { t.result.placed[1].end -= 1; });
  caught(kind::wrong_flag, [](planned& t) { t.result.placed[0].fixed = false; });
  caught(kind::wrong_flag, [](planned& t) { t.result.placed[1].automatic = true; });
  caught(kind::wrong_deadline, [](planned& t) { t.result.dates[0].deadline += 1; });
  caught(kind::wrong_deadline, [](planned& t) { t.result.dates[2].deadline = 300; });
  caught(kind::wrong_priority, [](planned& t) { ++t.result.dates[0].priority; });
  caught(kind::wrong_lateness, [](planned& t) { t.result.dates[0].late += 1; });
  caught(kind::wrong_own_lateness, [](planned& t) { t.result.dates[0].own_late = 0; });
  caught(kind::wrong_status, [](planned& t) { t.result.status = roadmap_status::unplaceable; });
  caught(kind::wrong_status, [](planned& t) { t.result.status = roadmap_status::cycle; });
  caught(kind::wrong_status, [](planned& t) { t.map.tasks[0].dependencies = {{"b", 0}}; });
  caught(kind::false_cycle, [](planned& t) { t.result.cycle = {0, 1}; });
  for (auto reason : {roadmap_failure::kind::no_candidate, roadmap_failure::kind::no_resource,
                      roadmap_failure::kind::calendar_never_free, roadmap_failure::kind::waits_for,
                      roadmap_failure::kind::unknown_dependency, roadmap_failure::kind::not_reached})
    caught(kind::false_reason, [&](planned& t) {
      t.result.placed.erase(t.result.placed.begin() + 2);
      t.result.failed = {{.task = 2, .reason = reason, .other = 0}};
      t.result.status = roadmap_status::unplaceable;
    });
  caught(kind::wrong_decision, [](planned& t) {
    t.result.decisions = {{.at = 100, .task = 0, .competitor = 1, .place_cost = 5, .skip_cost = 3}};
  });
}

TEST_CASE("random mutations of times and resources are caught") {
  std::size_t changed = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const planned s = random_solved(seed);
    random_generator random(seed + 5000);
    for (int k = 0; k < 12; ++k) {
      planned t = s;
      roadmap_assignment& a = t.result.placed[random.below(t.result.placed.size())];
      const roadmap_assignment before = a;
      const std::uint64_t what = random.below(4);
      const std::int64_t by = random.chance(0.5) ? 1 : -random.between(1, 3);
      if (what == 0) a.finish += by, a.end += by;
      if (what == 1) a.start -= random.between(1, 3);
      if (what == 2 && !a.resources.empty())
        a.resources[0] = static_cast<roadmap_index>(t.map.people->resources.size() - 1 - a.resources[0]);
      if (what == 3) a.end -= 1;
      if (before.start == a.start && before.finish == a.finish && before.end == a.end &&
          before.resources == a.resources)
        continue;
      // Moving a milestone whole, or a choice between equals, may be right.
      if (what == 2 && a.automatic) continue;
      ++changed;
      INFO("seed " << seed << ", mutation " << k << ", kind " << what << ", task " << t.map.tasks[a.task].id);
      REQUIRE(!validate(t.map, t.options, t.result).ok());
    }
  }
  CHECK(changed > 2000);
}

TEST_CASE("true reasons for failures are accepted") {
  planned s;
  s.map = with_people({"r"});
  s.map.people->resources[0].calendar = calendar::weekly({{0, 1}}, 7);
  s.map.tasks = {
      {.id = "nobody", .duration = 1, .spec = "!r"},
      {.id = "nothing", .duration = 1},
      {.id = "never", .duration = 2, .resources = {"r"}},
      {.id = "behind", .duration = 1, .resources = {"r"}, .dependencies = {{"never", 0}}},
  };
  s.options.min_first_chunk = 2;
  s.result.resources = {"r"};
  using reason = roadmap_failure::kind;
  s.result.failed = {
      {3, reason::waits_for, 2}, {2, reason::calendar_never_free}, {0, reason::no_candidate}, {1, reason::no_resource}};
  s.result.status = roadmap_status::unplaceable;
  mend_dates(s.map, s.options, s.result);
  CHECK(faults(s).empty());
  s.result.failed[1].reason = reason::no_resource;
  CHECK(validate(s.map, s.options, s.result).count(kind::false_reason) == 1);
}

TEST_CASE("a true circle is accepted") {
  planned s;
  s.map = with_people({"r"});
  s.map.tasks = {{.id = "a", .duration = 1, .resources = {"r"}, .dependencies = {{"b", 0}}},
                 {.id = "b", .duration = 1, .resources = {"r"}, .dependencies = {{"a", 0}}}};
  s.result.status = roadmap_status::cycle;
  s.result.cycle = {0, 1};
  CHECK(faults(s).empty());
  s.result.cycle = {0};
  CHECK(validate(s.map, s.options, s.result).count(kind::false_cycle) == 1);
}

TEST_CASE("expressions are read as the rules say") {
  roadmap map = with_people({"r", "q", "s"});
  map.people->groups = {{"g", {"*", "!r"}}, {"none", {}}};
  const auto expand = [&](const std::string& spec, roadmap_mode mode = roadmap_mode::native) {
    map.tasks = {{.id = "t", .duration = 1, .spec = spec}};
    const roadmap_options o{.mode = mode};
    const detail::roadmap_reading read(map, o);
    std::string names;
    for (std::uint32_t r : read.candidates(0)) names += read.resource_name(r);
    return names;
  };
  CHECK(expand("*") == "rqs");
  CHECK(expand("s|q") == "sq");
  CHECK(expand("q|*") == "qrs");
  CHECK(expand("!r") == "qs");
  CHECK(expand("*|!r|!q") == "s");
  CHECK(expand("g") == "qs");
  CHECK(expand("!r|!q|!s").empty());
  CHECK(expand(" s | q ") == "sq");
  CHECK(expand("none").empty());
  CHECK(expand("").empty());
  CHECK(expand("!g") == "r");
  CHECK(expand("!g", roadmap_mode::compatible_floor) == "rqs");
}

TEST_CASE("who is named only in a list that does not count is nobody") {
  roadmap map = with_people({"r"});
  const roadmap_options o{.mode = roadmap_mode::compatible_floor};
  const auto candidates = [&](roadmap_task other) {
    map.tasks = {{.id = "t", .duration = 1, .spec = "x|r"}, std::move(other)};
    return detail::roadmap_reading(map, o).candidates(0).size();
  };
  CHECK(candidates({.id = "named", .duration = 1, .resources = {"x"}}) == 2);
  CHECK(candidates({.id = "overridden", .duration = 1, .resources = {"x"}, .spec = "r"}) == 1);
  CHECK(candidates({.id = "milestone", .duration = 0, .resources = {"x"}, .start_on = 3}) == 1);
  CHECK(candidates({.id = "fixed", .duration = 1, .resources = {"x"}, .spec = "r", .start_on = 3}) == 2);
}

TEST_CASE("closed days, the two roundings") {
  const auto end = [](double days, roadmap_mode mode) {
    roadmap map = with_people({"r"});
    map.people->resources[0].closed = {{4, 9}};
    map.tasks = {{.id = "t", .duration = days, .resources = {"r"}}};
    const roadmap_options o{.mode = mode};
    const detail::roadmap_reading read(map, o);
    return detail::roadmap_ledger(read).completion(0, read.needs(0), 0).count();
  };
  CHECK(end(4, roadmap_mode::compatible_floor) == 4);
  CHECK(end(4.5, roadmap_mode::compatible_floor) == 10);
  CHECK(end(4.5, roadmap_mode::compatible_ceil) == 11);
  CHECK(end(4, roadmap_mode::native) == 4);
  CHECK(end(4.5, roadmap_mode::native) == 11);
  CHECK(end(2.9999999999999, roadmap_mode::compatible_floor) == 3);
}

TEST_CASE("due dates of predecessors: over calendars, and simply") {
  planned s;
  s.map = with_people({"r"});
  s.map.people->resources[0].closed = {{5, 6}};
  s.map.tasks = {{.id = "a", .duration = 5, .resources = {"r"}, .priority = 10},
                 {.id = "b", .duration = 3, .resources = {"r"}, .dependencies = {{"a", 0}}, .end_before = 8}};
  const auto due = [&](const roadmap_options& o) {
    roadmap_result r;
    mend_dates(s.map, o, r);
    return std::pair(r.dates[0].deadline.count(), r.dates[0].priority);
  };
  CHECK(due({}) == std::pair<std::int64_t, std::int64_t>(4, 50));  // b needs 4, 7 and 8
  CHECK(due({.backward_pass = roadmap_backward_pass::simple, .inherit_priority = false}).first == 6);
  CHECK(due({.inherit_priority = false}).second == 10);
  CHECK(due({.mode = roadmap_mode::compatible_ceil}).first == 5);  // the last day
  s.map.given.emplace();
  s.map.given->deadlines = {{"a", 11}};
  CHECK(due({}).first == 12);
}

TEST_CASE("the cost does not depend on the horizon") {
  planned s = small();
  s.map.people->resources[0].closed = {{105, 106}, {1'000'000'000, 2'000'000'000'000}};
  CHECK(faults(s).empty());
  s.map.tasks[1].duration = 3'000'000'000'000;
  s.result.placed[3].finish = s.result.placed[3].end = 104 + 3'000'000'000'000 + 2 + 1'999'000'000'001;
  s.result.placed[4].start = s.result.placed[4].finish = s.result.placed[4].end = s.result.placed[3].finish;
  mend_dates(s.map, s.options, s.result);
  CHECK(faults(s).empty());
}
