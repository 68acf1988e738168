#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks the tree itself: what may lie at the top, SPDX lines, and text that belongs to one machine only.

  repository.py REPOSITORY

Looks at the files that git tracks; without git (an unpacked archive) it checks nothing.
"""

import pathlib
import re
import shutil
import subprocess
import sys

TOP = {"include", "adapters", "tests", "benchmarks", "examples", "cmake", "CMakeLists.txt", "README.md", "LICENSE",
       "CMakePresets.json", "conanfile.py", "vcpkg.json", "CHANGELOG.md"}
SPDX = {".hpp", ".cpp", ".py", ".sh", ".cmake"}
MACHINE = re.compile(r"(?<![\w.}])/(?:work|home/\w+)/")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME)\b")


def main():
    repository = pathlib.Path(sys.argv[1])
    if shutil.which("git") is None:
        print("git is not installed: nothing checked")
        return 0
    listing = subprocess.run(["git", "-C", str(repository), "-c", f"safe.directory={repository.resolve()}", "ls-files", "-z"],
                             capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        print("not a git work tree: nothing checked")
        return 0
    findings = []
    files = [name for name in listing.stdout.split("\0") if name and (repository / name).exists()]
    for name in files:
        top = name.split("/")[0]
        if top not in TOP and not top.startswith("."):
            findings.append(f"{name}: `{top}` does not belong at the top of the repository")
        path = repository / name
        if "/corpus/" in name or path.stat().st_size > 1 << 20:
            continue
        data = path.read_bytes()
        if b"\0" in data:
            continue
        text = data.decode("utf-8", errors="replace")
        lines = text.splitlines()
        if (path.suffix in SPDX or path.name == "CMakeLists.txt") and not any("SPDX-License-Identifier: BSL-1.0" in line for line in lines[:3]):
            findings.append(f"{name}:1: no SPDX line")
        if name == "tests/lint/repository.py" or name == "tests/lint/layering.py":
            continue
        for number, line in enumerate(lines, 1):
            if MACHINE.search(line):
                findings.append(f"{name}:{number}: a path of one machine")
            if UNFINISHED.search(line):
                findings.append(f"{name}:{number}: unfinished business in a comment")
    for finding in findings:
        print(finding)
    print(f"{len(files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
