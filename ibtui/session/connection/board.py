"""The four lights and the one sentence, put together from what link, stream and pacing say."""

from __future__ import annotations

from msgspec.structs import replace

from ibtui.domain.events import HealthChanged
from ibtui.domain.session import Health, Light, Trouble
from ibtui.session.connection.picture import Picture
from ibtui.store import Store

FRAME_AGE_STEP = 0.5
"""Seconds by which the newest frame must be newer before the lights are told again."""
BOXED = "Too many requests: the gateway boxes this address; ibtui is silent until the countdown is over."


class Board:
    """Keeps `store.health` true.

    A trouble of the link hides a penalty, a penalty hides a lost stream, a lost stream hides deaf topics.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lights = Health()
        self._picture = Picture(gateway=Light.WAIT, login=Light.OFF, brokerage=Light.OFF)
        self._next_attempt = 0.0
        self._stream_reason = ""
        self._stream_attempt = 0.0
        self._deaf = ""
        self._prices_deaf = False
        self._penalty_until = 0.0

    def show(self, picture: Picture, next_attempt: float) -> None:
        """How the link stands, and when something is tried next (0: it is being tried now)."""
        self._picture = picture
        self._next_attempt = next_attempt
        self._publish()

    def names(self, *, user: str = "", server: str = "") -> None:
        """Who is logged in, and where; blank keeps what is known."""
        self._lights = replace(self._lights, user=user or self._lights.user, server=server or self._lights.server)
        self._publish()

    def stream(self, light: Light, reason: str = "", next_attempt: float = 0.0) -> None:
        """State of the websocket; a `reason` is told until it is on again."""
        self._lights = replace(self._lights, stream=light)
        self._stream_reason = "" if light in (Light.ON, Light.OFF) else reason or self._stream_reason
        self._stream_attempt = next_attempt
        self._publish()

    def deaf(self, words: str, *, prices: bool) -> None:
        """Which topics are silent though the socket beats, and what is being done; blank when none is.

        While `prices` are among them the stream's light is not on.
        """
        self._deaf, self._prices_deaf = words, prices
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
        picture = self._picture
        lights = replace(self._lights, gateway=picture.gateway, login=picture.login, brokerage=picture.brokerage)
        if picture.trouble is not Trouble.NONE:
            return replace(
                lights,
                trouble=picture.trouble,
                detail=picture.detail,
                fingerprint=picture.fingerprint,
                next_attempt=self._next_attempt,
            )
        if self._penalty_until:
            return replace(lights, trouble=Trouble.PENALTY, detail=BOXED, next_attempt=self._penalty_until)
        if lights.brokerage is not Light.ON:
            return lights
        if self._stream_reason:
            detail = f"The stream is down, prices are old: {self._stream_reason}. ibtui reconnects by itself."
            return replace(lights, trouble=Trouble.STREAM_DOWN, detail=detail, next_attempt=self._stream_attempt)
        if self._deaf and lights.stream is not Light.OFF:
            light = Light.WAIT if self._prices_deaf else lights.stream
            return replace(lights, stream=light, trouble=Trouble.STREAM_SILENT, detail=self._deaf)
        return lights
