// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_CATCH_HPP
#define SCHED_TESTS_SUPPORT_CATCH_HPP

// The same test sources build on Catch2 v2 (one header) and v3, whose string matchers have other names.
#include <string>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#define SCHED_TEST_CONTAINS Catch::Matchers::ContainsSubstring
#else
#include <catch2/catch.hpp>
#define SCHED_TEST_CONTAINS Catch::Matchers::Contains
#endif

namespace sched_test {

inline auto contains(const std::string& part) { return SCHED_TEST_CONTAINS(part); }
inline auto starts_with(const std::string& part) { return Catch::Matchers::StartsWith(part); }
inline auto ends_with(const std::string& part) { return Catch::Matchers::EndsWith(part); }

}  // namespace sched_test
#undef SCHED_TEST_CONTAINS

#endif
