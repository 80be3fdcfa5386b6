"""How the inbox looks."""

from __future__ import annotations

import pytest

from ibtui.ui.app import DashboardApp
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import read
from tests.ui.pictures import SIZES, SnapCompare, scene


@pytest.fixture
def day(session: FakeSession, clock: ManualClock) -> None:
    read(session.store, clock.monotonic())


@pytest.mark.parametrize("size", SIZES)
def test_inbox(snap_compare: SnapCompare, app: DashboardApp, day: None, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=scene(None, "f6", "down", "down", "down"))
