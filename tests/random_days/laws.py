"""The laws of order-safety as equations between exchange, journal and screen, checked when all has settled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ibtui.domain.orders import Intent, Stage
from ibtui.sim.exchange import Execution, OrderView, Side
from tests.random_days import outcomes
from tests.random_days.deeds import Deeds
from tests.random_days.disk import Record
from tests.random_days.life import Life
from tests.random_days.world import ACCOUNT, SECOND_ACCOUNT, World

_PLACE_IN_GROUP = re.compile(r"(?<=-\w{7})-\d$")
"""What the second and later orders of a group have after their submission's key."""
CENT = Decimal("0.01")


def violations(world: World, deeds: Deeds, life: Life, again: Mapping[str, int]) -> list[str]:
    """Every law that does not hold."""
    records = life.disk.records()
    found = [
        *_written(world, records),
        *_once(world, deeds, records, again),
        *outcomes.wrong(world, deeds, records),
        *_shown_submissions(life, records),
        *_shown_orders(world, life),
        *_money(world),
        *_shown_money(world, life),
    ]
    return [f"{law}: {words}" for law, words in found]


def unknowns(world: World, deeds: Deeds, life: Life) -> Counter[str]:
    """Outcomes left unknown and closed ones, by the reason."""
    records = life.disk.records().values()
    found = (outcomes.left_unknown(world, deeds, record) for record in records if record.stage is Stage.UNKNOWN)
    closed = [record.key for record in records if record.stage is Stage.CLOSED]
    done = sum(key in deeds.by_key and deeds.by_key[key].executed > 0 for key in closed)
    by_user = Counter({"closed by the user": len(closed) - done, "closed by the user, though carried out": done})
    return Counter(reason for reason in found if reason) + by_user


Found = Iterator[tuple[str, str]]


def _written(world: World, records: Mapping[str, Record]) -> Found:
    """Orders at the exchange ⊆ journal."""
    for order in world.orders():
        record = records.get(_key_of(order))
        if record is None or record.intent is not Intent.PLACE or record.account != order.request.account:
            yield "orders at the exchange ⊆ journal", f"order {order.order_id} ({_key_of(order)}) is not written"


def _once(world: World, deeds: Deeds, records: Mapping[str, Record], again: Mapping[str, int]) -> Found:
    """Nothing twice."""
    placed = Counter(_key_of(order) for order in world.orders())
    for key, number in placed.items():
        if key in records and number != records[key].tickets:
            yield "no order twice", f"{key} has {records[key].tickets} tickets and {number} orders"
    names = Counter((o.request.account, o.request.coid) for o in world.orders() if o.parent_id is None)
    for (_, name), number in names.items():
        if number > 1:
            yield "no order twice", f"{number} orders are called {name}"
    for deed in deeds.by_key.values():
        allowed = 1 + again.get(deed.key, 0)
        if deed.left > allowed or deed.arrived > allowed or deed.executed > 1:
            told = f"left {deed.left}, arrived {deed.arrived}, was carried out {deed.executed} times"
            yield "no request twice", f"{deed.key} {told}; the user sent it {allowed} times"


def _shown_submissions(life: Life, records: Mapping[str, Record]) -> Found:
    """The screen says what the journal says."""
    for key, submission in life.store.orders.submissions.items():
        record = records.get(key)
        if record is None:
            yield "the screen says what the journal says", f"{key} is shown and not written"
        elif record.stage is not submission.stage:
            yield "the screen says what the journal says", f"{key}: {submission.stage}, {record.stage}"
    for record in records.values():
        if record.stage.is_open and record.key not in life.store.orders.submissions:
            yield "the screen says what the journal says", f"{record.key} is {record.stage} and not shown"


def _shown_orders(world: World, life: Life) -> Found:
    """The blotter is the exchange's."""
    shown = life.store.orders.orders
    for order in world.orders():
        if order.request.account != ACCOUNT or order not in world.exchange.orders(ACCOUNT):
            continue  # the list of orders is the chosen account's, of today
        row = shown.get(order.order_id)
        if row is None:
            yield "every order is shown", f"order {order.order_id} ({_key_of(order)}, {order.status}) is not"
            continue
        told = (row.status.value, row.filled, row.quantity)
        true = (order.status.value, order.filled, order.request.quantity)
        if told != true:
            yield "every order is shown as it is", f"order {order.order_id}: {told} is shown, {true} is true"
    for order_id in shown.keys() - set(world.exchange.ids):
        yield "every order is shown as it is", f"order {order_id} is shown and does not exist"


def _money(world: World) -> Found:
    """Σ executions = change of position = change of cash."""
    for spec in world.exchange.accounts():
        account, fills = spec.account, world.executions(spec.account)
        for conid in {fill.conid for fill in fills} | set(spec.positions):
            moved = sum((_signed(f) for f in fills if f.conid == conid), Decimal(0))
            start = spec.positions.get(conid, (Decimal(0), Decimal(0)))[0]
            if start + moved != world.quantity(account, conid):
                yield (
                    "Σ executions = position",
                    f"{account} {conid}: {start} {moved:+} ≠ {world.quantity(account, conid)}",
                )
        paid = sum((_paid(fill) for fill in fills), Decimal(0))
        cash = next(line.cash for line in world.exchange.ledger(account) if line.currency == "USD")
        if spec.cash["USD"] - paid != cash:
            yield "Σ executions = cash", f"{account}: {spec.cash['USD']} − {paid} ≠ {cash}"
    for order in world.orders():
        filled = sum(
            (f.size for f in world.executions(order.request.account) if f.order_id == order.order_id), Decimal(0)
        )
        if filled != order.filled:
            yield "Σ executions = filled", f"order {order.order_id}: {filled} ≠ {order.filled}"


def _shown_money(world: World, life: Life) -> Found:
    """Executions, positions and cash on the screen are the true ones."""
    shown = life.store.orders.executions
    for fill in world.executions(ACCOUNT):
        row = shown.get(fill.execution_id)
        told = None if row is None else (row.size, row.price, row.commission, row.order_ref)
        if told != (fill.size, fill.price, fill.commission, fill.coid if not fill.coid.startswith("sim~") else ""):
            yield "every fill is shown", f"{fill.execution_id} {fill.size} at {fill.price}: {told}"
    true = {fill.execution_id for account in (ACCOUNT, SECOND_ACCOUNT) for fill in world.executions(account)}
    if extra := shown.keys() - true:
        yield "every fill is shown", f"{sorted(extra)} are no fills"
    money = life.store.money
    held = {p.conid: p.quantity for p in world.exchange.positions(ACCOUNT) if p.quantity}
    told_held = {conid: row.quantity for (account, conid), row in money.positions.items() if account == ACCOUNT}
    if held != told_held:
        yield "positions are shown", f"{told_held} are shown, {held} are true"
    cash = next(line.cash for line in world.exchange.ledger(ACCOUNT) if line.currency == "USD")
    line = money.ledger.get((ACCOUNT, "USD"))
    if line is None or line.cash is None or abs(line.cash - cash) > CENT:
        yield "cash is shown", f"{line.cash if line else None} is shown, {cash} is true"


def _key_of(order: OrderView) -> str:
    """The submission an order came with: it carries its key, or its parent does."""
    return _PLACE_IN_GROUP.sub("", order.request.parent_coid or order.request.coid)


def _signed(fill: Execution) -> Decimal:
    return fill.size if fill.side is Side.BUY else -fill.size


def _paid(fill: Execution) -> Decimal:
    """Dollars spent on a fill; all contracts traded are in dollars."""
    return (fill.net_amount if fill.side is Side.BUY else -fill.net_amount) + fill.commission
