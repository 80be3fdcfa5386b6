"""What must not be missed sounds and flashes, once, and what happened before the start does not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.events import ExecutionReceived, OrderReceived, SubmissionMoved
from ibtui.domain.orders import Execution, Intent, OrderStatus, Stage, Submission
from ibtui.domain.tickets import Side
from ibtui.ui.alerts import Alert, Alerts
from ibtui.ui.app import DashboardApp
from ibtui.ui.bell import BURST_SECONDS, FLASH_SECONDS
from ibtui.ui.widgets.command_line import CommandLine
from ibtui.ui.widgets.status import StatusLine
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import AAPL, ACCOUNT

SILENT = Alerts(
    fill_sound=False,
    fill_flash=False,
    rejection_sound=False,
    rejection_flash=False,
    unknown_sound=False,
    unknown_flash=False,
)
SENT = Submission("ib-1", Intent.PLACE, ACCOUNT, Stage.SENT, (AAPL_TICKET,))


@pytest.fixture
def bells(app: DashboardApp, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Session seconds of every bell."""
    rung: list[float] = []
    monkeypatch.setattr(app, "bell", lambda: rung.append(app.session.now()))
    return rung


def fill(number: int, clock: ManualClock, *, ago: float = 0.0, order_id: int = 1001) -> ExecutionReceived:
    return ExecutionReceived(
        Execution(
            f"x{number}",
            order_id,
            ACCOUNT,
            AAPL,
            "AAPL",
            Side.BUY,
            Decimal(10),
            Decimal("271.60"),
            time_ms=int((clock.time() - ago) * 1000),
        )
    )


def status(desk: Desk) -> str:
    """The status line of the screen, under whatever dialog is open."""
    current = desk.app.current
    assert current is not None
    return current.query_one(StatusLine).text


def flashing(desk: Desk) -> list[str]:
    """What stands in reverse."""
    current = desk.app.current
    assert current is not None
    strip = current.query_one(StatusLine).render_line(0)
    return [segment.text.strip() for segment in strip if segment.style is not None and segment.style.reverse]


async def test_a_fill_rings_and_stands_in_the_status_line_for_a_moment(
    app: DashboardApp, clock: ManualClock, bells: list[float]
) -> None:
    async with at_desk(app, clock, (140, 40)) as desk:
        await desk.happens(fill(1, clock))
        assert len(bells) == 1
        assert " FILLED " in status(desk)
        assert "BUY 10 AAPL" in status(desk)
        await clock.advance(FLASH_SECONDS - 0.1)
        await desk.frame()
        assert "FILLED" in status(desk)
        await clock.advance(0.1)
        await desk.frame()
        assert "FILLED" not in status(desk)


async def test_the_fills_of_one_order_in_one_frame_are_one_alert_with_their_sum(
    app: DashboardApp, clock: ManualClock, bells: list[float]
) -> None:
    async with at_desk(app, clock, (140, 40)) as desk:
        await desk.happens(*(fill(number, clock) for number in range(7)))
        assert len(bells) == 1
        assert "BUY 70 AAPL" in status(desk)


async def test_a_burst_over_many_frames_rings_once(app: DashboardApp, clock: ManualClock, bells: list[float]) -> None:
    async with at_desk(app, clock) as desk:
        for number in range(10):
            await clock.advance(BURST_SECONDS / 2)
            await desk.happens(fill(number, clock))
        assert len(bells) == 1
        await clock.advance(BURST_SECONDS)
        await desk.happens(fill(99, clock))
        assert len(bells) == 2


async def test_fills_from_before_the_start_are_silent(
    app: DashboardApp, clock: ManualClock, bells: list[float]
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(fill(1, clock, ago=60.0))
        assert bells == []
        assert "FILLED" not in status(desk)


async def test_a_fill_told_twice_is_one_alert(app: DashboardApp, clock: ManualClock, bells: list[float]) -> None:
    async with at_desk(app, clock) as desk:
        first = fill(1, clock)
        await desk.happens(first)
        await clock.advance(60)
        later = replace(first.execution, commission=Decimal(1))
        await desk.happens(ExecutionReceived(later))
        assert len(bells) == 1


@pytest.mark.parametrize(
    ("stage", "word"), [(Stage.REJECTED, "REJECTED"), (Stage.UNKNOWN, "1 ORDER OF UNKNOWN OUTCOME")]
)
async def test_a_rejection_and_an_unknown_outcome_have_their_own_words(
    app: DashboardApp, clock: ManualClock, bells: list[float], stage: Stage, word: str
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(SubmissionMoved(SENT))
        assert bells == []
        await desk.happens(SubmissionMoved(replace(SENT, stage=stage)))
        assert len(bells) == 1
        assert f" {word} " in status(desk)
        assert flashing(desk) == [word]
        await clock.advance(FLASH_SECONDS)
        await desk.frame()
        assert flashing(desk) == []


async def test_an_order_rejected_by_the_exchange_later_is_an_alert(
    app: DashboardApp, clock: ManualClock, bells: list[float]
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(OrderReceived(77, {"status": OrderStatus.REJECTED, "account": ACCOUNT}, clock.monotonic()))
        assert bells == [], "found rejected is nothing new"
        await desk.happens(OrderReceived(1001, {"status": OrderStatus.REJECTED}, clock.monotonic()))
        assert len(bells) == 1
        assert " REJECTED " in status(desk)


async def test_a_fill_does_not_hide_an_unknown_outcome(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(SubmissionMoved(replace(SENT, stage=Stage.UNKNOWN)))
        await desk.happens(fill(1, clock))
        assert app.flash is not None
        assert app.flash.alert is Alert.UNKNOWN
        assert "FILLED" not in status(desk)


async def test_every_alert_can_be_switched_off(session: FakeSession, clock: ManualClock) -> None:
    app = DashboardApp(session, clock=clock, frame_rate=0, alerts=SILENT)
    rung: list[str] = []
    app.bell = lambda: rung.append("bell")  # type: ignore[method-assign]  # to be counted
    async with at_desk(app, clock) as desk:
        await desk.happens(fill(1, clock), SubmissionMoved(replace(SENT, stage=Stage.REJECTED)))
        assert rung == []
        assert app.flash is None


async def test_sound_and_flash_are_switched_apart(session: FakeSession, clock: ManualClock) -> None:
    app = DashboardApp(session, clock=clock, frame_rate=0, alerts=replace(SILENT, fill_flash=True))
    rung: list[str] = []
    app.bell = lambda: rung.append("bell")  # type: ignore[method-assign]  # to be counted
    async with at_desk(app, clock) as desk:
        await desk.happens(fill(1, clock))
        assert rung == []
        assert "FILLED" in status(desk)


async def test_keys_are_heard_while_it_flashes(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(fill(1, clock))
        await desk.pilot.press("colon")
        await desk.pilot.pause()
        assert isinstance(app.screen, CommandLine)
        await clock.advance(FLASH_SECONDS)
        await desk.frame()
        assert "FILLED" not in status(desk)


async def test_the_flash_is_in_reverse_so_that_it_is_seen_without_colours(
    session: FakeSession, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = DashboardApp(session, clock=clock, frame_rate=0)
    async with at_desk(app, clock) as desk:
        await desk.happens(fill(1, clock))
        assert flashing(desk) == ["FILLED"]
