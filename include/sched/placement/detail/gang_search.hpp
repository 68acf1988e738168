// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_DETAIL_GANG_SEARCH_HPP
#define SCHED_PLACEMENT_DETAIL_GANG_SEARCH_HPP

/// \file
/// All parts of a request or none: smallest group of the tree first, large parts first inside it.

#include <algorithm>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/explain.hpp>
#include <sched/placement/node_state.hpp>
#include <sched/placement/score.hpp>
#include <sched/placement/workspace.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Whether policies with this score keep gangs close together (default), or have the whole cluster for every part.
template <class S>
[[nodiscard]] constexpr bool keeps_together() {
  if constexpr (requires { S::spreads; }) return !S::spreads;
  else if constexpr (leftover_score<S>) return !S::most_left;
  else return true;
}

/// Key of a node for a part: domains and links before the score where the part asks for that.
template <class Key>
struct node_key {
  std::size_t extra = 0;
  amount links = 0;
  Key score;
  [[nodiscard]] bool operator<(const node_key& o) const {
    if (extra != o.extra) return extra < o.extra;
    if (links != o.links) return links < o.links;
    return score < o.score;
  }
};

template <class Key>
[[nodiscard]] constexpr amount score_number(const Key& k) {
  if constexpr (std::integral<Key>) return static_cast<amount>(k);
  else return 0;
}

/// Equal needs, apart from the models.
[[nodiscard]] inline bool same_size(const part& a, const part& b) {
  return a.cpu == b.cpu && a.memory == b.memory && a.devices == b.devices && a.share == b.share &&
         a.device_memory == b.device_memory && a.min_device_memory == b.min_device_memory && a.counted == b.counted;
}

template <node_score S>
class gang_search {
public:
  using key = decltype(std::declval<const S&>()(std::declval<const part&>(), std::declval<const node_state&>(),
                                                std::declval<device_choice&>()));

