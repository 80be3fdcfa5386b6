"""Closing again while the list of positions lags: never is more sent than is truly held, whatever is told how late."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from functools import partial

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ibtui.domain.account import Position
from ibtui.domain.closing import ClosingStage
from ibtui.domain.events import PositionsReceived
from ibtui.protocol.requests import Request
from tests.session.orders.bench import AAPL, ACCOUNT, JOURNALS, bench
from tests.session.orders.venue import PLACE, Order, Venue, buy, sell

DONE, STOPPED = ClosingStage.DONE, ClosingStage.STOPPED


class Market(Venue):
    """One in which the closing order is an order too: it works, and is filled by the shares of `fills` in turn."""

    def __init__(self, held: int, orders: tuple[Order, ...] = ()) -> None:
        super().__init__(bench(), held=held, orders=orders)
        self.fills: list[tuple[float, int]] = [(0.1, 100)]
        """Seconds after its arrival, and percent of the order filled then."""
        self.ack = "Submitted"
        self.b.wire.always(PLACE, self._arrived)

    def _arrived(self, request: Request) -> object:
        self._place(request)
        (told,) = json.loads(request.body or b"{}")["orders"]
        order = Order(899 + len(self.sent), told["side"], int(told["quantity"]))
        self.orders[order.order_id] = order
        for after, percent in self.fills:
            self.later(after, partial(self.fill, order.order_id, order.quantity * percent // 100))
        if self.ack == "Filled":
            self.fill(order.order_id, order.quantity)
        return [{"order_id": str(order.order_id), "order_status": self.ack}]

    def show(self, held: int) -> None:
        """The positions were read for the screen."""
        position = Position(ACCOUNT, AAPL.conid, quantity=Decimal(held))
        self.b.store.apply(PositionsReceived(ACCOUNT, (position,) if held else (), self.now))

    async def closed(self, *, reverse: bool = False) -> ClosingStage:
        self.close(reverse=reverse)
        return (await self.finish()).stage


def silence_lists(v: Venue) -> None:
    """Neither orders nor trades are on their lists yet."""
    v.b.wire.always("GET /iserver/account/orders", {"orders": [], "snapshot": True})
    v.b.wire.always("GET /iserver/account/trades", [])


def quantities(v: Venue) -> list[tuple[str, Decimal]]:
    return [(sent.side, sent.quantity) for sent in v.sent]


async def test_a_list_that_still_holds_what_was_just_closed_leads_to_no_second_order() -> None:
    v = Market(100)
    assert await v.closed() is DONE
    v.position_late = 60.0
    await v.run(4.0)
    assert await v.closed() is STOPPED
    assert v.closing.words == (
        "the position cannot be told: the readings and the fills seen do not agree (100, 100, 100, by the fills 0); "
        "no closing order was sent"
    )
    assert quantities(v) == [("SELL", Decimal(100))]


async def test_when_the_list_has_caught_up_nothing_is_held() -> None:
    v = Market(100)
    await v.closed()
    await v.run(4.0)
    assert await v.closed() is DONE
    assert (v.closing.words, len(v.sent)) == ("nothing is held", 1)


async def test_an_acknowledgement_that_says_filled_counts_before_any_execution_is_told() -> None:
    v = Market(100)
    v.ack, v.fills, v.stream_late, v.executions_late = "Filled", [], 60.0, 60.0
    silence_lists(v)
    assert await v.closed() is DONE
    v.position_late = 60.0
    await v.run(1.0)
    assert await v.closed() is STOPPED
    assert len(v.sent) == 1


async def test_what_a_terse_cancel_leaves_untold_is_asked_for() -> None:
    """The closing order was filled in part and cancelled elsewhere; its executions come late, the list lags."""
    v = Market(100)
    v.is_terse, v.executions_late, v.fills = True, 60.0, [(0.1, 40)]
    silence_lists(v)
    await v.closed()
    v.position_late = 60.0
    v.later(0.5, partial(v._end, v.orders[900]))
    await v.run(2.0)
    assert await v.closed() is STOPPED
    assert "by the fills 60" in v.closing.words
    assert len(v.sent) == 1


async def test_a_fill_is_borne_out_by_the_list_on_the_screen_from_before_it() -> None:
    v = Market(0)
    await v.run(2.0)
    v.show(0)
    await v.run(5.0)
    v.trade(30)
    v.position_late = 1.0
    await v.run(0.5)
    assert await v.closed() is DONE
    assert (quantities(v), v.readings()) == ([("SELL", Decimal(30))], 1)


async def test_an_exit_that_filled_some_seconds_ago_is_not_closed_once_more_by_a_list_that_lags() -> None:
    v = Market(100)
    await v.run(2.0)
    v.show(100)
    v.position_late = 9.0
    await v.run(5.0)
    v.trade(-100)
    await v.run(4.0)
    assert await v.closed() is STOPPED
    assert v.sent == []


async def test_without_anything_older_than_a_fill_the_list_is_given_fifteen_seconds_before_anything_is_cancelled() -> (
    None
):
    v = Market(100, (sell(60),))
    v.position_late = 9.0
    v.trade(-100)
    await v.run(4.0)
    v.close()
    await v.run(5.0)
    assert v.stage is ClosingStage.WAITING
    assert v.closing.words.endswith("a fill came just now, and the list of positions may not hold it yet")
    assert v.cancels() == []
    assert (await v.finish()).words == "nothing is held"
    assert (v.sent, v.cancels()) == ([], [77])


async def test_a_list_that_does_not_fit_for_ten_minutes_after_the_last_fill_is_believed_again() -> None:
    """A transfer, say: no fill will ever tell of it."""
    v = Market(100)
    await v.closed()
    v._was.append((v.now, 70))
    v.held = 70
    await v.run(3.0)
    assert await v.closed() is STOPPED
    await v.b.clock.advance(601.0)
    v.quote()
    assert await v.closed() is DONE
    assert quantities(v)[1:] == [("SELL", Decimal(70))]


async def test_another_brokerage_session_begins_without_an_anchor() -> None:
    v = Market(100)
    await v.closed()
    v.b.desk.session_lost()
    await v.run(30.0)
    assert await v.closed() is DONE
    assert v.closing.words == "nothing is held"


async def test_a_stream_that_was_lost_before_the_key_has_the_lists_read_first() -> None:
    v = Market(100)
    await v.run(20.0)
    v.lose_stream()
    v.trade(-100)
    v.position_late = 9.0
    await v.run(0.2)
    v.find_stream()
    assert await v.closed() is DONE
    assert (v.closing.words, v.sent) == ("nothing is held", [])


LATE = st.sampled_from([0.0, 0.05, 0.4, 1.5, 4.0, 9.0])
"""Seconds by which the list of positions may lag; LAG_SECONDS is more."""
SOON = st.sampled_from([0.0, 0.05, 0.4, 1.0])
"""Seconds by which rows and executions are late."""
SHARES = st.lists(st.tuples(st.sampled_from([0.05, 0.5, 1.5, 4.0]), st.integers(5, 100)), max_size=3)
PAUSES = st.lists(st.sampled_from([0.05, 0.6, 2.5, 5.0, 12.0]), min_size=1, max_size=4)


EXIT_THREE_SECONDS_AGO = {
    "held": 100,
    "side": sell,
    "units": 100,
    "before": 3.0,
    "lates": (9.0, 0.05, 0.05),
    "shares": [(0.05, 100)],
    "pauses": [5.0, 5.0],
    "is_shown": False,
    "is_terse": False,
    "ack": "Submitted",
}
"""Half of it filled, which the list tells six seconds later."""


@example(**EXIT_THREE_SECONDS_AGO)
@example(**(EXIT_THREE_SECONDS_AGO | {"is_shown": True, "units": 150}))
@example(**(EXIT_THREE_SECONDS_AGO | {"held": -100, "side": buy, "pauses": [0.6, 2.5, 12.0]}))
@example(**(EXIT_THREE_SECONDS_AGO | {"units": 1, "shares": [(0.05, 40)], "pauses": [2.5, 2.5, 2.5]}))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    held=st.integers(-150, 150),
    side=st.sampled_from([buy, sell]),
    units=st.integers(1, 150),
    before=st.sampled_from([0.0, 1.5, 3.0, 8.0]),
    lates=st.tuples(LATE, SOON, SOON),
    shares=SHARES,
    pauses=PAUSES,
    is_shown=st.booleans(),
    is_terse=st.booleans(),
    ack=st.sampled_from(["Submitted", "PreSubmitted"]),
)
def test_however_often_it_is_asked_for_never_is_more_sent_than_is_held(
    held: int,
    side: object,
    units: int,
    before: float,
    lates: tuple[float, float, float],
    shares: list[tuple[float, int]],
    pauses: list[float],
    is_shown: bool,
    is_terse: bool,
    ack: str,
) -> None:
    async def day() -> None:
        v = Market(held, ((buy if side is buy else sell)(units),))
        v.is_terse, v.ack, v.fills = is_terse, ack, shares
        v.position_late, v.stream_late, v.executions_late = lates
        if is_shown and v.position_late > 4.0:
            v.position_late = 60.0  # what was on the screen before the fill bears a list out that lags for ever
        await v.run(2.0)
        if is_shown:
            await v.run(10.0)  # until the list of trades is known to be whole
            v.show(held)
            await v.run(3.0)
        v.fill(77, units // 2)
        await v.run(before)
        for pause in pauses:
            v.close()
            await v.run(pause)
        await v.finish()
        for sent in v.sent:
            assert sent.working == 0
            assert sent.quantity <= abs(sent.held), v.closing
            assert sent.side == ("SELL" if sent.held > 0 else "BUY")
        for task in v.b.tasks:
            task.cancel()
        await asyncio.gather(*v.b.tasks, return_exceptions=True)
        while JOURNALS:
            JOURNALS.pop().close()

    asyncio.run(day())
