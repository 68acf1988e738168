// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SINFO_HPP
#define SCHED_IO_SINFO_HPP

/// \file
/// The nodes of a cluster, by partition and state, as a table in the form of Slurm's.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/node_list.hpp>
#include <sched/io/slurm_table.hpp>
#include <sched/io/slurm_time.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// A partition as `sinfo` shows it: a name for some of the nodes. The cluster itself knows none.
struct sinfo_partition {
  std::string name = "cluster";
  std::string nodes{};  ///< names in the bracket form; empty: all of the cluster
  duration limit = duration::infinity();
  bool is_default = false;  ///< shown with a star
  bool up = true;
};

/// Nodes that are alike: a row of `sinfo`.
struct sinfo_row {
  std::string partition{}, state{}, nodes{}, gres{};
  bool is_default = false, up = true;
  duration limit = duration::infinity();
  std::uint64_t count = 0;
  std::uint64_t allocated = 0, idle = 0;       ///< nodes; the others are down or drained
  amount cpu = 0, cpu_free = 0, cpu_up = 0;    ///< thousandths over all nodes; of those that take jobs
  amount least_cpu = 0, least_memory = 0;      ///< of one node: thousandths and bytes …
  bool more_cpu = false, more_memory = false;  ///< … and some have more
};

/// What makes a row of its own.
enum class sinfo_rows : std::uint8_t {
  by_state,     ///< nodes of one partition, state and kind
  by_partition  ///< all nodes of a partition
};

