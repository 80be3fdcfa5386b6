"""Lists that come again and again: only rows that are not as they were in the list before are decoded."""

from __future__ import annotations

import msgspec

_ROWS = msgspec.json.Decoder(list[msgspec.Raw])


class RowsSeen:
    """The rows of the newest list, as they came."""

    def __init__(self) -> None:
        self._rows: frozenset[bytes] = frozenset()

    def fresh(self, body: bytes) -> tuple[bytes, int]:
        """The list without the rows it had before, and how many it had; a body that is no list stays as it is."""
        try:
            rows = [bytes(row) for row in _ROWS.decode(body)]
        except (msgspec.MsgspecError, ValueError, RecursionError):
            self.forget()
            return body, 0
        known, self._rows = self._rows, frozenset(rows)
        fresh = [row for row in rows if row not in known]
        return b"[" + b",".join(fresh) + b"]", len(rows) - len(fresh)

    def forget(self) -> None:
        """Take every row of the next list for a new one."""
        self._rows = frozenset()
