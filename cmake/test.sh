#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# From a fresh Debian or Ubuntu machine to passed tests: installs what is missing, builds everything and runs the tests.
# Arguments go to ctest. SCHED_WERROR=ON makes warnings errors; SCHED_SANITIZE=address,undefined (Clang) compiles tests,
# examples, program and fuzz targets with these sanitizers: random tests then do 3 % of their instances, and all of them,
# like the long tests, without sanitizers.
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
sanitize=${SCHED_SANITIZE:-} sanitizers= instances= fuzzers=OFF
if [ -n "$sanitize" ]; then
  case $CXX in *clang*) ;; *) fail "SCHED_SANITIZE needs CXX=clang++" ;; esac
  # Not optimized: with two sanitizers -O1 compiles five times as long.
  long="-O1;-fno-sanitize=all" instances=30 fuzzers=ON
  sanitizers="-fsanitize=$sanitize -fno-sanitize-recover=all -fno-omit-frame-pointer"
  export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1}"
  export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
fi
configure "$build" -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS_DEBUG=$flags" -DSCHED_TEST_BATCH=8 \
  "-DCMAKE_CXX_FLAGS=$sanitizers" "-DSCHED_BUILD_FUZZERS=$fuzzers" "-DSCHED_TEST_LONG_FLAGS=$long" \
  "-DSCHED_TEST_INSTANCES=$instances" "-DSCHED_WERROR=${SCHED_WERROR:-OFF}" || fail "configuring failed"
quietly cmake --build "$build" --parallel "$jobs" || fail "building failed"
cd "$build" || exit 1
exec ctest --output-on-failure --parallel "$jobs" "$@"
