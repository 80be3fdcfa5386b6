"""What the journal says in the end of each submission, held against what the exchange did.

An outcome may stay unknown only for the reasons in `Reason`: where IBKR's documents name nothing that would tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from ibtui.domain.orders import Intent, Stage
from ibtui.sim.exchange import OrderView, Status
from tests.random_days.deeds import Deed, Deeds
from tests.random_days.disk import Record
from tests.random_days.world import World

LAW = "every journalled order has a true final state"
_OVER = frozenset({Status.FILLED, Status.CANCELLED, Status.REJECTED})
_DEAD = frozenset({Stage.REJECTED, Stage.DECLINED})


class Reason(StrEnum):
    """Why nobody can know."""

    NEVER_ARRIVED = "place: it never arrived, and no list can prove that something is not there"
    NOT_TAKEN = "place: it arrived and was refused or asked about, and the answer was lost"
    CHANGE_NOT_MADE = "modify: the order works on as it was"
    CHANGE_UNSEEN = "modify: made, but the row looks the same as before"
    CANCEL_NOT_MADE = "cancel: the order works on"


def wrong(world: World, deeds: Deeds, records: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    """Each submission whose stage is not what happened."""
    for record in records.values():
        deed = deeds.by_key.get(record.key) or Deed(record.key, record.intent, record.order_id)
        if words := _wrong(world, record, deed):
            seen = f"left {deed.left}, arrived {deed.arrived}, carried out {deed.executed}"
            yield LAW, f"{record.key} is {record.stage.value} ({seen}): {words}"
    for deed in deeds.by_key.values():
        if deed.executed and deed.key not in records and not deed.key.startswith("unwritten"):
            yield LAW, f"{deed.key} was carried out and is not written"


def left_unknown(world: World, deeds: Deeds, record: Record) -> Reason | None:
    """Why its outcome cannot be known; None if it could."""
    return _reason(world, record, deeds.by_key.get(record.key) or Deed(record.key, record.intent, record.order_id))


def _reason(world: World, record: Record, deed: Deed) -> Reason | None:
    if record.intent is Intent.PLACE:
        if deed.executed:
            return None
        return Reason.NOT_TAKEN if deed.arrived else Reason.NEVER_ARRIVED
    order = world.exchange.order(record.order_id or 0)
    if order is None or order.status in _OVER:
        return None
    if record.intent is Intent.CANCEL:
        return Reason.CANCEL_NOT_MADE if order.status is not Status.PENDING_CANCEL else None
    if not deed.executed:
        return Reason.CHANGE_NOT_MADE
    return Reason.CHANGE_UNSEEN if not deed.seen else None


def _wrong(world: World, record: Record, deed: Deed) -> str:
    if record.stage in (Stage.QUEUED, Stage.SENT, Stage.ASKING, Stage.REPLYING):
        return "it is no final state"
    if record.stage is Stage.CLOSED:
        return ""
    if record.stage is Stage.UNKNOWN:
        return "" if _reason(world, record, deed) else "it could be known"
    if record.intent is Intent.PLACE:
        return _wrong_place(world, record, deed)
    order = world.exchange.order(record.order_id or 0)
    if order is None:
        return f"there is no order {record.order_id}"
    if record.intent is Intent.CANCEL:
        return _wrong_cancel(record, deed, order)
    return _wrong_change(record, deed, order)


def _wrong_place(world: World, record: Record, deed: Deed) -> str:
    orders = [order for order in world.orders() if order.order_id in deed.placed]
    if record.stage is Stage.ACKNOWLEDGED and not orders:
        return "there is no such order"
    if record.stage in _DEAD and any(order.status is not Status.REJECTED for order in orders):
        return f"order {orders[0].order_id} is {orders[0].status}"
    if record.stage is Stage.ACKNOWLEDGED and record.order_id not in deed.placed:
        return f"it has order {record.order_id} and not one of {deed.placed}"
    return ""


def _wrong_cancel(record: Record, deed: Deed, order: OrderView) -> str:
    if record.stage is Stage.ACKNOWLEDGED and order.status not in (*_OVER, Status.PENDING_CANCEL):
        return f"order {order.order_id} is {order.status}"
    if record.stage in _DEAD and deed.executed:
        return "it was carried out"
    return ""


def _wrong_change(record: Record, deed: Deed, order: OrderView) -> str:
    if record.stage is Stage.ACKNOWLEDGED and not deed.executed and order.status not in _OVER and not deed.idle:
        return f"order {order.order_id} works on as it was"
    if record.stage in _DEAD and deed.executed:
        return "it was carried out"
    return ""
