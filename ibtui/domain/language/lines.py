"""Writes tickets as a line of the order language that reads back to the same tickets."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ibtui.domain.language.commands import GroupCommand, OrderCommand, StopLoss
from ibtui.domain.language.parser import parse
from ibtui.domain.language.tickets import NoTicket, tickets_of, tickets_of_group
from ibtui.domain.tickets import OrderType, Ticket


class NoLine(ValueError):
    """The tickets cannot be written in the order language; the text says why, for a person."""


def command_of(tickets: Sequence[Ticket], symbol: str = "", account: str = "") -> OrderCommand | GroupCommand:
    """The command that makes these tickets: one order, a bracket (parent first) or an OCA group. Raises NoLine.

    `symbol` stands for the contract's label, in every order. Orders of `account` do not name it; a blank one names it
    always.
    """
    if not tickets:
        raise NoLine("there is no order")
    try:
        command, made = _command(tickets, symbol, account)
    except NoTicket as error:
        raise NoLine(str(error)) from error
    if made != tuple(tickets):
        raise NoLine("these orders differ from each other in something a line cannot say")
    return command


def line_of(tickets: Sequence[Ticket], symbol: str = "", account: str = "") -> str:
    """The tickets as one line, `parse` of which is `command_of` the same. Raises NoLine."""
    command = command_of(tickets, symbol, account)
    line = str(command)
    parsed = parse(line)
    if parsed.command != command:
        raise NoLine(parsed.error or "the order is not whole")
    return line


def _command(
    tickets: Sequence[Ticket], symbol: str, account: str
) -> tuple[OrderCommand | GroupCommand, tuple[Ticket, ...]]:
    """The command nearest to the tickets, and the tickets it makes."""
    parent, *others = tickets
    if others and not any(ticket.is_child for ticket in tickets):
        group = GroupCommand(tuple(_order(ticket, (), symbol, account) for ticket in tickets))
        return group, tickets_of_group(group, [ticket.contract for ticket in tickets], account)
    order = _order(parent, others, symbol, account)
    return order, tickets_of(order, parent.contract, account)


def _order(ticket: Ticket, children: Sequence[Ticket], symbol: str, account: str) -> OrderCommand:
    legs = tuple((leg.ratio, leg.label or str(leg.conid)) for leg in ticket.contract.legs)
    take_profit, stop_loss = _attached(children)
    return OrderCommand(
        ticket.side,
        ticket.quantity,
        "" if legs else symbol or ticket.contract.label,
        ticket.order_type,
        limit_price=ticket.limit_price,
        stop_price=ticket.stop_price,
        trailing_type=ticket.trailing_type,
        trailing_amount=ticket.trailing_amount,
        tif=ticket.tif,
        outside_rth=ticket.outside_rth,
        sized_in=ticket.sized_in,
        legs=legs,
        offset=ticket.offset,
        good_till=ticket.good_till,
        tp=take_profit,
        sl=stop_loss,
        oca=ticket.single_group and bool(children),
        strategy=ticket.strategy,
        strategy_parameters=ticket.strategy_parameters,
        route=ticket.route,
        destination=ticket.destination,
        all_or_none=ticket.all_or_none,
        price_management=ticket.price_management,
        deactivated=ticket.deactivated,
        allocation_method=ticket.allocation_method,
        account=ticket.account if ticket.account != account else "",
        referrer=ticket.referrer,
        operator=ticket.operator,
        manual_time_ms=ticket.manual_time_ms,
    )


def _attached(children: Sequence[Ticket]) -> tuple[Decimal | None, StopLoss | None]:
    """Take-profit and stop-loss; a limit order is the former, every other type the latter."""
    profits = [child.limit_price for child in children if child.order_type is OrderType.LMT]
    losses = [
        StopLoss(child.stop_price, child.limit_price, child.trailing_type, child.trailing_amount)
        for child in children
        if child.order_type is not OrderType.LMT
    ]
    if len(profits) > 1 or len(losses) > 1:
        raise NoLine("a line has one take-profit and one stop-loss order at most")
    return (profits[0] if profits else None), (losses[0] if losses else None)
