"""Everything that comes by the websocket: what is asked for, and where each frame goes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from ibtui.domain.events import (
    AccountsReceived,
    ExecutionReceived,
    LedgerReceived,
    OrderReceived,
    PnlReceived,
    StreamsLost,
    SummaryReceived,
)
from ibtui.domain.session import Light
from ibtui.protocol import frames, topics
from ibtui.protocol.session import AuthStatus
from ibtui.session.connection.board import Board
from ibtui.session.connection.signals import Telling, TroubleTold
from ibtui.session.crew import Crew
from ibtui.session.stream.channels import AccountChannels
from ibtui.session.stream.ladder import LadderStream
from ibtui.session.stream.lines import QuoteLines
from ibtui.session.stream.silences import Silences
from ibtui.store import Store
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.socket import SocketListener, StreamSocket

WAITING = "waiting for session"
"""What a gateway says that wants the session id as a first message (wire-facts 2)."""

SILENCE_SECONDS = 15.0
"""Summary and ledger come every 10 s (wire-facts 6); without any for longer, the subscriptions may be dead."""
LONGEST_SILENCE_SECONDS = 120.0
BEAT_SECONDS = 12.5
"""The heartbeat comes every 10 s (wire-facts 2): one that is missed is a reason to look at the gateway."""

_CHANNEL_OF: dict[type, str] = {PnlReceived: "spl", SummaryReceived: "ssd", LedgerReceived: "sld"}
_NEWS = frozenset({frames.MarketFrame, frames.MoneyFrame, frames.LadderFrame})
"""Frames that come of living subscriptions alone."""

log = logging.getLogger("ibtui.stream")


class StreamListener(Protocol):
    """Who hears of orders and of the session; called after the store took the event."""

    def order_event(self, event: OrderReceived) -> None:
        """An order's frame came."""
        ...

    def execution_event(self, event: ExecutionReceived) -> None:
        """A fill's frame came."""
        ...

    def stream_ready(self) -> None:
        """The stream listens; everything wanted was subscribed."""
        ...

    def stream_lost(self) -> None:
        """The stream broke: orders may have changed unseen."""
        ...

    def status_told(self, status: AuthStatus) -> None:
        """An `sts` frame came; it may tell some fields only."""
        ...

    def session_told(self, session: str) -> None:
        """A `tic` answer named the login's session."""
        ...

    def told(self, telling: Telling) -> None:
        """Something the link should know."""
        ...

    def quotes_quiet(self, conids: Sequence[int]) -> None:
        """These have been silent for long: a snapshot tells whether their market is."""
        ...

    def time_told(self, unix_ms: int) -> None:
        """The heartbeat told the gateway's time."""
        ...


