"""Where the user looks: at the field that takes keys, and at the dialog on top, or where one was just left.

What a key changed there is its answer: on a slow line it goes before the rest of the screen.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from textual.app import App
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.widget import Widget


class Gaze(Struct, frozen=True):
    """Lines of the terminal, from 0."""

    row: int = -1
    """Of what is typed, or of the field in focus; -1 for none."""
    rows: frozenset[int] = frozenset()
    """Of the dialog on top, and of one just left."""


class Gazer:
    """One per app; asked after each paint that a key called for. Times are seconds of any one clock."""

    def __init__(self) -> None:
        self._open: frozenset[int] = frozenset()
        self._left: frozenset[int] = frozenset()
        self._left_at = float("-inf")

    def look(self, app: App[Any], pressed: float) -> Gaze:
        """What is looked at after the key of that moment: also where the dialog was that it closed."""
        screen = app.screen_stack[-1] if app.screen_stack else None
        rows, row = (_rows(screen), _row(screen)) if isinstance(screen, ModalScreen) else (frozenset(), -1)
        if self._open - rows:
            self._left, self._left_at = self._open, pressed
        self._open = rows
        left = self._left if pressed == self._left_at else frozenset()
        return Gaze(row, rows | left)


def typed_at(app: App[Any]) -> tuple[int, int] | None:
    """Column and line at which what is typed appears, for input methods; None where nothing is typed."""
    stack = app.screen_stack
    if not stack or not hasattr(type(stack[-1].focused), "cursor_screen_offset"):
        return None
    x, y = app.cursor_position
    return x, y


def _rows(screen: Screen[Any]) -> frozenset[int]:
    return frozenset(y for child in screen.children for y in _region(screen, child).line_range)


def _row(screen: Screen[Any]) -> int:
    region = _region(screen, screen.focused)
    return region.y if region.height == 1 else -1


def _region(screen: Screen[Any], widget: Widget | None) -> Region:
    """Where a widget was laid out last; nothing is laid out for the question's sake."""
    placed = screen._compositor._visible_map or screen._compositor._full_map or {}
    found = placed.get(widget) if widget is not None else None
    return found.region.intersection(found.clip) if found is not None else Region()
