"""What stands on a tape: a gzip stream of JSON lines, the first of which is a header."""

from __future__ import annotations

from typing import Literal

import msgspec

from ibtui import __version__

VERSION = 2
"""Of the format; 1 was plain JSON lines and could not be played."""
PROGRAM = f"ibtui {__version__}"
MAGIC = b"\x1f\x8b"
"""How every gzip stream begins."""

Kind = Literal["rest", "frame", "sent", "opened", "lost", "trust", "gap"]


class Header(msgspec.Struct, omit_defaults=True):
    """First line of each part."""

    ibtui_tape: int
    """Version of the format."""
    recording: str
    """The same in all parts of one recording."""
    part: int
    """1 is the oldest."""
    wall: float
    """Unix seconds at the beginning of the recording."""
    begins: float
    """Seconds of the recording at which this part begins."""
    program: str
    """Which program recorded, with its version."""


class Entry(msgspec.Struct, omit_defaults=True):
    """One thing that happened on the wire."""

    kind: Kind
    at: float
    """Monotonic seconds since the recording began."""
    wall: float = 0.0
    """Unix seconds."""
    asked: float = 0.0
    """`rest`, `trust`: when it was asked for, as `at` is when the answer was there."""
    method: str = ""
    path: str = ""
    query: list[tuple[str, str]] = []
    sent: str | None = None
    """Body of the request; None where it had none."""
    status: int = 0
    headers: dict[str, str] = {}
    text: str = ""
    """Body, frame or command; of `lost` the reason, blank when the session closed it itself."""
    failed: str = ""
    """`rest`, `trust`: the error in place of an answer, by its name in `ibtui.errors`."""
    latin: bool = False
    """`text` holds bytes that are no UTF-8, one character each."""
    binary: bool = False
    """`frame`: it was a binary one."""
    carried: bool = False
    """It happened in an earlier part and is repeated here, so that this part can be played by itself."""
    count: int = 0
    """`gap`: entries that were not written because the disk was too slow."""


encode = msgspec.json.Encoder().encode
decode_entry = msgspec.json.Decoder(Entry).decode
decode_header = msgspec.json.Decoder(Header).decode


def text_of(raw: bytes | str) -> tuple[str, bool]:
    """Bytes as text that can be written, and whether they were no UTF-8."""
    if isinstance(raw, str):
        return raw.encode("utf-8", "replace").decode(), False
    try:
        return raw.decode(), False
    except UnicodeDecodeError:
        return raw.decode("latin-1"), True


def raw_of(entry: Entry) -> bytes:
    """The bytes that `text` stands for."""
    return entry.text.encode("latin-1", "replace") if entry.latin else entry.text.encode("utf-8", "replace")
