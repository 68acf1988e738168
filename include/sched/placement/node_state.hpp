// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_NODE_STATE_HPP
#define SCHED_PLACEMENT_NODE_STATE_HPP

/// \file
/// A node as policies see it, and which of its devices a task gets.

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include <boost/container/small_vector.hpp>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// What of a gang is decided already: seen by scores through `node_state`.
struct gang_context {
  std::span<const std::uint32_t> tasks_on{};  ///< tasks of the gang by node; empty: none anywhere
  std::span<const std::uint8_t> shared_on{};  ///< by device of the cluster: a share of the gang is there
  std::uint32_t remaining = 1;                ///< equal tasks that are still to be placed, with this one
  std::uint64_t decision = 0;                 ///< a number for this decision, for what draws at random
  bool exclusive = false;
  std::span<const std::uint8_t> closed{};  ///< by node: the request may not use it; empty: it may use all
};

/// By node whether the request may not use it; empty when it may use all.
inline void find_closed(const request& r, std::size_t nodes, std::vector<std::uint8_t>& out) {
  out.clear();
  if (r.only.empty() && r.except.empty()) return;
  out.assign(nodes, r.only.empty() ? 0 : 1);
  for (const std::uint32_t n : r.only) out[n] = 0;
  for (const std::uint32_t n : r.except) out[n] = 1;
}

/// A node and what is free on it. Queries O(1) unless said.
class node_state {
public:
  node_state(const cluster_state& s, node_id n, const gang_context& gang) noexcept
      : state_(&s), gang_(&gang), node_(n) {}

  [[nodiscard]] node_id node() const noexcept { return node_; }
  [[nodiscard]] const cluster_state& state() const noexcept { return *state_; }
  [[nodiscard]] const cluster& machine() const noexcept { return state_->machine(); }
  [[nodiscard]] const node_free& free() const noexcept { return state_->free(node_); }
  [[nodiscard]] const node_shape& shape() const noexcept { return machine().shape(node_); }
  [[nodiscard]] amount cpu() const noexcept { return machine().cpu(node_); }
  [[nodiscard]] amount memory() const noexcept { return machine().memory(node_); }
  [[nodiscard]] amount milli() const noexcept { return static_cast<amount>(shape().size()) * whole_device; }
  [[nodiscard]] std::span<const std::int32_t> device_milli() const noexcept { return state_->device_milli(node_); }

  /// Tasks of the same request on this node.
  [[nodiscard]] std::uint32_t mine() const noexcept {
    return gang_->tasks_on.empty() ? 0 : gang_->tasks_on[node_.index()];
  }
  [[nodiscard]] std::uint32_t remaining() const noexcept { return gang_->remaining; }
  [[nodiscard]] std::uint64_t decision() const noexcept { return gang_->decision; }

  /// The request may use the node.
  [[nodiscard]] bool open() const noexcept { return gang_->closed.empty() || gang_->closed[node_.index()] == 0; }
  /// Device d may carry one of the part's shares.
  [[nodiscard]] bool usable(const part& q, std::size_t d) const noexcept {
    if (device_milli()[d] < q.share) return false;
    if (q.models != 0 && (q.models >> shape().model(d) & 1) == 0) return false;
    if (q.device_memory > 0 && state_->device_memory(node_)[d] < q.device_memory) return false;
    if (q.min_device_memory > 0 && machine().device_memory(node_, d) < q.min_device_memory) return false;
    if (machine().max_tasks_per_device() != 0 && state_->device_tasks(node_)[d] >= machine().max_tasks_per_device())
      return false;
    return gang_->shared_on.empty() || gang_->shared_on[machine().first_device(node_) + d] == 0;
  }

