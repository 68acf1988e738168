// SPDX-License-Identifier: BSL-1.0
// `sched demo`: the main job on embedded input, with pages to look at.
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <sched/generate.hpp>
#include <sched/io.hpp>

#include "demo_cluster.hpp"
#include "demo_gpus.hpp"
#include "demo_roadmap.hpp"
#include "market_run.hpp"
#include "project_run.hpp"

namespace program {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return out;
}

constexpr const char* page_head = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>sched demo</title>
<style>
:root{color-scheme:light dark;--ink:#1b2430;--soft:#5b6675;--line:#d9dee5;--paper:#fff;--card:#f6f8fa;--accent:#0b62a8}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf1;--soft:#9aa6b4;--line:#2e3947;--paper:#12171e;--card:#1a212a;--accent:#6cb6f5}}
body{margin:0 auto;max-width:64rem;padding:2.5rem 1.5rem;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.7rem;margin:0 0 .3rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}p{color:var(--soft);margin:.2rem 0 1rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.93rem}
th,td{padding:.4rem .7rem;border-bottom:1px solid var(--line);text-align:right}th{color:var(--soft);font-weight:600}
th:first-child,td:first-child,th:nth-child(2),td:nth-child(2){text-align:left}
a{color:var(--accent)}.pictures{display:flex;gap:.8rem;flex-wrap:wrap}
.pictures a{border:1px solid var(--line);background:var(--card);border-radius:.5rem;padding:.6rem 1rem;text-decoration:none}
img{width:100%;border:1px solid var(--line);border-radius:.5rem;background:#fff}
</style></head><body>
)html";

outcome run_demo(const std::string& folder, const std::string& format) {
  using namespace sched;
  random_generator random(120);
  const project p = random_project(
      {.tasks = 120, .dummies = true, .network_complexity = 1.8, .resource_factor = 0.5, .resource_strength = 0.25},
      random);
  std::cout << "A project of 120 tasks and 4 resources, generated from seed 120.\n\n";

  struct variant {
    const char* what;
    project_request request;
  };
  std::vector<variant> variants{
      {"one serial pass, latest finish first", {.solver = "serial"}},
      {"one parallel pass, latest finish first", {}},
      {"one parallel pass, worst-case slack", {.rule = "wcs"}},
      {"parallel pass + double justification", {.justify = true}},
      {"1,000 sampled schedules, justified", {.solver = "serial", .justify = true, .schedules = 1000}}};
  outcome worst = outcome::done;
  table out({"what", "status", "makespan", "lower_bound", "schedules", "milliseconds"},
            format.empty() ? "table" : format);
  std::string rows;
  std::optional<project_answer> best;
  project_request best_request;
  for (variant& v : variants) {
    v.request.bound = true;
    project_answer a = solve_project(p, v.request, {});
    if (!a.result.solved() || !a.violations.empty()) worsen(worst, outcome::unsolved);
    const double milliseconds = std::round(a.seconds * 1e5) / 1e2;
    out.row({std::string(v.what), std::string(to_string(a.result.status)), a.result.makespan().count(),
             a.lower_bound->count(), static_cast<std::int64_t>(a.result.schedules), milliseconds});
    rows += "<tr><td>" + escaped(v.what) + "</td><td>" + std::string(to_string(a.result.status)) + "</td><td>" +
            std::to_string(a.result.makespan().count()) + "</td><td>" + std::to_string(a.lower_bound->count()) +
            "</td><td>" + std::to_string(a.result.schedules) + "</td><td>" + shortest(milliseconds) + "</td></tr>\n";
    if (!best || a.result.makespan() < best->result.makespan()) {
      best = std::move(a);
      best_request = v.request;
    }
  }
  out.finish();

  const std::filesystem::path to(folder);
  std::string links;
  const std::pair<const char*, const char*> documents[] = {{"html", "Gantt page: zoom, hover, search"},
                                                           {"svg", "Gantt as SVG"},
                                                           {"csv", "Schedule as CSV"},
                                                           {"json", "Schedule as JSON"},
                                                           {"dot", "Network as Graphviz"}};
  for (const auto& [kind, label] : documents) {
    const std::string name = std::string("project.") + kind;
    worsen(worst, write_document((to / name).string(), project_document(kind, "demo project", p, best_request, *best)));
    links += "<a href=\"" + name + "\">" + label + "</a>\n";
  }
  worsen(worst, write_document((to / "project.sm").string(), io::write_psplib(p)));
  links += "<a href=\"project.sm\">The project itself (PSPLIB)</a>\n";
  const std::string roadmap = demo_roadmap(folder, format, worst);
  const std::string cluster = demo_cluster(folder, format, worst);
  const std::string gpus = demo_gpus(folder, format, worst);
  const std::string market = demo_market(folder, format, worst);
  const std::string page =
      std::string(page_head) +
      "<h1>sched demo</h1>\n<p>Everything below was computed a moment ago on this machine.</p>\n" +
      "<h2>A project of 120 tasks and 4 resources</h2>\n<p>Every schedule was checked by the independent validator. "
      "The lower "
      "bound is the greater of critical path and resource energy.</p>\n<table><thead><tr><th>What</th><th>Status</th>"
      "<th>Makespan</th><th>Lower bound</th><th>Schedules</th><th>Milliseconds</th></tr></thead><tbody>\n" +
      rows + "</tbody></table>\n<h2>Look at the best one</h2>\n<div class=\"pictures\">\n" + links +
      "</div>\n<p></p>\n<a href=\"project.html\"><img src=\"project.svg\" alt=\"Gantt chart of the best "
      "schedule\"></a>\n" +
      roadmap + cluster + gpus + market + "</body></html>\n";
  worsen(worst, write_document((to / "index.html").string(), page));
  if (worst != outcome::io_failed) std::cout << "\nPictures and documents: " << (to / "index.html").string() << "\n";
  return worst;
}

}  // namespace

runner add_demo(CLI::App& app) {
  CLI::App* c = app.add_subcommand("demo", "Runs the main job on embedded input and writes pages to look at");
  const auto folder = std::make_shared<std::string>("sched-demo");
  const auto format = std::make_shared<std::string>();
  c->add_option("--out-dir", *folder, "Folder for the pages (default sched-demo)");
  c->add_option("--format", *format, "csv, json or table (default table)")->check(one_of({"csv", "json", "table"}));
  return [folder, format] { return run_demo(*folder, *format); };
}

}  // namespace program
