"""Quotes by the thousand: unique prices, real frames, counted and timed as they leave."""

from __future__ import annotations

import itertools
import json
import time

import pytest

from ibtui.sim.gateway.load import PRICES_EACH, LoadStream, Wish, price_of
from ibtui.sim.gateway.ws.quotes import QuoteStream
from tests.sim.gateway.rig import AAPL, Rig, Socket

MSFT = 272093


def subscribed(rig: Rig) -> Socket:
    socket = rig.socket()
    for conid in (AAPL, MSFT):
        socket.say(f'smd+{conid}+{{"fields":["31","84","88"]}}')
    return socket


def stream_of(socket: Socket, wish: Wish) -> LoadStream:
    found = [each for each in socket.connection.subscriptions.values() if isinstance(each, QuoteStream)]
    return LoadStream(socket.connection, found, wish)


def test_no_price_comes_twice_until_all_were_used() -> None:
    assert len({price_of(tick) for tick in range(PRICES_EACH)}) == PRICES_EACH
    assert {len(price_of(tick)) for tick in range(PRICES_EACH)} == {6}


async def test_a_tick_has_the_form_of_the_markets_own_frames(rig: Rig) -> None:
    socket = subscribed(rig)
    own = {frame["conid"]: frame for frame in socket.frames("smd")}
    stream = stream_of(socket, Wish(0, 0, 1, 1, fields=("31", "88")))
    stream.owe(20)
    frames = socket.frames()
    assert len(frames) == 20
    for frame in frames:
        theirs = own[frame["conid"]]
        assert {name: frame[name] for name in ("conidEx", "conid", "server_id", "6119", "topic")} == {
            name: theirs[name] for name in ("conidEx", "conid", "server_id", "6119", "topic")
        }
        assert set(frame) == {"31", "88", "conidEx", "conid", "_updated", "server_id", "6119", "topic"}


async def test_each_instruments_ticks_count_up_and_the_moment_each_left_is_kept(rig: Rig) -> None:
    socket = subscribed(rig)
    socket.raw()
    began = time.monotonic()
    stream = stream_of(socket, Wish(0, 0, 1, 1))
    stream.owe(50)
    frames = socket.frames()
    for place, conid in enumerate(stream.conids):
        assert [frame["31"] for frame in frames if frame["conid"] == conid] == [
            price_of(tick) for tick in range(stream.ticks[place])
        ]
        sent = stream.sent[place].tolist()
        assert len(sent) == stream.ticks[place]
        assert all(began <= earlier <= later for earlier, later in itertools.pairwise(sent))


async def test_other_frames_are_not_held_up_by_what_is_due(rig: Rig) -> None:
    socket = subscribed(rig)
    socket.raw()
    stream = stream_of(socket, Wish(0, 0, 1, 1))
    stream.owe(1_000)
    socket.say("tic")
    assert json.loads(socket.connection.outbox.take() or b"")["topic"].startswith("smd")
    assert json.loads(socket.connection.outbox.take() or b"")["topic"] == "tic"


async def test_the_lever_sends_a_burst_and_stills_the_markets_own_quotes(rig: Rig) -> None:
    socket = subscribed(rig)
    socket.raw()
    told = await rig.control("POST", "/sim/load", {"burst": 30, "for_seconds": 0})
    assert (told["due"], told["conids"]) == (30, [AAPL, MSFT])
    await rig.control("POST", "/sim/market/AAPL/move", {"ticks": 400, "seconds": 1})
    rig.advance(2_000)
    assert len(socket.frames("smd")) == 30
    sent = (await rig.control("GET", "/sim/load/sent"))["sent"]
    assert sum(len(times) for times in sent.values()) == 30
    await rig.control("DELETE", "/sim/load")
    rig.advance(2_000)
    assert socket.frames(f"smd+{AAPL}")


@pytest.mark.parametrize(
    "wrong", [{"frames_per_second": -1}, {"frames_per_second": 1e9}, {"fields": ["83"]}, {"what": 1}]
)
async def test_a_wrong_wish_is_refused(rig: Rig, wrong: dict[str, object]) -> None:
    subscribed(rig)
    assert "error" in await rig.control("POST", "/sim/load", wrong)


async def test_without_a_subscriber_there_is_nobody_to_load(rig: Rig) -> None:
    assert "error" in await rig.control("POST", "/sim/load", {"frames_per_second": 1})
