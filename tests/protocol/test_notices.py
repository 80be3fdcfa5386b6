"""Notices, prompts and bulletins are read in both of their forms."""

from __future__ import annotations

import pytest

from ibtui.domain.notices import Bulletin, Notice
from ibtui.errors import Refused
from ibtui.protocol.notices import bulletins_of, decode_prompt_answer, notices_of
from tests.protocol.payloads import WIRE


def test_a_notice_comes_in_an_array_or_bare() -> None:
    bare = {"id": "118", "text": "Order canceled", "title": None, "url": None}
    expected = Notice("118", "Order canceled", received=4.0)
    assert [event.notice for event in notices_of(bare, received=4.0)] == [expected]
    assert [event.notice for event in notices_of([bare], received=4.0)] == [expected]


def test_a_prompt_waits_for_one_of_its_options() -> None:
    row = {"orderId": "12", "reqId": 29042, "text": "Use it?", "options": ["Yes", "", None, "No"], "prompt": True}
    (event,) = notices_of([row], received=4.0)
    assert event.notice == Notice("29042", "Use it?", "", "", 12, "29042", ("Yes", "No"), received=4.0)
    assert event.notice.is_prompt


def test_hostile_text_is_cleaned() -> None:
    (event,) = notices_of({"id": 1, "text": "<b>Stop</b>\x1b[2J<br>now", "title": "\u202etitle"}, received=0.0)
    assert (event.notice.text, event.notice.title) == ("Stop\nnow", "title")


def test_two_notices_without_ids_are_told_apart_by_their_text() -> None:
    first, second = notices_of([{"text": "one"}, {"text": "two"}], received=0.0)
    assert first.notice.notice_id != second.notice.notice_id


@pytest.mark.parametrize("args", [None, [], {}, "text", [None, 5], [{"id": "1"}]])
def test_what_says_nothing_is_no_notice(args: object) -> None:
    assert notices_of(args, received=0.0) == ()
    assert bulletins_of(args, received=0.0) == ()


def test_the_id_of_a_bulletin_is_a_number_or_text() -> None:
    live = bulletins_of([{"id": 1789618148, "exchanges": None, "message": "NYSE opens late"}], received=4.0)
    documented = bulletins_of({"id": "1789618148", "message": "NYSE opens late"}, received=4.0)
    assert [event.bulletin for event in live] == [Bulletin("1789618148", "NYSE opens late", 4.0)]
    assert live == documented


@pytest.mark.parametrize(
    ("body", "word"),
    [(b'"Request was submitted"', "Request was submitted"), (b"\x1b[31mSuccess", "Success"), (b"", ""), (b"{}", "")],
)
def test_the_answer_to_a_prompt_is_json_or_plain_text(body: bytes, word: str) -> None:
    assert decode_prompt_answer(body) == word


def test_the_documented_answer_to_a_prompt_is_plain_text() -> None:
    assert decode_prompt_answer((WIRE / "orders" / "POST-iserver-notification.txt").read_bytes()) == "Success"


def test_an_answer_refused_in_words_raises_them() -> None:
    with pytest.raises(Refused, match="no such prompt"):
        decode_prompt_answer(b'{"error":"no such prompt"}')
