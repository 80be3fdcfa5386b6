"""The program's own log on screen."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from ibtui.logs import LogLine, LogLines
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.log import LogDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.pictures import SIZES, SnapCompare, scene

TRACE = 'Traceback (most recent call last):\n  File "x.py", line 3, in run\nValueError: [b]bad[/b]'


def logged() -> LogLines:
    lines = LogLines()
    for minute in range(40):
        lines.add(LogLine(f"2026-11-20T14:{minute:02}:11.123Z", "info", "ibtui.orders", f"live orders: {minute} read"))
    lines.add(LogLine("2026-11-20T15:00:01.500Z", "warning", "ibtui.stream", "stream lost", (("reason", "silent"),)))
    lines.add(LogLine("2026-11-20T15:00:02.500Z", "error", "ibtui.session", "inbox failed", (("error", TRACE),)))
    lines.add(LogLine("", "", "", "a line of another program"))
    return lines


@pytest.fixture
def log_app(session: FakeSession, clock: ManualClock) -> DashboardApp:
    return DashboardApp(session, clock=clock, frame_rate=0, lines_logged=logged())


def shown(app: DashboardApp) -> str:
    assert isinstance(app.screen, LogDialog)
    return app.screen.query_one("#text", Lines).text


@pytest.mark.parametrize("size", SIZES)
def test_the_log(snap_compare: SnapCompare, log_app: DashboardApp, size: tuple[int, int]) -> None:
    assert snap_compare(log_app, terminal_size=size, run_before=scene(None, "L", screen="f6"))


def test_the_log_filtered_and_by_level(snap_compare: SnapCompare, log_app: DashboardApp) -> None:
    keys = ("L", *"stream", "ctrl+n")
    assert snap_compare(log_app, terminal_size=(80, 24), run_before=scene(None, *keys, screen="f6"))


async def test_it_opens_by_command_filters_as_one_types_and_follows(log_app: DashboardApp) -> None:
    async with log_app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"log", "enter")
        await pilot.pause()
        assert "live orders: 39 read" in shown(log_app)
        await pilot.press(*"stream lost")
        await pilot.pause()
        assert shown(log_app).splitlines() == ["15:00:01 warning stream stream lost reason=silent"]
        log_app.lines_logged.add(LogLine("2026-11-20T15:01:00.000Z", "info", "ibtui.stream", "stream lost again"))
        assert isinstance(log_app.screen, LogDialog)
        log_app.screen.frame(log_app.store.drain())
        assert shown(log_app).count("stream lost") == 2
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(log_app.screen, LogDialog)


async def test_the_level_goes_round_and_markup_is_text(log_app: DashboardApp) -> None:
    async with log_app.run_test(size=(80, 24)) as pilot:
        await pilot.press("L")
        await pilot.pause()
        await pilot.press("ctrl+n", "ctrl+n")
        await pilot.pause()
        assert "stream lost" not in shown(log_app)
        assert "ValueError: [b]bad[/b]" in shown(log_app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "live orders: 0 read" in shown(log_app)
        assert log_app.screen.query_one(Input).value == ""


async def test_what_is_said_to_the_user_is_logged(
    session: FakeSession, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    app = DashboardApp(session, clock=clock, frame_rate=0)
    with caplog.at_level("INFO", logger="ibtui.ui"):
        async with app.run_test() as pilot:
            app.say("The stream is back", title="Stream", severity="warning")
            await pilot.pause()
    assert "The stream is back" in caplog.text
