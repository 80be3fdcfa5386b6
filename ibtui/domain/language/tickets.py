"""Makes tickets of commands once their contracts are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, localcontext

from msgspec.structs import replace

from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.language.commands import GroupCommand, ModifyCommand, OrderCommand, StopLoss
from ibtui.domain.language.moments import moment
from ibtui.domain.market import Quote
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif

OUTLIVES_THE_DAY = (Tif.DAY, Tif.GTC, Tif.GTD)
"""Times in force that attached orders take over; beside any other they are day orders."""

ENOUGH_DIGITS = 80
"""Precision for sums of any numbers that may be typed (24 characters each)."""


class NoTicket(ValueError):
    """The command makes no ticket; the text says why, for a person."""


def tickets_of(
    command: OrderCommand,
    contract: Contract,
    account: str,
    quote: Quote | None = None,
    rules: ContractRules | None = None,
    now: datetime | None = None,
) -> tuple[Ticket, ...]:
    """The order and those attached to it, parent first, take-profit before stop-loss. Raises NoTicket.

    `contract` is what the symbol means, for a combination the one made by `domain.combos.combo` in the order of the
    legs. `account` is meant where the line names none. `quote` and `rules` (of the order's side) are needed to reckon a
    trailing stop's limit from its offset; `now` (with its zone) refuses orders that would have ended already.
    """
    if tuple(ratio for ratio, _ in command.legs) != tuple(leg.ratio for leg in contract.legs):
        raise NoTicket(f"{contract.label} is not the combination that was written")
    if now is not None and command.good_till:
        until = moment(command.good_till)
        if until is not None and until <= now.astimezone(UTC):
            raise NoTicket(f"the order would have ended already, on {command.good_till} UTC")
    parent = _parent(command, contract, command.account or account, *_prices(command, quote, rules))
    return (parent, *children_of(parent, command.tp, command.sl))


def tickets_of_group(
    command: GroupCommand,
    contracts: Sequence[Contract],
    account: str,
    quotes: Sequence[Quote | None] = (),
    rules: Sequence[ContractRules | None] = (),
    now: datetime | None = None,
) -> tuple[Ticket, ...]:
    """The orders of a group, of which a fill cancels the rest. Raises NoTicket.

    `contracts`, `quotes` and `rules` go with the orders of the command one by one; the latter two may be left out.
    """
    count = len(command.orders)
    if len(contracts) != count:
        raise NoTicket(f"{count} orders need {count} contracts, not {len(contracts)}")
    surroundings = zip(command.orders, contracts, quotes or [None] * count, rules or [None] * count, strict=True)
    made = [tickets_of(order, contract, account, quote, own, now) for order, contract, quote, own in surroundings]
    tickets = tuple(replace(ticket, single_group=True) for several in made for ticket in several)
    if len({ticket.account for ticket in tickets}) > 1:
        raise NoTicket("orders joined by “or” go to one account")
    return tickets


def children_of(parent: Ticket, take_profit: Decimal | None, stop_loss: StopLoss | None) -> tuple[Ticket, ...]:
    """The orders attached to a ticket: on the other side, of its size, ending with it.

    How the parent is worked (its algo, all or none, price management, offset) is not taken over.
    """
    child = replace(
        parent,
        side=parent.side.opposite,
        order_type=OrderType.LMT,
        limit_price=take_profit,
        stop_price=None,
        trailing_type="",
        trailing_amount=None,
        tif=parent.tif if parent.tif in OUTLIVES_THE_DAY else Tif.DAY,
        offset=None,
        strategy="",
        strategy_parameters=(),
        price_management=None,
        all_or_none=False,
        is_child=True,
    )
    children = [child] if take_profit is not None else []
    if stop_loss is not None:
        loss = replace(
            child,
            order_type=stop_loss.order_type,
            limit_price=stop_loss.limit_price,
            stop_price=stop_loss.stop_price,
            trailing_type=stop_loss.trailing_type,
            trailing_amount=stop_loss.trailing_amount,
        )
        children.append(loss)
    return tuple(children)


def modified(ticket: Ticket, command: ModifyCommand) -> Ticket:
    """The ticket with what the line gives in place of what it had. Raises NoTicket for what its type does not have.

    A price after "@" is the stop of STP and the trigger of MIT, as in new orders.
    """
    kind, limit, stop = ticket.order_type, command.limit_price, command.stop_price
    if kind in (OrderType.STP, OrderType.MIT) and limit is not None:
        if stop is not None:
            raise NoTicket(f"{kind.value} orders have one price")
        limit, stop = None, limit
    asked = (
        (limit is not None and not kind.takes_limit, "limit"),
        (stop is not None and not kind.takes_stop, "stop price"),
        (command.trailing_amount is not None and not kind.trails, "trailing amount"),
        (command.offset is not None and not kind.takes_offset, "offset"),
    )
    for is_wrong, what in asked:
        if is_wrong:
            raise NoTicket(f"{kind.value} orders have no {what}")
    if not ticket.contract.legs and any(price is not None and price <= 0 for price in (limit, stop)):
        raise NoTicket("only combinations have prices of 0 or less")
    trail = (ticket.trailing_type, ticket.trailing_amount)
    if command.trailing_amount is not None:
        trail = (command.trailing_type, command.trailing_amount)
    tif = (ticket.tif, ticket.good_till) if command.tif is None else (command.tif, command.good_till)
    return replace(
        ticket,
        limit_price=ticket.limit_price if limit is None else limit,
        stop_price=ticket.stop_price if stop is None else stop,
        quantity=ticket.quantity if command.quantity is None else command.quantity,
        trailing_type=trail[0],
        trailing_amount=trail[1],
        offset=ticket.offset if command.offset is None else command.offset,
        tif=tif[0],
        good_till=tif[1],
        outside_rth=ticket.outside_rth if command.outside_rth is None else command.outside_rth,
    )


def _parent(
    command: OrderCommand, contract: Contract, account: str, stop: Decimal | None, limit: Decimal | None
) -> Ticket:
    return Ticket(
        account=account,
        contract=contract,
        side=command.side,
        order_type=command.order_type,
        quantity=command.quantity,
        limit_price=limit,
        stop_price=stop,
        trailing_type=command.trailing_type,
        trailing_amount=command.trailing_amount,
        tif=command.tif,
        outside_rth=command.outside_rth,
        route=command.route,
        sized_in=command.sized_in,
        offset=command.offset,
        good_till=command.good_till,
        destination=command.destination,
        strategy=command.strategy,
        strategy_parameters=command.strategy_parameters,
        price_management=command.price_management,
        all_or_none=command.all_or_none,
        manual_time_ms=command.manual_time_ms,
        referrer=command.referrer,
        operator=command.operator,
        deactivated=command.deactivated,
        allocation_method=command.allocation_method,
        single_group=command.oca,
    )


def _prices(
    command: OrderCommand, quote: Quote | None, rules: ContractRules | None
) -> tuple[Decimal | None, Decimal | None]:
    """Stop and limit as given, or reckoned where "lmt" was followed by an offset."""
    amount, offset = command.trailing_amount, command.limit_offset
    if offset is None or amount is None:
        return command.stop_price, command.limit_price
    away = Decimal(-1 if command.side is Side.SELL else 1)
    with localcontext(prec=ENOUGH_DIGITS):
        stop = command.stop_price
        if stop is None:
            market = _market(quote)
            if market is None:
                why = "there is no price to reckon the stop from"
                raise NoTicket(f"{why}; write it out: “trail 2% lmt @ 182.90 stop 183”")
            distance = abs(market) * amount / 100 if command.trailing_type == "%" else amount
            stop = _on_grid(market + away * distance, rules, _decimals(market, offset))
        limit = _on_grid(stop + away * offset, rules, _decimals(stop, offset))
    if not command.legs and (stop <= 0 or limit <= 0):
        raise NoTicket(f"with the stop at {stop:f} and the limit at {limit:f} the order would have a price not above 0")
    return stop, limit


def _market(quote: Quote | None) -> Decimal | None:
    """What a trailing stop trails: the last price, or the middle where nothing was traded."""
    if quote is None:
        return None
    return quote.last if quote.last is not None else quote.middle


def _on_grid(price: Decimal, rules: ContractRules | None, decimals: int) -> Decimal:
    """The nearest price that may be ordered; while the rules are silent, one of so many decimals."""
    if rules is not None and rules.increment_at(price):
        return rules.nearest(price)
    return round(price, decimals)


def _decimals(*prices: Decimal) -> int:
    """The most decimals of the prices."""
    return max(0, *(-int(price.as_tuple().exponent) for price in prices))
