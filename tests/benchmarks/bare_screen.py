"""The peer of `tests.benchmarks.start`: a bare Textual program with as many widgets as ibtui's first screen.

It has the same tree (one line above, two columns of two framed panels each, one line below) of Textual's plain kinds,
and a small style sheet of its own; it knows nothing of ibtui and imports nothing but Textual.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static


class BareScreen(App[None]):
    """Fourteen widgets: five containers more or less, the rest lines of text."""

    CSS = """
    Screen { layout: vertical; }
    #status { dock: top; height: 1; background: $panel; }
    #trouble { height: 1; display: none; }
    #keys { dock: bottom; height: 1; background: $panel; }
    #left { width: 2fr; }
    #right { width: 1fr; }
    .panel { height: 3fr; border: round $primary; }
    .small { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        """As many widgets as ibtui's watchlist screen."""
        yield Static("no account  connecting", id="status")
        yield Static("", id="trouble")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield _panel("Watchlist")
                yield _panel("Working orders", "small")
            with Vertical(id="right"):
                yield _panel("Ladder")
                yield _panel("Positions", "small")
        yield Static(" ? Keys  : Command  q quit", id="keys")


def _panel(title: str, *classes: str) -> Vertical:
    panel = Vertical(Static("nothing yet"), classes=" ".join(("panel", *classes)))
    panel.border_title = title
    return panel


def main() -> None:
    """Run it."""
    BareScreen().run()
