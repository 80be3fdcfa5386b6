from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.domain.events import ExecutionReceived, HealthChanged
from ibtui.domain.orders import Execution, Stage
from ibtui.domain.session import Health, Light
from ibtui.errors import NoBrokerageSession, NotLoggedIn, OutcomeUnknown, Refused
from tests.fakes.clock import ManualClock, settle
from tests.session.orders.bench import ACCOUNT, ON, Bench, ScriptedWire, accepted, bench, question, row, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
REPLY = "POST /iserver/reply/.*"
ORDERS = "GET /iserver/account/orders"
TRADES = "GET /iserver/account/trades"
STATUS = "GET /iserver/account/order/status/.*"
OFF = Health(Light.ON, Light.ON, Light.OFF, Light.OFF)


async def lost(b: Bench) -> str:
    """An order whose answer never came."""
    b.wire.always(PLACE, OutcomeUnknown("timed out"))
    key = await b.submit()
    assert b.stage(key) is Stage.UNKNOWN
    return key


async def test_a_frame_with_the_reference_settles_it() -> None:
    b = bench()
    key = await lost(b)
    b.frame(row(77, ref=key))
    submission = b.submission(key)
    assert (submission.stage, submission.order_id) == (Stage.ACKNOWLEDGED, 77)
    assert "order 77, Submitted, Buy 100 AAPL Limit 165.30" in submission.message


async def test_a_frame_that_came_before_the_answer_was_lost_settles_it_at_once() -> None:
    b = bench()
    b.wire.always(PLACE, OutcomeUnknown("timed out"))
    b.wire.before = lambda request: (
        b.frame(row(77, ref=next(iter(b.store.orders.submissions)))) if request.changes_state else None
    )
    key = await b.submit()
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_live_orders_with_the_reference_settle_it() -> None:
    b = bench()
    key = await lost(b)
    b.wire.always(ORDERS, {"orders": [row(77, ref=key)], "snapshot": False})
    await b.clock.advance(6)
    assert (b.stage(key), b.submission(key).order_id) == (Stage.ACKNOWLEDGED, 77)


async def test_a_trade_with_the_reference_settles_it() -> None:
    b = bench()
    key = await lost(b)
    trade = {"execution_id": "1", "order_ref": key, "order_id": 77, "order_description": "Bot 100 @ 165.30 on ISLAND"}
    b.wire.always(TRADES, [trade])
    await b.clock.advance(6)
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert "Bot 100 @ 165.30" in b.submission(key).message


async def test_an_execution_of_the_stream_settles_it() -> None:
    b = bench()
    key = await lost(b)
    event = ExecutionReceived(Execution("1", 77, ACCOUNT, order_ref=key, description="Bot 100"))
    b.store.apply(event)
    b.desk.execution_event(event)
    assert (b.stage(key), b.submission(key).order_id) == (Stage.ACKNOWLEDGED, 77)


async def test_an_order_found_rejected_is_rejected() -> None:
    b = bench()
    key = await lost(b)
    b.frame(row(77, ref=key, status="Rejected"))
    assert b.stage(key) is Stage.REJECTED


async def test_a_first_inactive_is_no_rejection() -> None:
    b = bench()
    key = await lost(b)
    b.frame(row(77, ref=key, status="Inactive", order_ccp_status="Pending Submit"))
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert "Inactive" in b.submission(key).message


async def test_a_lookalike_is_shown_and_not_believed() -> None:
    b = bench()
    key = await lost(b)
    await b.clock.advance(1)
    b.frame(row(78))
    await b.clock.advance(60)
    submission = b.submission(key)
    assert submission.stage is Stage.UNKNOWN
    assert "timed out; order 78 looks like it" in submission.message
    assert submission.message.count("order 78") == 1


async def test_an_older_order_is_no_lookalike() -> None:
    b = bench()
    b.frame(row(78))
    key = await lost(b)
    assert "78" not in b.submission(key).message


async def test_lists_are_read_at_the_pacing_limit_and_later_seldom() -> None:
    b = bench()
    await lost(b)
    await b.clock.advance(119)
    assert b.wire.lines().count(ORDERS) == pytest.approx(24, abs=1)
    before = b.wire.lines().count(ORDERS)
    await b.clock.advance(300)
    assert b.wire.lines().count(ORDERS) - before == pytest.approx(10, abs=1)


async def test_lists_that_show_nothing_never_prove_that_nothing_was_ordered() -> None:
    b = bench()
    key = await lost(b)
    await b.clock.advance(3600)
    assert b.stage(key) is Stage.UNKNOWN


