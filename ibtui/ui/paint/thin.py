"""The thin mode: short colours and no ornaments, as the user said or once the line was measured to need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ibtui.ui.themes import DEFAULT_THEME

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp
    from ibtui.ui.paint.outflow import Outflow

THIN_THEME: Final = "ibtui-ansi"
"""The terminal's own colours, whose escapes are a third as long; taken unless the user chose another theme."""
THIN_CLASS: Final = "-thin"
"""On the app while it is thin, for style sheets."""
THIN_CSS: Final = """
App.-thin ModalScreen { background: transparent; }
App.-thin .sheet { border: ascii $foreground; }
App.-thin .panel { border: blank; border-top: ascii $frame; }
App.-thin .panel:focus-within { border: blank; border-top: ascii $frame-focus; }
"""
"""A dialog leaves what lies round it as it is, and its frame takes no codes of its own on each line; of a panel's
frame only the line with its title is drawn."""


class ThinMode:
    """Switched on at the start or by measurement; stays on until the program ends, so that nothing flaps."""

    def __init__(self, app: DashboardApp, outflow: Outflow, *, wanted: bool) -> None:
        self._app = app
        if wanted:
            outflow.be_thin()
            self._look()
        else:
            outflow.when_thin(self._found)

    def _found(self, rate: float) -> None:
        """The line was measured to be slow for good."""
        self._app.thin = True
        colours = self._look()
        self._app.say(
            f"The line to this terminal takes {rate / 1000:.0f} kB/s: thin mode is on, with fewer frames"
            f"{' and 16 colours; `:theme dark` brings the others back' if colours else ''}. "
            "`--thin`, or `thin = true` in the configuration, starts with it"
        )

    def _look(self) -> bool:
        """Whether the colours were changed."""
        self._app.add_class(THIN_CLASS)
        if self._app.theme != DEFAULT_THEME:
            return False
        self._app.use_theme(THIN_THEME)
        return True
