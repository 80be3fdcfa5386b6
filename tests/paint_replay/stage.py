"""The dashboard on a terminal in memory, and what a person, a gateway and a terminal do to it."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from inspect import getfile
from pathlib import Path
from typing import Final

from rich.color import ColorSystem
from rich.console import RenderableType
from textual import events
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.messages import TerminalSupportsSynchronizedOutput
from textual.screen import Screen

from ibtui.domain.events import Event
from ibtui.store import Store
from ibtui.ui.app import DashboardApp
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.paint_replay.clocks import NeverSettles, settle
from tests.paint_replay.emulator import Cells, Emulator
from tests.ui import activity
from tests.ui.market import populate

BETWEEN_LINES: Final = 100
"""Turns of the loop in which a moment passes and not everything is done."""


class StageClock(ManualClock):
    """The session's time, which may also jump while nobody sleeps by it."""

    def moves(self, seconds: float) -> None:
        self._now += seconds


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run is about, but for its steps."""

    size: tuple[int, int] = (120, 40)
    theme: str = "ibtui-dark"
    colours: ColorSystem | None = ColorSystem.TRUECOLOR
    """What the terminal has; None is a dumb one."""
    is_synchronised: bool = True
    """Whether the terminal takes an update at once between two marks."""
    screen: str = "watch"
    is_slow: bool = False
    """Whether everything waits in the backlog, as on a line that takes little."""
    is_thin: bool = False
    """Whether the user said so too, or it was measured: the thin mode."""


class EmulatedDriver(HeadlessDriver):
    """Textual's driver without a terminal, but for writing: into the emulator of its app."""

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        assert isinstance(self._app, EmulatedDashboard)
        self._app.emulator.feed(data)


class StockLog:
    """What stock Textual would have written for the same updates, since the terminal was last found to be right."""

    def __init__(self) -> None:
        self.bytes = 0
        """All of it."""
        self._found: list[Cells] = []
        self._since: list[Callable[[Emulator], None]] = []

    def wrote(self, text: str) -> None:
        self.bytes += len(text.encode())
        self._since.append(lambda emulator: emulator.feed(text))

    def happened(self, what: Callable[[Emulator], None]) -> None:
        """Something else was done to the terminal."""
        self._since.append(what)

    def found_right(self, lines: list[Cells]) -> None:
        """These lines stand on the terminal, as they should."""
        self._found = list(lines)
        self._since.clear()

    def lines(self) -> list[Cells]:
        """What would stand on it now."""
        emulator = Emulator(len(self._found[0]), len(self._found))
        emulator.shows(self._found)
        for one in self._since:
            one(emulator)
        return emulator.lines()


class EmulatedDashboard(DashboardApp):
    """The dashboard, unchanged, on an emulator; it counts what stock Textual would have written, and never ends."""

    CSS_PATH = str(Path(getfile(DashboardApp)).with_name("app.tcss"))

    def __init__(self, session: FakeSession, clock: StageClock, setting: Setting) -> None:
        super().__init__(
            session, clock=clock, frame_rate=0, theme=setting.theme, thin=setting.is_thin, driver_class=EmulatedDriver
        )
        self.fake = session
        self.emulator = Emulator(*setting.size)
        self.stock = StockLog()
        self.console._color_system = setting.colours

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        render = getattr(renderable, "render_segments", None)
        if render is not None and not self._batch_count:
            self.stock.wrote(render(self.console))
        super()._display(screen, renderable)

    def exit(self, *_: object, **__: object) -> None:
        """Stay: there are more steps to come."""


class Stage:
    """The running app; every method is something that happens to it, and `settled` waits until all is painted."""

    def __init__(self, app: EmulatedDashboard, clock: StageClock) -> None:
        self.app = app
        self.clock = clock
        self.serial = 0
        """How many of the session's calls were answered."""
        self.seconds = 0.0
        """What is to pass at the end of the step."""

    @property
    def store(self) -> Store:
        return self.app.store

    @property
    def now(self) -> float:
        return self.clock.monotonic()

    @property
    def driver(self) -> Driver:
        assert self.app._driver is not None
        return self.app._driver

    @property
    def cursor_expected(self) -> tuple[int, int]:
        """Where Textual wants the terminal's cursor (an input method opens there, though the cursor is hidden)."""
        return self.app._previous_cursor_position

    def check_nothing_waits(self) -> None:
        """Raise NeverSettles where something is still to be painted."""
        screen = self.app.screen
        parts = (screen._layout_required, screen._repaint_required, screen._dirty_widgets)
        if any(parts) or screen._compositor._dirty_regions:
            raise NeverSettles(f"{screen!r} waits to be painted: {parts}, {screen._compositor._dirty_regions}")

    def happens(self, *facts: Event) -> None:
        """Facts arrive."""
        for fact in facts:
            self.store.apply(fact)

    def key(self, key: str) -> None:
        """A key comes from the terminal."""
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        try:
            char: str | None = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
        except KeyError:
            char = key if len(key) == 1 else None
        event = events.Key(name, char)
        event.set_sender(self.app)
        self.driver.send_message(event)

    def mouse(self, kind: type[events.MouseEvent], x: int, y: int, button: int = 0) -> None:
        """The mouse does something."""
        self.driver.process_message(kind(None, x, y, 0, 0, button, False, False, False, screen_x=x, screen_y=y))

    def resize(self, columns: int, lines: int) -> None:
        """The terminal gets another size."""
        self._at_terminal(lambda emulator: emulator.resize(columns, lines))
        size = Size(columns, lines)
        self.driver._size = size
        self.driver.send_message(events.Resize(size, size))

    def spoil(self) -> None:
        """Others write on the terminal."""
        self._at_terminal(Emulator.spoil)

    def _at_terminal(self, what: Callable[[Emulator], None]) -> None:
        what(self.app.emulator)
        self.app.stock.happened(what)

    def resume(self) -> None:
        """The program was suspended, and is back on a terminal that others wrote on."""
        self.spoil()
        self.driver.send_message(Driver.SignalResume())

    async def passes(self, seconds: float) -> None:
        """Time passes."""
        await self.clock.advance(seconds)
        await asyncio.sleep(seconds)

    async def moment(self) -> None:
        """Something is done of what there is to do."""
        for _ in range(BETWEEN_LINES):
            await asyncio.sleep(0)

    async def settled(self) -> None:
        """A frame of the pump, and all that follows from it."""
        await settle()
        self.app.pump_frame()
        await settle()


@asynccontextmanager
async def on_stage(setting: Setting) -> AsyncIterator[Stage]:
    """The app on a busy day, its first screen painted."""
    clock = StageClock()
    session = FakeSession(now=clock.monotonic)
    populate(session.store, clock.monotonic())
    activity.trade(session.store, clock.monotonic())
    activity.read(session.store, clock.monotonic())
    app = EmulatedDashboard(session, clock, setting)
    async with app.run_test(headless=False, size=setting.size, notifications=True, tooltips=True):
        stage = Stage(app, clock)
        await settle()
        if setting.is_synchronised:
            app.post_message(TerminalSupportsSynchronizedOutput())
        if setting.screen != "watch":
            app.open_mode(setting.screen)
        await stage.settled()
        if setting.is_slow:
            app.outflow.hold()
        yield stage
