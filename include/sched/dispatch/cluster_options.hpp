// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_CLUSTER_OPTIONS_HPP
#define SCHED_DISPATCH_CLUSTER_OPTIONS_HPP

/// \file
/// What a cluster scheduler is told and what it answers.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/dispatch/inventory.hpp>
#include <sched/dispatch/quota.hpp>
#include <sched/model/cluster_job.hpp>
#include <sched/model/job.hpp>
#include <sched/model/lifecycle.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// What a unit of each kind is worth for fair share, and for the work that a preempted job loses.
struct billing_weights {
  amount cpu = 0;     ///< for a thousandth of a cpu
  amount memory = 0;  ///< for a GiB
  amount device = 1;  ///< for a thousandth of a device
};

struct cluster_options {
  std::size_t max_queue = std::numeric_limits<std::size_t>::max();  ///< jobs that wait to be placed
  duration age_step = 0;  ///< a waiting job rises by a band after every such wait; 0: never
  std::int32_t age_cap = band_urgent;
  bool confirm_launch = false;        ///< started jobs are `scheduled` until `launched`; otherwise they run at once
  duration grace = 60;                ///< of preempted jobs
  std::uint32_t max_preemptions = 3;  ///< a job preempted so often is left alone from then on
  bool keep_running_without_checkpoint = false;  ///< a failed checkpoint: the victim runs on, or loses its work
  bool fail_without_checkpoint = false;          ///< `resume` without progress to resume from: the job fails
  bool resume_at_once = true;  ///< preempted jobs are queued again at once, if they may; otherwise by `resume`
  duration restart_cost = 0;   ///< added to what a resumed job has left
  duration overrun_step = 60;  ///< how far the plan of an overrunning job is extended, doubled at each repeat
  duration lease_time = 60;    ///< for an inventory to be committed
  duration repair_time = 60;   ///< so long an elastic job waits for a place of lost tasks of its least number
  billing_weights billing{};
  /// Resources of the quotas, in this order: cpu, memory, device thousandths, running jobs, then, with windows, cpu
  /// · ticks and device thousandths · ticks of the estimate. Must outlive the scheduler.
  quota_tree* quotas = nullptr;
  /// With quotas and preemption: a blocked head within its own quota takes back what jobs of any band have that were
  /// started above a soft limit, or on what others lend, as long as their quota is above its own. So does a job before
  /// it that a limit above their quotas keeps aside.
  bool reclaim = true;
  any_inventory inventory{};  ///< who really has the devices
};

enum class submit_status : std::uint8_t { accepted, queue_full, in_use };

/// A victim is told to write its checkpoint until the deadline.
struct preemption_order {
  job_number victim = 0, preemptor = 0;
  instant deadline{};
  bool reclaimed = false;  ///< it has more than its quota, the preemptor less
  bool operator==(const preemption_order&) const noexcept = default;
};

/// An elastic job has more tasks, or fewer.
struct resize_order {
  enum class kind : std::uint8_t {
    grown,     ///< `parts` were added
    repaired,  ///< `parts` were added: it has its least number of tasks again
    shrunk,    ///< it gives `parts` back for `preemptor`, by the deadline
    lost       ///< `parts` went with their node
  } what = kind::grown;
  job_number job = 0, preemptor = 0;
  instant deadline{};
  std::vector<allocation> parts{};
  bool operator==(const resize_order&) const = default;
};

/// What a job has held: thousandths · ticks.
struct held_amounts {
  amount cpu_time = 0, device_time = 0;
  bool operator==(const held_amounts&) const noexcept = default;
};

struct cluster_decision {
  std::vector<job_number> starts{};  ///< their places: `place_of`
  std::vector<preemption_order> preempts{};
  std::vector<resize_order> resizes{};        ///< what was lost since the last decision first
  std::vector<job_number> failed{};           ///< since the last decision: deadlines, dependencies
  instant next_wakeup = instant::infinity();  ///< ask again then, unless something happens before
};

enum class preemption_status : std::uint8_t {
  none,            ///< nobody was to be preempted
  ordered,         ///< victims were told
  would_not_help,  ///< not even without all candidates there would be a place
};

struct checkpoint_report {
  bool ok = true;
  duration progress = 0;  ///< run time that the checkpoint holds, of all attempts
};
struct resume_answer {
  enum class kind : std::uint8_t { refused, resumed_from, restarted, failed } what = kind::refused;
  duration progress = 0;
};

/// Why a job waits.
struct wait_answer {
  enum class kind : std::uint8_t {
    none,
    held,
    begins_later,
    dependency,
    quota,
    array,
    capacity,
    order,
    inventory
  } what = kind::none;
  obstacle first = obstacle::none;  ///< of `capacity`
  quota_answer limit{};             ///< of `quota`
};

}  // namespace v0
}  // namespace sched

#endif
