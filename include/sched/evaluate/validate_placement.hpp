// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_PLACEMENT_HPP
#define SCHED_EVALUATE_VALIDATE_PLACEMENT_HPP

/// \file
/// The proof for placements in a cluster. It shares nothing with the policies: it counts from the allocations alone.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// A request and what it was given; empty: not placed.
struct placed_request {
  const request* what = nullptr;
  std::span<const allocation> parts{};
};

enum class placement_violation_kind : std::uint8_t {
  unknown,          ///< a node, device or group that does not exist
  wrong_amount,     ///< a part was given another amount than it asks for
  incomplete_gang,  ///< some parts of a group, but not as many as it must have
  wrong_model,      ///< a device of a model that is not allowed, or with too little memory
  repeated_device,  ///< one part has a device twice
  shared_in_gang,   ///< two shares of one request on one device although that was not allowed
  device_overfull,  ///< more than 1,000 thousandths, its memory, or too many tasks
  cpu_overfull,
  memory_overfull,
  counted_overfull,
  not_exclusive,  ///< somebody else on a node that a request has for itself
  wrong_numa,     ///< domains or links that the part does not allow
  outside_level,  ///< not within one group of its level, or a slice is not
  wrong_spread,   ///< too many parts in a group, or not as many on a node as asked
  wrong_node      ///< a node that the request may not use
};

[[nodiscard]] constexpr std::string_view to_string(placement_violation_kind k) noexcept {
  constexpr std::string_view names[] = {"unknown node, device or group",
                                        "another amount than asked for",
                                        "a gang is not whole",
                                        "a device that is not allowed",
                                        "a device twice",
                                        "two shares of one request on one device",
                                        "a device is overfull",
                                        "cpus are overfull",
                                        "memory is overfull",
                                        "a counted kind is overfull",
                                        "a node is not exclusive",
                                        "NUMA domains or links that are not allowed",
                                        "outside its group of a level",
                                        "not spread as asked",
                                        "a node that may not be used"};
  return names[static_cast<std::size_t>(k)];
}

struct placement_violation {
  placement_violation_kind kind{};
  std::size_t request = 0;  ///< position in the list; of overfull things the last one that uses them
  node_id node{};
  std::size_t device = 0;
  amount used = 0, limit = 0;
  bool operator==(const placement_violation&) const = default;
};

/// Text for people.
[[nodiscard]] inline std::string describe(const placement_violation& v, const cluster& c) {
  std::string out = "request " + std::to_string(v.request) + ": " + std::string(to_string(v.kind));
  if (v.node.valid() && v.node.index() < c.node_count()) out += ", node " + c.name(v.node);
  if (v.kind == placement_violation_kind::device_overfull) out += ", device " + std::to_string(v.device);
  if (v.limit != 0 || v.used != 0) out += ": " + std::to_string(v.used) + " of " + std::to_string(v.limit);
  return out;
}

namespace detail {

class placement_proof {
public:
  placement_proof(const cluster& c, bool split) : c_(c), split_(split) {
    devices_.resize(c.device_count());
    nodes_.resize(c.node_count());
    counted_.assign(c.node_count() * c.kinds().size(), 0);
  }

  std::vector<placement_violation> run(std::span<const placed_request> all) {
    for (std::size_t r = 0; r < all.size(); ++r)
      if (!all[r].parts.empty()) check(r, *all[r].what, all[r].parts);
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      const node_id id(n);
      const use& u = nodes_[n];
      limit(placement_violation_kind::cpu_overfull, u, id, 0, u.cpu, c_.cpu(id));
      limit(placement_violation_kind::memory_overfull, u, id, 0, u.memory, c_.memory(id));
      for (std::size_t k = 0; k < c_.kinds().size(); ++k)
        limit(placement_violation_kind::counted_overfull, u, id, 0, counted_[n * c_.kinds().size() + k],
              c_.counted(id)[k]);
      if (u.exclusive && u.requests > 1) out_.push_back({placement_violation_kind::not_exclusive, u.last, id, 0, 0, 0});
      for (std::size_t d = 0; d < c_.devices(id); ++d) {
        const use& v = devices_[c_.first_device(id) + d];
        limit(placement_violation_kind::device_overfull, v, id, d, v.milli, whole_device);
        limit(placement_violation_kind::device_overfull, v, id, d, v.memory, c_.device_memory(id, d));
        if (c_.max_tasks_per_device() != 0)
          limit(placement_violation_kind::device_overfull, v, id, d, v.tasks, c_.max_tasks_per_device());
      }
    }
    return std::move(out_);
  }

private:
  struct use {
    amount cpu = 0, memory = 0, milli = 0, tasks = 0;
    std::size_t last = 0, requests = 0;
    bool exclusive = false;
  };

