// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SLURM_HPP
#define SCHED_SLURM_HPP

/// \file
/// Front door: what users of Slurm know. Scripts and command lines of sbatch in (`io::read_sbatch`), headers out
/// (`io::write_sbatch_header`), jobs of a cluster from them (`io::make_cluster_jobs`), lists of nodes, and tables as
/// squeue, sinfo and sacct print them (`io::format_squeue`, `io::format_sinfo`, `io::format_sacct`). The scheduler that
/// takes the jobs: sched/cluster.hpp.

#include <sched/io/node_list.hpp>
#include <sched/io/sacct.hpp>
#include <sched/io/sbatch.hpp>
#include <sched/io/sbatch_cluster.hpp>
#include <sched/io/sbatch_job.hpp>
#include <sched/io/sbatch_write.hpp>
#include <sched/io/sinfo.hpp>
#include <sched/io/slurm_table.hpp>
#include <sched/io/slurm_time.hpp>
#include <sched/io/squeue.hpp>

#endif
