"""The thin updates leave the same picture on a terminal as full repaints, and write fewer bytes.

Scene by scene, for a fault to have a name; `test_paint_replay` does the same at random.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from random import Random

import pyte
import pytest
import textual
from msgspec.structs import replace
from rich.color import ColorSystem
from rich.segment import Segment
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen

from ibtui.domain.contracts import Contract
from ibtui.domain.events import (
    ContractsLearned,
    HealthChanged,
    LadderReceived,
    MessageRaised,
    QuoteReceived,
    StreamsLost,
)
from ibtui.domain.market import Rung
from ibtui.domain.session import Health, Light, Message, Trouble
from ibtui.ui.app import DashboardApp
from ibtui.ui.paint import versions
from ibtui.ui.paint.cells import Line, changed_runs
from ibtui.ui.paint.terminal import Terminal, ThinUpdate
from tests.fakes.clock import ManualClock
from tests.ui.market import AAPL, BMW, MSFT, TSLA

pytestmark = pytest.mark.usefixtures("inks_of_this_terminal", "painted")

D = Decimal
Picture = list[list[tuple[object, ...]]]


class Emulator:
    """A terminal of the dashboard's size that gets what the app writes."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.screen = pyte.Screen(*size)
        self.stream = pyte.Stream(self.screen)
        self.written = 0

    def feed(self, text: str) -> None:
        self.written += len(text.encode())
        self.stream.feed(text)

    def picture(self) -> Picture:
        lines = range(self.screen.lines)
        return [[tuple(self.screen.buffer[y][x]) for x in range(self.screen.columns)] for y in lines]


def full_repaint(app: DashboardApp) -> Picture:
    """What a terminal shows after everything was written anew."""
    emulator = Emulator((app.size.width, app.size.height))
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert update is not None
    emulator.feed(update.render_segments(app.console))  # type: ignore[union-attr]  # a full update is a LayoutUpdate
    return emulator.picture()


def differing(shown: Picture, expected: Picture) -> list[str]:
    """The lines that differ: what stands there, what should, and the first cell in question."""
    found = []
    for y, (mine, wanted) in enumerate(zip(shown, expected, strict=True)):
        if mine != wanted:
            x = next(x for x, (one, other) in enumerate(zip(mine, wanted, strict=True)) if one != other)
            texts = ("".join(str(cell[0]) for cell in line) for line in (mine, wanted))
            found.append("\n".join((f"line {y}, cell {x}: {mine[x]} for {wanted[x]}", *texts)))
    return found


class Watched:
    """The app with an emulator on its output."""

    def __init__(self, app: DashboardApp, pilot: Pilot[None], clock: ManualClock, emulator: Emulator) -> None:
        self.app, self.pilot, self.clock, self.emulator = app, pilot, clock, emulator
        self.store = app.store

    async def tick(self, conid: int, last: str) -> None:
        """Another last price, painted."""
        self.store.apply(QuoteReceived(conid, {"last": D(last)}, self.clock.monotonic()))
        await self.frame()

    async def frame(self) -> None:
        self.app.pump_frame()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def second(self) -> None:
        await self.clock.advance(1.0)
        await self.frame()


async def _ticks(on: Watched) -> None:
    for last in ("271.68", "271.69", "9.99", "100000.5"):
        await on.tick(AAPL, last)
    await on.tick(TSLA, "188.41")


async def _cursor_and_sorting(on: Watched) -> None:
    await on.press("down", "down", "end", "home", ">", ">", "r", "<", "tab", "down")


async def _ladder(on: Watched) -> None:
    await on.press("f3", "down", "pageup", "space")
    on.store.apply(LadderReceived(AAPL, 1, {3: Rung(D("271.73"), ask_size=D(7))}, on.clock.monotonic()))
    await on.frame()
    on.store.apply(StreamsLost())
    await on.frame()


async def _ladder_frames(on: Watched) -> None:
    await on.press("f3")
    ladder = on.store.market.ladder
    assert ladder is not None
    random = Random(5)
    for number in range(60):
        rungs = dict(random.sample(list(enumerate(ladder.rungs)), 4))
        changed = {
            row: replace(
                rung,
                bid_size=rung.bid_size and D(random.choice((1, 77, 4500, 111_000))),
                ask_size=rung.ask_size and D(random.choice((1, 77, 4500, 111_000))),
            )
            for row, rung in rungs.items()
        }
        on.store.apply(LadderReceived(AAPL, 1, changed, on.clock.monotonic()))
        await on.frame()
        if number % 7 == 0:
            await on.press(random.choice(("up", "down", "pageup", "pagedown", "space")))


async def _dialogs(on: Watched) -> None:
    await on.press("b", "tab")
    await on.tick(AAPL, "272.22")
    await on.second()
    await on.press("escape", "colon", "b", "u", "escape", "question_mark", "down", "escape", "q", "escape")


