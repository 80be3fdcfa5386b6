"""What may come in between while a position is closed: never is more sent than is held, nor to the wrong side."""

from __future__ import annotations

import asyncio
import itertools
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.closing import ClosingStage
from ibtui.domain.events import HealthChanged
from ibtui.domain.session import Health
from ibtui.errors import OutcomeUnknown, Refused
from ibtui.protocol.requests import Request
from tests.session.orders.bench import AAPL, JOURNALS, ON, accepted, bench, ticket
from tests.session.orders.venue import POSITIONS, Order, Venue, buy, sell

DONE, STOPPED = ClosingStage.DONE, ClosingStage.STOPPED
OTHER = replace(AAPL, conid=8314)


def quantities(v: Venue) -> list[tuple[str, Decimal]]:
    return [(sent.side, sent.quantity) for sent in v.sent]


@pytest.mark.parametrize(("units", "held"), [(100, 200), (30, 130)], ids=["whole", "partial"])
async def test_a_fill_while_the_order_is_being_cancelled_is_closed_too(units: int, held: int) -> None:
    v = Venue(held=100, orders=(buy(),))
    v.cancel_late = 1.0
    v.close()
    await v.run(0.5)
    v.fill(77, units)
    assert (await v.finish()).stage is DONE
    assert quantities(v) == [("SELL", Decimal(held))]


async def test_an_exit_that_fills_at_the_last_moment_leaves_nothing_to_close() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.cancel_late = 1.0
    v.close()
    await v.run(0.5)
    v.fill(77, 100)
    assert (await v.finish()).stage is DONE
    assert v.sent == []


@pytest.mark.parametrize(
    "words", ["the order cannot be cancelled: it is filled", "OrderID 77 doesn't exist"], ids=["filled", "gone"]
)
async def test_a_cancel_that_is_refused_because_the_order_was_filled_stops_nothing(words: str) -> None:
    v = Venue(held=100, orders=(buy(),))
    v.stream_late = v.executions_late = 1.0
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    v.b.wire.always("DELETE .*", answer)
    v.close()
    await v.run(0.3)
    v.fill(77, 100)
    answer.set_result({"error": words})
    assert (await v.finish()).stage is DONE
    assert quantities(v) == [("SELL", Decimal(200))]


async def test_a_fill_told_only_after_the_first_reading_held_it_stops_once_and_not_again() -> None:
    """A list that holds the fill already cannot be told from one that never will: the user looks and asks again."""
    v = Venue(held=100, orders=(buy(),))
    v.stream_late = v.executions_late = 1.0
    v.fill(77, 100)
    v.close()
    assert (await v.finish()).words.startswith("the position cannot be told: the readings and the fills seen do not")
    assert v.sent == []
    v.close()
    assert (await v.finish()).stage is DONE
    assert quantities(v) == [("SELL", Decimal(200))]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": "not now"}, "the cancel of order 77 was refused: not now"),
        (Refused("not yours", status=400), "the cancel of order 77 was refused: not yours"),
        (OutcomeUnknown("timed out"), "the cancel of order 77 has an unknown outcome"),
    ],
)
async def test_a_cancel_that_is_refused_or_unknown_stops_it(answer: object, words: str) -> None:
    v = Venue(held=100, orders=(sell(),))
    v.b.wire.always("DELETE .*", answer)
    v.close()
    closing = await v.finish()
    assert closing.stage is STOPPED
    assert closing.words.startswith(words)
    assert closing.words.endswith("no closing order was sent")
    assert v.sent == []


async def test_an_order_that_does_not_end_stops_it_after_thirty_seconds() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.cancel_late = 1000.0
    v.close()
    await v.run(29.5)
    assert v.stage is ClosingStage.WAITING
    await v.run(1.0)
    assert (v.stage, v.sent, v.cancels()) == (STOPPED, [], [77])
    assert v.closing.words == ("30 s are over: waiting for the end of order 77 (Submitted); no closing order was sent")


async def test_a_reading_that_hangs_stops_it_after_thirty_seconds() -> None:
    v = Venue(held=100)
    v.b.wire.always(POSITIONS, asyncio.get_running_loop().create_future())
    v.close()
    await v.run(31.0)
    assert (v.stage, v.sent) == (STOPPED, [])
    assert v.closing.words.startswith("30 s are over: reading the position")