  /// The amounts are free; links and domains are not looked at. O(1) for whole devices and single shares on nodes of
  /// one model, else O(devices).
  [[nodiscard]] bool has_room(const part& q) const noexcept {
    const node_free& f = free();
    if (q.cpu > f.cpu || q.memory > f.memory || f.status != node_status::up) return false;
    if (!open()) return false;
    if (gang_->exclusive ? f.tasks != mine() : f.exclusive) return false;
    for (const counted_need& k : q.counted)
      if (k.units > state_->counted(node_)[k.kind]) return false;
    if (q.devices == 0) return true;
    if (q.share == whole_device ? f.whole < q.devices : f.largest < q.share) return false;
    const node_shape& s = shape();
    if (q.models != 0 && (q.models & s.models()) == 0) return false;
    if (s.uniform() && (q.share == whole_device || q.devices == 1) && q.device_memory == 0 &&
        q.min_device_memory == 0 && machine().max_tasks_per_device() == 0 && gang_->shared_on.empty())
      return true;
    std::size_t usable_devices = 0;
    for (std::size_t d = 0; d < s.size() && usable_devices < q.devices; ++d) usable_devices += usable(q, d) ? 1U : 0U;
    return usable_devices >= q.devices;
  }

private:
  const cluster_state* state_;
  const gang_context* gang_;
  node_id node_;
};

/// The devices that a part would get on a node.
struct device_choice {
  device_list devices{};
  amount link_cost = 0;           ///< Σ over pairs
  std::size_t domains = 0;        ///< NUMA domains touched
  std::size_t extra_domains = 0;  ///< beyond those that an idle node would need
  bool exact = true;              ///< false: the node has more than 16 joined devices
};

namespace detail {

/// Domains that k devices need at least on an idle node of this shape. O(devices), or O(domains²).
[[nodiscard]] inline std::size_t domains_needed(const node_shape& s, std::size_t k) {
  if (s.domains() <= 1) return k == 0 ? 0 : 1;
  boost::container::small_vector<std::size_t, 16> sizes(s.domains(), 0);
  for (std::size_t d = 0; d < s.size(); ++d) ++sizes[s.numa(d)];
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  std::size_t n = 0;
  for (std::size_t got = 0; got < k && n < sizes.size(); ++n) got += sizes[n];
  return n;
}

[[nodiscard]] inline std::size_t domains_of(const node_shape& s, const device_list& devices) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    bool again = false;
    for (std::size_t j = 0; j < i; ++j) again = again || s.numa(devices[j]) == s.numa(devices[i]);
    count += again ? 0 : 1;
  }
  return count;
}

/// Sets the numbers of a choice from its devices; false when the part does not want such a set.
[[nodiscard]] inline bool measure_choice(const part& q, const node_state& n, device_choice& c) {
  const node_shape& s = n.shape();
  c.link_cost = 0;
  c.domains = c.devices.empty() ? 0 : 1;
  c.extra_domains = 0;
  if (!s.joined() || c.devices.size() < 2) return true;
  amount longest = 0;
  for (std::size_t i = 0; i < c.devices.size(); ++i)
    for (std::size_t j = i + 1; j < c.devices.size(); ++j) {
      const amount cost = s.cost(c.devices[i], c.devices[j]);
      c.link_cost += cost;
      longest = std::max(longest, cost);
    }
  c.domains = domains_of(s, c.devices);
  const std::size_t needed = domains_needed(s, c.devices.size());
  c.extra_domains = c.domains > needed ? c.domains - needed : 0;
  if (longest > q.max_link_cost) return false;
  if (q.numa == numa_policy::single) return c.domains == 1;
  return q.numa != numa_policy::restricted || c.extra_domains == 0;
}

/// Devices for a part from the freest domains or the best of the domains, for nodes without a ranked list.
inline void choose_greedily(const part& q, const node_state& n, device_choice& c) {
  const node_shape& s = n.shape();
  c.exact = false;
  boost::container::small_vector<std::uint16_t, 32> free;
  for (std::size_t d = 0; d < s.size(); ++d)
    if (n.usable(q, d)) free.push_back(static_cast<std::uint16_t>(d));
  // From every first device on: always the next with the least cost to those taken; the cheapest set found is kept.
  device_list best;
  std::size_t best_domains = 0;
  amount best_cost = 0;
  const std::size_t starts = std::min<std::size_t>(free.size(), 64);
  const bool by_domains = q.numa != numa_policy::none;
  for (std::size_t first = 0; first < starts; ++first) {
    device_list taken{free[first]};
    amount sum = 0;
    while (taken.size() < q.devices) {
      amount least = 0;
      std::size_t at = free.size();
      for (std::size_t k = 0; k < free.size(); ++k) {
        if (std::ranges::find(taken, free[k]) != taken.end()) continue;
        amount cost = 0;
        for (const std::uint16_t t : taken) cost += s.cost(t, free[k]);
        if (at == free.size() || cost < least) least = cost, at = k;
      }
      taken.push_back(free[at]);
      sum += least;
    }
    std::sort(taken.begin(), taken.end());
    const std::size_t domains = domains_of(s, taken);
    const auto key = [&](std::size_t d, amount cost) {
      return by_domains ? std::pair(static_cast<amount>(d), cost) : std::pair(cost, static_cast<amount>(d));
    };
    if (best.empty() || key(domains, sum) < key(best_domains, best_cost)) {
      best = taken;
      best_domains = domains;
      best_cost = sum;
    }
  }
  c.devices = std::move(best);
}

}  // namespace detail

