"""How many cells a text takes, counted rather than remembered.

Rich remembers the width of each of the last 4,096 texts, which suits words. Of prices and clocks there is always
another: the table of that memory was made anew as long as they moved, 290 KiB each time, and left the process larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


def cells_of(text: str) -> int:
    """Cells a text takes on the terminal."""
    if (text.isascii() and text.isprintable()) or is_narrow(text):
        return len(text)
    return cell_len(text)


@lru_cache(maxsize=256)
def is_narrow(text: str) -> bool:
    """Whether each character takes one cell; a wide one and a combining mark together are as long as two such."""
    return all(cell_len(char) == 1 for char in text)


def line_of(segments: Sequence[Segment], width: int, style: Style) -> Strip:
    """A line of `width` cells: cut, or filled with blanks of that style."""
    return Strip(segments, sum(cells_of(segment.text) for segment in segments)).adjust_cell_length(width, style)
