"""Market data lines: which instruments IServer is streaming, and which fields were ever asked of each."""

from __future__ import annotations

from dataclasses import dataclass, field

SETTLE_MS = 400
"""Time from the pre-flight request until there is something to read (wire-facts §3: repeat after about 500 ms)."""


@dataclass(slots=True)
class Line:
    """One open stream of the server."""

    server_id: str
    opened_ms: int
    fields: set[str] = field(default_factory=set)


class Lines:
    """Open lines by conid; at most `limit` of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lines: dict[int, Line] = {}
        self._numbered = 0

    def get(self, conid: int) -> Line | None:
        """The instrument's line, if one is open."""
        return self._lines.get(conid)

    def open(self, conid: int, wall_ms: int) -> Line | None:
        """The instrument's line, opened now if there is none; None when all lines are taken."""
        line = self._lines.get(conid)
        if line is None and len(self._lines) < self._limit:
            line = self._lines[conid] = Line(self.next_server_id(), wall_ms)
        return line

    def close(self, conid: int) -> bool:
        """Whether a line was open and is closed now."""
        return self._lines.pop(conid, None) is not None

    def close_all(self) -> None:
        """Close every line."""
        self._lines.clear()

    def next_server_id(self) -> str:
        """`q1`, `q2`…: never given twice, so that it differs after a reconnect."""
        self._numbered += 1
        return f"q{self._numbered}"
