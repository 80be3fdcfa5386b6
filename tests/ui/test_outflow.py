"""Frames, keys and slices on lines that keep up and lines that do not."""

from __future__ import annotations

import asyncio
from collections import deque
from decimal import Decimal
from typing import Any

import pytest
from textual import events
from textual.color import Color
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver

from ibtui.domain.events import QuoteReceived
from ibtui.ui.app import DashboardApp
from ibtui.ui.paint import versions
from ibtui.ui.paint.outflow import AGAIN_SECONDS, BUSY_FRAME_SECONDS, MARKET_SECONDS, SLOW_FRAME_SECONDS, Outflow
from ibtui.ui.paint.terminal import Terminal
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.market import AAPL
from tests.ui.test_backlog import line

pytestmark = pytest.mark.usefixtures("painted")


class FakeDriver:
    """A line that takes what it is told, answers when told, and keeps what was written."""

    def __init__(self, outflow: Outflow) -> None:
        self.outflow = outflow
        self.written: list[str] = []
        self.answers: deque[tuple[int, float]] = deque()
        self.stalls: deque[tuple[int, float, float]] = deque()
        self.blocks = 0.0
        self._requests = 0

    def write(self, data: str) -> None:
        self.written.append(data)
        self.outflow.wrote(len(data))

    def request(self) -> tuple[str, int]:
        self._requests += 1
        return "?", self._requests

    def blocked(self, _now: float) -> float:
        return self.blocks

    def answer(self, now: float) -> None:
        """All that was asked is answered now."""
        self.answers.append((self._requests, now))
        self.outflow.answer_came()


class NoApp:
    """As much of an app as an outflow asks for."""

    screen_stack: tuple[object, ...] = ()
    cursor_position = (3, 7)
    _driver: Any = None


