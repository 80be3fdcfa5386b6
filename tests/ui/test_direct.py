"""Cells of a ladder are written past Textual's compositor, but only where nothing lies over them."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
from rich.segment import Segment
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from ibtui.domain.events import LadderReceived
from ibtui.domain.market import Rung
from ibtui.ui.app import DashboardApp
from ibtui.ui.paint import versions
from ibtui.ui.paint.direct import Part, paint
from ibtui.ui.widgets.ladder import Rungs
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.market import AAPL

pytestmark = pytest.mark.usefixtures("painted")

D = Decimal


class Written(HeadlessDriver):
    """A terminal that keeps what it is given."""

    texts: list[str]

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        if not hasattr(self, "texts"):
            self.texts = []
        self.texts.append(data)


class Ladder:
    """The dashboard on its ladder."""

    def __init__(self, app: DashboardApp, pilot: Pilot[None], clock: ManualClock) -> None:
        self.app, self.pilot, self.clock = app, pilot, clock
        assert isinstance(app._driver, Written)
        self.driver = app._driver

    @property
    def rungs(self) -> Rungs:
        return self.app.screen_stack[0].query_one(Rungs)

    def change(self, size: int, row: int = 3) -> None:
        """Another size at one price, handed to the screen."""
        store = self.app.store
        ladder = store.market.ladder
        assert ladder is not None
        rung = Rung(ladder.rungs[row].price, ask_size=D(size))
        store.apply(LadderReceived(AAPL, ladder.generation, {row: rung}, self.clock.monotonic()))
        self.app.pump_frame()

    def take(self) -> str:
        """What was written since the last time."""
        text = "".join(self.driver.texts)
        self.driver.texts.clear()
        return text


@pytest.fixture
def app(session: FakeSession, clock: ManualClock) -> DashboardApp:
    return DashboardApp(session, clock=clock, frame_rate=0, driver_class=Written)


@asynccontextmanager
async def on_the_ladder(app: DashboardApp, clock: ManualClock) -> AsyncIterator[Ladder]:
    """The ladder is open and everything painted."""
    async with app.run_test(size=(120, 40), headless=False, notifications=True) as pilot:
        await pilot.pause()
        await pilot.press("f3")
        await pilot.pause()
        ladder = Ladder(app, pilot, clock)
        ladder.change(111)
        await pilot.pause()
        ladder.take()
        yield ladder


@pytest.fixture
def updates(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What Textual itself displayed."""
    shown: list[object] = []
    original = DashboardApp._display

    def display(self: DashboardApp, screen: object, renderable: object) -> None:
        if renderable is not None:
            shown.append(renderable)
        original(self, screen, renderable)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(DashboardApp, "_display", display)
    return shown


async def test_what_is_painted_over_and_over_takes_no_more_memory(app: DashboardApp, clock: ManualClock) -> None:
    async with on_the_ladder(app, clock) as ladder:
        parts = [Part(y, 0, (Segment("x"),)) for y in range(7)]

        async def paint_often(times: int) -> int:
            for _ in range(times):
                paint(ladder.rungs, parts, is_remembered=True)
                await asyncio.sleep(0)
            ladder.take()
            return sys.getallocatedblocks()

        gc.collect()  # it empties the lists of what is free
        before = await paint_often(50)
        assert await paint_often(1_000) - before < 500


async def test_a_size_is_written_without_textual(app: DashboardApp, clock: ManualClock, updates: list[object]) -> None:
    async with on_the_ladder(app, clock) as on:
        updates.clear()
        on.change(222)
        app.painter.flush()
        assert "222" in on.take()
        assert updates == []


async def test_what_changed_in_one_turn_is_written_once(app: DashboardApp, clock: ManualClock) -> None:
    async with on_the_ladder(app, clock) as on:
        on.change(222)
        on.change(333, row=2)
        on.change(444)
        app.painter.flush()
        assert len(on.driver.texts) == 1
        assert "444" in on.take()


async def test_what_was_laid_goes_before_a_later_update_of_textuals(app: DashboardApp, clock: ManualClock) -> None:
    async with on_the_ladder(app, clock) as on:
        on.change(222)
        app._display(app.screen, None)
        assert "222" in on.take()


async def test_under_a_dialog_nothing_is_written_directly(app: DashboardApp, clock: ManualClock) -> None:
    async with on_the_ladder(app, clock) as on:
        await on.pilot.press("question_mark")
        await on.pilot.pause()
        assert app.painter.place(on.rungs) is None


async def test_lines_under_a_message_are_left_to_textual(app: DashboardApp, clock: ManualClock) -> None:
    async with on_the_ladder(app, clock) as on:
        app.notify("\n".join(["over the ladder"] * 12), timeout=60)
        for _ in range(3):
            await on.pilot.pause()
        place = app.painter.place(on.rungs)
        assert place is not None
        assert place.covered
        free = min(set(range(on.rungs.size.height)) - place.covered)
        on.take()
        paint(on.rungs, [Part(min(place.covered), 0, [Segment("covered")]), Part(free, 0, [Segment("free")])])
        app.painter.flush()
        written = on.take()
        assert "free" in written
        assert "covered" not in written


async def test_in_a_batch_nothing_is_written(app: DashboardApp, clock: ManualClock) -> None:
    async with on_the_ladder(app, clock) as on:
        with app.batch_update():
            on.change(222)
            app.painter.flush()
            assert "222" not in on.take()
        await on.pilot.pause()
        assert "222" in on.take()


async def test_an_unknown_version_of_textual_paints_by_itself(
    app: DashboardApp, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_the_ladder(app, clock) as on:
        assert app.painter.place(on.rungs) is not None
        monkeypatch.setattr(versions, "CHECKED_VERSIONS", frozenset({"0.0.0"}))
        assert app.painter.place(on.rungs) is None
