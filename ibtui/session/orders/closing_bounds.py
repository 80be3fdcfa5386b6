"""Within what a closing runs: what it works with, what was asked for, how long, and what ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from msgspec import Struct

from ibtui.clock import Clock
from ibtui.domain.contracts import Contract
from ibtui.session.orders.book import Book
from ibtui.session.orders.cancels import Cancels
from ibtui.session.orders.reads import OrderReads
from ibtui.session.orders.sending import Sender
from ibtui.session.wire import Wire
from ibtui.store import Store

CLOSING_SECONDS = 30.0
"""After which a closing whose order has not been made stops."""

Told = TypeVar("Told")


class Means(Struct, frozen=True):
    """What a closing works with."""

    wire: Wire
    store: Store
    clock: Clock
    book: Book
    reads: OrderReads
    cancels: Cancels
    sender: Sender


class Wish(Struct, frozen=True):
    """What the user asked for."""

    account: str
    contract: Contract
    reverse: bool
    market: bool
    collar_ticks: int

    @property
    def verb(self) -> str:
        """What is being done."""
        return "reversing" if self.reverse else "closing"


class Stopped(Exception):
    """Why no closing order is sent, or what became of it, in the words shown."""


class Bounds:
    """Lets a closing wait and read, and stops it where nothing may be sent any more."""

    def __init__(self, means: Means, wish: Wish) -> None:
        self._means = means
        self._wish = wish
        self._clock = means.clock
        self._until = means.clock.monotonic() + CLOSING_SECONDS
        self.doubt: Callable[[], str] = lambda: ""
        """What else stops it."""
        self.doing = ""
        """What it is at, for the words of the end of its time."""
        self.gap_since = float("-inf")
        """Monotonic seconds at which the stream was last lost: what the lists do not tell since is not known."""
        self.is_lost = False
        """Whether the brokerage session in which it began is gone."""

    async def pause(self, seconds: float) -> None:
        """Wait, as far as there is time. Raises Stopped."""
        self.check()
        await self._clock.sleep(min(seconds, max(0.0, self._until - self._clock.monotonic())))
        self.check()

    async def within(self, reading: Coroutine[Any, Any, Told]) -> Told:
        """What the reading gives, if it comes in time; raises Stopped, and what the reading raises."""
        task = asyncio.ensure_future(reading)
        sleep = asyncio.ensure_future(self._clock.sleep(self._until - self._clock.monotonic()))
        try:
            await asyncio.wait((task, sleep), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise self._time_over()
            told = task.result()
        finally:
            sleep.cancel()
            task.cancel()
        self.check()
        return told

    def check(self) -> None:
        """Raise Stopped where it cannot go on."""
        lost = "the brokerage session was lost" if self.is_lost else ""
        problem = lost or self.doubt() or run_problem(self._means, self._wish)
        if problem:
            raise unsent(problem)
        if self._clock.monotonic() >= self._until:
            raise self._time_over()

    def _time_over(self) -> Stopped:
        return unsent(f"{CLOSING_SECONDS:.0f} s are over{f': {self.doing}' if self.doing else ''}")


def unsent(why: str) -> Stopped:
    """To be raised where no closing order has left."""
    return Stopped(f"{why}; no closing order was sent")


def run_problem(means: Means, wish: Wish) -> str:
    """Why a closing cannot begin or go on, blank when it can."""
    store = means.store
    if wish.account not in {account.account_id for account in store.money.accounts}:
        return f"account {wish.account or '(none)'} is not one of this login"
    if wish.account != store.money.account:
        return f"{wish.account} is not the account chosen, and fills of others are not told"
    if not store.health.can_trade:
        detail = store.health.detail
        return f"there is no brokerage session{f': {detail}' if detail else ''}"
    if store.health.penalty_until > means.clock.monotonic():
        return "the gateway asked for silence; cancels asked for wait for the end of the penalty box"
    return means.sender.lane.obstacle(wish.account)
