"""The sparse compositor makes the very updates that Textual's own makes, from fewer lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from textual._compositor import ChopsUpdate, Compositor
from textual._context import active_app
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from ibtui.ui.app import DashboardApp
from ibtui.ui.paint import sparse, versions
from ibtui.ui.paint.sparse import SparseCompositor, paint_sparsely
from ibtui.ui.paint.terminal import Terminal
from tests.fakes.clock import ManualClock
from tests.ui.test_thin import SCENES, Emulator, Watched

pytestmark = pytest.mark.usefixtures("painted")

SPANS_AT_LEAST = 100
WHOLES_AT_LEAST = 10


class Checked(SparseCompositor):
    """Compares each update with the one that Textual makes of the same changes."""

    spans = 0
    wholes = 0

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        stock = Compositor._render_chops(self, crop, is_rendered_line)
        ours = super()._render_chops(crop, is_rendered_line)
        for y in filter(is_rendered_line, crop.line_range):
            found, expected = (Strip.join(chops[y].values()).crop(crop.x, crop.right) for chops in (ours, stock))
            assert found == expected
        type(self).wholes += 1
        return stock

    def render_partial_update(self) -> ChopsUpdate | None:
        changed = set(self._dirty_regions)
        stock = Compositor.render_partial_update(self)
        self._dirty_regions = changed
        update = super().render_partial_update()
        assert (stock is None) == (update is None)
        if stock is not None and update is not None:
            console = active_app.get().console
            spans = [span for span in stock.spans if 0 <= span[0] < self.size.height]
            expected = ChopsUpdate(stock.chops, spans, stock.chop_ends)
            assert Terminal().partial(update, console) == Terminal().partial(expected, console)
            type(self).spans += len(spans)
        return update


async def test_every_update_of_a_busy_dashboard_is_the_one_textual_would_make(
    app: DashboardApp, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparse, "SparseCompositor", Checked)
    monkeypatch.setattr(Checked, "spans", 0)
    monkeypatch.setattr(Checked, "wholes", 0)
    emulator = Emulator((120, 40))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for scene in SCENES:
            await scene(Watched(app, pilot, clock, emulator))
            await pilot.pause()
    assert Checked.spans > SPANS_AT_LEAST
    assert Checked.wholes > WHOLES_AT_LEAST


class Asked(Static):
    """Words that count how often they are asked for their lines."""

    asked = 0

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked += 1
        return super().render_lines(crop)


class Stacked(App[None]):
    """Two lines, and one that lies over the second of them."""

    CSS = "Screen { layers: below above; } #above { layer: above; offset: 0 1; width: 10; }"

    def compose(self) -> ComposeResult:
        yield Asked("first", id="first")
        yield Asked("second", id="second")
        yield Asked("above", id="above")

    def get_default_screen(self) -> Screen[None]:
        screen = super().get_default_screen()
        paint_sparsely(screen)
        return screen

    def asked(self) -> dict[str, int]:
        """How often each was asked since the last call."""
        found = {}
        for each in self.query(Asked):
            found[each.id or ""], each.asked = each.asked, 0
        return found


async def test_only_what_lies_under_changed_cells_and_is_not_covered_is_asked() -> None:
    app = Stacked()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        app.asked()
        app.query_one("#first").refresh()
        await pilot.pause()
        assert app.asked() == {"first": 1, "second": 0, "above": 0}
        app.query_one("#above").refresh()
        await pilot.pause()
        assert app.asked() == {"first": 0, "second": 0, "above": 1}
        app.query_one("#second").refresh()
        await pilot.pause()
        assert app.asked() == {"first": 0, "second": 1, "above": 1}


async def test_a_whole_picture_asks_nothing_of_what_lies_wholly_under_something_else() -> None:
    app = Stacked()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        app.asked()
        app.screen.refresh()
        await pilot.pause()
        assert app.asked() == {"first": 1, "second": 1, "above": 1}
        app.query_one("#above").styles.width = 40
        await pilot.pause()
        app.asked()
        app.screen.refresh()
        await pilot.pause()
        assert app.asked() == {"first": 1, "second": 0, "above": 1}


def test_with_an_unknown_version_textual_keeps_its_own_compositor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "CHECKED_VERSIONS", frozenset({"0.0.0"}))
    screen = Screen[None]()
    paint_sparsely(screen)
    assert type(screen._compositor) is Compositor
