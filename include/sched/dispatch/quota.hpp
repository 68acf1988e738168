// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_QUOTA_HPP
#define SCHED_DISPATCH_QUOTA_HPP

/// \file
/// Limits of what organisations, teams and users may use, in a tree.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

inline constexpr amount no_limit = std::numeric_limits<amount>::max();

/// What is limited: what is in use at a time (devices, memory, jobs), or, with a window, what is used up in each window
/// of that length (device hours of a month). Windows begin at multiples of their length.
struct quota_resource {
  std::string name{};
  duration window = 0;  ///< 0: what is in use at a time
};

/// Limits of a node for one resource.
struct quota_limit {
  amount hard = no_limit;
  amount soft = no_limit;  ///< above it use is granted, and may be reclaimed
  amount burst = 0;        ///< so much above `hard` …
  duration burst_for = 0;  ///< … for so long in all; what was used of it comes back while use is not above `hard`
  amount borrow = 0;       ///< in a cohort: so much of what others leave, above `hard`
  amount lend = no_limit;  ///< in a cohort: so much of `hard` others may have
  bool operator==(const quota_limit&) const noexcept = default;
};

/// The answer to a wish.
struct quota_answer {
  bool granted = false;
  bool over_soft = false;  ///< granted, and reclaimable
  bool bursting = false;
  bool borrowed = false;
  // Of a refusal: whose limit, of what, how high it is now, and what would have been used.
  std::uint32_t node = 0;
  std::size_t resource = 0;
  amount limit = 0, wanted = 0;
  instant until = instant::infinity();  ///< for what runs on a burst, and for refusals of a window: then it ends
  explicit operator bool() const noexcept { return granted; }
};

/// What somebody has of a quota.
struct quota_holding {
  std::uint32_t node = 0;
  std::span<const amount> amounts{};
};

/// Quotas of any depth. A wish is granted by a node and all above it, for all resources, or not at all: `reserve` takes
/// at once, so two wishes never get the same rest; `commit` says that it was used, `release` gives it back (of windows,
/// only what was not committed). O(depth · resources), in a cohort times its members. Thread-safe; `now` never goes
/// back.
///
/// A cohort is a node whose members may use what the others leave: a member up to hard + borrow, as long as
/// Σ max(used, hard − lend) ≤ Σ hard over the members.
class quota_tree {
public:
  using node = std::uint32_t;
  static constexpr node root = 0;

  /// Throws `sched::error` for a window below 0.
  explicit quota_tree(std::vector<quota_resource> resources, std::vector<quota_limit> of_root = {})
      : resources_(std::move(resources)) {
    for (const quota_resource& r : resources_)
      if (r.window < 0) throw error("the window of '" + r.name + "' is negative", {r.name});
    add_node("", 0, std::move(of_root));
  }
  /// A node below another one; limits that are left out are none. Throws `sched::error` for an unknown node above,
  /// for negative limits, a soft limit above the hard one, and an overcommit factor below 1.
  node add(std::string name, node above, std::vector<quota_limit> limits = {}) {
    const std::lock_guard lock(mutex_);
    if (above >= nodes_.size()) throw error("no quota node " + std::to_string(above), {std::to_string(above)});
    return add_node(std::move(name), above, std::move(limits));
  }
  /// Members of the node share what they leave.
  void make_cohort(node n) {
    const std::lock_guard lock(mutex_);
    at(n).cohort = true;
  }
  /// Of a cohort: how much others are entitled to have lent to this member.
  void set_weight(node n, double weight) {
    const std::lock_guard lock(mutex_);
    if (!(weight > 0)) throw error("the weight of a quota is above 0");
    at(n).weight = weight;
  }
  /// More is promised than there is: hard limits of the node count so many thousandths, at least 1,000.
  void set_overcommit(node n, std::int64_t thousandths) {
    const std::lock_guard lock(mutex_);
    if (thousandths < 1000) throw error("an overcommit factor is at least 1");
    at(n).overcommit = thousandths;
  }

