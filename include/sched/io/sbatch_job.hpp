// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SBATCH_JOB_HPP
#define SCHED_IO_SBATCH_JOB_HPP

/// \file
/// What an sbatch script says: its options as they were meant, before any cluster is asked.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/io/slurm_time.hpp>
#include <sched/model/cluster_job.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// `NAME[:TYPE][:COUNT]` of a list of generic resources or licences; a licence has no type.
struct sbatch_gres {
  std::string name{}, type{};
  amount count = 1;
  bool operator==(const sbatch_gres&) const = default;
};

/// `afterok:ID[_INDEX][+MINUTES]`, `aftercorr` (the task of the same index), `singleton`.
struct sbatch_dependency {
  job_dependency::kind on = job_dependency::kind::ok;
  job_number job = 0;
  std::int64_t task = none;  ///< of an array; `none`: all of it
  duration delay = 0;        ///< seconds
  bool corresponding = false;
  static constexpr std::int64_t none = -1;
  bool operator==(const sbatch_dependency&) const noexcept = default;
};

/// `FIRST[-LAST[:STEP]]` of an array.
struct sbatch_range {
  std::uint32_t first = 0, last = 0, step = 1;
  bool operator==(const sbatch_range&) const noexcept = default;
};

/// One job, or one component of a heterogeneous one. Times in seconds, memory in bytes. Nothing said: 0, empty, +∞ or
/// `std::nullopt`.
struct sbatch_job {
  std::string name{}, user{}, account{}, qos{}, reservation{}, comment{};
  std::vector<std::string> partitions{};
  duration time_limit = duration::infinity();
  duration time_min = 0;
  std::uint32_t nodes_min = 0, nodes_max = 0;  ///< 0: not said
  std::uint32_t tasks = 0, tasks_per_node = 0;
  std::uint32_t cpus_per_task = 1;
  std::optional<amount> memory{}, memory_per_cpu{}, memory_per_gpu{};  ///< memory 0: all of the node
  std::vector<sbatch_gres> gres{};                                     ///< per node
  std::optional<sbatch_gres> gpus{}, gpus_per_node{}, gpus_per_task{};
  std::vector<sbatch_gres> licenses{};
  std::int32_t band = band_normal;
  std::optional<std::int64_t> priority{};
  std::int32_t nice = 0;
  std::vector<sbatch_range> array{};
  std::uint32_t array_limit = 0;
  std::vector<sbatch_dependency> after{};
  bool after_any = false;  ///< one of them suffices
  slurm_when begin{}, deadline{};
  std::string constraint{}, nodelist{}, exclude{};
  bool exclusive = false, held = false, requeue = true;
  std::string export_names{}, directory{}, output{}, errors{}, input{}, signal{};
  bool operator==(const sbatch_job&) const = default;

  /// Any option that asks for GPUs. O(gres).
  [[nodiscard]] bool asks_for_gpus() const noexcept {
    if (gpus || gpus_per_node || gpus_per_task) return true;
    for (const sbatch_gres& g : gres)
      if (g.name == "gpu") return true;
    return false;
  }
};

/// Something wrong, or worth telling: where, at which option, what.
struct sbatch_problem {
  std::size_t line = 0;  ///< from 1; 0: the command line
  std::string option{};  ///< as it was written: `--mem`, `-N`; empty: none
  std::string text{};
  bool operator==(const sbatch_problem&) const = default;
};
/// `FILE:LINE: OPTION: text`.
[[nodiscard]] inline std::string describe(const sbatch_problem& p, std::string_view file) {
  std::string out(file);
  if (p.line != 0) out += (out.empty() ? "line " : ":") + std::to_string(p.line);
  else out += out.empty() ? "command line" : ": command line";
  out += ": ";
  if (!p.option.empty()) out += p.option + ": ";
  return out + p.text;
}

/// A script, or a command line. The job is what can be understood; with `problems` it is not what its author meant.
struct sbatch_script {
  std::vector<sbatch_job> components{};        ///< one; more: a heterogeneous job
  std::vector<sbatch_problem> problems{};      ///< in the order of the text
  std::vector<sbatch_problem> warnings{};      ///< directives that do not count
  std::vector<sbatch_problem> unrecognised{};  ///< options that are none of ours, with their value as text
  std::string command{};                       ///< of a command line: the script
  std::vector<std::string> arguments{};        ///< of a command line: what follows the script
  bool wrapped = false;                        ///< `command` is text of `--wrap`
  [[nodiscard]] bool ok() const noexcept { return problems.empty(); }
  [[nodiscard]] const sbatch_job& job() const noexcept { return components.front(); }
};

struct sbatch_options {
  std::string_view user = "slurm_user";
  std::uint32_t gpu_default = 0;  ///< GPUs of a job without any option for them
};
/// As the Horizon scheduler reads scripts: a GPU, unless the script says how many.
[[nodiscard]] constexpr sbatch_options reference_sbatch_options() noexcept { return {"slurm_user", 1}; }

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
