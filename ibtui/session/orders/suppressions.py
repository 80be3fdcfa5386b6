"""Questions the user does not want to be asked again in this brokerage session (order-safety 5)."""

from __future__ import annotations

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

    async def add(self, question: Question) -> None:
        """Suppress the ids of a question, with all those suppressed before."""
        wanted = {**self._store.orders.suppressed, **dict.fromkeys(question.message_ids, question.text)}
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
        self._store.apply(SuppressedChanged(wanted))

    async def reset(self) -> None:
        """Have every question asked again."""
        try:
            await self._wire.call(requests.reset_suppressed())
        except IbtuiError as error:
            self._book.tell(f"suppressed questions were not reset: {error}", "warning")
            return
        self._store.apply(SuppressedChanged({}))
