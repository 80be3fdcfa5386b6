"""Tickets as a hurried user fills them in: every form the simulator takes, some of them foolish."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random

from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from tests.random_days.world import ACCOUNT, SECOND_ACCOUNT, World

CONTRACTS = tuple(
    Contract(conid, symbol, sec_type="STK", exchange=exchange, currency="USD")
    for conid, symbol, exchange in (
        (265598, "AAPL", "NASDAQ"),
        (272093, "MSFT", "NASDAQ"),
        (8894, "KO", "NYSE"),
        (9599491, "F", "NYSE"),
    )
)
FORMS = {
    OrderType.LMT: 30,
    OrderType.MKT: 8,
    OrderType.STP: 8,
    OrderType.STOP_LIMIT: 8,
    OrderType.TRAIL: 8,
    OrderType.TRAILLMT: 3,
    OrderType.MIDPRICE: 3,
    OrderType.MIT: 3,
    OrderType.LIT: 3,
    OrderType.REL: 3,
    OrderType.MOC: 1,
    OrderType.LOC: 1,
}
"""How often each type is chosen."""
DISTANCES = ("-8", "-4", "-2", "-1", "-0.2", "-0.05", "0", "0.05", "0.2", "1", "2", "4", "8")
"""Percent from the market."""
QUANTITIES = (1, 2, 10, 25, 100, 100, 100, 600)
CENT = Decimal("0.01")
SECOND_SHARE = 0.1
"""Of the tickets, for the account that is not chosen: its orders are in no list, only in the streams."""


def tickets(world: World, rng: Random) -> tuple[Ticket, ...]:
    """One order, a bracket of two or three, or a group of which one cancels the others."""
    first = _ticket(world, rng)
    shape = rng.random()
    if shape < 0.7 or first.tif is Tif.IOC:
        return (first,)
    if shape < 0.8:
        others = (replace(_ticket(world, rng), account=first.account) for _ in range(rng.choice((1, 2))))
        return tuple(replace(ticket, single_group=True) for ticket in (first, *others))
    mark = _mark(world, first.contract)
    away = Decimal(rng.choice(("0.3", "1", "3"))) * (1 if first.side is Side.BUY else -1)
    child = _blank(first, first.side.opposite)
    taker = replace(child, order_type=OrderType.LMT, limit_price=_moved(mark, away))
    stop = replace(child, order_type=OrderType.STP, stop_price=_moved(mark, -away))
    if rng.random() < 0.2:
        stop = replace(child, order_type=OrderType.TRAIL, trailing_type="amt", trailing_amount=Decimal("0.5"))
    return (first, rng.choice((taker, stop))) if shape < 0.88 else (first, taker, stop)


def changed(ticket: Ticket, world: World, rng: Random) -> Ticket:
    """The ticket with other prices or another quantity; now and then just as it was."""
    turn = rng.random()
    if turn < 0.1:
        return ticket
    if turn < 0.3 or ticket.order_type in (OrderType.MKT, OrderType.MOC):
        return replace(ticket, quantity=Decimal(rng.choice(QUANTITIES)))
    near, far = _near_and_far(world, ticket.contract, rng)
    if ticket.order_type is OrderType.TRAIL:
        return replace(ticket, trailing_amount=Decimal(rng.choice(("0.25", "0.75", "1.50"))))
    return replace(
        ticket,
        limit_price=near if ticket.limit_price is not None else None,
        stop_price=far if ticket.stop_price is not None else None,
    )


def ticket_at_market(world: World, contract: Contract) -> Ticket:
    """A buy that fills at once."""
    price = _moved(_mark(world, contract), Decimal("0.5"))
    return Ticket(ACCOUNT, contract, Side.BUY, OrderType.LMT, Decimal(10), limit_price=price)


def _ticket(world: World, rng: Random) -> Ticket:
    contract, side = rng.choice(CONTRACTS), rng.choice(list(Side))
    kind = rng.choices(list(FORMS), list(FORMS.values()))[0]
    near, far = _near_and_far(world, contract, rng)
    tif = rng.choice((Tif.DAY, Tif.DAY, Tif.GTC))
    return Ticket(
        SECOND_ACCOUNT if rng.random() < SECOND_SHARE else ACCOUNT,
        contract,
        side,
        kind,
        Decimal(rng.choice(QUANTITIES)),
        limit_price=near if kind.needs_limit or (kind.takes_limit and rng.random() < 0.5) else None,
        stop_price=far if kind.needs_stop or (kind.takes_stop and rng.random() < 0.5) else None,
        trailing_type=rng.choice(("amt", "%")) if kind.trails else "",
        trailing_amount=Decimal(rng.choice(("0.25", "0.50", "2"))) if kind.trails else None,
        offset=CENT if kind.takes_offset else None,
        tif=Tif.IOC if kind is OrderType.LMT and rng.random() < 0.1 else tif,
        outside_rth=rng.random() < 0.3,
    )


def _blank(parent: Ticket, side: Side) -> Ticket:
    """A child of the order without a type of its own yet."""
    return replace(
        parent,
        side=side,
        is_child=True,
        limit_price=None,
        stop_price=None,
        trailing_type="",
        trailing_amount=None,
        offset=None,
    )


def _near_and_far(world: World, contract: Contract, rng: Random) -> tuple[Decimal, Decimal]:
    mark = _mark(world, contract)
    return _moved(mark, Decimal(rng.choice(DISTANCES))), _moved(mark, Decimal(rng.choice(DISTANCES)))


def _mark(world: World, contract: Contract) -> Decimal:
    return world.exchange.quote(contract.conid).mark


def _moved(price: Decimal, percent: Decimal) -> Decimal:
    return (price * (100 + percent) / 100).quantize(CENT, ROUND_HALF_EVEN)
