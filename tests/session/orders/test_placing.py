from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from ibtui.domain.orders import Stage
from ibtui.errors import (
    CertificateChanged,
    GatewayDown,
    IbtuiError,
    NoBrokerageSession,
    NotLoggedIn,
    OutcomeUnknown,
    PenaltyBox,
    ReadOnly,
    Refused,
)
from ibtui.session.orders.journal import FILE_NAME
from tests.fakes.clock import settle
from tests.session.orders.bench import ACCOUNT, accepted, bench, child, question, row, stop_child, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
REPLY = "POST /iserver/reply/.*"


async def test_an_order_is_sent_once_with_its_reference_and_acknowledged() -> None:
    b = bench()
    b.wire.always(PLACE, accepted(7))
    key = await b.submit()
    assert re.fullmatch(r"ibtui-\d{6}-[A-Z2-7]{7}", key)
    assert [request.body for request in b.wire.changing()] == [
        b'{"orders":[{"acctId":"DU1234567","conid":265598,"cOID":"' + key.encode() + b'","orderType":"LMT",'
        b'"outsideRTH":false,"price":165.30,"side":"BUY","ticker":"AAPL","tif":"DAY","quantity":100}]}'
    ]
    submission = b.submission(key)
    assert (submission.stage, submission.order_id, submission.message) == (
        Stage.ACKNOWLEDGED,
        7,
        "order 7 PreSubmitted",
    )


async def test_references_are_never_the_same() -> None:
    b = bench()
    b.wire.always(PLACE, {"error": "no"})
    keys = [await b.submit() for _ in range(50)]
    assert len(set(keys)) == 50


async def test_the_ticket_is_on_disk_before_the_first_byte_leaves(tmp_path: Path) -> None:
    b = bench(tmp_path)
    b.wire.always(PLACE, accepted())
    seen: list[str] = []
    b.wire.before = lambda request: seen.extend(
        step.body for key in b.store.orders.submissions for step in b.journal.story(key)
    )
    await b.submit()
    assert [body.encode() for body in seen] == [request.body for request in b.wire.changing()]


async def test_a_bracket_is_one_request() -> None:
    b = bench()
    b.wire.always(PLACE, [*accepted(1), *accepted(2), *accepted(3)])
    key = await b.submit(ticket(), child(), stop_child())
    (request,) = b.wire.changing()
    assert request.body is not None
    assert request.body.count(b'"parentId":"' + key.encode() + b'"') == 2
    assert b.submission(key).order_id == 1


async def test_a_question_waits_for_a_person() -> None:
    b = bench()
    b.wire.always(PLACE, question("q1", text="Price exceeds 3%.\nSure?"))
    key = await b.submit()
    await b.clock.advance(3600)
    submission = b.submission(key)
    assert submission.stage is Stage.ASKING
    assert submission.question is not None
    assert (submission.question.text, submission.question.number) == ("Price exceeds 3%.\nSure?", 1)
    assert len(b.wire.changing()) == 1


async def test_a_chain_of_questions_is_answered_one_by_one() -> None:
    b = bench()
    b.wire.always(PLACE, question("q1"))
    b.wire.always(REPLY, question("q2"), question("q3"), accepted(7))
    key = await b.submit()
    numbers = []
    for _ in range(3):
        asked = b.submission(key).question
        assert asked is not None
        numbers.append(asked.number)
        await b.answer(key)
    assert numbers == [1, 2, 3]
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert [(r.path, r.body) for r in b.wire.changing()[1:]] == [
        (f"/iserver/reply/q{n}", b'{"confirmed":true}') for n in (1, 2, 3)
    ]


async def test_declining_says_false_once_and_ends_declined() -> None:
    b = bench()
    b.wire.always(PLACE, question())
    b.wire.always(REPLY, {"error": "Order not confirmed "})
    key = await b.submit()
    await b.answer(key, accepted=False)
    b.desk.answer(key, "q1", accepted=True)
    await settle()
    assert [request.body for request in b.wire.changing()[1:]] == [b'{"confirmed":false}']
    assert b.stage(key) is Stage.DECLINED


async def test_a_no_that_does_not_get_through_is_told_and_nothing_is_confirmed() -> None:
    b = bench()
    b.wire.always(PLACE, question())
    b.wire.always(REPLY, OutcomeUnknown("timed out"))
    key = await b.submit()
    await b.answer(key, accepted=False)
    submission = b.submission(key)
    assert submission.stage is Stage.DECLINED
    assert "did not get through" in submission.message
    assert len(b.wire.changing()) == 2


@pytest.mark.parametrize(("reply_id", "key_offset"), [("other", ""), ("q1", "x"), ("", "")])
async def test_an_answer_to_what_was_not_asked_does_nothing(reply_id: str, key_offset: str) -> None:
    b = bench()
    b.wire.always(PLACE, question("q1"))
    key = await b.submit()
    b.desk.answer(key + key_offset, reply_id, accepted=True)
    await settle()
    assert len(b.wire.changing()) == 1
    assert b.stage(key) is Stage.ASKING