class Streams:
    """Implements `transport.socket.SocketListener`; owns lines, ladder and account channels."""

    def __init__(
        self,
        store: Store,
        board: Board,
        crew: Crew,
        listener: StreamListener,
        new_socket: Callable[[SocketListener], StreamSocket],
        prime: Callable[[], None],
    ) -> None:
        self._store = store
        self._board = board
        self._crew = crew
        self._listener = listener
        self._new_socket = new_socket
        self._socket: StreamSocket | None = None
        self._end: Callable[[], object] | None = None
        self._session = ""
        self._bytes_before = 0
        self._open = False
        self._last_news = 0.0
        self._silence = SILENCE_SECONDS
        self._missed_beat = False
        self.last_frame = 0.0
        """Monotonic seconds of the newest frame; 0 none."""
        self.lines = QuoteLines(self._send, store.apply)
        self.ladder = LadderStream(self._send, store.apply, lambda: store.money.account)
        self.channels = AccountChannels(self._send, prime)
        self.silences = Silences(listener.told, board.deaf)
        self._handlers = self._handling()

    @property
    def bytes_received(self) -> int:
        """Of all sockets together."""
        return self._bytes_before + (self._socket.bytes_received if self._socket is not None else 0)

    def give_way(self, seconds: float) -> None:
        """Take in nothing for so long; 0 goes on at once."""
        if self._socket is not None:
            self._socket.give_way(seconds)

    def open(self, endpoint: Endpoint, account: str, now: float) -> None:
        """Stream from there, dropping an older stream."""
        self._end_socket()
        self._session = endpoint.session
        self.channels.choose(account, now)
        self._board.stream(Light.WAIT)
        socket = self._socket = self._new_socket(self)
        self._end = self._crew.keep(lambda: socket.run(endpoint), "stream")

    def close(self) -> None:
        """End the stream until it is opened again."""
        self._end_socket()
        self.silences.clear()

    def _end_socket(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.stop()
            self._bytes_before += socket.bytes_received
        if self._end is not None:
            self._end()
            self._end = None
        self._lost()
        self._board.stream(Light.OFF)

    def tick(self, now: float) -> None:
        """Keep every subscription alive; to be called several times a second."""
        if self._socket is not None and self._socket.is_ready:
            self._look_for_silence(now)
        self.lines.tick(now)
        if self.lines.is_deaf and "smd" not in self.silences.topics:
            self.silences.deaf("smd", now)
        self.ladder.tick(now)
        self.channels.tick(now)

    def _look_for_silence(self, now: float) -> None:
        if now - self._last_news > self._silence:
            self._last_news = now
            self._silence = min(LONGEST_SILENCE_SECONDS, self._silence * 2)
            self._listener.told(TroubleTold())
        if now - self.last_frame > BEAT_SECONDS and not self._missed_beat:
            self._missed_beat = True
            self._listener.told(TroubleTold())
        for topic in self.channels.silent(now):
            self.silences.deaf(topic, now)
        quiet = self.lines.quiet(now)
        if quiet:
            self._listener.quotes_quiet(quiet)
        silent = self.silences.topics
        if "smd" in silent and not self.lines.wanted:
            self.silences.heard("smd")
        if "sbd" in silent and not self.ladder.has_spoken:
            self.silences.heard("sbd")
        self.silences.tick(now)

    def socket_opened(self) -> None:
        """As `SocketListener` says."""
        self._open = True
        self._board.stream(Light.WAIT)

    def socket_lost(self, reason: str, next_attempt: float) -> None:
        """As `SocketListener` says."""
        log.info("stream lost: %s", reason)
        self._lost()
        self._board.stream(Light.BAD, reason, next_attempt)
        self._listener.stream_lost()

    def socket_frame(self, raw: bytes | str, received: float) -> None:
        """As `SocketListener` says."""
        self.last_frame, self._missed_beat = received, False
        frame = frames.decode_frame(
            raw, received=received, generation=self.ladder.generation, account=self._store.money.account
        )
        handler = self._handlers.get(type(frame))
        if handler is not None:
            handler(frame)
            if type(frame) in _NEWS:
                self._last_news, self._silence = received, SILENCE_SECONDS
        elif isinstance(frame, frames.Unknown):
            log.debug("unknown frame: %s", frame.text)

    def _handling(self) -> dict[type[Any], Callable[[Any], None]]:
        listener = self._listener
        return {
            frames.MarketFrame: self._market,
            frames.LadderFrame: self._ladder,
            frames.MoneyFrame: self._money,
            frames.NoticesFrame: self._notices,
            frames.OrdersFrame: self._orders,
            frames.TradesFrame: self._trades,
            frames.AccountsFrame: self._accounts,
            frames.StatusFrame: self._status,
            frames.SystemReady: self._ready,
            frames.Tic: lambda frame: listener.session_told(frame.session),
            frames.Heartbeat: lambda frame: listener.time_told(frame.ms),
            frames.Confirmation: self._confirmation,
            frames.ErrorFrame: self._error,
        }

    def _send(self, command: str) -> bool:
        return self._socket is not None and self._socket.send(command)

    def _lost(self) -> None:
        self.lines.lost()
        self.ladder.lost()
        self.channels.lost()
        if self._open:
            self._open = False
            self._store.apply(StreamsLost())

    def _market(self, frame: frames.MarketFrame) -> None:
        for event in frame.events:
            self.lines.heard(event.conid, event.received)
            if self.ladder.quote_heard(event.conid, event.received):
                self.silences.deaf("sbd", event.received)
            self._store.apply(event)
        self.silences.heard("smd")

    def _ladder(self, frame: frames.LadderFrame) -> None:
        for event in frame.events:
            if self.ladder.takes(event.conid, event.received, event.exchange):
                self._store.apply(event)
                self.silences.heard("sbd")

    def _money(self, frame: frames.MoneyFrame) -> None:
        for event in frame.events:
            self._heard(_CHANNEL_OF[type(event)])
            self._store.apply(event)

    def _notices(self, frame: frames.NoticesFrame) -> None:
        for event in frame.events:
            self._store.apply(event)

    def _orders(self, frame: frames.OrdersFrame) -> None:
        self._heard("sor")
        for event in frame.events:
            self._store.apply(event)
            self._listener.order_event(event)

    def _trades(self, frame: frames.TradesFrame) -> None:
        self._heard("str")
        for event in frame.events:
            self._store.apply(event)
            self._listener.execution_event(event)

    def _accounts(self, frame: frames.AccountsFrame) -> None:
        for event in frame.events:
            self._store.apply(replace(event, selected=self._store.money.account or event.selected))

    def _status(self, frame: frames.StatusFrame) -> None:
        self._board.names(user=frame.status.user or "", server=frame.status.server or "")
        self._listener.status_told(frame.status)

    def _ready(self, frame: frames.SystemReady) -> None:
        self._board.names(user=frame.user)
        money = self._store.money
        if frame.is_paper is not None and any(account.is_paper is None for account in money.accounts):
            told = tuple(
                replace(account, is_paper=frame.is_paper) if account.is_paper is None else account
                for account in money.accounts
            )
            self._store.apply(AccountsReceived(told, money.account))
        if self._socket is not None and not self._socket.is_ready:
            self._socket.ready()
            self._last_news, self._silence = self.last_frame, SILENCE_SECONDS
            self.silences.resumed(self.last_frame)
            self._board.stream(Light.ON)
            self.channels.resume(self.last_frame)
            self.lines.resume(self.last_frame)
            self.ladder.resume(self.last_frame)
            self._listener.stream_ready()

    def _heard(self, topic: str) -> None:
        self.channels.heard(topic, self.last_frame)
        self.silences.heard(topic)

    def _confirmation(self, frame: frames.Confirmation) -> None:
        if frame.text.casefold() == WAITING and self._socket is not None:
            self._socket.send(topics.session(self._session), early=True)

    def _error(self, frame: frames.ErrorFrame) -> None:
        """A refused subscription; one without a topic is harmless (wire-facts 2)."""
        log.info("stream error: %s %s", frame.topic, frame.text)
        name = frame.topic.partition("+")[0]
        if name == "smd":
            conid = next(iter(topics.target(frame.topic)), "").partition("@")[0]
            if conid.isdecimal():
                self.lines.refused(int(conid))
        elif name == "sbd":
            self.ladder.refused(frame.text)
        else:
            retry_at = self.channels.refused(name, self.last_frame)
            if retry_at is not None:
                self.silences.refused(name, retry_at)
