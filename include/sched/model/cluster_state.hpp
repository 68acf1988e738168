// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_CLUSTER_STATE_HPP
#define SCHED_MODEL_CLUSTER_STATE_HPP

/// \file
/// What is free in a cluster now: by device, by node, and summed for every group of every level.

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

enum class node_status : std::uint8_t { up, draining, down, unknown };

/// Tasks by their request for devices: none, a share, 1, 2, 3–4, 5–8, 9–16, more.
inline constexpr std::size_t device_classes = 8;
[[nodiscard]] constexpr std::size_t device_class(std::size_t devices, amount share) noexcept {
  if (devices == 0) return 0;
  if (devices == 1 && share < whole_device) return 1;
  return std::min<std::size_t>(2 + static_cast<std::size_t>(std::bit_width(devices - 1)), device_classes - 1);
}

/// What is free on a node.
struct node_free {
  amount cpu = 0, memory = 0;
  amount milli = 0;          ///< Σ over devices
  std::uint32_t whole = 0;   ///< devices that nobody uses
  std::int32_t largest = 0;  ///< thousandths of the freest device
  std::uint32_t tasks = 0;
  node_status status = node_status::up;
  bool exclusive = false;                               ///< somebody has the node for himself
  std::array<std::uint32_t, device_classes> classes{};  ///< tasks by class
  bool operator==(const node_free&) const = default;
};

/// What is free in a group of nodes. Nodes that are not up, or taken as a whole, count as full.
struct group_free {
  amount cpu = 0, memory = 0, milli = 0;
  bool operator==(const group_free&) const = default;
};

/// Changes by whole tasks: `apply` and `undo` are O(devices of the node + levels · models of the node). A value: a copy
/// is a snapshot. The cluster must outlive it. `generation()` grows with every change; the nodes of the last changes
/// can be asked for, so that caches follow without a look at all nodes. Not thread-safe for writing.
class cluster_state {
public:
  explicit cluster_state(const cluster& c) : cluster_(&c), kinds_(c.kinds().size()), widths_(c.max_devices() + 1) {
    const std::size_t n = c.node_count();
    nodes_.resize(n);
    milli_.assign(c.device_count(), static_cast<std::int32_t>(whole_device));
    tasks_.assign(c.device_count(), 0);
    memory_.resize(c.device_count());
    counted_.resize(n * kinds_);
    groups_.resize(c.depth());
    for (std::size_t l = 0; l < c.depth(); ++l) {
      groups_[l].sums.resize(c.group_count(l));
      groups_[l].whole_by_count.assign(c.group_count(l) * widths_, 0);
      groups_[l].whole_by_model.assign(c.group_count(l) * c.model_count(), 0);
      groups_[l].milli_by_model.assign(c.group_count(l) * c.model_count(), 0);
    }
    log_.assign(std::bit_ceil(std::max<std::size_t>(64, n)), 0);
    for (std::size_t i = 0; i < n; ++i) {
      const node_id id(i);
      nodes_[i].cpu = c.cpu(id);
      nodes_[i].memory = c.memory(id);
      for (std::size_t d = 0; d < c.devices(id); ++d) memory_[c.first_device(id) + d] = c.device_memory(id, d);
      std::ranges::copy(c.counted(id), counted_.begin() + static_cast<std::ptrdiff_t>(i * kinds_));
      sum_devices(i);
      count(i, 1);
    }
  }
  cluster_state(const cluster_state& o) = default;
  cluster_state(cluster_state&&) noexcept = default;
  cluster_state& operator=(const cluster_state&) = default;
  cluster_state& operator=(cluster_state&&) noexcept = default;

