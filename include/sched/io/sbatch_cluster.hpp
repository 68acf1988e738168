// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SBATCH_CLUSTER_HPP
#define SCHED_IO_SBATCH_CLUSTER_HPP

/// \file
/// From what an sbatch script says to jobs of a cluster.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/node_list.hpp>
#include <sched/io/sbatch_job.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_job.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Names and their numbers, from 0 in the order of first use. O(log names).
class name_table {
public:
  std::uint32_t number(std::string_view name) {
    const auto at = numbers_.find(name);
    if (at != numbers_.end()) return at->second;
    const auto n = static_cast<std::uint32_t>(names_.size());
    numbers_.emplace(std::string(name), n);
    names_.emplace_back(name);
    return n;
  }
  /// The name of a number; its digits when it has none.
  [[nodiscard]] std::string name(std::uint32_t n) const { return n < names_.size() ? names_[n] : std::to_string(n); }
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
  [[nodiscard]] bool has(std::string_view name) const { return numbers_.find(name) != numbers_.end(); }

private:
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  std::vector<std::string> names_;
};

/// A task of an array, or a job: what number the scheduler knows it by.
struct sbatch_task {
  job_number job = 0;
  std::int64_t index = sbatch_dependency::none;  ///< in its array
};

/// What a submission refers to: the cluster, names, job numbers given so far. Ticks are seconds from `unix_start`.
struct sbatch_site {
  explicit sbatch_site(const cluster& c) : machine(&c) {}

  const cluster* machine;
  name_table users{}, accounts{}, partitions{};
  bool closed_partitions = false;  ///< only partitions in the table exist
  std::int64_t unix_start = 0;     ///< tick 0 in seconds since 1970-01-01
  job_number next_id = 1;
  std::map<job_number, std::vector<sbatch_task>> arrays{};  ///< of every array submitted, by its number
};

/// Jobs for `cluster_scheduler::submit`, and what of the script has no counterpart there.
struct sbatch_submission {
  job_number id = 0;  ///< of the job, or of the array
  std::vector<cluster_job> jobs{};
  std::vector<std::int64_t> indices{};  ///< by job: of its array, or `sbatch_dependency::none`
  std::vector<std::string> notes{};     ///< options that change nothing here
};

namespace detail {

class sbatch_converter {
public:
  sbatch_converter(const sbatch_job& j, const sbatch_site& site) : j_(j), c_(*site.machine) {}

