#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Searches the same projects with OR-Tools CP-SAT and with this library, for the same time on as many cores.

  search_cp_sat.py SCHED DATA [--set j60,j120,rg300] [--sample 8] [--seconds 20] [--cores 1] [--seed 1]
                   [--only-open] [--venv DIRECTORY]

SCHED is the program `sched`, DATA the folder of the instance sets with their tables of best known makespans
(`<set>_bks.csv`; rg300: `rg300_part1.tar.gz` and its table). Installs ortools from PyPI into a temporary virtual
environment (or into --venv, which is then kept). The sample is drawn with the seed; --only-open leaves out instances
whose critical path is their best known makespan, which both sides solve at once. Both sides take turns on an instance;
CP-SAT gets one interval variable per task, a cumulative constraint per resource, the precedence, and nothing else.
Prints a row per instance and, per set, mean deviations from the best known makespan, and how often each was better.
"""

import argparse
import csv
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import time
import venv

WORKER = """
import json, sys
import ortools
from ortools.sat.python import cp_model
job = json.load(sys.stdin)
m = cp_model.CpModel()
horizon = sum(job["durations"])
n = len(job["durations"])
starts = [m.new_int_var(0, horizon, f"s{i}") for i in range(n)]
spans = [m.new_fixed_size_interval_var(starts[i], job["durations"][i], f"i{i}") for i in range(n)]
end = m.new_int_var(0, horizon, "end")
for i in range(n):
    m.add(end >= starts[i] + job["durations"][i])
for i, j in job["arcs"]:
    m.add(starts[j] >= starts[i] + job["durations"][i])
for r, capacity in enumerate(job["capacities"]):
    users = [i for i in range(n) if job["demands"][i][r] > 0]
    m.add_cumulative([spans[i] for i in users], [job["demands"][i][r] for i in users], capacity)
m.minimize(end)
solver = cp_model.CpSolver()
solver.parameters.max_time_in_seconds = job["seconds"]
solver.parameters.num_workers = job["cores"]
solver.parameters.random_seed = job["seed"]
status = solver.solve(m)
found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
print(json.dumps({"makespan": round(solver.objective_value) if found else None,
                  "bound": round(solver.best_objective_bound), "version": ortools.__version__}))
