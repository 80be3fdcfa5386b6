"""What stands in each cell of the ladder: words, numbers and bars with the names of their styles. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import Struct

from ibtui.ui import formatting as f
from ibtui.ui.ladder.columns import Column
from ibtui.ui.ladder.own import OwnLook, OwnOrders
from ibtui.ui.ladder.view import LadderRow
from ibtui.ui.widgets.columns import Align, clipped, lay

BAR: Final = "▇"
LAST_MARK: Final = "═"
"""Beside the price of the last trade while it has not moved; ▲ and ▼ when it has."""

GOING: Final = "→"
"""The mark of an order that is to leave this price."""
COMING: Final = "←"
"""The mark of an order that is meant to come to this price, where it is not known to be yet."""
LOOK_MARKS: Final = {
    OwnLook.SENT: "…",
    OwnLook.CANCELLING: "×",
    OwnLook.CHANGING: GOING,
    OwnLook.GRABBED: "*",
    OwnLook.UNKNOWN: "?",
}
"""What a look is told by where its word does not fit."""
SHORT_TYPES: Final = {"STP LMT": "STPL", "TRAIL LMT": "TRLL", "MIDPRICE": "MID"}
"""Order types where their words do not fit."""

LETTERS: Final = {"avg": "A", "high": "H", "low": "L", "open": "O", "close": "C"}
"""Marks of the day where their words do not fit; the rarer ones first to be left out."""


REMEMBERED: Final = 1_024
"""Figures whose words are remembered: most of a ladder's stay for many frames."""


class Ink(NamedTuple):
    """A piece of a line."""

    text: str
    style: str = ""
    more: str = ""
    """A second style, laid over the first."""


class Drawing(Struct, frozen=True):
    """What cells need to know of the ladder they are part of."""

    digits: int = 2
    price_cells: int = 8
    is_small: bool = False
    """Own orders are marked beside the price."""
    has_marks: bool = True
    """The day's prices have a column of their own."""


def cell(column: Column, row: LadderRow, width: int, drawing: Drawing) -> tuple[Ink, ...]:
    """The pieces of one cell, together exactly `width` cells wide."""
    return _CELLS[column](row, width, drawing)


@lru_cache(maxsize=REMEMBERED)
def fitted(value: Decimal, width: int) -> str:
    """A size as told, else shortened (12.1k), else with fewer digits; blank rather than cut."""
    text = f.size(value)
    if len(text) <= width:
        return text
    for digits in (4, 3, 2, 1, 0):
        figure = Decimal(f.fixed(value, digits))
        text = f.quantity(figure)
        if figure and len(text) <= width:
            return text
    return ""


@lru_cache(maxsize=REMEMBERED)
def fitted_money(value: Decimal, width: int) -> str:
    """A profit with its sign, with as many digits as fit, else shortened; blank rather than cut."""
    sign = "+" if value > 0 else f.MINUS if value < 0 else ""
    texts = (f.signed_money(value, 2), f.signed_money(value, 0), sign + f.size(Decimal(f.fixed(abs(value), 0))))
    return next((text for text in texts if len(text) <= width), "")


def look_mark(own: OwnOrders) -> str:
    """What tells the look in one cell; blank for orders that work."""
    if own.is_target and own.look is not OwnLook.UNKNOWN:
        return COMING
    return LOOK_MARKS.get(own.look, "" if own.is_sure else "?")


def own_words(own: OwnOrders, width: int, digits: int | None = None) -> str:
    """The fullest words about own orders that fit: size, type, how many they are, what is known of them.

    The size is never left out nor cut; in a narrow column it is shortened before their number is.
    """
    if not own.count:
        full, short = f.quantity(own.limits), f.size(own.limits)
        return _first((f"limit of {full} {own.word}", f"limit {full}", f"lim {short}", f"({short})"), width)
    is_part = 0 < own.settled < own.quantity
    parts = (own.settled, own.quantity - own.settled) if is_part else (own.quantity,)
    full, short = "+".join(map(f.quantity, parts)), "+".join(map(f.size, parts))
    count = (f" ({own.count})" if own.count > 1 else "") + ("+lim" if own.limits else "")
    mark = look_mark(own)
    kind = SHORT_TYPES.get(own.word, own.word)
    usual = (
        f"{full} {own.word}{count} {own.status}",
        f"{full} {own.word}{count}{mark}",
        f"{short} {own.word}{count}{mark}",
        f"{short} {kind}{mark}" if not count else f"{short}{count}{mark}",
        f"{short}{mark}",
        f"{f.size(own.quantity)}{mark}",
    )
    if own.look is OwnLook.WORKING:
        return _first(usual, width)
    if own.other is not None:
        return _first((*_ways(own, full, digits), *usual[1:]), width)
    return _first((usual[0], f"{full} {own.status}", *usual[1:]), width)