  [[nodiscard]] quota_answer reserve(node n, std::span<const amount> wanted, instant now) {
    const std::lock_guard lock(mutex_);
    quota_answer out = check(n, wanted, now);
    if (out.granted) change(n, wanted, 1);
    return out;
  }
  /// As `reserve` would answer, without taking.
  [[nodiscard]] quota_answer would(node n, std::span<const amount> wanted, instant now) {
    const std::lock_guard lock(mutex_);
    return check(n, wanted, now);
  }
  /// As `would`, when `gone` had been given back. Of windows nothing comes back. O(gone · depth · resources) more;
  /// allocates.
  [[nodiscard]] quota_answer would_without(node n, std::span<const amount> wanted, std::span<const quota_holding> gone,
                                           instant now) {
    const std::lock_guard lock(mutex_);
    std::vector<amount> less(nodes_.size() * resources_.size(), 0);
    for (const quota_holding& h : gone) note_less(h, less);
    return check(n, wanted, now, less);
  }
  /// What was reserved is used: windows keep it.
  void commit(node n, std::span<const amount> used) {
    const std::lock_guard lock(mutex_);
    for_path(n, [&](entry& e) {
      for (std::size_t k = 0; k < width(used); ++k)
        if (resources_[k].window > 0) e.use[k].committed = saturating_add(e.use[k].committed, used[k]);
    });
  }
  /// What was reserved is not needed any more. Of windows, what was not committed: pass `committed` as at `commit`.
  void release(node n, std::span<const amount> reserved, instant now, bool committed = true) {
    const std::lock_guard lock(mutex_);
    for_path(n, [&](entry& e) { settle(e, now); });
    for_path(n, [&](entry& e) {
      for (std::size_t k = 0; k < width(reserved); ++k) {
        if (resources_[k].window > 0 && committed) continue;
        e.use[k].used -=
            resources_[k].window > 0 ? std::min(reserved[k], e.use[k].used - e.use[k].committed) : reserved[k];
        SCHED_ASSERT(e.use[k].used >= 0);
      }
    });
  }

  [[nodiscard]] amount used(node n, std::size_t resource, instant now) {
    const std::lock_guard lock(mutex_);
    settle(at(n), now);
    return nodes_[n].use[resource].used;
  }
  [[nodiscard]] const std::string& name(node n) const noexcept { return nodes_[n].name; }
  [[nodiscard]] node parent(node n) const noexcept { return nodes_[n].parent; }
  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
  [[nodiscard]] std::size_t resource_count() const noexcept { return resources_.size(); }
  /// Whether `above` is the node or above it.
  [[nodiscard]] bool stands_below(node n, node above) const noexcept {
    while (n != above && n != root) n = nodes_[n].parent;
    return n == above;
  }
  /// Of a member of a cohort: max over resources of (use above its own) / (what the cohort lends), by weight. Reclaim
  /// goes to the largest.
  [[nodiscard]] double borrowed_share(node n, instant now) {
    const std::lock_guard lock(mutex_);
    const node above = at(n).parent;
    double most = 0;
    for (std::size_t k = 0; k < resources_.size(); ++k) {
      amount lendable = 0;
      for (const node m : nodes_[above].below) {
        settle(nodes_[m], now);
        const quota_limit& l = nodes_[m].limits[k];
        if (l.hard != no_limit) lendable = saturating_add(lendable, std::min(l.hard, l.lend));
      }
      const quota_limit& own = nodes_[n].limits[k];
      const amount over = own.hard == no_limit ? 0 : nodes_[n].use[k].used - own.hard;
      if (over > 0 && lendable > 0)
        most = std::max(most, static_cast<double>(over) / static_cast<double>(lendable) / nodes_[n].weight);
    }
    return most;
  }

