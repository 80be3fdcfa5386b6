"""Every key of ibtui, declared once: bindings, footer, palette, help and `:` commands are made from this table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from textual.binding import Binding
from textual.keys import format_key

from ibtui.ui.action import Action, Context
from ibtui.ui.ladder import keys as ladder

__all__ = ["ACTIONS", "BY_ID", "WITHIN", "Action", "Context", "bindings", "chords", "clashes", "heard", "key_label"]

SHELL: Final = (
    Action("help", "question_mark,f1", "keys", "Show the keys of this screen", "show_help", footer=22, command="help"),
    Action("watch", "f2,alt+2", "watch", "Open the watchlist", "open_mode('watch')", footer=40, command="watch"),
    Action("ladder", "f3,alt+3", "ladder", "Open the price ladder", "open_mode('ladder')", footer=41, command="ladder"),
    Action("orders", "f4,alt+4", "orders", "Open the blotter", "open_mode('orders')", footer=42, command="orders"),
    Action(
        "portfolio",
        "f5,alt+5",
        "portfolio",
        "Open positions, cash and summary",
        "open_mode('portfolio')",
        footer=43,
        command="portfolio",
    ),
    Action(
        "inbox", "f6,alt+6", "inbox", "Open notifications and notices", "open_mode('inbox')", footer=44, command="inbox"
    ),
    Action("find", "slash", "find", "Find a contract", "find", footer=20),
    Action("command", "colon", "command", "Open the command line", "command_line", footer=21),
    Action("palette", "ctrl+p", "palette", "Choose from every action", "command_palette", footer=91),
    Action(
        "cancel_all", "X", "cancel all", "Cancel all orders, a side or an instrument; asks", "cancel_all", footer=60
    ),
    Action(
        "combo",
        "C",
        "combination",
        "Build a combination (spread) leg by leg",
        "open_combo",
        footer=61,
        command="combo",
    ),
    Action(
        "questions",
        "Q",
        "questions",
        "Questions of the gateway that are suppressed",
        "open_questions",
        footer=62,
        command="questions",
    ),
    Action("modify", "m", "modify", "Modify the selected order", "modify_order", footer=4),
    Action(
        "connection", "c", "connection", "What is wrong with the connection", "open_connection", command="connection"
    ),
    Action("log", "L", "log", "Show the program's own log", "open_log", command="log"),
    Action("redraw", "ctrl+l", "redraw", "Draw the whole screen again", "app.redraw"),
    Action("quit", "q", "quit", "Quit; asks while orders work", "quit_dashboard", footer=92, command="quit"),
)

TICKET: Final = (
    Action("buy", "b", "buy", "Open a buy ticket for the selected instrument", "ticket('BUY')", Context.TICKET, 1),
    Action("sell", "s", "sell", "Open a sell ticket for the selected instrument", "ticket('SELL')", Context.TICKET, 2),
    Action("cancel", "x", "cancel", "Cancel the selected order", "cancel_order", Context.TICKET, 3),
    Action("next_panel", "tab", "next panel", "Go to the next panel", "app.focus_next", Context.TICKET),
    Action("previous_panel", "shift+tab", "previous panel", "The panel before", "app.focus_previous", Context.TICKET),
    Action("back", "escape", "back", "Back out", "back", Context.TICKET),
)
"""What keys do on every screen but the ladder, where they trade."""

GRID: Final = (
    Action("up", "up,k", "up", "One row up", "move_cursor(-1)", Context.GRID),
    Action("down", "down,j", "down", "One row down", "move_cursor(1)", Context.GRID),
    Action("page_up", "pageup", "page up", "One page up", "page_cursor(-1)", Context.GRID),
    Action("page_down", "pagedown", "page down", "One page down", "page_cursor(1)", Context.GRID),
    Action("first", "home,g", "first", "First row", "move_to_edge(-1)", Context.GRID),
    Action("last", "end,G", "last", "Last row", "move_to_edge(1)", Context.GRID),
    Action("choose", "enter", "choose", "Choose the row", "select_row", Context.GRID),
    Action("sort_left", "less_than_sign", "sort by", "Sort by the column before", "sort_step(-1)", Context.GRID),
    Action("sort_right", "greater_than_sign", "sort by", "Sort by the next column", "sort_step(1)", Context.GRID),
    Action("sort_reverse", "r", "reverse", "Reverse the order of sorting", "sort_reverse", Context.GRID),
)

WATCH: Final = (
    Action("watch.remove", "delete", "remove", "Remove the row from the list", "remove", Context.WATCH, footer=50),
    Action("watch.up", "shift+up,K", "move up", "Move the row up", "shift_row(-1)", Context.WATCH),
    Action("watch.down", "shift+down,J", "move down", "Move the row down", "shift_row(1)", Context.WATCH),
    Action(
        "watch.previous_list", "left_square_bracket", "list before", "Show the list before", "list(-1)", Context.WATCH
    ),
    Action("watch.next_list", "right_square_bracket", "next list", "Show the next list", "list(1)", Context.WATCH, 51),
)

BLOTTER: Final = (
    Action(
        "blotter.refresh", "ctrl+r", "read again", "Read orders and executions again", "refresh_orders", Context.BLOTTER
    ),
)
INBOX: Final = (
    Action("inbox.refresh", "ctrl+r", "read again", "Read the notifications again", "refresh_inbox", Context.INBOX),
)

REPLAY: Final = (
    Action("replay.pause", "P,p,space", "pause", "Stop the tape, or let it go on", "replay_pause", Context.REPLAY),
    Action("replay.faster", "ctrl+right,plus", "faster", "Play the tape faster", "replay_speed(1)", Context.REPLAY),
    Action("replay.slower", "ctrl+left,minus", "slower", "Play the tape slower", "replay_speed(-1)", Context.REPLAY),
)
"""Heard by the app itself where a tape is played; what a screen does with the same key goes first."""

ACTIONS: Final = (*SHELL, *TICKET, *GRID, *WATCH, *ladder.ORDERS, *ladder.SIGHT, *BLOTTER, *INBOX, *REPLAY)

BY_ID: Final = {action.action_id: action for action in ACTIONS}

WITHIN: Final[Mapping[Context, tuple[Context, ...]]] = {
    Context.WATCH: (Context.WATCH, Context.GRID, Context.TICKET, Context.APP),
    Context.LADDER: (Context.TRADING, Context.LADDER, Context.APP),
    Context.BLOTTER: (Context.BLOTTER, Context.GRID, Context.TICKET, Context.APP),
    Context.PORTFOLIO: (Context.PORTFOLIO, Context.GRID, Context.TICKET, Context.APP),
    Context.INBOX: (Context.INBOX, Context.GRID, Context.TICKET, Context.APP),
}
"""Contexts whose keys are heard together on one screen, nearest first; a dialog hears only its own."""


BOUND_ELSEWHERE: Final = (Context.APP, Context.GRID)
"""Contexts whose keys every screen, and every table, binds for itself."""


def bindings(context: Context) -> list[Binding]:
    """Textual's bindings of a context, of a screen's all that are its own, remappable by action id."""
    own = [where for where in WITHIN.get(context, (context,)) if where is context or where not in BOUND_ELSEWHERE]
    return [
        Binding(action.keys, action.method, action.label, show=False, id=action.action_id, tooltip=action.description)
        for action in ACTIONS
        if action.context in own
    ]


def heard(context: Context) -> tuple[Action, ...]:
    """Actions valid on the screen of `context`, nearest first."""
    contexts = WITHIN.get(context, (context,))
    return tuple(action for where in contexts for action in ACTIONS if action.context is where)


def chords(action: Action, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of an action after the user's remapping, as Textual names them."""
    return _split(keymap.get(action.action_id, action.keys))


