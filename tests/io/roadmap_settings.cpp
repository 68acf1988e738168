// SPDX-License-Identifier: BSL-1.0
#include <sched/io/roadmap_settings.hpp>

#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("every setting has one name in its section") {
  roadmap_options o;
  std::set<std::pair<std::string, std::string>> names;
  std::size_t count = 0;
  io::each_setting(o, [&](const char* section, const char* name, auto&) {
    names.emplace(section, name);
    ++count;
  });
  CHECK(names.size() == count);
  CHECK(count == 21 + 9 + 10);
  for (const auto& n : {std::pair{"", "cr_weight"}, std::pair{"rollout", "max_horizon_days"},
                        std::pair{"critical_path", "urgency_denominator"}})
    CHECK(names.contains(n));
}

TEST_CASE("settings can be changed through the table, and read from constant options") {
  roadmap_options o;
  io::each_setting(o, [](std::string_view, std::string_view name, auto& member) {
    if constexpr (std::is_same_v<std::remove_reference_t<decltype(member)>, double>)
      if (name == "atc_k") member = 7.5;
  });
  CHECK(o.urgency.atc_k == 7.5);
  const roadmap_options& fixed = o;
  int seen = 0;
  io::each_setting(fixed, [&](std::string_view, std::string_view, const auto&) { ++seen; });
  CHECK(seen == 40);
}

TEST_CASE("enumerations have names in which - and _ are the same") {
  CHECK(io::parse_setting<roadmap_strategy>("priority-first") == roadmap_strategy::priority_first);
  CHECK(io::parse_setting<roadmap_strategy>("priority_first") == roadmap_strategy::priority_first);
  CHECK_FALSE(io::parse_setting<roadmap_strategy>("priority first"));
  CHECK_FALSE(io::parse_setting<roadmap_strategy>("Weighted"));
  CHECK_FALSE(io::parse_setting<roadmap_strategy>(""));
  CHECK(io::parse_setting<attractiveness_settings::denominator>("global_avg") ==
        attractiveness_settings::denominator::global_average);
  CHECK(io::setting_choices<roadmap_placement>() == "wait, now, reserve");
  const auto all_names = [](auto array) {
    using enumeration = decltype(array[0].value);
    for (const auto& [value, name] : array) {
      CHECK(io::parse_setting<enumeration>(name) == value);
      CHECK(io::setting_text(value) == name);
    }
  };
  all_names(io::setting_names<roadmap_algorithm>);
  all_names(io::setting_names<roadmap_mode>);
  all_names(io::setting_names<roadmap_strategy>);
  all_names(io::setting_names<roadmap_backward_pass>);
  all_names(io::setting_names<lookahead_settings::width>);
  all_names(io::setting_names<lookahead_settings::guard_by>);
  all_names(io::setting_names<attractiveness_settings::transform>);
  all_names(io::setting_names<attractiveness_settings::denominator>);
}

TEST_CASE("the names are those that the enumerations tell themselves") {
  for (const auto& [value, name] : io::setting_names<roadmap_algorithm>) CHECK(to_string(value) == name);
  for (const auto& [value, name] : io::setting_names<roadmap_mode>) CHECK(to_string(value) == name);
  for (const auto& [value, name] : io::setting_names<roadmap_strategy>) CHECK(to_string(value) == name);
}
