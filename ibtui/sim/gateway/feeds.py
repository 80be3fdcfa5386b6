"""Market data as the client gets it, where that differs from what the exchange shows ("Market Data Availability")."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ibtui.sim.exchange import Quote
from ibtui.sim.gateway.deepbook import DeepBook
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Changes, Gateway
    from ibtui.sim.gateway.ws.subscription import Subscription

TOPICS = ("smd", "sbd")
LEVELS = 30
"""Prices on each side that a frozen book keeps, and that a ladder shows."""
DELAY_S = 900.0
""""Data is relayed back 15-20 min delayed"."""
DEPTH = "live"
NO_DEPTH = ("error", "bare-error", "topic-error", "unable", "silence", "empty")
"""How a ladder is answered for which there is no Level II subscription; the documents only say that it is needed."""


@dataclass(slots=True)
class _Feed:
    """What is unusual about one instrument's data."""

    availability: str = ""
    """Text of field 6509; blank: as the market is."""
    still: DeepBook | None = None
    """All that is seen, of a frozen one."""
    delay_ms: int = 0
    behind: deque[tuple[int, Quote]] = field(default_factory=deque)
    """Quotes of a delayed one that are seen or still to be seen, and since when they are true."""
    silent: tuple[str, ...] = ()
    """Topics that say nothing."""
    depth: str = ""
    """`live`, or one of NO_DEPTH; blank: as for all instruments."""


class Feeds:
    """The data of each instrument: by default what the exchange shows at the moment."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._feeds: dict[int, _Feed] = {}
        self._news: set[int] = set()
        self.depth = DEPTH
        """Whether there is Level II data of any instrument, `live` or one of NO_DEPTH."""

    def freeze(self, conid: int) -> None:
        """Let quote and book stand still, with availability Z (frozen)."""
        self._show(conid, _Feed(availability="ZB", still=self._shown(conid)))

    def delay(self, conid: int, ms: int, *, depth: bool) -> None:
        """Let the quote be seen so much later, with availability D (delayed); unless said otherwise without depth.

        Until the delay has passed the quote of now is seen.
        """
        behind = deque([(self._gateway.now_ms - ms, self._gateway.exchange.quote(conid))])
        self._show(conid, _Feed("DPB", delay_ms=ms, behind=behind, depth="" if depth else "silence"))

    def make_live(self, conid: int) -> None:
        """Show what the exchange shows again, availability and depth as usual."""
        self._show(conid, _Feed())

    def declare(self, conid: int, availability: str) -> None:
        """Give field 6509 this text, whatever is shown; blank for the true one."""
        self._of(conid).availability = availability
        self._news.add(conid)

    def subscribe_depth(self, conid: int, depth: str) -> None:
        """Give or take one instrument's Level II data: `live` or one of NO_DEPTH."""
        self._of(conid).depth = depth

    def silence(self, conid: int, topics: tuple[str, ...]) -> None:
        """Let these topics say nothing about an instrument, and any other of TOPICS speak; new ones are silent too."""
        self._of(conid).silent = topics
        for connection in self._gateway.connections:
            for subscription in connection.subscriptions.values():
                if subscription.conid != conid:
                    continue
                if subscription.key[:3] in topics:
                    subscription.deafen()
                elif subscription.deaf and not self._gateway.day.deafens(connection, subscription.key):
                    subscription.revive(self._gateway.clock.ms())

    def deafens(self, subscription: Subscription) -> bool:
        """Whether nothing comes on a subscription that begins now."""
        feed = self._feeds.get(subscription.conid)
        return feed is not None and subscription.key[:3] in feed.silent

    def without_depth(self, conid: int) -> str:
        """How a ladder is answered: blank with the ladder, else one of NO_DEPTH."""
        feed = self._feeds.get(conid)
        depth = feed.depth if feed is not None and feed.depth else self.depth
        return "" if depth == DEPTH else depth

    def quote(self, conid: int) -> Quote:
        """The quote that is seen."""
        feed = self._feeds.get(conid)
        if feed is not None and feed.still is not None:
            return feed.still.quote
        return feed.behind[0][1] if feed is not None and feed.behind else self._gateway.exchange.quote(conid)

    def book(self, conid: int) -> DeepBook:
        """The book that is seen, with the last trade that belongs to it; it is never delayed."""
        feed = self._feeds.get(conid)
        if feed is not None and feed.still is not None:
            return feed.still
        return self._shown(conid)

    def availability(self, conid: int) -> str:
        """Text of field 6509 in place of the true one, or blank."""
        feed = self._feeds.get(conid)
        return "" if feed is None else feed.availability

    def seen(self, changes: Changes) -> Changes:
        """What happened, with the quotes of which the client sees a move."""
        if not self._feeds:
            return changes
        moved, news = set(changes.quotes), self._news
        self._news = set()
        for conid, feed in self._feeds.items():
            if feed.behind and self._grows_old(feed, conid if conid in moved else None):
                news.add(conid)
            if feed.behind or feed.still is not None:
                moved.discard(conid)
        return replace(changes, quotes=frozenset(moved | news))

    def told(self, conid: int) -> Fields:
        """As a lever tells it."""
        feed = self._feeds.get(conid, _Feed())
        return {
            "availability": feed.availability or None,
            "frozen": feed.still is not None,
            "delay_seconds": feed.delay_ms / 1000,
            "silent": list(feed.silent),
            "depth": self.without_depth(conid) or DEPTH,
        }

    def _grows_old(self, feed: _Feed, moved: int | None) -> bool:
        """Remember the quote of a delayed instrument that moved; whether another one is old enough to be seen now."""
        now, seen = self._gateway.now_ms, feed.behind[0]
        if moved is not None:
            feed.behind.append((now, self._gateway.exchange.quote(moved)))
        while len(feed.behind) > 1 and feed.behind[1][0] <= now - feed.delay_ms:
            feed.behind.popleft()
        return feed.behind[0] is not seen

    def _show(self, conid: int, feed: _Feed) -> None:
        feed.silent = self._of(conid).silent
        self._feeds[conid] = feed
        self._news.add(conid)

    def _of(self, conid: int) -> _Feed:
        return self._feeds.setdefault(conid, _Feed())

    def _shown(self, conid: int) -> DeepBook:
        exchange = self._gateway.exchange
        return DeepBook(exchange.quote(conid), *exchange.depth(conid, LEVELS))