async def test_without_a_brokerage_session_nothing_is_read_until_it_is_back() -> None:
    b = bench()
    key = await lost(b)
    from_now = len(b.wire.sent)
    b.store.apply(HealthChanged(OFF))
    await b.clock.advance(60)
    assert [r for r in b.wire.sent[from_now:] if r.path == "/iserver/account/orders"] == []
    b.wire.always(ORDERS, {"orders": [row(77, ref=key)], "snapshot": True})
    b.store.apply(HealthChanged(ON))
    await b.clock.advance(10)
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_lists_that_cannot_be_read_are_read_again() -> None:
    b = bench()
    b.wire.always(ORDERS, OutcomeUnknown("reset"), b"<html>", {"orders": [], "snapshot": False})
    key = await lost(b)
    await b.clock.advance(60)
    assert b.stage(key) is Stage.UNKNOWN
    b.wire.always(ORDERS, {"orders": [row(77, ref=key)], "snapshot": False})
    await b.clock.advance(6)
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_a_rejected_order_that_works_after_all_is_corrected_loudly() -> None:
    b = bench()
    b.wire.always(PLACE, {"error": "Order not confirmed"})
    key = await b.submit()
    b.frame(row(77, ref=key, status="Inactive"))
    assert b.stage(key) is Stage.REJECTED
    b.frame({"orderId": 77, "status": "Submitted"})
    assert (b.stage(key), b.submission(key).order_id) == (Stage.ACKNOWLEDGED, 77)
    assert "look at your orders" in b.messages()


async def test_a_declined_order_that_executes_after_all_is_corrected_loudly() -> None:
    b = bench()
    b.wire.always(PLACE, question())
    b.wire.always(REPLY, {"error": "Order not confirmed"})
    key = await b.submit()
    await b.answer(key, accepted=False)
    event = ExecutionReceived(Execution("1", 77, ACCOUNT, order_ref=key))
    b.store.apply(event)
    b.desk.execution_event(event)
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert "shown as declined" in b.messages()


async def restarted(folder: Path, first: Bench, wire: ScriptedWire | None = None) -> Bench:
    """The same state folder in a new process."""
    await first.kill()
    return bench(folder, wire=wire, clock=first.clock)


async def test_an_order_of_a_killed_run_is_unknown_and_holds_the_lane_until_found(tmp_path: Path) -> None:
    first = bench(tmp_path)
    key = await lost(first)
    b = await restarted(tmp_path, first)
    await b.desk.started()
    assert b.stage(key) is Stage.UNKNOWN
    assert b.submission(key).tickets == (ticket(),)
    assert b.stage(await b.submit()) is Stage.REJECTED
    b.frame(row(77, ref=key))
    b.wire.always(PLACE, accepted(78))
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED
    assert len(b.wire.changing()) == 1
    b.journal.close()


async def test_the_lane_is_held_even_before_the_session_has_started(tmp_path: Path) -> None:
    first = bench(tmp_path)
    key = await lost(first)
    b = await restarted(tmp_path, first)
    assert b.stage(await b.submit()) is Stage.REJECTED
    assert b.stage(key) is Stage.UNKNOWN
    assert b.wire.changing() == []
    b.journal.close()


async def test_an_order_of_three_days_ago_is_looked_for_in_trades_of_four_days(tmp_path: Path) -> None:
    first = bench(tmp_path)
    await lost(first)
    await first.kill()
    b = bench(tmp_path, clock=ManualClock(wall=first.clock.time() + 3 * 86_400 + 60))
    await b.desk.started()
    assert ("days", "5") in next(r.query for r in b.wire.sent if r.path == "/iserver/account/trades")
    b.journal.close()


async def asking(b: Bench) -> str:
    b.wire.always(PLACE, question())
    key = await b.submit()
    assert b.stage(key) is Stage.ASKING
    return key


async def test_a_question_of_a_killed_run_was_never_confirmed_if_no_such_order_is_there(tmp_path: Path) -> None:
    first = bench(tmp_path)
    key = await asking(first)
    b = await restarted(tmp_path, first)
    await b.desk.started()
    assert b.stage(key) is Stage.UNKNOWN
    await b.clock.advance(30)
    assert b.stage(key) is Stage.REJECTED
    assert "never confirmed" in b.submission(key).message
    assert b.wire.changing() == []
    assert b.journal.adopt({ACCOUNT}) == ()
    b.journal.close()


async def test_cold_lists_do_not_prove_that_a_question_was_never_confirmed(tmp_path: Path) -> None:
    first = bench(tmp_path)
    key = await asking(first)
    b = await restarted(tmp_path, first)
    b.wire.always(ORDERS, Refused("no bridge", status=503))
    await b.desk.started()
    await b.clock.advance(300)
    assert b.stage(key) is Stage.UNKNOWN
    b.wire.always(ORDERS, {"orders": [], "snapshot": False})
    await b.clock.advance(30)
    assert b.stage(key) is Stage.UNKNOWN
    await b.clock.advance(120)
    assert b.stage(key) is Stage.REJECTED
    b.journal.close()


async def test_a_question_of_a_killed_run_whose_order_works_is_found(tmp_path: Path) -> None:
    first = bench(tmp_path)
    key = await asking(first)
    b = await restarted(tmp_path, first)
    b.wire.always(ORDERS, {"orders": [row(77, ref=key)], "snapshot": False})
    await b.desk.started()
    assert b.stage(key) is Stage.ACKNOWLEDGED
    b.journal.close()


