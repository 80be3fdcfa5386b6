"""Questions the user does not want to be asked again in this brokerage session (order-safety 5)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from ibtui.domain.events import SuppressedChanged
from ibtui.domain.orders import Question
from ibtui.errors import IbtuiError
from ibtui.protocol.orders import requests
from ibtui.session.orders.book import Book
from ibtui.session.orders.outcomes import Outcome, outcome_of
from ibtui.session.wire import Wire
from ibtui.store import Store


class Suppressions:
    """The one list of suppressed questions, as the gateway has it."""

    def __init__(self, wire: Wire, store: Store, book: Book) -> None:
        self._wire = wire
        self._store = store
        self._book = book
        self._kept: dict[str, str] = {}
        """Those the user wants, also while the gateway has forgotten them: id to text."""

    async def add_after(self, reply: Callable[[], Awaitable[None]], question: Question) -> None:
        """Suppress a question once the `reply` to it is given."""
        await reply()
        await self.add(question)

    async def add(self, question: Question) -> None:
        """Suppress the ids of a question, with all those suppressed before."""
        wanted = {**self._kept, **dict.fromkeys(question.message_ids, question.text)}
        if len(wanted) > requests.SUPPRESSED_AT_MOST:
            limit = requests.SUPPRESSED_AT_MOST
            self._book.tell(
                f"the gateway suppresses at most {limit} kinds of question; ask some again first", "warning"
            )
            return
        try:
            await self._wire.call(requests.suppress(tuple(wanted)))
        except IbtuiError as error:
            self._book.tell(f"the question was not suppressed: {error}", "warning")
            if outcome_of(error) is not Outcome.UNKNOWN:
                return
        self._kept = wanted
        self._show(wanted)

    def keep(self, keep: bool) -> None:
        """Whether `renew` suppresses the kept ones again."""
        self._store.apply(SuppressedChanged(self._store.orders.suppressed, keep))

    async def renew(self) -> None:
        """A new brokerage session: have every question asked, save those the user wants kept suppressed in any."""
        was = dict(self._kept) if self._store.orders.reapply_suppressed else {}
        await self.reset()
        self._kept = was
        if not was or self._store.orders.suppressed:
            return
        try:
            await self._wire.call(requests.suppress(tuple(was)))
        except IbtuiError as error:
            self._book.tell(
                f"questions are asked again, for they were not suppressed in this session: {error}", "warning"
            )
            return
        self._show(was)
        self._book.tell(f"{len(was)} kinds of question are suppressed again, as you asked")

    async def reset(self) -> None:
        """Have every question asked again."""
        try:
            await self._wire.call(requests.reset_suppressed())
        except IbtuiError as error:
            self._book.tell(f"suppressed questions were not reset: {error}", "warning")
            return
        self._kept = {}
        self._show({})

    def _show(self, suppressed: Mapping[str, str]) -> None:
        self._store.apply(SuppressedChanged(suppressed, self._store.orders.reapply_suppressed))