async def _screens(on: Watched) -> None:
    await on.press("f3", "f4", "f5", "f6", "f2")
    await on.tick(MSFT, "412.34")


async def _overlays(on: Watched) -> None:
    on.store.apply(MessageRaised(Message("A toast lies over the ladder", "warning", "Look")))
    await on.frame()
    await on.tick(AAPL, "271.11")
    on.app.clear_notifications()
    await on.pilot.pause()
    on.store.apply(HealthChanged(Health(Light.ON, Light.OFF, trouble=Trouble.LOGGED_OUT)))
    await on.frame()
    on.store.apply(HealthChanged(replace(on.store.health, trouble=Trouble.NONE)))
    await on.frame()


async def _wide_characters(on: Watched) -> None:
    for symbol in ("日本株", "日x株", "ab日", "e\u0301clair", "plain"):
        on.store.apply(ContractsLearned((Contract(BMW, symbol),)))
        await on.frame()


async def _sizes(on: Watched) -> None:
    for width, height in ((100, 30), (60, 15), (120, 40)):
        on.emulator.screen.resize(height, width)
        await on.pilot.resize_terminal(width, height)
        await on.pilot.pause()
        await on.tick(AAPL, f"27{height}.0")


async def _themes(on: Watched) -> None:
    for name in ("light", "ansi", "high-contrast", "dark"):
        on.app.use_theme(name)
        await on.pilot.pause()
        await on.tick(AAPL, "271.99")


async def _redraw(on: Watched) -> None:
    on.emulator.screen.reset()
    await on.press("ctrl+l")
    await on.tick(AAPL, "271.42")


SCENES: list[Callable[[Watched], Awaitable[None]]] = [
    _ticks,
    _cursor_and_sorting,
    _ladder,
    _ladder_frames,
    _dialogs,
    _screens,
    _overlays,
    _wide_characters,
    _sizes,
    _themes,
    _redraw,
]


@pytest.fixture
def emulator(app: DashboardApp, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """An emulator that gets every update the app displays."""
    emulator = Emulator((120, 40))
    app.console._color_system = ColorSystem.TRUECOLOR
    terminal = Terminal()
    monkeypatch.setattr(app, "_terminal", terminal)

    def display(_screen: Screen[object], renderable: object) -> None:
        update = terminal.wrapped(renderable)  # type: ignore[arg-type]  # what Textual displays
        if isinstance(update, ThinUpdate):
            emulator.feed(update.render_segments(app.console))

    monkeypatch.setattr(app, "_display", display)
    return emulator


@pytest.mark.parametrize("scene", SCENES)
async def test_the_terminal_shows_what_a_full_repaint_would(
    app: DashboardApp,
    clock: ManualClock,
    emulator: Emulator,
    scene: Callable[[Watched], Awaitable[None]],
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await scene(Watched(app, pilot, clock, emulator))
        await pilot.pause()
        assert differing(emulator.picture(), full_repaint(app)) == []


async def test_one_price_costs_a_few_bytes(app: DashboardApp, clock: ManualClock, emulator: Emulator) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        on = Watched(app, pilot, clock, emulator)
        await on.tick(MSFT, "412.11")
        before = emulator.written
        await on.tick(MSFT, "412.12")
        assert 0 < emulator.written - before < 60


async def test_nothing_new_writes_nothing(app: DashboardApp, clock: ManualClock, emulator: Emulator) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        before = emulator.written
        app.screen.query_one("#watchlist").refresh()
        await pilot.pause()
        assert emulator.written == before


def test_an_unknown_version_of_textual_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    update = LayoutUpdate([], Region(0, 0, 1, 1))
    assert isinstance(Terminal().wrapped(update), ThinUpdate)
    monkeypatch.setattr(versions, "CHECKED_VERSIONS", frozenset({"0.0.0"}))
    assert Terminal().wrapped(update) is update


def test_the_version_installed_here_is_one_that_was_checked() -> None:
    assert textual.__version__ in versions.CHECKED_VERSIONS


def test_no_run_begins_with_the_second_half_of_a_wide_character() -> None:
    old, new = Line(), Line()
    old.chars, old.inks = ["a", "🚀", "", "b"], ["1", "1", "2", "1"]
    new.chars, new.inks = ["a", "🚀", "", "b"], ["1", "1", "3", "1"]
    assert changed_runs(old, 0, new) == [(1, 3)]


def test_a_wide_character_and_a_mark_in_one_text_each_stand_in_their_own_cells() -> None:
    line = Line()
    line.add([Segment("🚀 e\u0301")], ColorSystem.TRUECOLOR)
    assert line.chars == ["🚀", "", " ", "e\u0301"]


def test_a_mark_of_a_character_outside_takes_no_cell() -> None:
    line = Line()
    line.add([Segment("\u0301clair")], ColorSystem.TRUECOLOR)
    assert line.chars == list("clair")