  [[nodiscard]] const cluster& machine() const noexcept { return *cluster_; }
  [[nodiscard]] const node_free& free(node_id n) const noexcept { return nodes_[n.index()]; }
  /// Free thousandths by device of the node.
  [[nodiscard]] std::span<const std::int32_t> device_milli(node_id n) const noexcept {
    return std::span<const std::int32_t>(milli_).subspan(cluster_->first_device(n), cluster_->devices(n));
  }
  [[nodiscard]] std::span<const std::uint32_t> device_tasks(node_id n) const noexcept {
    return std::span<const std::uint32_t>(tasks_).subspan(cluster_->first_device(n), cluster_->devices(n));
  }
  [[nodiscard]] std::span<const amount> device_memory(node_id n) const noexcept {
    return std::span<const amount>(memory_).subspan(cluster_->first_device(n), cluster_->devices(n));
  }
  [[nodiscard]] std::span<const amount> counted(node_id n) const noexcept {
    return std::span<const amount>(counted_).subspan(n.index() * kinds_, kinds_);
  }
  /// Nodes that are not up.
  [[nodiscard]] std::ptrdiff_t not_up() const noexcept { return not_up_; }
  [[nodiscard]] bool idle(node_id n) const noexcept { return nodes_[n.index()].tasks == 0; }

  // Sums by group: O(1).
  [[nodiscard]] const group_free& sums(std::size_t level, std::size_t g) const noexcept {
    return groups_[level].sums[g];
  }
  /// Nodes of the group by their number of devices that nobody uses: entry f counts those with f.
  [[nodiscard]] std::span<const std::uint32_t> whole_by_count(std::size_t level, std::size_t g) const noexcept {
    return std::span<const std::uint32_t>(groups_[level].whole_by_count).subspan(g * widths_, widths_);
  }
  /// Devices that nobody uses, by model.
  [[nodiscard]] std::span<const std::uint32_t> whole_by_model(std::size_t level, std::size_t g) const noexcept {
    return std::span<const std::uint32_t>(groups_[level].whole_by_model)
        .subspan(g * cluster_->model_count(), cluster_->model_count());
  }
  [[nodiscard]] std::span<const amount> milli_by_model(std::size_t level, std::size_t g) const noexcept {
    return std::span<const amount>(groups_[level].milli_by_model)
        .subspan(g * cluster_->model_count(), cluster_->model_count());
  }
  /// Devices that nobody uses on the node of the group that has most. O(devices of a node).
  [[nodiscard]] std::size_t largest_node(std::size_t level, std::size_t g) const noexcept {
    const auto counts = whole_by_count(level, g);
    std::size_t f = counts.size() - 1;
    while (f > 0 && counts[f] == 0) --f;
    return f;
  }

  /// Whether the amounts of an allocation are free on its node, which is up; of devices that are listed.
  [[nodiscard]] bool fits(const allocation& a) const noexcept {
    if (!a.node.valid() || a.node.index() >= nodes_.size()) return false;
    const node_free& f = nodes_[a.node.index()];
    if (f.status != node_status::up || a.cpu > f.cpu || a.memory > f.memory) return false;
    if (f.exclusive ? !a.exclusive : a.exclusive && f.tasks != 0) return false;
    for (const counted_need& k : a.counted)
      if (k.units > counted_[a.node.index() * kinds_ + k.kind]) return false;
    const std::size_t first = cluster_->first_device(a.node);
    for (const std::uint16_t d : a.devices) {
      if (d >= cluster_->devices(a.node) || a.share > milli_[first + d] || a.device_memory > memory_[first + d])
        return false;
      if (cluster_->max_tasks_per_device() != 0 && tasks_[first + d] >= cluster_->max_tasks_per_device()) return false;
    }
    return true;
  }

  /// Takes. Precondition: fits(a) (an exclusive allocation may join its own request on the node).
  void apply(const allocation& a) {
    SCHED_ASSERT(fits(a));
    change(a, -1);
  }
  /// Gives back what was taken. Precondition: it was applied and not undone.
  void undo(const allocation& a) { change(a, 1); }
  /// Takes what was given back just now, whether its node is up or not: for trials.
  void redo(const allocation& a) { change(a, -1); }
  /// Takes all, or nothing when something of it is no longer free (the answer was made for an older generation).
  [[nodiscard]] bool try_apply(std::span<const allocation> parts) {
    for (const allocation& a : parts)
      if (a.exclusive && (!a.node.valid() || a.node.index() >= nodes_.size() || !idle(a.node))) return false;
    for (std::size_t k = 0; k < parts.size(); ++k) {
      if (!fits(parts[k])) {
        while (k-- > 0) undo(parts[k]);
        return false;
      }
      change(parts[k], -1);
    }
    return true;
  }
  void apply(const placement_result& r) {
    for (const allocation& a : r.parts) apply(a);
  }
  void undo(const placement_result& r) {
    for (const allocation& a : r.parts) undo(a);
  }

