"""Tickets as a hurried user fills them in: every form the simulator takes, some of them foolish."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from msgspec.structs import replace

from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from tests.random_days.forms import FRACTIONS, NEAR, good_till, shaped
from tests.random_days.listings import CONTRACTS, away
from tests.random_days.world import ACCOUNT, SECOND_ACCOUNT, World

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
RARE_SHARE = 0.4
"""Of the tickets, in one of the rarer forms."""
SECOND_SHARE = 0.1
"""Of the tickets, for the account that is not chosen: its orders are in no list, only in the streams."""


def tickets(world: World, rng: Random) -> tuple[Ticket, ...]:
    """One order, a bracket of two or three, or a group of which one cancels the others."""
    first = _ticket(world, rng)
    shape = rng.random()
    if shape < 0.7 or first.tif in (Tif.IOC, Tif.OPG):
        return (first,)
    if shape < 0.8:
        others = (replace(_ticket(world, rng), account=first.account) for _ in range(rng.choice((1, 2))))
        return tuple(replace(ticket, single_group=True) for ticket in (first, *others))
    return (first, *_children(first, world, rng))


def _children(first: Ticket, world: World, rng: Random) -> tuple[Ticket, ...]:
    """A profit taker, a stop, or both; now and then the stop trails."""
    far = Decimal(rng.choice(("0.3", "1", "3"))) * (1 if first.side is Side.BUY else -1)
    child = _blank(first, first.side.opposite)
    gain, loss = away(world, first.contract, far), away(world, first.contract, -far)
    taker = replace(child, order_type=OrderType.LMT, limit_price=gain)
    stop = replace(child, order_type=OrderType.STP, stop_price=loss)
    turn = rng.random()
    if turn < 0.2:
        stop = replace(child, order_type=OrderType.TRAIL, trailing_type="amt", trailing_amount=Decimal("0.5"))
    elif turn < 0.3:
        trail = replace(child, order_type=OrderType.TRAILLMT, trailing_type="%", trailing_amount=Decimal(1))
        stop = replace(trail, stop_price=loss, limit_price=away(world, first.contract, -far * 2))
    return (rng.choice((taker, stop)),) if rng.random() < 0.4 else (taker, stop)


def changed(ticket: Ticket, world: World, rng: Random) -> Ticket:
    """The ticket with other prices or another quantity; now and then just as it was."""
    if ticket.deactivated and rng.random() < 0.6:
        return replace(ticket, deactivated=False)
    turn = rng.random()
    if turn < 0.1:
        return ticket
    if turn < 0.13:
        return replace(ticket, deactivated=not ticket.deactivated)
    if turn < 0.3 and ticket.tif is Tif.GTD:
        return replace(ticket, good_till=good_till(world, rng.choice((10, 60, 600))))
    if turn < 0.3 or ticket.order_type in (OrderType.MKT, OrderType.MOC):
        return replace(ticket, quantity=_size(ticket, rng))
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
    price = away(world, contract, Decimal("0.5"))
    return Ticket(ACCOUNT, contract, Side.BUY, OrderType.LMT, Decimal(10), limit_price=price)


def _ticket(world: World, rng: Random) -> Ticket:
    plain = _plain(world, rng)
    return shaped(plain, world, rng) if rng.random() < RARE_SHARE else plain


def _size(ticket: Ticket, rng: Random) -> Decimal:
    """Another quantity."""
    if ticket.contract.sec_type == "CRYPTO" and ticket.sized_in is SizedIn.UNITS:
        return Decimal(rng.choice(FRACTIONS))
    if ticket.contract.sec_type in ("CRYPTO", "CASH"):
        return Decimal(rng.choice((2_000, 9_000)))
    return Decimal(rng.choice((1, 2, 3, 8) if ticket.contract.sec_type == "FUT" else QUANTITIES))


def _plain(world: World, rng: Random) -> Ticket:
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
        offset=Decimal("0.01") if kind.takes_offset else None,
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
        strategy="",
        strategy_parameters=(),
    )


def _near_and_far(world: World, contract: Contract, rng: Random) -> tuple[Decimal, Decimal]:
    distances = DISTANCES if contract.sec_type == "STK" else NEAR
    near, far = Decimal(rng.choice(distances)), Decimal(rng.choice(distances))
    return away(world, contract, near), away(world, contract, far)
