"""The shortest escape code from one set of colours to another."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

RESET: Final = "\x1b[m"
DEFAULT_COLOURS: Final = ("39", "49")
"""Codes of the terminal's own colours, which a reset brings back too."""


UNSEEN: Final = frozenset({"1", "2", "3"})
"""Bold, dim and italic, which a blank does not show."""

OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}
"""What ends each style alone (ECMA-48, 8.3.117); bold and dim end together."""


class _Ink(NamedTuple):
    styles: frozenset[str]
    foreground: str
    background: str


@lru_cache(maxsize=16384)
def change(old: str, new: str) -> str:
    """What to write so that text in the codes `old` goes on in the codes `new`; blank stands for no colours at all."""
    before, after = _read(old), _read(new)
    if before == after:
        return ""
    off = {OFF.get(style, "") for style in before.styles - after.styles}
    kept = {style for style in before.styles & after.styles if OFF.get(style) not in off}
    added = [*sorted(off), *sorted(after.styles - kept)]
    added += [mine for theirs, mine in zip(before[1:], after[1:], strict=True) if mine and mine != theirs]
    added += [
        default
        for theirs, mine, default in zip(before[1:], after[1:], DEFAULT_COLOURS, strict=True)
        if theirs and not mine
    ]
    anew = [*sorted(after.styles), *(colour for colour in after[1:] if colour)]
    fresh = f"\x1b[;{';'.join(anew)}m" if anew else RESET
    step = f"\x1b[{';'.join(added)}m"
    return fresh if "" in off or len(fresh) < len(step) else step


@lru_cache(maxsize=4096)
def can_erase(ink: str) -> bool:
    """Whether an erased cell looks like a blank in these codes: terminals differ in what else they erase with."""
    read = _read(ink)
    return not read.background and read.styles <= UNSEEN


@lru_cache(maxsize=4096)
def of_blank(ink: str) -> str:
    """The codes of a blank that looks like one in these: where it shows but its ground, that alone."""
    read = _read(ink)
    return read.background if read.styles <= UNSEEN else ink


@lru_cache(maxsize=4096)
def _read(ink: str) -> _Ink:
    """The codes apart, without those that a reset brings."""
    codes = ink.split(";") if ink else []
    styles: set[str] = set()
    colours = ["", ""]
    while codes:
        code = codes.pop(0)
        if code in ("38", "48"):
            taken = 4 if codes[0] == "2" else 2
            colours[code == "48"] = ";".join([code, *codes[:taken]])
            del codes[:taken]
        elif code in DEFAULT_COLOURS:
            colours[code == "49"] = ""
        elif len(code) > 1 and code[:-1] in ("3", "9", "4", "10"):
            colours[code[:-1] in ("4", "10")] = code
        else:
            styles.add(code)
    return _Ink(frozenset(styles), *colours)
