// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SBATCH_WRITE_HPP
#define SCHED_IO_SBATCH_WRITE_HPP

/// \file
/// Writer of the header of an sbatch script: what the reader reads.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/io/detail/sbatch_values.hpp>
#include <sched/io/sbatch.hpp>
#include <sched/io/sbatch_job.hpp>
#include <sched/io/slurm_time.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/cluster_job.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

class sbatch_writer {
public:
  sbatch_writer(std::string& out, const sbatch_job& j, const sbatch_job* first) : out_(out), j_(j) {
    const sbatch_job none;
    const sbatch_job& known = first == nullptr ? none : *first;  // what a component takes over from the first
    text("job-name", j_.name, known.name);
    text("account", j_.account, known.account);
    if (j_.time_limit != known.time_limit) option("time", format_slurm_duration(j_.time_limit));
    if (j_.time_min != 0) option("time-min", format_slurm_duration(j_.time_min));
    text("partition", list(j_.partitions, [](const std::string& p) { return p; }));
    text("qos", j_.qos);
    text("reservation", j_.reservation);
    placement();
    gpus("gpus", j_.gpus), gpus("gpus-per-node", j_.gpus_per_node), gpus("gpus-per-task", j_.gpus_per_task);
    text("gres", list(j_.gres, [](const sbatch_gres& g) { return gres(g, true); }));
    text("licenses", list(j_.licenses, [](const sbatch_gres& g) { return gres(g, false); }));
    urgency();
    relations();
    text("comment", j_.comment);
    text("export", j_.export_names);
    text("chdir", j_.directory);
    text("output", j_.output), text("error", j_.errors), text("input", j_.input);
    text("signal", j_.signal);
  }

private:
  void placement() {
    if (j_.nodes_min != 0 || j_.nodes_max != 0)
      option("nodes", std::to_string(j_.nodes_min) +
                          (j_.nodes_max != j_.nodes_min ? '-' + std::to_string(j_.nodes_max) : std::string()));
    number("ntasks", j_.tasks, 0), number("ntasks-per-node", j_.tasks_per_node, 0);
    number("cpus-per-task", j_.cpus_per_task, 1);
    memory("mem", j_.memory), memory("mem-per-cpu", j_.memory_per_cpu), memory("mem-per-gpu", j_.memory_per_gpu);
    text("constraint", j_.constraint);
    text("nodelist", j_.nodelist), text("exclude", j_.exclude);
    if (j_.exclusive) option("exclusive");
  }
  void urgency() {
    constexpr std::string_view bands[] = {"low", "normal", "high", "urgent"};
    if (j_.priority) option("priority", std::to_string(*j_.priority));
    else if (j_.band != band_normal)
      option("priority", j_.band >= 0 && j_.band < 4 ? bands[j_.band] : std::string_view("other"));
    number("nice", j_.nice, 0);
    if (j_.held) option("hold");
    if (!j_.requeue) option("no-requeue");
  }
  void relations() {
    std::string array = list(j_.array, [](const sbatch_range& r) {
      std::string one = std::to_string(r.first);
      if (r.last != r.first || r.step != 1) one += '-' + std::to_string(r.last);
      if (r.step != 1) one += ':' + std::to_string(r.step);
      return one;
    });
    if (j_.array_limit != 0) array += '%' + std::to_string(j_.array_limit);
    text("array", array);
    text("dependency", list(j_.after, dependency, j_.after_any ? '?' : ','));
    when("begin", j_.begin), when("deadline", j_.deadline);
  }

