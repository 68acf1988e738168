// expect: is_trivially_(copyable|destructible)
// SPDX-License-Identifier: BSL-1.0
// A workspace takes memory back without running destructors, so it holds trivial types only.

#include <string>

#include <sched/core/workspace.hpp>

#ifdef SCHED_COMPILE_FAIL_FIXED
using element = int;
#else
using element = std::string;
#endif

std::size_t scratch(sched::workspace& memory) { return memory.take<element>(4).size(); }