@lru_cache(maxsize=1024)
def _split(keys: str) -> tuple[str, ...]:
    """Cached: the footer asks for every action's keys as often as its pace changes."""
    return tuple([binding.key for binding in Binding.make_bindings([Binding(keys, "")])])


def key_label(chord: str) -> str:
    """A chord as people write it: `F2`, `?`, `^p`, `⇧↑` becomes `shift+up`."""
    *modifiers, key = chord.split("+") if chord != "+" else [chord]
    shown = format_key(key) if key not in _KEY_WORDS else _KEY_WORDS[key]
    shown = shown.upper() if key.startswith("f") and key[1:].isdigit() else shown
    return "+".join([*modifiers, shown])


_KEY_WORDS: Final = {
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "delete": "del",
    "up": "up",
    "down": "down",
    "left": "left",
    "right": "right",
    "space": "space",
    "enter": "enter",
}


def clashes(keymap: Mapping[str, str]) -> list[str]:
    """What is wrong with a keymap: unknown action ids, and chords that mean two things in one context."""
    found = [_unknown(action_id) for action_id in keymap if action_id not in BY_ID]
    for context in Context:
        found += _twice(heard(context), keymap, context)
    return found


def _unknown(action_id: str) -> str:
    near = get_close_matches(action_id, BY_ID, n=1)
    return f"unknown action {action_id!r}" + (f", did you mean {near[0]!r}?" if near else "")


def _twice(actions: Iterable[Action], keymap: Mapping[str, str], context: Context) -> list[str]:
    owner: dict[str, str] = {}
    found: list[str] = []
    for action in actions:
        for chord in chords(action, keymap):
            other = owner.setdefault(chord, action.action_id)
            if other != action.action_id:
                found.append(f"{key_label(chord)} is both {other!r} and {action.action_id!r} in {context.value}")
    return found
