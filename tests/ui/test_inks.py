"""The shortest codes between two inks."""

from __future__ import annotations

from itertools import product

import pyte
import pytest

from ibtui.ui.paint.inks import RESET, can_erase, change, of_blank

INKS = (
    *("", "39;49", "31;49", "1;31;49", "1;2;39;49", "4;33;44", "7;39;49", "90;100", "97;107", "38;5;200;49"),
    *("38;2;1;2;3;48;2;4;5;6", "38;2;9;9;9;48;2;4;5;6", "1;38;2;1;2;3;48;2;4;5;6", "48;2;4;5;6", "9;3;38;2;0;0;31"),
)


def attributes(text: str) -> tuple[object, ...]:
    screen = pyte.Screen(3, 1)
    pyte.Stream(screen).feed(text + "x")
    return tuple(screen.buffer[0][0])


@pytest.mark.parametrize(("old", "new"), product(INKS, INKS))
def test_a_step_leads_to_the_same_colours_as_a_reset_and_all_codes(old: str, new: str) -> None:
    way = change("", old) + change(old, new)
    assert attributes(way) == attributes(f"\x1b[0;{new}m" if new else "\x1b[0m")


def test_a_step_is_never_longer_than_starting_anew() -> None:
    for old, new in product(INKS, INKS):
        assert len(change(old, new)) <= len(f"\x1b[;{new}m")


def test_another_foreground_alone_is_a_short_step() -> None:
    assert change("31;49", "32;49") == "\x1b[32m"
    assert change("31;49", "39;49") == RESET
    assert change("39;49", "") == ""


def test_of_a_blank_only_the_ground_and_what_is_drawn_at_it_is_seen() -> None:
    assert [of_blank(ink) for ink in ("1;31;49", "38;2;1;2;3;48;2;9;9;9", "31;44", "4;31;49", "7")] == [
        "", "48;2;9;9;9", "44", "4;31;49", "7",
    ]  # fmt: skip


def test_only_blanks_without_ground_and_lines_can_be_erased() -> None:
    assert [can_erase(ink) for ink in ("", "39;49", "1;31;49", "7;39;49", "4;31", "31;44", "48;2;1;2;3")] == [
        *(True, True, True),
        *(False, False, False, False),
    ]
