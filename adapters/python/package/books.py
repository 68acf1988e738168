# SPDX-License-Identifier: BSL-1.0
"""Continuous trading: an order book with a method per operation, and the names that its logs are written in."""

from typing import NamedTuple, Optional

from . import _books

SELL = 1
BUY = -1
OPS = ("limit", "market", "ioc", "fok", "all_or_none", "post_only", "stop", "stop_limit", "cancel", "replace")
EVENTS = ("accepted", "trade", "cancelled", "replaced", "triggered", "decremented", "refused")
REFUSALS = ("none", "unknown_order", "duplicate_id", "bad_volume", "bad_price", "would_trade", "auction_phase")


class Event(NamedTuple):
    """What an operation did. `maker` is the resting order of a trade, `reason` that of a refusal."""

    kind: str
    reason: Optional[str]
    taker: int
    maker: Optional[int]
    volume: int
    price: int


class OrderBook(_books.OrderBook):
    """OrderBook(*, matching="price_time", self_trade="none"): a continuous double auction of one product.

    Prices are whole ticks, volumes whole lots, `side` is SELL (1) or BUY (-1), ids are the caller's. Every operation
    returns its events in order; refusals are events, not exceptions. matching: price_time, pro_rata, top_then_pro_rata;
    self_trade: none, cancel_newest, cancel_oldest, cancel_both, decrement (orders without owner are never the same).
    Not for several threads at once.
    """

    def _do(self, op, id, side=BUY, volume=0, price=0, peak=0, trigger=0, owner=None, keep_price=False):
        found = self._submit(op, id, side, volume, price, peak, trigger, -1 if owner is None else owner, keep_price)
        return [Event._make(e) for e in found]

    def limit(self, id, side, volume, price, *, peak=0, owner=None):
        """Trades what it can at the limit or better, rests with the remainder. peak: an iceberg that shows so much."""
        return self._do("limit", id, side, volume, price, peak, owner=owner)

    def market(self, id, side, volume, *, owner=None):
        """Trades what it can at any price, the remainder is cancelled; in an auction phase it waits."""
        return self._do("market", id, side, volume, owner=owner)

    def ioc(self, id, side, volume, price, *, owner=None):
        """Immediate or cancel."""
        return self._do("ioc", id, side, volume, price, owner=owner)

    def fok(self, id, side, volume, price, *, owner=None):
        """Fill or kill: trades in full at once, hidden volume counts, or is cancelled."""
        return self._do("fok", id, side, volume, price, owner=owner)

    def all_or_none(self, id, side, volume, price, *, owner=None):
        """Trades in full at once or rests; resting it trades only as a whole."""
        return self._do("all_or_none", id, side, volume, price, owner=owner)

    def post_only(self, id, side, volume, price, *, peak=0, owner=None):
        """Rests; refused when it would trade."""
        return self._do("post_only", id, side, volume, price, peak, owner=owner)

    def stop(self, id, side, volume, trigger, *, owner=None):
        """A market order once the last trade price is at or beyond `trigger` (up for bids, down for offers)."""
        return self._do("stop", id, side, volume, trigger=trigger, owner=owner)

    def stop_limit(self, id, side, volume, price, trigger, *, peak=0, owner=None):
        """A limit order once the last trade price is at or beyond `trigger`."""
        return self._do("stop_limit", id, side, volume, price, peak, trigger, owner)

    def cancel(self, id):
        """Takes an order out."""
        return self._do("cancel", id)

    def replace(self, id, volume, price=None):
        """New remaining volume, and price if given; less volume at the same price keeps the place."""
        return self._do("replace", id, volume=volume, price=0 if price is None else price, keep_price=price is None)

    def uncross(self, reference=None):
        """Ends an auction phase: one price for all by the rules of call auctions, then continuous trading."""
        return [Event._make(e) for e in self._uncross(reference)]
