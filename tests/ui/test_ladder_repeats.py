"""A key held down trades once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ibtui.ui.ladder.repeats import HELD_SECONDS, Repeats, held_words


def test_the_first_key_is_no_repeat() -> None:
    assert not Repeats().is_held("b", 0.0)


def test_a_key_that_follows_itself_within_a_second_is_held() -> None:
    repeats = Repeats()
    repeats.is_held("b", 100.0)

    assert repeats.is_held("b", 100.66)


def test_a_key_that_follows_itself_after_a_second_is_another() -> None:
    repeats = Repeats()
    repeats.is_held("b", 100.0)

    assert not repeats.is_held("b", 100.0 + HELD_SECONDS)


def test_another_key_between_makes_it_a_new_one() -> None:
    repeats = Repeats()
    repeats.is_held("b", 100.0)

    assert not repeats.is_held("down", 100.1)
    assert not repeats.is_held("b", 100.2)


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=200))
def test_a_key_held_for_however_long_trades_once(pauses: list[float]) -> None:
    repeats, struck = Repeats(), 100.0
    found = [repeats.is_held("b", struck)]
    for pause in pauses:
        struck += pause
        found.append(repeats.is_held("b", struck))

    assert found.count(False) == 1


def test_a_second_of_quiet_after_a_held_key_is_counted_from_its_last_repeat() -> None:
    repeats = Repeats()
    for struck in (100.0, 100.66, 100.7):
        repeats.is_held("b", struck)

    assert repeats.is_held("b", 101.5)
    assert not repeats.is_held("b", 102.5)


def test_a_stamp_from_the_past_does_not_free_a_held_key() -> None:
    repeats = Repeats()
    repeats.is_held("b", 100.0)

    assert repeats.is_held("b", 99.0)
    assert repeats.is_held("b", 100.9)


def test_the_words_name_the_key() -> None:
    assert held_words("b").startswith("b is held down: nothing was sent")
