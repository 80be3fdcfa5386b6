"""No request counts twice and none from another time: nonces and timestamps ("OAuth Params")."""

from __future__ import annotations

from collections import deque

from ibtui.sim.oauth.refusals import malformed, unauthorised

TOLERANCE_S = 300
"""How far a client's clock may be off; IBKR documents no figure."""


class Nonces:
    """Nonces seen within the tolerance, by consumer."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._ages: deque[tuple[int, tuple[str, str]]] = deque()
        self._newest: dict[str, int] = {}

    def check_time(self, consumer_key: str, timestamp: str, now_s: int, *, in_order: bool) -> None:
        """Refuse a timestamp that is no whole seconds, off by more than the tolerance or, `in_order`, going back."""
        if not timestamp.isascii() or not timestamp.isdigit():
            raise malformed("oauth_timestamp is no positive integer")
        stamp = int(timestamp)
        if abs(stamp - now_s) > TOLERANCE_S:
            raise unauthorised("invalid timestamp")
        if in_order and stamp < self._newest.get(consumer_key, 0):
            raise unauthorised("invalid timestamp: older than one before")
        self._newest[consumer_key] = max(stamp, self._newest.get(consumer_key, 0))

    def use(self, consumer_key: str, nonce: str, now_s: int) -> None:
        """Take a nonce whose signature was right; refuse it if it was taken before."""
        while self._ages and self._ages[0][0] < now_s - 2 * TOLERANCE_S:
            self._seen.discard(self._ages.popleft()[1])
        used = (consumer_key, nonce)
        if used in self._seen:
            raise unauthorised("invalid nonce")
        self._seen.add(used)
        self._ages.append((now_s, used))
