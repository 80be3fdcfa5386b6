"""Which Textual is installed, and whether the corrections of this folder were checked with it."""

from __future__ import annotations

from typing import Final

import textual

VERSION = textual.__version__
"""Looked up once: Textual asks the installed packages for it each time."""
CHECKED_VERSIONS: Final = frozenset({"8.2.8"})
"""Versions of Textual whose updates tests/ui/test_thin.py has replayed through a terminal emulator."""


def is_checked() -> bool:
    """Whether the corrections may be used; with any other version Textual paints by itself."""
    return VERSION in CHECKED_VERSIONS
