"""What the gateway says of its own accord: notices, prompts and bulletins ("Unsolicited Messages")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ibtui.sim.exchange import WORKING, OrderType, OrderView, Status, Tif
from ibtui.sim.gateway.hostile import RAW_BYTE, unpoisoned
from ibtui.sim.gateway.orders.words import description
from ibtui.sim.gateway.wire import Fields, utc

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

LARGE_ORDER = 500
"""Units from which an order is followed by a prompt."""
PROMPT_AFTER_MS = 3_000
"""From a large order's going to work to the prompt."""
RESTED_MS = 30_000
"""Simulated age at which a limit order that still works is asked about, once on each websocket."""
NOTICE_AFTER_MS = 1_000
PRICE_MANAGEMENT = "p12"
OPTIONS = ("Use on this order", "Always use", "Do not use")
_TEXT = (
    "If your order is not immediately executable, our systems may, depending on market conditions, reject your order "
    "if its limit price is more than the allowed amount away from the reference price at that time. If this happens, "
    "you will not receive a fill. This is a control designed to ensure that we comply with our regulatory "
    "obligations to avoid submitting disruptive orders to the marketplace.\nUse the Price Management Algo?"
)
_BULLETIN = (
    "[BBSMSG Bulletin] Simulated market: all prices, fills and accounts are invented. Exchange hours and "
    "maintenance windows are those of the simulated clock."
)


@dataclass(frozen=True, slots=True)
class _Due:
    """Something to say later."""

    at_ms: int
    args: Fields


class Notices:
    """Decides when what is said; deterministic, so that a demo always shows the same."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._due: list[_Due] = []
        self._greeted: set[int] = set()
        self._numbered = 117
        self._requests = 29_041
        self._open: dict[str, int] = {}
        self.answers: list[Fields] = []
        """Prompts that were answered: `orderId`, `reqId` and the option's text."""

    def step(self, wall_ms: int, changed: Sequence[OrderView]) -> None:
        """Note which orders went to work, and say what is due."""
        for order in changed:
            self._greet(order, wall_ms)
        due = [item for item in self._due if item.at_ms <= wall_ms]
        self._due = [item for item in self._due if item.at_ms > wall_ms]
        for item in due:
            for connection in self._gateway.connections:
                connection.tell("ntf", [item.args])

    def bulletin(self) -> Fields:
        """The bulletin each websocket gets soon after its greeting; its id is a number (wire-facts §2)."""
        raw = RAW_BYTE if self._gateway.scenario.hostile else ""
        return {"id": 1789618148, "exchanges": None, "message": _BULLETIN + raw}

    def prompt_for_oldest(self) -> Fields | None:
        """A prompt about the oldest limit order that has worked for `RESTED_MS`; None while there is none."""
        before = self._gateway.now_ms - RESTED_MS
        orders = [
            order
            for account in self._gateway.accounts
            for order in self._gateway.exchange.orders(account)
            if order.status in WORKING and order.request.order_type is OrderType.LMT and order.placed_ms <= before
        ]
        return self.prompt(min(order.order_id for order in orders)) if orders and self._asks() else None

    def answer(self, order_id: int, request_id: str, text: str) -> bool:
        """Whether this answers an open prompt with one of its options."""
        option = unpoisoned(text)
        if self._open.get(request_id) != order_id or option not in OPTIONS:
            return False
        del self._open[request_id]
        self.answers.append({"orderId": order_id, "reqId": request_id, "text": option})
        if option == "Always use":
            self._gateway.login.brokerage.suppressed.add(PRICE_MANAGEMENT)
        return True

    def _greet(self, order: OrderView, wall_ms: int) -> None:
        working = order.status in (Status.SUBMITTED, Status.PRE_SUBMITTED)
        if not working or order.order_id in self._greeted:
            return
        self._greeted.add(order.order_id)
        if order.request.tif is Tif.GTC:
            self._due.append(_Due(wall_ms + NOTICE_AFTER_MS, self._notice(order)))
        if order.request.quantity >= LARGE_ORDER and order.request.order_type is OrderType.LMT and self._asks():
            self._due.append(_Due(wall_ms + PROMPT_AFTER_MS, self.prompt(order.order_id)))

    def _notice(self, order: OrderView) -> Fields:
        self._numbered += 1
        instrument = self._gateway.contract_of(order.request)
        until = utc(order.placed_ms + 90 * 86_400_000).strftime("%Y%m%d %H:%M:%S")
        text = f"Order {description(order, instrument)} will be automatically canceled at {until} UTC"
        return {"id": str(self._numbered), "text": text, "title": None, "url": None}

    def prompt(self, order_id: int) -> Fields:
        """A prompt about an order, which can be answered from now on."""
        self._requests += 1
        self._open[str(self._requests)] = order_id
        return {
            "orderId": order_id,
            "reqId": str(self._requests),
            "dismissable": [],
            "text": _TEXT,
            "options": list(OPTIONS),
            "type": "M",
            "messageId": PRICE_MANAGEMENT,
            "prompt": True,
        }

    def _asks(self) -> bool:
        return PRICE_MANAGEMENT not in self._gateway.login.brokerage.suppressed
