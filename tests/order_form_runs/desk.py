"""One session of the real program in a pty in which form after form is placed, against one simulated gateway."""

from __future__ import annotations

import json
import re
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ibtui.domain.tickets import Ticket
from tests.e2e.gateways import Simulator
from tests.e2e.terminal import READING_SECONDS, Terminal
from tests.order_form_runs.abroad import London
from tests.order_form_runs.fitted import differences
from tests.order_form_runs.sheet import BUILDER, Sheet, build
from tests.order_forms import Form, orders_of

COLUMNS, ROWS = 150, 60
PAINTED_SECONDS = 0.6
"""After a dialog came up until a key may decide there."""
TOO_SOON = "That key came too soon"
UNREAD = "↓ more below"
CTRL_G = "\x07"
PAGE_DOWN = "\x1b[6~"
TRIES = 3
PROMPT = "─ The gateway asks"
"""Heading of a prompt about an order that works already."""
ARRIVAL_SECONDS = 30.0
"""Within which an order that was confirmed is at the exchange, or one that was cancelled is not."""
SCROLL_SECONDS = 0.7
"""After which a row of the blotter that is not there is looked for at the top of the next table."""
LOOK_SECONDS = 0.1
"""Between two looks at what only the simulator can tell."""
ENDED = ("Filled", "Cancelled", "Rejected")
LISTED = {"AAPL": "Tech", "ES DEC26": "Macro", "EUR.USD": "Macro"}
"""Watchlist in which an instrument stands; others are found with `/`."""
UNSEARCHED = ("ES DEC26", "BTC")
"""Instruments the gateway's search names otherwise (ES, BTC.USD): the program knows them once they are on screen."""

Order = dict[str, Any]


@dataclass
class Placing:
    """What became of one form placed in one way."""

    keys: str = ""
    body: str = ""
    """As the gateway got it, without the references that only the run knows."""
    asked: list[str] = field(default_factory=list)
    """Ids of the questions that were answered."""
    shown: list[str] = field(default_factory=list)
    """Rows of the blotter."""
    seconds: float = 0.0


