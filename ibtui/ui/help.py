"""The keys of a screen, made from the actions table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ibtui.ui.actions import WITHIN, Action, Context, chords, heard, key_label
from ibtui.ui.commands import COMMANDS
from ibtui.ui.ladder.legend import LEGEND
from ibtui.ui.paint.veil import VeiledScreen

ORDER_EXAMPLES: Final = (
    ("buy 100 AAPL @ 165 lmt day", "limit order"),
    ("sell 50 AAPL mkt", "market order"),
    ("buy 100 AAPL stop 160 stp gtc", "stop order"),
    ("sell 100 AAPL trail 2%", "trailing stop"),
    ("sell 100 AAPL trail 2% lmt 0.10", "trailing stop with a limit"),
    ("buy 100 AAPL @ 165 tp 175 sl 160", "bracket: profit and loss attached"),
    ("buy 9 AAPL @ 165 or buy 4 MSFT @ 400", "one cancels all"),
    ("buy 1 combo +1 AAPL -1 MSFT @ -140", "combination"),
    ("cancel 123456 · cancel AAPL buy", "one order, those of an instrument"),
    ("cancel all · cancel all sell", "all of the account, or one side"),
    ("modify 123456 @ 166 qty 50 gtc", "change a working order"),
    ("flatten AAPL · reverse AAPL", "close or turn a position"),
)


DIALOG_KEYS: Final = (
    ("enter", "In a ticket: to the confirmation. On an answer: give it"),
    ("esc n", "No, or close; nothing is sent"),
    ("y", "Yes, send; heard only after the dialog was read, never held down"),
    ("left right up down", "Move among the answers, or read on in a long text"),
    ("pgup pgdn", "Read on faster"),
    ("tab shift+tab", "Ticket: next and previous field"),
    ("up down pgup pgdn", "Ticket: step a number by 1 or 10 increments"),
    ("left right space", "Ticket: choose a word"),
    ("=", "Ticket: take the nearest valid value"),
    ("w", "Ticket, confirmation: ask for the what-if"),
    ("S", "Question: accept, and do not ask it again in this session"),
    ("i b s", "Cancel all: only this instrument, buys, sells"),
    ("/ + − n e", "Combination: add a leg, ratio, turn its sign, exchange"),
    ("shift+↑↓ del", "Combination: move a leg, remove it"),
    ("r k", "Questions: ask all again; suppress after a new session"),
    ("A", "Unknown outcome: send again with the same reference"),
    ("C", "Unknown outcome: close the case"),
    ("1 … 9", "Prompt of the gateway: its options"),
    ("ctrl+n", "Find: by name or by symbol"),
    ("ctrl+n", "Log: the least weight that is shown; typing filters"),
    ("r t", "Connection: try again, start the session here"),
    ("space shift+↑↓", "Columns of the ladder: show or hide, move; enter takes them"),
)
"""Keys of the dialogs, which are fixed: no configuration may turn a yes into something else."""


def key_text(action: Action, keymap: Mapping[str, str]) -> str:
    """The chords of an action, side by side."""
    return " ".join(key_label(chord) for chord in chords(action, keymap))


def help_text(context: Context, keymap: Mapping[str, str], extra: tuple[Context, ...] = (), state: str = "") -> Content:
    """Everything a screen hears, nearest first, then the words of the `:` line; its `state` before all.

    What the ladder's marks mean stands below its keys.
    """
    parts: list[Content] = [Content.styled(f"Now {state}\n", "bold $warn")] if state else []
    for where in (*extra, *WITHIN.get(context, (context, Context.APP))):
        rows = [(key_text(a, keymap), a.description) for a in heard(where) if a.context is where]
        parts += _section(where.value, _folded(rows))
        parts += _section("Marks on the ladder", list(LEGEND)) if where is Context.LADDER else []
    parts += _section("Dialogs (fixed keys)", list(DIALOG_KEYS))
    parts += _section("Command line", [(f":{c.name} {c.arguments}".rstrip(), c.description) for c in COMMANDS.values()])
    parts += _section("Orders on the command line", list(ORDER_EXAMPLES))
    return Content("\n").join(parts)


def _folded(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The nine size presets as one row."""
    presets = [row for row in rows if row[1].startswith("Choose size preset")]
    rest = [row for row in rows if row not in presets]
    return [*rest, ("1 … 9", "Choose a size")] if presets else rest


def _section(heading: str, rows: list[tuple[str, str]]) -> list[Content]:
    width = max((cell_len(left) for left, _ in rows), default=0)
    lines = [Content.styled(heading, "bold $footer-key")]
    for left, right in rows:
        pad = " " * (min(width, 40) - cell_len(left) + 2)
        lines.append(Content.assemble("  ", (left, "bold"), pad, (right, "")))
    return [*lines, Content("")]


class HelpScreen(VeiledScreen[None]):
    """A sheet to read and leave."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark,enter", "leave", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("pageup", "scroll(-15)", show=False),
        Binding("pagedown,space", "scroll(15)", show=False),
    ]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    HelpScreen {
        align: center middle; background: $background 60%;
        & #sheet {
            width: 84; max-width: 100%; height: auto; max-height: 100%; padding: 0 2; background: $surface;
            border: round $frame-focus; border-title-style: bold; border-subtitle-color: $muted;
            scrollbar-size-vertical: 1;
        }
        & Static { height: auto; }
    }
    """

    def __init__(
        self, context: Context, keymap: Mapping[str, str], extra: tuple[Context, ...] = (), state: str = ""
    ) -> None:
        super().__init__()
        self._content = help_text(context, keymap, extra, state)
        self._heading = f"Keys: {context.value}"

    def compose(self) -> ComposeResult:
        """The sheet."""
        with VerticalScroll(id="sheet", can_focus=False) as sheet:
            yield Static(self._content)
        sheet.border_title = Content(self._heading)
        sheet.border_subtitle = Content("↑↓ scroll · esc closes")

    def action_scroll(self, lines: int) -> None:
        """Read on."""
        self.query_one("#sheet", VerticalScroll).scroll_relative(y=lines, animate=False, immediate=True)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)
