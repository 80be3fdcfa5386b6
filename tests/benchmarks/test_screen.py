"""The quick screen shows what pyte shows."""

from __future__ import annotations

from random import Random

import pyte
import pytest

from tests.benchmarks.screen import PLAIN, Screen, ground_after

COLUMNS, ROWS = 40, 12
WORDS = ("AAPL", "271.67", "▲", "│", "▌ MSFT", " " * 7, "x" * 55)


def piece(random: Random) -> str:
    """One of the things programs write; what moves or erases starts from a place of its own.

    After a character in the last column pyte's cursor stands outside the screen, where no terminal's does. Insertion is
    left out: pyte keeps what it pushes over the edge and lets a deletion bring it back.
    """
    row, column, count = random.randint(1, ROWS), random.randint(1, COLUMNS), random.randint(1, 9)
    place = f"\x1b[{row};{column}H"
    return random.choice(
        [
            *(random.choice(WORDS) for _ in range(6)),
            *(place for _ in range(5)),
            *(f"{place}\x1b[{count}{name}" for name in "ABCDGdXPLM"),
            *(f"{place}\x1b[{how}{name}" for name in "JK" for how in (0, 1, 2)),
            *("\r", f"{place}\n", f"{place}\b", f"{place}\x1bM", "\x1b[H", "\x1b[m"),
            *("\x1b[0;32m", "\x1b[7m", "\x1b[27m", "\x1b[48;2;36;70;111m", "\x1b[38;5;4m", "\x1b[44m", "\x1b[49m"),
        ]
    )


@pytest.mark.parametrize("seed", range(20))
def test_any_output_in_any_pieces_gives_pytes_text_and_reverse_characters(seed: int) -> None:
    random = Random(seed)
    ours, theirs = Screen(COLUMNS, ROWS), pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(theirs)
    for _ in range(40):
        written = "".join(piece(random) for _ in range(10)).encode()
        stream.feed(written)
        cut = random.randrange(len(written))
        ours.feed(written[:cut])
        ours.feed(written[cut:])
        assert [ours.line(row) for row in range(ROWS)] == theirs.display
        for row in range(ROWS):
            written_to = [column for column, character in enumerate(theirs.display[row]) if character != " "]
            reverse = [theirs.buffer[row][column].reverse for column in written_to]
            assert [ours.ground(row, column)[0] for column in written_to] == reverse


def test_a_repeated_character_is_written_so_often() -> None:
    screen = Screen(COLUMNS, ROWS)
    screen.feed(b"=\x1b[5b|")
    assert screen.line(0).rstrip() == "======|"


def test_insertion_pushes_the_rest_of_the_line_over_the_edge_for_good() -> None:
    screen = Screen(6, 2)
    screen.feed(b"abcdef\x1b[1;3H\x1b[2@")
    assert screen.line(0) == "ab  cd"
    screen.feed(b"\x1b[2P")
    assert screen.line(0) == "abcd  "


def test_rows_written_to_are_named() -> None:
    screen = Screen(COLUMNS, ROWS)
    screen.touched.clear()
    screen.feed(b"\x1b[3;5H1\x1b[7;1H2")
    assert screen.touched == {2, 6}


def test_application_keys_are_noticed() -> None:
    screen = Screen(COLUMNS, ROWS)
    screen.feed(b"\x1b[?1h")
    assert screen.application_keys
    screen.feed(b"\x1b[?1l")
    assert not screen.application_keys


def test_a_colour_of_the_text_is_no_ground() -> None:
    assert ground_after(PLAIN, "38;2;7;7;7") == PLAIN
    assert ground_after(PLAIN, "1;48;5;4;7") == (True, "5;4")
