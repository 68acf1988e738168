// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_OPENB_HPP
#define SCHED_IO_OPENB_HPP

/// \file
/// Nodes and pods of a GPU cluster as CSV with the columns of the openb trace (Alibaba, gpu-v2023).

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/csv.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// A pod: `share` of each of `devices` devices, memory in bytes, models as they are written (`A|B`; empty: any).
struct openb_pod {
  std::string name{};
  amount cpu = 0;
  amount memory = 0;
  std::uint32_t devices = 0;
  amount share = 0;
  std::string models{};
  std::uint32_t count = 1;  ///< equal pods, placed together or not at all
  std::uint32_t least = 0;  ///< below `count`: so many at first, others when nobody is left who wants their place
  bool operator==(const openb_pod&) const = default;
};

namespace detail {

/// Rows of a table with named columns. Fields may be quoted as in RFC 4180, but not over several lines.
class csv_rows {
public:
  csv_rows(std::string_view text, const std::string& file) : in_(text, file) {
    if (!in_.next_line()) in_.fail("the header line is missing");
    split();
    names_ = fields_;
    for (std::size_t k = 0; k < names_.size(); ++k)
      if (std::find(names_.begin(), names_.begin() + static_cast<std::ptrdiff_t>(k), names_[k]) !=
          names_.begin() + static_cast<std::ptrdiff_t>(k))
        in_.fail("column " + in_quotes(names_[k]) + " stands there twice");
  }
  /// The position of a column, or an error.
  [[nodiscard]] std::size_t column(std::string_view name) const {
    const std::size_t k = optional(name);
    if (k == names_.size()) in_.fail("column '" + std::string(name) + "' is missing");
    return k;
  }
  [[nodiscard]] std::size_t optional(std::string_view name) const {
    return static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
  }
  [[nodiscard]] std::size_t columns() const noexcept { return names_.size(); }
  bool next() {
    if (!in_.next_line()) return false;
    split();
    if (fields_.size() != names_.size())
      in_.fail(std::to_string(fields_.size()) + " fields, but the header has " + std::to_string(names_.size()));
    return true;
  }
  [[nodiscard]] const std::string& text(std::size_t column) const { return fields_[column]; }
  [[nodiscard]] std::int64_t number(std::size_t column, std::int64_t least, std::int64_t most) const {
    return in_.parse(fields_[column], names_[column], least, most);
  }
  [[nodiscard]] const text_reader& at() const noexcept { return in_; }

private:
  void split() {
    fields_.clear();
    std::string_view line = in_.rest();
    for (;;) {
      std::string field;
      if (line.starts_with('"')) {
        line.remove_prefix(1);
        for (;;) {
          const auto quote = line.find('"');
          if (quote == std::string_view::npos) in_.fail("a quote is not closed");
          field += line.substr(0, quote);
          line.remove_prefix(quote + 1);
          if (!line.starts_with('"')) break;
          field += '"';
          line.remove_prefix(1);
        }
        if (!line.empty() && line.front() != ',') in_.fail("unexpected " + in_quotes(line) + " behind a quoted field");
      } else {
        const std::string_view plain = line.substr(0, line.find(','));
        if (plain.find('"') != std::string_view::npos) in_.fail("a quote inside a field: " + in_quotes(plain));
        field = trim(plain);
        line.remove_prefix(plain.size());
      }
      fields_.push_back(std::move(field));
      if (line.empty()) return;
      line.remove_prefix(1);
    }
  }

  text_reader in_;
  std::vector<std::string> names_, fields_;
};

}  // namespace detail

