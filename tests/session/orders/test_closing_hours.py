"""Closing outside regular hours: an order that would wait for an opening is never sent silently."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.closing import ClosingStage
from ibtui.domain.events import FlowWanted, QuoteReceived, RulesLearned
from ibtui.domain.hours import Phase
from ibtui.errors import Garbled, Refused
from ibtui.session.orders.hours import decode_hours, hours_of
from tests.session.orders.bench import AAPL
from tests.session.orders.venue import PLACE, Venue, sell

DONE, STOPPED = ClosingStage.DONE, ClosingStage.STOPPED
SCHEDULE = "GET /contract/trading-schedule"
ENDED = (-7200.0, -3600.0)
"""Regular hours that are over."""


def outside(v: Venue, *types: str) -> None:
    """What the rules let fill outside regular hours."""
    for is_buy in (True, False):
        rules = v.b.store.market.rules[(AAPL.conid, is_buy)]
        v.b.store.apply(RulesLearned(replace(rules, order_types_outside=types)))


def bodies(v: Venue) -> list[dict[str, object]]:
    requests = [request for request in v.b.wire.sent if f"{request.method} {request.path}" == PLACE]
    return [json.loads(request.body or b"{}")["orders"][0] for request in requests]


async def closed(v: Venue) -> tuple[ClosingStage, str]:
    v.close(market=True)
    closing = await v.finish()
    return closing.stage, closing.words


async def test_in_regular_hours_it_is_a_market_order() -> None:
    v = Venue(held=100)
    assert (await closed(v))[0] is DONE
    assert [(body["orderType"], body["outsideRTH"]) for body in bodies(v)] == [("MKT", False)]


@pytest.mark.parametrize("types", [(), ("limit", "stop")], ids=["silent rules", "listed"])
async def test_outside_them_it_is_a_limit_with_the_collar_that_may_fill_there_and_says_so(
    types: tuple[str, ...],
) -> None:
    v = Venue(held=100)
    v.regular = ENDED
    outside(v, *types)
    stage, words = await closed(v)
    assert (stage, words) == (
        DONE,
        "SELL 100 AAPL LMT at 164.90 outside RTH (outside regular hours: a limit, which rests where nobody meets it) "
        "is sent: order 900 Submitted",
    )
    (body,) = bodies(v)
    assert (body["orderType"], body["price"], body["outsideRTH"], body["tif"]) == ("LMT", 164.9, True, "DAY")


async def test_the_time_of_the_next_regular_hours_is_told() -> None:
    v = Venue(held=100)
    v.regular = (1800.0, 7200.0)
    assert "(outside regular hours until 06:36 EST: a limit" in (await closed(v))[1]


async def test_where_the_rules_let_nothing_fill_outside_nothing_is_cancelled_and_nothing_sent() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.regular = (1800.0, 7200.0)
    outside(v, "stop")
    stage, words = await closed(v)
    assert (stage, v.cancels(), v.sent) == (STOPPED, [], [])
    assert words == (
        "it is outside regular hours and the rules let no limit order fill there: it would wait for 06:36 EST; "
        "nothing was cancelled and nothing sent"
    )


async def test_while_the_market_is_closed_nothing_is_cancelled_and_nothing_sent() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.regular = v.extended = (1800.0, 7200.0)
    stage, words = await closed(v)
    assert (stage, v.cancels(), v.sent) == (STOPPED, [], [])
    assert words.startswith("the market is closed, it trades again 06:36 EST: an order would wait for that")


def trade(v: Venue) -> None:
    """One is seen to be made now."""
    v.b.store.apply(FlowWanted((AAPL.conid,)))
    for volume in (1000, 1100):
        told = {"last": Decimal("165.01"), "last_size": Decimal(100), "volume": Decimal(volume)}
        v.b.store.apply(QuoteReceived(AAPL.conid, told, v.now))


async def test_a_market_that_trades_is_believed_more_than_a_schedule_that_says_closed() -> None:
    v = Venue(held=100)
    v.regular = v.extended = (1800.0, 7200.0)
    trade(v)
    stage, words = await closed(v)
    assert stage is DONE
    assert (bodies(v)[0]["orderType"], bodies(v)[0]["outsideRTH"]) == ("LMT", True)
    assert "closed by its schedule, but it trades: a limit" in words


async def test_where_the_rules_let_nothing_fill_outside_a_market_that_trades_does_not_help() -> None:
    v = Venue(held=100)
    v.regular = v.extended = (1800.0, 7200.0)
    outside(v, "stop")
    trade(v)
    assert (await closed(v))[0] is STOPPED
    assert v.sent == []


async def test_hours_that_cannot_be_had_make_it_a_limit_that_may_fill_at_any_hour_and_are_told() -> None:
    v = Venue(held=100)
    v.regular = v.extended = None
    stage, words = await closed(v)
    assert stage is DONE
    assert "(the trading hours could not be read: a limit that may fill outside regular ones too)" in words
    assert [(body["orderType"], body["outsideRTH"]) for body in bodies(v)] == [("LMT", True)]


async def test_hours_not_known_and_rules_that_forbid_it_are_told_to_wait_perhaps() -> None:
    v = Venue(held=100)
    v.regular = v.extended = None
    outside(v, "stop")
    stage, words = await closed(v)
    assert (stage, [body["orderType"] for body in bodies(v)]) == (DONE, ["MKT"])
    assert "outside regular ones it WAITS for the next opening" in words


async def test_a_schedule_that_does_not_come_keeps_nobody_waiting_for_long() -> None:
    v = Venue(held=100)
    v.b.wire.always(SCHEDULE, asyncio.get_running_loop().create_future())
    v.close(market=True)
    await v.run(3.0)
    assert (v.stage, [body["orderType"] for body in bodies(v)]) == (DONE, ["LMT"])


async def test_hours_that_end_on_the_way_make_it_another_order() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.regular, v.cancel_late = (-3600.0, 3.0), 5.0
    assert (await closed(v))[0] is DONE
    assert [(body["orderType"], body["outsideRTH"]) for body in bodies(v)] == [("LMT", True)]


async def test_a_market_that_closes_on_the_way_stops_it() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.regular = v.extended = (-3600.0, 3.0)
    v.b.wire.always(SCHEDULE, lambda request: closing_soon(v))
    v.cancel_late = 5.0
    stage, words = await closed(v)
    assert (stage, v.sent) == (STOPPED, [])
    assert words.endswith("an order would wait for that; no closing order was sent")


def closing_soon(v: Venue) -> dict[str, object]:
    wall = v.b.clock.time()
    spans = [{"opening": wall - 3600, "closing": wall + 3}, {"opening": wall + 3600, "closing": wall + 7200}]
    return {"exchange_time_zone": "US/Eastern", "schedules": {"20261119": {"liquid_hours": spans}}}


async def test_hours_are_asked_for_once_while_they_are_known() -> None:
    v = Venue(held=0)
    for _ in range(3):
        await closed(v)
    assert v.b.wire.lines().count(SCHEDULE) == 1


def test_the_schedule_of_the_documents_is_read() -> None:
    """The example of "Trading Schedule (NEW)", and a day without regular hours as it has one."""
    body = {
        "exchange_time_zone": "US/Central",
        "schedules": {
            "20251218": {
                "extended_hours": [{"cancel_daily_orders": True, "closing": 1766095200, "opening": 1766012400}],
                "liquid_hours": [{"closing": 1766095200, "opening": 1766068200}],
            },
            "20251226": {
                "extended_hours": [{"cancel_daily_orders": True, "closing": 1766786400, "opening": 1766703600}]
            },
        },
    }
    hours = decode_hours(json.dumps(body).encode())
    assert (hours.zone, len(hours.regular), len(hours.extended)) == ("US/Central", 1, 2)
    assert hours.phase(1766068200.0) is Phase.REGULAR
    assert hours.phase(1766703601.0) is Phase.EXTENDED
    assert hours_of(265598).query == (("conid", "265598"),)


@pytest.mark.parametrize(
    "body", [b'{"schedules": []}', b"{}", b'{"schedules": {"x": {"liquid_hours": [{"opening": 5}]}}}']
)
def test_a_schedule_that_tells_nothing_is_not_known(body: bytes) -> None:
    assert decode_hours(body).phase(5.0) is Phase.UNKNOWN


@pytest.mark.parametrize(("body", "error"), [(b"<html>", Garbled), (b'{"error": "no"}', Refused)])
def test_what_is_no_schedule_is_an_error(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        decode_hours(body)