"""


def patterson(text):
    numbers = iter(int(t) for t in text.split())
    n, resources = next(numbers), next(numbers)
    capacities = [next(numbers) for _ in range(resources)]
    durations, demands, arcs = [], [], []
    for i in range(n):
        durations.append(next(numbers))
        demands.append([next(numbers) for _ in range(resources)])
        arcs += [(i, next(numbers) - 1) for _ in range(next(numbers))]
    return {"capacities": capacities, "durations": durations, "demands": demands, "arcs": arcs}


def psplib(text):
    lines = text.splitlines()
    at = {name: next(k for k, line in enumerate(lines) if line.startswith(name))
          for name in ("PRECEDENCE", "REQUESTS", "RESOURCEAVAIL")}
    arcs, demands, durations = [], [], []
    for line in lines[at["PRECEDENCE"] + 2:at["REQUESTS"] - 1]:
        job, _, _, *after = (int(x) for x in line.split())
        arcs += [(job - 1, s - 1) for s in after]
    for line in lines[at["REQUESTS"] + 3:at["RESOURCEAVAIL"] - 1]:
        _, _, duration, *units = (int(x) for x in line.split())
        durations.append(duration)
        demands.append(units)
    capacities = [int(x) for x in lines[at["RESOURCEAVAIL"] + 2].split()]
    return {"capacities": capacities, "durations": durations, "demands": demands, "arcs": arcs}


def load(data, name):
    """(instance, best known, critical path, file name, text), by name."""
    table = os.path.join(data, f"{name}_bks.csv")
    archive = os.path.join(data, f"{name}.tar.gz")
    if not os.path.exists(table):
        table, archive = (os.path.join(data, name + end) for end in ("_part1_bks.csv", "_part1.tar.gz"))
    with open(table, newline="") as f:
        rows = {r["instance"]: (int(r["ub"]), int(r["cpm_lb"])) for r in csv.DictReader(f)}
    texts = {}
    folder = os.path.join(data, name)
    if os.path.isdir(folder):
        for file in os.listdir(folder):
            with open(os.path.join(folder, file)) as f:
                texts[file] = f.read()
    else:
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.isfile():
                    texts[os.path.basename(member.name)] = tar.extractfile(member).read().decode()
    stems = {os.path.splitext(file)[0]: file for file in texts}
    return [(i, *rows[i], stems[i], texts[stems[i]]) for i in sorted(rows) if i in stems]


def interpreter(options):
    folder = options.venv or tempfile.mkdtemp(prefix="ortools-")
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        venv.create(folder, with_pip=True)
    if subprocess.run([python, "-c", "import ortools"], stderr=subprocess.DEVNULL).returncode != 0:
        subprocess.run([python, "-m", "pip", "install", "-q", "ortools"], check=True)
    return python


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("sched")
    p.add_argument("data")
    p.add_argument("--set", default="j60,j120,rg300")
    p.add_argument("--sample", type=int, default=8)
    p.add_argument("--seconds", type=float, default=20)
    p.add_argument("--cores", type=int, default=1)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--only-open", action="store_true")
    p.add_argument("--venv")
    options = p.parse_args()
    python = interpreter(options)
    work = tempfile.mkdtemp(prefix="search-peer-")
    print("set,instance,best_known,cp_sat,ours,cp_sat_bound,our_bound,cp_sat_seconds,our_seconds", flush=True)
    for name in options.set.split(","):
        instances = [i for i in load(options.data, name) if not options.only_open or i[1] > i[2]]
        sample = random.Random(options.seed).sample(instances, min(options.sample, len(instances)))
        theirs, ours, better, worse, version = [], [], 0, 0, ""
        for instance, best, _, file, text in sorted(sample):
            job = patterson(text) if file.lower().endswith(".rcp") else psplib(text)
            job |= {"seconds": options.seconds, "cores": options.cores, "seed": options.seed}
            begin = time.monotonic()
            done = subprocess.run([python, "-c", WORKER], input=json.dumps(job), text=True, capture_output=True,
                                  check=True)
            their_seconds = time.monotonic() - begin
            a = json.loads(done.stdout)
            version = a["version"]
            path = os.path.join(work, file)
            with open(path, "w") as f:
                f.write(text)
            begin = time.monotonic()
            done = subprocess.run([options.sched, "project", path, "--solver", "search", "--bound", "--format", "csv",
                                   "--time-limit", str(options.seconds), "--seed", str(options.seed),
                                   "--threads", str(options.cores)],
                                  text=True, capture_output=True, check=True)
            our_seconds = time.monotonic() - begin
            b = next(csv.DictReader(io.StringIO(done.stdout)))
            m = int(b["makespan"])
            print(f"{name},{instance},{best},{a['makespan']},{m},{a['bound']},{b['lower_bound']},"
                  f"{their_seconds:.1f},{our_seconds:.1f}", flush=True)
            ours.append(100 * (m / best - 1))
            if a["makespan"] is not None:
                theirs.append(100 * (a["makespan"] / best - 1))
            better += a["makespan"] is None or m < a["makespan"]
            worse += a["makespan"] is not None and m > a["makespan"]
        mean = lambda values: sum(values) / len(values) if values else float("nan")
        print(f"# {name}: {len(sample)} instances, {options.seconds:g} s on {options.cores} core(s): CP-SAT {version} "
              f"{mean(theirs):.3f} % above the best known ({len(theirs)} solved), ours {mean(ours):.3f} %; "
              f"ours shorter {better}, longer {worse}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
