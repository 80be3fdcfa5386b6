"""The walk itself: one step after the other, and none that stands on a failed one."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec import Struct

from ibtui.clock import Clock
from ibtui.commands.doctor import judge_session, judge_way, judge_wire
from ibtui.commands.doctor.facts import Address, ClockSample, Exchange, Names, StreamStory
from ibtui.commands.doctor.judge_oauth import judge_oauth
from ibtui.commands.doctor.machine import Machine
from ibtui.commands.doctor.probe_way import knock, look_at_certificate, look_up
from ibtui.commands.doctor.probe_wire import Wire, listen
from ibtui.commands.doctor.steps import State, Step, Verdict, not_reached, skipped
from ibtui.config import Config, checked_base_url
from ibtui.domain.events import QuoteReceived
from ibtui.errors import IbtuiError, NoBrokerageSession
from ibtui.protocol import market
from ibtui.protocol import session as words
from ibtui.protocol.session import AuthStatus, Tickle
from ibtui.session.connection.machine import is_up
from ibtui.session.connection.outages import Outage, outage_at
from ibtui.transport.authority import Authority
from ibtui.transport.trust import is_loopback
from ibtui.ui.login import LoginPlace, login_place

LOOK_SECONDS = 1.5
"""Between asking for the brokerage session and looking whether it came, and between two looks."""
LOOKS = 2
WALK_SECONDS = 55.0
"""A doctor who takes longer is of no use."""
SNAPSHOT_SECONDS = 0.6
"""The first snapshot only opens the stream (wire-facts 3)."""
SNAPSHOTS = 2
APPLE = (265598, "AAPL")
"""The liquid contract that IBKR's documents take as their example; it is neither bought nor sold."""
DATE_DOUBT = 1.5
"""Seconds a `Date` header may be off: it holds whole seconds."""
FRAME_DOUBT = 3.0
VALIDATE_KEY = "GET /sso/validate"

Answer = TypeVar("Answer")


class Stage(Struct, frozen=True):
    """A step to come: its name, the steps it stands on, and what does it."""

    name: str
    needs: tuple[str, ...]
    act: Callable[[], Awaitable[Verdict]]


