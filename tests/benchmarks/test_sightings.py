"""Ticks and keys are found again in what a program wrote."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ibtui.sim.gateway.load import PRICES_EACH, price_of
from tests.benchmarks.figures import percentile
from tests.benchmarks.recorder import DOWN, UP, Recording
from tests.benchmarks.screen import Screen
from tests.benchmarks.sightings import Sightings, sightings, tick_of
from tests.benchmarks.stress import quarters

PLACES = {"AAPL": 0, "MSFT": 1, "KO": 2}


def row(symbol: str, tick: int | None, size: int = 100, mark: str = "") -> bytes:
    """A row of the table."""
    line = list(PLACES).index(symbol) + 2
    price = price_of(tick) if tick is not None else "950.00"
    return f"\x1b[{line};1H\x1b[0{mark}m{symbol:<8}{price:>9} {size:>5}".encode()


def seen(
    chunks: Sequence[tuple[float, bytes]], sent: Sequence[Sequence[float]], keys: Sequence[tuple[float, bytes]] = ()
) -> Sightings:
    screen = Screen(40, 6)
    for symbol in PLACES:
        screen.feed(row(symbol, None, mark=";7" if symbol == "AAPL" else ""))
    return sightings(screen, Recording(list(chunks), list(keys), 10.0, 20.0), PLACES, sent)


@pytest.mark.parametrize("tick", [0, 1, 7, 8, 12_345, PRICES_EACH - 1])
def test_a_price_names_its_tick(tick: int) -> None:
    assert tick_of(price_of(tick)) == tick


def test_a_tick_takes_until_its_value_or_a_newer_one_is_seen() -> None:
    found = seen([(10.0, b""), (10.5, row("AAPL", 1))], [[10.1, 10.4], [], []])
    assert sorted(round(each, 3) for each in found.ticks) == [0.1, 0.4]
    assert found.last_unseen == 0


def test_a_last_value_that_never_came_is_counted() -> None:
    found = seen([(10.0, b""), (10.5, row("AAPL", 0))], [[10.1, 10.2], [10.3], []])
    assert found.last_unseen == 2


def test_a_price_that_was_not_sent_yet_is_none() -> None:
    found = seen([(10.0, row("AAPL", 3))], [[10.1, 10.2, 10.3, 10.4], [], []])
    assert found.ticks == []


def test_cells_are_counted_as_often_as_they_change() -> None:
    chunks = [
        (10.0, row("KO", 0, 100)),
        (10.1, row("KO", 1, 100)),
        (10.2, row("KO", 2, 300)),
        (10.3, row("KO", 2, 300)),
    ]
    assert seen(chunks, [[], [], [9.0, 9.0, 9.0]]).cells == 4


def test_a_key_is_seen_when_the_cursor_is_in_its_row() -> None:
    down = row("AAPL", None) + row("MSFT", None, mark=";7")
    up = row("AAPL", None, mark=";7") + row("MSFT", None)
    found = seen([(10.02, down), (10.53, up)], [[], [], []], [(10.0, DOWN), (10.5, UP)])
    assert [round(each, 3) for each in found.keys] == [0.02, 0.03]
    assert found.keys_unseen == 0


def test_two_keys_painted_together_are_both_seen_then() -> None:
    both = row("AAPL", None) + row("KO", None, mark=";7")
    found = seen([(10.3, both)], [[], [], []], [(10.0, DOWN), (10.1, DOWN)])
    assert [round(each, 3) for each in found.keys] == [0.3, 0.2]


def test_a_key_that_moves_nothing_is_never_seen() -> None:
    found = seen([(10.1, row("KO", 1)), (13.0, row("KO", 2))], [[], [], []], [(10.0, DOWN)])
    assert (found.keys, found.keys_unseen) == ([], 1)


def test_output_after_a_pause_is_another_frame() -> None:
    found = seen([(10.0, b"a"), (10.001, b"b"), (10.05, b"c")], [[], [], []])
    assert found.frames == 2


@pytest.mark.parametrize(("percent", "value"), [(50, 50.0), (99, 99.0), (100, 100.0), (0.5, 1.0)])
def test_a_percentile_is_by_nearest_rank(percent: float, value: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], percent) == value


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 99) == 0.0


def test_quarters_are_of_the_time_not_of_the_samples() -> None:
    samples = [(0.0, 1.0), (0.5, 2.0), (1.0, 3.0), (9.0, 4.0), (100.0, 5.0)]
    assert quarters(samples) == ([1.0, 2.0, 3.0, 4.0], [5.0])


@pytest.mark.parametrize("price", ["72.41", "4181.20"])
def test_a_key_is_seen_also_in_a_row_whose_price_is_none_of_the_load(price: str) -> None:
    down = row("AAPL", None) + row("MSFT", None, mark=";7").replace(b"   950.00", f"{price:>9}".encode())
    found = seen([(10.02, down)], [[], [], []], [(10.0, DOWN)])
    assert [round(each, 3) for each in found.keys] == [0.02]
    assert found.keys_unseen == 0
