"""Watchlists of IBKR's documents keep their order and their blank rows."""

from __future__ import annotations

import json

import pytest

from ibtui.domain.contracts import Contract
from ibtui.domain.watchlists import Watchlist, WatchlistName
from ibtui.protocol import watchlists
from tests.protocol.payloads import payload

IBM = Contract(8314, "IBM", "INTL BUSINESS MACHINES CORP", "STK")
KO = Contract(8894, "KO", "COCA-COLA CO/THE", "STK")


@pytest.mark.parametrize("name", ["GET-iserver-watchlists", "GET-iserver-watchlists.openapi"])
def test_the_names_of_the_lists_are_read(name: str) -> None:
    assert watchlists.decode_names(payload(f"watchlists/{name}")) == (WatchlistName("1234", "Test Watchlist"),)


def test_lists_of_the_system_come_last_and_are_read_only() -> None:
    body = b"""{"data":{"system_lists":[{"id":"-5","name":"System"}],
        "user_lists":[{"id":7,"name":"Mine","read_only":true},{"name":"no id"}]}}"""
    assert watchlists.decode_names(body) == (
        WatchlistName("7", "Mine", read_only=True),
        WatchlistName("-5", "System", read_only=True),
    )


@pytest.mark.parametrize(
    ("name", "contracts"),
    [("GET-iserver-watchlist", (IBM, KO)), ("GET-iserver-watchlist.openapi", (IBM,))],
)
def test_a_list_tells_its_instruments(name: str, contracts: tuple[Contract, ...]) -> None:
    conids = tuple(contract.conid for contract in contracts)
    shown, learned = watchlists.decode_watchlist(payload(f"watchlists/{name}"))
    assert shown == Watchlist("1234", "Test Watchlist", conids, rows=conids)
    assert learned == contracts


def test_blank_rows_are_kept_and_a_first_answer_may_name_conids_only() -> None:
    body = b"""{"id":"9","name":"L","readOnly":true,
        "instruments":[{"C":"8314","conid":8314,"name":""},{"H":""},{"C":"8894"}]}"""
    shown, _ = watchlists.decode_watchlist(body)
    assert shown == Watchlist("9", "L", (8314, 8894), read_only=True, rows=(8314, None, 8894))


def test_a_new_list_is_confirmed_by_its_name() -> None:
    created = watchlists.decode_created(payload("watchlists/POST-iserver-watchlist"))
    assert created == WatchlistName("1234", "Test Watchlist")


def test_a_deleted_list_is_named() -> None:
    assert watchlists.decode_removed(payload("watchlists/DELETE-iserver-watchlist")) == "1234"


def test_rows_are_written_with_conids_and_blanks() -> None:
    wanted = watchlists.create("1234", "Test Watchlist", [8314, None, 8894])
    assert (wanted.method, wanted.path) == ("POST", "/iserver/watchlist")
    assert json.loads(wanted.body or b"") == {
        "id": "1234",
        "name": "Test Watchlist",
        "rows": [{"C": 8314}, {"H": ""}, {"C": 8894}],
    }


def test_lists_are_asked_for_and_deleted_by_id() -> None:
    assert watchlists.names().query == (("SC", "USER_WATCHLIST"),)
    assert watchlists.watchlist("1234").query == (("id", "1234"),)
    removal = watchlists.remove("1234")
    assert (removal.method, removal.path, removal.query) == ("DELETE", "/iserver/watchlist", (("id", "1234"),))
