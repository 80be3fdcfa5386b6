"""What the order forms are made of: contracts, tickets to start from, and the bodies these become."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.combos import combo
from ibtui.domain.contracts import ComboLeg, Contract
from ibtui.domain.tickets import OrderType, Side, Ticket

D = Decimal
ACCOUNT = "DU1234567"
GROUP = "Group_1_NetLiq"
PARENT = "(the parent's cOID)"
"""Stands in expected bodies for what only the run knows."""

AAPL = Contract(265598, "AAPL", "APPLE INC", "STK", "NASDAQ", "USD")
MSFT = Contract(272093, "MSFT", "MICROSOFT CORP", "STK", "NASDAQ", "USD")
EURUSD = Contract(12087792, "EUR", "European Monetary Union Euro", "CASH", "IDEALPRO", "USD", local_symbol="EUR.USD")
ES = Contract(515416632, "ES", "E-mini S&P 500", "FUT", "CME", "USD", D(50), local_symbol="ES DEC26", expiry="20261218")
BTC = Contract(479624278, "BTC", "Bitcoin", "CRYPTO", "PAXOS", "USD")
SPREAD = combo((ComboLeg(265598, 1, "AAPL"), ComboLeg(272093, -1, "MSFT")), "USD")
RATIO = combo((ComboLeg(265598, 2, "AAPL"), ComboLeg(272093, -1, "MSFT")), "USD")
ABROAD = combo((ComboLeg(1411277, 1, "HSBA"), ComboLeg(29612249, -3, "BARC")), "GBP", "LSE")


@dataclass(frozen=True, slots=True)
class Digits:
    """A JSON number with a point, as it is written."""

    text: str


Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Form:
    """One way to order."""

    name: str
    line: str
    """Of the order language; blank where it cannot be said there."""
    tickets: tuple[Ticket, ...]
    expected: tuple[Body, ...]
    """The orders of the body, in its order, without cOIDs; `parentId` is PARENT."""


def orders_of(body: bytes) -> tuple[Body, ...]:
    """The orders of a body that was sent, without what only the run knows, to be compared with `Form.expected`.

    Fails where the references do not hang together: each order has a cOID of its own, or its parent's as parentId.
    """
    orders: list[Body] = json.loads(body, parse_float=Digits)["orders"]
    parent = orders[0].get("cOID")
    refs = [order["cOID"] for order in orders if "cOID" in order]
    assert len(set(refs)) == len(refs), "two orders share a cOID"
    for order in orders:
        assert ("cOID" in order) is not ("parentId" in order), "an order needs a cOID or its parent's"
        if "parentId" in order:
            assert order["parentId"] == parent, "a child names another parent"
            order["parentId"] = PARENT
        order.pop("cOID", None)
    return tuple(orders)


def stock(**more: object) -> Body:
    """100 AAPL, bought for the day, and whatever the form adds; None takes a key out."""
    base: Body = {
        "acctId": ACCOUNT,
        "conid": 265598,
        "outsideRTH": False,
        "side": "BUY",
        "ticker": "AAPL",
        "tif": "DAY",
        "quantity": 100,
    }
    return {key: value for key, value in {**base, **more}.items() if value is not None}


def spread(conidex: str, **more: object) -> Body:
    return stock(conid=None, ticker=None, conidex=conidex, quantity=1, **more)


LMT = Ticket(ACCOUNT, AAPL, Side.BUY, OrderType.LMT, D(100), D("265.30"))
STP = Ticket(ACCOUNT, AAPL, Side.SELL, OrderType.STP, D(100), stop_price=D("260.10"))
TRAIL = Ticket(ACCOUNT, AAPL, Side.SELL, OrderType.TRAIL, D(100), trailing_type="amt", trailing_amount=D("2.50"))
PROFIT = replace(LMT, side=Side.SELL, limit_price=D("290.00"), is_child=True)
LOSS = replace(STP, stop_price=D("255.00"), is_child=True)
FX = Ticket(ACCOUNT, EURUSD, Side.BUY, OrderType.LMT, D(5000), D("1.15000"))
PRICED: Body = {"orderType": "LMT", "price": Digits("265.30")}
TRAILED: Body = {"side": "SELL", "orderType": "TRAIL", "trailingAmt": Digits("2.50"), "trailingType": "amt"}


def bare(kind: OrderType) -> Ticket:
    return Ticket(ACCOUNT, AAPL, Side.BUY, kind, D(100))
