"""The keys of a run, and what each must bring to the screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from tests.e2e.terminal import KEYS
from tests.slow_line.seat import Seat

LIMIT_SECONDS: Final = 6.0
"""After which a key counts as never answered."""
PAUSE_SECONDS: Final = 0.6
"""Between two keys."""
PRICE: Final = re.compile(r"size +[\d,.]+ +at +(\d+\.\d\d)")
"""The ladder's price under the cursor."""

Seen = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Press:
    """One key and how it was answered."""

    kind: str
    first: float | None
    """Seconds until something of its effect was seen; None if it never was."""
    whole: float | None
    """Seconds until the last of it was seen."""
    waited: float
    """Seconds until the first answer in which the program could not run: the machine had other things to do."""
    least: int
    """Bytes of the characters alone that stand on the screen since: no program could have shown them with fewer."""


class Hands:
    """Presses keys at a seat and times them."""

    def __init__(self, seat: Seat, *, shows: bool = False) -> None:
        self._seat = seat
        self._shows = shows
        """Whether to show the screen that did not answer."""
        self._lines = {"watchlist": 0, "ladder": 0}
        """How many lines of a screen had something in them when it stood still."""

    def day(self) -> Iterator[Press]:
        """Some seventy keys: cursor, screens, a dialog, typing."""
        self._lines["watchlist"] = _filled(self._seat.text())
        yield from self._cursor("cursor", self._row, 12)
        for _ in range(3):
            yield self._press("screen", "f3", has("DISARMED"), self._is_ladder)
            self._lines["ladder"] = _filled(self._seat.text())
            yield from self._cursor("ladder", self._price, 4)
            yield self._press("screen", "f2", has(" Symbol "), self._is_watchlist)
            yield from self._cursor("cursor", self._row, 2)
            yield from self._dialog()
        yield from self._typing("watch Bench")
        yield from self._typing("orders now")

    def _dialog(self) -> Iterator[Press]:
        """A ticket opened and left."""
        yield self._press("dialog", "b", has("BUY ticket"), has(" close"))
        yield self._press("dialog", "escape", lacks("BUY ticket"), self._is_watchlist)

    def _cursor(self, kind: str, place: Callable[[], object], count: int) -> Iterator[Press]:
        for number in range(count):
            old = place()

            def moved(_text: str, old: object = old) -> bool:
                return place() not in (old, None)

            yield self._press(kind, "down" if number % 4 < 2 else "up", moved, moved)

    def _row(self) -> object:
        """The line of the watchlist's cursor: marked, or reversed."""
        cells = ((y, self._seat.screen.buffer[y]) for y in range(self._seat.screen.lines))
        return next((y for y, line in cells if line[1].data == "▌" or line[4].reverse), None)

    def _price(self) -> object:
        """The price of the ladder's cursor, as its heading says."""
        found = PRICE.search(self._seat.text())
        return found and found[1]

    def _typing(self, text: str) -> Iterator[Press]:
        yield self._press("typing", ":", _is_asked, has("esc leaves"))
        for end in range(1, len(text) + 1):
            so_far = text[:end].rstrip()
            shown = has(f": {so_far}")
            yield self._press("typing", text[end - 1], shown if text[end - 1] != " " else lambda _: True, shown)
        yield self._press("typing", "escape", lacks("\n : "), self._is_watchlist)

    def _is_ladder(self, text: str) -> bool:
        """Nothing of the watchlist is left, and all lines are there, but two that may be blank for a while."""
        is_whole = _filled(text) >= self._lines["ladder"] - 2
        return is_whole and " Symbol " not in text and "a arm" in text.rpartition("\n")[2]

    def _is_watchlist(self, text: str) -> bool:
        """Nothing of the ladder or a dialog is left, and all lines are there."""
        is_whole = _filled(text) >= self._lines["watchlist"]
        return is_whole and "DISARMED" not in text and "b buy" in text.rpartition("\n")[2]

    def _press(self, kind: str, key: str, first: Seen, whole: Seen) -> Press:
        waited, before = self._seat.waited, self._seat.text()
        at = self._seat.press(KEYS.get(key, key))
        answered = self._seat.until(first, LIMIT_SECONDS)
        waited = self._seat.waited - waited
        done = self._seat.until(whole, LIMIT_SECONDS) if answered is not None else None
        if answered is None or done is None:
            print(f"  {kind} {key!r} was not answered{' wholly' if answered is not None else ''}")
            if self._shows:
                print(self._seat.text())
        least = fresh_bytes(before, self._seat.text())
        self._seat.run(PAUSE_SECONDS)
        return Press(kind, answered and answered - at, done and done - at, waited, least)


def fresh_bytes(before: str, after: str) -> int:
    """Bytes of the characters of a screen that did not stand in their place before; blanks cost nothing."""
    lines = zip_longest(before.split("\n"), after.split("\n"), fillvalue="")
    cells = (pair for old, new in lines for pair in zip(old.ljust(len(new)), new, strict=False))
    return sum(len(new.encode()) for old, new in cells if new not in (old, " "))


def has(words: str) -> Seen:
    """The screen shows these words."""
    return lambda text: words in text


def lacks(words: str) -> Seen:
    """The screen does not show these words."""
    return lambda text: words not in text


def _is_asked(text: str) -> bool:
    """The line of commands waits for words."""
    return text.rpartition("\n")[2].startswith(" :") or "new order to buy" in text


def _filled(text: str) -> int:
    """Lines in which something stands."""
    return sum(bool(line.strip()) for line in text.split("\n"))
