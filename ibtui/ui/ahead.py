"""What the first opening of each screen and dialog would have to load, loaded in small steps soon after the start."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from textual.screen import Screen
from textual.widget import Widget

from ibtui.ui.modes import SCREENS_OF_MODES
from ibtui.ui.paint.sheets import read_defaults, read_sheets

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

CALM_SECONDS: Final = 3.0
"""After the first frame: by then lists and first prices are usually there."""
GAP_SECONDS: Final = 0.1
"""Between two steps, none of which takes longer than a frame."""

DIALOGS: Final = (
    ("ibtui.ui.dialogs.ticket", "TicketDialog"),
    ("ibtui.ui.dialogs.find", "FindDialog"),
    ("ibtui.ui.dialogs.confirm", "ConfirmDialog"),
    ("ibtui.ui.dialogs.reply", "ReplyDialog"),
    ("ibtui.ui.dialogs.cancel", "CancelAllDialog"),
    ("ibtui.ui.quit", "QuitDialog"),
    ("ibtui.ui.help", "HelpScreen"),
    ("ibtui.ui.widgets.command_line", "CommandLine"),
    ("ibtui.ui.palette", "ActionPalette"),
)
PARTS: Final = (
    ("textual.widgets", "Input"),
    ("ibtui.ui.dialogs.fields", "FieldRow"),
    ("ibtui.ui.dialogs.form", "TicketForm"),
    ("ibtui.ui.dialogs.choice", "ChoiceField"),
    ("ibtui.ui.dialogs.answers", "AnswerLine"),
    ("ibtui.ui.dialogs.search", "ContractSearch"),
    ("ibtui.ui.widgets.allocation", "AllocationBar"),
    ("ibtui.ui.widgets.figures", "FigureLine"),
    ("ibtui.ui.widgets.words", "WordLines"),
    ("textual.containers", "VerticalScroll"),
)
"""Widgets that the first screen has none of."""
CODE: Final = ("ibtui.ui.dialogs", "ibtui.ui.command_runner", "ibtui.ui.vocabulary")


async def load_ahead(app: DashboardApp, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Load everything once the start is over; whoever presses a key before pays for it as it comes."""
    await sleep(CALM_SECONDS)
    for name in CODE:
        import_module(name)
        await sleep(GAP_SECONDS)
    for module, name in (*SCREENS_OF_MODES.values(), *DIALOGS, *PARTS):
        kind: type[Widget] = getattr(import_module(module), name)
        read_defaults(app, kind)
        if issubclass(kind, Screen):
            read_sheets(app, kind)
        await sleep(GAP_SECONDS)
