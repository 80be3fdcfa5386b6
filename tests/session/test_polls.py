"""Background polls give way when the gateway's allowance is short, those of orders last."""

from __future__ import annotations

import pytest

from ibtui.domain.events import OrderReceived, PaceChanged
from ibtui.domain.orders import OrderStatus
from ibtui.domain.session import Pace
from ibtui.session.orders.reads import PACE_SECONDS, OrderReads
from ibtui.session.polls import INBOX, ORDERS_IDLE, ORDERS_WORKING, PORTFOLIO, PollPause
from ibtui.store import Store
from tests.fakes.clock import ManualClock
from tests.session.orders.bench import ScriptedWire

LOADS = [tenth / 10 for tenth in range(11)]


@pytest.mark.parametrize("pause", [INBOX, PORTFOLIO, ORDERS_IDLE, ORDERS_WORKING])
def test_a_pause_is_as_planned_at_rest_and_the_longest_when_everything_is_used(pause: PollPause) -> None:
    pauses = [pause.next(Pace(load=load)) for load in LOADS]
    assert pauses[0] == pause.seconds
    assert pauses[-1] == pytest.approx(pause.longest)
    assert pauses == sorted(pauses)


def test_the_inbox_gives_way_first_then_the_portfolio_and_the_orders_last() -> None:
    def given_way(pause: PollPause) -> list[float]:
        return [load for load in LOADS if pause.next(Pace(load=load)) > pause.seconds]

    assert given_way(INBOX)[0] < given_way(PORTFOLIO)[0] < given_way(ORDERS_IDLE)[0] == given_way(ORDERS_WORKING)[0]


class Reading:
    """Order lists that were read often enough to be believed."""

    def __init__(self, load: float) -> None:
        self.clock, self.store = ManualClock(), Store()
        self.reads = OrderReads(ScriptedWire(), self.store, self.clock)
        self.store.apply(PaceChanged(Pace(load=load)))

    async def warm(self) -> None:
        for _ in range(3):
            await self.reads.read()


@pytest.mark.parametrize("load", [0.0, 0.5, 1.0])
async def test_no_load_delays_the_lists_while_an_outcome_is_awaited_or_only_they_tell_of_fills(load: float) -> None:
    one = Reading(load)
    assert one.reads.due_in(working=False, unsure=False) == 0.0
    await one.warm()
    assert one.reads.due_in(working=False, unsure=True) == PACE_SECONDS
    assert one.reads.due_in(working=True, unsure=False) == PACE_SECONDS, "no stream speaks"
    one.reads.heard()
    assert one.reads.due_in(working=True, unsure=True) == PACE_SECONDS
    one.reads.hurry(30.0)
    assert one.reads.due_in(working=False, unsure=False) == PACE_SECONDS


@pytest.mark.parametrize(("load", "working", "idle"), [(0.0, 5.0, 30.0), (0.8, 5.0, 30.0), (1.0, 10.0, 60.0)])
async def test_the_lists_give_way_a_little_while_their_stream_speaks_or_nothing_works(
    load: float, working: float, idle: float
) -> None:
    one = Reading(load)
    await one.warm()
    assert one.reads.due_in(working=False, unsure=False) == pytest.approx(idle)
    one.store.apply(OrderReceived(1, {"status": OrderStatus.SUBMITTED}, one.clock.monotonic()))
    one.reads.heard()
    assert one.reads.due_in(working=True, unsure=False) == pytest.approx(working)
    assert one.reads.due_in(working=False, unsure=False) is None
