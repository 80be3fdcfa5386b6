"""The F-key screens by the names the app knows them by."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, Final

from textual.screen import Screen

from ibtui.ui.screens.base import DashboardScreen

SCREENS_OF_MODES: Final = {
    "watch": ("ibtui.ui.screens.watch", "WatchScreen"),
    "ladder": ("ibtui.ui.screens.ladder", "LadderScreen"),
    "orders": ("ibtui.ui.screens.blotter", "BlotterScreen"),
    "portfolio": ("ibtui.ui.screens.portfolio", "PortfolioScreen"),
    "inbox": ("ibtui.ui.screens.inbox", "InboxScreen"),
}
"""Module and class of each mode's screen; imported when first opened, so that the first frame comes soon."""


def openers() -> dict[str, str | Callable[[], Screen[Any]]]:
    """What makes the screen of each mode, as Textual wants them."""
    return {mode: partial(_opened, *place) for mode, place in SCREENS_OF_MODES.items()}


def _opened(module: str, name: str) -> Screen[None]:
    screen = getattr(import_module(module), name)()
    assert isinstance(screen, DashboardScreen)
    return screen
