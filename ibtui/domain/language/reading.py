"""Takes the words of a line one by one and says what is wrong with one, where, and what would have fitted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from ibtui.domain.language.moments import moment
from ibtui.domain.language.words import INTEGER, Word, number, said, split

UNCLOSED = "'"
"""What is expected where a quotation was begun and not ended."""


class Stop(Exception):
    """Reading cannot go on: an error, or the end of an unfinished line (blank error)."""

    def __init__(self, error: str, position: int, expected: tuple[str, ...]) -> None:
        super().__init__(error)
        self.error = error
        self.position = position
        self.expected = expected


class Words:
    """The words still to be read."""

    def __init__(self, line: str) -> None:
        self._words = split(line)
        self._next = 0
        self.end = len(line)

    @property
    def here(self) -> int:
        """Where the next word stands, or would."""
        return self._words[self._next].start if self.more else self.end

    @property
    def more(self) -> bool:
        """Whether a word is left."""
        return self._next < len(self._words)

    def peek(self, ahead: int = 0) -> str:
        """A word to come in small letters; blank where there is none, or a quotation."""
        place = self._next + ahead
        return self._words[place].lower if place < len(self._words) else ""

    def take(self, *expected: str) -> Word:
        """The next word; the line is unfinished where there is none."""
        if not self.more:
            raise Stop("", self.end, expected)
        word = self._words[self._next]
        if not word.closed:
            raise Stop("", self.end, (UNCLOSED,))
        self._next += 1
        return word

    def one_of(self, *choices: str) -> str:
        """One of the words, in small letters."""
        word = self.take(*choices)
        if word.lower not in choices:
            raise misfit(word, choices)
        return word.lower

    def number(self, kind: str, *, signed: bool = False, zero: bool = False) -> Decimal:
        """A number above 0 (or 0 where `zero`; any where `signed`) that is called `kind`."""
        word = self.take(f"<{kind}>")
        value = None if word.quoted else number(word.text, signed=True)
        if value is None:
            raise Stop(f"{said(word.text)} is not a {kind}", word.start, (f"<{kind}>",))
        if signed or value > 0 or (zero and value == 0):
            return value
        why = "only combinations have prices of 0 or less" if kind == "price" else f"the {kind} must be more than 0"
        raise Stop(f"{said(word.text)}: {why}", word.start, (f"<{kind}>",))

    def size(self) -> tuple[bool, Decimal]:
        """Whether it is money ("$"), and the size."""
        if not self.peek().startswith("$"):
            if not self.more:
                raise Stop("", self.end, ("<quantity>", "<$amount>"))
            return False, self.number("quantity")
        word = self.take()
        if word.text == "$":
            return True, self.number("amount")
        value = number(word.text[1:])
        if value is None or value <= 0:
            raise Stop(f"{said(word.text)} is not an amount of money", word.start, ("<$amount>",))
        return True, value

    def trail(self) -> tuple[str, Decimal]:
        """Kind ("amt" or "%") and amount of a trailing stop."""
        word = self.take("<amount>", "<percent>%")
        value = None if word.quoted else number(word.text.removesuffix("%"))
        if value is None or value <= 0:
            raise Stop(
                f"{said(word.text)} is neither an amount nor a percentage", word.start, ("<amount>", "<percent>%")
            )
        return ("%" if word.text.endswith("%") else "amt"), value

    def symbol(self) -> str:
        """A symbol: in capitals unless it was quoted."""
        word = self.take("<symbol>")
        if not word.text.strip() or (word.text == "@" and not word.quoted):
            raise Stop("a symbol is missing here", word.start, ("<symbol>",))
        return word.text if word.quoted else word.text.upper()

    def text(self, kind: str, *, upper: bool = False) -> str:
        """Any word that is not blank, as typed, or in capitals unless it was quoted."""
        word = self.take(f"<{kind}>")
        if not word.text.strip() or (word.text == "@" and not word.quoted):
            raise Stop(f"the {kind} is missing here", word.start, (f"<{kind}>",))
        return word.text.upper() if upper and not word.quoted else word.text

    def moment(self, *, needs_time: bool = False, whole_seconds: bool = True) -> datetime:
        """A moment in UTC."""
        word = self.take("<moment>")
        when = moment(word.lower, needs_time=needs_time)
        if when is None or (whole_seconds and when.microsecond):
            like = "20261231-21:00" if needs_time else "20261231 or 20261231-21:00"
            raise Stop(f"{said(word.text)} is not a moment; write UTC like {like}", word.start, ("<moment>",))
        return when

    def ratio(self) -> int:
        """A ratio of a combination."""
        word = self.take("<ratio>")
        value = int(word.text) if INTEGER.fullmatch(word.lower) else 0
        if value == 0:
            raise Stop(f"{said(word.text)} is not a ratio; write +1 or -2", word.start, ("<ratio>",))
        return value

    def has_number(self, ahead: int = 0) -> bool:
        """Whether a word to come begins like a number."""
        beginning = self.peek(ahead)[:1]
        return beginning != "" and beginning in "0123456789.+-"

    def value(self, start: int, text: str) -> str | bool:
        """The value of a parameter: what stands after its "=", or the quotation that follows without a space."""
        if text:
            return text.lower() == "true" if text.lower() in ("true", "false") else text
        adjoining = self.more and self._words[self._next].quoted and self.here == start
        if not adjoining:
            if self.more:
                raise Stop("the value is missing here", start, ("<value>",))
            raise Stop("", self.end, ("<value>",))
        return self.take("<value>").text


def misfit(word: Word, choices: Iterable[str], why: str = "") -> Stop:
    """The error that a word does not fit, with the choices that begin alike."""
    error = f"{said(word.text)} does not fit here"
    return Stop(f"{error}: {why}" if why else error, word.start, fitting(word.lower, choices))


def fitting(beginning: str, choices: Iterable[str]) -> tuple[str, ...]:
    """The choices that begin like the word, or all of them when none does."""
    every = tuple(choices)
    return tuple(choice for choice in every if beginning and choice.startswith(beginning)) or every
