"""Historical bars keep their prices and get their true volume."""

from __future__ import annotations

import json

import pytest

from ibtui.domain.market import Bar, History
from ibtui.errors import Garbled, Refused
from ibtui.protocol import history
from tests.protocol.payloads import payload


def decoded(name: str) -> History:
    return history.decode_history(payload(f"market/{name}"), 265598, period="1d", bar="1h", received=3.0)


def test_the_history_of_the_documents_is_read() -> None:
    expected = Bar(16923456000, 173.4, 175.1, 171.7, 174.7, 472117.45)
    assert decoded("GET-iserver-marketdata-history") == History(
        265598, "1d", "1h", (expected,), 3.0, highest=175.1, lowest=171.7
    )


def test_the_real_volume_is_volume_times_its_factor() -> None:
    found = decoded("GET-iserver-marketdata-history.last")
    assert found.bars == (
        Bar(1747229400000, 212.43, 213.94, 210.58, 212.33, 26661618.0),
        Bar(1747315800000, 210.95, 212.96, 209.54, 211.45, 25684725.0),
        Bar(1747402200000, 212.36, 212.57, 209.77, 211.26, 23524024.0),
        Bar(1747661400000, 207.78, 209.48, 204.26, 208.78, 26756989.0),
    )
    assert (found.highest, found.lowest) == (213.94, 204.26)


def test_bid_ask_and_midpoint_bars_have_no_volume() -> None:
    bid_ask = decoded("GET-iserver-marketdata-history.bidask")
    assert bid_ask.bars[0] == Bar(1747229400000, 212.09, 213.94, 210.58, 212.11, 0.0)
    assert bid_ask.bars[-1] == Bar(1747661400000, 207.84, 209.48, 204.25, 207.86, 0.0)
    midpoint = decoded("GET-iserver-marketdata-history.midpoint")
    assert midpoint.bars[0] == Bar(1747229400000, 212.37, 213.94, 210.59, 212.42, 0.0)
    assert [len(bid_ask.bars), len(midpoint.bars)] == [4, 4]


def test_the_other_history_service_is_read_likewise() -> None:
    expected = Bar(1702285200000, 195.01, 195.01, 194.8, 194.8, 1723.0)
    assert decoded("GET-hmds-history") == History(265598, "1d", "1h", (expected,), 3.0)


def test_an_error_in_words_is_refused() -> None:
    with pytest.raises(Refused, match="description"):
        decoded("GET-iserver-marketdata-history.error")


def test_no_list_of_bars_is_no_bars_and_no_object_is_garbled() -> None:
    assert history.decode_history(b'{"data":null}', 1, period="1d", bar="1h", received=0.0).bars == ()
    with pytest.raises(Garbled):
        history.decode_history(b"[]", 1, period="1d", bar="1h", received=0.0)


def test_bars_are_sorted_and_broken_ones_left_out() -> None:
    rows = [
        {"t": 2000, "o": 1, "h": 2, "l": 1, "c": 2, "v": 5},
        {"t": 1000, "o": "1", "h": "2", "l": "1", "c": "2"},
        {"t": 3000, "o": 1, "h": None, "l": 1, "c": 2, "v": 5},
        {"o": 1, "h": 2, "l": 1, "c": 2, "v": 5},
    ]
    body = json.dumps({"data": rows, "volumeFactor": 10}).encode()
    found = history.decode_history(body, 1, period="1d", bar="1h", received=0.0)
    assert found.bars == (Bar(1000, 1.0, 2.0, 1.0, 2.0, 0.0), Bar(2000, 1.0, 2.0, 1.0, 2.0, 50.0))


@pytest.mark.parametrize("high", ["", "abc/1/2", None, 5, "/"])
def test_an_unreadable_extreme_is_unknown(high: object) -> None:
    body = json.dumps({"high": high, "priceFactor": 100, "data": []}).encode()
    assert history.decode_history(body, 1, period="1d", bar="1h", received=0.0).highest is None


def test_the_request_is_as_documented() -> None:
    wanted = history.history(265598, period="1d", bar="5min", outside_rth=False, exchange="SMART")
    assert wanted.path == "/iserver/marketdata/history"
    assert dict(wanted.query) == {
        "conid": "265598",
        "period": "1d",
        "bar": "5min",
        "outsideRth": "false",
        "exchange": "SMART",
    }
