"""Reading questions about the session itself, asked again beside the first when no answer comes.

A connection that died half open never answers, a new one does at once; a gateway that needs half a minute answers the
first. So the first question stays open while another is put beside it, and whichever answer comes first counts. What
nobody answers may still be read, all at once, when a gateway that hung wakes up: so more are put ever more rarely, and
a question that the gateway counts is not repeated but accompanied by one that it does not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from msgspec.structs import replace

from ibtui.clock import Clock
from ibtui.errors import GatewayDown, GatewayError, LinkError
from ibtui.protocol.requests import Request

LATE_SECONDS = 4.0
"""An answer awaited for longer is told to be late."""
FIRST_AGAIN_SECONDS = 6.0
"""After that the next question is put, then after pauses that double."""
LONGEST_AGAIN_SECONDS = 40.0
ANSWER_SECONDS = 40.0
"""How long each is left open; answers of half a minute have been seen in slow hours."""
GRACE_SECONDS = 1.5
"""A counted question is given so long after its companion was answered, then it is put again: `/tickle` allows one per
second."""


class Asking(Protocol):
    """Who sends."""

    async def call(self, request: Request) -> bytes:
        """As `session.wire.Wire`."""
        ...


class Questioner:
    """Asks one question at a time; never for a request that changes anything."""

    def __init__(self, wire: Asking, clock: Clock, late: Callable[[float], None]) -> None:
        self._wire = wire
        self._clock = clock
        self._late = late
        self._unanswered = False
        """Whether the last counted question was never answered: it may still arrive."""

    async def ask(self, request: Request) -> bytes:
        """Body of the first answer; raises what the first answer that was a no raises, or the last one's LinkError."""
        return await self._ask(request, self._clock.monotonic())

    async def _ask(self, request: Request, since: float) -> bytes:
        questions, number = [self._put(request, 0)], 0
        pauses = _pauses()
        timer = self._timer(next(pauses))
        try:
            while True:
                waits: list[asyncio.Future[Any]] = [timer, *questions]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for one in [one for one in questions if one.done()]:
                    questions.remove(one)
                    if _counts(one.exception(), others=bool(questions)):
                        return one.result()
                if timer.done():
                    self._late(self._clock.monotonic() - since)
                    if number:
                        questions.append(self._put(request, number))
                    number += 1
                    timer = self._timer(next(pauses))
        finally:
            timer.cancel()
            for one in questions:
                one.cancel()

    async def ask_once(self, request: Request, companion: Request) -> bytes:
        """As `ask`, for a question the gateway counts: meanwhile it is the companion that is asked again and again."""
        asked = self._clock.monotonic()
        if self._unanswered:
            await self._any_answer(companion, asked)
            await self._clock.sleep(GRACE_SECONDS)
        self._unanswered = True
        question = self._put(request, 0)
        beside: asyncio.Future[None] = asyncio.ensure_future(self._beside(companion, asked))
        try:
            waits: list[asyncio.Future[Any]] = [question, beside]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if question.done():
                body = question.result()
            else:
                beside.result()
                question.cancel()  # its connection is dead, while the gateway answers on another
                body = await self._put(request, 1)
        except (GatewayDown, GatewayError):
            self._unanswered = False
            raise
        finally:
            question.cancel()
            beside.cancel()
        self._unanswered = False
        return body

    async def _beside(self, companion: Request, since: float) -> None:
        """End when the companion is answered and the question itself has had its time; never before it is late."""
        for pause in (LATE_SECONDS, FIRST_AGAIN_SECONDS):
            await self._clock.sleep(pause)
            self._late(self._clock.monotonic() - since)
        await self._any_answer(companion, since)
        await self._clock.sleep(GRACE_SECONDS)

    async def _any_answer(self, companion: Request, since: float) -> None:
        try:
            await self._ask(companion, since)
        except GatewayError:
            return  # a no is an answer

    def _put(self, request: Request, number: int) -> asyncio.Future[bytes]:
        """Ask; each time with another time-out, so that nobody takes it for the one that is under way already."""
        return asyncio.ensure_future(self._wire.call(replace(request, timeout=ANSWER_SECONDS + number / 100)))

    def _timer(self, seconds: float) -> asyncio.Future[None]:
        return asyncio.ensure_future(self._clock.sleep(seconds))


def _pauses() -> Iterator[float]:
    yield LATE_SECONDS
    yield FIRST_AGAIN_SECONDS
    pause = FIRST_AGAIN_SECONDS + LATE_SECONDS
    while True:
        yield pause
        pause = min(LONGEST_AGAIN_SECONDS, pause * 2)


def _counts(error: BaseException | None, *, others: bool) -> bool:
    """Whether an ended question ends the asking: no answer at all is nothing while another is under way."""
    return not (others and isinstance(error, LinkError) and not isinstance(error, GatewayDown))
