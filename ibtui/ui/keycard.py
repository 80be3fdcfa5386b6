"""The keys of the whole program on one page, made from the actions table: the card in the README."""

from __future__ import annotations

from typing import Final

from ibtui.ui.actions import ACTIONS, Context
from ibtui.ui.help import key_text

PRESETS: Final = "ladder.size_"
HEADINGS: Final = (
    (Context.APP, "Everywhere"),
    (Context.TICKET, "Everywhere but on the ladder"),
    (Context.GRID, "Tables"),
    (Context.WATCH, "Watchlist"),
    (Context.TRADING, "Ladder: trading. Armed they send at once; disarmed they show a preview, which `enter` sends"),
    (Context.LADDER, "Ladder: looking"),
    (Context.BLOTTER, "Blotter"),
    (Context.INBOX, "Inbox"),
    (Context.REPLAY, "Replay of a tape"),
)
"""Parts of the card, in their order."""
ACROSS: Final = 2
"""Keys side by side."""


def key_card() -> str:
    """The card in Markdown, with the default keys."""
    return "\n".join(part for context, heading in HEADINGS for part in _part(context, heading)).strip()


def _part(context: Context, heading: str) -> list[str]:
    cells = [(f"`{keys}`", what) for keys, what in _keys(context)]
    rows = [cells[at : at + ACROSS] for at in range(0, len(cells), ACROSS)]
    lines = [f"**{heading}**", "", "| key | | key | |", "|---|---|---|---|"]
    for row in rows:
        filled = [*row, *[("", "")] * (ACROSS - len(row))]
        lines.append("| " + " | ".join(text.replace("|", "\\|") for cell in filled for text in cell) + " |")
    return [*lines, ""]


def _keys(context: Context) -> list[tuple[str, str]]:
    """(keys, what they do); the nine sizes are one."""
    found = [
        (key_text(action, {}), action.description)
        for action in ACTIONS
        if action.context is context and not action.action_id.removeprefix(PRESETS).isdigit()
    ]
    return [*found, ("1 … 9", "Choose one of nine sizes")] if context is Context.TRADING else found
