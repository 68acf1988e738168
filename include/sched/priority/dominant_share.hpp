// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_DOMINANT_SHARE_HPP
#define SCHED_PRIORITY_DOMINANT_SHARE_HPP

/// \file
/// Dominant resource fairness: whoever has least of what he has most of goes first; flat and in a tree.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <queue>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/priority/order.hpp>
#include <sched/priority/share_tree.hpp>

namespace sched {
inline namespace v0 {

/// A user who wants as many equal tasks as he can get.
struct drf_user {
  std::vector<amount> need{};                                     ///< of a task, by kind
  std::int64_t tasks = std::numeric_limits<std::int64_t>::max();  ///< at most
  double weight = 1;
};
struct drf_share {
  std::int64_t tasks = 0;
  double share = 0;  ///< dominant share
};

/// Progressive filling (Ghodsi et al. 2011): the user of least dominant share, of equals the first, gets a task, again
/// and again; one whose task does not fit is set aside (`strict`: that ends it). Capacities above 0. Throws
/// `sched::error` for kinds without capacity, needs below 0 or of nothing, and weights that are not above 0.
/// O(tasks · (kinds + log users)).
[[nodiscard]] inline std::vector<drf_share> progressive_filling(std::span<const amount> capacity,
                                                                std::span<const drf_user> users, bool strict = false) {
  for (const amount c : capacity)
    if (c < 1) throw error("a kind of resource has a capacity of at least 1");
  using turn = std::pair<double, std::size_t>;
  std::priority_queue<turn, std::vector<turn>, std::greater<>> turns;
  for (std::size_t u = 0; u < users.size(); ++u) {
    const auto& n = users[u].need;
    if (n.size() != capacity.size() || std::ranges::any_of(n, [](amount a) { return a < 0; }) ||
        std::ranges::all_of(n, [](amount a) { return a == 0; }) || !(users[u].weight > 0))
      throw error("user " + std::to_string(u) + " needs something of the kinds that there are, at a weight above 0",
                  {std::to_string(u)});
    turns.emplace(0.0, u);
  }
  std::vector<drf_share> out(users.size());
  std::vector<amount> left(capacity.begin(), capacity.end());
  while (!turns.empty()) {
    const std::size_t u = turns.top().second;
    turns.pop();
    if (out[u].tasks == users[u].tasks) continue;
    const auto& need = users[u].need;
    if (!std::ranges::equal(need, left, std::less_equal<amount>())) {
      if (strict) break;
      continue;
    }
    ++out[u].tasks;
    for (std::size_t k = 0; k < left.size(); ++k) {
      left[k] -= need[k];
      const double used = static_cast<double>(out[u].tasks) * static_cast<double>(need[k]);
      out[u].share = std::max(out[u].share, used / (users[u].weight * static_cast<double>(capacity[k])));
    }
    turns.emplace(out[u].share, u);
  }
  return out;
}

/// Dominant shares in a tree (hierarchical DRF, Bhattacharya et al. 2013). Leaves are users; the shares of the tree are
/// weights. At an inner node the use of every child that is not blocked is scaled to the least dominant share among
/// those, the use of blocked ones is added as it is, and kinds of which nothing is left do not count: so a blocked
/// child does not freeze its siblings. Changes O(1); a choice O(nodes · kinds). Users with the shares of their account,
/// and without shares, weigh 1.
class dominant_tree {
public:
  /// Throws `sched::error` for a kind without capacity.
  explicit dominant_tree(std::vector<amount> capacity) : capacity_(std::move(capacity)), left_(capacity_) {
    if (capacity_.empty()) throw error("dominant shares need a kind of resource");
    for (const amount c : capacity_)
      if (c < 1) throw error("a kind of resource has a capacity of at least 1");
  }
  [[nodiscard]] std::size_t kinds() const noexcept { return capacity_.size(); }

  /// The user takes so much, or gives it back (sign −1).
  void change(const share_tree& t, share_tree::node user, std::span<const amount> needs, std::int64_t sign) {
    grow(t);
    for (std::size_t k = 0; k < kinds(); ++k) {
      const amount n = k < needs.size() ? needs[k] : 0;
      used_[user * kinds() + k] += static_cast<double>(sign) * static_cast<double>(n);
      left_[k] -= sign * n;
    }
  }
  [[nodiscard]] bool fits(std::span<const amount> needs) const noexcept {
    for (std::size_t k = 0; k < std::min(kinds(), needs.size()); ++k)
      if (needs[k] > left_[k]) return false;
    return true;
  }
  /// The user to be served next: the child of least share from the root down, of equals the first, among the users for
  /// whom `blocked(user)` is false and what is above them. `share_tree::none`: all are blocked.
  template <class Blocked>
  [[nodiscard]] share_tree::node next(const share_tree& t, Blocked blocked) {
    grow(t);
    sums_ = used_;
    shares_.assign(t.size(), 0.0);
    blocked_.assign(t.size(), true);
    // A node's number is larger than its account's: children come first from the end.
    for (share_tree::node n = t.size(); n-- > 0;) {
      if (t.is_user(n)) {
        blocked_[n] = blocked(n);
      } else {
        sum_children(t, n);
      }
      shares_[n] = n == share_tree::root ? 0.0 : dominant(t, n);
    }
    share_tree::node n = share_tree::root;
    while (!t.is_user(n)) {
      share_tree::node best = share_tree::none;
      for (share_tree::node c = t.first_below(n); c != share_tree::none; c = t.next_beside(c))
        if (!blocked_[c] && (best == share_tree::none || shares_[c] < shares_[best])) best = c;
      if (best == share_tree::none) return share_tree::none;
      n = best;
    }
    return n;
  }
  /// Dominant share of a user by all kinds.
  [[nodiscard]] double share(const share_tree& t, share_tree::node user) const noexcept {
    double most = 0;
    for (std::size_t k = 0; k < kinds() && user * kinds() + k < used_.size(); ++k)
      most = std::max(most, used_[user * kinds() + k] / (weight(t, user) * static_cast<double>(capacity_[k])));
    return most;
  }

private:
  static double weight(const share_tree& t, share_tree::node n) noexcept {
    const double w = t.shares(n);
    return w > 0 && std::isfinite(w) ? w : 1.0;
  }
  void grow(const share_tree& t) { used_.resize(std::max(used_.size(), t.size() * kinds()), 0.0); }
  [[nodiscard]] double dominant(const share_tree& t, share_tree::node n) const noexcept {
    double most = 0;
    for (std::size_t k = 0; k < kinds(); ++k)
      if (left_[k] > 0)
        most = std::max(most, sums_[n * kinds() + k] / (weight(t, n) * static_cast<double>(capacity_[k])));
    return most;
  }
  void sum_children(const share_tree& t, share_tree::node n) {
    double least = std::numeric_limits<double>::infinity();
    for (share_tree::node c = t.first_below(n); c != share_tree::none; c = t.next_beside(c)) {
      if (blocked_[c]) continue;
      blocked_[n] = false;
      least = std::min(least, shares_[c]);
    }
    for (share_tree::node c = t.first_below(n); c != share_tree::none; c = t.next_beside(c)) {
      const double scale = blocked_[c] ? 1.0 : shares_[c] > 0 ? least / shares_[c] : 0.0;
      for (std::size_t k = 0; k < kinds(); ++k)
        if (left_[k] > 0) sums_[n * kinds() + k] += order::detail::product(scale, sums_[c * kinds() + k]);
    }
  }

  std::vector<amount> capacity_, left_;
  std::vector<double> used_, sums_, shares_;
  std::vector<bool> blocked_;
};

namespace order {

/// By dominant share, in a tree of accounts and users (`job::group`, `job::user`), flat when the tree is left out: the
/// key of a job is its turn when all are served one by one, each start counted as use for the next turn. Jobs of a user
/// keep their order. A job that does not fit into what is left of the capacities has its turn, so that a reservation
/// policy may keep room for it and smaller jobs of others do not starve it; the jobs of its user behind it come last,
/// in the order of shares. Kinds are those of `waiting_job::needs`, or `demand` alone. O(jobs · nodes · kinds) a call.
class dominant_share {
public:
  /// Throws `sched::error` for a kind without capacity.
  explicit dominant_share(std::vector<amount> capacity, share_tree tree = {})
      : tree_(std::move(tree)), flat_(tree_.size() == 1), use_(std::move(capacity)) {}

  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant, std::span<double> out) {
    queues_.resize(tree_.size());
    by_arrival_.resize(jobs.size());
    std::iota(by_arrival_.begin(), by_arrival_.end(), std::size_t{0});
    std::sort(by_arrival_.begin(), by_arrival_.end(), [&](std::size_t a, std::size_t b) {
      return jobs[a].eligible != jobs[b].eligible ? jobs[a].eligible < jobs[b].eligible : a < b;
    });
    for (const std::size_t k : by_arrival_) {
      const share_tree::node u = user_of(jobs[k]);
      if (queues_.size() <= u) queues_.resize(tree_.size());
      queues_[u].waiting.push_back(k);
    }
    queues_.resize(tree_.size());
    dominant_tree trial = use_;
    double turn = 0;
    for (const bool all : {false, true}) {
      const auto blocked = [&](share_tree::node u) {
        const queue& q = queues_[u];
        return q.served == q.waiting.size() || (!all && q.aside);
      };
      for (share_tree::node u = trial.next(tree_, blocked); u != share_tree::none; u = trial.next(tree_, blocked)) {
        const std::size_t k = queues_[u].waiting[queues_[u].served++];
        out[k] = turn++;
        if (!all && !trial.fits(needs_of(jobs[k]))) queues_[u].aside = true;
        else trial.change(tree_, u, needs_of(jobs[k]), 1);
      }
    }
    for (queue& q : queues_) {
      q.waiting.clear();
      q.served = 0;
      q.aside = false;
    }
  }
  void started(const waiting_job& j, instant) { use_.change(tree_, user_of(j), needs_of(j), 1); }
  void ended(const waiting_job& j, instant) { use_.change(tree_, user_of(j), needs_of(j), -1); }

  /// Dominant share of a user; 0 when unknown.
  [[nodiscard]] double share(std::uint32_t user, std::uint32_t account = 0) const noexcept {
    const share_tree::node n = tree_.find_user(user, flat_ ? 0 : account);
    return n == share_tree::none ? 0.0 : use_.share(tree_, n);
  }

private:
  struct queue {
    std::vector<std::size_t> waiting{};
    std::size_t served = 0;
    bool aside = false;  ///< its next job does not fit
  };
  share_tree::node user_of(const waiting_job& j) { return tree_.user_or_new(j.user, flat_ ? 0 : j.group); }
  static std::span<const amount> needs_of(const waiting_job& j) noexcept {
    return j.needs.empty() ? std::span<const amount>(&j.demand, 1) : j.needs;
  }

  share_tree tree_;
  bool flat_;
  dominant_tree use_;
  std::vector<queue> queues_;
  std::vector<std::size_t> by_arrival_;
};

static_assert(usage_order<dominant_share>);

}  // namespace order
}  // namespace v0
}  // namespace sched

#endif
