// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_FRAGMENTATION_HPP
#define SCHED_PLACEMENT_FRAGMENTATION_HPP

/// \file
/// How much of the free devices the typical task cannot use (Weng et al., USENIX ATC 2023).

#include <algorithm>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// Tasks that count as one: cpu, number of devices, thousandths of each (0 without devices), allowed models.
struct task_type {
  amount cpu = 0;
  std::uint32_t devices = 0;
  amount share = 0;
  model_set models = 0;
  amount count = 0;  ///< how many such tasks there are: the weight
  bool operator==(const task_type&) const = default;
};

/// The distinct types of a workload by count, most frequent first (ties: cpu, devices, share, models ascending), until
/// `percent` of all tasks are covered, the type that does so included. O(n log n).
[[nodiscard]] inline std::vector<task_type> typical_types(std::span<const part> tasks, int percent = 95) {
  struct key {
    amount cpu, devices, share;
    model_set models;
    auto operator<=>(const key&) const = default;
  };
  std::map<key, amount> counts;
  for (const part& p : tasks) ++counts[{p.cpu, p.devices, p.devices == 0 ? 0 : p.share, p.devices == 0 ? 0 : p.models}];
  std::vector<task_type> types;
  types.reserve(counts.size());
  for (const auto& [k, count] : counts)
    types.push_back({k.cpu, static_cast<std::uint32_t>(k.devices), k.share, k.models, count});
  std::stable_sort(types.begin(), types.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  amount covered = 0;
  std::size_t n = 0;
  while (n < types.size() && covered * 100 < static_cast<amount>(tasks.size()) * percent) covered += types[n++].count;
  types.resize(n);
  return types;
}

/// Thousandths of a node with these free devices that a task of the type cannot use: all of them if it needs no device
/// or cannot run there (cpu, devices, model), else those of devices with less than it needs. O(devices).
[[nodiscard]] inline amount fragment_of(const task_type& t, const node_shape& shape, amount cpu,
                                        std::span<const std::int32_t> milli) {
  amount sum = 0, usable = 0;
  std::uint32_t devices = 0;
  for (std::size_t d = 0; d < milli.size(); ++d) {
    sum += milli[d];
    const bool allowed = t.models == 0 || (t.models >> shape.model(d) & 1) != 0;
    if (!allowed || milli[d] < t.share) continue;
    ++devices;
    usable += milli[d];
  }
  return t.devices == 0 || cpu < t.cpu || devices < t.devices ? sum : sum - usable;
}

/// Typical types in tables, so that the fragmentation of a node takes one look-up per device.
///
/// Σ count · F is kept as C · Σ free − U, C = Σ count, U = what the types can use, both integers. For nodes of one
/// model and types that take shares of one device or whole devices U is 1,000 · f · A[cpu][f] + Σ r · B[cpu][r], f =
/// devices that nobody uses, r = thousandths by device; else the types are gone through. Immutable. O(1) per device.
class fragment_table {
public:
  /// Throws nothing; types without weight are left out. O(models · types · devices of a node).
  fragment_table(std::span<const task_type> types, const cluster& c) : types_(types.begin(), types.end()) {
    std::erase_if(types_, [](const task_type& t) { return t.count <= 0; });
    for (const task_type& t : types_) {
      weight_ += t.count;
      general_ = general_ || (t.devices > 1 && t.share < whole_device);
    }
    std::vector<amount> shares;
    for (const task_type& t : types_) {
      if (t.devices == 0) continue;
      cpus_.push_back(t.cpu);
      if (t.share < whole_device) shares.push_back(t.share);
    }
    const auto sort_distinct = [](std::vector<amount>& v) {
      std::sort(v.begin(), v.end());
      v.erase(std::unique(v.begin(), v.end()), v.end());
    };
    sort_distinct(cpus_);
    sort_distinct(shares);
    rank_.resize(static_cast<std::size_t>(whole_device) + 1);
    for (std::size_t r = 0; r < rank_.size(); ++r)
      rank_[r] = static_cast<std::uint16_t>(std::upper_bound(shares.begin(), shares.end(), static_cast<amount>(r)) -
                                            shares.begin());
    widths_ = c.max_devices() + 1;
    ranks_ = shares.size() + 1;
    whole_.assign(c.model_count() * (cpus_.size() + 1) * widths_, 0);
    shared_.assign(c.model_count() * (cpus_.size() + 1) * ranks_, 0);
    for (std::size_t m = 0; m < c.model_count(); ++m)
      for (std::size_t k = 0; k <= cpus_.size(); ++k)
        for (const task_type& t : types_) {
          if (t.devices == 0 || (t.models != 0 && (t.models >> m & 1) == 0)) continue;
          if (k == 0 || t.cpu > cpus_[k - 1]) continue;
          const std::size_t at = m * (cpus_.size() + 1) + k;
          if (t.share == whole_device) {
            for (std::size_t f = t.devices; f < widths_; ++f) whole_[at * widths_ + f] += t.count;
          } else {
            for (std::size_t r = rank_[static_cast<std::size_t>(t.share)]; r < ranks_; ++r)
              shared_[at * ranks_ + r] += t.count;
          }
        }
  }

  [[nodiscard]] std::span<const task_type> types() const noexcept { return types_; }
  /// C.
  [[nodiscard]] amount weight() const noexcept { return weight_; }

  /// A row of the tables for a model and free cpu.
  struct row {
    const amount* whole;
    const amount* shared;
    const std::uint16_t* rank;
    [[nodiscard]] amount of_whole(std::size_t f) const noexcept {
      return whole_device * static_cast<amount>(f) * whole[f];
    }
    [[nodiscard]] amount of_device(std::int32_t r) const noexcept {
      return r * shared[rank[static_cast<std::size_t>(r)]];
    }
  };
  [[nodiscard]] row row_of(std::size_t model, amount cpu) const noexcept {
    std::size_t k = 0;
    for (const amount t : cpus_) k += t <= cpu ? 1U : 0U;
    const std::size_t at = model * (cpus_.size() + 1) + k;
    return {whole_.data() + at * widths_, shared_.data() + at * ranks_, rank_.data()};
  }
  /// The tables hold for this node.
  [[nodiscard]] bool tabled(const node_shape& s) const noexcept { return !general_ && s.uniform() && s.size() > 0; }

  /// U: Σ over types of count · thousandths that they can use.
  [[nodiscard]] amount usable(const node_shape& s, amount cpu, std::span<const std::int32_t> milli) const noexcept {
    if (tabled(s)) {
      const row at = row_of(s.model(0), cpu);
      amount sum = 0;
      std::size_t f = 0;
      for (const std::int32_t r : milli) {
        sum += at.of_device(r);
        f += r == whole_device ? 1U : 0U;
      }
      return sum + at.of_whole(f);
    }
    amount all = 0, sum = 0;
    for (const std::int32_t r : milli) all += r;
    for (const task_type& t : types_) sum += t.count * (all - fragment_of(t, s, cpu, milli));
    return sum;
  }

private:
  std::vector<task_type> types_;
  std::vector<amount> cpus_;
  std::vector<std::uint16_t> rank_;  // by thousandths: how many of the types' shares are at most that
  std::vector<amount> whole_, shared_;
  std::size_t widths_ = 0, ranks_ = 0;
  amount weight_ = 0;
  bool general_ = false;
};

/// Fragmentation of a cluster in thousandths of a device: Σ over nodes of C · Σ free − U, to be divided by C.
/// O(devices).
struct fragmentation {
  amount weighted = 0;  ///< Σ count · F
  amount weight = 0;    ///< C
  amount free = 0;      ///< Σ thousandths
  /// Fragmented devices as a share of all (of the free ones); 0 when there are none.
  [[nodiscard]] double of(amount milli) const noexcept {
    return weight == 0 || milli == 0
               ? 0.0
               : static_cast<double>(weighted) / (static_cast<double>(weight) * static_cast<double>(milli));
  }
};
[[nodiscard]] inline fragmentation measure_fragmentation(const fragment_table& t, const cluster_state& s) {
  fragmentation f;
  f.weight = t.weight();
  for (std::size_t i = 0; i < s.machine().node_count(); ++i) {
    const node_id n(i);
    f.free += s.free(n).milli;
    f.weighted += t.weight() * s.free(n).milli - t.usable(s.machine().shape(n), s.free(n).cpu, s.device_milli(n));
  }
  return f;
}

}  // namespace v0
}  // namespace sched

#endif
