"""Reads style sheets before the first screen or dialog that needs them: a correction of when Textual reads them.

Stock Textual reads a screen's sheet when it is first opened and then applies all rules anew to every widget of the
screen that is left, though none of them is meant. Nothing that is shown may be meant by a sheet read here. Checked with
the versions in `versions`; with any other one nothing is changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textual.app import App
from textual.screen import Screen
from textual.widget import Widget

from ibtui.ui.paint.versions import is_checked


def read_sheets(app: App[Any], screen: type[Screen[Any]]) -> None:
    """Read the sheets of a kind of screen that was not opened yet, and know their rules."""
    fresh = [path for path in _sheets(screen) if not app.stylesheet.has_source(str(path), "")]
    if is_checked() and fresh:
        for path in fresh:
            app.stylesheet.read(path)
        _index(app)


def read_defaults(app: App[Any], widget: type[Widget]) -> None:
    """Know the rules that a kind of widget has by itself, before the first one is made."""
    if not is_checked():
        return
    for read_from, css, tie_breaker, scope in object.__new__(widget)._get_default_css():
        app.stylesheet.add_source(css, read_from=read_from, is_default_css=True, tie_breaker=tie_breaker, scope=scope)
    _index(app)


def _index(app: App[Any]) -> None:
    """Parse what is new, and look up rules by what they select, as the next widget would."""
    assert app.stylesheet.rules_map is not None


def _sheets(screen: type[Screen[Any]]) -> Iterator[Path]:
    """Where a class's own `CSS_PATH` says its sheets are, beside its module."""
    for base in screen.__mro__:
        named = base.__dict__.get("CSS_PATH")
        file = getattr(sys.modules.get(base.__module__), "__file__", None)
        if named and file is not None:
            for one in named if isinstance(named, list) else [named]:
                yield Path(file).parent / str(one)
