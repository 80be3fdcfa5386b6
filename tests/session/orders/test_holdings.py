"""What a list of positions says of one instrument, and which reading of it is believed."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from ibtui.domain.events import ExecutionReceived, OrderReceived
from ibtui.domain.orders import Execution, OrderStatus
from ibtui.domain.tickets import Side
from ibtui.errors import Garbled, IbtuiError, Refused
from ibtui.session.orders.holdings import Fills, Reading, Readings, Unreadable, held_in, positions_anew
from ibtui.store import Store
from tests.fakes.clock import ManualClock

ACCOUNT, CONID = "DU1234567", 265598
D = Decimal


def body(*rows: dict[str, object]) -> bytes:
    return json.dumps(rows).encode()


def row(position: object, conid: object = CONID, **more: object) -> dict[str, object]:
    return {"conid": conid, "position": position, **more}


def test_the_list_is_asked_for_anew_and_is_the_one_without_a_cache() -> None:
    request = positions_anew(ACCOUNT)
    assert (request.key, request.fresh) == ("GET /portfolio2/{}/positions", True)


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        ([row(100.0)], "100"),
        ([row(-5.0, str(CONID))], "-5"),
        ([row(0.0)], "0"),
        ([row(614.2639)], "614.2639"),
        ([row(0.30000000000000004)], "0.3"),
        ([row(7.0, 1)], "0"),
        ([row("1,300", acctId=ACCOUNT), row(7.0, 1)], "1300"),
    ],
)
def test_what_is_held_is_read_exactly(rows: list[dict[str, object]], held: str) -> None:
    found = held_in(body(*rows), ACCOUNT, CONID, expected=True)
    assert (found, f"{found:f}") == (D(held), held)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", Garbled),
        (b"<html>", Garbled),
        (b'{"error":"no"}', Refused),
        (body(), Unreadable),
        (body(row(None)), Unreadable),
        (body(row("a lot")), Unreadable),
        (body(row(5.0), row(5.0)), Unreadable),
        (body(row(5.0), row(None)), Unreadable),
        (body(row(5.0, acctId="U2")), Unreadable),
        (body(*(row(1.0, conid) for conid in range(1, 101))), Unreadable),
    ],
    ids=["empty", "page", "refused", "no rows", "no size", "no number", "twice", "half told", "another's", "cut off"],
)
def test_what_does_not_say_it_surely_is_no_reading(answer: bytes, error: type[IbtuiError]) -> None:
    with pytest.raises(error):
        held_in(answer, ACCOUNT, CONID, expected=True)


def test_an_empty_list_says_nothing_is_held_where_nothing_was() -> None:
    assert held_in(body(), ACCOUNT, CONID, expected=False) == 0


def reading(held: int, *, level: int = 0, moves: int = 0, is_sound: bool = True) -> Reading:
    return Reading(D(held), D(level), moves, is_sound)


@pytest.mark.parametrize(
    ("known", "new", "believed"),
    [
        ([], reading(100), False),
        ([reading(100)], reading(100), True),
        ([reading(0)], reading(100), False),
        ([reading(0), reading(100)], reading(100), True),
        ([reading(100)], reading(70, level=-30, moves=1), True),
        ([reading(100)], reading(100, level=-30, moves=1), False),
        ([reading(100), reading(100, level=-30, moves=1)], reading(100, level=-30, moves=1), False),
        ([reading(100), reading(100, level=-30, moves=1)], reading(70, level=-30, moves=1), True),
        ([reading(100)], reading(100, is_sound=False), False),
        ([reading(100, is_sound=False)], reading(70, level=-30, moves=1), True),
        ([reading(100, is_sound=False)], reading(100, level=-30, moves=1), False),
    ],
    ids=[
        "one alone",
        "two alike",
        "two unlike",
        "a cold one before two alike",
        "moved as the fill",
        "older than the fill",
        "two older than the fill",
        "an older one, then the new",
        "a fill came while it was read",
        "fits one a fill came into",
        "does not fit one a fill came into",
    ],
)
def test_a_reading_is_believed_where_another_and_the_fills_between_bear_it_out(
    known: list[Reading], new: Reading, believed: bool
) -> None:
    readings = Readings()
    for old in known:
        readings.believes(old)
    assert readings.believes(new) is believed


def order(store: Store, order_id: int, **told: object) -> None:
    known = {"account": ACCOUNT, "conid": CONID, "side": Side.BUY, "status": OrderStatus.SUBMITTED}
    store.apply(OrderReceived(order_id, known | told, 1.0))


def execution(store: Store, number: int, size: int, **told: object) -> None:
    known: dict[str, object] = {"account": ACCOUNT, "conid": CONID, "side": Side.BUY, "size": D(size)}
    store.apply(ExecutionReceived(Execution(f"e{number}", **(known | told))))  # type: ignore[arg-type]  # Execution's own fields


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def fills(store: Store) -> Fills:
    return Fills(store, ManualClock(), ACCOUNT, CONID, 0.0)


def test_a_fill_told_by_row_and_by_execution_counts_once(store: Store, fills: Fills) -> None:
    order(store, 77, filled=D(30))
    assert (fills.look(), fills.level) == (1, D(30))
    execution(store, 1, 30, order_id=77)
    assert (fills.look(), fills.level) == (1, D(30))
    execution(store, 2, 20, order_id=77)
    assert (fills.look(), fills.level) == (2, D(50))
    order(store, 77, filled=D(50))
    assert (fills.look(), fills.level) == (2, D(50))


def test_an_execution_that_names_its_order_by_reference_only_counts_once(store: Store, fills: Fills) -> None:
    order(store, 77, filled=D(30), order_ref="mine")
    execution(store, 1, 30, order_ref="mine")
    fills.look()
    assert fills.level == D(30)


def test_sales_count_the_other_way_and_what_is_not_its_own_does_not(store: Store, fills: Fills) -> None:
    order(store, 77, filled=D(30), side=Side.SELL)
    execution(store, 1, 5)
    execution(store, 2, 100, conid=1)
    execution(store, 3, 100, account="U2")
    order(store, 78, filled=D(100), conid=1)
    fills.look()
    assert fills.level == D(-25)
