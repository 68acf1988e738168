// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_BACKFILL_RUN_HPP
#define SCHED_EXAMPLES_SCHED_BACKFILL_RUN_HPP

/// \file
/// What `sched backfill` and `sched bench backfill` share: the request, traces, the run.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sched/backfill.hpp>

#include "program.hpp"

namespace program {

struct backfill_request {
  std::string order = "fcfs", reserve = "easy", estimate = "user", events = "sequential";
  std::string prepare = "replay", oversized = "error", bad_lines = "stop";
  bool compress = true;
  sched::amount processors = 0;  ///< 0: the header's
};

struct backfill_trace {
  std::vector<sched::job> jobs{};
  sched::amount processors = 0;
  std::int64_t unix_start = 0;
  std::vector<std::string> warnings{};
};

/// Throws `sched::error` and `std::system_error`.
backfill_trace load_trace(const std::string& path, const backfill_request& r);

/// Precondition: the names of the request are known.
sched::job_run run_backfill(std::span<const sched::job> jobs, sched::amount processors, const backfill_request& r,
                            const sched::control& watch = {});

void add_backfill_options(CLI::App& command, backfill_request& r);

}  // namespace program

#endif