class Walk:
    """Everything found so far; each method named as its step."""

    def __init__(self, settings: Config, state: Path, clock: Clock, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._state = state
        self._clock = clock
        self._address = address_of(settings)
        self._environment = environment
        self._machine = Machine(settings, state, environment, is_loopback=self._address.is_loopback)
        self._began = clock.monotonic()
        self._late = ""
        """The step at which the walk had taken too long."""
        self._names = Names()
        self._context: ssl.SSLContext | None = None
        self._authority: Authority | None = None
        self._wire: Wire | None = None
        self._tickle: Exchange | None = None
        self._told = Tickle("", AuthStatus())
        self._status = AuthStatus()
        self._region = ""
        """Of IBKR's servers, as `/sso/validate` names it."""
        self._status_error: IbtuiError | None = None
        self._quote: QuoteReceived | None = None
        self._story: StreamStory | None = None
        self._frames: tuple[str, ...] = ()

    async def steps(self) -> AsyncIterator[Step]:
        """Each step when it is done."""
        failed: set[str] = set()
        self._began = self._clock.monotonic()
        for stage in self._stages():
            cause = next((name for name in stage.needs if name in failed), "")
            began, asked = self._clock.monotonic(), len(self.exchanges)
            self._frames = ()
            verdict = not_reached(cause) if cause else await self._in_time(stage)
            if verdict.state in (State.BAD, State.NOT_REACHED):
                failed.add(stage.name)
            seconds = self._clock.monotonic() - began
            yield Step(stage.name, verdict, tuple(self.exchanges[asked:]), self._frames, seconds)

    async def _in_time(self, stage: Stage) -> Verdict:
        """A step's verdict; no step begins or goes on after `WALK_SECONDS`, but for those that wait for nothing."""
        try:
            async with asyncio.timeout(self._began + WALK_SECONDS - self._clock.monotonic()):
                return await stage.act()
        except TimeoutError:
            if self._late:
                return not_reached(self._late)
            self._late = stage.name
            return judge_wire.judge_late(WALK_SECONDS, self.exchanges, is_direct=self._address.is_direct)

    @property
    def exchanges(self) -> list[Exchange]:
        """Every request so far."""
        return self._wire.exchanges if self._wire is not None else []

    async def close(self) -> None:
        """Drop the connections."""
        if self._wire is not None:
            await self._wire.close()

    def _stages(self) -> tuple[Stage, ...]:
        return (
            Stage("configuration", (), self._machine.configuration),
            Stage("name", ("configuration",), self._look_up),
            Stage("port", ("name",), self._knock),
            Stage("certificate", ("port",), self._certificate),
            Stage("gateway", ("certificate",), self._gateway),
            Stage("OAuth", ("gateway",), self._oauth),
            Stage("login", ("gateway", "OAuth"), self._login),
            Stage("SSO", ("login",), self._sso),
            Stage("brokerage", ("login",), self._brokerage),
            Stage("competing session", ("login",), self._competing),
            Stage("accounts", ("brokerage", "competing session"), self._accounts),
            Stage("market data", ("accounts",), self._market),
            Stage("stream", ("brokerage", "competing session"), self._stream),
            Stage("clock", (), self._clocks),
            Stage("pacing", (), self._pacing),
            Stage("state folder", (), self._machine.storage),
            Stage("terminal", (), self._machine.terminal),
        )

    async def _look_up(self) -> Verdict:
        self._names = await look_up(self._address)
        return judge_way.judge_names(self._address, self._names)

    async def _knock(self) -> Verdict:
        doors = await knock(self._address, self._names, self._settings.gateway.path)
        return judge_way.judge_doors(self._address, doors)

    async def _certificate(self) -> Verdict:
        base_url = checked_base_url(self._settings.base_url)
        shown, self._context = await look_at_certificate(self._address, base_url, self._state)
        return judge_way.judge_certificate(self._address, shown, datetime.fromtimestamp(self._clock.time(), UTC))

    async def _gateway(self) -> Verdict:
        if self._address.is_direct:
            return skipped("none: IBKR is spoken to directly")
        self._tickle = await self._open_wire().ask(words.tickle())
        return judge_way.judge_gateway(self._address, self._tickle)

    async def _oauth(self) -> Verdict:
        version = self._settings.oauth.version
        if not version:
            return judge_oauth("", (), None, 0.0)
        began, error = self._clock.monotonic(), None
        try:
            self._authority = _authority_of(self._settings)
            error = await self._open_wire().authorise()
        except IbtuiError as trouble:
            error = trouble
        return judge_oauth(version, self.exchanges, error, self._clock.monotonic() - began)

    async def _login(self) -> Verdict:
        wire = self._open_wire()
        if self._tickle is None:
            self._tickle = await wire.ask(words.tickle())
        told = _read(self._tickle, words.decode_tickle)
        verdict = judge_session.judge_login(self._address, self._tickle, told, self._place(), self._outage())
        if verdict.state is State.OK and told is not None:
            self._told = told
            wire.logged_in()
            await self._look(told.status)
        return verdict

    async def _sso(self) -> Verdict:
        exchange = None
        wire = self._open_wire()
        if not self._address.is_direct and VALIDATE_KEY not in wire.recent:
            exchange = await wire.ask(words.validate())
        told = _read(exchange, words.decode_validation) if exchange is not None else None
        self._region = told.region if told is not None else ""
        return judge_session.judge_sso(self._address, self._told, exchange, told, place=self._place())

    async def _brokerage(self) -> Verdict:
        is_direct = self._address.is_direct
        judge = partial(judge_session.judge_brokerage, outage=self._outage(), is_direct=is_direct)
        is_gone = isinstance(self._status_error, NoBrokerageSession)
        if self._status.competing or (is_up(self._status) and not is_gone):
            return judge(self._status, self._status_error)
        if is_gone:
            self._status = AuthStatus()  # what the tickle told is not so
        asked = await self._open_wire().ask(words.init_brokerage(compete=False))
        self._status_error = asked.error
        answer = _read(asked, words.decode_status)
        if answer is not None:
            self._status = answer
        for _ in range(LOOKS):
            if is_up(self._status) or self._status.competing:
                break
            await self._clock.sleep(LOOK_SECONDS)
            await self._look(self._status)
        return judge(self._status, asked.error or self._status_error, asked=True)

    async def _competing(self) -> Verdict:
        return judge_session.judge_competing(self._status)

    async def _accounts(self) -> Verdict:
        exchange = await self._open_wire().ask(words.accounts())
        told = _read(exchange, words.decode_accounts)
        return judge_session.judge_accounts(exchange, told, self._settings.account, is_direct=self._address.is_direct)

    async def _market(self) -> Verdict:
        conid, symbol = APPLE
        exchange, quote = await self._snapshot(conid)
        for _ in range(SNAPSHOTS - 1):
            if exchange.error is not None or (quote is not None and not market.is_cold(quote)):
                break
            await self._clock.sleep(SNAPSHOT_SECONDS)
            exchange, quote = await self._snapshot(conid)
        self._quote = quote
        return judge_wire.judge_market(exchange, quote, symbol, is_direct=self._address.is_direct)

    async def _stream(self) -> Verdict:
        self._story = await listen(self._open_wire().endpoint(self._told.session), self._clock, APPLE[0])
        self._frames = self._story.frames
        return judge_wire.judge_stream(self._story, self._quote, APPLE[1], is_direct=self._address.is_direct)

    async def _clocks(self) -> Verdict:
        samples = [*dated(self.exchanges), *framed(self._story)]
        return judge_wire.judge_clock(samples, is_direct=self._address.is_direct)

    async def _pacing(self) -> Verdict:
        return judge_wire.judge_pacing(self.exchanges, self._wire.boxed if self._wire is not None else 0.0)

    def _place(self) -> LoginPlace:
        has_gateway = bool(self._settings.gateway.path)
        return login_place(self._settings.base_url, self._environment, has_gateway=has_gateway)

    def _outage(self) -> Outage | None:
        return outage_at(self._clock.time(), self._region)

    async def _look(self, so_far: AuthStatus) -> None:
        """Look at the brokerage session's state."""
        exchange = await self._open_wire().ask(words.auth_status())
        told = _read(exchange, words.decode_status)
        self._status_error = exchange.error
        self._status = so_far.merged(told) if told is not None else so_far

    async def _snapshot(self, conid: int) -> tuple[Exchange, QuoteReceived | None]:
        exchange = await self._open_wire().ask(market.snapshot([conid]))
        now = self._clock.monotonic()
        rows = _read(exchange, lambda body: market.decode_snapshot(body, received=now)) or ()
        return exchange, next((row for row in rows if row.conid == conid), None)

    def _open_wire(self) -> Wire:
        if self._wire is None:
            self._wire = Wire(
                checked_base_url(self._settings.base_url),
                self._clock,
                self._context,
                state=self._state,
                place=f"{self._address.host}:{self._address.port}",
                authority=self._authority,
            )
        return self._wire


def address_of(settings: Config) -> Address:
    """Where the configuration leads; blank where base_url cannot be read."""
    is_direct = bool(settings.oauth.version)
    try:
        parts = urlsplit(settings.base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Address("https", "", 0, is_loopback=False, is_direct=is_direct)
    known = port or (443 if parts.scheme == "https" else 80)
    return Address(parts.scheme, host, known, is_loopback(host), is_direct)


def dated(exchanges: list[Exchange]) -> list[ClockSample]:
    """Clock samples of `Date` headers; each is a second old at most, and as old again as the answer was on its way."""
    samples = []
    for exchange in exchanges:
        try:
            moment = parsedate_to_datetime(exchange.headers.get("date", "")).timestamp()
        except (TypeError, ValueError):
            continue
        samples.append(ClockSample("Date header", moment - exchange.ended, DATE_DOUBT + exchange.seconds))
    return samples


def framed(story: StreamStory | None) -> list[ClockSample]:
    """The clock sample of the websocket, if a frame told the time."""
    if story is None or story.clock_ms is None:
        return []
    return [ClockSample("websocket", story.clock_ms / 1000 - story.clock_at, FRAME_DOUBT)]


def _read(exchange: Exchange, decode: Callable[[bytes], Answer]) -> Answer | None:
    """What an answer says, None when it was refused or cannot be read."""
    if exchange.error is not None or not exchange.status:
        return None
    try:
        return decode(exchange.body)
    except IbtuiError:
        return None


def _authority_of(settings: Config) -> Authority | None:
    from ibtui.commands.authority import authority_of  # noqa: PLC0415 - keys are read only where OAuth is used

    return authority_of(settings)
