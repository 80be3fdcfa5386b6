"""Who hears of what the stream told, and what is done about what it did not tell."""

from __future__ import annotations

from collections.abc import Sequence

from ibtui.clock import Clock
from ibtui.domain.events import ExecutionReceived, OrderReceived
from ibtui.protocol.session import AuthStatus
from ibtui.session.connection import signals as s
from ibtui.session.connection.link import Link
from ibtui.session.crew import Crew
from ibtui.session.orders.desk import OrderDesk
from ibtui.session.portfolio import PortfolioReader
from ibtui.session.stream.comparison import QuoteComparison
from ibtui.session.stream.ears import OrderEars
from ibtui.session.stream.streams import Streams
from ibtui.session.wire import Wire
from ibtui.store import Store


class Hearing:
    """Implements `streams.StreamListener`."""

    def __init__(
        self,
        link: Link,
        orders: OrderDesk,
        portfolio: PortfolioReader,
        wire: Wire,
        store: Store,
        clock: Clock,
        crew: Crew,
    ) -> None:
        self._link = link
        self._orders = orders
        self._portfolio = portfolio
        self._store = store
        self._clock = clock
        self._crew = crew
        self._ears = OrderEars()
        self._comparison = QuoteComparison(wire, store, clock, self._quotes_moved)
        self._streams: Streams | None = None
        self._gap = False
        """Whether the stream was away since orders and positions were last read."""

    def listen_to(self, streams: Streams) -> None:
        """These are the streams."""
        self._streams = streams

    def gap(self, *, was: bool) -> None:
        """Whether what happens until the stream listens must be read again."""
        self._gap = was

    def look(self) -> None:
        """Find out whether the streams told what the lists told; what a deaf one misses the lists must tell."""
        known, now = self._store.orders, self._clock.monotonic()
        for topic in self._ears.look(known.orders, known.executions, now):
            if self._streams is not None:
                self._streams.channels.again(topic, now)
                self._streams.silences.deaf(topic, now)
            self._orders.stream_lost()

    # as `streams.StreamListener`

    def order_event(self, event: OrderReceived) -> None:
        """Tell the order desk."""
        self._ears.order_told(self._store.orders.orders[event.order_id])
        self._orders.order_event(event)

    def execution_event(self, event: ExecutionReceived) -> None:
        """Tell the order desk; while `sor` is deaf this is no proof that orders are told of."""
        self._ears.execution_told(event.execution.execution_id)
        self._orders.execution_event(event)
        if self._streams is not None and "sor" in self._streams.silences.topics:
            self._orders.stream_lost()

    def stream_ready(self) -> None:
        """After a gap read again what may have changed in it."""
        self._link.tell(s.StreamReady())
        self._ears.begin()
        if self._gap:
            self._gap = False
            self._orders.refresh()
            self._portfolio.filled()

    def stream_lost(self) -> None:
        """Tell the order desk, and look whether the gateway is still there."""
        self._gap = True
        self._orders.stream_lost()
        self._link.tell(s.StreamLost())

    def status_told(self, status: AuthStatus) -> None:
        """Let the link look when something is wrong with the session."""
        self._link.status_told(status)

    def session_told(self, session: str) -> None:
        """Let the link know whose session the stream is on."""
        self._link.session_told(session)

    def time_told(self, unix_ms: int) -> None:
        """Let the link go by the gateway's clock."""
        self._link.time_told(unix_ms)

    def told(self, telling: s.Telling) -> None:
        """Let the link know."""
        self._link.tell(telling)

    def quotes_quiet(self, conids: Sequence[int]) -> None:
        """Hold them against a snapshot."""
        if self._link.established.is_set():
            self._crew.spawn(self._comparison.compare(conids), "comparing quotes")

    def _quotes_moved(self, conids: Sequence[int], since: float) -> None:
        now = self._clock.monotonic()
        if self._streams is not None and self._streams.lines.moved(conids, since, now):
            self._streams.silences.deaf("smd", now)
