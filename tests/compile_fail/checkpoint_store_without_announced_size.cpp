// expect: checkpoint_store
// SPDX-License-Identifier: BSL-1.0
// A store of checkpoints hears of the size before it takes the bytes.
#include <sched/cluster.hpp>

#include <optional>
#include <string_view>

struct anything_goes {
#ifdef SCHED_COMPILE_FAIL_FIXED
  struct writer {
    void append(std::string_view) {}
    void commit() {}
  };
  std::optional<writer> begin(const sched::checkpoint_note&) { return writer(); }
#else
  void write(sched::job_number, std::string_view) {}
#endif
  std::optional<sched::checkpoint_note> find(sched::job_number) { return std::nullopt; }
  template <class F>
  std::optional<sched::checkpoint_note> read(sched::job_number, F) {
    return std::nullopt;
  }
  void erase(sched::job_number) {}
};

bool test(anything_goes& s) { return sched::write_checkpoint(s, {.job = 1}, "x"); }
