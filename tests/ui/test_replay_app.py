"""The dashboard on a tape: its own keys, and what it says of itself."""

from __future__ import annotations

import pytest

from ibtui.playback import PlaybackClock
from ibtui.ui.actions import ACTIONS, Context, chords, heard
from ibtui.ui.help import HelpScreen
from ibtui.ui.replay import END, ReplayApp
from ibtui.ui.screens.base import DashboardScreen
from ibtui.ui.widgets.status import StatusLine
from tests.fakes.session import FakeSession
from tests.ui.market import populate


class Real:
    """Stands for the machine's monotonic clock."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def real() -> Real:
    return Real()


@pytest.fixture
def replay(real: Real) -> ReplayApp:
    clock = PlaybackClock(1000.0, 1060.0, [(0.0, 1_794_999_000.0)], speed=2.0, real=real)
    session = FakeSession(read_only=True, now=clock.monotonic)
    populate(session.store, clock.monotonic())
    app = ReplayApp(session, clock, frame_rate=0, remarks=["Recorded then"])
    clock.start()
    return app


def status(app: ReplayApp) -> str:
    app.watch_tape()
    assert isinstance(app.screen, DashboardScreen)
    return app.screen.query_one(StatusLine).text


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_status_line_says_replay_with_time_and_speed(replay: ReplayApp, size: tuple[int, int]) -> None:
    async with replay.run_test(size=size) as pilot:
        await pilot.pause()
        text = status(replay)
        assert " REPLAY " in text
        assert "×2" in text
        assert "READ-ONLY" not in text
        assert text.index("REPLAY") < text.index("PAPER")


async def test_keys_stop_the_tape_and_change_its_speed(replay: ReplayApp, real: Real) -> None:
    async with replay.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("space")
        await pilot.pause()
        assert "paused" in status(replay)
        await pilot.press("plus", "plus", "minus", "p")
        await pilot.pause()
        real.now += 5
        assert "×4" in status(replay)
        assert replay.playback.monotonic() == 1020.0


async def test_at_its_end_it_says_so_once_and_stays(replay: ReplayApp, real: Real) -> None:
    said: list[str] = []
    async with replay.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        replay.say = lambda text, **_: said.append(text)  # type: ignore[method-assign]  # only to hear it
        real.now += 1_000
        assert "ended" in status(replay)
        assert "ended" in status(replay)
        assert said == [END]
        await pilot.press("f4")
        await pilot.pause()
        assert replay.current_mode == "orders"


async def test_orders_are_refused_and_quitting_asks_nothing(replay: ReplayApp) -> None:
    session = replay.session
    assert isinstance(session, FakeSession)
    async with replay.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("b", "x", "X")
        await pilot.pause()
        assert isinstance(replay.screen, DashboardScreen)
        assert not {"submit", "cancel", "cancel_all"} & {str(call[0]) for call in session.calls}
        await pilot.press("q")
        await pilot.pause()
    assert replay.return_code == 0


async def test_its_keys_stand_in_the_help(replay: ReplayApp) -> None:
    async with replay.run_test(size=(120, 40)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(replay.screen, HelpScreen)
        assert "Stop the tape, or let it go on" in replay.screen._content.plain


def test_every_key_of_a_replay_has_a_chord_that_no_screen_uses_and_clashes_on_the_ladder_alone() -> None:
    others = {
        chord: action.context
        for action in ACTIONS
        if action.context is not Context.REPLAY
        for chord in chords(action, {})
    }
    for action in heard(Context.REPLAY):
        assert any(chord not in others for chord in chords(action, {}))
        clashing = {others[chord] for chord in chords(action, {}) if chord in others}
        assert clashing <= {Context.LADDER, Context.TRADING}
