# SPDX-License-Identifier: BSL-1.0
"""Books with two sides, zones, block orders and continuous trading."""
import itertools
import json
import math
import os
import sys
import threading

import numpy as np
import pytest

import sched
from sched.books import BUY, EVENTS, OPS, SELL, Event, OrderBook


def crossing(side, price, volume, net_export=0.0):
    """Largest matchable volume and the admissible prices, over all limits."""
    best = 0.0
    lo, hi = -math.inf, math.inf
    for p in sorted(set(price)):
        offered = volume[(side == 1) & (price <= p)].sum()
        below = volume[(side == 1) & (price < p)].sum()
        wanted = volume[(side == -1) & (price >= p)].sum()
        above = volume[(side == -1) & (price > p)].sum()
        best = max(best, min(offered, wanted + net_export))
        if below - wanted > net_export:
            hi = min(hi, p)
        if offered - above < net_export:
            lo = max(lo, p)
    return best, lo, hi


def test_two_sided_books_against_their_definition():
    draw = np.random.default_rng(7)
    for _ in range(300):
        n = int(draw.integers(2, 12))
        side = draw.choice([1, -1], n)
        price = draw.integers(0, 8, n).astype(float)
        volume = draw.integers(1, 6, n).astype(float)
        if abs(side.sum()) == n:
            continue
        r = sched.clear_two_sided(side, price, volume)
        best, _, _ = crossing(side, price, volume)
        assert r["volume"] == best
        assert r["accepted"][side == 1].sum() == best == r["accepted"][side == -1].sum()
        assert (0 <= r["accepted"]).all() and (r["accepted"] <= volume).all()
        assert r["lo"] <= r["price"] <= r["hi"]
        assert (r["accepted"][(side == 1) & (price < r["lo"])] == volume[(side == 1) & (price < r["lo"])]).all()
        assert (r["accepted"][(side == -1) & (price < r["lo"])] == 0).all()
        money = side * price * r["accepted"]
        assert r["welfare"] == pytest.approx(-money.sum())
        assert r["welfare"] == pytest.approx(r["consumer_surplus"] + r["producer_surplus"] + r["auctioneer_surplus"])


def test_rules_of_books_by_name():
    side, price, volume = [1, 1, -1, -1], [10, 40, 90, 20], [50, 50, 60, 50]
    clear = lambda **o: sched.clear_two_sided(side, price, volume, **o)
    assert clear()["price"] == 40 and clear()["status"] == "cleared"
    assert (clear()["accepted"] == [50, 10, 60, 0]).all()
    assert clear(pricing="lao_seller_lab_buyer")["buy_price"] == 90
    own = clear(pricing="pay_as_bid")
    assert (own["order_prices"] == price).all() and own["auctioneer_surplus"] == 60 * 90 - 50 * 10 - 10 * 40
    assert clear(net_export=-10.0)["lo"] == 20  # the import takes the place of the dear offer; the bid at 20 stays out
    ties = [sched.clear_two_sided([1, 1, -1], [5, 5, 9], [4, 4, 4], tie=t, time=[2, 1, 0])["accepted"].tolist()
            for t in ("index", "time", "pro_rata")]
    assert ties == [[4, 0, 4], [0, 4, 4], [2, 2, 4]]
    short = sched.clear_two_sided([1, -1], [5, math.inf], [4, 6], price_cap=3000.0)
    assert (short["status"], short["price"], short["unserved"]) == ("shortage", 3000, 2)
    line = sched.clear_two_sided([1, -1], [0, 100], [100, 100], price_end=[100, 0])
    assert line["price"] == 50 and line["volume"] == 50
    assert math.isnan(sched.clear_two_sided([], [], [])["price"])


