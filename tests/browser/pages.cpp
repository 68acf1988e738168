// SPDX-License-Identifier: BSL-1.0
// Writes the pages that gantt_test.py opens: pages DIRECTORY

#include <sched/backfill.hpp>
#include <sched/gantt.hpp>
#include <sched/generate.hpp>
#include <sched/placement.hpp>
#include <sched/roadmap.hpp>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/io/job_figures.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project_builder.hpp>

#include "support/small_projects.hpp"

using namespace sched;

namespace {

project rover() {
  static const char* verbs[] = {"Draft", "Review", "Build", "Integrate", "Test", "Ship", "Document", "Measure"};
  static const char* nouns[] = {"chassis",       "firmware", "wiring harness", "gearbox",
                                "control panel", "manual",   "power supply",   "housing"};
  random_generator g(4);
  project_builder b;
  b.name("Rover <refit> & \"launch\"");
  std::vector<resource_id> ids;
  for (const char* name : {"Design", "Engineering", "Test bench", "Assembly <b>"})
    ids.push_back(b.add_renewable(g.between(8, 14), name));
  for (int i = 0; i < 120; ++i) {
    const bool end = i == 0 || i == 119;
    task_spec t{.name = std::string(verbs[g.below(8)]) + ' ' + nouns[g.below(8)] + ' ' + std::to_string(i + 1),
                .work = end ? 0 : g.between(1, 9)};
    if (i == 0) t.name = "Kick-off";
    if (i == 119) t.name = "Launch";
    if (i == 7)
      t.name = "<img src=x onerror=\"document.title='broken'\"></script><script>document.title='broken'</script>";
    for (resource_id r : ids)
      if (!end && g.chance(0.5)) t.needs.push_back({r, g.between(1, 6)});
    if (g.chance(0.1)) t.dates.due = g.between(10, 120);
    if (g.chance(0.05)) t.dates.deadline = g.between(30, 150);
    b.add_task(std::move(t));
  }
  for (int i = 1; i < 119; ++i)
    for (int k = 0; k < 2; ++k)
      if (const auto j = static_cast<int>(g.between(i > 20 ? i - 20 : 0, i - 1)); k == 0 || j % 3 == 0)
        b.add_precedence(task_id(j), task_id(i));
  for (int i = 0; i < 119; ++i) b.add_precedence(task_id(i), task_id(119));
  return b.build();
}

/// Jobs on processors: 28,000 bars of several rows each, some scattered, and a queue.
chart machine() {
  random_generator g(7);
  chart c;
  c.title = "128 processors, 28,000 jobs";
  c.bar_noun = "job";
  for (int u = 1; u <= 6; ++u) c.classes.push_back({"user " + std::to_string(u)});
  c.lanes = {{.title = "Processors", .rows = 128}};
  std::vector<std::int64_t> free(128, 0);
  for (int j = 1; j <= 28000; ++j) {
    const std::uint32_t size = 1U << g.below(5);
    const auto first = static_cast<std::uint32_t>(g.below(128 - size + 1));
    std::int64_t start = 0;
    for (std::uint32_t k = first; k < first + size; ++k) start = std::max(start, free[k]);
    const std::int64_t finish = start + g.between(20, 2000);
    for (std::uint32_t k = first; k < first + size; ++k) free[k] = finish;
    c.bars.push_back({.row = first,
                      .rows = size,
                      .kind = static_cast<std::uint32_t>(g.below(6)),
                      .start = start,
                      .finish = finish,
                      .label = "job " + std::to_string(j)});
  }
  chart_panel queue{.title = "Queue", .unit = "jobs"};
  chart_curve waiting{.name = "waiting", .drawn_as = chart_curve::style::line};
  for (std::int64_t k = 0; k < 4000; ++k) waiting.points.push_back({k * 900, static_cast<double>(g.below(200))});
  queue.curves.push_back(std::move(waiting));
  c.panels.push_back(std::move(queue));
  c.axis = {.unit = "s", .epoch = "2026-01-01", .seconds_per_tick = 1};
  return c;
}

/// People with holidays.
chart people() {
  random_generator g(9);
  chart c;
  c.title = "Roadmap";
  c.classes = {{"web"}, {"mobile"}, {"external"}};
  for (const char* name : {"alice", "bob", "carol", "dave"}) {
    c.lanes.push_back({.title = name});
    for (std::int64_t w = 0; w < 16; ++w) c.lanes.back().shaded.push_back({w * 7 + 5, w * 7 + 7});
  }
  for (std::uint32_t k = 0; k < 48; ++k) {
    const std::int64_t start = g.between(0, 90);
    c.bars.push_back({.lane = k % 4,
                      .kind = static_cast<std::uint32_t>(g.below(3)),
                      .start = start,
                      .finish = start + g.between(2, 9),
                      .label = "feature " + std::to_string(k + 1),
                      .critical = g.chance(0.1)});
  }
  pack_rows(c);
  c.axis = {.unit = "days", .epoch = "2026-01-05", .seconds_per_tick = 86400, .inclusive_finish = true};
  return c;
}

/// People: `low` leaves alice to `high`, which waits for bob's `blocker`; a holiday; somebody nobody can replace.
std::string planned() {
  sched::roadmap map;
  map.name = "Plan <of> two";
  map.now = 20'089;  // 2025-01-01
  map.people.emplace();
  map.people->resources = {{.name = "alice"}, {.name = "bob", .closed = {{20'093, 20'095}}}, {.name = "carol"}};
  map.tasks = {
      {.id = "blocker", .duration = 2, .resources = {"bob"}, .priority = 50},
      {.id = "low", .duration = 10, .resources = {"alice"}, .priority = 40},
      {.id = "high", .duration = 5, .resources = {"alice"}, .dependencies = {{"blocker", 0}}, .priority = 100},
      {.id = "any", .duration = 4, .spec = "carol|bob", .end_before = 20'090},
      {.id = "done", .duration = 0, .dependencies = {{"high", 2}}},
      {.id = "lost", .duration = 1, .spec = "!alice|!bob|!carol"},
  };
  roadmap_options o{.algorithm = roadmap_algorithm::bounded_rollout};
  o.lookahead.guard = lookahead_settings::guard_by::none;
  return roadmap_html(map, o, plan_roadmap(map, o));
}

std::string planned(std::size_t tasks, roadmap_lanes lanes) {
  const sched::roadmap map = random_roadmap({.tasks = tasks});
  const roadmap_options o{.algorithm = roadmap_algorithm::bounded_rollout};
  return roadmap_html(map, o, plan_roadmap(map, o), {.lanes = lanes});
}

/// A run of batch jobs, its waits, and three schedulers beside each other.
std::string cluster_page() {
  random_generator g(5);
  const std::vector<job> jobs =
      random_jobs({.jobs = 2500, .processors = 128, .load = 0.9, .estimate_factor = 3, .users = 7}, g);
  const std::vector<job_trace> traces{{"cluster", jobs, 128}};
  const std::vector<job_policy> policies{
      backfill_policy("easy <b>", order::fcfs{}), backfill_policy("none", order::fcfs{}, reserve::none{}),
      backfill_policy("sjbf", order::fcfs{}, reserve::easy(), estimate::user{}, order::sjf{})};
  const job_comparison whole = compare_jobs(traces, policies, {.keep_runs = true});
  const job_comparison windows = compare_jobs(traces, policies, {.windows = 15, .window_jobs = 300});
  chart c = gantt_of(jobs, whole.runs.front().jobs, 128, {.title = "A cluster", .unix_start = 1'700'000'000});
  c.figures.insert(c.figures.begin(), comparison_figure(whole, &windows));
  return chart_html(c);
}

/// Shares of a GPU, a gang over two nodes that is preempted, a task without GPUs, nodes that are down and draining.
chart gpus() {
  cluster_builder b({"rack"});
  for (const char* name : {"n0", "n1 <b>", "n2"}) {
    node_spec n{.name = name, .cpu = 8000, .path = {name[1] == '2' ? "r1" : "r0"}};
    for (int d = 0; d < 4; ++d) n.devices.push_back({.model = "A"});
    b.add_node(n);
  }
  const cluster c = b.build();
  const auto on = [](std::size_t node, device_list devices, amount share) {
    return allocation{.node = node_id(node), .cpu = 2000, .share = share, .devices = std::move(devices)};
  };
  const std::vector<occupancy> stays{
      {.job = "third", .start = 0, .end = 60, .reason = end_reason::done, .place = {on(0, {1}, 300)}},
      {.job = "half", .start = 0, .end = 90, .place = {on(0, {1}, 500)}},
      {.job = "gang",
       .start = 10,
       .end = 40,
       .reason = end_reason::preempted,
       .place = {on(0, {2, 3}, 1000), on(1, {0, 1}, 1000)}},
      {.job = "plain", .start = 5, .end = 80, .place = {on(2, {}, 0)}},
      {.job = "urgent", .start = 40, .end = 100, .place = {on(0, {0, 2, 3}, 1000)}}};
  const std::vector<node_outage> outages{{node_id(1), 50, 70}, {node_id(2), 80, 100, node_status::draining}};
  return gantt_of(c, stays, {.title = "GPUs", .kinds = {"all"}, .outages = outages, .unplaced = {"too large"}});
}

/// As many nodes, GPUs and tasks as the openb cluster has, a row per node; the same by groups.
chart many_gpus(cluster_rows rows) {
  random_generator g(2);
  const random_cluster_options o{.nodes = 1213, .kinds = 6, .nodes_per_rack = 16, .without_devices = 0.1, .load = 1.1};
  const cluster c = random_cluster(o, g);
  const std::vector<part> tasks = random_tasks(c, o, g);
  cluster_state s(c);
  placement_workspace ws;
  const placement::best_fit best;
  std::vector<occupancy> stays;
  std::int64_t now = 0;
  for (const part& p : tasks) {
    ++now;
    const placement_result r = best(single(p), s, ws);
    if (!r) continue;
    s.apply(r);
    stays.push_back({.job = "pod-" + std::to_string(now), .start = now, .place = {r.parts.begin(), r.parts.end()}});
  }
  return gantt_of(c, stays,
                  {.title = "1,213 nodes", .axis = {.name = "arrival"}, .rows = rows, .typical = typical_types(tasks)});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: pages DIRECTORY\n";
    return 2;
  }
  bool good = true;
  const auto write = [&](const char* name, const std::string& text) {
    std::ofstream out(std::string(argv[1]) + '/' + name, std::ios::binary);
    out << text;
    good = good && out.flush().good();
  };
  const project small_one = rover();
  const schedule s = small::first_fit(small_one);
  write("tasks120.html", gantt_html(small_one, s,
                                    {.instance = "rover",
                                     .solver = "first fit",
                                     .status = status::feasible,
                                     .lower_bound = find_critical_path(small_one).length,
                                     .axis = {.unit = "days", .epoch = "2026-01-05", .seconds_per_tick = 86400},
                                     .reasons = std::vector<std::string>(120, "the first time with enough units")}));
  const project large = small::random_project(3, 5000, 6, 9);
  const schedule l = small::first_fit(large);
  write("tasks5000.html", gantt_html(large, l, {.title = "5,000 tasks"}));
  write("jobs.html", chart_html(machine()));
  write("roadmap.html", chart_html(people()));
  write("plan.html", planned());
  write("plan90.html", planned(90, roadmap_lanes::both));
  write("plan1000.html", planned(1000, roadmap_lanes::people));
  write("cluster.html", cluster_page());
  write("gpus.html", chart_html(gpus()));
  write("gpus1213.html", chart_html(many_gpus(cluster_rows::automatic)));
  write("gpu_groups.html", chart_html(many_gpus(cluster_rows::groups)));
  write("empty.html", gantt_html(project{}, schedule{}));
  write("tasks120.svg", gantt_svg(small_one, s));
  return good ? 0 : 3;
}
