# SPDX-License-Identifier: BSL-1.0
from typing import Any, Literal, Optional, TypedDict, Union, final, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

kernel: str

_Reals = Union[NDArray[np.float64], NDArray[np.float32]]
_Number = Union[float, np.floating[Any], NDArray[Any]]
_Tie = Literal["index", "time", "merit_number", "largest_first", "smallest_first", "pro_rata", "equal_split", "random"]
_Pricing = Literal["last_accepted_offer", "first_rejected_offer", "last_accepted_bid", "k_price", "second_price",
                  "reference", "marginal"]
_Shortage = Literal["last_offer", "highest_offer", "cap", "adder", "marginal_demand"]
_ZeroDemand = Literal["lowest_offer", "lowest_of_all", "zero", "none"]

class MarketError(ValueError):
    code: str
    index: Optional[int]

class _Detail(TypedDict):
    price: float
    accepted: _Reals
    status: str
    unserved: float
    last_accepted_offer: float
    first_rejected_offer: float
    marginal: Optional[int]

@overload
def clear(prices: ArrayLike, volumes: ArrayLike, demand: _Number, *, out: None = None) -> tuple[float, _Reals]: ...
@overload
def clear(prices: ArrayLike, volumes: ArrayLike, demand: _Number, *, out: _Reals) -> float: ...

@final
class Clearing:
    def __new__(cls, *, tie: _Tie = "index", pricing: _Pricing = "last_accepted_offer", shortage: _Shortage = "last_offer",
                zero_demand: _ZeroDemand = "lowest_offer", price_cap: float = ..., price_floor: float = ...,
                k: float = 0.5, reference_price: float = 0.0, adder_slope: float = 0.0, seed: int = 1,
                slack: float = 16.0, summation: Literal["fast", "exact_order"] = "fast",
                compat: Optional[Literal["numba", "numba_exact"]] = None) -> "Clearing": ...
    @overload
    def __call__(self, prices: ArrayLike, volumes: ArrayLike, demand: _Number, *, out: None = None,
                 time: Optional[ArrayLike] = None, merit: Optional[ArrayLike] = None) -> tuple[float, _Reals]: ...
    @overload
    def __call__(self, prices: ArrayLike, volumes: ArrayLike, demand: _Number, *, out: _Reals,
                 time: Optional[ArrayLike] = None, merit: Optional[ArrayLike] = None) -> float: ...
    def detail(self, prices: ArrayLike, volumes: ArrayLike, demand: _Number, *, out: Optional[_Reals] = None,
               time: Optional[ArrayLike] = None, merit: Optional[ArrayLike] = None) -> _Detail: ...

def clear_batch(prices: ArrayLike, volumes: ArrayLike, demand: ArrayLike, *, out: Optional[_Reals] = None,
                price_out: Optional[_Reals] = None, layout: Literal["rows", "columns"] = "rows",
                threads: int = 1) -> tuple[_Reals, _Reals]: ...

@final
class MeritOrder:
    def __new__(cls, prices: ArrayLike, volumes: ArrayLike) -> "MeritOrder": ...
    def __len__(self) -> int: ...
    def price(self, demand: _Number, /) -> float: ...
    def supply(self, price: _Number, /) -> float: ...
    @overload
    def accepted(self, demand: _Number, *, out: None = None) -> tuple[float, NDArray[np.float64]]: ...
    @overload
    def accepted(self, demand: _Number, *, out: NDArray[np.float64]) -> float: ...
    def update(self, offer: int, price: float, volume: float) -> None: ...

def market_step(capacity: NDArray[np.float64], cost: NDArray[np.float64], demand: _Number, actions: NDArray[np.float64],
                accepted: NDArray[np.float64], rewards: NDArray[np.float64], /, *,
                bids: Optional[NDArray[np.float64]] = None, volumes: Optional[NDArray[np.float64]] = None,
                max_bid_delta: float = 50.0, bid_penalty: float = 0.01, lost_load: float = 1.0,
                demand_scale: float = 1.0, cost_scale: float = 1.0, horizon: float = 1.0,
                demand_prices: Optional[NDArray[np.float64]] = None, demand_volumes: Optional[NDArray[np.float64]] = None,
                served: Optional[NDArray[np.float64]] = None) -> float: ...
def market_step_batch(capacity: NDArray[np.float64], cost: NDArray[np.float64], demand: NDArray[np.float64],
                      actions: NDArray[np.float64], accepted: NDArray[np.float64], rewards: NDArray[np.float64],
                      price_out: NDArray[np.float64], /, *, bids: Optional[NDArray[np.float64]] = None,
                      volumes: Optional[NDArray[np.float64]] = None, max_bid_delta: float = 50.0,
                      bid_penalty: float = 0.01, lost_load: float = 1.0, demand_scale: float = 1.0,
                      cost_scale: float = 1.0, horizon: float = 1.0, threads: int = 1,
                      demand_prices: Optional[NDArray[np.float64]] = None,
                      demand_volumes: Optional[NDArray[np.float64]] = None,
                      served: Optional[NDArray[np.float64]] = None) -> None: ...
