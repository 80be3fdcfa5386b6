"""Which Textual is installed, and whether the corrections of this folder were checked with it."""

from __future__ import annotations

import os
from typing import Final

import textual


def _installed() -> str:
    """Textual's version, by the folder that its installation left beside it.

    `textual.__version__` has it read from that folder's files by an e-mail parser, which takes ten milliseconds.
    """
    beside = os.path.dirname(os.path.dirname(textual.__file__))
    found = [name for name in os.listdir(beside) if name.startswith("textual-") and name.endswith(".dist-info")]
    return found[0][len("textual-") : -len(".dist-info")] if len(found) == 1 else textual.__version__


VERSION: Final = _installed()
CHECKED_VERSIONS: Final = frozenset({"8.2.8"})
"""Versions of Textual whose updates tests/ui/test_thin.py has replayed through a terminal emulator."""


def is_checked() -> bool:
    """Whether the corrections may be used; with any other version Textual paints by itself."""
    return VERSION in CHECKED_VERSIONS
