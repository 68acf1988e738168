// SPDX-License-Identifier: BSL-1.0
// Every published problem that names its generator's parameters is rebuilt from them.
#include <sched/generate.hpp>

#include <sched/calendar/civil.hpp>
#include <sched/io/gzip_file.hpp>

#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace sched;
using nlohmann::json;

namespace {

std::string date(day_number day) {
  const calendar::civil_date d = calendar::civil_from_days(day);
  const auto two = [](int x) { return (x < 10 ? "-0" : "-") + std::to_string(x); };
  return std::to_string(d.year) + two(d.month) + two(d.day);
}

json closed_days(const std::vector<day_range>& all) {
  json out = json::array();
  for (const day_range& d : all) out.push_back({date(d.first), date(d.last)});
  return out;
}

json number(double x) { return x == static_cast<double>(static_cast<long>(x)) ? json(static_cast<long>(x)) : json(x); }

/// The problem of a case, without what is always the same.
json document(const roadmap& r) {
  json tasks = json::array();
  for (const roadmap_task& t : r.tasks) {
    json one{{"id", t.id}, {"duration", number(t.duration)}};
    if (!t.resources.empty()) one["resources"] = t.resources;
    for (const roadmap_dependency& d : t.dependencies) one["deps"].push_back({d.task, number(d.lag)});
    if (t.spec) one["spec"] = *t.spec;
    if (t.start_after) one["start_after"] = date(*t.start_after);
    if (t.end_before) one["end_before"] = date(*t.end_before);
    if (t.start_on) one["start_on"] = date(*t.start_on);
    if (t.priority) one["priority"] = *t.priority;
    tasks.push_back(std::move(one));
  }
  json people = json::array();
  for (const roadmap_resource& x : r.people->resources)
    people.push_back({{"name", x.name}, {"dns", closed_days(x.closed)}});
  json groups = json::object();
  for (const auto& [name, members] : r.people->groups) groups[name] = members;
  return {{"now", date(r.now)},
          {"tasks", std::move(tasks)},
          {"resource_config", {{"resources", std::move(people)}, {"groups", std::move(groups)}}},
          {"global_dns", closed_days(r.closed)}};
}

}  // namespace

TEST_CASE("every published generated problem is rebuilt exactly") {
  const std::filesystem::path folder = std::filesystem::path(SCHED_DATA_DIR) / "mouc";
  if (!std::filesystem::exists(folder)) {
    WARN("no data: " << folder.string());
    return;
  }
  std::size_t rebuilt = 0;
  for (const char* name : {"random_cases.jsonl", "fractional_cases.jsonl", "timing_1000.json.gz", "timing_2000.json.gz",
                           "timing_10000.json.gz", "quality_problems.jsonl.gz"}) {
    std::istringstream text(io::read_gzip_file((folder / name).string()));
    std::size_t k = 0;
    for (std::string line; std::getline(text, line); ++k) {
      if (line.empty()) continue;
      json published = json::parse(line);
      const json& g = published.at("generator");
      const random_roadmap_options o{g.at("n"), g.at("seed"), g.value("fractional", false)};
      INFO(published.at("case"));
      const std::string label = published.at("case");
      if (label.starts_with('R') || label.starts_with('F')) {
        const random_roadmap_options same = random_roadmap_case(k, o.fractional);
        CHECK((same.tasks == o.tasks && same.seed == o.seed));
      }
      for (const char* other : {"case", "generator", "expected", "reference"}) published.erase(other);
      CHECK((document(random_roadmap(o)) == published));
      ++rebuilt;
    }
  }
  CHECK(rebuilt == 193);
}
