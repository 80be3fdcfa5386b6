"""What the ladder's marks mean, in the help and on the key card."""

from __future__ import annotations

from rich.style import Style

from ibtui.ui.actions import Context
from ibtui.ui.help import help_text
from ibtui.ui.keycard import key_card
from ibtui.ui.ladder.legend import LEGEND
from ibtui.ui.widgets.columns import cursor_mark
from ibtui.ui.widgets.ladder_cells import BAR, COMING, GOING, LAST_MARK, LETTERS, LOOK_MARKS

SMALL_SHEET = 73
"""Cells of a line of the help on a terminal of 80."""


def test_every_mark_that_the_ladder_draws_is_explained() -> None:
    told = {mark for marks, _ in LEGEND for mark in marks.split()}
    drawn = {BAR, COMING, GOING, LAST_MARK, *LETTERS.values(), *LOOK_MARKS.values(), cursor_mark(Style())}
    assert drawn <= told


def test_the_help_of_the_ladder_explains_them_below_its_keys_and_no_other_help_does() -> None:
    lines = help_text(Context.LADDER, {}).plain.split("\n")
    begin = lines.index("Marks on the ladder")
    assert lines.index(Context.LADDER.value) < begin < lines.index(Context.APP.value)
    for line, (mark, words) in zip(lines[begin + 1 :], LEGEND, strict=False):
        assert line.split(mark, 1)[1].strip() == words
        assert len(line) <= SMALL_SHEET
    assert "Marks on the ladder" not in help_text(Context.WATCH, {}).plain


def test_the_key_card_explains_them() -> None:
    card = key_card()
    for mark, words in LEGEND:
        assert f"| `{mark}` | {words} |" in card
