// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_WORKSPACE_HPP
#define SCHED_PLACEMENT_WORKSPACE_HPP

/// \file
/// What placement policies remember between decisions: indexes, caches, a state to try gangs on.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/free_index.hpp>

namespace sched {
inline namespace v0 {

/// Memory of policies. It never changes an answer; one workspace serves any number of policies and states, best one
/// state for long. After the first decisions on a state nothing is allocated. One per thread; move-only.
class placement_workspace {
public:
  placement_workspace() = default;
  placement_workspace(placement_workspace&&) noexcept = default;
  placement_workspace& operator=(placement_workspace&&) noexcept = default;

  /// The index with these weights, as the state is now.
  free_index& index(const cluster_state& s, amount cpu_weight, amount device_weight) {
    for (const auto& i : indexes_)
      if (i->cpu_weight() == cpu_weight && i->device_weight() == device_weight) {
        i->follow(s);
        return *i;
      }
    indexes_.push_back(std::make_unique<free_index>(cpu_weight, device_weight));
    indexes_.back()->follow(s);
    return *indexes_.back();
  }

  /// A state that equals `s` and may be tried on; leave it as it was.
  cluster_state& scratch(const cluster_state& s) {
    if (scratch_ && lineage_ == s.lineage() && &scratch_->machine() == &s.machine()) {
      if (s.changes_since(seen_, [&](node_id n) { scratch_->copy_node(s, n); })) {
        seen_ = s.generation();
        return *scratch_;
      }
    }
    scratch_ = s;
    lineage_ = s.lineage();
    seen_ = s.generation();
    return *scratch_;
  }

  /// What a policy keeps under a key of its own; made by T(args…) at the first call.
  template <class T, class... Args>
  T& memory(std::uint64_t key, Args&&... args) {
    for (const auto& m : memories_)
      if (m->key == key) return static_cast<holder<T>&>(*m).value;
    memories_.push_back(std::make_unique<holder<T>>(key, std::forward<Args>(args)...));
    return static_cast<holder<T>&>(*memories_.back()).value;
  }

  // Lists for gangs, free between decisions.
  struct gang_lists {
    std::vector<std::uint32_t> tasks_on;  ///< by node; zeros between decisions
    std::vector<std::uint8_t> shared_on;  ///< by device; zeros between decisions
    std::vector<std::uint8_t> closed;     ///< by node, of the request
    std::vector<std::uint32_t> nodes, groups, order;
    std::vector<std::pair<amount, std::uint32_t>> ranked;
    std::vector<std::vector<std::uint32_t>> spread;
    std::vector<allocation> taken;
  };
  gang_lists gang{};

private:
  struct memory_base {
    explicit memory_base(std::uint64_t k) : key(k) {}
    memory_base(const memory_base&) = delete;
    memory_base& operator=(const memory_base&) = delete;
    virtual ~memory_base() = default;
    std::uint64_t key;
  };
  template <class T>
  struct holder final : memory_base {
    template <class... Args>
    explicit holder(std::uint64_t k, Args&&... args) : memory_base(k), value(std::forward<Args>(args)...) {}
    T value;
  };
  std::vector<std::unique_ptr<free_index>> indexes_;
  std::vector<std::unique_ptr<memory_base>> memories_;
  std::optional<cluster_state> scratch_;
  std::uint64_t lineage_ = 0, seen_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
