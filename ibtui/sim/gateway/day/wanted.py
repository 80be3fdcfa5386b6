"""Parameters of an event as a lever or a scenario gives them, read with their defaults and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway


class Span:
    """How long an event lasts: real seconds, simulated seconds, a number of requests, or until it is ended."""

    def __init__(self, gateway: Gateway, seconds: float | None, sim_seconds: float | None, times: int | None) -> None:
        self._gateway = gateway
        self._seconds = seconds
        self._sim_seconds = sim_seconds
        self.times_left = times
        """Requests it still strikes, None for any number."""
        self._until_clock_ms: float | None = None
        self._until_ms: float | None = None

    def start(self) -> None:
        """Count from now."""
        if self._seconds is not None:
            self._until_clock_ms = self._gateway.clock.ms() + self._seconds * 1000
        if self._sim_seconds is not None:
            self._until_ms = self._gateway.now_ms + self._sim_seconds * 1000

    def use(self) -> None:
        """Count a request that was struck."""
        if self.times_left is not None:
            self.times_left -= 1

    @property
    def over(self) -> bool:
        """Whether its time has passed or its requests are used up."""
        if self.times_left is not None and self.times_left <= 0:
            return True
        if self._until_clock_ms is not None and self._gateway.clock.ms() >= self._until_clock_ms:
            return True
        return self._until_ms is not None and self._gateway.now_ms >= self._until_ms


class Wanted:
    """The parameters of one event; what is read is checked, what nobody reads is an error."""

    def __init__(self, parameters: Mapping[str, object]) -> None:
        self._left = dict(parameters)

    def number(self, name: str, default: float, *, signed: bool = False) -> float:
        """Seconds, or another number."""
        found = self._left.pop(name, default)
        if isinstance(found, bool) or not isinstance(found, (int, float)) or (found < 0 and not signed):
            raise ValueError(f"{name} must be a number{'' if signed else ', 0 or more'}, not {found!r}")
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        found = self._left.pop(name, default)
        if not isinstance(found, bool):
            raise ValueError(f"{name} must be true or false, not {found!r}")
        return found

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of some words, the first by default."""
        found = self._left.pop(name, choices[0])
        if found not in choices:
            raise ValueError(f"{name} must be one of {', '.join(choices)}, not {found!r}")
        return str(found)

    def text(self, name: str) -> str:
        """Any words, none by default."""
        found = self._left.pop(name, "")
        if not isinstance(found, str):
            raise ValueError(f"{name} must be a text, not {found!r}")
        return found

    def texts(self, name: str, default: Sequence[str]) -> tuple[str, ...]:
        """A list of words."""
        found = self._left.pop(name, default)
        if not isinstance(found, (list, tuple)) or not found or not all(isinstance(each, str) for each in found):
            raise ValueError(f"{name} must be a list of texts, not {found!r}")
        return tuple(found)

    def span(self, gateway: Gateway, *, seconds: float | None = None, sim_seconds: float | None = None) -> Span:
        """`seconds` or `sim_seconds`; the defaults count where neither is given."""
        return self._span(gateway, seconds, sim_seconds, None)

    def strokes(self, gateway: Gateway, *, seconds: float | None = None, times: int | None = None) -> Span:
        """`times`, and `seconds` or `sim_seconds`, whichever is over first; the defaults count where none is given."""
        found = self._left.pop("times", None)
        if found is None:
            return self._span(gateway, seconds, None, times)
        if isinstance(found, bool) or not isinstance(found, int) or found < 1:
            raise ValueError(f"times must be a whole number, 1 or more, not {found!r}")
        return self._span(gateway, None, None, found)

    def end(self) -> None:
        """Nothing more is read: what is left has no meaning."""
        if self._left:
            raise ValueError(f"unknown parameters: {', '.join(sorted(self._left))}")

    def _span(self, gateway: Gateway, seconds: float | None, sim_seconds: float | None, times: int | None) -> Span:
        names = [name for name in ("seconds", "sim_seconds") if name in self._left]
        if len(names) > 1:
            raise ValueError("only one of seconds and sim_seconds can be given")
        if not names:
            return Span(gateway, seconds, sim_seconds, times)
        length = self.number(names[0], 0.0)
        real = names[0] == "seconds"
        return Span(gateway, length if real else None, None if real else length, times)
