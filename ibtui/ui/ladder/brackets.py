"""The orders a template attaches to an entry, each on the grid at its ticks from where the entry would fill. Pure."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.contracts import ContractRules
from ibtui.domain.language import StopLoss, children_of
from ibtui.domain.rulewords import is_offered
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.ui.ladder.options import Bracket
from ibtui.ui.ticket_fields import on_grid


class NotPossible(ValueError):
    """What a key asks for cannot be done; the text says why, for a person, and names the prices it is about."""


def entry_of(ticket: Ticket, bid: Decimal | None, ask: Decimal | None) -> Decimal | None:
    """Where an entry would fill: at its stop, or at its limit, or at the other side's best where that is better.

    None for a market order while the other side has no price.
    """
    if ticket.stop_price is not None:
        return ticket.stop_price
    limit, touch = ticket.limit_price, ask if ticket.side is Side.BUY else bid
    if limit is None or touch is None:
        return touch if limit is None else limit
    return min(limit, touch) if ticket.side is Side.BUY else max(limit, touch)


def is_marketable(ticket: Ticket, bid: Decimal | None, ask: Decimal | None) -> bool:
    """Whether it would fill at once, as far as the other side is known."""
    touch = ask if ticket.side is Side.BUY else bid
    if ticket.stop_price is not None or touch is None:
        return False
    limit = ticket.limit_price
    return limit is None or (limit >= touch if ticket.side is Side.BUY else limit <= touch)


def attached(
    parent: Ticket, bracket: Bracket, bid: Decimal | None, ask: Decimal | None, rules: ContractRules
) -> tuple[Ticket, ...]:
    """The children of an entry in the market `bid` × `ask`: take-profit first, then the stop; both close the entry.

    Raises NotPossible where an order of the template cannot be.
    """
    entry = entry_of(parent, bid, ask)
    if entry is None:
        missing = "ask" if parent.side is Side.BUY else "bid"
        raise NotPossible(f"bracket {bracket.name}: there is no {missing} to count its ticks from")
    ahead = 1 if parent.side is Side.BUY else -1
    target, loss = None, None
    if bracket.target_ticks is not None:
        target = _priced(OrderType.LMT, entry, ahead, bracket.target_ticks, bracket, rules)
    if bracket.stop_ticks is not None and bracket.trailing:
        stop = _priced(OrderType.TRAIL, entry, -ahead, bracket.stop_ticks, bracket, rules)
        loss = StopLoss(trailing_type="amt", trailing_amount=abs(rules.nearest(entry) - stop))
    elif bracket.stop_ticks is not None:
        stop = _priced(OrderType.STP, entry, -ahead, bracket.stop_ticks, bracket, rules)
        if is_marketable(parent, bid, ask):
            _check_stop(stop, parent.side, bid if parent.side is Side.BUY else ask, bracket, rules)
        loss = StopLoss(stop)
    return children_of(parent, target, loss)


def _check_stop(stop: Decimal, side: Side, near: Decimal | None, bracket: Bracket, rules: ContractRules) -> None:
    """Refuse the stop of an entry that fills at once when the market is beyond it already, as inside a wide spread."""
    if near is None or (stop < near if side is Side.BUY else stop > near):
        return
    name = "bid" if side is Side.BUY else "ask"
    raise NotPossible(
        f"bracket {bracket.name}: its stop {on_grid(stop, rules)} would trigger at once, "
        f"the {name} is {on_grid(near, rules)}"
    )


def _priced(
    kind: OrderType, entry: Decimal, direction: int, ticks: int, bracket: Bracket, rules: ContractRules
) -> Decimal:
    """The price `ticks` from the entry, of an order type that may be sent."""
    if ticks < 1:
        raise NotPossible(f"bracket {bracket.name}: {ticks} ticks is no distance, it must be 1 or more")
    if not is_offered(rules, kind):
        raise NotPossible(f"bracket {bracket.name}: {kind.value} is not offered for this contract")
    price = rules.moved(entry, direction * ticks)
    if price <= 0 and not rules.negative_capable:
        raise NotPossible(
            f"bracket {bracket.name}: {ticks} ticks from {on_grid(entry, rules)} is {on_grid(price, rules)}, no price"
        )
    return price
