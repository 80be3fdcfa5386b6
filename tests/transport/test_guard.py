from __future__ import annotations

import pytest

from ibtui.errors import ReadOnly
from ibtui.protocol import contracts, fyi, market, rules, session, watchlists
from ibtui.protocol.orders import requests as orders
from ibtui.protocol.requests import Request
from ibtui.transport.guard import refuse_changes


@pytest.mark.parametrize(
    "request_",
    [
        session.tickle(),
        session.auth_status(),
        session.init_brokerage(compete=False),
        session.switch_account("DU1"),
        rules.rules(265598, is_buy=True),
        contracts.search("AAPL"),
        market.unsubscribe(265598),
        orders.live_orders(),
        Request("POST", "/iserver/account/DU1234567/orders/whatif", body=b"{}"),
    ],
)
def test_reading_goes_through(request_: Request) -> None:
    refuse_changes(request_)


@pytest.mark.parametrize(
    "request_",
    [
        orders.cancel("DU1234567", 7),
        orders.reply("0f1e", confirmed=True),
        orders.suppress(["o163"]),
        orders.answer_prompt(7, "29042", "Yes"),
        Request("POST", "/iserver/account/DU1234567/orders", body=b"{}", changes_state=True),
        Request("POST", "/iserver/account/DU1234567/orders", body=b"{}"),
        Request("POST", "/iserver/account/DU1234567/alert", body=b"{}"),
        Request("GET", "/iserver/something", changes_state=True),
        watchlists.create("1", "mine", [265598]),
        watchlists.remove("1"),
        fyi.mark_read("9"),
        fyi.accept_disclaimer("PF"),
    ],
)
def test_everything_that_changes_something_is_refused(request_: Request) -> None:
    with pytest.raises(ReadOnly, match="nothing was sent"):
        refuse_changes(request_)