  /// Nodes that are not up take no further task; what runs there keeps its place.
  void set_status(node_id n, node_status s) {
    if (nodes_[n.index()].status == s) return;
    count(n.index(), -1);
    not_up_ += s == node_status::up ? -1 : nodes_[n.index()].status == node_status::up ? 1 : 0;
    nodes_[n.index()].status = s;
    count(n.index(), 1);
    note(n.index());
  }

  /// Number of changes since the beginning.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  /// Tells states with a history of their own apart: a copy that has changed since is another one.
  [[nodiscard]] std::uint64_t lineage() const noexcept { return lineage_.value; }
  /// Calls f(node) for the nodes of every change after generation `since`, oldest first, with repeats; false when that
  /// is too long ago (more changes than nodes), or in the future.
  template <class F>
  bool changes_since(std::uint64_t since, F f) const {
    if (since > generation_ || generation_ - since > log_.size()) return false;
    for (std::uint64_t g = since; g < generation_; ++g) f(node_id(log_[g & (log_.size() - 1)]));
    return true;
  }
  /// Makes node n as it is in `o`, a state of the same cluster. O(devices of the node + levels).
  void copy_node(const cluster_state& o, node_id n) {
    SCHED_ASSERT(o.cluster_ == cluster_);
    const std::size_t i = n.index(), first = cluster_->first_device(n), k = cluster_->devices(n);
    count(i, -1);
    not_up_ += (o.nodes_[i].status != node_status::up ? 1 : 0) - (nodes_[i].status != node_status::up ? 1 : 0);
    nodes_[i] = o.nodes_[i];
    for (std::size_t d = first; d < first + k; ++d) {
      milli_[d] = o.milli_[d];
      tasks_[d] = o.tasks_[d];
      memory_[d] = o.memory_[d];
    }
    for (std::size_t m = i * kinds_; m < (i + 1) * kinds_; ++m) counted_[m] = o.counted_[m];
    count(i, 1);
    note(i);
  }
  /// The same amounts free everywhere.
  [[nodiscard]] bool same_free(const cluster_state& o) const {
    return nodes_ == o.nodes_ && milli_ == o.milli_ && tasks_ == o.tasks_ && memory_ == o.memory_ &&
           counted_ == o.counted_ && groups_ == o.groups_;
  }

private:
  /// A new number for every state that is made or copied.
  struct lineage_number {
    std::uint64_t value = next();
    lineage_number() = default;
    lineage_number(const lineage_number&) {}  // NOLINT(bugprone-copy-constructor-init)
    lineage_number(lineage_number&& o) noexcept : value(o.value) { o.value = next(); }
    lineage_number& operator=(const lineage_number& o) {
      if (this != &o) value = next();
      return *this;
    }
    lineage_number& operator=(lineage_number&& o) noexcept {
      value = o.value;
      o.value = next();
      return *this;
    }
    ~lineage_number() = default;
    static std::uint64_t next() {
      static std::atomic<std::uint64_t> last{0};
      return ++last;
    }
  };
  struct level_sums {
    std::vector<group_free> sums;
    std::vector<std::uint32_t> whole_by_count;  // group × (devices + 1)
    std::vector<std::uint32_t> whole_by_model;  // group × models
    std::vector<amount> milli_by_model;
    bool operator==(const level_sums&) const = default;
  };

