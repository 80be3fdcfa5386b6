"""Whether an order's row is of a ticket, as far as rows tell. Pure."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.combos import combo_conidex
from ibtui.domain.contracts import Contract
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import OrderType, SizedIn, Ticket

_CAPPED = frozenset({OrderType.MIDPRICE, OrderType.REL})
"""Types whose limit is an optional cap: told of few rows, so what is not told proves nothing."""


def is_alike(order: LiveOrder, ticket: Ticket, *, any_account: bool = False) -> bool:
    """Whether the order has the account, instrument, side and size of the ticket.

    `any_account`: where something else ties the order to the ticket; rows of an advisor's groups name other accounts.
    """
    return (
        (any_account or order.account in ("", ticket.account))
        and is_of(order, ticket.contract)
        and order.side is ticket.side
        and (ticket.sized_in is not SizedIn.UNITS or order.quantity == ticket.quantity)
    )


def is_of(order: LiveOrder, contract: Contract) -> bool:
    """Whether the order is for the contract; all combinations of a currency share one conid, their legs tell."""
    if not contract.legs:
        return order.conid == contract.conid
    if order.conidex:
        return _legs_of(order.conidex) == _legs_of(combo_conidex(contract))
    return order.conid == contract.conid


def shows(order: LiveOrder, ticket: Ticket) -> bool:
    """Whether the row shows the ticket's quantity, prices, tif and outside-RTH; what is not told proves nothing.

    Prices of orders that trail move with the market and are not compared; how they trail stands in no row.
    """
    wanted: list[tuple[Decimal | None, Decimal | None]] = []
    if ticket.sized_in is SizedIn.UNITS:
        wanted.append((ticket.quantity, order.quantity))
    if not ticket.order_type.trails:
        has_cap = ticket.order_type in _CAPPED and order.limit_price is not None
        if ticket.order_type.needs_limit or has_cap:
            wanted.append((ticket.limit_price, order.limit_price))
        if ticket.order_type.needs_stop:
            wanted.append((ticket.stop_price, order.stop_price))
    return (
        all(asked == told for asked, told in wanted)
        and order.tif in ("", ticket.tif.value)
        and order.outside_rth in (None, ticket.outside_rth)
    )


def shown_of(ticket: Ticket) -> tuple[object, ...]:
    """What of a ticket `shows` compares and every row tells: two tickets alike in it cannot be told apart."""
    prices = () if ticket.order_type.trails else (ticket.limit_price, ticket.stop_price)
    return (ticket.quantity if ticket.sized_in is SizedIn.UNITS else None, *prices, ticket.tif)


def _legs_of(conidex: str) -> frozenset[str]:
    """`28812380;;;1/1,2/-1` as its legs, in whatever order."""
    return frozenset(conidex.rpartition(";;;")[2].split(","))
