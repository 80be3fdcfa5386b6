"""Columns and cells."""

from __future__ import annotations

from ibtui.ui.widgets.columns import Align, Cell, Column, Extent, clipped, fit, lay, measured

SYMBOL = Column("symbol", "Symbol", 6)
PRICE = Column("price", "Price", 6, Align.POINT, priority=1)
NOTE = Column("note", "Note", 10, priority=2)


def test_the_column_of_least_weight_is_dropped_first() -> None:
    places = fit((SYMBOL, PRICE, NOTE), [Extent()] * 3, room=15, gap=1)
    assert [place.column for place in places] == [0, 1]


def test_a_column_of_priority_zero_is_never_dropped() -> None:
    assert [place.column for place in fit((SYMBOL, PRICE), [Extent()] * 2, room=2, gap=1)] == [0]


def test_spare_room_goes_to_the_flexible_column() -> None:
    flexible = Column("name", "Name", 5, flex=1)
    assert [place.width for place in fit((SYMBOL, flexible), [Extent()] * 2, room=40, gap=1)] == [6, 33]


def test_points_lie_below_one_another() -> None:
    rows = [(Cell("4980.25"),), (Cell("1.08765"),), (Cell("7"),)]
    (extent,) = measured((PRICE,), rows)
    laid = [lay(cells[0].text, extent.width, Align.POINT, extent.after) for cells in rows]
    assert laid == ["4980.25   ", "   1.08765", "   7      "]


def test_alignment_on_the_point_yields_before_a_column_is_dropped() -> None:
    columns = (Column("a", "A", 6, Align.POINT), NOTE)
    extents = measured(columns, [(Cell("4980.25"), Cell("x")), (Cell("1.08765"), Cell("x"))])
    places = fit(columns, extents, room=18, gap=1)
    assert [(place.column, place.width) for place in places] == [(0, 7), (1, 10)]
    assert lay("1.08765", 7, Align.POINT, places[0].after) == "1.08765"


def test_a_text_too_long_is_cut_visibly() -> None:
    assert lay("123456789", 6, Align.RIGHT) == "12345…"
    assert clipped("abc", 5) == "abc  "


def test_wide_characters_count_as_two_cells() -> None:
    assert lay("日本", 6, Align.RIGHT) == "  日本"


def test_columns_of_one_priority_come_and_go_together() -> None:
    sizes = (Column("bid_size", "Size", 5, priority=1), Column("ask_size", "Size", 5, priority=1))
    assert [place.column for place in fit((SYMBOL, *sizes), [Extent()] * 3, room=13, gap=1)] == [0]
    assert [place.column for place in fit((SYMBOL, *sizes), [Extent()] * 3, room=18, gap=1)] == [0, 1, 2]


def test_a_small_column_fills_the_room_a_large_one_cannot() -> None:
    columns = (SYMBOL, Column("wide", "Wide", 20, priority=1), Column("small", "Small", 5, priority=2))
    assert [place.column for place in fit(columns, [Extent()] * 3, room=14, gap=1)] == [0, 2]
