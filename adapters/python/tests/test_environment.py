# SPDX-License-Identifier: BSL-1.0
import numpy as np
import pytest

import sched
from sched.environment import Market, ParallelMarket


def test_a_step_of_three_units():
    capacity, cost = np.array([40.0, 20, 20]), np.array([0.0, 10, 20])
    actions = np.array([[0.5, 0], [0.25, 0.2], [0, -0.1]])
    accepted, rewards, bids, volumes = np.empty((4, 3))
    price = sched.market_step(capacity, cost, 38, actions, accepted, rewards, bids=bids, volumes=volumes,
                              demand_scale=60, cost_scale=20, horizon=24)
    assert volumes.tolist() == [20, 15, 20]
    assert bids == pytest.approx([0, 19.8687660112452, 15.01660026875221])
    assert price == pytest.approx(15.01660026875221)
    assert accepted.tolist() == [20, 0, 18]
    assert rewards == pytest.approx([0.2085638926215585, -0.0006763371012826978, -0.06246495686894043], rel=1e-12)


def test_a_batch_of_steps_is_a_loop():
    draw = np.random.default_rng(1)
    capacity, cost = draw.uniform(10, 40, 5), draw.uniform(0, 30, 5)
    demand, actions = draw.uniform(0, 150, 200), draw.uniform(0, 1, (200, 5, 2))
    accepted, rewards, price = np.empty((200, 5)), np.empty((200, 5)), np.empty(200)
    sched.market_step_batch(capacity, cost, demand, actions, accepted, rewards, price, threads=2)
    a, r = np.empty((2, 5))
    for m in range(200):
        assert sched.market_step(capacity, cost, demand[m], actions[m], a, r) == price[m]
        assert np.array_equal(a, accepted[m]) and np.array_equal(r, rewards[m])


def elastic_price(bids, volumes, fixed, limits, asked):
    """The default rule by brute force: serve bids while units are cheaper; the dearest taken offer or cut bid."""
    offers = sorted((b, 0, i, v) for i, (b, v) in enumerate(zip(bids, volumes)))
    offers = sorted(offers + [(p, 1, k, v) for k, (p, v) in enumerate(zip(limits, asked))])
    left, price = fixed + sum(asked), None
    taken = {}
    for p, kind, i, v in offers:
        a = min(v, left)
        taken[kind, i] = a
        if a > 0:
            price = p
        left -= a
    return price, [taken[0, i] for i in range(len(bids))], [v - taken[1, k] for k, v in enumerate(asked)]


def test_elastic_demand_gives_way_to_the_price():
    capacity, cost, actions = np.array([10.0, 10]), np.array([5.0, 20]), np.zeros((2, 2))
    accepted, rewards, served = np.empty(2), np.empty(2), np.empty(2)
    limits, asked = np.array([30.0, 10]), np.array([5.0, 8])
    price = sched.market_step(capacity, cost, 4, actions, accepted, rewards, demand_prices=limits, demand_volumes=asked,
                              served=served)
    assert (price, accepted.tolist(), served.tolist()) == (10, [10, 0], [5, 1])
    # The kind of call without bids is the same market, bit for bit.
    none = np.empty(0)
    other = np.empty((2, 2))
    assert sched.market_step(capacity, cost, 4, actions, *other, demand_prices=none, demand_volumes=none) == \
        sched.market_step(capacity, cost, 4, actions, accepted, rewards, demand_prices=None)
    assert np.array_equal(other, [accepted, rewards])


def test_random_steps_with_elastic_demand_are_as_by_brute_force_and_batches_are_loops():
    draw = np.random.default_rng(7)
    markets, units, count = 300, 4, 3
    capacity, cost = draw.integers(1, 9, units) * 1.0, draw.integers(0, 9, units) * 4.0
    fixed = draw.integers(0, 12, markets) * 1.0
    actions = np.zeros((markets, units, 2))
    for own in (False, True):
        shape = (markets, count) if own else (count,)
        limits, asked = draw.integers(0, 40, shape) + 0.5, draw.integers(1, 6, shape) * 1.0
        accepted, rewards = np.empty((2, markets, units))
        price, served = np.empty(markets), np.empty((markets, count))
        sched.market_step_batch(capacity, cost, fixed, actions, accepted, rewards, price, threads=2,
                                demand_prices=limits, demand_volumes=asked, served=served)
        cut = 0
        for m in range(markets):
            mine = (limits[m], asked[m]) if own else (limits, asked)
            a, r, s, b = np.empty(units), np.empty(units), np.empty(count), np.empty(units)
            assert sched.market_step(capacity, cost, fixed[m], actions[m], a, r, bids=b, demand_prices=mine[0],
                                     demand_volumes=mine[1], served=s) == price[m]
            assert np.array_equal(a, accepted[m]) and np.array_equal(r, rewards[m]) and np.array_equal(s, served[m])
            if fixed[m] > capacity.sum():
                continue
            p, taken, given = elastic_price(b, capacity, fixed[m], *mine)
            assert (p, taken, given) == (price[m], a.tolist(), s.tolist())
            cut += 0 < sum(given) < sum(mine[1])
        assert cut > 50


