"""Whose turn it is: one order or change at a time, the others in the order they were asked for (order-safety 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec import Struct

from ibtui.clock import Clock
from ibtui.domain.orders import Stage
from ibtui.session.orders.book import Book, Entry

LANE_SECONDS = 5.0
"""How long an order waits at most for those before it: a key pressed longer ago was meant for another market."""
LANE_TAKEN = "another order is waiting for its answer"
LANE_UNKNOWN = "another order of this account has an unknown outcome"
TIME_OVER = f"the orders before it were not through within {LANE_SECONDS:.0f} s"
_STANDS = (Stage.ASKING, Stage.UNKNOWN)
"""Stages that end by a person's word or by evidence: nothing is kept waiting for that."""


class _Place(Struct):
    entry: Entry
    until: float
    """Monotonic seconds."""
    called: asyncio.Future[bool]
    """Whether it may go; False when it was refused."""


class Lane:
    """Keeps those who wait and calls them one by one.

    An entry that waits is QUEUED, holds nobody back and is not on disk. It is refused when what it waits for turns out
    to ask a question or to have an unknown outcome; when one's time is over all who wait are refused, for what was
    asked after an order that was dropped may have been meant to follow it.
    """

    def __init__(
        self, book: Book, clock: Clock, beside: Callable[[Entry], str], settled: Callable[[], None] = lambda: None
    ) -> None:
        self._book = book
        self._clock = clock
        self._beside = beside
        """What became of that which was asked for together with an entry, for the words of its refusal."""
        self._settled = settled
        """Called after every move, when those who wait were called."""
        self._waiting: list[_Place] = []
        book.moved = self._moved

    def obstacle(self, account: str, *, beside: Entry | None = None) -> str:
        """Why an order of the account cannot even wait now, blank when it can."""
        holder = self._book.lane_holder(account, beside=beside)
        return lane_words(holder) if holder is not None and holder.stage in _STANDS else ""

    def join(self, entry: Entry) -> None:
        """Take the lane if it is free and nobody waits, else a place behind those who wait."""
        if self._waiting or self._book.lane_holder(entry.submission.account, beside=entry) is not None:
            entry.is_waiting = True
            called: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._waiting.append(_Place(entry, self._clock.monotonic() + LANE_SECONDS, called))

    async def turn(self, entry: Entry) -> bool:
        """Return when the entry has the lane; False if it was refused meanwhile."""
        place = next((place for place in self._waiting if place.entry is entry), None)
        if place is None:
            return entry.stage is Stage.QUEUED
        sleep = asyncio.ensure_future(self._clock.sleep(place.until - self._clock.monotonic()))
        try:
            await asyncio.wait((sleep, place.called), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            if place in self._waiting:
                self._waiting.remove(place)
            raise
        finally:
            sleep.cancel()
        if place in self._waiting:
            self.empty(TIME_OVER)
        return place.called.result()

    def empty(self, why: str) -> None:
        """Refuse all who wait."""
        waiting, self._waiting = self._waiting, []
        for place in waiting:
            self._refuse(place, why)

    def _moved(self) -> None:
        self._call()
        self._settled()

    def _call(self) -> None:
        """Something moved: call the first who may go, refuse those for whom waiting is no use any more."""
        while self._waiting:
            place = self._waiting[0]
            holder = self._book.lane_holder(place.entry.submission.account, beside=place.entry)
            if holder is not None and holder.stage not in _STANDS:
                return
            del self._waiting[0]
            if holder is not None:
                self._refuse(place, lane_words(holder))
            else:
                place.entry.is_waiting = False
                place.called.set_result(True)

    def _refuse(self, place: _Place, why: str) -> None:
        """End one that waits no more; what was asked for and dropped is on record as never sent."""
        place.entry.is_waiting = False
        place.called.set_result(False)
        self._book.move(place.entry, Stage.REJECTED, f"nothing was sent: {why}{self._beside(place.entry)}")


def lane_words(holder: Entry | None) -> str:
    """Why an order has to wait, blank when nothing holds its lane."""
    if holder is None:
        return ""
    return f"{LANE_UNKNOWN if holder.stage is Stage.UNKNOWN else LANE_TAKEN} ({holder.submission.key})"