@pytest.mark.parametrize("arguments, code, index", [
    (([1, -1], [1, math.nan], [1, 1]), "not_finite", 1),
    (([1, -1], [1, 1], [1, -1]), "negative_volume", 1),
    (([1, -1], [1, math.inf], [1, 1]), "not_finite", 1),
    (([1, -1], [1], [1, 1]), "length_mismatch", 1),
])
def test_malformed_books_name_the_fault(arguments, code, index):
    with pytest.raises(sched.MarketError) as e:
        sched.clear_two_sided(*arguments)
    assert (e.value.code, e.value.index) == (code, index)


def test_columns_are_not_guessed():
    with pytest.raises(ValueError, match="side: 1 .sells. or -1"):
        sched.clear_two_sided([0], [1], [1])
    with pytest.raises(TypeError, match="side: whole numbers"):
        sched.clear_two_sided([1.5], [1], [1])
    with pytest.raises(ValueError, match="'best' is not one of .*k_price"):
        sched.clear_two_sided([1], [1], [1], pricing="best")
    with pytest.raises(ValueError, match="time: one number per order"):
        sched.clear_two_sided([1], [1], [1], time=[1, 2])
    with pytest.raises(ValueError, match="no single price"):
        sched.couple_zones(1, ([0], [1], [1], [1]), pricing="pay_as_bid")
    with pytest.raises(ValueError, match="orders: 4 to 5 columns"):
        sched.couple_zones(1, ([0], [1], [1]))
    with pytest.raises(ValueError, match="blocks: unknown column 'colour'"):
        sched.clear_blocks(([], [], [], [], []), 1, blocks={"side": [1], "price": [1], "volume": [[1]], "colour": [1]})
    with pytest.raises(ValueError, match="blocks: column 'side' is missing"):
        sched.clear_blocks(([], [], [], [], []), 1, blocks={"price": [1], "volume": [[1]]})
    with pytest.raises(ValueError, match=r"volume \[block, period\]"):
        sched.clear_blocks(([], [], [], [], []), 2, blocks={"side": [1], "price": [1], "volume": [[1]]})


def test_flow_based_exchange_runs_up_in_price_when_it_must():
    orders = ([0, 1, 2, 2], [1, 1, 1, -1], [10, 60, 50, 500], [300, 100, 300, 150])
    constraints = ([[0.6, -0.3, 0]], [30])
    free = sched.couple_zones(3, orders, constraints=constraints)
    assert free["net_position"][1] > 1 and "exchange" not in free
    held = sched.couple_zones(3, orders, constraints=constraints, intuitive=True)
    assert held["patched"].tolist() == [1] and held["welfare"] < free["welfare"]
    assert held["exchange"].shape == (3, 3) and held["exchange"][0, 2] == pytest.approx(50)
    assert held["net_position"].tolist() == pytest.approx([50, 0, -50])


def test_zones_share_a_price_until_the_link_is_full():
    orders = ([0, 0, 1, 1], [1, -1, 1, -1], [20, 90, 55, 90], [150, 60, 100, 80])
    free = sched.couple_zones(2, orders, ([0], [1], [200], [200]), pricing="last_accepted_offer")
    assert free["price"].tolist() == [20, 20] and free["flow"].tolist() == [80] and free["area"].tolist() == [0, 0]
    full = sched.couple_zones(2, orders, ([0], [1], [50], [50]), pricing="last_accepted_offer")
    assert full["price"].tolist() == [20, 55] and full["congestion_rent"] == 1750 and full["welfare"] == 8750
    assert full["net_position"].tolist() == [50, -50] and full["accepted"].tolist() == [110, 60, 30, 80]
    alone = sched.couple_zones(2, orders)
    assert alone["flow"].size == 0 and alone["welfare"] == 7000
    paid = sched.couple_zones(2, orders, ([0], [1], [200], [200], [5.0], [0.0]))
    assert paid["price"][1] - paid["price"][0] == pytest.approx(5)
    outside = sched.couple_zones(2, orders, ([0], [1], [50], [50]), boundaries=([1], [30], [10], [0]))
    assert outside["boundary_import"].tolist() == [10]
    put_in = sched.couple_zones(2, orders, injection=[10, 0])
    assert put_in["accepted"][0] == 50
    with pytest.raises(sched.MarketError) as e:
        sched.couple_zones(2, ([0, 2], [1, 1], [1, 1], [1, 1]))
    assert (e.value.code, e.value.index) == ("unknown_zone", 1)