class Line:
    """An outflow by a clock moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.terminal = Terminal()
        self.outflow = Outflow(NoApp(), self.terminal, now=lambda: self.now)  # type: ignore[arg-type]  # all it asks for
        self.driver = FakeDriver(self.outflow)
        self.outflow.opened(self.driver)  # type: ignore[arg-type]  # all it asks for
        self.now += 0.001
        self.driver.answer(self.now)
        self.driver.written.clear()

    def passes(self, seconds: float) -> bool:
        self.now += seconds
        return self.outflow.is_frame_due()

    def lay(self, text: str, y: int = 0) -> None:
        backlog = self.terminal.backlog
        assert backlog is not None
        backlog.lay(y, 0, line(text), self.now, pressed=self.outflow.pressed)
        self.outflow.laid()


async def let_drain() -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0)


@pytest.fixture
def on() -> Line:
    return Line()


def test_a_line_that_keeps_up_gets_every_frame_and_no_copy(on: Line) -> None:
    assert all(on.passes(0.05) for _ in range(40))
    assert on.terminal.backlog is None


def test_a_line_that_does_not_answer_in_time_is_held_and_released_when_it_is_quick_again(on: Line) -> None:
    on.driver.write("x" * 5_000)
    on.passes(1.1)
    held = [on.outflow.is_held]
    on.passes(0.3)
    held.append(on.outflow.is_held)
    for _ in range(60):
        on.driver.answer(on.now)
        on.passes(0.05)
        on.outflow._write("y" * 500)
        on.now += 0.001
        on.driver.answer(on.now)
    assert [*held, on.outflow.is_held] == [False, True, False]


async def test_frames_on_a_slow_line_are_few_and_fewer_while_the_last_one_waits(on: Line) -> None:
    on.outflow.be_thin()
    frames = sum(on.passes(0.05) for _ in range(100))
    assert frames == pytest.approx(5.0 / SLOW_FRAME_SECONDS, abs=2)
    on.lay("x" * 3_000)
    await let_drain()
    frames = sum(on.passes(0.05) for _ in range(100))
    assert frames == pytest.approx(5.0 / BUSY_FRAME_SECONDS, abs=2)


async def test_the_market_waits_for_what_a_key_changed_but_not_for_a_key_held_down(on: Line) -> None:
    on.outflow.be_thin()
    on.passes(1.0)
    on.outflow.press()
    assert not on.passes(0.15)
    since = on.now
    while not on.passes(0.05):
        on.outflow.press()
    assert on.now - since < MARKET_SECONDS


async def test_no_more_is_written_than_the_line_takes_and_the_rest_follows_the_answers(on: Line) -> None:
    on.outflow.be_thin()
    on.lay("x" * 3_000)
    await let_drain()
    first = sum(map(len, on.driver.written))
    assert 300 < first < 900
    on.now += 0.05
    on.driver.answer(on.now)
    assert first < sum(map(len, on.driver.written)) < 2_500


def test_a_key_told_of_twice_is_one_key_until_the_next_frame(on: Line) -> None:
    on.outflow.be_thin()
    on.outflow.press()
    first = on.outflow.pressed
    on.now += AGAIN_SECONDS / 2
    on.outflow.press()
    assert on.outflow.pressed == first
    on.now += AGAIN_SECONDS
    on.outflow.press()
    assert on.outflow.pressed == on.now


class Field:
    """A line of text."""

    cursor_screen_offset = (3, 7)


class TypedInto:
    """A screen whose focus is in one."""

    focused = Field()
    children = ()


async def test_the_cursor_goes_back_to_what_is_typed_when_nothing_waits_any_more(
    on: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NoApp, "screen_stack", (TypedInto(),))
    on.outflow.be_thin()
    on.lay("x" * 3_000)
    await let_drain()
    assert not any("\x1b[8;4H" in text for text in on.driver.written[1:])
    while (backlog := on.terminal.backlog) is not None and not backlog.is_empty:
        on.now += 0.05
        on.driver.answer(on.now)
    assert on.driver.written[-1].endswith("\x1b[8;4H")


async def test_values_that_change_while_they_wait_are_written_once_and_as_they_are_last(on: Line) -> None:
    on.outflow.be_thin()
    for text in ("old", "older", "new"):
        on.lay(text)
    await let_drain()
    assert "new" in "".join(on.driver.written)
    assert "old" not in "".join(on.driver.written)


async def test_what_a_thin_line_carries_is_told_in_bytes_a_second(on: Line) -> None:
    on.outflow.be_thin()
    for _ in range(100):
        on.now += 0.1
        on.driver.write("x" * 100)
    assert on.outflow.bytes_per_second == pytest.approx(1_000, rel=0.1)


async def test_a_line_slow_for_good_is_told_of_once(on: Line) -> None:
    told: list[float] = []
    on.outflow.when_thin(told.append)
    on.driver.write("x" * 40_000)
    on.passes(1.1)
    on.passes(0.5)
    for _ in range(100):
        on.passes(0.05)
        on.outflow._write("x" * 400)
        on.now += 0.1
        on.driver.answer(on.now)
    assert len(told) == 1
    assert told[0] < 16_000


class Quiet(HeadlessDriver):
    """A terminal in memory."""

    @property
    def is_headless(self) -> bool:
        return False


class Written(Quiet):
    """Keeps what was written."""

    text = ""

    def write(self, data: str) -> None:
        type(self).text += data


def dashboard(
    session: FakeSession, clock: ManualClock, *, thin: bool = False, driver_class: type[Driver] | None = None
) -> DashboardApp:
    return DashboardApp(session, clock=clock, frame_rate=0, thin=thin, driver_class=driver_class)


async def test_an_app_that_is_held_writes_only_when_it_is_drained(session: FakeSession, clock: ManualClock) -> None:
    app = dashboard(session, clock, driver_class=Written)
    Written.text = ""
    app.outflow.hold()
    async with app.run_test(headless=False, size=(100, 30)) as pilot:
        await pilot.pause()
        assert "AAPL" not in Written.text
        assert app.outflow.drain(300) in range(200, 500)
        while app.outflow.drain(1_000):
            pass
        assert "AAPL" in Written.text
        session.store.apply(QuoteReceived(AAPL, {"last": Decimal("273.33")}, clock.monotonic()))
        app.pump_frame()
        await pilot.pause()
        assert "273.33" not in Written.text
        assert 0 < app.outflow.drain(1_000) < 100


async def test_thin_takes_short_colours_and_says_so_to_style_sheets(session: FakeSession, clock: ManualClock) -> None:
    app = dashboard(session, clock, thin=True)
    async with app.run_test():
        assert app.theme == "ibtui-ansi"
        assert app.has_class("-thin")


async def test_the_frame_of_a_thin_dialog_takes_no_codes_but_where_it_warns(
    session: FakeSession, clock: ManualClock
) -> None:
    app = dashboard(session, clock, thin=True)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("b")
        await pilot.pause()
        sheet = app.screen.query_one(".sheet")
        plain = Color.parse("ansi_default")
        assert sheet.styles.border_left == ("ascii", plain)
        app.screen.add_class("-live")
        await pilot.pause()
        assert sheet.styles.border_left[1] != plain


async def test_thin_without_a_driver_that_measures_writes_at_once(session: FakeSession, clock: ManualClock) -> None:
    Written.text = ""
    app = dashboard(session, clock, thin=True, driver_class=Written)
    async with app.run_test(headless=False, size=(100, 30)) as pilot:
        await pilot.pause()
        assert "AAPL" in Written.text


async def test_thin_leaves_a_theme_that_was_chosen(session: FakeSession, clock: ManualClock) -> None:
    app = DashboardApp(session, clock=clock, frame_rate=0, thin=True, theme="ibtui-light")
    async with app.run_test():
        assert app.theme == "ibtui-light"


async def test_a_measured_thin_line_is_said_with_how_to_make_it_permanent(app: DashboardApp) -> None:
    async with app.run_test() as pilot:
        assert app.outflow._wants_thin is not None
        app.outflow._wants_thin(7_900.0)
        await pilot.pause()
        said = [notice.message for notice in app._notifications]
        assert len(said) == 1
        for words in ("8 kB/s", "`--thin`", "thin = true", "`:theme dark`"):
            assert words in said[0]
        assert app.theme == "ibtui-ansi"


async def test_a_textual_that_was_not_checked_is_said_once_and_paints_by_itself(
    app: DashboardApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "CHECKED_VERSIONS", frozenset({"0.0.0"}))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert sum("was not checked" in notice.message for notice in app._notifications) == 1
        app.outflow.hold()
        assert not app.outflow.is_held
        assert app.get_driver_class().__module__.startswith("textual")


async def test_a_resize_lets_everything_be_written_anew(session: FakeSession, clock: ManualClock) -> None:
    app = dashboard(session, clock, driver_class=Written)
    app.outflow.hold()
    async with app.run_test(headless=False, size=(100, 30)) as pilot:
        await pilot.pause()
        while app.outflow.drain(1_000):
            pass
        await app.on_event(events.Resize(app.size, app.size))
        await pilot.pause()
        assert app.outflow.drain() > 1_000
