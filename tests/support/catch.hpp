// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_CATCH_HPP
#define SCHED_TESTS_SUPPORT_CATCH_HPP

// The same test sources build on Catch2 v2 (one header) and v3.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

#endif
