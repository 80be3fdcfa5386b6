"""Frames of ladder rows put together: what replaces, what changes, what an old row may not survive."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.depth import Depth, RowTold, RungPatch, level_at, levels
from ibtui.domain.market import Rung

D = Decimal


def bid(price: str, size: int, *, is_last: bool = False) -> Rung:
    return Rung(D(price), bid_size=D(size), is_last=is_last)


def window(top: int, *sizes: int) -> dict[int, RowTold]:
    """Rows of whole prices from `top` down; size 0 is an empty tick."""
    return {row: Rung(D(top - row), bid_size=D(size) if size else None) for row, size in enumerate(sizes)}


def prices(depth: Depth) -> list[int]:
    return [int(rung.price) for rung in levels(depth.rows)]


def test_a_frame_as_long_as_the_ladder_and_without_gaps_replaces_it() -> None:
    depth = Depth().told(window(9, 0, 1, 2)).told(window(20, 5, 6, 7))
    assert prices(depth) == [20, 19, 18]


def test_a_row_is_changed_by_its_number() -> None:
    depth = Depth().told(window(9, 0, 1, 2)).told({1: bid("8", 50)})
    assert [rung.bid_size for rung in levels(depth.rows)] == [None, D(50), D(2)]


def test_a_shorter_whole_ladder_leaves_no_row_of_the_longer_one() -> None:
    depth = Depth().told(window(9, 1, 2, 3, 4, 5)).told(window(9, 1, 2, 9))
    assert prices(depth) == [9, 8, 7]


def test_a_whole_ladder_is_known_by_its_length_or_by_rows_that_did_not_change() -> None:
    assert prices(Depth().told(window(9, 1, 2, 3, 4)).told(window(9, 5, 6, 7))) == [9, 8, 7]
    assert prices(Depth().told(window(9, 1, 2, 3, 4, 5)).told(window(9, 1, 6))) == [9, 8]
    assert prices(Depth().told(window(9, 1, 2, 3, 4, 5)).told(window(9, 5, 6))) == [9, 8, 7, 6, 5]


def test_of_a_gateway_that_sends_parts_a_shorter_frame_from_the_first_row_is_a_part_unless_it_repeats_rows() -> None:
    depth = Depth().told(window(9, 1, 2, 3, 4, 5)).told({3: bid("6", 8)})
    assert prices(depth.told(window(9, 7, 8, 9))) == [9, 8, 7, 6, 5]
    assert prices(depth.told(window(9, 7, 2, 9))) == [9, 8, 7]
    assert prices(depth.told(window(9, 1, 9))) == [9, 8, 7, 6, 5]


def test_rows_without_numbers_are_always_the_whole_ladder() -> None:
    depth = Depth().told(window(9, 1, 2, 3, 4, 5)).told({3: bid("6", 8)})
    assert prices(depth.told(window(3, 1), is_whole=True)) == [3]


def test_a_row_that_holds_nothing_any_more_goes() -> None:
    assert prices(Depth().told(window(9, 1, 2, 3)).told({2: None})) == [9, 8]


def test_a_part_of_a_row_keeps_the_rest_of_it() -> None:
    depth = Depth().told({0: Rung(D(9), ask_size=D(1)), 1: Rung(D(8), bid_size=D(2), last_size=D(3))})
    depth = depth.told({1: RungPatch({"bid_size": D(7)}), 0: RungPatch({"ask_size": None})})
    assert levels(depth.rows) == (Rung(D(9)), Rung(D(8), bid_size=D(7), last_size=D(3)))


def test_a_part_of_a_row_nobody_knows_says_nothing() -> None:
    assert levels(Depth().told({4: RungPatch({"bid_size": D(7)})}).rows) == ()


def test_a_price_that_came_to_another_row_is_not_there_twice() -> None:
    known = Depth().told({0: bid("9", 1), 1: bid("7", 2), 2: bid("5", 3), 3: bid("4", 4)})
    assert levels(known.told({1: bid("5", 33), 2: bid("4", 44)}).rows) == (bid("9", 1), bid("5", 33), bid("4", 44))


def test_a_window_that_moved_in_part_keeps_no_price_on_the_wrong_side() -> None:
    known = Depth().told(window(9, 1, 2, 3, 4, 5))
    assert prices(known.told({3: bid("9", 1), 4: bid("8", 2)})) == [9, 8]


def test_only_the_newest_of_two_marks_of_the_last_price_counts() -> None:
    known = Depth().told({0: bid("9", 1), 1: bid("8", 2, is_last=True), 2: bid("7", 3)})
    rows = levels(known.told({2: bid("7", 3, is_last=True)}).rows)
    assert [rung.is_last for rung in rows] == [False, False, True]


def test_rows_of_one_price_are_added_up_and_the_highest_price_comes_first() -> None:
    rows = {0: bid("5", 1), 1: bid("5", 20, is_last=True), 2: Rung(D(6), ask_size=D(4)), 3: Rung(D(5), last_size=D(9))}
    assert levels(rows) == (Rung(D(6), ask_size=D(4)), Rung(D(5), D(21), None, True, D(9)))


def test_a_level_is_found_by_its_price() -> None:
    assert level_at([bid("5", 1)], D("5.00")) == bid("5", 1)
    assert level_at([bid("5", 1)], D("5.01")) is None
