// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_CLUSTER_HPP
#define SCHED_MODEL_CLUSTER_HPP

/// \file
/// A cluster: nodes with cpus, memory, devices and counted kinds, in a tree of levels. What is there, not what is free.

#include <algorithm>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/id.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/node_shape.hpp>

namespace sched {
inline namespace v0 {

struct node_tag;
/// A node of a cluster, counted from 0 in the order of addition.
using node_id = id<node_tag>;

/// Shares of a device and of a cpu are counted in thousandths.
inline constexpr amount whole_device = 1000;
/// Bytes of a MiB.
inline constexpr amount mebibyte = amount{1} << 20;

/// A device (GPU, TPU, FPGA …): its model, its own memory in bytes (0: not counted), its NUMA domain.
struct device_spec {
  std::string model{};
  amount memory = 0;
  std::uint16_t numa = 0;
};

/// A node as the builder takes it. `cpu` in thousandths, `memory` in bytes, `counted` any other kinds by name
/// (licences, network, storage …) in units of their own.
struct node_spec {
  std::string name{};
  amount cpu = 0;
  amount memory = 0;
  std::vector<device_spec> devices{};
  std::vector<device_link> links{};
  std::vector<std::pair<std::string, amount>> counted{};
  std::vector<std::string> path{};  ///< its group at every level, outermost first
};

/// Immutable; made by `cluster_builder`. Levels: 0 is the whole cluster, 1 … depth() − 1 the named ones, outermost
/// first. Groups of a level are numbered in the order in which they first occur. Queries O(1) unless said.
class cluster {
public:
  [[nodiscard]] std::size_t node_count() const noexcept { return nodes_.size(); }
  [[nodiscard]] std::size_t device_count() const noexcept { return device_memory_.size(); }
  [[nodiscard]] const std::string& name(node_id n) const noexcept { return nodes_[n.index()].name; }
  [[nodiscard]] amount cpu(node_id n) const noexcept { return nodes_[n.index()].cpu; }
  [[nodiscard]] amount memory(node_id n) const noexcept { return nodes_[n.index()].memory; }
  /// Capacity of the node's counted kinds, by kind.
  [[nodiscard]] std::span<const amount> counted(node_id n) const noexcept {
    return std::span<const amount>(counted_).subspan(n.index() * kinds_.size(), kinds_.size());
  }
  [[nodiscard]] const node_shape& shape(node_id n) const noexcept { return shapes_[nodes_[n.index()].shape]; }
  [[nodiscard]] std::size_t shape_number(node_id n) const noexcept { return nodes_[n.index()].shape; }
  [[nodiscard]] std::span<const node_shape> shapes() const noexcept { return shapes_; }
  /// The first device of a node in the numbering of all devices.
  [[nodiscard]] std::size_t first_device(node_id n) const noexcept { return nodes_[n.index()].first_device; }
  [[nodiscard]] std::size_t devices(node_id n) const noexcept { return shapes_[nodes_[n.index()].shape].size(); }
  [[nodiscard]] amount device_memory(node_id n, std::size_t device) const noexcept {
    return device_memory_[first_device(n) + device];
  }
  [[nodiscard]] std::size_t max_devices() const noexcept { return max_devices_; }

  [[nodiscard]] std::size_t model_count() const noexcept { return models_.size(); }
  [[nodiscard]] const std::string& model(std::size_t m) const noexcept { return models_[m]; }
  [[nodiscard]] std::span<const std::string> models() const noexcept { return models_; }
  /// The bit of a model; 0 when no device has it. O(models).
  [[nodiscard]] model_set model_bit(std::string_view name) const noexcept {
    const auto at = std::ranges::find(models_, name);
    return at == models_.end() ? 0 : model_set{1} << (at - models_.begin());
  }
  [[nodiscard]] std::span<const std::string> kinds() const noexcept { return kinds_; }
  /// The number of a counted kind, or kinds().size(). O(kinds).
  [[nodiscard]] std::size_t kind(std::string_view name) const noexcept {
    return static_cast<std::size_t>(std::ranges::find(kinds_, name) - kinds_.begin());
  }

  [[nodiscard]] std::size_t depth() const noexcept { return levels_.size(); }
  [[nodiscard]] const std::string& level_name(std::size_t level) const noexcept { return levels_[level].name; }
  /// The number of a level, or depth(). O(levels).
  [[nodiscard]] std::size_t level(std::string_view name) const noexcept {
    std::size_t l = 0;
    while (l < levels_.size() && levels_[l].name != name) ++l;
    return l;
  }
  [[nodiscard]] std::size_t group_count(std::size_t level) const noexcept { return levels_[level].names.size(); }
  /// The group of the node at a level.
  [[nodiscard]] std::size_t group(std::size_t level, node_id n) const noexcept { return levels_[level].of[n.index()]; }
  [[nodiscard]] const std::string& group_name(std::size_t level, std::size_t g) const noexcept {
    return levels_[level].names[g];
  }
  /// The nodes of a group, ascending.
  [[nodiscard]] std::span<const std::uint32_t> group_nodes(std::size_t level, std::size_t g) const noexcept {
    const auto& l = levels_[level];
    return std::span<const std::uint32_t>(l.nodes).subspan(l.first[g], l.first[g + 1] - l.first[g]);
  }
  /// Levels to climb from either node to their lowest common group; 0 for a node and itself. O(levels).
  [[nodiscard]] std::size_t distance(node_id a, node_id b) const noexcept {
    if (a == b) return 0;
    std::size_t up = 1;
    while (up < depth() && group(depth() - up, a) != group(depth() - up, b)) ++up;
    return up;
  }

  /// The node of this name, or none. O(log nodes).
  [[nodiscard]] node_id find(std::string_view name) const {
    const auto at = by_name_.find(name);
    return at == by_name_.end() ? node_id::none() : at->second;
  }

  [[nodiscard]] amount total_cpu() const noexcept { return total_cpu_; }
  [[nodiscard]] amount total_memory() const noexcept { return total_memory_; }
  /// Thousandths of all devices.
  [[nodiscard]] amount total_milli() const noexcept { return static_cast<amount>(device_count()) * whole_device; }
  [[nodiscard]] const link_costs& costs() const noexcept { return costs_; }
  /// Most tasks on one device; 0: as many as its thousandths allow.
  [[nodiscard]] std::uint32_t max_tasks_per_device() const noexcept { return max_tasks_; }

private:
  friend class cluster_builder;
  struct node {
    std::string name;
    amount cpu = 0, memory = 0;
    std::size_t first_device = 0;
    std::uint32_t shape = 0;
  };
  struct level_groups {
    std::string name;
    std::vector<std::string> names;    // by group
    std::vector<std::uint32_t> of;     // by node
    std::vector<std::uint32_t> nodes;  // by group
    std::vector<std::size_t> first;
  };
  std::vector<node> nodes_;
  std::vector<amount> counted_;
  std::vector<amount> device_memory_;
  std::vector<node_shape> shapes_;
  std::vector<std::string> models_, kinds_;
  std::vector<level_groups> levels_;
  std::map<std::string, node_id, std::less<>> by_name_;
  link_costs costs_;
  amount total_cpu_ = 0, total_memory_ = 0;
  std::size_t max_devices_ = 0;
  std::uint32_t max_tasks_ = 0;
};

/// Collects nodes and checks them; every complaint is a `sched::error` that names the node and what is wrong with it.
class cluster_builder {
public:
  /// Largest cpu, memory or count of one node: sums over 2^32 nodes stay below 2^63.
  static constexpr amount max_amount = amount{1} << 50;
  static constexpr std::size_t max_devices = 4096;

  /// Names of the levels between the cluster and its nodes, outermost first: {"zone", "block", "rack"}; may be empty.
  explicit cluster_builder(std::vector<std::string> levels = {}, link_costs costs = {},
                           std::uint32_t max_tasks_per_device = 0) {
    c_.costs_ = costs;
    c_.max_tasks_ = max_tasks_per_device;
    levels.insert(levels.begin(), "cluster");
    for (std::size_t l = 0; l < levels.size(); ++l) {
      if (levels[l].empty()) throw error("level " + std::to_string(l) + " has no name");
      if (c_.level(levels[l]) != c_.depth()) throw error("level '" + levels[l] + "' is named twice", {levels[l]});
      c_.levels_.push_back({std::move(levels[l]), {}, {}, {}, {}});
    }
    groups_.resize(c_.depth());
  }

  /// Number of a counted kind; nodes may also name new ones. O(kinds).
  std::size_t add_kind(const std::string& name) {
    if (name.empty()) throw error("a counted kind has no name");
    const std::size_t k = c_.kind(name);
    if (k == c_.kinds_.size()) c_.kinds_.push_back(name);
    return k;
  }
  /// The bit of a model, which is added if it is new.
  model_set add_model(const std::string& name) {
    if (name.empty()) throw error("a device model has no name");
    if (const model_set known = c_.model_bit(name); known != 0) return known;
    if (c_.models_.size() == max_models)
      throw error("more than " + std::to_string(max_models) + " device models: " + name, {name});
    c_.models_.push_back(name);
    return c_.model_bit(name);
  }

  node_id add_node(const node_spec& s) {
    const std::string& name = s.name;
    const auto fail = [&](const std::string& what) { throw error("node '" + name + "': " + what, {name}); };
    if (name.empty()) throw error("node " + std::to_string(c_.nodes_.size()) + " has no name");
    if (c_.by_name_.contains(name)) fail("its name stands there twice");
    if (c_.nodes_.size() >= std::numeric_limits<std::uint32_t>::max() - 1) fail("too many nodes");
    const auto check = [&](const std::string& what, amount value) {
      if (value < 0 || value > max_amount)
        fail(what + " " + std::to_string(value) + " is outside 0 to " + std::to_string(max_amount));
    };
    check("cpu", s.cpu);
    check("memory", s.memory);
    if (s.devices.size() > max_devices)
      fail(std::to_string(s.devices.size()) + " devices, at most " + std::to_string(max_devices));
    if (s.path.size() != c_.depth() - 1)
      fail("its path has " + std::to_string(s.path.size()) + " groups for " + std::to_string(c_.depth() - 1) +
           " levels");
    for (std::size_t l = 0; l < s.path.size(); ++l)
      if (s.path[l].empty()) fail("its group at level '" + c_.level_name(l + 1) + "' has no name");
    std::vector<std::uint8_t> models;
    std::vector<std::uint16_t> numa;
    for (const device_spec& d : s.devices) {
      if (d.model.empty()) fail("device " + std::to_string(models.size()) + " has no model");
      check("memory of device " + std::to_string(models.size()), d.memory);
      if (d.numa >= max_devices) fail("NUMA domain " + std::to_string(d.numa) + " is too large");
      models.push_back(static_cast<std::uint8_t>(std::countr_zero(add_model(d.model))));
      numa.push_back(d.numa);
    }
    for (const device_link& l : s.links) {
      if (l.a >= s.devices.size() || l.b >= s.devices.size())
        fail("a link names device " + std::to_string(std::max(l.a, l.b)) + " of " + std::to_string(s.devices.size()));
      if (l.a == l.b || l.kind == link_class::same_device)
        fail("a link joins device " + std::to_string(l.a) + " with itself");
    }
    std::vector<std::pair<std::size_t, amount>> counted;
    for (const auto& [kind, units] : s.counted) {
      check(kind, units);
      const std::size_t k = add_kind(kind);
      if (std::ranges::find(counted, k, &std::pair<std::size_t, amount>::first) != counted.end())
        fail("'" + kind + "' stands there twice");
      counted.emplace_back(k, units);
    }
    counted_.push_back(std::move(counted));

    const node_id n(c_.nodes_.size());
    c_.nodes_.push_back({name, s.cpu, s.memory, c_.device_memory_.size(), shape_of(models, numa, s.links)});
    for (const device_spec& d : s.devices) c_.device_memory_.push_back(d.memory);
    c_.by_name_.emplace(name, n);
    c_.max_devices_ = std::max(c_.max_devices_, s.devices.size());
    c_.total_cpu_ += s.cpu;
    c_.total_memory_ += s.memory;
    std::uint32_t parent = 0;
    for (std::size_t l = 0; l < c_.depth(); ++l) {
      auto& level = c_.levels_[l];
      const std::string& group = l == 0 ? level.name : s.path[l - 1];
      const auto [at, added] = groups_[l].try_emplace({parent, group}, static_cast<std::uint32_t>(level.names.size()));
      if (added) level.names.push_back(group);
      level.of.push_back(parent = at->second);
    }
    return n;
  }

  /// The cluster; the builder is empty afterwards. O(nodes · levels). An empty cluster is refused.
  [[nodiscard]] cluster build() {
    if (c_.nodes_.empty()) throw error("the cluster has no nodes");
    c_.counted_.assign(c_.nodes_.size() * c_.kinds_.size(), 0);
    for (std::size_t n = 0; n < counted_.size(); ++n)
      for (const auto& [k, units] : counted_[n]) c_.counted_[n * c_.kinds_.size() + k] = units;
    for (auto& level : c_.levels_) {
      level.first.assign(level.names.size() + 1, 0);
      for (const std::uint32_t g : level.of) ++level.first[g + 1];
      for (std::size_t g = 1; g < level.first.size(); ++g) level.first[g] += level.first[g - 1];
      level.nodes.resize(c_.nodes_.size());
      std::vector<std::size_t> next(level.first.begin(), level.first.end() - 1);
      for (std::size_t n = 0; n < level.of.size(); ++n)
        level.nodes[next[level.of[n]]++] = static_cast<std::uint32_t>(n);
    }
    counted_.clear();
    return std::exchange(c_, cluster());
  }

private:
  std::uint32_t shape_of(std::span<const std::uint8_t> models, std::span<const std::uint16_t> numa,
                         std::span<const device_link> links) {
    // Looked up by what was given, so that alike nodes do not rank the choices of devices again.
    shape_key key{{models.begin(), models.end()}, {numa.begin(), numa.end()}, {}};
    for (const device_link& l : links)
      key.links.push_back((std::uint64_t{l.a} << 32) | (std::uint64_t{l.b} << 8) | static_cast<std::uint64_t>(l.kind));
    const auto [at, added] = shapes_.try_emplace(std::move(key), static_cast<std::uint32_t>(c_.shapes_.size()));
    if (added) c_.shapes_.emplace_back(models, numa, links, c_.costs_);
    return at->second;
  }

  struct shape_key {
    std::vector<std::uint8_t> models;
    std::vector<std::uint16_t> numa;
    std::vector<std::uint64_t> links;
    auto operator<=>(const shape_key&) const = default;
  };
  cluster c_;
  std::vector<std::vector<std::pair<std::size_t, amount>>> counted_;
  std::vector<std::map<std::pair<std::uint32_t, std::string>, std::uint32_t>> groups_;
  std::map<shape_key, std::uint32_t> shapes_;
};

}  // namespace v0
}  // namespace sched

#endif
