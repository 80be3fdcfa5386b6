"""What everybody on the machine may read of the program's processes: `ps` and /proc."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

INTERVAL = 0.5
"""Seconds between two readings."""
PROC = Path("/proc")
PUBLIC = ("cmdline", "environ", "comm")


class ProcessWatch:
    """Reads, in a thread, the processes it was told of and all that they started."""

    def __init__(self) -> None:
        self._roots: set[int] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="processes")
        self.readings = 0
        self.processes: set[int] = set()
        self._seen: dict[bytes, None] = {}

    def __enter__(self) -> ProcessWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def add(self, process: int) -> None:
        """Watch this one too."""
        self._roots.add(process)

    @property
    def seen(self) -> bytes:
        """Everything read, each different text once."""
        return b"\n".join(list(self._seen))

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            found = set(_family(set(self._roots)))
            if found:
                self.readings += 1
            self.processes |= found
            for process in found:
                for name in PUBLIC:
                    self._seen[_read(PROC / str(process) / name)] = None


def _family(roots: set[int]) -> Iterator[int]:
    """The processes that live and descend from these."""
    parents = {int(entry): _parent(int(entry)) for entry in os.listdir(PROC) if entry.isdigit()}
    for process in parents:
        ancestor = process
        while ancestor in parents and ancestor not in roots:
            ancestor = parents[ancestor]
        if ancestor in roots and process in parents:
            yield process


def _parent(process: int) -> int:
    fields = _read(PROC / str(process) / "stat").rpartition(b")")[2].split()
    return int(fields[1]) if len(fields) > 1 else 0


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it ended meanwhile
        return b""
