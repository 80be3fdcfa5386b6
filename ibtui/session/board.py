"""The four lights and the one sentence, put together from what link, stream and pacing say."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ibtui.domain.events import HealthChanged
from ibtui.domain.session import Health, Light, Trouble
from ibtui.store import Store

FRAME_AGE_STEP = 0.5
"""Seconds by which the newest frame must be newer before the lights are told again."""


@dataclass(frozen=True, slots=True)
class Setback:
    """Why the link is not up, and how long to wait before the next attempt."""

    trouble: Trouble
    detail: str
    wait: float = 3.0
    fingerprint: str = ""
    gateway: Light = Light.ON
    login: Light = Light.ON
    brokerage: Light = Light.BAD


class Board:
    """Keeps `store.health` true; a trouble of the link hides a penalty, a penalty hides a lost stream."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lights = Health()
        self._setback: Setback | None = None
        self._next_attempt = 0.0
        self._stream_reason = ""
        self._stream_attempt = 0.0
        self._penalty_until = 0.0

    def lights(
        self,
        *,
        gateway: Light | None = None,
        login: Light | None = None,
        brokerage: Light | None = None,
    ) -> None:
        """Turn some lights; the others stay."""
        old = self._lights
        self._lights = replace(
            old, gateway=gateway or old.gateway, login=login or old.login, brokerage=brokerage or old.brokerage
        )
        self._publish()

    def names(self, *, user: str = "", server: str = "") -> None:
        """Who is logged in, and where; blank keeps what is known."""
        self._lights = replace(self._lights, user=user or self._lights.user, server=server or self._lights.server)
        self._publish()

    def fell(self, setback: Setback, next_attempt: float) -> None:
        """The link met a trouble."""
        self._setback = setback
        self._next_attempt = next_attempt
        self.lights(gateway=setback.gateway, login=setback.login, brokerage=setback.brokerage)

    def reached(self) -> None:
        """Gateway and login are there: a trouble with these is over."""
        if self._setback is not None and self._setback.trouble not in (Trouble.NO_BROKERAGE, Trouble.COMPETING):
            self._setback = Setback(Trouble.NO_BROKERAGE, "Logged in; looking for the brokerage session.")
        self.lights(gateway=Light.ON, login=Light.ON)

    def starts(self) -> None:
        """The brokerage session is being started."""
        if self._setback is not None:
            self._setback = Setback(Trouble.NO_BROKERAGE, "Logged in; the brokerage session is being started.")
        self.lights(brokerage=Light.WAIT)

    def waits_until(self, next_attempt: float) -> None:
        """The trouble lasts; the next attempt is planned (0: it is being made now)."""
        self._next_attempt = next_attempt
        self._publish()

    def established(self) -> None:
        """Everything but the stream is up."""
        self._setback = None
        self._next_attempt = 0.0
        self.lights(gateway=Light.ON, login=Light.ON, brokerage=Light.ON)

    def stream(self, light: Light, reason: str = "", next_attempt: float = 0.0) -> None:
        """State of the websocket; a `reason` is told until it is on again."""
        self._lights = replace(self._lights, stream=light)
        self._stream_reason = "" if light in (Light.ON, Light.OFF) else reason or self._stream_reason
        self._stream_attempt = next_attempt
        self._publish()

    def measured(self, *, last_frame: float, penalty_until: float) -> None:
        """What changes by itself; to be called about once a second."""
        if last_frame - self._lights.last_frame >= FRAME_AGE_STEP:
            self._lights = replace(self._lights, last_frame=last_frame)
        self._penalty_until = penalty_until
        self._publish()

    def _publish(self) -> None:
        health = replace(self._with_trouble(), penalty_until=self._penalty_until)
        if health != self._store.health:
            self._store.apply(HealthChanged(health))

    def _with_trouble(self) -> Health:
        lights = self._lights
        setback = self._setback
        if setback is not None:
            return replace(
                lights,
                trouble=setback.trouble,
                detail=setback.detail,
                fingerprint=setback.fingerprint,
                next_attempt=self._next_attempt,
            )
        if self._penalty_until:
            detail = "Too many requests: the gateway boxes this address; ibtui is silent until the countdown is over."
            return replace(lights, trouble=Trouble.PENALTY, detail=detail, next_attempt=self._penalty_until)
        if self._stream_reason and lights.brokerage is Light.ON:
            detail = f"The stream is down, prices are old: {self._stream_reason}. ibtui reconnects by itself."
            return replace(lights, trouble=Trouble.STREAM_DOWN, detail=detail, next_attempt=self._stream_attempt)
        return lights
