// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_DETAIL_PREFETCH_HPP
#define SCHED_PRIORITY_DETAIL_PREFETCH_HPP

/// \file
/// A hint to the memory.

namespace sched {
inline namespace v0 {
namespace detail {

/// What is there will be read soon. Only time depends on it; nothing where the compiler knows no such hint.
inline void prefetch([[maybe_unused]] const void* where) noexcept {
#if defined(__GNUC__) || defined(__clang__)
  __builtin_prefetch(where);
#endif
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
