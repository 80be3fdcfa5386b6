"""The index of orders, executions and submissions against a search through all of them."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from ibtui.domain.contracts import Contract
from ibtui.domain.events import ExecutionReceived, OrderReceived, SubmissionMoved
from ibtui.domain.orders import Execution, Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.store import Store

ACCOUNTS = ("DU1", "DU2", "")
CONIDS = (1, 2, 3)


def stirred(seed: int) -> Store:
    """A store after some hundreds of random events, many about the same orders."""
    dice, store = random.Random(seed), Store()
    for step in range(400):
        dice.choice((_order, _execution, _submission))(dice, store, step)
    return store


def _order(dice: random.Random, store: Store, step: int) -> None:
    changes: dict[str, object] = {
        "account": dice.choice(ACCOUNTS),
        "conid": dice.choice(CONIDS),
        "status": dice.choice((OrderStatus.SUBMITTED, OrderStatus.FILLED, OrderStatus.PENDING_CANCEL)),
        "time_ms": dice.choice((0, step, step // 2)),
        "order_ref": dice.choice(("", f"k{dice.randrange(20)}")),
        "parent_id": dice.choice(("", str(dice.randrange(30)))),
    }
    store.apply(OrderReceived(dice.randrange(1, 30), changes, float(step)))


def _execution(dice: random.Random, store: Store, step: int) -> None:
    fill = Execution(
        f"e{dice.randrange(60)}",
        order_id=dice.randrange(30),
        account=dice.choice(ACCOUNTS),
        conid=dice.choice(CONIDS),
        commission=dice.choice((None, Decimal(step) / 4)),
        time_ms=dice.choice((0, step)),
    )
    store.apply(ExecutionReceived(fill))


def _submission(dice: random.Random, store: Store, _step: int) -> None:
    number = dice.randrange(20)
    ticket = Ticket("DU1", Contract(1 + number % 3, "X"), Side.BUY, OrderType.MKT, Decimal(1))
    known = store.orders.submissions.get(f"k{number}")
    order_id = known.order_id if known is not None and known.order_id else dice.choice((None, dice.randrange(1, 30)))
    intent = Intent.PLACE if number % 2 else Intent.CANCEL
    store.apply(SubmissionMoved(Submission(f"k{number}", intent, "DU1", dice.choice(list(Stage)), (ticket,), order_id)))


def newest(found: list[LiveOrder]) -> list[int]:
    return [o.order_id for o in sorted(found, key=lambda o: (o.time_ms, o.order_id), reverse=True)]


@pytest.mark.parametrize("seed", range(12))
def test_it_finds_what_a_search_finds(seed: int) -> None:
    store = stirred(seed)
    orders, index = store.orders, store.orders.index
    everything, fills = list(orders.orders.values()), list(orders.executions.values())

    def shown(holder: str) -> bool:
        return holder in ("DU1", "")

    mine = [order for order in everything if shown(order.account)]
    assert index.working(shown) == newest([order for order in mine if order.is_working])
    assert index.ended(shown) == newest([order for order in mine if not order.is_working])
    own = sorted((f for f in fills if shown(f.account)), key=lambda f: (f.time_ms, f.execution_id), reverse=True)
    assert index.fills(shown) == [fill.execution_id for fill in own]
    told = [fill.commission for fill in own if fill.commission is not None]
    assert index.commission(shown) == (sum(told, Decimal(0)) if told else None)
    for conid in CONIDS:
        assert dict(index.orders_of(conid)) == {o.order_id: o for o in everything if o.conid == conid}
        assert dict(index.fills_of(conid)) == {f.execution_id: f for f in fills if f.conid == conid}
    for order_id in range(30):
        children = {o.order_id: o for o in everything if o.parent_id == str(order_id)}
        assert dict(index.children_of(order_id)) == children
        assert dict(index.fills_of_order(order_id)) == {f.execution_id: f for f in fills if f.order_id == order_id}


@pytest.mark.parametrize("seed", range(12))
def test_it_knows_the_submissions_as_a_search_would(seed: int) -> None:
    store = stirred(seed)
    submissions, index = list(store.orders.submissions.values()), store.orders.index
    refs = {order.order_ref for order in store.orders.orders.values()}

    assert {one.key for one in submissions if one.stage.is_open} == set(index.open_submissions)
    waiting = [
        one
        for one in submissions
        if one.intent is Intent.PLACE and one.stage is not Stage.ACKNOWLEDGED and one.key not in refs
    ]
    assert {one.key for one in index.not_taken()} == {one.key for one in waiting}
    for order_id in range(30):
        about = {one.key: one for one in submissions if one.order_id == order_id}
        assert dict(index.submissions_of(order_id)) == about
    for conid in CONIDS:
        placed = [one for one in submissions if one.intent is Intent.PLACE and one.tickets[0].contract.conid == conid]
        asked = [one for one in submissions if one.order_id in (4, 5) and one not in placed]
        assert {one.key for one in index.submissions_about(conid, (4, 5))} == {one.key for one in [*placed, *asked]}
        serials = [submissions.index(one) for one in index.submissions_about(conid, (4, 5))]
        assert serials == sorted(serials)
