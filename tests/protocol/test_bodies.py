"""Bodies that are no JSON, of the wrong shape, or errors in words, raise the right error and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.errors import Garbled, NoBrokerageSession, NotLoggedIn, Refused
from ibtui.protocol.bodies import flag_of, parse, parse_object, parse_rows, seconds_of, text_of, texts_of


@pytest.mark.parametrize("body", [b"", b"<html>login</html>", b"{", b"[" * 100_000, b'{"a":}', b"\xff\xfe"])
def test_what_is_no_json_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        parse(body)


@given(st.binary(max_size=200))
def test_random_bytes_are_a_value_or_garbled_with_a_clean_excerpt(body: bytes) -> None:
    excerpt = ""
    try:
        parse(body)
    except Garbled as garbled:
        excerpt = garbled.detail
    assert excerpt == "" or excerpt.isprintable()


def test_wrong_utf8_is_replaced() -> None:
    assert parse_object(b'{"text":"IB\x99"}') == {"text": "IB\ufffd"}


def test_a_byte_order_mark_is_forgiven() -> None:
    assert parse_object(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


def test_numbers_java_calls_nan_are_null() -> None:
    assert parse_object(b'{"a":NaN,"b":-Infinity}') == {"a": None, "b": None}


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"5", b"null"])
def test_an_object_is_demanded_where_one_is_due(body: bytes) -> None:
    with pytest.raises(Garbled):
        parse_object(body)


@pytest.mark.parametrize("body", [b"{}", b'"text"', b"5", b"null"])
def test_a_list_is_demanded_where_one_is_due(body: bytes) -> None:
    with pytest.raises(Garbled):
        parse_rows(body)


def test_strange_members_of_a_list_are_left_out() -> None:
    assert parse_rows(b'[{"a":1},null,5,"x",[],{"b":2}]') == ({"a": 1}, {"b": 2})


@pytest.mark.parametrize("parser", [parse_object, parse_rows])
def test_an_error_in_words_is_a_refusal_with_clean_text(parser: object) -> None:
    assert callable(parser)
    with pytest.raises(Refused) as caught:
        parser(b'{"error":"<b>Bad</b>\\u001b[31m Request: no such conid"}')
    assert caught.value.detail == "Bad Request: no such conid"


def test_an_error_that_is_null_is_none() -> None:
    assert parse_object(b'{"error":null,"a":1}')["a"] == 1


def test_no_bridge_means_that_the_brokerage_session_is_missing() -> None:
    with pytest.raises(NoBrokerageSession):
        parse_object(b'{"error":"Bad Request: no bridge"}')


def test_no_session_means_that_nobody_is_logged_in() -> None:
    with pytest.raises(NotLoggedIn):
        parse_object(b'{"error":"no session"}')


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        (True, True),
        (False, False),
        (1, True),
        (0, False),
        ("1", True),
        ("0", False),
        ("true", True),
        ("false", False),
        (None, None),
        ("yes", None),
        (2, None),
        ([], None),
        ({}, None),
    ],
)
def test_flags_are_true_false_or_not_told(value: object, flag: bool | None) -> None:
    assert flag_of(value) is flag


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(1702582321, 1702582321), (1702582422000, 1702582422), (0, 0), (None, 0), ("x", 0), (-5, 0), (True, 0)],
)
def test_times_in_seconds_and_milliseconds_are_seconds(value: object, seconds: int) -> None:
    assert seconds_of(value) == seconds


@pytest.mark.parametrize(("value", "text"), [("a\nb", "a b"), (5, "5"), (None, ""), (True, ""), ([], ""), ({}, "")])
def test_only_strings_and_numbers_are_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_texts_leave_out_blanks() -> None:
    assert texts_of(["limit", "", None, " market "]) == ("limit", "market")
    assert texts_of("limit") == ()
