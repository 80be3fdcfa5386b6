"""A dashboard on a fake session with a market in it."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator

import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from ibtui.ui.app import DashboardApp
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.component_styles import share_component_styles
from tests.ui.dismantling import Dismantling
from tests.ui.idle import wait_for_idle
from tests.ui.market import populate
from tests.ui.styles import share_parsed_styles
from tests.ui.unseen import paint, paint_for_nobody

dismantling = Dismantling()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Take the test's apps apart when everything else of it has ended, its event loop too."""
    yield
    dismantling.take_apart()


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times on screen are local: everybody's tests are at Greenwich, and in colour."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pilot waits until the loop is idle, not until the machine is; style sheets are parsed once and asked once."""
    for module in ("textual.pilot", "textual.app"):
        monkeypatch.setattr(f"{module}.wait_for_idle", wait_for_idle)
    share_parsed_styles(monkeypatch)
    share_component_styles(monkeypatch)
    dismantling.note_all_made(monkeypatch)
    paint_for_nobody(monkeypatch)


@pytest.fixture
def painted(swift: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are made without a terminal too, for tests that look at how."""
    paint(monkeypatch)


@pytest.fixture
def inks_of_this_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual keeps a style's codes with the style, whichever colours the terminal has: other tests have others."""

    def render_style(cls: type[Strip], style: Style, text: str, color_system: ColorSystem) -> str:
        ink = cls.render_ansi(style, color_system)
        return f"\x1b[{ink}m{text}\x1b[0m" if ink else text

    monkeypatch.setattr(Strip, "render_style", classmethod(render_style))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def session(clock: ManualClock) -> FakeSession:
    session = FakeSession(now=clock.monotonic)
    populate(session.store, clock.monotonic())
    return session


@pytest.fixture
def app(session: FakeSession, clock: ManualClock) -> DashboardApp:
    return DashboardApp(session, clock=clock, frame_rate=0)
