"""The facade the screens see."""

from __future__ import annotations

import httpx

from ibtui.clock import Clock
from ibtui.session.engine import Engine
from ibtui.session.intents import InboxIntents, LinkIntents, MarketIntents, OrderIntents, WatchlistIntents
from ibtui.session.settings import LinkSettings
from ibtui.store import Store
from ibtui.transport.socket import Connector, open_websocket
from ibtui.transport.trust import Trust

__all__ = ["LinkSettings", "TradingSession"]


class TradingSession:
    """Implements `intents.Session`. `transport`, `connector` and `trust` stand in for the network in tests."""

    def __init__(
        self,
        settings: LinkSettings,
        store: Store,
        clock: Clock,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        connector: Connector = open_websocket,
        trust: Trust | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._engine = Engine(settings, store, clock, transport=transport, connector=connector, trust=trust)

    @property
    def store(self) -> Store:
        """As `intents.Session` says."""
        return self._store

    @property
    def market(self) -> MarketIntents:
        """As `intents.Session` says."""
        return self._engine.market

    @property
    def orders(self) -> OrderIntents:
        """As `intents.Session` says."""
        return self._engine.orders

    @property
    def inbox(self) -> InboxIntents:
        """As `intents.Session` says."""
        return self._engine.inbox

    @property
    def lists(self) -> WatchlistIntents:
        """As `intents.Session` says."""
        return self._engine.lists

    @property
    def link(self) -> LinkIntents:
        """As `intents.Session` says."""
        return self._engine.link

    @property
    def read_only(self) -> bool:
        """As `intents.Session` says."""
        return self._settings.read_only

    def now(self) -> float:
        """As `intents.Session` says."""
        return self._clock.monotonic()

    def start(self) -> None:
        """As `intents.Session` says."""
        self._engine.start()

    def give_way(self, seconds: float) -> None:
        """As `intents.Session` says."""
        self._engine.give_way(seconds)

    async def close(self) -> None:
        """As `intents.Session` says; takes at most two seconds."""
        await self._engine.close()
