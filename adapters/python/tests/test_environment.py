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
