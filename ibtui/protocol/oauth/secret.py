"""A text that must never be seen: not in a log, not in a crash report, not by accident."""

from __future__ import annotations

import hmac
from typing import NoReturn

HIDDEN = "Secret(•••)"


class Secret:
    """Holds a secret text; only `reveal` gives it away. Two are equal when their texts are (in constant time)."""

    __slots__ = ("_text",)
    __hash__ = None  # type: ignore[assignment]  # a set or dict of secrets would keep them for no reason

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the place that signs or sends it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")