async def turned_away(b: Bench, error: Exception) -> str:
    b.wire.always(PLACE, question())
    b.wire.always(REPLY, error)
    key = await b.submit()
    await b.answer(key)
    return key


@pytest.mark.parametrize("error", [NotLoggedIn("log in", status=401), NoBrokerageSession("no bridge", status=400)])
@pytest.mark.parametrize(("whole", "seconds"), [(True, 10), (False, 15)], ids=["snapshots", "cold"])
async def test_a_reply_turned_away_at_the_door_is_settled_by_two_later_whole_readings(
    error: Exception, whole: bool, seconds: float
) -> None:
    b = bench()
    b.wire.always(ORDERS, {"orders": [], "snapshot": whole})
    key = await turned_away(b, error)
    await b.clock.advance(seconds - 1)
    before = b.stage(key)
    await b.clock.advance(2)
    assert (before, b.stage(key)) == (Stage.UNKNOWN, Stage.REJECTED)
    assert "never confirmed" in b.submission(key).message


async def test_a_reading_asked_for_before_the_reply_proves_nothing_about_it() -> None:
    b = bench()
    for _ in range(3):
        await b.desk.poll()
        await b.clock.advance(6)
    waiting: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    b.wire.always(ORDERS, waiting, {"orders": [], "snapshot": True})
    reading = asyncio.ensure_future(b.desk.poll())
    await b.clock.advance(1)
    key = await turned_away(b, NotLoggedIn("log in", status=401))
    waiting.set_result({"orders": [], "snapshot": True})
    await reading
    await b.clock.advance(8)
    assert b.stage(key) is Stage.UNKNOWN
    await b.clock.advance(5)
    assert b.stage(key) is Stage.REJECTED


async def test_a_lookalike_keeps_a_question_that_had_no_answer_open() -> None:
    b = bench()
    key = await turned_away(b, NotLoggedIn("log in", status=401))
    await b.clock.advance(1)
    b.frame(row(78))
    await b.clock.advance(60)
    assert b.stage(key) is Stage.UNKNOWN


async def test_an_order_sent_again_is_not_said_to_be_missing_because_of_the_first_time() -> None:
    b = bench()
    key = await turned_away(b, NotLoggedIn("log in", status=401))
    b.wire.always(PLACE, b"<html>")
    b.desk.send_again(key)
    await b.clock.advance(300)
    assert b.stage(key) is Stage.UNKNOWN


async def test_a_no_that_a_killed_run_was_sending_confirmed_nothing(tmp_path: Path) -> None:
    first = bench(tmp_path)
    key = await asking(first)
    first.wire.always(REPLY, asyncio.get_running_loop().create_future())
    await first.answer(key, accepted=False)
    first.journal.close()
    b = bench(tmp_path, clock=first.clock)
    await b.desk.started()
    await b.clock.advance(30)
    assert b.stage(key) is Stage.REJECTED
    await first.kill()
    b.journal.close()


@pytest.mark.parametrize("answered", [False, True], ids=["sent", "replying"])
async def test_an_order_a_killed_run_was_sending_is_never_said_not_to_exist(tmp_path: Path, answered: bool) -> None:
    first = bench(tmp_path)
    first.wire.always(PLACE, question() if answered else asyncio.get_running_loop().create_future())
    first.wire.always(REPLY, asyncio.get_running_loop().create_future())
    key = await first.submit()
    if answered:
        await first.answer(key)
    first.journal.close()
    b = bench(tmp_path, clock=first.clock)
    await b.desk.started()
    await b.clock.advance(3600)
    assert b.stage(key) is Stage.UNKNOWN
    await first.kill()
    b.journal.close()


async def test_what_an_order_of_an_earlier_run_was_sent_with_is_remembered(tmp_path: Path) -> None:
    first = bench(tmp_path)
    first.wire.always(PLACE, accepted(77))
    first.wire.always("POST /iserver/account/.*/order/77", accepted(77))
    await first.submit(replace(ticket(), outside_rth=True, route="ISLAND"))
    first.frame(row(77))
    first.desk.modify(77, replace(ticket("165.40"), outside_rth=True, route="ISLAND"))
    await settle()
    b = await restarted(tmp_path, first)
    assert b.desk.sent_ticket(77) == replace(ticket("165.40"), outside_rth=True, route="ISLAND")
    assert b.desk.sent_ticket(78) is None
    b.journal.close()


async def test_a_lost_cancel_of_a_killed_run_is_settled_by_the_orders_status(tmp_path: Path) -> None:
    first = bench(tmp_path)
    first.frame(row(77))
    first.wire.always("DELETE .*", OutcomeUnknown("timed out"))
    key = first.desk.cancel(77)
    await settle()
    await first.clock.advance(1)
    b = await restarted(tmp_path, first)
    b.wire.always(STATUS, {"order_id": 77, "order_status": "Cancelled"})
    await b.clock.advance(1)
    await b.desk.started()
    await b.clock.advance(10)
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert "Cancelled" in b.submission(key).message
    b.journal.close()
