// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_DETAIL_CLUSTER_PLAN_HPP
#define SCHED_DISPATCH_DETAIL_CLUSTER_PLAN_HPP

/// \file
/// What of a cluster is free when: running jobs until their planned ends, and what is booked.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>
#include <sched/priority/detail/ordered_blocks.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// A state that follows another one and may be changed meanwhile, as long as changes are taken back.
class following_state {
public:
  cluster_state& follow(const cluster_state& s) {
    if (!copy_ || lineage_ != s.lineage() || !s.changes_since(seen_, [&](node_id n) { copy_->copy_node(s, n); }))
      copy_ = s;
    lineage_ = s.lineage();
    seen_ = s.generation();
    return *copy_;
  }

private:
  std::optional<cluster_state> copy_;
  std::uint64_t lineage_ = 0, seen_ = 0;
};

/// Who holds what until when. `parts` of a holder must stay where they are.
class cluster_plan {
public:
  struct booking {
    std::uint32_t job = 0;
    instant start{}, end{};
    std::vector<allocation> parts{};
  };
  struct planned_end {
    instant at{};
    std::uint32_t job = 0;
    [[nodiscard]] bool operator<(const planned_end& o) const noexcept { return at != o.at ? at < o.at : job < o.job; }
  };

  explicit cluster_plan(const cluster& c) : cluster_(&c), on_node_(c.node_count()) {}

  void hold(std::uint32_t job, instant until, const std::vector<allocation>& parts) {
    if (holders_.size() <= job) holders_.resize(job + std::size_t{1});
    holders_[job] = {until, &parts};
    ends_.insert({until, job});
    for (const allocation& a : parts) {
      auto& list = on_node_[a.node.index()];
      if (list.empty() || list.back() != job) list.push_back(job);
    }
  }
  void release(std::uint32_t job) {
    ends_.erase({holders_[job].until, job});
    for (const allocation& a : *holders_[job].parts) std::erase(on_node_[a.node.index()], job);
    holders_[job] = {};
  }
  void extend(std::uint32_t job, instant until) {
    ends_.erase({holders_[job].until, job});
    holders_[job].until = until;
    ends_.insert({until, job});
  }
  [[nodiscard]] const ordered_blocks<planned_end>& ends() const noexcept { return ends_; }
  [[nodiscard]] instant end_of(std::uint32_t job) const noexcept { return holders_[job].until; }
  [[nodiscard]] const std::vector<allocation>& parts_of(std::uint32_t job) const noexcept {
    return *holders_[job].parts;
  }
  [[nodiscard]] const std::vector<std::uint32_t>& jobs_on(node_id n) const noexcept { return on_node_[n.index()]; }
  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }

  std::vector<booking> bookings{};

  /// Something is booked between the two.
  [[nodiscard]] bool booked(instant from, instant until) const noexcept {
    return std::ranges::any_of(bookings, [&](const booking& b) { return b.start < until && b.end > from; });
  }
  /// Something is booked there between the two.
  [[nodiscard]] bool booked_on(const placement_result& r, instant from, instant until) const noexcept {
    for (const booking& b : bookings)
      if (b.start < until && b.end > from)
        for (const allocation& a : b.parts)
          for (const allocation& mine : r.parts)
            if (a.node == mine.node) return true;
    return false;
  }
  /// `s` is what is free at `from`, bookings not counted. Takes from it what bookings leave less until `until`: then
  /// what fits fits all the time. What was taken is added to `taken`. O(parts booked · what happens on their nodes).
  void take_booked(cluster_state& s, instant from, instant until, std::vector<allocation>& taken) {
    nodes_.clear();
    for (const booking& b : bookings)
      if (b.start < until && b.end > from)
        for (const allocation& a : b.parts) nodes_.push_back(a.node);
    std::ranges::sort(nodes_);
    nodes_.erase(std::unique(nodes_.begin(), nodes_.end()), nodes_.end());
    for (const node_id n : nodes_) take_on(s, n, from, until, taken);
  }

