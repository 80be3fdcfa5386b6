"""One line under the status line while something keeps the session from trading."""

from __future__ import annotations

from typing import Final

from rich.cells import set_cell_size

from ibtui.domain.session import Health, Trouble
from ibtui.ui.formatting import countdown
from ibtui.ui.troubles import REMEDIES
from ibtui.ui.widgets.figures import FigureLine, Span
from ibtui.ui.widths import cells_of

LEAST_DETAIL: Final = 20
"""Cells below which the beginning of the detail says nothing."""
MARGIN: Final = 2
"""Blank cells at the two ends of the line."""


class TroubleLine(FigureLine):
    """What is wrong, in the gateway's own words, and the key that mends it; hidden while nothing is."""

    DEFAULT_CSS = """
    TroubleLine { height: 1; display: none; background: $panel; }
    TroubleLine.-shown { display: block; }
    """

    def show_health(self, health: Health, now: float) -> None:
        """Show the trouble of the moment, or nothing; a detail that does not fit is cut, the dialog has all of it."""
        self.set_class(health.trouble is not Trouble.NONE, "-shown")
        remedy = REMEDIES.get(health.trouble)
        if remedy is None:
            return
        again = f"next try in {countdown(health.next_attempt - now)}" if health.next_attempt > now else ""
        groups: list[tuple[Span, ...]] = [
            (Span(f"✗ {remedy.title}", "bad"),),
            (Span("c", "accent"), Span(" what to do")),
        ]
        if again:
            groups.append((Span(again, "muted"),))
        used = sum(cells_of(span.text) for group in groups for span in group) + len(groups) * len(self.SEPARATOR)
        detail = _fitted(health.detail, self.app.size.width - MARGIN - used)
        self.show([*groups, (Span(detail),)] if detail else groups)


def _fitted(text: str, room: int) -> str:
    """The text, or its beginning with an ellipsis; blank when too little of it would be seen."""
    if cells_of(text) <= room:
        return text
    return set_cell_size(text, room - 1).rstrip() + "…" if room >= LEAST_DETAIL else ""
