"""A bar of what the account's money is in; patterns and names tell the parts apart, colours only help."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from ibtui.ui.widths import line_of

PATTERNS = "█▓▒░"
PARTS = ("a", "b", "c", "d")
CASH = "·"
"""Pattern of cash: empty ground."""


class AllocationBar(Widget):
    """Two lines: the bar, and the names with their percents in the bar's order."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"allocation--{part}" for part in PARTS), "allocation--cash"}
    DEFAULT_CSS = """
    AllocationBar {
        height: 2; padding: 0 1; color: $foreground;
        & > .allocation--a { color: $accent; }
        & > .allocation--b { color: $ask; }
        & > .allocation--c { color: $good; }
        & > .allocation--d { color: $last; }
        & > .allocation--cash { color: $muted; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: tuple[tuple[str, Decimal], ...] = ()

    def show(self, parts: Sequence[tuple[str, Decimal]]) -> None:
        """Show these (name, percent) parts."""
        if tuple(parts) != self._parts:
            self._parts = tuple(parts)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The bar, then the names as far as they fit."""
        width, plain = self.content_size.width, self.rich_style
        if not self._parts:
            text = "Allocation is shown as soon as positions and cash are known" if y == 0 else ""
            return line_of([Segment(text, self._style("cash"))], width, plain)
        line = self._bar(width) if y == 0 else self._names(width)
        return line_of(line, width, plain)

    def _bar(self, width: int) -> list[Segment]:
        cells = spread([percent for _, percent in self._parts], width)
        marks = [self._mark(place) for place in range(len(self._parts))]
        return [Segment(mark * count, style) for count, (mark, style) in zip(cells, marks, strict=True)]

    def _names(self, width: int) -> list[Segment]:
        line: list[Segment] = []
        used = 0
        for place, (name, percent) in enumerate(self._parts):
            mark, style = self._mark(place)
            words = f" {name} {percent:.1f}%   "
            if used + len(words) + 1 > width:
                break
            used += len(words) + 1
            line += [Segment(mark, style), Segment(words, self.rich_style)]
        return line

    def _mark(self, place: int) -> tuple[str, Style]:
        if self._parts[place][0] in ("cash", "borrowed"):
            return CASH, self._style("cash")
        return PATTERNS[place % len(PATTERNS)], self._style(PARTS[place % len(PARTS)])

    def _style(self, part: str) -> Style:
        return self.rich_style + self.get_component_rich_style(f"allocation--{part}", partial=True)


def spread(percents: Sequence[Decimal], width: int) -> list[int]:
    """Whole cells for each part, together `width`: every part that is more than nothing gets one while they last."""
    if not percents or width < len(percents):
        return [1] * width + [0] * max(0, len(percents) - width)
    exact = [float(percent) * width / 100 for percent in percents]
    cells = [max(1, int(size)) for size in exact]
    while sum(cells) > width:
        cells[cells.index(max(cells))] -= 1
    by_rest = sorted(range(len(exact)), key=lambda i: exact[i] - int(exact[i]), reverse=True)
    for i in range(width - sum(cells)):
        cells[by_rest[i % len(by_rest)]] += 1
    return cells
