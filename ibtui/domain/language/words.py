"""Cuts a line into words and remembers where each stood; reads numbers and writes words so that they read back."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

WORD = re.compile(r"'(?P<quoted>(?:[^']|'')*)'|(?P<open>'.*)|@|[^\s@']+", re.DOTALL)
NUMBER = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+", re.ASCII)
"""Digits with an optional decimal point, and commas only where thousands are parted: "1,5" is no number."""
INTEGER = re.compile(r"[+-]?\d{1,9}", re.ASCII)
LARGEST_NUMBER_LENGTH = 24
"""Characters of a price or size; longer is a slip, and Decimal arithmetic stays quick."""
LONGEST_SHOWN = 30
"""Characters of a wrong word that an error repeats."""
BARE = re.compile(r"[\w.$%&*+/#:~^-]+", re.ASCII)
"""What may stand without quotes."""


class Word(Struct, frozen=True):
    """One word and the place of its first character."""

    text: str
    start: int
    quoted: bool = False
    end: int = 0
    """Place after its last character, quotes included."""
    closed: bool = True
    """False for a quotation that the line ends in."""

    @property
    def lower(self) -> str:
        """For comparison with keywords; a quoted word is never one."""
        return "" if self.quoted else self.text.lower()


def split(line: str) -> list[Word]:
    """The words of `line`; "@" is a word of its own however it is written, '' within quotes is one quotation mark."""
    return [_word(match) for match in WORD.finditer(line)]


def _word(match: re.Match[str]) -> Word:
    start, end = match.span()
    if match["quoted"] is not None:
        return Word(match["quoted"].replace("''", "'"), start, quoted=True, end=end)
    if match["open"] is not None:
        return Word(match["open"][1:].replace("''", "'"), start, quoted=True, end=end, closed=False)
    return Word(match[0], start, end=end)


def number(text: str, *, signed: bool = False) -> Decimal | None:
    """A number written plainly (thousands commas allowed, a sign only where `signed`), its digits kept; else None."""
    sign = text[:1] if signed and text[:1] in ("+", "-") else ""
    plain = text[len(sign) :]
    if len(plain) > LARGEST_NUMBER_LENGTH or not NUMBER.fullmatch(plain):
        return None
    return Decimal(sign + plain.replace(",", ""))


def quoted(text: str, *, upper: bool = False, keywords: frozenset[str] = frozenset()) -> str:
    """`text` as one word of a line, in quotes where it would read as something else.

    `upper` says that bare words are read in capitals there, `keywords` which have a meaning of their own there.
    """
    plain = BARE.fullmatch(text) and not (upper and text != text.upper()) and text.lower() not in keywords
    return text if plain else "'" + text.replace("'", "''") + "'"


def said(text: str) -> str:
    """A word of the user's as errors show it: quoted, cut where it is long, without control characters."""
    clean = "".join(char if char.isprintable() else "·" for char in text[: LONGEST_SHOWN + 1])
    return f"“{clean[:LONGEST_SHOWN]}…”" if len(text) > LONGEST_SHOWN else f"“{clean}”"
