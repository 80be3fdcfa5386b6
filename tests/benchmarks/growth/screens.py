"""Each screen of the real program on a fake session: its frames, its keys, its opening and its seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Final

import textual.app
import textual.pilot
from msgspec.structs import replace
from textual.pilot import Pilot

from ibtui.domain.events import ExecutionReceived
from ibtui.domain.orders import OrderStatus
from ibtui.ui.app import DashboardApp
from ibtui.ui.widgets.grid import Grid
from tests.benchmarks.growth import world
from tests.benchmarks.growth.measuring import AsyncStep, Row, async_cost, collector_cost
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.idle import wait_for_idle

FIRST: Final = world.FIRST
TIMES: Final = 6
"""Operations of a round."""
WORKING: Final = 2_000_000

Feed = Callable[["Stage", int], None]


class Stage:
    """The dashboard on a store of one size."""

    def __init__(self, sizes: world.Sizes) -> None:
        self.sizes = sizes
        self.clock = ManualClock()
        self.session = FakeSession(now=self.clock.monotonic)
        world.fill(self.session.store, sizes, self.clock.monotonic())
        self.app = DashboardApp(self.session, clock=self.clock, frame_rate=0)
        self.added = sizes.executions
        self._filled = 0

    @property
    def now(self) -> float:
        """The session's time."""
        return self.clock.monotonic()

    def quotes(self, step: int, count: int = 5) -> None:
        """Some of the first rows move."""
        for number in range(count):
            self.session.store.apply(world.quote(FIRST + number, step, self.now))

    def held_quotes(self, step: int) -> None:
        """Some of the largest positions move."""
        keys = self.app.screen.query_one("#positions", Grid).keys[:5]
        for key in keys:
            self.session.store.apply(world.quote(int(key), step, self.now))

    def orders(self, _step: int) -> None:
        """Some working orders are filled a little more."""
        self._filled += 1
        first = WORKING + self.sizes.finished + self.sizes.working - 1
        for number in range(3):
            self.session.store.apply(world.order(first - number, OrderStatus.SUBMITTED, self._filled, self.now))

    def fills(self, step: int) -> None:
        """One execution more, and the commission of the one before."""
        self.added += 1
        store = self.session.store
        store.apply(world.execution(self.added, commission=False))
        before = world.execution(self.added - 1)
        store.apply(ExecutionReceived(replace(before.execution, commission=world.price_of(FIRST, step))))

    def ladder(self, step: int) -> None:
        """Every size of the ladder changes, and the price."""
        self.session.store.apply(world.rungs(step, self.now))
        self.quotes(step, 1)

    def notices(self, step: int) -> None:
        """One notice is told anew, another comes."""
        self.session.store.apply(world.notice(10_000 + step, self.now))

    def money(self, step: int) -> None:
        """The account's profit moves."""
        self.session.store.apply(world.pnl(step))


FEEDS: Final[dict[str, dict[str, Feed]]] = {
    "watch": {"5 rows change": Stage.quotes, "3 orders change": Stage.orders, "the profit changes": Stage.money},
    "ladder": {"all sizes change": Stage.ladder, "3 orders change": Stage.orders, "a fill comes": Stage.fills},
    "orders": {"3 orders change": Stage.orders, "a fill comes": Stage.fills},
    "portfolio": {"5 rows change": Stage.held_quotes, "a fill comes": Stage.fills, "the profit changes": Stage.money},
    "inbox": {"a notice comes": Stage.notices},
}
GRIDS: Final = {
    "watch": ("watchlist",),
    "ladder": (),
    "orders": ("working", "finished", "executions"),
    "portfolio": ("positions",),
    "inbox": ("letters",),
}


async def costs(sizes: world.Sizes, size: tuple[int, int], modes: Sequence[str]) -> dict[str, float]:
    """Milliseconds of every operation on every screen."""
    textual.pilot.wait_for_idle = textual.app.wait_for_idle = wait_for_idle  # type: ignore[attr-defined]  # as tests/ui
    stage = Stage(sizes)
    found: dict[str, float] = {}
    async with stage.app.run_test(size=size) as pilot:
        await pilot.pause()
        for mode in modes:
            await _screen(stage, pilot, mode, found)
        found["all screens: a pass of the garbage collector"] = collector_cost()
    return found


async def _screen(stage: Stage, pilot: Pilot[None], mode: str, found: dict[str, float]) -> None:
    app, other = stage.app, "inbox" if mode == "watch" else "watch"
    contract = stage.session.store.market.contracts[FIRST]

    async def opened(_step: int) -> None:
        app.open_mode(mode, contract if mode == "ladder" else None)
        await pilot.pause()

    async def left(_step: int) -> None:
        app.open_mode(other)
        await pilot.pause()

    await opened(0)
    await left(0)
    found[f"{mode}: opening"] = await async_cost(opened, 4, after=left)
    await opened(0)
    for words, feed in FEEDS[mode].items():

        async def framed(step: int, feed: Feed = feed) -> None:
            feed(stage, step)
            app.pump_frame()
            await pilot.pause()

        found[f"{mode}: frame, {words}"] = await async_cost(framed, TIMES)

    async def ticked(_step: int) -> None:
        await stage.clock.advance(1.0, turns=1)
        app.pump_frame()
        await pilot.pause()

    found[f"{mode}: the once-a-second tick"] = await async_cost(ticked, TIMES)
    for grid in GRIDS[mode]:
        await _keys(stage, pilot, mode, app.screen.query_one(f"#{grid}", Grid), found)
    if mode == "ladder":
        found["ladder: key, cursor down or up"] = await async_cost(_presses(pilot, "down", "up"), TIMES)


async def _keys(stage: Stage, pilot: Pilot[None], mode: str, grid: Grid, found: dict[str, float]) -> None:
    grid.focus()
    await pilot.press("home")
    await pilot.pause()
    name = f"{mode}, {grid.id}"
    found[f"{name}: key, cursor down or up"] = await async_cost(_presses(pilot, "down", "up"), TIMES)
    found[f"{name}: key, page down or up"] = await async_cost(_presses(pilot, "pagedown", "pageup"), TIMES)
    await pilot.press("home")
    found[f"{name}: key, to the end or home"] = await async_cost(_presses(pilot, "end", "home"), TIMES)
    await pilot.press(">", ">")
    found[f"{name}: key, sort by another column"] = await async_cost(_presses(pilot, ">", "<"), 4)

    async def ticked(step: int) -> None:
        stage.quotes(step)
        await stage.clock.advance(1.0, turns=1)
        stage.app.pump_frame()
        await pilot.pause()

    found[f"{name}: the tick while sorted"] = await async_cost(ticked, TIMES)
    await pilot.press("<", "<")


def _presses(pilot: Pilot[None], *keys: str) -> AsyncStep:
    async def press(step: int) -> None:
        await pilot.press(keys[step % len(keys)])
        await pilot.pause()

    return press


async def rows(size: tuple[int, int], modes: Sequence[str]) -> list[Row]:
    """Every operation in both cases."""
    small, large = await costs(world.SMALL, size, modes), await costs(world.LARGE, size, modes)
    return [Row(what, small[what], large[what], inf if "collector" in what else 2.0) for what in small]
