"""Identical reading requests that wait or are under way get one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from msgspec import Struct

from ibtui.protocol.requests import Request
from ibtui.transport.answers import Response

Send = Callable[[Request, Callable[[], None]], Awaitable[Response]]
"""Sends one request and calls back when it leaves."""


class _Call(Struct):
    """One request on behalf of everyone who asked the same."""

    task: asyncio.Task[Response] | None = None
    callers: int = 0
    left_at: int | None = None
    """Number of changes known of when it left; None while it waits."""


class SharedReads:
    """Sends each reading request once for all who ask the same meanwhile; they share its error as well.

    An answer under way serves only while no other kind of request left or was answered since: it may be older than
    that one's effect. One that must be `fresh` is shared only while it waits.
    """

    def __init__(self) -> None:
        self._calls: dict[Request, _Call] = {}
        self._changes = 0

    def changed(self) -> None:
        """A request that is no reading one left or was answered."""
        self._changes += 1

    async def answer(self, request: Request, send: Send) -> Response:
        """The answer to a reading request; a caller that is cancelled takes it from no other."""
        call = self._calls.get(request)
        if call is None or not self._serves(call, request):
            call = self._calls[request] = _Call()
            call.task = asyncio.ensure_future(self._sent(request, send, call))
            call.task.add_done_callback(partial(self._over, request, call))
        task = call.task
        assert task is not None, "a call has its task from the beginning"
        call.callers += 1
        try:
            return await asyncio.shield(task)
        finally:
            call.callers -= 1
            if not call.callers and not task.done():
                self._forget(request, call)
                task.cancel()
                await asyncio.wait([task])

    async def _sent(self, request: Request, send: Send, call: _Call) -> Response:
        return await send(request, partial(self._leaves, call))

    def _leaves(self, call: _Call) -> None:
        call.left_at = self._changes

    def _serves(self, call: _Call, request: Request) -> bool:
        return call.left_at is None or (not request.fresh and call.left_at == self._changes)

    def _over(self, request: Request, call: _Call, task: asyncio.Task[Response]) -> None:
        self._forget(request, call)
        if not task.cancelled():
            task.exception()  # told to every caller; without any left it is nobody's

    def _forget(self, request: Request, call: _Call) -> None:
        if self._calls.get(request) is call:
            del self._calls[request]
