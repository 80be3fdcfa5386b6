"""Order and cursor of a grid."""

from __future__ import annotations

from decimal import Decimal

from ibtui.ui.widgets.columns import Align, Cell, Column
from ibtui.ui.widgets.rows import Row, Rows

COLUMNS = (Column("symbol", "Symbol", 6), Column("last", "Last", 6, Align.POINT))


def row(key: int, symbol: str, last: str | None) -> Row:
    return key, (Cell(symbol), Cell(last or "–", "", None if last is None else Decimal(last)))


def filled() -> Rows:
    rows = Rows(COLUMNS)
    rows.replace([row(1, "MSFT", "412.10"), row(2, "AAPL", "99.5"), row(3, "VOD", None), row(4, "ES", "4980")])
    return rows


def test_rows_keep_the_order_given_until_sorted() -> None:
    assert filled().order == [1, 2, 3, 4]


def test_figures_are_sorted_by_value_with_blanks_last_either_way() -> None:
    rows = filled()
    rows.sort_column = "last"
    rows.arrange()
    assert rows.order == [2, 1, 4, 3]
    rows.reverse = True
    rows.arrange()
    assert rows.order == [4, 1, 2, 3]


def test_words_are_sorted_by_letters() -> None:
    rows = filled()
    rows.sort_column = "symbol"
    rows.arrange()
    assert rows.order == [2, 4, 1, 3]


def test_the_cursor_stays_on_its_key_when_rows_come_before_it() -> None:
    rows = filled()
    rows.cursor = 2
    rows.replace([row(9, "NEW", "1"), row(2, "AAPL", "99.5")])
    assert (rows.cursor, rows.index(2)) == (2, 1)


def test_the_cursor_stays_near_its_place_when_its_row_goes() -> None:
    rows = filled()
    rows.cursor = 4
    rows.replace([row(1, "MSFT", "1"), row(2, "AAPL", "2")])
    assert rows.cursor == 2


def test_a_grid_without_rows_has_no_cursor() -> None:
    rows = filled()
    rows.replace([])
    assert rows.cursor is None
    assert rows.at(0) is None
