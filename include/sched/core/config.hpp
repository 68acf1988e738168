// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_CONFIG_HPP
#define SCHED_CORE_CONFIG_HPP

/// \file
/// Version and the few macros of the library.

#include <cassert>

#define SCHED_VERSION_MAJOR 0
#define SCHED_VERSION_MINOR 1
#define SCHED_VERSION_PATCH 0
#define SCHED_VERSION_STRING "0.1.0"

/// A broken precondition of a caller (never a property of the input): checked in debug builds.
#ifndef SCHED_ASSERT
#define SCHED_ASSERT(condition) assert(condition)
#endif

namespace sched {
inline namespace v0 {

/// 128-bit integers for exact products of two 64-bit numbers (every supported compiler has them).
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

}  // namespace v0
}  // namespace sched

#endif
