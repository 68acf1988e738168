#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Every header compiles alone, without warnings, and one include of it costs no more than its budget.

  headers.py --compiler g++-12 --include include --budget tests/lint/header_budget.txt [--no-budget] [--flag F ...]
             HEADER...

Few compilations show it for all. Each includes a chain of headers, every one of them (indirectly) included by the next:
what is there when the text of one begins is then no more than what its own includes bring, so it compiles alone too. The
chains are a least cover of all headers (a matching; Fulkerson 1956).

Prints a table: last header of a chain or front door, preprocessed lines, limit, headers before it, seconds. Any other
header has at most the lines of its chain; it is counted when those exceed its limit.
"""

import argparse
import concurrent.futures
import fnmatch
import os
import pathlib
import re
import subprocess
import sys
import time


def includes_of(path, names):
    """The library's headers that the file includes whatever is defined: below no condition but its guard."""
    depth, out = 0, []
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.match(r"\s*#\s*if", line):
            depth += 1
        elif re.match(r"\s*#\s*endif", line):
            depth -= 1
        elif (found := re.match(r"\s*#\s*include <sched/([^>]+)>", line)) and depth == 1 and found.group(1) in names:
            out.append(found.group(1))
    return out


def chains(include, names):
    """Lists of headers, each (indirectly) included by the next; every header is in one."""
    direct = {n: includes_of(include / "sched" / n, set(names)) for n in names}
    below = {}

    def closure(n):
        if n not in below:
            below[n] = set()
            below[n] = set(direct[n]).union(*(closure(m) for m in direct[n]))
        return below[n]

    above = {}  # header: the one after it

    def augment(n, seen):
        for m in sorted(closure(n), key=lambda m: (-len(closure(m)), m)):
            if m not in seen:
                seen.add(m)
                if m not in above or augment(above[m], seen):
                    above[m] = n
                    return True
        return False

    for n in sorted(names, key=lambda n: (-len(closure(n)), n)):
        augment(n, set())
    before = {n: m for m, n in above.items()}
    out = []
    for n in names:
        if n in above:
            continue
        chain = [n]
        while chain[-1] in before:
            chain.append(before[chain[-1]])
        out.append(chain[::-1])
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--include", required=True, type=pathlib.Path)
    parser.add_argument("--budget", required=True, type=pathlib.Path)
    parser.add_argument("--no-budget", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--flag", action="append", default=[])
    parser.add_argument("headers", nargs="+")
    options = parser.parse_args()

    budget = []
    for line in options.budget.read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].split()
        if words:
            budget.append((words[0], int(words[1])))
    base = [options.compiler, "-std=c++20", f"-I{options.include}", *options.flag, "-x", "c++", "-"]

    def compiled(header_list, *flags):
        text = "".join(f"#include <sched/{h}>\n" for h in header_list)
        return subprocess.run([*base, *flags], input=text, capture_output=True, text=True, check=False)

    def count(header_list):
        return sum(1 for line in compiled(header_list, "-E").stdout.splitlines() if line.strip())

    def limit_of(header):
        return next((limit for pattern, limit in budget if fnmatch.fnmatch(header, pattern)), -1)

    def check(chain):
        begin = time.perf_counter()
        syntax = compiled(chain, "-fsyntax-only")
        seconds = time.perf_counter() - begin
        rows = []
        if not options.no_budget:
            lines = count(chain[-1:])
            rows = [(h, count([h])) for h in chain[:-1] if "/" not in h or lines > limit_of(h)]
            rows.append((chain[-1], lines))
        return chain, syntax, rows, seconds

    names = sorted(pathlib.Path(h).relative_to(options.include / "sched").as_posix() if os.path.isabs(h) else h
                   for h in options.headers)
    findings = 0
    print(f"{'header':44} {'lines':>8} {'limit':>8} {'before':>8} {'seconds':>8}")
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for chain, syntax, rows, seconds in pool.map(check, chains(options.include, names)):
            if syntax.returncode != 0 or syntax.stderr:
                findings += 1
                print(f"{' '.join(chain)}\n  does not compile\n{syntax.stderr}")
            for header, lines in rows:
                over = lines > limit_of(header)
                findings += over
                print(f"{header:44} {lines:>8} {limit_of(header):>8} {chain.index(header):>8} "
                      f"{seconds if header == chain[-1] else 0:8.2f}{'  over budget' if over else ''}")
    print(f"{len(names)} headers, {findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