def test_ramps_hold_flows_back_between_periods():
    orders = ([0, 0, 0, 1, 1, 1], [0, 1, 1, 0, 1, 1], [1, 1, -1, 1, 1, -1], [20, 50, 90, 20, 50, 90],
              [100, 100, 10, 100, 100, 60])
    links = ([0], [1], [100], [100])
    free = sched.couple_periods(orders, 2, 2, links)
    assert free["flow"].tolist() == [[10], [60]] and free["ramp_price"].shape == (1, 0)
    held = sched.couple_periods(orders, 2, 2, links, ramps=[{"links": [0], "up": 20}, {"zone": 1, "down": 90}])
    assert held["flow"].tolist() == pytest.approx(np.array([[10], [30]]))
    assert held["price"][1].tolist() == pytest.approx([20, 50])
    assert held["ramp_price"].tolist() == pytest.approx(np.array([[30, 0]]))
    assert held["accepted"].tolist() == pytest.approx([10, 0, 10, 30, 30, 60])
    assert held["welfare"] < free["welfare"]
    narrow = sched.couple_periods(orders, 2, 2, ([0], [1], [[100], [40]], [[100], [40]], [0.0], [0.1]))
    assert narrow["flow"][1, 0] == pytest.approx(40) and narrow["net_position"][1].tolist() == pytest.approx([40, -36])
    put_in = sched.couple_periods(orders, 2, 2, links, injection=[[0, 0], [5, 0]])
    assert put_in["accepted"][3] == pytest.approx(55)
    with pytest.raises(sched.MarketError) as e:
        sched.couple_periods(orders, 2, 2, links, ramps=[{"links": [7]}])
    assert (e.value.code, e.value.index) == ("unknown_order", 0)
    for wrong in ({}, {"links": [0], "zone": 1}, {"links": [0], "rise": 1}):
        with pytest.raises(ValueError):
            sched.couple_periods(orders, 2, 2, links, ramps=[wrong])


def test_purchases_pay_the_average_of_their_zones():
    orders = ([0, 1], [1, 1], [20, 50], [200, 200])
    r = sched.clear_uniform_purchase(2, orders, ([0, 1, 1], [90, 90, 30], [30, 10, 5]), ([0], [1], [0], [0]),
                                     pricing="last_accepted_offer")
    assert r["price"].tolist() == pytest.approx([20, 50])
    assert r["average_price"] == pytest.approx((30 * 20 + 10 * 50 + 5 * 50) / 45)  # 30 is its limit, too
    assert r["purchased"].tolist() == pytest.approx([30, 10, 5])
    dear = sched.clear_uniform_purchase(2, orders, ([0, 1, 1], [90, 90, 25], [30, 10, 5], [1, 2, 3]),
                                        ([0], [1], [0], [0]), pricing="last_accepted_offer")
    assert dear["purchased"].tolist() == pytest.approx([30, 10, 0]) and dear["average_price"] == pytest.approx(27.5)
    assert dear["accepted"].tolist() == pytest.approx([30, 10]) and dear["curtailed"] == 0
    with pytest.raises(sched.MarketError) as e:
        sched.clear_uniform_purchase(2, orders, ([0, 2], [1, 1], [1, 1]))
    assert (e.value.code, e.value.index) == ("unknown_zone", 1)


def test_reserves_of_zones_that_overlap():
    # Unit 1 counts for both zones.
    r = sched.procure_reserves([1, 3, 1], [2, 10, 2], [([0, 1], 5), ([1, 2], 5)])
    assert r["status"] == "cleared" and r["cost"] == pytest.approx(13)
    assert r["accepted"].tolist() == pytest.approx([2, 3, 2])
    assert r["price"][1] == pytest.approx(r["shadow_price"].sum()) and r["price"][1] == pytest.approx(3)
    short = sched.procure_reserves([1], [2], [([0], 5)])
    assert short["status"] == "shortage" and short["missing"].tolist() == [3]
    with pytest.raises(sched.MarketError) as e:
        sched.procure_reserves([1], [2], [([-1], 5)])
    assert e.value.code == "unknown_order"


