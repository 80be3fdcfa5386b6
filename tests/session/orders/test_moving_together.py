"""A bracket moved by one key: whole, or told in words what of it stands where."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.orders import Stage
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.errors import OutcomeUnknown
from tests.fakes.clock import settle
from tests.session.orders.bench import Bench, accepted, bench, question, row, ticket

ACK, ASKING, REFUSED, DECLINED = Stage.ACKNOWLEDGED, Stage.ASKING, Stage.REJECTED, Stage.DECLINED


def change_of(order_id: int) -> str:
    return f"POST /iserver/account/.*/order/{order_id}"


def with_bracket() -> Bench:
    """Order 77 buys at 165.30, 78 takes profit at 170.00, 79 stops at 160.00."""
    b = bench()
    b.frame(row(77))
    b.frame(row(78, side="SELL", price="170.00", parentId="77"))
    b.frame(row(79, side="SELL", orderType="Stop", price="", auxPrice="160.00", parentId="77"))
    for order_id in (77, 78, 79):
        b.wire.always(change_of(order_id), accepted(order_id, "Submitted"))
    return b


def stop(price: str) -> Ticket:
    return replace(ticket(side=Side.SELL), order_type=OrderType.STP, limit_price=None, stop_price=Decimal(price))


def move(b: Bench) -> list[str]:
    """Ten cents up, all at once."""
    wanted = {77: ticket("165.40"), 78: ticket("170.10", side=Side.SELL), 79: stop("160.10")}
    return [b.desk.modify(order_id, each) for order_id, each in wanted.items()]


def stages(b: Bench, keys: list[str]) -> list[Stage]:
    return [b.stage(key) for key in keys]


async def test_a_bracket_that_went_through_needs_no_words() -> None:
    b = with_bracket()
    keys = move(b)
    await settle(60)
    assert stages(b, keys) == [ACK] * 3
    assert "bracket" not in b.messages()


async def test_a_question_at_the_first_leaves_all_of_it_where_it_was_until_it_is_answered() -> None:
    b = with_bracket()
    b.wire.always(change_of(77), question())
    keys = move(b)
    await settle(60)
    assert stages(b, keys) == [ASKING, REFUSED, REFUSED]
    assert b.submission(keys[1]).message.endswith(
        "; of the bracket moved together order 77 waits for your answer, at 165.30 until then; "
        "order 79 is on its way from 160.00 to 160.10"
    )
    assert b.messages().endswith(
        "the bracket is not moved as a whole yet: order 77 waits for your answer, at 165.30 until then; "
        "order 78 stays at 170.00; order 79 stays at 160.00"
    )


async def test_when_it_was_answered_yes_what_stands_where_and_the_way_on_are_told() -> None:
    b = with_bracket()
    b.wire.always(change_of(77), question())
    b.wire.always("POST /iserver/reply/.*", accepted(77, "Submitted"))
    keys = move(b)
    await settle(60)
    await b.answer(keys[0])
    assert stages(b, keys) == [ACK, REFUSED, REFUSED]
    assert b.messages().endswith(
        "the bracket is HALF MOVED: order 77 was moved to 165.40; order 78 stays at 170.00; order 79 stays at 160.00. "
        "To finish it move order 78 to 170.10 and order 79 to 160.10; to undo it order 77 back to 165.30"
    )


async def test_when_it_was_answered_no_all_of_it_is_where_it_was() -> None:
    b = with_bracket()
    b.wire.always(change_of(77), question())
    b.wire.always("POST /iserver/reply/.*", {"error": "declined"})
    keys = move(b)
    await settle(60)
    await b.answer(keys[0], accepted=False)
    assert stages(b, keys) == [DECLINED, REFUSED, REFUSED]
    assert b.messages().endswith("the bracket was not moved: all of it stays where it was")


async def test_what_waits_behind_a_refused_order_of_its_bracket_is_not_sent() -> None:
    b = with_bracket()
    b.wire.always(change_of(77), {"error": "too far from the market"})
    keys = move(b)
    await settle(60)
    assert stages(b, keys) == [REFUSED] * 3
    assert len(b.wire.changing()) == 1
    assert "of the bracket moved together order 77 stays at 165.30" in b.submission(keys[1]).message
    assert b.messages().endswith("the bracket was not moved: all of it stays where it was")


async def test_a_question_at_the_second_tells_what_is_moved_already() -> None:
    b = with_bracket()
    b.wire.always(change_of(78), question())
    keys = move(b)
    await settle(60)
    assert stages(b, keys) == [ACK, ASKING, REFUSED]
    assert b.messages().endswith(
        "the bracket is not moved as a whole yet: order 77 was moved to 165.40; "
        "order 78 waits for your answer, at 170.00 until then; order 79 stays at 160.00"
    )


async def test_an_outcome_that_is_not_known_is_told_as_that() -> None:
    b = with_bracket()
    b.wire.always(change_of(77), OutcomeUnknown("timed out"))
    move(b)
    await settle(60)
    assert "order 77 is at 165.30 or at 165.40, nobody knows; order 78 stays at 170.00" in b.messages()


async def test_orders_that_hang_together_by_nothing_are_changed_each_on_its_own() -> None:
    b = with_bracket()
    b.frame(row(5))
    b.wire.always(change_of(5), {"error": "no"})
    keys = [b.desk.modify(5, ticket("165.40")), b.desk.modify(77, ticket("165.40"))]
    await settle(60)
    assert stages(b, keys) == [REFUSED, ACK]
    assert "bracket" not in b.messages()


async def test_changes_of_two_keys_are_two() -> None:
    b = with_bracket()
    b.wire.always(change_of(77), {"error": "no"})
    first = b.desk.modify(77, ticket("165.40"))
    await b.clock.advance(1.0)
    second = b.desk.modify(78, ticket("170.10", side=Side.SELL))
    await asyncio.sleep(0)
    await settle(60)
    assert stages(b, [first, second]) == [REFUSED, ACK]
    assert "bracket" not in b.messages()
