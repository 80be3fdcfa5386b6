"""What waits for a slow line: in the end the terminal shows what a full repaint would, and what matters goes first."""

from __future__ import annotations

from random import Random

import pyte
import pytest

from ibtui.ui.paint.backlog import PATIENCE_SECONDS, URGENT_SECONDS, Backlog
from ibtui.ui.paint.cells import Line
from ibtui.ui.paint.gaze import Gaze
from ibtui.ui.paint.pen import Pen
from tests.paint_replay.emulator import seen

INKS = ("", "39;49", "31;49", "1;32;49", "7;39;49", "38;2;1;2;3;48;2;9;9;9", "4;33;44", "38;2;7;8;9", "90;49", "2;100")
TEXTS = ("271.67", "  ", " " * 14, " " * 40, "▇▇▁", "日本", "─" * 9, "a", "e\u0301x", "BUY 100")
Cells = list[list[tuple[object, ...]]]


def line(text: str, ink: str = "") -> Line:
    made = Line()
    for char in text:
        made.chars.append(char)
        made.inks.append(ink)
    return made


def random_line(random: Random, width: int) -> Line:
    made = Line()
    while len(made.chars) < width:
        ink = random.choice(INKS)
        for char in random.choice(TEXTS):
            if char == "\u0301":
                made.chars[-1] += char
            elif char in "日本":
                made.chars += [char, ""]
                made.inks += [ink, ink]
            else:
                made.chars.append(char)
                made.inks.append(ink)
    if len(made.chars) > width:
        made.chars[width - 1] = "" if made.chars[width - 1] == "" else "#"
        del made.chars[width:], made.inks[width:]
        if made.chars[-1] in ("日", "本"):
            made.chars[-1] = "#"
    return made


class Emulator:
    def __init__(self, width: int, height: int) -> None:
        self.screen = pyte.Screen(width, height)
        self.screen.reset_mode(pyte.modes.DECAWM)
        self._stream = pyte.Stream(self.screen)

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    def cells(self) -> Cells:
        lines = range(self.screen.lines)
        return [[tuple(seen(self.screen.buffer[y][x])) for x in range(self.screen.columns)] for y in lines]


def repainted(lines: list[Line], width: int, height: int) -> Cells:
    emulator = Emulator(width, height)
    for y, each in enumerate(lines):
        pen = Pen()
        pen.run(y, 0, each, 0, width)
        emulator.feed(pen.finish())
    return emulator.cells()


@pytest.mark.parametrize("seed", range(30))
def test_after_draining_the_terminal_shows_what_a_full_repaint_would(seed: int) -> None:
    random = Random(seed)
    width, height = random.randint(20, 90), random.randint(3, 12)
    backlog, emulator, now = Backlog([]), Emulator(width, height), 0.0
    backlog.lay_all([random_line(random, width) for _ in range(height)], now)
    for _ in range(60):
        now += random.random() / 5
        what = random.random()
        pressed = now if random.random() < 0.3 else None
        backlog.gaze = Gaze(random.randrange(-1, height), frozenset(random.sample(range(height), 2)))
        if what < 0.6:
            y = random.randrange(height)
            x = random.choice([x for x, char in enumerate(backlog.wanted[y].chars) if char])
            backlog.lay(y, x, random_line(random, width - x), now, pressed=pressed)
        elif what < 0.65:
            backlog.lay_all([random_line(random, width) for _ in range(height)], now, pressed=pressed)
        elif what < 0.7:
            emulator.screen.reset()
            emulator.screen.reset_mode(pyte.modes.DECAWM)
            backlog.forget(now)
        else:
            emulator.feed(backlog.slice(random.randint(1, 400), now))
    emulator.feed(backlog.slice(1_000_000, now))
    assert backlog.is_empty
    assert [(each.chars, each.inks) for each in backlog.shown] == [(each.chars, each.inks) for each in backlog.wanted]
    assert emulator.cells() == repainted(backlog.wanted, width, height)


def shown_screen(*texts: str) -> Backlog:
    backlog = Backlog([])
    backlog.lay_all([line(text) for text in texts], 0.0)
    backlog.slice(100_000, 0.0)
    return backlog


def test_what_a_key_changed_goes_before_what_the_market_changed_earlier() -> None:
    backlog = shown_screen("one 1", "two 2", "three")
    backlog.lay(0, 4, line("7"), 1.0)
    backlog.lay(2, 0, line("T"), 1.1, pressed=1.1)
    assert "T" in backlog.slice(1, 1.1)
    assert "7" in backlog.slice(1, 1.1)


def test_what_the_newest_key_changed_goes_first_and_from_the_top() -> None:
    backlog = shown_screen("one 1", "two 2", "three")
    backlog.lay(1, 0, line("A"), 1.0, pressed=1.0)
    backlog.lay(2, 0, line("C"), 1.1, pressed=1.1)
    backlog.lay(0, 0, line("B"), 1.2, pressed=1.1)
    assert ["B" in backlog.slice(1, 1.2), "C" in backlog.slice(1, 1.2), "A" in backlog.slice(1, 1.2)] == [True] * 3


