"""The parts of a session, put together: who tells whom, who runs when, and how all end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

import httpx
from msgspec.structs import replace

from ibtui.clock import Clock
from ibtui.domain.events import MessageRaised, PaceChanged
from ibtui.domain.notices import Notice
from ibtui.domain.session import Message, Pace
from ibtui.errors import IbtuiError
from ibtui.protocol import session as words
from ibtui.session.connection.link import Link
from ibtui.session.crew import Crew
from ibtui.session.groups import GroupReader
from ibtui.session.inbox import InboxDesk
from ibtui.session.market import MarketDesk
from ibtui.session.orders.desk import OrderDesk
from ibtui.session.orders.journal import Journal
from ibtui.session.portfolio import PortfolioReader
from ibtui.session.rate import ByteRate
from ibtui.session.settings import LinkSettings
from ibtui.session.stream.hearing import Hearing
from ibtui.session.stream.streams import Streams
from ibtui.session.watchlists import WatchlistDesk
from ibtui.session.wire import WatchedWire
from ibtui.store import Store
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.http import HttpClient
from ibtui.transport.notes import PaceNotes
from ibtui.transport.pins import Pins
from ibtui.transport.socket import Connector, SocketListener, StreamSocket
from ibtui.transport.tape import Tape
from ibtui.transport.trust import Trust

BEAT_SECONDS = 0.25
"""Between two looks at the subscriptions."""
MEASURE_SECONDS = 1.0
"""Between two looks at bytes, lights and pace."""
INBOX_SECONDS = 1.0
"""After a session began: what is on screen first is read first."""
POLL_SECONDS = 1.0
"""Between two questions to the order desk whether something is to be read; it keeps the pacing itself."""


class Engine:
    """Implements what link and market desk want to be told to (`LinkListener`, `Quotes`)."""

    def __init__(
        self,
        settings: LinkSettings,
        store: Store,
        clock: Clock,
        *,
        transport: httpx.AsyncBaseTransport | None,
        connector: Connector,
        trust: Trust | None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._connector = connector
        self._logs_out = settings.logout_on_quit
        self._rate = ByteRate()
        self._fills = 0
        """Executions known when last looked at."""
        self._session = ""
        """Login's session the stream was opened with."""
        self._crew = Crew(clock, self._tell)
        self._tape = self._new_tape(settings)
        trust = trust or Trust(
            settings.base_url, Pins(settings.state_dir), expected_fingerprint=settings.expected_fingerprint
        )
        self._http = self._new_client(settings, transport, trust)
        spawn = self._crew.spawn
        self.link = Link(settings, self._http, trust, store, clock, self, spawn)
        self._wire = wire = WatchedWire(self._http, self.link.suspect)
        up = self.link.established.wait
        self.market = MarketDesk(wire, store, clock, self, spawn, up)
        self.inbox = InboxDesk(wire, store, clock, spawn, up, self._prompt_moved)
        self.lists = WatchlistDesk(wire, store, clock, spawn, up, read_only=settings.read_only)
        self._portfolio = PortfolioReader(wire, store, clock, up)
        self._groups = GroupReader(wire, store, up)
        self._journal = Journal(settings.state_dir, clock)
        self.orders = OrderDesk(wire, store, clock, self._journal, settings.read_only, spawn, settings.limits)
        self._hearing = Hearing(self.link, self.orders, self._portfolio, wire, store, clock, self._crew)
        self._streams = Streams(store, self.link.board, self._crew, self._hearing, self._new_socket, self._prime)
        self._hearing.listen_to(self._streams)

    def start(self) -> None:
        """Start every worker on the running loop."""
        self._crew.keep(self.link.run, "connection")
        self._crew.keep(self._portfolio.run, "portfolio")
        self._crew.keep(self.inbox.run, "inbox")
        self._crew.keep(self._poll_orders, "orders")
        self._crew.keep(self._beat, "housekeeping")

    def give_way(self, seconds: float) -> None:
        """Take in nothing of the stream for so long; 0 goes on at once."""
        self._streams.give_way(seconds)

    async def close(self) -> None:
        """End them all."""
        self._streams.close()
        await self._crew.close()
        if self._logs_out:
            await self.link.log_out()
        await self._http.close()
        self._journal.close()
        if self._tape is not None:
            self._tape.close()

    # as `market.Quotes`

    def want_quotes(self, owner: str, conids: Sequence[int]) -> Collection[int]:
        """Stream these for `owner`; gives every instrument that has a line now."""
        self._streams.lines.want(owner, conids, self._clock.monotonic())
        return frozenset(self._streams.lines.wanted)

    def want_ladder(self, conid: int | None, exchange: str) -> None:
        """Stream this ladder, of all exchanges where none is named."""
        self._streams.ladder.show(conid, self._clock.monotonic(), exchange)

    # as `link.LinkListener`

    def link_opened(self, endpoint: Endpoint, account: str) -> None:
        """Open the stream and read what a new brokerage session must read."""
        self._session = endpoint.session
        self._hearing.gap(was=False)
        self._streams.open(endpoint, account, self._clock.monotonic())
        self._crew.spawn(self.orders.started(), "reading the orders")
        self._portfolio.restart()
        self.market.established()
        self.lists.refresh()
        self._crew.spawn(self._groups.learn(), "allocation groups")
        self._crew.spawn(self._read_inbox(), "inbox")

    def link_renewed(self, endpoint: Endpoint) -> None:
        """Open the stream anew; in another session questions must be suppressed again, as if it were the first."""
        self._hearing.gap(was=True)
        if endpoint.session != self._session:
            self._session = endpoint.session
            self._crew.spawn(self.orders.started(), "reading the orders")
        self._streams.open(endpoint, self._store.money.account, self._clock.monotonic())

    def link_lost(self) -> None:
        """Drop the stream: what it showed is not believed any more."""
        self._streams.close()
        self.orders.session_lost()

    def account_chosen(self, account: str) -> None:
        """Follow the user to another account."""
        self._streams.channels.choose(account, self._clock.monotonic())
        self._streams.ladder.point(self._clock.monotonic())
        self._portfolio.restart()

    # workers and small parts

    def _prompt_moved(self, notice: Notice, words: str) -> None:
        self.orders.prompt_moved(notice, words)

    async def _beat(self) -> None:
        measured = float("-inf")
        while True:
            await self._clock.sleep(BEAT_SECONDS)
            now = self._clock.monotonic()
            self._streams.tick(now)
            self._look_for_fills()
            if now - measured >= MEASURE_SECONDS:
                measured = now
                self._rate.measure(self._streams.bytes_received, now)
                self._pace_changed(self._http.pace)
                self.link.board.measured(last_frame=self._streams.last_frame, penalty_until=self._http.penalty_until)

    def _look_for_fills(self) -> None:
        """Have the positions read soon after a fill, also one that only the list of trades told of."""
        known = len(self._store.orders.executions)
        if known != self._fills:
            self._fills = known
            self._portfolio.filled()

    async def _poll_orders(self) -> None:
        while True:
            await self.link.established.wait()
            await self.orders.poll()
            self._hearing.look()
            await self._clock.sleep(POLL_SECONDS)

    async def _read_inbox(self) -> None:
        await self._clock.sleep(INBOX_SECONDS)
        self.inbox.refresh()

    async def _read_accounts(self) -> None:
        with suppress(IbtuiError):  # only to prime the streams; the wire has told the link
            await self._wire.call(words.accounts())

    def _prime(self) -> None:
        self._crew.spawn(self._read_accounts(), "accounts")

    def _new_client(
        self, settings: LinkSettings, transport: httpx.AsyncBaseTransport | None, trust: Trust
    ) -> HttpClient:
        if self._tape is not None:
            trust.recorder = self._tape.decision
        return HttpClient(
            settings.base_url,
            self._clock,
            read_only=settings.read_only,
            transport=transport,
            on_pace=self._pace_changed,
            tape=self._tape,
            notes=PaceNotes(settings.state_dir, trust.place, self._clock),
            authority=settings.authority,
        )

    def _new_socket(self, listener: SocketListener) -> StreamSocket:
        return StreamSocket(
            self._clock, listener, self._connector, self._tape, silent_until=lambda: self._http.penalty_until
        )

    def _new_tape(self, settings: LinkSettings) -> Tape | None:
        if settings.tape is None:
            return None
        try:
            return Tape(settings.tape, self._clock, tell=lambda text: self._tell(Message(text, "warning", "Tape")))
        except OSError as error:
            text = f"{settings.tape} cannot be written ({error.strerror}); nothing is recorded"
            self._tell(Message(text, "warning", "Tape"))
            return None

    def _pace_changed(self, pace: Pace) -> None:
        told = replace(pace, bytes_per_second=round(self._rate.value))
        if told != self._store.pace:
            self._store.apply(PaceChanged(told))

    def _tell(self, message: Message) -> None:
        self._store.apply(MessageRaised(message))
