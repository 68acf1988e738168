// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_COUNT_ALLOCATIONS_HPP
#define SCHED_TESTS_SUPPORT_COUNT_ALLOCATIONS_HPP

// Counts calls of the global operator new in this program. The replacements are weak: any number of test files may
// include this and be linked into one executable.

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace sched_test {

inline std::atomic<std::size_t> allocations{0};

/// Allocations since its construction.
class allocation_count {
public:
  [[nodiscard]] std::size_t since() const noexcept { return allocations.load() - before_; }

private:
  std::size_t before_ = allocations.load();
};

inline void* counted_allocation(std::size_t bytes, std::size_t alignment) noexcept {
  ++allocations;
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}
inline void* counted_or_throw(std::size_t bytes, std::size_t alignment) {
  if (void* p = counted_allocation(bytes, alignment)) return p;
  throw std::bad_alloc();
}
inline constexpr std::size_t plain_alignment = alignof(std::max_align_t);

}  // namespace sched_test

#define SCHED_TEST_WEAK __attribute__((weak))
SCHED_TEST_WEAK void* operator new(std::size_t n) {
  return sched_test::counted_or_throw(n, sched_test::plain_alignment);
}
SCHED_TEST_WEAK void* operator new[](std::size_t n) {
  return sched_test::counted_or_throw(n, sched_test::plain_alignment);
}
SCHED_TEST_WEAK void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  return sched_test::counted_allocation(n, sched_test::plain_alignment);
}
SCHED_TEST_WEAK void* operator new[](std::size_t n, const std::nothrow_t&) noexcept {
  return sched_test::counted_allocation(n, sched_test::plain_alignment);
}
SCHED_TEST_WEAK void* operator new(std::size_t n, std::align_val_t a) {
  return sched_test::counted_or_throw(n, static_cast<std::size_t>(a));
}
SCHED_TEST_WEAK void* operator new[](std::size_t n, std::align_val_t a) {
  return sched_test::counted_or_throw(n, static_cast<std::size_t>(a));
}
SCHED_TEST_WEAK void operator delete(void* p) noexcept { std::free(p); }
SCHED_TEST_WEAK void operator delete[](void* p) noexcept { std::free(p); }
SCHED_TEST_WEAK void operator delete(void* p, std::size_t) noexcept { std::free(p); }
SCHED_TEST_WEAK void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
SCHED_TEST_WEAK void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
SCHED_TEST_WEAK void operator delete[](void* p, const std::nothrow_t&) noexcept { std::free(p); }
SCHED_TEST_WEAK void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
SCHED_TEST_WEAK void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
SCHED_TEST_WEAK void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
SCHED_TEST_WEAK void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
#undef SCHED_TEST_WEAK

#endif
