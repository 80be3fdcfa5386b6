"""The laws of money: what was executed is what was paid, what is held and what is shown, in every currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from ibtui.sim.exchange import AccountSpec, Execution, Instrument, OrderView, Side
from tests.random_days.life import Life
from tests.random_days.world import ACCOUNT, SECOND_ACCOUNT, World

CENT = Decimal("0.01")
HAIR = Decimal("0.0001")
"""The exchange divides the cost of futures to 8 places."""
NONE = (Decimal(0), Decimal(0))
Found = Iterator[tuple[str, str]]


def moved(world: World) -> Found:
    """Σ executions = change of positions = change of cash = filled."""
    for spec in world.exchange.accounts():
        yield from _positions(world, spec)
        yield from _cash(world, spec)
    for order in world.orders():
        yield from _filled(order, world.executions(order.request.account))


def shown(world: World, life: Life) -> Found:
    """Executions, positions and cash on the screen are the true ones."""
    rows = life.store.orders.executions
    for fill in world.executions(ACCOUNT):
        row = rows.get(fill.execution_id)
        told = None if row is None else (row.size, row.price, row.commission, row.order_ref)
        if told != (fill.size, fill.price, fill.commission, fill.coid if not fill.coid.startswith("sim~") else ""):
            yield "every fill is shown", f"{fill.execution_id} {fill.size} at {fill.price}: {told}"
    true = {fill.execution_id for account in (ACCOUNT, SECOND_ACCOUNT) for fill in world.executions(account)}
    if extra := rows.keys() - true:
        yield "every fill is shown", f"{sorted(extra)} are no fills"
    money = life.store.money
    held = {p.conid: p.quantity for p in world.exchange.positions(ACCOUNT) if p.quantity}
    told_held = {conid: row.quantity for (account, conid), row in money.positions.items() if account == ACCOUNT}
    if held != told_held:
        yield "positions are shown", f"{told_held} are shown, {held} are true"
    for currency, cash in _ledger(world, ACCOUNT).items():
        line = money.ledger.get((ACCOUNT, currency))
        if line is None or line.cash is None or abs(line.cash - cash) > CENT:
            yield "cash is shown", f"{line.cash if line else None} {currency} is shown, {cash} is true"


def _positions(world: World, spec: AccountSpec) -> Found:
    fills = world.executions(spec.account)
    for conid in {fill.conid for fill in fills} | set(spec.positions):
        if _instrument(world, conid).sec_type == "CASH":
            continue  # what is bought of a currency is cash
        change = sum((_signed(f) for f in fills if f.conid == conid), Decimal(0))
        start, held = spec.positions.get(conid, NONE)[0], world.quantity(spec.account, conid)
        if start + change != held:
            yield "Σ executions = position", f"{spec.account} {conid}: {start} {change:+} ≠ {held}"


def _cash(world: World, spec: AccountSpec) -> Found:
    paid = _paid(world, spec)
    for currency, cash in _ledger(world, spec.account).items():
        start = spec.cash.get(currency, Decimal(0))
        if abs(start + paid[currency] - cash) > HAIR:
            yield "Σ executions = cash", f"{spec.account}: {start} {paid[currency]:+} ≠ {cash} {currency}"
    if extra := {currency for currency, amount in paid.items() if amount} - _ledger(world, spec.account).keys():
        yield "Σ executions = cash", f"{spec.account} has no {sorted(extra)}"


def _paid(world: World, spec: AccountSpec) -> Mapping[str, Decimal]:
    """Change of cash by currency: a future settles what its closing gained, all else costs what it costs."""
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    futures: defaultdict[int, list[Execution]] = defaultdict(list)
    for fill in world.executions(spec.account):
        instrument = _instrument(world, fill.conid)
        paid[fill.commission_currency] -= fill.commission
        if instrument.sec_type == "FUT":
            futures[fill.conid].append(fill)
            continue
        paid[instrument.currency] -= _signed(fill) * fill.price * instrument.multiplier
        if instrument.sec_type == "CASH":
            paid[instrument.base_currency] += _signed(fill)
    for conid, fills in futures.items():
        instrument = _instrument(world, conid)
        paid[instrument.currency] += _settled(spec.positions.get(conid, NONE), fills) * instrument.multiplier
    return paid


def _settled(start: tuple[Decimal, Decimal], fills: Iterable[Execution]) -> Decimal:
    """What closing gained, in points, from (quantity, average price) on; `fills` are the oldest first."""
    held, average = start
    gained = Decimal(0)
    for fill in fills:
        change = _signed(fill)
        if held * change < 0:
            closed = min(abs(held), abs(change)).copy_sign(held)
            gained += closed * (fill.price - average)
            average = fill.price if abs(change) > abs(held) else average
        else:
            average = (average * abs(held) + fill.price * abs(change)) / (abs(held) + abs(change))
        held += change
    return gained


def _filled(order: OrderView, fills: Iterable[Execution]) -> Found:
    """Of a combination every leg is filled in its ratio."""
    mine = [fill for fill in fills if fill.order_id == order.order_id]
    ratios = {leg.conid: leg.ratio for leg in order.request.legs} or {order.request.conid: 1}
    for conid, ratio in ratios.items():
        bought = sum((_signed(fill) for fill in mine if fill.conid == conid), Decimal(0))
        wanted = order.filled * ratio * (1 if order.request.side is Side.BUY else -1)
        if bought != wanted:
            yield "Σ executions = filled", f"order {order.order_id}, {conid}: {bought:+} ≠ {wanted:+}"
    if strange := {fill.conid for fill in mine} - ratios.keys():
        yield "Σ executions = filled", f"order {order.order_id} executed {sorted(strange)}"


def _ledger(world: World, account: str) -> dict[str, Decimal]:
    return {line.currency: line.cash for line in world.exchange.ledger(account) if line.currency != "BASE"}


def _instrument(world: World, conid: int) -> Instrument:
    found = world.exchange.instrument(conid)
    if found is None:
        raise AssertionError(f"{conid} is not listed")
    return found


def _signed(fill: Execution) -> Decimal:
    return fill.size if fill.side is Side.BUY else -fill.size
