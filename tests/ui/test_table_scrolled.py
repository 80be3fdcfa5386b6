"""A list longer than its room is painted past Textual's compositor like a short one: its scrollbar is not its lines."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.app import ComposeResult
from textual.drivers.headless_driver import HeadlessDriver

from ibtui.ui.paint.app import PaintedApp
from ibtui.ui.themes import DEFAULTS
from ibtui.ui.widgets.columns import Cell, Column
from ibtui.ui.widgets.grid import Grid

pytestmark = pytest.mark.usefixtures("painted")

ROWS = 40


class Written(HeadlessDriver):
    """A terminal that takes everything."""

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        return


class Listed(PaintedApp):
    """A grid of more rows than lines."""

    def __init__(self, rows: int) -> None:
        super().__init__(driver_class=Written)
        self.rows = rows

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DEFAULTS

    def compose(self) -> ComposeResult:
        yield Grid((Column("name", "Name", 8), Column("sign", "", 2, flex=1)))

    def on_mount(self) -> None:
        self.query_one(Grid).set_rows((n, (Cell(f"r{n}"), Cell("−" * 12))) for n in range(self.rows))


@pytest.mark.parametrize("rows", [5, ROWS])
async def test_no_line_of_a_list_is_left_to_textual(rows: int) -> None:
    app = Listed(rows)
    async with app.run_test(size=(30, 12), headless=False) as pilot:
        await pilot.pause()
        grid = app.query_one(Grid)
        place = app.painter.place(grid)
        assert place is not None
        assert not place.covered


async def test_a_line_ends_where_the_scrollbar_begins() -> None:
    app = Listed(ROWS)
    async with app.run_test(size=(30, 12), headless=False) as pilot:
        await pilot.pause()
        grid = app.query_one(Grid)
        assert {grid.render_line(y).cell_length for y in range(12)} == {grid.scrollable_content_region.width}


async def test_painting_a_changed_row_cuts_no_line_at_the_scrollbar() -> None:
    app = Listed(ROWS)
    async with app.run_test(size=(30, 12), headless=False) as pilot:
        await pilot.pause()
        grid = app.query_one(Grid)
        before = Segment._split_cells.cache_info().misses
        for n in range(20):
            grid.update_row(0, (Cell(f"n{n}"), Cell("−" * 12)))
            await pilot.pause()
        assert Segment._split_cells.cache_info().misses == before
