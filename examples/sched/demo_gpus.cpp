// SPDX-License-Identifier: BSL-1.0
// `sched demo`: a morning of a GPU cluster, live: shares of GPUs, gangs, urgent jobs, a node that fails.
#include "demo_gpus.hpp"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <iostream>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/cluster.hpp>
#include <sched/core/random.hpp>
#include <sched/evaluate/validate_placement.hpp>
#include <sched/gantt.hpp>
#include <sched/io/csv.hpp>

#include "place_run.hpp"

namespace program {
namespace {

using namespace sched;

constexpr std::int64_t minute = 60, hour = 60 * minute;
const node_id failing(5), drained(11);

cluster three_racks() {
  cluster_builder b({"rack"});
  for (int k = 0; k < 15; ++k) {
    node_spec n{
        .name = (k < 10 ? "gpu-0" : "gpu-") + std::to_string(k), .cpu = 96'000, .memory = 768 * 1024 * mebibyte};
    for (std::uint16_t d = 0; d < 8; ++d)
      n.devices.push_back({k < 10 ? "A100" : "H100", 0, static_cast<std::uint16_t>(d / 4)});
    n.path = {"rack " + std::to_string(k / 5 + 1)};
    b.add_node(n);
  }
  b.add_node({.name = "cpu-15", .cpu = 128'000, .memory = 512 * 1024 * mebibyte, .path = {"rack 3"}});
  return b.build();
}

struct arrival {
  instant at{};
  duration run{};
  cluster_job job{};
};

std::vector<arrival> a_morning() {
  random_generator random(12);
  std::vector<arrival> out;
  std::int64_t now = 0;
  while (now < 6 * hour) {
    now += 1 + static_cast<std::int64_t>(random.exponential() * 48);
    arrival a{.at = now, .run = 4 * minute + static_cast<std::int64_t>(random.exponential() * 40 * minute)};
    a.job.id = static_cast<job_number>(out.size() + 1);
    a.job.user = static_cast<std::uint32_t>(random.below(6));
    const double what = random.real();
    part p{.cpu = 8'000, .memory = 32 * 1024 * mebibyte, .devices = 1};
    std::uint32_t count = 1;
    if (what < 0.12) {
      p.devices = 0;
      p.cpu = 4'000 * random.between(1, 6);
    } else if (what < 0.42) {
      p.cpu = 4'000;
      p.share = 125 * random.between(1, 6);
    } else if (what < 0.62) {
      p.devices = 1U << random.below(4);
      p.numa = numa_policy::best_effort;
    } else if (what < 0.67) {
      p.devices = 8;
      count = 2 + static_cast<std::uint32_t>(random.below(3));
    }
    a.job.wants = gang(p, count);
    a.job.band = random.chance(0.06) ? band_urgent : band_normal;
    a.job.preemptible = a.job.band == band_normal;
    a.job.estimate = 2 * a.run;
    out.push_back(std::move(a));
  }
  return out;
}

struct morning {
  occupancy_log log{};
  duration waited = 0;
  std::size_t preempted = 0;
  bool valid = true;
};

/// Jobs come, run, are preempted (they write a checkpoint within their grace), and go; one node fails for an hour,
/// another one is drained.
morning run(const cluster& machine, const std::vector<arrival>& arrivals, const place_policy& where) {
  morning out;
  cluster_scheduler s(machine, order::fcfs{}, reserve::depth{}, where, order::fair_share<>{}, victims::minimal{},
                      no_store{}, {.grace = minute});
  struct status_change {
    instant at;
    node_id node;
    node_status status;
  };
  const status_change changes[] = {{2 * hour, failing, node_status::down},
                                   {3 * hour, failing, node_status::up},
                                   {4 * hour, drained, node_status::draining},
                                   {7 * hour, drained, node_status::up}};
  using ending = std::tuple<instant, job_number, std::size_t>;  // of an attempt
  std::priority_queue<ending, std::vector<ending>, std::greater<>> endings;
  std::size_t next = 0, next_change = 0;
  while (next < arrivals.size() || !endings.empty()) {
    instant now = instant::infinity();
    if (next < arrivals.size()) now = std::min(now, arrivals[next].at);
    if (next_change < std::size(changes)) now = std::min(now, changes[next_change].at);
    if (!endings.empty()) now = std::min(now, std::get<0>(endings.top()));
    for (; !endings.empty() && std::get<0>(endings.top()) <= now; endings.pop()) {
      const auto [at, id, attempt] = endings.top();
      if (s.history(id).attempt_count() == attempt && holds_resources(s.state(id))) s.finish(id, now);
      out.log.update(id, s.history(id), s.place_of(id));
    }
    for (; next_change < std::size(changes) && changes[next_change].at <= now; ++next_change) {
      const status_change& c = changes[next_change];
      s.set_status(c.node, c.status, now);
      out.log.set_status(c.node, c.status, now);
    }
    for (; next < arrivals.size() && arrivals[next].at <= now; ++next) s.submit(arrivals[next].job, now);
    for (bool again = true; again;) {
      const cluster_decision d = s.decide(now);
      for (const job_number id : d.starts) {
        const arrival& a = arrivals[static_cast<std::size_t>(id - 1)];
        const std::size_t attempt = s.history(id).attempt_count();
        if (attempt == 1) out.waited = out.waited + (now - a.at);
        endings.emplace(now + std::max<duration>(a.run - s.record(id).saved, 1), id, attempt);
        out.log.update(id, s.history(id), s.place_of(id), a.job.user);
      }
      for (const preemption_order& p : d.preempts)
        s.checkpointed(p.victim, {.ok = true, .progress = s.history(p.victim).run_time(now)}, now);
      out.preempted += d.preempts.size();
      again = !d.preempts.empty();
    }
  }
  for (const arrival& a : arrivals) {
    out.log.update(a.job.id, s.history(a.job.id), s.place_of(a.job.id));
    out.valid = out.valid && is_terminal(s.state(a.job.id));
  }
  // Proof: what runs side by side at any start has room.
  for (const occupancy& o : out.log.stays()) {
    std::vector<placed_request> side_by_side;
    for (const occupancy& p : out.log.stays())
      if (p.start <= o.start && o.start < p.end)
        side_by_side.push_back({&arrivals[static_cast<std::size_t>(std::stoi(p.job) - 1)].job.wants, p.place});
    out.valid = out.valid && validate_placement(machine, side_by_side).empty();
  }
  return out;
}

std::string as_csv(const cluster& c, const morning& m) {
  std::string text = "job,user,attempt,start,end,reason,node,gpus,share\n";
  for (const occupancy& o : m.log.stays())
    for (const allocation& a : o.place) {
      std::string gpus;
      for (const std::uint16_t d : a.devices) gpus += (gpus.empty() ? "" : "-") + std::to_string(d);
      text += o.job + ',' + std::to_string(o.kind) + ',' + std::to_string(o.attempt) + ',' + to_string(o.start) + ',' +
              to_string(o.end) + ',' + std::string(to_string(o.reason)) + ',' + c.name(a.node) + ',' + gpus + ',' +
              (gpus.empty() ? "" : std::to_string(a.share)) + '\n';
    }
  return text;
}

}  // namespace

std::string demo_gpus(const std::string& folder, const std::string& format, outcome& worst) {
  const cluster machine = three_racks();
  const std::vector<arrival> arrivals = a_morning();
  std::vector<part> parts;
  for (const arrival& a : arrivals) parts.push_back(a.job.wants.groups[0].each);
  const std::vector<task_type> typical = typical_types(parts);
  std::cout << "\nA morning of a GPU cluster: " << arrivals.size() << " jobs of 6 users on " << machine.device_count()
            << " GPUs; some want parts of a GPU, some several nodes, some are urgent; a node fails.\n\n";
  table out({"where", "mean_wait", "gpus_in_use", "preempted", "milliseconds"}, format.empty() ? "table" : format);
  std::string rows, links, picture;
  const std::filesystem::path to(folder);
  for (const auto& [name, what] : {std::pair{"best-fit", "least room left"}, std::pair{"fgd", "least fragmentation"},
                                   std::pair{"worst-fit", "most room left"}}) {
    const auto begin = std::chrono::steady_clock::now();
    const morning m = run(machine, arrivals, make_place_policy(name, machine, parts, {}));
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - begin;
    if (!m.valid) worsen(worst, outcome::unsolved);
    cluster_gantt_options o{.title = "A morning of a GPU cluster",
                            .axis = {.epoch = "2026-03-02T06:00", .seconds_per_tick = 1},
                            .typical = typical,
                            .outages = m.log.outages(),
                            .facts = {{"Placement", what, {}}}};
    for (int u = 1; u <= 6; ++u) o.kinds.push_back("user " + std::to_string(u));
    const chart c = gantt_of(machine, m.log.stays(), o);
    double used = 0;
    for (const occupancy& s : m.log.stays())
      for (const allocation& a : s.place)
        used += static_cast<double>(static_cast<amount>(a.devices.size()) * a.share) *
                static_cast<double>((s.end - s.start).count());
    const auto rounded = [](double x, double unit) { return std::round(x * unit) / unit; };
    const double share = rounded(
        used / (static_cast<double>(machine.total_milli()) * static_cast<double>(c.extent().length().count())), 1000);
    const auto wait = static_cast<std::int64_t>(
        std::llround(static_cast<double>(m.waited.count()) / static_cast<double>(arrivals.size())));
    const double milliseconds = rounded(spent.count(), 100);
    out.row({std::string(what), wait, share, static_cast<std::int64_t>(m.preempted), milliseconds});
    rows += "<tr><td>" + std::string(what) + "</td><td>" + name + "</td><td>" + std::to_string(wait) + "</td><td>" +
            shortest(share) + "</td><td>" + std::to_string(m.preempted) + "</td><td>" + shortest(milliseconds) +
            "</td></tr>\n";
    const std::string file = "gpus-" + std::string(name) + ".html";
    worsen(worst, write_document((to / file).string(), chart_html(c)));
    links += "<a href=\"" + file + "\">Page: every GPU, " + what + "</a>\n";
    if (picture.empty()) {
      picture = "gpus.svg";
      worsen(worst, write_document((to / picture).string(), chart_svg(c, {.height_limit = 900})));
      worsen(worst, write_document((to / "gpus.csv").string(), as_csv(machine, m)));
      links += "<a href=\"gpus.svg\">The same as SVG</a>\n<a href=\"gpus.csv\">Every place as CSV</a>\n";
    }
  }
  out.finish();
  return "<h2>A morning of a GPU cluster: who has which GPUs</h2>\n<p>" + std::to_string(arrivals.size()) +
         " jobs of 6 users on " + std::to_string(machine.device_count()) +
         " GPUs in three racks: parts of a GPU, whole ones, gangs of nodes; urgent jobs preempt others, a node fails "
         "for an hour, another one is drained. Waits are in seconds.</p>\n"
         "<table><thead><tr><th>Where</th><th>Policy</th><th>Mean wait</th><th>GPUs in use</th><th>Preempted</th>"
         "<th>Milliseconds</th></tr></thead><tbody>\n" +
         rows + "</tbody></table>\n<p></p>\n<div class=\"pictures\">\n" + links +
         "</div>\n<p></p>\n<a href=\"gpus-best-fit.html\"><img src=\"gpus.svg\" alt=\"GPUs over the morning\"></a>\n";
}

}  // namespace program
