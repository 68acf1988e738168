#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks what the headers may include, and their form.

  layering.py REPOSITORY

* A header includes its own room and rooms above it; front doors (include/sched/*.hpp) reach the rooms, but no adapter
  and no header that needs an optional library, except the door that is named after it. No room includes a front door.
* Third-party libraries stay where they belong.
* Includes of the library are written <sched/...> and exist.
* First line SPDX, guard SCHED_<PATH>_HPP, a \\file comment, at most 800 lines (front doors 40).
* Every header of a room has a test at the same path. Folders below a room (detail/, decode/ ...) hold parts of the
  room's headers and are tested with them, like fwd.hpp.
* The test files of a room have no two cases of one name: Catch2 refuses to run the whole executable.
"""

import pathlib
import re
import sys

ROOMS = ["core", "calendar", "timeline", "model", "priority", "placement", "evaluate", "pricing", "solve", "dispatch",
         "io", "adapters"]
INCLUDE = re.compile(r"^\s*#\s*include\s*([<\"])([^>\"]+)[>\"]")

# Prefix of an include, and where it may appear (regular expression on the header's path below include/sched).
SEAMS = {
    "boost/graph/": r"adapters/boost_graph.*|adapters/graphviz.*|solve/detail/zone_flow.hpp",
    "range/v3/": r"adapters/range_v3.*|io/.*",
    "nlohmann/": r"io/json.*",
    "zlib.h": r"io/.*",
    "CLI/": r"(?!)",
    "catch2/": r"(?!)",
    "pqxx/": r"adapters/postgres.*",
    "sqlite3.h": r"adapters/sqlite.*",
    "prometheus/": r"adapters/prometheus.*",
    "mpi.h": r"adapters/mpi.*",
    "nanobind/": r"adapters/python.*",
}
# The front doors that stand for an optional library.
DOORS = {"json.hpp": "nlohmann/", "market_coupling.hpp": "boost/graph/"}
# Boost libraries that the core to solve rooms may use; the rest of Boost belongs to adapters.
BOOST_EVERYWHERE = ("boost/container/",)


def room_of(path):
    return path.split("/")[0] if "/" in path else ""


def main():
    repository = pathlib.Path(sys.argv[1])
    root = repository / "include" / "sched"
    headers = {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8").splitlines() for p in sorted(root.rglob("*.hpp"))}
    findings = []

    def find(path, line, text):
        findings.append(f"include/sched/{path}:{line}: {text}")

    includes = {path: [] for path in headers}
    for path, lines in headers.items():
        room = room_of(path)
        if room and room not in ROOMS:
            find(path, 1, f"`{room}` is not a room of the architecture")
            continue
        for number, line in enumerate(lines, 1):
            if re.search(r"\b(TODO|FIXME|XXX)\b", line):
                find(path, number, "unfinished business in a comment")
            match = INCLUDE.match(line)
            if not match:
                continue
            quote, name = match.groups()
            if quote == '"':
                find(path, number, f'`#include "{name}"`: includes of the library are written <sched/...>')
                continue
            if name.startswith("sched/"):
                target = name[len("sched/"):]
                if target not in headers:
                    find(path, number, f"{name} does not exist")
                    continue
                includes[path].append(target)
                below = room_of(target)
                if room and not below:
                    find(path, number, f"room {room} includes the front door {target}")
                elif room and ROOMS.index(below) > ROOMS.index(room):
                    find(path, number, f"room {room} includes {target} of the lower room {below}")
                elif not room and below == "adapters":
                    find(path, number, f"a front door includes the adapter {target}")
            for prefix, allowed in SEAMS.items():
                if name.startswith(prefix) and not re.fullmatch(allowed, path):
                    find(path, number, f"<{name}> does not belong into this header")
            if name.startswith("boost/") and not name.startswith("boost/graph/") and not name.startswith(BOOST_EVERYWHERE) \
                    and room not in ("adapters", "io"):
                find(path, number, f"<{name}>: only Boost.Container is used before the adapters")

        if not lines or lines[0] != "// SPDX-License-Identifier: BSL-1.0":
            find(path, 1, "the first line is not the SPDX line")
        guard = "SCHED_" + re.sub(r"[/.]", "_", path).upper()
        if f"#ifndef {guard}" not in lines[:3] or f"#define {guard}" not in lines[:4] or lines[-1] != "#endif":
            find(path, 2, f"the include guard is not {guard}")
        if not any("\\file" in line for line in lines[:8]):
            find(path, 4, "no `/// \\file` comment")
        limit = 800 if room else 40
        if len(lines) > limit:
            find(path, len(lines), f"{len(lines)} lines (at most {limit})")
        exempt = path.count("/") > 1 or path.endswith("fwd.hpp")
        if room and not exempt and not (repository / "tests" / path).with_suffix(".cpp").exists():
            find(path, 1, f"no test tests/{path[:-4]}.cpp")

    for room in sorted(p for p in (repository / "tests").iterdir() if p.is_dir()):
        seen = {}
        for source in sorted(room.rglob("*.cpp")):
            text = source.read_text(encoding="utf-8")
            for match in re.finditer(r"Catch::(?:Matchers::)?(?:Contains|StartsWith|EndsWith)", text):
                findings.append(f"{source.relative_to(repository)}:{text[:match.start()].count(chr(10)) + 1}: "
                                f"{match[0]} has another name in Catch2 v3 or v2: support/catch.hpp has one for both")
            for match in re.finditer(r'^(?:TEMPLATE_)?TEST_CASE\("((?:[^"\\]|\\.)*)"', text, re.MULTILINE):
                other = seen.setdefault(match[1], source)
                if other is not source or text.count(match[0]) > 1:
                    findings.append(f"{source.relative_to(repository)}:{text[:match.start()].count(chr(10)) + 1}: "
                                    f"a second case \"{match[1]}\", as in {other.relative_to(repository)}")

    def reaches(path):
        seen, pending = set(), [path]
        while pending:
            current = pending.pop()
            if current not in seen:
                seen.add(current)
                pending += includes[current]
        return seen

    for path in headers:
        if room_of(path):
            continue
        for reached in sorted(reaches(path)):
            for number, line in enumerate(headers[reached], 1):
                match = INCLUDE.match(line)
                if match and any(match[2].startswith(prefix) for prefix in SEAMS if prefix != DOORS.get(path)):
                    find(path, 1, f"a front door reaches <{match[2]}> through {reached}")

    for finding in findings:
        print(finding)
    print(f"{len(headers)} headers, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
