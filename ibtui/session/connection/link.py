"""Carries out what the session's machine says, one deed at a time, and tells it what came of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from ibtui.clock import Clock
from ibtui.domain.events import AccountsReceived, MessageRaised
from ibtui.domain.session import Message
from ibtui.errors import IbtuiError
from ibtui.protocol import session as words
from ibtui.protocol.session import AuthStatus
from ibtui.session.connection import signals as s
from ibtui.session.connection.board import Board
from ibtui.session.connection.deeds import Deeds
from ibtui.session.connection.machine import advance
from ibtui.session.connection.mishaps import signal_of
from ibtui.session.connection.outages import region_near
from ibtui.session.connection.picture import Painter
from ibtui.session.connection.standing import Deed, Moment, Standing
from ibtui.session.settings import LinkSettings
from ibtui.store import Store
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.http import HttpClient
from ibtui.transport.trust import Trust

log = logging.getLogger("ibtui.session")

EARLIEST_MS = 1_577_836_800_000
"""A heartbeat that tells of a time before 2020 tells no time."""

Spawn = Callable[[Coroutine[Any, Any, None], str], None]


class LinkListener(Protocol):
    """Who lives on the link."""

    def link_opened(self, endpoint: Endpoint, account: str) -> None:
        """The brokerage session is up and primed; the stream may be opened here."""
        ...

    def link_renewed(self, endpoint: Endpoint) -> None:
        """The stream is to be opened anew: another session id, or subscriptions that are dead though it beats."""
        ...

    def link_lost(self) -> None:
        """The brokerage session is gone."""
        ...

    def account_chosen(self, account: str) -> None:
        """Another account is traded and shown."""
        ...


class Link:
    """Implements `intents.LinkIntents`, and `run`, the worker."""

    def __init__(
        self,
        settings: LinkSettings,
        http: HttpClient,
        trust: Trust,
        store: Store,
        clock: Clock,
        listener: LinkListener,
        spawn: Spawn,
    ) -> None:
        self._http = http
        self._trust = trust
        self._store = store
        self._clock = clock
        self._listener = listener
        self._spawn = spawn
        self._painter = Painter(settings.base_url)
        self.board = Board(store)
        self._deeds = Deeds(
            settings, http, trust, store, clock, self.board, lambda seconds: self.tell(s.AnswerLate(seconds))
        )
        self.established = asyncio.Event()
        self.standing = Standing(region=region_near(_hours_ahead(clock.time())))
        self._wake = asyncio.Event()
        self._ahead = 0.0
        """Seconds by which IBKR's clock is ahead of this machine's, as the heartbeat tells."""

    # what the user may ask for

    def retry(self) -> None:
        """As the intent says."""
        self.tell(s.RetryAsked())

    def take_over(self) -> None:
        """As the intent says."""
        self.tell(s.TakeOverAsked())

    def trust(self, fingerprint: str) -> None:
        """As the intent says."""
        try:
            self._trust.pin(fingerprint)
        except OSError as error:
            text = f"The certificate could not be noted ({error.strerror}); check the state folder's permissions"
            self._store.apply(MessageRaised(Message(text, "error", "Certificate")))
            return
        self.retry()

    def select_account(self, account: str) -> None:
        """As the intent says."""
        if account != self._store.money.account:
            self._spawn(self._select_account(account), "choosing the account")

    # what others noticed

    def tell(self, telling: s.Telling) -> None:
        """Something came unasked: remembered, or acted on at once while nothing is under way."""
        self._take(telling)

    def suspect(self, error: IbtuiError) -> None:
        """A request failed in a way that concerns the link: look after it now."""
        told = signal_of(error, self._http, asked=None)
        self.tell(s.PenaltyBegan(told.until) if isinstance(told, s.Boxed) else s.TroubleTold())

    def status_told(self, status: AuthStatus) -> None:
        """The stream told of the session, some fields perhaps."""
        if (
            status.authenticated is False
            or status.established is False
            or status.connected is False
            or status.competing is True
        ):
            self.tell(s.TroubleTold())

    def session_told(self, session: str) -> None:
        """The stream told the login's session id."""
        if session and self.standing.session not in ("", session):
            self.tell(s.TroubleTold())

    def time_told(self, unix_ms: int) -> None:
        """The heartbeat told IBKR's time: resets go by its clock, not by this machine's."""
        if unix_ms >= EARLIEST_MS:
            self._ahead = unix_ms / 1000 - self._clock.time()

    # the worker

    async def run(self) -> None:
        """Do the next thing, for ever."""
        self._take(s.Started())
        while True:
            step = self.standing.step
            if not step.deed.waits:
                self._take(await self._signal_of(step.deed))
            elif await self._rest(step.until):
                self._take(s.Waited())

    def _take(self, signal: s.Signal) -> None:
        was, now = self.standing, self._clock.monotonic()
        if was.penalty_until and now >= was.penalty_until:
            was = advance(was, s.PenaltyEnded(), self._moment())
        self.standing = new = advance(was, signal, self._moment())
        self.board.show(self._painter.of(new), new.step.until if new.step.deed.waits else 0.0)
        if new.state is not was.state:
            log.info("the session went from %s to %s (%s)", was.state.value, new.state.value, type(signal).__name__)
        if self.established.is_set() and not new.state.holds:
            self.established.clear()
            self._listener.link_lost()
        if new.step is not was.step:
            self._wake.set()

    def _moment(self) -> Moment:
        return Moment(self._clock.monotonic(), self._clock.time() + self._ahead)

    async def _signal_of(self, deed: Deed) -> s.Signal:
        if deed is Deed.OPEN_STREAM:
            self.established.set()
            self._listener.link_opened(self._deeds.endpoint(self.standing.session), self._store.money.account)
        elif deed is Deed.RENEW_STREAM:
            self._listener.link_renewed(self._deeds.endpoint(self.standing.session))
        else:
            return await self._deeds.do(deed)
        return s.StreamOpened()

    async def _rest(self, until: float) -> bool:
        """Wait; True when the time has come, False when something came before."""
        self._wake.clear()
        left = until - self._clock.monotonic()
        waits = [asyncio.ensure_future(self._clock.sleep(left)), asyncio.ensure_future(self._wake.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return not self._wake.is_set()
        finally:
            for wait in waits:
                wait.cancel()

    async def log_out(self) -> None:
        """End the login."""
        await self._deeds.log_out()

    async def _select_account(self, account: str) -> None:
        await self._http.call(words.switch_account(account))
        self._store.apply(AccountsReceived(self._store.money.accounts, account))
        self._listener.account_chosen(account)


def _hours_ahead(wall: float) -> float:
    """Hours this machine's zone is ahead of UTC."""
    return time.localtime(wall).tm_gmtoff / 3600
