"""The rarer forms of an order, each made of a plain one for shares."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from msgspec.structs import replace

from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from tests.random_days.listings import COINS, COMBINATIONS, EURO, FUTURE, away
from tests.random_days.world import World

NEAR = ("-0.5", "-0.1", "-0.02", "0", "0.02", "0.1", "0.5")
"""Percent from the market: most limits fill soon."""
SPANS = (5, 20, 60, 180, 600)
"""Seconds until a dated order ends: most of them within the run."""
FRACTIONS = ("0.00150000", "0.01", "0.25", "1.5")
Form = Callable[[Ticket, World, Random], Ticket]


def shaped(plain: Ticket, world: World, rng: Random) -> Ticket:
    """The plain ticket in one of the rarer forms."""
    return rng.choices(list(FORMS), list(FORMS.values()))[0](plain, world, rng)


def names(ticket: Ticket) -> tuple[str, ...]:
    """What is unusual about a ticket, for the summary."""
    told = {
        "coin": ticket.contract.sec_type == "CRYPTO",
        "forex": ticket.contract.sec_type == "CASH" and ticket.sized_in is not SizedIn.CONVERSION,
        "future": ticket.contract.sec_type == "FUT",
        "combination": bool(ticket.contract.legs),
        "cash quantity": ticket.sized_in is SizedIn.CASH,
        "conversion": ticket.sized_in is SizedIn.CONVERSION,
        "dated": ticket.tif is Tif.GTD,
        "at the opening": ticket.tif is Tif.OPG,
        "at the close": ticket.order_type in (OrderType.MOC, OrderType.LOC),
        "algo": bool(ticket.strategy),
        "saved": ticket.deactivated,
        "routed": bool(ticket.route or ticket.destination),
        "all or none": ticket.all_or_none,
        "marked": bool(ticket.referrer),
        "child": ticket.is_child,
        "trailing child": ticket.is_child and ticket.order_type.trails,
        "one of a group": ticket.single_group,
    }
    return tuple(name for name, is_so in told.items() if is_so) or ("plain",)


def good_till(world: World, seconds: float) -> str:
    """A moment that many seconds from now, as `goodTillDate` has it."""
    moment = datetime.fromtimestamp(world.exchange.now_ms / 1000 + seconds, UTC)
    return f"{moment:%Y%m%d-%H:%M:%S}"


def _of(plain: Ticket, contract: Contract, world: World, rng: Random) -> Ticket:
    """A limit or market order of another instrument."""
    limit = rng.random() < 0.6
    price = away(world, contract, Decimal(rng.choice(NEAR))) if limit else None
    kind = OrderType.LMT if limit else OrderType.MKT
    return Ticket(plain.account, contract, plain.side, kind, Decimal(1), limit_price=price)


def _coin(plain: Ticket, world: World, rng: Random) -> Ticket:
    ticket = _of(plain, rng.choice(COINS), world, rng)
    tif = rng.choice((Tif.DAY, Tif.IOC, Tif.PAX, Tif.GTC))
    if ticket.side is Side.BUY and (ticket.order_type is OrderType.MKT or rng.random() < 0.3):
        return replace(ticket, quantity=Decimal(rng.choice((50, 1000, 9_000))), sized_in=SizedIn.CASH, tif=tif)
    return replace(ticket, quantity=Decimal(rng.choice(FRACTIONS)), tif=tif)


def _forex(plain: Ticket, world: World, rng: Random) -> Ticket:
    ticket = _of(plain, EURO, world, rng)
    if rng.random() < 0.3:
        return replace(ticket, quantity=Decimal(rng.choice((1000, 9_500))), sized_in=SizedIn.CASH)
    stop = away(world, EURO, Decimal("0.1") if ticket.side is Side.BUY else Decimal("-0.1"))
    if rng.random() < 0.2:
        ticket = replace(ticket, order_type=OrderType.STP, limit_price=None, stop_price=stop)
    return replace(ticket, quantity=Decimal(rng.choice((2_000, 7_501, 10_000, 25_000))))


def _conversion(plain: Ticket, world: World, rng: Random) -> Ticket:
    ticket = _of(plain, EURO, world, rng)
    return replace(ticket, quantity=Decimal(rng.choice((500, 7_500))), sized_in=SizedIn.CONVERSION)


def _future(plain: Ticket, world: World, rng: Random) -> Ticket:
    return replace(_of(plain, FUTURE, world, rng), quantity=Decimal(rng.choice((1, 2, 5))), outside_rth=True)


def _combination(plain: Ticket, world: World, rng: Random) -> Ticket:
    ticket = _of(plain, rng.choice(COMBINATIONS), world, rng)
    tif = rng.choice((Tif.DAY, Tif.GTC, Tif.GTD, Tif.IOC))
    till = good_till(world, rng.choice(SPANS)) if tif is Tif.GTD else ""
    quantity = Decimal(rng.choice((1, 5, 40)))
    return replace(ticket, quantity=quantity, tif=tif, good_till=till, all_or_none=rng.random() < 0.1)


def _dated(plain: Ticket, world: World, rng: Random) -> Ticket:
    return replace(plain, tif=Tif.GTD, good_till=good_till(world, rng.choice(SPANS)))


def _algo(plain: Ticket, world: World, rng: Random) -> Ticket:
    ticket = replace(_of(plain, plain.contract, world, rng), quantity=Decimal(rng.choice((10, 100, 300))))
    if rng.random() < 0.5:
        priority = rng.choice(("Urgent", "Normal", "Patient"))
        return replace(ticket, strategy="Adaptive", strategy_parameters=(("adaptivePriority", priority),))
    named, past_end = rng.choice(("Vwap", "Twap")), ("allowPastEndTime", rng.random() < 0.5)
    end = ("endTime", good_till(world, rng.choice((90, 180, 600))))
    given = rng.choice(((), (past_end,), (end, past_end)))
    return replace(ticket, strategy=named, strategy_parameters=given)


def _saved(plain: Ticket, world: World, rng: Random) -> Ticket:
    tif = plain.tif if plain.tif is not Tif.IOC else Tif.DAY
    return replace(plain, deactivated=True, tif=tif)


def _routed(plain: Ticket, world: World, rng: Random) -> Ticket:
    where = rng.choice(("ARCA", "NASDAQ", "IEX", "NYSE", "CME"))
    return replace(plain, route=where) if rng.random() < 0.5 else replace(plain, destination=where)


def _whole(plain: Ticket, world: World, rng: Random) -> Ticket:
    ticket = _of(plain, plain.contract, world, rng)
    return replace(ticket, quantity=Decimal(rng.choice((25, 600, 5000))), all_or_none=True)


def _auction(plain: Ticket, world: World, rng: Random) -> Ticket:
    ticket = replace(_of(plain, plain.contract, world, rng), quantity=plain.quantity)
    if rng.random() < 0.4:
        return replace(ticket, tif=Tif.OPG)
    kind = OrderType.LOC if ticket.order_type is OrderType.LMT else OrderType.MOC
    return replace(ticket, order_type=kind)


def _marked(plain: Ticket, world: World, rng: Random) -> Ticket:
    return replace(
        plain,
        referrer="QuickTrade",
        operator="r.d.",
        manual_time_ms=world.exchange.now_ms - 1000,
        price_management=rng.random() < 0.5,
    )


FORMS: dict[Form, int] = {
    _coin: 5,
    _forex: 4,
    _conversion: 3,
    _future: 3,
    _combination: 6,
    _dated: 4,
    _algo: 5,
    _saved: 5,
    _routed: 3,
    _whole: 3,
    _auction: 3,
    _marked: 1,
}
"""How often each of the rarer forms is drawn."""