private:
  struct holder {
    instant until{};
    const std::vector<allocation>* parts = nullptr;
  };
  struct step {
    instant at{};
    std::int64_t sign = 0;
    const allocation* what = nullptr;
  };

  void take_on(cluster_state& s, node_id n, instant from, instant until, std::vector<allocation>& taken) {
    const std::size_t kinds = cluster_->kinds().size(), devices = cluster_->devices(n);
    now_.assign(2 + kinds + 2 * devices, 0);
    steps_.clear();
    for (const booking& b : bookings) {
      if (b.start >= until || b.end <= from) continue;
      for (const allocation& a : b.parts) {
        if (a.node != n) continue;
        if (b.start <= from) add(a, 1, kinds, devices);
        else steps_.push_back({b.start, 1, &a});
        if (b.end < until) steps_.push_back({b.end, -1, &a});
      }
    }
    peak_ = now_;
    for (const std::uint32_t h : on_node_[n.index()]) {
      if (holders_[h].until <= from || holders_[h].until >= until) continue;
      for (const allocation& a : *holders_[h].parts)
        if (a.node == n) steps_.push_back({holders_[h].until, -1, &a});
    }
    std::ranges::sort(steps_,
                      [](const step& a, const step& b) { return a.at != b.at ? a.at < b.at : a.sign < b.sign; });
    for (const step& e : steps_) {
      add(*e.what, e.sign, kinds, devices);
      for (std::size_t k = 0; k < now_.size(); ++k) peak_[k] = std::max(peak_[k], now_[k]);
    }
    if (s.free(n).status != node_status::up) return;
    allocation a;
    a.node = n;
    a.cpu = std::min(peak_[0], s.free(n).cpu);
    a.memory = std::min(peak_[1], s.free(n).memory);
    for (std::size_t k = 0; k < kinds; ++k)
      if (peak_[2 + k] > 0)
        a.counted.push_back({static_cast<std::uint32_t>(k), std::min(peak_[2 + k], s.counted(n)[k])});
    put(s, a, taken);
    for (std::size_t d = 0; d < devices; ++d) {
      const amount share = std::min<amount>(peak_[2 + kinds + d], s.device_milli(n)[d]);
      const amount memory = std::min(peak_[2 + kinds + devices + d], s.device_memory(n)[d]);
      if (share <= 0 && memory <= 0) continue;
      allocation of_device;
      of_device.node = n;
      of_device.share = share;
      of_device.device_memory = memory;
      of_device.devices.push_back(static_cast<std::uint16_t>(d));
      put(s, of_device, taken);
    }
  }
  static void put(cluster_state& s, const allocation& a, std::vector<allocation>& taken) {
    if (!s.fits(a)) return;
    s.apply(a);
    taken.push_back(a);
  }
  void add(const allocation& a, std::int64_t sign, std::size_t kinds, std::size_t devices) {
    if (a.exclusive) {  // nobody else, whatever it uses
      now_[0] += sign * cluster_->cpu(a.node);
      now_[1] += sign * cluster_->memory(a.node);
      for (std::size_t d = 0; d < devices; ++d) now_[2 + kinds + d] += sign * whole_device;
      return;
    }
    now_[0] += sign * a.cpu;
    now_[1] += sign * a.memory;
    for (const counted_need& k : a.counted) now_[2 + k.kind] += sign * k.units;
    for (const std::uint16_t d : a.devices) {
      now_[2 + kinds + d] += sign * a.share;
      now_[2 + kinds + devices + d] += sign * a.device_memory;
    }
  }

  const cluster* cluster_;
  std::vector<holder> holders_;
  ordered_blocks<planned_end> ends_;
  std::vector<std::vector<std::uint32_t>> on_node_;
  std::vector<node_id> nodes_;
  std::vector<amount> now_, peak_;
  std::vector<step> steps_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
