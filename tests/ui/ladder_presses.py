"""Presses trading keys of the ladder, for the tests of what they send."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.contracts import ContractRules
from ibtui.domain.tickets import Side, Ticket
from ibtui.ui.ladder.hands import Kind, NotPossible, Wish, tickets_of
from ibtui.ui.ladder.options import Bracket, LadderOptions
from ibtui.ui.ladder.view import LadderInput
from tests.ui.ladder_market import ACCOUNT, STOCK, D, Market, book, rules

BUY, SELL = Side.BUY, Side.SELL
kinds = st.sampled_from(Kind)


def pressed(
    kind: Kind,
    side: Side = BUY,
    price: str | None = None,
    *,
    size: str = "100",
    source: LadderInput | None = None,
    known: ContractRules | None = None,
    bracket: Bracket | None = None,
    collar: int = 10,
) -> tuple[Ticket, ...]:
    source = source or book()
    wish = Wish(kind, side, D(price) if price is not None else None, D(size))
    known = known or replace(source.rules or rules(), is_buy=side is BUY)
    return tickets_of(wish, source, STOCK, known, ACCOUNT, bracket, LadderOptions(collar_ticks=collar))


def refused(kind: Kind, side: Side = BUY, price: str | None = None, **how: object) -> str:
    with pytest.raises(NotPossible) as caught:
        pressed(kind, side, price, **how)  # type: ignore[arg-type]  # passed on
    return str(caught.value)


def tried(kind: Kind, side: Side, market: Market, bracket: Bracket | None, collar: int = 10) -> tuple[Ticket, ...]:
    wish = Wish(kind, side, market.price, D(1))
    known = replace(market.rules, is_buy=side is BUY)
    return tickets_of(wish, market.source, STOCK, known, ACCOUNT, bracket, LadderOptions(collar_ticks=collar))