  /// Appends the groups of this component.
  void append(request& r, bool several) {
    find_places(r, several);
    std::uint32_t nodes = j_.nodes_min, least = 0, tasks = j_.tasks;
    if (j_.tasks_per_node != 0) {
      if (nodes == 0) nodes = tasks == 0 ? 1 : (tasks + j_.tasks_per_node - 1) / j_.tasks_per_node;
      if (tasks == 0 && j_.nodes_max == j_.nodes_min)
        tasks = nodes * std::uint64_t{j_.tasks_per_node} > 1'000'000'000
                    ? fail("--ntasks-per-node", "asks for more than 1000000000 tasks")
                    : nodes * j_.tasks_per_node;
      if (tasks > nodes * std::uint64_t{j_.tasks_per_node} && tasks != 0)
        fail("--ntasks", std::to_string(tasks) + " tasks on " + std::to_string(nodes) + " nodes with " +
                             std::to_string(j_.tasks_per_node) + " each");
    }
    const bool per_node = j_.gpus_per_node || !j_.gres.empty() || j_.memory;
    const bool by_task =
        nodes == 0 && tasks > 1 && !per_node && (!j_.gpus || j_.gpus->count % static_cast<amount>(tasks) == 0);
    r.exclusive = r.exclusive || j_.exclusive || (j_.memory && *j_.memory == 0);
    if (by_task) {
      if (several) fail("hetjob", "components need --nodes when their tasks may go anywhere");
      add(r, share(1, j_.gpus ? j_.gpus->count / static_cast<amount>(tasks) : 0), tasks, 0);
    } else {
      nodes = std::max(nodes, 1U);
      const bool moldable = j_.nodes_max > j_.nodes_min && j_.tasks == 0 && !j_.gpus && j_.licenses.empty();
      if (moldable) {
        least = nodes;
        nodes = j_.nodes_max;
        if (j_.tasks_per_node != 0) tasks = 0;
      }
      const std::uint32_t each = j_.tasks_per_node != 0 ? j_.tasks_per_node : 1;
      if (moldable || tasks == 0) tasks = 0;
      else if (tasks < nodes) nodes = tasks;  // no node without a task
      if (j_.gpus && j_.gpus->count < nodes)
        fail("--gpus", std::to_string(j_.gpus->count) + " on " + std::to_string(nodes) + " nodes");
      // Tasks and GPUs are dealt out evenly: the first nodes have one more.
      const auto n = static_cast<amount>(nodes);
      const amount all = tasks == 0 ? n * each : static_cast<amount>(tasks), gpus = j_.gpus ? j_.gpus->count : 0;
      for (amount k = 0; k < n;) {
        const auto mine = [&](amount total, amount at) { return total / n + (at < total % n ? 1 : 0); };
        amount end = n;
        for (const amount cut : {all % n, gpus % n})
          if (cut > k) end = std::min(end, cut);
        add(r, share(mine(all, k), mine(gpus, k)), static_cast<std::uint32_t>(end - k), moldable ? least : 0);
        k = end;
      }
      if (nodes > 1 || several) r.per_node = 1;
    }
    if (!j_.licenses.empty()) {  // once for the job: of its first part
      part_group first = r.groups[base_];
      if (first.count > 1) {
        --r.groups[base_].count;
        first.count = 1;
        r.groups.insert(r.groups.begin() + static_cast<std::ptrdiff_t>(base_), first);
      }
      for (const sbatch_gres& l : j_.licenses) count(r.groups[base_].each, "--licenses", l.name, l.count);
    }
  }
  void base(std::size_t groups) noexcept { base_ = groups; }

