"""Reads what is typed in the loop itself.

Textual reads it in a thread of its own, which on a machine whose cores are all at work is woken some milliseconds late,
and then asks for the interpreter's lock; the loop is at work already when prices come thick, and looks in each turn.
"""

from __future__ import annotations

import asyncio
import errno
import os
import select
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import Final

from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.message import Message

MOST_BYTES: Final = 4_096
"""Read at once: of a large paste the rest is left for the next turn."""


def has_gone(error: OSError) -> bool:
    """Whether there is no terminal any more: every other error of one passes, or is to be seen."""
    return error.errno == errno.EIO


class Inlet:
    """The terminal's input; `take` gets the messages made of it, in the loop, and `gone` is called at its end."""

    def __init__(self, file: int, take: Callable[[Message], None], gone: Callable[[], None]) -> None:
        self._file = file
        self._take = take
        self._gone = gone
        self._loop: asyncio.AbstractEventLoop | None = None
        self._begin()

    def open(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Read from now on; False where the loop cannot: the input is no terminal."""
        if not os.isatty(self._file):
            return False
        self._begin()
        try:
            loop.add_reader(self._file, self._read)
        except (OSError, NotImplementedError):
            return False
        self._loop = loop
        return True

    def close(self) -> None:
        """Read no more."""
        if self._loop is not None:
            self._loop.remove_reader(self._file)
            self._loop = None
        if self._pause is not None:
            self._pause.cancel()

    def read_within(self, seconds: float) -> None:
        """Wait for input without the loop, when that is about to end."""
        if self._loop is not None and select.select([self._file], [], [], seconds)[0]:
            self._read()

    def _begin(self) -> None:
        self._parser = XTermParser()
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._pause: asyncio.TimerHandle | None = None
        """Runs out when what was read of a sequence is a key by itself, as after escape."""

    def _read(self) -> None:
        try:
            data = os.read(self._file, MOST_BYTES)
        except OSError as error:
            if not has_gone(error):
                raise
            data = b""
        if not data:
            self.close()
            self._gone()
            return
        text = self._decoder.decode(data)
        if not text:  # the beginning of a letter; nothing at all would tell the parser that the end has come
            return
        try:
            for message in self._parser.feed(text):
                self._take(message)
        except BaseException:
            self._begin()  # a parser that failed reads nothing more
            raise
        self._await_rest()

    def _await_rest(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        until = self._parser._timeout_time
        if until is not None and self._loop is not None:
            self._pause = self._loop.call_later(max(0.0, until - get_time()), self._paused)

    def _paused(self) -> None:
        """No more of a sequence came in time."""
        self._pause = None
        for message in self._parser.tick():
            self._take(message)
        self._await_rest()
