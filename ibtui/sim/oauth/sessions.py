"""Tokens that open a session, live session tokens and Bearers, and the session behind them.

While one lives there is a login; when the last one dies, it and the brokerage session end, and the next token begins
a session with a new id. A renewal in time leaves everything as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_REMEMBERED = 20
"""Dead tokens that are still told from unknown ones."""


@dataclass(slots=True, eq=False)
class SessionToken:
    """A live session token or a Bearer."""

    owner: str
    """The access token it was made for, or the client id of OAuth 2.0."""
    key: bytes
    dies_ms: int
    """Simulated Unix milliseconds."""
    dead: bool = False


class Sessions:
    """The tokens of one simulated user."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._tokens: list[SessionToken] = []
        self.opened = 0
        """How many tokens were ever given out."""
        gateway.login.logged_in = gateway.login.authenticated = False

    def open(self, owner: str, key: bytes, life_s: int, *, replaces: bool) -> None:
        """Take a new token; with `replaces` those of the same owner before it die."""
        self.step()
        if not self.living():
            self._begin()
        elif replaces:
            for token in self.living(owner):
                token.dead = True
        self.opened += 1
        self._tokens.append(SessionToken(owner, key, self._gateway.now_ms + life_s * 1000))
        del self._tokens[:-_REMEMBERED]

    def living(self, owner: str = "") -> list[SessionToken]:
        """Tokens that sign today, newest first; those of one owner if one is named."""
        return [token for token in self.of(owner) if not token.dead]

    def of(self, owner: str = "") -> list[SessionToken]:
        """Living and dead tokens, newest first."""
        return [token for token in reversed(self._tokens) if not owner or token.owner == owner]

    def step(self) -> None:
        """Let die what has come to its end, or lost its login to a logout."""
        living = self.living()
        for token in living:
            token.dead = token.dies_ms <= self._gateway.now_ms or not self._gateway.login.logged_in
        if living and not self.living():
            self._end()

    def expire(self) -> int:
        """Let all of them die now; how many did."""
        living = self.living()
        for token in living:
            token.dead = True
        if living:
            self._end()
        return len(living)

    def _begin(self) -> None:
        if self.opened:
            self._gateway.renew_sessions()
        login = self._gateway.login
        login.log_in()
        login.authenticated = False
        login.authenticated_at_ms, login.last_request_ms = self._gateway.now_ms, self._gateway.clock.ms()

    def _end(self) -> None:
        self._gateway.log_out()
