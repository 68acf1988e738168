#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Market clearing from Python beside numba, in one run: nanoseconds per call, median of the rounds.

  market_numba.py [--rounds 9] [--most 1000000] [--least] [--steps]

Needs numba, NumPy and the package `sched` (pip install adapters/python). Two kernels of numba: `sort` argsorts, adds up in
merit order and allocates its result, as programs write it; `rank` is tuned by hand: for every unit the volume of those
before it, into the caller's array (up to 200 units). Fresh: instances take turns, demand a random part of the supply;
repeated: one instance again and again, 70 % of the supply. All contenders take turns in every round; results are compared
before anything is timed; the cost of the timing loop is subtracted. --steps: batches and steps of environments instead.
"""

import argparse
import math
import statistics
import time

import numba
import numpy as np

import sched


@numba.njit
def numba_sort(prices, volumes, demand):
    n = len(prices)
    order = np.argsort(prices)
    sums = np.cumsum(volumes[order])
    accepted = np.zeros(n, dtype=volumes.dtype)
    if demand > sums[-1]:
        accepted[:] = volumes
        return prices[order[-1]], accepted
    marginal = np.searchsorted(sums, demand)
    for k in range(marginal):
        accepted[order[k]] = volumes[order[k]]
    i = order[marginal]
    accepted[i] = demand - (sums[marginal - 1] if marginal > 0 else 0.0)
    return prices[i], accepted


@numba.njit
def numba_rank(prices, volumes, demand, out):
    n = len(prices)
    price = -np.inf
    for i in range(n):
        below = 0.0
        p = prices[i]
        for j in range(i):
            below += volumes[j] if prices[j] <= p else 0.0
        for j in range(i + 1, n):
            below += volumes[j] if prices[j] < p else 0.0
        left = demand - below
        given = min(max(left, 0.0), volumes[i])
        out[i] = given
        if given > 0 and p > price:
            price = p
    return price


@numba.njit
def numba_batch(prices, volumes, demand, out, price_out):
    for m in range(len(demand)):
        price_out[m], accepted = numba_sort(prices[m], volumes[m], demand[m])
        out[m] = accepted


@numba.njit
def numba_step(capacity, cost, demand, actions, accepted, rewards, delta, penalty, lost, scale):
    volumes = (1 - actions[:, 0]) * capacity
    bids = cost + np.tanh(actions[:, 1]) * delta
    price, given = numba_sort(bids, volumes, demand)
    missing = max(0.0, demand - given.sum())
    for i in range(len(cost)):
        accepted[i] = given[i]
        rewards[i] = ((price - cost[i]) * given[i] - penalty * (bids[i] - cost[i]) ** 2 - lost * missing) * 20 / scale
    return price


def loop_of(call):
    """A function that makes the call (text, with b, q, d, o for an instance) for every instance; the same loop for all."""
    names = dict(numba_sort=numba_sort, numba_rank=numba_rank, clear=sched.clear)
    exec(f"def loop(arguments):\n for b, q, d, o in arguments:\n  {call}", names)
    return names["loop"]


def timed(loop, arguments, seconds):
    """Nanoseconds a call, for about so long."""
    begin = time.perf_counter()
    calls = 0
    while True:
        loop(arguments)
        calls += len(arguments)
        end = time.perf_counter()
        if end - begin >= seconds:
            return (end - begin) / calls * 1e9


def compare(contenders, rounds, seconds, statistic):
    """Nanoseconds by name; `contenders`: name → (loop, arguments)."""
    times = {name: [] for name in contenders}
    for loop, arguments in contenders.values():
        loop(arguments)  # compiled, caches filled
    for _ in range(rounds):
        for name, (loop, arguments) in contenders.items():
            times[name].append(timed(loop, arguments, seconds))
    return {name: statistic(t) for name, t in times.items()}


def markets(draw, n, count):
    prices, volumes = draw.uniform(20, 100, (count, n)), draw.uniform(10, 50, (count, n))
    return prices, volumes


def single(options):
    draw = np.random.default_rng(1)
    for kind in ("fresh", "repeated"):
        print(f"\n{kind}: ns per call")
        print(f"{'n':>8} {'numba sort':>11} {'numba rank':>11} {'new array':>10} {'out=':>9}   new/numba  out/numba  out/rank")
        n_list = [n for n in (5, 10, 20, 50, 100, 200, 1000, 10_000, 100_000, 1_000_000) if n <= options.most]
        for n in n_list:
            count = max(3, min(1024, 200_000 // n)) if kind == "fresh" else 1
            prices, volumes = markets(draw, n, count)
            parts = draw.uniform(0.4, 0.9, count) if kind == "fresh" else np.array([0.7])
            demand = [float(d) for d in volumes.sum(1) * parts]
            out = np.empty(n)
            arguments = [(prices[i].copy(), volumes[i].copy(), demand[i], out) for i in range(count)]
            for b, q, d, _ in arguments[:20]:
                p, a = sched.clear(b, q, d)
                wanted = numba_sort(b, q, d)
                assert p == wanted[0] and np.allclose(a, wanted[1], rtol=0, atol=1e-12 * q.sum()), n
                if n <= 200:
                    assert numba_rank(b, q, d, out) == p and np.allclose(out, a, rtol=0, atol=1e-12 * q.sum())
            # For one instance a loop of several, so that the timer does not count.
            repeat = arguments if count > 1 else arguments * max(1, 2000 // n)
            calls = {"loop": "pass", "sort": "numba_sort(b, q, d)", "new": "clear(b, q, d)", "out": "clear(b, q, d, out=o)"}
            if n <= 200:
                calls["rank"] = "numba_rank(b, q, d, o)"
            seconds = 0.005 if n <= 10_000 else 0.05
            t = compare({name: (loop_of(call), repeat) for name, call in calls.items()}, options.rounds, seconds, options.statistic)
            sort, new, write_time = t["sort"] - t["loop"], t["new"] - t["loop"], t["out"] - t["loop"]
            rank = t["rank"] - t["loop"] if "rank" in t else math.nan
            print(f"{n:>8} {sort:>11.0f} {rank:>11.0f} {new:>10.0f} {write_time:>9.0f} {sort / new:>11.1f} {sort / write_time:>10.1f}"
                  f" {rank / write_time:>9.1f}", flush=True)


def steps(options):
    draw = np.random.default_rng(2)
    print("4096 markets: ns per market")
    print(f"{'n':>5} {'numba loop':>11} {'rows':>8} {'columns':>8}   numba/rows  numba/columns")
    for n in (3, 5, 8, 10, 20, 50, 100):
        prices, volumes = markets(draw, n, 4096)
        demand = volumes.sum(1) * draw.uniform(0.4, 0.9, 4096)
        out, price = np.empty((4096, n)), np.empty(4096)
        columns = np.ascontiguousarray(prices.T), np.ascontiguousarray(volumes.T)
        out_columns = np.empty((n, 4096))
        rows_of = lambda _: sched.clear_batch(prices, volumes, demand, out=out, price_out=price)
        columns_of = lambda _: sched.clear_batch(*columns, demand, layout="columns", out=out_columns, price_out=price)
        peer = lambda _: numba_batch(prices, volumes, demand, out, price)
        t = compare({"numba": (peer, [0]), "rows": (rows_of, [0]), "columns": (columns_of, [0])}, options.rounds, 0.02,
                    options.statistic)
        t = {k: v / 4096 for k, v in t.items()}
        print(f"{n:>5} {t['numba']:>11.1f} {t['rows']:>8.2f} {t['columns']:>8.2f} {t['numba'] / t['rows']:>11.1f}"
              f" {t['numba'] / t['columns']:>13.1f}", flush=True)
    print("\nsteps of an environment, fresh actions: ns per step")
    print(f"{'n':>5} {'one numba function':>19} {'market_step':>12} {'batch':>8}   numba/step  numba/batch")
    for n in (5, 20, 100):
        count = 512
        capacity, cost = draw.uniform(10, 50, n), draw.uniform(0, 40, n)
        actions = np.stack([draw.uniform(0, 0.5, (count, n)), draw.normal(0, 1, (count, n))], axis=2)
        demand = capacity.sum() * draw.uniform(0.2, 0.45, count)
        accepted, rewards = np.empty(n), np.empty(n)
        scale = demand.max() * cost.max() * 24
        arguments = [(capacity, cost, float(demand[i]), actions[i].copy(), accepted, rewards) for i in range(count)]
        peer = numba_step
        many = np.empty((count, n)), np.empty((count, n)), np.empty(count)
        p = peer(*arguments[0], 50.0, 0.01, 1.0, scale)
        r = rewards.copy()
        assert math.isclose(p, sched.market_step(*arguments[0], demand_scale=demand.max(), cost_scale=cost.max(), horizon=24.0))
        assert np.allclose(r, rewards)

        def empty_loop(all_arguments):
            for c, k, d, a, x, r in all_arguments:
                pass

        def numba_loop(all_arguments):
            for c, k, d, a, x, r in all_arguments:
                peer(c, k, d, a, x, r, 50.0, 0.01, 1.0, scale)

        def step_loop(all_arguments):
            for c, k, d, a, x, r in all_arguments:
                sched.market_step(c, k, d, a, x, r)

        def batch_loop(_):
            sched.market_step_batch(capacity, cost, demand, actions, *many)

        t = compare({"loop": (empty_loop, arguments), "numba": (numba_loop, arguments), "step": (step_loop, arguments),
                     "batch": (batch_loop, [0])}, options.rounds, 0.005, options.statistic)
        b = t["batch"] / count
        numba_time, step = t["numba"] - t["loop"], t["step"] - t["loop"]
        print(f"{n:>5} {numba_time:>19.0f} {step:>12.0f} {b:>8.1f} {numba_time / step:>12.1f} {numba_time / b:>12.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--most", type=int, default=1_000_000)
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--least", action="store_true", help="the least of all rounds, for busy machines")
    options = parser.parse_args()
    options.statistic = min if options.least else statistics.median
    print(f"numba {numba.__version__}, NumPy {np.__version__}, instructions: {sched.kernel}")
    (steps if options.steps else single)(options)


if __name__ == "__main__":
    main()
