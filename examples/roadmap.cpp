// SPDX-License-Identifier: BSL-1.0
// Six products of fifteen steps each, ten people with holidays, launch dates: who does what when, and why. With an
// argument, the plan is also written there as a page to look at.
#include <sched/calendar.hpp>
#include <sched/gantt.hpp>
#include <sched/io.hpp>
#include <sched/roadmap.hpp>
#include <sched/validate.hpp>

#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

namespace {

using sched::roadmap_task;

sched::day_number day(std::int64_t year, int month, int d) {
  return sched::calendar::days_from_civil({year, month, d});
}

sched::roadmap company() {
  sched::roadmap map;
  map.name = "Company roadmap";
  map.now = day(2026, 9, 1);
  map.closed = {{day(2026, 12, 24), day(2027, 1, 3)}};  // nobody works
  auto& people = map.people.emplace();
  for (const char* name : {"ana", "ben", "cleo", "dan", "eva", "finn", "gus", "hana", "ivo", "june"})
    people.resources.push_back({.name = name});
  // Days are ticks: everybody works from Monday to Friday.
  for (auto& who : people.resources) who.calendar = sched::calendar::weekly({{0, 5}}, 7, day(2026, 8, 31));
  people.resources[1].closed = {{day(2026, 10, 5), day(2026, 10, 16)}};  // ben is away
  people.resources[6].closed = {{day(2026, 9, 14), day(2026, 9, 25)}};   // gus too
  people.resources[3].closed = {{day(2026, 11, 2), day(2026, 11, 13)}};  // and dan
  people.groups = {{"backend", {"ana", "ben"}},
                   {"web", {"cleo", "dan"}},
                   {"mobile", {"eva", "finn"}},
                   {"design", {"gus", "hana"}},
                   {"developers", {"*", "!gus", "!hana", "!ivo", "!june"}}};

  struct product {
    const char* name;
    std::int64_t priority;
    sched::day_number launch;
  };
  const std::vector<product> products{{"billing", 90, day(2026, 11, 27)}, {"search", 70, day(2027, 1, 15)},
                                      {"mobile", 60, day(2027, 2, 5)},    {"reports", 50, day(2027, 2, 19)},
                                      {"portal", 40, day(2027, 3, 12)},   {"import", 80, day(2026, 12, 18)}};
  for (std::size_t k = 0; k < products.size(); ++k) {
    const product& p = products[k];
    const std::string prefix = std::string(p.name) + '.';
    const auto step = [&](const char* name, int days, std::vector<std::string> after) -> roadmap_task& {
      roadmap_task t{.id = prefix + name, .duration = static_cast<double>(days), .priority = p.priority};
      for (const std::string& a : after) t.dependencies.push_back({prefix + a, 0});
      map.tasks.push_back(std::move(t));
      return map.tasks.back();
    };
    const int more = static_cast<int>(k);  // later products are larger
    step("research", 4 + more, {}).spec = "design";
    step("sketches", 6 + more % 3, {"research"}).spec = "design";
    step("interface", 5 + more, {"research"}).spec = "backend";
    step("storage", 8 + more, {"interface"}).spec = "backend";
    step("service", 10 + more, {"interface"}).spec = "backend|dan";
    step("web", 9 + more, {"sketches", "interface"}).spec = "web";
    step("ios", 8 + more, {"sketches", "interface"}).resources = {"eva"};
    step("android", 8 + more, {"sketches", "interface"}).resources = {"finn"};
    step("joining", 4, {"storage", "service", "web"}).resources = {"ana", "cleo"};  // both at once
    step("security", 3, {"joining"}).resources = {"ben"};
    step("tests", 6 + more, {"joining", "ios", "android"}).resources = {"ivo"};
    step("repairs", 5, {"tests", "security"}).spec = "developers";
    step("manual", 5, {"joining"}).resources = {"june"};
    step("announcement", 2, {"repairs"}).resources = {"june"};
    roadmap_task& launch = step("launch", 0, {"repairs", "manual", "announcement"});
    launch.dependencies[0].lag = 3;  // three quiet days before it
    launch.end_before = p.launch;
  }
  map.tasks[0].start_on = day(2026, 9, 3);  // the kick-off is fixed
  map.tasks[0].resources = {"hana"};
  return map;
}

}  // namespace

int main(int argc, char** argv) {
  const sched::roadmap map = company();
  std::cout << map.tasks.size() << " tasks, " << map.people->resources.size() << " people\n\n";

  using sched::roadmap_algorithm;
  sched::roadmap_options options;
  std::cout << "algorithm        valid  last end    late  Σ p·late  Σ p·end\n";
  for (const auto algorithm :
       {roadmap_algorithm::greedy, roadmap_algorithm::bounded_rollout, roadmap_algorithm::critical_path}) {
    options.algorithm = algorithm;
    const sched::roadmap_result r = sched::plan_roadmap(map, options);
    const sched::roadmap_metrics m = sched::measure(map, options, r);
    const sched::roadmap_reasons say(map, options, r);
    std::cout << std::left << std::setw(17) << to_string(algorithm) << std::setw(7)
              << (sched::validate(map, options, r).ok() ? "yes" : "no") << say.when(map.now + m.makespan) << std::right
              << std::setw(6) << m.late << std::setw(10) << m.weighted_tardiness << std::setw(9)
              << m.weighted_completion << '\n';
  }

  options.algorithm = roadmap_algorithm::bounded_rollout;
  options.lookahead.ahead = sched::lookahead_settings::width::full;
  const sched::roadmap_result plan = sched::plan_roadmap(map, options);
  const sched::roadmap_reasons say(map, options, plan);
  std::cout << "\nlaunches, bounded rollout, every competitor looked at\n";
  for (const sched::roadmap_assignment& a : plan.placed) {
    const roadmap_task& t = map.tasks[a.task];
    if (!t.end_before) continue;
    const sched::duration late = plan.dates[a.task].own_late;
    std::cout << std::left << std::setw(16) << t.id << say.when(a.start) << "  due " << say.when(*t.end_before)
              << (late > 0 ? "  " + say.length(late) + " late" : "") << '\n';
  }

  // Why then, and why they: data, and as text.
  std::cout << "\nwhy\n";
  const std::vector<sched::roadmap_explanation> reasons = sched::explain(map, options, plan);
  for (const sched::roadmap_explanation& e : reasons)
    if (const std::string& id = map.tasks[e.task].id; id == "billing.service" || id == "search.repairs") {
      std::cout << id << '\n';
      for (const std::string& line : say.lines(e)) std::cout << "  " << line << '\n';
    }
  std::cout << "every day of waiting explained: "
            << (std::ranges::all_of(reasons, &sched::roadmap_explanation::explained) ? "yes" : "no") << '\n';

  // A page: people with their holidays, reasons on hover.
  const std::string page = sched::roadmap_html(map, options, plan, {.lanes = sched::roadmap_lanes::both});
  if (argc > 1) sched::io::write_file_atomically(argv[1], page);
  std::cout << "the page has " << (page.size() > 100'000 ? "more" : "less") << " than 100 kB\n";
}
