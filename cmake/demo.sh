#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# From a fresh Debian or Ubuntu machine to a first schedule: installs what is missing, builds the program `sched` and
# runs `sched demo` in the current directory.
set -u
. "$(dirname -- "$0")/setup.sh"

need_packages build-essential cmake ninja-build libboost-dev libcli11-dev nlohmann-json3-dev librange-v3-dev zlib1g-dev
choose_compiler
choose_jobs
build=$root/build/release

say "building the program with $CXX ($jobs jobs)"
configure "$build" -DCMAKE_BUILD_TYPE=Release -DSCHED_BUILD_TESTS=OFF || fail "configuring failed"
quietly cmake --build "$build" --target sched --parallel "$jobs" || fail "building failed"

"$build/sched" demo || fail "sched demo ended with $?"
say "pictures: $(pwd)/sched-demo/index.html"
say "the program: $build/sched --help"
