# SPDX-License-Identifier: BSL-1.0
# Shared by demo.sh and test.sh (POSIX sh, sourced): packages, compiler, quiet steps.
# Environment: CXX chooses the compiler; SCHED_NO_INSTALL=1 never calls the package manager.

say() { printf '%s\n' "sched: $*"; }
fail() {
  printf '%s\n' "sched: $*" >&2
  exit 1
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1

# Version of a compiler, or nothing.
major() { "$1" -dumpversion 2>/dev/null | sed 's/\..*//'; }

# True when $1 is a compiler that is new enough.
suits() {
  command -v "$1" >/dev/null 2>&1 || return 1
  case $1 in
    *clang*) [ "$(major "$1")" -ge 16 ] 2>/dev/null ;;
    *) [ "$(major "$1")" -ge 12 ] 2>/dev/null ;;
  esac
}

# Installs what is missing of the named Debian packages. Other systems: only says what is needed.
need_packages() {
  [ "${SCHED_NO_INSTALL:-0}" = 1 ] && return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    say "no apt-get here; going on with what is installed. Debian's names of what is needed: $*"
    return 0
  fi
  missing=
  for package in "$@"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || state=
    [ "$state" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  say "installing:$missing"
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "please install as root, then run this again: apt-get install$missing"
    as_root=sudo
  fi
  log=$(mktemp) || exit 1
  # shellcheck disable=SC2086
  if ! { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive \
         apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install:$missing"
  fi
  rm -f "$log"
}

# g++ 12 or later, or Clang 16 or later; Ubuntu 22.04 gets g++-12 beside its g++ 11.
choose_compiler() {
  if [ -n "${CXX:-}" ]; then
    suits "$CXX" || fail "CXX=$CXX is not g++ >= 12 or clang++ >= 16"
    export CXX
    return 0
  fi
  for CXX in g++ g++-14 g++-13 g++-12 clang++ clang++-18 clang++-17 clang++-16; do
    if suits "$CXX"; then
      export CXX
      return 0
    fi
  done
  need_packages g++-12
  CXX=g++-12
  suits "$CXX" || fail "no C++20 compiler found: g++ >= 12 or clang++ >= 16 is needed"
  export CXX
}

# As many jobs as processors, but at least 1.5 GB of memory for each.
choose_jobs() {
  jobs=$(nproc 2>/dev/null || echo 2)
  memory=$(awk '/^MemTotal:/ { print int($2 / 1500000) }' /proc/meminfo 2>/dev/null || echo "$jobs")
  if [ "${memory:-0}" -lt 1 ]; then memory=1; fi
  if [ "$memory" -lt "$jobs" ]; then jobs=$memory; fi
}

# Runs a command; on a terminal its output is seen, elsewhere only when it fails.
quietly() {
  if [ -t 1 ]; then
    "$@"
  else
    log=$(mktemp) || exit 1
    if "$@" >"$log" 2>&1; then
      rm -f "$log"
    else
      tail -n 60 "$log" >&2
      rm -f "$log"
      return 1
    fi
  fi
}

# configure DIRECTORY ARGUMENTS...: starts afresh when the directory was made by another compiler.
configure() {
  directory=$1
  shift
  compiler=$(command -v "$CXX")
  if [ -f "$directory/CMakeCache.txt" ] && ! grep -q "^CMAKE_CXX_COMPILER:[A-Z]*=$compiler\$" "$directory/CMakeCache.txt"; then
    rm -rf "$directory"
  fi
  quietly cmake -S "$root" -B "$directory" -G Ninja "-DCMAKE_CXX_COMPILER=$compiler" "$@"
}
