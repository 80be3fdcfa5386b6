"""Which columns of the ladder fit, and how wide they are."""

from __future__ import annotations

import pytest

from ibtui.ui.ladder.columns import (
    DEFAULT_COLUMNS,
    PANEL_COLUMNS,
    SHAPES,
    SMALL,
    Column,
    columns_for,
    columns_named,
    title_of,
    words_of,
)

C = Column
SIDES = (C.BIDS, C.PRICE, C.ASKS)
OWN = (C.OWN_BIDS, *SIDES, C.OWN_ASKS)


def shown(width: int, wanted: tuple[Column, ...] = DEFAULT_COLUMNS) -> tuple[Column, ...]:
    return tuple(column for column, _ in columns_for(width, wanted))


def test_no_width_is_ever_exceeded() -> None:
    for width in range(2, 260):
        assert sum(cells + 1 for _, cells in columns_for(width, price_cells=8)) <= width


@pytest.mark.parametrize("price_cells", [4, 6, 9, 12])
def test_a_column_that_is_shown_holds_every_number_it_may_show(price_cells: int) -> None:
    for width in range(40, 260):
        laid = dict(columns_for(width, price_cells=price_cells))
        assert laid[C.PRICE] >= price_cells + 4
        assert all(cells >= SHAPES[column].least for column, cells in laid.items() if column is not C.PRICE)
        assert all(len(title_of(column)) <= cells for column, cells in laid.items())


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (20, (C.PRICE,)),
        (40, SIDES),
        (55, SIDES),
        (56, OWN),
        (60, OWN),
        (78, (*OWN, C.VOLUME, C.PNL)),
        (118, (*OWN, C.LAST, C.VOLUME, C.TRADES, C.PNL, C.QUEUE, C.MARKS)),
        (198, DEFAULT_COLUMNS),
    ],
)
def test_columns_are_left_out_by_rank_where_there_is_no_room(width: int, columns: tuple[Column, ...]) -> None:
    assert shown(width) == columns


def test_more_room_never_shows_fewer_columns() -> None:
    counts = [len(shown(width)) for width in range(20, 260)]
    assert counts == sorted(counts)


def test_columns_stand_in_the_order_wanted() -> None:
    wanted = (C.PNL, C.OWN_ASKS, C.PRICE, C.OWN_BIDS, C.TRADES)
    assert shown(100, wanted) == wanted


def test_a_ladder_without_prices_would_be_none() -> None:
    assert shown(100, (C.VOLUME,)) == (C.PRICE, C.VOLUME)
    assert shown(100, (C.BIDS, C.ASKS)) == SIDES
    assert shown(40, (C.VOLUME,)) == (C.PRICE,)


def test_a_column_named_twice_is_shown_once() -> None:
    assert shown(100, (C.PRICE, C.PNL, C.PNL)) == (C.PRICE, C.PNL)


def test_both_sides_are_equally_wide() -> None:
    for width in range(40, 260):
        laid = dict(columns_for(width))
        assert laid[C.BIDS] == laid[C.ASKS]
        assert laid.get(C.OWN_BIDS) == laid.get(C.OWN_ASKS)


def test_what_room_is_left_goes_to_the_columns() -> None:
    for width in range(SMALL, 200):
        assert width - sum(cells + 1 for _, cells in columns_for(width)) <= 1


def test_the_small_panel_has_the_columns_it_always_had() -> None:
    assert columns_for(44, PANEL_COLUMNS, price_cells=6) == ((C.BIDS, 14), (C.PRICE, 12), (C.ASKS, 14))


def test_columns_are_chosen_by_name_and_every_name_is_explained() -> None:
    assert columns_named(["price", "pnl", "price"]) == (C.PRICE, C.PNL)
    assert columns_named([]) == DEFAULT_COLUMNS
    assert all(words_of(column) for column in Column)
    with pytest.raises(ValueError, match="colour"):
        columns_named(["colour"])
