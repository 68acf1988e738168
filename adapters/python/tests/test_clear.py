# SPDX-License-Identifier: BSL-1.0
import gc
import json
import math
import os
import pathlib
import sys
import threading

import numpy as np
import pytest

import sched

DATA = pathlib.Path(os.environ.get("SCHED_DATA_DIR", "")) / "market" / "cases.json"


def reference(prices, volumes, demand):
    """The marginal price and accepted volumes, ties by index, by a stable sort."""
    accepted = np.zeros(len(prices))
    price, left = math.nan, demand
    for i in np.argsort(prices, kind="stable"):
        if left <= 0:
            break
        accepted[i] = min(left, volumes[i])
        left -= accepted[i]
        if accepted[i] > 0:
            price = prices[i]
    return price, accepted


@pytest.mark.parametrize("n", [1, 2, 5, 8, 20, 64, 65, 200, 1000, 12000])
def test_is_what_a_stable_sort_gives(n):
    draw = np.random.default_rng(n)
    for _ in range(20):
        prices = draw.integers(0, max(3, n // 2), n).astype(float)
        volumes = draw.integers(0, 9, n).astype(float)
        if volumes.sum() == 0:
            continue
        demand = float(draw.integers(1, volumes.sum() + 1))
        wanted = reference(prices, volumes, demand)
        price, accepted = sched.clear(prices, volumes, demand)
        assert price == wanted[0]
        assert np.array_equal(accepted, wanted[1])
        out = np.full(n, -1.0)
        assert sched.clear(prices, volumes, demand, out=out) == price
        assert np.array_equal(out, accepted)
        order = sched.MeritOrder(prices, volumes)
        assert order.price(demand) == price
        assert np.array_equal(order.accepted(demand)[1], accepted)


def test_result_is_new_memory_of_the_type_of_the_input():
    prices, volumes = np.array([1.5, 2.25, 3.125], np.float32), np.array([0.1, 0.2, 0.3], np.float32)
    price, accepted = sched.clear(prices, volumes, 0.25)
    assert accepted.dtype == np.float32 and price == 2.25
    assert accepted == pytest.approx([0.1, 0.15, 0])
    assert sched.clear([1, 2, 3], [5, 5, 5], 7.5)[1].tolist() == [5, 2.5, 0]  # integers are not truncated
    assert sched.clear(np.array([1, 2, 3]), volumes.astype(np.float64), np.float32(0.25))[1].dtype == np.float64


def test_other_memory_is_copied():
    wide = np.arange(12.0).reshape(6, 2)
    price, accepted = sched.clear(wide[:, 0], wide[::-1, 1], 12)
    assert (price, accepted.tolist()) == sched.clear(wide[:, 0].copy(), wide[::-1, 1].copy(), 12)[0:1] + (accepted.tolist(),)
    swapped = wide[:, 0].astype(">f8")
    assert sched.clear(swapped, wide[::-1, 1], 12)[0] == price
    assert sched.clear([True, False], [1, 1], np.array(1.0))[0] == 0
    with pytest.raises(TypeError):
        sched.clear(["a", "b"], [1, 2], 1)
    with pytest.raises(TypeError):
        sched.clear([1j, 2], [1, 2], 1)
    with pytest.raises(ValueError):
        sched.clear([[1, 2]], [[1, 2]], 1)


@pytest.mark.parametrize("arguments, code, index", [
    (([1, 2, 3], [5, 5], 4), "length_mismatch", 2),
    (([1, math.nan, 3], [5, 5, 5], 4), "not_finite", 1),
    (([1, 2, 3], [5, 5, math.inf], 4), "not_finite", 2),
    (([1, 2, 3], [5, -5, 5], 4), "negative_volume", 1),
    (([1, 2, 3], [5, 5, 5], -1), "negative_demand", None),
    (([1, 2, 3], [5, 5, 5], math.nan), "not_finite", None),
])
def test_malformed_input_names_the_fault_and_the_element(arguments, code, index):
    with pytest.raises(sched.MarketError) as caught:
        sched.clear(*[np.array(a, dtype=float) if isinstance(a, list) else a for a in arguments])
    assert isinstance(caught.value, ValueError)
    assert (caught.value.code, caught.value.index) == (code, index)
    assert code in str(caught.value)


def test_bad_outputs_are_named():
    prices, volumes = np.array([1.0, 2.0]), np.array([5.0, 5.0])
    locked = np.empty(2)
    locked.flags.writeable = False
    for out, word in [(np.empty(3), "size"), (np.empty(2, np.float32), "float64"), (locked, "writable"),
                      (np.empty(4)[::2], "contiguous"), (prices, "overlap"), ([0, 0], "array")]:
        with pytest.raises(ValueError, match=f"out.*{word}"):
            sched.clear(prices, volumes, 3.0, out=out)


def test_calling_conventions():
    prices, volumes = np.array([1.0, 2.0]), np.array([5.0, 5.0])
    assert sched.clear(demand=3, volumes=volumes, prices=prices)[0] == 1
    assert sched.clear(prices, volumes, 3, out=None)[0] == 1
    for bad in [lambda: sched.clear(prices, volumes), lambda: sched.clear(prices, volumes, 3, prices),
                lambda: sched.clear(prices, volumes, 3, other=1), lambda: sched.clear(prices, volumes, 3, demand=3),
                lambda: sched.clear(prices, volumes, "3"), lambda: sched.clear(prices, volumes, prices)]:
        with pytest.raises(TypeError):
            bad()


def test_empty_and_special_books():
    price, accepted = sched.clear(np.empty(0), np.empty(0), 4.0)
    assert math.isnan(price) and accepted.shape == (0,)
    assert sched.clear([1.0, 2.0], [5.0, 5.0], 0.0)[0] == 1
    assert sched.clear([1.0, 2.0], [5.0, 5.0], 11.0)[0] == 2
    assert math.isnan(sched.clear([1.0], [0.0], 1.0)[0])


def test_rules_by_name():
    tied = ([10.0, 10, 10], [6.0, 4, 2], 6.0)
    assert sched.Clearing(tie="pro_rata")(*tied)[1].tolist() == [3, 2, 1]
    assert sched.Clearing(tie="equal_split")(*tied)[1] == pytest.approx([4, 2, 0])
    assert sched.Clearing(tie="time")(*tied, time=[20, 10, 30])[1].tolist() == [2, 4, 0]
    assert sched.Clearing(tie="merit_number")(*tied, merit=[3, 2, 1])[1].tolist() == [0, 4, 2]
    assert sched.Clearing(shortage="cap", price_cap=500)([1.0, 2], [5.0, 5], 11)[0] == 500
    assert sched.Clearing(shortage="adder", adder_slope=40, price_cap=500)([1.0, 2], [5.0, 5], 10.5)[0] == 22
    assert sched.Clearing(price_floor=0)([-10.0, 5], [10.0, 10], 5)[0] == 0
    assert sched.Clearing(pricing="k_price", k=0.5)([10.0, 20, 30], [5.0, 5, 5], 10)[0] == 25
    assert sched.Clearing(compat="numba")([1.0, 2, 3], [5.0, 5, 0], math.inf)[0] == 3
    out = np.empty(3)
    assert sched.Clearing(tie="random", seed=5)(*tied, out=out) == 10 and out.sum() == 6
    detail = sched.Clearing().detail([10.0, 20, 30], [5.0, 5, 5], 7)
    assert detail["status"] == "cleared" and detail["marginal"] == 1 and detail["first_rejected_offer"] == 30
    for bad in [dict(tie="none"), dict(pricing="x"), dict(shortage="cap"), dict(compat="x"), dict(k=2),
                dict(price_cap=1, price_floor=2), dict(summation="x")]:
        with pytest.raises(ValueError):
            sched.Clearing(**bad)
    with pytest.raises(ValueError, match="time"):
        sched.Clearing(tie="time")(*tied)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n", [1, 5, 10, 11, 70])
def test_a_batch_is_a_loop(n, dtype):
    draw = np.random.default_rng(n)
    prices, volumes = draw.uniform(20, 100, (130, n)).astype(dtype), draw.uniform(10, 50, (130, n)).astype(dtype)
    demand = (volumes.sum(1) * draw.uniform(0, 1.2, 130)).astype(dtype)
    single = [sched.clear(*x) for x in zip(prices, volumes, demand)]
    for threads in (1, 2):
        p, a = sched.clear_batch(prices, volumes, demand, threads=threads)
        assert np.array_equal(p, np.array([x[0] for x in single], dtype))
        assert np.array_equal(a, [x[1] for x in single])
        out, price_out = np.empty((n, 130), dtype), np.empty(130, dtype)
        columns = (np.ascontiguousarray(prices.T), np.ascontiguousarray(volumes.T))
        result = sched.clear_batch(*columns, demand, layout="columns", out=out, price_out=price_out, threads=threads)
        assert result[0] is price_out and result[1] is out
        assert np.array_equal(price_out, p) and np.array_equal(out.T, a)


def test_faults_of_a_batch():
    prices, volumes, demand = np.ones((4, 3)), np.ones((4, 3)), np.ones(4)
    with pytest.raises(sched.MarketError) as caught:
        sched.clear_batch(prices, volumes, np.ones(3))
    assert caught.value.code == "length_mismatch"
    volumes[2, 1] = -1
    with pytest.raises(sched.MarketError) as caught:
        sched.clear_batch(prices, volumes, demand)
    assert (caught.value.code, caught.value.index) == ("negative_volume", 7)
    with pytest.raises(ValueError):
        sched.clear_batch(prices, np.ones((4, 3)), demand, out=prices)
    with pytest.raises(ValueError):
        sched.clear_batch(prices, np.ones((4, 3)), demand, layout="x")


def test_a_merit_order_follows_changes():
    order = sched.MeritOrder([3.0, 1], [5.0, 7])
    assert len(order) == 2 and order.supply(1) == 7 and order.supply(0) == 0
    order.update(0, 0.5, 2)
    out = np.empty(2)
    assert order.accepted(8, out=out) == 1 and out.tolist() == [2, 6]
    with pytest.raises(sched.MarketError):
        order.update(2, 1, 1)
    with pytest.raises(ValueError):
        order.accepted(8, out=np.empty(3))


def test_threads_share_nothing():
    draw = np.random.default_rng(3)
    prices, volumes = draw.uniform(20, 100, 20000), draw.uniform(10, 50, 20000)
    wanted = [sched.clear(prices, volumes, d) for d in (1e4, 2e5, 5e5)]
    failures = []

    def work():
        for _ in range(30):
            for d, w in zip((1e4, 2e5, 5e5), wanted):
                price, accepted = sched.clear(prices, volumes, d)
                if price != w[0] or not np.array_equal(accepted, w[1]):
                    failures.append(d)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures


def test_no_reference_is_lost_or_kept():
    prices, volumes, out = np.array([1.0, 2.0]), np.array([5.0, 5.0]), np.empty(2)
    rules = sched.Clearing(tie="pro_rata")
    before = [sys.getrefcount(x) for x in (prices, volumes, out, rules)]
    for _ in range(1000):
        sched.clear(prices, volumes, 3.0, out=out)
        sched.clear(prices, volumes, 3.0)
        rules(prices, volumes, 3.0, out=out)
        rules.detail(prices, volumes, 3.0)
        for bad in (-1.0, math.nan):
            with pytest.raises(sched.MarketError):
                sched.clear(prices, volumes, bad, out=out)
    gc.collect()
    assert [sys.getrefcount(x) for x in (prices, volumes, out, rules)] == before


def test_the_standard_module_of_this_name_still_works():
    done = []
    clock = sched.scheduler(lambda: 0, lambda _: None)
    clock.enter(0, 1, done.append, ("x",))
    clock.run()
    assert done == ["x"]
    with pytest.raises(AttributeError):
        sched.nothing


@pytest.mark.skipif(not DATA.is_file(), reason="SCHED_DATA_DIR has no market/cases.json")
def test_published_cases():
    def number(x):
        return float(x)  # "nan" and "inf" are strings

    checked = 0
    for case in json.loads(DATA.read_text(encoding="utf-8")):
        if case["mechanism"] != "one_sided" or case.get("dtype") == "int64":
            continue
        names = {k: case[k] for k in ("tie", "pricing", "shortage", "zero_demand", "compat") if k in case}
        options = case.get("options", {})
        names.update({k: v for k, v in options.items() if k in ("price_cap", "price_floor", "adder_slope", "k")})
        dtype = np.dtype(case.get("dtype", "float64"))
        arrays = [np.array([number(x) for x in case[k]], dtype) for k in ("prices", "volumes")]
        columns = {k: np.array(case[k]) for k in ("time", "merit") if k in case}
        expect = case["expect"]
        call = sched.Clearing(**names).detail
        if "error" in expect:
            with pytest.raises(sched.MarketError) as caught:
                call(*arrays, number(case["demand"]), **columns)
            assert caught.value.code == expect["error"], case["case"]
            checked += 1
            continue
        got = call(*arrays, number(case["demand"]), **columns)
        tolerance = {"price": 1e-9, "volume": 1e-9, **case.get("tolerance", {})}
        if "status" in expect:
            assert got["status"] == expect["status"], case["case"]
        if "price" in expect:
            if expect["price"] is None:
                assert math.isnan(got["price"]), case["case"]
            else:
                assert got["price"] == pytest.approx(expect["price"], rel=tolerance["price"]), case["case"]
        if "accepted" in expect:
            assert got["accepted"] == pytest.approx(np.array(expect["accepted"], float), rel=tolerance["volume"],
                                                    abs=tolerance["volume"]), case["case"]
        if "unserved" in expect:
            assert got["unserved"] == pytest.approx(expect["unserved"], rel=1e-9), case["case"]
        checked += 1
    assert checked > 30