def test_flow_based_exchange():
    # Prices 10, 40, 70 and one constraint: the case E13 of the shared data.
    cases = published("zonal")
    case = next((c for c in cases if c["case"].startswith("E13")), None)
    if case is None:
        pytest.skip("no shared data")
    zones = case["zones"]
    number = {z: i for i, z in enumerate(zones)}
    orders = case["orders"]
    r = sched.couple_zones(
        len(zones),
        ([number[o["zone"]] for o in orders], [1 if o["side"] == "sell" else -1 for o in orders],
         [math.inf if o["price"] is None else o["price"] for o in orders], [o["volume"] for o in orders]),
        constraints=([[c["ptdf"].get(z, 0.0) if isinstance(c["ptdf"], dict) else c["ptdf"][number[z]] for z in zones]
                      for c in case["constraints"]], [c["ram"] for c in case["constraints"]]),
        price_cap=case.get("options", {}).get("price_cap", 3000.0))
    assert r["price"].tolist() == pytest.approx([10, 40, 70])
    assert r["shadow_price"].tolist() == pytest.approx([90]) and r["congestion_rent"] == pytest.approx(7200)


def published(mechanism):
    path = os.path.join(os.environ.get("SCHED_DATA_DIR", ""), "market", "cases.json")
    if not os.path.exists(path):
        return []
    with open(path) as f:
        return [c for c in json.load(f) if c["mechanism"] == mechanism]


def test_published_books():
    run = 0
    for c in published("two_sided"):
        if "error" in c["expect"] or c.get("dtype", "float64") != "float64":
            continue
        orders, options = c["orders"], c.get("options", {})
        limits = {"price_cap": math.inf, "price_floor": -math.inf}
        keywords = {k: options[k] for k in ("k", "reference_price", "price_cap", "price_floor") if k in options}
        keywords = {**limits, **keywords}
        for key in ("pricing", "tie", "shortage"):
            if key in c:
                keywords[key] = c[key]
        price, end = [], []
        for o in orders:
            p = o["price"] if o["price"] is not None else (math.inf if o["side"] == "buy" else -math.inf)
            price.append(p)
            end.append(o.get("price_end", p))
        if price != end:
            keywords["price_end"] = end
        for key in ("time", "merit", "user"):
            if orders and all(key in o and not isinstance(o[key], str) for o in orders):
                keywords[key] = [o[key] for o in orders]
        if keywords.get("pricing") == "vickrey" and "user" not in keywords:
            continue
        r = sched.clear_two_sided([1 if o["side"] == "sell" else -1 for o in orders], price,
                                  [o["volume"] for o in orders], net_export=c.get("net_export", 0.0), **keywords)
        run += 1
        for key in ("price", "volume", "welfare", "unserved"):
            want = c["expect"].get(key, "absent")
            if want == "absent":
                continue
            if want is None:
                assert math.isnan(r[key]), c["case"]
            else:
                assert r[key] == pytest.approx(want, rel=1e-6, abs=1e-6), (c["case"], key)
        for got, want in zip(r["accepted"], c["expect"].get("accepted") or []):
            assert want is None or got == pytest.approx(want, rel=1e-6, abs=1e-6), c["case"]
    if run == 0:
        pytest.skip("no shared data")
    assert run > 20


