// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_SBATCH_VALUES_HPP
#define SCHED_IO_DETAIL_SBATCH_VALUES_HPP

/// \file
/// The values of sbatch options. A parser returns what is wrong, or nullptr.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sched/io/sbatch_job.hpp>
#include <sched/io/slurm_time.hpp>
#include <sched/model/cluster.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

using sbatch_fault = const char*;  ///< nullptr: none

inline constexpr std::int64_t most_count = 1'000'000'000;

[[nodiscard]] inline sbatch_fault read_count(std::string_view text, std::uint32_t& out) {
  const auto n = digits(text);
  if (!n || *n < 1) return "takes a whole number from 1";
  if (*n > most_count) return "is above 1000000000";
  out = static_cast<std::uint32_t>(*n);
  return nullptr;
}

/// `N`, `MIN-MAX`.
[[nodiscard]] inline sbatch_fault read_nodes(std::string_view text, sbatch_job& j) {
  std::string_view rest = text;
  std::uint32_t low = 0, high = 0;
  if (sbatch_fault f = read_count(cut(rest, '-'), low)) return f;
  high = low;
  if (text.find('-') != std::string_view::npos)
    if (sbatch_fault f = read_count(rest, high)) return f;
  if (high < low) return "takes MIN-MAX with MIN not above MAX";
  j.nodes_min = low;
  j.nodes_max = high;
  return nullptr;
}

/// A whole number with K, M, G or T; M when there is none. Also with a B behind.
[[nodiscard]] inline sbatch_fault read_memory(std::string_view text, std::optional<amount>& out) {
  if (text.size() > 1 && lower(text.back()) == 'b') text.remove_suffix(1);
  int shift = 20;
  if (!text.empty()) {
    switch (lower(text.back())) {
      case 'k': shift = 10; break;
      case 'm': shift = 20; break;
      case 'g': shift = 30; break;
      case 't': shift = 40; break;
      default: shift = 0;
    }
    if (shift != 0) text.remove_suffix(1);
    else shift = 20;
  }
  const auto n = digits(text);
  if (!n) return "takes a whole number with K, M, G or T";
  if (*n > cluster_builder::max_amount >> shift) return "is above 1024T";
  out = *n << shift;
  return nullptr;
}

