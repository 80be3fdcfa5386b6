"""Notifications, disclaimers and prompts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from ibtui.clock import Clock
from ibtui.domain.events import (
    DisclaimerAccepted,
    DisclaimerReceived,
    FyisReceived,
    MessageRaised,
    NoticeReceived,
    UnreadCounted,
)
from ibtui.domain.notices import Notice
from ibtui.domain.session import Message
from ibtui.errors import GatewayError, IbtuiError
from ibtui.protocol import fyi
from ibtui.protocol.notices import decode_prompt_answer
from ibtui.protocol.orders.requests import answer_prompt
from ibtui.protocol.requests import Request
from ibtui.session.orders.outcomes import Outcome, outcome_of
from ibtui.session.polls import INBOX
from ibtui.session.wire import LINK_TROUBLES, Wire
from ibtui.store import Store

COLD = frozenset({423, 503})
"""The FYI service is waking up (wire-facts 7)."""
COLD_TRIES = 5
COLD_SECONDS = 3.0

Spawn = Callable[[Coroutine[Any, Any, None], str], None]


class InboxDesk:
    """Implements `intents.InboxIntents`."""

    def __init__(
        self,
        wire: Wire,
        store: Store,
        clock: Clock,
        spawn: Spawn,
        up: Callable[[], Awaitable[object]],
        moved: Callable[[Notice, str], None],
    ) -> None:
        self._wire = wire
        self._store = store
        self._clock = clock
        self._spawn = spawn
        self._up = up
        self._moved = moved
        """Told, for the journal, of a prompt whose answer is about to leave, and what became of it."""
        self._refreshing = False
        self._answered: set[str] = set()
        """Prompts whose answer was sent, and was not refused."""

    def refresh(self) -> None:
        """As the intent says."""
        if not self._refreshing:
            self._refreshing = True
            self._spawn(self._refresh(), "inbox")

    def mark_read(self, fyi_id: str) -> None:
        """As the intent says."""
        if any(one.fyi_id == fyi_id and not one.is_read for one in self._store.inbox.fyis):
            self._spawn(self._mark_read(fyi_id), "marking it read")

    def ask_disclaimer(self, code: str) -> None:
        """As the intent says."""
        self._spawn(self._ask_disclaimer(code), "disclaimer")

    def accept_disclaimer(self, code: str) -> None:
        """As the intent says."""
        self._spawn(self._accept_disclaimer(code), "accepting the disclaimer")

    def answer_prompt(self, notice: Notice, option: str) -> None:
        """As the intent says; a prompt is answered once, also when its frame comes again."""
        known = self._store.inbox.notices.get(notice.notice_id, notice)
        if known.is_prompt and option in known.options and known.notice_id not in self._answered:
            self._answered.add(known.notice_id)
            self._store.apply(NoticeReceived(replace(known, answered=option)))
            self._moved(known, f"answering “{option}”")
            self._spawn(self._answer(known, option), "answering the prompt")

    async def run(self) -> None:
        """Keep the unread count true; the worker."""
        while True:
            await self._clock.sleep(INBOX.next(self._store.pace))
            await self._up()
            before = self._store.inbox.unread
            with suppress(IbtuiError):  # the lights tell of it where it is trouble
                await self._count()
            if self._store.inbox.unread != before:
                self.refresh()

    async def _refresh(self) -> None:
        try:
            await self._up()
            with suppress(*LINK_TROUBLES):  # the lights tell of these; the next session reads again
                await self._read_all()
        finally:
            self._refreshing = False

    async def _read_all(self) -> None:
        kinds = fyi.decode_settings(await self._read(fyi.settings()))
        body = await self._read(fyi.notifications())
        self._store.apply(fyi.decode_notifications(body, needing_disclaimer=fyi.unaccepted(kinds)))
        await self._count()

    async def _count(self) -> None:
        self._store.apply(fyi.decode_unread(await self._read(fyi.unread())))

    async def _read(self, request: Request) -> bytes:
        """A reading request, asked again while the service wakes up."""
        for _ in range(COLD_TRIES - 1):
            try:
                return await self._wire.call(request)
            except GatewayError as error:
                if error.status not in COLD:
                    raise
            await self._clock.sleep(COLD_SECONDS)
        return await self._wire.call(request)

    async def _mark_read(self, fyi_id: str) -> None:
        await self._wire.call(fyi.mark_read(fyi_id))
        inbox = self._store.inbox
        was_unread = any(one.fyi_id == fyi_id and not one.is_read for one in inbox.fyis)
        self._store.apply(
            FyisReceived(tuple(replace(one, is_read=True) if one.fyi_id == fyi_id else one for one in inbox.fyis))
        )
        self._store.apply(UnreadCounted(max(0, inbox.unread - was_unread)))

    async def _ask_disclaimer(self, code: str) -> None:
        told = fyi.decode_disclaimer(await self._read(fyi.disclaimer(code))).disclaimer
        self._store.apply(DisclaimerReceived(replace(told, code=code)))

    async def _accept_disclaimer(self, code: str) -> None:
        await self._wire.call(fyi.accept_disclaimer(code))
        self._store.apply(DisclaimerAccepted(code))

    async def _answer(self, notice: Notice, option: str) -> None:
        if notice.order_id is None or not notice.request_id:
            text = "This prompt names no order; answer it in TWS or Client Portal"
            self._store.apply(MessageRaised(Message(text, "warning", "Prompt")))
            return
        words = notice.in_the_gateways_words(option)
        try:
            decode_prompt_answer(await self._wire.call(answer_prompt(notice.order_id, notice.request_id, words)))
        except IbtuiError as error:
            self._answered.discard(notice.notice_id)
            self._moved(notice, f"the answer “{option}” did not get through ({error})")
            if outcome_of(error) in (Outcome.NOT_SENT, Outcome.NOT_TAKEN):
                self._store.apply(NoticeReceived(notice))  # still open: it can be answered once more
            raise
        self._moved(notice, f"answered “{option}”")
        self._store.apply(NoticeReceived(replace(notice, answered=option, delivered=True)))
