# SPDX-License-Identifier: BSL-1.0
"""Markets as environments for reinforcement learning, in pure Python on top of `market_step`.

The interface is that of Gymnasium (`reset`, `step` with five values) without depending on it; `ParallelMarket` has that of
PettingZoo's parallel environments, with an agent per unit.
"""

import numpy as np

from ._market import market_step

__all__ = ["Market", "ParallelMarket"]


class Market:
    """All units of a market, hour by hour.

    capacity, cost: per unit. demand: profile per hour; `horizon` hours make an episode (default: the whole profile, which
    is repeated when shorter). Actions [unit, 2]: share withheld in [0, 1] and markup; observations [unit, width]:
    "rivals" (demand / scale, own capacity, cost and capacity of the others), "hour" (demand, capacity, cost, hour / 24),
    "week" (the same and weekday / 7) or "clock" (demand, capacity, cost, sine and cosine of hour and weekday).
    `noise`: standard deviation of the demand drawn at reset, in parts of its maximum.
    demand_prices, demand_volumes: bids besides that demand, which give way to the price: [bid] for every hour, or
    [hour, bid], repeated as the profile is. What they take is `served` in the information.
    """

    observations = ("rivals", "hour", "week", "clock")

    def __init__(self, capacity, cost, demand, *, horizon=None, observation="rivals", noise=0.0, max_bid_delta=50.0,
                 bid_penalty=0.01, lost_load=1.0, demand_prices=None, demand_volumes=None):
        self.capacity = np.array(capacity, dtype=np.float64, ndmin=1)
        self.cost = np.array(cost, dtype=np.float64, ndmin=1)
        self.profile = np.array(demand, dtype=np.float64, ndmin=1)
        if self.capacity.shape != self.cost.shape or self.capacity.ndim != 1:
            raise ValueError("capacity and cost: one number per unit wanted")
        if observation not in self.observations:
            raise ValueError(f"observation: '{observation}' is not one of {', '.join(self.observations)}")
        self.units = len(self.capacity)
        self.horizon = len(self.profile) if horizon is None else int(horizon)
        self.observation = observation
        self.noise = float(noise)
        scale = [float(x.max(initial=0.0)) for x in (self.profile, self.cost)]
        self.demand_scale, self.cost_scale = [x if x > 0 else 1.0 for x in scale]
        self._numbers = dict(max_bid_delta=float(max_bid_delta), bid_penalty=float(bid_penalty),
                             lost_load=float(lost_load), demand_scale=self.demand_scale, cost_scale=self.cost_scale,
                             horizon=float(self.horizon))
        if (demand_prices is None) != (demand_volumes is None):
            raise ValueError("demand_prices, demand_volumes: both or none wanted")
        self._elastic = None
        if demand_prices is not None:
            self._elastic = [np.array(x, dtype=np.float64, ndmin=2) for x in (demand_prices, demand_volumes)]
            if self._elastic[0].shape != self._elastic[1].shape or self._elastic[0].ndim != 2 or not len(self._elastic[0]):
                raise ValueError("demand_prices, demand_volumes: [bid] or [hour, bid] of one shape wanted")
            self._served = np.empty(self._elastic[0].shape[1])
        self._accepted, self._rewards, self._bids, self._volumes = np.empty((4, self.units))
        width = {"rivals": 2 * self.units, "hour": 4, "week": 5, "clock": 7}[observation]
        self._seen = np.empty((self.units, width))
        self._random = np.random.default_rng()
        self.demand = self.profile.copy()
        self.hour = 0
        if observation == "rivals":
            for i in range(self.units):
                others = np.arange(self.units) != i
                self._seen[i, 2::2] = self.cost[others]
                self._seen[i, 3::2] = self.capacity[others]
                self._seen[i, 1] = self.capacity[i]
        else:
            self._seen[:, 1] = self.capacity
            self._seen[:, 2] = self.cost

    def _observe(self):
        hour = self.hour
        demand = self.demand[hour % len(self.demand)]
        seen = self._seen
        if self.observation == "rivals":
            seen[:, 0] = demand / self.demand_scale
            return seen.copy()
        seen[:, 0] = demand
        day = hour // 24 % 7
        if self.observation == "clock":
            a, b = 2 * np.pi * (hour % 24) / 24, 2 * np.pi * day / 7
            seen[:, 3:] = np.sin(a), np.cos(a), np.sin(b), np.cos(b)
        else:
            seen[:, 3] = hour % 24 / 24
            if self.observation == "week":
                seen[:, 4] = day / 7
        return seen.copy()

    def reset(self, *, seed=None, options=None):
        """(observations, information) of a new episode; a seed makes its noise repeatable."""
        if seed is not None:
            self._random = np.random.default_rng(seed)
        self.hour = 0
        self.demand = self.profile.copy()
        if self.noise > 0:
            extra = self._random.normal(0.0, self.noise * self.demand_scale, len(self.profile))
            low, high = -0.5 * self.profile.min(), 0.5 * (self.capacity.sum() - self.profile.max())
            self.demand += np.clip(extra, low, max(low, high))
        return self._observe(), {}

    def step(self, actions):
        """(observations, rewards [unit], terminated, truncated, information)."""
        actions = np.ascontiguousarray(actions, dtype=np.float64)
        demand = self.demand[self.hour % len(self.demand)]
        bending = {}
        if self._elastic is not None:
            prices, volumes = [x[self.hour % len(x)] for x in self._elastic]
            bending = dict(demand_prices=prices, demand_volumes=volumes, served=self._served)
        price = market_step(self.capacity, self.cost, demand, actions, self._accepted, self._rewards, bids=self._bids,
                            volumes=self._volumes, **self._numbers, **bending)
        self.hour += 1
        information = {"price": price, "accepted": self._accepted.copy(), "bids": self._bids.copy(),
                       "volumes": self._volumes.copy()}
        if bending:
            information["served"] = self._served.copy()
        return self._observe(), self._rewards.copy(), False, self.hour >= self.horizon, information


class ParallelMarket:
    """The same with an agent per unit and dictionaries, as PettingZoo's parallel environments have it."""

    def __init__(self, *arguments, **keywords):
        self.market = Market(*arguments, **keywords)
        self.possible_agents = [f"unit_{i}" for i in range(self.market.units)]
        self.agents = []

    def _each(self, values):
        return dict(zip(self.possible_agents, values))

    def reset(self, *, seed=None, options=None):
        seen, _ = self.market.reset(seed=seed)
        self.agents = list(self.possible_agents)
        return self._each(seen), {a: {} for a in self.agents}

    def step(self, actions):
        rows = [actions[a] for a in self.possible_agents]
        seen, rewards, terminated, truncated, information = self.market.step(rows)
        count = self.market.units
        if truncated:
            self.agents = []
        one = [{"price": information["price"], "accepted": x} for x in information["accepted"]]
        return (self._each(seen), self._each(rewards), self._each([terminated] * count),
                self._each([truncated] * count), self._each(one))
