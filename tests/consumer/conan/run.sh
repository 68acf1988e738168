#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# run.sh BUILD_DIRECTORY: creates the Conan package from this tree and tests it, offline: Boost is the system's.
# Ends with 77 when Conan 2 cannot be had.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd) || exit 1
build=$1
mkdir -p "$build" || exit 1

conan=$(command -v conan || echo "$build/venv/bin/conan")
if ! "$conan" --version 2>/dev/null | grep -q 'version 2'; then
  python3 -m venv "$build/venv" >/dev/null 2>&1 && "$build/venv/bin/pip" install --quiet 'conan>=2,<3' >/dev/null 2>&1
  conan=$build/venv/bin/conan
  "$conan" --version >/dev/null 2>&1 || { echo "skipped: Conan 2 is not installed and cannot be"; exit 77; }
fi

CONAN_HOME=$build/home
export CONAN_HOME
rm -rf "$CONAN_HOME"
boost=$(sed -n 's/^#define BOOST_LIB_VERSION "\(.*\)"/\1/p' /usr/include/boost/version.hpp | tr _ .)
case $boost in *.*.*) ;; *) boost=$boost.0 ;; esac
"$conan" profile detect --force >/dev/null 2>&1 || exit 1
profile=$CONAN_HOME/profiles/default
sed 's/^compiler.cppstd=.*/compiler.cppstd=20/' "$profile" >"$build/profile"
printf '[platform_requires]\nboost/%s\n' "$boost" >>"$build/profile"

# Conan builds test packages in place; the copy keeps the tree clean.
rm -rf "$build/consumer"
cp -R "$root/tests/consumer" "$build/consumer" || exit 1
"$conan" create "$root" --test-folder "$build/consumer/conan" --profile:all "$build/profile" --no-remote