def test_blocks_against_enumeration():
    """One period, no families: the best subset of which nobody loses at some price."""
    draw = np.random.default_rng(3)
    for _ in range(60):
        # A linear curve: the price at an injection e is 50 - e, and there is one price for every choice.
        n = int(draw.integers(1, 6))
        price = draw.integers(10, 60, n).astype(float)
        volume = draw.integers(1, 15, n).astype(float)
        orders = ([0, 0], [0, 0], [1, -1], [0, 100], [100, 100], [100, 0])
        r = sched.clear_blocks(orders, 1, blocks={"side": [1] * n, "price": price, "volume": volume[:, None]})
        best = -math.inf
        for on in itertools.product([0, 1], repeat=n):
            e = float(np.dot(on, volume))
            p = 50 - e / 2
            if any(o and p < c for o, c in zip(on, price)):
                continue
            best = max(best, 2500 + 50 * e - e * e / 4 - float(np.dot(on, price * volume)))
        assert r["status"] == "cleared" and r["proven"] and r["gap"] == 0
        assert r["welfare"] == pytest.approx(best)
        assert r["price"].shape == (1, 1) and r["injection"][0, 0] == pytest.approx(float(np.dot(r["ratio"], volume)))
        off = [k for k in range(n) if r["ratio"][k] == 0 and price[k] < r["price"][0, 0] - 1e-4]
        assert r["paradoxically_rejected"].tolist() == off


def test_families_flexible_and_complex_orders():
    orders = ([0, 0, 1, 1], [0] * 4, [1, -1] * 2, [60, 100, 40, 100], [400, 300, 400, 300])
    r = sched.clear_blocks(orders, 2, blocks={"side": [1, 1, 1], "price": [45, 30, 58],
                                              "volume": [[100, 100], [20, 0], [50, 50]], "parent": [-1, 0, -1]},
                           pricing="last_accepted_offer")
    assert r["price"][:, 0].tolist() == [60, 40] and r["ratio"].tolist() == [1, 1, 0]
    group = sched.clear_blocks(orders, 2, blocks={"side": [1, 1], "price": [30, 20], "volume": [[10, 10], [10, 10]],
                                                  "group": [4, 4]})
    assert group["ratio"].tolist() == [0, 1] and group["paradoxically_rejected"].size == 0
    free = sched.clear_blocks(orders, 2, flexible={"side": [1, 1], "price": [30, 70], "volume": [10, 10]})
    assert free["period"].tolist() == [0, -1]
    window = sched.clear_blocks(orders, 2, flexible={"side": [1], "price": [30], "volume": [10], "first": [1]})
    assert window["period"].tolist() == [1]
    both = sched.clear_blocks(orders, 2, flexible={"side": [1, 1], "price": [30, 50], "volume": [10, 10], "most": [2, 2]})
    assert both["period"].tolist() == [0, 0] and [p.tolist() for p in both["periods"]] == [[0, 1], [0]]
    with pytest.raises(sched.MarketError):
        sched.clear_blocks(orders, 2, flexible={"side": [1], "price": [30], "volume": [10], "most": [0]})
    income = lambda fixed: sched.clear_blocks(orders, 2, complex=[
        {"side": 1, "kind": "minimum_income", "fixed_term": fixed, "steps": [[0, 10, 20], [1, 10, 20]]}])
    assert income(900.0)["complex_on"].tolist() == [1] and income(900.0)["complex_accepted"][0].tolist() == [10, 10]
    assert income(1100.0)["complex_on"].tolist() == [0]
    stop = sched.clear_blocks(orders, 2, complex=[{"side": 1, "fixed_term": 1e6, "steps": [[0, 10, 20], [1, 10, 20]],
                                                    "survives": [True, False]}])
    assert stop["complex_on"].tolist() == [0] and stop["complex_accepted"][0].tolist() == [10, 0]
    peak = lambda **how: sched.clear_blocks(([0, 0], [0, 0], [1, -1], [30, 100], [95, 132]), 1, complex=[
        {"side": 1, "fixed_term": how.pop("fixed"), "steps": [[0, 95, 60.006]]}], method="mic_loop", **how)
    assert peak(fixed=0)["price"].tolist() == [[60.006]] and peak(fixed=0)["proven"]
    assert peak(fixed=0, tick=0.01)["price"].tolist() == [[60.01]]
    assert peak(fixed=3000)["price"].tolist() == [[100]] and peak(fixed=3000)["complex_on"].tolist() == [0]
    with pytest.raises(ValueError, match="method: 'guess'"):
        sched.clear_blocks(orders, 2, method="guess")
    with pytest.raises(sched.MarketError):
        sched.clear_blocks(orders, 2, tick=-1)
    stopped = sched.clear_blocks(orders, 2, blocks={"side": [1], "price": [30], "volume": [[9, 9]]}, nodes=0)
    assert stopped["status"] == "budget_exhausted" and not stopped["proven"] and stopped["bound"] >= stopped["welfare"]


