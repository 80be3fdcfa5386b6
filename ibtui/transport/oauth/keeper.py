"""Holds one token: fetches it, renews it well before its end, and never hammers at a closed door."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from msgspec import Struct

from ibtui.clock import Clock
from ibtui.errors import IbtuiError, NotLoggedIn
from ibtui.protocol.oauth.secret import Secret
from ibtui.transport.authority import Send

RENEW_BEFORE_SECONDS = 3_600.0
"""Before the end; a failed renewal has so much time to be repeated."""
LARGEST_MARGIN = 0.25
"""The same as a part of the token's life, for tokens that live shorter."""
YOUNG_SECONDS = 300.0
"""A token that is refused before this age was never good: the next ones are fetched in growing pauses."""
FIRST_PAUSE_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 600.0
DEAD = "the token is not good any more; another is being fetched"
NO_TOKEN = "no token yet; it is fetched with the connection"

log = logging.getLogger(__name__)


class Fresh(Struct, frozen=True):
    """A token just fetched."""

    token: Secret
    seconds: float
    """How long it is good for."""


Fetch = Callable[[Send], Awaitable[Fresh]]


class TokenKeeper:
    """One token's life; times are monotonic, its end is by the wall clock, which also counts a machine's sleep."""

    def __init__(self, clock: Clock, fetch: Fetch, name: str) -> None:
        self._clock = clock
        self._fetch = fetch
        self._name = name
        self._lock = asyncio.Lock()
        self._token: Secret | None = None
        self._made = 0.0
        self._renew_at = 0.0
        self._ends_at = 0.0
        self._is_dead = False
        self._strikes = 0
        self._not_before = 0.0
        self._refusal = NO_TOKEN

    @property
    def token(self) -> Secret:
        """The token in force. Raises NotLoggedIn when there is none that can be good."""
        if self._token is None or not self._is_usable():
            raise NotLoggedIn(NO_TOKEN if self._token is None else DEAD)
        return self._token

    @property
    def seconds_left(self) -> float:
        """Seconds until the token's end; 0 when it is over."""
        return max(0.0, self._ends_at - self._clock.time()) if self._is_usable() else 0.0

    async def prepare(self, send: Send) -> None:
        """Fetch a token when it is time to. Raises what the fetch raises, unless the old token still serves."""
        async with self._lock:
            if self._is_usable() and self._clock.time() < self._renew_at:
                return
            wait = self._not_before - self._clock.monotonic()
            if wait > 0:
                if not self._is_usable():
                    raise NotLoggedIn(f"{self._refusal}; asked again in {wait:.0f} s")
                return
            try:
                self._took(await self._fetch(send))
            except IbtuiError as error:
                self._failed(error)
                if not self._is_usable():
                    raise
                log.warning("the %s could not be renewed (%s); the old one still serves", self._name, error)

    def rejected(self, status: int, path: str, sent: float) -> None:
        """As `Authority.rejected`; a 401 below /iserver so soon means the brokerage session, not the token."""
        if self._token is None or self._is_dead or sent < self._made:
            return
        age = self._clock.monotonic() - self._made
        if age < YOUNG_SECONDS:
            if status == 401 and path.startswith("/iserver"):
                return
            text = f"IBKR refuses (HTTP {status}) the {self._name} it gave {age:.0f} s before"
            self._strike(f"{text}: is the same access token in use elsewhere, or the clock wrong?", free=1)
        else:
            self._strikes = 0
        self._is_dead = True
        log.info("the %s was answered HTTP %d after %.0f s", self._name, status, age)

    def _is_usable(self) -> bool:
        return self._token is not None and not self._is_dead and self._clock.time() < self._ends_at

    def _took(self, fresh: Fresh) -> None:
        if self._token is not None and not self._is_dead and self._clock.monotonic() - self._made >= YOUNG_SECONDS:
            self._strikes = 0  # the one before was good
        now = self._clock.time()
        self._token, self._is_dead = fresh.token, False
        self._made = self._clock.monotonic()
        self._ends_at = now + fresh.seconds
        self._renew_at = self._ends_at - min(RENEW_BEFORE_SECONDS, fresh.seconds * LARGEST_MARGIN)
        log.info("a %s was taken, good for %.1f h", self._name, fresh.seconds / 3600)

    def _failed(self, error: IbtuiError) -> None:
        if isinstance(error, NotLoggedIn):
            self._strike(error.detail, free=0)

    def _strike(self, refusal: str, *, free: int) -> None:
        """Hold back for longer each time, after the first `free` ones."""
        self._strikes += 1
        self._refusal = refusal
        counted = self._strikes - free
        pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(counted - 1, 10)) if counted > 0 else 0.0
        self._not_before = self._clock.monotonic() + pause
