// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_NODE_SHAPE_HPP
#define SCHED_MODEL_NODE_SHAPE_HPP

/// \file
/// What the devices of a node are and how they are joined: models, NUMA domains, links. Nodes that are alike share one.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// How two devices of one node are joined.
enum class link_class : std::uint8_t {
  same_device,  ///< a device and itself
  bridge,       ///< NVLink, xGMI
  switched,     ///< through a switch for devices
  pcie_switch,  ///< behind the same PCIe switch
  same_numa,    ///< in one NUMA domain
  other_numa    ///< across NUMA domains
};

/// What communication costs: between two devices of a node by their link, between nodes by every level of the tree that
/// has to be climbed.
struct link_costs {
  std::array<std::uint16_t, 6> within{0, 1, 1, 2, 3, 4};
  std::uint16_t per_level = 10;
  bool operator==(const link_costs&) const = default;
};

/// A link between devices a and b of a node, counted from 0.
struct device_link {
  std::uint16_t a = 0, b = 0;
  link_class kind = link_class::bridge;
  bool operator==(const device_link&) const = default;
};

/// Models are numbered per cluster; a set of them is a bit per number, and the empty set means any.
using model_set = std::uint64_t;
inline constexpr std::size_t max_models = 64;

/// The devices of a node. Immutable; for up to 16 devices with links or several NUMA domains every choice of k devices
/// is ranked in advance (2^n entries of 16 bits).
class node_shape {
public:
  static constexpr std::size_t max_exact = 16;

  node_shape() = default;
  /// Models and NUMA domains by device; links that are not given follow from the domains. Preconditions: both spans
  /// have the same length, links name two different devices.
  node_shape(std::span<const std::uint8_t> models, std::span<const std::uint16_t> numa,
             std::span<const device_link> links, const link_costs& costs)
      : models_(models.begin(), models.end()), numa_(numa.begin(), numa.end()) {
    const std::size_t n = models_.size();
    for (std::size_t i = 0; i < n; ++i) {
      model_mask_ |= model_set{1} << models_[i];
      domains_ = std::max<std::size_t>(domains_, std::size_t{numa_[i]} + 1);
    }
    uniform_ = std::has_single_bit(model_mask_) || n == 0;
    joined_ = !links.empty() || domains_ > 1;
    if (!joined_) return;
    cost_.resize(n * n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        cost_[i * n + j] = costs.within[static_cast<std::size_t>(i == j                 ? link_class::same_device
                                                                 : numa_[i] == numa_[j] ? link_class::same_numa
                                                                                        : link_class::other_numa)];
    for (const device_link& l : links) {
      SCHED_ASSERT(l.a < n && l.b < n && l.a != l.b);
      cost_[l.a * n + l.b] = cost_[l.b * n + l.a] = costs.within[static_cast<std::size_t>(l.kind)];
    }
    if (n <= max_exact) rank();
  }

  [[nodiscard]] std::size_t size() const noexcept { return models_.size(); }
  [[nodiscard]] std::size_t model(std::size_t device) const noexcept { return models_[device]; }
  [[nodiscard]] std::size_t numa(std::size_t device) const noexcept { return numa_[device]; }
  /// NUMA domains, numbered 0 … domains − 1.
  [[nodiscard]] std::size_t domains() const noexcept { return domains_; }
  /// A bit for every model that occurs.
  [[nodiscard]] model_set models() const noexcept { return model_mask_; }
  /// All devices have one model.
  [[nodiscard]] bool uniform() const noexcept { return uniform_; }
  /// There are links or several domains: which devices are taken matters.
  [[nodiscard]] bool joined() const noexcept { return joined_; }
  /// Cost between two devices; 0 where nothing is known.
  [[nodiscard]] amount cost(std::size_t a, std::size_t b) const noexcept {
    return joined_ ? cost_[a * models_.size() + b] : 0;
  }
  /// All sets of k devices, as bits: least Σ cost over pairs first, then fewest domains, then lowest numbers. Empty
  /// unless the shape is joined and has at most 16 devices.
  [[nodiscard]] std::span<const std::uint16_t> choices(std::size_t k) const noexcept {
    if (first_.empty() || k >= first_.size() - 1) return {};
    return std::span<const std::uint16_t>(choices_).subspan(first_[k], first_[k + 1] - first_[k]);
  }
  [[nodiscard]] bool ranked() const noexcept { return !first_.empty(); }

  /// True when set a has the lower numbers of two sets of the same size.
  [[nodiscard]] static constexpr bool lower(std::uint32_t a, std::uint32_t b) noexcept {
    const std::uint32_t differ = a ^ b;
    return (a & (differ & (0 - differ))) != 0;
  }

  bool operator==(const node_shape& o) const noexcept {
    return models_ == o.models_ && numa_ == o.numa_ && cost_ == o.cost_ && joined_ == o.joined_;
  }

private:
  void rank() {
    const std::size_t n = models_.size(), all = std::size_t{1} << n;
    std::vector<std::uint32_t> costs(all);
    for (std::size_t s = 1; s < all; ++s) {
      const auto low = static_cast<std::size_t>(std::countr_zero(s));
      const std::size_t rest = s & (s - 1);
      std::uint32_t sum = costs[rest];
      for (std::size_t i = low + 1; i < n; ++i)
        if ((rest >> i & 1) != 0) sum += cost_[low * n + i];
      costs[s] = sum;
    }
    const auto touched = [&](std::size_t s) {
      std::uint32_t seen = 0, count = 0;  // at most 16 different domains among 16 devices
      for (std::size_t i = 0; i < n; ++i) {
        if ((s >> i & 1) == 0) continue;
        bool again = false;
        for (std::size_t j = 0; j < i; ++j) again = again || ((seen >> j & 1) != 0 && numa_[j] == numa_[i]);
        seen |= 1U << i;
        count += again ? 0 : 1;
      }
      return count;
    };
    std::vector<std::uint32_t> domains(all);
    for (std::size_t s = 0; s < all; ++s) domains[s] = touched(s);
    choices_.resize(all);
    for (std::size_t s = 0; s < all; ++s) choices_[s] = static_cast<std::uint16_t>(s);
    std::ranges::sort(choices_, [&](std::uint16_t a, std::uint16_t b) {
      const int ka = std::popcount(a), kb = std::popcount(b);
      if (ka != kb) return ka < kb;
      if (costs[a] != costs[b]) return costs[a] < costs[b];
      if (domains[a] != domains[b]) return domains[a] < domains[b];
      return a != b && lower(a, b);
    });
    first_.assign(n + 2, 0);
    for (std::size_t s = 0; s < all; ++s) ++first_[static_cast<std::size_t>(std::popcount(s)) + 1];
    for (std::size_t k = 1; k < first_.size(); ++k) first_[k] += first_[k - 1];
  }

  std::vector<std::uint8_t> models_;
  std::vector<std::uint16_t> numa_;
  std::vector<std::uint16_t> cost_;     // n × n
  std::vector<std::uint16_t> choices_;  // by size, best first
  std::vector<std::uint32_t> first_;
  model_set model_mask_ = 0;
  std::size_t domains_ = 0;
  bool uniform_ = true;
  bool joined_ = false;
};

}  // namespace v0
}  // namespace sched

#endif
