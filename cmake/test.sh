#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# From a fresh Debian or Ubuntu machine to passed tests: installs what is missing, builds everything and runs the tests.
# Arguments go to ctest. SCHED_WERROR=ON makes warnings errors.
set -u
. "$(dirname -- "$0")/setup.sh"

need_packages build-essential cmake ninja-build catch2 libboost-dev libcli11-dev nlohmann-json3-dev librange-v3-dev \
  libsqlite3-dev zlib1g-dev pkg-config python3
choose_compiler
choose_jobs
build=$root/build/test

say "building the tests with $CXX ($jobs jobs)"
# Assertions on; no debug information, which only a debugger would read. With -Og g++ 12 takes values for uninitialized
# that are not; it collects garbage for a sixth of its time unless it may use more memory.
case $CXX in
  *clang*) flags=-O0 long=-O1 ;;
  *) long= flags="-Og -Wno-maybe-uninitialized --param ggc-min-expand=200 --param ggc-min-heapsize=300000" ;;
esac
configure "$build" -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS_DEBUG=$flags" -DSCHED_TEST_BATCH=8 \
  "-DSCHED_TEST_LONG_FLAGS=$long" "-DSCHED_WERROR=${SCHED_WERROR:-OFF}" || fail "configuring failed"
quietly cmake --build "$build" --parallel "$jobs" || fail "building failed"
cd "$build" || exit 1
exec ctest --output-on-failure --parallel "$jobs" "$@"
