"""No frame raises, and what a frame leaves out is not made up."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.account import LedgerLine, SummaryLine
from ibtui.domain.events import LedgerReceived, NoticeReceived, QuoteReceived, SummaryReceived
from ibtui.domain.notices import Notice
from ibtui.protocol import frames
from ibtui.protocol.frames import decode_frame
from tests.protocol.payloads import WIRE

D = Decimal
NOW = 12.5
ACCOUNT = "DU1234567"


def test_bytes_that_are_no_utf8_do_not_lose_the_frame() -> None:
    frame = decode_frame((WIRE / "websocket" / "garbled.bin").read_bytes(), received=NOW)
    assert frame == frames.NoticesFrame((NoticeReceived(Notice("1", "IB\ufffd notice", received=NOW)),))


def test_a_frame_of_an_instrument_not_named_carries_no_event() -> None:
    assert decode_frame(b'{"topic":"smd","31":"5"}', received=NOW) == frames.MarketFrame(())


def test_the_topic_names_the_instrument_where_the_frame_does_not() -> None:
    frame = decode_frame(b'{"topic":"smd+265598","84":"5"}', received=NOW)
    assert frame == frames.MarketFrame((QuoteReceived(265598, {"bid": D(5)}, NOW),))


def test_an_error_of_a_stream_is_no_quote() -> None:
    frame = decode_frame(b'{"topic":"smd+265598","error":"no market data"}', received=NOW)
    assert frame == frames.ErrorFrame("smd+265598", "no market data")


def test_an_error_in_args_is_found() -> None:
    frame = decode_frame(b'{"topic":"error","args":{"error":"bad","code":3}}', received=NOW)
    assert frame == frames.ErrorFrame("", "bad", 3)


def test_a_ladder_frame_without_rows_carries_no_event() -> None:
    assert decode_frame(b'{"topic":"sbd+DU1+5","data":[]}', received=NOW) == frames.LadderFrame(())


def test_a_blank_summary_or_ledger_row_leaves_the_last_value_standing() -> None:
    summary = b'{"topic":"ssd+DU1","result":[{"key":"NetLiquidation","timestamp":5}]}'
    ledger = b'{"topic":"sld+DU1","result":[{"key":"LedgerListUSD","timestamp":5}]}'
    assert decode_frame(summary, received=NOW) == frames.MoneyFrame(())
    assert decode_frame(ledger, received=NOW) == frames.MoneyFrame(())


def test_a_summary_is_of_the_account_its_topic_names() -> None:
    raw = b'{"topic":"ssd+DU9","result":[{"key":"NetLiquidation","monetaryValue":5.5,"currency":"EUR","timestamp":1}]}'
    frame = decode_frame(raw, received=NOW, account=ACCOUNT)
    assert frame == frames.MoneyFrame(
        (SummaryReceived("DU9", (SummaryLine("netliquidation", D("5.5"), "EUR", "", 1),)),)
    )


def test_a_summary_of_nobody_is_not_shown() -> None:
    raw = b'{"result":[{"key":"NetLiquidation","monetaryValue":5.5,"currency":"EUR"}]}'
    assert decode_frame(raw, received=NOW) == frames.MoneyFrame(())


def test_a_ledger_without_topic_is_told_by_its_keys() -> None:
    raw = b'{"result":[{"key":"LedgerListUSD","acctCode":"DU9","cashbalance":5}]}'
    assert decode_frame(raw, received=NOW) == frames.MoneyFrame(
        (LedgerReceived((LedgerLine("DU9", "USD", cash=D(5)),)),)
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"<html>",
        b"[]",
        b"5",
        b"null",
        b"\xff\xfe\x00",
        b"{}",
        b'{"topic":5}',
        b'{"topic":"xyz+1"}',
        b'{"topic":"act","args":[]}',
        b'{"topic":"system"}',
        b'{"topic":"smh","data":[]}',
        b"[" * 50_000,
        "\ud800",
    ],
)
def test_garbage_is_unknown(raw: bytes | str) -> None:
    assert isinstance(decode_frame(raw, received=NOW), frames.Unknown)


def test_the_excerpt_of_garbage_is_short_and_clean() -> None:
    frame = decode_frame(b"\x1b[31m" + b"x" * 100_000, received=NOW)
    assert isinstance(frame, frames.Unknown)
    assert len(frame.text) <= 200
    assert "\x1b" not in frame.text


TOPICS = (
    "smd+1",
    "smh+1",
    "sbd+A+1",
    "sor",
    "str",
    "spl",
    "ssd+A",
    "sld+A",
    "act",
    "sts",
    "ntf",
    "blt",
    "system",
    "tic",
    "error",
    "",
)
KEYS = [
    "topic",
    "args",
    "data",
    "result",
    "error",
    "code",
    "message",
    "conid",
    "conidEx",
    "31",
    "84",
    "83",
    "87",
    "6509",
    "_updated",
    "hb",
    "success",
    "row",
    "price",
    "bid",
    "focus",
    "key",
    "monetaryValue",
    "timestamp",
    "orderId",
    "execution_id",
    "status",
    "side",
    "size",
    "text",
    "options",
    "reqId",
    "id",
    "t",
    "o",
    "h",
    "l",
    "c",
    "v",
    "priceFactor",
    "high",
    "volumeFactor",
    "barLength",
    "serverId",
    "accounts",
    "aliases",
    "selectedAccount",
    "serverInfo",
    "acctCode",
    "cashbalance",
    "alive",
    "DU1.Core",
    "dpl",
]
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(["1", "1e400", "-1", "100 @ 5", "C5", "DU1", "NaN", 10**5000 % 7, 10**40, -(10**40)]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)),
    max_leaves=20,
)


@given(st.sampled_from(TOPICS), st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=12))
def test_no_frame_of_any_topic_raises(topic: str, fields: dict[str, object]) -> None:
    raw = json.dumps({**fields, "topic": topic})
    assert isinstance(decode_frame(raw, received=NOW, account="DU1"), frames.Frame)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_no_bytes_or_text_raise(raw: bytes | str) -> None:
    assert isinstance(decode_frame(raw, received=NOW), frames.Frame)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_number_of_thousands_of_digits_raises_nowhere(topic: str) -> None:
    huge = "9" * 5_000
    raw = f'{{"topic":"{topic}","conid":{huge},"hb":{huge},"31":{huge},"id":{huge},"args":[{{"orderId":{huge}}}]}}'
    assert isinstance(decode_frame(raw, received=NOW), frames.Frame)
