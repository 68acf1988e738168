// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_FAIR_SHARE_HPP
#define SCHED_PRIORITY_FAIR_SHARE_HPP

/// \file
/// Whoever has used less than his share goes first.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/math.hpp>
#include <sched/core/ticks.hpp>
#include <sched/priority/order.hpp>
#include <sched/priority/share_tree.hpp>
#include <sched/priority/usage.hpp>

namespace sched {
inline namespace v0 {

/// Shares and use to a factor for every user: `factors(tree, usage, out)`. Both spans have an entry per node; the use
/// of an account is the sum of what stands below. Of `out` those of users count: larger goes first. Asked at every
/// change; allocates only when the tree has grown. `check()` throws `sched::error` for parameters that make no sense.
template <class S>
concept share_policy = std::copyable<S> && requires(S s, const S c, const share_tree& t, std::span<const double> use,
                                                    std::span<double> out) {
  { s.factors(t, use, out) } -> std::same_as<void>;
  { c.check() } -> std::same_as<void>;
};

namespace share {

/// Slurm's classic fair share, 2^(−E/(S·d)), in [0, 1]: 1 without use; 1/2 for an account right below the root that has
/// used in proportion to its shares, when d = 1. S is the product of the parts of the shares from the root down. E is
/// the part of all use: right below the root the account's own; below, own + (account's E − own) · part of the shares.
/// No shares: 0. O(nodes).
class classic {
public:
  classic() = default;
  explicit classic(double damping) : damping_(damping) {}

  void check() const {
    if (!(damping_ > 0) || !std::isfinite(damping_)) throw error("the damping of fair share is above 0");
  }
  void factors(const share_tree& t, std::span<const double> use, std::span<double> out) {
    using order::detail::product;
    const double all = use[share_tree::root];
    entitled_.resize(t.size());
    counted_.resize(t.size());
    entitled_[0] = 1.0;
    counted_[0] = all > 0 ? 1.0 : 0.0;
    for (share_tree::node n = 1; n < t.size(); ++n) {
      const share_tree::node above = t.parent(n);
      entitled_[n] = entitled_[above];
      counted_[n] = counted_[above];
      if (t.shares(n) != share_tree::of_account) {
        const double part = t.part(n);
        const double own = all > 0 ? use[n] / all : 0.0;
        entitled_[n] = product(entitled_[above], part);
        counted_[n] = above == share_tree::root ? own : own + product(counted_[above] - own, part);
      }
      if (!t.is_user(n)) continue;
      const double scale = product(entitled_[n], damping_);
      out[n] = scale > 0 ? stable::exp2(-(counted_[n] / scale)) : 0.0;
    }
  }

private:
  double damping_ = 1.0;
  std::vector<double> entitled_, counted_;
};

/// Fair Tree (Cox & Morrison 2014), in (0, 1]: siblings are compared by (part of the shares) / (part of the use), and
/// whatever is below the better one goes before whatever is below the other. The factor is the rank among all users
/// divided by their number; equals have equal ranks, and accounts that are equal are merged. No shares: last; no use,
/// or the shares of the account: first. O(nodes log nodes).
class fair_tree {
public:
  void check() const {}
  void factors(const share_tree& t, std::span<const double> use, std::span<double> out) {
    level_.resize(t.size());
    for (share_tree::node n = 1; n < t.size(); ++n) level_[n] = level(t, use, n);
    count_ = t.user_count();
    rank_ = count_;
    list_.clear();
    append_below(t, share_tree::root);
    visit(t, 0, false, out);
  }

private:
  struct sibling {
    double level = 0;
    share_tree::node node = 0;
    bool user = false;
    [[nodiscard]] bool operator<(const sibling& o) const noexcept {
      if (level != o.level) return level > o.level;
      return user != o.user ? user : node < o.node;
    }
  };
  static double level(const share_tree& t, std::span<const double> use, share_tree::node n) {
    constexpr double first = std::numeric_limits<double>::infinity();
    if (t.shares(n) == share_tree::of_account) return first;
    const double shares = t.part(n);
    if (shares == 0) return 0;
    const double used = use[n] > 0 ? use[n] / use[t.parent(n)] : 0.0;
    return used == 0 ? first : shares / used;
  }
  void append_below(const share_tree& t, share_tree::node n) {
    for (share_tree::node c = t.first_below(n); c != share_tree::none; c = t.next_beside(c))
      list_.push_back({level_[c], c, t.is_user(c)});
  }
  /// Ranks what stands in the list from `begin` on, and what is below; `tied`: its first is equal to who came before.
  void visit(const share_tree& t, std::size_t begin, bool tied, std::span<double> out) {
    const std::size_t end = list_.size();
    std::sort(list_.begin() + static_cast<std::ptrdiff_t>(begin), list_.end());
    double before = -1;
    for (std::size_t k = begin; k < end;) {
      const auto [level, n, user] = list_[k];
      const bool equal = std::exchange(tied, false) || level == before;
      before = level;
      if (user) {
        if (!equal) rank_ = count_;
        out[n] = static_cast<double>(rank_) / static_cast<double>(t.user_count());
        --count_;
        ++k;
        continue;
      }
      for (; k < end && list_[k].level == before; ++k) append_below(t, list_[k].node);
      visit(t, end, equal, out);
      list_.resize(end);
    }
  }

  std::vector<double> level_;
  std::vector<sibling> list_;
  std::uint32_t count_ = 0, rank_ = 0;
};

/// shares / (use / unit + 1): one level, whatever the tree says. Above 1 for more than 1 share. O(nodes).
struct reference {
  double unit = 1.0;  ///< of use: 3600 for processor hours when ticks are seconds
  void check() const {
    if (!(unit > 0) || !std::isfinite(unit)) throw error("the unit of use is above 0");
  }
  void factors(const share_tree& t, std::span<const double> use, std::span<double> out) const {
    for (share_tree::node n = 1; n < t.size(); ++n) {
      if (!t.is_user(n)) continue;
      const bool of_account = t.shares(n) == share_tree::of_account;
      out[n] = (of_account ? t.shares(t.parent(n)) : t.shares(n)) / (use[n] / unit + 1.0);
    }
  }
};

static_assert(share_policy<classic> && share_policy<fair_tree> && share_policy<reference>);

}  // namespace share

struct share_options {
  double rate = 1.0;    ///< charged for a processor and a tick
  duration period = 0;  ///< factors may be so old; 0: they are computed anew at every instant
};

/// Shares, use and the factors that follow from them: a tree of shares, what its users use and have used, and a policy.
/// Jobs belong to user `user` of account `group`; those that the tree does not know join with 1 share when first seen,
/// so an empty tree means equal shares of all groups, and of all users within one.
/// Cost: a start or an end O(1); the first question at a new instant the policy's, plus an exponential per user with
/// use. Allocates when somebody joins.
template <share_policy Share = share::fair_tree, usage_decay Decay = decay::continuous>
class share_ledger {
public:
  /// Throws `sched::error` for parameters that make no sense.
  explicit share_ledger(share_tree tree = {}, Share policy = Share(), Decay decay = Decay(),
                        const share_options& options = {})
      : tree_(std::move(tree)), policy_(std::move(policy)), ledger_(std::move(decay)), options_(options) {
    policy_.check();
    if (!(options.rate >= 0) || !std::isfinite(options.rate)) throw error("a rate of charge is at least 0");
    if (options.period < 0) throw error("the period of fair share is at least 0");
  }

  void started(const waiting_job& j, instant now) { ledger_.started(tree_.user_or_new(j.user, j.group), rate(j), now); }
  void ended(const waiting_job& j, instant now) { ledger_.ended(tree_.user_or_new(j.user, j.group), rate(j), now); }
  /// Use of the past, or of what no job tells.
  void charge(std::uint32_t user, std::uint32_t account, double used, instant now) {
    ledger_.charge(tree_.user_or_new(user, account), used, now);
    fresh_ = false;
  }

  /// What the user has used and not been forgiven yet: processors · ticks · rate.
  [[nodiscard]] double usage(std::uint32_t user, std::uint32_t account, instant now) const {
    const share_tree::node n = tree_.find_user(user, account);
    return n == share_tree::none ? 0.0 : ledger_.usage(n, now);
  }
  /// The user's factor; he joins if unknown.
  [[nodiscard]] double factor(std::uint32_t user, std::uint32_t account, instant now) {
    const share_tree::node n = tree_.user_or_new(user, account);
    refresh(now);
    return factors_[n];
  }
  /// The factors of the users of these jobs.
  void factors(std::span<const waiting_job> jobs, instant now, std::span<double> out) {
    users_.resize(std::max(users_.size(), jobs.size()));
    for (std::size_t k = 0; k < jobs.size(); ++k) users_[k] = tree_.user_or_new(jobs[k].user, jobs[k].group);
    refresh(now);
    for (std::size_t k = 0; k < jobs.size(); ++k) out[k] = factors_[users_[k]];
  }
  [[nodiscard]] const share_tree& tree() const noexcept { return tree_; }

private:
  [[nodiscard]] double rate(const waiting_job& j) const noexcept {
    return order::detail::product(options_.rate, static_cast<double>(j.demand));
  }
  void refresh(instant now) {
    const bool grown = factors_.size() != tree_.size();
    // A start or an end changes nothing at its own instant: what is used is a matter of later ones.
    const bool old = now > at_ && now - at_ >= options_.period;
    if (fresh_ && !grown && !old) return;
    usage_.assign(tree_.size(), 0.0);
    factors_.resize(tree_.size());
    for (share_tree::node n = tree_.size(); n-- > 1;) {
      if (tree_.is_user(n)) usage_[n] = ledger_.usage(n, now);
      usage_[tree_.parent(n)] += usage_[n];
    }
    policy_.factors(tree_, usage_, factors_);
    at_ = now;
    fresh_ = true;
  }

  share_tree tree_;
  Share policy_;
  usage_ledger<Decay> ledger_;
  share_options options_;
  instant at_ = instant::minus_infinity();
  bool fresh_ = false;
  std::vector<double> usage_, factors_;
  std::vector<share_tree::node> users_;
};

namespace order {

/// By fair share: the user with the largest factor first. `order::fair_share<>{}` is Fair Tree with equal shares and a
/// half-life of seven days. Follows use: whoever drives it calls `started` and `ended`. Cost and allocation:
/// `share_ledger`.
template <share_policy Share = share::fair_tree, usage_decay Decay = decay::continuous>
class fair_share {
public:
  fair_share()
    requires std::default_initializable<Share> && std::default_initializable<Decay>
      : fair_share(share_tree()) {}
  explicit fair_share(share_tree tree, Share policy = Share(), Decay decay = Decay(), const share_options& options = {})
      : ledger_(std::move(tree), std::move(policy), std::move(decay), options) {}

  static constexpr bool static_keys = false;
  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) {
    ledger_.factors(jobs, now, out);
    for (double& k : out) k = -k;
  }
  void started(const waiting_job& j, instant now) { ledger_.started(j, now); }
  void ended(const waiting_job& j, instant now) { ledger_.ended(j, now); }

  [[nodiscard]] share_ledger<Share, Decay>& ledger() noexcept { return ledger_; }

private:
  share_ledger<Share, Decay> ledger_;
};

static_assert(usage_order<fair_share<>>);

}  // namespace order
}  // namespace v0
}  // namespace sched

#endif