/// The devices that a part gets on a node; false when links or domains are not as the part wants them. A share: the
/// tightest device that fits, of equals the lowest. Several shares: the tightest ones. Whole devices: least Σ link
/// cost, then fewest domains (the other way round when the part asks for domains), then lowest numbers; exact for up to
/// 16 devices. Without links and domains: the lowest numbers. Precondition: n.has_room(q). O(devices), at most 2^16.
[[nodiscard]] inline bool choose_devices(const part& q, const node_state& n, device_choice& c) {
  c.devices.clear();
  c.exact = true;
  if (q.devices == 0) return detail::measure_choice(q, n, c);
  const node_shape& s = n.shape();
  const auto milli = n.device_milli();
  if (q.devices == 1) {
    std::size_t best = s.size();
    for (std::size_t d = 0; d < s.size(); ++d)
      if ((best == s.size() || milli[d] < milli[best]) && n.usable(q, d)) best = d;
    SCHED_ASSERT(best < s.size());
    c.devices.push_back(static_cast<std::uint16_t>(best));
    return detail::measure_choice(q, n, c);
  }
  if (!s.joined()) {
    for (std::size_t d = 0; d < s.size() && c.devices.size() < q.devices; ++d)
      if (q.share == whole_device && n.usable(q, d)) c.devices.push_back(static_cast<std::uint16_t>(d));
    if (q.share < whole_device) {
      for (std::size_t d = 0; d < s.size(); ++d)
        if (n.usable(q, d)) c.devices.push_back(static_cast<std::uint16_t>(d));
      std::stable_sort(c.devices.begin(), c.devices.end(),
                       [&](std::uint16_t a, std::uint16_t b) { return milli[a] < milli[b]; });
      c.devices.shrink(q.devices);
      std::sort(c.devices.begin(), c.devices.end());
    }
    return detail::measure_choice(q, n, c);
  }
  if (!s.ranked()) {
    detail::choose_greedily(q, n, c);
    return detail::measure_choice(q, n, c);
  }
  std::uint32_t free = 0;
  for (std::size_t d = 0; d < s.size(); ++d) free |= n.usable(q, d) ? 1U << d : 0U;
  const auto take = [&](std::uint32_t set) {
    c.devices.clear();
    for (; set != 0; set &= set - 1) c.devices.push_back(static_cast<std::uint16_t>(std::countr_zero(set)));
    return detail::measure_choice(q, n, c);
  };
  if (q.numa == numa_policy::none) {
    for (const std::uint16_t set : s.choices(q.devices))
      if ((set & ~free) == 0 && take(set)) return true;
    return false;
  }
  // Domains first: the list is in order of link cost, so the first of every number of domains is its best.
  std::uint32_t best = 0;
  std::size_t fewest = s.domains() + 1;
  for (const std::uint16_t set : s.choices(q.devices)) {
    if ((set & ~free) != 0 || !take(set) || c.domains >= fewest) continue;
    best = set;
    fewest = c.domains;
    if (c.extra_domains == 0) break;
  }
  return best != 0 && take(best);
}

/// How a node is judged for a part: a key, smaller first; of equal keys the lower node is taken. It may put other
/// devices into `d`, which holds those that the part would get by default. Called by policies for every node that has
/// room; must depend on nothing but its arguments. Rejected: keys without a total order.
template <class S>
concept node_score =
    std::copy_constructible<S> && requires(const S s, const part& q, const node_state& n, device_choice& d) {
      { s(q, n, d) } -> std::totally_ordered;
    };

}  // namespace v0
}  // namespace sched

#endif
