"""How fast a line is found to be, from simulated lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from random import Random

import pytest

from ibtui.ui.paint.line import (
    ASK_SECONDS,
    LATE_SECONDS,
    QUEUE_SECONDS,
    RECOVERY_SECONDS,
    SILENT_ASKS,
    STALE_SECONDS,
    LineMeter,
)
from ibtui.ui.paint.rate import THIN_RATE


class SimulatedLine:
    """A line of so many bytes a second and so long a way, with a meter at its near end."""

    def __init__(self, rate: float, latency: float = 0.0, *, answers: bool = True) -> None:
        self.rate, self.latency, self.answers = rate, latency, answers
        self.meter = LineMeter()
        self.now = 0.0
        self._free_at = 0.0
        self._answers: deque[tuple[float, int]] = deque()
        self._number = 0
        self.ask()

    def write(self, count: int) -> None:
        self.meter.wrote(count, self.now)
        self._free_at = max(self._free_at, self.now) + count / self.rate

    def ask(self) -> None:
        self.write(11)
        self._number += 1
        self.meter.asked(self._number, self.now)
        if self.answers:
            self._answers.append((self._free_at + 2 * self.latency, self._number))

    def pass_time(self, seconds: float, step: float = 0.005) -> Iterator[float]:
        until = self.now + seconds
        while self.now < until:
            self.now += step
            while self._answers and self._answers[0][0] <= self.now:
                at, number = self._answers.popleft()
                assert self.meter.answered(number, at)
            yield self.now

    def wait(self, seconds: float) -> None:
        for _ in self.pass_time(seconds):
            pass

    def stop(self, seconds: float) -> None:
        """Carry nothing for so long."""
        self._free_at = max(self._free_at, self.now) + seconds

    @property
    def queued(self) -> float:
        """Seconds until a byte written now is through the narrow place."""
        return max(0.0, self._free_at - self.now)


def frames(line: SimulatedLine, size: int, seconds: float, per_second: float = 20.0) -> Iterator[bool]:
    """Write frames as a line that keeps up gets them; yields the verdict after each."""
    due = line.now
    for now in line.pass_time(seconds):
        if now >= due:
            due += 1 / per_second
            line.write(size)
            if line.meter.wants_request(now):
                line.ask()
            yield line.meter.judge(now)


def saturate(line: SimulatedLine, seconds: float, piece: int = 200) -> float:
    """Write all the meter lets through, as from a full backlog; gives the longest queue met in the second half."""
    began, worst = line.now, 0.0
    for now in line.pass_time(seconds):
        line.meter.judge(now)
        if line.meter.needs_request(now):
            line.ask()
        while line.meter.room(now) >= piece:
            line.write(piece)
            line.ask()
        if now > began + seconds / 2:
            worst = max(worst, line.queued)
    return worst


def test_a_line_that_cannot_take_twenty_frames_a_second_is_found_to_be_slow() -> None:
    line = SimulatedLine(8_000)
    verdicts = list(frames(line, 1_000, 1.0))
    assert verdicts[-1]


@pytest.mark.parametrize("latency", [0.0005, 0.02, 0.1, 0.3])
def test_a_long_way_is_no_slow_line(latency: float) -> None:
    line = SimulatedLine(1_250_000, latency)
    assert not any(frames(line, 2_000, 20.0))


def test_one_large_picture_on_a_quick_line_does_not_make_it_slow() -> None:
    line = SimulatedLine(1_250_000, 0.02)
    line.wait(1.0)
    line.write(60_000)
    line.ask()
    assert not any(frames(line, 500, 3.0))


@pytest.mark.parametrize("rate", [4_000, 8_000, 30_000, 100_000])
@pytest.mark.parametrize("latency", [0.0, 0.02, 0.15])
def test_a_full_backlog_neither_floods_the_line_nor_leaves_it_idle(rate: float, latency: float) -> None:
    line = SimulatedLine(rate, latency)
    list(frames(line, 20_000, 0.5))
    line.wait(25_000 * 10 / rate)
    before = line.meter.written
    worst = saturate(line, 8.0)
    assert (line.meter.written - before) / 8.0 > 0.8 * rate
    assert worst < max(QUEUE_SECONDS, 256 / rate) + 2 * 211 / rate + 0.03


def test_a_slow_line_is_measured_to_a_tenth() -> None:
    line = SimulatedLine(8_000, 0.02)
    list(frames(line, 1_000, 1.0))
    line.wait(4.0)
    saturate(line, 3.0)
    assert line.meter.rate == pytest.approx(8_000, rel=0.1)


def test_a_line_that_became_quick_is_taken_for_one_after_a_while() -> None:
    line = SimulatedLine(8_000)
    list(frames(line, 1_000, 1.0))
    saturate(line, 4.0)
    assert line.meter.judge(line.now)
    line.rate = 1_000_000
    changed = line.now
    saturate(line, RECOVERY_SECONDS + 2.0)
    assert not line.meter.judge(line.now)
    assert line.now - changed >= RECOVERY_SECONDS


def test_the_verdict_on_a_slow_line_does_not_flap_when_little_is_written() -> None:
    line = SimulatedLine(8_000)
    list(frames(line, 1_000, 1.0))
    saturate(line, 3.0)
    due = line.now
    for now in line.pass_time(30.0):
        if now >= due:
            due += 0.5
            line.write(150)
            line.ask()
        assert line.meter.judge(now)


def test_a_line_that_stands_still_gets_nothing_more() -> None:
    line = SimulatedLine(8_000)
    saturate(line, 3.0)
    line.stop(5.0)
    before = line.meter.written
    saturate(line, 4.0)
    assert line.meter.written - before < 2_000
    line.wait(1.5)
    before = line.meter.written
    saturate(line, 2.0)
    assert line.meter.written - before > 0.8 * 2 * 8_000


def test_a_line_whose_way_became_longer_is_measured_anew_and_recovers() -> None:
    line = SimulatedLine(1_000_000, 0.01)
    list(frames(line, 1_000, 2.0))
    line.latency = 0.2
    assert any(frames(line, 1_000, 3.0))
    saturate(line, STALE_SECONDS + RECOVERY_SECONDS + 3.0)
    assert not line.meter.judge(line.now)
    assert line.meter.least == pytest.approx(0.4, abs=0.02)


class UnevenLine(SimulatedLine):
    """Every other answer that nothing else delays comes late, for the processor's sake."""

    lone = 0

    def ask(self) -> None:
        is_lone = not self.queued
        super().ask()
        if is_lone:
            self.lone += 1
            at, number = self._answers.pop()
            self._answers.append((at if self.lone % 2 else at + 0.02, number))


