"""The pure parts of `python -m tests.slow_line`: its line, its delays, and how it tells the age of a price."""

from __future__ import annotations

import pytest

from ibtui.sim.gateway.load import price_of
from tests.slow_line.ages import ages, quantile
from tests.slow_line.bucket import PIECE_SECONDS, Bucket, Delay
from tests.slow_line.hands import fresh_bytes

RATE = 8_000.0


def test_no_more_passes_than_the_line_carries() -> None:
    bucket, passed, now = Bucket(RATE, 0.0), 0, 0.0
    while now < 2.0:
        now += 0.002
        allowed = bucket.take(now)
        bucket.used(allowed)
        passed += allowed
    assert passed == pytest.approx(2 * RATE, rel=0.01)


def test_an_idle_line_saves_nothing_up() -> None:
    bucket = Bucket(RATE, 0.0)
    assert bucket.take(100.0) == RATE * PIECE_SECONDS


def test_a_line_that_stands_still_carries_nothing_and_catches_nothing_up() -> None:
    bucket = Bucket(RATE, 0.0)
    bucket.is_stopped = True
    assert bucket.take(5.0) == 0
    bucket.is_stopped = False
    assert bucket.take(5.001) == 8


def test_bytes_arrive_in_order_after_the_way() -> None:
    delay = Delay(0.1)
    delay.put(b"one ", 0.0)
    delay.put(b"two", 0.05)
    assert [delay.get(0.09), delay.get(0.12), delay.get(0.2)] == [b"", b"one ", b"two"]


@pytest.mark.parametrize("edge", ["│", "|"])
def test_a_price_is_as_old_as_the_next_one_that_was_sent(edge: str) -> None:
    rows = (
        f"{edge}▌AAPL        {price_of(0)} ▲   −0.92",
        f"{edge} MSFT        {price_of(2)} ▼   +0.23",
        "│ ES  4980.25",
    )
    sent = [[10.0, 10.5, 11.0], [10.0, 10.2, 10.9]]
    assert list(ages("\n".join(rows), 11.2, {"AAPL": 0, "MSFT": 1}, sent)) == [pytest.approx(0.7), 0.0]


def test_the_middle_and_the_worst_are_among_the_values() -> None:
    assert [quantile([3.0, 1.0, 2.0], share) for share in (0.5, 0.99, 1.0)] == [2.0, 3.0, 3.0]


def test_of_a_screen_at_least_the_characters_are_written_that_did_not_stand_there() -> None:
    assert fresh_bytes("AAPL 271.66\nold words", "AAPL 271.67  −0.92\n") == len("7") + len("−0.92".encode())