[[nodiscard]] inline sbatch_fault read_typed_count(std::string_view text, sbatch_gres& out) {
  // TYPE:COUNT, TYPE, COUNT; a count is what starts with a digit and is one.
  out.count = 1;
  std::string_view count = text;
  if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    out.type = text.substr(0, colon);
    count = text.substr(colon + 1);
    if (out.type.empty() || out.type.find(':') != std::string::npos) return "takes [TYPE:]COUNT";
  } else if (!text.empty() && !digits(text)) {
    if (text.front() >= '0' && text.front() <= '9') return "takes [TYPE:]COUNT";
    out.type = text;
    return nullptr;
  }
  const auto n = digits(count);
  if (!n) return "takes [TYPE:]COUNT";
  if (*n < 1) return "takes a count from 1";
  if (*n > most_count) return "is above 1000000000";
  out.count = *n;
  return nullptr;
}
[[nodiscard]] inline sbatch_fault read_gpus(std::string_view text, std::optional<sbatch_gres>& out) {
  sbatch_gres g;
  g.name = "gpu";
  if (text.empty() || text.find(',') != std::string_view::npos) return "takes [TYPE:]COUNT";
  if (sbatch_fault f = read_typed_count(text, g)) return f;
  out = std::move(g);
  return nullptr;
}
/// `NAME[:TYPE][:COUNT]` with commas; a count may have K, M, G, T: powers of 1,024.
[[nodiscard]] inline sbatch_fault read_gres(std::string_view text, std::vector<sbatch_gres>& out) {
  out.clear();
  if (same_word(text, "none")) return nullptr;
  for (bool more = true; more;) {
    more = text.find(',') != std::string_view::npos;
    std::string_view one = cut(text, ',');
    if (one.starts_with("gres:")) one.remove_prefix(5);
    sbatch_gres g;
    const bool plain = one.find(':') == std::string_view::npos;
    g.name = cut(one, ':');
    if (g.name.empty()) return "takes NAME[:TYPE][:COUNT], with commas";
    if (!plain) {
      int shift = 0;
      if (one.size() > 1 && one[one.size() - 2] >= '0' && one[one.size() - 2] <= '9' &&
          (one.find(':') != std::string_view::npos || digits(one.substr(0, one.size() - 1)))) {
        const char unit = lower(one.back());
        shift = unit == 'k' ? 10 : unit == 'm' ? 20 : unit == 'g' ? 30 : unit == 't' ? 40 : 0;
        if (shift != 0) one.remove_suffix(1);
      }
      if (one.empty()) return "takes NAME[:TYPE][:COUNT], with commas";
      if (sbatch_fault f = read_typed_count(one, g)) return f;
      if (g.count > cluster_builder::max_amount >> shift) return "has too large a count";
      g.count <<= shift;
    }
    out.push_back(std::move(g));
  }
  return nullptr;
}
/// `NAME[@SERVER][:COUNT]` with commas.
[[nodiscard]] inline sbatch_fault read_licenses(std::string_view text, std::vector<sbatch_gres>& out) {
  out.clear();
  for (bool more = true; more;) {
    more = text.find(',') != std::string_view::npos;
    std::string_view one = cut(text, ',');
    sbatch_gres g;
    const bool counted = one.find(':') != std::string_view::npos;
    g.name = cut(one, ':');
    if (g.name.empty()) return "takes NAME[:COUNT], with commas";
    if (counted) {
      const auto n = digits(one);
      if (!n || *n < 1 || *n > most_count) return "takes counts from 1 to 1000000000";
      g.count = *n;
    }
    out.push_back(std::move(g));
  }
  return nullptr;
}

/// `0-15:4%2,20`.
[[nodiscard]] inline sbatch_fault read_array(std::string_view text, sbatch_job& j) {
  constexpr const char* form = "takes FIRST[-LAST[:STEP]] with commas, and %LIMIT";
  constexpr std::int64_t most = 4'000'000;
  std::vector<sbatch_range> out;
  std::uint32_t limit = 0;
  std::uint64_t tasks = 0;
  for (bool more = true; more;) {
    more = text.find(',') != std::string_view::npos;
    std::string_view range = cut(text, ',');
    if (const std::size_t percent = range.find('%'); percent != std::string_view::npos) {
      const auto n = digits(range.substr(percent + 1));
      if (!n || *n < 1 || *n > most) return form;
      limit = static_cast<std::uint32_t>(*n);
      range = range.substr(0, percent);
    }
    std::string_view rest = range;
    const auto first = digits(cut(rest, '-'));
    std::optional<std::int64_t> last = first, step = 1;
    if (range.find('-') != std::string_view::npos) {
      const bool steps = rest.find(':') != std::string_view::npos;
      last = digits(cut(rest, ':'));
      if (steps) step = digits(rest);
    }
    if (!first || !last || !step || *step < 1) return form;
    if (*last < *first) return "has a range that runs backwards";
    if (*last > most) return "has an index above 4000000";
    if (*step > most) return form;
    tasks += static_cast<std::uint64_t>((*last - *first) / *step + 1);
    if (tasks > 1'000'000) return "has more than 1000000 tasks";
    out.push_back(
        {static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(*last), static_cast<std::uint32_t>(*step)});
  }
  j.array = std::move(out);
  j.array_limit = limit;
  return nullptr;
}

