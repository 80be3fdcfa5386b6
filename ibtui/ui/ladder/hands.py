"""What a trading key of the ladder means: one wish becomes the tickets that are sent, or words why it cannot be.

Pure. The price at the cursor is sent as it is, never rounded; every other price is taken from the book the screen
shows at that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.market import Quote
from ibtui.domain.rulewords import is_offered, may_be_fractional, types_of
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.ui.ladder.brackets import NotPossible, attached
from ibtui.ui.ladder.options import Bracket, LadderOptions
from ibtui.ui.ladder.view import LadderInput, best_prices
from ibtui.ui.ticket_fields import on_grid, plain

__all__ = ["Kind", "NotPossible", "Wish", "as_shown", "best_of", "crossing_price", "size_moved", "tickets_of"]


class Kind(StrEnum):
    """What a trading key sends, in the words of the preview."""

    LIMIT = "limit at the cursor"
    JOIN = "join"
    IMPROVE = "improve"
    CROSS = "cross"
    MARKET = "market"
    STOP = "stop at the cursor"


class Wish(Struct, frozen=True):
    """A trading key at the moment it went down."""

    kind: Kind
    side: Side
    price: Decimal | None
    """The cursor's price then; only LIMIT and STOP heed it."""
    size: Decimal


def tickets_of(
    wish: Wish,
    source: LadderInput,
    contract: Contract,
    rules: ContractRules | None,
    account: str,
    bracket: Bracket | None,
    options: LadderOptions,
) -> tuple[Ticket, ...]:
    """The order of the wish, then what the bracket attaches to it; `rules` are those of the wish's side.

    Raises NotPossible.
    """
    known = _known(source, contract, rules, account)
    bid, ask = best_of(source)
    kind = {Kind.MARKET: OrderType.MKT, Kind.STOP: OrderType.STP}.get(wish.kind, OrderType.LMT)
    _check_type(kind, contract, known)
    _check_size(wish.size, kind, contract, known)
    limit: Decimal | None = None
    stop: Decimal | None = None
    match wish.kind:
        case Kind.LIMIT:
            limit = _at_cursor(wish, contract, known)
        case Kind.STOP:
            stop = _stop_price(wish, source, contract, known)
        case Kind.JOIN | Kind.IMPROVE:
            limit = _passive_price(wish, bid, ask, known)
        case Kind.CROSS:
            limit = crossing_price(wish.side, bid, ask, known, options.collar_ticks)
        case Kind.MARKET:
            pass
    parent = Ticket(account, contract, wish.side, kind, wish.size, limit, stop)
    if bracket is None:
        return (parent,)
    return (parent, *attached(parent, bracket, bid, ask, known))


def best_of(source: LadderInput) -> tuple[Decimal | None, Decimal | None]:
    """(best bid, best ask) as the screen shows them: of the depth, or of the quote where that is all there is.

    A price with a size of 0 is none; one whose size the quote does not tell is.
    """
    if source.from_quote:
        quote = source.quote
        if quote is None:
            return None, None
        return (None if quote.bid_size == 0 else quote.bid), (None if quote.ask_size == 0 else quote.ask)
    return best_prices(source.rungs)


def as_shown(source: LadderInput) -> Quote | None:
    """The quote with the best and last prices of the depth, which comes more often: one of each on the screen."""
    quote = source.quote
    if quote is None:
        return None
    bid, ask = best_of(source)
    shown = replace(quote, bid=bid, ask=ask)
    last = next((rung.price for rung in source.rungs if rung.is_last), None)
    if source.from_quote or last is None or quote.last is None or last == quote.last:
        return shown
    change = None if quote.change is None else quote.change + last - quote.last
    close = None if change is None else last - change
    percent = change / close * 100 if change is not None and close else quote.change_percent
    return replace(shown, last=last, change=change, change_percent=percent, last_is_close=False)


def crossing_price(
    side: Side, bid: Decimal | None, ask: Decimal | None, rules: ContractRules, collar_ticks: int
) -> Decimal:
    """A marketable limit: the other side's best and `collar_ticks` beyond it, each tick at the step that holds there.

    Never 0 or below where prices cannot be. Raises NotPossible without the other side.
    """
    touch = ask if side is Side.BUY else bid
    if touch is None:
        raise NotPossible("there is no ask to lift" if side is Side.BUY else "there is no bid to hit")
    outward = rules.nearest(touch, up=side is Side.BUY)
    price = rules.moved(outward, collar_ticks if side is Side.BUY else -collar_ticks)
    least = rules.moved(Decimal(0), 1)
    return price if rules.negative_capable else max(price, least)


def size_moved(size: Decimal, lots: int, rules: ContractRules | None) -> Decimal:
    """A size moved by whole lots (the rules' size increment, 1 while unknown), never to 0 or below.

    A size between two lots goes to the next one in that direction.
    """
    lot = (rules.size_increment if rules is not None else None) or Decimal(1)
    below = size // lot
    start = below if lots > 0 or size % lot == 0 else below + 1
    moved = (start + lots) * lot
    return moved if moved > 0 else min(size, lot) if size > 0 else lot