  void option(std::string_view name) { (out_ += "#SBATCH --") += name, out_ += '\n'; }
  void option(std::string_view name, std::string_view value) {
    if (value.find('\n') != std::string_view::npos)
      throw error("--" + std::string(name) + ": a value of several lines cannot stand in a script");
    (out_ += "#SBATCH --") += name, out_ += '=';
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+=:,./%@?&*|[]()";
    if (value.find_first_not_of(plain) == std::string_view::npos) {
      out_ += value;
    } else {
      out_ += '\'';
      for (const char c : value) c == '\'' ? out_ += "'\\''" : out_ += c;
      out_ += '\'';
    }
    out_ += '\n';
  }
  void text(std::string_view name, std::string_view value, std::string_view known = {}) {
    if (value != known) option(name, value);
  }
  void number(std::string_view name, std::int64_t value, std::int64_t usual) {
    if (value != usual) option(name, std::to_string(value));
  }
  /// In the largest unit that says it exactly.
  void memory(std::string_view name, const std::optional<amount>& bytes) {
    if (!bytes) return;
    amount n = *bytes / 1024;
    std::size_t unit = 0;
    for (; n != 0 && n % 1024 == 0 && unit < 3; ++unit) n /= 1024;
    option(name, std::to_string(n) + "KMGT"[unit]);
  }
  void gpus(std::string_view name, const std::optional<sbatch_gres>& g) {
    if (g) option(name, (g->type.empty() ? std::string() : g->type + ':') + std::to_string(g->count));
  }
  static std::string gres(const sbatch_gres& g, bool units) {
    amount n = g.count;
    std::size_t unit = 0;
    for (; units && n != 0 && n % 1024 == 0 && unit < 4; ++unit) n /= 1024;
    std::string out = (g.name == "gres" && units ? "gres:" : "") + g.name + ':';  // the reader passes over a prefix
    if (!g.type.empty()) out += g.type + ':';
    out += std::to_string(n);
    if (unit != 0) out += "KMGT"[unit - 1];
    return out;
  }
  static std::string dependency(const sbatch_dependency& d) {
    constexpr std::string_view names[] = {"after", "afterany", "afterok", "afternotok", "singleton"};
    std::string out(d.corresponding ? "aftercorr" : names[static_cast<std::size_t>(d.on)]);
    if (d.on == job_dependency::kind::singleton) return out;
    out += ':' + std::to_string(d.job);
    if (d.task != sbatch_dependency::none) out += '_' + std::to_string(d.task);
    if (d.delay != 0) out += '+' + std::to_string(d.delay.count() / 60);
    return out;
  }
  void when(std::string_view name, const slurm_when& w) {
    using kind = slurm_when::kind;
    if (w.is == kind::after_now) {
      // A count has an upper limit, whatever its unit.
      constexpr std::pair<std::int64_t, const char*> units[] = {
          {1, ""}, {60, "minutes"}, {3600, "hours"}, {86'400, "days"}, {604'800, "weeks"}};
      auto u = std::begin(units);
      while (w.seconds / u->first > most_count && std::next(u) != std::end(units) &&
             w.seconds % std::next(u)->first == 0)
        ++u;
      option(name, "now+" + std::to_string(w.seconds / u->first) + u->second);
    }
    if (w.is == kind::clock) option(name, format_slurm_instant(w.seconds).substr(11));
    if (w.is == kind::date) option(name, format_slurm_instant(w.seconds));
  }
  template <class T, class F>
  static std::string list(const std::vector<T>& all, F one, char separator = ',') {
    std::string out;
    for (const T& t : all) {
      if (!out.empty()) out += separator;
      out += one(t);
    }
    return out;
  }

  std::string& out_;
  const sbatch_job& j_;
};

}  // namespace detail

/// The header of a script: the line `first_line` (none when empty) and a directive for every option that is not as it
/// would be without, in the order of the fields; components are parted by `hetjob`. The user is not part of a script.
/// `read_sbatch` with the same user gives the same components; whatever a script cannot say (lines within values, no
/// name, memory that is not whole KiB, more than one way to ask for memory …) throws `sched::error` with the option:
/// the text is read again before it is returned. O(size of the text); allocates the text and what is read.
[[nodiscard]] inline std::string write_sbatch_header(std::span<const sbatch_job> components,
                                                     std::string_view first_line = "#!/bin/sh") {
  if (components.empty()) throw error("a script without a job");
  std::string out;
  if (!first_line.empty()) (out += first_line) += '\n';
  for (std::size_t k = 0; k < components.size(); ++k) {
    if (k != 0) out += "#SBATCH hetjob\n";
    detail::sbatch_writer(out, components[k], k == 0 ? nullptr : &components.front());
  }
  sbatch_options o;
  o.user = components.front().user;
  const sbatch_script back = read_sbatch(out, {}, o);
  if (!back.ok()) throw error(back.problems.front().option + ": " + back.problems.front().text);
  for (std::size_t k = 0; k < components.size(); ++k)
    if (k >= back.components.size() || back.components[k] != components[k])
      throw error("job '" + printable(components[k].name) + "' cannot be said in a script", {components[k].name});
  return out;
}
[[nodiscard]] inline std::string write_sbatch_header(const sbatch_job& j, std::string_view first_line = "#!/bin/sh") {
  return write_sbatch_header(std::span(&j, 1), first_line);
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
