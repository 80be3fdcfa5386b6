"""How the portfolio looks."""

from __future__ import annotations

import pytest

from ibtui.ui.app import DashboardApp
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import trade
from tests.ui.pictures import SIZES, SnapCompare, scene


@pytest.fixture
def day(session: FakeSession, clock: ManualClock) -> None:
    trade(session.store, clock.monotonic())


@pytest.mark.parametrize("size", SIZES)
def test_portfolio(snap_compare: SnapCompare, app: DashboardApp, day: None, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=scene(None, "f5"))


def test_summary_on_a_small_terminal(snap_compare: SnapCompare, app: DashboardApp, day: None) -> None:
    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(None, "f5", "tab", "tab"))