async def test_a_key_held_down_confirms_one_question_only() -> None:
    b = bench()
    b.wire.always(PLACE, question("q1"))
    waiting: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    b.wire.always(REPLY, waiting)
    key = await b.submit()
    for _ in range(5):
        b.desk.answer(key, "q1", accepted=True)
    await settle()
    waiting.set_result(question("q2"))
    await settle()
    b.desk.answer(key, "q1", accepted=True)
    await settle()
    assert [request.path for request in b.wire.changing()[1:]] == ["/iserver/reply/q1"]
    asked = b.submission(key).question
    assert asked is not None
    assert asked.reply_id == "q2"


async def test_an_endless_chain_is_declined_after_twenty_questions() -> None:
    b = bench()
    count = 0

    def next_question(_request: object) -> object:
        nonlocal count
        count += 1
        return question(f"q{count}")

    b.wire.always(PLACE, next_question)
    b.wire.always(REPLY, next_question)
    key = await b.submit()
    for _ in range(20):
        await b.answer(key)
    bodies = [request.body for request in b.wire.changing()[1:]]
    assert bodies == [b'{"confirmed":true}'] * 20 + [b'{"confirmed":false}']
    assert b.stage(key) is Stage.DECLINED
    assert "more than 20 questions" in b.submission(key).message


async def test_an_error_with_status_200_is_a_rejection_in_the_gateways_words() -> None:
    b = bench()
    b.wire.always(PLACE, {"error": "Please use a limit price closer to 197.79."})
    key = await b.submit()
    assert (b.stage(key), b.submission(key).message) == (Stage.REJECTED, "Please use a limit price closer to 197.79.")


NOTHING_SENT: list[IbtuiError] = [
    GatewayDown("refused"),
    PenaltyBox("boxed", status=429),
    ReadOnly("no"),
    CertificateChanged("!"),
]
TURNED_AWAY: list[IbtuiError] = [NotLoggedIn("log in", status=401), NoBrokerageSession("no bridge", status=400)]
DOUBTFUL: list[IbtuiError] = [
    OutcomeUnknown("timed out"),
    Refused("Service Unavailable", status=503),
    Refused("Internal", status=500),
    Refused("Request Timeout", status=408),
    Refused("?", status=0),
    IbtuiError("odd"),
]


def named(error: IbtuiError) -> str:
    return f"{type(error).__name__}-{getattr(error, 'status', '')}"


@pytest.mark.parametrize("error", NOTHING_SENT + TURNED_AWAY, ids=named)
async def test_an_order_that_never_arrived_is_rejected_and_frees_the_lane(error: IbtuiError) -> None:
    b = bench()
    b.wire.always(PLACE, error, accepted())
    key = await b.submit()
    assert b.stage(key) is Stage.REJECTED
    assert b.submission(key).message.startswith("nothing was ")
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED


async def test_a_bad_request_is_a_rejection_in_the_gateways_words() -> None:
    b = bench()
    b.wire.always(PLACE, Refused("Input validation failed", status=400))
    key = await b.submit()
    assert (b.stage(key), b.submission(key).message) == (Stage.REJECTED, "Input validation failed")


@pytest.mark.parametrize("error", DOUBTFUL, ids=named)
async def test_an_order_nobody_can_answer_for_is_unknown_and_never_repeated(error: IbtuiError) -> None:
    b = bench()
    b.wire.always(PLACE, error)
    key = await b.submit()
    await b.clock.advance(600)
    assert b.stage(key) is Stage.UNKNOWN
    assert len(b.wire.changing()) == 1


@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"[]", b"null", b"[{}]", b'{"ok":true}'])
async def test_an_answer_that_cannot_be_read_is_an_unknown_outcome(body: bytes) -> None:
    b = bench()
    b.wire.always(PLACE, body)
    key = await b.submit()
    assert b.stage(key) is Stage.UNKNOWN


async def test_a_task_that_is_ended_while_it_waits_leaves_an_unknown_outcome_on_disk(tmp_path: Path) -> None:
    b = bench(tmp_path)
    b.wire.always(PLACE, asyncio.get_running_loop().create_future())
    key = await b.submit()
    assert b.stage(key) is Stage.SENT
    await b.kill()
    assert b.stage(key) is Stage.UNKNOWN
    after = bench(tmp_path)
    assert after.journal.story(key)[-1].stage is Stage.UNKNOWN
    after.journal.close()