/// `afterok:1:2,afterany:3`: all; with `?` between: any of them.
[[nodiscard]] inline sbatch_fault read_dependencies(std::string_view text, sbatch_job& j) {
  using kind = job_dependency::kind;
  std::vector<sbatch_dependency> out;
  const bool any = text.find('?') != std::string_view::npos;
  if (any && text.find(',') != std::string_view::npos) return "mixes ',' (all of them) and '?' (any of them)";
  for (bool more = true; more;) {
    const char separator = any ? '?' : ',';
    more = text.find(separator) != std::string_view::npos;
    std::string_view one = cut(text, separator);
    if (one == "singleton") {
      out.push_back({.on = kind::singleton});
      continue;
    }
    const bool jobs = one.find(':') != std::string_view::npos;
    const std::string_view name = cut(one, ':');
    sbatch_dependency d;
    if (name == "after") d.on = kind::start;
    else if (name == "afterany") d.on = kind::any;
    else if (name == "afterok") d.on = kind::ok;
    else if (name == "afternotok") d.on = kind::not_ok;
    else if (name == "aftercorr") d.corresponding = true;
    else return "takes after, afterany, afterok, afternotok, aftercorr or singleton";
    if (!jobs) return "needs job numbers: TYPE:JOB[:JOB]";
    for (bool again = true; again;) {
      again = one.find(':') != std::string_view::npos;
      std::string_view delay = cut(one, ':');
      const bool later = delay.find('+') != std::string_view::npos;
      std::string_view task = cut(delay, '+');
      const bool of_array = task.find('_') != std::string_view::npos;
      const auto number = digits(cut(task, '_'));
      if (!number || *number < 1) return "needs job numbers: TYPE:JOB[:JOB]";
      d.job = *number;
      d.task = sbatch_dependency::none;
      d.delay = 0;
      if (of_array && task != "*") {
        const auto index = digits(task);
        if (!index) return "has a task that is no number";
        d.task = *index;
      }
      if (later) {
        const auto minutes = digits(delay);
        if (!minutes || *minutes > most_count) return "has a delay that is no number of minutes";
        d.delay = *minutes * 60;
      }
      out.push_back(d);
    }
  }
  j.after = std::move(out);
  j.after_any = any;
  return nullptr;
}

/// A number, or `urgent`, `high`, `normal`, `low`.
[[nodiscard]] inline sbatch_fault read_priority(std::string_view text, sbatch_job& j) {
  constexpr std::string_view bands[] = {"low", "normal", "high", "urgent"};
  for (std::int32_t b = 0; b < 4; ++b)
    if (same_word(text, bands[b])) {
      j.band = b;
      j.priority.reset();
      return nullptr;
    }
  const auto n = digits(text);
  if (!n) return "takes a number, or urgent, high, normal, low";
  if (*n > 4'294'967'294) return "is above 4294967294";
  j.priority = *n;
  j.band = band_normal;
  return nullptr;
}
[[nodiscard]] inline sbatch_fault read_nice(std::string_view text, std::int32_t& out) {
  if (text.empty()) {
    out = 100;
    return nullptr;
  }
  const bool minus = text.front() == '-';
  const auto n = digits(text.substr(minus ? 1 : 0));
  if (!n || *n > 2'147'483'645) return "takes a whole number from -2147483645 to 2147483645";
  out = static_cast<std::int32_t>(minus ? -*n : *n);
  return nullptr;
}
[[nodiscard]] inline sbatch_fault read_duration(std::string_view text, duration& out) {
  const auto d = parse_slurm_duration(text);
  if (!d) return "takes M, M:S, H:M:S, D-H, D-H:M, D-H:M:S or UNLIMITED";
  out = *d;
  return nullptr;
}
[[nodiscard]] inline sbatch_fault read_when(std::string_view text, slurm_when& out) {
  const auto w = parse_slurm_when(text);
  if (!w) return "takes now+COUNT[UNIT], HH:MM[:SS], or YYYY-MM-DD[THH:MM[:SS]]";
  out = *w;
  return nullptr;
}
[[nodiscard]] inline sbatch_fault read_names(std::string_view text, std::vector<std::string>& out) {
  out.clear();
  for (bool more = true; more;) {
    more = text.find(',') != std::string_view::npos;
    const std::string_view one = cut(text, ',');
    if (one.empty()) return "takes names, with commas";
    out.emplace_back(one);
  }
  return nullptr;
}

}  // namespace detail
}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
