"""What the ladder says of closing outside regular hours, of a bracket that is moved in part, and of today's trades."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account, Position
from ibtui.domain.contracts import ContractRules
from ibtui.domain.events import (
    AccountsReceived,
    ExecutionReceived,
    MessageRaised,
    QuoteReceived,
    SubmissionMoved,
)
from ibtui.domain.orders import Execution, Intent, Stage, Submission
from ibtui.domain.session import Message
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.store import Store
from ibtui.ui.app import DashboardApp
from ibtui.ui.ladder.closing import ClosePlan, close_plan
from ibtui.ui.ladder.grabbing import Change
from ibtui.ui.ladder.options import LadderOptions
from ibtui.ui.ladder.own import OwnLook, own_marks
from ibtui.ui.ladder.source import ladder_input
from ibtui.ui.ladder.staged import Staged
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.ladder_market import ACCOUNT, STOCK, D, book, rules
from tests.ui.ladder_orders import order, sent
from tests.ui.ladders import at_ladder

MIDNIGHT_MS = 1_795_150_800_000
"""2026-11-20 00:00 in New York."""


def plan(held: str | None, outside: tuple[str, ...] = ()) -> ClosePlan:
    position = Position(ACCOUNT, STOCK.conid, quantity=D(held)) if held is not None else None
    known: dict[Side, ContractRules | None] = {
        side: replace(rules(is_buy=side is Side.BUY, types=("limit", "market")), order_types_outside=outside)
        for side in Side
    }
    return close_plan(replace(book(), position=position), STOCK, known, ACCOUNT, LadderOptions())


@pytest.mark.parametrize(
    ("held", "limit"),
    [("100", "LMT bid − 10 ticks"), ("-100", "LMT ask + 10 ticks"), (None, "LMT bid − or ask + 10 ticks")],
)
@pytest.mark.parametrize("outside", [(), ("limit",)], ids=["silent rules", "listed"])
def test_what_a_closing_does_outside_regular_hours_is_told_with_its_plan(
    held: str | None, limit: str, outside: tuple[str, ...]
) -> None:
    assert plan(held, outside).outside == (f"outside regular hours, or not known: {limit} outside RTH; closed: nothing")


def test_where_the_rules_let_nothing_fill_outside_the_plan_says_that_nothing_is_done() -> None:
    assert plan("100", ("stop",)).outside == "outside regular hours: nothing cancelled, nothing sent"


async def test_the_ladder_s_line_tells_it_when_a_closing_begins(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.arm()
        await desk.press("f")
        assert "Sent: flatten AAPL, outside regular hours" in " ".join(desk.words.split())


async def test_the_ladder_s_line_tells_what_of_a_bracket_stands_where(app: DashboardApp, clock: ManualClock) -> None:
    words = "the bracket is HALF MOVED: order 7 was moved to 271.65; order 8 stays at 271.80"
    async with at_ladder(app, clock) as desk:
        app.store.apply(MessageRaised(Message(words, "warning", "Orders")))
        await desk.frame()
        assert words in " ".join(desk.words.split())


def changed(key: str, stage: Stage, order_id: int, price: str, side: Side) -> Submission:
    ticket = Ticket(ACCOUNT, STOCK, side, OrderType.LMT, D(50), D(price))
    return Submission(key, Intent.MODIFY, ACCOUNT, stage, (ticket,), order_id, updated=5.0)


def test_of_a_bracket_moved_in_part_each_order_is_drawn_where_it_is() -> None:
    """7 was moved and its row tells it, 8 was refused; 9, whose question is open, may be at either price."""
    moved = order(7, price="271.65", received=9.0)
    kept = order(8, price="271.80", side=Side.SELL, parent_id="7", received=9.0)
    asked = order(9, price="271.90", side=Side.SELL, parent_id="7", received=9.0)
    submissions = (
        changed("a", Stage.ACKNOWLEDGED, 7, "271.65", Side.BUY),
        changed("b", Stage.REJECTED, 8, "271.85", Side.SELL),
        changed("c", Stage.ASKING, 9, "271.95", Side.SELL),
    )
    buys, sells = own_marks((moved, kept, asked), submissions)
    assert {price: own.look for price, own in buys.items()} == {D("271.65"): OwnLook.WORKING}
    assert {price: own.look for price, own in sells.items()} == {
        D("271.80"): OwnLook.WORKING,
        D("271.90"): OwnLook.CHANGING,
        D("271.95"): OwnLook.CHANGING,
    }


async def test_after_an_order_of_a_bracket_was_refused_at_once_the_others_are_not_asked_for(
    app: DashboardApp, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(order_id: int, ticket: Ticket) -> str:
        session.calls.append(("modify", order_id, ticket))
        refused = Submission("no", Intent.MODIFY, ACCOUNT, Stage.REJECTED, (ticket,), order_id)
        session.store.apply(SubmissionMoved(refused))
        return "no"

    monkeypatch.setattr(session.orders, "modify", refuse)
    changes = tuple(
        Change(number, sent(order(number)), replace(sent(order(number)), limit_price=D("271.65"))) for number in (7, 8)
    )
    async with at_ladder(app, ManualClock()) as desk:
        words = desk.ladder.pane.trading.counter.send(Staged(ACCOUNT, STOCK.conid, changes=changes))
    assert [call[1] for call in session.calls if call[0] == "modify"] == [7]
    assert words.startswith("Not sent: 7 BUY 50")
    assert words.endswith("Not sent: 8, which stays with it")


def test_trades_of_other_days_are_none_of_today() -> None:
    store = Store()
    store.apply(AccountsReceived((Account(ACCOUNT),), ACCOUNT))
    for number, time_ms in enumerate((MIDNIGHT_MS - 86_400_001, MIDNIGHT_MS - 1, MIDNIGHT_MS, MIDNIGHT_MS + 60_000)):
        told = Execution(f"e{number}", conid=STOCK.conid, account=ACCOUNT, time_ms=time_ms)
        store.apply(ExecutionReceived(told))
    # another instrument's quote tells the gateway's time as well
    store.apply(QuoteReceived(1, {"server_time_ms": MIDNIGHT_MS - 30_000}, 100.0))
    told_at = {
        now: [fill.execution_id for fill in ladder_input(store, STOCK.conid, now).executions] for now in (100.0, 131.0)
    }
    assert told_at == {100.0: ["e1", "e2", "e3"], 131.0: ["e2", "e3"]}
