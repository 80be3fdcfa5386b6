"""What the server saw, for tests to assert on; no secret is in it."""

from __future__ import annotations

from collections import Counter, deque

from ibtui.sim.gateway.wire import Fields

KEPT = 100


class Report:
    """Counts of what was admitted, and the last refusals and websocket upgrades."""

    def __init__(self) -> None:
        self._verified: Counter[str] = Counter()
        self._refused: deque[Fields] = deque(maxlen=KEPT)
        self._sockets: deque[Fields] = deque(maxlen=KEPT)

    def verified(self, how: str) -> None:
        """A request was admitted; `how` it was signed."""
        self._verified[how] += 1

    def refused(self, method: str, path: str, status: int, reason: str, now_ms: int) -> None:
        """A request was refused; the time is the wall clock's, Unix milliseconds."""
        row: Fields = {"time": now_ms, "method": method, "path": path, "status": status, "reason": reason}
        self._refused.append(row)

    def socket(self, given: str, *, cookie: bool, status: int) -> None:
        """A websocket upgrade: the token it gave (oauth_token, bearer_token, Authorization, none) and its answer."""
        self._sockets.append({"token": given, "cookie": cookie, "status": status})

    def told(self) -> Fields:
        """All of it."""
        verified: Fields = dict(self._verified)
        return {"verified": verified, "refused": list(self._refused), "sockets": list(self._sockets)}
