"""Brackets and OCA groups: one submission, several orders, each with its own end."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.domain.combos import combo, combo_conidex
from ibtui.domain.contracts import ComboLeg
from ibtui.domain.events import AllocationGroupsLearned
from ibtui.domain.orders import Stage
from ibtui.domain.tickets import Ticket
from ibtui.errors import OutcomeUnknown
from tests.fakes.clock import settle
from tests.session.orders.bench import (
    ACCOUNT,
    Bench,
    accepted,
    bench,
    child,
    row,
    stop_child,
    ticket,
)

PLACE = "POST /iserver/account/[A-Za-z0-9]+/orders"
MODIFY = "POST /iserver/account/.*/order/[0-9]+"
ORDERS = "GET /iserver/account/orders"


def sibling(price: str) -> Ticket:
    return replace(ticket(price), single_group=True)


PROFIT_ROW = {"side": "SELL", "price": "180.00", "timeInForce": "DAY"}
STOP_ROW = {"side": "SELL", "orderType": "Stop", "price": "", "auxPrice": "150.00", "timeInForce": "DAY"}


async def lost(b: Bench, *tickets: Ticket) -> str:
    b.wire.always(PLACE, OutcomeUnknown("timed out"))
    key = await b.submit(*tickets)
    assert b.stage(key) is Stage.UNKNOWN
    return key


async def test_siblings_carry_references_of_their_own() -> None:
    b = bench()
    b.wire.always(PLACE, [*accepted(1), *accepted(2)])
    key = await b.submit(sibling("165.30"), sibling("165.40"))
    orders = b.store.orders.orders
    assert (orders[1].order_ref, orders[2].order_ref) == (key, f"{key}-2")
    assert orders[2].parent_id == ""


async def test_a_group_is_found_when_all_its_references_show() -> None:
    b = bench()
    key = await lost(b, sibling("165.30"), sibling("165.40"))
    b.frame(row(78, ref=f"{key}-2", price="165.40"))
    assert b.stage(key) is Stage.UNKNOWN
    b.frame(row(77, ref=key))
    submission = b.submission(key)
    assert (submission.stage, submission.order_id) == (Stage.ACKNOWLEDGED, 77)
    assert "order 77" in submission.message
    assert "order 78" in submission.message
    assert "NOT found" not in submission.message


async def test_a_group_of_which_one_shows_is_found_by_a_whole_reading_which_says_what_is_missing() -> None:
    b = bench()
    key = await lost(b, sibling("165.30"), sibling("165.40"))
    b.wire.always(ORDERS, {"orders": [row(78, ref=f"{key}-2", price="165.40")], "snapshot": True})
    await b.clock.advance(6)
    submission = b.submission(key)
    assert (submission.stage, submission.order_id) == (Stage.ACKNOWLEDGED, 78)
    assert "NOT found: order 1, BUY 100 AAPL LMT 165.30" in submission.message
    assert "NOT found" in b.messages()


async def test_a_lost_bracket_is_found_with_its_children_by_their_parent() -> None:
    b = bench()
    key = await lost(b, ticket(), child(), stop_child())
    b.frame(row(77, ref=key))
    b.frame(row(78, parentId="77", **PROFIT_ROW))
    assert b.stage(key) is Stage.UNKNOWN
    b.frame(row(79, parentId="77", **STOP_ROW))
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert b.desk.sent_ticket(79) == stop_child()
    assert b.desk.sent_ticket(78) == child()


async def test_an_attached_order_is_no_lookalike_of_its_parent() -> None:
    b = bench()
    key = await lost(b, ticket(), child())
    await b.clock.advance(1)
    b.frame(row(78, parentId="77", **PROFIT_ROW))
    assert "looks like it" not in b.submission(key).message
    b.frame(row(79))
    assert "order 79 looks like it" in b.submission(key).message


async def test_a_bracket_found_without_its_stop_says_so_loudly() -> None:
    b = bench()
    key = await lost(b, ticket(), child(), stop_child())
    found = [row(77, ref=key), row(78, parentId="77", **PROFIT_ROW)]
    b.wire.always(ORDERS, {"orders": found, "snapshot": True})
    await b.clock.advance(6)
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert "NOT found: order 3, SELL 100 AAPL STP 150.00" in b.messages()


async def test_a_sibling_that_executed_finds_its_group() -> None:
    b = bench()
    key = await lost(b, sibling("165.30"), sibling("165.40"))
    b.wire.always("GET /iserver/account/trades", [{"execution_id": "1", "order_ref": f"{key}-2", "order_id": 78}])
    await b.clock.advance(20)
    assert (b.stage(key), b.submission(key).order_id) == (Stage.ACKNOWLEDGED, 78)


async def test_a_refused_group_whose_sibling_works_after_all_is_corrected() -> None:
    b = bench()
    b.wire.always(PLACE, {"error": "no"})
    key = await b.submit(sibling("165.30"), sibling("165.40"))
    b.frame(row(78, ref=f"{key}-3"))
    assert b.stage(key) is Stage.REJECTED, "there was no third order"
    b.frame(row(79, ref=f"{key}-2"))
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_a_bracket_taken_in_part_is_told_loudly() -> None:
    b = bench()
    b.wire.always(PLACE, [*accepted(1), *accepted(2), {"order_id": "-1", "text": "no such stop"}])
    key = await b.submit(ticket(), child(), stop_child())
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert "1 of 3 orders were NOT taken" in b.submission(key).message
    assert "no such stop" in b.messages()
    assert b.desk.sent_ticket(2) == child()


async def test_an_answer_for_fewer_orders_than_sent_is_told_loudly() -> None:
    b = bench()
    b.wire.always(PLACE, accepted(1))
    await b.submit(ticket(), child())
    assert "answered for 1 of 2 orders" in b.messages()


async def test_the_tickets_of_children_and_siblings_outlive_the_run(tmp_path: Path) -> None:
    first = bench(tmp_path)
    first.wire.always(PLACE, [*accepted(1), *accepted(2), *accepted(3)], [*accepted(11), *accepted(12)])
    await first.submit(ticket(), child(outside_rth=True), stop_child())
    await first.submit(sibling("165.30"), replace(sibling("165.40"), route="ISLAND"))
    await first.kill()
    b = bench(tmp_path)
    assert [b.desk.sent_ticket(n) for n in (1, 2, 3)] == [ticket(), child(outside_rth=True), stop_child()]
    assert b.desk.sent_ticket(12) == replace(sibling("165.40"), route="ISLAND")
    assert b.desk.sent_ticket(13) is None


async def test_the_ticket_of_a_sibling_is_known_by_its_reference_alone(tmp_path: Path) -> None:
    b = bench(tmp_path)
    b.wire.always(PLACE, accepted(11))
    key = await b.submit(sibling("165.30"), sibling("165.40"))
    b.frame(row(99, ref=f"{key}-2"))
    assert b.desk.sent_ticket(99) == sibling("165.40")


async def test_a_changed_child_is_remembered_as_changed() -> None:
    b = bench()
    b.wire.always(PLACE, [*accepted(1), *accepted(2)])
    b.wire.always(MODIFY, accepted(2))
    key = await b.submit(ticket(), child())
    b.frame(row(1, ref=key))
    b.frame(row(2, parentId="1", **PROFIT_ROW))
    b.desk.modify(2, child("181.00"))
    await settle()
    assert b.desk.sent_ticket(2) == child("181.00")
    assert b.desk.sent_ticket(1) == ticket()


LEGS = (ComboLeg(265598, 1, "AAPL"), ComboLeg(272093, -1, "MSFT"))
SPREAD = combo(LEGS, "USD")


def spread() -> Ticket:
    return replace(ticket("-1.20"), contract=SPREAD)


def spread_row(conidex: str) -> dict[str, object]:
    return row(78, conid=SPREAD.conid, conidex=conidex, price="-1.20")


async def test_a_combination_is_told_from_another_by_its_legs() -> None:
    b = bench()
    key = await lost(b, spread())
    await b.clock.advance(1)
    b.frame(spread_row("28812380;;;265598/1,8314/-1"))
    assert "looks like it" not in b.submission(key).message
    b.frame(spread_row(combo_conidex(replace(SPREAD, legs=LEGS[::-1]))))
    assert "order 78 looks like it" in b.submission(key).message


async def test_a_changed_combination_is_found_by_its_row() -> None:
    b = bench()
    b.frame(spread_row(combo_conidex(SPREAD)))
    b.wire.always(MODIFY, OutcomeUnknown("timed out"))
    key = b.desk.modify(78, replace(spread(), limit_price=Decimal("-1.10")))
    await settle()
    assert b.stage(key) is Stage.UNKNOWN
    b.frame(spread_row(combo_conidex(SPREAD)) | {"price": "-1.10"})
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_a_change_that_only_the_status_of_the_order_shows_is_found_there() -> None:
    b = bench()
    b.frame(row(77, outsideRTH=False, timeInForce="DAY"))
    b.wire.always(MODIFY, OutcomeUnknown("timed out"))
    key = b.desk.modify(77, replace(ticket(), outside_rth=True))
    await settle()
    assert b.stage(key) is Stage.UNKNOWN
    status = {"order_id": 77, "order_status": "Submitted", "outside_rth": True, "total_size": "100.0"}
    b.wire.always("GET /iserver/account/order/status/77", status)
    await b.clock.advance(6)
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_a_lost_change_no_row_can_show_says_so_and_stays_unknown() -> None:
    b = bench()
    b.frame(row(77, timeInForce="DAY"))
    b.wire.always(MODIFY, OutcomeUnknown("timed out"))
    key = b.desk.modify(77, replace(ticket(), route="ISLAND"))
    await b.clock.advance(60)
    assert b.stage(key) is Stage.UNKNOWN
    assert "no row of the order can show" in b.submission(key).message


@pytest.mark.parametrize(
    ("changed", "stage"),
    [({"route": "ISLAND"}, Stage.UNKNOWN), ({"limit_price": Decimal("165.40")}, Stage.ACKNOWLEDGED)],
    ids=["which no row can show", "of the price"],
)
async def test_a_change_of_a_killed_run_is_believed_only_if_a_row_can_show_it(
    tmp_path: Path, changed: dict[str, object], stage: Stage
) -> None:
    first = bench(tmp_path)
    first.wire.always(PLACE, accepted(77))
    first.wire.always(MODIFY, asyncio.get_running_loop().create_future())
    key = await first.submit()
    wanted = replace(ticket(), **changed)
    change = first.desk.modify(77, wanted)
    await settle()
    first.journal.close()
    b = bench(tmp_path, clock=first.clock)
    now = row(77, ref=key, price=str(wanted.limit_price), timeInForce="DAY")
    b.wire.always(ORDERS, {"orders": [now], "snapshot": True})
    await b.desk.started()
    await b.clock.advance(30)
    assert b.stage(change) is stage
    await first.kill()


async def test_an_order_of_an_allocation_group_left_open_is_taken_over_too(tmp_path: Path) -> None:
    first = bench(tmp_path)
    first.store.apply(AllocationGroupsLearned(("Family",)))
    key = await lost(first, replace(ticket(), account="Family"))
    await first.kill()
    b = bench(tmp_path, clock=first.clock)
    assert b.journal.left_open({ACCOUNT}) == ()
    b.store.apply(AllocationGroupsLearned(("Family",)))
    await b.desk.started()
    assert b.stage(key) is Stage.UNKNOWN