  void limit(placement_violation_kind kind, const use& u, node_id n, std::size_t device, amount used, amount most) {
    if (used > most) out_.push_back({kind, u.last, n, device, used, most});
  }
  void report(placement_violation_kind kind, std::size_t r, node_id n = {}, amount used = 0, amount most = 0) {
    out_.push_back({kind, r, n, 0, used, most});
  }

  void check(std::size_t r, const request& q, std::span<const allocation> parts) {
    std::vector<amount> counts(q.groups.size(), 0);
    std::map<std::size_t, amount> tasks_on;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> shares;
    amount cpu = 0, memory = 0, devices = 0;
    for (const allocation& a : parts) {
      if (!a.node.valid() || a.node.index() >= c_.node_count() || a.group >= q.groups.size()) {
        report(placement_violation_kind::unknown, r, a.node);
        return;
      }
      const auto listed = [&](const std::vector<std::uint32_t>& list) {
        return std::find(list.begin(), list.end(), a.node.index()) != list.end();
      };
      if ((!q.only.empty() && !listed(q.only)) || listed(q.except))
        report(placement_violation_kind::wrong_node, r, a.node);
      const part& p = q.groups[a.group].each;
      ++counts[a.group];
      const bool first = tasks_on[a.node.index()]++ == 0;
      cpu = saturating_add(cpu, a.cpu);
      memory = saturating_add(memory, a.memory);
      devices += static_cast<amount>(a.devices.size());
      if (!split_ && (a.cpu != p.cpu || a.memory != p.memory || a.devices.size() != p.devices))
        report(placement_violation_kind::wrong_amount, r, a.node);
      if ((!a.devices.empty() && (a.share != p.share || a.device_memory != p.device_memory)) ||
          !std::equal(a.counted.begin(), a.counted.end(), p.counted.begin(), p.counted.end()) ||
          a.exclusive != q.exclusive)
        report(placement_violation_kind::wrong_amount, r, a.node);
      use& n = nodes_[a.node.index()];
      n.cpu = saturating_add(n.cpu, a.cpu);
      n.memory = saturating_add(n.memory, a.memory);
      n.last = r;
      n.requests += first ? 1 : 0;
      n.exclusive = n.exclusive || a.exclusive;
      for (const counted_need& k : a.counted) {
        if (k.kind >= c_.kinds().size()) {
          report(placement_violation_kind::unknown, r, a.node);
          continue;
        }
        amount& total = counted_[a.node.index() * c_.kinds().size() + k.kind];
        total = saturating_add(total, k.units);
      }
      check_devices(r, q, p, a, shares);
    }
    for (std::size_t g = 0; g < counts.size(); ++g) {
      const part_group& want = q.groups[g];
      const amount least = want.least == 0 ? want.count : want.least;
      if (!split_ && (counts[g] < least || counts[g] > want.count))
        report(placement_violation_kind::incomplete_gang, r, {}, counts[g], want.count);
    }
    if (split_) {
      amount all_cpu = 0, all_memory = 0, all_devices = 0;
      for (const part_group& g : q.groups) {
        all_cpu += g.count * g.each.cpu;
        all_memory += g.count * g.each.memory;
        all_devices += static_cast<amount>(g.count) * g.each.devices;
      }
      if (cpu != all_cpu || memory != all_memory || devices != all_devices)
        report(placement_violation_kind::incomplete_gang, r, {}, devices, all_devices);
      return;
    }
    check_shape(r, q, parts, tasks_on);
  }

