// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_CHUNKED_HPP
#define SCHED_SOLVE_DETAIL_CHUNKED_HPP

/// \file
/// A sequence that grows without moving what it holds.

#include <cstddef>
#include <utility>
#include <vector>

namespace sched {
inline namespace v0 {
namespace detail {

/// Elements in blocks of 1,024: growth never copies, so that no single event of a live scheduler pays for all earlier
/// ones.
template <class T>
class chunked {
public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] T& operator[](std::size_t k) noexcept { return blocks_[k / block_][k % block_]; }
  [[nodiscard]] const T& operator[](std::size_t k) const noexcept { return blocks_[k / block_][k % block_]; }
  void push_back(T x) {
    if (size_ % block_ == 0) {
      blocks_.emplace_back();
      blocks_.back().reserve(block_);
    }
    blocks_.back().push_back(std::move(x));
    ++size_;
  }

private:
  static constexpr std::size_t block_ = 1024;
  std::vector<std::vector<T>> blocks_;
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
