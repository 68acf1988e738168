// SPDX-License-Identifier: BSL-1.0
// `sched demo`: a roadmap as people write it.
#include "demo_roadmap.hpp"

#include <cmath>
#include <filesystem>
#include <iostream>
#include <optional>
#include <utility>

#include <sched/evaluate/roadmap_objective.hpp>
#include <sched/io.hpp>
#include <sched/json.hpp>

#include "roadmap_run.hpp"

namespace program {
namespace {

constexpr const char* launch = R"json({"format": "sched-roadmap", "version": 1, "name": "Launch", "now": "2026-03-02",
 "efforts": "working",
 "people": [
  {"name": "ada", "working_days": ["mon", "tue", "wed", "thu", "fri"], "closed": [["2026-04-07", "2026-04-17"]]},
  {"name": "ben", "working_days": ["mon", "tue", "wed", "thu", "fri"], "closed": [["2026-05-11", "2026-05-15"]]},
  {"name": "cleo", "working_days": ["mon", "tue", "wed", "thu"]},
  {"name": "dan", "working_days": ["mon", "tue", "wed", "thu", "fri"], "closed": ["2026-03-20"]}],
 "groups": {"backend": ["ada", "ben"], "frontend": ["cleo", "dan"]},
 "default_resource": "*",
 "closed": [["2026-04-03", "2026-04-06"], "2026-05-01"],
 "tasks": [
  {"id": "interviews", "name": "Interviews", "effort": "1w", "resources": "frontend", "priority": 70},
  {"id": "schema", "name": "Data model", "effort": "1w", "resources": "backend", "priority": 80},
  {"id": "api", "name": "API", "effort": "3w", "resources": "ben", "requires": ["schema"], "priority": 80},
  {"id": "import", "name": "Import of old data", "effort": "2w", "resources": "backend", "requires": ["schema"]},
  {"id": "prototype", "name": "Prototype", "effort": "2w", "resources": "cleo", "requires": ["interviews"], "priority": 70},
  {"id": "review", "name": "Design review", "effort": "0d", "requires": ["prototype"], "end_before": "2026-04-02"},
  {"id": "screens", "name": "Screens", "effort": "4w", "resources": ["cleo", "dan"], "requires": ["review", "schema"]},
  {"id": "billing", "name": "Billing", "effort": "2w", "resources": "ada", "requires": ["api"], "priority": 90,
   "end_before": "2026-05-01"},
  {"id": "load", "name": "Load test", "effort": "3d", "resources": "backend", "requires": ["import", "api"]},
  {"id": "fixes", "name": "Small fixes", "effort": "3w", "resources": "dan", "priority": 30},
  {"id": "archive", "name": "Archive the old site", "effort": "4w", "resources": "ada", "priority": 20},
  {"id": "translate", "name": "Translations", "effort": "1w", "requires": ["screens"], "resources": "frontend"},
  {"id": "audit", "name": "Security audit", "start_date": "2026-05-18", "end_date": "2026-05-20", "resources": ["ben"]},
  {"id": "beta", "name": "Beta", "effort": "0d", "requires": ["screens", "billing", "load"], "timeframe": "2026w21"},
  {"id": "launch", "name": "Launch", "effort": "1d", "requires": ["beta + 2w", "translate", "audit"],
   "end_before": "2026-06-01", "priority": 100}]}
)json";

}  // namespace

std::string demo_roadmap(const std::string& folder, const std::string& format, outcome& worst) {
  using namespace sched;
  const io::roadmap_document d = io::read_json_roadmap(launch, "launch.json");
  std::cout << "\nA roadmap of " << d.map.tasks.size() << " tasks, four people, holidays and due dates.\n\n";
  table out({"what", "status", "end", "late", "weighted_tardiness", "milliseconds"}, format.empty() ? "table" : format);
  std::string rows;
  std::optional<roadmap_answer> best;
  std::int64_t least = 0;
  for (const auto& [algorithm, what] :
       {std::pair{roadmap_algorithm::greedy, "greedy with foresight"},
        std::pair{roadmap_algorithm::bounded_rollout, "with a look ahead"},
        std::pair{roadmap_algorithm::critical_path, "the most attractive target first"}}) {
    roadmap_options o = d.options;
    o.algorithm = algorithm;
    roadmap_answer a = plan(d, o, true);
    if (!a.solved()) worsen(worst, outcome::unsolved);
    const roadmap_metrics m = measure(d.map, a.options, a.result, roadmap_convention::half_open);
    const std::string end = io::tick_text(instant(d.map.now) + m.makespan);
    const double milliseconds = std::round(a.seconds * 1e5) / 1e2;
    out.row({std::string(what), a.status, end, static_cast<std::int64_t>(m.late), m.weighted_tardiness, milliseconds});
    rows += "<tr><td>" + std::string(what) + "</td><td>" + a.status + "</td><td>" + end + "</td><td>" +
            std::to_string(m.late) + "</td><td>" + std::to_string(m.weighted_tardiness) + "</td><td>" +
            shortest(milliseconds) + "</td></tr>\n";
    if (!best || m.objective() < least) {
      best = std::move(a);
      least = m.objective();
    }
  }
  out.finish();

  const std::filesystem::path to(folder);
  std::string links;
  for (const auto& [kind, label] :
       {std::pair{"html", "Gantt page: who does what, and why then"}, std::pair{"svg", "Gantt as SVG"},
        std::pair{"csv", "Dates as CSV"}, std::pair{"json", "Everything as JSON: reasons, decisions"}}) {
    const std::string name = std::string("roadmap.") + kind;
    worsen(worst, write_document((to / name).string(), roadmap_text(kind, d, *best)));
    links += "<a href=\"" + name + "\">" + label + "</a>\n";
  }
  worsen(worst, write_document((to / "launch.json").string(), launch));
  links += "<a href=\"launch.json\">The roadmap itself, as people write it</a>\n";
  return "<h2>A roadmap: people, holidays, due dates</h2>\n<p>" + std::to_string(d.map.tasks.size()) +
         " tasks and four people. Late: tasks after their own due date; tardiness: priority times days.</p>\n"
         "<table><thead><tr><th>What</th><th>Status</th><th>End</th><th>Late</th><th>Weighted tardiness</th>"
         "<th>Milliseconds</th></tr></thead><tbody>\n" +
         rows + "</tbody></table>\n<p></p>\n<div class=\"pictures\">\n" + links +
         "</div>\n<p></p>\n<a href=\"roadmap.html\"><img src=\"roadmap.svg\" alt=\"Gantt chart of the roadmap\"></a>\n";
}

}  // namespace program
