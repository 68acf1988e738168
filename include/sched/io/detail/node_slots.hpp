// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_NODE_SLOTS_HPP
#define SCHED_IO_DETAIL_NODE_SLOTS_HPP

/// \file
/// Rows of a cluster's chart: which lane, row and part of a row a share of a device has.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/io/chart.hpp>
#include <sched/io/detail/free_rows.hpp>
#include <sched/model/cluster.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Nodes that stand together.
struct node_group {
  std::string name{};
  std::vector<std::uint32_t> nodes{};
};

/// The groups of a level with their path as name. A cluster without levels: nodes that are alike.
[[nodiscard]] inline std::vector<node_group> node_groups(const cluster& c, std::size_t level) {
  std::vector<node_group> out;
  if (c.depth() == 1) {
    out.resize(c.shapes().size());
    for (std::size_t i = 0; i < c.node_count(); ++i)
      out[c.shape_number(node_id(i))].nodes.push_back(static_cast<std::uint32_t>(i));
    for (std::size_t k = 0; k < out.size(); ++k) {
      const node_shape& s = c.shapes()[k];
      out[k].name = s.size() == 0 ? "no GPUs" : std::to_string(s.size()) + " \u00d7 " + c.model(s.model(0));
      if (s.size() != 0 && !s.uniform()) out[k].name = std::to_string(s.size()) + " GPUs of several models";
    }
    // Shapes differ in more than is told here: nodes of one name are one group.
    for (std::size_t k = 0; k < out.size(); ++k)
      for (std::size_t j = out.size(); j-- > k + 1;) {
        if (out[j].name != out[k].name) continue;
        out[k].nodes.insert(out[k].nodes.end(), out[j].nodes.begin(), out[j].nodes.end());
        out.erase(out.begin() + static_cast<std::ptrdiff_t>(j));
      }
    for (node_group& g : out) std::ranges::sort(g.nodes);
    return out;
  }
  out.resize(c.group_count(level));
  for (std::size_t g = 0; g < out.size(); ++g) {
    const auto nodes = c.group_nodes(level, g);
    out[g].nodes.assign(nodes.begin(), nodes.end());
    if (level == 0) out[g].name = c.group_name(0, g);
    for (std::size_t l = 1; l <= level; ++l)
      out[g].name += (l == 1 ? "" : " / ") + c.group_name(l, c.group(l, node_id(nodes.front())));
  }
  return out;
}

/// Gives shares of devices, and of cpus for tasks without devices, their parts of rows. Every device, and the cpus
/// where a task without devices comes, is a slot of the node: a row of its own, or a part of the node's one row.
class node_slots {
public:
  /// `with_cpus`: by node, whether a task without devices comes there.
  node_slots(const cluster& c, const std::vector<char>& with_cpus, bool row_per_device)
      : cluster_(&c), by_device_(row_per_device), first_(c.node_count() + 1) {
    for (std::size_t i = 0; i < c.node_count(); ++i)
      first_[i + 1] = first_[i] + c.devices(node_id(i)) + (with_cpus[i] != 0 || c.devices(node_id(i)) == 0 ? 1 : 0);
    free_.assign(first_.back(), free_rows(static_cast<std::uint32_t>(whole_device)));
  }

  [[nodiscard]] std::size_t slots(node_id n) const noexcept { return first_[n.index() + 1] - first_[n.index()]; }
  [[nodiscard]] std::uint32_t rows(node_id n) const noexcept {
    return by_device_ ? static_cast<std::uint32_t>(slots(n)) : 1U;
  }
  [[nodiscard]] std::vector<std::string> labels(node_id n) const {
    std::vector<std::string> out;
    if (!by_device_) return out;
    for (std::size_t d = 0; d < cluster_->devices(n); ++d) out.push_back("GPU " + std::to_string(d));
    if (out.size() < slots(n)) out.emplace_back("cpu");
    return out;
  }

  /// Thousandths of a slot that somebody has.
  struct piece {
    std::size_t slot = 0;
    chart_rows part{};  // `row`, `rows` in thousandths
  };
  /// Takes the lowest free thousandths of the slot; what does not fit any more is not taken.
  void take(node_id n, std::size_t slot, amount milli, std::vector<piece>& out) {
    std::vector<chart_rows> blocks;
    free_[first_[n.index()] + slot].take(milli, blocks);
    for (const chart_rows& b : blocks) out.push_back({slot, b});
  }
  /// The cpu of a task without devices.
  void take_cpu(node_id n, amount cpu, std::vector<piece>& out) {
    const amount all = std::max<amount>(cluster_->cpu(n), 1);
    take(n, cluster_->devices(n), cpu >= all ? whole_device : std::max<amount>(1, cpu * whole_device / all), out);
  }
  void give_back(node_id n, const piece& p) { free_[first_[n.index()] + p.slot].give_back(p.part); }

  /// The pieces as blocks of the lane, neighbours joined. Never empty.
  [[nodiscard]] std::vector<chart_rows> blocks(node_id n, std::vector<piece> pieces) const {
    std::ranges::sort(pieces, {}, [](const piece& p) { return std::pair(p.slot, p.part.row); });
    std::vector<chart_rows> out;
    for (const piece& p : pieces) {
      const auto whole = static_cast<std::size_t>(whole_device);
      if (by_device_) {
        const auto row = static_cast<std::uint32_t>(p.slot);
        const bool full = p.part.rows == whole;
        if (full && !out.empty() && out.back().share == whole && out.back().row + out.back().rows == row)
          ++out.back().rows;
        else out.push_back({row, 1, static_cast<std::uint16_t>(p.part.row), static_cast<std::uint16_t>(p.part.rows)});
        continue;
      }
      const std::size_t from = (p.slot * whole + p.part.row) / slots(n);
      const std::size_t to = std::max((p.slot * whole + p.part.row + p.part.rows) / slots(n), from + 1);
      if (!out.empty() && out.back().from + out.back().share == static_cast<int>(from))
        out.back().share = static_cast<std::uint16_t>(out.back().share + (to - from));
      else out.push_back({0, 1, static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to - from)});
    }
    if (out.empty()) out.push_back({0, 1, 0, 1});
    return out;
  }

private:
  const cluster* cluster_;
  bool by_device_;
  std::vector<std::size_t> first_;  // slot of a node
  std::vector<free_rows> free_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
