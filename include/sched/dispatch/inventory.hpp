// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_INVENTORY_HPP
#define SCHED_DISPATCH_INVENTORY_HPP

/// \file
/// Who really has the devices: held first, then committed.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/job.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

using lease_number = std::uint64_t;

struct lease_answer {
  bool held = false;
  lease_number lease = 0;
  std::vector<node_id> conflicts{};  ///< nodes on which something of it is taken
};

/// Two-phase reservation. `hold(job, attempt, parts, until, now)` takes all parts or none; the same job and attempt get
/// the same lease again. `commit(lease, now)` makes it last; false: it has expired. `release(lease)` gives it back,
/// once or more often. What was held and not committed comes back after `until`.
template <class I>
concept inventory = requires(I i, job_number job, std::uint32_t attempt, std::span<const allocation> parts, instant t,
                             lease_number lease) {
  { i.hold(job, attempt, parts, t, t) } -> std::same_as<lease_answer>;
  { i.commit(lease, t) } -> std::same_as<bool>;
  { i.release(lease) } -> std::same_as<void>;
};

/// An inventory that takes back some parts of a lease: `release(lease, parts)`; with the last of them the lease is
/// over. What is not in the lease (any more) is passed over. Elastic jobs grow and shrink with such an inventory only.
template <class I>
concept partial_inventory = inventory<I> && requires(I i, std::span<const allocation> parts, lease_number lease) {
  { i.release(lease, parts) } -> std::same_as<void>;
};

/// In memory, for any number of threads. O(parts) and a look at the leases held.
class memory_inventory {
public:
  explicit memory_inventory(const cluster& c) : state_(c) {}

  [[nodiscard]] lease_answer hold(job_number job, std::uint32_t attempt, std::span<const allocation> parts,
                                  instant until, instant now) {
    const std::lock_guard lock(mutex_);
    expire(now);
    for (const lease& l : leases_)
      if (l.job == job && l.attempt == attempt) return {true, l.number, {}};
    if (!state_.try_apply(parts)) {
      lease_answer out;
      for (const allocation& a : parts)
        if (!state_.fits(a)) out.conflicts.push_back(a.node);
      return out;
    }
    leases_.push_back({++last_, job, attempt, until, {parts.begin(), parts.end()}});
    return {true, last_, {}};
  }
  [[nodiscard]] bool commit(lease_number number, instant now) {
    const std::lock_guard lock(mutex_);
    expire(now);
    const auto at = std::ranges::find(leases_, number, &lease::number);
    if (at == leases_.end()) return false;
    at->until = instant::infinity();
    return true;
  }
  void release(lease_number number) {
    const std::lock_guard lock(mutex_);
    const auto at = std::ranges::find(leases_, number, &lease::number);
    if (at == leases_.end()) return;
    for (const allocation& a : at->parts) state_.undo(a);
    leases_.erase(at);
  }
  void release(lease_number number, std::span<const allocation> parts) {
    const std::lock_guard lock(mutex_);
    const auto at = std::ranges::find(leases_, number, &lease::number);
    if (at == leases_.end()) return;
    for (const allocation& a : parts) {
      const auto part = std::ranges::find(at->parts, a);
      if (part == at->parts.end()) continue;
      state_.undo(*part);
      at->parts.erase(part);
    }
    if (at->parts.empty()) leases_.erase(at);
  }
  void set_status(node_id n, node_status s) {
    const std::lock_guard lock(mutex_);
    state_.set_status(n, s);
  }
  [[nodiscard]] std::size_t leases() {
    const std::lock_guard lock(mutex_);
    return leases_.size();
  }
  /// What is free now.
  [[nodiscard]] cluster_state state(instant now) {
    const std::lock_guard lock(mutex_);
    expire(now);
    return state_;
  }

private:
  struct lease {
    lease_number number = 0;
    job_number job = 0;
    std::uint32_t attempt = 0;
    instant until{};
    std::vector<allocation> parts{};
  };
  void expire(instant now) {
    std::erase_if(leases_, [&](const lease& l) {
      if (l.until > now) return false;
      for (const allocation& a : l.parts) state_.undo(a);
      return true;
    });
  }
  cluster_state state_;
  std::vector<lease> leases_;
  lease_number last_ = 0;
  std::mutex mutex_;
};

