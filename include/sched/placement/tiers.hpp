// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_TIERS_HPP
#define SCHED_PLACEMENT_TIERS_HPP

/// \file
/// Tiers of nodes by reliability: how good a job's nodes must be at least, and what it costs to be placed better.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/node_state.hpp>

namespace sched {
inline namespace v0 {

/// What a tier promises. Tier 0 is the best.
struct tier {
  std::int32_t reliability = 0;  ///< thousandths: how likely a task is carried through
  std::int32_t priority = 0;     ///< of jobs that need it, for `cluster_job::priority`
  std::int32_t cost = 0;         ///< tenths of the price of the best
};
inline constexpr std::array<tier, 4> tiers{{{950, 100, 10}, {800, 70, 7}, {550, 40, 4}, {300, 10, 1}}};

/// The last, that is cheapest, tier that is as reliable as the job is critical (thousandths); none for more than the
/// best tier has.
[[nodiscard]] constexpr std::optional<std::size_t> tier_for(std::int32_t criticality) noexcept {
  for (std::size_t t = tiers.size(); t-- > 0;)
    if (tiers[t].reliability >= criticality) return t;
  return std::nullopt;
}

/// Nodes of a tier serve those who ask for it or for less: they have a counted kind of every such tier, enough for a
/// million tasks. So any placement policy keeps to tiers, and names the obstacle `counted` when only worse nodes have
/// room; clusters and requests without tiers do not change.
[[nodiscard]] inline std::string tier_kind(std::size_t t) { return "tier " + std::to_string(t); }
inline constexpr amount tasks_of_tier = 1'000'000;

/// The node is of tier t. Throws `sched::error` for a tier that does not exist, or when the node has one.
inline void set_tier(node_spec& n, std::size_t t) {
  if (t >= tiers.size()) throw error("there is no tier " + std::to_string(t), {std::to_string(t)});
  for (const auto& [kind, units] : n.counted)
    if (kind == tier_kind(tiers.size() - 1)) throw error("node '" + n.name + "' is of a tier already", {n.name});
  for (std::size_t k = t; k < tiers.size(); ++k) n.counted.emplace_back(tier_kind(k), tasks_of_tier);
}

/// The tier of a node; none if it was not set. O(kinds).
[[nodiscard]] inline std::optional<std::size_t> tier_of(const cluster& c, node_id n) {
  for (std::size_t t = 0; t < tiers.size(); ++t)
    if (const std::size_t k = c.kind(tier_kind(t)); k < c.kinds().size() && c.counted(n)[k] > 0) return t;
  return std::nullopt;
}

/// The task runs on nodes of tier t or better; the last call counts. Throws `sched::error` for a tier that does not
/// exist, and when no node of the cluster is as good.
inline void need_tier(part& p, const cluster& c, std::size_t t) {
  if (t >= tiers.size()) throw error("there is no tier " + std::to_string(t), {std::to_string(t)});
  const std::size_t kind = c.kind(tier_kind(t));
  if (kind == c.kinds().size()) throw error("no node of the cluster is of tier " + std::to_string(t) + " or better");
  for (std::size_t k = 0; k < tiers.size(); ++k)
    std::erase_if(p.counted, [other = c.kind(tier_kind(k))](const counted_need& n) { return n.kind == other; });
  p.counted.push_back({static_cast<std::uint32_t>(kind), 1});
}

namespace score {

/// What a place costs more than the tier that the task needs (the last one, if it names none), in tenths of the price
/// of the best tier, times a penalty: better nodes are for those who need them, but not forbidden. Nodes of no tier
/// cost nothing more. For combinators: `lexicographic{over_tier(c), best_fit{}}` spares good nodes strictly, a
/// `weighted_sum` trades. O(kinds of the task). The cluster need not outlive it.
class over_tier {
public:
  /// O(nodes · kinds).
  explicit over_tier(const cluster& c, amount penalty = 1) : penalty_(penalty) {
    for (std::size_t t = 0; t < tiers.size(); ++t) kinds_[t] = c.kind(tier_kind(t));
    node_cost_.reserve(c.node_count());
    for (std::size_t n = 0; n < c.node_count(); ++n) {
      const std::optional<std::size_t> t = tier_of(c, node_id(n));
      node_cost_.push_back(t ? tiers[*t].cost : 0);
    }
  }
  amount operator()(const part& q, const node_state& n, device_choice&) const {
    std::int32_t own = tiers.back().cost;
    for (const counted_need& k : q.counted)
      for (std::size_t t = 0; t < tiers.size(); ++t)
        if (k.kind == kinds_[t]) own = tiers[t].cost;
    return saturating_mul(penalty_, std::max(0, node_cost_[n.node().index()] - own));
  }

private:
  std::array<std::size_t, tiers.size()> kinds_{};
  std::vector<std::int32_t> node_cost_;
  amount penalty_;
};

static_assert(node_score<over_tier>);

}  // namespace score
}  // namespace v0
}  // namespace sched

#endif
