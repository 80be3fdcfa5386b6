"""Reads tapes: part after part, line by line, as far as they are whole."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator
from pathlib import Path

import msgspec

from ibtui.errors import UsageError
from ibtui.protocol.clean import clean
from ibtui.transport.tape_file import PARTS, part_path
from ibtui.transport.tape_format import MAGIC, VERSION, Entry, Header, decode_entry, decode_header

CHUNK = 256 * 1024
LONGEST_LINE = 128 * 1024 * 1024
"""Bytes; the largest answer taken in has 32 MiB, and escaped it may grow by half."""
_GZIP = 31


class TapeError(UsageError):
    """A file that cannot be played; nothing was started."""

    title = "The tape cannot be played"


class Part:
    """One file of a recording; raises TapeError when it is no tape that can be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_cut = False
        """Known once `entries` came to its end: whether the file ends before its recording did."""
        lines = self._lines()
        self.header = self._header(next(lines, b""))
        lines.close()

    def entries(self) -> Iterator[Entry]:
        """Everything recorded, in order; ends early where the file is cut or damaged, see `is_cut`."""
        lines = self._lines()
        next(lines, b"")
        for line in lines:
            try:
                yield decode_entry(line)
            except msgspec.MsgspecError:
                self.is_cut = True
                return

    def _header(self, line: bytes) -> Header:
        try:
            header = decode_header(line)
        except msgspec.MsgspecError:
            raise TapeError(f"{self._name} is no tape of ibtui; record one with --tape FILE") from None
        if header.ibtui_tape != VERSION:
            is_newer = header.ibtui_tape > VERSION
            advice = "a newer ibtui made it: update this one" if is_newer else "an older ibtui made it: record it again"
            raise TapeError(f"{self._name} has format {header.ibtui_tape}, this ibtui plays {VERSION}; {advice}")
        return header

    def _lines(self) -> Generator[bytes, None, None]:
        """Whole lines of what is packed in the file."""
        unpacker = zlib.decompressobj(_GZIP)
        rest = b""
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    if not rest and not unpacker.unconsumed_tail and file.tell() == len(chunk):
                        self._look_at(chunk)
                    while chunk:
                        rest += unpacker.decompress(chunk, LONGEST_LINE)
                        chunk = unpacker.unconsumed_tail
                        *whole, rest = rest.split(b"\n")
                        yield from whole
                        if len(rest) > LONGEST_LINE:
                            raise zlib.error("a line is too long")
        except zlib.error:
            self.is_cut = True
        except OSError as error:
            raise TapeError(f"{self._name} cannot be read: {error.strerror}") from error
        self.is_cut = self.is_cut or not unpacker.eof

    def _look_at(self, start: bytes) -> None:
        if start.startswith(b'{"time"'):
            raise TapeError(f"{self._name} is a tape of an older ibtui, which could not be played; record it again")
        if not start.startswith(MAGIC):
            raise TapeError(f"{self._name} is no tape of ibtui; record one with --tape FILE")

    @property
    def _name(self) -> str:
        return clean(self.path)


class Recording:
    """A tape and, where it was rotated, the older parts that lie beside it."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise TapeError(f"{clean(path)} does not exist")
        if path.is_file() and path.stat().st_size == 0:
            raise TapeError(f"{clean(path)} is empty: nothing was recorded")
        newest = Part(path)
        self.header = newest.header
        self.parts = [*reversed(list(_older(newest))), newest]

    @property
    def is_cut(self) -> bool:
        """Whether the end is missing; known once `entries` came to its end."""
        return self.parts[-1].is_cut

    @property
    def begins(self) -> float:
        """Seconds of the recording at which the oldest part begins."""
        return self.parts[0].header.begins

    def entries(self) -> Iterator[Entry]:
        """Everything recorded, each thing once."""
        for place, part in enumerate(self.parts):
            for entry in part.entries():
                if not (place and entry.carried):
                    yield entry


def _older(newest: Part) -> Iterator[Part]:
    """The parts before, as far as they follow each other without a gap."""
    number = newest.header.part
    for age in range(1, PARTS):
        path = part_path(newest.path, age)
        if number == 1 or not path.is_file():
            return
        try:
            part = Part(path)
        except TapeError:
            return
        number -= 1
        if (part.header.recording, part.header.part) != (newest.header.recording, number):
            return
        yield part