  gang_search(const S& score, const request& r, cluster_view v, placement_workspace& ws)
      : score_(score), r_(r), c_(v.machine()), ws_(ws), lists_(ws.gang), s_(ws.scratch(v.state())) {
    lists_.tasks_on.resize(c_.node_count(), 0);
    context_.tasks_on = lists_.tasks_on;
    context_.exclusive = r.exclusive;
    context_.decision = v.generation();
    find_closed(r, c_.node_count(), lists_.closed);
    context_.closed = lists_.closed;
    const bool fractional = std::ranges::any_of(r.groups, [](const part_group& g) { return g.each.fractional(); });
    if (fractional && !r.share_device && r.part_count() > 1) {
      lists_.shared_on.resize(c_.device_count(), 0);
      context_.shared_on = lists_.shared_on;
    }
    if (lists_.spread.size() < r.spread.size()) lists_.spread.resize(r.spread.size());
    for (std::size_t k = 0; k < r.spread.size(); ++k)
      lists_.spread[k].assign(r.spread[k].level == c_.depth() ? 0 : c_.group_count(r.spread[k].level), 0);
    // Large parts first; of equals, those that fewer models may carry.
    order_.resize(r.groups.size());
    for (std::size_t g = 0; g < order_.size(); ++g) order_[g] = static_cast<std::uint32_t>(g);
    const auto rank = [&](std::uint32_t g) {
      const part& p = r.groups[g].each;
      return std::tuple(-p.milli(), -p.cpu, -p.memory, p.models == 0 ? 65 : std::popcount(p.models));
    };
    std::stable_sort(order_.begin(), order_.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
  }

  placement_result run() {
    placement_result out;
    counts_.clear();
    for (const part_group& g : r_.groups) counts_.push_back(g.count);
    bool ok = attempt();
    if (!ok && moldable()) {
      // At least the least of everything; then each group in turn as large as it goes.
      for (std::size_t g = 0; g < counts_.size(); ++g)
        if (r_.groups[g].least != 0) counts_[g] = r_.groups[g].least;
      ok = attempt();
      for (std::size_t g = 0; ok && g < counts_.size(); ++g) {
        if (r_.groups[g].least == 0) continue;
        give_back(0);
        std::uint32_t low = counts_[g], high = r_.groups[g].count;
        while (low < high) {
          counts_[g] = low + (high - low + 1) / 2;
          if (attempt()) {
            give_back(0);
            low = counts_[g];
          } else {
            high = counts_[g] - 1;
          }
        }
        counts_[g] = low;
        ok = attempt();
      }
    }
    if (!ok) {
      out.why = find_obstacle(r_, s_, shape_obstacle());
      out.why.proved =
          out.why.first != obstacle::fragmented && out.why.first != obstacle::numa && out.why.first != obstacle::level
              ? true
              : proved_;
      return out;
    }
    out.placed = true;
    out.greedy_devices = greedy_devices_;
    out.score = total_;
    std::stable_sort(lists_.taken.begin(), lists_.taken.end(),
                     [](const allocation& a, const allocation& b) { return a.group < b.group; });
    out.parts.assign(lists_.taken.begin(), lists_.taken.end());
    give_back(0);
    out.cost = measure_communication(c_, out.allocations());
    return out;
  }

private:
  [[nodiscard]] bool moldable() const {
    return std::ranges::any_of(r_.groups, [](const part_group& g) { return g.least != 0 && g.least < g.count; });
  }
  [[nodiscard]] obstacle shape_obstacle() const {
    if (r_.within != 0 || !r_.spread.empty() || r_.slice > 1 || !lists_.closed.empty()) return obstacle::level;
    for (const part_group& g : r_.groups)
      if (g.each.numa == numa_policy::single || g.each.numa == numa_policy::restricted ||
          g.each.max_link_cost != std::numeric_limits<std::uint16_t>::max())
        return obstacle::numa;
    return obstacle::fragmented;
  }

  /// Places counts_ of every group in the smallest subtree that holds them; on failure nothing is taken.
  bool attempt() {
    total_ = 0;
    greedy_devices_ = false;
    proved_ = true;
    need_ = {};
    std::size_t largest = 0;
    for (std::size_t g = 0; g < counts_.size(); ++g) {
      const part& p = r_.groups[g].each;
      const amount n = counts_[g];
      need_.cpu = saturating_add(need_.cpu, saturating_mul(n, p.cpu));
      need_.memory = saturating_add(need_.memory, saturating_mul(n, p.memory));
      need_.milli = saturating_add(need_.milli, saturating_mul(n, p.milli()));
      largest = std::max<std::size_t>(largest, p.devices);
    }
    if (largest > c_.max_devices()) return false;
    bool close = keeps_together<S>();
    std::size_t from = close ? c_.depth() : r_.within;
    for (const spread_limit& s : r_.spread)  // no smaller group can hold it
      if (s.most < r_.part_count()) from = std::min(from, s.level == 0 ? 0 : s.level - 1);
    if (r_.per_node != 0 && r_.per_node < r_.part_count()) from = std::min(from, c_.depth() - 1);
    from = std::max(from, r_.within);
    for (std::size_t level = from;; --level) {
      if (attempt_level(level)) return true;
      if (level == r_.within) return false;
    }
  }

  bool attempt_level(std::size_t level) {
    // (left over, group) of the groups whose sums suffice. Kept here: attempts do not nest.
    auto& ranked = lists_.ranked;
    ranked.clear();
    if (level == c_.depth()) {
      if (need_.milli > static_cast<amount>(s_.largest_node(0, 0) + c_.max_devices()) * whole_device) return false;
      for (std::size_t n = 0; n < c_.node_count(); ++n) {
        const node_free& f = s_.free(node_id(n));
        if (f.milli < need_.milli || f.cpu < need_.cpu || f.memory < need_.memory) continue;
        if (f.status != node_status::up || f.exclusive) continue;
        ranked.emplace_back(f.milli * 16 + f.cpu, static_cast<std::uint32_t>(n));
      }
    } else {
      for (std::size_t g = 0; g < c_.group_count(level); ++g) {
        const group_free& f = s_.sums(level, g);
        if (f.milli < need_.milli || f.cpu < need_.cpu || f.memory < need_.memory || !slots_suffice(level, g)) continue;
        ranked.emplace_back(f.milli * 16 + f.cpu, static_cast<std::uint32_t>(g));
      }
    }
    std::sort(ranked.begin(), ranked.end());
    const std::vector<std::pair<amount, std::uint32_t>> candidates = ranked;  // fill() uses the list, too
    for (const auto& [left, g] : candidates) {
      const std::uint32_t node = g;
      const std::span<const std::uint32_t> scope =
          level == c_.depth() ? std::span<const std::uint32_t>(&node, 1) : c_.group_nodes(level, g);
      if (fill_all(scope)) return true;
    }
    return false;
  }

  /// Whole devices: enough nodes have enough of them idle, by the counts of the group.
  [[nodiscard]] bool slots_suffice(std::size_t level, std::size_t g) const {
    const auto counts = s_.whole_by_count(level, g);
    for (std::size_t k = 0; k < counts_.size(); ++k) {
      const part& p = r_.groups[k].each;
      if (p.devices == 0 || p.share != whole_device || counts_[k] == 0) continue;
      std::uint64_t slots = 0;
      for (std::size_t f = p.devices; f < counts.size(); ++f) slots += std::uint64_t{counts[f]} * (f / p.devices);
      if (slots < counts_[k]) return false;
    }
    return true;
  }

  bool fill_all(std::span<const std::uint32_t> scope) {
    if (r_.slice > 1 && r_.slice_level != 0) return fill_slices(scope);
    if (fill(scope, counts_)) return true;
    if (r_.groups.size() < 2) {
      proved_ = proved_ && !conditions();
      return false;
    }
    return by_flow(scope);
  }
  /// Something that makes the search a heuristic even for equal parts.
  [[nodiscard]] bool conditions() const {
    return r_.slice > 1 || std::ranges::any_of(r_.groups, [&](const part_group& g) {
             return g.each.numa != numa_policy::none || (g.each.fractional() && g.each.devices > 1) ||
                    g.each.max_link_cost != std::numeric_limits<std::uint16_t>::max();
           });
  }

  /// Consecutive parts, `slice` at a time, each slice in one group of its level.
  bool fill_slices(std::span<const std::uint32_t> scope) {
    const std::size_t start = lists_.taken.size();
    const std::size_t level = r_.slice_level;
    std::vector<std::uint32_t> left = counts_, now(counts_.size());
    std::size_t total = 0;
    for (const std::uint32_t n : left) total += n;
    std::vector<std::pair<amount, std::uint32_t>> groups;
    std::vector<std::uint32_t> inside;
    while (total > 0) {
      std::fill(now.begin(), now.end(), 0);
      std::uint32_t take = static_cast<std::uint32_t>(std::min<std::size_t>(r_.slice, total));
      total -= take;
      for (std::size_t g = 0; g < left.size() && take > 0; ++g) {
        const std::uint32_t k = std::min(left[g], take);
        now[g] = k;
        left[g] -= k;
        take -= k;
      }
      groups.clear();
      for (const std::uint32_t n : scope) {
        const std::uint32_t g = level >= c_.depth() ? n : static_cast<std::uint32_t>(c_.group(level, node_id(n)));
        groups.emplace_back(0, g);
      }
      std::sort(groups.begin(), groups.end());
      groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
      for (auto& [left_over, g] : groups)
        left_over = level >= c_.depth() ? s_.free(node_id(g)).milli * 16 + s_.free(node_id(g)).cpu
                                        : s_.sums(level, g).milli * 16 + s_.sums(level, g).cpu;
      std::sort(groups.begin(), groups.end());
      bool done = false;
      for (std::size_t k = 0; k < groups.size() && !done; ++k) {
        inside.clear();
        for (const std::uint32_t n : scope)
          if ((level >= c_.depth() ? n : c_.group(level, node_id(n))) == groups[k].second) inside.push_back(n);
        done = fill(inside, now);
      }
      if (!done) {
        give_back(start);
        proved_ = false;
        return false;
      }
    }
    return true;
  }

  /// Greedily: every group in order, each part on the best node. On failure nothing more than before is taken.
  bool fill(std::span<const std::uint32_t> scope, const std::vector<std::uint32_t>& counts) {
    const std::size_t start = lists_.taken.size();
    for (const std::uint32_t g : order_) {
      std::uint32_t left = counts[g];
      if (left == 0) continue;
      const part& q = r_.groups[g].each;
      if (r_.per_node != 0)  // nodes that another group has begun
        for (const std::uint32_t n : scope)
          while (left > 0 && lists_.tasks_on[n] > 0 && lists_.tasks_on[n] < r_.per_node && take(n, g)) --left;
      if (left == 0) continue;
      bool ok;
      if constexpr (leftover_score<S>)
        ok = !S::most_left && q.numa != numa_policy::best_effort ? walk(scope, g, left) : each(scope, g, left);
      else ok = each(scope, g, left);
      if (!ok) {
        give_back(start);
        return false;
      }
    }
    if (r_.per_node != 0)
      for (const allocation& a : lists_.taken)
        if (lists_.tasks_on[a.node.index()] != r_.per_node) {
          give_back(start);
          return false;
        }
    return true;
  }

  /// Equal parts under a leftover score: the best node stays the best until it is full.
  bool walk(std::span<const std::uint32_t> scope, std::uint32_t g, std::uint32_t left) {
    const part& q = r_.groups[g].each;
    auto& ranked = lists_.ranked;
    ranked.clear();
    for (const std::uint32_t n : scope) {
      context_.remaining = left;
      const node_state node(s_, node_id(n), context_);
      if (!node.has_room(q)) continue;
      const node_free& f = node.free();
      ranked.emplace_back(score_.cpu_weight * f.cpu + score_.device_weight * f.milli, n);
    }
    // Only as much order as is used: a heap.
    const auto later = [](const auto& a, const auto& b) { return b < a; };
    std::make_heap(ranked.begin(), ranked.end(), later);
    while (left > 0 && !ranked.empty()) {
      std::pop_heap(ranked.begin(), ranked.end(), later);
      const std::uint32_t n = ranked.back().second;
      ranked.pop_back();
      if (!take_bundle_or_all(n, g, left)) continue;
    }
    return left == 0;
  }

  /// As many as fit on the node, or as many as every node must have; false when none.
  bool take_bundle_or_all(std::uint32_t n, std::uint32_t g, std::uint32_t& left) {
    if (r_.per_node == 0) {
      bool any = false;
      while (left > 0 && take(n, g)) {
        --left;
        any = true;
      }
      return any;
    }
    const std::size_t start = lists_.taken.size();
    while (lists_.tasks_on[n] < r_.per_node && left > 0) {
      if (!take(n, g)) break;
      --left;
    }
    if (lists_.tasks_on[n] == r_.per_node) return true;
    if (left == 0 && g != order_.back()) return true;  // the next group fills the node up
    left += static_cast<std::uint32_t>(lists_.taken.size() - start);
    give_back(start);
    return false;
  }

  /// One part after another, each on the node of least key.
  bool each(std::span<const std::uint32_t> scope, std::uint32_t g, std::uint32_t left) {
    const part& q = r_.groups[g].each;
    std::vector<std::uint32_t> refused;  // nodes that cannot hold a bundle
    while (left > 0) {
      context_.remaining = left;
      std::optional<node_key<key>> best;
      std::uint32_t at = 0;
      for (const std::uint32_t n : scope) {
        const node_state node(s_, node_id(n), context_);
        if (!node.has_room(q) || !allowed(n) || std::ranges::find(refused, n) != refused.end()) continue;
        device_choice d;
        if (!choose_devices(q, node, d)) continue;
        node_key<key> k = key_of(q, node, d);
        if (!best || k < *best) {
          best.emplace(std::move(k));
          at = n;
        }
      }
      if (!best) return false;
      if (r_.per_node == 0) {
        if (!take(at, g)) return false;
        --left;
      } else if (!take_bundle_or_all(at, g, left)) {
        refused.push_back(at);
      }
    }
    return true;
  }

  [[nodiscard]] node_key<key> key_of(const part& q, const node_state& n, device_choice& d) const {
    const bool near = q.numa == numa_policy::best_effort;
    const std::size_t extra = near ? d.extra_domains : 0;
    const amount links = near ? d.link_cost : 0;
    return {extra, links, score_(q, n, d)};
  }

  [[nodiscard]] bool allowed(std::uint32_t n) const {
    if (r_.per_node != 0 && lists_.tasks_on[n] >= r_.per_node) return false;
    for (std::size_t k = 0; k < r_.spread.size(); ++k) {
      const spread_limit& s = r_.spread[k];
      const std::uint32_t used =
          s.level == c_.depth() ? lists_.tasks_on[n] : lists_.spread[k][c_.group(s.level, node_id(n))];
      if (used >= s.most) return false;
    }
    return true;
  }

  /// One part of the group on the node, if that is possible.
  bool take(std::uint32_t n, std::uint32_t g) {
    const part& q = r_.groups[g].each;
    const node_state node(s_, node_id(n), context_);
    device_choice d;
    if (!allowed(n) || !node.has_room(q) || !choose_devices(q, node, d)) return false;
    total_ = saturating_add(total_, score_number(score_(q, node, d)));
    greedy_devices_ = greedy_devices_ || !d.exact;
    allocation a;
    a.group = g;
    a.node = node_id(n);
    a.cpu = q.cpu;
    a.memory = q.memory;
    a.share = q.share;
    a.device_memory = q.device_memory;
    a.devices = std::move(d.devices);
    a.counted.assign(q.counted.begin(), q.counted.end());
    a.exclusive = r_.exclusive;
    s_.apply(a);
    ++lists_.tasks_on[n];
    for (std::size_t k = 0; k < r_.spread.size(); ++k)
      if (r_.spread[k].level != c_.depth()) ++lists_.spread[k][c_.group(r_.spread[k].level, a.node)];
    if (!context_.shared_on.empty() && q.fractional())
      for (const std::uint16_t k : a.devices) lists_.shared_on[c_.first_device(a.node) + k] = 1;
    lists_.taken.push_back(std::move(a));
    return true;
  }

  void give_back(std::size_t keep) {
    while (lists_.taken.size() > keep) {
      const allocation& a = lists_.taken.back();
      s_.undo(a);
      --lists_.tasks_on[a.node.index()];
      for (std::size_t k = 0; k < r_.spread.size(); ++k)
        if (r_.spread[k].level != c_.depth()) --lists_.spread[k][c_.group(r_.spread[k].level, a.node)];
      if (!context_.shared_on.empty() && a.share < whole_device)
        for (const std::uint16_t d : a.devices) lists_.shared_on[c_.first_device(a.node) + d] = 0;
      lists_.taken.pop_back();
    }
  }

  /// Parts of one size with different models: a flow from groups over the nodes that may carry them decides.
  bool by_flow(std::span<const std::uint32_t> scope) {
    const part& q = r_.groups[0].each;
    const bool simple = !r_.exclusive && r_.per_node == 0 && r_.spread.empty() && !conditions() && q.devices > 0 &&
                        std::ranges::all_of(r_.groups, [&](const part_group& g) { return same_size(g.each, q); }) &&
                        std::ranges::all_of(scope, [&](std::uint32_t n) { return c_.shape(node_id(n)).uniform(); });
    if (!simple) {
      proved_ = false;
      return false;
    }
    const std::size_t groups = r_.groups.size(), n = scope.size();
    // Slots by filling every node with parts that take any model.
    std::vector<std::uint32_t> room(n, 0), left(counts_);
    part any = q;
    any.models = 0;
    const std::size_t start = lists_.taken.size();
    for (std::size_t i = 0; i < n; ++i) {
      std::uint64_t total = 0;
      for (const std::uint32_t k : counts_) total += k;
      const node_state node(s_, node_id(scope[i]), context_);
      amount slots = node.has_room(any) ? score::least_nodes::slots(any, node) : 0;
      if (!context_.shared_on.empty() && q.fractional()) {  // one share a device
        amount devices = 0;
        for (std::size_t d = 0; d < node.device_milli().size(); ++d) devices += node.usable(any, d) ? 1 : 0;
        slots = std::min(slots, devices);
      }
      room[i] = static_cast<std::uint32_t>(std::clamp<amount>(slots, 0, static_cast<amount>(total)));
    }
    std::vector<std::vector<std::uint32_t>> flow(groups, std::vector<std::uint32_t>(n, 0));
    const auto may = [&](std::size_t g, std::size_t i) {
      const model_set m = r_.groups[g].each.models;
      return m == 0 || (m & c_.shape(node_id(scope[i])).models()) != 0;
    };
    for (std::size_t g = 0; g < groups; ++g)
      while (left[g] > 0) {
        // Breadth first over groups: from_node[h] is the node over which h would make room for its predecessor.
        std::vector<std::size_t> from(groups, groups), over(groups, 0), queue{g};
        from[g] = g;
        std::size_t end = groups, free_node = n;
        for (std::size_t head = 0; head < queue.size() && end == groups; ++head) {
          const std::size_t h = queue[head];
          for (std::size_t i = 0; i < n && end == groups; ++i) {
            if (!may(h, i)) continue;
            if (room[i] > 0) {
              end = h;
              free_node = i;
              break;
            }
            for (std::size_t k = 0; k < groups; ++k)
              if (flow[k][i] > 0 && from[k] == groups) {
                from[k] = h;
                over[k] = i;
                queue.push_back(k);
              }
          }
        }
        if (end == groups) return false;  // proved
        std::uint32_t push = std::min(left[g], room[free_node]);
        for (std::size_t k = end; k != g; k = from[k]) push = std::min(push, flow[k][over[k]]);
        room[free_node] -= push;
        flow[end][free_node] += push;
        for (std::size_t k = end; k != g; k = from[k]) {
          flow[k][over[k]] -= push;
          flow[from[k]][over[k]] += push;
        }
        left[g] -= push;
      }
    for (std::size_t g = 0; g < groups; ++g)
      for (std::size_t i = 0; i < n; ++i)
        for (std::uint32_t k = 0; k < flow[g][i]; ++k)
          if (!take(scope[i], static_cast<std::uint32_t>(g))) {
            give_back(start);
            proved_ = false;
            return false;
          }
    return true;
  }

  const S& score_;
  const request& r_;
  const cluster& c_;
  placement_workspace& ws_;
  placement_workspace::gang_lists& lists_;
  cluster_state& s_;
  gang_context context_{};
  group_free need_{};
  std::vector<std::uint32_t> order_, counts_;
  amount total_ = 0;
  bool greedy_devices_ = false;
  bool proved_ = true;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
