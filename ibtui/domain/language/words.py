"""Cuts a line into words and remembers where each stood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

WORD = re.compile(r"'(?P<quoted>[^']*)'|@|[^\s@']+")
LARGEST_NUMBER_LENGTH = 24
"""Digits of a price or size; longer is a slip, and Decimal arithmetic stays quick."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word and the place of its first character."""

    text: str
    start: int
    quoted: bool = False

    @property
    def lower(self) -> str:
        """For comparison with keywords; a quoted word is never one."""
        return "" if self.quoted else self.text.lower()


def split(line: str) -> list[Word]:
    """The words of `line`; "@" is a word of its own however it is written."""
    return [
        Word(match["quoted"] if match["quoted"] is not None else match[0], match.start(), match["quoted"] is not None)
        for match in WORD.finditer(line)
    ]


def positive_number(text: str) -> Decimal | None:
    """A positive number written plainly (thousands commas allowed), or None."""
    plain = text.replace(",", "")
    if len(plain) > LARGEST_NUMBER_LENGTH or not re.fullmatch(r"\d+(\.\d*)?|\.\d+", plain):
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number > 0 else None