/// Around another inventory: notes every call and fails those that a test wants to fail.
template <inventory Inner>
class recording_inventory {
public:
  enum class call : std::uint8_t { hold, commit, release, release_parts };
  struct record {
    call what{};
    job_number job = 0;
    lease_number lease = 0;
    bool good = false;
    bool operator==(const record&) const noexcept = default;
  };
  explicit recording_inventory(Inner& inner) : inner_(&inner) {}

  /// So many of the next calls of `hold` and `commit` fail.
  void fail_holds(std::size_t n) { failing_holds_ = n; }
  void fail_commits(std::size_t n) { failing_commits_ = n; }
  [[nodiscard]] const std::vector<record>& calls() const noexcept { return calls_; }

  [[nodiscard]] lease_answer hold(job_number job, std::uint32_t attempt, std::span<const allocation> parts,
                                  instant until, instant now) {
    lease_answer a;
    if (failing_holds_ > 0) --failing_holds_;
    else a = inner_->hold(job, attempt, parts, until, now);
    calls_.push_back({call::hold, job, a.lease, a.held});
    return a;
  }
  [[nodiscard]] bool commit(lease_number lease, instant now) {
    bool good = false;
    if (failing_commits_ > 0) --failing_commits_;
    else good = inner_->commit(lease, now);
    calls_.push_back({call::commit, 0, lease, good});
    return good;
  }
  void release(lease_number lease) {
    inner_->release(lease);
    calls_.push_back({call::release, 0, lease, true});
  }
  void release(lease_number lease, std::span<const allocation> parts)
    requires partial_inventory<Inner>
  {
    inner_->release(lease, parts);
    calls_.push_back({call::release_parts, 0, lease, true});
  }

private:
  Inner* inner_;
  std::size_t failing_holds_ = 0, failing_commits_ = 0;
  std::vector<record> calls_;
};

static_assert(partial_inventory<memory_inventory> && partial_inventory<recording_inventory<memory_inventory>>);

/// Refers to any inventory, or to none, which grants everything. Copying is cheap; the inventory must outlive it.
class any_inventory {
public:
  any_inventory() = default;
  template <inventory I>
  any_inventory(I& i) noexcept  // NOLINT(google-explicit-constructor): it refers
      : self_(&i), table_(&table_of<I>) {}
  [[nodiscard]] lease_answer hold(job_number job, std::uint32_t attempt, std::span<const allocation> parts,
                                  instant until, instant now) const {
    return self_ == nullptr ? lease_answer{true, 0, {}} : table_->hold(self_, job, attempt, parts, until, now);
  }
  [[nodiscard]] bool commit(lease_number lease, instant now) const {
    return self_ == nullptr || table_->commit(self_, lease, now);
  }
  void release(lease_number lease) const {
    if (self_ != nullptr) table_->release(self_, lease);
  }
  /// Whether parts of a lease can be given back.
  [[nodiscard]] bool partial() const noexcept { return self_ == nullptr || table_->release_parts != nullptr; }
  /// Precondition: partial().
  void release(lease_number lease, std::span<const allocation> parts) const {
    if (self_ != nullptr) table_->release_parts(self_, lease, parts);
  }

private:
  struct table {
    lease_answer (*hold)(void*, job_number, std::uint32_t, std::span<const allocation>, instant, instant);
    bool (*commit)(void*, lease_number, instant);
    void (*release)(void*, lease_number);
    void (*release_parts)(void*, lease_number, std::span<const allocation>);
  };
  template <class I>
  static constexpr auto release_parts_of() noexcept -> void (*)(void*, lease_number, std::span<const allocation>) {
    if constexpr (partial_inventory<I>)
      return [](void* s, lease_number l, std::span<const allocation> p) { static_cast<I*>(s)->release(l, p); };
    else return nullptr;
  }
  template <class I>
  static constexpr table table_of{[](void* s, job_number j, std::uint32_t k, std::span<const allocation> p, instant u,
                                     instant n) { return static_cast<I*>(s)->hold(j, k, p, u, n); },
                                  [](void* s, lease_number l, instant n) { return static_cast<I*>(s)->commit(l, n); },
                                  [](void* s, lease_number l) { static_cast<I*>(s)->release(l); },
                                  release_parts_of<I>()};
  void* self_ = nullptr;
  const table* table_ = nullptr;
};

}  // namespace v0
}  // namespace sched

#endif
