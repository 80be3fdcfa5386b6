"""`sbd`: the price ladder."""

from __future__ import annotations

import itertools
from decimal import Decimal

from tests.sim.gateway.rig import MakeRig, Rig, Tree

ASK = "sbd+DU1234567+265598"


def price(row: dict[str, Tree]) -> Decimal:
    return Decimal(row["price"].rpartition("@")[2].replace(",", "").strip())


async def test_rows_are_contiguous_and_every_tick_has_one(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(ASK)
    rows = socket.frames(ASK)[0]["data"]
    assert [row["row"] for row in rows] == list(range(len(rows)))
    prices = [price(row) for row in rows]
    assert all(upper - lower == Decimal("0.01") for upper, lower in itertools.pairwise(prices))


async def test_sizes_are_the_books_and_no_tick_has_both_sides(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(ASK)
    rows = socket.frames(ASK)[0]["data"]
    bids, asks = rig.gateway.exchange.depth(265598, 5)
    shown = {price(row): row for row in rows}
    assert shown[bids[0].price]["bid"].replace(",", "") == f"{bids[0].size}"
    assert shown[asks[0].price]["ask"].replace(",", "") == f"{asks[0].size}"
    assert all("bid" not in row or "ask" not in row for row in rows)
    assert any("bid" not in row and "ask" not in row for row in rows)


async def test_the_last_trades_row_has_the_focus_and_its_size(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(ASK)
    focused = [row for row in socket.frames(ASK)[0]["data"] if row["focus"] == 1]
    quote = rig.gateway.exchange.quote(265598)
    assert [price(row) for row in focused] == [quote.last]
    assert " @ " in focused[0]["price"]


async def test_prices_group_thousands(rig: Rig) -> None:
    socket = rig.socket()
    socket.say("sbd+DU1234567+515416632")
    assert all("," in row["price"] for row in socket.frames("sbd")[0]["data"])


async def test_the_market_stays_inside_while_it_moves(slack: Rig) -> None:
    socket = slack.socket()
    socket.say(ASK)
    for _ in range(20):
        slack.advance(10_000)
        quote = slack.gateway.exchange.quote(265598)
        prices = {price(row) for frame in socket.frames(ASK)[-1:] for row in frame["data"]}
        assert not prices or {quote.bid, quote.ask} <= prices


async def test_it_is_told_at_least_twice_a_second_while_it_changes(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(ASK)
    socket.raw()
    told = 0
    for _ in range(40):
        rig.advance(250)
        told += len(socket.frames(ASK))
    assert told >= 20


async def test_there_is_one_ladder_for_an_account(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(ASK)
    socket.say("sbd+DU1234567+272093")
    socket.raw()
    rig.advance(3_000)
    assert {frame["topic"] for frame in socket.frames("sbd")} == {"sbd+DU1234567+272093"}


async def test_after_ubd_nothing_more_comes(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(ASK)
    socket.raw()
    socket.say("ubd+DU1234567")
    rig.advance(3_000)
    assert socket.frames("sbd") == []


async def test_the_topic_repeats_the_exchange(rig: Rig) -> None:
    socket = rig.socket()
    socket.say(f"{ASK}+NASDAQ")
    assert socket.frames("sbd")[0]["topic"] == f"{ASK}+NASDAQ"


async def test_an_unknown_account_gets_an_error(rig: Rig) -> None:
    socket = rig.socket()
    socket.say("sbd+U1+265598")
    assert "error" in socket.frames("sbd")[0]


async def test_another_build_sends_changed_rows_only(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="ladder-deltas").ready()
    socket = rig.socket()
    socket.say(ASK)
    full = len(socket.frames(ASK)[0]["data"])
    rig.advance(1_000)
    assert 0 < len(socket.frames(ASK)[0]["data"]) < full
