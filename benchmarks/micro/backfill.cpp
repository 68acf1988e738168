// SPDX-License-Identifier: BSL-1.0
//
// What backfilling costs: whole runs of published logs next to textbook simulators, large generated traces, operations
// per event against the depth of the queue, and the latency of a live scheduler.
// Usage: micro_backfill [logs | large | huge | depth | live]… (default: all), each with =REPEATS (default 9).
// Processor time, medians; subjects take turns within each repeat. Logs are skipped when there are no data.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/generate.hpp>
#include <sched/io.hpp>
#include <sched/io/gzip_file.hpp>

#include "../peers/naive_backfill.hpp"
#include "../support/job_workloads.hpp"
#include "../support/timeline_workloads.hpp"

using namespace sched;
using sched_bench::median;

namespace {

struct trace {
  std::string name;
  amount processors = 0;
  std::vector<job> jobs{};
};

trace read_log(const std::string& name, const std::string& file) {
  const std::string path = std::string(SCHED_DATA_DIR) + "/swf/" + file;
  if (!std::filesystem::exists(path)) {
    std::printf("%s: no data, left out\n", path.c_str());
    return {name};
  }
  const io::swf_log log = io::read_swf(io::read_gzip_file(path), path);
  trace t{name, io::machine_size(log).value()};
  t.jobs = io::prepare::replay(log, t.processors).jobs;
  return t;
}

/// After the model of Lublin and Feitelson; `load` > 1: the queue grows to the end.
trace generated(const std::string& name, std::size_t jobs, amount processors, double load, double estimates) {
  random_generator random(1);
  return {name, processors,
          random_jobs({.jobs = jobs, .processors = processors, .load = load, .estimate_factor = estimates}, random)};
}

job_run easy(const trace& t) { return simulate_jobs(t.jobs, backfill(t.processors)); }
job_run sjbf(const trace& t) {
  return simulate_jobs(t.jobs, backfill(t.processors, order::fcfs{}, reserve::easy(), estimate::user{}, order::sjf{}));
}
job_run conservative(const trace& t) {
  return simulate_jobs(t.jobs, backfill(t.processors, order::fcfs{}, reserve::conservative{}));
}
job_run fcfs(const trace& t) { return simulate_jobs(t.jobs, backfill(t.processors, order::fcfs{}, reserve::none{})); }

template <class Peer>
std::vector<std::int64_t> naive(const trace& t) {
  std::vector<sched_peers::naive_job> jobs;
  for (const job& j : t.jobs)
    jobs.push_back({j.submit.count(), j.shapes[0].demand, j.shapes[0].estimate.count(), j.shapes[0].runtime.count()});
  return Peer(jobs, t.processors).run();
}

struct row {
  const trace* log;
  std::string policy;
  std::function<job_run(const trace&)> ours;
  std::function<std::vector<std::int64_t>(const trace&)> peer{};
  double target = 0;
  std::vector<double> seconds{}, peer_seconds{};
  job_run run{};
  std::size_t different = 0;
};

void measure(std::vector<row>& rows, int repeats) {
  for (int r = 0; r < repeats; ++r)
    for (row& x : rows) {
      if (x.log->jobs.empty()) continue;
      auto start = sched_bench::now();
      x.run = x.ours(*x.log);
      x.seconds.push_back(sched_bench::nanoseconds_since(start) / 1e9);
      if (!x.peer || r >= 3) continue;
      start = sched_bench::now();
      const auto starts = x.peer(*x.log);
      x.peer_seconds.push_back(sched_bench::nanoseconds_since(start) / 1e9);
      x.different = 0;
      for (std::size_t k = 0; k < starts.size(); ++k) x.different += x.run.jobs[k].start != starts[k] ? 1U : 0U;
    }
  std::printf("%-14s %-13s %8s %9s %9s %8s %9s %10s %10s %9s\n", "trace", "policy", "jobs", "queue", "seconds", "best",
              "target", "tests/job", "moves/job", "peer");
  for (const row& x : rows) {
    if (x.seconds.empty()) continue;
    const auto n = static_cast<double>(x.log->jobs.size());
    std::printf("%-14s %-13s %8zu %9zu %9.4f %8.4f ", x.log->name.c_str(), x.policy.c_str(), x.log->jobs.size(),
                sched_bench::longest_queue(x.log->jobs, x.run.jobs), median(x.seconds),
                *std::ranges::min_element(x.seconds));
    if (x.target > 0) std::printf("%9.4f ", x.target);
    else std::printf("%9s ", "-");
    std::printf("%10.2f %10.2f ", static_cast<double>(x.run.tests) / n, static_cast<double>(x.run.moves) / n);
    if (x.peer_seconds.empty()) std::printf("%9s\n", "-");
    else std::printf("%9.3f%s\n", median(x.peer_seconds), x.different == 0 ? "" : "  STARTS DIFFER");
  }
  std::printf("\n");
}

void logs(int repeats) {
  const trace kth = read_log("KTH", "KTH-SP2.swf.gz");
  const trace sdsc = read_log("SDSC 5k", "SDSC-SP2-first5000.swf.gz");
  const trace lublin = read_log("lublin_256", "lublin_256.swf.gz");
  const auto naive_easy = naive<sched_peers::naive_easy>;
  const auto naive_conservative = naive<sched_peers::naive_conservative>;
  std::vector<row> rows{{&kth, "FCFS", fcfs},
                        {&kth, "EASY", easy, naive_easy, 0.009},
                        {&kth, "EASY-SJBF", sjbf, {}, 0.03},
                        {&kth, "conservative", conservative, naive_conservative, 0.05},
                        {&sdsc, "FCFS", fcfs},
                        {&sdsc, "EASY", easy, naive_easy},
                        {&sdsc, "EASY-SJBF", sjbf},
                        {&sdsc, "conservative", conservative, naive_conservative},
                        {&lublin, "EASY", easy, naive_easy, 0.005},
                        {&lublin, "conservative", conservative, naive_conservative, 0.005}};
  measure(rows, repeats);
}

/// As deep as a year on 128 processors gets.
void large(int repeats) {
  const trace exact = generated("128, exact", 67620, 128, 0.9, 0);
  const trace loose = generated("128, loose", 67620, 128, 0.9, 4);
  const auto naive_easy = naive<sched_peers::naive_easy>;
  const auto naive_conservative = naive<sched_peers::naive_conservative>;
  std::vector<row> rows{{&exact, "FCFS", fcfs},
                        {&exact, "EASY", easy, naive_easy, 0.024},
                        {&exact, "conservative", conservative, {}, 0.25},
                        {&loose, "EASY", easy, naive_easy, 0.024},
                        {&loose, "EASY-SJBF", sjbf},
                        {&loose, "conservative", conservative, naive_conservative, 0.25}};
  measure(rows, repeats);
}

/// A machine that is offered more than it can do: the queue grows beyond 100,000 jobs.
void huge(int repeats) {
  const trace exact = generated("8192, exact", 447794, 8192, 1.6, 0);
  const trace loose = generated("8192, loose", 447794, 8192, 1.6, 4);
  std::vector<row> rows{{&exact, "FCFS", fcfs, {}, 0.13},
                        {&exact, "EASY", easy, {}, 0.9},
                        {&exact, "conservative", conservative, {}, 10},
                        {&loose, "FCFS", fcfs, {}, 0.13},
                        {&loose, "EASY", easy, {}, 0.9},
                        {&loose, "conservative", conservative, {}, 10}};
  measure(rows, repeats);
}

/// A machine with about 1,000 jobs running.
constexpr amount live_processors = 10500;

template <class Reserve>
void depth_row(const char* name, Reserve policy, std::size_t depth, bool exact) {
  using scheduler = backfill<order::fcfs, Reserve>;
  auto start = sched_bench::now();
  sched_bench::constant_queue<scheduler> queue(scheduler(live_processors, {}, policy), depth, exact, 1);
  const double build = sched_bench::nanoseconds_since(start);
  const std::uint64_t tests = queue.scheduler().tests();
  const std::uint64_t moves = queue.scheduler().moves();
  std::size_t events = 0;
  start = sched_bench::now();
  // Deep queues get fewer events where an event takes long.
  while (events < 20000 && (events < 20 || sched_bench::nanoseconds_since(start) < 5e9)) {
    static_cast<void>(queue.step());
    ++events;
  }
  const double n = static_cast<double>(events);
  std::printf("%-13s %-6s %9zu %8zu %9zu %12.2f %12.2f %12.3f %10.2f\n", name, exact ? "exact" : "loose", depth,
              queue.scheduler().running(), events, static_cast<double>(queue.scheduler().tests() - tests) / n,
              static_cast<double>(queue.scheduler().moves() - moves) / n,
              sched_bench::nanoseconds_since(start) / n / 1000, build / static_cast<double>(depth) / 1000);
}

void depth(int) {
  std::printf("%-13s %-6s %9s %8s %9s %12s %12s %12s %10s\n", "policy", "est.", "waiting", "running", "events",
              "tests/event", "moves/event", "us/event", "us to fill");
  for (const bool exact : {true, false})
    for (const std::size_t n : {1000U, 10000U, 100000U, 1000000U}) depth_row("EASY", reserve::easy(), n, exact);
  for (const bool exact : {true, false})
    for (const std::size_t n : {1000U, 10000U, 100000U, 1000000U})
      depth_row("conservative", reserve::conservative{}, n, exact);
  std::printf("\n");
}

template <class Reserve>
void live_rows(const char* name, Reserve policy, int repeats, std::size_t events) {
  using scheduler = backfill<order::fcfs, Reserve>;
  using queue_type = sched_bench::constant_queue<scheduler>;
  // The same events in every repeat; an event costs the least of its times, so that other programs do not count.
  std::vector<typename queue_type::cost> least;
  std::size_t running = 0;
  for (int r = 0; r < repeats; ++r) {
    queue_type queue(scheduler(live_processors, {}, policy), 10000, false, 1);
    for (std::size_t k = 0; k < 2000; ++k) static_cast<void>(queue.step());
    running = queue.scheduler().running();
    for (std::size_t k = 0; k < events; ++k) {
      const auto c = queue.step();
      if (r == 0) least.push_back(c);
      else least[k].nanoseconds = std::min(least[k].nanoseconds, c.nanoseconds);
    }
  }
  const auto print = [&](const char* what, auto chosen) {
    std::vector<double> times;
    for (const auto& c : least)
      if (chosen(c.what)) times.push_back(c.nanoseconds / 1000);
    if (times.empty()) return;
    std::ranges::sort(times);
    const auto rank = [&](double share) {
      return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    std::printf("%-13s %-8s %8zu %8zu %10.2f %10.2f %10.2f %10.2f\n", name, what, running, times.size(), rank(0.5),
                rank(0.9), rank(0.99), rank(1));
  };
  using event = typename queue_type::event;
  print("all", [](event) { return true; });
  print("finish", [](event e) { return e == event::finish; });
  print("submit", [](event e) { return e == event::submit; });
  print("wake", [](event e) { return e == event::wake; });
}

/// 10,000 jobs wait, about 1,000 run.
void live(int repeats) {
  std::printf("live, 10,000 waiting, microseconds per event and decision\n%-13s %-8s %8s %8s %10s %10s %10s %10s\n",
              "policy", "event", "running", "events", "p50", "p90", "p99", "max");
  live_rows("EASY", reserve::easy(), std::min(repeats, 3), 40000);
  live_rows("conservative", reserve::conservative{}, std::min(repeats, 3), 20000);
  live_rows("  1,000 looks", reserve::conservative{.most_looks = 1000}, std::min(repeats, 3), 20000);
  live_rows("  300 looks", reserve::conservative{.most_looks = 300}, std::min(repeats, 3), 20000);
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::vector<std::pair<std::string, void (*)(int)>> parts{
      {"logs", logs}, {"large", large}, {"huge", huge}, {"depth", depth}, {"live", live}};
  for (const auto& [name, run] : parts) {
    int repeats = argc > 1 ? 0 : 9;
    for (int k = 1; k < argc; ++k) {
      const std::string wish = argv[k];
      if (wish == name) repeats = 9;
      else if (wish.starts_with(name + "=")) repeats = std::max(1, std::atoi(wish.c_str() + name.size() + 1));
    }
    if (repeats > 0) run(repeats);
  }
}