def test_an_answer_that_came_late_once_makes_the_way_no_longer_and_the_line_no_quicker() -> None:
    line, highest = UnevenLine(8_000), 0.0
    line.wait(0.3)
    line.meter.suspect(line.now)
    while line.now < 40.0:
        saturate(line, 0.1)
        highest = max(highest, line.meter.rate)
    assert line.lone > 6
    assert highest < 9_000


def test_nothing_is_asked_while_nothing_is_written() -> None:
    line = SimulatedLine(1_000_000)
    line.wait(0.5)
    assert not any(line.meter.wants_request(now) for now in line.pass_time(10.0))


def test_a_quick_line_is_asked_about_once_a_second() -> None:
    line = SimulatedLine(1_000_000)
    asked = line.meter._asks
    list(frames(line, 100, 10.0))
    assert 8 <= line.meter._asks - asked <= 10 / ASK_SECONDS + 1


def test_a_terminal_that_never_answers_is_asked_a_few_times_only() -> None:
    line = SimulatedLine(8_000, answers=False)
    list(frames(line, 50, 120.0, per_second=5))
    assert line.meter.is_silent
    assert line.meter._asks == SILENT_ASKS


def test_a_terminal_that_never_answers_gets_what_a_thin_line_takes() -> None:
    line = SimulatedLine(8_000, answers=False)
    before = line.meter.written
    for now in line.pass_time(5.0):
        while line.meter.room(now) >= 100:
            line.write(100)
    assert line.meter.written - before == pytest.approx(5 * THIN_RATE, rel=0.05)
    assert line.queued < LATE_SECONDS


