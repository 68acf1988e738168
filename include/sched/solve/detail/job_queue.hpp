// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_QUEUE_HPP
#define SCHED_SOLVE_DETAIL_JOB_QUEUE_HPP

/// \file
/// Waiting jobs in the order of a policy.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/priority/order.hpp>
#include <sched/solve/detail/job_booking.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Where a job stands in a queue.
struct queue_position {
  double key = 0;
  std::uint64_t arrival = 0;
  [[nodiscard]] bool operator<(const queue_position& o) const noexcept {
    return key != o.key ? key < o.key : arrival < o.arrival;
  }
  /// The first position behind this one.
  [[nodiscard]] queue_position next() const noexcept { return {key, arrival + 1}; }
};

/// Waiting jobs by key, then arrival: a sorted array. `each(f)` goes through it while f(job) is true; f may remove the
/// job that it is given. Insertion and removal O(log n) and a move of the later entries.
template <job_order Order>
class job_queue {
public:
  explicit job_queue(Order order) : order_(std::move(order)) {}

  void insert(std::uint32_t h, const waiting_job& j, instant now) {
    if (place_.size() <= h) place_.resize(h + 1);
    double key = 0;
    if (Order::static_keys) order_.keys({&j, 1}, now, {&key, 1});
    place_[h] = {key, ++arrivals_, h};
    list_.insert(std::upper_bound(list_.begin(), list_.end(), place_[h]), place_[h]);
  }
  /// A job that was removed comes back to its old place.
  void restore(std::uint32_t h) { list_.insert(std::upper_bound(list_.begin(), list_.end(), place_[h]), place_[h]); }
  void remove(std::uint32_t h) { list_.erase(std::lower_bound(list_.begin(), list_.end(), place_[h])); }
  [[nodiscard]] queue_position position_of(std::uint32_t h) const noexcept {
    return {place_[h].key, place_[h].arrival};
  }
  [[nodiscard]] Order& policy() noexcept { return order_; }
  [[nodiscard]] std::uint32_t front() const noexcept { return list_.empty() ? no_job : list_.front().job; }
  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }
  template <class F>
  void each(F f) {
    for (std::size_t k = 0; k < list_.size();) {
      const std::uint32_t h = list_[k].job;
      const bool more = f(h);
      if (k < list_.size() && list_[k].job == h) ++k;
      if (!more) return;
    }
  }
  /// A walk that can be broken off: mark_front(), then each_from_mark(f) until nothing is marked. f(job) is false where
  /// the walk is to go on later, at that job; jobs may come and leave between.
  void mark_front() {
    marked_ = !list_.empty();
    if (marked_) mark_ = list_.front();
  }
  void unmark() noexcept { marked_ = false; }
  [[nodiscard]] bool marked() const noexcept { return marked_; }
  template <class F>
  void each_from_mark(F f) {
    if (!marked_) return;
    for (auto e = std::lower_bound(list_.begin(), list_.end(), mark_); e != list_.end(); ++e) {
      if (f(e->job)) continue;
      mark_ = *e;
      return;
    }
    marked_ = false;
  }
  /// The key of a waiting job changed; among equals it keeps its place.
  void change(std::uint32_t h, const waiting_job& j, instant now) {
    remove(h);
    if (Order::static_keys) order_.keys({&j, 1}, now, {&place_[h].key, 1});
    restore(h);
  }
  /// Asks for all keys anew and sorts. O(n log n).
  template <class View>
  void rank(View view, instant now) {
    views_.clear();
    for (const entry& e : list_) views_.push_back(view(e.job));
    keys_.resize(list_.size());
    order_.keys(views_, now, keys_);
    for (std::size_t k = 0; k < list_.size(); ++k) place_[list_[k].job].key = list_[k].key = keys_[k];
    std::sort(list_.begin(), list_.end());
  }

private:
  struct entry {
    double key = 0;
    std::uint64_t arrival = 0;
    std::uint32_t job = no_job;
    [[nodiscard]] bool operator<(const entry& o) const noexcept {
      return key != o.key ? key < o.key : arrival < o.arrival;
    }
  };
  Order order_;
  std::vector<entry> list_, place_;
  std::vector<waiting_job> views_;
  std::vector<double> keys_;
  std::uint64_t arrivals_ = 0;
  entry mark_{};  ///< where a walk goes on
  bool marked_ = false;
};

/// First come, first served is a linked list: everything O(1), but for `restore`.
template <>
class job_queue<order::fcfs> {
public:
  explicit job_queue(order::fcfs) {}

  void insert(std::uint32_t h, const waiting_job&, instant) {
    if (links_.size() <= h) links_.resize(h + 1);
    links_[h].arrival = ++arrivals_;
    put_behind(last_, h);
  }
  void restore(std::uint32_t h) {
    std::uint32_t before = last_;
    while (before != no_job && links_[before].arrival > links_[h].arrival) before = links_[before].before;
    put_behind(before, h);
  }
  void remove(std::uint32_t h) {
    const link l = links_[h];
    (l.before == no_job ? first_ : links_[l.before].next) = l.next;
    (l.next == no_job ? last_ : links_[l.next].before) = l.before;
    if (mark_ == h) mark_ = l.next;
    --size_;
  }
  [[nodiscard]] queue_position position_of(std::uint32_t h) const noexcept { return {0, links_[h].arrival}; }
  [[nodiscard]] order::fcfs& policy() noexcept { return order_; }
  [[nodiscard]] std::uint32_t front() const noexcept { return first_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  template <class F>
  void each(F f) {
    for (std::uint32_t h = first_; h != no_job;) {
      const std::uint32_t next = links_[h].next;
      if (!f(h)) return;
      h = next;
    }
  }
  void mark_front() noexcept { mark_ = first_; }
  void unmark() noexcept { mark_ = no_job; }
  [[nodiscard]] bool marked() const noexcept { return mark_ != no_job; }
  template <class F>
  void each_from_mark(F f) {
    for (; mark_ != no_job; mark_ = links_[mark_].next)
      if (!f(mark_)) return;
  }
  void change(std::uint32_t, const waiting_job&, instant) {}
  template <class View>
  void rank(View, instant) {}

private:
  void put_behind(std::uint32_t before, std::uint32_t h) {
    const std::uint32_t next = before == no_job ? first_ : links_[before].next;
    links_[h].before = before;
    links_[h].next = next;
    (before == no_job ? first_ : links_[before].next) = h;
    (next == no_job ? last_ : links_[next].before) = h;
    ++size_;
  }

  [[no_unique_address]] order::fcfs order_{};
  struct link {
    std::uint32_t before = no_job, next = no_job;
    std::uint64_t arrival = 0;
  };
  std::vector<link> links_;
  std::uint32_t first_ = no_job, last_ = no_job;
  std::uint32_t mark_ = no_job;  ///< where a walk goes on
  std::size_t size_ = 0;
  std::uint64_t arrivals_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
