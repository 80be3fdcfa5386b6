"""The clock of a replay."""

from __future__ import annotations

import asyncio

from ibtui.playback import PlaybackClock


class Real:
    """Stands for the machine's monotonic clock."""

    def __init__(self) -> None:
        self.now = 500.0

    def __call__(self) -> float:
        return self.now


async def test_time_stands_until_it_is_started_and_in_a_pause() -> None:
    real = Real()
    clock = PlaybackClock(10.0, 100.0, [(0.0, 1_000.0)], speed=2.0, real=real)
    real.now += 5
    assert clock.monotonic() == 10.0
    clock.start()
    real.now += 5
    assert clock.monotonic() == 20.0
    assert clock.time() == 1_020.0
    clock.pause()
    real.now += 5
    assert clock.monotonic() == 20.0
    clock.pause()
    real.now += 1
    assert clock.monotonic() == 22.0


async def test_speed_changes_from_now_on_and_stays_within_its_steps() -> None:
    real = Real()
    clock = PlaybackClock(0.0, 1e6, [], real=real)
    clock.start()
    real.now += 10
    clock.change_speed(1)
    real.now += 10
    assert clock.monotonic() == 30.0
    clock.change_speed(-20)
    assert clock.speed == 0.25


async def test_time_never_jumps_over_a_sleeper() -> None:
    clock = PlaybackClock(0.0, 1e6, [], speed=10_000.0)
    seen: list[str] = []
    late: list[float] = []

    async def sleeper(name: str, seconds: float) -> None:
        for pause in (seconds, 500.0):
            due = clock.monotonic() + pause
            await clock.sleep(pause)
            late.append(clock.monotonic() - due)
            await asyncio.sleep(0)
            late.append(clock.monotonic() - due)
            seen.append(name)

    clock.start()
    work = [asyncio.ensure_future(sleeper("b", 2_000.0)), asyncio.ensure_future(sleeper("a", 1_000.0))]
    async with asyncio.timeout(5):
        await asyncio.gather(*work)
    assert seen == ["a", "a", "b", "b"]
    assert max(late) < 400  # a twenty-fifth of a real second: between asking the time and going to sleep


async def test_time_ends_with_the_tape() -> None:
    real = Real()
    clock = PlaybackClock(0.0, 30.0, [(0.0, 1_000.0)], real=real)
    clock.start()
    real.now += 31
    assert (clock.monotonic(), clock.has_ended) == (30.0, True)
    assert clock.label.endswith("ended")


async def test_the_wall_clock_was_set_then_and_is_again() -> None:
    real = Real()
    clock = PlaybackClock(0.0, 100.0, [(0.0, 1_000.0), (50.0, 9_000.0)], real=real)
    clock.start()
    real.now += 49
    assert clock.time() == 1_049.0
    real.now += 3
    assert clock.time() == 9_002.0
