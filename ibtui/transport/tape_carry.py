"""What a new part of a tape must begin with, so that it can be played without the parts before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import msgspec

from ibtui.protocol.requests import Request
from ibtui.transport.tape_format import Entry

LARGEST_CARRY = 16 * 1024 * 1024
"""Characters of answers repeated; those asked for longest ago are left out."""
NOTICES_KEPT = 50
_MERGED = {"smd": "", "sor": "orderId", "str": "execution_id"}
"""Topics whose frames tell only what changed; the others are repeated as they last came."""
DEPTH_KEPT = 500
"""Frames of a ladder since its newest whole one, which are repeated as they came: whether a side that a row leaves out
is gone or as before, no document settles (wire-facts 4)."""
_LISTED = ("ntf", "blt")


class Carry:
    """Remembers the newest answer to each reading request and the state of each stream; of masked entries alone."""

    def __init__(self) -> None:
        self._answers: dict[tuple[object, ...], Entry] = {}
        self._size = 0
        self._trust: Entry | None = None
        self._opened: Entry | None = None
        self._frames: dict[str, Entry] = {}
        self._merged: dict[str, dict[str, Any]] = {}
        self._notices: deque[Entry] = deque(maxlen=NOTICES_KEPT)
        self._ladder: Entry | None = None
        """The command that opened the ladder."""
        self._depth: deque[Entry] = deque(maxlen=DEPTH_KEPT)
        self._depth_rows = 0

    def take(self, entry: Entry) -> None:
        """Note an entry that was written."""
        if entry.kind == "rest":
            self._answer(entry)
        elif entry.kind == "trust":
            self._trust = entry
        elif entry.kind in ("opened", "lost"):
            self._forget_stream()
            self._opened = entry if entry.kind == "opened" else None
        elif entry.kind == "sent":
            if entry.text.startswith(("sbd+", "ubd")):
                self._ladder = entry if entry.text.startswith("sbd+") else None
                self._forget_depth()
        elif entry.kind == "frame":
            self._frame(entry)

    def entries(self, at: float, wall: float) -> Iterator[Entry]:
        """Everything to begin a part with that starts at `at`; answers keep the times they had."""
        if self._trust is not None:
            yield msgspec.structs.replace(self._trust, carried=True)
        for answer in self._answers.values():
            yield msgspec.structs.replace(answer, carried=True)
        if self._opened is None:
            return
        yield msgspec.structs.replace(self._opened, at=at, wall=wall, carried=True)
        if self._ladder is not None:
            yield msgspec.structs.replace(self._ladder, at=at, wall=wall, carried=True)
        for entry in (*self._frames.values(), *self._notices, *self._depth):
            yield msgspec.structs.replace(entry, at=at, wall=wall, carried=True)
        for state in self._merged.values():
            text = msgspec.json.encode(_as_frame(state)).decode()
            yield Entry("frame", at, wall, text=text, binary=True, carried=True)

    def _answer(self, entry: Entry) -> None:
        is_reading = entry.method == "GET" or _key(entry) in _POSTS_THAT_READ
        if not is_reading or not 200 <= entry.status < 300:
            return
        key = (entry.method, entry.path, tuple(entry.query), entry.sent)
        old = self._answers.pop(key, None)
        self._size += len(entry.text) - (len(old.text) if old is not None else 0)
        self._answers[key] = entry
        while self._size > LARGEST_CARRY:
            self._size -= len(self._answers.pop(next(iter(self._answers))).text)

    def _forget_stream(self) -> None:
        self._frames.clear()
        self._merged.clear()
        self._ladder = None
        self._forget_depth()

    def _forget_depth(self) -> None:
        self._depth.clear()
        self._depth_rows = 0

    def _frame(self, entry: Entry) -> None:
        try:
            payload = msgspec.json.decode(entry.text)
        except (msgspec.MsgspecError, RecursionError):
            return
        if not isinstance(payload, dict):
            return
        topic = str(payload.get("topic", ""))
        name = topic.partition("+")[0]
        if name in _LISTED:
            self._notices.append(entry)
        elif name == "sbd" and "error" not in payload:
            self._deepen(entry, payload)
        elif name in _MERGED and "error" not in payload:
            self._merge(topic, name, payload)
        elif name == "system" and "hb" in payload:
            return
        elif topic and topic != "tic":
            self._frames[topic] = entry

    def _merge(self, topic: str, name: str, payload: dict[str, Any]) -> None:
        state = self._merged.setdefault(topic, {})
        key = _MERGED[name]
        field = "data" if "data" in payload else "args"
        rows = payload.get(field) if key else None
        if not isinstance(rows, list):
            state.update(payload)
            return
        known = state.setdefault(_ROWS, {})
        for row in rows:
            if isinstance(row, dict) and isinstance(row.get(key), (str, int)):
                known.setdefault(row[key], {}).update(row)
        state.update({**payload, field: None, _FIELD: field})

    def _deepen(self, entry: Entry, payload: dict[str, Any]) -> None:
        rows = payload.get("data")
        first = rows[0] if isinstance(rows, list) and rows else None
        if (
            isinstance(rows, list)
            and isinstance(first, dict)
            and first.get("row") == 0
            and len(rows) >= self._depth_rows
        ):
            self._depth.clear()
            self._depth_rows = len(rows)
        self._depth.append(entry)


_ROWS, _FIELD = "\0rows", "\0field"
_POSTS_THAT_READ = frozenset(
    {"POST /tickle", "POST /iserver/auth/status", "POST /iserver/contract/rules", "POST /iserver/secdef/search"}
)


def _as_frame(state: dict[str, Any]) -> dict[str, Any]:
    shown = {key: value for key, value in state.items() if key not in (_ROWS, _FIELD)}
    if _ROWS in state:
        shown[state.get(_FIELD, "args")] = list(state[_ROWS].values())
    return shown


def _key(entry: Entry) -> str:
    return Request(entry.method, entry.path).key
