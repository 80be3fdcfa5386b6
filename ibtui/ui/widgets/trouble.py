"""One line under the status line while something keeps the session from trading."""

from __future__ import annotations

from ibtui.domain.session import Health, Trouble
from ibtui.ui.formatting import countdown
from ibtui.ui.troubles import REMEDIES
from ibtui.ui.widgets.figures import FigureLine, Span


class TroubleLine(FigureLine):
    """What is wrong, in the gateway's own words, and the key that mends it; hidden while nothing is."""

    DEFAULT_CSS = """
    TroubleLine { height: 1; display: none; background: $panel; }
    TroubleLine.-shown { display: block; }
    """

    def show_health(self, health: Health, now: float) -> None:
        """Show the trouble of the moment, or nothing."""
        self.set_class(health.trouble is not Trouble.NONE, "-shown")
        remedy = REMEDIES.get(health.trouble)
        if remedy is None:
            return
        again = f"next try in {countdown(health.next_attempt - now)}" if health.next_attempt > now else ""
        self.show(
            [
                (Span(f"✗ {remedy.title}", "bad"),),
                (Span("c", "accent"), Span(" what to do")),
                (Span(again, "muted"),) if again else (),
                (Span(health.detail),) if health.detail else (),
            ]
        )
