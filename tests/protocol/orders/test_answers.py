from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.errors import Garbled
from ibtui.protocol.orders.answers import (
    Accepted,
    Answer,
    Asked,
    CancelTaken,
    Refusal,
    decode_answer,
    decode_cancel,
    decode_preview,
)


def answer(value: object, number: int = 1) -> Answer:
    return decode_answer(json.dumps(value).encode(), number=number)


def test_an_order_is_accepted() -> None:
    got = answer([{"order_id": "1234567890", "order_status": "Submitted", "encrypt_message": "1"}])
    assert isinstance(got, Accepted)
    assert (got.order_id, got.words) == (1234567890, "order 1234567890 Submitted")


def test_a_bare_object_is_accepted_as_well() -> None:
    got = answer({"order_id": "987654", "order_status": "Submitted"})
    assert isinstance(got, Accepted)
    assert got.order_id == 987654


def test_a_bracket_says_which_leg_was_rejected() -> None:
    got = answer(
        [
            {"order_id": "1", "order_status": "PreSubmitted"},
            {"order_id": "-1", "order_status": "Inactive", "text": "no short stock"},
        ]
    )
    assert isinstance(got, Accepted)
    assert got.words == "order 1 PreSubmitted; a leg was rejected: no short stock"


def test_only_rejected_legs_are_a_refusal() -> None:
    assert answer([{"order_id": "-1", "text": "no money"}]) == Refusal("no money")


def test_a_question_is_cleaned_and_keeps_the_servers_options() -> None:
    got = answer(
        [
            {
                "id": "2d2ea2f9-2a34-4b71-bc23-9f7f4f9ee4c0",
                "message": [
                    "<h4>Confirm Mandatory Cap Price</h4>To avoid trading at a price \x1b[31mnot fair</b>,\n"
                    "IB may set a cap. [bold]Accept?[/bold]"
                ],
                "isSuppressed": False,
                "messageIds": ["o10153"],
                "isSuppressible": True,
                "messageOptions": ["Decline", "Accept and Continue"],
            }
        ],
        number=3,
    )
    assert isinstance(got, Asked)
    asked = got.question
    assert "<" not in asked.text
    assert "\x1b" not in asked.text
    assert "Confirm Mandatory Cap Price" in asked.text
    assert "[bold]Accept?[/bold]" in asked.text
    assert asked.options == ("Decline", "Accept and Continue")
    assert (asked.accept_label, asked.decline_label) == ("Accept and Continue", "Decline")
    assert (asked.number, asked.message_ids, asked.suppressible) == (3, ("o10153",), True)


def test_line_breaks_of_a_question_are_kept() -> None:
    got = answer([{"id": "a", "message": ["price exceeds \nthe constraint of 3%.\nAre you sure?"], "messageIds": []}])
    assert isinstance(got, Asked)
    assert got.question.text == "price exceeds\nthe constraint of 3%.\nAre you sure?"


@pytest.mark.parametrize("text", ["word " * 200_000, "Sure?" + "<b></b>" * 200_000 + " Sell it all."])
def test_a_question_too_long_to_be_shown_says_that_it_was_cut(text: str) -> None:
    got = answer([{"id": "r", "message": [text], "messageIds": ["o1"]}])
    assert isinstance(got, Asked)
    assert got.question.is_cut
    assert len(got.question.text) <= 20_000


def test_a_question_that_is_shown_whole_is_not_called_cut() -> None:
    for text in ("Sure?", "Wait for it …", "word " * 3_999):
        got = answer([{"id": "r", "message": [text], "messageIds": ["o1"]}])
        assert isinstance(got, Asked)
        assert not got.question.is_cut


def test_a_question_with_bytes_that_are_no_utf_8_is_still_asked() -> None:
    got = decode_answer(b'[{"id": "r", "message": ["It costs 5 \x80. Sure?"], "messageIds": ["o1"]}]')
    assert isinstance(got, Asked)
    assert got.question.text.endswith("Sure?")


def test_an_unknown_message_id_is_a_normal_question() -> None:
    got = answer([{"id": "a", "message": ["Odd?"], "messageIds": ["o99999"]}])
    assert isinstance(got, Asked)
    assert (got.question.message_ids, got.question.options, got.question.suppressible) == (
        ("o99999",),
        ("Yes", "No"),
        True,
    )


@pytest.mark.parametrize(
    "extra", [{"messageIds": ["o1"], "isSuppressible": False}, {"messageIds": []}, {}], ids=["told", "no ids", "none"]
)
def test_a_question_that_cannot_be_suppressed_says_so(extra: dict[str, object]) -> None:
    got = answer([{"id": "a", "message": ["Odd?"], **extra}])
    assert isinstance(got, Asked)
    assert not got.question.suppressible


def test_line_breaks_spelled_out_are_line_breaks() -> None:
    got = answer([{"id": "a", "message": ["no fill.\\nUse the algo?"], "messageIds": ["p12"]}])
    assert isinstance(got, Asked)
    assert got.question.text == "no fill.\nUse the algo?"


