"""The keys of the whole program on one page, made from the actions table: the card in the README."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ibtui.ui.actions import ACTIONS, Context
from ibtui.ui.help import key_text
from ibtui.ui.ladder.legend import LEGEND

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
MARKS: Final = "Ladder: its marks"
ACROSS: Final = 2
"""Keys side by side."""


def key_card() -> str:
    """The card in Markdown, with the default keys; what the ladder's marks mean stands below its keys."""
    lines: list[str] = []
    for context, heading in HEADINGS:
        lines += _part(heading, "key", _keys(context))
        lines += _part(MARKS, "mark", LEGEND) if context is Context.LADDER else []
    return "\n".join(lines).strip()


def _part(heading: str, left: str, told: Sequence[tuple[str, str]]) -> list[str]:
    cells = [(f"`{keys}`", what) for keys, what in told]
    rows = [cells[at : at + ACROSS] for at in range(0, len(cells), ACROSS)]
    lines = [f"**{heading}**", "", f"| {left} | | {left} | |", "|---|---|---|---|"]
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
