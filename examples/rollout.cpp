// SPDX-License-Identifier: BSL-1.0
// Looking ahead before deciding: on a project, and on a state and an objective of one's own.
#include <sched/generate.hpp>
#include <sched/rollout.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <utility>
#include <vector>

namespace {

/// A drill visits holes on a line. By the base policy it goes to the nearest one.
class drill {
public:
  using choice = std::size_t;  // a hole
  using checkpoint = sched::trail::checkpoint;

  explicit drill(std::vector<int> holes) : holes_(std::move(holes)), open_(holes_.size(), true) {}

  [[nodiscard]] bool done() const { return drilled_ == holes_.size(); }
  void step() { take(nearest().front()); }
  void choices(std::vector<std::size_t>& out) const { out = nearest(); }
  void take(std::size_t hole) {  // every change goes through the log
    log_.set(way_, way_ + std::abs(holes_[hole] - at_));
    log_.set(at_, holes_[hole]);
    log_.set(open_[hole], false);
    log_.set(drilled_, drilled_ + 1);
  }
  [[nodiscard]] checkpoint mark() { return log_.mark(); }
  void rewind(checkpoint m) { log_.rewind(m); }
  [[nodiscard]] std::uint64_t bytes_logged() const { return log_.bytes_written(); }

  [[nodiscard]] int way() const { return way_; }
  [[nodiscard]] int position(std::size_t hole) const { return holes_[hole]; }

private:
  [[nodiscard]] std::vector<std::size_t> nearest() const {
    std::vector<std::size_t> left;
    for (std::size_t h = 0; h < holes_.size(); ++h)
      if (open_[h]) left.push_back(h);
    std::ranges::stable_sort(left, {}, [this](std::size_t h) { return std::abs(holes_[h] - at_); });
    return left;
  }

  std::vector<int> holes_;
  std::vector<char> open_;
  std::size_t drilled_ = 0;
  int at_ = 0, way_ = 0;
  sched::trail log_;
};

/// Compare always, look to the end, and what counts is the way.
struct shortest_way {
  using cost = int;
  static bool begin(const drill&, std::span<const std::size_t>) { return true; }
  static bool finished(const drill&) { return false; }
  static int cost_of(const drill& d) { return d.way(); }
};

}  // namespace

int main() {
  // A project: the parallel scheme, led by latest finish, with and without a look ahead.
  sched::random_generator random(21);
  const sched::project p = sched::random_project({.tasks = 90, .resource_strength = 0.1}, random);
  const sched::priority::latest_finish rule;
  const auto one = sched::parallel_sgs(p, rule);
  const auto ahead = sched::rollout_sgs(p, rule, {.scheme = sched::generation_scheme::parallel, .width = 8});
  std::cout << "one pass:            " << one.makespan() << '\n';
  std::cout << "look-ahead:          " << ahead.makespan() << ", " << ahead.schedules << " schedules, "
            << ahead.report.deviations << " of " << ahead.report.decisions << " decisions unlike the rule's, "
            << (sched::validate(p, ahead.schedule).ok() ? "proved" : "wrong") << '\n';
  const auto better =
      sched::rollout_sgs(p, rule, {.scheme = sched::generation_scheme::parallel, .width = 8, .justify = true});
  std::cout << "and justified:       " << better.makespan() << '\n';

  // A state of one's own: the nearest hole first is a trap here.
  drill greedy({1, -2, 4, -8, 16});
  while (!greedy.done()) greedy.step();
  drill clever({1, -2, 4, -8, 16});
  const auto report = sched::rollout(
      clever, shortest_way{}, {.width = 3},
      [](const drill& d, std::span<const std::size_t> holes, std::span<const int> ways, std::size_t best) {
        std::cout << "  to " << d.position(holes[best]) << ':';
        for (std::size_t k = 0; k < holes.size(); ++k)
          std::cout << "  " << d.position(holes[k]) << " costs " << ways[k];
        std::cout << '\n';
      });
  std::cout << "nearest first:       " << greedy.way() << '\n';
  std::cout << "with look-ahead:     " << clever.way() << ", " << report.scenarios << " scenarios, at most "
            << report.most_bytes << " bytes logged by one\n";
}
