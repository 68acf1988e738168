// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_REQUEST_HPP
#define SCHED_MODEL_REQUEST_HPP

/// \file
/// What a job asks of a cluster, and the answer: a place for all of it, or why there is none.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/device_list.hpp>

namespace sched {
inline namespace v0 {

/// What the devices of a part may span.
enum class numa_policy : std::uint8_t {
  none,         ///< anything; the node is chosen without a look at domains
  best_effort,  ///< fewest domains more than needed, then least link cost, then the node policy
  restricted,   ///< no more domains than an idle node of this kind would need
  single        ///< one domain
};

struct counted_need {
  std::uint32_t kind = 0;  ///< number of the kind in the cluster
  amount units = 0;
  bool operator==(const counted_need&) const = default;
};

/// One task: what it needs of one node. cpu and shares in thousandths, memory in bytes.
struct part {
  amount cpu = 0;
  amount memory = 0;
  std::uint32_t devices = 0;     ///< different devices
  amount share = whole_device;   ///< of each of them; 1,000: the whole device alone
  amount device_memory = 0;      ///< of each of them, where the cluster counts it
  amount min_device_memory = 0;  ///< the device has at least so much in all
  model_set models = 0;          ///< allowed ones; 0: any
  numa_policy numa = numa_policy::none;
  std::uint16_t max_link_cost = std::numeric_limits<std::uint16_t>::max();  ///< between any two of the devices
  std::vector<counted_need> counted{};
  bool operator==(const part&) const = default;

  /// The same needs by the specification that scores see.
  [[nodiscard]] bool fractional() const noexcept { return devices != 0 && share < whole_device; }
  [[nodiscard]] amount milli() const noexcept { return static_cast<amount>(devices) * share; }
};

/// Equal tasks of a request.
struct part_group {
  part each{};
  std::uint32_t count = 1;
  std::uint32_t least = 0;  ///< below `count`: as many as fit, but so many at least; 0: all
  bool operator==(const part_group&) const = default;
};

/// A limit on the tasks of one request in each group of a level; level depth() is the node.
struct spread_limit {
  std::size_t level = 0;
  std::uint32_t most = 1;
  bool operator==(const spread_limit&) const = default;
};

/// All or nothing. Levels are numbers of the cluster's levels; its depth() means the node itself.
struct request {
  boost::container::small_vector<part_group, 1> groups{};
  std::size_t within = 0;       ///< all of it in one group of this level; 0: anywhere
  std::uint32_t per_node = 0;   ///< exactly so many tasks on every node that is used; 0: any number
  std::uint32_t slice = 0;      ///< tasks that belong together …
  std::size_t slice_level = 0;  ///< … in one group of this level
  bool exclusive = false;       ///< on idle nodes, which nobody else gets meanwhile
  bool share_device = false;    ///< shares of this request may land on one device
  std::vector<spread_limit> spread{};
  std::vector<std::uint32_t> only{};    ///< numbers of the nodes that may be used; empty: any
  std::vector<std::uint32_t> except{};  ///< and of those that may not

  [[nodiscard]] std::size_t part_count() const noexcept {
    std::size_t n = 0;
    for (const part_group& g : groups) n += g.count;
    return n;
  }
  /// One task and no conditions.
  [[nodiscard]] bool simple() const noexcept {
    return groups.size() == 1 && groups[0].count == 1 && within == 0 && per_node <= 1 && slice <= 1 && !exclusive &&
           spread.empty() && only.empty() && except.empty();
  }
  bool operator==(const request&) const = default;
};

/// A request of one task.
[[nodiscard]] inline request single(const part& p) {
  request r;
  r.groups.push_back({p, 1, 0});
  return r;
}
/// A request of equal tasks.
[[nodiscard]] inline request gang(const part& p, std::uint32_t count, std::uint32_t least = 0) {
  request r;
  r.groups.push_back({p, count, least});
  return r;
}

/// The smallest form of a request: every group as large as its least count. O(size); allocates.
[[nodiscard]] inline request at_least(request r) {
  for (part_group& g : r.groups) {
    if (g.least != 0) g.count = g.least;
    g.least = 0;
  }
  return r;
}

/// Throws `sched::error` unless the request makes sense in this cluster: nothing negative, no share outside 1 … 1,000,
/// no kind, model, level or node that does not exist, no count 0. O(groups + nodes listed).
inline void check_request(const request& r, const cluster& c) {
  const auto fail = [](std::size_t g, const std::string& what) {
    throw error("group " + std::to_string(g) + ": " + what, {std::to_string(g)});
  };
  if (r.groups.empty()) throw error("the request has no parts");
  for (std::size_t g = 0; g < r.groups.size(); ++g) {
    const part& p = r.groups[g].each;
    if (r.groups[g].count == 0) fail(g, "count 0");
    if (r.groups[g].least > r.groups[g].count) fail(g, "the least count is above the count");
    for (const amount a : {p.cpu, p.memory, p.device_memory, p.min_device_memory})
      if (a < 0 || a > cluster_builder::max_amount) fail(g, "the amount " + std::to_string(a) + " is out of range");
    if (p.share < 1 || p.share > whole_device)
      fail(g, "share " + std::to_string(p.share) + " is outside 1 to " + std::to_string(whole_device));
    if (p.devices > cluster_builder::max_devices) fail(g, std::to_string(p.devices) + " devices on one node");
    if (c.model_count() < max_models && (p.models >> c.model_count()) != 0) fail(g, "an unknown device model");
    for (const counted_need& n : p.counted) {
      if (n.kind >= c.kinds().size()) fail(g, "unknown kind " + std::to_string(n.kind));
      if (n.units < 0 || n.units > cluster_builder::max_amount)
        fail(g, "the amount " + std::to_string(n.units) + " of '" + c.kinds()[n.kind] + "' is out of range");
    }
  }
  if (r.within > c.depth() || r.slice_level > c.depth()) throw error("a level that the cluster does not have");
  for (const spread_limit& s : r.spread)
    if (s.level > c.depth() || s.most == 0)
      throw error("a spread over a level that the cluster does not have, or of 0");
  for (const auto* list : {&r.only, &r.except})
    for (const std::uint32_t n : *list)
      if (n >= c.node_count()) throw error("there is no node " + std::to_string(n), {std::to_string(n)});
  if (r.per_node != 0 && r.part_count() % r.per_node != 0 &&
      std::ranges::all_of(r.groups, [](const part_group& g) { return g.least == 0 || g.least == g.count; }))
    throw error(std::to_string(r.part_count()) + " parts cannot be " + std::to_string(r.per_node) + " on every node");
}

/// Builds a part from names. Calls add to the record of a kind, in any order: `gpus(8).gpu_model("A100")` is 8 × A100.
/// Throws `sched::error` for amounts of 0 or below, for unknown models and kinds.
class part_builder {
public:
  explicit part_builder(const cluster& c) : cluster_(&c) {}
  part_builder& cpus(amount cores) { return set(part_.cpu, cores, 1000, "cpus"); }
  part_builder& cpu_milli(amount milli) { return set(part_.cpu, milli, 1, "cpu"); }
  part_builder& memory(amount bytes) { return set(part_.memory, bytes, 1, "memory"); }
  part_builder& gpus(amount count) {
    if (count < 1 || count > static_cast<amount>(cluster_builder::max_devices))
      throw error("gpus: " + std::to_string(count) + " is outside 1 to " +
                  std::to_string(cluster_builder::max_devices));
    part_.devices = static_cast<std::uint32_t>(count);
    return *this;
  }
  /// Another allowed model. Without `gpus` the part asks for one.
  part_builder& gpu_model(std::string_view name) {
    const model_set bit = cluster_->model_bit(name);
    if (bit == 0) throw error("no device of the cluster is a '" + std::string(name) + "'", {std::string(name)});
    part_.models |= bit;
    part_.devices = std::max(part_.devices, 1U);
    return *this;
  }
  part_builder& gpu_share(amount milli) {
    if (milli > whole_device) throw error("gpu_share: " + std::to_string(milli) + " is above 1000");
    part_.devices = std::max(part_.devices, 1U);
    return set(part_.share, milli, 1, "gpu_share");
  }
  part_builder& gpu_memory(amount bytes) { return set(part_.device_memory, bytes, 1, "gpu_memory"); }
  part_builder& gpu_min_memory(amount bytes) { return set(part_.min_device_memory, bytes, 1, "gpu_min_memory"); }
  part_builder& numa(numa_policy n) {
    part_.numa = n;
    return *this;
  }
  part_builder& max_link_cost(std::uint16_t cost) {
    part_.max_link_cost = cost;
    return *this;
  }
  part_builder& counted(std::string_view kind, amount units) {
    const std::size_t k = cluster_->kind(kind);
    if (k == cluster_->kinds().size())
      throw error("no node of the cluster has any '" + std::string(kind) + "'", {std::string(kind)});
    for (counted_need& n : part_.counted)
      if (n.kind == k) {
        set(n.units, units, 1, kind);
        return *this;
      }
    part_.counted.push_back({static_cast<std::uint32_t>(k), 0});
    return set(part_.counted.back().units, units, 1, kind);
  }
  [[nodiscard]] const part& build() const noexcept { return part_; }

private:
  part_builder& set(amount& field, amount value, amount unit, std::string_view what) {
    if (value < 1 || value > cluster_builder::max_amount / unit)
      throw error(std::string(what) + ": " + std::to_string(value) + " is not an amount");
    field = value * unit;
    return *this;
  }
  const cluster* cluster_;
  part part_;
};

/// What one task has of one node. (`placement::reference` may give a task several of them.)
struct allocation {
  std::uint32_t group = 0;  ///< which group of the request
  node_id node{};
  amount cpu = 0, memory = 0;
  amount share = 0, device_memory = 0;  ///< of each device
  device_list devices{};
  std::vector<counted_need> counted{};
  bool exclusive = false;
  bool operator==(const allocation&) const = default;
};

/// How far apart the tasks of a request are.
struct communication_cost {
  std::size_t levels = 0;  ///< of the tree that are crossed: 0 on one node
  std::size_t nodes = 0;
  std::size_t extra_domains = 0;  ///< NUMA domains touched beyond those needed
  amount links = 0;               ///< Σ over pairs of devices
  auto operator<=>(const communication_cost&) const = default;
};

/// Why there is no place now; the first that applies.
enum class obstacle : std::uint8_t {
  none,
  down,     ///< nodes that are not up would suffice
  model,    ///< devices are free, but of other models
  devices,  ///< too few devices or shares are free
  cpu,
  memory,
  counted,
  numa,        ///< the counts fit, the domains or links do not
  fragmented,  ///< the sums fit, the shape does not
  level        ///< it would fit, but not within one group of the level, not as spread as asked, or not on listed nodes
};

[[nodiscard]] constexpr std::string_view to_string(obstacle o) noexcept {
  switch (o) {
    case obstacle::none: return "none";
    case obstacle::down: return "down";
    case obstacle::model: return "model";
    case obstacle::devices: return "devices";
    case obstacle::cpu: return "cpu";
    case obstacle::memory: return "memory";
    case obstacle::counted: return "counted";
    case obstacle::numa: return "numa";
    case obstacle::fragmented: return "fragmented";
    case obstacle::level: return "level";
  }
  return "unknown";
}

/// No place now. `required` and `free` are sums in the unit of the obstacle.
struct no_fit {
  obstacle first = obstacle::none;
  std::uint32_t group = 0;
  amount required = 0, free = 0;
  bool proved = true;  ///< false: a gang for which the search, not a proof, found nothing
  bool operator==(const no_fit&) const = default;
};

/// The answer: `if (const auto r = …)`, then `parts` in the order of the request.
struct placement_result {
  bool placed = false;
  bool greedy_devices = false;  ///< a node of more than 16 devices: the set was not chosen exactly
  boost::container::small_vector<allocation, 1> parts{};
  amount score = 0;  ///< Σ of the node scores, where they are whole numbers
  communication_cost cost{};
  no_fit why{};
  explicit operator bool() const noexcept { return placed; }
  [[nodiscard]] std::span<const allocation> allocations() const noexcept { return {parts.data(), parts.size()}; }
};

}  // namespace v0
}  // namespace sched

#endif
