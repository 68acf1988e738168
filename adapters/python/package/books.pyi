# SPDX-License-Identifier: BSL-1.0
from typing import Any, Literal, NamedTuple, Optional, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

SELL: Literal[1]
BUY: Literal[-1]
OPS: tuple[str, ...]
EVENTS: tuple[str, ...]
REFUSALS: tuple[str, ...]

_Side = Literal[1, -1]
_Integers = NDArray[np.int64]

class Event(NamedTuple):
    kind: str
    reason: Optional[str]
    taker: int
    maker: Optional[int]
    volume: int
    price: int

class _Log(TypedDict):
    request: _Integers
    kind: _Integers
    reason: _Integers
    taker: _Integers
    maker: _Integers
    volume: _Integers
    price: _Integers

class _Levels(TypedDict):
    price: _Integers
    volume: _Integers
    orders: _Integers

class _Orders(TypedDict):
    id: _Integers
    volume: _Integers
    price: _Integers
    visible: _Integers

class OrderBook:
    def __new__(cls, *, matching: Literal["price_time", "pro_rata", "top_then_pro_rata"] = "price_time",
                self_trade: Literal["none", "cancel_newest", "cancel_oldest", "cancel_both", "decrement"] = "none"
                ) -> "OrderBook": ...
    def limit(self, id: int, side: _Side, volume: int, price: int, *, peak: int = 0,
              owner: Optional[int] = None) -> list[Event]: ...
    def market(self, id: int, side: _Side, volume: int, *, owner: Optional[int] = None) -> list[Event]: ...
    def ioc(self, id: int, side: _Side, volume: int, price: int, *, owner: Optional[int] = None) -> list[Event]: ...
    def fok(self, id: int, side: _Side, volume: int, price: int, *, owner: Optional[int] = None) -> list[Event]: ...
    def all_or_none(self, id: int, side: _Side, volume: int, price: int, *,
                    owner: Optional[int] = None) -> list[Event]: ...
    def post_only(self, id: int, side: _Side, volume: int, price: int, *, peak: int = 0,
                  owner: Optional[int] = None) -> list[Event]: ...
    def stop(self, id: int, side: _Side, volume: int, trigger: int, *, owner: Optional[int] = None) -> list[Event]: ...
    def stop_limit(self, id: int, side: _Side, volume: int, price: int, trigger: int, *, peak: int = 0,
                   owner: Optional[int] = None) -> list[Event]: ...
    def cancel(self, id: int) -> list[Event]: ...
    def replace(self, id: int, volume: int, price: Optional[int] = None) -> list[Event]: ...
    def replay(self, op: ArrayLike, id: ArrayLike, side: ArrayLike, volume: ArrayLike, price: ArrayLike, *,
               peak: Optional[ArrayLike] = None, trigger: Optional[ArrayLike] = None,
               owner: Optional[ArrayLike] = None, keep_price: Optional[ArrayLike] = None) -> _Log: ...
    def begin_auction(self) -> None: ...
    def uncross(self, reference: Optional[int] = None) -> list[Event]: ...
    def best(self, side: _Side, /) -> Optional[int]: ...
    def remaining(self, id: int, /) -> int: ...
    def snapshot(self, side: _Side, depth: int = 0) -> _Levels: ...
    def orders(self, side: _Side, /) -> _Orders: ...
    @property
    def last_price(self) -> Optional[int]: ...
    @property
    def in_auction(self) -> bool: ...
    @property
    def waiting_stops(self) -> int: ...
    def __len__(self) -> int: ...
