// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_WORKSPACE_HPP
#define SCHED_CORE_WORKSPACE_HPP

/// \file
/// Reusable scratch memory: allocate once, reuse for every later call.

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

namespace sched {
inline namespace v0 {

/// A bump arena. `take<T>(n)` hands out n uninitialised objects of a trivial type; `reset()` takes everything back.
///
/// After the first round of the same requests no call allocates: when a round needed more than one block, `reset()`
/// merges them into one block of the round's total size. Blocks are 64-byte aligned. Spans stay valid until `reset()`
/// or destruction. Not thread-safe: one workspace per thread. Move-only.
class workspace {
public:
  workspace() = default;
  workspace(workspace&&) noexcept = default;
  workspace& operator=(workspace&&) noexcept = default;

  /// n uninitialised objects, aligned to `Align` bytes. O(1); allocates only when the current block is full.
  template <class T, std::size_t Align = alignof(T)>
    requires(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T> && Align <= 64)
  [[nodiscard]] std::span<T> take(std::size_t n) {
    if (n == 0) return {};
    std::size_t offset = (used_ + Align - 1) / Align * Align;
    const std::size_t bytes = n * sizeof(T);
    if (blocks_.empty() || offset + bytes > blocks_.back().size) {
      grow(bytes);
      offset = 0;
    }
    used_ = offset + bytes;
    return {reinterpret_cast<T*>(blocks_.back().memory.get() + offset), n};
  }

  /// n objects, each a copy of `value`.
  template <class T, std::size_t Align = alignof(T)>
  [[nodiscard]] std::span<T> take(std::size_t n, const T& value) {
    std::span<T> result = take<T, Align>(n);
    std::uninitialized_fill(result.begin(), result.end(), value);
    return result;
  }

  /// Takes all spans back. O(1) unless the round grew the arena.
  void reset() {
    if (blocks_.size() > 1) {
      std::size_t total = 0;
      for (const block& b : blocks_) total += b.size;
      blocks_.clear();
      grow(total);
    }
    used_ = 0;
  }

  /// Bytes held.
  [[nodiscard]] std::size_t capacity() const noexcept {
    std::size_t total = 0;
    for (const block& b : blocks_) total += b.size;
    return total;
  }

private:
  static constexpr std::align_val_t alignment_{64};
  struct free_block {
    void operator()(std::byte* p) const noexcept { ::operator delete(p, alignment_); }
  };
  struct block {
    std::unique_ptr<std::byte, free_block> memory;
    std::size_t size;
  };

  void grow(std::size_t bytes) {
    const std::size_t last = blocks_.empty() ? 0 : blocks_.back().size;
    const std::size_t wanted = bytes + 64 > 2 * last ? bytes + 64 : 2 * last;
    const std::size_t size = (wanted + 63) / 64 * 64;
    blocks_.push_back(
        {std::unique_ptr<std::byte, free_block>(static_cast<std::byte*>(::operator new(size, alignment_))), size});
    used_ = 0;
  }

  std::vector<block> blocks_;
  std::size_t used_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
