"""Small markets and any grids for the tests of the ladder's hands."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from hypothesis import strategies as st

from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.market import Availability, Ladder, Quote, Rung
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import Side
from ibtui.ui.ladder.view import LadderInput

D = Decimal
ACCOUNT = "DU1234567"
STOCK = Contract(265598, "AAPL", "APPLE INC", "STK", "NASDAQ", "USD")
CENTS = (PriceStep(D(0), D("0.01")),)
NIKKEI = (PriceStep(D(0), D("0.1")), PriceStep(D(1000), D("0.5")), PriceStep(D(3000), D(1)), PriceStep(D(5000), D(5)))
"""Steps that change with the price, as of a Japanese share."""


def rules(
    steps: tuple[PriceStep, ...] = CENTS,
    *,
    is_buy: bool = True,
    types: tuple[str, ...] = ("limit", "market", "stop", "stop_limit", "trailing_stop"),
    negative: bool = False,
    increment: Decimal | None = Decimal(1),
) -> ContractRules:
    return ContractRules(
        STOCK.conid,
        is_buy,
        steps,
        increment,
        order_types=types,
        tifs=("DAY/o,a", "GTC/o,a"),
        negative_capable=negative,
    )


def quote(bid: str | None, ask: str | None, last: str | None = None) -> Quote:
    return Quote(
        STOCK.conid,
        last=D(last) if last is not None else None,
        bid=D(bid) if bid is not None else None,
        ask=D(ask) if ask is not None else None,
        availability=Availability.LIVE,
        received=999.0,
        subscribed=True,
    )


def book(
    bid: str | None = "271.66",
    ask: str | None = "271.68",
    last: str | None = "271.67",
    *,
    orders: tuple[LiveOrder, ...] = (),
    steps: tuple[PriceStep, ...] = CENTS,
) -> LadderInput:
    """A ladder with depth: one rung a side."""
    rungs = [Rung(D(ask), ask_size=D(5))] if ask is not None else []
    rungs += [Rung(D(last), is_last=True, last_size=D(1))] if last is not None else []
    rungs += [Rung(D(bid), bid_size=D(7))] if bid is not None else []
    depth = Ladder(STOCK.conid, tuple(rungs), 1, 999.0)
    return LadderInput(STOCK.conid, quote=quote(bid, ask, last), ladder=depth, rules=rules(steps), orders=orders)


class Market(NamedTuple):
    """Any book on any grid, and a price of that grid."""

    rules: ContractRules
    source: LadderInput
    bid: Decimal
    ask: Decimal
    price: Decimal


STEPS = (D("0.0001"), D("0.005"), D("0.01"), D("0.05"), D("0.25"), D("0.5"), D(1), D(5), D(10))
"""Increments; every pair of neighbours shares multiples, so that an edge lies on both grids."""


@st.composite
def grids(draw: st.DrawFn) -> tuple[PriceStep, ...]:
    """One to four steps that grow with the price; every edge is a price of both its grids, as of real rules."""
    chosen = sorted(draw(st.sets(st.sampled_from(STEPS), min_size=1, max_size=4)))
    steps = [PriceStep(D(0), chosen[0])]
    edge = D(0)
    for increment in chosen[1:]:
        edge += draw(st.integers(1, 40)) * D(10)
        steps.append(PriceStep(edge, increment))
    return tuple(steps)


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """A bid, an ask above it and another price, all on the grid and high enough for a hundred ticks below."""
    steps = draw(grids())
    known = rules(steps)
    bid = known.moved(D(0), draw(st.integers(120, 400)))
    ask = known.moved(bid, draw(st.integers(1, 12)))
    price = known.moved(bid, draw(st.integers(-100, 100)))
    return Market(known, book(f"{bid:f}", f"{ask:f}", None, steps=steps), bid, ask, price)


sides = st.sampled_from(Side)
