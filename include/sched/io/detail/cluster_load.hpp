// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_CLUSTER_LOAD_HPP
#define SCHED_IO_DETAIL_CLUSTER_LOAD_HPP

/// \file
/// How much of a cluster is in use over time: curves, sums by group, shares by group and kind.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/chart.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/fragmentation.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Follows what is taken and given back, and writes down the level after every instant. Fragmentation is kept up to
/// date by node: O(devices of the node) a change.
class cluster_load {
public:
  /// `group_of`: by node. `typical` may be empty: then nothing is known of fragmentation.
  cluster_load(const cluster& c, std::span<const std::uint32_t> group_of, std::size_t groups,
               std::span<const task_type> typical, instant first)
      : cluster_(&c), group_of_(group_of), up_(static_cast<amount>(c.device_count())), groups_(groups) {
    for (group& g : groups_) g.since = first;
    milli_.assign(c.device_count(), static_cast<std::int32_t>(whole_device));
    cpu_.resize(c.node_count());
    for (std::size_t i = 0; i < cpu_.size(); ++i) cpu_[i] = c.cpu(node_id(i));
    if (typical.empty()) return;
    table_.emplace(typical, c);
    for (std::size_t i = 0; i < cpu_.size(); ++i) usable_ += usable(*table_, node_id(i));
    if (table_->weight() == 0) table_.reset();
  }

  /// A task takes (1) or gives back (−1). Devices are never more than full or empty.
  void change(const allocation& a, int sign) {
    const std::size_t i = a.node.index(), first = cluster_->first_device(a.node);
    if (table_) usable_ -= usable(*table_, a.node);
    cpu_[i] -= sign * a.cpu;
    cpu_used_ += sign * a.cpu;
    amount moved = 0;
    for (const std::uint16_t d : a.devices) {
      const amount before = milli_[first + d];
      const amount now = std::clamp<amount>(before - sign * a.share, 0, whole_device);
      milli_[first + d] = static_cast<std::int32_t>(now);
      moved += before - now;
    }
    if (table_) usable_ += usable(*table_, a.node);
    used_ += moved;
    group& g = groups_[group_of_[i]];
    if (!g.touched) touched_.push_back(group_of_[i]);
    g.touched = true;
    g.used += moved;
  }
  /// Devices come (more than 0) or go.
  void capacity(amount devices) { up_ += devices; }
  /// All changes of an instant are told.
  void note(instant at) {
    for (const std::uint32_t k : touched_) {
      group& g = groups_[k];
      g.area += static_cast<double>(g.noted) * static_cast<double>((at - g.since).count());
      g.since = at;
      g.noted = g.used;
      g.peak = std::max(g.peak, g.used);
      g.touched = false;
    }
    touched_.clear();
    peak_ = std::max(peak_, used_);
    add(in_use, at, static_cast<double>(used_) / 1000);
    add(there, at, static_cast<double>(up_));
    add(cpus, at, static_cast<double>(cpu_used_) / 1000);
    if (!table_) return;
    const auto free = static_cast<double>(cluster_->total_milli() - used_);
    add(idle, at, free / 1000);
    add(fragmented, at, (free - static_cast<double>(usable_) / static_cast<double>(table_->weight())) / 1000);
  }

  [[nodiscard]] bool fragmentation_known() const noexcept { return table_.has_value(); }
  [[nodiscard]] amount peak() const noexcept { return peak_; }
  [[nodiscard]] amount peak(std::size_t g) const noexcept { return groups_[g].peak; }
  /// Σ thousandths · ticks until `last`, which is not before the last note.
  [[nodiscard]] double area(std::size_t g, instant last) const {
    return groups_[g].area +
           static_cast<double>(groups_[g].noted) * static_cast<double>((last - groups_[g].since).count());
  }

