"""How the ladder's screen looks in each of its states, sizes of terminal and themes; see test_snapshots."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from ibtui.domain.events import (
    Event,
    ExecutionReceived,
    FlowWanted,
    HealthChanged,
    LadderFailed,
    LadderReceived,
    OrderReceived,
    PositionsReceived,
    QuoteReceived,
    RulesLearned,
    StreamsLost,
    SubmissionMoved,
)
from ibtui.domain.orders import Execution, Intent, OrderStatus, Stage, Submission
from ibtui.domain.session import Light
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.store import Store
from ibtui.ui.app import DashboardApp
from ibtui.ui.ladder.options import Bracket, LadderOptions
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.ladder_bench import at, size, source
from tests.ui.ladders import LadderDesk
from tests.ui.market import AAPL, ACCOUNT, CONTRACTS
from tests.ui.pictures import Scene, SnapCompare

SMALL, USUAL, LARGE = (80, 24), (120, 40), (200, 60)
DARK, LIGHT, ANSI, PLAIN = "ibtui-dark", "ibtui-light", "ibtui-ansi", "NO_COLOR"

Done = Callable[[LadderDesk], Awaitable[None]]
Draw = Callable[[str, tuple[int, int], Done], bool]
OPTIONS = LadderOptions(brackets=(Bracket("scalp", 8, 6),))
TYPES = ("limit", "market", "stop", "trailing_stop")


@pytest.fixture
def draw(snap_compare: SnapCompare, session: FakeSession, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Compares the ladder of AAPL with its picture: the theme, the size of the terminal, and what was done before."""

    def compared(theme: str, terminal: tuple[int, int], done: Done) -> bool:
        if theme == PLAIN:
            monkeypatch.setenv("NO_COLOR", "1")
        for event in _market(session.store, clock.monotonic()):
            session.store.apply(event)
        session.orders.sent[1001] = _ticket(Side.BUY, -4, 100)
        used = DARK if theme == PLAIN else theme
        app = DashboardApp(session, clock=clock, theme=used, frame_rate=0, ladder=OPTIONS)
        return snap_compare(app, terminal_size=terminal, run_before=_scene(app, clock, done))

    return compared


def _scene(app: DashboardApp, clock: ManualClock, done: Done) -> Scene:
    async def run(pilot: Pilot[None]) -> None:
        desk = LadderDesk(app, clock, pilot)
        await pilot.press("f3")
        await pilot.pause()
        await desk.frame()
        await clock.advance(1)
        await desk.happens(_depth(clock.monotonic(), 90))
        await done(desk)
        await desk.frame()

    return run


def _market(store: Store, now: float) -> list[Event]:
    """Thirty rungs a side, trades, the day's prices and a position near the market, fills of today."""
    day = Decimal(24_230_000)
    traded = [(at(i % 5 - 2), size(i) % 1500 + 1) for i in range(12)]
    volumes = [day + sum(told for _, told in traded[: i + 1]) for i in range(len(traded))]
    prints = [
        QuoteReceived(AAPL, {"last": price, "last_size": told, "volume": volume}, now - 20 + i)
        for i, ((price, told), volume) in enumerate(zip(traded, volumes, strict=True))
    ]
    marks = {"last": at(0), "last_size": Decimal(100), "open": at(-3), "high": at(5), "low": at(-5), "close": at(2)}
    held = store.money.positions[ACCOUNT, AAPL]
    averaged = replace(held, average_price=Decimal("271.6267"), realized_pnl=Decimal("16.00"))
    return [
        *(RulesLearned(replace(store.market.rules[AAPL, is_buy], order_types=TYPES)) for is_buy in (True, False)),
        FlowWanted((AAPL,)),
        *prints,
        QuoteReceived(AAPL, {**marks, "volume": volumes[-1] + 100}, now - 0.2),
        _depth(now - 0.1, 0),
        PositionsReceived(ACCOUNT, (averaged,), now),
        _fill("1", Side.BUY, 300, -4),
        _fill("2", Side.SELL, 200, 4),
    ]


def _depth(now: float, more: int) -> LadderReceived:
    """The book, with so much more on every third bid."""
    rungs = list(source().rungs)
    for place, rung in enumerate(rungs):
        if place % 3 == 0 and rung.bid_size is not None:
            rungs[place] = replace(rung, bid_size=rung.bid_size + more)
    return LadderReceived(AAPL, 1, dict(enumerate(rungs)), now, is_whole=True)


def _fill(key: str, side: Side, quantity: int, ticks: int) -> ExecutionReceived:
    told = Execution(key, account=ACCOUNT, conid=AAPL, side=side, size=Decimal(quantity), price=at(ticks))
    return ExecutionReceived(told)


def _order(order_id: int, side: Side, ticks: int, quantity: int, **more: object) -> OrderReceived:
    told = {"account": ACCOUNT, "conid": AAPL, "symbol": "AAPL", "side": side, "order_type": "Limit", "tif": "DAY"}
    sizes = {"quantity": Decimal(quantity), "filled": Decimal(0), "remaining": Decimal(quantity)}
    price = {"limit_price": at(ticks), "status": OrderStatus.SUBMITTED}
    return OrderReceived(order_id, {**told, **sizes, **price, **more}, 999.0)


