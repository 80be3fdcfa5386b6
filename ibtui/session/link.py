"""From nothing to a brokerage session, held as long as it lasts and sought again whenever it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from ibtui.clock import Clock
from ibtui.domain.events import AccountsReceived, MessageRaised
from ibtui.domain.session import Light, Message
from ibtui.errors import GatewayDown, GatewayError, IbtuiError, LinkError, NoBrokerageSession, NotLoggedIn, PenaltyBox
from ibtui.protocol import session as words
from ibtui.protocol.session import AuthStatus, Tickle
from ibtui.session.board import Board, Setback
from ibtui.session.setbacks import SLOW_SECONDS, Setbacks
from ibtui.session.settings import LinkSettings
from ibtui.store import Store
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.http import HttpClient
from ibtui.transport.trust import Trust

TICKLE_SECONDS = 60.0
"""The session ends after a few minutes without `/tickle`."""
CHECK_SECONDS = 1.5
"""Least time between two looks at the session; `/tickle` allows one per second."""
INIT_LOOKS = 5
"""Looks at the status after `ssodh/init`, `CHECK_SECONDS` apart."""
FIRST_INIT_PAUSE = 10.0
LONGEST_INIT_PAUSE = 60.0
FAILURES_BORNE = 3
"""Unanswered tickles in a row before a session that stood is given up."""

Spawn = Callable[[Coroutine[Any, Any, None], str], None]


class LinkListener(Protocol):
    """Who lives on the link."""

    def link_opened(self, endpoint: Endpoint, account: str) -> None:
        """The brokerage session is up and primed; the stream may be opened here."""
        ...

    def link_renewed(self, endpoint: Endpoint) -> None:
        """The login has another session id: the stream of the old one is dead, though it may still beat."""
        ...

    def link_lost(self) -> None:
        """The brokerage session is gone."""
        ...

    def account_chosen(self, account: str) -> None:
        """Another account is traded and shown."""
        ...


class Link:
    """Implements `intents.LinkIntents`, and `run`, the worker that climbs and holds."""

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
        self._settings = settings
        self._http = http
        self._trust = trust
        self._store = store
        self._clock = clock
        self._listener = listener
        self._spawn = spawn
        self._setbacks = Setbacks(settings.base_url)
        self.board = Board(store)
        self.established = asyncio.Event()
        self._wake = asyncio.Event()
        self._compete = False
        self._suspicious = False
        self._looked = -CHECK_SECONDS
        self._init_after = 0.0
        self._init_pause = FIRST_INIT_PAUSE
        self._session = ""
        self._endpoint: Endpoint | None = None

    # what the user may ask for

    def retry(self) -> None:
        """As the intent says."""
        self._init_after = 0.0
        self._wake.set()
        if self._endpoint is not None and self.established.is_set() and self._store.health.stream is Light.BAD:
            self._listener.link_renewed(self._endpoint)

    def take_over(self) -> None:
        """As the intent says."""
        self._compete = True
        self._wake.set()

    def trust(self, fingerprint: str) -> None:
        """As the intent says."""
        try:
            self._trust.pin(fingerprint)
        except OSError as error:
            text = f"The certificate could not be noted ({error.strerror}); check the state folder's permissions"
            self._store.apply(MessageRaised(Message(text, "error", "Certificate")))
            return
        self._wake.set()

    def select_account(self, account: str) -> None:
        """As the intent says."""
        if account != self._store.money.account:
            self._spawn(self._select_account(account), "choosing the account")

    # what others noticed

    def suspect(self, error: IbtuiError) -> None:
        """A request failed in a way that concerns the link: look after it now."""
        if self.established.is_set() and not isinstance(error, PenaltyBox):
            self.look()

    def look(self) -> None:
        """Something was said that may mean trouble: look at the session now rather than at the next tickle."""
        self._suspicious = True
        self._wake.set()

    def status_told(self, status: AuthStatus) -> None:
        """The stream told of the session, some fields perhaps."""
        if self.established.is_set() and (
            status.authenticated is False
            or status.established is False
            or status.connected is False
            or status.competing is True
        ):
            self.look()

    def session_told(self, session: str) -> None:
        """The stream told the login's session id."""
        if session and self._session and session != self._session and self.established.is_set():
            self.look()

    async def _select_account(self, account: str) -> None:
        await self._http.call(words.switch_account(account))
        self._store.apply(AccountsReceived(self._store.money.accounts, account))
        self._listener.account_chosen(account)

    # the worker

    async def run(self) -> None:
        """Climb, hold, fall, wait, again; never ends."""
        while True:
            self._wake.clear()
            try:
                setback = await self._climb()
            except PenaltyBox as error:
                setback = self._setbacks.of(error)
            except IbtuiError as error:
                self._http.logged_in = self._http.logged_in and isinstance(error, NoBrokerageSession)
                setback = self._setbacks.of(error)
            wait = max(setback.wait, self._http.penalty_until - self._clock.monotonic())
            self._fell(setback, self._clock.monotonic() + wait)
            await self._rest(wait)

    def _fell(self, setback: Setback, next_attempt: float) -> None:
        self.board.fell(setback, next_attempt)
        if self.established.is_set():
            self.established.clear()
            self._listener.link_lost()

    async def _climb(self) -> Setback:
        context = await self._trust.decide()
        await self._http.trust(context)
        self.board.waits_until(0.0)
        await self._http.authorise()
        tickle = await self._tickle()
        self.board.reached()
        setback = await self._establish()
        if setback is not None:
            return setback
        account = await self._read_accounts()
        self._endpoint = self._http.endpoint(tickle.session, context)
        self.board.established()
        self._init_pause, self._init_after = FIRST_INIT_PAUSE, 0.0
        self.established.set()
        self._listener.link_opened(self._endpoint, account)
        return await self._hold(self._endpoint)

    async def _hold(self, endpoint: Endpoint) -> Setback:
        """Keep the session alive; returns, or raises, when it is lost."""
        failures = 0
        while True:
            await self._rest(SLOW_SECONDS if failures else TICKLE_SECONDS)
            try:
                await self._http.authorise()
                tickle = await self._tickle()
                setback = await self._examine(tickle)
            except (NotLoggedIn, NoBrokerageSession, GatewayDown):
                raise
            except PenaltyBox:
                continue
            except (LinkError, GatewayError):
                failures += 1
                if failures >= FAILURES_BORNE:
                    raise
                continue
            failures = 0
            if setback is not None:
                return setback
            if tickle.session != endpoint.session:
                endpoint = self._endpoint = self._http.endpoint(tickle.session, endpoint.context)
                self._listener.link_renewed(endpoint)

    async def _examine(self, tickle: Tickle) -> Setback | None:
        """Whether the session that stood still stands."""
        status = tickle.status
        if self._suspicious or not is_up(status):
            self._suspicious = False
            status = await self._status()
            if is_up(status):
                await self._read_accounts()
        self._compete = False
        return None if is_up(status) else self._refusal(status)

    async def _tickle(self) -> Tickle:
        early = self._looked + CHECK_SECONDS - self._clock.monotonic()
        if early > 0:
            await self._clock.sleep(early)
        self._looked = self._clock.monotonic()
        tickle = words.decode_tickle(await self._http.call(words.tickle()))
        if not tickle.session:
            raise NotLoggedIn("the gateway has no session")
        self._session = tickle.session
        self._http.logged_in = True
        return tickle

    async def _establish(self) -> Setback | None:
        """Have a brokerage session; an existing one elsewhere is ended only when the user said so."""
        status = await self._status()
        if is_up(status):
            self._compete = False
            return None
        compete, self._compete = self._compete, False
        if status.competing and not compete:
            return self._setbacks.competing()
        now = self._clock.monotonic()
        if not compete and now < self._init_after:
            return self._refusal(status)
        self.board.starts()
        self._init_after = now + self._init_pause
        self._init_pause = min(LONGEST_INIT_PAUSE, self._init_pause * 2)
        status = words.decode_status(await self._http.call(words.init_brokerage(compete=compete)))
        for looks in range(INIT_LOOKS):
            if is_up(status):
                return None
            if status.competing and not compete:
                return self._setbacks.competing()
            if looks:
                self.board.fell(self._refusal(status), 0.0)
            await self._clock.sleep(CHECK_SECONDS)
            status = await self._status()
        return None if is_up(status) else self._refusal(status)

    def _refusal(self, status: AuthStatus) -> Setback:
        return (
            self._setbacks.competing()
            if status.competing
            else self._setbacks.no_brokerage(status.message or status.fail or "")
        )

    async def _status(self) -> AuthStatus:
        try:
            status = words.decode_status(await self._http.call(words.auth_status()))
        except NoBrokerageSession as error:
            return AuthStatus(message=error.detail)
        self.board.names(server=status.server or "", user=status.user or "")
        return status

    async def _read_accounts(self) -> str:
        """Prime `/iserver` and know the accounts; gives the account to trade."""
        received = words.decode_accounts(await self._http.call(words.accounts()))
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
        return chosen

    async def _rest(self, seconds: float) -> None:
        """Wait, or less when something calls for a look."""
        waits = [
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(self._wake.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._wake.clear()


def is_up(status: AuthStatus) -> bool:
    """Whether the brokerage session stands and is ours alone."""
    return status.can_trade and status.connected is not False and not status.competing
