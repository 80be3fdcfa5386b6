"""What the session's machine wants done, done: each deed asks once and gives what came of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

from ibtui.clock import Clock
from ibtui.domain.events import AccountsReceived, MessageRaised
from ibtui.domain.session import Message
from ibtui.errors import IbtuiError, NotLoggedIn
from ibtui.protocol import session as words
from ibtui.session.connection import signals as s
from ibtui.session.connection.board import Board
from ibtui.session.connection.mishaps import NotAuthorised, signal_of
from ibtui.session.connection.questions import Questioner
from ibtui.session.connection.standing import Deed
from ibtui.session.settings import LinkSettings
from ibtui.store import Store
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.http import HttpClient
from ibtui.transport.trust import Trust

CHECK_SECONDS = 1.5
"""Least time between two looks at the session; `/tickle` allows one per second."""
LOGOUT_SECONDS = 1.0
"""How long the end of the program waits for the answer of a logout."""


class Deeds:
    """The asking half of the link."""

    def __init__(
        self,
        settings: LinkSettings,
        http: HttpClient,
        trust: Trust,
        store: Store,
        clock: Clock,
        board: Board,
        late: Callable[[float], None],
    ) -> None:
        self._settings = settings
        self._http = http
        self._trust = trust
        self._store = store
        self._clock = clock
        self._board = board
        self._questions = Questioner(http, clock, late)
        self._looked = -CHECK_SECONDS
        self._context: ssl.SSLContext | None = None
        self._deeds: Mapping[Deed, Callable[[], Coroutine[Any, Any, s.Answer]]] = {
            Deed.CONNECT: self._connect,
            Deed.TICKLE: self._tickle,
            Deed.ASK_STATUS: self._ask_status,
            Deed.INIT: self._init,
            Deed.TAKE_OVER: self._take_over,
            Deed.READ_ACCOUNTS: self._read_accounts,
            Deed.VALIDATE: self._validate,
        }

    async def do(self, deed: Deed) -> s.Signal:
        """Do it; what came of it, good or ill."""
        try:
            return await self._deeds[deed]()
        except IbtuiError as error:
            failure = self._failure_of(error, deed)
            self._http.logged_in = self._http.logged_in and not isinstance(failure, s.LoginMissing | s.GatewayGone)
            return failure

    async def log_out(self) -> None:
        """End the login, if there is one; what becomes of it is not waited for any longer than `LOGOUT_SECONDS`."""
        if self._http.logged_in:
            with suppress(IbtuiError, TimeoutError):
                async with asyncio.timeout(LOGOUT_SECONDS):
                    await self._http.call(words.logout())

    def endpoint(self, session: str) -> Endpoint:
        """Where and as whom the stream is opened."""
        return self._http.endpoint(session, self._context)

    def _failure_of(self, error: IbtuiError, deed: Deed) -> s.Failure:
        failure = signal_of(error, self._http, asked=deed)
        if self._settings.authority is None or not isinstance(failure, s.LoginMissing) or failure.by_authority:
            return failure
        said = f" ({failure.words})" if failure.words else ""
        return s.LoginMissing(f"IBKR does not take the token{said}; ibtui asks for another.", by_authority=True)

    async def _connect(self) -> s.Answer:
        self._context = await self._trust.decide()
        await self._http.trust(self._context)
        return await self._tickle()

    async def _tickle(self) -> s.Answer:
        early = self._looked + CHECK_SECONDS - self._clock.monotonic()
        if early > 0:
            await self._clock.sleep(early)
        self._looked = self._clock.monotonic()
        try:
            await self._http.authorise()
        except NotLoggedIn as error:
            raise NotAuthorised(error.detail) from error
        told = words.decode_tickle(await self._questions.ask_once(words.tickle(), words.auth_status()))
        self._http.logged_in = bool(told.session)
        return s.TickleAnswered(told.session, told.status)

    async def _ask_status(self) -> s.Answer:
        status = words.decode_status(await self._questions.ask(words.auth_status()))
        self._board.names(server=status.server or "", user=status.user or "")
        return s.StatusTold(status)

    async def _init(self) -> s.Answer:
        return s.InitAnswered(words.decode_status(await self._http.call(words.init_brokerage(compete=False))))

    async def _take_over(self) -> s.Answer:
        return s.InitAnswered(words.decode_status(await self._http.call(words.init_brokerage(compete=True))))

    async def _validate(self) -> s.Answer:
        told = words.decode_validation(await self._http.call(words.validate()))
        return s.Validated(told.valid, told.region)

    async def _read_accounts(self) -> s.Answer:
        """Prime `/iserver`, know the accounts and choose the one to trade."""
        received = words.decode_accounts(await self._questions.ask(words.accounts()))
        known = [account.account_id for account in received.accounts]
        selected = received.selected or (known[0] if known else "")
        chosen = self._store.money.account or self._settings.account or selected
        if chosen not in known and known:
            text = f"Account {chosen} is not one of this login's; {selected} is shown instead"
            self._store.apply(MessageRaised(Message(text, "warning", "Account")))
            chosen = selected
        if chosen != selected:
            await self._http.call(words.switch_account(chosen))
        self._store.apply(AccountsReceived(received.accounts, chosen))
        return s.AccountsRead()
