"""Looks for secrets in bytes: every piece of `WINDOW` characters of every form of each."""

from __future__ import annotations

import base64
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import padding

from ibtui.protocol.oauth.keys import private_key
from tests.oauth_session.told import forms_of_bytes, forms_of_number, forms_of_text

WINDOW = 12
"""So many characters of a secret in a row are one found; a shorter secret is looked for whole."""
GZIP = 31
"""zlib's window bits for a gzip stream; of one that was cut off, what there is."""
CONTROL = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\r\n]")
"""What stands between the characters that a terminal shows."""


class Search:
    """Secrets by name, in all their forms."""

    def __init__(self, secrets: Iterable[tuple[str, str]]) -> None:
        self._pieces: dict[bytes, str] = {}
        self._short: dict[bytes, str] = {}
        self.names: Counter[str] = Counter()
        """How many forms of each there are."""
        for name, form in dict.fromkeys(secrets):
            self.names[name] += 1
            raw = form.encode()
            if len(raw) < WINDOW:
                self._short[raw] = name
            for start in range(len(raw) - WINDOW + 1):
                self._pieces.setdefault(raw[start : start + WINDOW], name)

    def found(self, content: bytes) -> dict[str, str]:
        """Name of each secret that shows, with what of it was seen first."""
        seen = {name: raw.decode() for raw, name in self._short.items() if raw in content}
        pieces, get = self._pieces, self._pieces.get
        for start in range(len(content) - WINDOW + 1):
            piece = content[start : start + WINDOW]
            if piece in pieces:
                name = get(piece, "")
                seen.setdefault(name, content[max(0, start - 60) : start + 40].decode(errors="replace"))
        return seen


def secrets_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Everything secret that stands in the folder of `ibtui sim --oauth`."""
    for file in folder.glob("*access_token"):
        yield from (("access token", form) for form in forms_of_text(file.read_text().strip()))
    key = private_key((folder / "private_encryption.pem").read_bytes())
    for file in folder.glob("*access_token_secret"):
        sealed = file.read_text().strip()
        yield from (("access token secret, encrypted", form) for form in forms_of_text(sealed))
        opened = key.decrypt(base64.b64decode(sealed), padding.PKCS1v15())
        yield from (("access token secret, decrypted", form) for form in forms_of_bytes(opened))
    for file in (*folder.glob("private_*.pem"), folder / "oauth2_private.pem"):
        lines = [line for line in file.read_text().splitlines() if not line.startswith("-----")]
        yield from (("private key", line) for line in [*lines, "".join(lines)])
        numbers = private_key(file.read_bytes()).private_numbers()
        for number in (numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp):
            yield from (("private key", form) for form in forms_of_number(number))


def unpacked(file: Path) -> bytes:
    """A file's bytes; those of a tape decompressed."""
    raw = file.read_bytes()
    return zlib.decompressobj(GZIP).decompress(raw) if raw.startswith(b"\x1f\x8b") else raw


def shown(received: bytes) -> bytes:
    """What a terminal received, without and with the control sequences in between."""
    return CONTROL.sub(b"", received) + b"\n" + received
