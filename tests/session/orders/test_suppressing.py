"""Questions not asked again: per brokerage session, with their texts, and anew only if the user said so."""

from __future__ import annotations

import json

from ibtui.errors import OutcomeUnknown, Refused
from tests.fakes.clock import settle
from tests.session.orders.bench import ACCOUNT, Bench, accepted, bench, question

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
SUPPRESS = "POST /iserver/questions/suppress"


async def suppressed(b: Bench, *message_ids: str, text: str = "Are you sure?") -> None:
    b.wire.always(PLACE, question("q1", *message_ids, text=text))
    b.wire.always("POST /iserver/reply/.*", accepted())
    key = await b.submit()
    await b.answer(key, suppress=True)


def asked_to_suppress(b: Bench) -> list[list[str]]:
    bodies = [r.body for r in b.wire.sent if r.path == "/iserver/questions/suppress"]
    return [json.loads(body or b"{}")["messageIds"] for body in bodies]


async def test_a_new_brokerage_session_asks_everything_again_unless_the_user_said_otherwise() -> None:
    b = bench()
    await suppressed(b, "o163")
    await b.desk.started()
    assert b.store.orders.suppressed == {}
    assert asked_to_suppress(b) == [["o163"]]


async def test_kept_questions_are_suppressed_again_in_one_request_with_their_texts() -> None:
    b = bench()
    await suppressed(b, "o163", text="Price?")
    await suppressed(b, "o354", "o383", text="No data?")
    b.desk.keep_suppressed(True)
    from_now = len(asked_to_suppress(b))
    await b.desk.started()
    assert asked_to_suppress(b)[from_now:] == [["o163", "o354", "o383"]]
    assert b.store.orders.suppressed == {"o163": "Price?", "o354": "No data?", "o383": "No data?"}
    assert b.store.orders.reapply_suppressed
    lines = b.wire.lines()
    assert lines.index(f"{SUPPRESS}/reset") < len(lines) - 1 - lines[::-1].index(SUPPRESS)


async def test_suppressing_one_more_leaves_the_users_word_as_it_is() -> None:
    b = bench()
    b.desk.keep_suppressed(True)
    await suppressed(b, "o163")
    assert b.store.orders.reapply_suppressed


async def test_when_suppressing_again_fails_the_list_shows_none_and_the_next_session_tries_again() -> None:
    b = bench()
    await suppressed(b, "o163")
    b.desk.keep_suppressed(True)
    b.wire.always(SUPPRESS, Refused("no", status=500), {"status": "submitted"})
    await b.desk.started()
    assert b.store.orders.suppressed == {}
    assert "questions are asked again" in b.messages()
    await b.desk.started()
    assert b.store.orders.suppressed == {"o163": "Are you sure?"}


async def test_what_the_user_resets_is_forgotten() -> None:
    b = bench()
    await suppressed(b, "o163")
    b.desk.keep_suppressed(True)
    b.desk.reset_suppressed()
    await settle()
    from_now = len(asked_to_suppress(b))
    await b.desk.started()
    assert asked_to_suppress(b)[from_now:] == []
    await suppressed(b, "o354")
    assert b.store.orders.suppressed == {"o354": "Are you sure?"}


async def test_a_reset_that_fails_leaves_the_list_as_it_was() -> None:
    b = bench()
    await suppressed(b, "o163")
    b.wire.always(f"{SUPPRESS}/reset", OutcomeUnknown("timed out"))
    b.desk.reset_suppressed()
    await settle()
    assert b.store.orders.suppressed == {"o163": "Are you sure?"}
    assert "not reset" in b.messages()


async def test_never_more_than_fifty_one_are_suppressed() -> None:
    b = bench()
    await suppressed(b, *(f"o{n}" for n in range(51)))
    await suppressed(b, "o999")
    assert len(b.store.orders.suppressed) == 51
    assert "at most 51" in b.messages()
