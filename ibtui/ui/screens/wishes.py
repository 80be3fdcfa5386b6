"""Which instruments of a long list are streamed: the gateway streams a hundred, so those in sight come first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ibtui.ui.widgets.grid import Grid

LINES: Final = 100
"""Market data lines of an account without extra ones (wire-facts 3)."""
REST_SECONDS: Final = 0.25
"""Rest of a list before what is in sight is asked for, so that running through it does not ask for all of it."""


def wished(conids: Sequence[int], grid: Grid) -> tuple[int, ...]:
    """The list, where it is too long with the rows in sight first; shorter ones as they are."""
    if len(conids) <= LINES:
        return tuple(conids)
    return tuple(dict.fromkeys([*in_sight(grid), *conids]))


def in_sight(grid: Grid) -> list[int]:
    """Instruments whose rows are in sight."""
    return [key for key in grid.sight if isinstance(key, int)]
