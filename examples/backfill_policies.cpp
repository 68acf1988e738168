// SPDX-License-Identifier: BSL-1.0
// Backfilling in parts: processors with names, time set aside in advance, and a reservation policy of one's own.
#include <sched/backfill.hpp>
#include <sched/generate.hpp>

#include <cstdint>
#include <iostream>
#include <utility>
#include <vector>

namespace {

/// EASY for the urgent: the first job of positive priority that does not fit is reserved its earliest start, others are
/// not.
struct urgent_first {
  struct memory {};  // nothing to remember between decisions
  template <class Desk>
  void pass(Desk& desk, memory&) const {
    desk.clear_plan();
    bool reserved = false;
    desk.each_in_order([&](sched::job_handle h) {
      const sched::instant at = desk.earliest(h);
      if (at == desk.now()) {
        desk.start(h);
      } else if (!reserved && desk.view(h).priority > 0) {
        static_cast<void>(desk.reserve(h, at));
        reserved = true;
      }
      return true;
    });
  }
};

}  // namespace

int main() {
  using namespace sched;
  const order::fcfs fcfs;
  const estimate::user user;

  // Processors with names: nodes of 4, a job stays on one node if it can. The maintenance of node 0 is announced.
  backfill b(16, fcfs, reserve::easy(), user, fcfs, ids::at_start{placement::hierarchical{{4}}});
  const job_handle first = b.submit(rigid_job(1, 0, 3, 60, 0), 0);
  const job_handle second = b.submit(rigid_job(2, 0, 4, 90, 0), 0);
  const job_handle third = b.submit(rigid_job(3, 0, 6, 30, 0), 0);
  static_cast<void>(b.decide(0));
  for (const job_handle h : {first, second, third}) std::cout << "job " << h + 1 << " on " << b.ids_of(h) << '\n';
  b.drain({{0, 4}}, 10);
  std::cout << "jobs on node 0 at 10:";
  for (const job_handle h : b.jobs_on({{0, 4}})) std::cout << " " << h + 1;
  std::cout << "; free for others: " << b.available() << '\n';

  // Time set aside: 8 of 16 processors from 100 to 200 for those who name reservation 7.
  backfill c(16, fcfs, reserve::conservative{});
  c.add_reservation({.id = 7, .when = {100, 200}, .demand = 8}, 0);
  const job_handle wide = c.submit(rigid_job(1, 0, 12, 150, 0), 0);
  job course = rigid_job(2, 0, 8, 50, 0);
  course.not_before = 100;
  course.allow.push_back(7);
  const job_handle inside = c.submit(course, 0);
  static_cast<void>(c.decide(0));
  std::cout << "too long to end before it, the wide job is promised " << c.promise(wide) << '\n';
  const auto at_100 = c.decide(100);
  std::cout << "started at 100: " << at_100.starts.size() << " (the course: " << (at_100.starts[0] == inside) << ")\n";

  // A policy of one's own beside the library's, on a trace in which every eighth job is urgent.
  random_generator random(1);
  auto jobs = random_jobs({.jobs = 3000, .processors = 128, .load = 0.9, .estimate_factor = 4}, random);
  for (std::size_t k = 0; k < jobs.size(); k += 8) jobs[k].priority = 1;
  const auto waits = [&](const char* name, auto scheduler) {
    const job_run run = simulate_jobs(jobs, std::move(scheduler));
    std::int64_t all = 0, urgent = 0;
    for (std::size_t k = 0; k < jobs.size(); ++k) {
      const std::int64_t wait = (run.jobs[k].start - jobs[k].submit).count();
      all += wait;
      if (jobs[k].priority > 0) urgent += wait;
    }
    std::cout << name << all / 3000 << " s, urgent ones " << urgent / 375 << " s\n";
  };
  waits("EASY:            mean wait ", backfill(128, fcfs, reserve::easy()));
  waits("slack:           mean wait ", backfill(128, fcfs, reserve::slack{}));
  waits("adaptive:        mean wait ", backfill(128, fcfs, reserve::selective_adaptive{}));
  waits("greedy:          mean wait ", backfill(128, fcfs, reserve::greedy(fcfs, order::sjf{}, order::largest{})));
  waits("urgent_first:    mean wait ", backfill(128, order::by_priority{}, urgent_first{}));
}
