"""A step of the walk: what it says and what follows from it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ibtui.commands.doctor.facts import Exchange


class State(StrEnum):
    """How a step ended."""

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"
    SKIPPED = "skipped"
    """It does not apply."""
    NOT_REACHED = "not reached"
    """A step before it failed."""


class Verdict(Struct, frozen=True):
    """What the facts of one step mean."""

    state: State
    meaning: str
    remedy: str = ""
    """What to do; blank when nothing is to be done."""
    blocks: bool = False
    """Trading would not work; every BAD step says so by itself."""

    @property
    def prevents_trading(self) -> bool:
        """Whether this alone keeps an order from being sent."""
        return self.blocks or self.state is State.BAD


class Step(Struct, frozen=True):
    """One step as it is shown."""

    name: str
    verdict: Verdict
    exchanges: tuple[Exchange, ...] = ()
    frames: tuple[str, ...] = ()
    """Of the websocket."""
    seconds: float = 0.0


def ok(meaning: str, remedy: str = "") -> Verdict:
    """All is well."""
    return Verdict(State.OK, meaning, remedy)


def warning(meaning: str, remedy: str = "", *, blocks: bool = False) -> Verdict:
    """It goes on, but something is to be known or done."""
    return Verdict(State.WARNING, meaning, remedy, blocks)


def bad(meaning: str, remedy: str) -> Verdict:
    """Trading would not work."""
    return Verdict(State.BAD, meaning, remedy)


def skipped(meaning: str) -> Verdict:
    """It does not apply."""
    return Verdict(State.SKIPPED, meaning)


def not_reached(step: str) -> Verdict:
    """The step named failed, and this one needs it."""
    return Verdict(State.NOT_REACHED, f"not reached: see {step}")


def trading_would_work(steps: tuple[Step, ...]) -> bool:
    """Whether nothing prevents it and everything was looked at."""
    return not any(step.verdict.prevents_trading or step.verdict.state is State.NOT_REACHED for step in steps)
