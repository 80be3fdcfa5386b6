"""Requests say where they go, how urgent they are and whether they touch orders."""

from __future__ import annotations

import pytest

from ibtui.protocol import contracts, fyi, history, market, portfolio, rules, session, watchlists
from ibtui.protocol.orders import requests as orders
from ibtui.protocol.requests import Request, delete, get, post, put, segment

READ_ONLY = [
    session.tickle(),
    session.init_brokerage(compete=True),
    session.switch_account("U1"),
    market.snapshot([1]),
    market.unsubscribe(1),
    history.history(1, period="1d", bar="1h"),
    contracts.search("A"),
    rules.rules(1, is_buy=True),
    portfolio.forget_positions("U1"),
    watchlists.create("1", "L", []),
    watchlists.remove("1"),
    fyi.mark_read("1"),
]


@pytest.mark.parametrize("request_", READ_ONLY, ids=lambda request_: request_.key)
def test_what_touches_no_order_is_allowed_while_read_only(request_: Request) -> None:
    assert not request_.changes_state


WITHOUT_CONTENT = [
    session.tickle(),
    session.auth_status(),
    session.reauthenticate(),
    session.logout(),
    portfolio.forget_positions("U1"),
    orders.reset_suppressed(),
    fyi.mark_read("1"),
    fyi.accept_disclaimer("SM"),
    fyi.deliver_by_email(enabled=True),
]


@pytest.mark.parametrize("request_", WITHOUT_CONTENT, ids=lambda request_: request_.key)
def test_nothing_is_sent_where_the_documents_want_no_body(request_: Request) -> None:
    assert request_.body is None


def test_a_payload_is_sent_as_json() -> None:
    assert post("/iserver/account", {"acctId": "U1"}).body == b'{"acctId":"U1"}'
    assert put("/x", {}).body == b"{}"
    assert get("/x").body is None
    assert delete("/x").body is None


@pytest.mark.parametrize(("value", "safe"), [("U1234567", "U1234567"), ("a/b?c#d", "a%2Fb%3Fc%23d"), (5, "5")])
def test_a_segment_cannot_leave_its_place(value: object, safe: str) -> None:
    assert segment(value) == safe
