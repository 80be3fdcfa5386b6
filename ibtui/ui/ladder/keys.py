"""The ladder's part of the actions table, and what its footer and help say in each of its states."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ibtui.ui.action import Action, Context


class LadderState(StrEnum):
    """What a trading key of the focused ladder would do; the value heads the help."""

    DISARMED = "DISARMED: trading keys show a preview and send nothing; a arms"
    ARMED = "ARMED: trading keys send at once; a disarms"
    PREVIEW = "PREVIEW: enter sends the order shown, esc drops it"
    GRABBED = "GRABBED: shift+up and shift+down move the order, enter sends the change, esc lets go"


def _trade(name: str, keys: str, label: str, description: str, method: str, footer: int = 0) -> Action:
    return Action(f"ladder.{name}", keys, label, description, method, Context.TRADING, footer)


def _look(name: str, keys: str, label: str, description: str, method: str, footer: int = 0) -> Action:
    return Action(f"ladder.{name}", keys, label, description, method, Context.LADDER, footer)


ORDERS: Final = (
    _trade("arm", "a", "arm", "Arm, or disarm", "arm", 1),
    _trade("buy", "b", "buy", "Buy limit at the cursor", "trade('LIMIT', 'BUY')", 2),
    _trade("sell", "s", "sell", "Sell limit at the cursor", "trade('LIMIT', 'SELL')", 3),
    _trade("join_bid", "left_square_bracket", "join bid", "Buy limit at the best bid", "trade('JOIN', 'BUY')", 12),
    _trade("join_ask", "right_square_bracket", "join ask", "Sell limit at the best ask", "trade('JOIN', 'SELL')", 13),
    _trade("improve_bid", "left_curly_bracket", "improve", "Buy limit a tick over the bid", "trade('IMPROVE', 'BUY')"),
    _trade(
        "improve_ask", "right_curly_bracket", "improve", "Sell limit a tick under the ask", "trade('IMPROVE', 'SELL')"
    ),
    _trade("lift", "greater_than_sign", "lift", "Buy limit at the ask plus the collar", "trade('CROSS', 'BUY')", 14),
    _trade("hit", "less_than_sign", "hit", "Sell limit at the bid less the collar", "trade('CROSS', 'SELL')", 15),
    _trade("buy_market", "B", "buy market", "Buy at market, where allowed", "trade('MARKET', 'BUY')"),
    _trade("sell_market", "S", "sell market", "Sell at market, where allowed", "trade('MARKET', 'SELL')"),
    _trade("buy_stop", "u", "buy stop", "Buy stop at the cursor, above the market", "trade('STOP', 'BUY')"),
    _trade("sell_stop", "d", "sell stop", "Sell stop at the cursor, below the market", "trade('STOP', 'SELL')"),
    _trade("enter", "enter", "grab", "Send what is shown; else grab at the cursor", "enter", 6),
    _trade("own_up", "shift+up,K", "order up", "Move the grabbed order up a tick", "move_own(1, False)"),
    _trade("own_down", "shift+down,J", "order down", "Move the grabbed order down a tick", "move_own(-1, False)"),
    _trade("whole_up", "alt+up,ctrl+up", "all up", "Move it up with its whole bracket", "move_own(1, True)"),
    _trade("whole_down", "alt+down,ctrl+down", "all down", "Move it down with its bracket", "move_own(-1, True)"),
    _trade("drop", "escape", "back", "Drop the preview, let the order go, else back", "back"),
    _trade("cancel", "x", "cancel", "Cancel own orders at the cursor, at once", "cancel_own('here')", 4),
    _trade("cancel_bids", "left_parenthesis", "cancel bids", "Cancel own bids, at once", "cancel_own('BUY')"),
    _trade("cancel_asks", "right_parenthesis", "cancel asks", "Cancel own asks, at once", "cancel_own('SELL')"),
    _trade("cancel_here", "delete", "cancel all", "Cancel all of this contract, at once", "cancel_own('all')", 16),
    _trade("flatten", "f", "flatten", "Cancel all, wait, close the position", "close_position(False)", 5),
    _trade("reverse", "r", "reverse", "Cancel all, wait, turn the position", "close_position(True)", 17),
    _trade("bracket", "t", "bracket", "Next bracket template, or none", "next_bracket", 18),
    _trade("size_up", "plus,equals_sign", "size up", "One lot more", "step_size(1)"),
    _trade("size_down", "minus", "size down", "One lot less", "step_size(-1)"),
    *(_trade(f"size_{n}", str(n), f"size {n}", f"Choose size preset {n}", f"preset({n})") for n in range(1, 10)),
)

SIGHT: Final = (
    _look("up", "up,k", "up", "Cursor one row up", "move_price(1)"),
    _look("down", "down,j", "down", "Cursor one row down", "move_price(-1)"),
    _look("page_up", "pageup", "page up", "A page up", "page_price(1)"),
    _look("page_down", "pagedown", "page down", "A page down", "page_price(-1)"),
    _look("at_bid", "left", "to bid", "Cursor to the best bid", "to_side('bid')"),
    _look("at_ask", "right", "to ask", "Cursor to the best ask", "to_side('ask')"),
    _look("centre", "space", "centre", "Centre on the market; sizes change from now", "centre", 7),
    _look("follow", "A", "follow", "Centre by itself, or not", "follow"),
    _look("grouping", "g", "group", "Next grouping: 1, 2, 5, 10 ticks a row", "next_grouping", 30),
    _look("columns", "o", "columns", "Choose and order the columns", "open_columns", 31),
    _look("exchange", "e", "exchange", "Choose the exchange of the depth", "open_exchange", 32),
    _look("beside", "vertical_line", "beside", "Open another ladder beside", "open_beside", 33),
    _look("close", "backslash", "close", "Close this ladder", "close_beside"),
    _look("next", "tab", "next ladder", "Go to the next ladder", "next_ladder(1)"),
    _look("previous", "shift+tab", "previous ladder", "Go to the ladder before", "next_ladder(-1)"),
    _look("pin", "p", "pin", "Pin the ladder, or follow the watchlist", "pin", 34),
    _look("buy_ticket", "n", "ticket", "Open a buy ticket at the cursor", "ticket('BUY')", 19),
    _look("sell_ticket", "N", "sell ticket", "Open a sell ticket at the cursor", "ticket('SELL')"),
)

Footer = tuple[tuple[str, str], ...]

DISARMED: Final[Footer] = (
    ("ladder.arm", "arm"),
    ("ladder.buy", "preview buy"),
    ("ladder.sell", "preview sell"),
    ("ladder.cancel", "cancel"),
    ("ladder.flatten", "preview flatten"),
    ("ladder.enter", "grab"),
)
ARMED: Final[Footer] = (
    ("ladder.arm", "DISARM"),
    ("ladder.buy", "BUY"),
    ("ladder.sell", "SELL"),
    ("ladder.cancel", "cancel"),
    ("ladder.flatten", "FLATTEN"),
    ("ladder.enter", "grab"),
    ("ladder.join_bid", "JOIN BID"),
    ("ladder.join_ask", "JOIN ASK"),
    ("ladder.lift", "LIFT"),
    ("ladder.hit", "HIT"),
    ("ladder.reverse", "REVERSE"),
)
"""Orders that are sent at once are in capitals."""
FIRST: Final[Mapping[LadderState, Footer]] = {
    LadderState.DISARMED: (),
    LadderState.ARMED: (),
    LadderState.PREVIEW: (("ladder.enter", "SEND"), ("ladder.drop", "drop")),
    LadderState.GRABBED: (
        ("ladder.enter", "SEND CHANGE"),
        ("ladder.drop", "let go"),
        ("ladder.own_up", "up"),
        ("ladder.own_down", "down"),
        ("ladder.whole_up", "with bracket"),
    ),
}
"""Actions that stand first in the footer while something is in the hand."""


def footer_of(state: LadderState, *, is_armed: bool) -> Footer:
    """(action id, what it does now) of the actions that stand first in the footer."""
    first = FIRST[state]
    return (*first, *(entry for entry in (ARMED if is_armed else DISARMED) if entry[0] not in dict(first)))


def state_words(state: LadderState, *, is_armed: bool) -> str:
    """What the keys do now, for the help."""
    hand = state.value if FIRST[state] else ""
    armed = (LadderState.ARMED if is_armed else LadderState.DISARMED).value
    return "\n".join(part for part in (hand, armed) if part)
