"""One state-changing request after the other: sent once, its answer read, its outcome never guessed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ibtui.clock import Clock
from ibtui.domain.events import NoticeReceived
from ibtui.domain.notices import Notice
from ibtui.domain.orders import Intent, Question, Stage
from ibtui.errors import Garbled, IbtuiError, PenaltyBox
from ibtui.protocol.notices import in_the_gateways_words
from ibtui.protocol.orders import requests
from ibtui.protocol.orders.answers import Accepted, Answer, Asked, Refusal, decode_answer
from ibtui.protocol.requests import Request
from ibtui.session.orders.book import NEVER_SENT, Book, Entry
from ibtui.session.orders.outcomes import Outcome, outcome_of
from ibtui.session.orders.placed import legs_of, placed_orders, what_is_missing
from ibtui.session.wire import Leaving, Wire
from ibtui.store import Store

QUESTIONS_AT_MOST = 20
"""Length of a chain of questions that is still believed (wire-facts 5)."""


class Withheld(IbtuiError):
    """What was right when it was asked for is not right any more when it would leave."""

    title = "Held back"


class Conversation:
    """Sends what an entry asks for and moves the entry by what comes back."""

    def __init__(self, wire: Wire, store: Store, clock: Clock, book: Book, settled: Callable[[Entry], None]) -> None:
        self._wire = wire
        self._store = store
        self._clock = clock
        self._book = book
        self._settled = settled
        """Told after every call, whatever came of it."""

    async def send(self, entry: Entry, request: Request, check: Callable[[], str]) -> None:
        """Send a new order or a modification, once; it is written on disk in the moment before it leaves.

        `check` is asked before that and says why it must stay here, blank when it may leave.
        """

        def leaving() -> None:
            problem = check()
            if problem:
                raise Withheld(problem)
            self._book.begin(entry, request.body or b"")
            self._leaves(entry)

        await self._exchange(entry, request, leaving)

    async def send_again(self, entry: Entry, request: Request) -> None:
        """Send the same order again under the same cOID, on the user's word only; the step is on disk already.

        Only an acceptance or a question settles it: a No to the second says nothing about the first.
        """
        entry.repeated = True
        await self._exchange(entry, request, partial(self._leaves, entry))

    async def reply(self, entry: Entry, question: Question, *, confirmed: bool) -> None:
        """Send the answer to a question, once; the step is on disk already."""
        self._leaves(entry)
        request = requests.reply(question.reply_id, confirmed=confirmed)
        if confirmed:
            await self._exchange(entry, request, partial(self._leaves, entry), question)
        else:
            await self._decline(entry, request)

    def _leaves(self, entry: Entry) -> None:
        entry.since = self._clock.monotonic()

    async def _exchange(
        self, entry: Entry, request: Request, leaving: Leaving, question: Question | None = None
    ) -> None:
        entry.unconfirmed, entry.misses = False, 0
        try:
            body = await self._wire.call(request, leaving)
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
            self._accept(entry, answer, body)
        elif isinstance(answer, Asked):
            entry.questions += 1
            self._book.move(entry, Stage.ASKING, question=answer.question, body=body)
        elif answer.is_already_registered and placing:
            words = f"the gateway already has an order with this reference, so one arrived before: {answer.text}"
            self._book.move(entry, Stage.UNKNOWN, words, body=body)
        elif answer.is_lost_question:
            entry.unconfirmed = not entry.repeated
            self._book.move(entry, Stage.UNKNOWN, f"the question was no longer open: {answer.text}", body=body)
        elif answer.prompt is not None:
            self._prompted(entry, answer.prompt, body)
        else:
            self._reject(entry, answer.text, body)

    def _accept(self, entry: Entry, answer: Accepted, body: bytes) -> None:
        if entry.submission.intent is not Intent.PLACE:
            self._book.move(entry, Stage.ACKNOWLEDGED, answer.words, body=body)
            return
        self._show_orders(entry, answer)
        missing = what_is_missing(entry.submission, answer)
        legs = legs_of(entry.submission, answer)
        words = missing or answer.words
        self._book.move(entry, Stage.ACKNOWLEDGED, words, body=body, order_id=answer.order_id, legs=legs)
        if missing:
            self._book.tell(f"{entry.submission.key}: {missing}", "error")

    def _prompted(self, entry: Entry, prompt: Notice, body: bytes) -> None:
        """The advanced rejection: the order waits for the prompt's answer, and nobody knows yet what comes of it."""
        words = f"the gateway asks, and the order may still come: {prompt.text}"
        spoken = in_the_gateways_words(prompt, body)
        self._book.move(entry, Stage.UNKNOWN, words, body=body, order_id=prompt.order_id, prompt=prompt.notice_id)
        self._store.apply(NoticeReceived(spoken))

    def _reject(self, entry: Entry, words: str, body: bytes = b"") -> None:
        """What was sent came to nothing; of an order sent again that tells only of the second time."""
        if entry.repeated:
            self._book.move(entry, Stage.UNKNOWN, f"sent again: {words}; the first is still unknown", body=body)
        else:
            self._book.move(entry, Stage.REJECTED, words, body=body)

    def _show_orders(self, entry: Entry, answer: Accepted) -> None:
        now = self._clock.monotonic()
        for event in placed_orders(entry.submission, answer, sent=entry.since, received=now):
            self._store.apply(event)

    def _failed(self, entry: Entry, error: IbtuiError, question: Question | None) -> None:
        outcome = outcome_of(error)
        if isinstance(error, Withheld):
            self._book.refuse(entry, f"nothing was sent: {error.detail}")
        elif entry.stage is Stage.QUEUED:  # its turn never came, or the journal kept it back
            self._book.refuse(entry, f"nothing was sent. {error}")
        elif outcome is Outcome.NOT_SENT:
            done = "taken" if isinstance(error, PenaltyBox) and error.status else "sent"  # a 429 is an answer to it
            left = f"nothing was {done}" if question is None else f"the answer was not {done}, so nothing was confirmed"
            self._reject(entry, f"{left}. {error}")
        elif outcome is Outcome.NOT_TAKEN and question is None:
            self._reject(entry, f"nothing was ordered. {error}")
        elif outcome is Outcome.REFUSED and question is None:
            self._take(entry, Refusal(error.detail or str(error)), b"")
        else:
            lost = outcome is Outcome.REFUSED and Refusal(error.detail or str(error)).is_lost_question
            entry.unconfirmed = (lost or outcome is Outcome.NOT_TAKEN) and not entry.repeated
            hint = "" if entry.visible else "; no row of the order can show whether it was changed"
            self._book.move(entry, Stage.UNKNOWN, f"{error}{hint}")

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
        body = b""
        try:
            body = await self._wire.call(request)
            answer = decode_answer(body)
            if isinstance(answer, Accepted):
                self._book.tell(
                    f"{entry.submission.key} was declined, yet the gateway took it: {answer.words}", "error"
                )
                self._accept(entry, answer, body)
                return
        except Garbled:
            pass
        except IbtuiError as error:
            words = f"{why}the No did not get through ({error}), but the {what} was not confirmed"
        finally:
            if entry.stage is Stage.REPLYING:
                self._book.move(entry, Stage.DECLINED, words, body=body)
            self._settled(entry)

    def _end(self, entry: Entry) -> None:
        """A stage that still waits when its call is over (the task was ended, say) is an unknown outcome."""
        if entry.stage is Stage.QUEUED:
            self._book.move(entry, Stage.REJECTED, NEVER_SENT)
        elif entry.stage in (Stage.SENT, Stage.REPLYING):
            self._book.move(entry, Stage.UNKNOWN, "ibtui stopped waiting for the answer")
        self._settled(entry)
