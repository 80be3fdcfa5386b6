"""How the blotter looks."""

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
def test_blotter(snap_compare: SnapCompare, app: DashboardApp, day: None, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=scene(None, "f4"))


@pytest.mark.parametrize("size", SIZES)
def test_executions(snap_compare: SnapCompare, app: DashboardApp, day: None, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=scene(None, "f4", "tab", "tab"))
