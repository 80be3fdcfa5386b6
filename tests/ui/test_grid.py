"""The grid on screen."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from ibtui.ui.themes import DEFAULTS
from ibtui.ui.widgets.columns import Align, Cell, Column
from ibtui.ui.widgets.grid import Grid, Row
from tests.ui.spies import lines_drawn

pytestmark = pytest.mark.usefixtures("painted")

COLUMNS = (
    Column("symbol", "Symbol", 6),
    Column("last", "Last", 8, Align.POINT),
    Column("note", "Note", 12, priority=1),
)


def row(key: int, last: str, style: str = "") -> Row:
    return key, (Cell(f"S{key}"), Cell(last, style, Decimal(last)), Cell(""))


class GridApp(App[None]):
    """Forty rows, and everything the grid tells."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.grid = Grid(COLUMNS, empty="Nothing here")
        self.told: list[tuple[str, object]] = []
        self.painted: list[int] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DEFAULTS

    def compose(self) -> ComposeResult:
        yield self.grid

    def on_mount(self) -> None:
        self.grid.set_rows([row(key, f"{key}.25") for key in range(40)])
        self.grid.focus()

    @on(Grid.Highlighted)
    def _heard(self, message: Grid.Highlighted) -> None:
        self.told.append((type(message).__name__, message.key))


async def keys(pilot: Pilot[None], *presses: str) -> None:
    await pilot.press(*presses)
    await pilot.pause()


def text(grid: Grid) -> list[str]:
    return [grid.render_line(y).text for y in range(grid.size.height)]


async def test_arrows_pages_and_letters_move_the_cursor() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        for key, place in (
            ("down", 1),
            ("j", 2),
            ("up", 1),
            ("k", 0),
            ("pagedown", 9),
            ("end", 39),
            ("pageup", 30),
            ("g", 0),
        ):
            await keys(pilot, key)
            assert app.grid.cursor_key == place, key


async def test_the_cursor_row_is_always_in_sight() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        await keys(pilot, "end")
        assert "S39" in text(app.grid)[-1]
        await keys(pilot, "home")
        assert "S0" in text(app.grid)[1]


async def test_titles_stay_when_rows_scroll() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        await keys(pilot, "end")
        assert "Symbol" in text(app.grid)[0]


async def test_the_user_s_moves_are_told_and_ticks_are_not() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        app.grid.update_row(0, row(0, "9.75")[1])
        app.grid.move_to(3)
        app.grid.set_rows([row(key, "1.00") for key in range(3, 9)])
        await pilot.pause()
        assert app.told == []
        await keys(pilot, "down", "enter")
        assert app.told == [("Highlighted", 4), ("Selected", 4)]


async def test_a_changed_row_paints_its_own_line_only() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.pause()
        drawn = lines_drawn(app.grid)
        app.grid.update_row(4, row(4, "7.75")[1])
        await pilot.pause()
        assert drawn == {5}


async def test_rows_in_another_order_paint_the_lines_that_show_another_row_only() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        app.grid.draw_from(lambda key: row(int(key), f"{key}.25")[1])
        await pilot.pause()
        drawn = lines_drawn(app.grid)
        app.grid.set_keys([0, 1, 4, 2, 3, *range(5, 40)])
        await pilot.pause()
        assert drawn == {3, 4, 5}
        assert [line[1:3] for line in text(app.grid)[1:7]] == ["S0", "S1", "S4", "S2", "S3", "S5"]


async def test_rows_in_another_order_are_painted_also_after_styles_were_applied_again() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        app.grid.draw_from(lambda key: row(int(key), f"{key}.25")[1])
        await pilot.pause()
        app.stylesheet.apply(app.grid)  # as when its screen comes back; nothing is painted for it
        drawn = lines_drawn(app.grid)
        app.grid.set_keys([1, 0, *range(2, 40)])
        await pilot.pause()
        assert {1, 2} <= drawn


async def test_a_row_that_did_not_change_paints_nothing() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.pause()
        before = app.grid.render_line(3)
        app.grid.update_row(2, row(2, "2.25")[1])
        assert app.grid.render_line(3) is before


async def test_sorting_chooses_columns_and_shows_the_direction() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        await keys(pilot, ">", ">", "r")
        assert "Last▼" in text(app.grid)[0]
        assert app.grid.keys[0] == 39
        await keys(pilot, "<", "<")
        assert app.grid.keys[0] == 0


async def test_live_figures_do_not_make_sorted_rows_jump_before_resorting() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)):
        app.grid.sort_by("last")
        app.grid.update_row(0, row(0, "99.00")[1])
        assert app.grid.keys[0] == 0
        app.grid.resort()
        assert app.grid.keys[-1] == 0


async def test_a_price_that_needs_more_room_widens_its_column() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)):
        app.grid.update_row(0, row(0, "1234567.25")[1])
        assert "1234567.25" in text(app.grid)[1]
        assert text(app.grid)[2].index("1.25") == text(app.grid)[1].index("7.25")


async def test_a_narrow_grid_drops_the_columns_of_least_weight() -> None:
    app = GridApp()
    async with app.run_test(size=(18, 11)):
        assert app.grid.shown_columns == ("symbol", "last")


async def test_an_empty_grid_says_why() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        app.grid.set_rows([])
        await keys(pilot, "down", "enter")
        assert "Nothing here" in text(app.grid)[1]
        assert app.told == []


async def test_markup_in_a_cell_is_only_text() -> None:
    app = GridApp()
    async with app.run_test(size=(60, 11)):
        app.grid.set_rows([(1, (Cell("[b]"), Cell("1.00"), Cell("[/b] x")))])
        assert "[b]" in text(app.grid)[1]


async def test_a_click_moves_the_cursor() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.click(Grid, offset=(3, 5))
        assert app.told == [("Highlighted", 4)]


async def test_the_cursor_row_of_a_grid_without_focus_has_a_thinner_mark() -> None:
    app = GridApp()
    async with app.run_test(size=(40, 10)) as pilot:
        assert text(app.grid)[1].startswith("▌")
        app.set_focus(None)
        await pilot.pause()
        assert text(app.grid)[1].startswith("▏")
