"""What must hold at the end of a simulated week: everything the program shows is what the gateway knows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from ibtui.domain.session import Light, Trouble
from ibtui.session.trading import TradingSession
from tests.week.world import ACCOUNT, STOCKS, World

CENT = Decimal("0.01")
CHANNELS = ("sor", "str", "spl", "ssd", "sld")
Found = Iterator[tuple[str, str]]


def differences(world: World, session: TradingSession) -> list[tuple[str, str]]:
    """Each law that does not hold, with what was found; to be asked while the market stands still."""
    laws = (_orders, _executions, _positions, _cash, _quotes, _ladder)
    found = [each for law in laws for each in law(world, session)]
    return [*found, *(("every subscription is alive", key) for key in missing(world)), *_pacing(world)]


def is_well(world: World, session: TradingSession) -> bool:
    """Whether the lights say so and the gateway would tell everything that is wanted."""
    health = session.store.health
    lights = {health.gateway, health.login, health.brokerage, health.stream}
    return lights == {Light.ON} and health.trouble is Trouble.NONE and not missing(world)


def missing(world: World) -> list[str]:
    """Subscriptions the program should have that no living socket would feed."""
    alive = [
        str(each["key"])
        for socket in cast(list[dict[str, Any]], world.gateway.truth()["sockets"])
        if socket["current"] and socket["greeted"] and not socket["silent"]
        for each in socket["subscriptions"]
        if each["alive"]
    ]
    quotes = [f"smd+{conid}" for conid in STOCKS]
    return [
        *(key for key in quotes if key not in alive),
        *(name for name in (*CHANNELS, "sbd") if not any(key.split("+")[0] == name for key in alive)),
    ]


def _orders(world: World, session: TradingSession) -> Found:
    true = {order.order_id: order for order in world.working()}
    shown = {o.order_id: o for o in session.store.orders.orders.values() if o.is_working and o.account in ("", ACCOUNT)}
    for order_id in true.keys() ^ shown.keys():
        where = "works and is not shown" if order_id in true else "is shown and does not work"
        yield "orders that work are shown", f"{order_id} {where}"
    for order_id in true.keys() & shown.keys():
        order, row = true[order_id], shown[order_id]
        told = (row.filled or Decimal(0), row.limit_price, row.status_text.replace(" ", ""))
        if told != (order.filled, order.limit_price, order.status.value):
            yield "orders are shown as they are", f"{order_id}: {told}, true is {order}"


def _executions(world: World, session: TradingSession) -> Found:
    rows = session.store.orders.executions
    fills = {fill.execution_id: fill for fill in world.exchange.executions(ACCOUNT)}
    for name, fill in fills.items():
        row = rows.get(name)
        told = None if row is None else (row.order_id, row.conid, row.size, row.price, row.commission)
        if told != (fill.order_id, fill.conid, fill.size, fill.price, fill.commission):
            yield "every fill is shown", f"{fill}: {told}"
    for name in rows.keys() - fills.keys():
        yield "every fill is shown", f"{name} is no fill"


def _positions(world: World, session: TradingSession) -> Found:
    held = {p.conid: p.quantity for p in world.exchange.positions(ACCOUNT) if p.quantity}
    rows = session.store.money.positions
    told = {conid: row.quantity for (account, conid), row in rows.items() if account == ACCOUNT and row.quantity}
    if held != told:
        yield "positions are shown", f"{told} are shown, {held} are true"


def _cash(world: World, session: TradingSession) -> Found:
    for line in world.exchange.ledger(ACCOUNT):
        row = session.store.money.ledger.get((ACCOUNT, line.currency))
        if row is None or row.cash is None or abs(row.cash - line.cash) > CENT:
            yield "cash is shown", f"{row.cash if row else None} {line.currency} is shown, {line.cash} is true"


def _quotes(world: World, session: TradingSession) -> Found:
    for conid, symbol in STOCKS.items():
        row, true = session.store.market.quotes.get(conid), world.exchange.quote(conid)
        told = None if row is None else (row.bid, row.ask, row.last, row.subscribed)
        if told != (true.bid, true.ask, true.last, True):
            yield "prices are the newest", f"{symbol}: {told}, true is {(true.bid, true.ask, true.last)}"


def _ladder(world: World, session: TradingSession) -> Found:
    ladder, true = session.store.market.ladder, world.exchange.quote(next(iter(STOCKS)))
    rungs = ladder.rungs if ladder is not None else ()
    bids = [rung.price for rung in rungs if rung.bid_size]
    asks = [rung.price for rung in rungs if rung.ask_size]
    told = (max(bids, default=None), min(asks, default=None))
    if told != (true.bid, true.ask):
        yield "the ladder is the book", f"{told}, true is {(true.bid, true.ask)}"


def _pacing(world: World) -> Found:
    pacing = pacing_of(world)
    if pacing["broken"]:
        yield "no request against pacing", f"{pacing}"


def pacing_of(world: World) -> dict[str, Any]:
    """Requests since the beginning, and those that broke the pacing."""
    return cast(dict[str, Any], world.gateway.truth()["pacing"])
