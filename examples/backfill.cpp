// SPDX-License-Identifier: BSL-1.0
// Backfilling in a scheduler of one's own: it hears what happens and says what to start. Then policies compared on a
// trace.
#include <sched/backfill.hpp>
#include <sched/generate.hpp>

#include <cstdint>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

/// Put this between your queue and your nodes. `launch` starts a job, `now` is your clock in any whole unit.
class my_scheduler {
public:
  explicit my_scheduler(std::int64_t processors) : plan_(processors, sched::order::fcfs{}, sched::reserve::easy()) {}

  void submitted(const std::string& name, std::int64_t processors, std::int64_t time_limit, std::int64_t now) {
    const auto id = static_cast<sched::job_number>(names_.size()) + 1;
    const sched::job_handle h = plan_.submit(sched::rigid_job(id, now, processors, time_limit, 0), now);
    names_[h] = name;
    decide(now);
  }
  void ended(const std::string& name, std::int64_t now) {
    plan_.finish(running_.at(name), now);
    running_.erase(name);
    decide(now);
  }

private:
  void decide(std::int64_t now) {
    for (const sched::job_handle h : plan_.decide(now).starts) launch(h, now);
    std::cout << now << ":";
    for (const auto& [h, start] : plan_.forecast()) std::cout << "  " << names_[h] << " expected at " << start;
    std::cout << (plan_.waiting() == 0 ? "  nobody waits\n" : "\n");
  }
  void launch(sched::job_handle h, std::int64_t now) {
    running_[names_[h]] = h;
    std::cout << now << ": start " << names_[h] << '\n';
  }

  sched::backfill<> plan_;  // FCFS, EASY, the users' estimates
  std::map<sched::job_handle, std::string> names_;
  std::map<std::string, sched::job_handle> running_;
};

/// Mean wait of a run, in seconds.
std::int64_t mean_wait(const std::vector<sched::job>& jobs, const sched::job_run& run) {
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < jobs.size(); ++k) sum += (run.jobs[k].start - jobs[k].submit).count();
  return sum / static_cast<std::int64_t>(jobs.size());
}

}  // namespace

int main() {
  my_scheduler s(8);
  s.submitted("render", 6, 60, 0);
  s.submitted("train", 8, 30, 5);    // waits for the whole machine: not before 60
  s.submitted("test", 1, 40, 10);    // ends before 60: may pass
  s.submitted("index", 1, 100, 12);  // would delay `train`: may not
  s.ended("test", 30);
  s.ended("render", 45);  // earlier than announced
  s.ended("train", 70);

  // The same policies on a trace, by the simulator.
  sched::random_generator random(1);
  const auto jobs = sched::random_jobs({.jobs = 5000, .processors = 128, .load = 0.8, .estimate_factor = 4}, random);
  const auto compare = [&](const char* name, auto scheduler) {
    const sched::job_run run = sched::simulate_jobs(jobs, std::move(scheduler));
    std::cout << name << mean_wait(jobs, run) << " s\n";
  };
  const sched::order::fcfs fcfs;
  const sched::estimate::user user;
  compare("no backfilling:        ", sched::backfill(128, fcfs, sched::reserve::none{}));
  compare("EASY:                  ", sched::backfill(128, fcfs, sched::reserve::easy()));
  compare("EASY, walk shortest:   ", sched::backfill(128, fcfs, sched::reserve::easy(), user, sched::order::sjf{}));
  compare("EASY, WFP3:            ", sched::backfill(128, sched::order::wfp3{}, sched::reserve::easy()));
  compare("four reservations:     ", sched::backfill(128, fcfs, sched::reserve::depth{4}));
  compare("conservative:          ", sched::backfill(128, fcfs, sched::reserve::conservative{}));
}
