"""The last requests that arrived, for tests to assert on."""

from __future__ import annotations

from collections import deque

from ibtui.sim.gateway.wire import Fields, Json

KEPT = 2_000
BODY_KEPT = 4_096
"""Bytes of a body that are kept."""


class RequestLog:
    """A bounded list of REST requests and of frames received on websockets."""

    def __init__(self) -> None:
        self._rows: deque[Fields] = deque(maxlen=KEPT)

    def rest(self, method: str, path: str, query: str, body: bytes) -> None:
        """Note a request; `path` is without the prefix `/v1/api`."""
        text = body[:BODY_KEPT].decode("utf-8", "replace")
        self._rows.append({"kind": "rest", "method": method, "path": path, "query": query, "body": text})

    def frame(self, text: str) -> None:
        """Note a websocket frame."""
        self._rows.append({"kind": "ws", "method": "WS", "path": "/ws", "query": "", "body": text[:BODY_KEPT]})

    def rows(self) -> list[Json]:
        """Oldest first."""
        return list(self._rows)

    def clear(self) -> None:
        """Forget them."""
        self._rows.clear()