def _ways(own: OwnOrders, full: str, digits: int | None) -> tuple[str, ...]:
    """Words about orders that go to another price or come from one."""
    arrow, price = (COMING if own.is_target else GOING), f.price(own.other, digits)
    mark = "" if own.look is OwnLook.CHANGING else LOOK_MARKS.get(own.look, "")
    return (
        f"{full} {own.word} {own.status} {arrow} {price}",
        f"{full} {own.status} {arrow} {price}",
        f"{full} {own.word}{mark} {arrow} {price}",
        f"{full}{mark} {arrow} {price}",
        f"{full}{mark}{arrow}{price}",
    )


def _first(texts: Iterable[str], width: int) -> str:
    """The first that fits, else nothing."""
    return next((text for text in texts if len(text) <= width), "")


def _own(own: OwnOrders | None, side: str, width: int, digits: int) -> tuple[Ink, ...]:
    if own is None:
        return (Ink(" " * width),)
    style = side if own.is_sure else "unknown" if own.look is OwnLook.UNKNOWN else "warn"
    style = style if own.count else "limits"
    return (Ink(clipped(own_words(own, width, digits) or look_mark(own) or "•", width), style),)


def _own_bids(row: LadderRow, width: int, drawing: Drawing) -> tuple[Ink, ...]:
    return _own(row.buys, "buy", width, drawing.digits)


def _own_asks(row: LadderRow, width: int, drawing: Drawing) -> tuple[Ink, ...]:
    return _own(row.sells, "sell", width, drawing.digits)


def _bar(share: float, room: int) -> int:
    """Cells of a bar."""
    return min(room, max(1, round(room * share))) if share and room > 0 else 0


def number_cells(width: int) -> int:
    """Cells of a size in a column of `width`; the rest is its bar's."""
    return 5 if width < 14 else 6


def _size_and_bar(size: Decimal, share: float, width: int) -> tuple[str, str, Ink]:
    """A size right-aligned in its cells, its bar, and what the bar leaves blank."""
    number = fitted(size, width - 1).rjust(number_cells(width))
    room = max(0, width - len(number) - 1)
    bar = _bar(share, room)
    return number, BAR * bar, Ink(" " * (room - bar))


def _bids(row: LadderRow, width: int, _: Drawing) -> tuple[Ink, ...]:
    if row.bid_size is None:
        return (Ink(" " * width),)
    number, bar, blank = _size_and_bar(row.bid_size, row.bid_bar, width)
    best = "best" if row.is_best else ""
    return blank, Ink(bar, "bid-bar"), Ink(f" {number}"[-width:], "bid", best)


def _asks(row: LadderRow, width: int, _: Drawing) -> tuple[Ink, ...]:
    if row.ask_size is None:
        return (Ink(" " * width),)
    number, bar, blank = _size_and_bar(row.ask_size, row.ask_bar, width)
    best = "best" if row.is_best else ""
    return Ink(f"{number} "[:width], "ask", best), Ink(bar, "ask-bar"), blank


def _price(row: LadderRow, width: int, drawing: Drawing) -> tuple[Ink, ...]:
    """The price between two marks: the last trade's, own orders' on a small ladder, else the day's."""
    text = f.price(row.price, drawing.digits).rjust(drawing.price_cells)
    left = right = (f.arrow(row.direction).strip() or LAST_MARK) if row.is_last else ""
    zone = {-1: "bid", 1: "ask"}.get(row.zone, "muted")
    if drawing.is_small:
        if row.buys is not None:
            left, zone = look_mark(row.buys) + ("B" if row.buys.count else "b"), "buy"
        if row.sells is not None:
            right, zone = ("S" if row.sells.count else "s") + look_mark(row.sells), zone if zone == "buy" else "sell"
        shown = f"{left:>2} {text} {right:<2}"
    else:
        marks = day_words(row)
        if marks and not drawing.has_marks:
            right = LETTERS[marks[0]]
        shown = f"{left or ' '} {text} {right or ' '}"
    shown = lay(shown, width, Align.CENTER)
    return (Ink(shown, "last"),) if row.is_last else (Ink(shown, zone, "best" if row.is_best else ""),)


def day_words(row: LadderRow) -> list[str]:
    """Words of what the price of a row is: the position's average, and the day's."""
    return [*(["avg"] if row.is_average else []), *row.mark.split()]


def _total(row: LadderRow, width: int, _: Drawing) -> tuple[Ink, ...]:
    total, style = (row.bid_total, "bid") if row.bid_total is not None else (row.ask_total, "ask")
    return (Ink(("" if total is None else fitted(total, width)).rjust(width), style),)