class Desk:
    """Program and gateway; one order at a time."""

    def __init__(self, *, abroad: bool = False) -> None:
        self.is_abroad = abroad
        """Whether shares of London are listed too, and the collar is off: a combination at 0 is far from any price."""
        self._folder = tempfile.TemporaryDirectory(prefix="ibtui-forms-")
        home = Path(self._folder.name)
        settings = home / "ibtui.toml"
        settings.write_text('[limits]\ncollar_percent = "0"\n' if abroad else "")
        self.gateway = London() if abroad else Simulator("--no-tls", "--scenario=advisor")
        arguments = ("--base-url", self.gateway.base_url, "--config", str(settings))
        self.screen = Terminal(*arguments, home=home, columns=COLUMNS, rows=ROWS)
        self._pressed: dict[str, float] = {}
        """When a deciding key was pressed last."""
        self._bodies = 0
        self._known: set[int] = set()
        """Orders at the exchange before the one that is placed."""
        self.screen.see(r"AAPL +\d+\.\d\d ", 30)
        self.screen.see(r"● gateway ● login ● brokerage ● stream|● connected", 30)

    def close(self) -> None:
        """End everything."""
        self.screen.close()
        self.gateway.kill()
        self._folder.cleanup()

    def place(self, form: Form, *, by_ticket: bool) -> Placing:
        """Place the form, and check body, exchange and screen. Raises AssertionError for what does not hold."""
        began, placing = time.monotonic(), Placing()
        self._put_off()
        self._bodies = len(self._sent())
        self._known = {order["order_id"] for order in self._truth()}
        placing.keys = self._by_ticket(form) if by_ticket else self._by_line(form)
        self._decide("y", r"y Yes, (?:save the |send them all)?.*on the PAPER account")
        orders = self._arrived(len(form.expected), placing.asked)
        if BUILDER in self.screen.text():
            self.screen.press("escape")
            self.screen.gone(BUILDER)
        placing.body = self._check_body(form, orders)
        placing.shown = self._check_blotter(orders)
        self._cancel(orders)
        placing.seconds = time.monotonic() - began
        return placing

    def _by_line(self, form: Form) -> str:
        label = form.tickets[0].contract.label
        if label in UNSEARCHED:
            self._select(label)
        self.screen.type(":")
        self.screen.see("tab completes")
        self.screen.type(form.line)
        self.screen.see(rf"enter ▸ {form.line.split(' ')[0]} ")
        self.screen.press("enter")
        return form.line

    def _by_ticket(self, form: Form) -> str:
        """Fill the ticket; of a group of orders side by side one after the other, ctrl+g keeping all but the last."""
        if any(ticket.is_child for ticket in form.tickets) or len(form.tickets) == 1:
            return " · ".join([*self._fill(form.tickets), "enter"])
        told: list[str] = []
        for number, ticket in enumerate(form.tickets, 1):
            is_last = number == len(form.tickets)
            told += [*self._fill((ticket,), is_last=is_last), "enter" if is_last else "ctrl+g"]
            if not is_last:
                self.screen.gone("^o more")
                self.screen.see(rf"{number} orders? waits?")
        return " · ".join(told)

    def _fill(self, tickets: tuple[Ticket, ...], *, is_last: bool = True) -> list[str]:
        ticket = tickets[0]
        key, legs = ("b" if ticket.side.value == "BUY" else "s"), ticket.contract.legs
        told = [self._select(legs[0].label if legs else ticket.contract.label)]
        if legs:
            told.append(build(self.screen, ticket))
        self.screen.type(key)
        self.screen.see(rf"{ticket.side.value} ticket[^\n]*\n[^\n]*│ +{re.escape(ticket.contract.label)}  ")
        sheet = Sheet(self.screen)
        sheet.fill(tickets)
        self.screen.press("enter" if is_last else CTRL_G)
        return [*(word for word in told if word), key, *sheet.told]

    def _select(self, label: str) -> str:
        """Put the cursor of the watchlist on an instrument, or find it."""
        if label not in LISTED:
            self.screen.type("/")
            self.screen.see("Find a contract")
            self.screen.type(label)
            self.screen.see(r"\d found")
            self.screen.press("enter")
            self.screen.gone("Find a contract")
            self.screen.see(rf"▌{label} ")
            return f"/{label}"
        if f"Watchlist: {LISTED[label]}" not in self.screen.text():
            self.screen.type("]")
            self.screen.see(rf"Watchlist: {LISTED[label]}")
        row = rf"│[▌▏ ]{re.escape(label)} "
        self.screen.until(lambda text: _place(r"│▌", text) > 0 < _place(row, text), f"{label} in the watchlist")
        cursor, wanted = _place(r"│▌", self.screen.text()), _place(row, self.screen.text())
        self.screen.press(*(["down" if wanted > cursor else "up"] * abs(wanted - cursor)))
        self.screen.see(rf"│▌{re.escape(label)} ")
        return f"cursor on {label}"

    def _decide(self, key: str, pattern: str) -> None:
        """Press a key that decides, once the dialog could be read and the key was let go of; again if too soon."""
        self.screen.see(pattern)
        while UNREAD in self.screen.text():
            self.screen.press(PAGE_DOWN)
            self._look()
        ready = max(time.monotonic() + PAINTED_SECONDS, self._pressed.get(key, 0.0) + READING_SECONDS)
        for _ in range(TRIES):
            self._look(ready)
            self.screen.press(key)
            self._pressed[key] = time.monotonic()
            self.screen.until(lambda text: TOO_SOON in text or not re.search(pattern, text), f"an end of {pattern}")
            if TOO_SOON not in self.screen.text():
                return
            ready = time.monotonic() + READING_SECONDS
            self._look(ready)
            if not re.search(pattern, self.screen.text()):
                return
        raise AssertionError(f"{key} is not taken:\n{self.screen.text()}")

    def _put_off(self, *then: str) -> None:
        """Leave a prompt of the gateway about an order that works already for later; press what it swallowed."""
        if PROMPT in self.screen.text():
            self._decide("escape", PROMPT)
            self.screen.press(*then)

    def _arrived(self, count: int, asked: list[str]) -> list[Order]:
        """Answer what is asked until the exchange has so many new orders, and never more."""
        deadline = time.monotonic() + ARRIVAL_SECONDS
        while True:
            question = re.search(r"Question (\d+) of this order(?: · ([\w, ]+\w))?", self.screen.text())
            if question is not None:
                asked.append(question[2] or "?")
                key = "S" if "▸ S " in self.screen.text() or " S " in self.screen.text() else "y"
                self._decide(key, re.escape(question[0]))
                continue
            found = [order for order in self._truth() if order["order_id"] not in self._known]
            if len(found) >= count:
                assert len(found) == count, f"{count} orders were expected, there are {found}"
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"{count} orders were expected, there are {found}:\n{self.screen.text()}")
            self._look()

    def _check_body(self, form: Form, orders: list[Order]) -> str:
        """One request, its body as expected, its references those of the orders at the exchange."""
        sent = self._sent()[self._bodies :]
        assert len(sent) == 1, f"one request was expected, there were {sent}"
        path, body = sent[0]
        assert path == f"/iserver/account/{form.expected[0]['acctId']}/orders", path
        found = differences(orders_of(body.encode()), form.expected)
        assert not found, f"the body differs: {'; '.join(found)}\n{body}"
        written = json.loads(body)["orders"]
        names = [(order.get("cOID"), order.get("parentId")) for order in written]
        there = [(order["coid"] or None, order["parent_coid"] or None) for order in orders]
        assert sorted(map(str, names)) == sorted(map(str, there)), f"sent {names}, at the exchange {there}"
        return re.sub(r'("(?:cOID|parentId)":)"[^"]*"', r'\1"…"', body)

    def _check_blotter(self, orders: list[Order]) -> list[str]:
        """Each order stands in the blotter, once, on its side."""
        self.screen.press("f4")
        return [self._row(rf"│[▌▏ ]{order['side']} .* {order['order_id']} *│") for order in orders]

    def _row(self, pattern: str) -> str:
        """A row of the blotter, scrolled to where its table is too low to show it at once."""
        deadline = time.monotonic() + ARRIVAL_SECONDS
        found = None
        while found is None:
            assert time.monotonic() < deadline, f"the blotter has no /{pattern}/:\n{self.screen.text()}"
            self._look(time.monotonic() + SCROLL_SECONDS)
            found = re.search(pattern, self.screen.text())
            if found is None:
                self._put_off("f4")
                self.screen.press("tab", "g")
        return " ".join(found[0].strip("│▌▏ ").split())

    def _cancel(self, orders: list[Order]) -> None:
        """Cancel what works of them, by order id, and go back to the watchlist."""
        for order in orders:
            self._put_off()
            if self._status(order) not in ENDED:
                self.screen.type(f":cancel {order['order_id']}")
                self.screen.see(rf"enter ▸ cancel {order['order_id']}")
                self.screen.press("enter")
            self._ended(order)
        self._put_off()
        self.screen.press("f2")
        self.screen.see("─ Watchlist")

    def _status(self, order: Order) -> str:
        return next(str(now["status"]) for now in self._truth() if now["order_id"] == order["order_id"])

    def _ended(self, order: Order) -> None:
        deadline = time.monotonic() + ARRIVAL_SECONDS
        while self._status(order) not in ENDED:
            if time.monotonic() > deadline:
                raise AssertionError(f"{order} still works:\n{self.screen.text()}")
            self._look()

    def _look(self, until: float = 0.0) -> None:
        then = until or time.monotonic() + LOOK_SECONDS
        self.screen.until(lambda _: time.monotonic() > then, "a moment")

    def _truth(self) -> list[Order]:
        truth: Any = self.gateway.truth()
        return [order for order in truth["orders"] if str(order["coid"] or order["parent_coid"]).startswith("ibtui-")]

    def _sent(self) -> list[tuple[str, str]]:
        """Path and body of each request that placed orders."""
        return [
            (path, body) for path, body in self.gateway.posted() if re.fullmatch(r"/iserver/account/[^/]+/orders", path)
        ]


def _place(pattern: str, text: str) -> int:
    """Number of the first line that begins so; 0, which is the status line, for none."""
    return next((number for number, line in enumerate(text.split("\n")) if re.match(pattern, line)), 0)