def test_blocks_over_zones_are_judged_in_their_zone():
    orders = ([0, 0, 0], [0, 1, 1], [1, 1, -1], [20, 55, 90], [100, 100, 80])
    run = lambda most: sched.clear_blocks(orders, 1, zones=2, links=([0], [1], most, most),
                                          blocks={"side": [1, 1], "price": [30, 30], "volume": [[10], [10]], "zone": [0, 1]})
    tight = run([50])
    assert tight["ratio"].tolist() == [0, 1] and tight["price"][0].tolist() == [20, 55]
    assert tight["flow"].tolist() == [[50]] and tight["accepted"].tolist() == [50, 20, 80]
    assert run([[50]])["flow"].tolist() == [[50]]
    assert run([500])["ratio"].tolist() == [0, 0]


def test_blocks_over_tariffs_and_flow_based_constraints():
    orders = ([0, 0, 0], [0, 1, 2], [1, 1, -1], [10, 40, 500], [300, 300, 150])
    block = {"side": [1], "price": [60], "volume": [[20]], "zone": [2]}
    r = sched.clear_blocks(orders, 1, zones=3, blocks=block, constraints=([[0.5, 0.25, 0]], [60]))
    assert r["ratio"].tolist() == [1] and r["price"][0] == pytest.approx([10, 40, 70])
    assert r["shadow_price"].shape == (1, 1) and r["shadow_price"][0, 0] == pytest.approx(120)
    assert r["net_position"][0] == pytest.approx([110, 20, -130]) and r["flow"].shape == (1, 0)
    r = sched.clear_blocks(orders, 1, zones=3, blocks=block, links=([0], [2], [500], [0], [55]))
    assert r["ratio"].tolist() == [1] and r["price"][0][2] == pytest.approx(65) and r["flow"][0] == pytest.approx([130])
    with pytest.raises(sched.MarketError) as caught:
        sched.clear_blocks(orders, 1, zones=3, blocks=block, links=([0], [2], [500], [0], [0], [0.1]))
    assert caught.value.code == "bad_curve" and caught.value.index == 0


def test_an_order_book_trades_by_price_and_time():
    book = OrderBook()
    assert book.limit(1, SELL, 5, 101) == [Event("accepted", None, 1, None, 5, 101)]
    book.limit(2, SELL, 5, 100)
    book.limit(3, SELL, 5, 100)
    events = book.limit(4, BUY, 7, 100)
    assert [(e.kind, e.maker, e.volume, e.price) for e in events] == [
        ("accepted", None, 7, 100), ("trade", 2, 5, 100), ("trade", 3, 2, 100)]
    assert book.best(SELL) == 100 and book.best(BUY) is None and book.last_price == 100 and len(book) == 2
    assert book.snapshot(SELL)["volume"].tolist() == [3, 5] and book.snapshot(SELL, 1)["price"].tolist() == [100]
    assert book.orders(SELL)["id"].tolist() == [3, 1] and book.remaining(3) == 3 and book.remaining(99) == 0
    assert book.cancel(99)[0].reason == "unknown_order"
    assert book.replace(1, 2)[0] == Event("replaced", None, 1, None, 2, 101)
    assert book.fok(5, BUY, 50, 200)[-1].kind == "cancelled" and book.ioc(6, BUY, 3, 100)[-1].kind == "trade"
    assert book.post_only(7, BUY, 1, 200)[0].reason == "would_trade"
    book.stop(8, BUY, 1, 101)
    assert book.waiting_stops == 1
    assert [e.kind for e in book.market(9, BUY, 1)] == ["accepted", "trade", "triggered", "trade"]
    book.begin_auction()
    assert book.in_auction and book.ioc(10, BUY, 1, 1)[0].reason == "auction_phase"
    book.limit(11, BUY, 4, 105)
    book.limit(12, SELL, 4, 103)
    assert [e.kind for e in book.uncross(104)] == ["trade"] and book.last_price == 104
    with pytest.raises(ValueError, match="matching: 'x' is not one of"):
        OrderBook(matching="x")
    with pytest.raises(ValueError, match="side"):
        book.limit(13, 0, 1, 1)