def test_a_question_beside_an_accepted_leg_is_asked() -> None:
    got = answer([{"order_id": "1", "order_status": "PreSubmitted"}, {"id": "a", "message": ["Sure?"]}])
    assert isinstance(got, Asked)


def test_a_question_without_text_is_still_a_question() -> None:
    got = answer([{"id": "a", "message": [], "messageIds": ["o1"]}])
    assert isinstance(got, Asked)
    assert got.question.text


def test_an_error_with_status_200_is_a_refusal_in_its_own_words() -> None:
    assert answer({"error": "We cannot accept an order at the limit <b>price</b>."}) == Refusal(
        "We cannot accept an order at the limit price."
    )


def test_an_order_already_registered_is_recognised() -> None:
    got = answer({"error": "Order couldn't be submitted: Local order ID=ibtui-1 is already registered"})
    assert isinstance(got, Refusal)
    assert got.is_already_registered


def test_a_lost_question_is_recognised() -> None:
    got = answer({"error": "reply id not found: '99097238-9824-4830-84ef-46979aa22593'"})
    assert isinstance(got, Refusal)
    assert got.is_lost_question


def test_an_advanced_rejection_brings_its_prompt() -> None:
    got = answer(
        {
            "orderId": 123456789,
            "reqId": "22170",
            "dismissable": [],
            "text": "If your order is not immediately executable…\nUse the Price Management Algo?",
            "options": ["Use on this order", "Always use", "Do not use"],
            "type": "M",
            "messageId": "p12",
            "prompt": True,
        }
    )
    assert isinstance(got, Refusal)
    assert got.prompt is not None
    assert (got.prompt.order_id, got.prompt.request_id) == (123456789, "22170")
    assert got.prompt.options == ("Use on this order", "Always use", "Do not use")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"[{}]",
        b"[1]",
        b'"Success"',
        b"<html>502</html>",
        b'[{"order_id":null}]',
        b'[{"order_status":"Submitted"}]',
        b'[{"order_id":"1"},{"order_status":"x"}]',
        b'{"id":"","message":["?"]}',
        b"\xff",
        b'{"order_id": 1',
    ],
)
def test_an_answer_that_is_none_of_these_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        decode_answer(body)


@given(st.binary(max_size=60) | st.text(alphabet='[]{}":,01e-.oridmesag_nul', max_size=60).map(str.encode))
def test_no_answer_breaks_the_decoder_in_any_other_way(body: bytes) -> None:
    with contextlib.suppress(Garbled):
        assert isinstance(decode_answer(body), (Accepted, Asked, Refusal))


@pytest.mark.parametrize(
    "body",
    [
        {"msg": "Request was submitted", "order_id": 912091175, "conid": -1, "account": None},
        [{"msg": "Request was submitted", "order_id": "1370093239", "order_status": "PreSubmitted"}],
    ],
)
def test_a_cancel_is_taken(body: object) -> None:
    assert decode_cancel(json.dumps(body).encode()) == CancelTaken("Request was submitted")


def test_a_cancel_of_an_unknown_order_is_refused() -> None:
    assert decode_cancel(b'{"error":"OrderID 1 doesn\'t exist"}') == Refusal("OrderID 1 doesn't exist")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html>"])
def test_a_cancel_answered_with_nothing_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        decode_cancel(body)


def test_a_what_if_of_the_documents() -> None:
    impact = decode_preview(
        json.dumps(
            {
                "amount": {"amount": "1,977.60 USD (10 Shares)", "commission": "1 USD", "total": "1,978.60 USD"},
                "equity": {"current": "215,415,594", "change": "-1", "after": "215,415,593"},
                "initial": {"current": "116,965", "change": "652", "after": "117,617"},
                "maintenance": {"current": "106,332", "change": "592", "after": "106,924"},
                "position": {"current": "0", "change": "10", "after": "10"},
                "warn": "21/You are trying to submit an order without having market data.\nUnexpected trades.",
                "error": None,
            }
        ).encode()
    )
    assert impact.commission == "1 USD"
    assert (impact.position.current, impact.position.after) == ("0", "10")
    assert impact.warning.startswith("21/You are trying")
    assert impact.error == ""


def test_a_what_if_without_cash_shows_its_error_and_blanks() -> None:
    impact = decode_preview(
        b'{"amount":null,"equity":{"current":"None","change":"N/A","after":""},"error":"YOUR ORDER IS NOT ACCEPTED"}'
    )
    assert impact.error == "YOUR ORDER IS NOT ACCEPTED"
    assert (impact.amount, impact.equity.current, impact.equity.change, impact.equity.after) == ("", "", "", "")


def test_a_what_if_answered_with_a_question_shows_it_as_a_warning() -> None:
    body = json.dumps([{"id": "r", "message": ["Are you<br>sure?"], "messageIds": ["o1"]}]).encode()
    assert decode_preview(body).warning == "Are you\nsure?"
