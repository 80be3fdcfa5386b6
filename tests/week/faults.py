"""What strikes in a simulated week: the events of the gateway's day that need no network of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from random import Random

Parameters = Mapping[str, object]
NEW = ("work", "hang")
BURSTS = ("401", "410", "423", "500", "502", "503")
PATHS = ("/", "/iserver", "/iserver/account", "/portfolio", "/tickle", "/iserver/auth")


class Cure(Enum):
    """Who ends a fault, and from when the time to recover counts."""

    CLIENT = "from its beginning: the program must find it and mend it by itself"
    TIME = "from its end: until then nothing can be done"
    LOGIN = "from the login of a person"
    WORD = "from the end elsewhere, or the user's word to take over"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of event; `draw` gives its parameters."""

    event: str
    cure: Cure
    weight: int = 1
    draw: Callable[[Random], Parameters] = field(default=lambda rng: {})


def _lasting(least: int, most: int, **more: object) -> Callable[[Random], Parameters]:
    return lambda rng: {"seconds": rng.randint(least, most), **more}


def _burst(rng: Random) -> Parameters:
    return {"prefixes": [rng.choice(PATHS)], "seconds": rng.randint(2, 90)}


def _dead(*topics: str) -> Callable[[Random], Parameters]:
    return lambda rng: {"topics": list(topics), "cure": rng.choice(("resubscribe", "reconnect"))}


FAULTS = (
    Fault("login-expires", Cure.LOGIN),
    Fault("login-needed", Cure.LOGIN),
    Fault("competing", Cure.WORD, 2),
    Fault("brokerage-lost", Cure.CLIENT, 2),
    Fault("nightly-reset", Cure.TIME, 1, lambda rng: {"seconds": rng.randint(60, 900), "reopens": rng.random() < 0.5}),
    Fault("maintenance", Cure.TIME, 1, _lasting(60, 1800)),
    Fault("gateway-restart", Cure.TIME, 2, _lasting(1, 60)),
    Fault("gateway-restart", Cure.LOGIN, 1, _lasting(1, 60, login=True)),
    Fault("socket-cut", Cure.CLIENT, 3, lambda rng: {"abrupt": rng.random() < 0.7}),
    Fault("socket-silent", Cure.CLIENT, 2),
    Fault("dead-subscriptions", Cure.CLIENT, 1, _dead("all")),
    Fault("dead-subscriptions", Cure.CLIENT, 1, _dead("smd")),
    Fault("dead-subscriptions", Cure.CLIENT, 1, _dead("account")),
    Fault("unable-to-subscribe", Cure.CLIENT, 1, lambda rng: {"topics": ["sor"], "times": rng.randint(1, 5)}),
    Fault("no-session", Cure.TIME, 1, _lasting(2, 60)),
    *(Fault(f"burst-{status}", Cure.TIME, 1, _burst) for status in BURSTS),
    Fault("slow-answers", Cure.TIME, 2, lambda rng: {"delay_seconds": 30, "seconds": rng.randint(10, 120)}),
    Fault("half-open", Cure.TIME, 2, lambda rng: {"seconds": rng.randint(30, 120), "new": rng.choice(NEW)}),
    Fault("clock-skew", Cure.TIME, 1, lambda rng: {"skew_seconds": rng.choice((-3600, 3600)), "seconds": 600}),
)


def drawn(rng: Random) -> tuple[Fault, Parameters]:
    """A fault and its parameters."""
    fault = rng.choices(FAULTS, [each.weight for each in FAULTS])[0]
    return fault, fault.draw(rng)
