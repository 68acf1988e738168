#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Writes the library as one header.

  amalgamate.py --include include --out single/sched.hpp [--door sgs.hpp ...] [--with json ...]

Without --door every header goes in whose third-party library is Boost's headers or named by --with; with --door only
what the named headers reach. Includes of the library are replaced by the text itself, once, in their order; includes
of other libraries and of the standard library move to the top, once each.
"""

import argparse
import pathlib
import re
import sys

INCLUDE = re.compile(r"^\s*#\s*include\s*([<\"])([^>\"]+)[>\"]")
GUARD = re.compile(r"^\s*#\s*(?:ifndef|define)\s+SCHED_\w+_HPP\s*$")
OPTIONAL = {
    "nlohmann/": "json",
    "range/v3/": "range_v3",
    "boost/graph/": "boost_graph",
    "zlib.h": "zlib",
    "CLI/": "cli11",
    "pqxx/": "postgres",
    "sqlite3.h": "sqlite",
    "prometheus/": "prometheus",
    "mpi.h": "mpi",
    "nanobind/": "python",
}


def library_of(name):
    return next((library for prefix, library in OPTIONAL.items() if name.startswith(prefix)), None)


class Amalgamation:
    def __init__(self, root):
        self.root = root
        self.done = set()
        self.outside = set()
        self.lines = []

    def lines_of(self, name):
        return (self.root / name).read_text(encoding="utf-8").splitlines()

    def needs(self, name, seen=None):
        """The optional libraries that a header reaches."""
        seen = set() if seen is None else seen
        if name in seen:
            return set()
        seen.add(name)
        found = set()
        for line in self.lines_of(name):
            match = INCLUDE.match(line)
            if not match:
                continue
            if match[2].startswith("sched/"):
                found |= self.needs(match[2], seen)
            elif library_of(match[2]):
                found.add(library_of(match[2]))
        return found

    def add(self, name):
        if name in self.done:
            return
        self.done.add(name)
        text = self.lines_of(name)
        last = max((i for i, line in enumerate(text) if line.strip() == "#endif"), default=None)
        depth = 0
        body = []
        for i, line in enumerate(text):
            if line.startswith("// SPDX-") or GUARD.match(line) or i == last:
                continue
            if re.match(r"\s*#\s*if", line):
                depth += 1
            elif re.match(r"\s*#\s*endif", line):
                depth -= 1
            match = INCLUDE.match(line)
            if match and match[2].startswith("sched/"):
                if depth:
                    sys.exit(f"amalgamate: {name}:{i + 1}: conditional include of {match[2]}")
                self.add(match[2])
            elif match and depth == 0:
                self.outside.add(match[2])
            else:
                body.append(line)
        self.lines.append(f"// ---- {name}")
        blank = True
        for line in body:
            if line.strip() or not blank:
                self.lines.append(line)
            blank = not line.strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--include", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--door", action="append", default=[])
    parser.add_argument("--with", dest="libraries", action="append", default=[])
    options = parser.parse_args()

    amalgamation = Amalgamation(options.include)
    names = [f"sched/{door}" for door in options.door] or sorted(
        path.relative_to(options.include).as_posix() for path in (options.include / "sched").rglob("*.hpp"))
    left_out = []
    for name in names:
        missing = amalgamation.needs(name) - set(options.libraries)
        if missing and options.door:
            sys.exit(f"amalgamate: {name} needs --with {' --with '.join(sorted(missing))}")
        if missing:
            left_out.append(name)
        else:
            amalgamation.add(name)

    config = (options.include / "sched/core/config.hpp").read_text(encoding="utf-8")
    version = re.search(r'SCHED_VERSION_STRING "([^"]+)"', config)[1]
    head = [
        "// SPDX-License-Identifier: BSL-1.0",
        f"// sched {version} as a single header, generated. Needs C++20 and the Boost headers.",
        "#ifndef SCHED_SINGLE_HEADER_HPP",
        "#define SCHED_SINGLE_HEADER_HPP",
        "",
        *(f"#include <{name}>" for name in sorted(amalgamation.outside)),
        "",
    ]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(head + amalgamation.lines + ["", "#endif", ""]), encoding="utf-8")
    print(f"{options.out}: {len(amalgamation.done)} headers, {len(amalgamation.lines)} lines"
          + (f"; left out for their libraries: {', '.join(left_out)}" if left_out else ""))


if __name__ == "__main__":
    main()
