"""How shell, watchlist and ladder look; after a change of looks on purpose run pytest with --snapshot-update."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input

from ibtui.domain.events import HealthChanged, LadderFailed, LadderRequested, StreamsLost, SubmissionMoved
from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.domain.session import Health, Light, Trouble
from ibtui.ui.app import DashboardApp
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.market import ACCOUNT, MSFT

SIZES = [(80, 24), (120, 40)]
THEMES = ["ibtui-light", "ibtui-high-contrast", "ibtui-ansi"]


class SnapCompare(Protocol):
    """The fixture of pytest-textual-snapshot."""

    def __call__(
        self,
        app: DashboardApp,
        *,
        terminal_size: tuple[int, int] = ...,
        run_before: Callable[[Pilot[None]], Awaitable[None]] | None = ...,
    ) -> bool: ...


def pressing(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press keys one by one and let each take effect, cursors not blinking."""

    async def run(pilot: Pilot[None]) -> None:
        for key in keys:
            await pilot.press(key)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", SIZES)
def test_watchlist(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=pressing())


@pytest.mark.parametrize("size", SIZES)
def test_watchlist_sorted_by_change(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=pressing(*[">"] * 5, "r"))


@pytest.mark.parametrize("size", SIZES)
def test_ladder(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=pressing("f3", "down", "down"))


@pytest.mark.parametrize("size", SIZES)
def test_ladder_of_top_of_book(
    snap_compare: SnapCompare, app: DashboardApp, session: FakeSession, size: tuple[int, int]
) -> None:
    session.store.apply(LadderRequested(MSFT, 2))
    session.store.apply(LadderFailed(MSFT, "No Level II data for this instrument"))
    assert snap_compare(app, terminal_size=size, run_before=pressing("down", "f3"))


def test_ladder_gone_stale(snap_compare: SnapCompare, app: DashboardApp, session: FakeSession) -> None:
    session.store.apply(StreamsLost())
    session.store.apply(HealthChanged(replace(session.store.health, stream=Light.WAIT)))
    assert snap_compare(app, terminal_size=(120, 40), run_before=pressing("f3"))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("key", ["f2", "f3"])
def test_themes(snap_compare: SnapCompare, session: FakeSession, clock: ManualClock, theme: str, key: str) -> None:
    app = DashboardApp(session, clock=clock, theme=theme, frame_rate=0)
    assert snap_compare(app, terminal_size=(120, 40), run_before=pressing(key))


@pytest.mark.parametrize("size", SIZES)
def test_shell_in_trouble(
    snap_compare: SnapCompare, app: DashboardApp, session: FakeSession, size: tuple[int, int]
) -> None:
    session.store.apply(
        HealthChanged(Health(Light.ON, Light.OFF, trouble=Trouble.LOGGED_OUT, detail="[red]no session[/red]"))
    )
    session.store.apply(SubmissionMoved(Submission("c1", Intent.PLACE, ACCOUNT, Stage.UNKNOWN)))
    assert snap_compare(app, terminal_size=size, run_before=pressing())


@pytest.mark.parametrize("size", SIZES)
def test_command_line(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=pressing("colon", *"buy 5 aapl @ 165", "space"))


def test_command_line_with_a_mistake(snap_compare: SnapCompare, app: DashboardApp) -> None:
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressing("colon", *"byu 5"))


@pytest.mark.parametrize("size", SIZES)
def test_help(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=pressing("f1"))


@pytest.mark.parametrize("size", SIZES)
def test_quit(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=pressing("q"))


def test_palette(snap_compare: SnapCompare, app: DashboardApp) -> None:
    assert snap_compare(app, terminal_size=(120, 40), run_before=pressing("ctrl+p"))
