"""How much the session and its store hold: the bytes of every object they lead to, but for what must grow."""

from __future__ import annotations

import gc
import sys
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType

from ibtui.session.trading import TradingSession

_NOT_HELD = (type, ModuleType, FunctionType, BuiltinFunctionType, CodeType, MethodType)
"""Code, which leads everywhere."""
_ELSEWHERE = ("ibtui.sim.", "tests.", "asyncio.", "httpx", "starlette.", "_asyncio", "logging")
"""Modules whose objects are not the session's own: the simulator, this harness and the loop."""


def weight(session: TradingSession) -> int:
    """Bytes, without the orders, executions and submissions of the week."""
    store = session.store
    growing = (store.orders.orders, store.orders.executions, store.orders.submissions, store.inbox.notices)
    seen = {id(each) for each in growing}
    todo: list[object] = [session, store]
    total = 0
    while todo:
        found = todo.pop()
        if id(found) in seen or isinstance(found, _NOT_HELD):
            continue
        seen.add(id(found))
        kind = type(found).__module__
        if kind.startswith(_ELSEWHERE):
            continue
        total += sys.getsizeof(found)
        todo.extend(gc.get_referents(found))
    return total