def _sent(intent: Intent, stage: Stage, side: Side, ticks: int, order_id: int | None, now: float) -> SubmissionMoved:
    told = (_ticket(side, ticks, 50),)
    return SubmissionMoved(Submission(f"{intent}{ticks}", intent, ACCOUNT, stage, told, order_id, updated=now))


def _ticket(side: Side, ticks: int, quantity: int) -> Ticket:
    return Ticket(ACCOUNT, CONTRACTS[0], side, OrderType.LMT, Decimal(quantity), limit_price=at(ticks))


async def armed_with_orders(desk: LadderDesk) -> None:
    """Own orders sent, working, changing, cancelling and of a status that proves nothing; the cursor below them."""
    now = desk.clock.monotonic()
    await desk.arm()
    await desk.happens(
        _order(1006, Side.BUY, -5, 37_000, status=OrderStatus.PENDING_CANCEL),
        _order(1007, Side.SELL, 5, 25, status=OrderStatus.WARN_STATE),
        _order(1008, Side.SELL, -9, 100, order_type="STOP_LIMIT", stop_price=at(-7)),
        _sent(Intent.PLACE, Stage.SENT, Side.BUY, -2, None, now),
        _sent(Intent.MODIFY, Stage.SENT, Side.SELL, 3, 1003, now),
    )
    await desk.press("down", "down", "down")


async def previewed(desk: LadderDesk) -> None:
    """A bracket's entry at the cursor, shown and not sent."""
    await desk.press("t", "down", "down", "b")


async def flattening(desk: LadderDesk) -> None:
    """What flatten would do, shown and not sent."""
    await desk.press("f")


async def grabbed(desk: LadderDesk) -> None:
    """An own order in the hand, two ticks from where it is."""
    await desk.press("down", "down", "down", "down", "enter", "shift+up", "shift+up")


async def beside(desk: LadderDesk) -> None:
    """Two ladders, the first of them with the focus again and armed."""
    await desk.press("vertical_line", "tab")
    await desk.arm()


async def three_beside(desk: LadderDesk) -> None:
    """Three ladders, the last with the focus and a preview."""
    await desk.press("vertical_line", "vertical_line", "tab", "b")


async def stale(desk: LadderDesk) -> None:
    """Armed, and then the stream is lost."""
    await desk.arm()
    health = replace(desk.app.store.health, stream=Light.WAIT)
    going = _order(1006, Side.BUY, -5, 37_000, status=OrderStatus.PENDING_CANCEL)
    await desk.happens(going, StreamsLost(), HealthChanged(health))
    await desk.clock.advance(34)


async def top_only(desk: LadderDesk) -> None:
    """No depth is to be had, so that the quote must do."""
    await desk.happens(LadderFailed(AAPL, "No Level II data for this instrument"))


async def unknown(desk: LadderDesk) -> None:
    """Armed, and then nobody knows what became of an order."""
    await desk.arm()
    await desk.happens(_sent(Intent.PLACE, Stage.UNKNOWN, Side.SELL, 3, None, desk.clock.monotonic()))
    await desk.press("escape")


@pytest.mark.parametrize(("theme", "terminal"), [(DARK, SMALL), (LIGHT, USUAL), (ANSI, LARGE), (PLAIN, SMALL)])
def test_armed_with_orders_of_every_look(draw: Draw, theme: str, terminal: tuple[int, int]) -> None:
    assert draw(theme, terminal, armed_with_orders)


@pytest.mark.parametrize(("theme", "terminal"), [(ANSI, SMALL), (LIGHT, LARGE)])
def test_disarmed_with_a_preview(draw: Draw, theme: str, terminal: tuple[int, int]) -> None:
    assert draw(theme, terminal, previewed)


def test_disarmed_with_a_preview_of_flattening(draw: Draw) -> None:
    assert draw(PLAIN, USUAL, flattening)


@pytest.mark.parametrize(("theme", "terminal"), [(LIGHT, SMALL), (DARK, USUAL)])
def test_an_order_in_the_hand(draw: Draw, theme: str, terminal: tuple[int, int]) -> None:
    assert draw(theme, terminal, grabbed)


def test_two_side_by_side_one_armed(draw: Draw) -> None:
    assert draw(ANSI, USUAL, beside)


def test_three_side_by_side(draw: Draw) -> None:
    assert draw(DARK, LARGE, three_beside)


@pytest.mark.parametrize(("theme", "terminal"), [(DARK, SMALL), (PLAIN, USUAL)])
def test_gone_stale(draw: Draw, theme: str, terminal: tuple[int, int]) -> None:
    assert draw(theme, terminal, stale)


@pytest.mark.parametrize(("theme", "terminal"), [(LIGHT, SMALL), (ANSI, USUAL)])
def test_without_depth(draw: Draw, theme: str, terminal: tuple[int, int]) -> None:
    assert draw(theme, terminal, top_only)


def test_an_outcome_that_nobody_knows(draw: Draw) -> None:
    assert draw(DARK, SMALL, unknown)
