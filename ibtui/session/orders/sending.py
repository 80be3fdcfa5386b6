"""New orders and changes on their way out: checked when asked for, in their lane, checked again, sent once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from msgspec import Struct

from ibtui.clock import Clock
from ibtui.domain.limits import Limits
from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.domain.tickets import Ticket
from ibtui.errors import UsageError
from ibtui.protocol.orders import requests
from ibtui.protocol.requests import Request
from ibtui.session.orders.again import problem_of_again
from ibtui.session.orders.book import NEVER_SENT, Book, Entry
from ibtui.session.orders.checks import problem_of_change, problem_of_order
from ibtui.session.orders.conversation import Conversation
from ibtui.session.orders.journal import Journal, JournalFailed
from ibtui.session.orders.keys import change_key, order_ref
from ibtui.session.orders.lane import Lane, lane_words
from ibtui.session.orders.likeness import shows
from ibtui.session.orders.limits import OrderCount
from ibtui.session.orders.references import references_of
from ibtui.session.orders.together import Together
from ibtui.store import Store

NO_PARENT = "it is attached to an order that is not known here; change it where it was made"

Spawn = Callable[[Coroutine[Any, Any, None]], None]
Check = Callable[[], str]
"""Why something may not be sent now, blank when it may."""


class _Wish(Struct):
    """What an entry wants to send."""

    entry: Entry
    request: Request
    orders: int
    check: Check
    is_counted: bool = True
    """Whether it still has its places in the count of a minute without having left."""


class Sender:
    """Implements `place`, `change` and `again`. Each returns at once."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        journal: Journal,
        book: Book,
        conversation: Conversation,
        limits: Limits,
        obstacle: Check,
        spawn: Spawn,
    ) -> None:
        self._store = store
        self._clock = clock
        self._journal = journal
        self._book = book
        self._conversation = conversation
        self._limits = limits
        self._obstacle = obstacle
        """Why nothing new may be sent at all."""
        self._spawn = spawn
        self._count = OrderCount(clock)
        self._together = Together(store, book, clock)
        self.lane = Lane(book, clock, self._together.words, self._together.look)

    def place(self, tickets: Sequence[Ticket], check: Check = lambda: "") -> str:
        """Send a new order, bracket or group; gives its key, the cOID, made here.

        `check` is asked besides the order's own checks, now and right before the first byte.
        """
        key = order_ref(self._clock.time())
        account = tickets[0].account if tickets else ""

        def problem_now() -> str:
            return problem_of_order(tickets, self._store, self._limits, self._clock.time()) or check()

        problem = (
            self._obstacle()
            or _unsent(self.lane.obstacle(account))
            or problem_now()
            or self._count.problem(self._limits, len(tickets))
        )
        request, problem = _made(problem, lambda: requests.place(tickets, key))
        entry = self._book.enter(Submission(key, Intent.PLACE, account, Stage.QUEUED, tuple(tickets)))
        if request is None:
            self._book.refuse(entry, problem)
        else:
            self._go(_Wish(entry, request, len(tickets), problem_now))
        return key

    def change(self, order_id: int, ticket: Ticket) -> str:
        """Change a working order; the whole ticket is sent, with the order's own reference. Gives the key."""
        key = change_key("modify", order_id)
        order = self._store.orders.orders.get(order_id)
        references = references_of(order, self._store, self._journal)

        def problem_now() -> str:
            known = self._store.orders.orders.get(order_id)
            return problem_of_change(known, ticket, self._store, self._limits, self._clock.time())

        problem = (
            self._obstacle()
            or _unsent(self.lane.obstacle(ticket.account))
            or problem_now()
            or (NO_PARENT if order is not None and ticket.is_child and not references[1] else "")
            or self._count.problem(self._limits)
        )
        request, problem = _made(problem, lambda: requests.modify(order_id, ticket, *references))
        entry = self._book.enter(Submission(key, Intent.MODIFY, ticket.account, Stage.QUEUED, (ticket,), order_id))
        self._together.join(entry, order)
        if request is None:
            self._book.refuse(entry, problem)
        else:
            self._go(_Wish(entry, request, 1, problem_now))
        return key

    def again(self, entry: Entry) -> None:
        """Send an order of unknown outcome again, under its own cOID; it waits for no lane."""
        if not self._store.health.can_trade or not entry.body:
            self._book.tell("it cannot be sent again now", "warning")
            return
        orders = max(1, len(entry.submission.tickets))
        problem = (
            lane_words(self._book.lane_holder(entry.submission.account, beside=entry))
            or problem_of_again(entry, self._store, self._limits, self._clock.time())
            or self._count.problem(self._limits, orders)
        )
        if problem:
            self._book.tell(f"nothing was sent again: {problem}", "warning")
            return
        request = requests.place_again(entry.submission.account, entry.body)
        try:
            self._book.step(entry, Stage.SENT, "sent again by the user", entry.body)
        except JournalFailed as error:
            self._book.tell(f"nothing was sent again. {error}", "error")
            return
        self._count.sent(orders)
        self._spawn(self._conversation.send_again(entry, request))

    def _go(self, wish: _Wish) -> None:
        self._count.wanted(wish.orders)
        self.lane.join(wish.entry)
        self._spawn(self._send(wish))

    async def _send(self, wish: _Wish) -> None:
        """It may have to wait, for its lane and for the pacing: until it leaves it is QUEUED, and not on disk."""
        entry = wish.entry
        try:
            if await self.lane.turn(entry):
                await self._conversation.send(entry, wish.request, lambda: self._leaves(wish))
        finally:
            self._uncount(wish)
            if entry.stage is Stage.QUEUED:
                self._book.move(entry, Stage.REJECTED, NEVER_SENT)

    def _leaves(self, wish: _Wish) -> str:
        """Its turn has come, perhaps seconds after the key: everything is looked at again. Why not, blank for go."""
        self._uncount(wish)
        entry = wish.entry
        holder = self._book.lane_holder(entry.submission.account, beside=entry)
        problem = (
            lane_words(holder)
            or self._together.problem(entry)
            or wish.check()
            or self._count.problem(self._limits, wish.orders)
        )
        if problem:
            return problem
        order = self._store.orders.orders.get(entry.submission.order_id or 0)
        if entry.submission.intent is Intent.MODIFY and order is not None:
            entry.visible = not shows(order, entry.submission.tickets[0])
        self._count.sent(wish.orders)
        return ""

    def _uncount(self, wish: _Wish) -> None:
        if wish.is_counted:
            wish.is_counted = False
            self._count.wanted(-wish.orders)


def _unsent(why: str) -> str:
    return why and f"nothing was sent: {why}"


def _made(problem: str, make: Callable[[], Request]) -> tuple[Request | None, str]:
    """The request, or why there is none: a ticket that no JSON can hold must not take a lane."""
    if problem:
        return None, problem
    try:
        return make(), ""
    except (UsageError, ValueError, OverflowError) as error:
        return None, f"the order cannot be written as a request: {error}"