  void check_devices(std::size_t r, const request& q, const part& p, const allocation& a,
                     std::map<std::pair<std::size_t, std::size_t>, std::size_t>& shares) {
    std::vector<std::size_t> domains, sizes;
    const node_shape& s = c_.shape(a.node);
    for (std::size_t k = 0; k < a.devices.size(); ++k) {
      const std::size_t d = a.devices[k];
      if (d >= s.size()) {
        report(placement_violation_kind::unknown, r, a.node);
        return;
      }
      for (std::size_t j = 0; j < k; ++j) {
        if (a.devices[j] == d) report(placement_violation_kind::repeated_device, r, a.node);
        else if (s.cost(a.devices[j], d) > p.max_link_cost) report(placement_violation_kind::wrong_numa, r, a.node);
      }
      if ((p.models != 0 && ((p.models >> s.model(d)) & 1) == 0) || c_.device_memory(a.node, d) < p.min_device_memory)
        report(placement_violation_kind::wrong_model, r, a.node);
      if (shares[{a.node.index(), d}]++ != 0 && !q.share_device)
        report(placement_violation_kind::shared_in_gang, r, a.node);
      use& u = devices_[c_.first_device(a.node) + d];
      u.milli += a.share;
      u.memory = saturating_add(u.memory, a.device_memory);
      ++u.tasks;
      u.last = r;
      if (std::find(domains.begin(), domains.end(), s.numa(d)) == domains.end()) domains.push_back(s.numa(d));
    }
    if (p.numa != numa_policy::single && p.numa != numa_policy::restricted) return;
    std::size_t most = 1;
    if (p.numa == numa_policy::restricted) {
      sizes.assign(s.domains(), 0);
      for (std::size_t d = 0; d < s.size(); ++d) ++sizes[s.numa(d)];
      std::sort(sizes.rbegin(), sizes.rend());
      most = 0;
      for (std::size_t got = 0; got < a.devices.size() && most < sizes.size(); ++most) got += sizes[most];
    }
    if (domains.size() > most) report(placement_violation_kind::wrong_numa, r, a.node);
  }

  [[nodiscard]] std::size_t group_of(std::size_t level, node_id n) const {
    return level >= c_.depth() ? n.index() : c_.group(level, n);
  }

  void check_shape(std::size_t r, const request& q, std::span<const allocation> parts,
                   const std::map<std::size_t, amount>& tasks_on) {
    for (const allocation& a : parts)
      if (group_of(q.within, a.node) != group_of(q.within, parts.front().node)) {
        report(placement_violation_kind::outside_level, r, a.node);
        break;
      }
    if (q.per_node != 0)
      for (const auto& [n, tasks] : tasks_on)
        if (tasks != q.per_node) report(placement_violation_kind::wrong_spread, r, node_id(n), tasks, q.per_node);
    for (const spread_limit& s : q.spread) {
      std::map<std::size_t, amount> in;
      for (const allocation& a : parts)
        if (++in[group_of(s.level, a.node)] == amount{s.most} + 1)
          report(placement_violation_kind::wrong_spread, r, a.node, amount{s.most} + 1, s.most);
    }
    if (q.slice > 1 && q.slice_level != 0)
      for (std::size_t k = 0; k < parts.size(); ++k)
        if (group_of(q.slice_level, parts[k].node) != group_of(q.slice_level, parts[k - k % q.slice].node))
          report(placement_violation_kind::outside_level, r, parts[k].node);
  }

  const cluster& c_;
  bool split_;
  std::vector<use> devices_, nodes_;
  std::vector<amount> counted_;
  std::vector<placement_violation> out_;
};

}  // namespace detail

/// Everything that is wrong with requests that run side by side: no device above 1,000 thousandths (its memory, its
/// number of tasks), cpu, memory and counted kinds within every node, models and memory of devices allowed, every group
/// whole, and all conditions of gangs kept. `split`: a task may be spread over nodes, as `placement::reference` does;
/// sums are then compared. Empty: proved. O(Σ devices² of a part + nodes + devices); allocates.
[[nodiscard]] inline std::vector<placement_violation> validate_placement(const cluster& c,
                                                                         std::span<const placed_request> all,
                                                                         bool split = false) {
  return detail::placement_proof(c, split).run(all);
}

}  // namespace v0
}  // namespace sched

#endif
