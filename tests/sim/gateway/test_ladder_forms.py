"""`sbd` in every form that sources disagree about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ibtui.sim.exchange import Level
from ibtui.sim.gateway.ladderforms import FORMS, LadderForm, together
from tests.sim.gateway.rig import AAPL, Rig, Socket, Tree

ASK, ES = "sbd+DU1234567+265598", 515416632
Row = dict[str, Tree]


async def form(rig: Rig, *names: str, **more: object) -> Tree:
    """Set the form of all ladders."""
    return await rig.control("POST", "/sim/ladder", {"form": list(names), **more})


def frame(rig: Rig, request: str = ASK) -> tuple[str, list[Row]]:
    """Topic and rows of the first frame of a ladder."""
    socket = rig.socket()
    socket.say(request)
    (first,) = socket.frames("sbd")
    return first["topic"], first["data"]


def focused(rows: list[Row]) -> Row:
    (row,) = [row for row in rows if row["focus"] == 1]
    return row


def number(text: object) -> Decimal:
    return Decimal(str(text).replace(",", ""))


def price(row: Row) -> Decimal:
    return number(str(row["price"]).rpartition("@")[2].strip())


def sides(rows: list[Row], name: str) -> dict[Decimal, Decimal]:
    """Sizes by price of one side, as a client reads them."""
    return {price(row): number(row[name]) for row in rows if row.get(name, "") != ""}


def shown(levels: list[Level], rows: list[Row]) -> dict[Decimal, Decimal]:
    """Sizes by price of the levels for which a ladder of these rows has room."""
    prices = {price(row) for row in rows}
    return {level.price: level.size for level in levels if level.price in prices}


@pytest.mark.parametrize("name", FORMS)
async def test_in_every_form_prices_and_sizes_are_those_of_the_exchange(rig: Rig, name: str) -> None:
    await form(rig, name)
    _, rows = frame(rig)
    bids, asks = rig.gateway.exchange.depth(AAPL, 30)
    assert (sides(rows, "bid"), sides(rows, "ask")) == (shown(bids, rows), shown(asks, rows))
    assert {bids[0].price, asks[0].price} <= {price(row) for row in rows}
    assert price(focused(rows)) == rig.gateway.exchange.quote(AAPL).last


async def test_by_default_it_is_as_the_newer_document_has_it(rig: Rig) -> None:
    told = await rig.control("GET", "/sim/ladder")
    assert (told["form"], told["frames_per_second"], told["depth"]) == (["documents"], 4.0, "live")
    topic, rows = frame(rig, f"{ASK}+NASDAQ")
    assert topic == f"{ASK}+NASDAQ"
    assert all(isinstance(value, str) for row in rows for key, value in row.items() if key not in ("row", "focus"))


@pytest.mark.parametrize(
    ("name", "topic"),
    [("plain-topic", "sbd"), ("short-topic", ASK), ("numbers", "sbd"), ("full-topic", f"{ASK}+NASDAQ")],
)
async def test_the_topic_is_whole_or_short_or_plain(rig: Rig, name: str, topic: str) -> None:
    await form(rig, name)
    assert frame(rig, f"{ASK}+NASDAQ")[0] == topic


async def test_a_full_topic_has_smart_where_no_exchange_was_asked_for(rig: Rig) -> None:
    await form(rig, "full-topic")
    assert frame(rig)[0] == f"{ASK}+SMART"


async def test_sizes_alone_can_be_numbers(rig: Rig) -> None:
    await form(rig, "number-sizes")
    _, rows = frame(rig)
    assert all(isinstance(row["price"], str) for row in rows)
    assert " @ " in focused(rows)["price"]
    assert all(isinstance(row[side], int) for row in rows for side in ("bid", "ask") if side in row)


async def test_numbers_are_numbers(rig: Rig) -> None:
    await form(rig, "numbers")
    _, rows = frame(rig)
    assert all(isinstance(row["price"], float) for row in rows)
    sizes = [row[side] for row in rows for side in ("bid", "ask") if side in row]
    assert sizes
    assert all(isinstance(size, int) for size in sizes)


@pytest.mark.parametrize(("name", "grouped"), [("documents", True), ("no-commas", False)])
async def test_thousands_are_grouped_or_not(rig: Rig, name: str, grouped: bool) -> None:
    await form(rig, name)
    _, rows = frame(rig, f"sbd+DU1234567+{ES}")
    assert all(("," in row["price"]) is grouped for row in rows)


@pytest.mark.parametrize(("name", "between"), [("documents", " @ "), ("tight-at", "@"), ("price-alone", "")])
async def test_the_last_trade_is_written_in_three_ways(rig: Rig, name: str, between: str) -> None:
    await form(rig, name)
    _, rows = frame(rig)
    size, at, _ = focused(rows)["price"].rpartition(between) if between else ("", "", "")
    assert at == between
    if between:
        assert number(size) == rig.gateway.exchange.quote(AAPL).last_size


async def test_rows_of_earlier_trades_have_their_size_without_the_focus(rig: Rig) -> None:
    rig.advance(20_000)
    await form(rig, "size-at-price")
    _, rows = frame(rig)
    traded = {trade.price: trade.size for trade in rig.gateway.exchange.trades(AAPL, 500)}
    earlier = [row for row in rows if "@" in row["price"] and not row["focus"]]
    assert len(earlier) > 2
    assert all(number(row["price"].partition(" @ ")[0]) == traded[price(row)] for row in earlier)
    assert all("@" in row["price"] for row in rows if price(row) in traded)


async def test_a_missing_side_is_absent_or_blank(rig: Rig) -> None:
    await form(rig, "blank-sides")
    _, rows = frame(rig)
    assert all(row.keys() == {"row", "focus", "price", "bid", "ask", "mm"} for row in rows)
    assert any(row["bid"] == row["ask"] == "" for row in rows)


async def test_empty_ticks_have_no_row_where_only_filled_ones_have(rig: Rig) -> None:
    await form(rig, "filled-ticks")
    _, rows = frame(rig)
    assert [row["row"] for row in rows] == list(range(len(rows)))
    assert all("bid" in row or "ask" in row or row["focus"] for row in rows)


@pytest.mark.parametrize(("names", "rising"), [(["documents"], False), (["ascending"], True)])
async def test_row_0_is_the_highest_price_or_the_lowest(rig: Rig, names: list[str], rising: bool) -> None:
    await form(rig, *names)
    prices = [price(row) for row in frame(rig)[1]]
    assert prices == sorted(prices, reverse=not rising)


async def test_changed_rows_merged_by_number_make_the_whole_ladder(rig: Rig) -> None:
    await form(rig, "delta", "no-commas", frames_per_second=20)
    socket = rig.socket()
    socket.say(ASK)
    merged = {row["row"]: row for row in socket.frames("sbd")[0]["data"]}
    sent, whole = 0, len(merged)
    for _ in range(200):
        rig.advance(50)
        for each in socket.frames("sbd"):
            sent += len(each["data"]) < whole
            merged |= {row["row"]: row for row in each["data"]}
    assert sent > 50
    rows = list(merged.values())
    bids, asks = rig.gateway.exchange.depth(AAPL, 30)
    assert (sides(rows, "bid"), sides(rows, "ask")) == (shown(bids, rows), shown(asks, rows))


async def test_another_form_begins_with_a_whole_frame(rig: Rig) -> None:
    await form(rig, "delta")
    socket = rig.socket()
    socket.say(ASK)
    whole = len(socket.frames("sbd")[0]["data"])
    await form(rig, "delta", "tight-at")
    rig.advance(500)
    assert len(socket.frames("sbd")[0]["data"]) == whole


async def test_forms_can_be_worn_together() -> None:
    assert together(["numbers", "delta"]) == LadderForm(
        "plain", number_prices=True, number_sizes=True, last="price", delta=True
    )
    assert together([]) == together(["documents"]) == LadderForm()


async def test_the_form_is_set_back(rig: Rig) -> None:
    await form(rig, "numbers", frames_per_second=20, depth="silence", late_frames=3)
    told = await rig.control("DELETE", "/sim/ladder")
    assert told == await rig.control("GET", "/sim/ladder")
    assert (told["form"], told["frames_per_second"], told["late_frames"], told["depth"]) == (
        ["documents"],
        4.0,
        0,
        "live",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"form": "nonsense"},
        {"frames_per_second": 21},
        {"frames_per_second": 0},
        {"depth": "maybe"},
        {"late_frames": -1},
        {"rate": 3},
        {"form": []},
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(rig: Rig, wrong: dict[str, Any]) -> None:
    before = await rig.control("GET", "/sim/ladder")
    assert (await rig.control("POST", "/sim/ladder", wrong))["error"]
    assert await rig.control("GET", "/sim/ladder") == before


def switched(rig: Rig) -> Socket:
    """A socket whose ladder was AAPL's and is ES's now, after a cancel; what was sent before is read."""
    socket = rig.socket()
    socket.say(ASK)
    socket.say("ubd+DU1234567")
    socket.say(f"sbd+DU1234567+{ES}")
    socket.raw()
    return socket


async def test_frames_of_the_ladder_before_can_come_late(rig: Rig) -> None:
    await form(rig, "plain-topic", late_frames=2)
    socket = switched(rig)
    rig.advance(3_000)
    frames = socket.frames("sbd")
    old = [each for each in frames if all(price(row) < 1_000 for row in each["data"])]
    assert len(old) == 2 < len(frames)
    assert {each["topic"] for each in frames} == {"sbd"}


async def test_by_default_none_comes_late(rig: Rig) -> None:
    socket = switched(rig)
    rig.advance(3_000)
    assert {each["topic"] for each in socket.frames("sbd")} == {f"sbd+DU1234567+{ES}"}