  [[noreturn]] std::uint32_t fail(std::string_view option, const std::string& text) const {
    throw error("job '" + printable(j_.name) + "': " + std::string(option) + ": " + text, {j_.name});
  }

private:
  /// Nodes that the job may not have.
  void find_places(request& r, bool several) const {
    if (!j_.nodelist.empty()) fail("--nodelist", "nodes cannot be asked for by name");
    if (j_.exclude.empty()) return;
    if (several) fail("--exclude", "nodes cannot be left out for one component only");
    if (j_.exclude.find('/') != std::string::npos) fail("--exclude", "lists in files are not read");
    std::vector<std::string> names;
    try {
      names = expand_node_list(j_.exclude, std::max<std::size_t>(c_.node_count(), 1000));
    } catch (const error& e) {
      fail("--exclude", e.reason());
    }
    for (const std::string& name : names) {
      const node_id n = c_.find(name);
      if (!n.valid()) fail("--exclude", "there is no node " + in_quotes(name));
      r.except.push_back(static_cast<std::uint32_t>(n.index()));
    }
    std::ranges::sort(r.except);
    r.except.erase(std::unique(r.except.begin(), r.except.end()), r.except.end());
  }
  void add(request& r, part p, std::uint32_t count_of, std::uint32_t least) const {
    r.groups.push_back({std::move(p), count_of, least});
  }
  void count(part& p, std::string_view option, std::string_view kind, amount units) const {
    const std::size_t k = c_.kind(kind);
    if (k == c_.kinds().size()) fail(option, "no node of the cluster has any " + in_quotes(kind));
    for (counted_need& n : p.counted)
      if (n.kind == k) {
        n.units = saturating_add(n.units, units);
        return;
      }
    p.counted.push_back({static_cast<std::uint32_t>(k), units});
  }
  void devices(part& p, std::string_view option, const sbatch_gres& g, amount n) const {
    if (n > static_cast<amount>(cluster_builder::max_devices)) fail(option, std::to_string(n) + " devices on one node");
    if (p.devices != 0) fail(option, "GPUs are asked for in two ways");
    p.devices = static_cast<std::uint32_t>(n);
    if (g.type.empty()) return;
    for (std::size_t m = 0; m < c_.model_count(); ++m)
      if (same_word(c_.model(m), g.type)) p.models |= model_set{1} << m;
    if (p.models == 0) fail(option, "no device of the cluster is a " + in_quotes(g.type));
  }
  /// What one node has: `tasks` of them, and `gpus` of all that the job asks for.
  [[nodiscard]] part share(amount tasks, amount gpus) const {
    part p;
    const amount cpus = saturating_mul(tasks, j_.cpus_per_task);
    p.cpu = saturating_mul(cpus, 1000);
    if (j_.gpus) devices(p, "--gpus", *j_.gpus, gpus);
    if (j_.gpus_per_node) devices(p, "--gpus-per-node", *j_.gpus_per_node, j_.gpus_per_node->count);
    if (j_.gpus_per_task)
      devices(p, "--gpus-per-task", *j_.gpus_per_task, saturating_mul(tasks, j_.gpus_per_task->count));
    for (const sbatch_gres& g : j_.gres) {
      if (g.name == "gpu") devices(p, "--gres", g, g.count);
      else count(p, "--gres", g.type.empty() ? g.name : g.name + ":" + g.type, g.count);
    }
    if (j_.memory) p.memory = *j_.memory;
    if (j_.memory_per_cpu) p.memory = saturating_mul(*j_.memory_per_cpu, cpus);
    if (j_.memory_per_gpu) p.memory = saturating_mul(*j_.memory_per_gpu, static_cast<amount>(p.devices));
    for (const amount a : {p.cpu, p.memory})
      if (a > cluster_builder::max_amount) fail("--ntasks", "asks for more of a node than any can have");
    std::string_view features = j_.constraint;
    if (!features.empty()) {
      if (features.find_first_of("|[](*") != std::string_view::npos)
        fail("--constraint", "only features joined by & are understood: " + in_quotes(features));
      for (bool more = true; more;) {
        more = features.find('&') != std::string_view::npos;
        count(p, "--constraint", cut(features, '&'), 1);
      }
    }
    return p;
  }

  const sbatch_job& j_;
  const cluster& c_;
  std::size_t base_ = 0;
};

}  // namespace detail

