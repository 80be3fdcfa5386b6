"""A file of secrets, one JSON line each, in which those who know one tell it to the scan."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

VARIABLE = "OAUTH_SESSION_TOLD"
"""Environment variable that names the file."""


class Told:
    """Appends to the file; each secret once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: set[tuple[str, str]] = set()

    @classmethod
    def here(cls) -> Told:
        """The file this process was given."""
        return cls(Path(os.environ[VARIABLE]))

    def tell(self, name: str, *forms: str) -> None:
        """A secret in every form in which it might be seen."""
        fresh = [(name, form) for form in forms if form and (name, form) not in self._known]
        self._known.update(fresh)
        if fresh:
            with self._path.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(row) + "\n" for row in fresh)

    def read(self) -> Iterator[tuple[str, str]]:
        """Name and form of everything told so far, by whomever."""
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                name, form = json.loads(line)
                yield name, form


def forms_of_bytes(raw: bytes) -> tuple[str, ...]:
    """Hex, base64 and as Python shows it."""
    packed = base64.b64encode(raw).decode()
    return raw.hex(), packed, quote(packed, safe=""), repr(raw)[2:-1]


def forms_of_number(number: int) -> tuple[str, ...]:
    """Hex and decimal."""
    return f"{number:x}", str(number)


def forms_of_text(text: str) -> tuple[str, ...]:
    """As it is, and as it stands in a URL."""
    return text, quote(text, safe="")
