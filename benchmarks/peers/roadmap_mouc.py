#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Times the Mouc scheduler (Python and Rust) and this library on identical roadmaps in one run.

  roadmap_mouc.py PEERS_ROADMAP_MOUC [--sizes 100,300,1000,2000,10000] [--rounds 9] [--limit 100] [--budget 60]
                  [--only TEXT] [--venv DIRECTORY]

Installs mouc 0.7.5 from PyPI into a temporary virtual environment (or into --venv, which is then kept). The problems
are made twice: here by Python's own random module, there by the library's generator. Each round times one call of
either side, alternately; what is timed is the scheduling call alone (ours includes preparing the problem and the
backward pass, theirs does not). A call of theirs that takes longer than --limit seconds is ended and counts as that; a
row ends early when its calls took --budget seconds. Prints medians, their ratios, the ratio of the best times (on a busy
machine long calls are interrupted more often than short ones) and whether both gave the same schedule.
"""

import argparse
import datetime
import os
import random
import select
import statistics
import subprocess
import sys
import tempfile
import time
import venv

DAY0 = datetime.date(2025, 1, 1)


def problem(n, seed):
    """The published generator, in the language that defines it."""
    rng = random.Random(seed)
    count = max(4, n // 20)
    names = [f"r{k:03d}" for k in range(count)]
    horizon = 8 * n // count + 30
    closed = []
    for _ in names:
        periods = []
        for _ in range(2):
            first = rng.randrange(0, horizon)
            periods.append((first, first + rng.randrange(1, 15)))
        closed.append(periods)
    groups = {f"g{k}": names[k::count // 4][:6] for k in range(4)}
    tasks = []
    for i in range(n):
        t = {"id": f"t{i:05d}", "days": rng.randrange(1, 15)}
        if rng.random() < 0.05:
            t["days"] = 0
        deps = {}
        if i > 0:
            for j in {rng.randrange(max(0, i - 40), i) for _ in range(rng.randrange(0, 4))}:
                deps[j] = rng.randrange(1, 8) if rng.random() < 0.2 else 0
        t["deps"] = sorted(deps.items())
        x = rng.random()
        if x < 0.3:
            a, b, c = rng.choice(names), rng.choice(names), rng.choice(names)
            t["spec"] = rng.choice(["*", "g0", "g1", "g2", "g3", f"{a}|{b}", f"*|!{c}"])
        elif x < 0.4:
            t["resources"] = rng.sample(names, 2)
        else:
            t["resources"] = [rng.choice(names)]
        if not deps and rng.random() < 0.02:
            t["start_on"] = rng.randrange(0, horizon)
        if rng.random() < 0.1:
            t["start_after"] = rng.randrange(0, horizon)
        if rng.random() < 0.3:
            t["end_before"] = rng.randrange(20, horizon + 60)
        t["priority"] = rng.choice([10, 30, 50, 50, 50, 70, 90, 100])
        tasks.append(t)
    return names, closed, groups, tasks


def worker():
    """Inside the virtual environment: lines "TASKS SEED ALGORITHM FLAVOUR LOOKAHEAD" as the other side answers them."""
    from mouc.models import Dependency
    from mouc.resources import DNSPeriod, ResourceConfig, ResourceDefinition
    from mouc.scheduler.algorithms import create_algorithm
    from mouc.scheduler.config import AlgorithmType, ImplementationType, SchedulingConfig
    from mouc.scheduler.core import Task
    import logging
    from mouc import logger
    logger.get_logger().setLevel(logging.ERROR)

    def date(day):
        return None if day is None else DAY0 + datetime.timedelta(days=day)

    made = {}
    for line in sys.stdin:
        n, seed, algorithm, flavour, lookahead = line.split()
        key = (int(n), int(seed))
        if key not in made:
            made = {key: problem(*key)}
        names, closed, groups, tasks = made[key]
        people = ResourceConfig(
            resources=[ResourceDefinition(name=name, dns_periods=[DNSPeriod(start=date(a), end=date(b)) for a, b in periods])
                       for name, periods in zip(names, closed)], groups=groups)
        theirs = [Task(id=t["id"], duration_days=float(t["days"]), resources=[(r, 1.0) for r in t.get("resources", [])],
                       dependencies=[Dependency(entity_id=f"t{j:05d}", lag_days=float(lag)) for j, lag in t["deps"]],
                       start_after=date(t.get("start_after")), end_before=date(t.get("end_before")),
                       start_on=date(t.get("start_on")), resource_spec=t.get("spec"), meta={"priority": t["priority"]})
                  for t in tasks]
        config = SchedulingConfig(implementation=ImplementationType.RUST if flavour == "rust" else ImplementationType.PYTHON)
        config.critical_path.rollout_enabled = lookahead == "1"
        scheduler = create_algorithm(AlgorithmType(algorithm.replace("-", "_")),
                                     theirs, DAY0, resource_config=people, config=config,
                                     global_dns_periods=[DNSPeriod(start=date(40), end=date(44))])
        call = scheduler._rust_scheduler.schedule if flavour == "rust" else scheduler.schedule
        begin = time.perf_counter()
        try:
            placed = call().scheduled_tasks
        except Exception as failure:  # reported, not hidden: the row shows it
            print(time.perf_counter() - begin, 0, f"failed: {failure}".replace("\n", " ")[:200], flush=True)
            continue
        seconds = time.perf_counter() - begin
        print(seconds, len(placed), "".join(f"{p.task_id}={(p.start_date - DAY0).days},{(p.end_date - DAY0).days}"
                                            + "".join("," + r for r in p.resources) + ";" for p in placed), flush=True)


class Side:
    """A program that answers lines; started anew after it was ended for taking too long."""

    def __init__(self, command):
        self.command, self.process = command, None

    def ask(self, line, limit=None):
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdin.write((line + "\n").encode())
        self.process.stdin.flush()
        answer = b""
        until = None if limit is None else time.monotonic() + limit + 20  # building its problem is not part of the limit
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], None if until is None else max(0, until - time.monotonic()))
            if not ready:
                self.close(kill=True)
                return None
            part = os.read(self.process.stdout.fileno(), 1 << 20)
            if not part:
                raise SystemExit(f"{self.command[0]} ended")
            answer += part
        seconds, _, rest = answer.decode().strip().partition(" ")
        placed, _, schedule = rest.partition(" ")
        return float(seconds), int(placed), schedule

    def close(self, kill=False):
        if self.process is not None:
            (self.process.kill if kill else self.process.stdin.close)()
            self.process.wait()
            self.process = None


def same(ours, theirs):
    if theirs.startswith("failed"):
        return theirs
    a = dict(x.split("=") for x in ours.split(";") if x)
    b = dict(x.split("=") for x in theirs.split(";") if x)
    different = sum(1 for k in a.keys() | b.keys() if a.get(k) != b.get(k))
    return "yes" if different == 0 else f"{different} tasks differ"


def shown(seconds):
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--sizes", default="100,300,1000,2000,10000")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--limit", type=float, default=100)
    parser.add_argument("--budget", type=float, default=60)
    parser.add_argument("--only", default="")
    parser.add_argument("--venv")
    options = parser.parse_args()
    sizes = [int(s) for s in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as scratch:
        home = options.venv or os.path.join(scratch, "venv")
        python = os.path.join(home, "bin", "python")
        if not os.path.exists(python):
            venv.create(home, with_pip=True)
        if subprocess.run([python, "-c", "import mouc"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            subprocess.run([python, "-m", "pip", "install", "-q", "mouc==0.7.5"], check=True)
        ours = Side([options.program])
        theirs = Side([python, os.path.abspath(__file__), "--worker"])
        print("| algorithm | tasks | peer | peer | ours, compatible | ratio | ours, native | ratio | ratio of best | rounds | same schedule |")
        print("|---|---|---|---|---|---|---|---|---|---|---|")
        for algorithm, lookahead in (("parallel-sgs", 0), ("bounded-rollout", 0), ("critical-path", 0), ("critical-path", 1)):
            for flavour in ("rust", "python"):
                label = algorithm + (" with look-ahead" if lookahead else "") + " " + flavour
                if (algorithm == "critical-path" and flavour == "python") or options.only not in label:
                    continue
                mode = "compatible-ceil" if flavour == "rust" else "compatible-floor"
                hopeless = False
                for n in sizes:
                    if hopeless:
                        continue
                    peer, compatible, native = [], [], []
                    spent, note = 0.0, ""
                    for k in range(options.rounds):
                        if k > 0 and spent > options.budget:
                            break
                        a = ours.ask(f"{n} 1 {algorithm} {mode} {lookahead}")
                        compatible.append(a[0])
                        native.append(ours.ask(f"{n} 1 {algorithm} native {lookahead}")[0])
                        b = theirs.ask(f"{n} 1 {algorithm} {flavour} {lookahead}", options.limit)
                        if b is None:
                            peer, note, hopeless = [options.limit], "ended", True
                            break
                        peer.append(b[0])
                        spent += a[0] + b[0]
                        note = same(a[2], b[2])
                    p, c, m = (statistics.median(x) for x in (peer, compatible, native))
                    more = "> " if hopeless else ""
                    name = algorithm + (" with look-ahead" if lookahead else "")
                    print(f"| {name} | {n} | {flavour} | {more}{shown(p)} | {shown(c)} | {more}{p / c:.1f} | {shown(m)} | "
                          f"{more}{p / m:.1f} | {more}{min(peer) / min(compatible):.1f} | {len(peer)} | {note} |", flush=True)
        ours.close()
        theirs.close()


if __name__ == "__main__":
    if sys.argv[1:] == ["--worker"]:
        worker()
    else:
        main()