def test_lines_a_key_changed_much_go_before_prices_that_moved_meanwhile() -> None:
    backlog = shown_screen("1.00" + "a" * 40, "b" * 40)
    backlog.lay_all([line("1.01" + "a" * 40), line("+ BUY ticket " + "-" * 27)], 1.0, pressed=1.0)
    assert "BUY" in backlog.slice(1, 1.0)
    assert "1" in backlog.slice(1, 1.0)


def test_the_field_and_the_dialog_looked_at_go_before_the_rest_of_what_a_key_changed() -> None:
    backlog = shown_screen(*("." * 40 for _ in range(4)))
    backlog.gaze = Gaze(3, frozenset({2, 3}))
    for y, text in enumerate(("A" * 30, "B" * 30, "C", "D")):
        backlog.lay(y, 0, line(text), 1.0, pressed=1.0)
    assert "".join(backlog.slice(1, 1.0)[-1] for _ in range(4)) == "DCAB"


def test_prices_that_waited_a_while_do_not_delay_a_dialog_and_such_that_waited_long_share_the_line() -> None:
    backlog = shown_screen(*("abc " * 30 for _ in range(20)))
    backlog.gaze = Gaze(-1, frozenset(range(10)))
    for y in range(10, 20):
        backlog.lay(y, 0, line("M"), 1.0)
    pressed = 1.0 + PATIENCE_SECONDS
    for y in range(10):
        backlog.lay(y, 0, line("K" * 120), pressed, pressed=pressed)
    assert not any("M" in backlog.slice(1, 1.0 + URGENT_SECONDS - 0.01) for _ in range(8))
    assert "M" in backlog.slice(1, 1.0 + URGENT_SECONDS + 0.01)


def test_a_line_that_waits_long_takes_turns_with_what_keys_change() -> None:
    backlog = shown_screen(*("abc " * 5 for _ in range(10)))
    backlog.lay(9, 0, line("M"), 1.0)
    for y in range(9):
        backlog.lay(y, 0, line("K"), 1.1, pressed=1.1)
    later = 1.0 + PATIENCE_SECONDS + 0.1
    assert sum("M" in backlog.slice(1, later) for _ in range(2)) == 1


