"""Looking for submissions whose outcome is unknown until they are found or the user closes them (order-safety 3)."""

from __future__ import annotations

import math

from ibtui.clock import Clock
from ibtui.domain.orders import Intent, LiveOrder, Stage, is_refusal
from ibtui.protocol.orders.requests import TRADE_DAYS_AT_MOST
from ibtui.session.orders.book import Book, Entry
from ibtui.session.orders.evidence import WORKS, Known, find, lookalike
from ibtui.session.orders.reads import PACE_SECONDS, OrderReads
from ibtui.store import Store

EAGER_SECONDS = 120.0
"""How long the lists are read at the pacing limit for one unknown outcome; after that every `SLOW_SECONDS`."""
SLOW_SECONDS = 30.0
MISSES_NEEDED = 2
"""Believed readings without the order before an order that was never confirmed is said not to exist."""
NEVER_CONFIRMED = "never confirmed: its question had no answer, and the gateway shows no such order"
CHANGE_NEVER_CONFIRMED = "never confirmed: its question had no answer, so the change was not made"
_SAID_DEAD = frozenset({Stage.REJECTED, Stage.DECLINED, Stage.CLOSED})
_DAY = 86_400.0


class Reconciler:
    """Reads the lists and moves entries by what they prove."""

    def __init__(self, store: Store, clock: Clock, book: Book, reads: OrderReads) -> None:
        self._store = store
        self._clock = clock
        self._book = book
        self._reads = reads
        self._running = False
        self._turn = -1

    def look(self, *, whole: str = "") -> None:
        """Settle every unknown outcome that what is known now proves.

        A bracket or group of which only some orders are found waits for a reading of the `whole` lists of its account,
        so that it can be said which are there and which are not.
        """
        known = self._known()
        for entry in self._book.unknown():
            finding = find(entry.submission, known, visible=entry.visible)
            if finding is None:
                self._hint(entry, known)
            elif finding.is_whole or (whole and self._tells_of(whole, entry.submission.account)):
                self._book.move(entry, finding.stage, finding.words, order_id=finding.order_id, legs=finding.legs)
                if not finding.is_whole:
                    self._book.tell(f"{entry.submission.key}: {finding.words}", "error")

    def late(self, order: LiveOrder) -> None:
        """Correct a submission that was said not to work and whose order works after all."""
        if order.status in WORKS:
            self._revive(order.order_ref, order.order_id, f"order {order.order_id} is {order.status.value} after all")

    def late_fill(self, order_ref: str, order_id: int) -> None:
        """Likewise for an execution."""
        self._revive(order_ref, order_id, "it was executed after all")

    async def until_settled(self) -> None:
        """Read and look until no outcome is unknown; a second call while one runs returns at once."""
        if self._running:
            return
        self._running = True
        began = self._clock.monotonic()
        try:
            await self._clock.sleep(self._reads.pace())
            while self._book.unknown():
                await self.round()
                if not self._book.unknown():
                    return
                eager = self._clock.monotonic() - began < EAGER_SECONDS
                await self._clock.sleep(max(self._reads.pace(), PACE_SECONDS if eager else SLOW_SECONDS))
        finally:
            self._running = False

    async def round_soon(self) -> None:
        """A round as soon as the pacing limit allows one."""
        await self._clock.sleep(self._reads.pace())
        await self.round()

    async def round(self) -> None:
        """Read both lists once, and the status of orders they do not tell; nothing without a brokerage session."""
        if not self._store.health.can_trade:
            return
        self._note_answers()
        account = self._next_account()
        asked = await self._reads.read(days=self._days(), account=account)
        for entry in self._book.unknown():
            order_id = entry.submission.order_id
            changing = entry.submission.intent is Intent.MODIFY  # the status tells more of an order than lists do
            if order_id is not None and (changing or not self._is_fresh(order_id, entry.since)):
                await self._reads.read_status(order_id)
        for order in list(self._store.orders.orders.values()):
            self.late(order)
        for fill in list(self._store.orders.executions.values()):
            self.late_fill(fill.order_ref, fill.order_id)
        self.look(whole=account if asked is not None else "")
        if asked is not None:
            self._count_misses(asked, account)

    def _next_account(self) -> str:
        """Whose lists are read next: those of the selected account, and in turn of others with an unknown outcome."""
        selected, money = self._store.money.account, self._store.money
        known = {account.account_id for account in money.accounts}
        others = {entry.submission.account for entry in self._book.unknown()} & known - {selected}
        turns = [selected, *sorted(others)]
        self._turn = (self._turn + 1) % len(turns)
        return turns[self._turn]

    def _known(self) -> Known:
        return Known(self._store.orders.orders, self._store.orders.executions)

    def _is_fresh(self, order_id: int, since: float) -> bool:
        order = self._store.orders.orders.get(order_id)
        return order is not None and order.received >= since

    def _days(self) -> int:
        """How far back trades must be read for the oldest unknown outcome."""
        now = self._clock.time()
        oldest = min((entry.created for entry in self._book.unknown()), default=now)
        if oldest > now:  # the clock was set back since: nobody can say how old it is
            return TRADE_DAYS_AT_MOST
        return 1 + math.ceil((now - oldest) / _DAY)

    def _count_misses(self, asked: float, account: str) -> None:
        for entry in self._book.unknown():
            if asked <= entry.since or not self._tells_of(account, entry.submission.account):
                continue
            entry.misses += 1
            alike = lookalike(entry.submission, entry.since, self._known())
            if entry.unconfirmed and alike is None and entry.misses >= MISSES_NEEDED:
                placing = entry.submission.intent is Intent.PLACE
                never = NEVER_CONFIRMED if placing else CHANGE_NEVER_CONFIRMED
                self._book.move(entry, Stage.REJECTED, entry.why_not or never)

    def _tells_of(self, read: str, account: str) -> bool:
        """Whether the lists of one account would show another's orders: those of its allocation groups are there."""
        return read == account or account in self._store.money.groups

    def _note_answers(self) -> None:
        """A prompt answered by its refusal: readings from now on without the order say that there is none."""
        for entry in self._book.unknown():
            notice = self._store.inbox.notices.get(entry.submission.prompt)
            if notice is not None and notice.delivered and is_refusal(notice.answered) and not entry.unconfirmed:
                entry.since, entry.misses, entry.unconfirmed = self._clock.monotonic(), 0, True
                what = "order" if entry.submission.intent is Intent.PLACE else "change"
                entry.why_not = f"you answered “{notice.answered}”, and the gateway shows no such {what}"

    def _hint(self, entry: Entry, known: Known) -> None:
        order = lookalike(entry.submission, entry.since, known)
        if order is None or f"order {order.order_id} " in entry.submission.message:
            return
        hint = f"order {order.order_id} looks like it ({order.description or order.status_text}) but names no reference"
        reason = entry.submission.message.partition("; order ")[0]
        self._book.move(entry, Stage.UNKNOWN, f"{reason}; {hint}", prompt=entry.submission.prompt)

    def _revive(self, order_ref: str, order_id: int, words: str) -> None:
        entry = self._book.entry_of(order_ref)
        if entry is None or entry.stage not in _SAID_DEAD or entry.submission.intent is not Intent.PLACE:
            return
        before = entry.stage.value
        self._book.move(entry, Stage.ACKNOWLEDGED, words, order_id=order_id or None)
        self._book.tell(f"{order_ref} was shown as {before}, but {words}: look at your orders", "error")
