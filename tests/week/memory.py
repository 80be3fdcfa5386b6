"""How much the session and its store hold, but for what each order and each fill must add."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType

from ibtui.session.orders.desk import OrderDesk
from ibtui.session.stream.ears import OrderEars
from ibtui.session.trading import TradingSession

_NOT_HELD = (type, ModuleType, FunctionType, BuiltinFunctionType, CodeType, MethodType)
"""Code, which leads everywhere."""
_ELSEWHERE = ("ibtui.sim.", "tests.", "asyncio.", "httpx", "starlette.", "_asyncio", "logging")
"""Modules whose objects are not the session's own: the simulator, this harness and the loop."""
_BY_ORDER = (OrderDesk, OrderEars)
"""What remembers every order of the run."""


def weight(session: TradingSession) -> int:
    """Bytes of every object the session and its store lead to, without orders, fills, notices and trades by price.

    Those last grow with the prices of the day up to a bound of their own, which tests/store/test_flow proves.
    """
    store = session.store
    seen: set[int] = set()
    _bytes([store.orders, store.inbox.notices, store.market.flows], seen)
    return _bytes([session, store], seen)


def _bytes(roots: Iterable[object], seen: set[int]) -> int:
    todo, total = list(roots), 0
    while todo:
        found = todo.pop()
        if id(found) in seen or isinstance(found, (*_NOT_HELD, *_BY_ORDER)):
            continue
        seen.add(id(found))
        if type(found).__module__.startswith(_ELSEWHERE):
            continue
        total += sys.getsizeof(found)
        todo.extend(gc.get_referents(found))
    return total
