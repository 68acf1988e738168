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
      const double scale = product(entitled_[n], damping_);
      out[n] = scale > 0 ? -(counted_[n] / scale) : -std::numeric_limits<double>::infinity();
    }
    stable::exp2(out.subspan(1, t.size() - 1));
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
    if (!known(t)) learn(t);
    for (share_tree::node n = 1; n < t.size(); ++n) level_[n] = level(t, use, n);
    count_ = t.user_count();
    rank_ = count_;
    merged_.clear();
    merged_.reserve(t.size());
    visit(t, below(share_tree::root), false, out);
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
  struct place {
    share_tree::node node = 0;  ///< above it
    bool user = false;
  };
  static double level(const share_tree& t, std::span<const double> use, share_tree::node n) {
    constexpr double first = std::numeric_limits<double>::infinity();
    if (t.shares(n) == share_tree::of_account) return first;
    const double shares = t.part(n);
    if (shares == 0) return 0;
    const double used = use[n] > 0 ? use[n] / use[t.parent(n)] : 0.0;
    return used == 0 ? first : shares / used;
  }
  /// Whether the nodes are those of the call before, each below the same.
  [[nodiscard]] bool known(const share_tree& t) const noexcept {
    bool same = above_.size() == t.size();
    for (share_tree::node n = 1; same && n < t.size(); ++n)
      same = above_[n].node == t.parent(n) && above_[n].user == t.is_user(n);
    return same;
  }
  /// All nodes by what they stand below.
  void learn(const share_tree& t) {
    level_.resize(t.size());
    above_.assign(t.size(), {});
    first_.assign(t.size() + std::size_t{1}, 0);
    siblings_.resize(t.size());
    for (share_tree::node n = 1; n < t.size(); ++n) {
      above_[n] = {t.parent(n), t.is_user(n)};
      ++first_[t.parent(n)];
    }
    std::uint32_t places = 0;
    for (std::uint32_t& f : first_) f = places += f;
    for (share_tree::node n = t.size(); n-- > 1;) siblings_[--first_[t.parent(n)]] = {0, n, t.is_user(n)};
  }
  /// What stands right below a node, with its levels, in the order of the last time.
  [[nodiscard]] std::span<sibling> below(share_tree::node n) {
    const std::span<sibling> s(siblings_.data() + first_[n], first_[n + std::size_t{1}] - first_[n]);
    for (sibling& c : s) c.level = level_[c.node];
    return s;
  }
  /// Nearly sorted, as use changes slowly: by insertion, unless much has to move.
  static void sort(std::span<sibling> s) {
    std::size_t moves = 4 * s.size();
    for (std::size_t k = 1; k < s.size(); ++k) {
      if (!(s[k] < s[k - 1])) continue;
      const sibling x = s[k];
      std::size_t at = k;
      for (; at > 0 && x < s[at - 1] && moves > 0; --at, --moves) s[at] = s[at - 1];
      s[at] = x;
      if (moves == 0) return std::sort(s.begin(), s.end());
    }
  }
  /// Ranks these and what is below; `tied`: the first of them is equal to who came before.
  void visit(const share_tree& t, std::span<sibling> list, bool tied, std::span<double> out) {
    sort(list);
    double before = -1;
    for (std::size_t k = 0; k < list.size();) {
      const auto [level, n, user] = list[k];
      const bool equal = std::exchange(tied, false) || level == before;
      before = level;
      if (user) {
        if (!equal) rank_ = count_;
        out[n] = static_cast<double>(rank_) / static_cast<double>(t.user_count());
        --count_;
        ++k;
        continue;
      }
      if (++k == list.size() || list[k].level != before) {
        visit(t, below(n), equal, out);
        continue;
      }
      const std::size_t begin = merged_.size();  // never moves: no node is in it twice
      for (--k; k < list.size() && list[k].level == before; ++k) {
        const std::span<sibling> more = below(list[k].node);
        merged_.insert(merged_.end(), more.begin(), more.end());
      }
      visit(t, std::span(merged_).subspan(begin), equal, out);
      merged_.resize(begin);
    }
  }

  std::vector<double> level_;
  std::vector<place> above_;       ///< of every node
  std::vector<sibling> siblings_;  ///< below node 0, below node 1 …
  std::vector<std::uint32_t> first_;
  std::vector<sibling> merged_;  ///< those below accounts that are equal
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
    if (before_.capacity() < jobs.size() || users_.capacity() < jobs.size())
      for (auto* list : {&before_, &users_}) list->reserve(2 * jobs.size());
    users_.swap(before_);
    users_.clear();
    std::size_t at = 0;  // in the list of the call before: the jobs are mostly the same, some have left or come
    for (const waiting_job& j : jobs) {
      const auto same = [&](std::size_t k) {
        return k < before_.size() && before_[k].user == j.user && before_[k].account == j.group;
      };
      if (!same(at) && same(at + 1)) ++at;
      users_.push_back(same(at) ? before_[at++] : belonging{j.user, j.group, tree_.user_or_new(j.user, j.group)});
    }
    refresh(now);
    for (std::size_t k = 0; k < jobs.size(); ++k) out[k] = factors_[users_[k].node];
  }
  [[nodiscard]] const share_tree& tree() const noexcept { return tree_; }

private:
  struct belonging {
    std::uint32_t user = 0, account = 0;
    share_tree::node node = 0;
  };
  [[nodiscard]] double rate(const waiting_job& j) const noexcept {
    return order::detail::product(options_.rate, static_cast<double>(j.demand));
  }
  void refresh(instant now) {
    const bool grown = factors_.size() != tree_.size();
    // A start or an end changes nothing at its own instant: what is used is a matter of later ones.
    const bool old = now > at_ && now - at_ >= options_.period;
    if (fresh_ && !grown && !old) return;
    usage_.resize(tree_.size());
    factors_.resize(tree_.size());
    ledger_.usages(now, usage_);  // accounts: 0
    for (share_tree::node n = tree_.size(); n-- > 1;) usage_[tree_.parent(n)] += usage_[n];
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
  std::vector<belonging> users_, before_;  ///< of the jobs of the last two calls
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