def test_a_write_that_blocks_makes_a_line_slow_and_tells_its_rate() -> None:
    meter = LineMeter()
    meter.asked(1, 0.0)
    assert not meter.judge(1.0, blocked=0.05)
    assert meter.judge(1.0, blocked=0.2)
    meter.stalled(2_000, 0.5, 1.0)
    assert meter.rate == 4_000
    assert meter.room(1.0) < 0


def test_an_answer_to_a_later_request_shows_that_the_earlier_one_was_lost() -> None:
    meter = LineMeter()
    meter.wrote(100, 0.0)
    meter.asked(1, 0.0)
    meter.wrote(100, 1.0)
    meter.asked(2, 1.0)
    assert meter.answered(2, 1.1)
    assert not meter.answered(1, 1.2)
    assert meter.outstanding == 0
    assert meter.in_flight(1.2) == 0


def test_an_answer_nobody_asked_for_is_refused() -> None:
    meter = LineMeter()
    assert not meter.answered(3, 0.0)


def test_a_terminal_that_stopped_answering_is_written_to_as_one_that_never_did() -> None:
    line = SimulatedLine(8_000)
    saturate(line, 2.0)
    line.answers = False
    line._answers.clear()
    saturate(line, 5.0)
    before = line.meter.written
    saturate(line, 5.0)
    assert line.meter.written - before > 10_000


def test_a_line_that_is_only_suspected_is_cleared_by_its_first_quick_answers() -> None:
    line = SimulatedLine(1_000_000, 0.001)
    line.wait(0.3)
    line.meter.suspect(line.now)
    saturate(line, 0.2)
    assert not line.meter.judge(line.now)


def test_a_line_that_is_only_suspected_stays_so_when_it_is_slow_indeed() -> None:
    line = SimulatedLine(8_000)
    line.wait(0.3)
    line.meter.suspect(line.now)
    saturate(line, 10.0)
    assert line.meter.judge(line.now)


def test_a_line_without_answers_that_once_blocked_is_believed_to_be_quick_again_after_minutes_without() -> None:
    meter = LineMeter()
    assert meter.judge(0.0, blocked=1.0)
    meter.stalled(3_000, 0.5, 0.5)
    now = 1.0
    while meter.judge(now):
        meter.hope(now)
        now += 1.0
        assert now < 300
    assert now > 60


def test_a_line_without_answers_that_stood_still_for_a_while_is_not_taken_for_one_that_crawls() -> None:
    meter = LineMeter()
    meter.wrote(100_000, 0.0)
    assert meter.judge(4.0, blocked=4.0)
    meter.stalled(60, 4.0, 4.0)
    assert meter.rate == THIN_RATE
    assert meter.room(4.0) < 0
    assert meter.room(5.1) > 0
    now = 5.0
    while meter.judge(now):
        meter.hope(now)
        now += 1.0
        assert now < 300


@pytest.mark.parametrize("seed", range(5))
def test_a_quick_line_whose_answers_come_unevenly_is_no_slow_one_for_that(seed: int) -> None:
    random = Random(seed)
    line = SimulatedLine(1_000_000, 0.005)
    line.wait(0.3)
    line.meter.suspect(line.now)
    due = line.now
    for now in line.pass_time(6.0):
        if now >= due:
            due += 0.1
            line.latency = 0.005 + random.random() * 0.02
            line.write(150)
            line.ask()
        line.meter.judge(now)
    assert line.meter.rate > 16_000


def test_answers_read_together_do_not_make_a_slow_line_quick() -> None:
    meter, now, carried = LineMeter(), 0.0, 0.0
    meter.asked(0, 0.0)
    meter.answered(0, 0.002)
    meter.suspect(0.0)
    number, waiting = 0, deque[tuple[float, int]]()
    while now < 20.0:
        now += 0.005
        while meter.room(now) >= 160:
            number += 1
            carried = max(carried, now) + 171 / 8_000
            meter.wrote(171, now)
            meter.asked(number, now)
            waiting.append((carried, number))
        if round(now / 0.005) % 10 == 0:  # the program looks at its input every 50 ms only
            while waiting and waiting[0][0] <= now:
                meter.answered(waiting.popleft()[1], now)
        assert now < 2.0 or 3_000 < meter.rate < 14_000
        assert carried - now < 0.3
