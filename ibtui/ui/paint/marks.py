"""Marks of three bytes, and those of one byte that stand for them where bytes are dear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHORT: Final[Mapping[str, str]] = {
    "−": "-",
    "▲": "^",
    "▼": "v",
    **dict.fromkeys("▁▂▃", "_"),
    **dict.fromkeys("▄▅", "-"),
    **dict.fromkeys("▆▇█", "="),
    **dict.fromkeys("─━", "-"),
    **dict.fromkeys("│┃", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"),
}
"""Minus, directions, bars and little charts, frames: each a cell wide like what stands for it; the card of keys, which
explains some of them, is shown in the same marks."""
