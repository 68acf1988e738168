// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_FREE_INDEX_HPP
#define SCHED_PLACEMENT_FREE_INDEX_HPP

/// \file
/// The nodes of a cluster by what is left on them, so that the tightest node is found without a look at all of them.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// Nodes that are up in the order of (weight, index), weight = cpu_weight · free cpu + device_weight · free
/// thousandths.
///
/// They are kept apart by device models and by how many devices nobody uses (by the freest device where all are used),
/// so that nodes without enough devices are never looked at; in each class a search tree knows the most free cpu and
/// memory below every place, so that nodes without enough of one of them are passed by in logarithmic time. (A node may
/// still lack one thing while its neighbours lack another: the answer is exact, the time is then up to the class.)
/// 64 bytes a node. Update O(log n).
class free_index {
public:
  free_index(amount cpu_weight, amount device_weight) : cpu_weight_(cpu_weight), device_weight_(device_weight) {}

  [[nodiscard]] amount cpu_weight() const noexcept { return cpu_weight_; }
  [[nodiscard]] amount device_weight() const noexcept { return device_weight_; }

  /// Makes the index that of `s`: O(changes · log n) since it last was, O(n log n) when that is too long ago or another
  /// state was followed. Allocates for another cluster alone.
  void follow(const cluster_state& s) {
    if (s.lineage() == lineage_) {
      if (s.generation() == seen_) return;
      if (s.changes_since(seen_, [&](node_id n) { renew(s, n.index()); })) {
        seen_ = s.generation();
        return;
      }
    }
    rebuild(s);
  }

  /// The node of least (weight, index) for which `feasible(node)` holds, or none. `feasible` must imply that cpu,
  /// memory and devices suffice.
  template <class Feasible>
  [[nodiscard]] node_id least(const part& q, Feasible feasible) const {
    found best;
    for_classes(q, [&](std::uint32_t root) {
      const std::uint32_t t = first(root, q, best, 0, feasible);
      if (t != none_) best = {tree_[t].weight, t};
    });
    return best.node == none_ ? node_id::none() : node_id(best.node);
  }

  /// The node of most weight, of equals the least index.
  template <class Feasible>
  [[nodiscard]] node_id most(const part& q, Feasible feasible) const {
    amount top = 0;
    bool any = false;
    for_classes(q, [&](std::uint32_t root) {
      const std::uint32_t t = last(root, q, any ? top : 0, feasible);
      if (t == none_ || (any && tree_[t].weight <= top)) return;
      top = tree_[t].weight;
      any = true;
    });
    if (!any) return node_id::none();
    found best;
    for_classes(q, [&](std::uint32_t root) {
      const std::uint32_t t = first(root, q, best, top, feasible);
      if (t != none_) best = {tree_[t].weight, t};
    });
    return node_id(best.node);
  }

private:
  static constexpr std::uint32_t none_ = 0xffffffffU;
  static constexpr std::size_t classes_ = 64;
  static constexpr std::uint32_t first_whole_ = 16;  // classes below: the freest device in 64ths of 1,024

  struct place {
    amount weight = 0, cpu = 0, memory = 0, most_cpu = 0, most_memory = 0;
    std::uint32_t left = none_, right = none_;
    std::uint32_t heap = 0;    // parents have larger ones
    std::uint32_t in = none_;  // class where the node is filed; none_: nowhere
  };
  struct found {
    amount weight = 0;
    std::uint32_t node = none_;
  };

  [[nodiscard]] bool before(std::uint32_t a, amount weight, std::uint32_t b) const noexcept {
    return tree_[a].weight != weight ? tree_[a].weight < weight : a < b;
  }

  /// Calls f(root) for the classes that may hold nodes for the part.
  template <class F>
  void for_classes(const part& q, F f) const {
    std::uint64_t bits = ~std::uint64_t{0};
    if (q.devices != 0) {
      const std::uint32_t from = q.share == whole_device
                                     ? first_whole_ + std::min<std::uint32_t>(q.devices, classes_ - 1 - first_whole_)
                                     : static_cast<std::uint32_t>(q.share / 64);
      bits <<= from;
    }
    for (std::size_t m = 0; m < masks_.size(); ++m) {
      if (q.devices != 0 && (masks_[m] == 0 || (q.models != 0 && (masks_[m] & q.models) == 0))) continue;
      for (std::uint64_t b = used_[m] & bits; b != 0; b &= b - 1)
        f(roots_[m * classes_ + static_cast<std::size_t>(std::countr_zero(b))]);
    }
  }

  /// First node of the tree, in order, that has weight ≥ least, comes before `best` and is feasible.
  template <class Feasible>
  std::uint32_t first(std::uint32_t t, const part& q, const found& best, amount least, Feasible& feasible) const {
    while (t != none_) {
      const place& p = tree_[t];
      if (p.most_cpu < q.cpu || p.most_memory < q.memory) return none_;
      if (p.weight >= least) {
        if (const std::uint32_t l = first(p.left, q, best, least, feasible); l != none_) return l;
        if (best.node != none_ && !before(t, best.weight, best.node)) return none_;
        if (p.cpu >= q.cpu && p.memory >= q.memory && feasible(node_id(t))) return t;
      }
      t = p.right;
    }
    return none_;
  }
  /// Last node of the tree that is feasible and has weight > above (0: any).
  template <class Feasible>
  std::uint32_t last(std::uint32_t t, const part& q, amount above, Feasible& feasible) const {
    while (t != none_) {
      const place& p = tree_[t];
      if (p.most_cpu < q.cpu || p.most_memory < q.memory) return none_;
      if (const std::uint32_t r = last(p.right, q, above, feasible); r != none_) return r;
      if (above != 0 && p.weight <= above) return none_;
      if (p.cpu >= q.cpu && p.memory >= q.memory && feasible(node_id(t))) return t;
      t = p.left;
    }
    return none_;
  }

