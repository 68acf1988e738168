// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_BACKFILL_RUN_HPP
#define SCHED_EXAMPLES_SCHED_BACKFILL_RUN_HPP

/// \file
/// What `sched backfill`, `sched bench backfill` and `sched demo` share: the request, traces, runs, documents.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sched/model/job.hpp>
#include <sched/solve/compare_jobs.hpp>

#include "program.hpp"

namespace program {

/// One scheduler: every policy by name, see `backfill_orders` and `backfill_reservations`.
struct backfill_request {
  std::string order = "fcfs", reserve = "easy", estimate = "user", events = "sequential";
  std::string prepare = "replay", oversized = "error", bad_lines = "stop";
  bool compress = true;
  std::size_t looks = 0;         ///< promises that a sweep looks at in one decision; 0: all
  sched::amount processors = 0;  ///< 0: the header's
};

struct backfill_trace {
  std::vector<sched::job> jobs{};
  sched::amount processors = 0;
  std::int64_t unix_start = 0;
  std::vector<std::string> warnings{};
};

/// Reads and prepares a trace. Throws `sched::error` and `std::system_error`.
backfill_trace load_trace(const std::string& path, const backfill_request& r);

/// Precondition: the request passes `check_backfill`.
sched::job_run run_backfill(std::span<const sched::job> jobs, sched::amount processors, const backfill_request& r,
                            const sched::control& watch = {});

/// Empty, or why the names of a request, or their combination, cannot be used.
std::string check_backfill(const backfill_request& r);
/// True when `check_backfill` refuses the combination of known names.
bool senseless(const backfill_request& r);

/// A policy as `sched list` shows it.
struct backfill_name {
  std::string_view name, long_name, what;
};
/// Orders, and reservations (names before a colon take a number). In the order in which `all` runs them.
std::vector<backfill_name> backfill_orders();
std::vector<backfill_name> backfill_reservations();
/// Of what `all` means: the names above that stand for one policy each.
std::vector<std::string> every_order();
std::vector<std::string> every_reservation();

/// Options of the reader and of one scheduler, but for order and reservations.
void add_backfill_options(CLI::App& command, backfill_request& r);

/// Runs of one trace, side by side, for documents.
struct backfill_answer {
  std::vector<backfill_request> policies{};
  sched::job_comparison whole{};    ///< one observation, its runs kept
  sched::job_comparison windows{};  ///< without observations unless windows were asked for
  std::size_t window_jobs = 0;
  double confidence = 0.95;
  std::string interval = "student";
  std::uint64_t seed = 1;
};

/// Kinds csv, json, html and svg. The picture is that of the first run.
std::string backfill_document(const std::string& extension, const std::string& name, const backfill_trace& t,
                              const backfill_answer& a);

}  // namespace program

#endif
