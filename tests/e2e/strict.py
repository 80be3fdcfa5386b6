"""Judges every byte a full-screen program sends to its terminal, by a list of what it may send."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MODES: Final = frozenset(
    {"7", "25", "1000", "1003", "1004", "1006", "1015", "1016", "1049", "2004", "2026", "2031", "2048"}
)
"""Private modes Textual switches: wrapping, cursor, mouse, focus, other screen, paste, synchronised output, resize."""

ATTRIBUTE: Final = r"(?:[0-9]|2[1-9]|[34]9|[34]8;2;\d{1,3};\d{1,3};\d{1,3})"
"""Of an SGR sequence: reset, bold and the like, default and 24-bit colours, but none of the palette."""
ALLOWED: Final = re.compile(
    r"\x1b\["
    r"(?:"
    r"(?:\d+(?:;\d+)?)?H"  # cursor to a place, or to the beginning of a line
    r"|\d+G|\d*C|\d*K|\d+X|J"  # cursor within its line; blanks to its end, so many, or to the end of the screen
    rf"|;?(?:{ATTRIBUTE}(?:;{ATTRIBUTE})*)?m"
    r"|\?(?P<mode>\d+)(?:h|l|\$p)"  # private modes: set, reset, asked for
    r"|[<>]\d*u"  # keyboard protocol
    r")"
)
QUESTION: Final = re.compile(r"\x1b\[2;\d+H\x1b\[6n")
"""Asks how far the terminal is, with the cursor where the answer is no key's; alone it is nobody's of ours."""
POINTER: Final = re.compile(r"\x1b\]22;[a-z-]+\x07")
"""The mouse pointer's shape: the only OSC Textual sends, and no text of anybody's is in it."""

UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of controls, bidi marks, zero-width characters and what is no character."""


def violations(sent: bytes) -> list[str]:
    """What was sent that may not be: each with its place and what stands round it."""
    try:
        text = sent.decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"byte {error.start} is no UTF-8: {sent[max(0, error.start - 20) : error.start + 20]!r}"]
    found: list[str] = []
    place = 0
    while place < len(text):
        match = QUESTION.match(text, place) or ALLOWED.match(text, place) or POINTER.match(text, place)
        if match is not None and match.groupdict().get("mode", "7") in {*MODES, None}:
            place = match.end()
            continue
        character = text[place]
        if character not in "\r\n" and unicodedata.category(character) in UNSEEN:
            found.append(f"{character!a} at {place}: {text[max(0, place - 20) : place + 40]!a}")
        place += 1
    return found
