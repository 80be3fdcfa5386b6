"""What the ladder says of its keys, and for how long."""

from __future__ import annotations

from ibtui.ui.ladder.remarks import KEPT_SECONDS, QUIET_SECONDS, Remarks


class Clock:
    """The session's seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def remarks(clock: Clock | None = None, said: list[str] | None = None) -> Remarks:
    return Remarks(clock or Clock(), (said if said is not None else []).append)


def texts(told: Remarks) -> list[str]:
    return [remark.text for remark in told.newest]


def test_the_newest_stands_first_and_goes_after_its_time() -> None:
    clock = Clock()
    told = remarks(clock)
    told.tell("one")
    clock.now += 5
    told.tell("two")
    assert texts(told) == ["two", "one"]
    clock.now += KEPT_SECONDS - 5
    assert texts(told) == ["two"]


def test_no_older_word_on_arming_stays_beside_a_newer_one() -> None:
    told = remarks()
    for newer in ("DISARMED (stream lost)", "ARMED: trading keys send at once", "Disarmed: the screen was left"):
        told.tell("ARMED: trading keys send at once")
        told.tell("Sent: BUY 100 AAPL")
        told.tell(newer)
        assert texts(told) == [newer, "Sent: BUY 100 AAPL"]


def test_a_refusal_is_told_outside_once_in_a_while() -> None:
    clock, said = Clock(), list[str]()
    told = remarks(clock, said)
    told.refuse("no")
    told.refuse("no")
    clock.now += QUIET_SECONDS
    told.refuse("no")
    assert said == ["no", "no"]
    assert texts(told) == ["no"]
