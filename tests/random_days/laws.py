"""The laws of order-safety as equations between exchange, journal and screen, checked when all has settled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from ibtui.domain.orders import Intent, Stage
from ibtui.sim.exchange import OrderView
from tests.random_days import money, outcomes, wishes
from tests.random_days.deeds import Deeds
from tests.random_days.disk import Record
from tests.random_days.life import Life
from tests.random_days.world import ACCOUNT, World

_PLACE_IN_GROUP = re.compile(r"(?<=-\w{7})-\d$")
"""What the second and later orders of a group have after their submission's key."""


def violations(world: World, deeds: Deeds, life: Life, again: Mapping[str, int], wished: wishes.Wishes) -> list[str]:
    """Every law that does not hold."""
    records = life.disk.records()
    found = [
        *_written(world, records),
        *_once(world, deeds, records, again),
        *outcomes.wrong(world, deeds, records),
        *_shown_submissions(life, records),
        *_shown_orders(world, life),
        *money.moved(world),
        *money.shown(world, life),
        *wishes.as_wished(world, wished),
        *wishes.remembered(world, life, wished),
        *wishes.worked(world),
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


def _key_of(order: OrderView) -> str:
    """The submission an order came with: it carries its key, or its parent does."""
    return _PLACE_IN_GROUP.sub("", order.request.parent_coid or order.request.coid)