def test_an_environment_has_elastic_demand():
    market = Market([10, 10], [5, 20], [4, 4, 4], demand_prices=[[30, 10], [3, 1]], demand_volumes=[[5, 8], [5, 8]])
    market.reset(seed=1)
    seen = [market.step(np.zeros((2, 2)))[4] for _ in range(3)]
    assert [x["price"] for x in seen] == [10, 5, 10]
    assert [x["served"].tolist() for x in seen] == [[5, 1], [0, 0], [5, 1]]
    assert "served" not in Market([10], [5], [4]).step(np.zeros((1, 2)))[4]
    with pytest.raises(ValueError, match="both or none"):
        Market([10], [5], [4], demand_prices=[1])


@pytest.mark.parametrize("wrong, error", [
    (dict(demand_prices=np.ones(2)), "both or none"),
    (dict(demand_prices=np.ones(2), demand_volumes=np.ones(3)), "length_mismatch|one shape"),
    (dict(demand_prices=np.ones((3, 2)), demand_volumes=np.ones((3, 2))), "a row for each of 2 markets"),
    (dict(demand_prices=np.ones(2), demand_volumes=-np.ones(2)), "negative"),
    (dict(demand_prices=[1.0, 2], demand_volumes=np.ones(2)), "demand_prices: a C-contiguous"),
    (dict(demand_prices=np.ones(2), demand_volumes=np.ones(2), served=np.ones(3)), "served: wrong size"),
    (dict(served=np.ones(3)), "served: wrong size")])
def test_wrong_elastic_demand_is_refused(wrong, error):
    capacity, cost, accepted, rewards = np.ones(2), np.ones(2), np.empty((2, 2)), np.empty((2, 2))
    with pytest.raises(ValueError, match=error):
        sched.market_step_batch(capacity, cost, np.ones(2), np.zeros((2, 2, 2)), accepted, rewards, np.empty(2), **wrong)


def test_wrong_arrays_are_refused():
    capacity, cost, actions, out = np.ones(2), np.ones(2), np.zeros((2, 2)), np.empty((2, 2))
    with pytest.raises(ValueError):
        sched.market_step(capacity, cost, 1, actions[:, ::-1], *out)
    with pytest.raises(ValueError):
        sched.market_step(capacity, cost, 1, actions, out[0], out[0])
    with pytest.raises(sched.MarketError):
        sched.market_step(capacity, np.ones(3), 1, actions, *out)
    with pytest.raises(sched.MarketError):
        sched.market_step(capacity, cost, 1, actions + 2, *out)
    with pytest.raises(TypeError):
        sched.market_step(capacity, cost, 1, actions, *out, other=1)
    with pytest.raises(TypeError):
        sched.market_step(capacity, cost, 1, actions)
    with pytest.raises(ValueError, match="overlap"):
        sched.market_step(capacity, cost, 1, actions, *out, demand_prices=np.ones(2), demand_volumes=out[0])
    with pytest.raises(ValueError, match="a row for each of 2 markets"):
        sched.market_step_batch(np.ones((3, 2)), np.ones((3, 2)), np.ones(2), np.zeros((3, 2, 2)), np.empty((3, 2)),
                                np.empty((3, 2)), np.empty(2))


@pytest.mark.parametrize("observation, width", [("rivals", 6), ("hour", 4), ("week", 5), ("clock", 7)])
def test_an_episode(observation, width):
    market = Market([40, 20, 20], [0, 10, 20], [30, 50, 40], horizon=30, observation=observation, noise=0.05)
    first, _ = market.reset(seed=7)
    demand = market.demand.copy()
    assert first.shape == (3, width)
    steps, truncated = 0, False
    while not truncated:
        seen, rewards, terminated, truncated, information = market.step(np.zeros((3, 2)))
        assert seen.shape == (3, width) and rewards.shape == (3,) and not terminated
        assert information["accepted"].sum() == pytest.approx(market.demand[steps % 3])
        steps += 1
    assert steps == 30
    again, _ = market.reset(seed=7)
    assert np.array_equal(first, again) and np.array_equal(demand, market.demand)
    assert np.all(market.demand >= market.profile / 2)


def test_agents_one_by_one():
    market = ParallelMarket([40, 20], [0, 10], [30, 50])
    seen, _ = market.reset(seed=1)
    assert list(seen) == market.agents == ["unit_0", "unit_1"]
    for last in (False, True):
        seen, rewards, terminated, truncated, information = market.step({a: np.zeros(2) for a in market.possible_agents})
        assert set(rewards) == set(seen) and all(v == last for v in truncated.values())
    assert market.agents == [] and information["unit_0"]["accepted"] == 40


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match="observation"):
        Market([1], [1], [1], observation="x")
    with pytest.raises(ValueError, match="capacity"):
        Market([1, 2], [1], [1])
