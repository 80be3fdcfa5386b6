"""Writes to the terminal without a thread, as far as it takes everything at once.

Textual hands every write to a thread, which on a machine whose cores are all at work is woken some milliseconds late.
The terminal is opened once more for it, so that nobody else's writes are made not to wait.
"""

from __future__ import annotations

import os
from typing import Final

CLOSED: Final = -1


class Outlet:
    """The terminal that a file is open on."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._own = CLOSED

    @property
    def is_open(self) -> bool:
        """Whether anything can be written."""
        return self._own != CLOSED

    def open(self) -> None:
        """Open it, if it is a terminal that can be opened by its name."""
        self.close()
        try:
            self._own = os.open(os.ttyname(self._file), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            self._own = CLOSED

    def close(self) -> None:
        """Write no more."""
        if self.is_open:
            os.close(self._own)
            self._own = CLOSED

    def write(self, data: bytes) -> int:
        """How many bytes the terminal took: none while it is full, or where it has gone."""
        try:
            return os.write(self._own, data)
        except BlockingIOError:
            return 0
        except OSError:
            self.close()
            return 0
