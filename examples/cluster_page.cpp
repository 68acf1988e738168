// SPDX-License-Identifier: BSL-1.0
// Who has which GPUs: a run of the cluster scheduler as one HTML page. cluster_page [FILE.html]
#include <sched/cluster.hpp>
#include <sched/gantt.hpp>

#include <fstream>
#include <initializer_list>
#include <iostream>
#include <string>

using namespace sched;

int main(int argc, char** argv) {
  cluster_builder builder({"rack"});
  for (int k = 0; k < 2; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 64'000, .path = {"rack " + std::to_string(k)}};
    for (int d = 0; d < 4; ++d) n.devices.push_back({.model = "A100"});
    builder.add_node(n);
  }
  const cluster machine = builder.build();
  cluster_scheduler s(machine, order::fcfs{}, reserve::depth{}, placement::best_fit{});

  occupancy_log log;
  const auto note = [&](job_number id) { log.update(id, s.history(id), s.place_of(id)); };
  const auto decide = [&](std::int64_t now) {
    for (const job_number id : s.decide(now).starts) note(id);
  };
  const auto submit = [&](job_number id, const part& p, std::uint32_t tasks, std::int64_t now) {
    cluster_job j;
    j.id = id;
    j.wants = gang(p, tasks);
    j.estimate = 60;
    s.submit(j, now);
  };
  submit(1, {.cpu = 8000, .devices = 1, .share = 300}, 1, 0);
  submit(2, {.cpu = 8000, .devices = 1, .share = 500}, 1, 0);
  submit(3, {.cpu = 8000, .devices = 2}, 2, 0);
  decide(0);
  submit(4, {.cpu = 16'000}, 1, 5);  // no GPU
  decide(5);
  log.set_status(node_id(1), node_status::down, 30);
  s.set_status(node_id(1), node_status::down, 30);  // the gang is lost, and queued again
  note(3);
  decide(30);
  log.set_status(node_id(1), node_status::up, 40);
  s.set_status(node_id(1), node_status::up, 40);
  decide(40);
  for (const job_number id : {job_number{1}, job_number{2}, job_number{3}, job_number{4}}) {
    s.finish(id, 60 + 5 * id);
    note(id);
  }

  const chart c =
      gantt_of(machine, log.stays(), {.title = "Two nodes", .axis = {.unit = "min"}, .outages = log.outages()});
  for (const chart_fact& f : c.facts) std::cout << f.name << ' ' << f.value << '\n';
  for (const chart_bar& b : c.bars)
    std::cout << b.start << " to " << b.finish << ": job " << b.label << " on " << c.lanes[b.lane].title << ", row "
              << b.row << (b.rows > 1 ? " and more" : "") << ", " << b.share << " thousandths of its height"
              << (b.critical ? ", cut short" : "") << '\n';
  if (argc > 1) std::ofstream(argv[1]) << chart_html(c);
}
