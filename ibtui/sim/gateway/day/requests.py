"""Events of REST: bursts of errors, late answers, and a tickle that knows no session."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from ibtui.sim.gateway.answers import ACCESS_DENIED, TOO_MANY, Answer, TextAnswer
from ibtui.sim.gateway.day.event import DayEvent, Reply
from ibtui.sim.gateway.losses import proxy_page
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.day.wanted import Wanted
    from ibtui.sim.gateway.gateway import Gateway

BURST_S = 15.0
SLOW_S = 60.0
DELAY_S = 30.0
STATUSES = (401, 410, 423, 429, 500, 502, 503)


class _Striking(DayEvent):
    """Strikes requests below some paths, so many of them or for a time."""

    def __init__(self, gateway: Gateway, wanted: Wanted, *, seconds: float) -> None:
        super().__init__(gateway)
        self._span = wanted.strokes(gateway, seconds=seconds)
        self._struck = 0

    def begin(self) -> None:
        """Count from now."""
        self._span.start()

    @property
    def active(self) -> bool:
        """For its time or its number of requests."""
        return not self._span.over

    def strike(self) -> None:
        """Count a request that was struck."""
        self._struck += 1
        self._span.use()

    def details(self) -> Fields:
        """How many were struck."""
        return {"struck": self._struck, "times_left": self._span.times_left}


class Burst(_Striking):
    """Requests are answered with an error and not carried out."""

    def __init__(self, gateway: Gateway, wanted: Wanted, status: int) -> None:
        super().__init__(gateway, wanted, seconds=BURST_S)
        self._prefixes = _prefixes(wanted)
        self._answer = _error(status, html=wanted.flag("html", default=False))

    def refuses(self, method: str, path: str) -> Reply | None:
        """The error, for the paths it strikes; `/ws` is a websocket's handshake, and needs to be named."""
        struck = _below(path, self._prefixes) and (path != "/ws" or any(p.startswith("/ws") for p in self._prefixes))
        if not struck or not self.active:
            return None
        self.strike()
        return self._answer


class SlowAnswers(_Striking):
    """Requests are carried out at once and answered late."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway, wanted, seconds=SLOW_S)
        self._prefixes = _prefixes(wanted)
        self._delay_ms = int(wanted.number("delay_seconds", DELAY_S) * 1000)

    def delay_ms(self, path: str) -> int:
        """How late, for the paths it strikes."""
        if not _below(path, self._prefixes) or not self.active:
            return 0
        self.strike()
        return self._delay_ms


class NoSession(_Striking):
    """`tickle` answers 200 and that there is no session (wire-facts §1)."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway, wanted, seconds=BURST_S)

    def refuses(self, method: str, path: str) -> Reply | None:
        """The answer of a tickle."""
        if path != "/tickle" or not self.active:
            return None
        self.strike()
        return Answer({"error": "no session"})


def _prefixes(wanted: Wanted) -> tuple[str, ...]:
    prefixes = wanted.texts("prefixes", ("/",))
    if wrong := [prefix for prefix in prefixes if not prefix.startswith("/")]:
        raise ValueError(f"a prefix begins with / and has no /v1/api before it, unlike {wrong[0]!r}")
    return prefixes


def _below(path: str, prefixes: tuple[str, ...]) -> bool:
    return path.startswith(prefixes)


def _error(status: int, *, html: bool) -> Reply:
    if status == HTTPStatus.UNAUTHORIZED:
        return ACCESS_DENIED
    if html:
        return TextAnswer(proxy_page(status), status, "text/html")
    match status:
        case HTTPStatus.LOCKED:
            return Answer({"status": "waiting for reply"}, status)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return TOO_MANY
    return Answer({"error": HTTPStatus(status).phrase, "statusCode": status}, status)
