"""Fields of snapshots and streams become fields of a quote."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.domain.events import QuoteReceived
from ibtui.domain.market import Availability, Quote
from ibtui.errors import Garbled, Refused
from ibtui.protocol import market
from tests.protocol.payloads import payload

RECEIVED = 12.5


def changes_of(**row: object) -> dict[str, object]:
    event = market.quote_of({"conid": 1, **row}, received=RECEIVED)
    assert event is not None
    return dict(event.changes)


def test_a_snapshot_is_read() -> None:
    found = market.decode_snapshot(payload("market/GET-iserver-marketdata-snapshot"), received=RECEIVED)
    told = {
        "last": Decimal("193.18"),
        "last_is_close": False,
        "halted": False,
        "bid": Decimal("193.06"),
        "ask": Decimal("193.14"),
        "availability": Availability.LIVE,
        "availability_code": "RpB",
        "server_time_ms": 1702334859712,
    }
    assert found == (QuoteReceived(265598, told, RECEIVED, from_stream=False),)


def test_a_preflight_snapshot_names_the_instruments_and_is_cold() -> None:
    found = market.decode_snapshot(payload("market/GET-iserver-marketdata-snapshot.preflight"), received=RECEIVED)
    assert found == (
        QuoteReceived(265598, {}, RECEIVED, from_stream=False),
        QuoteReceived(8314, {}, RECEIVED, from_stream=False),
    )
    assert all(market.is_cold(event) for event in found)


def test_a_snapshot_of_two_instruments_keeps_them_apart() -> None:
    apple, ibm = market.decode_snapshot(payload("market/GET-iserver-marketdata-snapshot.two"), received=RECEIVED)
    common = {
        "last_is_close": False,
        "halted": False,
        "availability": Availability.LIVE,
        "availability_code": "RpB",
        "last_size": Decimal(100),
        "server_time_ms": 1712596911593,
    }
    assert apple.conid == 265598
    assert apple.changes == common | {
        "last": Decimal("168.42"),
        "bid": Decimal("168.41"),
        "bid_size": Decimal(1300),
        "ask": Decimal("168.42"),
        "ask_size": Decimal(600),
    }
    assert ibm.conid == 8314
    assert ibm.changes == common | {
        "last": Decimal("189.60"),
        "bid": Decimal("189.56"),
        "bid_size": Decimal(200),
        "ask": Decimal("189.61"),
        "ask_size": Decimal(500),
    }
    assert not market.is_cold(apple)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("193.18", {"last": Decimal("193.18"), "last_is_close": False, "halted": False}),
        ("C189.60", {"last": Decimal("189.60"), "last_is_close": True, "halted": False}),
        ("H189.60", {"last": Decimal("189.60"), "last_is_close": False, "halted": True}),
        (193.18, {"last": Decimal("193.18"), "last_is_close": False, "halted": False}),
        ("", {"last": None}),
        (None, {"last": None}),
        ("X5", {"last": None}),
    ],
)
def test_the_last_price_tells_close_and_halt_by_its_prefix(value: object, told: dict[str, object]) -> None:
    assert changes_of(**{"31": value}) == told


@pytest.mark.parametrize(
    ("code", "availability"),
    [
        ("RpB", Availability.LIVE),
        ("R", Availability.LIVE),
        ("DPB", Availability.DELAYED),
        ("ZB", Availability.FROZEN),
        ("YPB", Availability.FROZEN_DELAYED),
        ("N", Availability.NOT_SUBSCRIBED),
        ("S", Availability.UNKNOWN),
        ("i", Availability.UNKNOWN),
        ("v", Availability.UNKNOWN),
        ("HB", Availability.UNKNOWN),
        ("rpB", Availability.UNKNOWN),
    ],
)
def test_an_unknown_availability_is_never_live(code: str, availability: Availability) -> None:
    assert changes_of(**{"6509": code}) == {"availability": availability, "availability_code": code}


def test_a_blank_availability_tells_nothing() -> None:
    assert changes_of(**{"6509": ""}) == {}


def test_a_hostile_availability_is_shown_as_a_question_mark() -> None:
    assert changes_of(**{"6509": "\x1b[31m"})["availability_code"] == "?"


@pytest.mark.parametrize("value", [0.54, "0.54%", "+0.54%", "0.54"])
def test_the_change_in_percent_is_a_number_on_the_socket_and_text_over_rest(value: object) -> None:
    assert changes_of(**{"83": value}) == {"change_percent": Decimal("0.54")}


def test_the_precise_volume_is_taken_before_the_rounded_one() -> None:
    assert changes_of(**{"87": "24.2M", "7762": "24212345"}) == {"volume": Decimal(24212345)}
    assert changes_of(**{"7762": "", "87": "24.2M"}) == {"volume": Decimal(24_200_000)}
    assert changes_of(**{"87": "24.2M"}) == {"volume": Decimal(24_200_000)}


def test_the_prior_close_is_taken_before_the_close_of_the_day() -> None:
    assert changes_of(**{"7296": "5", "7741": "4"}) == {"close": Decimal(4)}
    assert changes_of(**{"7296": "5"}) == {"close": Decimal(5)}


def test_a_blank_field_empties_and_an_absent_one_does_not() -> None:
    assert changes_of(**{"84": "", "88": None}) == {"bid": None, "bid_size": None}


def test_unasked_fields_are_ignored() -> None:
    assert changes_of(**{"6508": "&serviceID1=122", "6119": "q1", "server_id": "q1", "9999": {}}) == {}


@pytest.mark.parametrize(
    "row",
    [
        {"conid": 265598},
        {"conid": "265598"},
        {"conidEx": "265598@SMART"},
        {"topic": "smd+265598"},
        {"topic": "smd+265598@ARCA+x"},
        {"conid": None, "conidEx": "265598"},
    ],
)
def test_the_instrument_is_found_wherever_it_is_named(row: dict[str, object]) -> None:
    event = market.quote_of(row, received=RECEIVED)
    assert event is not None
    assert event.conid == 265598


@pytest.mark.parametrize("row", [{}, {"conid": "x"}, {"conidEx": "0;;;1/1,2/-1"}, {"conid": 0.5}, {"conid": True}])
def test_a_row_without_an_instrument_is_none(row: dict[str, object]) -> None:
    assert market.quote_of(row, received=RECEIVED) is None


def test_every_field_of_the_table_names_fields_of_a_quote() -> None:
    known = set(Quote.__struct_fields__)
    row = {"conid": 1, **dict.fromkeys(market.FIELD_TABLE, "1"), "7296": "1", "87": "1", "6509": "R", "_updated": 5}
    event = market.quote_of(row, received=RECEIVED)
    assert event is not None
    assert set(event.changes) <= known
    assert {"last", "bid", "ask", "close", "volume", "mark", "open", "high", "low"} <= set(event.changes)


def test_a_watchlist_asks_for_prices_sizes_and_availability() -> None:
    assert {"31", "84", "85", "86", "88", "82", "83", "87", "7762", "7059", "70", "71", "7295", "7741", "6509"} <= set(
        market.FIELDS
    )
    assert len(set(market.FIELDS)) == len(market.FIELDS)


def test_unsubscribing_is_confirmed_or_refused() -> None:
    assert market.decode_unsubscribed(payload("market/POST-iserver-marketdata-unsubscribe"))
    assert market.decode_unsubscribed(payload("market/GET-iserver-marketdata-unsubscribeall"))
    with pytest.raises(Refused, match="unknown"):
        market.decode_unsubscribed(payload("market/POST-iserver-marketdata-unsubscribe.error"))


def test_a_snapshot_that_is_no_list_is_garbled() -> None:
    with pytest.raises(Garbled):
        market.decode_snapshot(b"{}", received=RECEIVED)


def test_requests_are_as_documented() -> None:
    wanted = market.snapshot([265598, 8314], ["31", "84", "86"])
    assert wanted.path == "/iserver/marketdata/snapshot"
    assert wanted.query == (("conids", "265598,8314"), ("fields", "31,84,86"))
    assert market.unsubscribe(265598).body == b'{"conid":265598}'
    assert market.unsubscribe_all().path == "/iserver/marketdata/unsubscribeall"
