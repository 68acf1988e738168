# SPDX-License-Identifier: BSL-1.0
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Optional, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Reals = NDArray[np.float64]
_Integers = NDArray[np.int64]
_Columns = Sequence[ArrayLike]
_Tie = Literal["index", "time", "merit_number", "largest_first", "smallest_first", "pro_rata", "equal_split", "random"]
_Uniform = Literal["last_accepted_offer", "first_rejected_offer", "last_accepted_bid", "first_rejected_bid", "k_price",
                  "k_accepted", "second_price", "split_difference", "reference", "marginal"]
_Pricing = Literal["last_accepted_offer", "first_rejected_offer", "last_accepted_bid", "first_rejected_bid", "k_price",
                  "k_accepted", "second_price", "split_difference", "lao_seller_lab_buyer", "reference", "marginal",
                  "pay_as_bid", "vickrey"]
_Shortage = Literal["last_offer", "highest_offer", "cap", "adder", "marginal_demand"]

class _Book(TypedDict):
    status: str
    price: float
    sell_price: float
    buy_price: float
    lo: float
    hi: float
    volume: float
    sold: float
    bought: float
    accepted: _Reals
    order_prices: Optional[_Reals]
    unserved: float
    unsold: float
    welfare: float
    consumer_surplus: float
    producer_surplus: float
    auctioneer_surplus: float

class _Intuitive(TypedDict, total=False):
    exchange: _Reals
    patched: _Integers

class _Zones(_Intuitive):
    status: str
    price: _Reals
    lo: _Reals
    hi: _Reals
    accepted: _Reals
    net_position: _Reals
    flow: _Reals
    boundary_import: _Reals
    shadow_price: _Reals
    area: _Integers
    congestion_rent: float
    tariffs: float
    welfare: float
    unserved: float

class _Blocks(TypedDict):
    status: str
    proven: bool
    welfare: float
    bound: float
    gap: float
    nodes: int
    ties_settled: bool
    price: Optional[_Reals]
    injection: Optional[_Reals]
    ratio: _Reals
    period: _Integers
    periods: list[_Integers]
    complex_on: _Integers
    complex_accepted: list[_Reals]
    paradoxically_rejected: _Integers
    paradoxically_rejected_flexible: _Integers
    accepted: _Reals
    flow: _Reals
    net_position: _Reals
    shadow_price: _Reals

class _Periods(TypedDict):
    status: str
    welfare: float
    price: _Reals
    net_position: _Reals
    flow: _Reals
    accepted: _Reals
    ramp_price: _Reals

class _Purchase(TypedDict):
    status: str
    average_price: float
    volume: float
    curtailed: float
    purchased: _Reals
    price: _Reals
    accepted: _Reals
    net_position: _Reals
    flow: _Reals
    boundary_import: _Reals
    congestion_rent: float
    welfare: float
    clearings: int

class _Reserves(TypedDict):
    status: str
    cost: float
    accepted: _Reals
    price: _Reals
    shadow_price: _Reals
    missing: _Reals

def clear_two_sided(side: ArrayLike, price: ArrayLike, volume: ArrayLike, *, price_end: Optional[ArrayLike] = None,
                    time: Optional[ArrayLike] = None, merit: Optional[ArrayLike] = None,
                    user: Optional[ArrayLike] = None, net_export: float = 0.0, pricing: _Pricing = "k_price",
                    tie: _Tie = "index", shortage: _Shortage = "marginal_demand", price_cap: float = ...,
                    price_floor: float = ..., k: float = 0.5, reference_price: float = 0.0, adder_slope: float = 0.0,
                    seed: int = 1) -> _Book: ...
def couple_zones(zones: int, orders: _Columns, links: Optional[_Columns] = None, *,
                 boundaries: Optional[_Columns] = None, constraints: Optional[_Columns] = None,
                 injection: Optional[ArrayLike] = None, time: Optional[ArrayLike] = None,
                 merit: Optional[ArrayLike] = None, pricing: _Uniform = "k_price", tie: _Tie = "index",
                 price_cap: float = ..., price_floor: float = ..., k: float = 0.5, reference_price: float = 0.0,
                 seed: int = 1, intuitive: bool = False) -> _Zones: ...
def clear_blocks(orders: _Columns, periods: int, *, zones: int = 1, links: Optional[_Columns] = None,
                 blocks: Optional[Mapping[str, ArrayLike]] = None, flexible: Optional[Mapping[str, ArrayLike]] = None,
                 complex: Optional[Sequence[Mapping[str, Any]]] = None, nodes: int = 100000, seconds: float = ...,
                 gap: float = 0.0, heuristic: bool = False, pricing: _Uniform = "k_price", tie: _Tie = "index",
                 price_cap: float = ..., price_floor: float = ..., k: float = 0.5, reference_price: float = 0.0,
                 seed: int = 1, tick: float = 0.0,
                 method: Literal["clear_blocks", "mic_loop"] = "clear_blocks",
                 constraints: Optional[_Columns] = None) -> _Blocks: ...
def couple_periods(orders: _Columns, periods: int, zones: int, links: Optional[_Columns] = None, *,
                   ramps: Optional[Sequence[Mapping[str, Any]]] = None, injection: Optional[ArrayLike] = None,
                   price_cap: float = ..., price_floor: float = ...) -> _Periods: ...
def clear_uniform_purchase(zones: int, orders: _Columns, purchases: _Columns, links: Optional[_Columns] = None, *,
                           boundaries: Optional[_Columns] = None, injection: Optional[ArrayLike] = None,
                           pricing: _Uniform = "k_price", tie: _Tie = "index", price_cap: float = ...,
                           price_floor: float = ..., k: float = 0.5, reference_price: float = 0.0,
                           seed: int = 1) -> _Purchase: ...
def procure_reserves(cost: ArrayLike, most: ArrayLike,
                     requirements: Sequence[tuple[ArrayLike, float]]) -> _Reserves: ...
