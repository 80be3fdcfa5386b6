"""`python -m tests.ui.line_app FILE`: a small app on a measured line, which writes to a file what came to it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from ibtui.ui.paint.app import PaintedApp

LIVES_SECONDS = 0.7


class LineApp(PaintedApp):
    """Counts for a while and ends."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.positions: list[tuple[int, int]] = []
        self.keys: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static("0", id="count")

    def on_mount(self) -> None:
        self.set_interval(0.05, self._frame)
        self.set_timer(LIVES_SECONDS, self.exit)

    def _frame(self) -> None:
        self.outflow.is_frame_due()
        self.count += 1
        self.query_one("#count", Static).update(f"frame {self.count}")

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.CursorPosition):
            self.positions.append((event.x, event.y))
        elif isinstance(event, events.Key):
            self.keys.append(event.key)
        await super().on_event(event)


if __name__ == "__main__":
    app = LineApp()
    app.run()
    meter = app.outflow.meter
    told = {"positions": app.positions, "keys": app.keys, "least": meter.least, "outstanding": meter.outstanding}
    Path(sys.argv[1]).write_text(json.dumps(told))
