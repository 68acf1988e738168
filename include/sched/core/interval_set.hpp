// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_INTERVAL_SET_HPP
#define SCHED_CORE_INTERVAL_SET_HPP

/// \file
/// Sets of ids as sorted disjoint intervals.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>

#include <boost/container/small_vector.hpp>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {

/// A run of ids `first … last − 1` (half-open).
struct id_range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return last > first ? last - first : 0; }
  constexpr bool operator==(const id_range&) const noexcept = default;
};

/// A set of 32-bit ids (0 … 2^32 − 2): processors, nodes, licences. Stored as sorted, disjoint, non-adjacent runs; r
/// runs cost 8r bytes, the first four without allocation. Equality is equality as sets. Set operations are one linear
/// merge, O(r₁ + r₂), and allocate only beyond four runs.
class interval_set {
public:
  interval_set() = default;
  /// Runs in any order; they may overlap, empty ones are ignored. O(r log r).
  interval_set(std::initializer_list<id_range> runs)
      : interval_set(std::span<const id_range>(runs.begin(), runs.size())) {}
  explicit interval_set(std::span<const id_range> runs) {
    for (id_range r : runs)
      if (r.size() != 0) runs_.push_back(r);
    std::sort(runs_.begin(), runs_.end(), [](id_range a, id_range b) { return a.first < b.first; });
    std::size_t kept = 0;
    for (id_range r : runs_) {
      if (kept != 0 && r.first <= runs_[kept - 1].last) runs_[kept - 1].last = std::max(runs_[kept - 1].last, r.last);
      else runs_[kept++] = r;
    }
    runs_.resize(kept);
  }
  /// The ids 0 … n − 1.
  [[nodiscard]] static interval_set first_ids(std::uint32_t n) { return interval_set{{0, n}}; }

  [[nodiscard]] bool empty() const noexcept { return runs_.empty(); }
  /// Number of ids. O(r).
  [[nodiscard]] std::uint64_t size() const noexcept {
    std::uint64_t n = 0;
    for (id_range r : runs_) n += r.size();
    return n;
  }
  [[nodiscard]] std::span<const id_range> runs() const noexcept { return {runs_.data(), runs_.size()}; }
  /// O(log r).
  [[nodiscard]] bool contains(std::uint32_t id) const noexcept {
    const auto after =
        std::upper_bound(runs_.begin(), runs_.end(), id, [](std::uint32_t x, id_range r) { return x < r.first; });
    return after != runs_.begin() && id < std::prev(after)->last;
  }
  /// True when every id of this set is in `other`.
  [[nodiscard]] bool subset_of(const interval_set& other) const noexcept {
    auto it = other.runs_.begin();
    for (id_range r : runs_) {
      while (it != other.runs_.end() && it->last < r.last) ++it;
      if (it == other.runs_.end() || r.first < it->first) return false;
    }
    return true;
  }
  [[nodiscard]] bool intersects(const interval_set& other) const noexcept {
    for (auto a = runs_.begin(), b = other.runs_.begin(); a != runs_.end() && b != other.runs_.end();) {
      if (std::max(a->first, b->first) < std::min(a->last, b->last)) return true;
      if (a->last < b->last) ++a;
      else ++b;
    }
    return false;
  }

  /// Union, intersection, difference.
  friend interval_set operator|(const interval_set& a, const interval_set& b) {
    interval_set out;
    auto i = a.runs_.begin();
    auto j = b.runs_.begin();
    while (i != a.runs_.end() || j != b.runs_.end()) {
      const bool left = j == b.runs_.end() || (i != a.runs_.end() && i->first <= j->first);
      out.append(left ? *i++ : *j++);
    }
    return out;
  }
  friend interval_set operator&(const interval_set& a, const interval_set& b) {
    interval_set out;
    for (auto i = a.runs_.begin(), j = b.runs_.begin(); i != a.runs_.end() && j != b.runs_.end();) {
      const id_range common{std::max(i->first, j->first), std::min(i->last, j->last)};
      if (common.size() != 0) out.runs_.push_back(common);
      if (i->last < j->last) ++i;
      else ++j;
    }
    return out;
  }
  friend interval_set operator-(const interval_set& a, const interval_set& b) {
    interval_set out;
    auto j = b.runs_.begin();
    for (id_range r : a.runs_) {
      while (j != b.runs_.end() && j->last <= r.first) ++j;
      for (auto k = j; k != b.runs_.end() && k->first < r.last; ++k) {
        if (r.first < k->first) out.runs_.push_back({r.first, k->first});
        r.first = std::max(r.first, k->last);
      }
      if (r.first < r.last) out.runs_.push_back(r);
    }
    return out;
  }
  interval_set& operator|=(const interval_set& o) { return *this = *this | o; }
  interval_set& operator&=(const interval_set& o) { return *this = *this & o; }
  interval_set& operator-=(const interval_set& o) { return *this = *this - o; }

  /// The n smallest ids; the whole set when it has fewer. O(r).
  [[nodiscard]] interval_set first_n(std::uint64_t n) const {
    interval_set out;
    for (id_range r : runs_) {
      if (n == 0) break;
      const std::uint32_t take = r.size() < n ? r.size() : static_cast<std::uint32_t>(n);
      out.runs_.push_back({r.first, r.first + take});
      n -= take;
    }
    return out;
  }

  friend bool operator==(const interval_set& a, const interval_set& b) noexcept {
    return std::equal(a.runs_.begin(), a.runs_.end(), b.runs_.begin(), b.runs_.end());
  }
  /// `0-3 7 9-10` (both ends included, as batch systems print processor sets).
  template <class Traits>
  friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const interval_set& s) {
    const char* gap = "";
    for (id_range r : s.runs_) {
      out << gap << r.first;
      if (r.size() > 1) out << '-' << r.last - 1;
      gap = " ";
    }
    return out;
  }

private:
  void append(id_range r) {
    if (!runs_.empty() && r.first <= runs_.back().last) runs_.back().last = std::max(runs_.back().last, r.last);
    else runs_.push_back(r);
  }

  boost::container::small_vector<id_range, 4> runs_;
};

}  // namespace v0
}  // namespace sched

#endif
