// SPDX-License-Identifier: BSL-1.0
// Which scheduler is better, and is that more than chance?
#include <cstdio>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/generate.hpp>

int main() {
  using namespace sched;
  random_generator random(1);
  const auto calm = random_jobs({.jobs = 4000, .processors = 128, .load = 0.7, .estimate_factor = 4}, random);
  const auto busy = random_jobs({.jobs = 4000, .processors = 256, .load = 0.9, .estimate_factor = 4}, random);

  const std::vector<job_trace> traces{{"calm", calm, 128}, {"busy", busy, 256}};
  const std::vector<job_policy> policies{
      backfill_policy("EASY", order::fcfs{}, reserve::easy()),
      backfill_policy("EASY, shortest first", order::fcfs{}, reserve::easy(), estimate::user{}, order::sjf{}),
      backfill_policy("EASY, doubled estimates", order::fcfs{}, reserve::easy(), estimate::scaled{2}),
      backfill_policy("relaxed", order::fcfs{}, reserve::relaxed{0.5}),
      backfill_policy("conservative", order::fcfs{}, reserve::conservative{})};
  const job_comparison c = compare_jobs(traces, policies, {.threads = 2, .windows = 20, .window_jobs = 500});

  const std::size_t wait = c.place_of("avg_wait");
  std::printf("mean wait in %zu windows, 95 %% intervals\n", c.complete);
  for (std::size_t p = 0; p < policies.size(); ++p) {
    const paired_summary& s = c.of(wait, p);
    std::printf("%-24s %6.0f (%.0f … %.0f)  against the first %6.0f (%.0f … %.0f)  rank %.1f%s\n",
                c.policies[p].c_str(), s.mean, s.interval.low, s.interval.high, s.difference, s.apart.low, s.apart.high,
                s.rank, s.differs() ? "  differs" : "");
  }
}