@pytest.mark.parametrize("late", [0.5, 1.0, 1.9])
async def test_a_list_of_positions_older_than_a_fill_is_not_believed(late: float) -> None:
    v = Venue(held=100, orders=(buy(),))
    v.position_late, v.cancel_late = late, 1.0
    v.close()
    await v.run(0.5)
    v.fill(77, 30)
    assert (await v.finish()).stage is DONE
    assert quantities(v) == [("SELL", Decimal(130))]


@pytest.mark.parametrize("knows_status", [True, False])
async def test_a_fill_that_neither_the_stream_nor_the_positions_tell_yet_is_asked_for(knows_status: bool) -> None:
    v = Venue(held=100, orders=(buy(),))
    v.executions_late, v.position_late, v.cancel_late = 60.0, 60.0, 0.5
    v.is_terse, v.knows_status = True, knows_status
    v.close()
    await v.run(0.2)
    v.fill(77, 30)
    assert (await v.finish()).stage is STOPPED
    assert v.sent == [], "100 would have been sold, with 130 held"


async def test_three_readings_that_stay_older_than_a_fill_stop_it() -> None:
    v = Venue(held=100, orders=(buy(),))
    v.position_late, v.cancel_late = 60.0, 1.0
    v.close()
    await v.run(0.5)
    v.fill(77, 30)
    closing = await v.finish()
    assert (closing.stage, v.sent, v.readings()) == (STOPPED, [], 4)
    assert closing.words == (
        "the position cannot be told: the readings and the fills seen do not agree (100, 100, 100, 100); "
        "no closing order was sent"
    )


async def test_a_fill_right_before_the_key_is_given_time_to_reach_the_list() -> None:
    v = Venue(held=100)
    v.position_late = 1.5
    v.trade(50)
    await v.run(0.2)
    v.close()
    assert (await v.finish()).stage is DONE
    assert quantities(v) == [("SELL", Decimal(150))]


async def test_a_fill_between_reading_and_sending_has_the_position_read_again() -> None:
    """The closing order waits for another instrument's, and meanwhile something of this one is traded elsewhere."""
    v = Venue(held=100)
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    v.b.wire.always("POST /iserver/account/.*/orders", answer, v._place)
    await v.b.submit(replace(ticket(), contract=OTHER))
    v.close()
    await v.run(1.0)
    assert (v.stage, len(v.b.wire.changing())) == (ClosingStage.SENDING, 1)
    late = v.closing.order_key
    v.trade(-40)
    await v.run(0.5)
    answer.set_result(accepted(5))
    assert (await v.finish()).stage is DONE
    assert "it is read again" in v.b.submission(late).message
    assert quantities(v) == [("SELL", Decimal(60))]


async def test_a_fill_while_the_list_is_under_way_has_it_read_again() -> None:
    v = Venue(held=100)
    before = v.positions()
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    v.b.wire.always(POSITIONS, before, answer, lambda request: v.positions())
    v.close()
    await v.run(0.2)
    v.trade(-40)
    await v.run(0.2)
    answer.set_result(before)
    assert (await v.finish()).stage is DONE
    assert quantities(v) == [("SELL", Decimal(60))]


async def test_an_order_placed_elsewhere_meanwhile_is_cancelled_as_well() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.cancel_late = 0.5
    v.reading_takes = 0.4
    v.close()
    await v.run(0.7)
    v.appear(Order(78, "BUY", 10))
    assert (await v.finish()).stage is DONE
    assert v.cancels() == [77, 78]
    assert [(sent.quantity, sent.working) for sent in v.sent] == [(Decimal(100), 0)]


async def test_fills_missed_while_the_stream_was_away_are_learnt_from_the_lists() -> None:
    v = Venue(held=100, orders=(buy(),))
    v.cancel_late = 1.0
    v.close()
    await v.run(0.3)
    v.lose_stream()
    await v.run(0.2)
    v.fill(77, 30)
    await v.run(1.0)
    v.find_stream()
    assert (await v.finish()).stage is DONE
    assert quantities(v) == [("SELL", Decimal(130))]
    assert v.b.wire.lines().count("GET /iserver/account/trades") >= 1


async def test_without_a_stream_and_its_prices_nothing_is_sent() -> None:
    v = Venue(held=100, orders=(buy(),))
    v.close()
    await v.run(0.05)
    v.lose_stream()
    closing = await v.finish()
    assert (closing.stage, v.sent) == (STOPPED, [])
    assert closing.words == "the prices are stale; no closing order was sent"


