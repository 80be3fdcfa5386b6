"""What an adversary found: each behaviour here was wrong once."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.contracts import Contract
from ibtui.domain.events import AccountsReceived, AllocationGroupsLearned, ContractsLearned, QuoteReceived
from ibtui.domain.limits import Limits
from ibtui.domain.orders import Question, Stage
from ibtui.domain.tickets import Side, Tif
from ibtui.errors import NoBrokerageSession, OutcomeUnknown, PenaltyBox
from ibtui.protocol.orders.rows import decode_order_row
from tests.fakes.clock import settle
from tests.session.orders.bench import AAPL, ACCOUNT, Bench, accepted, bench, child, question, row, stop_child, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
OTHER = "DU7654321"
PLACE_OTHER = f"POST /iserver/account/{OTHER}/orders"
CHANGE = f"POST /iserver/account/{ACCOUNT}/order/.*"
CANCEL = f"DELETE /iserver/account/{ACCOUNT}/order/.*"
REPLY = "POST /iserver/reply/.*"


def two_accounts(b: Bench) -> None:
    b.store.apply(AccountsReceived((Account(ACCOUNT, is_paper=True), Account(OTHER, is_paper=True)), ACCOUNT))


async def lost(b: Bench) -> str:
    """An order whose answer was lost."""
    b.wire.always(PLACE, OutcomeUnknown("timed out"))
    key = await b.submit()
    assert b.stage(key) is Stage.UNKNOWN
    return key


async def test_nothing_is_sent_again_into_an_open_chain_of_another_account() -> None:
    b = bench()
    two_accounts(b)
    key = await lost(b)
    b.wire.always(PLACE_OTHER, question())
    asked = await b.submit(replace(ticket(), account=OTHER))
    assert b.stage(asked) is Stage.ASKING
    b.desk.send_again(key)
    await settle()
    assert len(b.wire.changing()) == 2
    assert b.stage(key) is Stage.UNKNOWN
    assert "nothing was sent again" in b.messages()


@pytest.mark.parametrize("passed", [23.5 * 3600, -7200.0], ids=["the day is nearly over", "the clock was set back"])
async def test_an_order_is_not_sent_again_when_the_gateway_may_have_forgotten_its_reference(passed: float) -> None:
    """The value "must be unique for a 24h span": later the gateway would take the same order a second time."""
    b = bench()
    key = await lost(b)
    b.clock._wall_offset += passed  # the wall alone is moved
    b.desk.send_again(key)
    await settle()
    assert len(b.wire.changing()) == 1
    assert "24 h" in b.messages()


async def test_an_order_sent_again_must_keep_the_limits_of_now(tmp_path: Path) -> None:
    first = bench(tmp_path)
    key = await lost(first)
    await first.kill()
    b = bench(tmp_path, clock=first.clock, limits=Limits(max_quantity=Decimal(10)))
    await b.desk.started()
    b.desk.send_again(key)
    await settle()
    assert b.wire.changing() == []
    assert "limits.max_quantity" in b.messages()


async def test_a_fill_that_only_the_list_of_trades_tells_corrects_an_order_closed_by_the_user() -> None:
    b = bench()
    key = await lost(b)
    b.desk.close_unknown(key)
    fill = {"execution_id": "e1", "order_id": 7, "order_ref": key, "side": "B", "size": 100, "conid": AAPL.conid}
    b.wire.always("GET /iserver/account/trades", [fill])
    b.desk.refresh()
    await b.clock.advance(10)
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert "executed after all" in b.messages()


async def test_all_orders_of_the_account_are_cancelled_also_those_whose_account_no_frame_told() -> None:
    b = bench()
    b.wire.always(CANCEL, {"msg": "Request was submitted", "order_id": 1})
    told = {name: value for name, value in row(1).items() if name != "acct"}
    b.frame(told)
    b.desk.cancel_all(ACCOUNT)
    await settle()
    assert [request.path for request in b.wire.changing()] == [f"/iserver/account/{ACCOUNT}/order/1"]


async def test_an_order_good_till_a_moment_that_is_past_is_not_sent() -> None:
    b = bench()
    key = await b.submit(replace(ticket(), tif=Tif.GTD, good_till="20200101-00:00:00"))
    assert b.stage(key) is Stage.REJECTED
    assert "is past" in b.submission(key).message
    assert b.wire.changing() == []


async def test_a_change_keeps_the_references_an_order_was_sent_with_though_rows_do_not_repeat_them(
    tmp_path: Path,
) -> None:
    first = bench(tmp_path)
    first.wire.always(PLACE, [*accepted(1), *accepted(2), *accepted(3)])
    key = await first.submit(ticket(), child(), stop_child())
    await first.kill()
    b = bench(tmp_path, clock=first.clock)
    await b.desk.started()
    b.frame(row(1))
    b.frame(row(2, side="SELL", price="180.00"))
    b.wire.always(CHANGE, accepted(1), accepted(2))
    b.desk.modify(1, ticket("165.40"))
    await settle()
    b.desk.modify(2, child("181.00"))
    await settle()
    bodies = [json.loads(request.body or b"") for request in b.wire.changing()]
    assert [(body.get("cOID"), body.get("parentId")) for body in bodies] == [(key, None), (None, key)]


async def test_a_child_whose_parent_is_not_known_is_not_changed_into_an_order_of_its_own() -> None:
    b = bench()
    b.frame(row(2, side="SELL", price="180.00"))
    key = b.desk.modify(2, child("181.00"))
    await settle()
    assert b.stage(key) is Stage.REJECTED
    assert b.wire.changing() == []


def quoted(b: Bench, price: str) -> None:
    b.store.apply(QuoteReceived(AAPL.conid, {"bid": Decimal(price), "ask": Decimal(price)}, 0.0))


async def test_a_limit_below_the_market_does_not_hide_what_a_sale_is_worth() -> None:
    b = bench(limits=Limits(max_notional=Decimal(10_000)))
    quoted(b, "110")
    key = await b.submit(ticket("99.00", quantity="100", side=Side.SELL))
    assert b.stage(key) is Stage.REJECTED
    assert "limits.max_notional" in b.submission(key).message


async def test_the_worth_is_reckoned_with_the_multiplier_the_gateway_told() -> None:
    b = bench(limits=Limits(max_notional=Decimal(100_000)))
    future = Contract(495512563, "ES", sec_type="FUT", exchange="CME", currency="USD")
    b.store.apply(ContractsLearned((replace(future, multiplier=Decimal(50)),)))
    key = await b.submit(replace(ticket("6000.00", quantity="1"), contract=future))
    assert b.stage(key) is Stage.REJECTED
    assert "limits.max_notional" in b.submission(key).message


async def test_a_change_whose_question_was_lost_is_not_said_to_be_an_order_that_does_not_exist() -> None:
    b = bench()
    b.frame(row(7))
    b.wire.always("GET /iserver/account/orders", {"orders": [row(7)], "snapshot": True})
    b.wire.always(CHANGE, question())
    b.wire.always(REPLY, NoBrokerageSession("gone", status=401))
    key = b.desk.modify(7, ticket("165.40"))
    await settle()
    await b.answer(key)
    await b.clock.advance(60)
    assert b.stage(key) is Stage.REJECTED
    assert "no such order" not in b.submission(key).message


async def test_an_answer_that_cannot_be_journalled_says_nothing_about_the_first_of_an_order_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    b = bench(tmp_path)
    key = await lost(b)
    b.wire.always(PLACE, question())
    b.desk.send_again(key)
    await settle()
    assert b.stage(key) is Stage.ASKING
    b.journal.close()
    await b.answer(key)
    assert b.stage(key) is Stage.UNKNOWN


async def test_an_unknown_outcome_in_a_group_holds_the_lanes_of_its_accounts_and_theirs_hold_the_groups() -> None:
    b = bench()
    b.store.apply(AllocationGroupsLearned(("Growth",)))
    b.wire.always("POST /iserver/account/Growth/orders", OutcomeUnknown("timed out"))
    key = await b.submit(replace(ticket(), account="Growth"))
    assert b.stage(key) is Stage.UNKNOWN
    assert b.stage(await b.submit()) is Stage.REJECTED
    b.desk.close_unknown(key)
    await lost(b)
    assert b.stage(await b.submit(replace(ticket(), account="Growth"))) is Stage.REJECTED


@pytest.mark.parametrize("nobody", [0, "0", -1, "-1"])
def test_a_parent_that_is_no_order_is_no_parent(nobody: object) -> None:
    event = decode_order_row(row(1, parentId=nobody), received=0.0, is_list=False, requested=0.0)
    assert event is not None
    assert "parent_id" not in event.changes


@pytest.mark.parametrize("moment", [10**30, 10**18, -5])
def test_a_moment_no_calendar_has_is_not_told(moment: int) -> None:
    event = decode_order_row(row(1, lastExecutionTime_r=moment), received=0.0, is_list=False, requested=0.0)
    assert event is not None
    assert "time_ms" not in event.changes


async def test_a_ticket_that_cannot_be_written_is_refused_and_leaves_the_lane_free() -> None:
    b = bench()
    key = await b.submit(replace(ticket(), referrer="\ud800"))
    assert b.stage(key) is Stage.REJECTED
    b.wire.always(PLACE, accepted())
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED


async def test_an_answer_that_names_an_order_and_an_error_is_not_taken_for_a_no() -> None:
    b = bench()
    b.wire.always(PLACE, [{"order_id": "5", "error": "half done"}])
    key = await b.submit()
    assert b.stage(key) is Stage.UNKNOWN
    assert "order 5 and an error: half done" in b.submission(key).message


async def test_a_question_says_which_orders_of_the_request_were_taken_before_it() -> None:
    b = bench()
    b.wire.always(PLACE, [*accepted(5), *question(text="The stop is far. Sure?")])
    key = await b.submit(ticket(), stop_child())
    asked = b.submission(key).question
    assert asked is not None
    assert asked.text == "Taken already, whatever is answered: order 5.\n\nThe stop is far. Sure?"


async def test_a_group_of_which_an_order_was_found_is_not_sent_again() -> None:
    b = bench()
    b.wire.always(PLACE, OutcomeUnknown("timed out"))
    key = await b.submit(ticket(), stop_child())
    b.frame(row(5, ref=key))
    assert b.stage(key) is Stage.UNKNOWN
    b.desk.send_again(key)
    await settle()
    assert len(b.wire.changing()) == 1
    assert "it arrived, at least in part" in b.messages()


async def test_an_order_answered_with_429_is_not_said_not_to_have_been_sent() -> None:
    b = bench()
    b.wire.always(PLACE, PenaltyBox("the gateway refused this request", status=429))
    key = await b.submit()
    assert b.stage(key) is Stage.REJECTED
    assert b.submission(key).message.startswith("nothing was taken")


async def test_a_child_not_found_names_the_order_that_looks_like_it() -> None:
    b = bench()
    b.wire.always(PLACE, OutcomeUnknown("timed out"))
    key = await b.submit(ticket(), stop_child())
    stop = row(6, side="SELL", orderType="Stop", price="150.00")
    b.wire.always("GET /iserver/account/orders", {"orders": [row(5, ref=key), stop], "snapshot": True})
    await b.clock.advance(30)
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert b.submission(key).message.endswith("NOT found: order 2, SELL 100 AAPL STP 150.00 (order 6 looks like it)")


@pytest.mark.parametrize(
    ("options", "label"),
    [
        (("Yes", "No"), "Yes"),
        (("Decline", "Accept and Continue"), "Accept and Continue"),
        (("Cancel", "Do not transmit"), "Yes"),
        (("Decline", "Cancel order"), "Yes"),
    ],
)
def test_words_that_say_no_are_never_the_label_of_yes(options: tuple[str, ...], label: str) -> None:
    assert Question("q1", "Sure?", options=options).accept_label == label
