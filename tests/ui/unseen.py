"""Painting, where nobody looks: Textual makes every picture of an app without a terminal, and throws it away.

That is a third of what the tests of the screens take. What they read of a widget it draws when asked; snapshots, the
replay of random use and the programs in terminals draw everything.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from textual.screen import Screen

STOCK: Final = Screen._compositor_refresh


def paint_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count what is to be painted without a terminal as painted."""
    monkeypatch.setattr(Screen, "_compositor_refresh", _unseen)


def paint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint again."""
    monkeypatch.setattr(Screen, "_compositor_refresh", STOCK)


def _unseen(screen: Screen[Any]) -> None:
    if not screen.app.is_headless or screen is not screen.app.screen:
        STOCK(screen)
        return
    screen._compositor._dirty_regions.clear()
    screen._dirty_widgets.clear()
    screen.app._update_mouse_over(screen)