def test_what_waits_long_gets_half_the_bytes_while_a_screen_is_written() -> None:
    backlog = shown_screen(*("abc " * 30 for _ in range(20)))
    for y in range(10, 20):
        backlog.lay(y, 0, line("M"), 1.0)
    for y in range(10):
        backlog.lay(y, 0, line("K" * 120), 1.1, pressed=1.1)
    later, slices = 1.0 + PATIENCE_SECONDS + 0.1, []
    while not backlog.is_empty:
        slices.append(backlog.slice(1, later))
    half = "".join(slices[: len(slices) // 2 + 1])
    assert half.count("M") == 10


def test_a_screen_of_which_most_is_wrong_is_erased_first() -> None:
    backlog = shown_screen("ladder 271.67", "ladder 271.66", "b buy  s sell")
    backlog.lay_all([line("watch    1.23"), line("watch    1.24"), line("b buy  s sell")], 1.0, pressed=1.0)
    assert backlog.slice(1, 1.0).startswith("\x1b[1H\x1b[J")
    assert "buy" in backlog.slice(1_000, 1.0)


def test_what_stands_right_above_a_screen_that_is_wrong_is_not_erased() -> None:
    backlog = shown_screen("DU1234567 PAPER", *("ladder 271.67" for _ in range(5)))
    backlog.lay_all([line("DU1234567 PAPER"), *(line("watch    1.23") for _ in range(5))], 1.0, pressed=1.0)
    text = backlog.slice(1_000, 1.0)
    assert text.startswith("\x1b[2H\x1b[J")
    assert "PAPER" not in text


def test_a_dialog_erases_nothing_of_the_screen_under_it() -> None:
    backlog = shown_screen(*("abc " * 10 for _ in range(9)))
    lines = ["+ BUY ticket   +" if 3 <= y < 6 else "abc " * 10 for y in range(9)]
    backlog.lay_all([line(text.ljust(40)) for text in lines], 1.0, pressed=1.0)
    assert "\x1b[J" not in backlog.slice(10_000, 1.0)


def test_blanks_between_words_of_one_colour_change_no_colour() -> None:
    backlog = shown_screen(" " * 14)
    part = line("-0.49", "31;49")
    for text, ink in (("  ", "1;39;49"), ("-0.74%", "31;49")):
        part.chars += text
        part.inks += [ink] * len(text)
    backlog.lay(0, 0, part, 1.0)
    assert backlog.slice(1_000, 1.0) == "\x1b[1H\x1b[31m-0.49  -0.74%\x1b[m"


def test_blanks_whose_codes_alone_change_cost_nothing() -> None:
    backlog = shown_screen(" " * 14)
    backlog.lay(0, 0, line(" " * 14, "1;31;49"), 1.0)
    assert backlog.slice(1_000, 1.0) == ""


def test_short_marks_stand_for_long_ones_once_they_are_wanted() -> None:
    backlog = shown_screen("−0.34% ▼")
    backlog.shorten(1.0)
    assert backlog.slice(1_000, 1.0) == "\x1b[1H-\x1b[8Gv"
    backlog.lay(0, 7, line("▲"), 1.1)
    assert "^" in backlog.slice(1_000, 1.1)


def test_the_newest_value_is_written_and_those_before_it_never() -> None:
    backlog = shown_screen("271.67")
    for cents in range(70, 99):
        backlog.lay(0, 4, line(str(cents)), 1.0)
    text = backlog.slice(1_000, 1.0)
    assert text.count("9") == 1
    assert "98"[1] in text
    assert len(text) < 20


def test_a_value_that_came_back_costs_nothing() -> None:
    backlog = shown_screen("271.67")
    backlog.lay(0, 4, line("99"), 1.0)
    backlog.lay(0, 4, line("67"), 1.1)
    assert backlog.slice(1_000, 1.1) == ""
    assert backlog.is_empty


def test_a_slice_is_hardly_larger_than_its_room() -> None:
    backlog = Backlog([])
    backlog.lay_all([line("words " * 33) for _ in range(20)], 0.0)
    while not backlog.is_empty:
        assert len(backlog.slice(100, 0.0)) <= 150


def test_long_blanks_are_erased_rather_than_written() -> None:
    backlog = shown_screen("x" * 100)
    backlog.lay(0, 0, line(" " * 100), 1.0)
    assert backlog.slice(1_000, 1.0) == "\x1b[1H\x1b[K"


def test_blanks_round_a_cell_that_is_blank_already_are_erased_by_one_code() -> None:
    backlog = shown_screen("x" * 10 + " " * 20 + "x" * 10 + "|")
    backlog.lay(0, 0, line(" " * 40), 1.0)
    assert backlog.slice(1_000, 1.0) == "\x1b[1H\x1b[40X"


def test_a_step_to_the_right_is_written_as_one_where_that_is_shorter() -> None:
    backlog = shown_screen("x" * 120)
    for x in (100, 108, 119):
        backlog.lay(0, x, line("y"), 1.0)
    assert backlog.slice(1_000, 1.0) == "\x1b[1;101Hy\x1b[7Cy\x1b[10Cy"


def test_behind_a_character_that_may_be_wider_on_the_terminal_the_column_is_named() -> None:
    backlog = shown_screen("x" * 120)
    for x in (100, 108):
        backlog.lay(0, x, line("→"), 1.0)
    assert backlog.slice(1_000, 1.0) == "\x1b[1;101H→\x1b[109G→"


def test_blanks_in_a_colour_of_their_own_are_written() -> None:
    backlog = shown_screen("x" * 30)
    backlog.lay(0, 0, line(" " * 30, "48;2;1;2;3"), 1.0)
    assert " " * 30 in backlog.slice(1_000, 1.0)


def test_a_screen_of_another_size_is_written_whole() -> None:
    backlog = shown_screen("abc", "def")
    backlog.lay_all([line("abcd"), line("defg")], 1.0)
    assert "abcd" in backlog.slice(1_000, 1.0)


def test_cells_nobody_spoke_of_are_left_alone() -> None:
    backlog = Backlog([])
    backlog.lay(1, 2, line("a"), 0.0)
    backlog.lay(1, 5, line("b"), 0.0)
    assert backlog.slice(1_000, 0.0) == "\x1b[2;3Ha\x1b[6Gb"
    assert [each.chars for each in backlog.known()] == [[], []]


def test_no_figure_is_written_in_two_parts() -> None:
    backlog = shown_screen("NLV 1,190,679.80   other day")
    backlog.lay(0, 4, line("2,190,679.81"), 1.0)
    backlog.lay(0, 25, line("DAY"), 1.0)
    assert backlog.slice(1, 1.0) == "\x1b[1;5H2\x1b[16G1"
    assert "DAY" in backlog.slice(1, 1.0)


@pytest.mark.parametrize("before", range(8, 32))
def test_no_figure_is_cut_where_a_long_run_is(before: int) -> None:
    backlog = Backlog([])
    backlog.lay_all([line("y" * before + " 2,291,779.81 " + "z" * 40)], 0.0)
    slices = []
    while not backlog.is_empty:
        slices.append(backlog.slice(1, 0.0))
    assert sum("2,291,779.81" in each for each in slices) == 1
    assert len(slices) > 1
