"""The file of a tape: compressed, flushed, rotated; for the user alone, and nothing that is no tape is touched."""

from __future__ import annotations

import errno
import os
import secrets
import zlib
from pathlib import Path

from ibtui.transport.tape_carry import Carry
from ibtui.transport.tape_format import MAGIC, PROGRAM, VERSION, Entry, Header, encode

PART_BYTES = 32 * 1024 * 1024
"""Compressed size at which a part ends; a busy trading day has about 30 MB."""
PARTS = 8
"""Parts kept, the newest (without a number) included; a recording never takes more than both multiplied."""
_GZIP = 31
"""zlib's window bits for a gzip stream."""
_LEVEL = 6


def part_path(path: Path, age: int) -> Path:
    """`FILE` for the newest part, `FILE.1` for the one before, and so on."""
    return path.with_name(f"{path.name}.{age}") if age else path


def is_tape(path: Path) -> bool:
    """Whether a file is one of ours, by its first line."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
        plain = zlib.decompressobj(_GZIP).decompress(start, 64) if start.startswith(MAGIC) else b""
    except (OSError, zlib.error):
        return False
    return plain.startswith(b'{"ibtui_tape":')


class TapeFile:
    """Writes entries; raises OSError when it cannot. Earlier tapes of the same name are kept as its older parts."""

    def __init__(self, path: Path, wall: float, *, part_bytes: int = PART_BYTES, parts: int = PARTS) -> None:
        self._path = path
        self._wall = wall
        self._part_bytes = part_bytes
        self._parts = max(1, parts)
        self._recording = secrets.token_hex(8)
        self._number = 0
        self._carry = Carry()
        self._file = -1
        for age in range(self._parts + 1):
            found = part_path(path, age)
            if os.path.lexists(found) and not (found.is_file() and not found.is_symlink() and is_tape(found)):
                raise FileExistsError(errno.EEXIST, f"{found.name} is there and is no tape; choose another name")
        _locked_away(path)
        self._begin(0.0)

    def write(self, entry: Entry) -> None:
        """Add an entry; on disk with the next `flush`."""
        if self._written >= self._part_bytes:
            self._end()
            self._begin(entry.at, entry.wall)
        self._put(entry)
        self._carry.take(entry)

    def flush(self) -> None:
        """Hand everything written so far to the system, so that it survives the end of the program."""
        self._out(self._packer.flush(zlib.Z_SYNC_FLUSH))

    def close(self) -> None:
        """End the part."""
        if self._file >= 0:
            self._end()

    def _begin(self, at: float, wall: float = 0.0) -> None:
        self._make_room()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.open(self._path, flags, 0o600)
        _lock(self._file)
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self._written = 0
        self._number += 1
        header = Header(VERSION, self._recording, self._number, self._wall, at, PROGRAM)
        self._out(self._packer.compress(encode(header) + b"\n"))
        for entry in self._carry.entries(at, wall):
            self._put(entry)
        self.flush()
        self._written = 0  # what is carried over never ends a part by itself

    def _put(self, entry: Entry) -> None:
        self._out(self._packer.compress(encode(entry) + b"\n"))

    def _out(self, packed: bytes) -> None:
        self._written += len(packed)
        view = memoryview(packed)
        while view:
            view = view[os.write(self._file, view) :]

    def _end(self) -> None:
        file, self._file = self._file, -1
        try:
            packed = memoryview(self._packer.flush(zlib.Z_FINISH))
            while packed:
                packed = packed[os.write(file, packed) :]
        finally:
            os.close(file)

    def _make_room(self) -> None:
        """Move every part one number up; the oldest goes."""
        part_path(self._path, self._parts - 1).unlink(missing_ok=True)
        for age in range(self._parts - 2, -1, -1):
            older = part_path(self._path, age)
            if older.exists():
                older.replace(part_path(self._path, age + 1))


def _locked_away(path: Path) -> None:
    """Raise BlockingIOError while another ibtui records there."""
    if path.exists():
        file = os.open(path, os.O_RDWR)
        try:
            _lock(file)
        finally:
            os.close(file)


def _lock(file: int) -> None:
    """Hold the file until it is closed; where the system has no such locks, nothing is held."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BlockingIOError(errno.EWOULDBLOCK, "another ibtui records there") from None
