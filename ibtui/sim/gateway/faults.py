"""What may go wrong with one order request, by name, and which requests it strikes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from ibtui.sim.gateway.clock import Clock
from ibtui.sim.gateway.wire import Fields, Json

_ACCOUNT = "/iserver/account/{accountId}"
ORDER_REQUESTS = {
    ("POST", f"{_ACCOUNT}/orders"): "place",
    ("POST", f"{_ACCOUNT}/order/{{orderId}}"): "modify",
    ("POST", "/iserver/reply/{replyId}"): "reply",
    ("DELETE", f"{_ACCOUNT}/order/{{orderId}}"): "cancel",
}
"""Method and path of the requests a fault can strike, and what they are called."""
ANY = tuple(ORDER_REQUESTS.values())
BOX_MS = 15_000
"""Penalty box of `too-many`; the real one lasts 10 minutes ("Pacing Limitations")."""
SLOW_MS = 60_000


class Effect(Enum):
    """What the client sees."""

    CLOSE = auto()
    """The connection ends without a byte."""
    RESET = auto()
    """The same, by RST."""
    HALF_BODY = auto()
    """Headers with the whole length and half of the body, then the end of the connection."""
    PAGE = auto()
    """An HTML error page, such as a reverse proxy writes."""
    BOX = auto()
    """429 for this and for every other request until the box opens."""
    END_SESSION = auto()
    """401, and the brokerage session is gone."""
    FORGET_CHAIN = auto()
    """400: the id of the question is not known (wire-facts §5); asked again, it is 503."""
    ANSWER = auto()
    """The right answer, late."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault by name: what the client sees, and whether the request was carried out all the same."""

    name: str
    summary: str
    effect: Effect
    carried_out: bool = False
    on: tuple[str, ...] = ANY
    """Requests it strikes: of place, modify, reply and cancel."""
    times: int = 1
    """How many requests it strikes."""
    delay_ms: int = 0
    """Of the gateway's clock, from carrying out to what the client sees; for BOX the time in the box."""
    status: int = 0
    """Of PAGE."""


_PAGES = tuple(
    Fault(
        f"error-{status}{'-after' if carried_out else ''}",
        f"an order request is {'carried out and' if carried_out else 'not carried out but'} answered {status} in HTML",
        Effect.PAGE,
        carried_out=carried_out,
        status=status,
    )
    for carried_out in (False, True)
    for status in (500, 502, 503)
)

FAULTS = {
    fault.name: fault
    for fault in (
        Fault("lost-request", "an order request is lost: connection reset, not carried out", Effect.RESET),
        Fault("lost-answer", "an answer is lost: carried out, connection closed", Effect.CLOSE, carried_out=True),
        Fault("reset-mid-body", "an answer breaks off half way; carried out", Effect.HALF_BODY, carried_out=True),
        *_PAGES,
        Fault(
            "too-many",
            "an order is answered 429, and so is everything for 15 seconds",
            Effect.BOX,
            on=("place",),
            delay_ms=BOX_MS,
        ),
        Fault("session-lost", "a reply is 401 and the brokerage session is gone", Effect.END_SESSION, on=("reply",)),
        Fault("reply-expired", "a question's id is forgotten before its reply", Effect.FORGET_CHAIN, on=("reply",)),
        Fault(
            "slow-answer",
            "an order is taken at once and answered after 60 seconds",
            Effect.ANSWER,
            carried_out=True,
            on=("place",),
            delay_ms=SLOW_MS,
        ),
        Fault(
            "slow-reply",
            "a reply is taken at once and answered after 60 seconds",
            Effect.ANSWER,
            carried_out=True,
            on=("reply",),
            delay_ms=SLOW_MS,
        ),
    )
}


class Faults:
    """Faults that wait for their requests, those that struck, the penalty box and the answers that are late.

    At most one fault strikes a request: one armed by a test before the scenario's own.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scenario: list[Fault] = []
        self._armed: list[Fault] = []
        self._boxed_until = 0
        self._late: list[tuple[int, asyncio.Event]] = []
        self.struck: list[Fields] = []
        """`name`, `on`, `path` and `time` (Unix milliseconds, simulated) of each stroke, oldest first."""

    def follow(self, fault: Fault | None) -> None:
        """Take a new scenario's fault in place of the old one's; the box opens."""
        self._scenario = [fault] if fault is not None else []
        self._boxed_until = 0

    def arm(self, name: str, *, on: str = "", times: int = 1, delay_ms: int | None = None) -> Fault:
        """Let a fault strike the next `times` requests `on` place, reply, modify or cancel; ValueError if it cannot.

        Without `on` and `delay_ms` they are the scenario's of that name.
        """
        if name not in FAULTS:
            raise ValueError(f"unknown fault {name!r}; there are: {', '.join(FAULTS)}")
        fault = FAULTS[name]
        if on and on not in (fault.on if fault.effect is Effect.FORGET_CHAIN else ANY):
            raise ValueError(f"{name} cannot strike {on!r}")
        if times < 1 or (delay_ms is not None and delay_ms < 0):
            raise ValueError("times must be 1 or more, delay_ms 0 or more")
        fault = replace(
            fault,
            on=(on,) if on else fault.on,
            times=times,
            delay_ms=fault.delay_ms if delay_ms is None else delay_ms,
        )
        self._armed.append(fault)
        return fault

    def disarm(self) -> None:
        """Forget every fault that waits, the scenario's too, and open the box."""
        self.follow(None)
        self._armed.clear()

    @property
    def waiting(self) -> Sequence[Fault]:
        """Faults that will strike, in the order in which they are tried; `times` is what is left."""
        return (*self._armed, *self._scenario)

    def strike(self, method: str, route: str, path: str, now_ms: int) -> Fault | None:
        """The fault that strikes this request, if one does; `route` is the path with its `{names}`."""
        on = ORDER_REQUESTS.get((method, route))
        for faults in (self._armed, self._scenario):
            for place, fault in enumerate(faults):
                if on is not None and on in fault.on:
                    faults[place : place + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    self.struck.append({"name": fault.name, "on": on, "path": path, "time": now_ms})
                    return fault
        return None

    def box(self, ms: int) -> None:
        """Refuse everything for so long."""
        self._boxed_until = self._clock.ms() + ms

    @property
    def boxed(self) -> bool:
        """Whether every request is refused."""
        return self._clock.ms() < self._boxed_until

    async def wait(self, ms: int) -> None:
        """Wait until the gateway's clock has moved so far in steps; a manual clock moves when a test advances it."""
        if ms > 0:
            moved = asyncio.Event()
            self._late.append((self._clock.ms() + ms, moved))
            await moved.wait()

    def step(self, wall_ms: int) -> None:
        """Let late answers go whose time has come."""
        for due, moved in self._late:
            if due <= wall_ms:
                moved.set()
        self._late = [item for item in self._late if item[0] > wall_ms]

    def release(self) -> None:
        """Let every late answer go now: the server ends."""
        for _, moved in self._late:
            moved.set()
        self._late.clear()

    def report(self) -> Fields:
        """What struck and what still waits."""
        waiting: list[Json] = [
            {"name": fault.name, "on": list(fault.on), "times": fault.times, "delay_ms": fault.delay_ms}
            for fault in self.waiting
        ]
        return {"struck": list(self.struck), "armed": waiting}
