"""The order desk: what a person asks for becomes one request at a time, and its outcome is never guessed.

Implements `ibtui.session.intents.OrderIntents`; the law is design/order-safety.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from ibtui.clock import Clock
from ibtui.domain.contracts import Contract
from ibtui.domain.events import ExecutionReceived, OrderReceived
from ibtui.domain.limits import Limits
from ibtui.domain.notices import Notice
from ibtui.domain.orders import Intent, Stage
from ibtui.domain.tickets import Side, Ticket
from ibtui.protocol.orders import requests
from ibtui.session.orders.adoption import Adoption
from ibtui.session.orders.book import Book, Entry
from ibtui.session.orders.cancels import Cancels
from ibtui.session.orders.checks import problem_of_order
from ibtui.session.orders.closing import Closings
from ibtui.session.orders.closing_bounds import Means
from ibtui.session.orders.conversation import Conversation
from ibtui.session.orders.journal import Journal, JournalFailed
from ibtui.session.orders.previews import Previews
from ibtui.session.orders.reads import OrderReads
from ibtui.session.orders.reconciler import Reconciler
from ibtui.session.orders.sending import Sender
from ibtui.session.orders.suppressions import Suppressions
from ibtui.session.wire import Wire
from ibtui.store import Store

HURRY_SECONDS = 30.0
"""How long after an acknowledgement the lists are read at the pacing limit, should the stream be silent."""
READ_ONLY = "ibtui runs read-only; nothing was sent"
SESSION_LOST = "the brokerage session was lost while it waited"

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class OrderDesk:
    """Orders of all accounts of the login. Every intent returns at once; what comes of it appears in the store."""

    def __init__(
        self,
        wire: Wire,
        store: Store,
        clock: Clock,
        journal: Journal,
        read_only: bool,
        spawn: Spawn,
        limits: Limits | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._journal = journal
        self._read_only = read_only
        self._spawn = spawn
        self._limits = limits or Limits()
        self._book = Book(store, clock, journal)
        self._reads = OrderReads(wire, store, clock)
        self._reconciler = Reconciler(store, clock, self._book, self._reads)
        self._conversation = Conversation(wire, store, clock, self._book, self._settled)
        self._cancels = Cancels(wire, store, clock, self._book, self._reads, spawn, self._settled)
        self._adoption = Adoption(store, journal, self._book)
        self._sender = Sender(
            store, clock, journal, self._book, self._conversation, self._limits, self._obstacle, spawn
        )
        means = Means(wire, store, clock, self._book, self._reads, self._cancels, self._sender)
        self._closings = Closings(means, self._obstacle, spawn)
        self._suppressions = Suppressions(wire, store, self._book)
        self._previews = Previews(wire, store)

    def preview(self, tickets: Sequence[Ticket]) -> None:
        """See `OrderIntents.preview`."""
        preview = self._previews.open(tickets)
        problem = problem_of_order(tickets, self._store, self._limits, self._clock.time())
        if problem:
            self._previews.fail(preview, problem)
        else:
            self._spawn(self._previews.ask(preview))

    def submit(self, tickets: Sequence[Ticket]) -> str:
        """See `OrderIntents.submit`; the key is the cOID."""
        return self._sender.place(tickets)

    def modify(self, order_id: int, ticket: Ticket) -> str:
        """See `OrderIntents.modify`."""
        return self._sender.change(order_id, ticket)

    def cancel(self, order_id: int) -> str:
        """See `OrderIntents.cancel`; while one cancel of the order is under way a second is the first."""
        return self._cancels.cancel(order_id, problem=READ_ONLY if self._read_only else "")

    def cancel_all(self, account: str, *, conid: int | None = None, side: Side | None = None) -> None:
        """See `OrderIntents.cancel_all`."""
        self._cancels.cancel_all(account, conid, side, problem=READ_ONLY if self._read_only else "")

    def close_position(
        self, account: str, contract: Contract, *, reverse: bool, market: bool, collar_ticks: int
    ) -> None:
        """See `OrderIntents.close_position`."""
        self._closings.close(account, contract, reverse=reverse, market=market, collar_ticks=collar_ticks)

    def answer(self, key: str, reply_id: str, *, accepted: bool, suppress: bool = False) -> None:
        """See `OrderIntents.answer`."""
        if self._read_only:
            return
        entry = self._book.entries.get(key)
        question = entry.submission.question if entry is not None else None
        if entry is None or question is None or entry.stage is not Stage.ASKING or question.reply_id != reply_id:
            return
        said = f"answered {question.accept_label if accepted else question.decline_label}"
        request = requests.reply(reply_id, confirmed=accepted)
        try:
            self._book.step(entry, Stage.REPLYING, said, request.body or b"")
        except JournalFailed as error:
            first = "; the first is still unknown" if entry.repeated else ""
            stage = Stage.UNKNOWN if entry.repeated else Stage.REJECTED
            self._book.move(entry, stage, f"the answer was not sent, so nothing was confirmed{first}. {error}")
            return
        reply = partial(self._conversation.reply, entry, question, confirmed=accepted)
        is_last = accepted and suppress and question.suppressible
        self._spawn(self._suppressions.add_after(reply, question) if is_last else reply())

    def prompt_moved(self, notice: Notice, words: str) -> None:
        """A prompt is being answered, or its answer went well or ill: written to the order that waits for it."""
        for entry in self._book.unknown():
            if entry.submission.prompt and entry.submission.prompt == notice.notice_id:
                self._book.move(entry, Stage.UNKNOWN, f"{words}: {notice.text}", prompt=notice.notice_id)

    def close_unknown(self, key: str) -> None:
        """See `OrderIntents.close_unknown`."""
        entry = self._book.entries.get(key)
        if entry is not None and entry.is_borrowed:
            self._book.tell(f"{READ_ONLY}, so {key} stays open for the run that sends orders", "warning")
        elif entry is not None and entry.stage is Stage.UNKNOWN:
            self._book.move(entry, Stage.CLOSED, "closed by the user; its outcome was never learnt")

    def send_again(self, key: str) -> None:
        """Send an order whose outcome is unknown again, under its own cOID, on the user's word only.

        The gateway's "already registered" then proves that the first one arrived.
        """
        entry = self._book.entries.get(key)
        if entry is None or entry.stage is not Stage.UNKNOWN or entry.submission.intent is not Intent.PLACE:
            return
        if self._read_only:
            self._book.tell("it cannot be sent again now", "warning")
        else:
            self._sender.again(entry)

    def reset_suppressed(self) -> None:
        """See `OrderIntents.reset_suppressed`."""
        if self._read_only:
            self._book.tell(READ_ONLY, "warning")
        else:
            self._spawn(self._suppressions.reset())

    def keep_suppressed(self, keep: bool) -> None:
        """See `OrderIntents.keep_suppressed`."""
        self._suppressions.keep(keep)

    def refresh(self) -> None:
        """See `OrderIntents.refresh`."""
        self._spawn(self._reconciler.round_soon())

    def sent_ticket(self, order_id: int) -> Ticket | None:
        """The ticket by which this or an earlier run placed or last changed an order, None if it is not known.

        A change must repeat what live orders do not tell: route and outside-RTH.
        """
        order = self._store.orders.orders.get(order_id)
        try:
            return self._journal.sent_ticket(order_id, order.order_ref if order is not None else "")
        except JournalFailed:
            return None

    async def started(self) -> None:
        """The brokerage session is up: take over what earlier runs left open, ask all questions again, read the lists.

        Until an adopted entry is found or closed it is UNKNOWN and holds the lane of its account; a read-only run shows
        such entries and takes over none. The gateway forgets suppressions with its session, and one of an earlier run
        may still hold: after a reset the list shown is true.
        """
        self._sender.lane.empty(SESSION_LOST)
        self._closings.session_lost()
        self._reads.forget()
        trouble = self._adoption.look() if self._read_only else self._adopt()
        if trouble:
            self._book.tell(trouble, "error")
        if not self._read_only:
            await self._suppressions.renew()
        await self._reconciler.round()
        self._look_for_unknown()

    def order_event(self, event: OrderReceived) -> None:
        """A row of the stream was applied to the store."""
        self._reads.heard()
        order = self._store.orders.orders.get(event.order_id)
        if order is not None and order.order_ref:
            self._reconciler.late(order)
        if self._book.unknown():
            self._reconciler.look()

    def execution_event(self, event: ExecutionReceived) -> None:
        """An execution was applied to the store."""
        self._reads.heard()
        self._closings.filled(event.execution)
        self._reconciler.late_fill(event.execution.order_ref, event.execution.order_id)
        if self._book.unknown():
            self._reconciler.look()

    def stream_lost(self) -> None:
        """The websocket closed: the lists are the only source."""
        self._reads.silent()
        self._closings.stream_lost()

    def session_lost(self) -> None:
        """The brokerage session is gone: nothing that waits for its lane is sent in another one."""
        self.stream_lost()
        self._sender.lane.empty(SESSION_LOST)
        self._closings.session_lost()

    async def poll(self) -> None:
        """Read the lists if that is due, write what the journal could not take; call it every second or so."""
        self._book.pay()
        working = any(order.is_working for order in self._store.orders.orders.values())
        due = self._reads.due_in(working=working, unsure=self._book.has_open())
        if due is not None and due <= 0:
            await self._reconciler.round()

    def _obstacle(self) -> str:
        """Why nothing new may be sent, whatever it is."""
        if self._read_only:
            return READ_ONLY
        trouble = self._adopt()
        return f"nothing was sent. {trouble}" if trouble else ""

    def _adopt(self) -> str:
        """Take over open entries of instances that are no more; gives what went wrong, blank for nothing."""
        adopted, trouble = self._adoption.take()
        if adopted:
            self._reconciler.look()
            self._look_for_unknown()
        return trouble

    def _settled(self, entry: Entry) -> None:
        """A call for the entry is over."""
        if entry.stage is Stage.ACKNOWLEDGED:
            self._reads.hurry(HURRY_SECONDS)
            if entry.submission.intent is Intent.CANCEL:
                self._book.supersede(entry)
        if entry.stage is Stage.UNKNOWN:
            self._reconciler.look()
            self._look_for_unknown()

    def _look_for_unknown(self) -> None:
        if self._book.unknown():
            self._spawn(self._reconciler.until_settled())
