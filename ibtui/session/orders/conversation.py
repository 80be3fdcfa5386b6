"""One state-changing request after the other: sent once, its answer read, its outcome never guessed."""

from __future__ import annotations

from collections.abc import Callable

from ibtui.clock import Clock
from ibtui.domain.events import NoticeReceived
from ibtui.domain.orders import Intent, Question, Stage
from ibtui.errors import Garbled, IbtuiError
from ibtui.protocol.orders import requests
from ibtui.protocol.orders.answers import Accepted, Answer, Asked, Refusal, decode_answer, decode_cancel
from ibtui.protocol.requests import Request
from ibtui.session.orders.book import Book, Entry
from ibtui.session.orders.journal import JournalFailed, LaneTaken
from ibtui.session.orders.outcomes import Outcome, outcome_of
from ibtui.session.orders.placed import placed_orders
from ibtui.session.wire import Wire
from ibtui.store import Store

QUESTIONS_AT_MOST = 20
"""Length of a chain of questions that is still believed (wire-facts 5)."""


class Conversation:
    """Sends what an entry asks for and moves the entry by what comes back."""

    def __init__(self, wire: Wire, store: Store, clock: Clock, book: Book, settled: Callable[[Entry], None]) -> None:
        self._wire = wire
        self._store = store
        self._clock = clock
        self._book = book
        self._settled = settled
        """Told after every call, whatever came of it."""

    async def send(self, entry: Entry, request: Request) -> None:
        """Send a new order or a modification, once, after it is on disk."""
        try:
            self._book.begin(entry, request.body or b"")
        except (JournalFailed, LaneTaken) as error:
            self._book.refuse(entry, f"nothing was sent. {error}")
            return
        await self._exchange(entry, request)

    async def send_again(self, entry: Entry, request: Request) -> None:
        """Send the same order again under the same cOID, on the user's word only; the step is on disk already.

        Only an acceptance or a question settles it: a No to the second says nothing about the first.
        """
        await self._exchange(entry, request)
        if entry.stage is Stage.REJECTED:
            self._book.move(entry, Stage.UNKNOWN, f"sent again: {entry.submission.message}; the first is still unknown")
            self._settled(entry)

    async def reply(self, entry: Entry, question: Question, *, confirmed: bool) -> None:
        """Send the answer to a question, once; the step is on disk already."""
        entry.since = self._clock.monotonic()
        request = requests.reply(question.reply_id, confirmed=confirmed)
        if confirmed:
            await self._exchange(entry, request, question)
        else:
            await self._decline(entry, request)

    async def cancel(self, entry: Entry, request: Request) -> None:
        """Send a cancel, once. It goes although the journal fails: an order must always be stoppable."""
        self._book.begin_anyway(entry)
        entry.since = self._clock.monotonic()
        try:
            body = await self._wire.call(request)
            answer = decode_cancel(body)
        except IbtuiError as error:
            self._cancel_failed(entry, error)
        else:
            if isinstance(answer, Refusal):
                self._book.move(entry, Stage.REJECTED, answer.text, body=body)
            else:
                words = f"cancel submitted; order {entry.submission.order_id} is not cancelled yet"
                self._book.move(entry, Stage.ACKNOWLEDGED, words, body=body)
        finally:
            self._end(entry)

    async def _exchange(self, entry: Entry, request: Request, question: Question | None = None) -> None:
        entry.since, entry.unconfirmed, entry.misses = self._clock.monotonic(), False, 0
        try:
            body = await self._wire.call(request)
            self._answered(entry, body)
        except IbtuiError as error:
            self._failed(entry, error, question)
        finally:
            self._end(entry)
        if entry.stage is Stage.ASKING and entry.questions > QUESTIONS_AT_MOST:
            await self._give_up(entry)

    def _answered(self, entry: Entry, body: bytes) -> None:
        now = self._clock.monotonic()
        try:
            answer = decode_answer(body, number=entry.questions + 1, received=now)
        except Garbled as error:
            self._book.move(entry, Stage.UNKNOWN, f"the answer cannot be read: {error.detail}", body=body)
            return
        self._take(entry, answer, body)

    def _take(self, entry: Entry, answer: Answer, body: bytes) -> None:
        placing = entry.submission.intent is Intent.PLACE
        if isinstance(answer, Accepted):
            order_id = answer.order_id if placing else None
            if placing:
                self._show_orders(entry, answer)
            self._book.move(entry, Stage.ACKNOWLEDGED, answer.words, body=body, order_id=order_id)
        elif isinstance(answer, Asked):
            entry.questions += 1
            self._book.move(entry, Stage.ASKING, question=answer.question, body=body)
        elif answer.is_already_registered and placing:
            words = f"the gateway already has an order with this reference, so one arrived before: {answer.text}"
            self._book.move(entry, Stage.UNKNOWN, words, body=body)
        elif answer.is_lost_question:
            self._book.move(entry, Stage.UNKNOWN, f"the question was no longer open: {answer.text}", body=body)
        else:
            order_id = answer.prompt.order_id if answer.prompt is not None else None
            self._book.move(entry, Stage.REJECTED, answer.text, body=body, order_id=order_id)
            if answer.prompt is not None:
                self._store.apply(NoticeReceived(answer.prompt))

    def _show_orders(self, entry: Entry, answer: Accepted) -> None:
        now = self._clock.monotonic()
        for event in placed_orders(entry.submission, answer, sent=entry.since, received=now):
            self._store.apply(event)

    def _failed(self, entry: Entry, error: IbtuiError, question: Question | None) -> None:
        outcome = outcome_of(error)
        if outcome is Outcome.NOT_SENT:
            left = "nothing was sent" if question is None else "the answer was not sent, so nothing was confirmed"
            self._book.move(entry, Stage.REJECTED, f"{left}. {error}")
        elif outcome is Outcome.NOT_TAKEN and question is None:
            self._book.move(entry, Stage.REJECTED, f"nothing was ordered. {error}")
        elif outcome is Outcome.REFUSED and question is None:
            self._take(entry, Refusal(error.detail or str(error)), b"")
        else:
            entry.unconfirmed = outcome is Outcome.NOT_TAKEN
            self._book.move(entry, Stage.UNKNOWN, str(error))

    def _cancel_failed(self, entry: Entry, error: IbtuiError) -> None:
        outcome = outcome_of(error)
        if outcome is Outcome.UNKNOWN:
            self._book.move(entry, Stage.UNKNOWN, str(error))
        elif outcome is Outcome.REFUSED:
            self._book.move(entry, Stage.REJECTED, error.detail or str(error))
        else:
            self._book.move(entry, Stage.REJECTED, f"nothing was cancelled. {error}")

    async def _give_up(self, entry: Entry) -> None:
        question = entry.submission.question
        if question is None:
            return
        why = f"answered no: more than {QUESTIONS_AT_MOST} questions"
        self._book.move(entry, Stage.REPLYING, why)
        await self._decline(entry, requests.reply(question.reply_id, confirmed=False), f"{why}; ")

    async def _decline(self, entry: Entry, request: Request, why: str = "declined; ") -> None:
        """Whatever comes back, No was the last word; an order that works all the same is found by frames."""
        what = "order" if entry.submission.intent is Intent.PLACE else "change"
        words = f"{why}the {what} was not confirmed"
        order_id: int | None = None
        body = b""
        try:
            body = await self._wire.call(request)
            answer = decode_answer(body)
            if isinstance(answer, Accepted):
                words, order_id = f"{why}the gateway said: {answer.words}", answer.order_id
        except Garbled:
            pass
        except IbtuiError as error:
            words = f"{why}the No did not get through ({error}), but the {what} was not confirmed"
        finally:
            self._book.move(entry, Stage.DECLINED, words, body=body, order_id=order_id)
            self._settled(entry)

    def _end(self, entry: Entry) -> None:
        """A stage that still waits when its call is over (the task was ended, say) is an unknown outcome."""
        if entry.stage in (Stage.SENT, Stage.REPLYING):
            self._book.move(entry, Stage.UNKNOWN, "ibtui stopped waiting for the answer")
        self._settled(entry)
