"""Frames are painted when something changed: at once after a pause, then no more than so many a second."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from ibtui.domain.events import QuoteReceived
from ibtui.ui.app import DashboardApp
from ibtui.ui.pump import FramePump
from ibtui.ui.widgets.table import Table
from tests.fakes.clock import ManualClock
from tests.ui.market import AAPL, ES, MSFT

LONG = 3600.0
"""Seconds that never pass in a test."""


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A frame painted is a number here."""
    painted: list[int] = []

    def timed(pump: FramePump) -> tuple[None, ...]:
        painted.append(len(pump._app.store.drain().keys))
        return ()

    monkeypatch.setattr(FramePump, "timed", timed)
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
    monkeypatch.setattr("ibtui.ui.pump.LOOK_SECONDS", 0)
    monkeypatch.setattr("ibtui.ui.pump.WAIT_SECONDS", LONG)
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
    monkeypatch.setattr("ibtui.ui.pump.WAIT_SECONDS", 0)
    pump = asyncio.ensure_future(FramePump(app).run(LONG))
    await turns()
    tick(app, clock, "271.01")
    for _ in range(4):
        await turns()
    assert len(frames) == 1
    pump.cancel()


async def test_a_key_goes_first_between_two_parts_of_a_frame(
    app: DashboardApp, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched: list[int] = []
    monkeypatch.setattr("ibtui.ui.screens.watch.ROWS_AT_ONCE", 1)
    monkeypatch.setattr(Table, "touch", lambda _, keys: touched.extend(keys))
    async with app.run_test() as pilot:
        await pilot.pause()
        app.store.drain()
        for conid in (AAPL, MSFT, ES):
            app.store.apply(QuoteReceived(conid, {"last": Decimal("10.01")}, clock.monotonic()))
        parts = iter(FramePump(app).timed())
        next(parts)
        assert len(touched) == 1
        for _ in parts:
            pass
        assert sorted(touched) == sorted((AAPL, MSFT, ES))


async def test_what_is_left_of_a_frame_is_not_painted_on_a_screen_that_was_left(
    app: DashboardApp, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched: list[int] = []
    monkeypatch.setattr("ibtui.ui.screens.watch.ROWS_AT_ONCE", 1)
    async with app.run_test() as pilot:
        await pilot.pause()
        app.store.drain()
        for conid in (AAPL, MSFT):
            app.store.apply(QuoteReceived(conid, {"last": Decimal("10.01")}, clock.monotonic()))
        monkeypatch.setattr(Table, "touch", lambda _, keys: touched.extend(keys))
        parts = iter(FramePump(app).timed())
        next(parts)
        app.open_mode("portfolio")
        await pilot.pause()
        touched.clear()
        for _ in parts:
            pass
        assert touched == []
