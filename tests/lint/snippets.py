#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that the documentation pages tell the truth: their code compiles, their output is real.

  snippets.py REPOSITORY

Every block fenced as `cpp` in examples/doc/*.md must stand, line by line, in one examples/*.cpp, and every block fenced
as `text` in one examples/*.out. (The programs are compiled and their output compared by other tests.)
"""

import pathlib
import sys


def lines_of(path):
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]


def blocks(path):
    """(line number, language, lines) of every fenced block."""
    language, first, inside = None, 0, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            if language is None:
                language, first, inside = line[3:].strip(), number, []
            else:
                yield first, language, inside
                language = None
        elif language is not None:
            inside.append(line.strip())
    if language is not None:
        yield first, "unclosed", inside


def stands_in(part, whole):
    return any(whole[k:k + len(part)] == part for k in range(len(whole) - len(part) + 1))


def main():
    examples = pathlib.Path(sys.argv[1]) / "examples"
    sources = {"cpp": [lines_of(f) for f in sorted(examples.glob("*.cpp"))],
               "text": [lines_of(f) for f in sorted(examples.glob("*.out"))]}
    findings, checked = [], 0
    for page in sorted((examples / "doc").glob("*.md")):
        for number, language, inside in blocks(page):
            if language == "unclosed":
                findings.append(f"{page}:{number}: block without an end")
            elif language in sources:
                checked += 1
                if not any(stands_in(inside, source) for source in sources[language]):
                    findings.append(f"{page}:{number}: not in any examples/*.{'cpp' if language == 'cpp' else 'out'}")
    for finding in findings:
        print(finding)
    print(f"{checked} blocks, {len(findings)} findings")
    return 1 if findings or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
