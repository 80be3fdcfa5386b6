"""From `ibtui demo` to a filled order, a position, cash and commission, with keys alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from tests.e2e.gateways import Simulator, simulator
from tests.e2e.terminal import Terminal

Open = Callable[..., Terminal]

MONEY = r"−?[\d,]+\.\d\d"


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-").replace("+", ""))


def usd_cash(terminal: Terminal) -> Decimal:
    """Cash in USD as the portfolio screen shows it."""
    return number(terminal.see(rf"USD +({MONEY}) +{MONEY} +[+−]?{MONEY}")[1])


def fills(terminal: Terminal, side: str) -> tuple[Decimal, Decimal]:
    """Amount and commission of the executions that make up 100 AAPL on the blotter; the book may fill in parts."""
    row = re.compile(rf"{side} +(\d+) AAPL +(\d+\.\d+) +(\d+\.\d\d) +({MONEY})")

    def whole(text: str) -> bool:
        return sum(int(found[0]) for found in row.findall(text)) == 100

    rows = row.findall(terminal.until(whole, f"executions of 100 on the side {side}"))
    assert all(number(net) == (int(size) * Decimal(price)).quantize(Decimal("0.01")) for size, price, _, net in rows)
    return sum((number(net) for *_, net in rows), Decimal(0)), sum((Decimal(fee) for _, _, fee, _ in rows), Decimal(0))


def buy_far_below(terminal: Terminal) -> str:
    """Find AAPL, read its ladder and confirm a buy of 100 at 5 % below; gives the limit."""
    terminal.type("/")
    terminal.see("Find a contract")
    terminal.type("AAPL")
    terminal.see(r"AAPL +STK +APPLE INC +NASDAQ")
    terminal.press("enter")
    terminal.gone("Find a contract")
    terminal.press("f3")
    bid = terminal.see(r" live · .* size 100 at .* · (\d+\.\d\d) × \d+\.\d\d")[1]
    terminal.see(r"\d+\.\d\d +[\d.]+k? +▇")
    limit = f"{Decimal(bid) * Decimal('0.95'):.2f}"
    terminal.type("n")
    terminal.see("BUY ticket")
    terminal.press("ctrl+u", limit)
    terminal.see(rf"Limit +{limit} +bid −")
    terminal.press("enter")
    terminal.see(rf"Limit +{limit}")
    terminal.see("y Yes, BUY on the PAPER account")
    terminal.decide("y")
    return limit


def test_an_order_is_asked_about_worked_modified_filled_and_sold(open_terminal: Open) -> None:
    terminal = open_terminal("demo")
    terminal.see(r"AAPL +\d+\.\d\d [▲▼ ]")
    terminal.press("f5")
    before = usd_cash(terminal)
    terminal.press("f2")
    limit = buy_far_below(terminal)

    terminal.see(r"Question 1 of this order · o163")
    terminal.decide("y")
    terminal.see(r"Question 2 of this order · o10153")
    terminal.see("Confirm Mandatory Cap Price")
    assert "<h4>" not in terminal.text()
    terminal.see(r"n Decline")
    terminal.see(r"y Accept and Continue")
    terminal.decide("y")
    terminal.see(r"Question 3 of this order")
    terminal.decide("y")
    terminal.gone("Question 3")

    terminal.see(rf"LMT 100 @ {limit}")
    terminal.press("f4")
    terminal.see(rf"BUY +0/100 AAPL +LMT +{limit} .*Submitted")

    terminal.type("m")
    ask = terminal.see(r"Modify order[\s\S]*ask (\d+\.\d\d)")[1]
    terminal.press("ctrl+u", f"{Decimal(ask) + 1:.2f}")
    terminal.press("enter")
    terminal.see("Confirm the change of order")
    terminal.decide("y")
    terminal.see(r"BUY +100/100 AAPL .*Filled")
    spent, commission = fills(terminal, "BUY")
    assert commission == Decimal("1.00")

    terminal.press("f5")
    terminal.see(r"AAPL +APPLE INC +200 ")
    paid = before - spent - commission
    terminal.until(lambda _: usd_cash(terminal) == paid, f"cash of {paid}")

    terminal.type(":sell 100 AAPL mkt")
    terminal.see("enter ▸ sell 100 AAPL mkt")
    terminal.press("enter")
    terminal.see("y Yes, SELL on the PAPER account")
    terminal.decide("y")
    terminal.see(r"Question 1 of this order · o10151")
    terminal.decide("y")
    terminal.press("f4")
    earned, commission = fills(terminal, "SELL")
    terminal.press("f5")
    terminal.see(r"AAPL +APPLE INC +100 ")
    back = paid + earned - commission
    terminal.until(lambda _: usd_cash(terminal) == back, f"cash of {back}")


@pytest.fixture
def gateway() -> Iterator[Simulator]:
    """A simulated gateway of the test's own, with its levers."""
    with simulator("--no-tls") as running:
        yield running


def answers_sent(gateway: Simulator) -> list[bool]:
    """What was answered to the questions of orders, in order."""
    return [json.loads(body)["confirmed"] for path, body in gateway.posted() if path.startswith("/iserver/reply/")]


def test_nothing_is_sent_after_a_question_was_declined(open_terminal: Open, gateway: Simulator) -> None:
    terminal = open_terminal("--base-url", gateway.base_url)
    terminal.see(r"AAPL +\d+\.\d\d [▲▼ ]")
    buy_far_below(terminal)
    terminal.see(r"Question 1 of this order")
    terminal.decide("y")
    terminal.see(r"Question 2 of this order")
    terminal.decide("n")
    terminal.gone("Question 2")
    terminal.see("Declined")
    terminal.press("f4")
    terminal.see("No working orders")
    assert sum(path.endswith("/orders") for path, _ in gateway.posted()) == 1
    assert answers_sent(gateway) == [True, False]


def test_keys_held_down_confirm_one_question_at_most(open_terminal: Open, gateway: Simulator) -> None:
    terminal = open_terminal("--base-url", gateway.base_url)
    terminal.see(r"AAPL +\d+\.\d\d [▲▼ ]")
    buy_far_below(terminal)
    terminal.see(r"Question 1 of this order")
    terminal.decide("y")
    terminal.type("y" * 30 + "\r" * 20)
    terminal.see(r"Question 2 of this order")
    terminal.type("y" * 30 + "\r" * 20)
    terminal.see("too soon or was held down")
    assert answers_sent(gateway) == [True]
