// SPDX-License-Identifier: BSL-1.0
// Who goes first among batch jobs: bands, fair share over a tree of accounts, multifactor priority, orders of one's
// own.
#include <sched/backfill.hpp>
#include <sched/fair_share.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace sched;

/// Six jobs that each fill the machine: who starts when is a matter of the order alone.
std::vector<job> queue() {
  std::vector<job> jobs;
  for (job_number k = 1; k <= 6; ++k) {
    job j = rigid_job(k, 0, 4, 110 - 10 * k, 110 - 10 * k);
    j.user = k <= 3 ? 10 : 20;  // the first three belong to user 10, the others to user 20
    j.group = 1;
    j.band = k == 5 ? 2 : 1;
    jobs.push_back(j);
  }
  return jobs;
}

template <job_order Order>
void show(const std::string& name, Order order) {
  const std::vector<job> jobs = queue();
  const job_run run = simulate_jobs(jobs, backfill(4, std::move(order), reserve::easy()));
  std::vector<std::size_t> by_start(jobs.size());
  for (std::size_t k = 0; k < jobs.size(); ++k) by_start[k] = k;
  std::ranges::sort(by_start, {}, [&](std::size_t k) { return run.jobs[k].start; });
  std::cout << name << ":";
  for (const std::size_t k : by_start) std::cout << ' ' << jobs[k].id;
  std::cout << '\n';
}

/// An order of one's own: the two users take turns, by how many jobs each has started.
struct in_turn {
  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant, std::span<double> out) const {
    for (std::size_t k = 0; k < jobs.size(); ++k) out[k] = jobs[k].user == 10 ? first : second;
  }
  void started(const waiting_job& j, instant) { (j.user == 10 ? first : second) += 1; }
  void ended(const waiting_job&, instant) {}
  double first = 0, second = 0;
};

}  // namespace

int main() {
  show("first come, first served", order::fcfs{});
  show("shortest first", order::sjf{});
  show("by band, then shortest", order::by_band(order::sjf{}));

  // One account with two users; user 20 has three times the shares. Fair Tree, use halves in 1,000 ticks.
  share_tree tree;
  tree.account(1, 1);
  tree.user(10, 1, 1);
  tree.user(20, 1, 3);
  show("fair share", order::fair_share(tree, share::fair_tree{}, decay::continuous{1000}));
  show("by band, then fair share", order::by_band(order::fair_share(tree)));

  // Slurm's form: every factor has a weight.
  show("multifactor", order::multifactor({.weight = {.fair_share = 1000, .quality = 5000}}, tree));
  show("in turn", in_turn{});

  // The numbers behind it.
  share_ledger ledger(tree, share::classic{}, decay::continuous{1000});
  ledger.charge(10, 1, 300, 0);
  ledger.charge(20, 1, 100, 0);
  for (const std::uint32_t user : {10U, 20U})
    std::cout << "user " << user << ": factor " << ledger.factor(user, 1, 0) << ", use after 1,000 ticks "
              << ledger.usage(user, 1, 1000) << '\n';
}