/// Jobs of a script, with numbers from `site.next_id` on. An array becomes a job for every index; a heterogeneous job
/// one all-or-nothing request, on different nodes for every component.
///
/// With `--nodes`, or what is per node (`--mem`, `--gres`, `--gpus-per-node`, `--ntasks-per-node`), a part is what one
/// node gives; tasks and `--gpus` are dealt out evenly, nodes are different. `--nodes=MIN-MAX` without `--ntasks` and
/// `--gpus` is moldable, otherwise MIN counts. Without any of these every task is a part that may go anywhere, if
/// `--gpus` can be divided. `--mem=0` takes the node alone. GPU types are device models, without regard to case; other
/// generic resources, licences (once for a job) and features (`--constraint`, joined by &) are counted kinds of the
/// cluster by name; a feature needs one unit. `--exclude` names nodes of the cluster. The deadline is that of the end:
/// the start must come early enough for the (minimum) time. Partitions in a list: the first that exists.
///
/// Throws `sched::error` for a script with problems, and, with job and option, for what this cluster cannot say:
/// unknown types, kinds, partitions and nodes, nodes that must be used, any-of dependencies. Numbers are taken only
/// when all went well. O(tasks + groups).
[[nodiscard]] inline sbatch_submission make_cluster_jobs(const sbatch_script& s, sbatch_site& site, instant now,
                                                         std::string_view file = {}) {
  if (!s.ok()) {
    std::string text = s.problems.front().text;
    if (!s.problems.front().option.empty()) text = s.problems.front().option + ": " + text;
    if (s.problems.size() > 1) text += " (and " + std::to_string(s.problems.size() - 1) + " more)";
    throw error(std::string(file), s.problems.front().line, text);
  }
  const sbatch_job& j = s.job();
  detail::sbatch_converter first(j, site);
  sbatch_submission out;
  cluster_job like;
  like.name = j.name;
  like.wants.groups.clear();
  duration shortest = 0;
  like.estimate = 0;
  for (const sbatch_job& component : s.components) {
    detail::sbatch_converter one(component, site);
    one.base(like.wants.groups.size());
    one.append(like.wants, s.components.size() > 1);
    like.estimate = std::max(like.estimate, component.time_limit);
    shortest = std::max(shortest, component.time_min > 0 ? component.time_min : component.time_limit);
  }
  const std::int64_t unix_now = site.unix_start + now.count();
  if (j.begin.is != slurm_when::kind::none) like.not_before = instant(j.begin.at(unix_now) - site.unix_start);
  if (j.deadline.is != slurm_when::kind::none) {
    const instant end(j.deadline.at(unix_now) - site.unix_start);
    like.deadline = shortest == duration::infinity() ? end : end - shortest;
    if (like.deadline < now) first.fail("--deadline", "it cannot end by then");
  }
  std::string_view partition;
  for (const std::string& p : j.partitions)
    if (partition.empty() && (!site.closed_partitions || site.partitions.has(p))) partition = p;
  if (partition.empty() && !j.partitions.empty())
    first.fail("--partition", "there is no " + in_quotes(j.partitions.front()));
  if (j.after_any && j.after.size() > 1) first.fail("--dependency", "a job cannot wait for any one of several");
  like.band = j.band;
  like.priority = j.priority.value_or(0);
  like.nice = j.nice;
  like.held = j.held;
  like.requeue = j.requeue;
  like.array_limit = j.array_limit;
  const auto note = [&](bool said, const char* option) {
    if (said) out.notes.push_back(std::string(option) + " has no counterpart here");
  };
  note(!j.qos.empty(), "--qos");
  note(!j.reservation.empty(), "--reservation");
  note(j.time_min > 0, "--time-min");
  note(j.partitions.size() > 1, "a second partition");

  out.id = site.next_id;
  std::vector<std::int64_t> indices;
  for (const sbatch_range& r : j.array)
    for (std::uint64_t k = r.first; k <= r.last; k += r.step) indices.push_back(static_cast<std::int64_t>(k));
  std::ranges::sort(indices);
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  if (indices.empty()) indices.push_back(sbatch_dependency::none);
  std::vector<sbatch_task> tasks;
  for (const std::int64_t index : indices) {
    cluster_job& job = out.jobs.emplace_back(like);
    job.id = out.id + static_cast<job_number>(out.jobs.size()) - 1;
    if (index != sbatch_dependency::none) job.array = out.id;
    for (const sbatch_dependency& d : j.after) {
      const auto array = site.arrays.find(d.job);
      if (d.on == job_dependency::kind::singleton || array == site.arrays.end()) {
        if (d.task != sbatch_dependency::none)
          first.fail("--dependency", "job " + std::to_string(d.job) + " is no array");
        job.after.push_back({d.on, d.job, d.delay});
        continue;
      }
      const std::int64_t wanted = d.corresponding ? index : d.task;
      const std::size_t before = job.after.size();
      for (const sbatch_task& t : array->second)
        if ((!d.corresponding && wanted == sbatch_dependency::none) || t.index == wanted)
          job.after.push_back({d.on, t.job, d.delay});
      if (job.after.size() == before)
        first.fail("--dependency", "array " + std::to_string(d.job) + " has no such task");
    }
    tasks.push_back({job.id, index});
  }
  for (const cluster_job& job : out.jobs) check_cluster_job(job, *site.machine);
  const std::uint32_t user = site.users.number(j.user), account = site.accounts.number(j.account),
                      queue = site.partitions.number(partition);
  for (cluster_job& job : out.jobs) job.user = user, job.account = account, job.queue = queue;
  if (!j.array.empty()) site.arrays.emplace(out.id, std::move(tasks));
  out.indices = std::move(indices);
  site.next_id += static_cast<job_number>(out.jobs.size());
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
