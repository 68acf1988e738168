#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compiles every header alone and counts what one include of it costs.

  headers.py --compiler g++-12 --include include --budget tests/lint/header_budget.txt [--no-budget] [--flag F ...]
             HEADER...

A header that does not compile as the only text of a translation unit, warns, or exceeds its budget of preprocessed
lines is a finding. Prints a table: header, lines, limit, seconds of one syntax check.
"""

import argparse
import concurrent.futures
import fnmatch
import os
import pathlib
import subprocess
import sys
import time


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

    base = [options.compiler, "-std=c++20", f"-I{options.include}", *options.flag]

    def check(header):
        text = f"#include <sched/{header}>\n"
        begin = time.perf_counter()
        syntax = subprocess.run([*base, "-fsyntax-only", "-x", "c++", "-"], input=text, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begin
        lines = 0
        if not options.no_budget:
            output = subprocess.run([*base, "-E", "-x", "c++", "-"], input=text, capture_output=True, text=True, check=False).stdout
            lines = sum(1 for line in output.splitlines() if line.strip())
        return header, syntax, lines, seconds

    names = sorted(pathlib.Path(h).relative_to(options.include / "sched").as_posix() if os.path.isabs(h) else h
                   for h in options.headers)
    findings = 0
    print(f"{'header':44} {'lines':>8} {'limit':>8} {'seconds':>8}")
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for header, syntax, lines, seconds in pool.map(check, names):
            limit = next((limit for pattern, limit in budget if fnmatch.fnmatch(header, pattern)), None)
            note = ""
            if syntax.returncode != 0:
                note += "  does not compile alone"
            elif not options.no_budget and (limit is None or lines > limit):
                note += "  over budget"
            findings += bool(note)
            print(f"{header:44} {lines or '':>8} {limit or '':>8} {seconds:8.2f}{note}")
            if syntax.returncode != 0:
                print(syntax.stderr)
    print(f"{len(names)} headers, {findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