  void rebuild(const cluster_state& s) {
    const std::size_t n = s.machine().node_count();
    tree_.assign(n, {});
    masks_.clear();
    mask_of_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const model_set m = s.machine().shape(node_id(i)).models();
      const auto at = std::ranges::find(masks_, m);
      mask_of_[i] = static_cast<std::uint32_t>(at - masks_.begin());
      if (at == masks_.end()) masks_.push_back(m);
      // The finaliser of splitmix64: priorities that are random, and the same everywhere.
      std::uint64_t z = (i + 1) * 0x9e3779b97f4a7c15U;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
      tree_[i].heap = static_cast<std::uint32_t>(z >> 32);
    }
    used_.assign(masks_.size(), 0);
    roots_.assign(masks_.size() * classes_, none_);
    for (std::size_t i = 0; i < n; ++i) insert(s, i);
    lineage_ = s.lineage();
    seen_ = s.generation();
  }

  void renew(const cluster_state& s, std::size_t i) {
    if (tree_[i].in != none_) remove(i);
    insert(s, i);
  }

  void insert(const cluster_state& s, std::size_t i) {
    const node_free& f = s.free(node_id(i));
    place& p = tree_[i];
    if (f.status != node_status::up || f.exclusive) return;
    p.weight = cpu_weight_ * f.cpu + device_weight_ * f.milli;
    p.cpu = f.cpu;
    p.memory = f.memory;
    const std::uint32_t in = f.whole != 0 ? first_whole_ + std::min<std::uint32_t>(f.whole, classes_ - 1 - first_whole_)
                                          : static_cast<std::uint32_t>(f.largest / 64);
    p.in = static_cast<std::uint32_t>(mask_of_[i] * classes_) + in;
    used_[mask_of_[i]] |= std::uint64_t{1} << in;
    insert_into(roots_[p.in], static_cast<std::uint32_t>(i));
  }
  void insert_into(std::uint32_t& root, std::uint32_t i) {
    if (root == none_ || tree_[root].heap < tree_[i].heap) {
      split(root, tree_[i].weight, i, tree_[i].left, tree_[i].right);
      root = i;
    } else {
      insert_into(before(root, tree_[i].weight, i) ? tree_[root].right : tree_[root].left, i);
    }
    pull(root);
  }
  void remove(std::size_t i) {
    const std::uint32_t in = std::exchange(tree_[i].in, none_);
    remove_from(roots_[in], static_cast<std::uint32_t>(i));
    if (roots_[in] == none_) used_[in / classes_] &= ~(std::uint64_t{1} << (in % classes_));
  }
  void remove_from(std::uint32_t& root, std::uint32_t i) {
    if (root == i) {
      root = merge(tree_[i].left, tree_[i].right);
      tree_[i].left = tree_[i].right = none_;
      return;
    }
    remove_from(before(root, tree_[i].weight, i) ? tree_[root].right : tree_[root].left, i);
    pull(root);
  }

  void pull(std::uint32_t t) {
    place& p = tree_[t];
    p.most_cpu = p.cpu;
    p.most_memory = p.memory;
    for (const std::uint32_t child : {p.left, p.right}) {
      if (child == none_) continue;
      p.most_cpu = std::max(p.most_cpu, tree_[child].most_cpu);
      p.most_memory = std::max(p.most_memory, tree_[child].most_memory);
    }
  }
  /// Parts a tree into what comes before (weight, node) and what comes behind.
  void split(std::uint32_t t, amount weight, std::uint32_t node, std::uint32_t& low, std::uint32_t& high) {
    if (t == none_) {
      low = high = none_;
      return;
    }
    if (before(t, weight, node)) {
      low = t;
      split(tree_[t].right, weight, node, tree_[t].right, high);
    } else {
      high = t;
      split(tree_[t].left, weight, node, low, tree_[t].left);
    }
    pull(t);
  }
  std::uint32_t merge(std::uint32_t a, std::uint32_t b) {
    if (a == none_) return b;
    if (b == none_) return a;
    if (tree_[a].heap > tree_[b].heap) {
      tree_[a].right = merge(tree_[a].right, b);
      pull(a);
      return a;
    }
    tree_[b].left = merge(a, tree_[b].left);
    pull(b);
    return b;
  }

  amount cpu_weight_, device_weight_;
  std::uint64_t lineage_ = 0, seen_ = 0;
  std::vector<place> tree_;
  std::vector<model_set> masks_;        // distinct sets of models
  std::vector<std::uint32_t> mask_of_;  // by node
  std::vector<std::uint64_t> used_;     // by set of models: classes that are not empty
  std::vector<std::uint32_t> roots_;    // set × class
};

}  // namespace v0
}  // namespace sched

#endif
