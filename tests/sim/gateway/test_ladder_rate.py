"""How often `sbd` comes, on whose book, and what comes without Level II data."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.sim.exchange import Level
from ibtui.sim.gateway.contracts.venues import valid_exchanges
from ibtui.sim.gateway.feeds import NO_DEPTH
from tests.sim.gateway.rig import AAPL, Rig, Socket, Tree

ASK = "sbd+DU1234567+265598"
Sizes = dict[Decimal, Decimal]


def ladder(rig: Rig, request: str = ASK) -> Socket:
    socket = rig.socket()
    socket.say(request)
    return socket


def sizes(frame: Tree, side: str) -> Sizes:
    rows = [row for row in frame["data"] if side in row]
    return {
        Decimal(row["price"].rpartition("@")[2].replace(",", "")): Decimal(row[side].replace(",", "")) for row in rows
    }


def best(levels: list[Level], frame: Tree) -> Sizes:
    prices = {Decimal(row["price"].rpartition("@")[2].replace(",", "")) for row in frame["data"]}
    return {level.price: level.size for level in levels if level.price in prices}


@pytest.mark.parametrize("rate", [20, 10, 5, 1])
async def test_while_the_market_moves_as_many_frames_come_as_were_asked_for(rig: Rig, rate: int) -> None:
    await rig.control("POST", "/sim/ladder", {"frames_per_second": rate})
    socket = ladder(rig)
    socket.raw()
    await rig.control("POST", "/sim/market/AAPL/move", {"ticks": 400, "seconds": 10})
    told = 0
    for _ in range(200):
        rig.advance(50)
        told += len(socket.frames(ASK))
    assert told == 10 * rate


async def test_each_frame_is_the_exchanges_book_of_that_moment(rig: Rig) -> None:
    await rig.control("POST", "/sim/ladder", {"frames_per_second": 20})
    socket = ladder(rig)
    await rig.control("POST", "/sim/market/AAPL/move", {"ticks": -120, "seconds": 4})
    seen = 0
    for _ in range(100):
        rig.advance(50)
        for frame in socket.frames(ASK):
            seen += 1
            bids, asks = rig.gateway.exchange.depth(AAPL, 30)
            assert (sizes(frame, "bid"), sizes(frame, "ask")) == (best(bids, frame), best(asks, frame))
            focus = [row["price"] for row in frame["data"] if row["focus"]]
            assert [Decimal(each.rpartition("@")[2]) for each in focus] == [rig.gateway.exchange.quote(AAPL).last]
    assert seen > 80


async def test_a_book_that_stands_still_is_not_told_again(rig: Rig) -> None:
    await rig.control("POST", "/sim/ladder", {"frames_per_second": 20})
    await rig.control("POST", "/sim/market/AAPL/halt")
    socket = ladder(rig)
    socket.raw()
    rig.advance(5_000)
    assert socket.frames(ASK) == []


async def test_the_shares_of_all_exchanges_together_are_the_book(rig: Rig) -> None:
    await rig.control("POST", "/sim/market/AAPL/halt")
    names = set(valid_exchanges(rig.gateway.instrument(AAPL)).split(",")) - {"SMART", "ISLAND"}
    books = [ladder(rig, f"{ASK}+{name}").frames(ASK)[0] for name in sorted(names)]
    (together,) = ladder(rig).frames(ASK)
    prices = {row["price"].rpartition("@")[2] for book in books for row in book["data"]}
    for side in ("bid", "ask"):
        shares = [sizes(book, side) for book in books]
        whole = {price: size for price, size in sizes(together, side).items() if f"{price}" in prices}
        assert {price: sum(share.get(price, Decimal(0)) for share in shares) for price in whole} == whole
        assert all(share != whole for share in shares)


async def test_islands_book_is_nasdaqs(rig: Rig) -> None:
    await rig.control("POST", "/sim/market/AAPL/halt")
    assert ladder(rig, f"{ASK}+ISLAND").frames(ASK)[0]["data"] == ladder(rig, f"{ASK}+NASDAQ").frames(ASK)[0]["data"]


async def test_an_exchange_that_does_not_list_it_is_an_error(rig: Rig) -> None:
    for conid, exchange in ((AAPL, "CME"), (515416632, "NASDAQ"), (AAPL, "NOWHERE")):
        topic = f"sbd+DU1234567+{conid}+{exchange}"
        socket = ladder(rig, topic)
        (frame,) = socket.frames(topic)
        assert (frame["code"], "data" in frame) == (1, False)
        assert exchange in frame["error"]
        rig.advance(2_000)
        assert socket.frames("sbd") == []


async def test_smart_is_every_exchange_together(rig: Rig) -> None:
    await rig.control("POST", "/sim/market/AAPL/halt")
    assert ladder(rig, f"{ASK}+SMART").frames(ASK)[0]["data"] == ladder(rig).frames(ASK)[0]["data"]


ANSWERS = {
    "error": {"error", "code", "topic"},
    "bare-error": {"error", "code"},
    "topic-error": {"error", "topic"},
    "unable": {"error", "code", "topic"},
    "empty": {"topic", "data"},
}


@pytest.mark.parametrize("answer", NO_DEPTH)
async def test_without_level_ii_data_the_answer_is_the_one_that_was_chosen(rig: Rig, answer: str) -> None:
    await rig.control("POST", "/sim/market/AAPL/depth", {"answer": answer})
    frames = ladder(rig).frames()
    assert [set(frame) for frame in frames if "hb" not in frame] == ([ANSWERS[answer]] if answer in ANSWERS else [])
    assert ladder(rig, "sbd+DU1234567+272093").frames("sbd")[0]["data"]


async def test_no_instrument_has_depth_where_all_are_without(rig: Rig) -> None:
    await rig.control("POST", "/sim/ladder", {"depth": "error"})
    for conid in (AAPL, 272093):
        assert "error" in ladder(rig, f"sbd+DU1234567+{conid}").frames("sbd")[0]
    await rig.control("POST", "/sim/market/AAPL/depth", {"answer": "live"})
    assert "data" in ladder(rig).frames("sbd")[0]


async def test_a_ladder_whose_subscription_ends_falls_silent_until_there_is_one_again(rig: Rig) -> None:
    socket = ladder(rig)
    socket.raw()
    await rig.control("POST", "/sim/market/AAPL/depth", {"answer": "silence"})
    rig.advance(3_000)
    assert socket.frames("sbd") == []
    await rig.control("POST", "/sim/market/AAPL/live")
    rig.advance(1_000)
    assert socket.frames("sbd")


async def test_every_ladder_is_told_with_the_frames_that_left_it(rig: Rig) -> None:
    socket = ladder(rig, f"{ASK}+NASDAQ")
    began = rig.gateway.now_ms
    await rig.control("POST", "/sim/market/AAPL/move", {"ticks": 50, "seconds": 2})
    count = len(socket.frames("sbd"))
    for _ in range(40):
        rig.advance(50)
        count += len(socket.frames("sbd"))
    (told,) = (await rig.control("GET", "/sim/ladder"))["ladders"]
    assert told == {
        "socket": 1,
        "topic": f"{ASK}+NASDAQ",
        "conid": AAPL,
        "exchange": "NASDAQ",
        "serves": True,
        "since": began,
        "frames": count,
        "last": began + 2_000,
    }
