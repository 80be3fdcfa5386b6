from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from ibtui.session.intents import Session
from ibtui.session.trading import LinkSettings, TradingSession
from ibtui.store import Store
from ibtui.transport.tape_reader import Recording
from tests.fakes.clock import ManualClock, settle
from tests.session.scripted import URL, Bench, ScriptedGateway
from tests.transport.sockets import FakeNetwork


def test_it_is_the_session_the_screens_expect() -> None:
    session: Session = Bench().session
    assert not session.read_only


async def test_closing_ends_every_task_in_good_time(bench: Bench) -> None:
    before = asyncio.all_tasks()
    await bench.connect()
    bench.session.market.show_quotes("watchlist", [1])
    assert len(asyncio.all_tasks()) > len(before)
    await asyncio.wait_for(bench.session.close(), 2.0)
    await settle()
    assert asyncio.all_tasks() == before
    assert bench.wire.closed


async def test_a_session_that_never_began_can_be_closed() -> None:
    await Bench().session.close()


async def test_intents_return_at_once_and_raise_nothing_while_nothing_is_there(bench: Bench) -> None:
    bench.gateway.is_up = False
    await bench.start()
    session = bench.session
    session.market.show_quotes("watchlist", [1, 2])
    session.market.show_ladder(1)
    session.market.search("AAPL")
    session.market.want_history(1)
    session.lists.refresh()
    session.lists.select("5")
    session.inbox.refresh()
    session.inbox.mark_read("none")
    session.link.retry()
    await bench.clock.advance(2.0)
    assert bench.texts() == []


async def test_after_closing_intents_do_nothing(bench: Bench) -> None:
    await bench.connect()
    await bench.session.close()
    asked = len(bench.gateway.requests)
    bench.session.market.search("AAPL")
    bench.session.lists.create("x")
    await bench.clock.advance(2.0)
    assert len(bench.gateway.requests) == asked


async def test_requests_keep_to_the_pace_of_the_gateway(bench: Bench) -> None:
    """IBKR: ten a second, and some endpoints one in five seconds; more boxes the address for ten minutes."""
    moments: list[tuple[float, str]] = []
    usual = bench.gateway.__call__

    def note(request: httpx.Request) -> httpx.Response:
        moments.append((bench.clock.monotonic(), f"{request.method} {request.url.path}"))
        return usual(request)

    session = TradingSession(
        LinkSettings(base_url=URL), Store(), bench.clock, transport=httpx.MockTransport(note), connector=bench.network
    )
    session.start()
    for conid in range(1, 40):
        session.market.want_history(conid)
        await bench.clock.advance(0.5)
    await session.close()
    for start, _ in moments:
        assert sum(1 for moment, _ in moments if start <= moment < start + 1.0) <= 10
        orders = [m for m, key in moments if key.endswith("/account/orders") and start <= m < start + 5.0]
        assert len(orders) <= 1


async def test_the_wire_is_recorded_when_asked_for(tmp_path: Path) -> None:
    clock = ManualClock()
    network = FakeNetwork()
    session = TradingSession(
        LinkSettings(base_url=URL, tape=tmp_path / "log"),
        Store(),
        clock,
        transport=httpx.MockTransport(ScriptedGateway()),
        connector=network,
    )
    session.start()
    await clock.advance(1.0)
    network.last.feed('{"topic":"sbd+DU1+1","data":[]}')
    await clock.advance(1.0)
    await session.close()
    entries = list(Recording(tmp_path / "log").entries())
    assert any((entry.kind, entry.method, entry.path) == ("rest", "POST", "/tickle") for entry in entries)
    assert any(entry.kind == "frame" and '"topic":"sbd+' in entry.text for entry in entries)


async def test_a_log_that_cannot_be_written_is_told_and_nothing_stops(tmp_path: Path) -> None:
    store = Store()
    session = TradingSession(
        LinkSettings(base_url=URL, tape=tmp_path / "no" / "log"),
        store,
        ManualClock(),
        transport=httpx.MockTransport(ScriptedGateway()),
        connector=FakeNetwork(),
    )
    assert "cannot be written" in store.messages[0].text
    await session.close()
