"""An order the gateway answers with a prompt (advanced rejection): nobody knows what comes of it until it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.domain.events import NoticeReceived
from ibtui.domain.notices import Notice
from ibtui.domain.orders import Stage
from tests.fakes.clock import settle
from tests.session.orders.bench import ACCOUNT, Bench, accepted, bench, row, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
PROMPT = {
    "orderId": 5,
    "reqId": "22170",
    "text": "Use the <b>algo</b>?",
    "options": ["Yes,  please", "No"],
    "prompt": True,
}


async def asked(b: Bench) -> str:
    b.wire.always(PLACE, PROMPT)
    return await b.submit()


def notice(b: Bench) -> Notice:
    (found,) = b.store.inbox.notices.values()
    return found


def answer(b: Bench, option: str, *, delivered: bool = True) -> None:
    b.store.apply(NoticeReceived(replace(notice(b), answered=option, delivered=delivered)))


async def test_it_is_unknown_in_the_gateways_words_and_the_prompt_is_in_the_inbox() -> None:
    b = bench()
    key = await asked(b)
    submission = b.submission(key)
    assert submission.stage is Stage.UNKNOWN
    assert submission.message == "the gateway asks, and the order may still come: Use the algo?"
    assert (submission.order_id, submission.prompt) == (5, notice(b).notice_id)
    assert (notice(b).order_id, notice(b).request_id, notice(b).options) == (5, "22170", ("Yes, please", "No"))
    assert notice(b).in_the_gateways_words("Yes, please") == "Yes,  please"


async def test_it_holds_the_lane_and_stays_unknown_while_nobody_answers() -> None:
    b = bench()
    key = await asked(b)
    await b.clock.advance(600)
    assert b.stage(key) is Stage.UNKNOWN
    assert b.stage(await b.submit()) is Stage.REJECTED
    assert len(b.wire.changing()) == 1


@pytest.mark.parametrize("status", ["PreSubmitted", "Submitted", "Filled"])
async def test_it_is_acknowledged_once_the_order_works(status: str) -> None:
    b = bench()
    key = await asked(b)
    b.frame(row(5, ref=key, status="Inactive"))
    assert b.stage(key) is Stage.UNKNOWN
    b.frame(row(5, ref=key, status=status))
    assert b.stage(key) is Stage.ACKNOWLEDGED
    b.wire.always(PLACE, accepted(6))
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED


async def test_a_saved_order_is_acknowledged_once_it_is_listed_for_it_never_works() -> None:
    b = bench()
    b.wire.always(PLACE, PROMPT)
    key = await b.submit(replace(ticket(), deactivated=True))
    assert b.stage(key) is Stage.UNKNOWN
    b.frame(row(5, ref=key, status="Inactive"))
    assert b.stage(key) is Stage.ACKNOWLEDGED


@pytest.mark.parametrize(("status", "stage"), [("Cancelled", Stage.ACKNOWLEDGED), ("Rejected", Stage.REJECTED)])
async def test_an_order_that_ends_without_a_fill_is_told_by_its_own_end(status: str, stage: Stage) -> None:
    b = bench()
    key = await asked(b)
    b.frame(row(5, status=status))
    assert b.stage(key) is stage
    assert status in b.submission(key).message


async def test_it_is_rejected_when_the_refusal_was_taken_and_two_later_readings_show_no_order() -> None:
    b = bench()
    key = await asked(b)
    await b.clock.advance(60)
    answer(b, "No")
    await b.clock.advance(6)
    assert b.stage(key) is Stage.UNKNOWN
    await b.clock.advance(10)
    assert b.stage(key) is Stage.REJECTED
    assert "you answered “No”" in b.submission(key).message


@pytest.mark.parametrize(("option", "delivered"), [("Yes, please", True), ("No", False)])
async def test_any_other_answer_or_one_that_was_not_taken_proves_nothing(option: str, delivered: bool) -> None:
    b = bench()
    key = await asked(b)
    answer(b, option, delivered=delivered)
    await b.clock.advance(600)
    assert b.stage(key) is Stage.UNKNOWN


async def test_a_change_answered_with_a_prompt_is_settled_likewise() -> None:
    b = bench()
    b.frame(row(5, timeInForce="DAY"))
    b.wire.always("POST /iserver/account/.*/order/5", PROMPT)
    key = b.desk.modify(5, ticket("165.40"))
    await settle()
    assert b.stage(key) is Stage.UNKNOWN
    answer(b, "No")
    await b.clock.advance(30)
    assert b.stage(key) is Stage.REJECTED
    assert "shows no such change" in b.submission(key).message


async def test_a_refused_order_that_works_after_all_is_corrected() -> None:
    b = bench()
    key = await asked(b)
    answer(b, "No")
    await b.clock.advance(100)
    assert b.stage(key) is Stage.REJECTED
    b.frame(row(5, ref=key))
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_after_a_restart_the_prompt_is_asked_again(tmp_path: Path) -> None:
    first = bench(tmp_path)
    key = await asked(first)
    await first.kill()
    b = bench(tmp_path, clock=first.clock)
    await b.desk.started()
    assert (b.stage(key), b.submission(key).prompt) == (Stage.UNKNOWN, notice(b).notice_id)
    assert notice(b).options == ("Yes, please", "No")


async def test_its_answer_is_in_the_journal_of_the_order_that_waits_for_it() -> None:
    b = bench()
    key = await asked(b)
    b.desk.prompt_moved(notice(b), "answering “No”")
    assert b.stage(key) is Stage.UNKNOWN
    assert b.submission(key).prompt == notice(b).notice_id
    assert "answering “No”: Use the algo?" in b.journal.story(key)[-1].what


async def test_an_order_the_gateway_asks_about_is_not_sent_again() -> None:
    b = bench()
    key = await asked(b)
    b.desk.send_again(key)
    await settle()
    assert len(b.wire.changing()) == 1
    assert "the gateway asks about this order" in b.messages()