  /// Which holdings are to be given back so that somebody at node `who` has what is his own: their numbers, in order.
  /// From the node of the largest share first (use above its own by what the cohort lends, outside of cohorts by its
  /// own, and by weight), its holdings as they stand in the list, each as long as the node, or one above it that is not
  /// above `who`, too, uses more than its own (the soft limit, else in a cohort the hard one) of something that the
  /// holding has: of any part of the answer the same is true. Windows do not count. O(holdings · nodes named · depth ·
  /// resources); allocates.
  [[nodiscard]] std::vector<std::size_t> reclaimable(std::span<const quota_holding> holdings, node who, instant now) {
    const std::lock_guard lock(mutex_);
    for (entry& e : nodes_) settle(e, now);
    std::vector<std::vector<std::size_t>> lists(nodes_.size());
    std::vector<node> named;
    for (std::size_t h = holdings.size(); h-- > 0;) {
      static_cast<void>(at(holdings[h].node));
      if (lists[holdings[h].node].empty()) named.push_back(holdings[h].node);
      lists[holdings[h].node].push_back(h);
    }
    std::vector<amount> less(nodes_.size() * resources_.size(), 0);
    std::vector<std::size_t> out;
    for (;;) {
      double most = 0;
      std::size_t next = holdings.size();
      for (const node n : named) {
        double share = 0;
        while (!lists[n].empty() && (share = share_above(holdings[lists[n].back()], who, less)) <= 0)
          lists[n].pop_back();  // shares only fall
        if (lists[n].empty()) continue;
        if (share > most || (share == most && lists[n].back() < next)) {
          most = share;
          next = lists[n].back();
        }
      }
      if (next == holdings.size()) return out;
      out.push_back(next);
      lists[holdings[next].node].pop_back();
      note_less(holdings[next], less);
    }
  }

private:
  struct usage {
    amount used = 0, committed = 0;
    std::int64_t window = 0;  ///< number of the present one
    duration burst_spent = 0;
    instant at{};  ///< until when the burst is accounted for
  };
  struct entry {
    std::string name{};
    node parent = 0;
    std::vector<node> below{};
    std::vector<quota_limit> limits{};
    std::vector<usage> use{};
    std::int64_t overcommit = 1000;
    double weight = 1;
    bool cohort = false;
  };

