// expect: rollout_state
// SPDX-License-Identifier: BSL-1.0
// A state that cannot take a branch back is refused by the concept's name.
#include <sched/solve/rollout.hpp>

#include <cstdint>
#include <span>
#include <vector>

struct countdown {
  using choice = int;
  using checkpoint = int;
  int left = 3;
  bool done() const { return left == 0; }
  void step() { --left; }
  void choices(std::vector<int>& out) { out.push_back(1); }
  void take(int) { step(); }
  int mark() const { return left; }
#ifdef SCHED_COMPILE_FAIL_FIXED
  void rewind(int m) { left = m; }
#endif
  std::uint64_t bytes_logged() const { return 0; }
};
struct to_the_end {
  using cost = int;
  bool begin(const countdown&, std::span<const int>) { return true; }
  bool finished(const countdown&) const { return false; }
  int cost_of(const countdown& s) const { return s.left; }
};

void wrong(countdown& s) { sched::rollout(s, to_the_end{}); }