@pytest.mark.parametrize("error", NOTHING_SENT, ids=named)
async def test_a_reply_that_was_not_sent_confirms_nothing(error: IbtuiError) -> None:
    b = bench()
    b.wire.always(PLACE, question())
    b.wire.always(REPLY, error)
    key = await b.submit()
    await b.answer(key)
    assert b.stage(key) is Stage.REJECTED
    assert "nothing was confirmed" in b.submission(key).message


@pytest.mark.parametrize("error", DOUBTFUL, ids=named)
async def test_a_reply_nobody_can_answer_for_is_unknown_and_never_repeated(error: IbtuiError) -> None:
    b = bench()
    b.wire.always(PLACE, question())
    b.wire.always(REPLY, error)
    key = await b.submit()
    await b.answer(key)
    b.desk.answer(key, "q1", accepted=True)
    await b.clock.advance(600)
    assert b.stage(key) is Stage.UNKNOWN
    assert len(b.wire.changing()) == 2


LOST_QUESTIONS = [{"error": "reply id not found: 'q1'"}, Refused("reply id not found: 'q1'", status=400)]


@pytest.mark.parametrize("answer", LOST_QUESTIONS, ids=["200", "400"])
async def test_a_question_no_longer_open_confirmed_nothing_once_the_lists_show_no_such_order(answer: object) -> None:
    b = bench()
    b.wire.always(PLACE, question())
    b.wire.always(REPLY, answer)
    b.wire.always("GET /iserver/account/orders", {"orders": [], "snapshot": True})
    b.wire.always("GET /iserver/account/trades.*", [])
    key = await b.submit()
    await b.answer(key)
    assert b.stage(key) is Stage.UNKNOWN
    await b.clock.advance(60)
    assert b.stage(key) is Stage.REJECTED
    assert "never confirmed" in b.submission(key).message


async def test_a_question_that_was_no_longer_open_is_an_unknown_outcome() -> None:
    b = bench()
    b.wire.always(PLACE, question())
    b.wire.always(REPLY, {"error": "reply id not found: 'q1'"})
    key = await b.submit()
    await b.answer(key)
    assert b.stage(key) is Stage.UNKNOWN


async def test_a_journal_that_cannot_be_written_keeps_the_order_back(tmp_path: Path) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_text("")
    b = bench(in_the_way)
    key = await b.submit()
    assert b.wire.sent == []
    assert b.stage(key) is Stage.REJECTED
    assert "journal" in b.submission(key).message


async def test_a_journal_that_fails_between_question_and_answer_keeps_the_answer_back(tmp_path: Path) -> None:
    b = bench(tmp_path)
    b.wire.always(PLACE, question())
    key = await b.submit()
    b.journal.close()
    await b.answer(key)
    assert len(b.wire.changing()) == 1
    assert b.stage(key) is Stage.REJECTED
    assert "nothing was confirmed" in b.submission(key).message


async def test_read_only_sends_nothing_and_writes_nothing(tmp_path: Path) -> None:
    b = bench(tmp_path, read_only=True)
    await b.desk.started()
    key = await b.submit()
    b.frame(row(9))
    for other in (b.desk.modify(9, ticket()), b.desk.cancel(9)):
        assert b.stage(other) is Stage.REJECTED
    await settle()
    assert b.stage(key) is Stage.REJECTED
    assert "read-only" in b.submission(key).message
    assert not [request for request in b.wire.sent if request.changes_state]
    assert not (tmp_path / FILE_NAME).exists()


async def test_sending_again_uses_the_same_bytes_and_already_registered_proves_the_first_arrived() -> None:
    b = bench()
    b.wire.always(PLACE, OutcomeUnknown("timed out"), {"error": "Local order ID=x is already registered"})
    key = await b.submit()
    b.desk.send_again(key)
    await settle()
    first, second = b.wire.changing()
    assert first.body == second.body
    assert b.stage(key) is Stage.UNKNOWN
    assert "one arrived before" in b.submission(key).message


@pytest.mark.parametrize("answer", [GatewayDown("refused"), Refused("bad", status=400), {"error": "no money"}])
async def test_a_no_to_the_second_sending_says_nothing_about_the_first(answer: object) -> None:
    b = bench()
    b.wire.always(PLACE, OutcomeUnknown("timed out"), answer)
    key = await b.submit()
    b.desk.send_again(key)
    b.desk.send_again(key)
    await settle()
    assert b.stage(key) is Stage.UNKNOWN
    assert "the first is still unknown" in b.submission(key).message
    assert len(b.wire.changing()) == 2


async def test_already_registered_is_evidence_whatever_its_http_status() -> None:
    b = bench()
    b.wire.always(PLACE, Refused("Local order ID=x is already registered", status=400))
    assert b.stage(await b.submit()) is Stage.UNKNOWN


async def test_only_what_is_unknown_is_sent_again() -> None:
    b = bench()
    b.wire.always(PLACE, accepted())
    key = await b.submit()
    b.desk.send_again(key)
    await settle()
    assert len(b.wire.changing()) == 1
