// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_SCORE_HPP
#define SCHED_PLACEMENT_SCORE_HPP

/// \file
/// Scores of a node for a task: which node is best. Integer arithmetic; smaller is better throughout.

#include <algorithm>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/node_state.hpp>

namespace sched {
inline namespace v0 {

/// Scores that follow from what is left on the node: `cpu_weight · cpu + device_weight · Σ milli`. Since a task takes
/// the same from every node, the order of nodes does not depend on the task, and an index answers instead of a scan.
template <class S>
concept leftover_score = node_score<S> && requires(const S s) {
  { s.cpu_weight } -> std::convertible_to<amount>;
  { s.device_weight } -> std::convertible_to<amount>;
  { S::most_left } -> std::convertible_to<bool>;
};

namespace score {

/// The lowest index. O(1).
struct first_fit {
  static constexpr amount cpu_weight = 0, device_weight = 0;
  static constexpr bool most_left = false;
  amount operator()(const part&, const node_state&, device_choice&) const { return 0; }
};

/// Least left: cpu + 16 · Σ devices after placement, thousandths (½ · cpu / 128,000 + ½ · devices / 8,000). O(1).
struct best_fit {
  amount cpu_weight = 1, device_weight = 16;
  static constexpr bool most_left = false;
  amount operator()(const part& q, const node_state& n, device_choice&) const {
    return cpu_weight * (n.free().cpu - q.cpu) + device_weight * (n.free().milli - q.milli());
  }
};

/// The same, most left: spreads. O(1).
struct worst_fit {
  amount cpu_weight = 1, device_weight = 16;
  static constexpr bool most_left = true;
  amount operator()(const part& q, const node_state& n, device_choice&) const {
    return -(cpu_weight * (n.free().cpu - q.cpu) + device_weight * (n.free().milli - q.milli()));
  }
};

/// Free · request for cpu and devices, both as shares of the largest node, mean of the two; 100 − that in per cent,
/// rounded down and negated: tight and dissimilar nodes first (Grandl et al. 2014, as in the published FGD experiment).
/// O(1).
struct dot_product {
  amount largest_cpu = 128'000, largest_milli = 8 * whole_device;
  amount operator()(const part& q, const node_state& n, device_choice&) const {
    const auto term = [](amount free, amount need, amount largest) {
      const auto millionths = [&](amount a) {
        return static_cast<amount>(std::min<int128>(static_cast<int128>(a) * 1'000'000 / largest, 1'000'000'000));
      };
      return millionths(free) * millionths(need);
    };
    const amount sum = term(n.free().cpu, q.cpu, largest_cpu) + term(n.free().milli, q.milli(), largest_milli);
    return -(100 - (sum + 19'999'999'999) / 20'000'000'000);
  }
};

/// Devices that are shared already before idle ones of nodes in use before idle nodes (negated, so that less is
/// better): only shared devices: 100 − ⌊Σ their free %/10⌋, at least 50; f idle ones of a node in use: 50 − f, at least
/// 33; an node without tasks on its devices: 33 − their number, at least their number. Takes devices by what they have
/// left, ascending. Tasks without devices go where the least share of the cpus is free. O(devices log devices).
struct packing {
  amount operator()(const part& q, const node_state& n, device_choice& d) const {
    const auto milli = n.device_milli();
    if (q.devices == 0)
      return n.cpu() == 0 ? 0 : static_cast<amount>(static_cast<int128>(n.free().cpu) * 1000 / n.cpu());
    if (q.numa == numa_policy::none && !n.shape().joined()) {
      device_list all;
      for (std::size_t k = 0; k < milli.size(); ++k)
        if (n.usable(q, k)) all.push_back(static_cast<std::uint16_t>(k));
      std::stable_sort(all.begin(), all.end(), [&](auto a, auto b) { return milli[a] < milli[b]; });
      all.shrink(q.devices);
      std::sort(all.begin(), all.end());
      d.devices = std::move(all);
    }
    const auto size = static_cast<amount>(milli.size());
    if (static_cast<amount>(n.free().whole) == size) return -std::max(33 - size, size);
    amount idle = 0, left = 0;
    for (const std::uint16_t k : d.devices) {
      if (milli[k] == whole_device) ++idle;
      else left += milli[k];
    }
    if (idle > 0) return -std::max<amount>(50 - idle, 33);
    return -std::max<amount>(100 - left / 100, 50);
  }
};

/// Tasks of one kind (a share, 1, 2, 4, 8 … devices) together (negated): 75 if the node runs only this kind, 50 this
/// and others, 25 if it has none with devices, 0 else; more the fuller its devices: + ⌊25 · (8,000 − free)/8,000⌋.
/// Tasks without devices take the lowest node. O(1).
struct clustering {
  amount operator()(const part& q, const node_state& n, device_choice&) const {
    if (q.devices == 0) return 0;
    const node_free& f = n.free();
    const std::size_t mine = device_class(q.devices, q.share);
    bool others = false;
    for (std::size_t c = 1; c < device_classes; ++c) others = others || (c != mine && f.classes[c] != 0);
    const bool same = f.classes[mine] != 0;
    const amount base = same ? (others ? 50 : 75) : (others ? 0 : 25);
    return -(base + std::max<amount>(0, 25 * (8 * whole_device - f.milli) / (8 * whole_device)));
  }
};

/// Any node, and for a share any of its devices that fit, equally likely; which ones depends on the seed, the state's
/// generation and the node alone. O(devices).
class random {
public:
  random() = default;
  explicit random(std::uint64_t seed) : seed_(seed) {}
  static constexpr bool spreads = true;
  std::uint64_t operator()(const part& q, const node_state& n, device_choice& d) const {
    std::uint64_t z = seed_ * 0x9e3779b97f4a7c15U + n.decision() * 0xd1b54a32d192ed03U + n.node().index();
    z = mixed(mixed(z) + n.mine());
    if (q.fractional() && q.devices == 1) {
      std::uint64_t usable = 0;
      for (std::size_t k = 0; k < n.device_milli().size(); ++k) usable += n.usable(q, k) ? 1U : 0U;
      std::uint64_t at = usable == 0 ? 0 : mixed(z + 1) % usable;
      for (std::size_t k = 0; k < n.device_milli().size(); ++k)
        if (n.usable(q, k) && at-- == 0) d.devices = {static_cast<std::uint16_t>(k)};
    }
    return z;
  }

private:
  static constexpr std::uint64_t mixed(std::uint64_t z) noexcept {  // the finaliser of splitmix64
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  std::uint64_t seed_ = 1;
};

/// Fewest nodes for a gang: nodes it has already, then those that hold most of what remains, then best fit. O(devices).
struct least_nodes {
  std::tuple<bool, amount, amount> operator()(const part& q, const node_state& n, device_choice& d) const {
    return {n.mine() == 0, -std::min<amount>(slots(q, n), n.remaining()), best_fit{}(q, n, d)};
  }
  /// How many such tasks fit on the node side by side, by amounts.
  static amount slots(const part& q, const node_state& n) {
    amount most = 1'000'000'000;
    if (q.cpu > 0) most = std::min(most, n.free().cpu / q.cpu);
    if (q.memory > 0) most = std::min(most, n.free().memory / q.memory);
    for (const counted_need& k : q.counted)
      if (k.units > 0) most = std::min(most, n.state().counted(n.node())[k.kind] / k.units);
    if (q.devices > 0) {
      amount shares = 0;
      for (std::size_t k = 0; k < n.device_milli().size(); ++k)
        if (n.usable(q, k)) shares += n.device_milli()[k] / q.share;
      most = std::min(most, shares / static_cast<amount>(q.devices));
    }
    return most;
  }
};

/// The smallest largest load: after placement the fullest of cpu, memory and devices, in 10^-6. O(1).
struct balanced {
  static constexpr bool spreads = true;
  amount operator()(const part& q, const node_state& n, device_choice&) const {
    const auto load = [](amount free, amount need, amount capacity) -> amount {
      if (capacity <= 0) return 0;
      return static_cast<amount>(static_cast<int128>(capacity - free + need) * 1'000'000 / capacity);
    };
    return std::max({load(n.free().cpu, q.cpu, n.cpu()), load(n.free().memory, q.memory, n.memory()),
                     load(n.free().milli, q.milli(), n.milli())});
  }
};

/// Fewest NUMA domains beyond the need, least link cost, then another score.
template <node_score S = best_fit>
struct nearest {
  S then{};
  auto operator()(const part& q, const node_state& n, device_choice& d) const {
    auto key = then(q, n, d);
    return std::tuple(d.extra_domains, d.link_cost, std::move(key));
  }
};

/// The first score, ties by the second. Both see the devices that the first has chosen.
template <node_score A, node_score B>
struct lexicographic {
  A first;
  B second;
  auto operator()(const part& q, const node_state& n, device_choice& d) const {
    auto a = first(q, n, d);
    device_choice kept = d;
    auto b = second(q, n, kept);
    return std::pair(std::move(a), std::move(b));
  }
};
template <class A, class B>
lexicographic(A, B) -> lexicographic<A, B>;

/// a · A + b · B for scores that are numbers; saturates.
template <node_score A, node_score B>
struct weighted_sum {
  A first;
  amount a = 1;
  B second;
  amount b = 1;
  amount operator()(const part& q, const node_state& n, device_choice& d) const {
    const auto x = static_cast<amount>(first(q, n, d));
    device_choice kept = d;
    const auto y = static_cast<amount>(second(q, n, kept));
    return saturating_add(saturating_mul(a, x), saturating_mul(b, y));
  }
};
template <class A, class B>
weighted_sum(A, amount, B, amount) -> weighted_sum<A, B>;

static_assert(leftover_score<first_fit> && leftover_score<best_fit> && leftover_score<worst_fit>);
static_assert(node_score<dot_product> && node_score<packing> && node_score<clustering> && node_score<random> &&
              node_score<least_nodes> && node_score<balanced> && node_score<nearest<>>);

}  // namespace score
}  // namespace v0
}  // namespace sched

#endif
