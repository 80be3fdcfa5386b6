"""Draws the pictures in screenshots/: the real program on a simulated gateway. Run as `python -m tests.screenshots`."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from ibtui.clock import SystemClock
from ibtui.session.trading import LinkSettings, TradingSession
from ibtui.sim.process import RunningGateway, start
from ibtui.store import Store
from ibtui.ui.app import DashboardApp

FOLDER = Path(__file__).resolve().parent.parent / "screenshots"
SIZE = (120, 40)
WAIT_SECONDS = 30.0


async def until(pilot: Pilot[None], condition: Callable[[], bool], what: str) -> None:
    """Let the program run until something is there."""
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"{what} did not come")
        await pilot.pause(0.05)


async def rest(pilot: Pilot[None], seconds: float) -> None:
    """Let the market move a little, so that the picture shows a day that is going on."""
    await pilot.pause(seconds)


def save(app: DashboardApp, name: str) -> None:
    """Write the screen as it is."""
    (FOLDER / f"{name}.svg").write_text(app.export_screenshot(title="ibtui demo"), encoding="utf-8")


async def draw(gateway: RunningGateway, state: Path) -> None:
    """Walk through the screens and save each."""
    clock = SystemClock()
    link = LinkSettings(gateway.base_url, state_dir=state, expected_fingerprint=gateway.fingerprint)
    store = Store()
    app = DashboardApp(TradingSession(link, store, clock), clock=clock)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: bool(store.market.quotes) and bool(store.money.positions), "prices and positions")
        await rest(pilot, 6)
        save(app, "watch")
        await pilot.press("f3")
        await until(pilot, lambda: store.market.ladder is not None and bool(store.market.ladder.rungs), "the ladder")
        await rest(pilot, 3)
        save(app, "ladder")
        await pilot.press("n")
        await rest(pilot, 1)
        save(app, "ticket")
        await pilot.press("escape")
        for key, name in (("f4", "orders"), ("f5", "portfolio"), ("f6", "inbox")):
            await pilot.press(key)
            await rest(pilot, 2)
            save(app, name)


def main() -> None:
    """Start a gateway, draw, stop it."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as state, start(["--port=0", "--seed=7", "--speed=2"]) as gateway:
        asyncio.run(draw(gateway, Path(state)))


if __name__ == "__main__":
    main()
