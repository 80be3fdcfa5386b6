"""The facade before its session is loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ibtui.domain.notices import Notice
from ibtui.domain.tickets import Side
from ibtui.session.early import EarlySession
from ibtui.session.intents import Session
from ibtui.session.settings import LinkSettings
from ibtui.store import Store
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession

WISHES: list[tuple[Callable[[Session], None], tuple[object, ...]]] = [
    (lambda s: s.market.show_quotes("watch", iter([1, 2])), ("show_quotes", "watch", (1, 2))),
    (lambda s: s.market.show_ladder(1, "ARCA"), ("show_ladder", 1, "ARCA")),
    (lambda s: s.market.want_flow(iter([1])), ("want_flow", (1,))),
    (lambda s: s.market.search("AAPL", by_name=True), ("search", "AAPL", True)),
    (lambda s: s.market.learn_contracts(iter([3])), ("learn_contracts", (3,))),
    (lambda s: s.market.learn_rules(1, Side.BUY), ("learn_rules", 1, Side.BUY)),
    (lambda s: s.market.learn_algos(1), ("learn_algos", 1)),
    (lambda s: s.market.want_history(1, "1w", "1h"), ("want_history", 1, "1w", "1h")),
    (lambda s: s.inbox.refresh(), ("refresh_inbox",)),
    (lambda s: s.inbox.mark_read("7"), ("mark_read", "7")),
    (lambda s: s.inbox.ask_disclaimer("EA"), ("ask_disclaimer", "EA")),
    (lambda s: s.inbox.accept_disclaimer("EA"), ("accept_disclaimer", "EA")),
    (lambda s: s.inbox.answer_prompt(Notice("n1", "text"), "Yes"), ("answer_prompt", "n1", "Yes")),
    (lambda s: s.lists.refresh(), ("refresh_lists",)),
    (lambda s: s.lists.select("5"), ("select_list", "5")),
    (lambda s: s.lists.create("x"), ("create_list", "x")),
    (lambda s: s.lists.delete("5"), ("delete_list", "5")),
    (lambda s: s.lists.add(1), ("add", 1)),
    (lambda s: s.lists.remove(1), ("remove", 1)),
    (lambda s: s.lists.move(1, -1), ("move", 1, -1)),
]


class Early:
    """An early session, and the fake one that is loaded in place of the real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = ManualClock()
        self.store = Store()
        self.made: list[FakeSession] = []
        self.loaded = asyncio.Event()
        monkeypatch.setattr("ibtui.session.trading.TradingSession", self._make)
        self.session = EarlySession(LinkSettings(), self.store, self.clock, loaded=self.loaded.set)

    def _make(self, _settings: LinkSettings, _store: Store, _clock: ManualClock) -> FakeSession:
        self.made.append(FakeSession())
        return self.made[-1]

    async def start(self) -> None:
        """Start, and wait until what is loaded beside is there."""
        self.session.start()
        await asyncio.wait_for(self.loaded.wait(), 20)


@pytest.fixture
async def early(monkeypatch: pytest.MonkeyPatch) -> Early:
    return Early(monkeypatch)


async def test_wishes_are_told_in_their_order_before_the_session_begins(early: Early) -> None:
    for wish, _ in WISHES:
        wish(early.session)
    assert early.made == []
    await early.start()
    assert early.made[0].calls == [*(call for _, call in WISHES), ("start",)]


async def test_once_it_is_there_the_session_is_asked_itself(early: Early) -> None:
    held = early.session.market
    await early.start()
    session = early.made[0]
    assert (early.session.market, early.session.inbox) == (session.market, session.inbox)
    assert (early.session.lists, early.session.orders, early.session.link) == (
        session.lists,
        session.orders,
        session.link,
    )
    held.search("AAPL")
    assert session.calls[-1] == ("search", "AAPL", False)


async def test_who_asks_for_an_order_waits_for_the_session(early: Early) -> None:
    early.session.lists.refresh()
    early.session.orders.cancel(7)
    early.session.link.retry()
    assert early.made[0].calls == [("refresh_lists",), ("cancel", 7), ("retry",)]
    await early.start()
    assert len(early.made) == 1
    assert early.made[0].calls[-1] == ("start",)


async def test_it_ends_with_the_session(early: Early) -> None:
    await early.start()
    await early.session.close()
    assert early.made[0].calls == [("start",), ("close",)]


async def test_closed_while_it_loads_it_begins_nothing(early: Early) -> None:
    early.session.start()
    await asyncio.wait_for(early.session.close(), 20)
    assert early.made == []


async def test_closed_before_it_starts_it_loads_nothing(early: Early) -> None:
    await early.session.close()
    assert not early.loaded.is_set()


async def test_a_session_that_cannot_begin_is_told_of(early: Early, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibtui.session.early.SESSION_MODULE", "ibtui.session.nowhere")
    await early.start()
    (message,) = early.store.messages
    assert message.severity == "error"
    assert "cannot connect" in message.text
    assert "ModuleNotFoundError" in message.text


async def test_it_tells_the_time_and_whether_it_is_read_only_at_once() -> None:
    clock = ManualClock()
    session: Session = EarlySession(LinkSettings(read_only=True), Store(), clock)
    assert session.read_only
    assert session.now() == clock.monotonic()