namespace detail {

[[nodiscard]] inline std::string sinfo_state(const cluster& c, node_id n, const node_free& f) {
  const bool idle = f.tasks == 0;
  if (f.status == node_status::down) return "down";
  if (f.status == node_status::unknown) return "unk";
  if (f.status == node_status::draining) return idle ? "drain" : "drng";
  if (idle) return "idle";
  return f.exclusive || f.cpu == 0 || (c.devices(n) > 0 && f.largest == 0) ? "alloc" : "mix";
}
/// `gpu:MODEL:COUNT` with commas.
[[nodiscard]] inline std::string sinfo_gres(const cluster& c, node_id n) {
  std::map<std::string, std::size_t> models;
  for (std::size_t d = 0; d < c.devices(n); ++d) ++models[c.model(c.shape(n).model(d))];
  std::string out;
  for (const auto& [model, count] : models) {
    if (!out.empty()) out += ',';
    out += "gpu:" + model + ':' + std::to_string(count);
  }
  return out;
}
/// The nodes that a list names. Throws for names that the cluster does not have.
[[nodiscard]] inline std::vector<node_id> sinfo_nodes(const cluster& c, const sinfo_partition& p) {
  std::vector<node_id> out;
  if (p.nodes.empty()) {
    for (std::size_t i = 0; i < c.node_count(); ++i) out.emplace_back(i);
    return out;
  }
  std::map<std::string, std::size_t, std::less<>> known;
  for (std::size_t i = 0; i < c.node_count(); ++i) known.emplace(c.name(node_id(i)), i);
  for (const std::string& name : expand_node_list(p.nodes)) {
    const auto at = known.find(name);
    if (at == known.end())
      throw error("partition '" + printable(p.name) + "': the cluster has no node " + in_quotes(name), {name});
    out.emplace_back(at->second);
  }
  std::ranges::sort(out, {}, &node_id::index);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace detail

/// The nodes of every partition, in rows for each state and kind of node (or one row for the partition), in the order
/// of the first node of each. Throws `sched::error` for nodes that the cluster does not have. O(nodes log nodes) a
/// partition.
[[nodiscard]] inline std::vector<sinfo_row> make_sinfo_rows(const cluster& c, const cluster_state& s,
                                                            std::span<const sinfo_partition> partitions,
                                                            sinfo_rows rows = sinfo_rows::by_state) {
  std::vector<sinfo_row> out;
  for (const sinfo_partition& p : partitions) {
    const std::size_t begin = out.size();
    std::vector<std::vector<std::string>> names;
    std::map<std::tuple<std::string, amount, amount, std::size_t>, std::size_t> known;
    for (const node_id n : detail::sinfo_nodes(c, p)) {
      const node_free& f = s.free(n);
      const std::string state = detail::sinfo_state(c, n, f);
      std::size_t at = begin;
      bool fresh = out.size() == begin;
      if (rows == sinfo_rows::by_state) {
        const auto [kind, added] = known.try_emplace({state, c.cpu(n), c.memory(n), c.shape_number(n)}, out.size());
        at = kind->second;
        fresh = added;
      }
      if (fresh) {
        out.push_back({.partition = p.name,
                       .state = state,
                       .nodes = {},
                       .gres = detail::sinfo_gres(c, n),
                       .is_default = p.is_default,
                       .up = p.up,
                       .limit = p.limit,
                       .least_cpu = c.cpu(n),
                       .least_memory = c.memory(n)});
        names.emplace_back();
      }
      sinfo_row& r = out[at];
      ++r.count;
      const bool takes_jobs = state == "idle" || state == "mix" || state == "alloc";
      if (f.tasks != 0) ++r.allocated;
      else if (takes_jobs) ++r.idle;
      r.cpu += c.cpu(n);
      r.cpu_free += f.cpu;
      if (takes_jobs) r.cpu_up += f.cpu;
      r.more_cpu = r.more_cpu || c.cpu(n) != r.least_cpu;
      r.more_memory = r.more_memory || c.memory(n) != r.least_memory;
      r.least_cpu = std::min(r.least_cpu, c.cpu(n));
      r.least_memory = std::min(r.least_memory, c.memory(n));
      if (r.state != state) r.state = "mix";
      if (!fresh && rows == sinfo_rows::by_partition && r.gres != detail::sinfo_gres(c, n)) r.gres = "(various)";
      names[at - begin].push_back(c.name(n));
    }
    for (std::size_t k = begin; k < out.size(); ++k) out[k].nodes = compress_node_list(names[k - begin]);
  }
  return out;
}
/// The same of a cluster without partitions.
[[nodiscard]] inline std::vector<sinfo_row> make_sinfo_rows(const cluster& c, const cluster_state& s) {
  const sinfo_partition all[1];
  return make_sinfo_rows(c, s, all);
}

/// Letters of `sinfo --format`: `%A` nodes allocated/idle, `%F` allocated/idle/other/total, `%C` the same of cpus.
[[nodiscard]] inline std::span<const text_field<sinfo_row>> sinfo_fields() {
  using row = sinfo_row;
  static constexpr auto plus = [](amount n, bool more) { return std::to_string(n) + (more ? "+" : ""); };
  static constexpr text_field<row> all[] = {
      {"P", "PARTITION", [](const row& r) { return r.partition + (r.is_default ? "*" : ""); }},
      {"R", "PARTITION", [](const row& r) { return r.partition; }},
      {"a", "AVAIL", [](const row& r) { return std::string(r.up ? "up" : "down"); }},
      {"l", "TIMELIMIT",
       [](const row& r) { return r.limit == duration::infinity() ? "infinite" : format_slurm_duration(r.limit); }},
      {"D", "NODES", [](const row& r) { return std::to_string(r.count); }},
      {"A", "NODES(A/I)", [](const row& r) { return std::to_string(r.allocated) + '/' + std::to_string(r.idle); }},
      {"F", "NODES(A/I/O/T)",
       [](const row& r) {
         return std::to_string(r.allocated) + '/' + std::to_string(r.idle) + '/' +
                std::to_string(r.count - r.allocated - r.idle) + '/' + std::to_string(r.count);
       }},
      {"t", "STATE", [](const row& r) { return r.state; }},
      {"N", "NODELIST", [](const row& r) { return r.nodes; }},
      {"c", "CPUS", [](const row& r) { return plus(r.least_cpu / 1000, r.more_cpu); }},
      {"m", "MEMORY", [](const row& r) { return plus(r.least_memory >> 20, r.more_memory); }},
      {"G", "GRES", [](const row& r) { return r.gres.empty() ? "(null)" : r.gres; }},
      {"C", "CPUS(A/I/O/T)", [](const row& r) {
         const amount whole = r.cpu / 1000, used = (r.cpu - r.cpu_free) / 1000, idle = r.cpu_up / 1000;
         return std::to_string(used) + '/' + std::to_string(idle) + '/' + std::to_string(whole - used - idle) + '/' +
                std::to_string(whole);
       }}};
  return all;
}
inline constexpr std::string_view sinfo_format = "%9P %.5a %.10l %.6D %.6t %N";
/// For rows by partition, as `sinfo --summarize`.
inline constexpr std::string_view sinfo_summary_format = "%9P %.5a %.10l %.16F %N";

/// The table of `sinfo`. Throws `sched::error` for a bad format.
[[nodiscard]] inline std::string format_sinfo(std::span<const sinfo_row> rows, std::string_view format = sinfo_format,
                                              bool header = true) {
  const auto columns = parse_text_format<sinfo_row>(format, sinfo_fields());
  return format_table<sinfo_row>(columns, rows, header);
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
