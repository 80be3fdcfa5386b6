"""Cancels: sent once and first, past every lane, journal trouble and limit, for an order must always be stoppable."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from ibtui.clock import Clock
from ibtui.domain.orders import Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.tickets import Side
from ibtui.errors import IbtuiError, UsageError
from ibtui.protocol.orders import requests
from ibtui.protocol.orders.answers import Refusal, decode_cancel
from ibtui.protocol.orders.body import MANUAL_TYPES
from ibtui.protocol.requests import Request
from ibtui.session.orders.book import NEVER_SENT, Book, Entry
from ibtui.session.orders.keys import change_key
from ibtui.session.orders.outcomes import Outcome, outcome_of
from ibtui.session.orders.reads import OrderReads
from ibtui.session.wire import Wire
from ibtui.store import Store

READS_AFTER_NO = 2
"""Believed lists without an order, after the gateway said that it does not know it, before it is held to be gone."""
TRIES_AFTER_NO = 3
"""Readings after such a No before it is told as a refusal."""

_LEG = re.compile(r"(\d+)/-?\d")
"""A leg's conid in a `conidex`."""

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Cancels:
    """One order's cancel, or one for each of many."""

    def __init__(
        self,
        wire: Wire,
        store: Store,
        clock: Clock,
        book: Book,
        reads: OrderReads,
        spawn: Spawn,
        settled: Callable[[Entry], None],
    ) -> None:
        self._wire = wire
        self._store = store
        self._clock = clock
        self._book = book
        self._reads = reads
        self._spawn = spawn
        self._settled = settled
        """Told after every call, whatever came of it."""

    def cancel(self, order_id: int, *, problem: str = "") -> str:
        """Ask for one cancellation; while one of the order is under way a second is the first. Gives its key.

        A `problem` is why nothing may be sent at all.
        """
        running = self._book.running_cancel(order_id)
        if running is not None:
            return running.submission.key
        order = self._store.orders.orders.get(order_id)
        account = (order.account if order is not None else "") or self._store.money.account
        key = change_key("cancel", order_id)
        submission = Submission(
            key, Intent.CANCEL, account, Stage.QUEUED, order_id=order_id, updated=self._clock.monotonic()
        )
        entry = self._book.enter(submission)
        problem = problem or _problem(order_id, order, account)
        if problem:
            self._book.refuse(entry, problem)
        else:
            self._spawn(self._send(entry, requests.cancel(account, order_id, is_future=self._is_future(order))))
        return key

    def cancel_all(self, account: str, conid: int | None, side: Side | None, *, problem: str = "") -> None:
        """One cancel for each order shown, never `-1`.

        That would also stop orders that are not on screen, and its answer names none, so that nobody could say which
        cancels were taken.
        """
        shown = self._store.money.shows_with
        wanted = [
            order.order_id
            for order in self._store.orders.orders.values()
            if shown(account, order.account) and order.is_working and order.status is not OrderStatus.PENDING_CANCEL
            if conid in (None, order.conid) and side in (None, order.side)
        ]
        for order_id in wanted:
            self.cancel(order_id, problem=problem)
        boxed = self._store.health.penalty_until > self._clock.monotonic()
        words = f"cancelling {len(wanted)} orders of {account}" if wanted else f"{account} has no such working order"
        if boxed and wanted:
            words = f"{len(wanted)} cancels of {account} wait for the end of the penalty box; nothing is sent yet"
        self._book.tell(problem or words)

    def _is_future(self, order: LiveOrder | None) -> bool:
        """Whether the order, or a leg of its combination, is for a contract known to be a future or its option."""
        if order is None:
            return False
        contracts = self._store.market.contracts
        conids = (order.conid, *map(int, _LEG.findall(order.conidex)))
        return any(conid in contracts and contracts[conid].sec_type in MANUAL_TYPES for conid in conids)

    async def _send(self, entry: Entry, request: Request) -> None:
        """It may have to wait, in the penalty box for minutes: until it leaves it is QUEUED, and not on disk."""
        try:
            await self._exchange(entry, request)
        finally:
            if entry.stage is Stage.QUEUED:
                self._book.move(entry, Stage.REJECTED, NEVER_SENT)
            elif entry.stage is Stage.SENT:
                self._book.move(entry, Stage.UNKNOWN, "ibtui stopped waiting for the answer")
            self._settled(entry)

    def _leaves(self, entry: Entry) -> None:
        """Its turn has come, perhaps minutes after the key: an order that has ended meanwhile needs no cancel."""
        order_id = entry.submission.order_id or 0
        problem = _problem(order_id, self._store.orders.orders.get(order_id), entry.submission.account)
        if problem:
            raise UsageError(f"{problem}, nothing was sent")
        self._book.begin_anyway(entry)
        entry.since = self._clock.monotonic()

    async def _exchange(self, entry: Entry, request: Request) -> None:
        body = b""
        try:
            body = await self._wire.call(request, partial(self._leaves, entry))
            answer = decode_cancel(body)
        except IbtuiError as error:
            if entry.stage is Stage.QUEUED or outcome_of(error) is not Outcome.REFUSED:
                self._failed(entry, error)
                return
            answer = Refusal(error.detail or str(error))
        if isinstance(answer, Refusal):
            await self._refused(entry, answer.text, body)
            return
        words = f"cancel submitted; order {entry.submission.order_id} is not cancelled yet"
        self._book.move(entry, Stage.ACKNOWLEDGED, words, body=body)

    async def _refused(self, entry: Entry, words: str, body: bytes) -> None:
        """A No; "OrderID … doesn't exist" often means that the order has ended meanwhile, say with its parent."""
        ended = ""
        if "doesn't exist" in words.replace("’", "'").casefold():
            entry.answered = True
            ended = await self._how_it_ended(entry)
        if ended:
            self._book.move(entry, Stage.ACKNOWLEDGED, f"it had ended already: {ended}", body=body)
        else:
            self._book.move(entry, Stage.REJECTED, words, body=body)

    async def _how_it_ended(self, entry: Entry) -> str:
        """What shows that the order works no more, looked for in frames and the next lists; blank for nothing."""
        order_id = entry.submission.order_id or 0
        gone = 0
        for tries in range(TRIES_AFTER_NO + 1):
            order = self._store.orders.orders.get(order_id)
            if order is None:
                return ""
            if order.status.is_final:
                return f"order {order_id} is {order.status_text or order.status.value}"
            if gone >= READS_AFTER_NO:
                return f"the gateway no longer shows order {order_id}"
            if tries < TRIES_AFTER_NO:
                await self._clock.sleep(self._reads.pace())
                believed = await self._reads.read(account=entry.submission.account)
                if believed is not None and believed > entry.since:
                    gone = 0 if order_id in self._reads.listed else gone + 1
        return ""

    def _failed(self, entry: Entry, error: IbtuiError) -> None:
        if entry.stage is Stage.QUEUED and isinstance(error, UsageError):
            self._book.move(entry, Stage.REJECTED, error.detail)
        elif entry.stage is Stage.QUEUED:
            self._book.move(entry, Stage.REJECTED, f"nothing was sent, so nothing was cancelled. {error}")
        elif outcome_of(error) is Outcome.UNKNOWN:
            self._book.move(entry, Stage.UNKNOWN, str(error))
        else:
            self._book.move(entry, Stage.REJECTED, f"nothing was cancelled. {error}")


def _problem(order_id: int, order: LiveOrder | None, account: str) -> str:
    if order_id <= 0:
        return f"{order_id} is no order"
    if not account:
        return "no account is known"
    if order is not None and order.status.is_final:
        return f"order {order_id} is {order.status.value} already"
    return ""
