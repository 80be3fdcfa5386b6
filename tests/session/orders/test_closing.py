"""Closing a position: the way it goes when nothing comes in between, and what keeps it from beginning."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account, Position
from ibtui.domain.closing import ClosingStage
from ibtui.domain.contracts import ComboLeg
from ibtui.domain.events import (
    AccountsReceived,
    HealthChanged,
    PositionsReceived,
    QuoteReceived,
    RulesLearned,
)
from ibtui.domain.limits import Limits
from ibtui.domain.orders import Stage
from ibtui.domain.session import Health
from ibtui.errors import OutcomeUnknown, Refused
from tests.fakes.clock import settle
from tests.session.orders.bench import AAPL, ACCOUNT, ON, accepted, bench, question, row, ticket
from tests.session.orders.venue import PLACE, POSITIONS, Order, Sent, Venue, buy, sell

DONE, STOPPED = ClosingStage.DONE, ClosingStage.STOPPED


def figures(sent: Sent) -> tuple[str, Decimal, str, Decimal | None]:
    return sent.side, sent.quantity, sent.kind, sent.price


@pytest.mark.parametrize(
    ("held", "reverse", "market", "wanted"),
    [
        (100, False, False, ("SELL", Decimal(100), "LMT", Decimal("164.90"))),
        (-100, False, False, ("BUY", Decimal(100), "LMT", Decimal("165.12"))),
        (100, True, False, ("SELL", Decimal(200), "LMT", Decimal("164.90"))),
        (-40, True, False, ("BUY", Decimal(80), "LMT", Decimal("165.12"))),
        (100, False, True, ("SELL", Decimal(100), "MKT", None)),
        (-100, True, True, ("BUY", Decimal(200), "MKT", None)),
    ],
)
async def test_what_is_held_is_closed_or_turned_by_one_order(
    held: int, reverse: bool, market: bool, wanted: tuple[str, Decimal, str, Decimal | None]
) -> None:
    v = Venue(held=held)
    v.close(reverse=reverse, market=market)
    closing = await v.finish()
    assert (closing.stage, closing.reverse) == (DONE, reverse)
    assert [figures(sent) for sent in v.sent] == [wanted]
    assert v.b.stage(closing.order_key) is Stage.ACKNOWLEDGED


async def test_every_order_of_the_instrument_is_cancelled_and_has_ended_before_the_position_is_closed() -> None:
    v = Venue(held=100, orders=(sell(100, 77), buy(50, 78)))
    v.b.frame({**row(79), "conid": 1})
    v.cancel_late = 1.0
    v.close()
    await v.run(0.5)
    assert (v.cancels(), v.sent) == ([77, 78], [])
    assert v.stage is ClosingStage.WAITING
    assert v.closing.words == "waiting for the end of order 77 (Submitted), order 78 (Submitted)"
    await v.finish()
    assert [(sent.quantity, sent.working) for sent in v.sent] == [(Decimal(100), 0)]
    assert v.cancels() == [77, 78], "that of another instrument works on"


async def test_every_stage_is_told() -> None:
    v = Venue(held=100, orders=(sell(),))
    told = v.listen()
    v.close()
    await v.finish()
    assert [(closing.stage.value, closing.words) for closing in told] == [
        ("cancelling", "looking for orders to cancel"),
        ("cancelling", "cancelling order 77"),
        ("waiting", "waiting for the end of order 77 (Submitted)"),
        ("reading", "reading the position (1 of 3)"),
        ("sending", "SELL 100 AAPL LMT at 164.90"),
        ("sending", "SELL 100 AAPL LMT at 164.90"),
        ("done", "SELL 100 AAPL LMT at 164.90 is sent: order 900 Submitted"),
    ]
    assert {closing.order_key for closing in told[-2:]} == {told[-1].order_key} != {""}


async def test_nothing_held_is_done_without_an_order() -> None:
    v = Venue(held=0, orders=(sell(),))
    v.close(reverse=True)
    assert (await v.finish()).stage is DONE
    assert (v.cancels(), v.sent, v.closing.words) == ([77], [], "nothing is held")


async def test_the_position_is_read_from_the_gateway_and_not_taken_from_the_screen() -> None:
    v = Venue(held=30)
    v.close()
    await v.finish()
    assert v.readings() == 2
    assert [sent.quantity for sent in v.sent] == [Decimal(30)]


async def test_a_market_order_is_a_limit_where_the_rules_do_not_list_it() -> None:
    v = Venue(held=100)
    rules = v.b.store.market.rules[(AAPL.conid, False)]
    v.b.store.apply(RulesLearned(replace(rules, order_types=("limit",))))
    v.close(market=True)
    await v.finish()
    assert [sent.kind for sent in v.sent] == ["LMT"]


async def test_an_order_on_its_way_is_awaited_and_then_cancelled() -> None:
    v = Venue(held=100)
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    v.b.wire.always(PLACE, answer, v._place)
    key = await v.b.submit()
    v.close()
    await v.run(1.0)
    assert v.closing.words == f"waiting for the end of {key} (sent)"
    v.orders[77] = Order(77, "BUY", 100)
    answer.set_result(accepted(77, "Submitted"))
    await v.finish()
    assert (v.cancels(), [sent.working for sent in v.sent]) == ([77], [0])


async def test_the_question_of_the_gateway_about_it_is_told_and_its_answer_awaited() -> None:
    v = Venue(held=100)
    v.b.wire.always(PLACE, question())
    v.b.wire.always("POST /iserver/reply/.*", accepted())
    v.close()
    await v.run(2.0)
    assert (v.stage, v.closing.words) == (
        ClosingStage.SENDING,
        "SELL 100 AAPL LMT at 164.90; the gateway asks about it",
    )
    await v.run(60.0)
    await v.b.answer(v.closing.order_key)
    assert (await v.finish()).stage is DONE


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": "no funds"}, "was refused: no funds"),
        (OutcomeUnknown("timed out"), "has an unknown outcome; look at your orders: Outcome unknown: timed out"),
    ],
)
async def test_what_became_of_the_closing_order_is_told(answer: object, words: str) -> None:
    v = Venue(held=100)
    v.b.wire.always(PLACE, answer)
    v.close()
    closing = await v.finish()
    assert (closing.stage, closing.words) == (STOPPED, f"SELL 100 AAPL LMT at 164.90 {words}")
    assert closing.order_key


async def test_a_declined_question_is_told() -> None:
    v = Venue(held=100)
    v.b.wire.always(PLACE, question())
    v.b.wire.always("POST /iserver/reply/.*", {"error": "declined"})
    v.close()
    await v.run(2.0)
    await v.b.answer(v.closing.order_key, accepted=False)
    assert "was declined" in (await v.finish()).words


async def test_limits_hold_for_the_closing_order() -> None:
    v = Venue(bench(limits=Limits(max_quantity=Decimal(150))), held=100)
    v.close(reverse=True)
    closing = await v.finish()
    assert closing.stage is STOPPED
    assert "quantity 200 is over the limit of 150" in closing.words
    assert v.sent == []


async def test_two_calls_at_once_are_one() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.close()
    v.close(reverse=True)
    await v.run(0.1)
    v.close()
    closing = await v.finish()
    assert (closing.reverse, len(v.sent), v.cancels()) == (False, 1, [77])
    await v.run(5.0)
    v.close()
    assert v.stage is ClosingStage.CANCELLING, "after its end it may be asked for again"


def not_read_only() -> Venue:
    return Venue(bench(read_only=True))


def without_session() -> Venue:
    v = Venue()
    v.b.store.apply(HealthChanged(Health()))
    return v


def boxed() -> Venue:
    v = Venue()
    v.b.store.apply(HealthChanged(replace(ON, penalty_until=v.now + 100.0)))
    return v


def silent() -> Venue:
    v = Venue()
    v.b.store.market.quotes.clear()
    return v


def halted() -> Venue:
    v = Venue()
    v.b.store.apply(QuoteReceived(AAPL.conid, {"halted": True}, v.now))
    return v


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (not_read_only, "read-only"),
        (without_session, "no brokerage session"),
        (boxed, "asked for silence"),
        (silent, "there are no prices"),
        (halted, "the instrument is halted"),
    ],
)
async def test_where_it_cannot_come_to_its_end_it_does_not_begin(made: type[Venue], words: str) -> None:
    v = made()
    v.b.frame(sell().told())
    v.close()
    assert v.stage is STOPPED
    assert words in v.closing.words
    assert "nothing" in v.closing.words
    await v.run(40.0)
    assert v.b.wire.changing() == []


async def test_a_combination_and_another_account_are_not_closed() -> None:
    v = Venue()
    v.b.store.apply(AccountsReceived((Account(ACCOUNT), Account("U2")), ACCOUNT))
    combo = replace(AAPL, legs=(ComboLeg(1, 1), ComboLeg(2, -1)))
    how = {"reverse": False, "market": False}
    v.b.desk.close_position(ACCOUNT, combo, collar_ticks=10, **how)
    assert "its legs" in v.closing.words
    v.b.desk.close_position("U2", AAPL, collar_ticks=10, **how)
    assert "not the account chosen" in v.b.store.orders.closings[("U2", AAPL.conid)].words
    v.b.desk.close_position("U3", AAPL, collar_ticks=10, **how)
    assert "not one of this login" in v.b.store.orders.closings[("U3", AAPL.conid)].words
    await v.run(2.0)
    assert v.b.wire.changing() == []


@pytest.mark.parametrize(
    ("first", "words"),
    [(question(), "waiting for its answer"), (OutcomeUnknown("timed out"), "unknown outcome")],
)
async def test_a_lane_taken_by_a_question_or_an_unknown_outcome_stops_it_before_anything_is_cancelled(
    first: object, words: str
) -> None:
    v = Venue(orders=(sell(),))
    v.b.wire.always(PLACE, first)
    await v.b.submit(ticket())
    v.close()
    assert v.stage is STOPPED
    assert words in v.closing.words
    await settle()
    assert v.cancels() == []


async def test_a_lane_that_becomes_taken_on_the_way_stops_it() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.cancel_late = 2.0
    v.close()
    await v.run(0.5)
    v.b.wire.always(PLACE, question())
    await v.b.submit(replace(ticket(), contract=replace(AAPL, conid=8314)))
    closing = await v.finish()
    assert closing.stage is STOPPED
    assert "waiting for its answer" in closing.words
    assert v.sent == []


@pytest.mark.parametrize("answer", [Refused("cold", status=503), b"<html>", [], [{"conid": AAPL.conid}]])
async def test_a_position_that_cannot_be_read_stops_it(answer: object) -> None:
    v = Venue(held=100)
    v.b.store.apply(PositionsReceived(ACCOUNT, (Position(ACCOUNT, AAPL.conid, quantity=Decimal(100)),), v.now))
    v.b.wire.always(POSITIONS, answer)
    v.close()
    closing = await v.finish()
    assert (closing.stage, v.sent, v.readings()) == (STOPPED, [], 3)
    assert closing.words.startswith("the position cannot be told: ")
    assert closing.words.endswith("no closing order was sent")


async def test_a_price_grid_that_is_not_known_stops_it() -> None:
    v = Venue(held=100)
    v.b.store.market.rules.clear()
    v.close(market=True)
    closing = await v.finish()
    assert (closing.stage, closing.words) == (
        STOPPED,
        "the price steps of the instrument are not known; no closing order was sent",
    )


async def test_a_program_that_ends_on_the_way_sends_nothing_more() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.cancel_late = 5.0
    v.close()
    await v.run(1.0)
    await v.b.kill()
    assert (v.stage, v.closing.words) == (STOPPED, "it was broken off; no closing order was sent")
    assert v.sent == []