  /// In devices, cpus in cores.
  std::vector<chart_point> in_use{}, there{}, cpus{}, idle{}, fragmented{};

private:
  struct group {
    instant since{};
    double area = 0;
    amount used = 0, noted = 0, peak = 0;
    bool touched = false;
  };
  [[nodiscard]] amount usable(const fragment_table& table, node_id n) const {
    return table.usable(cluster_->shape(n), cpu_[n.index()],
                        std::span<const std::int32_t>(milli_).subspan(cluster_->first_device(n), cluster_->devices(n)));
  }
  static void add(std::vector<chart_point>& points, instant at, double value) {
    value = std::round(value * 100) / 100;
    if (points.empty() || points.back().value != value) points.push_back({at, value});
  }

  const cluster* cluster_;
  std::span<const std::uint32_t> group_of_;
  std::optional<fragment_table> table_{};
  std::vector<std::int32_t> milli_{};
  std::vector<amount> cpu_{};
  amount usable_ = 0, used_ = 0, cpu_used_ = 0, peak_ = 0, up_ = 0;
  std::vector<group> groups_;
  std::vector<std::uint32_t> touched_{};
};

/// Mean shares of groups by kind in equal pieces of time: what is drawn where there is no room for jobs.
class cluster_shares {
public:
  cluster_shares(std::size_t groups, std::size_t kinds, interval all, std::size_t most_bars)
      : all_(all), groups_(groups), kinds_(kinds) {
    const std::size_t room = std::clamp<std::size_t>(most_bars / std::max<std::size_t>(1, groups * kinds), 24, 240);
    pieces_ = static_cast<std::size_t>(std::min<std::int64_t>(all.length().count(), static_cast<std::int64_t>(room)));
    sums_.assign(groups * kinds * pieces_, 0.0);
  }
  [[nodiscard]] instant boundary(std::size_t piece) const {
    const auto step = static_cast<double>(all_.length().count()) / static_cast<double>(pieces_);
    return piece == pieces_ ? all_.finish : all_.start + static_cast<std::int64_t>(step * static_cast<double>(piece));
  }
  void add(std::size_t group, std::size_t kind, double units, interval when) {
    const double length = static_cast<double>(all_.length().count());
    const double at = static_cast<double>((when.start - all_.start).count()) / length * static_cast<double>(pieces_);
    std::size_t p = std::min(pieces_ - 1, static_cast<std::size_t>(at));
    while (p > 0 && boundary(p) > when.start) --p;
    for (; p < pieces_ && boundary(p) < when.finish; ++p) {
      const interval part = when.intersect({boundary(p), boundary(p + 1)});
      if (!part.empty())
        sums_[(group * kinds_ + kind) * pieces_ + p] += units * static_cast<double>(part.length().count());
    }
  }
  /// Calls f(group, kind, when, from, share): parts of the row in thousandths, the first kind at the bottom; neighbours
  /// in time that are equal are one. `capacity`: units by group.
  template <class F>
  void each(std::span<const double> capacity, F f) const {
    for (std::size_t g = 0; g < groups_; ++g) {
      std::vector<std::pair<std::uint16_t, std::uint16_t>> parts(kinds_ * pieces_);
      for (std::size_t p = 0; p < pieces_ && capacity[g] > 0; ++p) {
        double below = 0;
        for (std::size_t k = 0; k < kinds_; ++k) {
          const double length = static_cast<double>((boundary(p + 1) - boundary(p)).count());
          const double mine = sums_[(g * kinds_ + k) * pieces_ + p] / (capacity[g] * length);
          const auto low = static_cast<int>(std::lround(1000 * std::min(below, 1.0)));
          const auto high = static_cast<int>(std::lround(1000 * std::min(below + mine, 1.0)));
          parts[k * pieces_ + p] = {static_cast<std::uint16_t>(1000 - high), static_cast<std::uint16_t>(high - low)};
          below += mine;
        }
      }
      for (std::size_t k = 0; k < kinds_; ++k)
        for (std::size_t p = 0; p < pieces_;) {
          const auto& part = parts[k * pieces_ + p];
          const std::size_t from = p;
          while (p < pieces_ && parts[k * pieces_ + p] == part) ++p;
          if (part.second != 0) f(g, k, interval{boundary(from), boundary(p)}, part.first, part.second);
        }
    }
  }

private:
  interval all_;
  std::size_t groups_, kinds_, pieces_ = 0;
  std::vector<double> sums_{};
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
