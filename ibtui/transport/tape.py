"""A recorder of everything that came and went, for debugging; it never holds what would let another in."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TextIO

from ibtui.clock import Clock
from ibtui.protocol.requests import Request

LARGEST_TAPE = 256 * 1024 * 1024
"""Bytes after which the tape records nothing more."""
LONGEST_LINE = 64 * 1024
"""Characters kept of one body or frame."""
_SECRET = re.compile(
    r'(\\?"(?:session|sessionId|MAC|hardware_info|token|access_token|credential|ssoExpires|userId)\\?"\s*:\s*)'
    r'(\\?"[^"\\]*\\?"|[0-9]+)'
)
_TIC_ID = re.compile(r'("id"\s*:\s*)"[^"]*"')
_HIDDEN = '"…"'


class Tape:
    """Appends JSON lines to a file only the user can read; raises OSError when it cannot be opened."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._file: TextIO | None = os.fdopen(descriptor, "a", encoding="utf-8")
        self._room = LARGEST_TAPE

    def answer(self, request: Request, status: int, body: bytes) -> None:
        """Record a request and what was answered."""
        sent = (request.body or b"").decode(errors="replace")
        query = "&".join(f"{name}={value}" for name, value in request.query)
        self._write(
            {
                "rest": f"{request.method} {request.path}",
                "query": query,
                "sent": _shown(sent),
                "status": status,
                "body": _shown(body.decode(errors="replace")),
            }
        )

    def frame(self, raw: bytes | str, *, sent: bool = False) -> None:
        """Record a websocket frame."""
        text = raw if isinstance(raw, str) else raw.decode(errors="replace")
        self._write({"sent" if sent else "frame": _shown(text)})

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _write(self, entry: dict[str, object]) -> None:
        if self._file is None or self._room <= 0:
            return
        line = json.dumps({"time": round(self._clock.time(), 3), **entry}, ensure_ascii=False)
        self._room -= len(line)
        try:
            self._file.write(line.encode("utf-8", "replace").decode() + "\n")
            self._file.flush()
        except OSError:
            self._room = 0  # a full disk ends the tape, not the session


def _shown(text: str) -> str:
    """`text` with everything hidden that identifies a session, then cut."""
    hidden = _SECRET.sub(rf"\g<1>{_HIDDEN}", text)
    if '"tic"' in hidden[:200]:
        hidden = _TIC_ID.sub(rf"\g<1>{_HIDDEN}", hidden)
    return hidden[:LONGEST_LINE]