def _known(source: LadderInput, contract: Contract, rules: ContractRules | None, account: str) -> ContractRules:
    """The rules, once it is certain what is traded, for whom, and on which grid."""
    if contract.legs or contract.sec_type == "BAG":
        raise NotPossible("a combination is not traded by key: a ticket takes it")
    if contract.conid != source.conid:
        raise NotPossible(f"the ladder shows another instrument than {contract.label}")
    if not account:
        raise NotPossible("no account is chosen")
    if rules is None or rules.conid != contract.conid or not rules.steps:
        why = f" ({rules.error})" if rules is not None and rules.error else ""
        raise NotPossible(f"the price steps of {contract.label} are not known yet{why}")
    return rules


def _check_type(kind: OrderType, contract: Contract, rules: ContractRules) -> None:
    """A market order must be listed; of other types silent rules are taken as a yes."""
    listed = kind in types_of(rules.order_types) if kind is OrderType.MKT else is_offered(rules, kind)
    if not listed:
        raise NotPossible(f"{kind.value} orders are not offered for {contract.label}")


def _check_size(size: Decimal, kind: OrderType, contract: Contract, rules: ContractRules) -> None:
    step = rules.size_increment
    if size <= 0:
        raise NotPossible("the size must be more than 0")
    if size % 1 == 0 or may_be_fractional(rules, kind) or (step is not None and 0 < step < 1 and size % step == 0):
        return
    steps = plain(step) if step is not None and 0 < step < 1 else "1"
    raise NotPossible(f"{plain(size)} {contract.label} cannot be ordered: sizes go in steps of {steps}")


def _at_cursor(wish: Wish, contract: Contract, rules: ContractRules) -> Decimal:
    """The price as it is; one that is no price of the contract is refused, not rounded."""
    if wish.price is None:
        raise NotPossible("there is no price under the cursor yet")
    if not rules.conforms(wish.price):
        step = rules.increment_at(wish.price)
        raise NotPossible(f"{wish.price:f} is no price of {contract.label}: it moves by {plain(step or Decimal(0))}")
    if wish.price <= 0 and not rules.negative_capable:
        raise NotPossible(f"{on_grid(wish.price, rules)} is no price: it must be more than 0")
    return wish.price


def _stop_price(wish: Wish, source: LadderInput, contract: Contract, rules: ContractRules) -> Decimal:
    """The cursor's price, which must be beyond everything the market shows: a stop that triggers at once is none."""
    price = _at_cursor(wish, contract, rules)
    shown = _market(source, wish.side)
    if not shown:
        raise NotPossible("a stop needs a market to be on the other side of: there is no price")
    buying = wish.side is Side.BUY
    name, worst = (max if buying else min)(shown, key=lambda pair: pair[1])
    if price <= worst if buying else price >= worst:
        word = "above" if buying else "below"
        raise NotPossible(
            f"a {wish.side.value} stop must be {word} the market: {on_grid(price, rules)} is not {word} "
            f"the {name} {on_grid(worst, rules)}"
        )
    return price


def _market(source: LadderInput, side: Side) -> Sequence[tuple[str, Decimal]]:
    """The prices a stop of this side may be triggered by: its touch and the last trade, as far as they are known."""
    bid, ask = best_of(source)
    touch = ("ask", ask) if side is Side.BUY else ("bid", bid)
    quote = source.quote
    quoted = quote.last if quote is not None and not quote.last_is_close else None
    traded = [rung.price for rung in source.rungs if rung.is_last and not source.from_quote]
    found = [touch, ("last", quoted), *(("last", price) for price in traded)]
    return [(name, price) for name, price in found if price is not None]


def _passive_price(wish: Wish, bid: Decimal | None, ask: Decimal | None, rules: ContractRules) -> Decimal:
    """The own side's best, or one tick better; it must stay clear of the other side."""
    buying = wish.side is Side.BUY
    own, other = (bid, ask) if buying else (ask, bid)
    names = ("bid", "ask") if buying else ("ask", "bid")
    verb = "join" if wish.kind is Kind.JOIN else "improve"
    if own is None:
        raise NotPossible(f"there is no {names[0]} to {verb}")
    if not rules.conforms(own):
        raise NotPossible(f"the {names[0]} {plain(own)} lies between two prices an order can have")
    price = own if wish.kind is Kind.JOIN else rules.moved(own, 1 if buying else -1)
    if other is not None and (price >= other if buying else price <= other):
        raise NotPossible(
            f"to {verb} the {names[0]} at {on_grid(price, rules)} would meet the {names[1]} {on_grid(other, rules)}"
        )
    if price <= 0 and not rules.negative_capable:
        raise NotPossible(f"{on_grid(price, rules)} is no price: it must be more than 0")
    return price