/// Reads `sn,cpu_milli,memory_mib,gpu,model` (in any order; other columns are passed over; `model` may be empty where
/// `gpu` is 0). Blank lines do not count. Throws `sched::error` with file, line and reason. O(size of the text).
[[nodiscard]] inline std::vector<node_spec> read_openb_nodes(std::string_view text, const std::string& file = {}) {
  detail::csv_rows rows(text, file);
  const std::size_t name = rows.column("sn"), cpu = rows.column("cpu_milli"), memory = rows.column("memory_mib"),
                    gpus = rows.column("gpu"), model = rows.column("model");
  std::vector<node_spec> out;
  std::unordered_set<std::string> names, models;
  while (rows.next()) {
    node_spec n;
    n.name = rows.text(name);
    if (n.name.empty()) rows.at().fail("the node has no name");
    if (!names.insert(n.name).second) rows.at().fail("node " + in_quotes(n.name) + " stands there twice");
    n.cpu = rows.number(cpu, 0, cluster_builder::max_amount);
    n.memory = rows.number(memory, 0, cluster_builder::max_amount / mebibyte) * mebibyte;
    const auto count = static_cast<std::size_t>(rows.number(gpus, 0, cluster_builder::max_devices));
    const std::string& m = rows.text(model);
    if (count > 0 && m.empty()) rows.at().fail("node " + in_quotes(n.name) + " has devices without a model");
    if (m.find('|') != std::string::npos) rows.at().fail("the model " + in_quotes(m) + " is no name");
    if (count > 0 && models.insert(m).second && models.size() > max_models)
      rows.at().fail("more than " + std::to_string(max_models) + " models");
    n.devices.assign(count, {m, 0, 0});
    out.push_back(std::move(n));
  }
  if (out.empty()) rows.at().fail("no nodes");
  return out;
}

/// Reads `name,cpu_milli,memory_mib,num_gpu,gpu_milli` and, if it is there, `gpu_spec`; other columns are passed over.
/// `gpu_milli` is for each device: 0 without devices, 1 to 1,000 for one, 1,000 for several. `count` and `least`, if
/// they are there, may be empty: one pod, and all of them. Errors as above.
[[nodiscard]] inline std::vector<openb_pod> read_openb_pods(std::string_view text, const std::string& file = {}) {
  detail::csv_rows rows(text, file);
  const std::size_t name = rows.column("name"), cpu = rows.column("cpu_milli"), memory = rows.column("memory_mib"),
                    gpus = rows.column("num_gpu"), milli = rows.column("gpu_milli"), spec = rows.optional("gpu_spec"),
                    count = rows.optional("count"), least = rows.optional("least");
  constexpr std::int64_t most = 1'000'000;
  std::vector<openb_pod> out;
  while (rows.next()) {
    openb_pod p;
    p.name = rows.text(name);
    if (p.name.empty()) rows.at().fail("the pod has no name");
    p.cpu = rows.number(cpu, 0, cluster_builder::max_amount);
    p.memory = rows.number(memory, 0, cluster_builder::max_amount / mebibyte) * mebibyte;
    p.devices = static_cast<std::uint32_t>(rows.number(gpus, 0, cluster_builder::max_devices));
    p.share = rows.number(milli, 0, whole_device);
    if ((p.devices == 0) != (p.share == 0) || (p.devices > 1 && p.share != whole_device))
      rows.at().fail(std::to_string(p.devices) + " devices with gpu_milli " + std::to_string(p.share) +
                     " each: it must be 0 for none, 1000 for several");
    if (spec != rows.columns()) p.models = rows.text(spec);
    if (count != rows.columns() && !rows.text(count).empty())
      p.count = static_cast<std::uint32_t>(rows.number(count, 1, most));
    if (least != rows.columns() && !rows.text(least).empty())
      p.least = static_cast<std::uint32_t>(rows.number(least, 1, p.count));
    out.push_back(std::move(p));
  }
  return out;
}

/// Calls f(name) for every model that a pod allows; error for an empty one.
template <class F>
void for_each_model(const openb_pod& p, F f) {
  if (p.models.empty()) return;
  for (std::string_view rest = p.models;;) {
    const std::string_view m = trim(rest.substr(0, rest.find('|')));
    if (m.empty()) throw error("pod '" + printable(p.name) + "' allows a model without a name", {p.name});
    f(m);
    const auto bar = rest.find('|');
    if (bar == std::string_view::npos) return;
    rest.remove_prefix(bar + 1);
  }
}

