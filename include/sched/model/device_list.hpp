// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_DEVICE_LIST_HPP
#define SCHED_MODEL_DEVICE_LIST_HPP

/// \file
/// The devices that a task has of a node: a few small numbers.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <vector>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {

/// Numbers of devices within a node. Contiguous; up to eight without allocation.
class device_list {
public:
  using value_type = std::uint16_t;
  using iterator = value_type*;
  using const_iterator = const value_type*;
  static constexpr std::size_t inside = 8;

  device_list() = default;
  device_list(std::initializer_list<value_type> devices) : device_list(devices.begin(), devices.end()) {}
  template <std::input_iterator I>
  device_list(I first, I last) {
    for (; first != last; ++first) push_back(*first);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] value_type* data() noexcept { return size_ <= inside ? few_.data() : many_.data(); }
  [[nodiscard]] const value_type* data() const noexcept { return size_ <= inside ? few_.data() : many_.data(); }
  [[nodiscard]] iterator begin() noexcept { return data(); }
  [[nodiscard]] iterator end() noexcept { return data() + size_; }
  [[nodiscard]] const_iterator begin() const noexcept { return data(); }
  [[nodiscard]] const_iterator end() const noexcept { return data() + size_; }
  [[nodiscard]] value_type operator[](std::size_t k) const noexcept {
    SCHED_ASSERT(k < size_);
    return data()[k];
  }
  [[nodiscard]] value_type front() const noexcept { return (*this)[0]; }
  [[nodiscard]] value_type back() const noexcept { return (*this)[size_ - 1]; }

  void clear() noexcept { size_ = 0; }
  void push_back(value_type device) {
    if (size_ < inside) {
      few_[size_++] = device;
      return;
    }
    if (size_ == inside) many_.assign(few_.begin(), few_.end());
    many_.push_back(device);
    ++size_;
  }
  /// Keeps the first n. Precondition: there are so many.
  void shrink(std::size_t n) {
    SCHED_ASSERT(n <= size_);
    if (size_ > inside) {
      if (n <= inside) std::copy_n(many_.begin(), n, few_.begin());
      else many_.resize(n);
    }
    size_ = n;
  }
  bool operator==(const device_list& o) const noexcept { return std::equal(begin(), end(), o.begin(), o.end()); }

private:
  std::size_t size_ = 0;
  std::array<value_type, inside> few_{};
  std::vector<value_type> many_;  // all of them, if they are more
};

}  // namespace v0
}  // namespace sched

#endif
