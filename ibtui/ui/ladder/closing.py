"""What flatten and reverse are about to do, as far as it is known before they begin. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from ibtui.domain.closing import closing_side, may_fill_outside
from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.rulewords import types_of
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.ui.ladder.hands import Kind, Wish, tickets_of
from ibtui.ui.ladder.options import LadderOptions

if TYPE_CHECKING:
    from ibtui.ui.ladder.view import LadderInput


class ClosePlan(Struct, frozen=True):
    """The arguments of `OrderIntents.close_position`, and what they would come to now."""

    account: str
    contract: Contract
    reverse: bool
    market: bool
    collar_ticks: int
    cancels: int
    """Working orders that are cancelled first."""
    held: Decimal
    """The position as last read; it is read anew when the cancels are through."""
    ticket: Ticket | None
    """What would be sent in regular hours if nothing changed until then; None without a position."""
    outside: str = ""
    """What happens outside them, in words: the hours are read before anything is done."""


def close_plan(
    source: LadderInput,
    contract: Contract,
    rules: Mapping[Side, ContractRules | None],
    account: str,
    options: LadderOptions,
    *,
    reverse: bool = False,
    market: bool = True,
) -> ClosePlan:
    """Close the position of the account, or turn it round; at the market where that is wanted and listed.

    Without a known position it is planned all the same: a fill may be newer than the positions read last.
    Raises NotPossible when the position known could not be closed, before what protects it is cancelled.
    """
    position = source.position
    held = position.quantity if position is not None and position.account == account else Decimal(0)
    ticket = None
    if held:
        side = Side.SELL if held > 0 else Side.BUY
        listed = rules.get(side)
        at_market = market and listed is not None and OrderType.MKT in types_of(listed.order_types)
        wish = Wish(Kind.MARKET if at_market else Kind.CROSS, side, None, abs(held) * (2 if reverse else 1))
        (ticket,) = tickets_of(wish, source, contract, listed, account, None, options)
    cancels = sum(order.account in (account, "") for order in source.orders if order.is_working)
    outside = outside_words(rules, held, options.collar_ticks)
    return ClosePlan(account, contract, reverse, market, options.collar_ticks, cancels, held, ticket, outside)


def outside_words(rules: Mapping[Side, ContractRules | None], held: Decimal, collar_ticks: int) -> str:
    """What a closing does outside regular hours; the same as `domain.closing` decides when it comes to it."""
    sides = (Side.SELL, Side.BUY) if not held else (closing_side(held),)
    if not all(may_fill_outside(rules.get(side)) for side in sides):
        return "outside regular hours: nothing cancelled, nothing sent"
    where = "bid −" if held > 0 else "ask +" if held < 0 else "bid − or ask +"
    limit = f"LMT {where} {collar_ticks} ticks outside RTH"
    return f"outside regular hours, or not known: {limit}; closed: nothing"
