// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_TRAIL_HPP
#define SCHED_CORE_TRAIL_HPP

/// \file
/// An undo log of writes: how a search branches its state without copying it.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {

/// Remembers what writes replaced, so that a state can be taken back to a mark. All changes to the state between
/// `mark()` and `rewind()` must go through `set`; without an open mark `set` is a plain write. Marks nest.
///
/// The log keeps addresses: between a mark and its rewind the places must not move (no reallocation, no copy of the
/// state). Outside marks the trail is empty and may be copied with the state. O(1) a write, O(writes) a rewind; memory
/// is kept, so nothing is allocated once the longest branch has been seen.
class trail {
public:
  struct checkpoint {
    std::size_t size = 0;
  };

  trail() = default;
  trail(const trail& other) : written_(other.written_) { SCHED_ASSERT(other.depth_ == 0); }
  trail& operator=(const trail& other) {
    SCHED_ASSERT(other.depth_ == 0 && depth_ == 0);
    written_ = other.written_;
    return *this;
  }
  trail(trail&&) noexcept = default;
  trail& operator=(trail&&) noexcept = default;
  ~trail() = default;

  /// Opens a branch.
  [[nodiscard]] checkpoint mark() noexcept {
    ++depth_;
    return {size_};
  }
  /// Restores everything written since the mark, last write first, and closes the branch. Marks are rewound in the
  /// reverse order of their opening.
  void rewind(checkpoint m) noexcept {
    SCHED_ASSERT(depth_ > 0 && m.size <= size_);
    while (size_ > m.size) {
      const entry& e = log_[--size_];
      std::memcpy(e.place, &e.old, e.bytes);
    }
    --depth_;
  }
  /// Number of open branches.
  [[nodiscard]] unsigned depth() const noexcept { return depth_; }
  /// Bytes of log written since construction: what branching has cost so far.
  [[nodiscard]] std::uint64_t bytes_written() const noexcept { return written_; }

  template <class T>
  void set(T& place, std::type_identity_t<T> value) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(std::uint64_t));
    if (depth_ != 0) {
      entry e{&place, 0, sizeof(T)};
      std::memcpy(&e.old, &place, sizeof(T));
      if (size_ == log_.size()) log_.resize(2 * size_ + 64);
      log_[size_++] = e;
      written_ += sizeof(entry);
    }
    place = value;
  }

private:
  struct entry {
    void* place = nullptr;
    std::uint64_t old = 0;
    std::size_t bytes = 0;
  };

  std::vector<entry> log_;  // the first size_ of them
  std::size_t size_ = 0;
  std::uint64_t written_ = 0;
  unsigned depth_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
