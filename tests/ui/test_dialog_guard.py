"""Which keys may decide."""

from __future__ import annotations

import pytest
from textual import events

from ibtui.ui.dialogs.guard import GUARD_SECONDS, QUIET_SECONDS, KeyGuard
from tests.fakes.clock import ManualClock


def key(name: str = "y") -> events.Key:
    return events.Key(name, name if len(name) == 1 else None)


@pytest.fixture
def guard(clock: ManualClock) -> KeyGuard:
    return KeyGuard(clock.monotonic, {})


async def test_a_fresh_key_after_the_guard_time_is_heard(guard: KeyGuard, clock: ManualClock) -> None:
    guard.painted()
    await clock.advance(GUARD_SECONDS + 0.01)

    assert guard.hears(key())


async def test_nothing_is_heard_before_the_dialog_was_painted(guard: KeyGuard, clock: ManualClock) -> None:
    await clock.advance(60)

    assert not guard.hears(key())


async def test_a_key_within_the_guard_time_is_not_heard(guard: KeyGuard, clock: ManualClock) -> None:
    guard.painted()
    await clock.advance(GUARD_SECONDS - 0.01)

    assert not guard.hears(key())


async def test_a_key_typed_before_the_dialog_was_painted_is_not_heard_however_late_it_is_read(
    guard: KeyGuard, clock: ManualClock
) -> None:
    ahead = key()
    guard.painted()
    await clock.advance(60)

    assert not guard.hears(ahead)


async def test_a_key_held_down_is_never_heard(guard: KeyGuard, clock: ManualClock) -> None:
    guard.hears(key())
    guard.painted()

    for _ in range(200):
        await clock.advance(QUIET_SECONDS - 0.01)
        assert not guard.hears(key())


async def test_a_held_key_does_not_stop_another_key(guard: KeyGuard, clock: ManualClock) -> None:
    guard.painted()
    await clock.advance(GUARD_SECONDS + 0.01)
    guard.hears(key("y"))

    assert guard.hears(key("n"))


async def test_the_key_that_decided_one_dialog_must_be_let_go_before_it_decides_the_next(clock: ManualClock) -> None:
    pressed: dict[str, float] = {}
    first, second = KeyGuard(clock.monotonic, pressed), KeyGuard(clock.monotonic, pressed)
    first.painted()
    await clock.advance(GUARD_SECONDS + 0.01)
    assert first.hears(key())

    second.painted()
    await clock.advance(0.66)
    assert not second.hears(key()), "the first repeat of a held key comes after up to 660 ms"
    await clock.advance(QUIET_SECONDS)
    assert second.hears(key())


async def test_a_decision_is_taken_once(guard: KeyGuard, clock: ManualClock) -> None:
    guard.painted()
    await clock.advance(GUARD_SECONDS + 0.01)

    assert guard.decide()
    assert not guard.decide()
    assert not guard.hears(key("n"))


async def test_a_key_that_did_something_else_counts_as_pressed(guard: KeyGuard, clock: ManualClock) -> None:
    guard.painted()
    await clock.advance(GUARD_SECONDS + 0.01)
    guard.saw("enter")

    assert not guard.hears(key("enter"))


async def test_a_letter_of_a_word_typed_into_the_dialog_decides_nothing(guard: KeyGuard, clock: ManualClock) -> None:
    guard.painted()
    await clock.advance(5)
    guard.typed(key("u"))
    await clock.advance(GUARD_SECONDS - 0.01)

    assert not guard.hears(key("y"))


async def test_a_key_pressed_well_after_a_typed_letter_decides(guard: KeyGuard, clock: ManualClock) -> None:
    guard.painted()
    await clock.advance(5)
    guard.typed(key("w"))
    await clock.advance(GUARD_SECONDS + 0.01)

    assert guard.hears(key("y"))
