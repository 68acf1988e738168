// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_ALLOCATIONS_HPP
#define SCHED_TESTS_SUPPORT_ALLOCATIONS_HPP

#include <cstdint>

namespace sched_test {

/// Calls of operator new (all forms) by this process so far. Include this header to count; the difference of two calls
/// is what the code between them allocated, as long as no assertion of the test framework lies between.
std::uint64_t allocation_count() noexcept;

}  // namespace sched_test

#endif
