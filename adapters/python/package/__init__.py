# SPDX-License-Identifier: BSL-1.0
"""sched: the scheduling library of C++, from Python.

Markets so far: `clear`, `Clearing`, `clear_batch`, `MeritOrder`, `market_step`, `market_step_batch` for offers against a
demand; `clear_two_sided`, `couple_zones` and `clear_blocks` for books, zones and block orders; `OrderBook` for continuous
trading. Environments for reinforcement learning are in `sched.environment`.

The standard library has a module of this name. This package comes before it on the path of an interpreter that has it
installed, and passes on its names (`sched.scheduler`, `sched.Event`), so that programs written for it go on working.
"""

from ._books import (clear_blocks, clear_two_sided, clear_uniform_purchase, couple_periods, couple_zones,
                     procure_reserves)
from ._market import (Clearing, MarketError, MeritOrder, clear, clear_batch, kernel, market_step, market_step_batch)
from .books import BUY, SELL, Event, OrderBook

__version__ = "0.1.0"
__all__ = ["BUY", "Clearing", "Event", "MarketError", "MeritOrder", "OrderBook", "SELL", "clear", "clear_batch",
           "clear_blocks", "clear_two_sided", "clear_uniform_purchase", "couple_periods", "couple_zones", "kernel",
           "market_step", "market_step_batch", "procure_reserves"]


def __getattr__(name: str) -> object:
    if name in ("scheduler", "Event"):
        import importlib.machinery
        import os
        import sysconfig
        import types

        path = os.path.join(sysconfig.get_path("stdlib"), "sched.py")
        loader = importlib.machinery.SourceFileLoader("_standard_sched", path)
        module = types.ModuleType(loader.name)
        loader.exec_module(module)
        globals().update(scheduler=module.scheduler, Event=module.Event)
        return globals()[name]
    raise AttributeError(f"module 'sched' has no attribute '{name}'")
