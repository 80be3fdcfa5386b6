"""A dashboard on a fake session with a market in it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ibtui.ui.app import DashboardApp
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.market import populate


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times on screen are local: everybody's tests are at Greenwich, and in colour."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


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