def _last(row: LadderRow, width: int, _: Drawing) -> tuple[Ink, ...]:
    if not row.is_last:
        return (Ink(" " * width),)
    size = f.MISSING if row.last_size is None else fitted(row.last_size, width - 2)
    arrow = f.arrow(row.direction).strip() or LAST_MARK
    return (Ink(f"{size} {arrow}".rjust(width), "up" if row.direction > 0 else "down" if row.direction else "figure"),)


def _volume(row: LadderRow, width: int, _: Drawing) -> tuple[Ink, ...]:
    if row.traded is None:
        return (Ink(" " * width),)
    number = fitted(row.traded.total, 5).rjust(5)
    room = width - len(number) - 1
    bar = _bar(row.volume_bar, room)
    return Ink(f"{number} ", "figure"), Ink(BAR * bar, "volume-bar"), Ink(" " * (room - bar))


def _trades(row: LadderRow, width: int, _: Drawing) -> tuple[Ink, ...]:
    """Buyers left, sellers right; trades of neither are told alone where there are no others."""
    told, half = row.recent, (width - 1) // 2
    if told is None:
        return (Ink(" " * width),)
    if not told.bought and not told.sold:
        return (Ink(f"·{fitted(told.unsided, half - 1)}".rjust(half).ljust(width), "muted"),)
    bought = f"{f.UP}{fitted(told.bought, half - 1)}" if told.bought else ""
    sold = f"{f.DOWN}{fitted(told.sold, half - 1)}" if told.sold else ""
    return Ink(bought.rjust(half), "up"), Ink(" "), Ink(sold.ljust(width - 1 - half), "down")


def _change(row: LadderRow, width: int, _: Drawing) -> tuple[Ink, ...]:
    """By how much the size shown has changed; where none is shown, the one that is gone."""
    is_bid = row.bid_change is not None and (row.bid_size is not None or row.ask_change is None)
    change, style = (row.bid_change, "bid") if is_bid else (row.ask_change, "ask")
    if change is None:
        return (Ink(" " * width),)
    sign = "+" if change > 0 else f.MINUS
    return (Ink((sign + fitted(abs(change), width - 1)).rjust(width), style),)


def _pnl(row: LadderRow, width: int, _: Drawing) -> tuple[Ink, ...]:
    text = "" if row.pnl is None else fitted_money(row.pnl, width)
    return (Ink(text.rjust(width), f.sign_class(row.pnl) or "muted"),)


def _queue(row: LadderRow, width: int, _: Drawing) -> tuple[Ink, ...]:
    sign = "≤" if row.is_queue_most else "≈"
    text = "" if row.queue is None else f"q{sign}{fitted(row.queue, width - 2)}"
    return (Ink(text.ljust(width), "muted"),)


def _marks(row: LadderRow, width: int, _: Drawing) -> tuple[Ink, ...]:
    words = day_words(row)
    cursor = ["cursor"] if row.is_cursor else []
    letters = " ".join(LETTERS[word] for word in words)
    texts = [f"← {' '.join(these)}" for these in ([*words, *cursor], words or cursor) if these]
    text = _first((*texts, f"← {letters}", letters[: width // 2 * 2]), width) if texts else ""
    return (Ink(text.ljust(width), "average" if words else "muted"),)


_CELLS: Final[dict[Column, Callable[[LadderRow, int, Drawing], tuple[Ink, ...]]]] = {
    Column.OWN_BIDS: _own_bids,
    Column.BIDS: _bids,
    Column.PRICE: _price,
    Column.ASKS: _asks,
    Column.OWN_ASKS: _own_asks,
    Column.TOTAL: _total,
    Column.LAST: _last,
    Column.VOLUME: _volume,
    Column.TRADES: _trades,
    Column.CHANGE: _change,
    Column.PNL: _pnl,
    Column.QUEUE: _queue,
    Column.MARKS: _marks,
}

READ: Final[dict[Column, tuple[str, ...]]] = {
    Column.OWN_BIDS: ("buys",),
    Column.BIDS: ("bid_size", "bid_bar", "is_best"),
    Column.PRICE: ("price", "zone", "is_best", "is_last", "direction", "buys", "sells", "is_average", "mark"),
    Column.ASKS: ("ask_size", "ask_bar", "is_best"),
    Column.OWN_ASKS: ("sells",),
    Column.TOTAL: ("bid_total", "ask_total"),
    Column.LAST: ("is_last", "last_size", "direction"),
    Column.VOLUME: ("traded", "volume_bar"),
    Column.TRADES: ("recent",),
    Column.CHANGE: ("bid_change", "ask_change", "bid_size"),
    Column.PNL: ("pnl",),
    Column.QUEUE: ("queue", "is_queue_most"),
    Column.MARKS: ("is_average", "mark"),
}
"""What of a row each column shows."""
