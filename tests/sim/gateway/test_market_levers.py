"""Levers on one instrument: what its market does, and what of it the client gets."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sim.gateway.forms import quiet, ticket
from tests.sim.gateway.forms import send as placed
from tests.sim.gateway.rig import AAPL, Rig, Socket, Tree

MSFT = 272093
LADDER = "sbd+DU1234567+265598"
TICK = Decimal("0.01")


def quotes(rig: Rig, conid: int = AAPL) -> Socket:
    """A socket that has read its first two frames of a quote."""
    socket = rig.socket()
    socket.say(f'smd+{conid}+{{"fields":["31","84","86"]}}')
    socket.raw()
    return socket


def last_of(frames: list[Tree], field: str) -> str:
    """The newest value of a field."""
    found: str = [frame[field] for frame in frames if field in frame][-1]
    return found


async def market(rig: Rig, lever: str, body: object = None, name: object = "AAPL") -> Tree:
    return await rig.control("POST", f"/sim/market/{name}/{lever}", body)


async def snapshot(rig: Rig) -> Tree:
    """A snapshot of AAPL that is warm."""
    for _ in range(2):
        rig.advance(500)
        (row,) = await rig.get("/iserver/marketdata/snapshot", conids=str(AAPL), fields="31,84,86,6509")
    return row


@pytest.mark.parametrize("name", ["AAPL", "aapl", AAPL])
async def test_an_instrument_is_named_by_symbol_or_conid(rig: Rig, name: object) -> None:
    told = await rig.control("GET", f"/sim/market/{name}")
    quote = rig.gateway.exchange.quote(AAPL)
    assert (told["conid"], told["symbol"]) == (AAPL, "AAPL")
    assert Decimal(told["bid"]) == quote.bid
    assert (told["halted"], told["availability"], told["silent"], told["depth"]) == (False, None, [], "live")


async def test_a_future_and_a_pair_are_named_by_their_local_symbols(rig: Rig) -> None:
    assert (await rig.control("GET", "/sim/market/ESZ6"))["conid"] == 515416632
    assert (await rig.control("GET", "/sim/market/eur.usd"))["conid"] == 12087792


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("NOPE/halt", {}),
        ("AAPL/nonsense", {}),
        ("AAPL/move", {"ticks": 0}),
        ("AAPL/move", {"ticks": 1.5}),
        ("AAPL/move", {"ticks": 5, "seconds": -1}),
        ("AAPL/move", {"ticks": 5, "minutes": 1}),
        ("SPX/move", {"ticks": 5}),
        ("AAPL/silence", {"topics": ["sor"]}),
        ("AAPL/depth", {"answer": "perhaps"}),
        ("AAPL/hurry", {"rate": 0}),
        ("AAPL/availability", {"text": 7}),
        ("AAPL/halt", {"why": "news"}),
        ("AAPL/halt", ["AAPL"]),
    ],
)
async def test_what_makes_no_sense_is_refused(rig: Rig, path: str, body: object) -> None:
    before = await rig.control("GET", "/sim/market/AAPL")
    assert (await rig.control("POST", f"/sim/market/{path}", body))["error"]
    assert await rig.control("GET", "/sim/market/AAPL") == before


async def test_a_move_is_told_and_reaches_quotes_and_ladder(rig: Rig) -> None:
    socket = quotes(rig)
    socket.say(LADDER)
    socket.raw()
    before = rig.bid()
    told = await market(rig, "move", {"ticks": 500, "seconds": 5})
    assert told["moves_until"] == rig.gateway.now_ms + 5_000
    seen = []
    for _ in range(11):
        rig.advance(500)
        seen += socket.frames()
    assert rig.bid() > before + 400 * TICK
    assert Decimal(last_of(seen, "84")) > before + 400 * TICK
    rows = [frame for frame in seen if frame.get("topic") == LADDER][-1]["data"]
    assert max(Decimal(row["price"].rpartition("@")[2]) for row in rows if "bid" in row) == rig.bid()
    assert (await rig.control("GET", "/sim/market/AAPL"))["moves_until"] is None


async def test_own_orders_that_a_move_passes_are_filled_and_told(rig: Rig) -> None:
    await quiet(rig)
    await rig.market_data()
    socket = rig.socket()
    socket.say("sor+{}")
    price = float(rig.bid() - 20 * TICK)
    await placed(rig, ticket(orderType="LMT", price=price, quantity=500))
    await market(rig, "move", {"ticks": -60, "seconds": 2})
    rig.advance(3_000)
    rows = [row for frame in socket.frames("sor") for row in frame["args"]]
    assert [row["status"] for row in rows if "status" in row][-1] == "Filled"
    told = await rig.control("GET", "/sim/truth")
    assert {float(row["price"]) for row in told["executions"]} == {price}


async def test_a_halt_marks_the_last_price_h_and_silences_nothing(rig: Rig) -> None:
    socket = quotes(rig)
    await market(rig, "halt")
    rig.advance(1_000)
    assert last_of(socket.frames("smd"), "31").startswith("H")
    assert (await snapshot(rig))["31"].startswith("H")
    told = await market(rig, "resume")
    assert told["halted"] is False
    rig.advance(1_000)
    assert not last_of(socket.frames("smd"), "31").startswith("H")


async def test_frozen_data_stand_still_and_say_z(rig: Rig) -> None:
    socket = quotes(rig)
    socket.say(LADDER)
    before = rig.bid()
    told = await market(rig, "freeze")
    assert (told["frozen"], told["availability"]) == (True, "ZB")
    rig.advance(1_000)
    assert last_of(socket.frames("smd"), "6509") == "ZB"
    await market(rig, "move", {"ticks": 100, "seconds": 1})
    rig.advance(5_000)
    assert socket.frames("smd") == socket.frames("sbd") == []
    assert (await snapshot(rig))["84"] == f"{before:.2f}"
    assert rig.bid() > before


async def test_made_live_again_data_catch_up(rig: Rig) -> None:
    socket = quotes(rig)
    await market(rig, "freeze")
    rig.advance(5_000)
    socket.raw()
    await market(rig, "live")
    rig.advance(500)
    (frame,) = socket.frames("smd")
    assert frame["6509"] == "RpB"
    assert (await snapshot(rig))["84"] == f"{rig.bid():.2f}"


async def test_delayed_quotes_are_those_of_so_many_seconds_before(rig: Rig) -> None:
    socket = quotes(rig)
    told = await market(rig, "delay", {"seconds": 4})
    assert (told["delay_seconds"], told["availability"], told["depth"]) == (4.0, "DPB", "silence")
    past, seen = [rig.gateway.exchange.quote(AAPL)], []
    for _ in range(300):
        rig.advance(50)
        past.append(rig.gateway.exchange.quote(AAPL))
        seen.append(rig.gateway.feeds.quote(AAPL))
    assert seen[:79] == [past[0]] * 79
    assert seen[79:] == past[: len(seen) - 79]
    assert len(set(seen)) > 20
    assert last_of(socket.frames("smd"), "6509") == "DPB"


async def test_delayed_data_have_no_ladder_unless_it_is_asked_for(rig: Rig) -> None:
    socket = rig.socket()
    for depth, speaks in ((False, False), (True, True)):
        await market(rig, "delay", {"depth": depth})
        socket.say(LADDER)
        rig.advance(2_000)
        assert bool(socket.frames("sbd")) is speaks


@pytest.mark.parametrize("text", ["S", "HPB", "vpB", "", "\x1b[31m"])
async def test_availability_can_be_any_text(rig: Rig, text: str) -> None:
    await market(rig, "availability", {"text": text})
    assert (await snapshot(rig))["6509"] == (text or "RpB")


@pytest.mark.parametrize(("topics", "silent"), [(None, {"smd", "sbd"}), (["smd"], {"smd"}), (["sbd"], {"sbd"})])
async def test_one_instrument_falls_silent_and_the_others_speak_on(
    rig: Rig, topics: list[str] | None, silent: set[str]
) -> None:
    socket = quotes(rig)
    socket.say(LADDER)
    socket.say("smd+272093+{}")
    socket.raw()
    await market(rig, "silence", None if topics is None else {"topics": topics})
    rig.advance(5_000)
    spoken = {frame["topic"] for frame in socket.frames() if "conid" in frame or "data" in frame}
    assert spoken == {f"smd+{MSFT}", f"smd+{AAPL}", LADDER} - {
        f"smd+{AAPL}" if name == "smd" else LADDER for name in silent
    }


async def test_a_new_subscription_of_a_silent_instrument_is_silent_until_it_speaks(rig: Rig) -> None:
    await market(rig, "silence")
    socket = rig.socket()
    socket.say("smd+265598+{}")
    socket.say(LADDER)
    rig.advance(3_000)
    assert [frame for frame in socket.frames() if "conid" in frame or "data" in frame] == []
    await market(rig, "speak")
    rig.advance(3_000)
    assert {frame["topic"] for frame in socket.frames() if "conid" in frame or "data" in frame} == {
        "smd+265598",
        LADDER,
    }


async def test_a_hurried_instruments_book_changes_at_every_frame(rig: Rig) -> None:
    await rig.control("POST", "/sim/ladder", {"frames_per_second": 20})
    await market(rig, "hurry", {"rate": 20})
    socket = rig.socket()
    socket.say(LADDER)
    rig.advance(100)
    socket.raw()
    told = 0
    for _ in range(100):
        rig.advance(50)
        told += len(socket.frames("sbd"))
    assert told >= 97