  void change(const allocation& a, int sign) {
    const std::size_t i = a.node.index(), first = cluster_->first_device(a.node);
    count(i, -1);
    node_free& f = nodes_[i];
    f.cpu += sign * a.cpu;
    f.memory += sign * a.memory;
    for (const counted_need& k : a.counted) counted_[i * kinds_ + k.kind] += sign * k.units;
    for (const std::uint16_t d : a.devices) {
      milli_[first + d] += sign * static_cast<std::int32_t>(a.share);
      memory_[first + d] += sign * a.device_memory;
      if (sign < 0) ++tasks_[first + d];
      else --tasks_[first + d];
    }
    const std::size_t c = device_class(a.devices.size(), a.share);
    if (sign < 0) {
      ++f.tasks;
      ++f.classes[c];
      if (a.exclusive) f.exclusive = true;
    } else {
      --f.tasks;
      --f.classes[c];
      if (f.tasks == 0) f.exclusive = false;
    }
    sum_devices(i);
    count(i, 1);
    note(i);
  }

  void sum_devices(std::size_t i) {
    node_free& f = nodes_[i];
    f.milli = 0;
    f.whole = 0;
    f.largest = 0;
    for (const std::int32_t r : device_milli(node_id(i))) {
      f.milli += r;
      f.whole += r == whole_device ? 1U : 0U;
      f.largest = std::max(f.largest, r);
    }
  }

  /// Adds the node to the sums of its groups, or takes it out.
  void count(std::size_t i, int sign) {
    const node_free& f = nodes_[i];
    if (f.status != node_status::up || f.exclusive) return;
    const node_id n(i);
    const node_shape& shape = cluster_->shape(n);
    const auto unit = static_cast<std::uint32_t>(sign);  // wraps: 1 or 2^32 − 1
    for (std::size_t l = 0; l < groups_.size(); ++l) {
      level_sums& s = groups_[l];
      const std::size_t g = cluster_->group(l, n), m = g * cluster_->model_count();
      s.sums[g].cpu += sign * f.cpu;
      s.sums[g].memory += sign * f.memory;
      s.sums[g].milli += sign * f.milli;
      s.whole_by_count[g * widths_ + f.whole] += unit;
      if (shape.size() == 0) continue;
      if (shape.uniform()) {
        s.whole_by_model[m + shape.model(0)] += unit * f.whole;
        s.milli_by_model[m + shape.model(0)] += sign * f.milli;
        continue;
      }
      const auto milli = device_milli(n);
      for (std::size_t d = 0; d < milli.size(); ++d) {
        if (milli[d] == whole_device) s.whole_by_model[m + shape.model(d)] += unit;
        s.milli_by_model[m + shape.model(d)] += sign * milli[d];
      }
    }
  }

  void note(std::size_t i) { log_[generation_++ & (log_.size() - 1)] = static_cast<std::uint32_t>(i); }

  const cluster* cluster_;
  std::size_t kinds_, widths_;
  std::vector<node_free> nodes_;
  std::vector<std::int32_t> milli_;
  std::vector<std::uint32_t> tasks_;
  std::vector<amount> memory_, counted_;
  std::vector<level_sums> groups_;
  std::vector<std::uint32_t> log_;
  std::uint64_t generation_ = 0;
  std::ptrdiff_t not_up_ = 0;
  lineage_number lineage_;
};

/// A look at a state as it is now: what policies get. Cheap to copy; the state must outlive it, and its answers are
/// those of `generation()` only as long as the state does not change.
class cluster_view {
public:
  cluster_view(const cluster_state& s) noexcept  // NOLINT(google-explicit-constructor): a state is what one looks at
      : state_(&s), generation_(s.generation()) {}
  [[nodiscard]] const cluster_state& state() const noexcept { return *state_; }
  [[nodiscard]] const cluster& machine() const noexcept { return state_->machine(); }
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  /// Nothing has changed since the view was made.
  [[nodiscard]] bool current() const noexcept { return generation_ == state_->generation(); }

private:
  const cluster_state* state_;
  std::uint64_t generation_;
};

}  // namespace v0
}  // namespace sched

#endif
