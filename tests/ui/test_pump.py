"""Frames are painted when something changed: at once after a pause, then no more than so many a second."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from ibtui.domain.events import QuoteReceived
from ibtui.ui.app import DashboardApp
from ibtui.ui.pump import FramePump
from tests.fakes.clock import ManualClock
from tests.ui.market import AAPL

LONG = 3600.0
"""Seconds that never pass in a test."""


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A frame painted is a number here."""
    painted: list[int] = []
    monkeypatch.setattr(FramePump, "timed", lambda self: painted.append(len(self._app.store.drain().keys)))
    return painted


async def turns() -> None:
    """Let the loop do what is to be done now."""
    for _ in range(5):
        await asyncio.sleep(0)


def tick(app: DashboardApp, clock: ManualClock, last: str) -> None:
    app.store.apply(QuoteReceived(AAPL, {"last": Decimal(last)}, clock.monotonic()))


async def test_the_first_change_after_a_pause_is_painted_at_once(
    app: DashboardApp, clock: ManualClock, frames: list[int]
) -> None:
    app.store.drain()
    pump = asyncio.ensure_future(FramePump(app).run(LONG))
    await turns()
    assert frames == []
    tick(app, clock, "271.01")
    await turns()
    assert len(frames) == 1
    pump.cancel()


async def test_a_second_change_waits_for_its_frame(app: DashboardApp, clock: ManualClock, frames: list[int]) -> None:
    app.store.drain()
    pump = asyncio.ensure_future(FramePump(app).run(LONG))
    await turns()
    for last in ("271.01", "271.02", "271.03"):
        tick(app, clock, last)
        await turns()
    assert len(frames) == 1
    pump.cancel()


async def test_changes_of_before_the_pump_ran_are_painted(
    app: DashboardApp, clock: ManualClock, frames: list[int]
) -> None:
    tick(app, clock, "271.01")
    pump = asyncio.ensure_future(FramePump(app).run(0.0))
    await turns()
    await turns()
    assert frames[0] > 0
    pump.cancel()


async def test_a_key_under_way_is_answered_before_the_frame(
    app: DashboardApp, clock: ManualClock, frames: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.store.drain()
    answering = True
    monkeypatch.setattr(DashboardApp, "is_answering", property(lambda _: answering))
    monkeypatch.setattr("ibtui.ui.pump.KEY_TURN_SECONDS", 0)
    monkeypatch.setattr("ibtui.ui.pump.KEY_TURNS", 100)
    pump = asyncio.ensure_future(FramePump(app).run(LONG))
    await turns()
    tick(app, clock, "271.01")
    await turns()
    assert frames == []
    answering = False
    await turns()
    assert len(frames) == 1
    pump.cancel()


async def test_a_key_that_takes_long_does_not_keep_the_frame_back(
    app: DashboardApp, clock: ManualClock, frames: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.store.drain()
    monkeypatch.setattr(DashboardApp, "is_answering", property(lambda _: True))
    monkeypatch.setattr("ibtui.ui.pump.KEY_TURN_SECONDS", 0)
    pump = asyncio.ensure_future(FramePump(app).run(LONG))
    await turns()
    tick(app, clock, "271.01")
    for _ in range(4):
        await turns()
    assert len(frames) == 1
    pump.cancel()