def test_a_log_replayed_is_what_its_operations_do():
    draw = np.random.default_rng(5)
    n = 5000
    op = draw.choice([0, 0, 0, 0, 1, 2, 5, 8, 8, 9], n)
    id = np.where(np.isin(op, [8, 9]), draw.integers(0, np.arange(n) + 1), np.arange(n))
    side = draw.choice([1, -1], n)
    volume = draw.integers(1, 20, n)
    price = draw.integers(90, 110, n)
    peak = draw.choice([0, 0, 3], n)
    bulk, single = OrderBook(), OrderBook()
    log = bulk.replay(op, id, side, volume, price, peak=peak)
    events = []
    for i in range(n):
        name = OPS[op[i]]
        if name == "cancel":
            found = single.cancel(int(id[i]))
        elif name == "replace":
            found = single.replace(int(id[i]), int(volume[i]), int(price[i]))
        elif name == "market":
            found = single.market(int(id[i]), int(side[i]), int(volume[i]))
        elif name == "ioc":
            found = single.ioc(int(id[i]), int(side[i]), int(volume[i]), int(price[i]))
        else:
            found = getattr(single, name)(int(id[i]), int(side[i]), int(volume[i]), int(price[i]), peak=int(peak[i]))
        events += [(i, e.kind, e.taker, e.volume, e.price) for e in found]
    assert events == list(zip(log["request"].tolist(), (EVENTS[k] for k in log["kind"]), log["taker"].tolist(),
                              log["volume"].tolist(), log["price"].tolist()))
    assert "trade" in {e[1] for e in events} and "refused" in {e[1] for e in events}
    for s in (SELL, BUY):
        for column, values in bulk.orders(s).items():
            assert (values == single.orders(s)[column]).all()
    with pytest.raises(ValueError, match="id: one number per operation"):
        bulk.replay([0], [1, 2], [1], [1], [1])


def test_long_calls_let_other_threads_run():
    """With no switch after a while, the other thread runs during the call if that lets go of the lock, else after it."""
    draw = np.random.default_rng(1)
    t, n = 6, 60
    orders = (np.repeat(np.arange(t), 40), np.zeros(40 * t, int), np.tile([1, -1], 20 * t), draw.uniform(0, 100, 40 * t),
              draw.uniform(1, 30, 40 * t))
    blocks = {"side": draw.choice([1, -1], n), "price": draw.uniform(20, 80, n), "volume": draw.uniform(1, 9, (n, t))}
    gate, ran, seen = threading.Lock(), [], []

    def work():
        gate.release()
        sched.clear_blocks(orders, t, blocks=blocks, nodes=300)
        seen.append(bool(ran))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        while not any(seen) and len(seen) < 1000:  # a busy machine may wake a thread late
            ran.clear()
            gate.acquire()
            worker = threading.Thread(target=work)
            worker.start()
            with gate:
                ran.append(1)
            worker.join()
    finally:
        sys.setswitchinterval(interval)
    assert any(seen)
    again = sched.clear_blocks(orders, t, blocks=blocks, nodes=300)
    assert again["nodes"] <= 300 and (again["status"] == "cleared") == again["proven"]