  entry& at(node n) {
    if (n >= nodes_.size()) throw error("no quota node " + std::to_string(n), {std::to_string(n)});
    return nodes_[n];
  }
  /// Of every node by resource, what would be used less without the holding.
  void note_less(const quota_holding& h, std::vector<amount>& less) {
    static_cast<void>(at(h.node));
    for (node n = h.node;; n = nodes_[n].parent) {
      for (std::size_t k = 0; k < width(h.amounts); ++k)
        if (resources_[k].window == 0) less[n * resources_.size() + k] += h.amounts[k];
      if (n == root) return;
    }
  }
  /// What is used without `less`, which may be empty.
  [[nodiscard]] amount left(node n, std::size_t k, std::span<const amount> less) const noexcept {
    return nodes_[n].use[k].used - (less.empty() ? 0 : less[n * resources_.size() + k]);
  }
  /// How far the holding's node, or one above it that is not above `who`, is above its own when `less` is gone.
  [[nodiscard]] double share_above(const quota_holding& h, node who, const std::vector<amount>& less) const {
    double most = 0;
    for (node n = h.node; n != root && !stands_below(who, n); n = nodes_[n].parent) {
      const entry& e = nodes_[n];
      const bool member = nodes_[e.parent].cohort;
      for (std::size_t k = 0; k < width(h.amounts); ++k) {
        const amount own = member ? std::min(e.limits[k].soft, e.limits[k].hard) : e.limits[k].soft;
        if (h.amounts[k] == 0 || resources_[k].window > 0 || own == no_limit) continue;
        const amount above = e.use[k].used - less[n * resources_.size() + k] - own;
        if (above <= 0) continue;
        amount base = member ? 0 : own;
        if (member)
          for (const node m : nodes_[e.parent].below)
            if (const quota_limit& l = nodes_[m].limits[k]; l.hard != no_limit)
              base = saturating_add(base, std::min(l.hard, l.lend));
        most = std::max(most, static_cast<double>(above) / static_cast<double>(std::max<amount>(base, 1)) / e.weight);
      }
    }
    return most;
  }
  node add_node(std::string name, node above, std::vector<quota_limit> limits) {
    if (limits.size() > resources_.size()) throw error("more limits than resources for '" + name + "'", {name});
    for (const quota_limit& l : limits)
      if (l.hard < 0 || l.soft < 0 || (l.soft != no_limit && l.soft > l.hard) || l.burst < 0 || l.burst_for < 0 ||
          l.borrow < 0 || l.lend < 0)
        throw error("a limit of '" + name + "' is negative, or its soft limit above the hard one", {name});
    limits.resize(resources_.size());
    const auto n = static_cast<node>(nodes_.size());
    nodes_.push_back({.name = std::move(name),
                      .parent = above,
                      .limits = std::move(limits),
                      .use = std::vector<usage>(resources_.size())});
    if (n != root) nodes_[above].below.push_back(n);
    return n;
  }
  [[nodiscard]] std::size_t width(std::span<const amount> v) const noexcept {
    return std::min(v.size(), resources_.size());
  }
  template <class F>
  void for_path(node n, F f) {
    for (at(n);; n = nodes_[n].parent) {
      f(nodes_[n]);
      if (n == root) return;
    }
  }
  [[nodiscard]] static amount hard_of(const entry& e, std::size_t k) noexcept {
    const amount hard = e.limits[k].hard;
    if (e.overcommit == 1000 || hard == no_limit) return hard;
    return hard / 1000 * e.overcommit + hard % 1000 * e.overcommit / 1000;
  }
  /// Windows begin anew; bursts are counted.
  void settle(entry& e, instant now) const noexcept {
    for (std::size_t k = 0; k < resources_.size(); ++k) {
      usage& u = e.use[k];
      if (const duration w = resources_[k].window; w > 0) {
        const std::int64_t number = now.count() / w.count();
        if (number != u.window) u = {.window = number, .burst_spent = u.burst_spent, .at = u.at};
      }
      if (now > u.at) {
        const duration passed = now - u.at;
        u.burst_spent = u.used > hard_of(e, k) ? u.burst_spent + passed : std::max<duration>(0, u.burst_spent - passed);
        u.at = now;
      }
    }
  }
  [[nodiscard]] quota_answer check(node n, std::span<const amount> wanted, instant now,
                                   std::span<const amount> less = {}) {
    quota_answer out;
    out.granted = true;
    for (const amount a : wanted)
      if (a < 0) throw error("a negative amount of a quota");
    node below = n;
    for_path(n, [&](entry& e) {
      settle(e, now);
      if (!out.granted) return;
      const auto self = static_cast<node>(&e - nodes_.data());
      if (e.cohort && self != n)
        for (const node m : e.below) settle(nodes_[m], now);
      for (std::size_t k = 0; k < width(wanted) && out.granted; ++k) {
        if (wanted[k] == 0) continue;
        if (e.cohort && self != n) check_cohort(e, below, k, wanted[k], less, out);
        if (out.granted) check_one(e, self, k, wanted[k], now, less, out);
      }
      below = self;
    });
    return out;
  }
  void check_one(const entry& e, node self, std::size_t k, amount wanted, instant now, std::span<const amount> less,
                 quota_answer& out) const {
    const usage& u = e.use[k];
    const quota_limit& l = e.limits[k];
    const amount after = saturating_add(left(self, k, less), wanted), hard = hard_of(e, k);
    const bool lends = self != root && nodes_[e.parent].cohort;
    const amount most = lends ? saturating_add(hard, l.borrow) : hard;
    if (after > most) {
      const duration left = l.burst_for - u.burst_spent;
      if (l.burst > 0 && left > 0 && after <= saturating_add(most, l.burst)) {
        out.bursting = true;
        out.until = std::min(out.until, now + left);
      } else {
        out.granted = false;
        out.node = self;
        out.resource = k;
        out.limit = most;
        out.wanted = after;
        if (resources_[k].window > 0) out.until = resources_[k].window * (u.window + 1);
        return;
      }
    } else if (after > hard) {
      out.borrowed = true;
    }
    if (after > l.soft || after > hard) out.over_soft = true;
  }
  void check_cohort(const entry& e, node member, std::size_t k, amount wanted, std::span<const amount> less,
                    quota_answer& out) const {
    amount all = 0, taken = 0;
    for (const node m : e.below) {
      const quota_limit& l = nodes_[m].limits[k];
      if (l.hard == no_limit) return;
      const amount used = saturating_add(left(m, k, less), m == member ? wanted : 0);
      all = saturating_add(all, l.hard);
      taken = saturating_add(taken, m == member ? used : std::max(used, l.hard - std::min(l.hard, l.lend)));
    }
    const amount own = saturating_add(left(member, k, less), wanted);
    if (taken <= all || own <= nodes_[member].limits[k].hard) return;
    out.granted = false;
    out.node = static_cast<node>(&e - nodes_.data());
    out.resource = k;
    out.limit = all;
    out.wanted = taken;
  }
  void change(node n, std::span<const amount> by, std::int64_t sign) {
    for_path(n, [&](entry& e) {
      for (std::size_t k = 0; k < width(by); ++k) e.use[k].used = saturating_add(e.use[k].used, sign * by[k]);
    });
  }

  std::vector<quota_resource> resources_;
  std::vector<entry> nodes_;
  std::mutex mutex_;
};

}  // namespace v0
}  // namespace sched

#endif
