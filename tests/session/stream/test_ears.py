from __future__ import annotations

from decimal import Decimal

from ibtui.domain.orders import Execution, LiveOrder, OrderStatus
from ibtui.session.stream.ears import GRACE_SECONDS, OrderEars

WORKS = LiveOrder(1, status=OrderStatus.SUBMITTED, filled=Decimal(0))
HALF = LiveOrder(1, status=OrderStatus.SUBMITTED, filled=Decimal(5))
DONE = LiveOrder(1, status=OrderStatus.FILLED, filled=Decimal(10))
FILL = {"e1": Execution("e1")}


def begun() -> OrderEars:
    ears = OrderEars()
    assert ears.look({1: WORKS}, {}, 0.0) == []
    return ears


def test_what_was_known_when_the_stream_began_is_no_evidence() -> None:
    ears = begun()
    assert ears.look({1: WORKS}, {}, 100.0) == []


def test_a_change_the_stream_told_is_none() -> None:
    ears = begun()
    ears.order_told(DONE)
    ears.execution_told("e1")
    assert ears.look({1: DONE}, FILL, 5.0) == []
    assert ears.look({1: DONE}, FILL, 50.0) == []


def test_a_list_may_be_faster_than_the_stream() -> None:
    ears = begun()
    assert ears.look({1: HALF}, FILL, 5.0) == []
    ears.order_told(HALF)
    ears.execution_told("e1")
    assert ears.look({1: HALF}, FILL, 5.0 + GRACE_SECONDS) == []


def test_a_fill_an_end_and_a_new_order_that_were_never_told_prove_deafness() -> None:
    for changed in (HALF, DONE):
        ears = begun()
        ears.look({1: changed}, {}, 5.0)
        assert ears.look({1: changed}, {}, 5.0 + GRACE_SECONDS) == ["sor"]
    ears = begun()
    ears.look({1: WORKS, 2: LiveOrder(2)}, {}, 5.0)
    assert ears.look({1: WORKS, 2: LiveOrder(2)}, {}, 5.0 + GRACE_SECONDS) == ["sor"]


def test_another_word_for_the_same_state_proves_nothing() -> None:
    ears = begun()
    ears.look({1: LiveOrder(1, status=OrderStatus.PRE_SUBMITTED)}, {}, 5.0)
    assert ears.look({1: LiveOrder(1, status=OrderStatus.PRE_SUBMITTED)}, {}, 50.0) == []


def test_an_execution_that_was_never_told_proves_deafness_once() -> None:
    ears = begun()
    ears.look({1: WORKS}, FILL, 5.0)
    assert ears.look({1: WORKS}, FILL, 5.0 + GRACE_SECONDS) == ["str"]
    assert ears.look({1: WORKS}, FILL, 100.0) == []


def test_a_new_connection_begins_anew() -> None:
    ears = begun()
    ears.look({1: DONE}, FILL, 5.0)
    ears.begin()
    assert ears.look({1: DONE}, FILL, 100.0) == []
    assert ears.look({1: DONE}, FILL, 200.0) == []