async def test_a_lost_session_stops_it_also_if_it_is_back_at_once() -> None:
    v = Venue(held=100, orders=(sell(),))
    v.cancel_late = 2.0
    v.close()
    await v.run(0.5)
    v.b.store.apply(HealthChanged(Health()))
    v.b.desk.session_lost()
    v.b.store.apply(HealthChanged(ON))
    closing = await v.finish()
    assert (closing.stage, v.sent) == (STOPPED, [])
    assert closing.words == "the brokerage session was lost; no closing order was sent"


async def test_the_penalty_box_on_the_way_stops_it_and_the_cancels_wait_there() -> None:
    v = Venue(held=100, orders=(sell(),))
    gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def turn(request: Request) -> None:
        if request.method == "DELETE":
            await asyncio.shield(gate)

    v.b.wire.turn = turn
    v.close()
    await v.run(0.5)
    v.b.store.apply(HealthChanged(replace(ON, penalty_until=v.now + 600.0)))
    closing = await v.finish()
    assert (closing.stage, v.sent) == (STOPPED, [])
    assert "cancels asked for wait for the end of the penalty box" in closing.words
    gate.set_result(None)
    await v.run(5.0)
    assert (v.cancels(), v.sent) == ([77], [])


FILLS = st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.3, 0.9, 1.6, 3.0]), st.integers(0, 2), st.integers(1, 120)))
LATE = st.sampled_from([0.0, 0.05, 0.4, 1.5, 4.0])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    held=st.integers(-150, 150),
    orders=st.lists(st.tuples(st.sampled_from(["BUY", "SELL"]), st.integers(1, 100)), max_size=3),
    fills=FILLS,
    lates=st.tuples(LATE, LATE, LATE, LATE, LATE),
    reverse=st.booleans(),
    knows_status=st.booleans(),
    is_terse=st.booleans(),
    away=st.one_of(st.none(), st.tuples(st.sampled_from([0.02, 0.5, 2.0]), st.sampled_from([0.1, 1.0]))),
)
def test_whatever_fills_and_however_late_it_is_told_the_closing_order_is_right_or_there_is_none(
    held: int,
    orders: list[tuple[str, int]],
    fills: list[tuple[float, int, int]],
    lates: tuple[float, float, float, float, float],
    reverse: bool,
    knows_status: bool,
    is_terse: bool,
    away: tuple[float, float] | None,
) -> None:
    async def day() -> None:
        working = tuple(Order(77 + n, side, units) for n, (side, units) in enumerate(orders))
        v = Venue(bench(), held=held, orders=working)
        v.cancel_late, v.stream_late, v.executions_late, v.position_late, takes = lates
        v.reading_takes, v.knows_status = min(takes, 0.4), knows_status
        v.is_terse = is_terse
        told = v.listen()
        v.close(reverse=reverse)
        for after, which, units in fills if working else ():
            v.later(after, partial(v.fill, 77 + which % len(working), units))
        if away is not None:
            v.later(away[0], v.lose_stream)
            v.later(sum(away), v.find_stream)
        closing = await v.finish()
        assert len(v.sent) <= 1
        for sent in v.sent:
            assert sent.working == 0
            assert sent.quantity == abs(sent.held) * (2 if reverse else 1)
            assert sent.side == ("SELL" if sent.held > 0 else "BUY")
        assert closing.stage is STOPPED or v.sent or v.held == 0
        stages = [closing.stage for closing in told]
        assert all(a.may_become(b) for a, b in itertools.pairwise(stages)), stages
        for task in v.b.tasks:
            task.cancel()
        await asyncio.gather(*v.b.tasks, return_exceptions=True)
        while JOURNALS:
            JOURNALS.pop().close()

    asyncio.run(day())


def test_a_quiet_day_is_closed_and_not_stopped() -> None:
    """So that the law above is not kept by never sending anything."""

    async def day() -> None:
        v = Venue(held=100, orders=(buy(),))
        v.close()
        v.later(0.05, lambda: v.fill(77, 40))
        await v.finish()
        assert quantities(v) == [("SELL", Decimal(140))]
        JOURNALS.pop().close()

    asyncio.run(day())
