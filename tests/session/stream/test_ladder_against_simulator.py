"""Two readings of the documents held together: the simulator's frames, decoded and applied by the client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from ibtui.domain.depth import level_at
from ibtui.domain.events import LadderRequested
from ibtui.protocol import frames, topics
from ibtui.protocol.market import FIELDS
from ibtui.sim.gateway.ladderforms import FORMS
from ibtui.sim.server import SimOptions
from ibtui.store import Store
from tests.sim.gateway.rig import AAPL, THURSDAY_TRADING_MS, Rig, Socket

Level = tuple[Decimal, Decimal | None, Decimal | None]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig(SimOptions(seed=11, start_ms=THURSDAY_TRADING_MS))
    await rig.ready()
    yield rig
    await rig.close()


def hear(socket: Socket, store: Store, received: float) -> int:
    """Take every waiting frame of quotes and ladder; gives how many there were."""
    count = 0
    for raw in socket.raw():
        frame = frames.decode_frame(raw, received=received, generation=1)
        if isinstance(frame, frames.LadderFrame | frames.MarketFrame):
            count += 1
            for event in frame.events:
                store.apply(event)
    return count


def shown(store: Store) -> list[Level]:
    assert store.market.ladder is not None
    rungs = store.market.ladder.rungs
    return [(rung.price, rung.bid_size, rung.ask_size) for rung in rungs if rung.bid_size or rung.ask_size]


def truth(rig: Rig, store: Store) -> list[Level]:
    """The exchange's book between the highest and the lowest price the ladder has a row for."""
    assert store.market.ladder is not None
    rungs = store.market.ladder.rungs
    bids, asks = (
        {level.price: level.size for level in side if rungs[-1].price <= level.price <= rungs[0].price}
        for side in rig.gateway.exchange.depth(AAPL, 30)
    )
    return [(price, bids.get(price), asks.get(price)) for price in sorted({*bids, *asks}, reverse=True)]


@pytest.mark.parametrize("names", [[name] for name in FORMS] + [["delta", name] for name in FORMS if name != "delta"])
async def test_in_every_form_of_the_simulator_the_ladder_is_the_exchanges_book(rig: Rig, names: list[str]) -> None:
    await rig.control("POST", "/sim/ladder", {"form": names, "frames_per_second": 20})
    store, socket = Store(), rig.socket()
    store.apply(LadderRequested(AAPL, 1))
    socket.say(f"sbd+DU1234567+{AAPL}")
    hear(socket, store, 1.0)
    await rig.control("POST", "/sim/market/AAPL/move", {"ticks": 60, "seconds": 3})
    stops = 0
    for step in range(120):
        rig.advance(50)
        if not hear(socket, store, 1.0 + step):
            continue
        stops += 1
        assert shown(store) == truth(rig, store)
        last = rig.gateway.exchange.quote(AAPL)
        assert store.market.ladder is not None
        assert last.last is not None
        at_last = level_at(store.market.ladder.rungs, last.last)
        assert [rung.price for rung in store.market.ladder.rungs if rung.is_last] == ([last.last] if at_last else [])
        if at_last is not None and at_last.last_size is not None:
            assert at_last.last_size == last.last_size
    assert stops > 40


async def test_what_the_simulator_trades_is_counted_once_and_only_where_it_was_traded(rig: Rig) -> None:
    store, socket = Store(), rig.socket()
    store.apply(LadderRequested(AAPL, 1))
    socket.say(topics.market(AAPL, FIELDS))
    hear(socket, store, 1.0)
    began = store.market.quotes[AAPL].volume
    await rig.control("POST", "/sim/market/AAPL/move", {"ticks": 40, "seconds": 20})
    for step in range(60):
        rig.advance(500)
        hear(socket, store, 1.0 + step / 2)
    flow, now = store.market.flows[AAPL], store.market.quotes[AAPL].volume
    assert began is not None
    assert now is not None
    assert sum((traded.total for traded in flow.at.values()), flow.unplaced) == now - began > 0
    assert {*flow.at} <= {trade.price for trade in rig.gateway.exchange.trades(AAPL, 5_000)}
    assert sum(traded.bought for traded in flow.at.values()) > sum(traded.sold for traded in flow.at.values())
