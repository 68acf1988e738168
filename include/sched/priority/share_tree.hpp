// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_SHARE_TREE_HPP
#define SCHED_PRIORITY_SHARE_TREE_HPP

/// \file
/// Who is entitled to how much: a tree of accounts and users.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/priority/detail/id_table.hpp>

namespace sched {
inline namespace v0 {

/// Accounts below accounts, users below accounts; each has shares, and what is above is divided among those below in
/// proportion to them. Ids are the caller's (`job::group`, `job::user`), any value; one user may stand in several
/// accounts. A node's number is larger than its account's. Nodes are only added: O(1) and an allocation when tables
/// grow. Queries O(1).
class share_tree {
public:
  using node = std::uint32_t;
  static constexpr node root = 0;
  static constexpr node none = detail::id_table::none;
  /// Instead of a user's shares: he has those of his account.
  static constexpr double of_account = std::numeric_limits<double>::infinity();

  share_tree() : nodes_(1) { nodes_[0].shares = 1; }

  /// A new account, below the root or below another one. Throws `sched::error` when the id is in use, the account above
  /// is unknown, or the shares are negative or not finite.
  node account(std::uint32_t id, double shares) { return add_account(id, shares, root); }
  node account(std::uint32_t id, double shares, std::uint32_t above) { return add_account(id, shares, known(above)); }
  /// A new user of a known account.
  node user(std::uint32_t id, std::uint32_t account, double shares = 1) {
    const node above = known(account);
    if (find_user(id, account) != none)
      throw error("user " + std::to_string(id) + " of account " + std::to_string(account) + " is in use",
                  {std::to_string(id)});
    if (shares != of_account) check(shares, id);
    users_.insert(key(id, account), size());
    ++user_count_;
    return add(shares, above, true);
  }
  /// The user; if unknown, joins with 1 share, as does an unknown account, below the root.
  node user_or_new(std::uint32_t id, std::uint32_t account) {
    if (const node n = find_user(id, account); n != none) return n;
    if (find_account(account) == none) this->account(account, 1);
    return user(id, account);
  }

  [[nodiscard]] node find_account(std::uint32_t id) const noexcept { return accounts_.find(id); }
  [[nodiscard]] node find_user(std::uint32_t id, std::uint32_t account) const noexcept {
    return users_.find(key(id, account));
  }
  [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(nodes_.size()); }
  [[nodiscard]] std::uint32_t user_count() const noexcept { return user_count_; }
  [[nodiscard]] bool is_user(node n) const noexcept { return nodes_[n].user; }
  /// The account above. Not of the root.
  [[nodiscard]] node parent(node n) const noexcept { return nodes_[n].parent; }
  [[nodiscard]] double shares(node n) const noexcept { return nodes_[n].shares; }
  /// The node's part of what its account is entitled to; 0 when nobody there has shares. Not of the root and not of
  /// users with the shares of their account.
  [[nodiscard]] double part(node n) const noexcept {
    const double all = nodes_[nodes_[n].parent].below;
    return all > 0 ? nodes_[n].shares / all : 0.0;
  }
  /// The nodes right below one, in the order in which they were added: from `first_below` by `next_beside` to `none`.
  [[nodiscard]] node first_below(node n) const noexcept { return nodes_[n].first; }
  [[nodiscard]] node next_beside(node n) const noexcept { return nodes_[n].next; }

private:
  struct entry {
    double shares = 0, below = 0;  ///< its own, and the sum of those right below
    node parent = none, first = none, last = none, next = none;
    bool user = false;
  };
  static std::uint64_t key(std::uint32_t user, std::uint32_t account) noexcept {
    return std::uint64_t{account} << 32 | user;
  }
  static void check(double shares, std::uint32_t id) {
    if (!(shares >= 0) || !std::isfinite(shares))
      throw error("the shares of " + std::to_string(id) + " are negative or not finite", {std::to_string(id)});
  }
  [[nodiscard]] node known(std::uint32_t account) const {
    const node n = find_account(account);
    if (n == none) throw error("account " + std::to_string(account) + " is unknown", {std::to_string(account)});
    return n;
  }
  node add_account(std::uint32_t id, double shares, node above) {
    if (find_account(id) != none) throw error("account " + std::to_string(id) + " is in use", {std::to_string(id)});
    check(shares, id);
    accounts_.insert(id, size());
    return add(shares, above, false);
  }
  node add(double shares, node above, bool user) {
    const node n = size();
    nodes_.push_back({.shares = shares, .parent = above, .user = user});
    entry& a = nodes_[above];
    if (shares != of_account) a.below += shares;
    (a.first == none ? a.first : nodes_[a.last].next) = n;
    a.last = n;
    return n;
  }

  std::vector<entry> nodes_;
  detail::id_table accounts_, users_;
  std::uint32_t user_count_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
