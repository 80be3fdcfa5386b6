"""The certificates a user decided to trust: `host:port` to fingerprint, in a small file of their own."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

FILE_NAME = "pins.json"


class Pins:
    """Pinned fingerprints; kept in memory only when there is no folder."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / FILE_NAME if folder is not None else None
        self._pins = self._read()

    def get(self, place: str) -> str:
        """Fingerprint (`sha256:<hex>`) pinned for `host:port`, blank when there is none."""
        return self._pins.get(place, "")

    def put(self, place: str, fingerprint: str) -> None:
        """Pin it, on disk before anything else; raises OSError when that fails."""
        self._pins = {**self._read(), **self._pins, place: fingerprint}
        if self._file is None:
            return
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".pins-", dir=self._file.parent)  # mkstemp makes it 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(self._pins, file, indent=1, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _read(self) -> dict[str, str]:
        """What the file says; a missing or broken file pins nothing, so the user is asked again."""
        if self._file is None:
            return {}
        try:
            pins = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(pins, dict):
            return {}
        return {str(place): mark for place, mark in pins.items() if isinstance(mark, str)}
