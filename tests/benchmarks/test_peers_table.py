"""The peers' table and the smallest writer, whose bytes are the bound: they must show all there is."""

from __future__ import annotations

from random import Random

import pytest

from ibtui.sim.gateway.load import price_of
from tests.benchmarks.peers.raw import Writer
from tests.benchmarks.peers.table import ARROW, COLUMNS, HEADER, LAST, STARTS, WIDTH, Table
from tests.benchmarks.screen import Screen

SYMBOLS = {265598: "AAPL", 272093: "MSFT", 8894: "KO"}


def test_an_unchanged_value_is_not_painted_again() -> None:
    table = Table(SYMBOLS)
    table.changed.clear()
    assert table.told(265598, [("31", "271.67")])
    table.changed.clear()
    assert not table.told(265598, [("31", "271.67"), ("999", "unknown")])


def test_a_rising_price_points_up() -> None:
    table = Table(SYMBOLS)
    table.told(272093, [("31", "100.00")])
    table.told(272093, [("31", "100.03")])
    assert (table.texts[1][LAST].strip(), table.texts[1][ARROW]) == ("100.03", "▲")


@pytest.mark.parametrize("truecolor", [False, True])
def test_the_smallest_writer_leaves_nothing_out(truecolor: bool) -> None:
    random, table = Random(1), Table(SYMBOLS)
    writer, screen = Writer(table, truecolor=truecolor), Screen(WIDTH + 5, 8)
    for number in range(200):
        for _ in range(random.randint(0, 3)):
            table.told(random.choice(list(SYMBOLS)), [("31", price_of(number)), ("88", str(random.randint(1, 999)))])
        if number % 7 == 0:
            table.move(random.choice((-1, 1)))
        screen.feed(writer.frame())
        for row, texts in enumerate(table.texts):
            line = screen.line(row + HEADER)
            assert [line[start : start + c.width] for start, c in zip(STARTS, COLUMNS, strict=True)] == texts
            is_marked = screen.ground(row + HEADER, 0) == screen.ground(table.cursor + HEADER, 0)
            assert is_marked == (row == table.cursor)
