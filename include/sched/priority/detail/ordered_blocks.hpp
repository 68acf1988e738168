// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_DETAIL_ORDERED_BLOCKS_HPP
#define SCHED_PRIORITY_DETAIL_ORDERED_BLOCKS_HPP

/// \file
/// A sorted list in blocks.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace sched {
inline namespace v0 {
namespace detail {

/// Small values, sorted by `<`, no two of them equal, in blocks of at most 128 behind a row of their first values.
/// Insertion and removal find their place in O(log n) and move at most a block, once in 64 times the row; at both ends
/// O(1). Emptied blocks are kept for later: allocates only when it was never so long.
template <class T>
class ordered_blocks {
public:
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// The smallest. Precondition: not empty.
  [[nodiscard]] const T& front() const noexcept { return rows_.front().first; }

  void insert(const T& x) {
    ++size_;
    if (rows_.empty()) {
      rows_.push_back({x, fresh()});
      rows_.front().items->values.push_back(x);
      return;
    }
    std::size_t at = rows_.size() - 1;
    if (x < rows_[at].first) at = row_of(x);
    block* b = rows_[at].items;
    std::vector<T>& v = b->values;
    if (v.back() < x) {
      if (v.size() == most && b->gone == 0) {
        at = split(at, at + 1 == rows_.size());
        b = rows_[at].items;
      }
      tidy(*b);
      b->values.push_back(x);
      if (b->values.size() == 1) rows_[at].first = x;
      return;
    }
    if (v.size() == most && b->gone == 0) {
      const std::size_t right = split(at, false);
      if (!(x < rows_[right].first)) at = right;
      b = rows_[at].items;
    }
    tidy(*b);
    b->values.insert(b->values.begin() + place_in(*b, x), x);
    rows_[at].first = b->values.front();
  }
  /// Precondition: x is in the list.
  void erase(const T& x) {
    --size_;
    const std::size_t at = row_of(x);
    block& b = *rows_[at].items;
    if (!(b.values[b.gone] < x)) {
      ++b.gone;
    } else {
      b.values.erase(b.values.begin() + place_in(b, x));
    }
    if (b.gone < b.values.size()) {
      rows_[at].first = b.values[b.gone];
      return;
    }
    retire(at);
  }
  /// The smallest leaves. O(1) beyond a move of the row, once a block. Precondition: not empty.
  void pop_front() {
    --size_;
    block& b = *rows_.front().items;
    if (++b.gone < b.values.size()) {
      rows_.front().first = b.values[b.gone];
      return;
    }
    retire(0);
  }
  /// The one k places behind the smallest, if it stands in the same block; else null. Valid until the list changes.
  [[nodiscard]] const T* near_front(std::size_t k) const noexcept {
    if (rows_.empty()) return nullptr;
    const block& b = *rows_.front().items;
    return k < b.values.size() - b.gone ? &b.values[b.gone + k] : nullptr;
  }
  /// Only the values of which keep(value) is true stay, in full blocks. O(n), no allocation.
  template <class Keep>
  void keep_if(Keep keep) {
    std::size_t to = 0, filled = 0;  // what is written, never ahead of what is read
    size_ = 0;
    for (const row& r : rows_) {
      const std::size_t end = r.items->values.size();
      for (std::size_t k = r.items->gone; k < end; ++k) {
        const T x = r.items->values[k];
        if (!keep(x)) continue;
        if (filled == most) {
          ++to;
          filled = 0;
        }
        std::vector<T>& into = rows_[to].items->values;
        if (filled < into.size()) into[filled] = x;
        else into.push_back(x);
        if (filled++ == 0) rows_[to].first = x;
        ++size_;
      }
    }
    for (std::size_t n = rows_.size(); n-- > 0 && (n > to || filled == 0);) retire(n);
    if (rows_.empty()) return;
    rows_.back().items->values.resize(filled);
    for (const row& r : rows_) r.items->gone = 0;
  }
  /// f(value) from the smallest on, while it is true. The list must not change meanwhile.
  template <class F>
  bool each(F f) const {
    for (const row& r : rows_)
      for (std::size_t k = r.items->gone; k < r.items->values.size(); ++k)
        if (!f(r.items->values[k])) return false;
    return true;
  }
  [[nodiscard]] bool contains(const T& x) const noexcept {
    if (rows_.empty()) return false;
    const block& b = *rows_[row_of(x)].items;
    const auto k = static_cast<std::size_t>(place_in(b, x));
    return k < b.values.size() && !(x < b.values[k]) && !(b.values[k] < x);
  }
  /// The first value behind x; null when there is none. Valid until the list changes.
  [[nodiscard]] const T* above(const T& x) const noexcept {
    if (rows_.empty()) return nullptr;
    std::size_t at = row_of(x);
    const block& b = *rows_[at].items;
    auto k = static_cast<std::size_t>(place_in(b, x));
    if (k < b.values.size() && !(x < b.values[k])) ++k;
    if (k < b.values.size()) return &b.values[k];
    return ++at == rows_.size() ? nullptr : &rows_[at].first;
  }
  /// The first value behind x of which wanted(value) is true; null when there is none. O(log n + values passed).
  template <class Wanted>
  [[nodiscard]] const T* above(const T& x, Wanted wanted) const {
    if (rows_.empty()) return nullptr;
    std::size_t at = row_of(x);
    auto k = static_cast<std::size_t>(place_in(*rows_[at].items, x));
    for (;; k = rows_[at].items->gone) {
      const std::vector<T>& values = rows_[at].items->values;
      for (; k < values.size(); ++k)
        if (wanted(values[k]) && x < values[k]) return &values[k];
      if (++at == rows_.size()) return nullptr;
    }
  }
  void clear() {
    for (const row& r : rows_) {
      r.items->values.clear();
      r.items->gone = 0;
      spare_.push_back(r.items);
    }
    rows_.clear();
    size_ = 0;
  }

  ordered_blocks() = default;
  ordered_blocks(const ordered_blocks& o) {
    o.each([&](const T& x) {
      insert(x);
      return true;
    });
  }
  ordered_blocks(ordered_blocks&& o) noexcept
      : rows_(std::move(o.rows_)),
        all_(std::move(o.all_)),
        spare_(std::move(o.spare_)),
        size_(std::exchange(o.size_, 0)) {
    o.rows_.clear();
    o.spare_.clear();
  }
  ordered_blocks& operator=(ordered_blocks o) noexcept {
    std::swap(rows_, o.rows_);
    std::swap(all_, o.all_);
    std::swap(spare_, o.spare_);
    std::swap(size_, o.size_);
    return *this;
  }
  ~ordered_blocks() = default;

private:
  static constexpr std::size_t most = 128;
  struct block {
    std::vector<T> values{};
    std::size_t gone = 0;  ///< so many at the beginning have left
  };
  struct row {
    T first{};
    block* items = nullptr;
  };
  block* fresh() {
    if (!spare_.empty()) {
      block* b = spare_.back();
      spare_.pop_back();
      return b;
    }
    all_.push_back(std::make_unique<block>());
    all_.back()->values.reserve(most);
    spare_.reserve(all_.size());
    return all_.back().get();
  }
  /// An empty row leaves.
  void retire(std::size_t at) {
    block& b = *rows_[at].items;
    b.values.clear();
    b.gone = 0;
    spare_.push_back(&b);
    rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  static void tidy(block& b) {
    if (b.gone == 0) return;
    b.values.erase(b.values.begin(), b.values.begin() + static_cast<std::ptrdiff_t>(b.gone));
    b.gone = 0;
  }
  /// The row in which x is, or belongs.
  [[nodiscard]] std::size_t row_of(const T& x) const noexcept {
    const row* base = rows_.data();
    for (std::size_t n = rows_.size(); n > 1;) {
      const std::size_t half = n / 2;
      base += x < base[half].first ? 0 : half;
      n -= half;
    }
    return static_cast<std::size_t>(base - rows_.data());
  }
  /// The first value of the block that is not below x.
  [[nodiscard]] static std::ptrdiff_t place_in(const block& b, const T& x) noexcept {
    const T* base = b.values.data() + b.gone;
    std::size_t n = b.values.size() - b.gone;
    while (n > 1) {
      const std::size_t half = n / 2;
      base += base[half - 1] < x ? half : 0;
      n -= half;
    }
    return base - b.values.data() + (n == 1 && *base < x ? 1 : 0);
  }
  /// A new row behind `at`, which takes over its second half, or nothing. Returns its number.
  std::size_t split(std::size_t at, bool keep_all) {
    block* right = fresh();
    std::vector<T>& left = rows_[at].items->values;
    T first = left.back();
    if (!keep_all) {
      right->values.assign(left.begin() + most / 2, left.end());
      left.resize(most / 2);
      first = right->values.front();
    }
    rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(at) + 1, row{first, right});
    return at + 1;
  }

  std::vector<row> rows_;
  std::vector<std::unique_ptr<block>> all_;
  std::vector<block*> spare_;
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