/// A cluster of the nodes, in their order and without levels. Models that only pods name are known to it as well, so
/// that such pods fit nowhere. Throws `sched::error`.
[[nodiscard]] inline cluster make_openb_cluster(std::span<const node_spec> nodes,
                                                std::span<const openb_pod> pods = {}) {
  cluster_builder b;
  for (const node_spec& n : nodes) b.add_node(n);
  for (const openb_pod& p : pods) for_each_model(p, [&](std::string_view m) { b.add_model(std::string(m)); });
  return b.build();
}

/// What a pod asks for. Throws `sched::error` for a model that the cluster does not know.
[[nodiscard]] inline part part_of(const openb_pod& p, const cluster& c) {
  part q;
  q.cpu = p.cpu;
  q.memory = p.memory;
  q.devices = p.devices;
  if (p.devices > 0) q.share = p.share;
  for_each_model(p, [&](std::string_view m) {
    const model_set bit = c.model_bit(m);
    if (bit == 0) throw error("pod '" + printable(p.name) + "' allows an unknown model " + in_quotes(m), {p.name});
    q.models |= bit;
  });
  return q;
}

namespace detail {

/// A field that `csv_rows` reads as it is, also with tabs or the like at its ends.
inline void append_field(std::string& out, std::string_view field) {
  if (field.empty() || (!is_blank(field.front()) && !is_blank(field.back()))) return append_csv(out, field);
  out += '"';
  for (const char c : field) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

}  // namespace detail

/// Writers: what the readers read. Memory must be whole MiB.
[[nodiscard]] inline std::string write_openb_nodes(std::span<const node_spec> nodes) {
  std::string out = "sn,cpu_milli,memory_mib,gpu,model\n";
  for (const node_spec& n : nodes) {
    detail::append_field(out, n.name);
    append_number(out += ',', n.cpu);
    append_number(out += ',', n.memory / mebibyte);
    append_number(out += ',', static_cast<amount>(n.devices.size()));
    detail::append_field(out += ',',
                         n.devices.empty() ? std::string_view() : std::string_view(n.devices.front().model));
    out += '\n';
  }
  return out;
}
[[nodiscard]] inline std::string write_openb_pods(std::span<const openb_pod> pods) {
  const bool gangs = std::ranges::any_of(pods, [](const openb_pod& p) { return p.count != 1 || p.least != 0; });
  std::string out = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec";
  out += gangs ? ",count,least\n" : "\n";
  for (const openb_pod& p : pods) {
    detail::append_field(out, p.name);
    append_number(out += ',', p.cpu);
    append_number(out += ',', p.memory / mebibyte);
    append_number(out += ',', p.devices);
    append_number(out += ',', p.share);
    detail::append_field(out += ',', p.models);
    if (gangs) append_number(out += ',', p.count);
    if (gangs) out += ',';
    if (p.least != 0) append_number(out, p.least);
    out += '\n';
  }
  return out;
}

/// One row of a placement document.
struct openb_place {
  std::string_view pod{};
  std::string_view node{};  ///< empty: not placed
  device_list gpus{};
};
/// `pod,node,gpus`, numbers of devices joined by `-`.
[[nodiscard]] inline std::string write_placement_csv(std::span<const openb_place> places) {
  std::string out = "pod,node,gpus\n";
  for (const openb_place& p : places) {
    append_csv(out, p.pod);
    append_csv(out += ',', p.node);
    out += ',';
    for (std::size_t k = 0; k < p.gpus.size(); ++k) {
      if (k != 0) out += '-';
      append_number(out, p.gpus[k]);
    }
    out += '\n';
  }
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
