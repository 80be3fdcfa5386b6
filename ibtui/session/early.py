"""The facade while its session is not loaded yet: the first screen is painted without HTTP, TLS, SQLite and their kin.

What the screens ask for until then is kept, and told to the session in the same order once it is there. Orders are not
kept: who asks for one waits for the session.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from ibtui.clock import Clock
from ibtui.domain.events import MessageRaised
from ibtui.domain.session import Message
from ibtui.store import Store

if TYPE_CHECKING:
    from ibtui.domain.notices import Notice
    from ibtui.domain.tickets import Side
    from ibtui.session.intents import (
        InboxIntents,
        LinkIntents,
        MarketIntents,
        OrderIntents,
        Session,
        WatchlistIntents,
    )
    from ibtui.session.settings import LinkSettings

    Wish = Callable[[Session], None]

SESSION_MODULE = "ibtui.session.trading"

log = logging.getLogger("ibtui.session")


class EarlySession:
    """Implements `intents.Session`; `loaded` is called once the session's modules are there, or cannot be."""

    def __init__(
        self, settings: LinkSettings, store: Store, clock: Clock, *, loaded: Callable[[], None] = lambda: None
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._loaded = loaded
        self._session: Session | None = None
        self._wishes: list[Wish] = []
        self._loading: asyncio.Task[None] | None = None
        self._is_closed = False
        keep = self._keep
        self._market, self._inbox, self._lists = EarlyMarket(keep), EarlyInbox(keep), EarlyLists(keep)

    @property
    def store(self) -> Store:
        """As `intents.Session` says."""
        return self._store

    @property
    def market(self) -> MarketIntents:
        """As `intents.Session` says."""
        return self._market if self._session is None else self._session.market

    @property
    def orders(self) -> OrderIntents:
        """As `intents.Session` says; waits until the session is loaded, for an order has a key from the beginning."""
        return self._here().orders

    @property
    def inbox(self) -> InboxIntents:
        """As `intents.Session` says."""
        return self._inbox if self._session is None else self._session.inbox

    @property
    def lists(self) -> WatchlistIntents:
        """As `intents.Session` says."""
        return self._lists if self._session is None else self._session.lists

    @property
    def link(self) -> LinkIntents:
        """As `intents.Session` says; waits until the session is loaded."""
        return self._here().link

    @property
    def read_only(self) -> bool:
        """As `intents.Session` says."""
        return self._settings.read_only

    def now(self) -> float:
        """As `intents.Session` says."""
        return self._clock.monotonic()

    def start(self) -> None:
        """As `intents.Session` says: the modules are loaded beside the running loop, then the session begins."""
        self._loading = asyncio.get_running_loop().create_task(self._load())

    def give_way(self, seconds: float) -> None:
        """As `intents.Session` says; nothing streams before the session is there."""
        if self._session is not None:
            self._session.give_way(seconds)

    async def close(self) -> None:
        """As `intents.Session` says."""
        self._is_closed = True
        if self._loading is not None:
            await asyncio.wait([self._loading])
        if self._session is not None:
            await self._session.close()

    async def _load(self) -> None:
        try:
            await asyncio.to_thread(import_module, SESSION_MODULE)
            if not self._is_closed:
                self._here().start()
        except Exception as error:  # the worker's edge: without a session there is nothing but this
            log.critical("the session could not begin", exc_info=error)
            text = f"ibtui cannot connect: the session could not begin ({type(error).__name__}: {error})"
            self._store.apply(MessageRaised(Message(text, "error")))
        finally:
            self._loaded()

    def _here(self) -> Session:
        """The session, made now if it is not there yet, with every wish told to it."""
        if self._session is None:
            from ibtui.session.trading import TradingSession  # noqa: PLC0415 - start-up time

            self._session = session = TradingSession(self._settings, self._store, self._clock)
            for wish in self._wishes:
                wish(session)
            self._wishes.clear()
        return self._session

    def _keep(self, wish: Wish) -> None:
        """Keep a wish; who held on to an early desk is still heard later."""
        if self._session is None:
            self._wishes.append(wish)
        else:
            wish(self._session)


class EarlyDesk:
    """One part of the session, for as long as only wishes can be made."""

    def __init__(self, keep: Callable[[Wish], None]) -> None:
        self._keep = keep


class EarlyMarket(EarlyDesk):
    """Implements `intents.MarketIntents`."""

    def show_quotes(self, owner: str, conids: Iterable[int]) -> None:
        """As the intent says."""
        wanted = tuple(conids)
        self._keep(lambda session: session.market.show_quotes(owner, wanted))

    def show_ladder(self, conid: int | None, exchange: str = "") -> None:
        """As the intent says."""
        self._keep(lambda session: session.market.show_ladder(conid, exchange))

    def want_flow(self, conids: Iterable[int]) -> None:
        """As the intent says."""
        wanted = tuple(conids)
        self._keep(lambda session: session.market.want_flow(wanted))

    def search(self, text: str, *, by_name: bool = False) -> None:
        """As the intent says."""
        self._keep(lambda session: session.market.search(text, by_name=by_name))

    def learn_contracts(self, conids: Iterable[int]) -> None:
        """As the intent says."""
        wanted = tuple(conids)
        self._keep(lambda session: session.market.learn_contracts(wanted))

    def learn_rules(self, conid: int, side: Side) -> None:
        """As the intent says."""
        self._keep(lambda session: session.market.learn_rules(conid, side))

    def learn_algos(self, conid: int) -> None:
        """As the intent says."""
        self._keep(lambda session: session.market.learn_algos(conid))

    def want_history(self, conid: int, period: str = "1d", bar: str = "5min") -> None:
        """As the intent says."""
        self._keep(lambda session: session.market.want_history(conid, period, bar))


class EarlyInbox(EarlyDesk):
    """Implements `intents.InboxIntents`."""

    def refresh(self) -> None:
        """As the intent says."""
        self._keep(lambda session: session.inbox.refresh())

    def mark_read(self, fyi_id: str) -> None:
        """As the intent says."""
        self._keep(lambda session: session.inbox.mark_read(fyi_id))

    def ask_disclaimer(self, code: str) -> None:
        """As the intent says."""
        self._keep(lambda session: session.inbox.ask_disclaimer(code))

    def accept_disclaimer(self, code: str) -> None:
        """As the intent says."""
        self._keep(lambda session: session.inbox.accept_disclaimer(code))

    def answer_prompt(self, notice: Notice, option: str) -> None:
        """As the intent says."""
        self._keep(lambda session: session.inbox.answer_prompt(notice, option))


class EarlyLists(EarlyDesk):
    """Implements `intents.WatchlistIntents`."""

    def refresh(self) -> None:
        """As the intent says."""
        self._keep(lambda session: session.lists.refresh())

    def select(self, list_id: str) -> None:
        """As the intent says."""
        self._keep(lambda session: session.lists.select(list_id))

    def create(self, name: str) -> None:
        """As the intent says."""
        self._keep(lambda session: session.lists.create(name))

    def delete(self, list_id: str) -> None:
        """As the intent says."""
        self._keep(lambda session: session.lists.delete(list_id))

    def add(self, conid: int) -> None:
        """As the intent says."""
        self._keep(lambda session: session.lists.add(conid))

    def remove(self, conid: int) -> None:
        """As the intent says."""
        self._keep(lambda session: session.lists.remove(conid))

    def move(self, conid: int, offset: int) -> None:
        """As the intent says."""
        self._keep(lambda session: session.lists.move(conid, offset))
